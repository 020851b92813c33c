#!/usr/bin/env bash
# The whole product in a browser: starts two demo companies in a temporary folder, runs every test, stops them. What people do
# with appraisals, coaching, training and recruiting is done once more on PostgreSQL, from a backup of the sample company.
#   e2e/run.sh                  all files
#   e2e/run.sh FILE...          only these
#   CLINCH_BIN                  the program; target/ci/clinch when not set
#   CLINCH_WRITE_SCREENSHOT=1   also writes docs/screens/scorecard.png
source "$(dirname "$0")/../bin/lib/common.sh"
bin=$(realpath "${CLINCH_BIN:-$root/target/ci/clinch}")
export CLINCH_BIN=$bin CLINCH_STRICT=true
[ -n "${CLINCH_TEST_POSTGRES:-}" ] || { source "$root/bin/lib/postgres.sh" && start_postgres; }
files=()
for file in "$@"; do files+=("$(basename "$file")"); done
cd "$root/e2e"
[ ${#files[@]} -gt 0 ] || files=(*.test.js)

[ -x "$bin" ] || { echo "$bin is missing: build it with cargo build --profile ci" >&2; exit 1; }
command -v node >/dev/null || { echo "Node is missing: install version 20 or newer" >&2; exit 1; }
need chromium chromium
need pdftotext poppler-utils
need psql postgresql-client
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then npm ci --silent; fi

folder=$(mktemp -d)
servers=()
finish() {
  local code=$?
  trap - EXIT
  if [ ${#servers[@]} -gt 0 ]; then
    kill "${servers[@]}" 2>/dev/null || true
    wait "${servers[@]}" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ]; then
    for log in "$folder"/*.log; do
      [ -f "$log" ] || continue
      echo "== the last lines of the server of $(basename "$log" .log)"
      tail -n 60 "$log"
    done
  fi
  rm -rf "$folder"
  [ -z "${postgres_folder:-}" ] || stop_postgres
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
export CLINCH_URL=http://127.0.0.1:$(free_port) CLINCH_FOLDER=$folder/northwind
export CLINCH_ACME_URL=http://127.0.0.1:$(free_port) CLINCH_ACME_FOLDER=$folder/acme

# serve COMPANY ADDRESS
serve() {
  mkdir "$folder/$1"
  "$bin" demo --folder "$folder/$1" --data "$root/data" --company "$1" --alone --listen "${2#http://}" >"$folder/$1.log" 2>&1 &
  servers+=($!)
}
serve northwind "$CLINCH_URL"
serve acme "$CLINCH_ACME_URL"
mkdir -p out

# All of these answer.
answer() {
  node -e 'const signal = AbortSignal.timeout(2000);
    Promise.all(process.argv.slice(1).map((url) => fetch(url + "/healthz", { signal })))
      .then((all) => process.exit(all.every((one) => one.ok) ? 0 : 1), () => process.exit(1))' "$@"
}
await_answers() {
  SECONDS=0
  until answer "$@"; do
    for server in "${servers[@]}"; do
      kill -0 "$server" 2>/dev/null || { echo "a server ended before it answered" >&2; exit 1; }
    done
    [ "$SECONDS" -lt 120 ] || { echo "the servers did not answer within two minutes" >&2; exit 1; }
    sleep 0.5
  done
}
await_answers "$CLINCH_URL" "$CLINCH_ACME_URL"

# The same company on PostgreSQL, as it is before anybody has done anything.
journeys=()
for file in appraisal coaching recruiting training; do
  [[ " ${files[*]} " != *" $file.test.js "* ]] || journeys+=("$file.test.js")
done
if [ ${#journeys[@]} -gt 0 ]; then
  database=journeys_$$
  node_folder=$folder/node/acme
  node_url=http://127.0.0.1:$(free_port)
  mkdir -p "$node_folder"
  cp "$CLINCH_ACME_FOLDER"/acme-logins.txt "$CLINCH_ACME_FOLDER"/acme.db.key "$node_folder"
  "$bin" --db "$CLINCH_ACME_FOLDER/acme.db" backup "$node_folder/backup"
  psql --quiet "$CLINCH_TEST_POSTGRES/postgres" -c "CREATE DATABASE $database"
  on_node=("$bin" --db "$CLINCH_TEST_POSTGRES/$database" --facts "$node_folder/facts" --key-file "$node_folder/acme.db.key")
  "${on_node[@]}" restore "$node_folder/backup"
  "${on_node[@]}" serve --listen "${node_url#http://}" >"$folder/node.log" 2>&1 &
  servers+=($!)
  await_answers "$node_url"
fi

# Two files at a time: the browser and the servers want a core each.
failed=0
node --test --test-concurrency=2 --test-reporter=spec "${files[@]}" || failed=1
if [ ${#journeys[@]} -gt 0 ]; then
  echo "== on PostgreSQL"
  CLINCH_ACME_URL=$node_url CLINCH_ACME_FOLDER=$node_folder CLINCH_ACME_DB=$CLINCH_TEST_POSTGRES/$database \
    CLINCH_KEY_FILE=$node_folder/acme.db.key node --test --test-concurrency=1 --test-reporter=spec "${journeys[@]}" || failed=1
fi
exit "$failed"
