#!/usr/bin/env bash
# The figures of docs/PERFORMANCE.md, "Serving": starts the program on a filled store and measures items, tiles, exports,
# start and memory with the harness of the evaluation data (OQIGA_EVAL_DATA, default ../shared; not in the repository).
# Wants wrk, curl, python3 and a store filled by incidents.py.
#
#   bash benches/serving/run.sh STORE.gpkg [SECONDS] [MORE.ndjson]
#
# MORE.ndjson are incidents as incidents.py makes them that the store does not have yet: they are written at ten thousand a
# second by another program while the items are read. They stay in the store, so give a copy.
set -u
store=$(realpath "$1")
seconds=${2:-10}
more=${3:+$(realpath "$3")}
cd "$(dirname "$0")/../.."
oqiga="${OQIGA:-$PWD/target/release/oqiga}"
shared="${OQIGA_EVAL_DATA:-../shared}"
shared=$(realpath "$shared")
work=$(mktemp -d)
trap 'kill $pid 2>/dev/null; rm -rf "$work"' EXIT
start=$(date +%s.%N)
RUST_LOG=warn "$oqiga" serve --store "$store" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
pid=$!
until grep -q '^http' "$work/log"; do sleep 0.05; kill -0 $pid || { cat "$work/log"; exit 1; }; done
url=$(grep -m1 -o 'http://[^/]*' "$work/log")
curl -sf -o /dev/null "$url/healthz"
printf 'start to ready: %.2f s; incidents: %s; memory: %s MB\n' "$(bc <<<"$(date +%s.%N) - $start")" \
  "$(curl -s "$url/healthz" | grep -o '"incidents":[0-9]*')" "$(awk '/VmRSS/ {print int($2/1024)}' /proc/$pid/status)"

paths() { python3 "$shared/bench/mkpaths.py" "$@" >"$work/paths.txt"; }
measure() { RESULTS="$work/results.tsv" CPUPIDS=$pid bash "$shared/bench/run_wrk.sh" "$1" "$url" "$work/paths.txt" "$seconds" 8; }
items='/collections/incidents/items?bbox={bbox}&datetime={dt}&limit=1000'
tiles='/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}'
paths items "$shared/bench/queries.tsv" "$items" && measure items/all
for size in continent city; do paths items "$shared/bench/queries.tsv" "$items" $size && measure items/$size; done
paths tiles "$shared/bench/tiles.tsv" "$tiles?properties=id,event_type&clusters=false" 6-12 && measure 'tiles/z6-12 id and type'
paths tiles "$shared/bench/tiles.tsv" "$tiles?properties=*&clusters=false" 6-12 && measure 'tiles/z6-12 all attributes'
paths tiles "$shared/bench/tiles.tsv" "$tiles" 0-5 && measure 'tiles/z0-5 clusters'
head -60 "$work/paths.txt" | while read -r path; do curl -s "$url$path" | wc -c; done | sort -n | tail -1 | sed 's/^/tiles z0-5: largest of 60, bytes: /'
for n in $(seq 200); do sed "s|\$|?min_confidence=0.5$n|" "$work/paths.txt"; done >"$work/fresh.txt"
mv "$work/fresh.txt" "$work/paths.txt" && measure 'tiles/z0-5 a filter nobody asked before'
for format in geojson fgb geoparquet gpkg csv; do
  before=$(awk '/VmRSS/ {print int($2/1024)}' /proc/$pid/status)
  curl -s -o "$work/export" -w "export $format: %{time_total} s, first byte %{time_starttransfer} s, %{size_download} bytes" "$url/export?f=$format"
  printf ', memory +%s MB\n' $(($(awk '/VmHWM/ {print int($2/1024)}' /proc/$pid/status) - before))
done
if [ -n "$more" ]; then
  python3 -c 'import sys, time
start = time.time()
for n, line in enumerate(open(sys.argv[1], "rb")):
    if n % 1000 == 0: time.sleep(max(0, start + n / 10000 - time.time()))
    sys.stdout.buffer.write(line)' "$more" | "$oqiga" import - --format geojson --store "$store" >"$work/import.log" 2>&1 &
  paths items "$shared/bench/queries.tsv" "$items" && measure 'items/all while ten thousand a second are written'
  wait %2
  tail -1 "$work/import.log"
  for _ in $(seq 50); do
    kept=$("$oqiga" export --store "$store" --status all --format geojsonl | wc -l)
    served=$(curl -s "$url/collections/incidents/items?resultType=hits&status=all" | grep -o '"numberMatched":[0-9]*' | cut -d: -f2)
    [ "$kept" = "$served" ] && break
    sleep 0.2
  done
  echo "kept: $kept, served: $served; memory: $(awk '/VmRSS/ {print int($2/1024)}' /proc/$pid/status) MB"
fi
