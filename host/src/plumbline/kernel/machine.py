# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario may need of the machine that the harness runs on, beside what it needs of the device."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import cache, partial

from plumbline.kernel.namespace import PATH, Forbidden, Namespace, Place

_PROBE = Place("02:00:00:00:00:01", "192.0.2.1/24")


def _lacks_namespaces() -> str:
    """A network that is made in part is an error of the bench, and raised."""
    try:
        Namespace(_PROBE).close()
    except Forbidden as error:
        return f"this machine does not allow a private network: {error}"
    return ""


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
