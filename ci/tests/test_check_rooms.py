# SPDX-License-Identifier: GPL-2.0-or-later
"""Planted mistakes are found, and the house as it stands has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci.check_rooms import circles, mistakes

TOP = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """An empty house with our plan."""
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci/rooms.toml").write_bytes((TOP / "ci/rooms.toml").read_bytes())
    plant(tmp_path, "firmware/src/net/tcp_socket.h", "")
    plant(tmp_path, "firmware/src/stack/parts.h", "")
    for header in ("soc/chip.h", "soc/soc.h", "eth/phy.h", "probe/server.h"):
        plant(tmp_path, f"fixtures/virtual-nucleo/{header}", "")
    return tmp_path


def plant(house: Path, name: str, text: str) -> None:
    path = house / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("firmware/src/ring/ring.c", "#include <ax/tcp.h>"),
        ("firmware/src/net/tcp.c", '#include "lwip/tcp.h"'),
        ("firmware/src/net/tcp.c", '#include "stack/parts.h"'),
        ("firmware/src/net/tcp.c", '#include "../stack/parts.h"'),
        ("firmware/src/net/tcp.c", "  #  include <stdlib.h>"),
        ("firmware/src/base/err.c", "#include <stdio.h>"),
        ("firmware/src/exec/exec.c", "#include <time.h>"),
        ("firmware/src/stack/netif.c", "#include <unistd.h>"),
        ("firmware/src/shell/cmd_tcp.c", '#include "net/tcp_socket.h"'),
        ("firmware/src/shell/cmd_tcp.c", "#include <ax/private.h>"),
        ("firmware/include/ax/ring.h", "#include <ax/exec.h>"),
        ("firmware/include/ax/new.h", ""),
        ("firmware/port/posix/wire.c", "#include <ax/tcp.h>"),
        ("firmware/port/posix/wire.c", '#include "lwip/opt.h"'),
        ("firmware/apps/echo/main.c", '#include "net/tcp_socket.h"'),
        ("firmware/test/test_ring.c", '#include "lwip/opt.h"'),
        ("firmware/src/attic/old.c", ""),
        ("fixtures/virtual-nucleo/cpu/run.c", '#include "soc/chip.h"'),
        ("fixtures/virtual-nucleo/cpu/run.c", "#include <stdio.h>"),
        ("fixtures/virtual-nucleo/eth/mdio.c", '#include "soc/soc.h"'),
        ("fixtures/virtual-nucleo/probe/dap.c", '#include "../soc/chip.h"'),
        ("fixtures/virtual-nucleo/soc/rcc.c", "#include <poll.h>"),
        ("fixtures/virtual-nucleo/attic/old.c", ""),
        ("host/src/plumbline/errors.py", "import plumbline.events"),
        ("host/src/plumbline/wire/port.py", "from plumbline.shell.line import Line"),
        ("host/src/plumbline/wire/port.py", "from plumbline import shell"),
        ("host/src/plumbline/wire/port.py", "from ..shell import line"),
        ("host/src/plumbline/wire/port.py", "def f():\n    import scapy.all"),
        ("host/src/plumbline/wire/__init__.py", "import pytest"),
        ("host/src/plumbline/judge/rules.py", "from scapy.layers.inet import IP"),
        ("host/src/plumbline/shell/line.py", "import subprocess"),
        ("host/src/plumbline/cli/main.py", "import requests"),
        ("host/src/plumbline/attic.py", ""),
        ("host/src/plumbline/__init__.py", "from plumbline.wire import port"),
        ("scenarios/tcp/test_close.py", "from plumbline.bench import Bench"),
        ("scenarios/tcp/test_close.py", "from plumbline import bench"),
        ("scenarios/tcp/test_close.py", "import socket"),
        ("scenarios/tcp/test_close.py", "from scapy.all import TCP"),
    ],
)
def test_a_planted_mistake_is_found(house: Path, name: str, text: str) -> None:
    assert list(mistakes(house)) == []

    plant(house, name, text)

    [found] = mistakes(house)
    assert found.startswith(str(house / name))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("firmware/src/net/tcp.c", '#include "net/tcp_socket.h"\n#include "tcp_socket.h"\n#include <string.h>'),
        ("firmware/src/stack/netif.c", '#include "lwip/tcp.h"\n#include "net/tcp_socket.h"'),
        ("firmware/src/shell/cmd_tcp.c", "#include <ax/tcp.h>\n#include <ax/debug.h>"),
        ("firmware/include/ax/port.h", "#include <ax/exec.h>"),
        ("firmware/port/posix/wire.c", "#include <sys/socket.h>\n#include <ax/link.h>"),
        ("firmware/test/stack/test_netif.c", '#include "lwip/opt.h"'),
        ("fixtures/virtual-nucleo/eth/mdio.c", '#include "soc/chip.h"\n#include "phy.h"\n#include <string.h>'),
        ("fixtures/virtual-nucleo/nucleo/main.c", '#include "probe/server.h"\n#include <poll.h>'),
        (
            "host/src/plumbline/wire/port.py",
            "import socket\nfrom . import pcap\nfrom plumbline.errors import BenchError",
        ),
        ("host/src/plumbline/plugin/hooks.py", "import pytest\nfrom plumbline.bench import Bench"),
        ("scenarios/tcp/test_close.py", "from plumbline.scenario import scenario\nfrom scapy.layers.inet import TCP"),
        ("scenarios/tcp/test_close.py", "from .given import connected\nfrom scenarios.tcp.given import connected"),
    ],
)
def test_a_door_of_the_plan_is_open(house: Path, name: str, text: str) -> None:
    plant(house, name, text)

    assert list(mistakes(house)) == []


def test_doors_that_lead_in_a_circle_are_found() -> None:
    assert list(circles({"net": ["base"], "base": []})) == []

    [found] = circles({"net": ["base"], "base": ["ring"], "ring": ["net"]})

    assert "net" in found


def test_every_door_of_the_house_is_on_the_plan() -> None:
    assert list(mistakes(TOP)) == []
