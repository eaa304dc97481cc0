# An executor under with: at the end of the block, however it is left, every task has ended. After shutdown nothing
# is taken any more.
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

lock = Lock()
ended = 0


def work():
    global ended
    with lock:
        ended += 1


def leave_early():
    with ThreadPoolExecutor(max_workers=2) as pool:
        for _ in range(10):
            pool.submit(work)
        return "left by return"


print(leave_early(), "ended", ended)
with ThreadPoolExecutor(max_workers=2) as pool:
    for _ in range(10):
        pool.submit(work)
    pool.shutdown()
    print("shut down, ended", ended)
    try:
        pool.submit(work)
    except RuntimeError:
        print("submit is refused")
