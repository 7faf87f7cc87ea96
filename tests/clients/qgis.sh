#!/usr/bin/env bash
# QGIS, headless, opens what we write and serve: the store's GeoPackage by path, and the incidents
# as an OGC API - Features layer. Wants OQIGA_URL (a running server with the sample) and the
# release binary; Debian's python3-qgis.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./target/release/oqiga ingest src/intake/sample --store "$work/sample.gpkg" >"$work/ingest.log" 2>&1 || { cat "$work/ingest.log"; exit 1; }
QT_QPA_PLATFORM=offscreen XDG_RUNTIME_DIR=$work HOME=$work /usr/bin/python3 tests/clients/open_in_qgis.py "$work/sample.gpkg" "${OQIGA_URL%%#*}"
