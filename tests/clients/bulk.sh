#!/usr/bin/env bash
# Bulk extraction on existing engines: `oqiga extract --ndjson` as a filter under GNU parallel and
# under Spark (local-cluster, two workers in processes of their own) gives what one process gives,
# byte for byte. Wants the built program (OQIGA, or target/release/oqiga), Debian's parallel, a Java
# runtime, and the Python package pyspark (PYTHON names the interpreter that has it).
#
#   bash tests/clients/bulk.sh          short: 280 articles, most of the time is Spark's to start
#   bash tests/clients/bulk.sh 200000   long: the figures of docs/PERFORMANCE.md
set -eu
cd "$(dirname "$0")/../.."
oqiga="${OQIGA:-$PWD/target/release/oqiga}"
python="${PYTHON:-python3}"
articles="${1:-280}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 tests/clients/bulk/make.py "$articles" >"$work/archive.ndjson"

# timed WHAT COMMAND: runs it and says how many articles a second it took.
timed() {
  local what=$1 start end
  start=$(date +%s.%N)
  eval "$2"
  end=$(date +%s.%N)
  awk -v what="$what" -v n="$articles" -v s="$start" -v e="$end" 'BEGIN { printf "ok    %-28s %7d articles in %7.1f s, %6.0f a second\n", what, n, e - s, n / (e - s) }'
}
# same WHAT FILE: compares with the output of one process.
same() {
  cmp "$2" "$work/one.ndjson" || { echo "WRONG $1 gave another output than one process"; exit 1; }
}

timed "one process" '"$oqiga" extract --ndjson <"$work/archive.ndjson" >"$work/one.ndjson"'
[ "$(wc -l <"$work/one.ndjson")" = "$articles" ] || { echo "WRONG $(wc -l <"$work/one.ndjson") answers for $articles articles"; exit 1; }
grep -q '"features":\[{' "$work/one.ndjson" || { echo "WRONG no incident was found"; exit 1; }
# Four parts a core, each cut at the end of a line, answered in the order of the archive.
timed "GNU parallel" 'RAYON_NUM_THREADS=1 parallel --will-cite --pipepart -a "$work/archive.ndjson" --block -4 --keep-order "$oqiga" extract --ndjson >"$work/parallel.ndjson"'
same "GNU parallel" "$work/parallel.ndjson"
spark=$("$python" -c 'import pyspark; print(pyspark.__path__[0])')
export SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON="$python" PYSPARK_DRIVER_PYTHON="$python"
timed "Spark, a cluster of two" '"$spark/bin/spark-submit" --master "local-cluster[2,1,1024]" --conf spark.ui.enabled=false \
  examples/extract_on_spark.py "$work/archive.ndjson" "$work/spark" "$oqiga" >"$work/spark.log" 2>&1 || { tail -30 "$work/spark.log"; exit 1; }'
cat "$work"/spark/part-* >"$work/spark.ndjson"
same "Spark" "$work/spark.ndjson"
