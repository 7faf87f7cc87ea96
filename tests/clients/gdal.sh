#!/usr/bin/env bash
# GDAL reads what we write and serve: the store's GeoPackage, the OGC API - Features layer and every
# export, with equal counts; and what it edits in the store is seen, recorded and kept. Wants
# OQIGA_URL (a running server with the sample), the built program (OQIGA, or target/release/oqiga)
# and Debian's gdal-bin.
set -u
cd "$(dirname "$0")/../.."
oqiga="${OQIGA:-$PWD/target/release/oqiga}"
url="${OQIGA_URL%%/#*}"
url="${url%/}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CPL_DEBUG=OFF GDAL_HTTP_TIMEOUT=20
failures=0

# same WHAT FOUND WANTED: one line of the report.
same() {
  if [ "$2" = "$3" ] && [ -n "$2" ]; then
    printf 'ok    %-52s %s\n' "$1" "$2"
  else
    printf 'WRONG %-52s got %s, wanted %s\n' "$1" "${2:-nothing}" "$3"
    failures=$((failures + 1))
  fi
}

count() { ogrinfo -ro -so "$@" 2>>"$work/gdal.log" | sed -n 's/^Feature Count: //p' | head -1; }
geometry() { ogrinfo -ro -so "$@" 2>>"$work/gdal.log" | sed -n 's/^Geometry: //p' | head -1; }
matched() { curl -sf "$url/collections/incidents/items?resultType=hits&$1" | sed -n 's/.*"numberMatched":\([0-9]*\).*/\1/p'; }

# The store is a GeoPackage.
store="$work/sample.gpkg"
"$oqiga" ingest src/intake/sample --store "$store" >"$work/ingest.log" 2>&1 || { cat "$work/ingest.log"; exit 1; }
all=$("$oqiga" export --store "$store" --status all --format geojsonl | wc -l)
[ "$all" -gt 0 ] || { echo "WRONG the sample gave no incidents"; exit 1; }
same "GeoPackage: incidents" "$(count "$store" incidents)" "$all"
same "GeoPackage: geometry" "$(geometry "$store" incidents)" "Point"
same "GeoPackage: documents" "$(count "$store" documents)" "$(wc -l <"$work/ingest.log")"
located=$("$oqiga" export --store "$store" --status all --bbox -180,-90,180,90 --format geojsonl | wc -l)
same "GeoPackage: with a position, by the spatial index" "$(count -spat -180 -90 180 90 "$store" incidents)" "$located"
kazakhstan=$("$oqiga" export --store "$store" --status all --bbox 46,40,88,56 --format geojsonl | wc -l)
same "GeoPackage: in a box over Kazakhstan" "$(count -spat 46 40 88 56 "$store" incidents)" "$kazakhstan"
same "GeoPackage: the date is a date" "$(ogrinfo -ro -so "$store" incidents | sed -n 's/^date_start: \(Date\).*/\1/p')" "Date"

# Every export is read back with the same incidents.
shown=$("$oqiga" export --store "$store" --format geojsonl | wc -l)
for format in geojson geojsonl geojsonseq csv hxl-csv acled-csv fgb gpkg kml pmtiles; do
  "$oqiga" export --store "$store" --format "$format" -o "$work/export.$format" || failures=$((failures + 1))
done
same "export geojson" "$(count -al "$work/export.geojson")" "$shown"
mv "$work/export.geojsonl" "$work/export.geojsons"
same "export geojsonl" "$(count -al GeoJSONSeq:"$work/export.geojsons")" "$shown"
same "export csv" "$(count -al "$work/export.csv" -oo X_POSSIBLE_NAMES=lon -oo Y_POSSIBLE_NAMES=lat)" "$shown"
on_map=$("$oqiga" export --store "$store" --bbox -180,-90,180,90 --format geojsonl | wc -l)
mv "$work/export.geojsonseq" "$work/export.geojsons"
same "export geojsonseq" "$(count -al "$work/export.geojsons")" "$shown"
same "export fgb: with a position" "$(count -al "$work/export.fgb")" "$on_map"
same "export fgb: in a box, by its index" "$(count -al -spat 46 40 88 56 "$work/export.fgb")" "$(count -al -spat 46 40 88 56 "$work/export.geojson")"
same "export gpkg" "$(count "$work/export.gpkg" incidents)" "$shown"
same "export gpkg: in a box, by its index" "$(count -spat 46 40 88 56 "$work/export.gpkg" incidents)" "$(count -al -spat 46 40 88 56 "$work/export.geojson")"
same "export gpkg: the date is a date" "$(ogrinfo -ro -so "$work/export.gpkg" incidents | sed -n 's/^date_start: \(Date\).*/\1/p')" "Date"
same "export kml: placemarks" "$(grep -c '<Placemark' "$work/export.kml")" "$shown"
same "export acled-csv" "$(count -al CSV:"$work/export.acled-csv")" "$shown"
positions() { ogr2ogr -f CSV /vsistdout/ "$1" -select id -lco GEOMETRY=AS_XY 2>/dev/null | tail -n +2 | sed 's/"//g' | sort; }
same "export fgb and gpkg: the same positions" "$(positions "$work/export.fgb" | md5sum)" "$(positions "$work/export.gpkg" | grep -v '^,' | md5sum)"

# The layer of the server.
layer() { count "$@" "OAPIF:$url" incidents; }
same "OAPIF: incidents" "$(layer)" "$(matched '')"
same "OAPIF: geometry" "$(geometry "OAPIF:$url" incidents)" "Point"
same "OAPIF: in a box over Kazakhstan" "$(layer -spat 46 40 88 56)" "$(matched bbox=46,40,88,56)"
same "OAPIF: in a box over the antimeridian" "$(matched bbox=170,-90,-170,90)" "$(($(matched bbox=170,-90,180,90) + $(matched bbox=-180,-90,-170,90)))"
same "OAPIF: by a type, pushed down" "$(layer -where "event_type = 'protest'")" "$(matched type=protest)"
curl -sf -o "$work/0.mvt" "$url/collections/incidents/tiles/WebMercatorQuad/0/0/0?clusters=false"
same "tile: every incident with a position once" "$(ogrinfo -ro -so MVT:"$work/0.mvt" incidents 2>>"$work/gdal.log" | sed -n 's/^Feature Count: //p')" "$(matched bbox=-180,-90,180,90)"
ogr2ogr -f GPKG "$work/copy.gpkg" "OAPIF:$url" incidents -oo PAGE_SIZE=5 2>>"$work/gdal.log"
same "OAPIF: copied in pages of 5" "$(count "$work/copy.gpkg" incidents)" "$(matched '')"

# What GDAL edits in the store is seen, recorded and kept.
id=$("$oqiga" export --store "$store" --format csv | sed -n 2p | cut -d, -f1)
ogrinfo "$store" -sql "UPDATE incidents SET title = 'corrected by hand' WHERE id = '$id'" >/dev/null 2>>"$work/gdal.log"
same "edit: seen in the export" "$("$oqiga" export --store "$store" --format geojsonl | grep -c '"title":"corrected by hand"')" "1"
same "edit: recorded" "$(ogrinfo -ro "$store" -sql "SELECT who FROM revisions WHERE id = '$id' AND action = 'update'" | sed -n 's/.*who (String) = //p')" "another program"
mkdir "$work/again"
for report in src/intake/sample/*.json; do
  sed 's/"text": "/"title": "Corrected version", "text": "/' "$report" >"$work/again/$(basename "$report")"
done
"$oqiga" ingest "$work/again" --store "$store" >"$work/again.log" 2>&1
same "edit: the reports come again, changed" "$(grep -c updated "$work/again.log")" "$(wc -l <"$work/ingest.log")"
same "edit: kept when the reports come again" "$("$oqiga" export --store "$store" --format geojsonl | grep -c '"title":"corrected by hand"')" "1"

if ((failures)); then
  echo "$failures wrong; GDAL said:"
  tail -20 "$work/gdal.log"
  exit 1
fi
