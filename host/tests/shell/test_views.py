# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.errors import Unexpected
from plumbline.shell.protocol import Fields
from plumbline.shell.views import NOWHERE, Check, Endpoint, check, clock_view, endpoint, mem_view, tcp_view, udp_view


def fields(text: str) -> Fields:
    return Fields(dict(word.split("=") for word in text.split()))


def test_a_tcp_socket_is_read() -> None:
    view = tcp_view(
        fields(
            "state=CLOSE-WAIT may_send=1 can_send=0 may_recv=1 can_recv=1 rx=3/4096 tx=7/8 end=ok released=0 "
            "local=10.0.0.2:7 remote=10.0.0.1:4000"
        )
    )

    assert (view.state, view.may_send, view.can_send) == ("CLOSE-WAIT", True, False)
    assert (view.rx, view.rx_size, view.tx, view.tx_size) == (3, 4096, 7, 8)
    assert view.remote == Endpoint("10.0.0.1", 4000)


def test_a_udp_socket_is_read() -> None:
    view = udp_view(
        fields("bound=1 local=*:53 can_send=1 can_recv=0 rx=1/2 rx_slots=3/4 tx=5/6 tx_slots=7/8 released=0")
    )

    assert (view.rx, view.rx_size, view.rx_slots, view.rx_slot_count) == (1, 2, 3, 4)
    assert (view.tx, view.tx_size, view.tx_slots, view.tx_slot_count) == (5, 6, 7, 8)
    assert view.local == Endpoint("*", 53)


def test_endpoints_are_read_and_nowhere_is_one() -> None:
    assert endpoint("*") == NOWHERE
    with pytest.raises(Unexpected):
        endpoint("10.0.0.1")


def test_the_first_bad_byte_is_told_only_where_there_is_one() -> None:
    assert check(fields("n=5 bad=0")) == Check(5, 0, None)
    assert check(fields("n=5 bad=2 at=3")) == Check(5, 2, 3)


def test_a_clock_without_a_deadline_and_one_that_moved() -> None:
    assert clock_view(fields("now=5 held=1 next=none")).next is None
    moved = clock_view(fields("now=5 held=1 next=250 moved=4 deadlines=2 sent=1"))
    assert (moved.next, moved.moved, moved.deadlines, moved.sent) == (250, 4, 2, True)


def test_levels_and_pools_are_apart() -> None:
    view = mem_view((fields("name=pbuf used=1 most=2 size=3"),), fields("active=0 tcp=4"))

    assert view.pools["pbuf"].used == 1
    assert view.levels == {"active": 0, "tcp": 4}


def test_a_level_that_is_no_pair_is_the_devices_mistake() -> None:
    with pytest.raises(Unexpected, match="USED/SIZE"):
        udp_view(fields("bound=1 local=* can_send=1 can_recv=0 rx=1"))
