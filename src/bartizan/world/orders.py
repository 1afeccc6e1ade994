"""Orders as records: what may be fired at which class, over which bearings, and where and when fire is held."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from bartizan.ground import each
from bartizan.physics.arrays import ARC, AREA, FREE, HOLD, RELEASE, TIGHT, records
from bartizan.world import unknowns
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Effector, spelled_out
from bartizan.world.warheads import PlacedEffector

#: Bearing, rad, by which an arc is wider at each end than is written, so that no way is left between those that touch.
_SEAM = 1e-9


def release(worlds: Worlds, effectors: Sequence[PlacedEffector], case: Case, rounds: np.ndarray) -> np.ndarray:
    """RELEASE (W, E, G): the rules of each effector with a magazine of `rounds` (W, E) against each group."""
    rules = records((len(worlds), len(effectors), len(case.groups)), RELEASE)
    rules.released = 1
    for e, (_, placed, name, written) in enumerate(effectors):
        for g, (_, threat, _, _) in enumerate(case.groups):
            if threat.kind in written.release:
                rule = rules[:, e, g]
                rule.kept = kept(worlds, placed, name, written, threat.kind, rounds[:, e])
                for field in ("released", "last_resort"):
                    rule[field] = _is_so(worlds, placed, name, written, threat.kind, field)
    return rules


def kept(worlds: Worlds, placed: PlacedUnit, name: str, written: Effector, of: Any, rounds: np.ndarray) -> np.ndarray:
    """Rounds of a full magazine that a class never gets, (W,): a share of them, rounded up."""
    if isinstance(written.release[of], str):
        return np.zeros(len(worlds))
    share = worlds.value(placed.key_of(("effectors", name, "release", of, "reserve")))
    return np.ceil(share * rounds - 1e-9)


def _is_so(worlds: Worlds, placed: PlacedUnit, name: str, written: Effector, of: Any, field: str) -> np.ndarray:
    """Whether a rule against a class is so in each world, (W,) bool."""
    if isinstance(written.release[of], str):
        return np.full(len(worlds), getattr(spelled_out(written.release[of]), field).likely == 1.0)
    return unknowns.is_so(worlds, placed.key_of(("effectors", name, "release", of, field)))


def last_resorts(worlds: Worlds, placed: PlacedUnit) -> np.ndarray:
    """Whether something of a unit is a last resort against some class, (W,) bool."""
    found = np.zeros(len(worlds), bool)
    for name, written in placed.system.effectors.items():
        for of in written.release:
            found |= _is_so(worlds, placed, name, written, of, "last_resort")
    return found


def number_of_arcs(written: Effector) -> int:
    """How many records the arcs of an effector take."""
    return (written.least_elevation is not None) + 2 * len(written.safety_arcs)


def arcs(worlds: Worlds, effectors: Sequence[PlacedEffector]) -> np.ndarray:
    """ARC (W, A), in the order of effectors: each in two halves, so that none is wider than half a turn."""
    rows = records((len(worlds), sum(number_of_arcs(written) for *_, written in effectors)), ARC)
    a = 0
    for _, placed, name, written in effectors:

        def of(*path: str, placed: PlacedUnit = placed, name: str = name) -> np.ndarray:
            return worlds.value(placed.key_of(("effectors", name, *path)))

        if written.least_elevation is not None:
            rows[:, a].tan_low = _steepness(of("least_elevation"))
            a += 1
        for k in range(len(written.safety_arcs)):
            part = functools.partial(of, "safety_arcs", str(k))
            _fill_arc(rows[:, a : a + 2], part("low"), part("high"), part("elevation"))
            a += 2
    return rows


def _steepness(elevation: np.ndarray) -> np.ndarray:
    return each.tan(np.clip(elevation, -1.5707, 1.5707))


def _fill_arc(halves: Any, low: np.ndarray, high: np.ndarray, elevation: np.ndarray) -> None:
    """The two halves of an arc from bearing `low` clockwise to `high`, each a hair wider than half of it."""
    half = (high - low) % (2 * np.pi + 1e-12) / 2
    bounded = half < np.pi - 3 * _SEAM
    for k, start in enumerate((low, low + half)):
        for edge, bearing in ((0, start - _SEAM), (2, start + half + _SEAM)):
            halves[:, k].edge[:, edge] = np.where(bounded, each.sin(bearing), 0.0)
            halves[:, k].edge[:, edge + 1] = np.where(bounded, each.cos(bearing), 0.0)
        halves[:, k].tan_low = _steepness(elevation)


def areas(worlds: Worlds, scenario: Scenario) -> np.ndarray:
    """AREA (W, H) of a scenario."""
    rows = records((len(worlds), len(scenario.file.areas)), AREA)
    corner = 0
    for h, written in enumerate(scenario.file.areas):
        area, key = rows[:, h], f"areas/{written.name}"
        area.status = {"free": FREE, "tight": TIGHT, "hold": HOLD}[written.status]
        area.start = worlds.value(f"{key}/start")
        area.end = np.inf if written.end is None else worlds.value(f"{key}/end")
        area.c0, corner = corner, corner + len(written.corners or ())
        area.c1 = corner
        if written.at is not None:
            east, north = written.at.local(scenario.origin)
            away = unknowns.offset(worlds, f"{key}/at", at_stations=False)
            area.x, area.y, area.radius = east + away[0], north + away[1], worlds.value(f"{key}/radius")
    return rows


def corners(scenario: Scenario) -> np.ndarray:
    """East and north of the corners of all areas, f8 (C, 2), m."""
    places = [corner for area in scenario.file.areas for corner in area.corners or ()]
    return np.array([place.local(scenario.origin) for place in places]).reshape(-1, 2)
