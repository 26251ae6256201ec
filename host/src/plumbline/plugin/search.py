# SPDX-License-Identifier: GPL-2.0-or-later
"""Searches at random, by Hypothesis: with which options one is made, and how it is made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

MARK = "explore"
_PROFILE, _SEED = "hypothesis_profile", "hypothesis_seed"  # options of Hypothesis' own plugin
_KEPT = "plumbline/searches"  # in pytest's cache: what --lf needs beside its own list

Made = tuple[str | None, str | None]  # profile and seed


def is_search(item: pytest.Item) -> bool:
    return item.get_closest_marker(MARK) is not None


def made(config: pytest.Config) -> Made:
    return config.getoption(_PROFILE, None), config.getoption(_SEED, None)


def words(config: pytest.Config) -> list[str]:
    """The options that make it again."""
    profile, seed = made(config)
    named = {"--hypothesis-profile": profile, "--hypothesis-seed": seed}
    given = [f"{option}={value}" for option, value in named.items() if value is not None]
    return ["-m", MARK, *given] if given else []


def keep(config: pytest.Config, failed: Iterable[str]) -> None:
    """Notes how the searches that failed were made."""
    new = dict.fromkeys(failed, made(config))
    if new and config.pluginmanager.hasplugin("cacheprovider"):
        config.cache.set(_KEPT, {**_kept(config), **new})


def make_again(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """--lf: a search that failed is made as it was then, unless the user says how."""
    if not config.getoption("lf", False) or any(made(config)):
        return
    last_failed = config.cache.get("cache/lastfailed", {})
    kept = [_kept(config).get(item.nodeid) for item in items if item.nodeid in last_failed]
    profile, seed = next(filter(None, kept), (None, None))
    if profile is None:
        return
    from hypothesis import core, settings  # only where a search was made with it

    settings.load_profile(profile)
    # As Hypothesis' plugin reads it.
    core.global_force_seed = int(seed) if seed is not None and seed.isdecimal() else seed  # type: ignore[assignment]
    config.option.hypothesis_profile, config.option.hypothesis_seed = profile, seed


def _kept(config: pytest.Config) -> Mapping[str, Made]:
    kept: Mapping[str, Made] = config.cache.get(_KEPT, {})
    return kept
