"""Passages of aircraft through a circle, from where they were heard: how often that was makes no difference.

Between two moments at which it is heard an aircraft flies straight; where it is silent for longer than `gap`, it has
gone. What lies inside the circle of such a line is worked out exactly, so that a passage neither begins nor ends where
somebody happened to listen.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bartizan.ground import geodesy
from bartizan.studies.traffic.positions import Position


@dataclass(frozen=True)
class Circle:
    """What passages are counted in: centre in degrees, radius in m, and the longest silence within one, s."""

    lat: float
    lon: float
    radius: float
    gap: float


class Passage(NamedTuple):
    """One way of one aircraft through the circle."""

    kind: str
    flies: str  # past, in: it ends inside; out: it begins there
    comes: bool  # whether it came while somebody listened: it was not inside when the table began
    speed: float  # m/s over the ground
    altitude: float  # m: of what passes on average over time; where what lands came in, and what took off went out
    nearest: float  # m from the centre


class _Fix(NamedTuple):
    time: float
    east: float
    north: float
    altitude: float


class _Leg(NamedTuple):
    """The part of a straight line that lies inside."""

    begin: float
    end: float
    path: float
    altitudes: tuple[float, float]  # m, where it begins and where it ends
    nearest: float
    enters: bool  # whether the line begins outside
    leaves: bool


def passages(positions: Sequence[Position], circle: Circle) -> list[Passage]:
    """All ways through the circle, those of one aircraft after one another."""
    start, end = (of(p.time for p in positions) for of in (min, max))
    found = []
    for kind, track in _tracks(positions, circle):
        for legs in _inside(track, circle.radius):
            found.append(_passage(kind, legs, start + circle.gap, end - circle.gap))
    return found


def _tracks(positions: Sequence[Position], circle: Circle) -> Iterator[tuple[str, list[_Fix]]]:
    """Each aircraft's way, cut where it was silent for too long; of two rows of one moment the first counts."""
    by: dict[str, dict[float, _Fix]] = defaultdict(dict)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)  # what each is said to be, where it is said
    origin = (circle.lat, circle.lon)
    east, north = geodesy.to_local([p.lat for p in positions], [p.lon for p in positions], origin)  # type: ignore[arg-type]
    for p, e, n in zip(positions, east.tolist(), north.tolist(), strict=True):
        by[p.id].setdefault(p.time, _Fix(p.time, e, n, p.altitude))
        kinds[p.id].update([p.kind] if p.kind else [])
    for name, fixes in sorted(by.items()):
        kind = min(kinds[name], key=lambda of, said=kinds[name]: (-said[of], of), default="")  # type: ignore[misc]
        track: list[_Fix] = []
        for fix in sorted(fixes.values()):
            if track and fix.time - track[-1].time > circle.gap:
                yield kind, track
                track = []
            track.append(fix)
        yield kind, track


def _inside(track: Sequence[_Fix], radius: float) -> Iterator[list[_Leg]]:
    """The legs of each way through the circle."""
    legs: list[_Leg] = []
    for a, b in itertools.pairwise(track):
        leg = _leg(a, b, radius)
        if leg is None or leg.enters:
            if legs:
                yield legs
            legs = []
        if leg is not None:
            legs.append(leg)
    if legs:
        yield legs


def _leg(a: _Fix, b: _Fix, radius: float) -> _Leg | None:
    """What of the line from a to b is inside; None where nothing is."""
    east, north, length = b.east - a.east, b.north - a.north, math.hypot(b.east - a.east, b.north - a.north)
    along = -(a.east * east + a.north * north) / length if length > 0 else 0.0  # of the point nearest to the centre
    aside = math.hypot(a.east + along * east / length, a.north + along * north / length) if length > 0 else 0.0
    if length == 0:
        aside = math.hypot(a.east, a.north)
    if aside >= radius:
        return None
    half = math.sqrt(radius**2 - aside**2)
    first, last = (max(0.0, along - half), min(length, along + half)) if length > 0 else (0.0, 0.0)
    if last < first or (length > 0 and last == first):
        return None
    share = [at / length if length > 0 else end for at, end in ((first, 0.0), (last, 1.0))]
    altitudes = a.altitude + (b.altitude - a.altitude) * share[0], a.altitude + (b.altitude - a.altitude) * share[1]
    nearest = math.hypot(aside, min(max(along, first), last) - along)
    begin, end = (a.time + (b.time - a.time) * f for f in share)
    return _Leg(begin, end, last - first, altitudes, nearest, first > 0, last < length)


def _passage(kind: str, legs: Sequence[_Leg], from_then: float, until: float) -> Passage:
    begins_inside, ends_inside = not legs[0].enters, not legs[-1].leaves
    seconds = sum(leg.end - leg.begin for leg in legs)
    heard_out, heard_in = begins_inside and legs[0].begin > from_then, ends_inside and legs[-1].end < until
    flies = "past" if heard_in == heard_out else "in" if heard_in else "out"
    return Passage(
        kind=kind,
        flies=flies,
        comes=not begins_inside or heard_out,
        speed=sum(leg.path for leg in legs) / seconds if seconds > 0 else 0.0,
        altitude=_altitude(legs, flies, seconds),
        nearest=min(leg.nearest for leg in legs),
    )


def _altitude(legs: Sequence[_Leg], flies: str, seconds: float) -> float:
    """The height, m, that a scenario asks for: that of level flight past, or at the far end of the way in or out."""
    if flies != "past":
        return legs[0].altitudes[0] if flies == "in" else legs[-1].altitudes[1]
    return sum(sum(leg.altitudes) / 2 * (leg.end - leg.begin) for leg in legs) / seconds if seconds > 0 else 0.0
