#!/usr/bin/env bash
# Finds or installs a Chromium for the tests: $E2E_BROWSER, one that is there, apt's, or Playwright's own. The headless shell
# comes first: it is the same engine without windows, and the tests take half the time in it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/scripts/apt.sh"

# A browser counts when it shows a page: some distributions ship a stub that only says where to get the real one.
works() {
  local profile status=0
  [ -x "$1" ] || return 1
  profile=$(mktemp -d)
  timeout 60 "$1" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$profile" --dump-dom 'data:text/html,<p>shown</p>' \
    2>/dev/null </dev/null | grep -q shown || status=1
  rm -rf "$profile"
  return $status
}

found() {
  printf '%s\n' "$1" >"$BROWSER_FILE"
  say "the tests will drive $1"
  exit 0
}

# try_installed NAME...
try_installed() {
  local name path
  for name in "$@"; do
    path=$(command -v $name || true)
    if [ -n "$path" ] && works "$path"; then found "$path"; fi
  done
}

# shellcheck disable=SC2317 # called by step
playwright_own() {
  cd "$ROOT/e2e" &&
    PLAYWRIGHT_BROWSERS_PATH=$TOOLS/browsers npx playwright install --with-deps chromium
}

if [ -n "${E2E_BROWSER:-}" ]; then
  [ -x "$E2E_BROWSER" ] || die "E2E_BROWSER names $E2E_BROWSER, which is not there: correct it or unset it"
  exit 0
fi
[ -x "$(cat "$BROWSER_FILE" 2>/dev/null)" ] && exit 0

try_installed chromium-headless-shell
# Without package lists, an installed browser will do.
if apt_ready && (apt_refresh); then
  attempt apt-headless-shell "install Chromium's headless shell (10 s, 200 MB)" apt_add chromium-headless-shell fonts-liberation ||
    say "  there is none among the packages"
  try_installed chromium-headless-shell
fi
try_installed chromium chromium-browser google-chrome-stable google-chrome
if apt_ready; then
  apt_refresh
  attempt apt-browser "install Chromium (20 s, 500 MB)" apt_add chromium fonts-liberation ||
    say "  there is none among the packages"
  try_installed chromium chromium-browser
fi
step playwright-browser "install Playwright's own Chromium (1 min, 500 MB)" \
  "no browser could be installed: install any Chromium and set E2E_BROWSER to it, then run make again" playwright_own
path=$(cd "$ROOT/e2e" && PLAYWRIGHT_BROWSERS_PATH=$TOOLS/browsers node -p "require('@playwright/test').chromium.executablePath()")
works "$path" || die "Playwright's Chromium does not start: install any Chromium and set E2E_BROWSER to it, then run make again"
found "$path"
