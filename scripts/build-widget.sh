#!/usr/bin/env bash
# Builds the browser's half: the checkout into widget/dist/ and the cashier's page into till/dist/, each as its
# publish-….mjs lays it out. Does nothing for the one in which nothing has changed. Ends in a table of sizes.
# `build-widget.sh widget` or `… till` builds one of them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/scripts/env.sh"

widget_files=(karfa.js pinned/karfa.js pinned/karfa_widget.js pinned/karfa_widget_bg.wasm integrity.json)
till_files=(till.html customer.html pinned/till.js pinned/karfa_till_bg.wasm pinned/till.css pinned/en.json integrity.json)

lock build
cd "$ROOT"
[ -f "$WASM_WAY_FILE" ] || die "nothing is set up yet: run 'make setup-demo' first"
use_wasm_toolchain

# What a page's result depends on, by content: a checkout or a touch changes times, not files.
fingerprint() {
  {
    rustc -vV
    cat "$WASM_WAY_FILE" Cargo.toml Cargo.lock Trunk.toml scripts/build-widget.sh scripts/publish*.mjs scripts/env.sh scripts/tools/package-lock.json widget/pack.mjs
    find "$1" shared -path "$1/dist" -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum
}

# complete PAGE FILE…
complete() {
  local page=$1 file
  shift
  for file in "$@"; do [ -s "$ROOT/$page/dist/$file" ] || return 1; done
}

# With the standard library's source at hand the library is built along, for size: no panic texts, no unwinding. The
# switches are not stable yet; RUSTC_BOOTSTRAP lets a stable compiler take them, and one that does not know them builds
# the ordinary way.
shrink() {
  local flags="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none"
  # Many views of many shapes: one erased shape for all is smaller there, and larger in the widget.
  if [ "$1" = till ]; then flags="$flags --cfg=erase_components"; fi
  [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] || return 1
  # shellcheck disable=SC2086 # the flags are several words
  RUSTC_BOOTSTRAP=1 rustc --target wasm32-unknown-unknown $flags --print cfg >/dev/null 2>&1 || return 1
  export RUSTC_BOOTSTRAP=1
  export CARGO_UNSTABLE_BUILD_STD=std,panic_abort
  export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags
}

build() {
  # In a pipe Trunk's log needs no colours.
  NO_COLOR=true trunk build "$1/index.html" --cargo-profile wasm-release "${CARGO_LOCKED[@]}" --dist "$2"
}

# make_page PAGE FILE…
make_page() {
  local page=$1 stage=$ROOT/target/wasm/stage/$1 stamp=$ROOT/target/wasm/$1.stamp
  shift
  if complete "$page" "$@" && [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$page")" ]; then
    say "the $page is up to date"
    return
  fi
  rm -f "$stamp"
  if shrink "$page"; then
    say "build the $page, its library along, for size (2-5 min the first time)"
  else
    say "build the $page (1-2 min the first time)"
  fi
  # Trunk works offline (Trunk.toml), so what the build needs is fetched first. This may complete the lock file.
  cargo fetch "${CARGO_LOCKED[@]}" --target wasm32-unknown-unknown
  # As it is before the build: what is edited meanwhile may not be in it, and is built the next time.
  mkdir -p "$(dirname "$stamp")"
  fingerprint "$page" >"$stamp.begun"
  build "$page" "$stage"
  say "make the $page small (10-60 s)"
  node widget/pack.mjs "$stage" "karfa-$page"
  node "scripts/publish-$page.mjs" "$stage" "$ROOT/$page/dist"
  mv "$stamp.begun" "$stamp"
}

wanted=${1:-all}
if [ "$wanted" != till ]; then make_page widget "${widget_files[@]}"; fi
if [ "$wanted" != widget ]; then make_page till "${till_files[@]}"; fi
for page in widget till; do
  if [ -f "$ROOT/$page/dist/integrity.json" ]; then node scripts/sizes.mjs "$ROOT/$page/dist"; fi
done
