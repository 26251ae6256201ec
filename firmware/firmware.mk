# SPDX-License-Identifier: BSD-3-Clause
# Builds the firmware of one board from any copy of the sources and any lwIP:
#
#   make -f firmware/firmware.mk FW=firmware LWIP=<tree> OUT=<folder> BOARD=native [goal]
#
#   images      OUT/dut, OUT/echo and the other folders of apps/ (the default)
#   objects     every file of ours through the compiler: the strictest reading
#   ram         OUT/obj/bench/ram/ram.o, whose symbols are as large as what a socket takes
#   unit-tests  OUT/test/test_*, each a program of its own, and runs them
#
# V=1 tells of each file.

SELF := $(lastword $(MAKEFILE_LIST))
FW ?= firmware
BOARD ?= native
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
PARALLEL := $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
MAKEFLAGS += -rR -Otarget --no-print-directory $(PARALLEL)
.DELETE_ON_ERROR:

ifeq ($(wildcard $(LWIP)/src/core/tcp.c),)
$(error LWIP=$(LWIP) is no lwIP source tree)
endif
ifeq ($(OUT),)
$(error OUT= says where the products go)
endif

# ---- the board: numbers only

BOARDS := $(patsubst $(FW)/boards/%/board.mk,%,$(wildcard $(FW)/boards/*/board.mk))
ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD) is unknown: $(BOARDS))
endif
include $(FW)/boards/$(BOARD)/board.mk
-include $(addprefix $(FW)/port/,$(addsuffix /build.mk,$(PORTS)))

ifdef TOOLS
CC := $(TOOLS)gcc
endif

# ---- flags; what names a path is apart, so that the build id does not depend on where things lie

STRICT := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
FLAGS := -std=c11 $(CORE) $(CHIP) $(LIMITS)
PLACES := -fmacro-prefix-map=$(FW)/=firmware/ -fmacro-prefix-map=$(LWIP)/=lwip/
OURS := $(STRICT) -I$(FW)/include -I$(FW)/src
BESIDE_LWIP := -I$(FW)/src/stack -isystem $(LWIP)/src/include
COMPILE = $(CC) $(FLAGS) $(PLACES) -MD -MP -c -o $@

# ---- sources and what becomes of them

c_files = $(sort $(wildcard $(addsuffix /*.c,$(1))))
fw_objects = $(patsubst $(FW)/%.c,$(OUT)/obj/%.o,$(call c_files,$(addprefix $(FW)/,$(1))))

LWIP_C := $(filter-out $(addprefix $(LWIP)/src/core/,altcp.c altcp_alloc.c altcp_tcp.c dns.c sys.c timeouts.c), \
            $(wildcard $(LWIP)/src/core/*.c)) \
          $(addprefix $(LWIP)/src/core/ipv4/,etharp.c icmp.c ip4.c ip4_addr.c ip4_frag.c) \
          $(LWIP)/src/netif/ethernet.c

SRC := $(call fw_objects,src/*)
STACK := $(filter $(OUT)/obj/src/stack/%,$(SRC))
ROOMS := $(filter-out $(STACK),$(SRC))
PORT := $(call fw_objects,$(addprefix port/,$(PORTS)))
PARTS := $(call fw_objects,port)
HAS_PROXY := $(filter -DAX_PROXY=1,$(LIMITS))
APPS := $(filter-out $(if $(HAS_PROXY),,proxy),$(patsubst $(FW)/apps/%/main.c,%,$(sort $(wildcard $(FW)/apps/*/main.c))))
APP_OBJECTS := $(call fw_objects,$(addprefix apps/,$(APPS)))
LWIP_O := $(patsubst $(LWIP)/src/%.c,$(OUT)/obj/lwip/%.o,$(LWIP_C))

# An image without an any-IP proxy has a stack, and an lwIP, that know of none: config.h, AX_PROXY.
PROXIED := dut proxy
PLAIN := $(if $(HAS_PROXY),$(patsubst $(OUT)/obj/%,$(OUT)/obj/plain/%,$(STACK) $(LWIP_O)))
stack_of = $(OUT)/lib/$(if $(PLAIN),$(if $(filter $(PROXIED),$(1)),stack,plain),stack).a

IMAGES := $(addprefix $(OUT)/,$(APPS))
TEST_OBJECTS := $(call fw_objects,test test/stack test/posix test/port)
tests_in = $(patsubst $(OUT)/obj/%.o,$(OUT)/%,$(filter $(OUT)/obj/$(1)/test_%,$(TEST_OBJECTS)))
ROOM_TESTS := $(call tests_in,test)
STACK_TESTS := $(call tests_in,test/stack)
PORT_TESTS := $(call tests_in,test/posix)
PART_TESTS := $(call tests_in,test/port)
CORTEX_M_RANDOM := $(OUT)/obj/port/cortex-m/random.o # of another port, but no part of it is the core's
BESIDE_TESTS := $(foreach object,$(TEST_OBJECTS),$(if $(filter test_%,$(notdir $(object))),,$(object)))
BESIDE_PORT := $(filter $(OUT)/obj/test/posix/%,$(BESIDE_TESTS))
FAKES := $(filter-out $(BESIDE_PORT),$(BESIDE_TESTS))
RAM := $(call fw_objects,bench/ram)

# ---- goals

.PHONY: images objects ram unit-tests FORCE
images: $(IMAGES) $(OUT)/size.txt
objects: $(SRC) $(PORT) $(PARTS) $(APP_OBJECTS) $(RAM) $(TEST_OBJECTS)

ram: $(RAM)

# Every program runs, so that one failure does not hide the next.
unit-tests: $(ROOM_TESTS) $(STACK_TESTS) $(PORT_TESTS) $(PART_TESTS)
	@failed=0; for program in $^; do $$program || { failed=1; echo "FAILED: $$program"; }; done; exit $$failed

# ---- rewritten only when their content changes, so that what depends on them follows it

write_if_changed = @mkdir -p $(@D); printf '%s\n' "$$text" | cmp -s - $@ || printf '%s\n' "$$text" > $@

$(OUT)/flags: export text = $(shell $(CC) --version | head -1) $(FLAGS) $(PLACES) $(OURS) $(BESIDE_LWIP)
$(OUT)/flags: FORCE
	$(write_if_changed)

$(OUT)/objects: export text = $(SRC) $(PORT) $(PARTS) $(APP_OBJECTS) $(LWIP_O) fakes: $(FAKES) beside the port: $(BESIDE_PORT)
$(OUT)/objects: FORCE
	$(write_if_changed)

# The same sources, board and flags give the same id, wherever they lie.
$(OUT)/build_id: export text = $(shell { \
    (cd $(FW) && find include src port apps boards -type f -exec sha256sum {} + | LC_ALL=C sort -k 2); \
    (cd $(LWIP)/src && find core netif include -name '*.[ch]' -exec sha256sum {} + | LC_ALL=C sort -k 2); \
    echo '$(BOARD) $(FLAGS)'; } 2>/dev/null | sha256sum | cut -c 1-16)
$(OUT)/build_id: FORCE
	$(write_if_changed)

# ---- compile

in_folder = @mkdir -p $(@D)
tell = $(if $(filter 1,$(V)),@echo "  $(1)")

$(OUT)/obj/lwip/%.o: $(LWIP)/src/%.c $(OUT)/flags
	$(in_folder)
	$(call tell,lwip  $*)
	@$(COMPILE) -I$(FW)/include -I$(FW)/src $(BESIDE_LWIP) $<

$(OUT)/obj/plain/lwip/%.o: $(LWIP)/src/%.c $(OUT)/flags
	$(in_folder)
	$(call tell,lwip  plain/$*)
	@$(COMPILE) -I$(FW)/include -I$(FW)/src $(BESIDE_LWIP) $<

$(PLAIN): FLAGS := $(filter-out $(HAS_PROXY),$(FLAGS))
$(STACK) $(PLAIN) $(RAM) $(filter $(OUT)/obj/test/stack/%,$(TEST_OBJECTS)): OURS += $(BESIDE_LWIP)
$(filter $(OUT)/obj/apps/dut/%,$(APP_OBJECTS)): OURS += -DAX_BOARD='"$(BOARD)"' -DAX_BUILD_ID='"$(shell cat $(OUT)/build_id)"'
$(filter $(OUT)/obj/apps/dut/%,$(APP_OBJECTS)): $(OUT)/build_id
$(TEST_OBJECTS): OURS += -I$(FW)/test

$(OUT)/obj/%.o: $(FW)/%.c $(OUT)/flags
	$(in_folder)
	$(call tell,cc    $*)
	@$(COMPILE) $(OURS) $<

$(OUT)/obj/plain/%.o: $(FW)/%.c $(OUT)/flags
	$(in_folder)
	$(call tell,cc    plain/$*)
	@$(COMPILE) $(OURS) $<

# ---- link

archive = $(in_folder); rm -f $@; $(AR) rcs $@ $(filter %.o,$^)
AR := $(TOOLS)ar

$(OUT)/lib/rooms.a: $(ROOMS) $(OUT)/objects
	$(archive)
$(OUT)/lib/stack.a: $(STACK) $(LWIP_O) $(OUT)/objects
	$(archive)
$(OUT)/lib/plain.a: $(PLAIN) $(OUT)/objects
	$(archive)
$(OUT)/lib/parts.a: $(PARTS) $(OUT)/objects
	$(archive)
$(OUT)/lib/port.a: $(PORT) $(BESIDE_PORT) $(OUT)/objects
	$(archive)
# Behind the fakes the real blocks: in the sanitizer build lwIP's pools are on the heap in tests as well.
$(OUT)/lib/fakes.a: $(FAKES) $(filter %/blocks.o,$(PORT)) $(OUT)/objects
	$(archive)

# What it is and for which board stands in each file, in a section that no board's memory has. Whole, or not there:
# whoever breaks off may leave no image that says nothing of itself.
$(foreach app,$(APPS),$(eval $(OUT)/$(app): $(call stack_of,$(app))))
$(IMAGES): $(OUT)/%: $(OUT)/lib/rooms.a $(OUT)/lib/parts.a $(PORT) $(OUT)/objects $(SELF)
	@echo "  link  $@"
	@$(CC) $(FLAGS) $(CHIP_LINK) -o $@.linked $(filter $(OUT)/obj/apps/$*/%,$(APP_OBJECTS)) $(PORT) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group
	@echo '$* $(BOARD)' > $@.made && $(TOOLS)objcopy --add-section .ax.image=$@.made $@.linked && rm $@.made
	@mv $@.linked $@
$(foreach app,$(APPS),$(eval $(OUT)/$(app): $(call fw_objects,apps/$(app))))

$(OUT)/size.txt: $(IMAGES)
	$(in_folder)
	$(if $(IMAGES),@{ $(TOOLS)size $(IMAGES)$(if $(STACK_BYTES),; $(largest_frames)); } | tee $@,@touch $@)

# "stack: 8192 reserved; largest frames: 624 cmd_mem, ..." from what the compiler wrote beside each object.
largest_frames = find $(OUT)/obj -name '*.su' ! -path '*/test/*' ! -path '*/plain/*' -exec cat {} + | sort -t "$$(printf '\t')" -k 2 -rn | \
    awk -F '[\t:]' 'NR <= 4 { frames = frames sep $$5 " " $$4; sep = ", " } \
                    END { print "stack: $(STACK_BYTES) reserved; largest frames: " frames }'

# What a test does not bring itself it takes from these, and from a fake only what nothing real has.
group = -Wl,--start-group $(1) -Wl,--end-group
$(ROOM_TESTS): $(addprefix $(OUT)/lib/,rooms.a fakes.a)
$(STACK_TESTS): $(addprefix $(OUT)/lib/,stack.a rooms.a fakes.a)
$(PORT_TESTS): $(addprefix $(OUT)/lib/,port.a parts.a rooms.a)
$(PART_TESTS): $(addprefix $(OUT)/lib/,parts.a rooms.a fakes.a)
$(OUT)/test/port/test_cortex_m_random: $(CORTEX_M_RANDOM)
$(ROOM_TESTS) $(STACK_TESTS) $(PORT_TESTS) $(PART_TESTS): $(OUT)/%: $(OUT)/obj/%.o
	$(in_folder)
	$(call tell,link  $@)
	@$(CC) $(FLAGS) -o $@ $(filter %.o,$^) $(call group,$(filter-out %/fakes.a,$(filter %.a,$^))) \
	    $(call group,$(filter %.a,$^)) -lcmocka

-include $(patsubst %.o,%.d,$(SRC) $(PORT) $(PARTS) $(APP_OBJECTS) $(LWIP_O) $(PLAIN) $(RAM) $(TEST_OBJECTS) $(CORTEX_M_RANDOM))
