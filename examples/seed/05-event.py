# Events between a client and a server: each waits until the other has something for it.
from threading import Event, Thread

ready, asked, answered = Event(), Event(), Event()
question = answer = None


def server():
    global answer
    print("server: ready")
    ready.set()
    asked.wait()
    print(f"server: asked for {question}")
    answer = question * question
    answered.set()


def client():
    global question
    ready.wait()
    question = 12
    asked.set()
    answered.wait()
    print(f"client: got {answer}")


c, s = Thread(target=client), Thread(target=server)
c.start()
print("is the server ready?", ready.wait(timeout=0.01))
s.start()
c.join()
s.join()
print("is the server ready?", ready.is_set())
