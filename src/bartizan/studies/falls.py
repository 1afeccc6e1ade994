"""What comes down under a defence, and where: followed for some raids of each plan, summed over worlds, kept as maps.

Following bodies to the ground costs more than the raid that they fall in, and what many raids of one plan add to an
expectation is small: so RAIDS_FOLLOWED raids of each plan in the first WORLDS_FOLLOWED worlds are followed, which is
all of them at the usual sizes of a study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bartizan.engine.falling import (
    DIVERTED_THREAT,
    MISSILE_PIECES,
    PIECES,
    ROUND,
    WHOLE_MISSILE,
    WRECK,
    count_fallen,
    new_fallen,
)
from bartizan.engine.layout import Block, Theatre
from bartizan.ground.writing import write_arrays
from bartizan.physics import arrays, fall
from bartizan.studies.documents.cases import Fall
from bartizan.studies.documents.estimates import OverWorlds
from bartizan.studies.estimate import WORLD_SHARE, quantiles
from bartizan.world import draw, population
from bartizan.world.landing import CELLS, grid_of
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Population

#: What comes down: wrecks of killed threats, threats that jamming diverted, missiles that missed, rounds of guns.
KINDS = ("wreck", "diverted", "missile", "rounds")
RAIDS_FOLLOWED, WORLDS_FOLLOWED = 32, 256
#: Densities are smoothed by a normal curve with this standard deviation, in cells. Bodies of one plan come down along a
#: few routes: unsmoothed, a map of 32 worlds is a scatter of single cells.
SMOOTHED_CELLS = 1.5
_TAIL = (1 - WORLD_SHARE) / 2  # of worlds that lie below low, and above high
_KM2 = 1e6


class Landed(NamedTuple):
    """Bodies that come down in a raid, on average over a world's raids, in each of some worlds; K is len(KINDS)."""

    cells: np.ndarray  # f4 (worlds, K, CELLS, CELLS)
    outside: np.ndarray  # f8 (worlds, K): beyond the grid
    assets: np.ndarray  # f8 (worlds, K, A): within the radius of each asset

    def totals(self) -> np.ndarray:
        """All that comes down, (worlds, K)."""
        return self.on_map() + self.outside

    def on_map(self) -> np.ndarray:
        """What comes down on the grid, (worlds, K)."""
        return self.cells.sum(axis=(2, 3), dtype=np.float64)


def raids_followed(first_raids: np.ndarray) -> int:
    """How many raids of a world are followed, of a design with these first raids of its plans."""
    return int(np.minimum(np.diff(first_raids), RAIDS_FOLLOWED).sum())


class Follower:
    """Follows the raids of one world after another to the ground, in memory of its own; one per thread."""

    def __init__(self, scenario: Scenario) -> None:
        self.grid = grid_of(scenario)
        frame = np.array([self.grid.west, self.grid.south, 1.0 / self.grid.cell])
        self.fallen = new_fallen(CELLS, CELLS, len(scenario.assets), frame)
        self.falls = fall.falls()
        self.raids = 0
        self.done: list[Landed] = []

    def open(self, world: arrays.Packed) -> None:
        """Begin with a world."""
        for array in (self.fallen.cells, self.fallen.outside, self.fallen.assets):
            array[...] = 0
        self._mark_assets(world)
        self.raids = 0

    def _mark_assets(self, world: arrays.Packed) -> None:
        """Mark the cells that an asset's disc may touch, by the square around it."""
        self.fallen.near[...] = 0
        radius = world.assets["radius"]
        rows, columns = (
            _cells_between(middle - radius, middle + radius, edge, self.grid.cell)
            for middle, edge in ((world.assets["y"], self.grid.south), (world.assets["x"], self.grid.west))
        )
        for of_rows, of_columns in zip(rows, columns, strict=True):
            self.fallen.near[of_rows, of_columns] = 1

    def add(self, world: arrays.Packed, theatre: Theatre, block: Block, index: int, raid: int, rows: int) -> None:
        """Follow a block of raids, the first of which has number `raid`."""
        count_fallen(world, theatre, block, self.falls, index, raid, rows, self.fallen)
        self.raids += rows

    def close(self, drawn: draw.Worlds, w: int) -> None:
        """Done with a world, the one of number w in `drawn`: its chances of self-destruction come in here."""
        missile, round_ = (float(drawn.value(f"fall/{n}_self_destruct")[w]) for n in ("missile", "round"))
        cells, outside, assets = (
            per_raid(counted, self.raids, missile, round_)
            for counted in (self.fallen.cells, self.fallen.outside, self.fallen.assets)
        )
        self.done.append(Landed(cells.astype(np.float32)[None], outside[None], assets[None]))

    def landed(self) -> Landed:
        """The worlds since the last call."""
        found, self.done = joined(self.done, len(self.fallen.assets[0])), []
        return found


def _cells_between(low: np.ndarray, high: np.ndarray, edge: float, cell: float) -> list[slice]:
    first, last = (np.maximum(np.floor((end - edge) / cell), least) for end, least in ((low, 0), (high, -1)))
    return [slice(int(a), int(b) + 1) for a, b in zip(first, last, strict=True)]


def per_raid(counted: np.ndarray, raids: int, missile_ends: float, round_ends: float) -> np.ndarray:
    """Bodies in a raid by kind, (K, ...), from parts counted over `raids` raids, (COUNTED, ...), and the chances that
    a missile that missed and a round destroy themselves."""
    bodies = counted / (PIECES * max(raids, 1))
    missiles = (1 - missile_ends) * bodies[WHOLE_MISSILE] + missile_ends * bodies[MISSILE_PIECES]
    return np.stack([bodies[WRECK], bodies[DIVERTED_THREAT], missiles, (1 - round_ends) * bodies[ROUND]])


def joined(found: Iterable[Landed], assets: int = 0) -> Landed:
    """Worlds one after another; none of them, with so many assets, if there is nothing."""
    none = Landed(
        np.zeros((0, len(KINDS), CELLS, CELLS), np.float32), np.zeros((0, len(KINDS))),
        np.zeros((0, len(KINDS), assets)),
    )  # fmt: skip
    rows = list(found) or [none]
    return Landed(*(np.concatenate(arrays) for arrays in zip(*rows, strict=True)))


# ----------------------------------------------------------------------------------------------- for results


def write(scenario: Scenario, landed: Mapping[str, Landed], path: Path) -> None:
    """fall.npz by case and kind: expected bodies in a raid in each cell and outside the grid, and their density per km2
    as a smooth map, its mean and 10 to 90 % of worlds."""
    grid = grid_of(scenario)
    east, north = grid.centres()
    maps = [_maps(of_case.cells, grid.cell**2 / _KM2) for of_case in landed.values()]
    mean, low, high = (np.stack(layers) for layers in zip(*maps, strict=True))
    bodies = np.stack([of_case.cells.mean(axis=0, dtype=np.float64) for of_case in landed.values()])
    outside = np.stack([of_case.outside.mean(axis=0) for of_case in landed.values()])
    write_arrays(path, {
        "cases": np.array(list(landed)), "kinds": np.array(KINDS), "east": east, "north": north,
        "bodies": bodies, "outside": outside, "mean": mean, "low": low, "high": high,
        "smoothed_m": np.array(SMOOTHED_CELLS * grid.cell),
    })  # fmt: skip


def _maps(cells: np.ndarray, km2: float) -> tuple[np.ndarray, ...]:
    """The density's mean and the ends of the central 80 % of worlds, each (K, CELLS, CELLS), of bodies in cells of
    so many km2, (worlds, K, CELLS, CELLS)."""
    density = smoothed(cells) / np.float32(km2)
    return tuple(a.astype(np.float32) for a in (density.mean(axis=0, dtype=np.float64), *_ends(density)))


def smoothed(cells: np.ndarray) -> np.ndarray:
    """Maps (..., rows, columns) smoothed by SMOOTHED_CELLS; towards an edge, over what the map has around a cell."""
    steps = np.arange(-int(4 * SMOOTHED_CELLS), int(4 * SMOOTHED_CELLS) + 1)
    curve = np.exp(-0.5 * (steps / SMOOTHED_CELLS) ** 2)
    offset = np.subtract.outer(np.arange(cells.shape[-1]), np.arange(cells.shape[-1]))
    weight = np.where(np.abs(offset) <= steps[-1], curve[np.clip(offset + steps[-1], 0, len(curve) - 1)], 0.0)
    share = (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
    return share @ cells @ share.T


def summary(scenario: Scenario, landed: Landed, raids: int, exposed: np.ndarray | None) -> Fall:
    """What a summary says of what comes down in a case: bodies in a raid, all told, on the map and by asset; and how
    many `persons` are in their path."""
    totals, on_map = landed.totals(), landed.on_map()
    return {
        "worlds": len(totals),
        "raids": raids,
        "kinds": [
            {"kind": kind, **spread_over_worlds(totals[:, k]), "on_map": float(on_map[:, k].mean())}
            for k, kind in enumerate(KINDS)
        ],
        "assets": [
            {"name": asset.name, "kinds": by_kind(landed.assets[:, :, a])} for a, asset in enumerate(scenario.assets)
        ],
        "persons": None if exposed is None else spread_over_worlds(exposed.sum(axis=(1, 2))),
    }


def over_worlds(values: np.ndarray) -> dict[str, np.ndarray]:
    """Of values (worlds, ...) the mean and the ends of the central 80 % of worlds."""
    low, high = _ends(values)
    return {"mean": values.mean(axis=0), "world_low": low, "world_high": high}


def _ends(values: np.ndarray) -> list[np.ndarray]:
    """The ends of the central 80 % of worlds, of values (worlds, ...): to the bit as np.quantile has them, in an eighth
    of its time: the worlds of a value are brought together, and sorted."""
    worlds = len(values)
    ordered = np.sort(np.ascontiguousarray(values.reshape(worlds, -1).T), axis=1)
    found = []
    for at in ((worlds - 1) * share for share in (_TAIL, 1 - _TAIL)):
        below, above = ordered[:, int(at)], ordered[:, min(int(at) + 1, worlds - 1)]
        apart, on = (above - below).astype(np.float64), at - int(at)
        found.append((above - apart * (1 - on) if on >= 0.5 else below + apart * on).reshape(values.shape[1:]))
    return found


def spread_over_worlds(values: np.ndarray) -> OverWorlds:
    """The same of one value in each world."""
    low, high = quantiles(values, [_TAIL, 1 - _TAIL])
    return {"mean": float(values.mean()), "world_low": low, "world_high": high}


def by_kind(bodies: np.ndarray) -> dict[str, OverWorlds]:
    """Bodies (worlds, K), kind by kind."""
    return {kind: spread_over_worlds(bodies[:, k]) for k, kind in enumerate(KINDS)}


def people(scenario: Scenario, named: Population) -> np.ndarray:
    """Persons per m2 on the grid, (CELLS, CELLS)."""
    return population.density(scenario.folder / named.file, grid_of(scenario), scenario.origin, named.per)


def persons(scenario: Scenario, seed: int, landed: Landed) -> np.ndarray | None:
    """Persons in the path of what comes down in a raid, (worlds, CELLS, CELLS): their density times the areas of all
    bodies in a cell. None where the scenario does not say where people are."""
    fall_ = scenario.file.fall
    if fall_.population_density is None and fall_.population is None:
        return None
    drawn = draw.worlds(scenario, seed, 0, len(landed.cells))
    areas = np.stack([drawn.value(f"fall/lethal_area/{kind}") for kind in KINDS], axis=1)
    if fall_.population is not None:
        density = people(scenario, fall_.population)[None]
    else:
        density = drawn.value("fall/population_density")[:, None, None]
    return density * np.einsum("wk,wkrc->wrc", areas, landed.cells)
