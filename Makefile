# A thin front to CMake. `make` builds; `make help` says the rest.
PRESET ?= release
PREFIX ?= /usr/local
DESTDIR ?=
DIR ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
REPEAT ?= 1000
BUILD := build/$(PRESET)

.DEFAULT_GOAL := build
.PHONY: build setup run test stress bench install uninstall format clean help

help:
	@echo 'make             build everything into $(BUILD)'
	@echo 'make run         one function, everywhere: the example job on files of this machine (DIR=... to choose)'
	@echo 'make test        build and run the tests (LABEL=quick, long or privileged to choose)'
	@echo 'make stress      run each concurrent test REPEAT=$(REPEAT) times, on one CPU and on all, JOBS pieces at a time'
	@echo 'make bench       run the benchmarks'
	@echo 'make install     into PREFIX=$(PREFIX), below DESTDIR; make uninstall takes it away'
	@echo 'make setup       install what building and testing needs (scripts/packages.txt)'
	@echo 'make format      clang-format on all C files'
	@echo 'make clean       remove build/'
	@echo 'PRESET=release, debug, asan, tsan, jitter, clang or ucontext chooses the build; TUTTI_NO_INSTALL=1 forbids apt.'

setup:
	@scripts/setup run test dev
	@echo 'All packages of scripts/packages.txt for building and testing are there.'

build:
	@scripts/setup run
	@scripts/build $(PRESET) $(JOBS)

run:
	@scripts/setup run
	@scripts/run $(PRESET) $(JOBS) "$(DIR)"

test:
	@scripts/setup run test
	@scripts/build $(PRESET) $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error --output-junit tests.xml \
	    -j $(JOBS) $(if $(LABEL),-L $(LABEL))

stress:
	@scripts/setup run test
	@scripts/build $(PRESET) $(JOBS)
	@scripts/stress $(BUILD) $(REPEAT) $(JOBS)

bench:
	@scripts/setup run
	@scripts/bench $(PRESET) $(JOBS)

install:
	@scripts/setup run
	@TARGETS='tutti tutti_static man' scripts/build $(PRESET) $(JOBS) -DCMAKE_INSTALL_PREFIX="$(PREFIX)"
	@DESTDIR="$(DESTDIR)" cmake --install $(BUILD)

uninstall:
	@scripts/uninstall $(BUILD)/install_manifest.txt "$(DESTDIR)"

format:
	@scripts/setup dev
	@git ls-files '*.c' '*.h' '*.cc' | xargs clang-format -i

clean:
	@rm -rf build
