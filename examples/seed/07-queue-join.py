# Producer and consumer over a queue. The consumer says task_done for each item, join waits for the last of them. The
# consumer loops for ever; being a daemon it does not keep the program alive: the first of the cures.
from queue import Queue
from threading import Thread

q = Queue(2)
squares = []


def consumer():
    while True:
        n = q.get()
        squares.append(n * n)
        q.task_done()


Thread(target=consumer, daemon=True).start()
for n in range(1, 6):
    q.put(n)
q.join()
print(squares)
try:
    q.task_done()
except ValueError:
    print("all are done already")
