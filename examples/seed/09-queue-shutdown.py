# Consumers that loop for ever, cured by shutting the queue down: what is in it is still consumed, by however many, and
# then each get fails.
import queue
from threading import Thread

if hasattr(queue, "ShutDown"):  # Python 3.13
    from queue import Queue, ShutDown
else:

    class ShutDown(Exception):
        pass

    class Queue(queue.Queue):
        closed = False

        def shutdown(self):
            super().put(ShutDown)
            self.closed = True

        def put(self, item):
            if self.closed:
                raise ShutDown
            super().put(item)

        def get(self):
            item = super().get()
            if item is ShutDown:
                super().put(ShutDown)  # for the next one who comes
                raise ShutDown
            return item


q = Queue()
sums = [0, 0]


def consumer(i):
    try:
        while True:
            sums[i] += q.get()
    except ShutDown:
        pass


threads = [Thread(target=consumer, args=(i,)) for i in (0, 1)]
for t in threads:
    t.start()
for n in range(1, 101):
    q.put(n)
q.shutdown()
for t in threads:
    t.join()
print("sum", sum(sums))
try:
    q.put(101)
except ShutDown:
    print("shut down: put is refused")
