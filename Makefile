# A thin front to CMake. `make` builds; `make help` says the rest.
PRESET ?= release
PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := build
.PHONY: build setup run test bench stress install uninstall format clean help

build: setup-run
	@scripts/build $(PRESET) $(JOBS)

.PHONY: setup-run setup-test
setup-run:
	@scripts/setup run
setup-test:
	@scripts/setup run test
setup: setup-test

test: setup-test
	@scripts/build $(PRESET) $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error -j $(JOBS) $(if $(LABEL),-L $(LABEL))
