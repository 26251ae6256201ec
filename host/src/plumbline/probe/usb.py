# SPDX-License-Identifier: GPL-2.0-or-later
"""The reset of a device on USB, as if it had been pulled and put back, but for its power."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from plumbline.errors import BenchError

_USBDEVFS_RESET = 0x5514  # _IO('U', 20), linux/usbdevice_fs.h


def reset(node: Path) -> None:
    """`node` is the device's in /dev/bus/usb/. It comes back under the same name. BenchError when it cannot be done."""
    try:
        device = os.open(node, os.O_WRONLY | os.O_CLOEXEC)
    except OSError as error:
        raise BenchError(f"{node}: {error.strerror}") from error
    try:
        fcntl.ioctl(device, _USBDEVFS_RESET, 0)
    except OSError as error:
        raise BenchError(f"{node}: {error.strerror}") from error
    finally:
        os.close(device)
