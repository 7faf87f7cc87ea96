"""What geopandas, pyarrow and owslib see of our server: python.py ROOT_URL."""
import io
import json
import sys
import urllib.request

import geopandas
import pyarrow.parquet
from owslib.ogcapi.features import Features

url = sys.argv[1].rstrip("/")


def get(path: str) -> bytes:
    with urllib.request.urlopen(url + path) as answer:
        return answer.read()


def same(what: str, found: object, wanted: object) -> None:
    assert found == wanted, f"{what}: {found}, wanted {wanted}"
    print(f"{what}: {found}")


matched = lambda query="": json.loads(get(f"/collections/incidents/items?resultType=hits{query}"))["numberMatched"]
everything, located = matched(), matched("&bbox=-180,-90,180,90")

api = Features(url + "/")
same("owslib: collections", api.feature_collections(), ["incidents", "places", "documents"])
page = api.collection_items("incidents", bbox=[46, 40, 88, 56], limit=1000)
same("owslib: in a box over Kazakhstan", len(page["features"]), matched("&bbox=46,40,88,56"))
places = api.collection_items("places", filter="class = 'city' AND population > 100000 AND country = 'KZ'", limit=1000)
assert {"Almaty", "Aktau"} <= {place["properties"]["name"] for place in places["features"]}
assert "event_type" in api.collection_queryables("incidents")["properties"]

geojson = geopandas.read_file(io.BytesIO(get("/export?f=geojson")))
same("geopandas: GeoJSON", len(geojson), everything)
for name, wanted in (("fgb", located), ("gpkg", everything)):
    frame = geopandas.read_file(io.BytesIO(get(f"/export?f={name}")))
    same(f"geopandas: {name}", len(frame), wanted)
    same(f"geopandas: {name}, system", frame.crs.to_epsg(), 4326)

parquet = get("/export?f=geoparquet")
frame = geopandas.read_parquet(io.BytesIO(parquet))
same("geopandas: GeoParquet", len(frame), everything)
same("geopandas: GeoParquet, positions", int(frame.geometry.notna().sum()), located)
box = geopandas.read_parquet(io.BytesIO(parquet), bbox=(46, 40, 88, 56))
same("geopandas: GeoParquet, in a box by its columns", int(box.geometry.notna().sum()), matched("&bbox=46,40,88,56"))
table = pyarrow.parquet.read_table(io.BytesIO(parquet))
same("pyarrow: rows", table.num_rows, everything)
same("pyarrow: the date is a date", str(table.schema.field("date_start").type), "date32[day]")
by_id = geojson.set_index("id").geometry
for identifier, point in frame.set_index("id").geometry.items():
    assert (point is None and by_id[identifier] is None) or point.equals(by_id[identifier]), identifier
print("GeoParquet and GeoJSON have the same positions")
