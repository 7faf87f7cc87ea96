"""Prints the figures that run.sh measured beside those that are wanted; fails when one is missed.

table.py MEASURED.txt
"""
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()


def load(label, name):
    """A figure of a run of wrk."""
    found = re.search(rf"^{re.escape(label)}\t.*\b{name}=([\d.]+)", text, re.MULTILINE)
    return found and float(found[1])


def figure(pattern):
    """A figure of another line."""
    found = re.search(pattern, text)
    return found and float(found[1])


def export(format, what):
    patterns = {"wall": r"([\d.]+) s,", "first": r".*first byte ([\d.]+) s", "memory": r".*memory \+(-?\d+) MB"}
    return figure(rf"export {format}: {patterns[what]}")


largest = figure(r"largest, bytes: (\d+)")
first_byte = export("geojson", "first")
items, written = "items/all", "items/all while ten thousand a second are written"
city, few, every = "items/city", "tiles/z6-12 id and type", "tiles/z6-12 all attributes"
clusters, fresh = "tiles/z0-5 clusters", "tiles/z0-5 a filter nobody asked before"
# What, its unit, what is wanted, whether more is better, what was measured, and the run of wrk that it is of.
ROWS = [
    ("items, mixed boxes, limit 1000: server CPU a request", "ms", 0.6, False, load(items, "srv_cpu_ms_per_req"), None),
    ("the same: requests a second", "", 1500, True, load(items, "rps"), items),
    ("the same: p99", "ms", 25, False, load(items, "p99_ms"), None),
    ("boxes of a city: requests a second", "", 15000, True, load(city, "rps"), city),
    ("tiles, zoom 6 to 12, id and type: requests a second", "", 6000, True, load(few, "rps"), few),
    ("tiles, zoom 6 to 12, all attributes: requests a second", "", 1500, True, load(every, "rps"), every),
    ("tiles, zoom 0 to 5, exact clusters: p99", "ms", 25, False, load(clusters, "p99_ms"), clusters),
    ("the same: largest tile", "KB", 50, False, largest and largest / 1000, None),
    ("the same with a filter that nobody asked before: p99", "ms", 60, False, load(fresh, "p99_ms"), fresh),
    ("whole export GeoJSON: wall", "s", 1.5, False, export("geojson", "wall"), None),
    ("the same: first byte", "ms", 20, False, first_byte and first_byte * 1000, None),
    ("the same: more memory", "MB", 64, False, export("geojson", "memory"), None),
    ("export FlatGeobuf", "s", 4, False, export("fgb", "wall"), None),
    ("export GeoParquet", "s", 3, False, export("geoparquet", "wall"), None),
    ("export GeoPackage", "s", 12, False, export("gpkg", "wall"), None),
    ("start with a million in the store to ready", "s", 4, False, figure(r"start to ready: ([\d.]+) s"), None),
    ("memory, a million", "MB", 900, False, figure(r"memory: (\d+) MB"), None),
    ("ten thousand writes a second for 30 s while reading: p99 of reads", "ms", 60, False, load(written, "p99_ms"), written),
]


def shown(number, unit):
    return f"{number:,.0f} {unit}".strip() if number >= 100 else f"{number:.3g} {unit}".strip()


loads = [float(load) for load in re.findall(r"load1=([\d.]+)", text)]
counts = re.search(r"^counts: (.*)", text, re.MULTILINE)
print(f"Load of the machine while measuring: {min(loads, default=0)} to {max(loads, default=0)}. Counts: {counts and counts[1]}.\n")
print("| | wanted | measured | server CPU a request | |\n|-|-|-|-|-|")
missed = 0
for what, unit, wanted, more, measured, run in ROWS:
    held = measured is not None and (measured >= wanted if more else measured <= wanted)
    missed += not held
    cells = [
        what,
        f"at {'least' if more else 'most'} {shown(wanted, unit)}",
        "not measured" if measured is None else shown(measured, unit),
        f"{load(run, 'srv_cpu_ms_per_req') or 0:.2f} ms" if run else "",
        "HELD" if held else "MISSED",
    ]
    print("| " + " | ".join(cells) + " |")
sys.exit(missed > 0)
