"""Compares the counts of a running server with those that SQLite finds in the store by itself.

check_counts.py STORE.gpkg ROOT_URL QUERIES.tsv
"""
import json
import sqlite3
import struct
import sys
import urllib.request

store, url, queries = sys.argv[1:4]
db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
# Positions as numbers: the R-tree of the file keeps them in single precision.
db.execute("CREATE TEMP TABLE positions (fid INTEGER PRIMARY KEY, lon REAL, lat REAL, first TEXT, last TEXT)")
rows = db.execute("SELECT fid, geom, date_start, date_end FROM incidents WHERE geom NOT NULL AND status IN ('reported', 'claimed')")
db.executemany("INSERT INTO positions VALUES (?, ?, ?, ?, ?)", ((f, *struct.unpack_from("<dd", g, 13), a, b) for f, g, a, b in rows.fetchall()))
db.execute("CREATE INDEX temp.by_lat ON positions (lat, lon, first, last)")
wrong = count = 0
for line in open(queries, encoding="utf-8"):
    size, bbox, datetime = line.rstrip("\n").split("\t")[:3]
    if not bbox[:1].lstrip("-").isdigit() and bbox[:1] != "-":
        continue
    west, south, east, north = map(float, bbox.split(","))
    start, end = datetime.split("/")
    found = db.execute(
        "SELECT count(*) FROM positions WHERE lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND first <= ? AND last >= ?",
        (south, north, west, east, end[:10], start[:10]),
    ).fetchone()[0]
    with urllib.request.urlopen(f"{url}/collections/incidents/items?resultType=hits&bbox={bbox}&datetime={datetime}") as answer:
        matched = json.load(answer)["numberMatched"]
    count += 1
    if matched != found:
        wrong += 1
        print(f"{size} {bbox} {datetime}: the server says {matched}, SQLite {found}")
print(f"{count - wrong} of {count} counts agree")
sys.exit(wrong > 0)
