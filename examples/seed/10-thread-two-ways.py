# Two ways to make a thread: of a function, and of a class with run, which keeps its own state.
from threading import Thread


def greet(name, times):
    for _ in range(times):
        print("hello", name)


class Counter(Thread):
    def __init__(self, stop):
        super().__init__(name="counter")
        self.stop = stop
        self.total = 0

    def run(self):
        for i in range(self.stop):
            self.total += i


t = Thread(target=greet, args=("function", 2))
t.start()
t.join()

counter = Counter(101)
counter.start()
counter.join()
print(counter.name, "counted to", counter.total)
