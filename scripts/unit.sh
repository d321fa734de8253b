#!/usr/bin/env bash
# The Rust tests of every crate, with cargo-nextest where it is installed: it runs the crates' tests side by side.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

cd "$ROOT"
if have cargo-nextest; then
  # On CI a failed test is tried once more, as in the browser, and the closing line counts those; and one run names
  # every test that fails.
  once_more=()
  if [ -n "${CI:-}" ]; then once_more=(--retries 1 --no-fail-fast); fi
  cargo nextest run "${CARGO_LOCKED[@]}" --workspace "${once_more[@]}"
else
  cargo test "${CARGO_LOCKED[@]}" --workspace --lib --bins --tests
fi
