"""The square around a defence on which what comes down is counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bartizan.world.schema import Place

if TYPE_CHECKING:
    from bartizan.world.scenario import Scenario

#: The grid: so many cells a side. It holds all assets, the units that are not FAR_M away, and what lies within their
#: reach, at least and at most so far beyond.
CELLS, FAR_M, BEYOND_M = 64, 30_000.0, (8_000.0, 15_000.0)
_CELL_STEP_M = 50.0


class Square(NamedTuple):
    """A grid of cells x cells, rows running north: its south-western corner and a cell's side, m of the local frame."""

    west: float
    south: float
    cell: float
    cells: int

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """East of the columns' middles and north of the rows', m."""
        steps = (np.arange(self.cells) + 0.5) * self.cell
        return self.west + steps, self.south + steps


def _place(at: Place, origin: tuple[float, float]) -> tuple[float, float, float]:
    """East, north and how well they are known, m."""
    return *at.local(origin), at.within.span[1] if at.within.law != "same_as" else 0.0


def grid_of(scenario: Scenario) -> Square:
    """The grid of a scenario, about its assets."""
    assets = np.array([_place(a.at, scenario.origin) for a in scenario.assets])
    units = np.array([_place(u.unit.at, scenario.origin) for u in scenario.units]).reshape(-1, 3)
    middle = (assets[:, :2].min(axis=0) + assets[:, :2].max(axis=0)) / 2
    half = _farthest(assets, middle)
    near = units[np.abs(units[:, :2] - middle).max(axis=1, initial=0.0) < FAR_M]
    half = max(half, _farthest(near, middle)) + float(np.clip(_reach(scenario), *BEYOND_M))
    cell = _CELL_STEP_M * math.ceil(2 * half / CELLS / _CELL_STEP_M)
    west, south = (float(m) - cell * CELLS / 2 for m in middle)
    return Square(west, south, cell, CELLS)


def _reach(scenario: Scenario) -> float:
    """How far the longest effector reaches, m; what is the same as another number is counted there."""
    ranges = [e.range_max for u in scenario.units for e in u.system.effectors.values()]
    return max((r.likely for r in ranges if r is not None and r.law != "same_as"), default=0.0)


def _farthest(places: np.ndarray, middle: np.ndarray) -> float:
    """How far east or north of the middle a place may lie, m."""
    return float((np.abs(places[:, :2] - middle).max(axis=1) + places[:, 2]).max()) if len(places) else 0.0
