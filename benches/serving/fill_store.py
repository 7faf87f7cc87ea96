"""Fills an empty store with the incidents of a GeoJSONSeq file of the serving benchmark.

fill_store.py STORE.gpkg INCIDENTS.ndjson [N]

The store must exist and be empty (`oqiga ingest` of an empty folder makes one). Rows are written as the program writes them:
columns, the properties as JSON, and the spatial index.
"""
import json
import sqlite3
import struct
import sys

TYPES = {
    "Battles": ("clash", "violence"),
    "Explosions/Remote violence": ("bombing", "violence"),
    "Violence against civilians": ("attack", "violence"),
    "Protests": ("protest", "unrest"),
    "Riots": ("riot", "unrest"),
    "Strategic developments": ("security_operation", "security"),
}
path, source = sys.argv[1:3]
limit = int(sys.argv[3]) if len(sys.argv) > 3 else None
db = sqlite3.connect(path, isolation_level=None)
for name in ("ST_MinX", "ST_MaxX"):
    db.create_function(name, 1, lambda blob: blob and struct.unpack_from("<d", blob, 13)[0], deterministic=True)
for name in ("ST_MinY", "ST_MaxY"):
    db.create_function(name, 1, lambda blob: blob and struct.unpack_from("<d", blob, 21)[0], deterministic=True)
db.create_function("ST_IsEmpty", 1, lambda blob: blob is None, deterministic=True)
db.execute("PRAGMA synchronous=OFF")
db.execute("BEGIN")
db.execute("INSERT INTO oqiga_writing VALUES (0)")
columns = ["event_type", "event_group", "status", "title", "place_name", "country", "geo_precision", "date_start", "date_end",
           "time_precision", "killed", "source_name", "evidence_text", "confidence"]
insert = f"INSERT INTO incidents (id, geom, properties, {', '.join(columns)}) VALUES ({', '.join('?' * (len(columns) + 3))})"
revision = "INSERT INTO revisions (at, who, why, what, id, action) VALUES ('2024-01-01T00:00:00.000Z', 'bench', 'bench', 'incident', ?, 'create')"


def rows():
    for number, line in enumerate(open(source, encoding="utf-8")):
        if number == limit:
            return
        feature = json.loads(line)
        p, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"]
        kind, group = TYPES[p["event_type"]]
        day = p["date"][:10]
        confidence = round(0.5 + (number % 50) / 100, 2)
        values = [kind, group, "reported", p["notes"].split(".")[0], p["place"], p["country"], 1, day, day, 1, p["fatalities"],
                  p["source"], p["notes"], confidence]
        identifier = f"b{feature['id']}"
        properties = {"id": identifier, **dict(zip(columns, values))}
        blob = b"GP\0\x01" + struct.pack("<i", 4326) + b"\x01\x01\0\0\0" + struct.pack("<dd", lon, lat)
        yield (identifier, blob, json.dumps(properties, ensure_ascii=False, separators=(",", ":")), *values)


batch = []
for row in rows():
    batch.append(row)
    if len(batch) == 10000:
        db.executemany(insert, batch)
        db.executemany(revision, [(r[0],) for r in batch])
        batch.clear()
db.executemany(insert, batch)
db.executemany(revision, [(r[0],) for r in batch])
db.execute("DELETE FROM oqiga_writing")
db.execute("COMMIT")
print(db.execute("SELECT count(*) FROM incidents").fetchone()[0], "incidents")
