"""Makes incidents of schema `incident/1`, one GeoJSON feature a line, of the serving benchmark's.

incidents.py INCIDENTS.ndjson [N [PREFIX]] | oqiga import - --format geojson --store STORE.gpkg
"""
import itertools
import json
import sys

TYPES = {
    "Battles": "clash",
    "Explosions/Remote violence": "bombing",
    "Violence against civilians": "attack",
    "Protests": "protest",
    "Riots": "riot",
    "Strategic developments": "security_operation",
}
limit = int(sys.argv[2]) if len(sys.argv) > 2 else None
prefix = sys.argv[3] if len(sys.argv) > 3 else "b"
with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(itertools.islice(lines, limit)):
        feature = json.loads(line)
        properties, day = feature["properties"], feature["properties"]["date"][:10]
        feature["id"] = f"{prefix}{feature['id']}"
        feature["properties"] = {
            "event_type": TYPES[properties["event_type"]],
            "status": "reported",
            "title": properties["notes"].split(".")[0],
            "place_name": properties["place"],
            "country": properties["country"],
            "geo_precision": 1,
            "date_start": day,
            "date_end": day,
            "time_precision": 1,
            "killed": properties["fatalities"],
            "source_name": properties["source"],
            "evidence_text": properties["notes"],
            "confidence": round(0.5 + (number % 50) / 100, 2),
        }
        print(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
