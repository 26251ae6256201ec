# SPDX-License-Identifier: BSD-3-Clause
# Stellaris LM3S6965 evaluation board: Cortex-M3, 64 KiB of SRAM, MAC and PHY on the chip.
PORTS := lm3s cortex-m
CORE := -O2 -g -mcpu=cortex-m3
CODE_AT := 0x00000000
CODE_BYTES := 0x00040000
RAM_AT := 0x20000000
RAM_BYTES := 0x00010000
STACK_BYTES := 4096
