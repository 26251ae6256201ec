# SPDX-License-Identifier: GPL-2.0-or-later
import pytest

from plumbline.wire.addresses import ipv4_number, ipv4_text, mac_bytes, mac_text, netmask_number


def test_addresses_go_there_and_back() -> None:
    assert ipv4_number("192.0.2.1") == 0xC0000201
    assert ipv4_text(0xC0000201) == "192.0.2.1"
    assert mac_text(mac_bytes("02:00:00:00:00:fe")) == "02:00:00:00:00:fe"


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.b.c.d", "1.2.3.-4", "1.2.3. 4"])
def test_what_is_no_ipv4_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"not an IPv4 address: '{text}'"):
        ipv4_number(text)


@pytest.mark.parametrize("text", ["255.255.255.0", "255.255.255.255", "128.0.0.0", "0.0.0.0"])
def test_a_netmask_has_its_ones_before_its_zeros(text: str) -> None:
    assert netmask_number(text) == ipv4_number(text)


@pytest.mark.parametrize("text", ["255.0.255.0", "0.0.0.255", "255.255.255.1"])
def test_what_is_no_netmask_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"not a netmask, ones before zeros: '{text}'"):
        netmask_number(text)


@pytest.mark.parametrize("text", ["", "02:00:00:00:00", "zz:00:00:00:00:00", "0:200:00:00:00:01", "020000000001"])
def test_what_is_no_mac_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"not a MAC address: '{text}'"):
        mac_bytes(text)
