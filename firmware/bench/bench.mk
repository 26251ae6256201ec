# SPDX-License-Identifier: BSD-3-Clause
# Builds one image of the bench:
#
#   make -f firmware/bench/bench.mk FW=firmware LWIP=<tree> OUT=<folder> MACHINE=cortex-m7 STACK=ax SUMS=lwip
#
#   MACHINE  cortex-m7: QEMU's mps2-an500; x86-64: a process
#   STACK    ax, ax-futures and so on with the echo in that style (styles/), ax-proxy with the echo at an address that it only stands for, or raw lwIP callbacks;
#            for their size alone echo, apps/echo over a port that does nothing,
#            echo-futures and so on, its sisters, and
#            raw-echo, the smallest of raw lwIP's over the same port; both for the Cortex-M7
#   SUMS     lwip: checksums as lwIP adds them; ours: with src/stack/checksum.c; offload: none, a MAC adds them

FW ?= firmware
SIZED := $(filter %echo echo-%,$(STACK))
PARALLEL := $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2)
MAKEFLAGS += -rR -Otarget --no-print-directory $(PARALLEL)
.DELETE_ON_ERROR:

BENCH := $(FW)/bench
IMAGE := $(OUT)/bench

ifeq ($(MACHINE),cortex-m7)
CC := arm-none-eabi-gcc
CORE := -mcpu=cortex-m7 -mthumb -mfloat-abi=soft
LINK := -nostartfiles -Wl,--gc-sections -Wl,--no-warn-rwx-segments -T $(BENCH)/machine/cortex_m7.ld
MACHINE_C := $(if $(SIZED),$(BENCH)/size/start.c,$(BENCH)/machine/cortex_m7.c)
else ifeq ($(MACHINE),x86-64)
CC := gcc
CORE :=
LINK := -Wl,--gc-sections
MACHINE_C := $(BENCH)/machine/process.c
else
$(error MACHINE=$(MACHINE) is unknown: cortex-m7, x86-64)
endif

SOFTWARE_SUMS := 1
ifeq ($(SUMS),offload)
SOFTWARE_SUMS := 0
SUM_FLAGS := $(foreach what,GEN_IP GEN_UDP GEN_TCP GEN_ICMP CHECK_IP CHECK_UDP CHECK_TCP CHECK_ICMP,-DCHECKSUM_$(what)=0)
else ifeq ($(SUMS),lwip)
SUM_FLAGS := -DAX_CHECKSUM_OF_LWIP
else ifneq ($(SUMS),ours)
$(error SUMS=$(SUMS) is unknown: lwip, ours, offload)
endif

# ---- flags, the same for both stacks: a release build, with as many sockets as the bench opens

STRICT := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
SOCKETS := 260
SEGMENTS := 512
# An image that is only sized is built as a product would be: small, as one piece, with the libc that boards have. Data needs no
# sections there, and is reached from one address with none.
OPTIMIZE := $(if $(SIZED),-Os -fno-data-sections --specs=picolibc.specs -fmacro-prefix-map=$(FW)/src/=,-O2)
ADDR := $(if $(filter ax-proxy,$(STACK)),0xc6336407,0xc0a8010a)
RELEASE := -DBENCH_ADDR=$(ADDR) -DLWIP_NOASSERT=1 -DLWIP_STATS=0 -DBENCH_SOCKETS=$(SOCKETS) -DBENCH_SUMS=$(SOFTWARE_SUMS) $(SUM_FLAGS)
FLAGS := -std=c11 -flto -ffunction-sections -fdata-sections $(OPTIMIZE) -g $(CORE) $(RELEASE) -I$(FW)/include -I$(FW)/src
OPTIONS_ax := -I$(FW)/src/stack -DAX_TCP_SOCKETS=$(SOCKETS) -DAX_TCP_SEGMENTS=$(SEGMENTS)
OPTIONS_raw := -I$(BENCH)/raw
include $(FW)/apps/echo/limits.mk
STYLE := $(patsubst echo-%,%,$(patsubst ax-%,%,$(filter ax-% echo-%,$(STACK))))
OPTIONS_ax-$(STYLE) = $(OPTIONS_ax) $(if $(filter proxy,$(STYLE)),-DAX_PROXY=1)
OPTIONS_echo-$(STYLE) = $(OPTIONS_echo)
OPTIONS_echo := -I$(FW)/src/stack $(ECHO_LIMITS)
OPTIONS_raw-echo := -I$(BENCH)/size/raw
BESIDE_LWIP := $(OPTIONS_$(STACK)) -isystem $(LWIP)/src/include

# ---- sources

c_files = $(sort $(wildcard $(addsuffix /*.c,$(1))))
LWIP_CORE := def inet_chksum init ip mem memp netif pbuf raw stats tcp tcp_in tcp_out udp $(if $(filter raw%,$(STACK)),timeouts)
LWIP_C := $(foreach name,$(LWIP_CORE),$(LWIP)/src/core/$(name).c) \
          $(foreach name,etharp icmp ip4 ip4_addr ip4_frag,$(LWIP)/src/core/ipv4/$(name).c) $(LWIP)/src/netif/ethernet.c
# limits.c is what only a test image shows.
STYLE_ROOMS := $(if $(STYLE),$(patsubst futures,future,$(STYLE)) $(if $(filter reactor,$(STYLE)),future))
AX_C := $(filter-out %/limits.c,$(call c_files,$(foreach room,base ring exec link net stack $(STYLE_ROOMS),$(FW)/src/$(room))))
STACK_C := $(if $(filter raw%,$(STACK)),$(FW)/src/stack/checksum.c,$(AX_C))
ifneq ($(SIZED),)
BENCH_C := $(if $(filter raw-echo,$(STACK)),$(BENCH)/size/raw/main.c,$(FW)/apps/$(STACK)/main.c) $(BENCH)/size/echo_port.c $(MACHINE_C)
else
BENCH_C := $(call c_files,$(BENCH) $(BENCH)/$(if $(STYLE),ax,$(STACK))) $(MACHINE_C)
ifneq ($(STYLE),)
BENCH_C := $(filter-out %/ax/echo.c,$(BENCH_C)) $(BENCH)/styles/$(STYLE).c
endif
endif

object = $(patsubst $(1)/%.c,$(OUT)/obj/$(2)/%.o,$(3))
LWIP_O := $(call object,$(LWIP)/src,lwip,$(LWIP_C))
FW_O := $(sort $(call object,$(FW),fw,$(STACK_C) $(BENCH_C)))

$(IMAGE): $(LWIP_O) $(FW_O)
	@echo "  link  $@"
	@$(CC) $(FLAGS) $(LINK) -o $@ $(LWIP_O) $(FW_O)

in_folder = @mkdir -p $(@D)

$(OUT)/obj/lwip/%.o: $(LWIP)/src/%.c $(OUT)/flags
	$(in_folder)
	@$(CC) $(FLAGS) $(BESIDE_LWIP) -MMD -MP -c -o $@ $<

# The compiler may know nothing of peer and port. An application it may: of raw lwIP's echo as of apps/echo.
$(filter-out $(OUT)/obj/fw/bench/size/raw/%,$(filter $(OUT)/obj/fw/bench/%,$(FW_O))): FLAGS += -fno-lto
$(OUT)/obj/fw/bench/wire.o: FLAGS += -fno-tree-loop-distribute-patterns
$(OUT)/obj/fw/%.o: $(FW)/%.c $(OUT)/flags
	$(in_folder)
	@$(CC) $(STRICT) $(FLAGS) $(BESIDE_LWIP) -MMD -MP -c -o $@ $<

.PHONY: FORCE
$(OUT)/flags: export text = $(shell $(CC) --version | head -1) $(FLAGS) $(BESIDE_LWIP) $(LWIP_O) $(FW_O)
$(OUT)/flags: FORCE
	@mkdir -p $(@D); printf '%s\n' "$$text" | cmp -s - $@ || printf '%s\n' "$$text" > $@

-include $(patsubst %.o,%.d,$(LWIP_O) $(FW_O))
