# SPDX-License-Identifier: GPL-2.0-or-later
# The doors of the house. What this machine lacks is set up on the way, once.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
comma := ,
space := $(subst ,, )

PYTHON ?= python3
BENCH ?= native,native-asan,mps2-an500,nucleo-h743zi-virtual
# The boards of the benches, each once.
board_of = $(shell sed -n 's/^board = "\(.*\)"/\1/p' fixtures/benches/$(1).toml)
BOARD ?= $(subst $(space),$(comma),$(sort $(foreach bench,$(subst $(comma), ,$(BENCH)),$(call board_of,$(bench)))))
N ?= 20
AX_FUZZ_LINES ?= 1000000
CYCLES ?= 100
SIZED ?= native,mps2-an500,mps2-an385,mps2-an386,lm3s6965evb
WORKERS ?= $(shell nproc)
SMOKE := mps2-an385,mps2-an386
THROUGH = $(if $(WAY),--way $(WAY))

# What is started, not found, has to be built.
VIRTUAL := $(if $(shell grep -ls '^stands = "virtual"' $(patsubst %,fixtures/benches/%.toml,$(subst $(comma), ,$(BENCH)))),virtual-nucleo)

# Drawn once: what is printed is what is used.
ifndef SEED
override SEED := $(shell od -An -N4 -tu4 /dev/urandom | tr -d ' ')
endif

key = $(shell { pwd; cat $(1); } | sha256sum | cut -c 1-16)

# Another lwIP than ours has products of its own, beside the others.
ifdef LWIP_DIR
LWIP := $(realpath $(LWIP_DIR))
IMAGES := build/lwip-$(notdir $(LWIP))-$(shell printf %s '$(LWIP)' | sha256sum | cut -c 1-8)
REPORT = --report-dir build/report/$(notdir $(IMAGES))
else
LWIP := build/src/lwip-2.2.1
IMAGES := build/lwip-2.2.1
endif

# $(call must_be_there,VARIABLE,what it names,their folder in fixtures/)
named = $(subst $(comma), ,$($(1)))
there = $(basename $(notdir $(wildcard fixtures/$(3)/*.toml)))
strange = $(firstword $(filter-out $(there),$(named)))
must_be_there = $(if $(strip $(named)),,$(error $(1)= names no $(2); fixtures/$(3) has $(there))) \
    $(if $(strange),$(error $(1)=$($(1)): there is no $(2) $(strange); fixtures/$(3) has $(there)))
$(call must_be_there,BENCH,bench,benches)
$(call must_be_there,BOARD,board,boards)

ifneq ($(shell printf %s '$(SEED)' | tr -d 0-9),)
$(error SEED=$(SEED) is no number)
endif

C_FILES = $(shell find firmware host/trace fixtures/virtual-nucleo -name '*.[ch]')
FIRMWARE = $(MAKE) -f firmware/firmware.mk FW=firmware LWIP=$(LWIP)
VIRTUAL_NUCLEO = $(MAKE) -j$(WORKERS) -C fixtures/virtual-nucleo

# For whoever runs behind these doors: where the images and lwIP are.
export PLUMB_IMAGES := $(IMAGES)
export PLUMB_LWIP := $(LWIP)
export HYPOTHESIS_STORAGE_DIRECTORY := build/cache/hypothesis

.PHONY: help
help: ## this list
	@echo "make DOOR [BENCH=native,mps2-an500] [LWIP_DIR=/another/lwip] [V=1]"
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 16

# ---- the doors

.PHONY: check test boards device lint lint-check fw
check: setup images $(VIRTUAL) ## the suite on the benches, compared: build, run, verdicts [WAY=core]
	.venv/bin/plumb run --bench $(BENCH) -n $(WORKERS) $(THROUGH) $(REPORT)

boards: BOARD := lm3s6965evb,$(SMOKE)
boards: setup images ## the other boards: the suite on lm3s6965evb, smoke on two more
	.venv/bin/plumb run --bench lm3s6965evb -n $(WORKERS) $(THROUGH) $(REPORT)
	.venv/bin/plumb run --bench $(SMOKE) $(REPORT) scenarios/smoke

test: BOARD := $(subst $(space),$(comma),$(patsubst firmware/boards/%/board.mk,%,$(wildcard firmware/boards/*/board.mk)))
test: setup labgrid images unit-tests trace-plugin virtual-nucleo ## all our own tests: firmware units, host, rules of the house
	@$(MAKE) rooms
	@$(VIRTUAL_NUCLEO) test image IMAGE=$(abspath $(IMAGES))/mps2-an500/dut
	.venv/bin/pytest host/tests ci/tests --ignore=host/tests/virtual_nucleo
	.venv/bin/pytest -n 4 host/tests/virtual_nucleo # which mostly wait, for OpenOCD and for deadlines

FIRST := $(firstword $(subst $(comma), ,$(BENCH)))
device: BOARD := $(call board_of,$(FIRST))
device: setup images $(VIRTUAL) ## a device to type at; its wire is a TAP, or has no cable in [TAP=name]
	.venv/bin/plumb shell --bench $(FIRST) $(if $(TAP),--tap '$(TAP)')

lint: setup lwip ## format and lint everything, in place
	@$(MAKE) -k lint-steps

lint-check: setup lwip ## the same, changing nothing
	@$(MAKE) -k lint-steps CHECK=1

fw: setup images ## build the firmware only [BOARD=native]

.PHONY: faults explore soak nightly cycles
faults: setup lwip ## prove that the suite can fail: seeded faults, each must be caught [FAULT=names]
	.venv/bin/python ci/faults.py $(FAULT)

explore: setup images $(VIRTUAL) ## a million random lines, every style and the wire; the state machines; the virtual processor [SEED=... AX_FUZZ_LINES=...]
	@echo "SEED=$(SEED)"
	@$(FIRMWARE) OUT=$(IMAGES)/native-asan BOARD=native-asan $(IMAGES)/native-asan/test/stack/test_shell_fuzz
	AX_FUZZ_SEED=$(SEED) AX_FUZZ_LINES=$(AX_FUZZ_LINES) $(IMAGES)/native-asan/test/stack/test_shell_fuzz
	@$(VIRTUAL_NUCLEO) differential SEED=$(SEED)
	.venv/bin/plumb run --bench $(BENCH) $(REPORT) -m explore --hypothesis-profile=explore --hypothesis-seed=$(SEED)

soak: setup images $(VIRTUAL) ## the suite again and again: no verdict or frame may change [N=20]
	.venv/bin/python ci/soak.py --times $(N) --bench $(BENCH)

nightly: setup images $(VIRTUAL) ## what takes long: megabytes over bad wires, to Linux's own TCP [SEED=...]
	@echo "SEED=$(SEED)"
	.venv/bin/plumb run --bench $(BENCH) $(REPORT) -m nightly --nightly --device-seed=$(SEED)

cycles: BOARD := nucleo-h743zi
cycles: setup images virtual-nucleo ## the virtual Nucleo flashed, verified, reset and heard, by OpenOCD [CYCLES=100]
	PLUMB_FLASH_CYCLES=$(CYCLES) .venv/bin/pytest -rP host/tests/virtual_nucleo -k again_and_again

.PHONY: bench coverage
coverage: BOARD := mps2-an500
coverage: setup images trace-plugin ## which lines of the image on a Cortex-M7 the suite makes run
	.venv/bin/plumb run --bench $(BOARD) -n $(WORKERS) --coverage $(REPORT)

bench: BOARD := $(SIZED)
bench: setup images bench-images trace-plugin ## what the stack costs beside raw lwIP, held against fixtures/cost [ACCEPT=1 TIMES=3]
	.venv/bin/plumb cost --boards $(SIZED) $(if $(TIMES),--times $(TIMES)) $(if $(ACCEPT),--accept)

.PHONY: clean
clean: ## remove all products; what was fetched stays
	rm -rf build/lwip-* build/virtual-nucleo build/lint build/cache build/report build/faults

# ---- behind the doors

.PHONY: images bench-images trace-plugin virtual-nucleo unit-tests lint-steps c-layout python-rules python-layout types rooms compilers
images: setup lwip
	@for board in $(subst $(comma), ,$(BOARD)); do \
	    $(FIRMWARE) OUT=$(IMAGES)/$$board BOARD=$$board || exit 1; \
	done

# machine-stack-sums, as firmware/bench/bench.mk takes them; the echoes are there for their size alone.
BENCH_IMAGES := $(foreach stack,raw ax,$(foreach sums,lwip ours offload,cortex-m7/$(stack)/$(sums)) \
                    x86-64/$(stack)/lwip x86-64/$(stack)/offload) $(foreach echo,echo raw-echo,cortex-m7/$(echo)/ours) \
                $(foreach style,futures readiness reactor callback,cortex-m7/ax-$(style)/ours cortex-m7/echo-$(style)/ours) cortex-m7/ax-proxy/ours
bench-images: setup lwip
	@for board in $(subst $(comma), ,$(SIZED)); do \
	    $(FIRMWARE) OUT=$(IMAGES)/$$board BOARD=$$board ram || exit 1; \
	done
	@for what in $(BENCH_IMAGES); do \
	    set -- $$(echo $$what | tr / ' '); \
	    $(MAKE) -f firmware/bench/bench.mk FW=firmware LWIP=$(LWIP) OUT=$(IMAGES)/bench/$$1-$$2-$$3 \
	        MACHINE=$$1 STACK=$$2 SUMS=$$3 || exit 1; \
	done

TRACE_C := $(wildcard host/trace/*.[ch])
PLUGIN_FLAGS := -std=gnu11 -O2 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
                -Werror -fPIC -shared -fvisibility=hidden
trace-plugin: setup
	@$(MAKE) build/trace/insn.so
build/trace/insn.so: $(TRACE_C)
	@mkdir -p $(@D)
	@$(CC) $(PLUGIN_FLAGS) -o $@ host/trace/insn.c

virtual-nucleo: ## the virtual Nucleo, to be started by hand (docs/rig.md)
	@$(VIRTUAL_NUCLEO)

unit-tests: setup lwip
	@$(FIRMWARE) OUT=$(IMAGES)/native-asan BOARD=native-asan unit-tests

# Run with -k, so that one complaint does not hide the next. Rules before layout: a fix may leave a long line.
lint-steps: c-layout python-rules python-layout types rooms compilers
c-layout:
	@echo clang-format
	@clang-format --style=file:firmware/.clang-format $(if $(CHECK),--dry-run --Werror,-i) $(C_FILES)
python-rules:
	.venv/bin/ruff check $(if $(CHECK),,--fix)
python-layout:
	.venv/bin/ruff format $(if $(CHECK),--diff)
types:
	.venv/bin/mypy
rooms:
	.venv/bin/python ci/check_rooms.py
compilers:
	@for compiler in gcc clang; do \
	    $(FIRMWARE) OUT=build/lint/$(notdir $(IMAGES))/$$compiler CC=$$compiler objects || exit 1; \
	    $(VIRTUAL_NUCLEO) OUT=$(CURDIR)/build/lint/virtual-nucleo/$$compiler CC=$$compiler objects || exit 1; \
	done

# ---- set-up: each step is known by the content of what decides it, and by where this checkout lies
# One step is in place at a time: what was there before is made again when its content comes back.

SYSTEM := build/setup/system-$(call key,ci/setup_system.sh)
PACKAGES := .venv/packages-$(call key,ci/requirements.lock)
OURSELVES := .venv/plumbline-$(call key,pyproject.toml)
LABGRID := build/labgrid/packages-$(call key,ci/labgrid.lock)

.PHONY: setup labgrid lwip lock
setup: $(SYSTEM) $(PACKAGES) $(OURSELVES) ## install what this machine lacks: apt packages (OpenOCD, too), .venv

$(SYSTEM):
	@PYTHON=$(PYTHON) ci/setup_system.sh
	@mkdir -p $(@D) && touch $@

$(PACKAGES): | $(SYSTEM)
	@PYTHON=$(PYTHON) ci/setup_python.sh
	@rm -f .venv/packages-* && touch $@

$(OURSELVES): | $(PACKAGES)
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@rm -f .venv/plumbline-* && touch $@

labgrid: $(LABGRID) ## labgrid, which lends boards to more than one desk, in a venv of its own
$(LABGRID): | $(SYSTEM)
	@PYTHON=$(PYTHON) ci/setup_python.sh build/labgrid ci/labgrid.lock
	@rm -f build/labgrid/packages-* && touch $@

lwip: setup
ifdef LWIP_DIR
	@test -f '$(LWIP)/src/core/tcp.c' || { echo 'LWIP_DIR=$(LWIP_DIR) is no lwIP source tree' >&2; exit 1; }
else
	@.venv/bin/python ci/fetch_lwip.py $(LWIP)
endif

lock: $(SYSTEM)
	ci/lock.sh
