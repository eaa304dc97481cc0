# A condition: two threads take turns. Each waits, under the lock, until it is its turn, and then says so.
from threading import Condition, Thread

changed = Condition()
names = "ping", "pong"
turn = 0


def play(me):
    global turn
    for i in range(3):
        with changed:
            while turn != me:
                changed.wait()
            print(names[me], i)
            turn = 1 - me
            changed.notify()


threads = [Thread(target=play, args=(me,)) for me in (1, 0)]
for t in threads:
    t.start()
for t in threads:
    t.join()
try:
    changed.notify()
except RuntimeError:
    print("notify without the lock is refused")
