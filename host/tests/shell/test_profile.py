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
