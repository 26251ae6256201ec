# SPDX-License-Identifier: GPL-2.0-or-later
from pathlib import Path

from plumbline.bench import steps
from plumbline.bench.steps import current_step


def test_it_is_the_line_that_is_carried_out_with_its_text() -> None:
    step = current_step()  # where we are

    assert step.startswith("test_steps.py:")
    assert step.endswith(" step = current_step()  # where we are")


def test_the_same_place_reads_alike_on_every_machine() -> None:
    path = Path("/home/me/checkout/scenarios/tcp/test_close.py")

    assert steps._short(path) == "tcp/test_close.py"
    assert steps._short(Path("/anywhere/else.py")) == "else.py"


def test_our_own_package_is_not_a_step() -> None:
    namespace = {"__name__": "plumbline.peer.tcp", "current_step": current_step}
    exec("def send():\n    return current_step()", namespace)
    send = namespace["send"]

    assert callable(send)
    assert send().startswith("test_steps.py:")
