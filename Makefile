# The commands of this repository; `make help` lists them. What a command does in several steps stands in scripts/.
#
# Every recipe does its own set-up first, which takes about a second when there is nothing left to do.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
# Two heavy builds at once are slower than one after the other, and their output is unreadable.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test check release setup-demo setup-test setup-check format lint unit doc widget budget binary e2e bench pictures clean

help: ## List the commands
	@echo 'make demo [ARGS="--port 9000"] runs the shop, the backend and the sandbox.'
	@echo
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

demo: setup-demo widget binary ## Build everything and run the demo on this machine; ARGS="..." goes to karfa demo
	@target/debug/karfa demo $(ARGS)

test: setup-test format lint unit doc widget budget binary e2e ## Everything that must hold, a real browser included

check: setup-check format lint unit ## The fast loop: format, clippy, unit tests

release: setup-demo widget ## Build the program that a merchant runs, target/release/karfa
	@. scripts/env.sh && say "build the backend for release (5-10 min the first time)"
	@. scripts/env.sh && cargo build "$${CARGO_LOCKED[@]}" --release --package karfa

setup-demo: ## Install what the demo needs
	@scripts/setup.sh demo

setup-test: ## Install what the tests need: the demo's, and a browser
	@scripts/setup.sh test

setup-check:
	@scripts/setup.sh check

format: ## Check the formatting
	@. scripts/env.sh && cargo fmt --all --check

lint: ## Clippy, with every warning an error
	@. scripts/env.sh && cargo clippy "$${CARGO_LOCKED[@]}" --workspace --all-targets -- -D warnings

unit: ## The Rust tests
	@scripts/unit.sh

doc: ## The examples in the documentation
	@. scripts/env.sh && cargo test "$${CARGO_LOCKED[@]}" --workspace --doc

widget: ## Build the browser's half and show what it weighs
	@scripts/build-widget.sh

budget: ## Hold what the browser's half weighs against its budget
	@node scripts/sizes.mjs widget/dist --check
	@node scripts/sizes.mjs till/dist --check

binary: ## Build the backend as the demo and the browser tests run it
	@. scripts/env.sh && say "build the backend (2-4 min the first time)" && cargo build "$${CARGO_LOCKED[@]}" --package karfa

e2e: ## The browser tests; ARGS="tests/shop.spec.ts" picks some
	@scripts/e2e.sh $(ARGS)

bench: setup-test widget binary ## Measure our widget and the vendor's on the same page, side by side
	@scripts/e2e.sh --config bench.config.ts

pictures: setup-test widget binary ## Make the documents' pictures anew
	@scripts/e2e.sh --config pictures.config.ts

clean: ## Remove what was built; the installed tools in .tools stay
	rm -rf target widget/dist till/dist e2e/.logs e2e/test-results e2e/playwright-report
