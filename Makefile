# Two commands matter: `make run` and `make test`. Both set up what they need and say what they do.
LISTEN ?= 127.0.0.1:7878
DATA ?= data
WEB = designer-api/web

# A whole server with its pages, whatever was set for work on Rust alone.
unexport GEMBA_WEB

.PHONY: help run test build browsers lint wasm sim bench deny clean

help: ## Lists what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Starts Gemba on SQLite with the examples
	@.ci/setup run
	@echo "run: building the server; the first time this takes some minutes"
	cargo build --release --package gemba
	@echo "run: http://$(LISTEN), data in ./$(DATA), apps from ./examples; stop with Ctrl-C"
	target/release/gemba serve examples --data $(DATA) --listen $(LISTEN) --demo

build: ## Builds the server
	@.ci/setup run
	cargo build --release --package gemba

test: ## Sets up and passes every test
	@.ci/setup test
	@$(MAKE) --no-print-directory lint
	@echo "test: the pages by themselves"
	cd $(WEB) && npm run --silent check && npm run --silent lint && npm test --silent
	@echo "test: the pure crates as WebAssembly"
	@$(MAKE) --no-print-directory wasm
	@echo "test: the server, for the tests that drive it from outside"
	cargo build --package gemba
	@echo "test: the examples' own tests"
	target/debug/gemba check examples
	target/debug/gemba test examples
	@echo "test: everything else"
	GEMBA_BIN=$(CURDIR)/target/debug/gemba cargo nextest run --workspace --no-fail-fast
	@echo "test: people at browsers"
	@$(MAKE) --no-print-directory browsers

browsers: ## Drives the built server by Chromium; what failed is kept in target/e2e
	cd $(WEB) && GEMBA_BIN=$(CURDIR)/target/debug/gemba npm run --silent e2e

lint: ## Format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings

wasm: ## Builds the pure crates for the browser
	tests/wasm-build.sh engine/expression target/wasm
	tests/wasm-build.sh engine/language target/wasm
	tests/wasm-build.sh engine/kernel target/wasm

sim: ## Two million things happen to the engine, by fixed seeds, with everything checked
	cargo run --quiet --config profile.dev.opt-level=2 --package gemba-sim -- --seed 1 --events 2000000 --threads 2

bench: ## Measures the main figures: a JSON line each, then what criterion says of apps and formulas
	@.ci/setup run
	cargo build --release --package gemba --package gemba-load
	target/release/gemba-load straight10 --clients 1 --seconds 20
	target/release/gemba-load straight3 --clients 32 --seconds 20
	target/release/gemba-load straight10 --clients 32 --seconds 20
	target/release/gemba-load task-roundtrip --clients 32 --seconds 20
	target/release/gemba-load sse --listeners 1000 --seconds 20
	@echo "bench: reading, checking and laying out apps; formulas; the kernel"
	cargo bench --package gemba-language --package gemba-expression --package gemba-kernel

deny: ## Licences, advisories and duplicates of dependencies (needs cargo-deny and a network)
	cargo deny check

clean: ## Removes what was built; data stays
	cargo clean
