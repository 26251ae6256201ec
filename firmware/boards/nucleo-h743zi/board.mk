# SPDX-License-Identifier: BSD-3-Clause
# NUCLEO-H743ZI (MB1137): STM32H743ZI, Cortex-M7 at 400 MHz, MAC on the chip, LAN8742A. Pins in board.h of BOARD.
PORTS := stm32h7 cortex-m
CORE := -O2 -g -mcpu=cortex-m7
CODE_AT := 0x08000000
CODE_BYTES := 0x00200000
RAM_AT := 0x24000000
RAM_BYTES := 0x00080000
DMA_AT := 0x30000000
DMA_BYTES := 0x00048000
SENT_AT := 0x38000000
SENT_BYTES := 0x00010000
STACK_BYTES := 8192
CHIP := -I$(FW)/boards/$(BOARD)

# 512 KiB for all but frames, which lie in D2 SRAM and SRAM4: the same limits as the native device, and a smaller arena.
LIMITS := -DAX_PROXY=1 -DAX_LINK_SUMS=1 -DAX_TCP_WINDOW_MAX=8760 -DAX_SHELL_ARENA_BYTES=286720
