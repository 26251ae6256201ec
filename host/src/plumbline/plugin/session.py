# SPDX-License-Identifier: GPL-2.0-or-later
"""What one pytest session keeps: the bench's name, the ledger, the run that grows. Read when first needed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pytest

from plumbline.board import ABILITIES, BenchSpec, DeviceRack, Hold, Rack, bench_names, load_bench
from plumbline.board.spec import images_folder
from plumbline.errors import BenchError
from plumbline.kernel import MACHINE_NEEDS
from plumbline.plugin import nucleos
from plumbline.report import Run
from plumbline.rig.nucleo_rack import NucleoRack
from plumbline.scenario.checkout import Checkout, find_checkout
from plumbline.scenario.deviations import Ledger
from plumbline.scenario.profiles import load_limits
from plumbline.scenario.requirements import Catalogue
from plumbline.trace.tally import Tally


class Session:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.bench_name: str = config.getoption("bench")
        self._seed: int | None = config.getoption("device_seed")
        self._report: str | None = config.getoption("report_dir")
        self._start = config.rootpath
        self.starts_in_vain = 0  # since the last device that started
        self.unwritable = ""  # which evidence, and why
        self._began_s = time.monotonic()
        self._started = datetime.now().astimezone().isoformat(timespec="seconds")

    @cached_property
    def checkout(self) -> Checkout:
        return find_checkout(self._start)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.load(self.checkout.requirements)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger.load(self.checkout.deviations, self.catalogue, bench_names(self.checkout.root))

    @cached_property
    def spec(self) -> BenchSpec:
        return load_bench(self.bench_name, self.checkout.root)

    @property
    def other_images(self) -> Path | None:
        """Where the images are, when it is not where they are looked for."""
        used, usual = images_folder(self.checkout.root), images_folder(self.checkout.root, {})
        return None if used == usual else used

    @cached_property
    def rack(self) -> Rack:
        """Where its devices come from."""
        if self.spec.board.kind == "nucleo":
            return nucleos.rack_of(self.spec, self.checkout, self._config)
        folder = self._config.getoption("hold_in")
        hold = Hold(Path(folder)) if folder else None
        keeps = not self._config.getoption("new_devices")
        return DeviceRack(self.spec, hold=hold, options=self._tally.options if self._tally else tuple, keeps=keeps)

    @cached_property
    def _tally(self) -> Tally | None:
        folder = self._config.getoption("count_in")
        return Tally(Path(folder), self.spec.board.image, self.checkout.trace_plugin) if folder else None

    @property
    def features(self) -> frozenset[str]:
        """What the bench's board can do, where it stands."""
        return self.spec.can

    @property
    def known_features(self) -> frozenset[str]:
        """What a board can do, and what is asked of the machine: a need beside these is a slip of the pen."""
        return frozenset(ABILITIES) | MACHINE_NEEDS.keys()

    @cached_property
    def limits(self) -> Mapping[str, int]:
        """What the device must say of itself."""
        return load_limits(self.checkout.profiles / f"{self.spec.profile}.toml")

    @property
    def seed(self) -> int:
        return self.spec.seed if self._seed is None else self._seed

    @cached_property
    def run(self) -> Run:
        return Run(self.bench_name, self.seed, self._started)

    @property
    def runs_scenarios(self) -> bool:
        """Whether scenarios lie where pytest was told to look, and are to be run."""
        if self._config.getoption("collectonly"):
            return False
        start = self._config.invocation_params.dir
        places = [(start / word.partition("::")[0]).resolve() for word in self._config.args]
        home = self.checkout.scenarios.resolve()
        return any(place.is_relative_to(home) or home.is_relative_to(place) for place in places)

    @property
    def has_run(self) -> bool:
        """Whether there is anything to tell of."""
        return "run" in self.__dict__ and bool(self.run.records or self.run.lost_workers)

    @property
    def report_folder(self) -> Path:
        home = self.checkout.root / self._report if self._report else self.checkout.reports
        return home / self.bench_name

    def check(self) -> None:
        """Reads all that lies at rest, so that what is wrong with it is said once, before anything runs."""
        for _read in (self.catalogue, self.ledger, self.features, self.limits):
            pass
        if not self._config.getoption("collectonly"):
            _ = self.rack

    def board_words(self) -> list[str]:
        """Options that take the same board of the rig file again."""
        if self.spec.stands != "rig":
            return []
        rack = self.__dict__.get("rack")  # none in the process that only tells of what others run
        return nucleos.again(self._config, rack if isinstance(rack, NucleoRack) else None)

    def steps_in_vain(self) -> list[str]:
        """What was done for a device that did not start."""
        return self.rack.take_notes() if "rack" in self.__dict__ else []

    def close(self) -> None:
        """Ends what rests on the rack."""
        if "rack" in self.__dict__:
            self.rack.close()

    @contextmanager
    def writing_evidence(self) -> Iterator[None]:
        """Evidence that cannot be written ends the run, since what comes next would be lost as well."""
        try:
            yield
        except BenchError as error:
            self.unwritable = self.unwritable or str(error)

    def elapsed_s(self) -> float:
        return time.monotonic() - self._began_s


KEY = pytest.StashKey[Session]()


def session_of(config: pytest.Config) -> Session:
    return config.stash[KEY]
