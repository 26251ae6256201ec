# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP: what the device may send on a connection, from its SYN to its FIN. RST is judged in resets.py."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.judge.connection import Connection, Receiving, Sending
from plumbline.judge.rules import Complaint
from plumbline.judge.serial import ahead, later, plus
from plumbline.wire.decode import ACK, FIN, SYN, Tcp


def check_segment(connection: Connection, segment: Tcp, *, waited: bool = False) -> Iterator[Complaint]:
    """Judges a segment without RST, then takes it down. Of those that waited for an address some may be lost."""
    if segment.flags & SYN:
        yield from _check_syn(connection, segment)
    sending = connection.sending
    if sending is None:
        yield Complaint("tcp-unopened", f"flags 0x{segment.flags:02x} on a connection without a SYN of the device")
        return
    if not segment.flags & SYN:
        yield from _check_octets(connection, sending, segment, waited)
    if segment.flags & ACK:
        yield from _check_ack(connection, sending, segment)
    elif not segment.flags & SYN:
        yield Complaint("tcp-ack-flag", f"flags 0x{segment.flags:02x}")


def _check_syn(connection: Connection, syn: Tcp) -> Iterator[Complaint]:
    before = connection.sending
    if before is None or before.iss != syn.seq or connection.is_begun_anew_by(syn):
        if before is not None and before.awaits_ack_of_syn and not _may_begin_anew(connection):
            yield Complaint("tcp-iss", f"SEQ is {syn.seq}, it was {before.iss}")
        connection.begin(syn)
        connection.called = False


def _may_begin_anew(connection: Connection) -> bool:
    return connection.called or connection.reset or connection.has_unanswered_syn


def _check_octets(connection: Connection, sending: Sending, segment: Tcp, waited: bool) -> Iterator[Complaint]:
    sending.awaits_ack_of_syn = False
    offset = ahead(segment.seq, plus(sending.iss, 1))
    yield from _check_place(sending, segment, offset, waited)
    if segment.payload:
        yield from _check_size(connection, segment)
        yield from _check_window(connection, sending, segment)
        yield from _check_content(sending, segment, offset)
    yield from _check_fin(sending, segment)
    sending.end = later(plus(segment.seq, len(segment.payload)), sending.end)
    if segment.flags & FIN:
        sending.end = later(plus(segment.seq, segment.seg_len), sending.end)


def _check_place(sending: Sending, segment: Tcp, offset: int, waited: bool) -> Iterator[Complaint]:
    skipped = ahead(segment.seq, sending.end)
    if skipped > 0 and not waited:
        yield Complaint("tcp-gap", f"octet {offset} is sent, {skipped} before it never were")
    if offset < -1 or (ahead(segment.seq, sending.una) < -1 and not segment.seg_len):
        yield Complaint("tcp-seq-old", f"SEQ lies {-ahead(segment.seq, sending.una)} below what is acknowledged")


def _check_size(connection: Connection, segment: Tcp) -> Iterator[Complaint]:
    if len(segment.payload) > connection.mss:
        given = "as the peer said" if connection.peer_mss is not None else "as the peer said nothing"
        yield Complaint("tcp-mss", f"{len(segment.payload)} octets; the MSS is {connection.mss}, {given}")


def _check_window(connection: Connection, sending: Sending, segment: Tcp) -> Iterator[Complaint]:
    """FIN alone may lie on the edge: it takes no room."""
    offer = connection.offer
    if offer is None:
        yield Complaint("tcp-window", f"{len(segment.payload)} octets before the peer offered a window")
        return
    end = plus(segment.seq, len(segment.payload))
    beyond = ahead(end, offer.highest)
    if len(segment.payload) == 1 and offer.live_zero and beyond <= 1:
        return
    if beyond > 0:
        yield Complaint("tcp-window", f"the last octet lies {beyond} beyond the peer's window")
    elif ahead(end, offer.live) > 0 and ahead(end, sending.end) > 0:
        yield Complaint("tcp-window-shrunk", f"the last octet lies {ahead(end, offer.live)} beyond the peer's window")


def _check_content(sending: Sending, segment: Tcp, offset: int) -> Iterator[Complaint]:
    if offset < 0:
        return
    stream = sending.stream
    sending.skipped.update(range(len(stream), offset))
    stream.extend(bytes(max(0, offset - len(stream))))
    for at in sending.skipped.intersection(range(offset, offset + len(segment.payload))):
        stream[at] = segment.payload[at - offset]
        sending.skipped.remove(at)
    known = stream[offset : offset + len(segment.payload)]
    if known != segment.payload[: len(known)]:
        at = next(index for index, octet in enumerate(known) if octet != segment.payload[index])
        yield Complaint(
            "tcp-rewritten", f"octet {offset + at} was 0x{known[at]:02x} and is 0x{segment.payload[at]:02x}"
        )
    stream.extend(segment.payload[len(known) :])


def _check_fin(sending: Sending, segment: Tcp) -> Iterator[Complaint]:
    last = plus(segment.seq, len(segment.payload))
    if segment.payload and sending.fin_at is not None and ahead(last, sending.fin_at) > 0:
        yield Complaint("tcp-after-fin", f"data up to {ahead(last, sending.fin_at)} beyond FIN")
    if not segment.flags & FIN:
        return
    if sending.fin_at is None:
        if ahead(sending.end, last) > 0:
            yield Complaint("tcp-fin-moved", f"FIN lies {ahead(sending.end, last)} before the end of what was sent")
        sending.fin_at = last
    elif sending.fin_at != last:
        yield Complaint("tcp-fin-moved", f"FIN moved by {ahead(last, sending.fin_at)}")


def _check_ack(connection: Connection, sending: Sending, segment: Tcp) -> Iterator[Complaint]:
    if connection.receiving is None and not connection.choose_irs(segment.ack):
        yield Complaint("tcp-ack-beyond", f"ACK is {segment.ack}; the peer sent nothing that it covers")
        return
    receiving = connection.receiving
    assert receiving is not None
    yield from _check_acknowledged(sending, receiving, segment)
    edge = plus(segment.ack, segment.window)
    if sending.edge is not None and ahead(edge, sending.edge) < 0:
        yield Complaint("tcp-edge-left", f"ACK + window is {edge}, {-ahead(edge, sending.edge)} less than before")
    sending.edge = edge if sending.edge is None else later(edge, sending.edge)
    sending.last_ack = segment.ack if sending.last_ack is None else later(segment.ack, sending.last_ack)
    sending.last_window = segment.window


def _check_acknowledged(sending: Sending, receiving: Receiving, segment: Tcp) -> Iterator[Complaint]:
    if sending.last_ack is not None and ahead(segment.ack, sending.last_ack) < 0:
        yield Complaint("tcp-ack-back", f"ACK goes back by {-ahead(segment.ack, sending.last_ack)}")
    beyond = ahead(segment.ack, receiving.end)
    if beyond > 0:
        yield Complaint("tcp-ack-beyond", f"ACK covers {beyond} octets that the peer has not sent")
    if sending.edge is not None:
        counts_fin = receiving.fin_at is not None and ahead(segment.ack, receiving.fin_at) > 0
        over = ahead(segment.ack, sending.edge) - counts_fin
        if over > 0:
            yield Complaint("tcp-ack-window", f"ACK covers {over} octets beyond the window that was offered")
