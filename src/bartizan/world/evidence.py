"""The evidence check: claims held against one another, against the map and against the scenario that uses them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bartizan.ground import geodesy, units
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Claim, Distance, Place
from bartizan.world.uncertain import Uncertain

Kind = Literal["conflict", "distance", "unused"]
#: what the claims of one topic say: each value as its first claim gives it, with all claims that give it
Sides = list[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Finding:
    """One thing that a reader of the evidence should know; `claims` are the ids that it is about."""

    kind: Kind
    text: str
    claims: tuple[str, ...]


def findings(scenario: Scenario) -> list[Finding]:
    """What the evidence of `scenario` leaves open, in the order of its claims.

    Conflicts first (claims on one topic with different values, and whether a number of the scenario carries them),
    then distances that the map contradicts, then claims that nothing uses.
    """
    claims = _claims(scenario)
    numbers = scenario.numbers
    return [
        *_conflicts(claims, numbers),
        *(found for c in claims if (found := _against_the_map(scenario, c, numbers)) is not None),
        *_unused(scenario, claims, numbers),
    ]


def _claims(scenario: Scenario) -> list[Claim]:
    changes = scenario.file.variants[scenario.variant].claims if scenario.variant else []
    return [*scenario.file.claims, *changes]


def _named(number: Uncertain) -> set[str]:
    """The claims that a number names, whichever way."""
    return {*number.claims, *(claim for support in number.support for claim in support)}


def _settled(number: Uncertain, numbers: Mapping[str, Uncertain]) -> Uncertain:
    """The number that a chain of same_as ends in."""
    while number.law == "same_as":
        number = numbers[number.same_as or ""]
    return number


# ------------------------------------------------------------------------------------------------ conflicts


def _conflicts(claims: list[Claim], numbers: Mapping[str, Uncertain]) -> Iterator[Finding]:
    for topic in dict.fromkeys(c.topic for c in claims):
        sides = _sides([c for c in claims if c.topic == topic])
        if len(sides) > 1:
            told = " against ".join(f"{value} ({', '.join(ids)})" for value, ids in sides)
            about = tuple(claim for _, ids in sides for claim in ids)
            yield Finding("conflict", f"{topic}: {told}; {_carried(sides, numbers)}", about)


def _sides(claims: list[Claim]) -> Sides:
    sides: dict[tuple[bool, object], tuple[str, tuple[str, ...]]] = {}
    for claim in claims:
        if claim.value is None:
            continue
        value = claim.value.strip().casefold() if isinstance(claim.value, str) else claim.value
        key = (isinstance(value, bool), value)  # True is not the 1 that Python takes it for
        shown, ids = sides.get(key, (str(claim.value), ()))
        sides[key] = (shown, (*ids, claim.id))
    return list(sides.values())


def _carried(sides: Sides, numbers: Mapping[str, Uncertain]) -> str:
    """Which number keeps the values of all sides open; else what the numbers that name these claims do."""
    about = {claim for _, ids in sides for claim in ids}
    involved = {key: number for key, number in numbers.items() if _named(number) & about}
    if not involved:
        return "no number of the scenario carries it"
    partly = []
    for key, number in involved.items():
        if not _is_open(key, number, numbers):
            partly.append(f"{key} is fixed at {number.described()}")
            continue
        kept = [value for value, ids in sides if _named(number) & set(ids)]
        if len(kept) == len(sides):
            return f"{'both' if len(kept) == 2 else 'all'} carried by {key}"
        partly.append(f"{key} carries only {', '.join(kept)}")
    return "; ".join(partly)


def _is_open(key: str, number: Uncertain, numbers: Mapping[str, Uncertain]) -> bool:
    """Whether a number leaves room for more than one value: a chance of being there does, unless it is 0 or 1."""
    number = _settled(number, numbers)
    return not number.is_fixed or (key.endswith("/present") and 0 < number.parameters[0] < 1)


# ------------------------------------------------------------------------------------------------ distances


def _against_the_map(scenario: Scenario, claim: Claim, numbers: Mapping[str, Uncertain]) -> Finding | None:
    """A claimed distance that differs from the map's by more than its tolerance.

    The tolerance is a share of the claimed distance; how badly the two places themselves are known is added to it.
    """
    ends = _ends(scenario, claim.distance) if claim.distance else None
    if claim.distance is None or ends is None:  # a variant may have left one of the places out
        return None
    claimed = _settled(claim.distance.value, numbers)
    computed = _distance_m(*ends, scenario.origin)
    low, high = claimed.span
    slack = _settled(claim.distance.tolerance, numbers).likely * high
    slack += sum(_settled(place.within, numbers).span[1] for place in ends)
    if low - slack <= computed <= high + slack:
        return None
    text = (
        f"{claim.id}: {claimed.described()} claimed between {claim.distance.start} and {claim.distance.end}; "
        f"{units.shown(computed, 'length')} on the map"
    )
    return Finding("distance", text, (claim.id,))


def _ends(scenario: Scenario, distance: Distance) -> tuple[Place, Place] | None:
    places = {u.name: u.unit.at for u in scenario.units} | {a.name: a.at for a in scenario.assets}
    if distance.start not in places or distance.end not in places:
        return None
    return places[distance.start], places[distance.end]


def _distance_m(start: Place, end: Place, origin: tuple[float, float]) -> float:
    """Metres along the ellipsoid, or in the plane where both places are given in metres."""
    if start.east is not None and start.north is not None and end.east is not None and end.north is not None:
        return math.hypot(end.east - start.east, end.north - start.north)
    return geodesy.distance_m(*_degrees(start, origin), *_degrees(end, origin))


def _degrees(place: Place, origin: tuple[float, float]) -> tuple[float, float]:
    if place.lat is not None and place.lon is not None:
        return place.lat, place.lon
    lat, lon = geodesy.to_degrees(place.east or 0.0, place.north or 0.0, origin)
    return float(lat), float(lon)


# ------------------------------------------------------------------------------------------------ use


def _unused(scenario: Scenario, claims: list[Claim], numbers: Mapping[str, Uncertain]) -> Iterator[Finding]:
    used = {claim for number in numbers.values() for claim in _named(number)}
    used |= {claim for asset in scenario.assets for claim in asset.claims}
    used |= {claim for placed in scenario.units for claim in placed.unit.claims}
    for claim in claims:
        if claim.id not in used and claim.distance is None:
            yield Finding("unused", f"{claim.id}: nothing in the scenario uses it: {claim.says}", (claim.id,))
