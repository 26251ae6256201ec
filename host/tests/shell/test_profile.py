# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.errors import HarnessError
from plumbline.shell.profile import Limits


def test_a_limit_that_is_not_there_says_which_are() -> None:
    limits = Limits({"mss": 1460, "ttl": 255})

    assert limits["mss"] == 1460
    assert "rto_ms" not in limits
    with pytest.raises(HarnessError, match="has no 'rto_ms'; it has mss, ttl"):
        limits["rto_ms"]


def test_a_limit_is_asked_for_where_a_scenario_reads_it() -> None:
    limits = Limits({"mss": 1460, "ttl": 255})

    assert dict(limits.said) == {"mss": 1460, "ttl": 255}
    assert limits.asked == set()

    assert limits["ttl"] == 255
    assert limits.asked == {"ttl"}
