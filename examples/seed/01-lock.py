# A lock around shared state. The block holds the lock, and no addition is lost.
from threading import Lock, Thread

lock = Lock()
total = 0


def add(n):
    global total
    for _ in range(1000):
        with lock:
            total += n


threads = [Thread(target=add, args=(n,)) for n in (1, 2, 3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("total", total)
print("locked", lock.locked())
