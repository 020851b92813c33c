#!/usr/bin/env bash
# The whole product in a browser: starts a demo company in a temporary folder, runs every test, stops it.
#   e2e/run.sh                  all files
#   e2e/run.sh FILE...          only these
#   CLINCH_BIN                  the program; target/ci/clinch when not set
#   CLINCH_WRITE_SCREENSHOT=1   also writes docs/screens/scorecard.png
source "$(dirname "$0")/../bin/lib/common.sh"
bin=$(realpath "${CLINCH_BIN:-$root/target/ci/clinch}")
files=()
for file in "$@"; do files+=("$(basename "$file")"); done
cd "$root/e2e"
[ ${#files[@]} -gt 0 ] || files=(*.test.js)

[ -x "$bin" ] || { echo "$bin is missing: build it with cargo build --profile ci" >&2; exit 1; }
command -v node >/dev/null || { echo "Node is missing: install version 20 or newer" >&2; exit 1; }
need chromium chromium
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then npm ci --silent; fi

folder=$(mktemp -d)
log=$folder/server.log
server=
finish() {
  local code=$?
  trap - EXIT
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ] && [ -f "$log" ]; then
    echo "== the last lines of the server"
    tail -n 60 "$log"
  fi
  rm -rf "$folder"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export CLINCH_URL=http://127.0.0.1:$port CLINCH_FOLDER=$folder/company
mkdir -p "$CLINCH_FOLDER" out
"$bin" demo --folder "$CLINCH_FOLDER" --data "$root/data" --company northwind --alone --listen "127.0.0.1:$port" >"$log" 2>&1 &
server=$!

answers() {
  node -e 'const signal = AbortSignal.timeout(2000);
    fetch(process.env.CLINCH_URL + "/healthz", { signal }).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))'
}
SECONDS=0
until answers; do
  kill -0 "$server" 2>/dev/null || { echo "the server ended before it answered" >&2; exit 1; }
  [ "$SECONDS" -lt 60 ] || { echo "the server did not answer within a minute" >&2; exit 1; }
  sleep 0.5
done

# Two files at a time: the browser and the server want a core each.
node --test --test-concurrency=2 --test-reporter=spec "${files[@]}"
