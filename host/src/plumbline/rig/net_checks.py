# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the network port is the board's alone, and shows frames as they are."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from plumbline.rig.desk import Desk
from plumbline.rig.findings import Finding, Mend, by_hand, missing, missing_or_firmwares, note, well
from plumbline.rig.interfaces import Interface
from plumbline.rig.machine import text_of
from plumbline.rig.spec import PortName, WireSocket
from plumbline.wire.offloads import harmful_offloads, switch_off

_SPEED = 100  # of the PHY on a Nucleo


def check_net(desk: Desk) -> Iterator[Finding]:
    net = desk.board.net
    if net is None:
        says = f"write `net:` in {desk.rig_file}: the port its Ethernet cable is in; `plumb rig scan` lists them"
        yield missing(says)
    elif isinstance(net, WireSocket):
        yield _socket(desk, net)
    elif desk.port is None:
        yield missing(f"there is no network port {net}: `plumb rig scan` lists those there are")
    else:
        yield from _port(desk, net, desk.port)


def _socket(desk: Desk, net: WireSocket) -> Finding:
    """Not connected to: who listens there takes one at a time."""
    started = f"a virtual board makes it when it starts (`--wire listen:{net.path}`)"
    if net.path.is_socket():
        if desk.has_no_board:
            return missing(f"its wire, {net}, was left by a board that does not run: {started}")
        return well(f"its wire is {net}")
    if net.path.exists():
        return missing(f"its wire, {net}, is no socket: mend `net` in the rig file")
    return missing(f"its wire, {net}, is not there: {started}")


def _port(desk: Desk, net: PortName, port: Interface) -> Iterator[Finding]:
    if port.is_default or port.is_loopback or port.master:
        yield missing(f"{net} is {port.use}: the board needs a port for itself, a USB adapter will do")
        return
    yield _link(port)
    yield from _hosts_own(port)
    yield from _network_manager(desk, port)
    yield from _networkd(desk, port)
    if on := harmful_offloads(port.name):
        yield _changes_frames(desk, net, on)


def _changes_frames(desk: Desk, net: PortName, on: Sequence[str]) -> Finding:
    says, mend = f"{net} changes frames on their way ({', '.join(on)} is on)", Mend(switch_off(net.interface, on))
    if desk.machine.which("ethtool") is None:
        return missing(f"{says}, and `ethtool`, which mends it, is not there", Mend("apt-get install -y ethtool"), mend)
    return missing(says, mend)


def _link(port: Interface) -> Finding:
    if not port.is_up:
        return missing(f"{port.name} is down", Mend(f"ip link set dev {port.name} up"))
    if not port.has_link:
        return missing_or_firmwares(f"{port.name} has no link: is the cable in at both ends, and has the board power?")
    if port.speed and (port.speed != _SPEED or not port.is_full_duplex):
        kind = "full" if port.is_full_duplex else "half"
        return note(f"{port.name} has a link of {port.speed} Mbit/s, {kind} duplex; a Nucleo's is {_SPEED}, full")
    return well(f"{port.name} has a link")


def _hosts_own(port: Interface) -> Iterator[Finding]:
    """Linux's stack must not answer what is meant for a peer of ours, nor say anything by itself."""
    name = port.name
    if port.addresses:
        flush = f"ip address flush dev {name}"
        says = f"this machine's own stack answers on {name}: it {port.use}"
        yield missing(says, Mend(flush) if all(map(_is_own_making, port.addresses)) else by_hand(flush))
    if port.has_ipv6:
        mend = Mend(f"sysctl -q -w net/ipv6/conf/{name}/disable_ipv6=1")
        yield missing(f"IPv6 is on at {name}: the kernel sends solicitations of its own", mend)
    if port.answers_arp:
        mend = Mend(f"ip link set dev {name} arp off multicast off")
        yield missing(f"the kernel answers ARP on {name}, for any address of this machine", mend)
    if not (port.addresses or port.has_ipv6 or port.answers_arp):
        yield well(f"this machine's own stack keeps off {name}")


def _is_own_making(address: str) -> bool:
    """Nobody gave it: taking it away takes nothing from anybody."""
    return ipaddress.ip_interface(address).is_link_local


def _network_manager(desk: Desk, port: Interface) -> Iterator[Finding]:
    """Its file adds to what others say: with `=` the file read last would be the only one, and a second port's, or the
    distribution's own, would be undone. One of ours that says it so is written anew."""
    if not desk.machine.is_running("NetworkManager"):
        return
    file = f"NetworkManager/conf.d/plumbline-{port.name}.conf"
    lines = ("[keyfile]", f"unmanaged-devices+=interface-name:{port.name}")
    told = text_of(desk.machine.etc / file).splitlines()
    if told == [*lines] or (not told and desk.machine.udev(f"n{port.index}").get("NM_UNMANAGED") == "1"):
        yield well(f"NetworkManager keeps off {port.name}")
        return
    written = f"umask 022 && printf '{_in_printf(lines)}' > /etc/{file}"  # who only checks reads it, too
    mend = Mend(f"{written} && nmcli general reload")
    if told:
        yield missing(f"/etc/{file} is not as this checkout writes it, and may undo other ports' files", mend)
    else:
        yield missing(f"NetworkManager gives {port.name} addresses, again after each link", mend)


def _in_printf(lines: Sequence[str]) -> str:
    return "".join(rf"{line}\n" for line in lines)


def _networkd(desk: Desk, port: Interface) -> Iterator[Finding]:
    """systemd's own: where a file of its matches every port, it asks for addresses on this one, too."""
    state = text_of(desk.machine.run / "systemd/netif/links" / str(port.index))
    if "ADMIN_STATE=" not in state:
        return
    if "ADMIN_STATE=unmanaged" in state:
        yield well(f"systemd-networkd keeps off {port.name}")
        return
    told = f"/etc/systemd/network/05-plumbline-{port.name}.network"
    mend = Mend(rf"printf '[Match]\nName={port.name}\n[Link]\nUnmanaged=yes\n' > {told} && networkctl reload")
    yield missing(f"systemd-networkd asks for addresses on {port.name}: what it sends is on the board's wire", mend)
