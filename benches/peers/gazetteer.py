"""The nearest town by reverse_geocoder; run by gazetteer.sh."""

import statistics
import sys
import time

import reverse_geocoder


def main():
    with open(sys.argv[1]) as lines:
        spots = [(float(lat), float(lon)) for lon, lat in (line.split() for line in lines)]
    geocoder = reverse_geocoder.RGeocoder(mode=1, verbose=False)
    geocoder.query(spots[:10])
    start = time.process_time()
    geocoder.query(spots)
    batch = (time.process_time() - start) / len(spots)
    alone = []
    for spot in spots[:500]:
        start = time.process_time()
        geocoder.query([spot])
        alone.append(time.process_time() - start)
    print(f"| reverse_geocoder: nearest town, {len(spots)} in one call | {batch * 1e6:.2f} µs | | |")
    print(f"| reverse_geocoder: nearest town, one a call | {statistics.median(alone) * 1e6:.2f} µs | | |")


main()
