#!/usr/bin/env bash
# Sourced by the recipes: the project's tools first on PATH, and the browser that the tests drive.
# shellcheck disable=SC2034 # what is not used here is used by them
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PATH=$TOOLS/bin:$ROOT/scripts/tools/node_modules/.bin:$PATH
# A shell that has not been opened anew since rustup was installed.
have cargo || PATH=$PATH:$HOME/.cargo/bin
export PATH

if [ -z "${E2E_BROWSER:-}" ] && [ -f "$BROWSER_FILE" ]; then
  E2E_BROWSER=$(cat "$BROWSER_FILE")
  export E2E_BROWSER
fi

# On CI a lock file that does not fit is an error; at a desk cargo may correct it.
CARGO_LOCKED=()
if [ -n "${CI:-}" ]; then CARGO_LOCKED=(--locked); fi

# For the rest of the calling script: cargo and rustc that build for the browser. Never for native builds, which keep the
# toolchain of the person at the desk.
use_wasm_toolchain() {
  # Natively compiled dependencies have other flags; sharing one folder would build both again and again.
  export CARGO_TARGET_DIR=$ROOT/target/wasm
  if [ "$(cat "$WASM_WAY_FILE" 2>/dev/null)" = distro ]; then
    PATH=$TOOLS/rust-web/bin:$PATH
    # rustup hands its own choice of rustc to cargo through these.
    unset RUSTC RUSTUP_TOOLCHAIN
  fi
}
