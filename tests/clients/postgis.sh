#!/usr/bin/env bash
# PostgreSQL with PostGIS as the store: the conformance suite of all stores against a database that is
# started for it, three servers that answer alike, and a primary, a replica and three servers killed
# in turn under load. Wants Debian's postgresql-15, postgresql-15-postgis-3, openssl and python3, the
# built program (OQIGA, or target/release/oqiga), and cargo.
#
#   bash tests/clients/postgis.sh          short: 300 queries, one round of kills, about a minute and a half
#   bash tests/clients/postgis.sh --long   1,000 queries, ten rounds of kills with 20 s of load around each
set -eu
cd "$(dirname "$0")/../.."
here=tests/clients/postgis
queries=300 rounds=1 seconds=2
[ "${1:-}" = --long ] && queries=1000 rounds=10 seconds=20
export PYTHONUNBUFFERED=1

echo "the stores' conformance suite"
python3 $here/cluster.py cargo test --release --quiet --test it store_conformance
echo "three servers on one database"
python3 $here/servers.py $queries
echo "kills under load"
python3 $here/failover.py $rounds $seconds
