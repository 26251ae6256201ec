# SPDX-License-Identifier: BSD-3-Clause
# Stellaris LM3S6965 evaluation board: Cortex-M3, 64 KiB of SRAM, MAC and PHY on the chip.
PORTS := lm3s cortex-m
CORE := -O2 -g -mcpu=cortex-m3
CODE_AT := 0x00000000
CODE_BYTES := 0x00040000
RAM_AT := 0x20000000
RAM_BYTES := 0x00010000
STACK_BYTES := 3584

# 64 KiB for all: a window that four segments fill, datagrams in four fragments, two neighbours with two packets each,
# small rings, no names asked for. The stack was never seen to take more than 1,744 bytes (`mem` tells).
LIMITS := -DAX_LINK_RX_QUEUE=6 -DAX_LINK_RX_RESERVE=1 \
          -DAX_TCP_SOCKETS=4 -DAX_TCP_IN_TIME_WAIT=2 -DAX_TCP_LISTENERS=4 -DAX_TCP_WINDOW_MAX=5840 \
          -DAX_TCP_SEGMENTS=24 -DAX_TCP_SEGMENT_QUEUE=24 -DAX_TCP_REORDER_FRAMES=3 -DAX_HEAP_BYTES=5120 \
          -DAX_UDP_SOCKETS=3 -DAX_DNS_NAMES=0 -DAX_DATAGRAM_MAX=5912 -DAX_FRAGMENTS=4 \
          -DAX_REASSEMBLY_FRAMES=4 -DAX_REASSEMBLY_DATAGRAMS=4 \
          -DAX_ARP_ENTRIES=8 -DAX_NEIGHBOURS=2 -DAX_NEIGHBOUR_PACKETS=2 \
          -DAX_SHELL_ARENA_BYTES=19456 -DAX_SHELL_OUTPUT_BYTES=2048 -DAX_SHELL_WATCHES=8 -DAX_SHELL_PUMPS=4 -DAX_SHELL_SERVERS=2 -DAX_SHELL_FUTURES=4 \
          -DAX_CONSOLE_RX_BYTES=256 -DAX_CONSOLE_TX_BYTES=512
