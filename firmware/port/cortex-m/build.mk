# SPDX-License-Identifier: BSD-3-Clause
# How an image for a Cortex-M is built. The board says which core, and what memory there is.

TOOLS := arm-none-eabi-
CORE += -mthumb -mfloat-abi=soft -ffunction-sections -fdata-sections --specs=picolibc.specs
# What each function needs of the stack, and nothing that would find it in RAM of unknown size.
CORE += -fstack-usage -Wvla

# A board without a DMA has no memory for one.
DMA_AT ?= 0
DMA_BYTES ?= 0
SENT_AT ?= 0
SENT_BYTES ?= 0

numbers = $(foreach name,$(1),-Wl,--defsym=$(name)=$($(name)))
CHIP_LINK := -nostartfiles -Wl,--gc-sections -Wl,--fatal-warnings \
             $(call numbers,CODE_AT CODE_BYTES RAM_AT RAM_BYTES DMA_AT DMA_BYTES SENT_AT SENT_BYTES STACK_BYTES) \
             -T $(FW)/port/cortex-m/sections.ld

# Or its loops become calls of itself.
$(OUT)/obj/port/cortex-m/memcpy.o: FLAGS += -fno-tree-loop-distribute-patterns
