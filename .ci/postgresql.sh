#!/bin/sh
# Start a PostgreSQL for the tests and print its URL: a cluster of its own, reached only through a socket in a
# private folder (no port, no password, nothing of the system's PostgreSQL is touched). Calling it again is harmless.
#
#   URBIUM_TEST_POSTGRESQL="$(sh .ci/postgresql.sh)" make test      start (if need be) and test
#   sh .ci/postgresql.sh stop                                       stop it and remove it
set -eu
cd "$(dirname "$0")/.."

programs() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
if [ -z "$(programs)" ]; then sh .ci/install postgresql >&2; fi
bin="$(programs)"

# PostgreSQL refuses to run as root: the cluster then belongs to the account that Debian's package made.
if [ "$(id -u)" -eq 0 ]; then
  folder="$(getent passwd postgres | cut -d: -f6)/urbium-test"
  server() { (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env HOME="${folder%/*}" LC_ALL=C "$@"); }
else
  folder="${XDG_CACHE_HOME:-$HOME/.cache}/urbium/postgresql-test"
  server() { (cd / && LC_ALL=C "$@"); }
fi

if [ "${1:-start}" = stop ]; then
  if server "$bin/pg_ctl" status -D "$folder" >/dev/null 2>&1; then server "$bin/pg_ctl" stop -s -m fast -D "$folder" >&2; fi
  rm -rf "$folder"
  exit 0
fi

if [ ! -f "$folder/PG_VERSION" ]; then
  server mkdir -p -m 700 "$folder"
  server "$bin/initdb" --pgdata="$folder" --username=urbium --auth=trust --encoding=UTF8 --locale=C --no-sync >/dev/null
fi
if ! server "$bin/pg_ctl" status -D "$folder" >/dev/null 2>&1; then
  # fsync is off: the tests of PostgreSQL ask what the statements do, not what a power cut does.
  server "$bin/pg_ctl" start -s -w -D "$folder" -l "$folder/server.log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off" >/dev/null 2>&1 </dev/null || {
    echo "PostgreSQL did not start:" >&2
    tail -n 20 "$folder/server.log" >&2
    exit 1
  }
fi
if ! server "$bin/psql" -h "$folder" -U urbium -d postgres -Atqc "select 1 from pg_database where datname = 'urbium_test'" \
  | grep -q 1; then
  server "$bin/createdb" -h "$folder" -U urbium urbium_test
fi
echo "postgresql://urbium@/urbium_test?host=$folder"
