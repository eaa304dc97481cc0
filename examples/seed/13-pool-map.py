# A pool maps [1, 2, 3] to [1, 4, 9]; an error comes out at its place.
from concurrent.futures import ThreadPoolExecutor


def square(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    return x * x


with ThreadPoolExecutor(max_workers=2) as pool:
    print(list(pool.map(square, [1, 2, 3])))
    try:
        for y in pool.map(square, [4, -5, 6]):
            print(y)
    except ValueError as e:
        print("ValueError:", e)
