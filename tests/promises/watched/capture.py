"""Every packet that leaves a network namespace, as the kernel hands it to the wire: read by AF_PACKET, taken apart."""

from __future__ import annotations

import ctypes
import ipaddress
import os
import socket
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

_EVERY_PROTOCOL = 0x0003  # ETH_P_ALL
_OUTGOING = 4  # PACKET_OUTGOING: what this namespace sends; loopback shows each packet a second time as it arrives
_SOL_PACKET, _PACKET_STATISTICS = 263, 6
_CLONE_NEWNET = 0x40000000
_QUEUE_BYTES = 32 << 20
_MAX_FRAME_BYTES = 1 << 18  # the kernel cuts a stream into packets after this point: one frame may hold 64 kB and more
_ETHERNET_BYTES = 14
_IPV4, _IPV6 = 0x0800, 0x86DD
_TCP, _UDP, _ICMPV6 = 6, 17, 58
_HOP_BY_HOP = 0
_SILENT = frozenset({"06", "07", "0A"})  # states of TCP in /proc/net/tcp: waiting out its time, closed, listening
# Router and neighbour discovery, and multicast reports: what the kernel says by itself when an interface comes up.
HOUSEKEEPING = "housekeeping"
_HOUSEKEEPING = frozenset({130, 131, 132, 133, 134, 135, 136, 143})


@dataclass(frozen=True)
class Packet:
    """One frame on its way out. Ports, `sequence` and `payload` are zero or empty where the protocol has none."""

    interface: str
    protocol: str
    source: tuple[str, int]
    destination: tuple[str, int]
    sequence: int
    opens: bool
    payload: bytes
    frame_bytes: int

    @property
    def header_bytes(self) -> int:
        """Ethernet, IP and transport: what is not payload."""
        return self.frame_bytes - len(self.payload)


class Capture:
    """All that the namespace of process `pid` sends, on every interface, from now on."""

    def __init__(self, pid: int) -> None:
        self._socket = _inside(pid)
        self._socket.setblocking(False)
        self.housekeeping_bytes = 0

    def take(self) -> list[Packet]:
        """What was sent since the last call, in order. Raises PacketsLost when the queue was too short."""
        found: list[Packet] = []
        while True:
            try:
                frame, (interface, _, kind, *_) = self._socket.recvfrom(_MAX_FRAME_BYTES)
            except BlockingIOError:
                break
            if kind == _OUTGOING:
                found.append(read_frame(interface, frame))
        _, lost = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        if lost:
            raise PacketsLost(lost)
        self.housekeeping_bytes += sum(packet.frame_bytes for packet in found if packet.protocol == HOUSEKEEPING)
        return [packet for packet in found if packet.protocol != HOUSEKEEPING]

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


class PacketsLost(Exception):
    """The kernel dropped packets before they were read: the books cannot be trusted."""


def read_frame(interface: str, frame: bytes) -> Packet:
    """Take one Ethernet frame apart; what is no IP is named by its protocol number."""
    (kind,) = struct.unpack_from("!H", frame, 12)
    if kind == _IPV4:
        start = _ETHERNET_BYTES + (frame[14] & 15) * 4
        protocol, addresses = frame[23], (frame[26:30], frame[30:34])
        end = _ETHERNET_BYTES + int.from_bytes(frame[16:18], "big") or len(frame)
    elif kind == _IPV6:
        start, protocol, end = _ETHERNET_BYTES + 40, frame[20], len(frame)
        addresses = (frame[22:38], frame[38:54])
        if protocol == _HOP_BY_HOP:
            protocol, start = frame[start], start + (frame[start + 1] + 1) * 8
    else:
        return Packet(interface, f"ethernet {kind:#06x}", ("", 0), ("", 0), 0, False, b"", len(frame))
    source, destination = (str(ipaddress.ip_address(address)) for address in addresses)
    name, ports, sequence, opens, payload = _transport(protocol, frame[start : max(end, start)])
    return Packet(interface, name, (source, ports[0]), (destination, ports[1]), sequence, opens, payload, len(frame))


def _transport(protocol: int, data: bytes) -> tuple[str, tuple[int, int], int, bool, bytes]:
    """Name, ports, sequence number, whether it opens a connection, payload."""
    if protocol == _TCP:
        source, destination, sequence = struct.unpack_from("!HHI", data)
        return "tcp", (source, destination), sequence, data[13] & 0x12 == 0x02, data[(data[12] >> 4) * 4 :]
    if protocol == _UDP:
        return "udp", struct.unpack_from("!HH", data), 0, False, data[8:]
    if protocol == _ICMPV6 and data[0] in _HOUSEKEEPING:
        return HOUSEKEEPING, (0, 0), 0, False, b""
    return f"ip {protocol}", (0, 0), 0, False, data


def sent_by_kernel_count(pid: int) -> dict[str, int]:
    """Bytes sent per interface in the namespace of `pid`, by the kernel's own counters."""
    lines = Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
    fields = (line.replace(":", " ").split() for line in lines)
    return {name: int(values[8]) for name, *values in fields}


def open_connections(pid: int) -> int:
    """TCP connections of the namespace of `pid` that may still send something."""
    lines = [
        line for table in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return sum(line.split()[3] not in _SILENT for line in lines)


def _inside(pid: int) -> socket.socket:
    """A packet socket in another process's namespace: a thread enters it, and ends there."""
    made: list[socket.socket | OSError] = []

    def enter() -> None:
        with open(f"/proc/{pid}/ns/net", "rb") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET):
                made.append(OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno())))
                return
        made.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERY_PROTOCOL)))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    [result] = made
    if isinstance(result, OSError):
        raise result
    result.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE_BYTES)
    return result
