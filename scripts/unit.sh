#!/usr/bin/env bash
# The Rust tests of every crate, with cargo-nextest where it is installed: it runs the crates' tests side by side.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

cd "$ROOT"
if have cargo-nextest; then
  cargo nextest run "${CARGO_LOCKED[@]}" --workspace
else
  cargo test "${CARGO_LOCKED[@]}" --workspace --lib --bins --tests
fi
