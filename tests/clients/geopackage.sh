#!/usr/bin/env bash
# GDAL's validator of GeoPackage finds nothing to say about a store: new, filled, edited by another
# program, imported into, migrated from the first version. Wants the built program (OQIGA, or
# target/release/oqiga) and Debian's gdal-bin and python3-gdal.
set -u
cd "$(dirname "$0")/../.."
oqiga="${OQIGA:-$PWD/target/release/oqiga}"
python="${PYTHON:-/usr/bin/python3}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# valid WHAT FILE: one line of the report.
valid() {
  if "$python" -m osgeo_utils.samples.validate_gpkg -q --extra --warning-as-error "$2" >"$work/said" 2>&1; then
    echo "ok    $1"
  else
    echo "WRONG $1"
    sed 's/^/      /' "$work/said"
    failures=$((failures + 1))
  fi
}

"$oqiga" ingest src/intake/sample --store "$work/a.gpkg" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
valid "reports taken in" "$work/a.gpkg"
ogrinfo "$work/a.gpkg" -sql "UPDATE incidents SET title = 'Corrected' WHERE fid = 1" >"$work/log" 2>&1 || cat "$work/log"
ogrinfo "$work/a.gpkg" -sql "DELETE FROM incidents WHERE fid = 2" >"$work/log" 2>&1 || cat "$work/log"
valid "edited by GDAL" "$work/a.gpkg"
"$oqiga" verify --store "$work/a.gpkg" >"$work/log" 2>&1 && echo "ok    oqiga verify after the edits" || { cat "$work/log"; failures=$((failures + 1)); }
"$oqiga" export --store "$work/a.gpkg" --status all -o "$work/a.geojson" && "$oqiga" import "$work/a.geojson" --store "$work/b.gpkg" >"$work/log" 2>&1 || cat "$work/log"
valid "incidents imported" "$work/b.gpkg"
"$oqiga" token add desk --store "$work/b.gpkg" >"$work/log" 2>&1 || cat "$work/log"
valid "with a token" "$work/b.gpkg"
"$oqiga" backup "$work/c.gpkg" --store "$work/b.gpkg" >"$work/log" 2>&1 || cat "$work/log"
valid "a backup" "$work/c.gpkg"
cp tests/it/data/store-v1.gpkg "$work/old.gpkg"
"$oqiga" token add desk --store "$work/old.gpkg" >"$work/log" 2>&1 || cat "$work/log"
valid "migrated from version 1" "$work/old.gpkg"
exit "$failures"
