# SPDX-License-Identifier: GPL-2.0-or-later
"""Operations, and what happens beside each of them until it is done: every gap between two steps is a point where it
waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scapy.layers.dns import DNS, DNSRR
from scapy.layers.inet import TCP, UDP

from plumbline.scenario import (
    Dut,
    Future,
    FutureView,
    Given,
    Listener,
    Operations,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    UdpEnd,
    UdpSocket,
    bound,
    reach,
    takes,
)  # fmt: skip

PORT = 7
TEXT = b"all that is to be moved, in the order in which it was given"
SHORT = TEXT[:3]
TX = 24  # bytes of a ring that TEXT does not fit into
SLEEP_MS = 100
NAME, ANY = "host.example", "192.0.2.33"


@dataclass
class Scene:
    """One device, one peer, and what an operation of theirs needs."""

    dut: Dut
    peer: Peer
    clock: StackClock
    sock: TcpSocket = field(init=False)
    conn: TcpEnd = field(init=False)
    listener: Listener = field(init=False)
    udp: UdpSocket = field(init=False)
    end: UdpEnd = field(init=False)
    first: int = 0  # the SEQ of
    came: bytes = b""  # all that came to the peer, in order
    sent: int = 0  # bytes of SHORT that the peer has sent, or datagrams
    operations: Operations[Future] = field(init=False)  # futures, unless another says so

    def __post_init__(self) -> None:
        self.operations = self.dut.futures

    def connect(self, *, tx_full: bool = False, tx: int = TX) -> None:
        reached = reach(self.dut, self.peer, "ESTABLISHED", Given(tx_full=tx_full, tx=tx))
        self.sock, self.conn, self.first = reached.sock, reached.conn, reached.una
        self.came = b"t" * tx if tx_full else b""

    def acknowledge(self, octets: int | None = None) -> None:
        """The peer has taken in so much of what came; all of it unless said otherwise."""
        for segment in self.conn.segments():
            behind = (segment.seq - self.first) % (1 << 32)
            self.came = self.came[:behind] + segment.payload if segment.payload else self.came
        self.conn.send(TCP(flags="A") if octets is None else TCP(flags="A", ack=self.first + octets))

    def drain(self) -> bytes:
        """All that the device still had to send."""
        before = b""
        self.acknowledge()
        while before != self.came:
            before = self.came
            self.acknowledge()
        return self.came

    def send_rest(self, text: bytes) -> bytes:
        """The device sends more, as much as fits at a time."""
        while text:
            self.drain()
            text = text[self.sock.send(text) :]
        return self.drain()

    def send_octet(self) -> None:
        self.conn.send(SHORT[self.sent : self.sent + 1])
        self.sent += 1


Step = Callable[[Scene], object]


@dataclass(frozen=True)
class Course:
    given: Step
    begin: Callable[..., Future]  # of a scene, and how: within_ms=, hold=
    steps: Sequence[Step]
    after: Callable[[Scene, FutureView], None]  # what is true once it was ended
    within_ms: int = 1  # a deadline behind all steps
    of_sockets: bool = True  # so a reactor has it, too


# What is true afterwards


def _can_connect_anew(scene: Scene, _ended: FutureView) -> None:
    view = scene.sock.state()
    assert (view.state, view.end, view.released) == ("CLOSED", "aborted", True)
    scene.conn.inbox.take()
    scene.peer.arp = True

    scene.sock.connect(scene.peer, PORT + 1)
    scene.clock.advance(1000)  # the neighbour is asked for once a second
    scene.peer.tcp(sport=PORT + 1).accept()
    assert scene.sock.state().state == "ESTABLISHED"


def _can_be_lent_anew(scene: Scene, _ended: FutureView) -> None:
    assert scene.sock.state().released
    scene.conn.inbox.take()
    scene.listener.lend(scene.sock)
    scene.peer.tcp(PORT).handshake()
    assert scene.sock.state().state == "ESTABLISHED"


def _what_comes_is_read_behind_it(scene: Scene, ended: FutureView) -> None:
    while scene.sent < len(SHORT):
        scene.send_octet()
    assert ended.data + scene.sock.recv() == SHORT


def _what_is_sent_goes_behind_it(scene: Scene, ended: FutureView) -> None:
    before = scene.drain()
    assert before.removeprefix(b"t" * TX) == TEXT[: ended.done]
    assert scene.send_rest(TEXT[ended.done :]).removeprefix(b"t" * TX) == TEXT


def _the_stream_goes_on(scene: Scene, _ended: FutureView) -> None:
    assert scene.send_rest(b"and more") == TEXT + TEXT + b"and more"


def _our_half_ends_all_the_same(scene: Scene, _ended: FutureView) -> None:
    assert scene.drain() == TEXT + TEXT
    assert scene.sock.state().state in ("FIN-WAIT-2", "CLOSED")


def _the_datagram_left_or_never_was(scene: Scene, ended: FutureView) -> None:
    scene.dut.poll_auto()
    scene.end.expect(b"before")
    scene.end.expect_nothing()
    assert ended.done == 0


def _no_datagram_is_lost(scene: Scene, ended: FutureView) -> None:
    assert ended.data == b""
    scene.end.send(TEXT)
    assert scene.udp.recv().data == TEXT


def _no_question_is_left(scene: Scene, _ended: FutureView) -> None:
    scene.peer.arp = True
    scene.end.inbox.take()
    assert (scene.dut.mem().levels["names"], scene.dut.mem().levels["udp"]) == (0, 0)
    scene.clock.advance(20_000)
    scene.end.expect_nothing()


def _nothing_is_left(scene: Scene, _ended: FutureView) -> None:
    assert scene.dut.mem().levels["timers"] == 0


# Given, and steps


def _not_connected(scene: Scene) -> None:
    scene.sock, scene.conn = scene.dut.tcp(), scene.peer.tcp(sport=PORT)
    scene.peer.arp = False


def _listening(scene: Scene) -> None:
    scene.listener, scene.sock, scene.conn = scene.dut.listen(PORT), scene.dut.tcp(), scene.peer.tcp(PORT)


def _owing(scene: Scene) -> None:
    scene.connect(tx=2 * len(TEXT))
    scene.sock.option(no_delay=1)
    scene.sock.send(TEXT)
    scene.sock.send(TEXT)


def _bound(scene: Scene) -> None:
    scene.end, scene.udp = bound(scene.dut, scene.peer)


def _bound_and_full(scene: Scene) -> None:
    scene.end, scene.udp = bound(scene.dut, scene.peer, tx_slots=1)
    scene.dut.poll_by_hand()
    scene.udp.send(scene.peer, scene.end.sport, b"before")


def _knowing_a_server(scene: Scene) -> None:
    takes(scene.dut, "dns_names", 1)
    scene.dut.dns_servers(scene.peer)
    scene.end, scene.peer.arp = scene.peer.udp(sport=53), False


def _tell_address(scene: Scene) -> None:
    scene.peer.arp = True
    scene.clock.advance(1000)


def _answer_question(scene: Scene) -> None:
    asked = DNS(bytes(scene.end.expect(UDP())[UDP].payload))
    address = DNSRR(rrname=NAME, ttl=60, rdata=ANY)
    scene.end.send(bytes(DNS(id=asked.id, qr=1, rd=1, ra=1, qd=asked.qd, an=address)))


def _answer_syn(scene: Scene) -> None:
    scene.conn.expect(TCP(flags="S"))
    scene.conn.send(TCP(flags="SA"))


def _answer_syn_ack(scene: Scene) -> None:
    scene.conn.expect(TCP(flags="SA"))
    scene.conn.send(TCP(flags="A"))


def _end_of_peer(scene: Scene) -> None:
    scene.acknowledge()
    scene.conn.send(TCP(flags="FA"))


COURSES: Mapping[str, Course] = {
    "connect": Course(
        _not_connected,
        lambda scene, **how: scene.operations.connect(scene.sock, scene.peer, PORT, **how),
        [_tell_address, _answer_syn],
        _can_connect_anew,
        within_ms=1001,
    ),
    "accept": Course(
        _listening,
        lambda scene, **how: scene.operations.accept(scene.listener, scene.sock, **how),
        [lambda scene: scene.conn.send(TCP(flags="S")), _answer_syn_ack],
        _can_be_lent_anew,
    ),
    "recv": Course(
        Scene.connect,
        lambda scene, **how: scene.operations.recv(scene.sock, len(SHORT), **how),
        [Scene.send_octet],
        _what_comes_is_read_behind_it,
    ),
    "read-exact": Course(
        Scene.connect,
        lambda scene, **how: scene.operations.read_exact(scene.sock, len(SHORT), **how),
        [Scene.send_octet] * len(SHORT),
        _what_comes_is_read_behind_it,
    ),
    "send": Course(
        lambda scene: scene.connect(tx_full=True),
        lambda scene, **how: scene.operations.send(scene.sock, TEXT, **how),
        [Scene.acknowledge],
        _what_is_sent_goes_behind_it,
    ),
    "write-all": Course(
        Scene.connect,
        lambda scene, **how: scene.operations.write_all(scene.sock, TEXT, **how),
        [Scene.acknowledge] * (len(TEXT) // TX),
        _what_is_sent_goes_behind_it,
    ),
    "flush": Course(
        _owing,
        lambda scene, **how: scene.operations.flush(scene.sock, **how),
        [lambda scene: scene.acknowledge(len(TEXT)), Scene.acknowledge],
        _the_stream_goes_on,
    ),
    "shutdown": Course(
        _owing,
        lambda scene, **how: scene.operations.shutdown(scene.sock, **how),
        [lambda scene: scene.acknowledge(len(TEXT)), Scene.acknowledge],
        _our_half_ends_all_the_same,
    ),
    "close": Course(
        _owing,
        lambda scene, **how: scene.operations.close(scene.sock, **how),
        [lambda scene: scene.acknowledge(len(TEXT)), Scene.acknowledge, _end_of_peer],
        _our_half_ends_all_the_same,
    ),
    "send-to": Course(
        _bound_and_full,
        lambda scene, **how: scene.operations.send_to(scene.udp, scene.peer, scene.end.sport, TEXT, **how),
        [lambda scene: scene.dut.poll(datagrams=1)],
        _the_datagram_left_or_never_was,
    ),
    "recv-from": Course(
        _bound,
        lambda scene, **how: scene.operations.recv_from(scene.udp, **how),
        [lambda scene: scene.end.send(TEXT)],
        _no_datagram_is_lost,
    ),
    "dns": Course(
        _knowing_a_server,
        lambda scene, **how: scene.dut.futures.dns(NAME, **how),
        [_tell_address, _answer_question],
        _no_question_is_left,
        within_ms=1001,
        of_sockets=False,
    ),
    "sleep": Course(
        lambda _scene: None,
        lambda scene, **how: scene.dut.futures.sleep(SLEEP_MS, **how),
        [lambda scene: scene.clock.advance(SLEEP_MS - 1), lambda scene: scene.clock.advance(1)],
        _nothing_is_left,
        within_ms=SLEEP_MS - 1,
        of_sockets=False,
    ),
}
POINTS = [(name, point) for name, course in COURSES.items() for point in range(len(course.steps))]
