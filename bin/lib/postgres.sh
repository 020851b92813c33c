# Starts a PostgreSQL of our own in a temporary folder, on a free port of the loopback address, and ends it on exit.
# Sets CLINCH_TEST_POSTGRES. Debian keeps the server's programs out of PATH.

start_postgres() {
  local programs
  programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  if [ -z "$programs" ] || [ ! -x "$programs/initdb" ]; then
    need initdb postgresql
    programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  fi
  postgres_folder=$(mktemp -d)
  postgres_pg_ctl=$programs/pg_ctl
  postgres_run=()
  if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
    chown postgres "$postgres_folder"
    postgres_run=(runuser -u postgres --)
  fi
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "${postgres_run[@]}" "$programs/initdb" -D "$postgres_folder/data" -U clinch --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >/dev/null
  # Durability is PostgreSQL's own promise; here its databases live for one test run.
  "${postgres_run[@]}" "$postgres_pg_ctl" -D "$postgres_folder/data" -w -l "$postgres_folder/log" start \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c fsync=off" >/dev/null
  export CLINCH_TEST_POSTGRES="postgres://clinch@127.0.0.1:$port"
  trap stop_postgres EXIT
}

stop_postgres() {
  "${postgres_run[@]}" "$postgres_pg_ctl" -D "$postgres_folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$postgres_folder"
}
