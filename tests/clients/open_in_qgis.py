"""What QGIS sees of a GeoPackage of ours and of our server: qgis.py FILE.gpkg ROOT_URL."""
import sys
import urllib.request

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

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
copy = f"{path}.fgb"
urllib.request.urlretrieve(f"{url}/export?f=fgb", copy)
check("FlatGeobuf", QgsVectorLayer(copy, "incidents", "ogr"))
tiles = url + "/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}"
layer = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=0&zmax=14", "tiles")
assert layer.isValid(), "the vector tiles are no layer"
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
settings.setExtent(QgsRectangle(-2e7, -2e7, 2e7, 2e7))
settings.setOutputSize(QSize(512, 512))
settings.setBackgroundColor(QColor("white"))
job = QgsMapRendererSequentialJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
drawn = sum(image.pixelColor(x, y) != QColor("white") for x in range(512) for y in range(512))
assert drawn > 0, "the vector tiles draw nothing"
print(f"vector tiles: {drawn} pixels drawn on a map of the world")
# The server leaves out what is planned, denied or past; the file holds everything.
assert 0 < served <= in_file, (served, in_file)
