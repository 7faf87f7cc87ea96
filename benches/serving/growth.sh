#!/usr/bin/env bash
# What a request costs with stores of different sizes: server CPU, and bytes of the answer. Stores are made unless they are in
# the folder. Ten million want 11 GB of disk and 9 GB of memory.
#
#   bash benches/serving/growth.sh CITIES500.json FOLDER SECONDS 10000 100000 1000000 10000000
set -eu
. "$(dirname "$0")/common.sh"
cities=$(realpath "$1") folder=$2 seconds=$3
shift 3
cell() {
  measure "$1" "$seconds" | sed -E 's/.*KB_per_resp=([0-9.]+).*srv_cpu_ms_per_req=([0-9.]+).*/ \2 (\1 KB) |/' | tr -d '\n'
}
echo '| incidents | start, s | memory, MB | city boxes | tile, zoom 6 to 12, id and type | the same, all attributes | tile, zoom 0 to 5 | mixed boxes |'
echo '|-|-|-|-|-|-|-|-|'
for incidents in "$@"; do
  make_store "$folder" "$incidents" "$cities" >&2
  start_server "$folder/$incidents.gpkg"
  printf "| %'d | %.1f | %s |" "$incidents" "$seconds_to_ready" "$(memory_mb VmRSS)"
  paths items "$bench/queries.tsv" "$items" city && cell city
  paths tiles "$bench/tiles.tsv" "$tiles?properties=id,event_type&clusters=false" 6-12 && cell 'id and type'
  paths tiles "$bench/tiles.tsv" "$tiles?properties=*&clusters=false" 6-12 && cell 'all attributes'
  paths tiles "$bench/tiles.tsv" "$tiles" 0-5 && cell clusters
  paths items "$bench/queries.tsv" "$items" && cell mixed
  echo
  stop_server
done
