"""A replay as DIS 7 (IEEE 1278.1-2012) in a capture file: entity states, fire and detonations, marked constructive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bartizan.faces.exports import Documents, captures, moving
from bartizan.faces.exports.moving import Moving
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.ground.writing import write_bytes
from bartizan.studies.documents.viewer import Replay, ReplayedUnit, Shot, Threat

PORT = 3000
#: After so long without a word of it a receiver drops what moves, and what stands: 5 and 60 s as the standard has it.
_MOVING_S, _STANDING_S = 5.0, 60.0

_VERSION, _EXERCISE = 7, 1
_STATE, _FIRE, _DETONATION = 1, 2, 3
_INFORMATION, _WARFARE = 1, 2
#: live is 1 and virtual 2, in the second and third bit of a PDU's status
_CONSTRUCTIVE = 3 << 1
_DEFENCE, _RAID = 1, 2
#: kind, domain, country, category and three more, of which most are left open: 0 is "other"
_VEHICLE, _ON_LAND = (1, 2, 0, 0, 0, 0, 0), (1, 1, 0, 0, 0, 0, 0)
_WEAPON, _MISSILE, _ROUNDS = (2, 0, 0, 1, 0, 0, 0), (2, 1, 0, 1, 0, 0, 0), (2, 1, 0, 2, 0, 0, 0)
_WEAPONS = {"cruise", "ballistic", "munition"}
#: dead reckoning: it stands; it goes on straight
_STANDS, _GOES_ON = 1, 2
_DESTROYED, _GONE = 3 << 3, 1 << 23
_KILLED, _NO_DETONATION = 1, 6
_ASCII, _MARKING = 1, 11
_APPLICATION = {"unit": 1, "threat": 2, "shot": 3}
_MOST = 0xFFFF

_IDENTITY = [("site", ">u2"), ("application", ">u2"), ("number", ">u2")]
_TYPE = [("kind", "u1"), ("domain", "u1"), ("country", ">u2"), ("category", "u1"), ("subcategory", "u1"),
         ("specific", "u1"), ("extra", "u1")]  # fmt: skip
_HEAD = [("version", "u1"), ("exercise", "u1"), ("type", "u1"), ("family", "u1"), ("stamp", ">u4"), ("length", ">u2"),
         ("status", "u1"), ("padding", "u1")]  # fmt: skip
_MUNITION = [("munition_type", _TYPE), ("warhead", ">u2"), ("fuse", ">u2"), ("quantity", ">u2"), ("rate", ">u2")]
_SHOT = [("firing", _IDENTITY), ("target", _IDENTITY), ("munition", _IDENTITY), ("event", _IDENTITY)]

ENTITY_STATE = np.dtype([
    *_HEAD, ("entity", _IDENTITY), ("force", "u1"), ("parameters", "u1"), ("what", _TYPE), ("looks_like", _TYPE),
    ("velocity", ">f4", 3), ("at", ">f8", 3), ("turned", ">f4", 3), ("appearance", ">u4"), ("reckoning", "u1"),
    ("reckoned_by", "u1", 15), ("acceleration", ">f4", 3), ("turning", ">f4", 3), ("letters", "u1"),
    ("marking", f"S{_MARKING}"), ("capabilities", ">u4"),
])  # fmt: skip
FIRE = np.dtype([
    *_HEAD, *_SHOT, ("mission", ">u4"), ("at", ">f8", 3), *_MUNITION, ("velocity", ">f4", 3), ("range", ">f4"),
])  # fmt: skip
DETONATION = np.dtype([
    *_HEAD, *_SHOT, ("velocity", ">f4", 3), ("at", ">f8", 3), *_MUNITION, ("in_target", ">f4", 3), ("result", "u1"),
    ("parameters", "u1"), ("rest", ">u2"),
])  # fmt: skip

Row = tuple[float, bytes]


def write(documents: Documents, path: Path) -> list[Path]:
    """The replay at `path`; the files written."""
    undulation_m = documents["undulation_m"]() if "undulation_m" in documents else 0.0
    write_bytes(path, captures.captured(pdus(documents["replay"](), undulation_m), PORT))
    return [path]


def pdus(replay: Replay, undulation_m: float = 0.0) -> list[Row]:
    """What is said at which moment, in order. Raises UserError for more things than the format can number."""
    if (most := max(len(replay["threats"]), len(replay["shots"]), len(replay["units"]))) > _MOST:
        raise UserError(f"dis: it numbers no more than {_MOST:,} things of a kind, and the raid has {most:,}")
    span = replay["start_s"], replay["end_s"]
    numbers = {unit["name"]: k for k, unit in enumerate(replay["units"])}
    rows = [row for k, unit in enumerate(replay["units"]) for row in _unit(k, unit, span, undulation_m)]
    for threat in replay["threats"]:
        rows += _threat(threat, undulation_m)
    for shot in replay["shots"]:
        rows += _shot(shot, numbers[shot["unit"]], undulation_m)
    return sorted(rows, key=lambda row: row[0])


def _unit(k: int, unit: ReplayedUnit, span: tuple[float, float], undulation_m: float) -> Iterator[Row]:
    seconds = moving.even(*span, _STANDING_S)
    at = geodesy.to_axes(unit["lat"], unit["lon"], unit["alt_m"] + undulation_m)
    states = _begun(ENTITY_STATE, _STATE, _INFORMATION, seconds)
    _tell_of(states, _identity("unit", k), _ON_LAND, _DEFENCE, f"SIM U{k + 1}")
    states["at"], states["reckoning"] = at, _STANDS
    return _rows(seconds, states)


def _threat(threat: Threat, undulation_m: float) -> Iterator[Row]:
    way = moving.along(threat["track"], _MOVING_S, raised_m=undulation_m)
    what = _WEAPON if threat["class"] in _WEAPONS else _VEHICLE
    force = _DEFENCE if threat["friendly"] else _RAID
    states = _states(way, _identity("threat", threat["id"]), what, force, f"SIM T{threat['id'] + 1}")
    if threat["fate"] == "killed":
        states["appearance"] |= np.where(way.seconds >= threat["ends_s"], _DESTROYED, 0).astype(np.uint32)
    return _rows(way.seconds, states)


def _shot(shot: Shot, unit: int, undulation_m: float) -> Iterator[Row]:
    """A missile on its way, its launch and its end; of rounds of a gun, of which each is none to follow, only these."""
    way = moving.along(shot["track"], _MOVING_S, raised_m=undulation_m)
    is_missile = shot["kind"] == "missile"
    me = _identity("shot", shot["id"])
    who = _identity("unit", unit), _identity("threat", shot["threat"]), me if is_missile else (0, 0, 0), me
    begins = _engagement(FIRE, _FIRE, shot, who, shot["launch_s"])
    begins["at"], begins["velocity"] = way.at[0], way.velocity[0]
    ends = _engagement(DETONATION, _DETONATION, shot, who, shot["meets_s"])
    ends["at"], ends["velocity"] = way.at[-1], way.velocity[max(len(way.seconds) - 2, 0)]
    ends["result"] = _KILLED if shot["result"] == "kill" else _NO_DETONATION
    yield from _rows([shot["launch_s"]], begins)
    if is_missile:
        states = _states(way, me, _MISSILE, _DEFENCE, f"SIM M{shot['id'] + 1}")
        yield from _rows(way.seconds, states)
    yield from _rows([shot["meets_s"]], ends)


def _states(way: Moving, entity: tuple[int, int, int], what: Sequence[int], force: int, marking: str) -> np.ndarray:
    """Of a thing on its way, which is gone when that ends."""
    states = _begun(ENTITY_STATE, _STATE, _INFORMATION, way.seconds)
    _tell_of(states, entity, what, force, marking)
    states["at"], states["velocity"], states["reckoning"] = way.at, way.velocity, _GOES_ON
    states["turned"] = turned(way)
    states["appearance"][-1] |= _GONE
    return states


def _tell_of(states: np.ndarray, entity: tuple[int, ...], what: Sequence[int], force: int, marking: str) -> None:
    """What never changes."""
    states["entity"], states["what"], states["looks_like"], states["force"] = entity, tuple(what), tuple(what), force
    states["letters"], states["marking"] = _ASCII, marking.encode("ascii")[:_MARKING]


def _engagement(
    layout: np.dtype, kind: int, shot: Shot, who: tuple[tuple[int, ...], ...], seconds: float
) -> np.ndarray:
    made = _begun(layout, kind, _WARFARE, np.array([seconds]))
    for part, identity in zip(("firing", "target", "munition", "event"), who, strict=True):
        made[part] = identity
    made["munition_type"] = _MISSILE if shot["kind"] == "missile" else _ROUNDS
    made["quantity"] = min(shot["rounds"], _MOST)
    return made


def _begun(layout: np.dtype, kind: int, family: int, seconds: np.ndarray) -> np.ndarray:
    """PDUs with their heads: one for each moment, which is counted in 2^-31 of an hour from its beginning."""
    made = np.zeros(len(seconds), layout)
    made["version"], made["exercise"], made["type"], made["family"] = _VERSION, _EXERCISE, kind, family
    made["length"], made["status"] = layout.itemsize, _CONSTRUCTIVE
    made["stamp"] = (np.mod(seconds, 3600.0) / 3600.0 * (2**31 - 1)).astype(np.uint32) << 1
    return made


def _rows(seconds: Sequence[float] | np.ndarray, made: np.ndarray) -> Iterator[Row]:
    return ((float(t), one.tobytes()) for t, one in zip(seconds, made, strict=True))


def _identity(kind: str, k: int) -> tuple[int, int, int]:
    return 1, _APPLICATION[kind], k + 1


def turned(way: Moving) -> np.ndarray:
    """How a body that points along its velocity, wings level, is turned: psi, theta and phi about the earth's axes."""
    lon, lat = np.radians(way.lon), np.radians(way.lat)
    up = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)], axis=1)
    ahead = _unit_vectors(way.velocity, north)
    if len(ahead) > 1:
        ahead[-1] = ahead[-2]
    right = _unit_vectors(np.cross(ahead, up), np.cross(north, up))
    down = np.cross(ahead, right)
    theta = -np.arcsin(np.clip(ahead[:, 2], -1.0, 1.0))
    psi, phi = np.arctan2(ahead[:, 1], ahead[:, 0]), np.arctan2(right[:, 2], down[:, 2])
    poleward = np.hypot(ahead[:, 0], ahead[:, 1]) < 1e-9  # along the axis of the earth one angle says what two do
    phi = np.where(poleward, np.arctan2(np.sign(theta) * right[:, 0], right[:, 1]), phi)
    return np.stack([np.where(poleward, 0.0, psi), theta, phi], axis=1)


def _unit_vectors(vectors: np.ndarray, instead: np.ndarray) -> np.ndarray:
    """Vectors of length 1; another instead of one that has next to no length."""
    length = np.linalg.norm(vectors, axis=1)[:, None]
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), instead)
