"""The evidence check: claims held against one another, against the map and against the scenario that uses them; and
what a scenario states that has no effect on some of its radars, because they lack the figures for it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from bartizan.ground import dates, geodesy, units
from bartizan.ground.errors import shown
from bartizan.ground.units import percent
from bartizan.world import gaps
from bartizan.world.cases import PlacedUnit, type_name
from bartizan.world.numbers import in_words, settled
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Claim, Distance, Place, Radar, Roof
from bartizan.world.spoken import Bounds
from bartizan.world.uncertain import Uncertain
from bartizan.world.values import together

if TYPE_CHECKING:
    from bartizan.world.surface.mapped import MappedSurface

Kind = Literal["conflict", "distance", "unused", "surface", "districts", "population", "radar", "class", "report"]
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
    then distances that the map contradicts, and a map too wide for its plane, then claims that no number uses, then
    what a mapped surface says about the units that stand on it, and what of its files was not taken as it stands or
    had to be assumed, then the same of districts and of where people live, then radars that noise, rain or cross
    sections by band leave as they are, then classes of threats that nothing may be fired at, and dates of reports that
    are none.
    """
    claims = scenario.claims
    numbers = scenario.numbers
    return [
        *_conflicts(claims, numbers),
        *(found for c in claims if (found := _against_the_map(scenario, c, numbers)) is not None),
        *(Finding("distance", text, ()) for text in _stretched(scenario)),
        *_unused(scenario, claims, numbers),
        *(Finding("surface", text, ()) for text in _surface(scenario)),
        *(Finding("districts", text, ()) for text in gaps.sentences(scenario, "districts")),
        *(Finding("population", text, ()) for text in gaps.sentences(scenario, "population")),
        *(Finding("radar", text, ()) for text in _without_effect(scenario)),
        *(Finding("class", text, ()) for text in _fired_at_by_nothing(scenario)),
        *(Finding("report", text, ()) for text in _undated(scenario)),
    ]


def _named(number: Uncertain) -> set[str]:
    """The claims that a number names, whichever way."""
    return {*number.claims, *(claim for support in number.support for claim in support)}


# ------------------------------------------------------------------------------------------------ conflicts


def _conflicts(claims: list[Claim], numbers: Mapping[str, Uncertain]) -> Iterator[Finding]:
    for topic in dict.fromkeys(c.topic for c in claims):
        sides = _sides([c for c in claims if c.topic == topic])
        if any(_contradict(a, b) for a, b in itertools.combinations(sides, 2)):
            told = " against ".join(f"{value} ({', '.join(ids)})" for value, ids in sides.values())
            about = tuple(claim for _, ids in sides.values() for claim in ids)
            yield Finding("conflict", f"{topic}: {told}; {_carried(list(sides.values()), numbers)}", about)


def _contradict(one: Bounds | str, other: Bounds | str) -> bool:
    """Whether two values that differ cannot both be: two amounts where they have none in common."""
    return one.contradicts(other) if isinstance(one, Bounds) and isinstance(other, Bounds) else True


def _sides(claims: list[Claim]) -> dict[Bounds | str, tuple[str, tuple[str, ...]]]:
    """Each value that is claimed, as its first claim has it, with the claims of it: by its bounds, of an amount."""
    sides: dict[Bounds | str, tuple[str, tuple[str, ...]]] = {}
    valued = [claim for claim in claims if claim.value is not None]
    for claim, amount in zip(valued, together([claim.value for claim in valued]), strict=True):
        key = amount or str(claim.value).strip().casefold()
        shown, ids = sides.get(key, (str(claim.value), ()))
        sides[key] = (shown, (*ids, claim.id))
    return sides


def _carried(sides: Sides, numbers: Mapping[str, Uncertain]) -> str:
    """Which number keeps the values of all sides open; else what the numbers that name these claims do."""
    about = {claim for _, ids in sides for claim in ids}
    involved = {key: number for key, number in numbers.items() if _named(number) & about}
    if not involved:
        return "no number of the scenario carries it"
    partly = []
    for key, number in involved.items():
        if not _is_open(key, number, numbers):
            partly.append(f"{in_words(key)} is fixed at {number.described()}")
            continue
        kept = [value for value, ids in sides if _named(number) & set(ids)]
        if len(kept) == len(sides):
            return f"{'both' if len(kept) == 2 else 'all'} carried by {in_words(key)}"
        partly.append(f"{in_words(key)} carries only {', '.join(kept)}")
    return "; ".join(partly)


def _is_open(key: str, number: Uncertain, numbers: Mapping[str, Uncertain]) -> bool:
    """Whether a number leaves room for more than one value: a chance of being there does, unless it is 0 or 1."""
    number = settled(number, numbers)
    return not number.is_fixed or (key.endswith("/present") and 0 < number.parameters[0] < 1)


# ------------------------------------------------------------------------------------------------ distances

#: By how much, as a share, distances on the map may be too long before somebody is told.
MOST_STRETCH = 1e-3


def _against_the_map(scenario: Scenario, claim: Claim, numbers: Mapping[str, Uncertain]) -> Finding | None:
    """A claimed distance that differs from the map's by more than its tolerance.

    The tolerance is a share of the claimed distance; how badly the two places themselves are known is added to it.
    """
    ends = _ends(scenario, claim.distance) if claim.distance else None
    if claim.distance is None or ends is None:  # a variant may have left one of the places out
        return None
    claimed = settled(claim.distance.value, numbers)
    computed = _distance_m(*ends, scenario.origin)
    low, high = claimed.span
    slack = settled(claim.distance.tolerance, numbers).likely * high
    slack += sum(settled(place.within, numbers).span[1] for place in ends)
    if low - slack <= computed <= high + slack:
        return None
    text = (
        f"{claim.id}: {claimed.described()} claimed between {claim.distance.start} and {claim.distance.end}; "
        f"{units.shown(computed, 'length')} on the map"
    )
    return Finding("distance", text, (claim.id,))


def _stretched(scenario: Scenario) -> Iterator[str]:
    """The site where the plane of the map is wrong by the most, if that is much. It is true along the directions from
    the origin; across them, at an angle c of the earth from there, it is too long by c / sin c: 0.1 % at 490 km."""
    if not scenario.on_earth:
        return
    away = {name: math.hypot(*place.local(scenario.origin)) for name, place in _places(scenario).items()}
    farthest = max(away, key=lambda name: away[name])
    angle = away[farthest] / geodesy.EARTH_RADIUS_M
    stretch = angle / math.sin(angle) - 1.0 if angle else 0.0
    if stretch > MOST_STRETCH:
        yield (
            f"{farthest} lies {units.shown(away[farthest], 'length')} from the origin: distances there are up to "
            f"{stretch:.2%} too long on the flat map; within 490 km they are right to 0.1 %"
        )


def _places(scenario: Scenario) -> dict[str, Place]:
    return {u.name: u.unit.at for u in scenario.units} | {a.name: a.at for a in scenario.assets}


def _ends(scenario: Scenario, distance: Distance) -> tuple[Place, Place] | None:
    places = _places(scenario)
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
    used |= {claim for claims_of_one in scenario.claims_of.values() for claim in claims_of_one}
    used |= {claim for raid in scenario.raids if raid.reported for claim in raid.reported.claims}
    for claim in claims:
        if claim.id not in used and claim.distance is None:
            yield Finding("unused", f"{claim.id}: no number uses it: {claim.says}", (claim.id,))


# ------------------------------------------------------------------------------------------------ the surface

CLEARING_CELLS = 64  # across a clearing, looked at for trees
LEAST_BEYOND_M = 1.0


def _surface(scenario: Scenario) -> Iterator[str]:
    mapped = scenario.mapped
    if mapped is None:
        return
    for placed in scenario.units:
        yield from _stands(scenario, mapped, placed)
    yield from _voids(mapped)
    yield from gaps.sentences(scenario, "surface")
    yield from _end_of_terrain(scenario, mapped)
    yield from _heights_assumed(mapped)
    yield from _clearings(mapped)


def _stands(scenario: Scenario, mapped: MappedSurface, placed: PlacedUnit) -> Iterator[str]:
    """What the map says about the building under a unit, at the middle of where it may be."""
    building_m = mapped.roof(*placed.unit.at.local(scenario.origin))
    if placed.unit.roof is None:
        yield from _inside(scenario, placed, building_m)
    elif placed.unit.roof.storeys is not None and mapped.buildings is not None:
        yield from _other_height(scenario, placed, placed.unit.roof, building_m)


def _inside(scenario: Scenario, placed: PlacedUnit, building_m: float) -> Iterator[str]:
    platform_m = settled(placed.unit.height, scenario.numbers).span[1]
    if building_m > platform_m:
        yield (
            f"{placed.name} has no roof, but stands inside a mapped building of {units.shown(building_m, 'length')}, "
            "which hides all from it: give it roof: {}, or move it out"
        )


def _other_height(scenario: Scenario, placed: PlacedUnit, roof: Roof, building_m: float) -> Iterator[str]:
    """A stated height that differs from the mapped one by more than a storey."""
    storeys, storey = (settled(n, scenario.numbers) for n in (roof.storeys, roof.storey_height) if n is not None)
    low_m, high_m = (storeys.span[k] * storey.span[k] for k in (0, 1))
    stated = f"{placed.name} stands on {storeys.described()} storeys of {storey.described()}"
    if not building_m:
        yield f"{stated}, but no building is mapped at its place"
    elif not low_m - storey.span[1] <= building_m <= high_m + storey.span[1]:
        kind = "lower" if building_m < low_m else "higher"
        yield f"{stated}; the mapped building there is {kind}: {units.shown(building_m, 'length')}"


def _voids(mapped: MappedSurface) -> Iterator[str]:
    if mapped.terrain is not None and mapped.terrain.void_share > 0.0:
        voids = percent(mapped.terrain.void_share, 2)
        yield f"{voids} of the terrain's samples are voids, filled from the nearest others"


def _end_of_terrain(scenario: Scenario, mapped: MappedSurface) -> Iterator[str]:
    """Where threats appear, or sensors look, beyond the box around the terrain's files; the worst of each."""
    if mapped.terrain is None:
        return
    for beyond in (_threats_beyond(scenario, mapped), _sensors_beyond(scenario, mapped)):
        worst = max(beyond, key=lambda b: b.needed_m - b.edge_m, default=None)
        if worst is not None:
            yield (
                f"the terrain's files end {units.shown(worst.edge_m, 'length')} from {worst.place}, but {worst.what} "
                f"{units.shown(worst.needed_m, 'length')}: beyond, a plain at {mapped.plain_m:.0f} m is assumed"
            )


class _Beyond(NamedTuple):
    """Something that happens farther from a place than the terrain goes."""

    place: str
    edge_m: float
    what: str
    needed_m: float


def _edge_m(scenario: Scenario, mapped: MappedSurface, place: Place) -> float:
    """From a place to the nearest side of the box around the terrain's files, m."""
    assert mapped.terrain is not None
    (x, y), (west, south, east, north) = place.local(scenario.origin), mapped.terrain.extent
    return max(0.0, min(x - west, east - x, y - south, north - y))


def _threats_beyond(scenario: Scenario, mapped: MappedSurface) -> Iterator[_Beyond]:
    for case in scenario.cases:
        for group in (case.groups[g].group for g in case.threats):
            from_m = settled(group.distance, scenario.numbers).span[1]
            for asset in scenario.assets:
                edge_m = _edge_m(scenario, mapped, asset.at)
                aimed_at = group.targets is None or asset.name in group.targets
                if aimed_at and from_m > edge_m + LEAST_BEYOND_M:
                    yield _Beyond(asset.name, edge_m, f"threats of {case.raid.name} appear at", from_m)


def _sensors_beyond(scenario: Scenario, mapped: MappedSurface) -> Iterator[_Beyond]:
    for placed in scenario.units:
        edge_m = _edge_m(scenario, mapped, placed.unit.at)
        for name, sensor in placed.system.sensors.items():
            stated = sensor.range_max or sensor.range
            reach_m = mapped.range_m if stated is None else settled(stated, scenario.numbers).likely
            reach_m = min(reach_m, mapped.range_m)
            if reach_m > edge_m + LEAST_BEYOND_M:
                yield _Beyond(placed.name, edge_m, f"its {name} looks as far as", reach_m)


def _heights_assumed(mapped: MappedSurface) -> Iterator[str]:
    buildings = mapped.buildings
    if buildings is not None and not buildings.known.all():
        assumed = ~buildings.known
        yield (
            f"{percent(assumed.mean())} of {len(assumed)} buildings say neither height nor storeys; "
            f"{units.shown(float(buildings.height[assumed][0]), 'length')} is assumed"
        )


def _clearings(mapped: MappedSurface) -> Iterator[str]:
    for number, (east, north, radius) in enumerate(mapped.clearings, start=1):
        cell = max(mapped.cell_m, 2 * radius / CLEARING_CELLS)
        half = int(radius / cell)
        along = cell * np.arange(-half, half + 1)
        inside = np.hypot(along[None, :], along[:, None]) <= radius
        square = (east - half * cell, north - half * cell, cell, len(along), len(along))
        if not any((trees.heights(*square)[inside] > 0.0).any() for trees in mapped.canopies):
            yield f"clearing {number} fells nothing: there are no trees within {units.shown(radius, 'length')} of it"


# ------------------------------------------------------------------------------------------------ radars


def _without_effect(scenario: Scenario) -> Iterator[str]:
    """What the scenario states and some radars are not touched by, with the figures that they lack."""
    for stated, needed in _disturbances(scenario):
        lacking: dict[tuple[str, ...], list[str]] = {}
        for placed in scenario.units:
            for name, sensor in placed.system.sensors.items():
                missing = tuple(field for field in needed if getattr(sensor, field, 0) is None)
                if isinstance(sensor, Radar) and missing:
                    lacking.setdefault(missing, []).append(f"{name} of {placed.name}")
        for missing, radars in lacking.items():
            yield f"{stated} has no effect on these radars, as they state no {', '.join(missing)}: {'; '.join(radars)}"


def _disturbances(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the scenario puts against radars, and the figures of a radar without which it counts for nothing."""
    threats = {wave.key: wave.threat for case in scenario.cases for wave in case.groups}
    for key, threat in threats.items():
        if threat.noise is not None:
            yield f"noise of {type_name(key)}", ("frequency", "gain", "temperature")
        if threat.rcs_by_band:
            yield f"rcs_by_band of {type_name(key)}", ("frequency",)
    weather = scenario.file.weather
    if weather is not None and settled(weather.rain, scenario.numbers).span[1] > 0.0:
        yield "rain", ("frequency",)


# ------------------------------------------------------------------------------------------------ classes


def _fired_at_by_nothing(scenario: Scenario) -> Iterator[str]:
    """Classes of threats at which no unit fires: none has a kill chance against them, or may engage them."""
    if not any(placed.system.effectors for placed in scenario.units):
        return
    raids: dict[str, list[str]] = {}
    for case in scenario.cases:
        for g in case.threats:
            raids.setdefault(case.groups[g].threat.kind, []).append(case.raid.name)
    for kind, named in raids.items():
        if not any(kind in placed.engages for placed in scenario.units):
            armed = ((placed, placed.system.effectors.values()) for placed in scenario.units)
            could = [placed for placed, effectors in armed if any(kind in e.kills for e in effectors)]
            why = (
                f"engage of {', '.join(placed.name for placed in could)} leaves that class out"
                if could
                else "no missile or gun has a kill chance against that class"
            )
            yield f"nothing is fired at what is {kind} (sent by {', '.join(dict.fromkeys(named))}): {why}"


# ------------------------------------------------------------------------------------------------ reports


def _undated(scenario: Scenario) -> Iterator[str]:
    """Dates of reports that are no day, night, month or year: another report of that day is not known to be one."""
    for raid in scenario.raids:
        if raid.reported is not None and raid.reported.date:
            try:
                dates.period(raid.reported.date)
            except ValueError:
                yield (
                    f"{raid.name}: its report is of {shown(raid.reported.date)}, which is no day, night, month or year "
                    "such as 2024-12-31, 29-30 May 2023 or 2024-12"
                )
