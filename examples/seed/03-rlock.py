# An RLock taken twice by its holder, who must release it twice. A plain Lock would not let him in again.
from threading import Lock, RLock, Thread

lock = RLock()
plain = Lock()


def can_be_taken_elsewhere():
    answer = []

    def attempt():
        answer.append(lock.acquire(blocking=False))
        if answer[0]:
            lock.release()

    other = Thread(target=attempt)
    other.start()
    other.join()
    return answer[0]


with lock:
    with lock:
        print("held twice, free for others:", can_be_taken_elsewhere())
    print("held once, free for others:", can_be_taken_elsewhere())
print("released, free for others:", can_be_taken_elsewhere())

with plain:
    print("a plain lock taken twice:", plain.acquire(blocking=False))
