# A bounded semaphore with three permits: never more than three threads are inside, and there is no fourth permit to
# give back. The barrier makes them go in by threes.
from threading import Barrier, BoundedSemaphore, Lock, Thread

permits = BoundedSemaphore(3)
three = Barrier(3)
lock = Lock()
inside = most = 0


def visit():
    global inside, most
    with permits:
        with lock:
            inside += 1
            most = max(most, inside)
        three.wait()
        with lock:
            inside -= 1


threads = [Thread(target=visit) for _ in range(9)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("most inside at once:", most)
try:
    permits.release()
    print("a fourth permit")
except ValueError:
    print("no fourth permit")
