#!/usr/bin/env bash
# geopandas, pyarrow and owslib (from PyPI) read our server, and Schemathesis holds it to its own
# description. Wants OQIGA_URL (a running server with the sample), Python and PyPI.
set -eu
cd "$(dirname "$0")/../.."
url="${OQIGA_URL%%/#*}"
url="${url%/}"
venv="${OQIGA_VENV:-$PWD/target/ci/venv}"
[ -x "$venv/bin/st" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet geopandas pyarrow owslib schemathesis; }
"$venv/bin/python" tests/clients/python.py "$url"
"$venv/bin/st" run "$url/api" --url "$url" --phases examples,coverage,fuzzing --max-examples 20 --request-timeout 30 --seed 1 \
  --checks not_a_server_error,status_code_conformance,content_type_conformance --continue-on-failure --exclude-path /changes \
  >target/ci/schemathesis.log 2>&1 || { tail -60 target/ci/schemathesis.log; exit 1; }
tail -5 target/ci/schemathesis.log
