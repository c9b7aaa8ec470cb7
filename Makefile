# AURA's front door: what there is to do, one line each. The doing is in scripts/ and Tests/run.
# `make run` and `make test` need nothing but this checkout and a Swift toolchain; they set up the rest themselves.

PREFIX       ?= /usr/local
LIBDIR       ?= $(PREFIX)/lib
DESTDIR      ?=
FUZZ_SECONDS ?= 60
ONLY         ?=
export PREFIX LIBDIR DESTDIR FUZZ_SECONDS

.NOTPARALLEL:
.PHONY: help run lib test check bench fuzz install uninstall wheel golden format clean

help: ## Say what there is.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo "Settings: PREFIX=$(PREFIX) LIBDIR=$(LIBDIR) DESTDIR=$(DESTDIR) FUZZ_SECONDS=$(FUZZ_SECONDS) ONLY='suite ...'"

run: lib ## Build, then show a failure coming in a real network, and what would stop it.
	@build/bin/aura demo
	@build/bin/aura predict --suppose ts-order-service Tests/Data/topologies/svc_train_ticket.json

lib: ## Build libaura.so and the aura command into build/.
	@scripts/setup.sh build
	@scripts/lib.sh

test: ## Run every test: Swift, C, Python, Go, ABI, golden files, installation.
	@scripts/setup.sh test
	@Tests/run test $(ONLY)

check: ## Run the tests and what takes longer: sanitizers, fuzzers, valgrind, ABI comparison, lint.
	@scripts/setup.sh check
	@Tests/run check $(ONLY)

bench: lib ## Measure the figures that README.md states.
	@scripts/setup.sh bench
	@scripts/bench.sh

fuzz: ## Run the fuzzers, each for FUZZ_SECONDS.
	@scripts/setup.sh check
	@scripts/fuzz.sh

install: ## Install below PREFIX (and DESTDIR): library, header, pkg-config file, command, completion scripts.
	@if command -v swift >/dev/null || [ ! -e build/lib/libaura.so ]; then scripts/setup.sh build && scripts/lib.sh; fi
	@scripts/install.sh install

uninstall: ## Remove what install laid down.
	@scripts/install.sh uninstall

wheel: ## Build a Python wheel that carries its libraries into build/dist.
	@scripts/setup.sh wheel
	@scripts/lib.sh
	@scripts/wheel.sh

golden: lib ## Write what is derived anew: golden answers, catalogue, schemas, ABI files; read every line of the difference.
	@scripts/setup.sh check
	@swift build --product aura-dev
	@.build/debug/aura-dev rewrite Tests/Data/golden/*.txt
	@.build/debug/aura-dev catalogue
	@.build/debug/aura-dev counts >build/counts.txt && mv build/counts.txt Tests/Data/counts.txt
	@python3 bindings/python/generate_abi.py
	@Tests/run golden

format: ## Format the Swift files in place.
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

clean: ## Remove everything that was built here.
	rm -rf .build build
