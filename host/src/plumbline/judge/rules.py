# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of rules, and what a broken one looks like. What checks them is in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Rule:
    """One thing that always holds. A SHOULD that is broken makes a scenario NON-STRICT, a MUST fails it."""

    id: str
    text: str
    requirement: str = "AX-BENCH-8"
    level: str = "MUST"


class Complaint(NamedTuple):
    """What a check says; the judge adds the frame's number."""

    rule: str
    text: str


@dataclass(frozen=True)
class Finding:
    """A rule broken by the frame of that number."""

    number: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"frame {self.number}: {self.text} [{self.rule}: {RULES[self.rule].text}]"


@dataclass(frozen=True)
class Device:
    """What the judge has to know of a device. Addresses are host-order numbers."""

    mac: bytes
    address: int
    netmask: int
    gateway: int | None = None  # through which what is not on the link goes; None: nobody knows
    ack_delay_ms: int = 500  # RFC 9293 MUST-40
    arp_interval_ms: int = 1000  # RFC 1122 2.3.2.1
    filled_to: int = 0  # bytes that its Ethernet device fills short frames up to; 0: it does not
    has_serial_line: bool = False  # its shell is woken by bytes, not by lines


_TABLE = (
    Rule("frame-grammar", "a frame holds every header it begins, whole, with versions and lengths that fit"),
    Rule("eth-source", "the source MAC is the device's own"),
    Rule("eth-destination", "the destination is not the device itself"),
    Rule("eth-broadcast", "only ARP and broadcast UDP go to the broadcast MAC"),
    Rule("eth-padding", "octets behind the packet are zero, and only fill a frame up to 60"),
    Rule("eth-runt", "no frame is shorter than the board says that it fills frames up to"),
    Rule("eth-type", "only ARP and IPv4 are sent"),
    Rule("arp-sender", "ARP names the device's own MAC and address as sender"),
    Rule(
        "arp-target",
        "an ARP request goes to all or to one, a reply to the one who asked, and its fields agree",
        "RFC826 1",
    ),
    Rule("arp-rate", "an address is asked for at most once a second until it answers", "RFC1122 A"),
    Rule("ip-header", "TTL is not 0, and the reserved bit is"),
    Rule("ip-checksum", "the IP header's checksum is right"),
    Rule("ip-source", "the source address is the device's own"),
    Rule("ip-destination", "the destination is an address of somebody else"),
    Rule("ip-fragment", "fragments lie on multiples of 8 and end within 65,535 octets; TCP is never fragmented"),
    Rule("icmp-checksum", "the ICMP checksum is right"),
    Rule("udp-length", "UDP's LEN is the length of the packet's payload", "RFC768 1"),
    Rule("udp-checksum", "the UDP checksum is right, never 0", "RFC768 2"),
    Rule("tcp-checksum", "the TCP checksum is right", "RFC9293 MUST-2"),
    Rule("tcp-header", "reserved bits are 0, ports not but where a reset is from, and flags make sense together"),
    Rule("tcp-options", "every option but EOL and NOP has a length that fits", "RFC9293 MUST-68"),
    Rule("tcp-options-eol", "octets behind EOL are zero", "RFC9293 MUST-69"),
    Rule("tcp-mss-on-syn", "MSS stands on SYN segments only", "RFC9293 MUST-65"),
    Rule("tcp-syn-without-mss", "every SYN carries MSS", "RFC9293 MUST-14"),
    Rule("tcp-iss", "a SYN that is sent again has the same sequence number"),
    Rule("tcp-unopened", "without a SYN of the device there is nothing but RST"),
    Rule("tcp-ack-flag", "behind the first SYN every segment carries ACK"),
    Rule("tcp-gap", "SEQ never skips octets that were not sent"),
    Rule("tcp-seq-old", "SEQ is not below what the peer has acknowledged, keep-alive apart"),
    Rule("tcp-rewritten", "octets that are sent again are the same"),
    Rule("tcp-window", "nothing is sent beyond the peer's window but a probe of one octet", "RFC9293 MUST-36"),
    Rule("tcp-window-shrunk", "new data is not sent beyond a window that shrank", "RFC9293 SHLD-15", "SHOULD"),
    Rule("tcp-mss", "no payload is larger than the peer's MSS, 536 when it gave none", "RFC9293 MUST-15"),
    Rule("tcp-after-fin", "no octet follows FIN"),
    Rule("tcp-fin-moved", "FIN keeps its sequence number"),
    Rule("tcp-ack-back", "ACK never goes back"),
    Rule("tcp-ack-beyond", "ACK never covers what the peer has not sent"),
    Rule("tcp-ack-window", "ACK never covers octets beyond the window offered", "AX-FULL-4"),
    Rule("tcp-edge-left", "the right edge of the window offered never moves left", "AX-TCP-4"),
    Rule("tcp-rst-to-rst", "RST is never answered by RST", "RFC9293 SA-01"),
    Rule("tcp-rst-fields", "RST has the numbers of RFC 9293 3.10.7.1, or SEQ is SND.NXT", "RFC9293 SA-03"),
    Rule("tcp-ack-cause", "a pure ACK has a cause: a segment that came, or news about the window"),
    Rule("tcp-ack-second", "two full-sized segments are acknowledged at once", "RFC9293 SHLD-19", "SHOULD"),
    Rule("tcp-ack-late", "data is acknowledged within the delayed-ACK time", "RFC9293 MUST-40"),
    Rule("fence-answer", "a fence is answered whole, by the device, to who sent it, and as often", "AX-BENCH-1"),
    Rule("fence-frames", "a fence tells of as many frames as passed on the wire, each way", "AX-BENCH-2"),
    Rule("fence-drops", "frames are dropped for a reason: a fault, the cable, their size, no polls", "AX-BENCH-2"),
    Rule("fence-waiting", "frames wait at a fence only while polled by hand, or not noticed", "AX-BENCH-3"),
    Rule("fence-clock", "a fence tells the time and the deadlines that the held clock was moved by", "AX-BENCH-2"),
    Rule("fence-back", "no counter of a fence goes back", "AX-BENCH-2"),
    Rule("fence-idle", "the device was idle before it answers a fence", "AX-BENCH-1"),
    Rule("fence-early", "a fence is answered when all has been said: nothing comes behind it by itself", "AX-BENCH-1"),
    Rule("polls", "task polls are bounded by frames, deadlines, fences and shell calls", "AX-BENCH-9"),
    Rule("poll-frames", "one poll takes in a bounded number of frames", "AX-TIME-9"),
)

RULES = {rule.id: rule for rule in _TABLE}
