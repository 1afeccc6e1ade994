"""Warning without any raid: straight flights to each asset from all bearings, and how long before arrival they are
seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from bartizan.engine.covering import ENGAGES, SEES, Approach, Grid, fly_in
from bartizan.studies.coverage import (
    Block,
    Coverage,
    Target,
    coverage,
    spread,
)

BEARINGS = 72
MAX_RANGE_M = 400_000.0
#: A bearing is a gap where the warning is less than this share of the median over all bearings.
GAP_SHARE = 0.5


def fly_to(
    block: Block,
    w: int,
    place: tuple[float, float],
    radius: float,
    altitudes: np.ndarray,
    bearings: int,
    to_the_end: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """`fly_in` from as far as any unit of world `w` of a block reaches: (2, U, A, B) ranges, (2, A, B) ways, m.

    Not `to_the_end`, a flight ends where any unit first sees it, and of all that only that range is told.
    """
    world, reach = block.worlds[w], block.ranges[w]
    away = np.hypot(world.units["x"] - place[0], world.units["y"] - place[1])
    far = min(float(np.max(away + np.maximum(reach.units, 0.0), initial=0.0)), MAX_RANGE_M)
    first = np.zeros((2, len(world.units), len(altitudes), bearings))
    way = np.zeros((2, len(altitudes), bearings))
    fly_in(world, block.skies[w], reach, Approach(*place, radius, far, altitudes, to_the_end), first, way)
    return first, way


class Approaches(NamedTuple):
    """Ranges from the middle of an asset, m, by world, asset, unit, altitude and bearing (0 is north)."""

    bearings: np.ndarray  # f8 (B,) degrees, whence the threat comes
    first: np.ndarray  # f4 (2, W, K, U, A, B): where a unit first SEES, first ENGAGES; 0: never
    watched: np.ndarray  # f4 (W, K, A, B): share of the way from the first sight on which any unit sees
    radius: np.ndarray  # f8 (W, K) of the assets

    def ranges(self, what: int, asset: int, unit: int | None = None) -> np.ndarray:
        """(W, A, B): first range at which a unit, or any, SEES or ENGAGES; 0: never."""
        of_asset = self.first[what, :, asset]
        return of_asset.max(axis=1, initial=0.0) if unit is None else of_asset[:, unit]

    def times(self, what: int, asset: int, speed: float, unit: int | None = None) -> np.ndarray:
        """(W, A, B): seconds from there to the edge of the asset at `speed` m/s; 0: never."""
        return np.maximum(self.ranges(what, asset, unit) - self.radius[:, asset, None, None], 0.0) / speed


class Flights:
    """Gathers approaches, block after block."""

    def __init__(self, aim: Target, altitudes: np.ndarray, worlds: int) -> None:
        assets, units, heights = len(aim.scenario.assets), len(aim.scenario.units), len(altitudes)
        self.altitudes = altitudes
        self.found = Approaches(
            np.arange(BEARINGS) * 360.0 / BEARINGS,
            np.zeros((2, worlds, assets, units, heights, BEARINGS), np.float32),
            np.zeros((worlds, assets, heights, BEARINGS), np.float32),
            np.zeros((worlds, assets)),
        )

    def add(self, block: Block, pool: ThreadPoolExecutor) -> None:
        assets = range(self.found.radius.shape[1])
        work = [(block, w, k) for w in range(len(block.worlds)) for k in assets]
        for _ in pool.map(self._fly, *zip(*work, strict=True)):
            pass

    def _fly(self, block: Block, w: int, k: int) -> None:
        asset = block.worlds[w].assets[k]
        radius = float(asset["radius"])
        first, way = fly_to(block, w, (float(asset["x"]), float(asset["y"])), radius, self.altitudes, BEARINGS)
        index = block.first + w
        self.found.first[:, index, k], self.found.radius[index, k] = first, radius
        whole = np.maximum(first[SEES].max(axis=0, initial=0.0) - radius, 0.0)
        self.found.watched[index, k] = np.divide(way[0], whole, out=np.zeros_like(whole), where=whole > 0)


def survey(
    aim: Target, grid: Grid, worlds: int, seed: int, *, threads: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[Coverage, Approaches]:  # fmt: skip
    """Coverage of a grid, and approaches at its altitudes, in the same worlds."""
    flights = Flights(aim, grid.z, worlds)
    return coverage(aim, grid, worlds, seed, threads=threads, also=flights.add, progress=progress), flights.found


def arrays(covered: Coverage, flown: Approaches) -> dict[str, np.ndarray]:
    """What coverage.npz holds: that of a study, and each unit's share of it, and the approaches."""
    units = range(len(covered.aim.scenario.units))
    return {
        **covered.arrays(),
        "units": np.array([u.name for u in covered.aim.scenario.units]),
        "unit_seen": np.array([covered.of_unit(SEES, u) for u in units]),
        "unit_engageable": np.array([covered.of_unit(ENGAGES, u) for u in units]),
        "assets": np.array([a.name for a in covered.aim.scenario.assets]),
        "bearings_deg": flown.bearings,
        "first_seen_m": flown.first[SEES],
        "first_engageable_m": flown.first[ENGAGES],
        "asset_radius_m": flown.radius,
        "speed_m_s": np.array(covered.aim.speed),
    }


def gaps(bearings: np.ndarray, warning: np.ndarray) -> list[dict[str, float]]:
    """Runs of neighbouring bearings from which a threat is seen late: with less than GAP_SHARE of the median `warning`
    (s, mean over worlds, by bearing), or never. Clockwise, in degrees; the widest first."""
    late = (warning < GAP_SHARE * np.median(warning)) | (warning <= 0.0)
    width = 360.0 / len(bearings)
    found = []
    for run in _runs(late):
        found.append(
            {
                "from_deg": float((bearings[run[0]] - width / 2) % 360.0),
                "to_deg": float((bearings[run[-1]] + width / 2) % 360.0),
                "width_deg": width * len(run),
                "warning_s": round(float(warning[run].mean()), 1),
                "least_warning_s": round(float(warning[run].min()), 1),
            }
        )
    return sorted(found, key=lambda gap: -gap["width_deg"])


def _runs(late: np.ndarray) -> list[list[int]]:
    """The numbers of neighbours on a circle that are all late."""
    if late.all():
        return [list(range(len(late)))]
    start = int(np.argmin(late))  # one that is not
    runs: list[list[int]] = []
    for k in range(start, start + len(late)):
        if not late[k % len(late)]:
            runs.append([])
        else:
            runs[-1].append(k % len(late))
    return [run for run in runs if run]


# ---------------------------------------------------------------------------------------------- as plain data


def content(covered: Coverage, flown: Approaches, provenance: dict[str, Any]) -> dict[str, Any]:
    """The content of coverage.json: areas, warning by bearing, gaps; lengths in m, areas in km2, times in s."""
    aim, grid = covered.aim, covered.grid
    return {
        **provenance,
        "scenario": aim.scenario.name,
        "digest": aim.scenario.digest,
        "worlds": covered.worlds,
        "target": aim.title,
        "credit": getattr(aim.scenario.file.surface, "credit", ""),
        "speed_m_s": aim.speed,
        "altitudes_m": grid.z.tolist(),
        "map": {
            "cell_m": float(grid.x[1] - grid.x[0]),
            "reach_m": float(grid.x[-1] - grid.x[0]) / 2,
            "middle_east_m": float(grid.x.mean()),
            "middle_north_m": float(grid.y.mean()),
        },
        "areas": _areas(covered),
        "approaches": [
            _approach(covered, flown, k, a) for k in range(len(aim.scenario.assets)) for a in range(len(grid.z))
        ],
    }


_WAYS = ("by_rings_km2", "with_skyline_km2", "hidden_km2")
_QUANTITIES = (("seen", SEES), ("engageable", ENGAGES))


def _areas(covered: Coverage) -> list[dict[str, Any]]:
    rows = []
    names = ["defence", *(u.name for u in covered.aim.scenario.units)]
    for number, name in enumerate(names, start=-1):
        for quantity, what in _QUANTITIES:
            found = covered.areas_km2(what, number)
            for a, altitude in enumerate(covered.grid.z.tolist()):
                row = {way: _spread(found[w, a], 2) for w, way in enumerate(_WAYS)}
                own = {"unit": None if number < 0 else name, "quantity": quantity, "altitude_m": altitude}
                rows.append({**own, **row, "rings_leave_map": bool(covered.beyond[what, number, a])})
    return rows


def _spread(three: Sequence[float], digits: int) -> dict[str, float]:
    return {name: round(float(v), digits) for name, v in zip(("mean", "p10", "p90"), three, strict=True)}


def _approach(covered: Coverage, flown: Approaches, asset: int, altitude: int) -> dict[str, Any]:
    """Flights to one asset at one altitude, by bearing."""
    speed = covered.aim.speed
    warning, time = (flown.times(what, asset, speed)[:, altitude] for what in (SEES, ENGAGES))
    seen, engaged = (flown.ranges(what, asset)[:, altitude] for what in (SEES, ENGAGES))
    units = covered.aim.scenario.units
    return {
        "asset": covered.aim.scenario.assets[asset].name,
        "altitude_m": float(covered.grid.z[altitude]),
        "warning_median_s": round(float(np.median(warning.mean(axis=0))), 1),
        "bearing_deg": flown.bearings.tolist(),
        "first_seen_m": _by_bearing(seen, 0),
        "warning_s": _by_bearing(warning, 1),
        "never_seen": _rounded((seen == 0).mean(axis=0), 3),
        "watched": _rounded(flown.watched[:, asset, altitude].mean(axis=0), 3),
        "first_engageable_m": _by_bearing(engaged, 0),
        "engageable_s": _by_bearing(time, 1),
        "never_engageable": _rounded((engaged == 0).mean(axis=0), 3),
        "gaps_in_sight": gaps(flown.bearings, warning.mean(axis=0)),
        "gaps_in_engagement": gaps(flown.bearings, time.mean(axis=0)),
        "units": [
            {
                "unit": unit.name,
                "first_seen_m": _rounded(flown.ranges(SEES, asset, u)[:, altitude].mean(axis=0), 0),
                "warning_s": _rounded(flown.times(SEES, asset, speed, u)[:, altitude].mean(axis=0), 1),
            }
            for u, unit in enumerate(units)
        ],
    }


def _by_bearing(of_worlds: np.ndarray, digits: int) -> dict[str, list[float]]:
    """Mean and 10 and 90 % over worlds, by bearing."""
    return {name: _rounded(v, digits) for name, v in zip(("mean", "p10", "p90"), spread(of_worlds).T, strict=True)}


def _rounded(values: np.ndarray, digits: int) -> list[float]:
    return np.round(np.asarray(values, float), digits).tolist()
