# What the serving benchmarks share; to be sourced. Wants wrk, curl, bc, python3 and the harness of the evaluation data
# (OQIGA_EVAL_DATA, default ../shared; not in the repository).
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
oqiga=$(realpath "${OQIGA:-$here/../../target/release/oqiga}")
bench=$(realpath "${OQIGA_EVAL_DATA:-$here/../../../shared}")/bench
work=$(mktemp -d)
pid=
# Only what was started here.
trap '[ -n "$pid" ] && kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT
items='/collections/incidents/items?bbox={bbox}&datetime={dt}&limit=1000'
tiles='/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}'

# make_store FOLDER N CITIES500.json: fills FOLDER/N.gpkg with N incidents unless it is there.
make_store() {
  [ -e "$1/$2.gpkg" ] && return
  local made="$work/made"
  mkdir -p "$1" "$made"
  python3 "$bench/gen.py" "$3" "$made" "$2" &&
    python3 "$here/incidents.py" "$made/incidents.ndjson" | "$oqiga" import - --format geojson --store "$1/$2.part.gpkg" &&
    mv "$1/$2.part.gpkg" "$1/$2.gpkg"
  rm -rf "$made"
}

# start_server STORE: sets pid and url, and seconds_to_ready, when it answers.
start_server() {
  local start
  start=$(date +%s.%N)
  RUST_LOG=warn "$oqiga" serve --store "$1" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
  pid=$!
  until grep -q '^http' "$work/log"; do
    sleep 0.02
    kill -0 $pid || { cat "$work/log"; exit 1; }
  done
  url=$(grep -m1 -o 'http://[^/]*' "$work/log")
  curl -sf -o /dev/null "$url/healthz"
  seconds_to_ready=$(bc <<<"$(date +%s.%N) - $start")
}

stop_server() {
  kill $pid
  wait $pid 2>/dev/null
  pid=
}

memory_mb() { awk -v what="$1:" '$1 == what {print int($2/1024)}' /proc/$pid/status; }

# paths KIND TSV TEMPLATE [SIZE]: the requests that come next.
paths() { python3 "$bench/mkpaths.py" "$@" >"$work/paths.txt"; }

# measure LABEL SECONDS: eight clients at once.
measure() { RESULTS="$work/results.tsv" CPUPIDS=$pid bash "$bench/run_wrk.sh" "$1" "$url" "$work/paths.txt" "$2" 8; }
