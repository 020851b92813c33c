#!/bin/sh
# Runs ADL's LRS conformance suite (MIT, https://github.com/adlnet/lrs-conformance-test-suite) against a server of its own.
# Usage: conformance/xapi/run.sh SUITE CLINCH [VERSION ...]; SUITE is a checkout after `npm install`, CLINCH the program.
set -eu
suite=$(cd "$1" && pwd)
clinch=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
shift 2
[ $# -gt 0 ] || set -- 1.0.3 2.0.0
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
port=${PORT:-8097}
"$clinch" demo --folder "$folder" --data "$root/data" --company acme --alone --listen "127.0.0.1:$port" >"$folder/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
until grep -q "Clinch is at" "$folder/server.log"; do
    kill -0 $server || { cat "$folder/server.log"; exit 1; }
    sleep 1
done
CLINCH_DB="$folder/acme.db" "$clinch" training add-source "ADL suite" >"$folder/source"
key=$(sed -n 's/^key //p' "$folder/source")
secret=$(sed -n 's/^secret //p' "$folder/source")
for version in "$@"; do
    echo "xAPI $version"
    (cd "$suite" && node bin/console_runner.js -e "http://127.0.0.1:$port/xapi" -a -u "$key" -p "$secret" -x "$version" -z) >"$folder/$version.log" 2>&1 || true
    grep '^{"total' "$folder/$version.log" | tail -1
    log=$(sed -n 's/^Full run log written to //p' "$folder/$version.log")
    node "$root/conformance/xapi/failed.mjs" "$log"
done
