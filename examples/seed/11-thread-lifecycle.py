# The life of a thread: new, started and alive, ended; what is known of it; the size of its stack.
import threading
from threading import Event, Thread

started, go = Event(), Event()


def run():
    print("in", threading.current_thread().name)
    started.set()
    go.wait()


def attempt(what, call):
    try:
        call()
        print(what)
    except RuntimeError:
        print(what, "is refused")


print("we are in", threading.current_thread().name)
print("default stack size", threading.stack_size())
threading.stack_size(256 * 1024)
print("stack size of the next threads", threading.stack_size())

t = Thread(target=run, name="worker")
print(f"{t.name}: new, alive {t.is_alive()}, daemon {t.daemon}, threads {threading.active_count()}")
attempt("join before start", t.join)
t.start()
started.wait()
print(f"{t.name}: started, alive {t.is_alive()}, threads {threading.active_count()}")
attempt("a second start", t.start)
t.name = "renamed"
t.join(timeout=0.01)
print(f"{t.name}: not ended after 10 ms, alive {t.is_alive()}")
go.set()
t.join()
print(f"{t.name}: ended, alive {t.is_alive()}, threads {threading.active_count()}")
attempt("a second join", t.join)
