"""A replay as ASTERIX category 062, edition 1.20: a system track for each threat, marked as simulated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bartizan.faces.exports import Documents, captures, moving
from bartizan.faces.exports.moving import Moving
from bartizan.ground.errors import UserError
from bartizan.ground.writing import write_bytes
from bartizan.studies.documents.viewer import Replay, Threat

PORT = 8600
#: Trackers tell of each track every 4 s or so.
_STEP_S = 4.0
_TICKS_PER_S, _DAY_S = 128, 86_400
_DEGREE, _SPEED_M_S, _HEIGHT_M = 180 / 2**25, 0.25, 6.25 * 0.3048
_HIGHEST = 0x7FFF
_MOST = 0xFFFF
#: Which items follow: 010, 070, 105, 185; 040, 080; 130. Without that its byte goes, and the bit that announces it.
_ITEMS, _ITEMS_WITHOUT_HEIGHT = (0x9B, 0x0D, 0x10), b"\x9b\x0c"
_SOURCE = 1  # area 0, system 1: nobody's
#: Of a track's status: the height is geometric, and more follows; simulated, its last and its first message.
_GEOMETRIC, _SIMULATED, _LAST, _FIRST = 0x20 | 0x01, 0x80, 0x40, 0x20

#: A data block that holds one record, item by item; big endian.
BLOCK = np.dtype([
    ("category", "u1"), ("length", ">u2"), ("items", "u1", 3), ("source", ">u2"), ("time", "u1", 3), ("lat", ">i4"),
    ("lon", ">i4"), ("east", ">i2"), ("north", ">i2"), ("track", ">u2"), ("status", "u1", 2), ("height", ">i2"),
])  # fmt: skip
_AFTER_ITEMS = 6  # bytes


def write(documents: Documents, path: Path) -> list[Path]:
    """The replay at `path`, as a capture where its suffix says so, else block after block; the files written."""
    undulation_m = documents["undulation_m"]() if "undulation_m" in documents else 0.0
    rows = blocks(documents["replay"](), undulation_m)
    captured = path.suffix.lower() == ".pcap"
    write_bytes(path, captures.captured(rows, PORT) if captured else b"".join(block for _, block in rows))
    return [path]


def blocks(replay: Replay, undulation_m: float = 0.0) -> list[tuple[float, bytes]]:
    """What is said at which moment, in order. Raises UserError for more threats than the format can number."""
    if (most := len(replay["threats"])) > _MOST:
        raise UserError(f"asterix: it numbers no more than {_MOST:,} tracks, and the raid has {most:,} threats")
    rows = [row for threat in replay["threats"] for row in _track(threat, undulation_m)]
    return sorted(rows, key=lambda row: row[0])


def _track(threat: Threat, undulation_m: float) -> Iterator[tuple[float, bytes]]:
    """From where it appears to where it is settled what becomes of it."""
    whole = moving.along(threat["track"], _STEP_S, raised_m=undulation_m, ticks_per_s=_TICKS_PER_S)
    way = whole.until(threat["ends_s"])
    heights = np.round(way.height_m / _HEIGHT_M)
    made = _told(way, threat["id"] + 1)
    for seconds, block, height in zip(way.seconds, made, heights, strict=True):
        yield float(seconds), block.tobytes() if abs(height) <= _HIGHEST else _without_height(block.tobytes())


def _told(way: Moving, number: int) -> np.ndarray:
    made = np.zeros(len(way.seconds), BLOCK)
    made["category"], made["length"], made["items"], made["source"] = 62, BLOCK.itemsize, _ITEMS, _SOURCE
    ticks = np.round(np.mod(way.seconds, _DAY_S) * _TICKS_PER_S).astype(int)
    made["time"] = np.stack([ticks >> 16, ticks >> 8, ticks], axis=1) & 0xFF
    made["lat"] = np.round(way.lat / _DEGREE)
    made["lon"] = np.round((way.lon - 360.0 * np.round(way.lon / 360.0)) / _DEGREE)
    made["east"], made["north"] = (np.clip(np.round(v / _SPEED_M_S), -_HIGHEST, _HIGHEST) for v in over_ground(way))
    made["track"], made["height"] = number, np.clip(np.round(way.height_m / _HEIGHT_M), -_HIGHEST, _HIGHEST)
    made["status"] = _GEOMETRIC, _SIMULATED
    made["status"][0, 1] |= _FIRST
    made["status"][-1, 1] |= _LAST
    return made


def over_ground(way: Moving) -> tuple[np.ndarray, np.ndarray]:
    """Velocity to the east and to the north, m/s."""
    lon, lat = np.radians(way.lon), np.radians(way.lat)
    x, y, z = way.velocity.T
    outwards = np.cos(lon) * x + np.sin(lon) * y
    return np.cos(lon) * y - np.sin(lon) * x, np.cos(lat) * z - np.sin(lat) * outwards


def _without_height(block: bytes) -> bytes:
    """The same without its last item: 62 km is the highest that this can tell."""
    length = (len(block) - 3).to_bytes(2, "big")
    return block[:1] + length + _ITEMS_WITHOUT_HEIGHT + block[_AFTER_ITEMS:-2]
