# SPDX-License-Identifier: GPL-2.0-or-later
"""The command that runs one scenario again: on the same board, through the same way, with the same frames."""

from __future__ import annotations

import shlex

import pytest

from plumbline.plugin import nightly, search, ways
from plumbline.plugin.session import Session
from plumbline.plugin.subject import Subject, family_of, scenario_id


def command(item: pytest.Item, session: Session, subject: Subject) -> str:
    options = [
        *_seed(session, is_meant=subject.mark.real_time),
        *ways.again(subject.family, subject.way),
        *([nightly.OPTION] if nightly.is_nightly(item) else []),
        *(search.words(item.config) if search.is_search(item) else []),
    ]
    return _line(session, options, subject.node)


def of_lost(config: pytest.Config, session: Session, node: str) -> str:
    """Of a scenario of which nothing came back but its name: it may have been any that was asked for."""
    way = ways.way_in(node)
    options = [
        *_seed(session),
        *ways.again(family_of(scenario_id(ways.bare(node))), way),
        *([nightly.OPTION] if config.getoption(nightly.OPTION) else []),
        *(search.words(config) if config.getoption("markexpr") == search.MARK else []),
    ]
    return _line(session, options, node)


def _seed(session: Session, *, is_meant: bool = False) -> list[str]:
    return ["--device-seed", str(session.seed)] if is_meant or session.seed != session.spec.seed else []


def _line(session: Session, options: list[str], node: str) -> str:
    images = session.other_images
    environment = [f"PLUMB_IMAGES={shlex.quote(str(images))}"] if images else []
    words = ["plumb", "run", "--bench", session.bench_name, *session.board_words(), *options, node]
    return " ".join([*environment, shlex.join(words)])
