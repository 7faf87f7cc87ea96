"""Processor time and memory of single look-ups on the command line: lookups.py OQIGA; run by gazetteer.sh."""

import os
import statistics
import sys

LOOKUPS = [
    ["geocode", "Almaty"],
    ["suggest", "alm"],
    ["geocode", "Zhanozen"],
    ["geocode", "جاناوزين", "--country", "KZ"],
    ["geocode", "جاناوزين", "--sound-anywhere"],
    ["reverse", "51.2", "43.7"],
]


def run(args):
    """Milliseconds and megabytes of one run. The fork is of this small process, so its pages hardly count."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execv(sys.argv[1], [sys.argv[1], *args])
    _, _, used = os.wait4(child, 0)
    return (used.ru_utime + used.ru_stime) * 1e3, used.ru_maxrss / 1024


for args in LOOKUPS:
    runs = [run(args) for _ in range(5)]
    milliseconds = statistics.median(run[0] for run in runs)
    print(f"| `oqiga {' '.join(args)}` | {milliseconds:.0f} ms | {max(run[1] for run in runs):.0f} MB |")
