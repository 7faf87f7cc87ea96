"""How fast PyPI's reverse_geocoder answers, one spot after the other and all at once, one process.

    pip install reverse_geocoder
    target/release/oqiga gazetteer info > /dev/null                     # unpacks the gazetteer once
    cargo bench --bench gazetteer > ours.md; python benches/peers/reverse.py ours.md

Prints microseconds a spot, and its times as multiples of the row "nearest town" of the table that the benchmark
printed. Spots are towns of its own list moved by a fixed rule, as those of the benchmark are towns of ours. It knows
144,563 towns of 1,000 inhabitants and more, ours 235,940.
"""

import re
import sys
import time

import reverse_geocoder


def spots(geocoder):
    """4,000 spots up to a tenth of a degree from a town."""
    rows = geocoder.locations[:: max(1, len(geocoder.locations) // 4000)]
    return [(float(row["lat"]) + (i % 7 - 3) / 30, float(row["lon"]) + (i % 5 - 2) / 20) for i, row in enumerate(rows)]


def ours(path):
    """Microseconds of the benchmark's row."""
    with open(path, encoding="utf-8") as table:
        return float(re.search(r"\| nearest town \| ([\d.]+) µs", table.read())[1])


def main():
    geocoder = reverse_geocoder.RGeocoder(mode=1, verbose=False)
    at = spots(geocoder)
    geocoder.query(at[:10])
    times = []
    for spot in at[:1000]:
        started = time.perf_counter()
        geocoder.query([spot])
        times.append(time.perf_counter() - started)
    one = sorted(times)[len(times) // 2] * 1e6
    started = time.perf_counter()
    geocoder.query(at)
    batch = (time.perf_counter() - started) * 1e6 / len(at)
    base = ours(sys.argv[1]) if len(sys.argv) > 1 else None
    for name, micros in [("one after the other", one), ("all at once", batch)]:
        ratio = f", {micros / base:.1f} times ours" if base else ""
        print(f"reverse_geocoder, {name}: {micros:.1f} µs a spot{ratio}")


if __name__ == "__main__":
    main()
