"""Units that might stand at the sites of a scenario: all of them in one scenario, where each is there or not.

What a candidate is called, and with it its luck, is made of its kind and its place: the answer does not depend on what
sites are called or in which order they are listed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.world import edit, writer
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Placement, Site, SiteArea

#: Candidates in all, at most.
MOST = 400
#: Roofs are told apart by their heights to this, m: of equally high ones that nearer to the middle comes first.
_SAME_HEIGHT_M = 0.5


@dataclass(frozen=True)
class Spot:
    """A place where something may stand: metres from the origin, and what it stands on."""

    name: str
    east: float
    north: float
    cost: float
    storeys: int | None = None
    is_roof: bool = False  # of a mapped building, as high as it is there


@dataclass(frozen=True)
class Candidate:
    """A unit of one kind at one spot; `unit` is what it is called in the scenario that has all of them."""

    kind: int  # of Placement.units
    spot: Spot
    unit: str
    cost: float

    @property
    def site(self) -> str:
        return self.spot.name


@dataclass(frozen=True)
class Candidates:
    """All candidates in an order of their own, and the scenario that has them besides its own units."""

    placement: Placement
    before: Scenario
    scenario: Scenario
    all: tuple[Candidate, ...]

    @property
    def kinds(self) -> list[str]:
        """What the kinds to be placed are called: by their systems, of which the second is numbered."""
        return [_called(self.placement, kind) for kind in range(len(self.placement.units))]

    def apart(self) -> np.ndarray:
        """Metres between the spots of any two, (N, N)."""
        at = np.array([(c.spot.east, c.spot.north) for c in self.all])
        return np.asarray(np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)))

    def called(self, candidate: Candidate) -> str:
        """The name of a unit that is placed: by its site, and numbered where others are called so."""
        taken = {unit.name for unit in self.before.units} | {self._plainly(c) for c in self.all if c is not candidate}
        name = self._plainly(candidate)
        numbered = (f"{name} ({n})" for n in itertools.count(2))
        return next(free for free in itertools.chain([name], numbered) if free not in taken)

    def _plainly(self, candidate: Candidate) -> str:
        return f"{self.kinds[candidate.kind]} at {candidate.site}"

    def units(self, chosen: Sequence[int]) -> list[dict[str, Any]]:
        """Those that are chosen as a file has them."""
        return [_unit(self.placement, self.all[k]) | {"name": self.called(self.all[k])} for k in chosen]

    def text(self, chosen: Sequence[int], name: str) -> str:
        """The scenario with those that are chosen, as a YAML file called `name`: they are called by their sites."""
        content = edit.flat(self.before) | {"name": name}
        content.pop("placement", None)
        taken = [self.all[k] for k in chosen]
        content["units"] = [*content.get("units", ()), *self.units(chosen)]
        sites = ", ".join(self.called(c) for c in taken)
        return edit.as_file(self.before, content, [f"{name}: {self.before.name} with {sites or 'nothing more'}."])


def candidates(scenario: Scenario) -> Candidates:
    """What a scenario's `placement` asks for. Raises UserError where there is none, or nothing to choose from."""
    if (asked := scenario.file.placement) is None:
        raise UserError(f"{scenario.name} has no `placement`: say what to place, and sites to choose from")
    spots = [spot for spot in _spots(scenario, asked) if not _kept_out(scenario, asked, spot)]
    if not spots:
        raise UserError(f"{scenario.name}: no site is left; `keep_out` takes all of them, or no roof is as high")
    found = [
        Candidate(kind, spot, _name(asked, kind, spot), unit.cost + spot.cost)
        for kind, unit in enumerate(asked.units)
        for spot in spots
    ]
    if len(found) > MOST:
        raise UserError(f"{len(spots)} sites for {len(asked.units)} kinds are {len(found)} candidates; {MOST} fit")
    found.sort(key=lambda c: (asked.units[c.kind].system, c.kind, c.spot.east, c.spot.north, c.spot.storeys or 0))
    _check_apart(found)
    content = edit.flat(scenario)
    content["units"] = [*content.get("units", ()), *(_unit(asked, c) for c in found)]
    return Candidates(asked, scenario, edit.reloaded(scenario, content), tuple(found))


def _check_apart(found: Sequence[Candidate]) -> None:
    known: dict[str, Candidate] = {}
    for candidate in found:
        if (first := known.setdefault(candidate.unit, candidate)) is not candidate:
            raise UserError(f"the sites {first.site!r} and {candidate.site!r} are one and the same place")


def _called(asked: Placement, kind: int) -> str:
    system = asked.units[kind].system
    nth = sum(unit.system == system for unit in asked.units[:kind])
    return system if nth == 0 else f"{system} ({nth + 1})"


def _name(asked: Placement, kind: int, spot: Spot) -> str:
    on = f", {spot.storeys} storeys" if spot.storeys else ", roof" if spot.is_roof else ""
    return f"candidate {_called(asked, kind)}, {spot.east:.1f} m east, {spot.north:.1f} m north{on}"


def _unit(asked: Placement, candidate: Candidate) -> dict[str, Any]:
    """A candidate as a file has it."""
    unit, spot = asked.units[candidate.kind], candidate.spot
    at, storeys = {"east": spot.east, "north": spot.north}, None if spot.is_roof else spot.storeys or 0
    override = writer.plain(unit.override) if unit.override else {}
    return edit.as_written(candidate.unit, unit.system, at, storeys, override, networked=unit.networked)


# ---------------------------------------------------------------------------------------------- sites


def _spots(scenario: Scenario, asked: Placement) -> Iterator[Spot]:
    yield from (_point(scenario, site) for site in asked.sites)
    for area in asked.areas:
        yield from _roofs(scenario, area) if area.roofs is not None else _grid(scenario, area)


def _point(scenario: Scenario, site: Site) -> Spot:
    return Spot(site.name, *site.at.local(scenario.origin), site.cost, site.storeys)


def _grid(scenario: Scenario, area: SiteArea) -> Iterator[Spot]:
    """Points of a grid about the middle of a circle, row by row."""
    (east, north), every = area.at.local(scenario.origin), area.every.likely
    reach = int(area.radius.likely // every)
    if (2 * reach + 1) ** 2 > 4 * MOST:
        raise UserError(f"the area {area.name!r} has more than {MOST} points; take a larger `every`")
    steps = [(r, c) for r in range(reach, -reach - 1, -1) for c in range(-reach, reach + 1)]
    inside = [(r, c) for r, c in steps if math.hypot(r, c) * every <= area.radius.likely]
    for number, (r, c) in enumerate(inside, 1):
        yield Spot(f"{area.name} {number}", east + c * every, north + r * every, area.cost)


def _roofs(scenario: Scenario, area: SiteArea) -> Iterator[Spot]:
    """The highest roofs in a circle, none within `every` of another."""
    buildings = scenario.mapped.buildings if scenario.mapped is not None else None
    if buildings is None or area.roofs is None:
        raise UserError(
            f"the area {area.name!r} asks for roofs; the surface of {scenario.name} has no mapped buildings"
        )
    import shapely

    middle, radius = area.at.local(scenario.origin), area.radius.likely
    near = np.sort(buildings.tree.query(shapely.Point(middle).buffer(radius)))
    points = shapely.get_coordinates(shapely.point_on_surface(buildings.geometries[near]))
    away = np.hypot(points[:, 0] - middle[0], points[:, 1] - middle[1])
    height = buildings.height[near]
    fit = [k for k in range(len(near)) if away[k] <= radius and height[k] >= area.roofs.height.likely]
    fit.sort(key=lambda k: (-round(float(height[k]) / _SAME_HEIGHT_M), float(away[k])))
    taken: list[tuple[float, float]] = []
    for k in fit:
        at = (round(float(points[k, 0]), 1), round(float(points[k, 1]), 1))
        if len(taken) < area.roofs.most and all(math.dist(at, other) >= area.every.likely for other in taken):
            taken.append(at)
            yield Spot(f"{area.name} {len(taken)}", *at, area.cost, is_roof=True)


def _kept_out(scenario: Scenario, asked: Placement, spot: Spot) -> bool:
    return any(
        math.dist((spot.east, spot.north), circle.at.local(scenario.origin)) < circle.radius.likely
        for circle in asked.keep_out
    )
