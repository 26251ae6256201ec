# SPDX-License-Identifier: GPL-2.0-or-later
"""What OpenOCD 0.12.0 says, as it said it (to a virtual board, or to none), or as its source has the words (USB)."""

from __future__ import annotations

from plumbline.probe import Trouble

GREETING = """\
Open On-Chip Debugger 0.12.0
Licensed under GNU GPL v2
For bug reports, read
	http://openocd.org/doc/doxygen/bugs.html
dapdirect_swd
srst_only separate srst_nogate srst_open_drain connect_assert_srst

adapter speed: 1800 kHz

"""
CONNECTED = """\
Info : connected to stlink-server
Info : stlink-server API v3, version 2.1.1
Info : STLINK V2J43M28 (API v2) VID:PID 0483:374B
Info : Target voltage: 3.299200
Info : clock speed 1800 kHz
Info : stlink_dap_op_connect(connect)
Info : SWD DPIDR 0x6ba02477
"""
EXAMINED = """\
Info : [stm32h7x.cpu0] Cortex-M7 r1p1 processor detected
Info : [stm32h7x.cpu0] target has 8 breakpoints, 4 watchpoints
Info : gdb port disabled
Info : gdb port disabled
Error: [stm32h7x.cpu0] clearing lockup after double fault
Info : [stm32h7x.cpu0] external reset detected
[stm32h7x.cpu0] halted due to debug-request, current mode: Thread 
xPSR: 0x01000000 pc: 0x080004f4 msp: 0x20020000
plumb: compares
"""  # noqa: W291
DIFFERS = EXAMINED + "Error: checksum mismatch\nplumb: writes\n"

FAILURES: tuple[tuple[str, Trouble], ...] = (
    ("embedded:startup.tcl:28: Error: Can't find target/stm32h7x_dual_bank.cfg\n", Trouble.NO_OPENOCD),
    ('Error: invalid command name "st-link"\n', Trouble.NO_OPENOCD),
    (GREETING + "Error: open failed\n\n", Trouble.ABSENT),
    (GREETING + "Error: cannot connect to stlink server, errno: Connection refused\n\n", Trouble.UNSERVED),
    (GREETING + "Error: libusb_open() failed with LIBUSB_ERROR_ACCESS\nError: open failed\n", Trouble.FORBIDDEN),
    (GREETING + "Error: libusb_claim_interface() failed with LIBUSB_ERROR_BUSY\nError: open failed\n", Trouble.BUSY),
    (GREETING + "Error: libusb_open() failed with LIBUSB_ERROR_NO_DEVICE\nError: open failed\n", Trouble.ABSENT),
    (GREETING + "Error: no ST-LINK detected\n", Trouble.ABSENT),
    (GREETING + "Error: ST-LINK open failed (serial mismatch)\n", Trouble.WRONG_PROBE),
    (GREETING + "Error: ERROR, transfer 1 failed, error -1\nError: open failed\n", Trouble.SILENT),
    (CONNECTED + "Error: TCP error status 0x1001\n", Trouble.SILENT),
    (CONNECTED + "Error: the selected device is already used\n", Trouble.BUSY),
    (CONNECTED + "Error: Fail reading CTRL/STAT register. Force reconnect\n", Trouble.FAULT),
    (DIFFERS + "Error: error waiting for target flash write algorithm\n", Trouble.NOT_WRITTEN),
    (GREETING + "Error: cannot get the stlink-server version\n", Trouble.SILENT),
    (CONNECTED + "Error: mode (transport) not supported by device\n", Trouble.OLD_FIRMWARE),
    (CONNECTED + "Error: target voltage may be too low for reliable debugging\n", Trouble.UNPOWERED),
    (CONNECTED + "Error: init mode failed (unable to connect to the target)\n", Trouble.UNREACHED),
    (CONNECTED + "Error: Error connecting DP: cannot read IDR\n", Trouble.UNREACHED),
    (
        CONNECTED + "Error: Failed to read memory at 0x00000000\nWarn : target stm32h7x.cpu0 examination failed\n"
        "TARGET: stm32h7x.cpu0 - Not examined\n",
        Trouble.UNREACHED,
    ),
    ("plumb: compares\nTARGET: stm32h7x.cpu0 - Not examined\n", Trouble.UNREACHED),
    (CONNECTED + "Error: timed out while waiting for target halted\n", Trouble.HELD_IN_RESET),
    (CONNECTED + "plumb: another chip: 0x483, STM32H743 is 0x450\n", Trouble.WRONG_CHIP),
    (CONNECTED + "plumb: another board: the chip's number is 41, the rig file says 42\n", Trouble.WRONG_BOARD),
    (DIFFERS + "Error: couldn't open /nope.elf\n", Trouble.BAD_IMAGE),
    (DIFFERS + "Error: invalid ELF file, bad magic number\n", Trouble.BAD_IMAGE),
    (
        DIFFERS + "Error: wait_flash_op_queue, WRPERR detected\nError: erase time-out or operation error sector 0\n"
        "Error: failed erasing sectors 0 to 0\n",
        Trouble.PROTECTED,
    ),
    (DIFFERS + "Error: flash not unlocked STM32_FLASH_CRx: 0x1\n", Trouble.PROTECTED),
    (DIFFERS + "Error: wait_flash_op_queue, time out expired, status: 0x4\n", Trouble.NOT_WRITTEN),
    (DIFFERS + "Error: failed erasing sectors 0 to 1\n", Trouble.NOT_WRITTEN),
    (
        DIFFERS + "Error: Failed to write memory at 0x24000004\nError: error writing to flash at\n",
        Trouble.FAULT,
    ),
    (DIFFERS + "plumb: verifies\nError: checksum mismatch\n", Trouble.NOT_VERIFIED),
    (GREETING + "Error: the moon is in the way\n", Trouble.UNKNOWN),
    ("", Trouble.UNKNOWN),
)
