# A program of plain threads, moved over without touching its functions. (In C the functions are those of a program
# written for pthreads; here they are targets of threading.Thread.)
from concurrent.futures import ThreadPoolExecutor
from threading import Thread


class Part:
    def __init__(self, begin, end):
        self.begin, self.end, self.sum = begin, end, 0


def add_up(part):
    for i in range(part.begin, part.end):
        part.sum += i
    return part


parts = [Part(0, 500), Part(500, 1001)]
threads = [Thread(target=add_up, args=(part,)) for part in parts]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("threads:", parts[0].sum, "+", parts[1].sum, "=", sum(part.sum for part in parts))

parts = [Part(0, 500), Part(500, 1001)]
with ThreadPoolExecutor(max_workers=2) as pool:
    futures = [pool.submit(add_up, part) for part in parts]
    print("pool:", " ".join(str(f.result().sum) for f in futures))
