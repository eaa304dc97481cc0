# A race on a counter, shown and cured. To add one is to read and to write; the barrier makes both threads read before
# either writes, so one of the two additions is lost, every time. The lock lets nobody in between.
from threading import Barrier, Lock, Thread

TIMES = 100
both = Barrier(2)
lock = Lock()
counter = 0


def racy():
    global counter
    for _ in range(TIMES):
        seen = counter
        both.wait()  # now both have read
        counter = seen + 1
        both.wait()  # now both have written


def cured():
    global counter
    for _ in range(TIMES):
        both.wait()  # both want to add one
        with lock:
            seen = counter
            counter = seen + 1


def count(add):
    global counter
    counter = 0
    threads = [Thread(target=add), Thread(target=add)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return counter


print("racy: ", count(racy), "of", 2 * TIMES)
print("cured:", count(cured), "of", 2 * TIMES)
