# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest's hooks. Nothing is decided here."""

from __future__ import annotations

import os
from argparse import SUPPRESS
from collections.abc import Generator
from types import TracebackType

import pytest

from plumbline.bench import bounds
from plumbline.errors import PlumblineError
from plumbline.kernel import MACHINE_NEEDS, machine_lacks
from plumbline.plugin import (
    collector,
    conduct,
    interrupt,
    nightly,
    nucleos,
    report_lock,
    reporting,
    search,
    tether,
    ways,
)
from plumbline.plugin.fixtures import bench, clock, dut, linux, peer, peers, real_time, restart, wire
from plumbline.plugin.session import KEY as SESSION
from plumbline.plugin.session import Session, session_of
from plumbline.plugin.subject import is_scenario, mark_items, subject_of

__all__ = ["bench", "clock", "dut", "linux", "peer", "peers", "real_time", "restart", "wire"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("plumbline", "scenarios on a bench")
    group.addoption(
        "--bench",
        default=os.environ.get("PLUMB_BENCH", "native"),
        metavar="NAME",
        help="which bench of fixtures/benches/ the scenarios run on (default: $PLUMB_BENCH, else native)",
    )
    group.addoption(
        "--device-seed",
        type=int,
        metavar="N",
        help="seed of the device's randomness and of a bad wire (default: the bench's)",
    )
    group.addoption(
        "--new-devices", action="store_true", help="each scenario on a device started anew: no emulator is reset"
    )
    group.addoption(
        ways.OPTION,
        metavar="WAYS",
        help="into the sockets: names with commas, all, or turns (each scenario through one of them); the bench's "
        "file says which unless given",
    )
    group.addoption(nightly.OPTION, action="store_true", help="also what takes long: scenarios marked nightly")
    group.addoption(
        "--report-dir", metavar="DIR", help="where reports go, a folder for each bench (default: build/report)"
    )

    nucleos.add_options(group)
    group.addoption(tether.OPTION, type=int, metavar="PID", help=SUPPRESS)  # `plumb`, which it ends with
    group.addoption(report_lock.OPTION, type=int, metavar="FD", help=SUPPRESS)  # `plumb run`
    group.addoption("--hold-in", metavar="DIR", help=SUPPRESS)  # `plumb debug`
    group.addoption("--count-in", metavar="DIR", help=SUPPRESS)  # `plumb run --coverage`


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    tether.check_number(config)
    nucleos.cut_workers(config)  # ahead of xdist, which reads how many there are to be
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    tether.tie(config)
    words = config.getoption("way")
    if words is not None:
        try:
            ways.chosen(words)
        except PlumblineError as error:
            raise pytest.UsageError(f"{ways.OPTION}: {error}") from error
    session = config.stash[SESSION] = Session(config)
    if config.getoption("hold_in"):
        bounds.wait_for_a_person()
    if not hasattr(config, "workerinput"):  # a worker of xdist sends its reports on
        config.pluginmanager.register(collector.Collector(config, session), "plumbline-collector")
    config.addinivalue_line("markers", f"{search.MARK}: searches at random; `make explore` runs it with other seeds")
    config.addinivalue_line("markers", f"{nightly.MARK}: takes long; `make nightly` runs it, with other seeds")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: tether.Worker) -> None:
    tether.hand_over(node)


@pytest.hookimpl(tryfirst=True)
def pytest_keyboard_interrupt(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """It may come at a jump of the compiler's, which stands in no line; pytest asks for the line of each."""
    entries = zip(excinfo.traceback, _lines(excinfo.tb), strict=True)
    excinfo.traceback = type(excinfo.traceback)(entry for entry, line in entries if line is not None)


def _lines(trace: TracebackType | None) -> Generator[int | None]:
    while trace is not None:
        yield trace.tb_lineno
        trace = trace.tb_next


def pytest_unconfigure(config: pytest.Config) -> None:
    if SESSION in config.stash:  # not when what was asked of us was refused
        session_of(config).close()


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    ways.parametrize(metafunc)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    nightly.leave_out(config, items)
    scenarios = [item for item in items if is_scenario(item)]
    if not scenarios:
        return
    session = session_of(config)
    try:
        session.check()
        ways.leave_out(config, items)
        scenarios = [item for item in items if is_scenario(item)]
        mark_items(scenarios, session.catalogue, session.known_features)
    except PlumblineError as error:
        collector.refuse(config, items, error)
    search.make_again(config, items)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if not is_scenario(item) or interrupt.ends_at_once(item.config):
        return (yield)
    with interrupt.held_back():
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    subject = subject_of(item)
    if subject is None or not subject.mark.needs:
        return
    session = session_of(item.config)
    lacks = filter(None, map(machine_lacks, sorted(subject.mark.needs & MACHINE_NEEDS.keys())))
    for why in lacks:
        pytest.skip(why)
    missing = sorted(subject.mark.needs - MACHINE_NEEDS.keys() - session.features)
    if missing:
        pytest.skip(f"the board of bench {session.bench_name} does not declare {', '.join(missing)}")


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    subject = subject_of(pyfuncitem)
    if subject is None:
        return (yield)
    error: BaseException | None = None
    try:
        yield
    except (KeyboardInterrupt, SystemExit, pytest.exit.Exception):
        raise
    except BaseException as raised:  # noqa: BLE001 - pytest's own outcomes are no Exceptions
        error = raised
    ended = conduct.end(subject, session_of(pyfuncitem.config), conduct.bench_of(pyfuncitem), error)
    pyfuncitem.stash[conduct.KEY] = ended
    if ended.error is not None:
        raise ended.error
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    subject = subject_of(item)
    if subject is not None:
        reporting.shape(report, item, subject, call)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
    if not isinstance(report, pytest.TestReport):
        return None
    record = reporting.record_of(report) or reporting.lost(report)
    return reporting.WORDS[record.verdict] if record is not None and record.verdict is not None else None
