# SPDX-License-Identifier: BSD-3-Clause
# Arm MPS2 with the FPGA image of AN500: Cortex-M7, LAN9118, CMSDK UART and timers.
PORTS := mps2 cortex-m
CORE := -O2 -g -mcpu=cortex-m7
CODE_AT := 0x00000000
CODE_BYTES := 0x00400000
RAM_AT := 0x20000000
RAM_BYTES := 0x00400000
STACK_BYTES := 8192
CHIP := -DBOARD_ETHERNET_AT=0xa0000000

# Six segments: what a LAN9118 holds when nobody looks. The native process has the same, so that their frames are the same.
LIMITS := -DAX_PROXY=1 -DAX_TCP_WINDOW_MAX=8760
