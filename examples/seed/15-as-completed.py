# as_completed gives futures as they end, here in reverse order; an index puts the results back in order.
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

gates = [Event() for _ in range(3)]


def job(i):
    gates[i].wait()
    return i * i


squares = [None] * 3
with ThreadPoolExecutor(max_workers=3) as pool:
    index = {pool.submit(job, i): i for i in range(3)}
    gates[2].set()  # the last one may end first …
    for future in as_completed(index):
        i = index[future]
        print("job", i, "has ended")
        squares[i] = future.result()
        if i > 0:
            gates[i - 1].set()  # … and then the one before
print(squares)
