#!/usr/bin/env bash
# All set-up, for one of three roles: `setup.sh check` (Rust and a C compiler), `setup.sh demo` (that, and the tools for the
# browser's half) or `setup.sh test` (that, and a browser to test in).
# Nothing is done twice: a finished set-up is checked in about a second. Everything but the apt packages and the wasm
# target goes into .tools/ and e2e/node_modules/; the user's home is left alone.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$ROOT/scripts/apt.sh"
. "$ROOT/scripts/env.sh"

role=${1:-}
case $role in
  check | demo | test) ;;
  *) die "say which set-up: scripts/setup.sh check, demo or test" ;;
esac

need_rust() {
  local wanted found
  have cargo || die "Rust is missing: install it with rustup, then run make again"
  wanted=$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$ROOT/Cargo.toml")
  # rustup from a package comes without a compiler.
  found=$(rustc -V 2>/dev/null | cut -d ' ' -f 2) || die "rustup has no Rust yet: run 'rustup default stable', then run make again"
  [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    die "Rust $wanted or later is needed, here is $found: run 'rustup update stable', then run make again"
}

need_node() {
  { have node && have npm; } || die "Node.js 20 or later, with npm, is missing: install it, then run make again"
  [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] ||
    die "Node.js 20 or later is needed, here is $(node --version): install a newer one, then run make again"
}

need_compiler() {
  have cc || apt_install compiler "install the C compiler (1 min)" build-essential
}

# Trunk.toml says it for the tool, Cargo.lock for the library; wasm-bindgen stops a build where they differ, and does not
# say where to look.
need_one_wasm_bindgen() {
  local locked
  [ -f "$ROOT/Cargo.lock" ] || return 0
  locked=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' "$ROOT/Cargo.lock")
  [ -z "$locked" ] || [ "$locked" = "$(pinned wasm_bindgen)" ] ||
    die "Cargo.lock has wasm-bindgen $locked and Trunk.toml has $(pinned wasm_bindgen): write the same version into widget/Cargo.toml and Trunk.toml"
}

# A debug build starts a little slower and compiles in a third of the time.
install_tool() {
  CARGO_TARGET_DIR=$TOOLS_BUILD CARGO_PROFILE_DEV_DEBUG=0 cargo install --root "$TOOLS" --force --debug "$@"
}
install_trunk() {
  install_tool trunk --version "$(pinned trunk-version)" --locked --no-default-features --features rustls
}
# A mirror can lag behind the versions in the tool's own lock file; any that fit will do then.
install_wasm_bindgen() {
  install_tool wasm-bindgen-cli --version "$(pinned wasm_bindgen)" --locked ||
    install_tool wasm-bindgen-cli --version "$(pinned wasm_bindgen)"
}
is_version() { [ "$("$TOOLS/bin/$1" --version 2>/dev/null)" = "$1 $2" ]; }

need_wasm_tools() {
  is_version trunk "$(pinned trunk-version)" ||
    step trunk "compile Trunk $(pinned trunk-version), which builds the browser's half (2-3 min)" \
      "Trunk could not be installed: check that cargo reaches its registry, then run make again" install_trunk
  is_version wasm-bindgen "$(pinned wasm_bindgen)" ||
    step wasm-bindgen "compile wasm-bindgen $(pinned wasm_bindgen), which joins Rust and JavaScript (1-2 min)" \
      "wasm-bindgen could not be installed: check that cargo reaches its registry, then run make again" install_wasm_bindgen
  rm -rf "$TOOLS_BUILD"
}

# npm_install FOLDER: exactly what the lock file says. The stamp is written last, so an interrupted install runs again.
npm_install() {
  cd "$1" &&
    npm ci --no-audit --no-fund &&
    npm_state "$1" >node_modules/.karfa-stamp
}
npm_state() { cat "$1/package-lock.json" <(node --version) | sha256sum; }
npm_ready() { [ "$(cat "$1/node_modules/.karfa-stamp" 2>/dev/null)" = "$(npm_state "$1")" ]; }

need_npm() {
  local name=$1 what=$2 folder=$3
  npm_ready "$folder" ||
    step "$name" "$what" "npm could not install what ${folder#"$ROOT"/} asks for: check that npm reaches its registry, then run make again" \
      npm_install "$folder"
}

lock setup
need_rust
need_compiler
if [ "$role" != check ]; then
  need_node
  need_one_wasm_bindgen
  bash "$ROOT/scripts/wasm-target.sh"
  need_wasm_tools
  need_npm npm-tools "install wasm-opt and esbuild (5 s)" "$ROOT/scripts/tools"
fi
if [ "$role" = test ]; then
  need_npm npm-e2e "install Playwright and axe (10 s)" "$ROOT/e2e"
  bash "$ROOT/scripts/setup-browser.sh"
fi
