#!/usr/bin/env bash
# Builds the browser's half of the checkout into widget/dist/: the loader, the glue and the wasm, as publish-widget.mjs
# lays them out. Does nothing when nothing has changed. Ends in a table of sizes.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/scripts/env.sh"

dist=$ROOT/widget/dist
stage=$ROOT/target/wasm/stage/widget
stamp=$ROOT/target/wasm/widget.stamp
files=(karfa.js pinned/karfa.js pinned/karfa_widget.js pinned/karfa_widget_bg.wasm integrity.json)

lock build
cd "$ROOT"
[ -f "$WASM_WAY_FILE" ] || die "nothing is set up yet: run 'make setup-demo' first"
use_wasm_toolchain

# What the result depends on, by content: a checkout or a touch changes times, not files.
fingerprint() {
  {
    rustc -vV
    cat "$WASM_WAY_FILE" Cargo.toml Cargo.lock Trunk.toml scripts/build-widget.sh scripts/publish-widget.mjs scripts/env.sh scripts/tools/package-lock.json
    find widget shared assets -path widget/dist -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum
}

complete() {
  local file
  for file in "${files[@]}"; do [ -s "$dist/$file" ] || return 1; done
}

# With the standard library's source at hand the library is built along, for size: no panic texts, no unwinding. The
# switches are not stable yet; RUSTC_BOOTSTRAP lets a stable compiler take them, and one that does not know them builds
# the ordinary way.
shrink() {
  local flags="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none"
  [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ] || return 1
  # shellcheck disable=SC2086 # the flags are several words
  RUSTC_BOOTSTRAP=1 rustc --target wasm32-unknown-unknown $flags --print cfg >/dev/null 2>&1 || return 1
  export RUSTC_BOOTSTRAP=1
  export CARGO_UNSTABLE_BUILD_STD=std,panic_abort
  export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags
}

build() {
  # Trunk works offline (Trunk.toml), so what the build needs is fetched first. In a pipe Trunk's log needs no colours.
  cargo fetch "${CARGO_LOCKED[@]}" --target wasm32-unknown-unknown
  NO_COLOR=true trunk build widget/index.html --cargo-profile wasm-release "${CARGO_LOCKED[@]}" --dist "$stage"
}

minify() {
  node widget/pack.mjs "$stage"
  node scripts/publish-widget.mjs "$stage" "$dist"
}

now=$(fingerprint)
if complete && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
  say "the widget is up to date"
else
  rm -f "$stamp"
  if shrink; then
    say "build the widget, its library along, for size (2-5 min the first time)"
  else
    say "build the widget (1-2 min the first time)"
  fi
  build
  minify
  mkdir -p "$(dirname "$stamp")"
  # As it is after the build: cargo may have completed the lock file.
  fingerprint >"$stamp"
fi
node scripts/sizes.mjs "$dist"
