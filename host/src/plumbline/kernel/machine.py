# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario may need of the machine that the harness runs on, beside what it needs of the device."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from plumbline.kernel.namespace import PATH, Forbidden, Namespace, Place

_PROBE = Place("02:00:00:00:00:01", "192.0.2.1/24")

# Where Linux says that it forbids user namespaces, and by which value.
_SWITCHES = (
    ("user.max_user_namespaces", "0", "10000"),
    ("kernel.unprivileged_userns_clone", "0", "1"),
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
)
_IN_A_CONTAINER = "a container has to allow user namespaces (docker run --security-opt seccomp=unconfined)"


def _lacks_namespaces() -> str:
    """A network that is made in part is an error of the bench, and raised."""
    if lacks := _lacks_tool("ip", "iproute2"):
        return lacks
    try:
        Namespace(_PROBE).close()
    except Forbidden as error:
        return f"no private network: {way_out(Path('/proc/sys'))} ({error})"
    return ""


def way_out(settings: Path) -> str:
    """What would allow it."""
    for name, forbids, allows in _SWITCHES:
        setting = settings.joinpath(*name.split("."))
        if setting.is_file() and setting.read_text().strip() == forbids:
            return f"as root, sysctl {name}={allows}"
    return _IN_A_CONTAINER


def _lacks_tool(name: str, package: str) -> str:
    return "" if shutil.which(name, path=PATH) else f"there is no `{name}` (Debian: {package})"


MACHINE_NEEDS: Mapping[str, Callable[[], str]] = {
    "namespaces": _lacks_namespaces,
    "curl": partial(_lacks_tool, "curl", "curl"),
    "nc": partial(_lacks_tool, "nc", "netcat-openbsd"),
    "iperf": partial(_lacks_tool, "iperf", "iperf"),
}


@cache
def machine_lacks(need: str) -> str:
    """Why this machine does not have it; empty when it does. Found out once."""
    return MACHINE_NEEDS[need]()
