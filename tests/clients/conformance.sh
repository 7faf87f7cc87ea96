#!/usr/bin/env bash
# The abstract tests of OGC API - Features Parts 1 to 3, from the evaluation data (OQIGA_EVAL_DATA,
# default ../shared; not in the repository), against a server that any page may read.
set -eu
cd "$(dirname "$0")/../.."
suite="${OQIGA_EVAL_DATA:-../shared}/clients/oapif_conformance.py"
[ -f "$suite" ] || { echo "skipped: there is no $suite"; exit 0; }
log=$(mktemp)
"${OQIGA:-./target/release/oqiga}" serve --sample --listen 127.0.0.1:0 --allow-origin '*' >"$log" 2>&1 &
trap 'kill %1; rm -f "$log"' EXIT
for _ in $(seq 100); do grep -q '^http' "$log" && break; sleep 0.2; done
python3 "$suite" "$(grep -m1 -o 'http://[^/]*' "$log")" --strict
