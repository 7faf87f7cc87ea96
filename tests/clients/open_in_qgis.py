"""What QGIS sees of a GeoPackage of ours and of our server: qgis.py FILE.gpkg ROOT_URL."""
import sys

from qgis.core import QgsApplication, QgsVectorLayer

FIELDS = {"event_type", "status", "place_name", "country", "date_start", "killed", "confidence", "evidence_text"}

app = QgsApplication([], False)
app.initQgis()


def check(what: str, layer: QgsVectorLayer) -> int:
    """Fails unless the layer is valid, has our fields, points in WGS 84, and features; returns how many."""
    assert layer.isValid(), f"{what}: {layer.error().summary()}"
    missing = FIELDS - {field.name() for field in layer.fields()}
    assert not missing, f"{what} lacks the fields {sorted(missing)}"
    assert layer.crs().authid() in ("EPSG:4326", "OGC:CRS84"), f"{what}: {layer.crs().authid()}"
    features = list(layer.getFeatures())
    located = [f for f in features if not f.geometry().isNull()]
    assert located, f"{what} has no located feature"
    assert layer.featureCount() in (len(features), -1), f"{what}: counts {layer.featureCount()} but holds {len(features)}"
    print(f"{what}: {len(features)} features, {len(located)} located")
    return len(features)


path, url = sys.argv[1], sys.argv[2].rstrip("/")
in_file = check("GeoPackage", QgsVectorLayer(f"{path}|layername=incidents", "incidents", "ogr"))
served = check("OGC API - Features", QgsVectorLayer(f"url='{url}' typename='incidents' pageSize='100'", "incidents", "OAPIF"))
# The server leaves out what is planned, denied or past; the file holds everything.
assert 0 < served <= in_file, (served, in_file)
