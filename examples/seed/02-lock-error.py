# An exception between acquire and release: the lock is released all the same.
from threading import Lock, Thread

lock = Lock()
balance = 100


def pay(amount):
    global balance
    with lock:
        if amount > balance:
            raise ValueError(f"cannot pay {amount}")
        balance -= amount
    return balance


def try_to_pay(amount):
    try:
        print(f"paid {amount}, {pay(amount)} left")
    except ValueError as e:
        print(f"ValueError: {e}")
    print("locked", lock.locked())


try_to_pay(30)
try_to_pay(500)
other = Thread(target=try_to_pay, args=(50,))  # would wait for ever if the lock had been left behind
other.start()
other.join()
