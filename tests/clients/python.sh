#!/usr/bin/env bash
# geopandas, pyarrow and owslib (from PyPI) read our server, and Schemathesis holds it to its own
# description, with a token so that it writes too. Wants the built program (OQIGA, or
# target/release/oqiga), Python and PyPI.
set -eu
cd "$(dirname "$0")/../.."
oqiga=$(realpath "${OQIGA:-target/release/oqiga}")
venv="${OQIGA_VENV:-$PWD/target/ci/venv}"
[ -x "$venv/bin/st" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet geopandas==1.2.0 pyarrow==26.0.1 owslib==0.35.0 schemathesis==4.32.5; }
work=$(mktemp -d)
trap 'kill %1; rm -rf "$work"' EXIT
head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/token"
"$oqiga" serve --sample --token-file "$work/token" --listen 127.0.0.1:0 >"$work/log" 2>&1 &
for _ in $(seq 100); do grep -q '^http' "$work/log" && break; sleep 0.2; done
url=$(grep -m1 -o 'http://[^/]*' "$work/log") || { cat "$work/log"; exit 1; }
"$venv/bin/python" tests/clients/python.py "$url"
(cd "$work" && "$venv/bin/st" run "$url/api" --url "$url" -H "Authorization: Bearer $(cat "$work/token")" --phases examples,coverage,fuzzing \
  --max-examples 20 --request-timeout 30 --seed 1 --checks not_a_server_error,status_code_conformance,content_type_conformance \
  --continue-on-failure --exclude-path /changes >"$work/schemathesis.log" 2>&1) || { cut -c1-400 "$work/schemathesis.log" | tail -60; exit 1; }
tail -5 "$work/schemathesis.log"
