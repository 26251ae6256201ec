# SPDX-License-Identifier: GPL-2.0-or-later
"""A DHCP server, as far as scenarios need one: it reads what the device asks, and answers what a scenario says."""

from __future__ import annotations

from dataclasses import dataclass

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Peer, StackClock, Wire

OFFERED, MASK = "10.0.0.50", "255.255.255.0"
LEASE_S = 3600
Option = tuple[str, object] | tuple[str, object, object]


@dataclass(frozen=True)
class Asked:
    """A message of the device: its BOOTP fields, its options by name, and where it went."""

    message: BOOTP
    options: dict[str, object]
    source: str
    destination: str

    @property
    def kind(self) -> int:
        kind = self.options["message-type"]
        assert isinstance(kind, int)
        return kind

    @property
    def wants(self) -> set[int]:
        """The numbers of the options that it asks for."""
        listed = self.options["param_req_list"]
        assert isinstance(listed, list)
        return set(listed)


DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = range(1, 8)


class Server:
    def __init__(self, wire: Wire, peer: Peer) -> None:
        self._wire = wire
        self._peer = peer

    def asked(self) -> list[Asked]:
        """All that the device sent to servers since the last look."""
        return [_read(Ether(frame.data)) for frame in self._wire.frames() if frame.udp and frame.udp.dport == 67]

    def expect(self, kind: int) -> Asked:
        """It sent one message, of that kind."""
        all_asked = self.asked()
        assert [asked.kind for asked in all_asked] == [kind]
        return all_asked[0]

    def answer(
        self,
        asked: Asked,
        kind: int,
        *options: Option,
        unicast: bool = False,
        replaced: Option | None = None,
        checksum: int | None = None,
        **fields: object,
    ) -> None:
        """A field that is given is meant; OFFER and ACK have an address, a mask and a lease unless `options` say other
        ones. `replaced` stands for one that every answer has, None for it leaves it out."""
        given: list[Option] = [("message-type", kind), ("server_id", self._peer.ip), *options]
        if replaced is not None:
            given = [replaced if option[0] == replaced[0] else option for option in given]
        if kind in (OFFER, ACK):
            names = [option[0] for option in options]
            usual: list[Option] = [("lease_time", LEASE_S), ("subnet_mask", MASK), ("router", self._peer.ip)]
            given += [option for option in usual if option[0] not in names]
        message = {
            "op": 2, "xid": asked.message.xid, "chaddr": asked.message.chaddr,
            "yiaddr": OFFERED if kind in (OFFER, ACK) else "0.0.0.0", **fields,
        }  # fmt: skip
        to = str(message["yiaddr"]) if unicast else "255.255.255.255"
        self._wire.send(
            Ether(src=self._peer.mac.hex(":"), dst=self._peer.dut_mac.hex(":") if unicast else "ff:ff:ff:ff:ff:ff")
            / IP(src=self._peer.ip, dst=to)
            / UDP(sport=67, dport=68, chksum=checksum)
            / BOOTP(**message)
            / DHCP(options=[*(option for option in given if option[1] is not None), "end"])
        )


PROBES_MS = 10_000  # RFC 5227: three probes, two announcements, and what is between them at most


def bound(dut: Dut, peer: Peer, wire: Wire, clock: StackClock, *options: Option) -> tuple[Server, Asked, int]:
    """The device has the address that it asked for: the server, the request, and when the lease began."""
    server = Server(wire, peer)
    future = dut.futures.dhcp()
    server.answer(server.expect(DISCOVER), OFFER)
    request = server.expect(REQUEST)
    server.answer(request, ACK, *options)
    clock.advance(PROBES_MS)
    told = future.told()
    assert [ended.result for ended in told] == [0]
    server.asked()
    return server, request, told[0].ms


def asked_at(clock: StackClock, server: Server, within_ms: int) -> list[tuple[int, int]]:
    """When it sent what, in that time."""
    return [(clock.now, asked.kind) for _ in clock.frames_within(within_ms) for asked in server.asked()]


def _read(frame: Ether) -> Asked:
    options = {option[0]: option[1] for option in frame[DHCP].options if isinstance(option, tuple)}
    return Asked(frame[BOOTP], options, frame[IP].src, frame[IP].dst)
