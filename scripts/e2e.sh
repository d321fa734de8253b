#!/usr/bin/env bash
# The browser tests, against the binary that `make binary` built. Arguments go to Playwright.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

cd "$ROOT/e2e"
{ [ -n "${E2E_BROWSER:-}" ] && [ -d node_modules ]; } || die "the tests are not set up yet: run 'make setup-test' first"
export E2E_KARFA=${E2E_KARFA:-$ROOT/target/debug/karfa}
[ -x "$E2E_KARFA" ] || die "there is no $E2E_KARFA yet: run 'make binary' first"
# Two runs would clear away each other's logs and traces.
lock browser-tests
npm run --silent types
# Without the lock in its hands: a browser left over must not hold it.
node_modules/.bin/playwright test "$@" 9>&-
