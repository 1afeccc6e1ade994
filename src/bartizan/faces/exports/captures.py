"""Captures of packets (pcap), as a recorder on this machine would have written them: nothing is sent to make one."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from bartizan.faces.exports.telling import START

_RAW_IP, _UDP, _LONGEST, _AWAY = 101, 17, 65535, 64
_LOOPBACK = bytes((127, 0, 0, 1))
_HEADS = 28  # bytes of the heads of IP and UDP


def captured(rows: Iterable[tuple[float, bytes]], port: int) -> bytes:
    """Datagrams of UDP from this machine to itself: s into the raid, in order, and what each holds."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, _LONGEST, _RAW_IP)
    return head + b"".join(_packet(t, content, port) for t, content in rows)


def _packet(seconds: float, content: bytes, port: int) -> bytes:
    whole, size = divmod(round(seconds * 1e6), 1_000_000), _HEADS + len(content)
    stamp = struct.pack("<IIII", int(START.timestamp()) + whole[0], whole[1], size, size)
    datagram = struct.pack(">HHHH", port, port, size - 20, 0)
    return stamp + _ip_head(size) + datagram + content


def _ip_head(size: int) -> bytes:
    """Of IPv4, with its sum (RFC 791)."""
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, size, 0, 0, _AWAY, _UDP, 0, _LOOPBACK, _LOOPBACK)
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + head[12:]
