# Shared by the scripts of bin/: where we are, and Debian's packages when they are missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

say() { printf '\n== %s\n' "$*"; }

# need COMMAND PACKAGE...: installs Debian's packages when the command is missing.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null 2>&1 && return
  say "installing $*"
  local as=""
  [ "$(id -u)" = 0 ] || as=sudo
  $as apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need_cargo() {
  command -v cargo >/dev/null 2>&1 || { echo "Rust is missing: install rustc 1.95 or newer with cargo" >&2; exit 1; }
}

need_rust() {
  need_cargo
  command -v cargo-nextest >/dev/null 2>&1 || cargo install cargo-nextest --locked
}

# The style sheet and scripts that the binary carries; made anew only when their sources are newer.
build_web() {
  local newer=web/dist/app.js
  [ -f "$newer" ] && [ -z "$(find web/src web/build.mjs web/package-lock.json -newer "$newer" -print -quit)" ] && return
  need node nodejs
  need npm npm
  say "building the front end"
  (cd web && npm ci --no-audit --no-fund --silent && npm run --silent build)
}
