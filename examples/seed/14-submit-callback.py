# Tasks submitted with callbacks: each is called when its task is over, with the future.
from concurrent.futures import ThreadPoolExecutor


def divide(a, b):
    if b == 0:
        raise ZeroDivisionError(f"{a} by zero")
    return a // b


def report(future):
    if future.exception():
        print("failed:", future.exception())
    else:
        print("result:", future.result())


with ThreadPoolExecutor(max_workers=1) as pool:
    for a, b in ((42, 6), (42, 0), (42, 7)):
        future = pool.submit(divide, a, b)
        future.add_done_callback(report)
print("all reported")
