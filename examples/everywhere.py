#!/usr/bin/env python3
"""The job of everywhere.c in Python: lines, words and most frequent words of files.

    find DIR -type f -print0 | everywhere.py {loop,threads,processes} WORKERS [TOP]

Prints a dot for each percent done, a line with the seconds taken and the seconds on CPU, and each file's answer.
The rules of what a word is are those of everywhere/count.c; an answer's repr is the same text there.
"""
import heapq
import os
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

CHUNK = 1 << 20
WORD_MAX = 64
# What each byte counts as: a small letter, a digit, an underscore, a byte above 127; anything else is a blank.
LETTERS = bytes(c if c > 127 or chr(c).isalnum() or c == ord("_") else ord(" ") for c in bytes(range(256)).lower())


def pieces(run):
    return [run[i:i + WORD_MAX] for i in range(0, len(run), WORD_MAX)]


def most_frequent(counts, top):
    least = min(heapq.nlargest(top, counts.values()), default=0)
    candidates = [(word, n) for word, n in counts.items() if n >= least]
    return sorted(candidates, key=lambda item: (-item[1], item[0]))[:top]


def count_file(path, top):
    counts = Counter()
    size = lines = 0
    rest = b""                                  # of a word, at the end of a chunk
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                return "binary", os.fstat(file.fileno()).st_size, 0, 0, 0, []
            size += len(chunk)
            lines += chunk.count(b"\n")
            text = rest + chunk.translate(LETTERS)
            words = text.split()
            rest = words.pop() if text[-1:] != b" " else b""
            *whole, rest = pieces(rest) or [b""]
            counts.update(words)
            counts.update(whole)
    if rest:
        counts[rest] += 1
    for run in [word for word in counts if len(word) > WORD_MAX]:
        n = counts.pop(run)
        for piece in pieces(run):
            counts[piece] += n
    return "text" if size else "empty", size, lines, sum(counts.values()), len(counts), most_frequent(counts, top)


def count_words(path, top):
    try:
        return count_file(path, top)
    except OSError as error:
        return OSError(error.strerror)


def report(answers, n):
    """Passes the answers on, and prints a dot for each percent."""
    for i, answer in enumerate(answers):
        if i * 100 // n != (i - 1) * 100 // n:
            print(".", flush=True)
        yield answer


def answer_all(where, workers, paths, top):
    count = partial(count_words, top=top)
    if where == "loop":
        return list(report(map(count, paths), len(paths)))
    if where == "threads":
        with ThreadPoolExecutor(workers) as executor:
            return list(report(executor.map(count, paths), len(paths)))
    with ProcessPoolExecutor(workers) as executor:
        return list(report(executor.map(count, paths, chunksize=32), len(paths)))


def cpu_seconds():
    return sum(usage.ru_utime + usage.ru_stime
               for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def main():
    where, workers, top = sys.argv[1], int(sys.argv[2]), int((sys.argv + [10])[3])
    paths = sys.stdin.buffer.read().split(b"\0")[:-1]
    start, cpu_start = time.monotonic(), cpu_seconds()
    answers = answer_all(where, workers, paths, top)
    print(time.monotonic() - start, cpu_seconds() - cpu_start)
    for answer in answers:
        print(repr(answer))


if __name__ == "__main__":
    main()
