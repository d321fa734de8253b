#!/usr/bin/env bash
# Sourced by every script here: where things are, which versions are wanted, and how a script speaks.
# shellcheck disable=SC2034 # what is not used here is used by those scripts

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=$ROOT/.tools
LOGS=$TOOLS/log
# The tools compile here; kept until they are installed, so that an interrupted set-up goes on where it was.
TOOLS_BUILD=$TOOLS/build
# Which compiler builds for the browser, "rustup" or "distro"; written by wasm-target.sh.
WASM_WAY_FILE=$TOOLS/wasm-way
# The browser that the tests drive; written by setup-browser.sh.
BROWSER_FILE=$TOOLS/browser

say() { printf 'karfa: %s\n' "$*"; }

# One sentence that says what to do next, then the end.
die() {
  printf 'karfa: stopped: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# pinned trunk-version | wasm_bindgen | wasm_opt: the version that Trunk.toml asks for, digits and dots only.
pinned() { sed -n "s/^$1 *= *\"[^0-9]*\([0-9.]*\)\"/\1/p" "$ROOT/Trunk.toml"; }

# While a long step runs, one line every 15 s says how far it is: the last line of its log.
progress() {
  local log=$1 seconds=0 line
  # The sleep outlives its killed parent: it must hold neither our output nor the lock.
  while sleep 15 >/dev/null 2>&1 9>&-; do
    seconds=$((seconds + 15))
    line=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r' | sed 's/^ *//' | cut -c 1-70)
    printf 'karfa:   %4d s  %s\n' "$seconds" "$line"
  done
}

# attempt NAME "what (how long)" COMMAND…
# Runs the command with its output in .tools/log/NAME.log and shows progress. Fails as the command fails; a function given
# as the command joins its own lines with &&, because set -e does not hold inside a condition.
attempt() {
  local log=$LOGS/$1.log what=$2 started=$SECONDS ticker status=0
  shift 2
  mkdir -p "$LOGS"
  say "$what"
  progress "$log" &
  ticker=$!
  # Ctrl-C ends the command, and the script with it; the ticker, in the background, would outlive both.
  # shellcheck disable=SC2064 # this ticker, not a later one
  trap "kill $ticker 2>/dev/null || true" EXIT
  ("$@") >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  trap - EXIT
  [ "$status" -ne 0 ] || say "  done in $((SECONDS - started)) s"
  return "$status"
}

# step NAME "what (how long)" "what to do when it fails" COMMAND…
step() {
  local name=$1 what=$2 advice=$3
  shift 3
  attempt "$name" "$what" "$@" && return
  tail -n 20 "$LOGS/$name.log" >&2
  die "$advice (the whole output: .tools/log/$name.log)"
}

# lock NAME: one of a kind at a time in this checkout; a second one waits for the first, and then finds its work done.
lock() {
  mkdir -p "$TOOLS"
  exec 9>"$TOOLS/$1.lock"
  if ! flock --nonblock 9; then
    say "waiting for another $1 in this folder"
    flock 9
  fi
}
