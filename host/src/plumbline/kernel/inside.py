# SPDX-License-Identifier: GPL-2.0-or-later
"""A program of its own: makes a private network of Linux, and serves the harness from within it.

    python -I -S inside.py DESCRIPTOR

It makes a user, a network and a process namespace, a veth pair in them, and answers requests on the SEQPACKET socket it
was given: a socket of that network, a tool run in it, the kernel's own counters. It is the first process of its process
namespace and ends when the other end of that socket is closed, by whatever end the harness comes to. With it the kernel
ends every process it started and takes the network down. So nothing has to be cleaned up, and nothing can be left.

It imports nothing of this package: it starts faster so, and a broken harness cannot break it.
"""

from __future__ import annotations

import array
import ctypes
import errno
import fcntl
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

_NEW_USER, _NEW_PID, _NEW_NET = 0x10000000, 0x20000000, 0x40000000
_PR_SET_PDEATHSIG = 1
_FORBIDDEN = frozenset({errno.EPERM, errno.EACCES, errno.ENOSPC, errno.EUSERS, errno.EINVAL, errno.ENOSYS})

_SIOCETHTOOL = 0x8946
_OFFLOADS = (0x15, 0x17, 0x19, 0x1F, 0x22, 0x24, 0x2C)  # ETHTOOL_S: RXCSUM, TXCSUM, SG, TSO, UFO, GSO, GRO
_SOL_PACKET, _PACKET_QDISC_BYPASS, _PACKET_IGNORE_OUTGOING = 263, 20, 23
_ETH_P_ALL = 3
_FRAMES_BUFFER_BYTES = 4 << 20  # as much of it as the machine allows

_OURS, _WIRE_END = "linux", "wire"  # the two ends of the pair: Linux's interface, and where the bridge takes its frames
_REQUEST_BYTES = 65536
_FDS_MAX = 4


class NotMade(Exception):
    """What could not be made, and whether that is because the machine forbids it."""

    def __init__(self, what: str, *, forbidden: bool) -> None:
        super().__init__(what)
        self.forbidden = forbidden


def unshare() -> None:
    """Leaves the machine's network. The next child is the first process of a process namespace."""
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER | _NEW_PID | _NEW_NET) != 0:
        number = ctypes.get_errno()
        raise NotMade(f"unshare: {os.strerror(number)}", forbidden=number in _FORBIDDEN)
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    except OSError as error:
        raise NotMade(f"{error.filename}: {error.strerror}", forbidden=error.errno in _FORBIDDEN) from error


def make_network(given: dict[str, str]) -> None:
    """Linux at one end of a pair, with the address it is given; nothing speaks by itself. Its end comes up last: so it
    has its carrier at once, and does not lose its first frames until the kernel looks at the link again."""
    commands = f"""
link set lo up
link add {_OURS} mtu {given["mtu"]} address {given["mac"]} type veth peer name {_WIRE_END} mtu {given["mtu"]}
link set {_OURS} addrgenmode none multicast off
link set {_WIRE_END} addrgenmode none multicast off
address add {given["address"]} dev {_OURS}
link set {_WIRE_END} up
link set {_OURS} up
"""
    made = subprocess.run([given["ip"], "-batch", "-"], input=commands, text=True, capture_output=True, check=False)
    if made.returncode != 0:
        raise NotMade(f"ip: {made.stderr.strip()}", forbidden=False)
    for name in (_OURS, _WIRE_END):
        for offload in _OFFLOADS:
            switch_off(name, offload)


def switch_off(name: str, offload: int) -> None:
    """Every frame is whole, checksums and all, and no larger than the wire takes. A kernel need not have them all."""
    value = array.array("B", struct.pack("II", offload, 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            fcntl.ioctl(sock, _SIOCETHTOOL, struct.pack("16sP", name.encode(), value.buffer_info()[0]))
        except OSError as error:
            if error.errno != errno.EOPNOTSUPP:
                raise NotMade(f"offload 0x{offload:x} of {name}: {error.strerror}", forbidden=False) from error


def open_wire() -> socket.socket:
    """Sees what Linux sends, and sends what Linux is to receive, past the queue that an interface has at first: it
    loses all."""
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    wire.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    wire.setsockopt(_SOL_PACKET, _PACKET_QDISC_BYPASS, 1)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _FRAMES_BUFFER_BYTES)
    wire.bind((_WIRE_END, _ETH_P_ALL))
    return wire


def counters() -> dict[str, int]:
    """Linux's own, by "Tcp.RetransSegs" and the like; what passed its interface, as "Frames.sent" and so on."""
    found = frames()
    for name in ("snmp", "netstat"):
        lines = Path(f"/proc/self/net/{name}").read_text().splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            kind = names.partition(":")[0]
            pairs = zip(names.split()[1:], values.split()[1:], strict=True)
            found |= {f"{kind}.{name}": int(value) for name, value in pairs}
    return found


def frames() -> dict[str, int]:
    interfaces = dict(line.split(":") for line in Path("/proc/self/net/dev").read_text().splitlines()[2:])
    own = next(values.split() for name, values in interfaces.items() if name.strip() == _OURS)
    return {"Frames.received": int(own[1]), "Frames.sent": int(own[9])}


class Keeper:
    """Answers requests, and tells how the tools that it runs end."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._ready = selectors.DefaultSelector()
        self._ready.register(control, selectors.EVENT_READ)
        self._tools: dict[int, tuple[int, int]] = {}  # by descriptor of the process: its number, and whom to tell

    def serve(self) -> None:
        """Until the other end is closed."""
        while True:
            for key, _ in self._ready.select():
                if key.fd in self._tools:
                    self._bury(key.fd)
                elif not self._answer():
                    return

    def _answer(self) -> bool:
        request, fds, _, _ = socket.recv_fds(self._control, _REQUEST_BYTES, _FDS_MAX)
        if not request:
            return False
        asked = json.loads(request)
        try:
            answer, given = self._do(asked, fds)
        except OSError as error:
            answer, given = {"error": f"{error.filename or asked['do']}: {error.strerror}"}, []
        for fd in fds[:3]:  # the tool has its own; the last is kept to tell its end
            os.close(fd)
        socket.send_fds(self._control, [json.dumps(answer).encode()], [sock.fileno() for sock in given])
        for sock in given:
            sock.close()
        return True

    def _do(self, asked: dict[str, Any], fds: list[int]) -> tuple[dict[str, object], list[socket.socket]]:
        if asked["do"] == "tcp":
            return {}, [socket.socket(socket.AF_INET, socket.SOCK_STREAM)]
        if asked["do"] == "counters":
            return {"counters": counters()}, []
        self._start(asked["command"], fds)
        return {}, []

    def _start(self, command: list[str], fds: list[int]) -> None:
        """Standard input, output and error, and where its status is to be written."""
        actions = [(os.POSIX_SPAWN_DUP2, source, target) for target, source in enumerate(fds[:3])]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": "/nonexistent"}
        pid = os.posix_spawnp(command[0], command, environment, file_actions=actions)
        process = os.pidfd_open(pid)
        self._tools[process] = pid, fds[3]
        self._ready.register(process, selectors.EVENT_READ)

    def _bury(self, process: int) -> None:
        pid, tell = self._tools.pop(process)
        self._ready.unregister(process)
        _, status = os.waitpid(pid, 0)
        os.write(tell, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(tell)
        os.close(process)


def live(control: socket.socket, given: dict[str, str]) -> None:
    """As the first process of its namespace."""
    try:
        make_network(given)
        with open_wire() as wire:
            socket.send_fds(control, [b"{}"], [wire.fileno()])
    except NotMade as error:
        tell(control, error)
        return
    except OSError as error:
        tell(control, NotMade(f"{error.filename or 'the wire'}: {error.strerror}", forbidden=False))
        return
    Keeper(control).serve()


def tell(control: socket.socket, error: NotMade) -> None:
    control.send(json.dumps({"error": str(error), "forbidden": error.forbidden}).encode())


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    given = control.recv(_REQUEST_BYTES)  # first: an end that closes with something unread takes its answer along
    if not given:
        return
    try:
        unshare()
        child = os.fork()
    except NotMade as error:
        tell(control, error)
        return
    except OSError as error:
        tell(control, NotMade(f"fork: {error.strerror}", forbidden=error.errno in _FORBIDDEN))
        return
    if child == 0:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        try:
            live(control, json.loads(given))
        except BaseException:  # noqa: BLE001 - the harness reads it
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    control.close()
    os.waitpid(child, 0)


if __name__ == "__main__":
    main()
