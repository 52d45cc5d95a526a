# The two commands are `make demo` and `make test`. What they do stands in the scripts under tests/, not here.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long bench fmt lint sbom build ui bench-screens pictures demo-chain cut mend chain-state

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## install the system packages that are missing
	@tests/setup

demo: ## start a branch with a menu, staff and printers, and a lunch rush in it
	@tests/demo

demo-chain: ## two branches and their cloud on this machine, with a cable to pull
	@tests/demo-chain

cut: ## pull the cable of make demo-chain
	@tests/demo-chain cut

mend: ## plug it in again
	@tests/demo-chain mend

chain-state: ## how far the branches of make demo-chain are from their cloud
	@tests/demo-chain state

test: ## everything that must be green before a commit: lint, build, unit and whole-system tests
	@tests/run

test-long: ## the same with many more kills, cuts and random cases
	@COMANDA_LONG=1 tests/run

bench: ui ## measure on this machine, beside the limits programs, and write docs/benchmarks*.md
	cargo build --release --workspace --bins
	target/release/bench --write
	target/release/bench-printing --write
	target/release/bench-sync --write

bench-screens: build ## measure the screens on a slow tablet, and write docs/benchmarks-screens.md
	@tests/setup testing
	npm run measure --silent --workspace tests/browser

pictures: build ## take the pictures of README and docs/pictures; takes some minutes
	@tests/setup testing
	npm run pictures --silent --workspace tests/browser

fmt: ## format the code
	cargo fmt --all

lint: ## formatting, clippy, and licences and sources of the dependencies
	@tests/run lint

sbom: ## list what the programs and the screens are made of, as CycloneDX, into target/sbom
	@tests/setup
	@tests/sbom

ui: ## build the web screens the daemon has inside
	@tests/setup
	@tests/screens

build: ui ## build the screens and every program, for development
	cargo build --workspace --bins
