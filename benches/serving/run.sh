#!/usr/bin/env bash
# Starts the program on a filled store and measures items, tiles, exports, start and memory. table.sh makes the store too, and
# the table of docs/PERFORMANCE.md, "Serving", of what this prints.
#
#   bash benches/serving/run.sh STORE.gpkg [SECONDS] [MORE.ndjson]
#
# MORE.ndjson are incidents as incidents.py makes them that the store does not have yet: they are written at ten thousand a
# second by another program while the items are read. They stay in the store, so give a copy.
set -u
. "$(dirname "$0")/common.sh"
store=$(realpath "$1")
seconds=${2:-10}
more=${3:+$(realpath "$3")}
start_server "$store"
printf 'start to ready: %.2f s; incidents: %s; memory: %s MB\n' "$seconds_to_ready" \
  "$(curl -s "$url/healthz" | grep -o '"incidents":[0-9]*')" "$(memory_mb VmRSS)"
printf 'counts: '
python3 "$here/check_counts.py" "$store" "$url" "$bench/queries.tsv" | tail -1

paths items "$bench/queries.tsv" "$items" && measure items/all "$seconds"
for size in continent city; do paths items "$bench/queries.tsv" "$items" $size && measure items/$size "$seconds"; done
paths tiles "$bench/tiles.tsv" "$tiles?properties=id,event_type&clusters=false" 6-12 && measure 'tiles/z6-12 id and type' "$seconds"
paths tiles "$bench/tiles.tsv" "$tiles?properties=*&clusters=false" 6-12 && measure 'tiles/z6-12 all attributes' "$seconds"
paths tiles "$bench/tiles.tsv" "$tiles" 0-5 && measure 'tiles/z0-5 clusters' "$seconds"
sort -u "$work/paths.txt" | while read -r path; do curl -s "$url$path" | wc -c; done | sort -n | tail -1 | sed 's/^/tiles z0-5: largest, bytes: /'
for n in $(seq 200); do sed "s|\$|?min_confidence=0.5$n|" "$work/paths.txt"; done >"$work/fresh.txt"
mv "$work/fresh.txt" "$work/paths.txt" && measure 'tiles/z0-5 a filter nobody asked before' "$seconds"
for format in geojson fgb geoparquet gpkg csv; do
  before=$(memory_mb VmRSS)
  curl -s -o "$work/export" -w "export $format: %{time_total} s, first byte %{time_starttransfer} s, %{size_download} bytes" "$url/export?f=$format"
  printf ', memory +%s MB\n' $(($(memory_mb VmHWM) - before))
done
rm "$work/export"
if [ -n "$more" ]; then
  python3 -c 'import sys, time
start = time.time()
for n, line in enumerate(open(sys.argv[1], "rb")):
    if n % 1000 == 0: time.sleep(max(0, start + n / 10000 - time.time()))
    sys.stdout.buffer.write(line)' "$more" | "$oqiga" import - --format geojson --store "$store" >"$work/import.log" 2>&1 &
  paths items "$bench/queries.tsv" "$items" && measure 'items/all while ten thousand a second are written' 30
  wait %2
  tail -1 "$work/import.log"
  for _ in $(seq 50); do
    kept=$("$oqiga" export --store "$store" --status all --format geojsonl | wc -l)
    served=$(curl -s "$url/collections/incidents/items?resultType=hits&status=all" | grep -o '"numberMatched":[0-9]*' | cut -d: -f2)
    [ "$kept" = "$served" ] && break
    sleep 0.2
  done
  echo "kept: $kept, served: $served; memory: $(memory_mb VmRSS) MB"
fi
