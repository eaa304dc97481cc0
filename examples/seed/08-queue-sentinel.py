# A consumer that loops for ever, cured by a sentinel: an item that means "there is no more".
from queue import Queue
from threading import Thread

q = Queue()


def consumer():
    while True:
        word = q.get()
        if word is None:
            break
        print("consumed", word)
    print("no more")


t = Thread(target=consumer)
t.start()
for word in ("lock", "queue", "future"):
    q.put(word)
q.put(None)
t.join()
