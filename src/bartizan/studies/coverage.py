"""Coverage without any raid: on a grid, at several altitudes, the probability over worlds of being seen and reached.

The same is found with the skyline ignored: range rings, which is what most maps of air defence show.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bartizan.engine.covering import (
    ENGAGES,
    SEES,
    Counts,
    Grid,
    Range,
    add_rows,
    fill_ground,
    fill_ranges,
)
from bartizan.ground.errors import UserError, instead
from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.machine import cores
from bartizan.ground.writing import write_arrays
from bartizan.physics import arrays
from bartizan.physics.sight import Sky
from bartizan.studies.skylines import skies, worlds_at_once
from bartizan.world import catalog, draw, pack
from bartizan.world.cases import Case, Wave
from bartizan.world.numbers import numbers_of
from bartizan.world.scenario import Scenario

#: Of the map in a study's report.
ALTITUDES_M = (50.0, 300.0, 1000.0)
MAX_HALF_WIDTH_M = 60_000.0
WORLDS = 24
CELLS = 121
#: Of a map of its own; it has so many cells to each side unless it is told.
CELLS_OUTWARD = 100
MAX_REACH_M = 300_000.0
MAX_WORLDS = 10_000
#: Memory for the counts of a map.
ROOM_MB = 2_000
#: Worlds that are surveyed together, and that are drawn together.
BLOCK_WORLDS, DRAWN_WORLDS = 4, 64
BAND_ROWS = 8
#: What of a type of threat decides what sensors make of it.
_OF_TARGET = (
    "rcs_of_band", "aspect", "noise_power", "noise_frequency", "noise_bandwidth", "size", "ln_contrast", "sound",
)  # fmt: skip


# -------------------------------------------------------------------------------------------- the question


@dataclass(frozen=True)
class Target:
    """What flies: a type of threat, as the only group of a case of a scenario that knows its numbers."""

    scenario: Scenario
    case: Case
    title: str
    speed: float  # m/s


def target(scenario: Scenario, name: str | None = None, speed: float | None = None) -> Target:
    """The threat called `name` in the scenario or the catalogue, or the first raid's first one; it flies at `speed`,
    or its likely one. Raises UserError if there is no such threat."""
    if name is None:
        return target_in(scenario, scenario.cases[0], scenario.cases[0].threats[0], speed)
    known = scenario.file.threats
    if name not in known and name not in catalog.names("threats"):
        raise UserError(f"no threat {name!r}{instead(name, (*known, *catalog.names('threats')))}")
    threat, key = known.get(name) or catalog.threat(name), f"threats/{name}"
    numbers = {"/".join((key, *path)): number for path, number in numbers_of(threat)}
    numbers[f"fall/wrecks/{threat.kind}"] = scenario.file.fall.wreck(threat.kind)
    scenario = dataclasses.replace(scenario, numbers={**numbers, **scenario.numbers})
    first = scenario.cases[0]
    g = first.threats[0]
    flown = Wave(first.groups[g].group, threat, key, 1)
    return _target(scenario, first, flown, first.keys[g], threat.speed.likely if speed is None else speed)


def target_in(scenario: Scenario, case: Case, g: int, speed: float | None = None) -> Target:
    """What group `g` of a case flies, at `speed` or its likely one."""
    wave = case.groups[g]
    likely = (wave.group.speed or wave.threat.speed).likely
    return _target(scenario, case, wave._replace(size=1), case.keys[g], likely if speed is None else speed)


def _target(scenario: Scenario, case: Case, flown: Wave, own: str, speed: float) -> Target:
    if not (math.isfinite(speed) and speed > 0):
        raise UserError(f"the speed must be more than 0 m/s, not {speed:g}")
    alone = dataclasses.replace(case, size=1, groups=(flown,), keys=(own,))
    return Target(scenario, alone, flown.title, speed)


def turning(scenario: Scenario) -> list[str]:
    """Sensors that a raid turns to what comes, which a map shows where they stand; by unit and name."""
    return [
        f"{placed.name}, {name}"
        for placed in scenario.units
        for name, sensor in placed.system.sensors.items()
        if sensor.slew_time is not None
    ]


def worlds_needed(aim: Target, seed: int) -> int:
    """WORLDS, or 1 where they would all be alike."""
    packed = _packed(aim, seed, 0, WORLDS)[0]
    if packed.surface["kind"][0, 0] == arrays.CITY:
        return WORLDS
    types = (packed.types[name] for name in _OF_TARGET)
    drawn = (packed.units, packed.sensors, packed.effectors, packed.reach, packed.arcs, packed.assets, *types)
    alike = all(of_world.tobytes() == array[0].tobytes() for array in drawn for of_world in array)
    return 1 if alike else WORLDS


def _packed(aim: Target, seed: int, first: int, count: int) -> tuple[arrays.Packed, np.ndarray]:
    drawn = draw.worlds(aim.scenario, seed, first, count)
    return pack.pack(aim.scenario, aim.case, drawn), drawn.skies


def ranges(world: arrays.Packed, speed: float) -> Range:
    """How far the units of a world reach against what flies at `speed` m/s."""
    sensors = len(world.sensors)
    found = Range(np.zeros(sensors), np.zeros(sensors), np.zeros(sensors, np.uint8), np.zeros(len(world.units)), speed)
    fill_ranges(world, found)
    return found


def _centre(packed: arrays.Packed) -> tuple[float, float]:
    return float(np.mean(packed.assets["x"])), float(np.mean(packed.assets["y"]))


def _half_width(packed: arrays.Packed) -> float:
    """Half width, m, of a map that holds the assets and what the defence around them reaches."""
    x, y = _centre(packed)
    places = np.concatenate([np.hypot(a["x"] - x, a["y"] - y).ravel() for a in (packed.assets, packed.units)])
    reach = packed.effectors["r_max"] if packed.effectors.size else np.array([10_000.0])
    half = float(np.max(places)) + min(float(np.median(reach)), 30_000.0)
    return min(1.05 * half, MAX_HALF_WIDTH_M)


def _whole_reach(packed: arrays.Packed, altitudes: np.ndarray, speed: float) -> float:
    """Half width, m, of a map that holds all that is seen: to the rings, or to the horizon of the highest target."""
    (x, y), lowest = _centre(packed), float(packed.ground.min())
    half = 0.0
    for w, of_world in enumerate(packed.units):
        reach = ranges(arrays.world(packed, w), speed).units
        if packed.surface["kind"][w, 0] != arrays.NO_HORIZON:
            high = float(altitudes.max()) + float(packed.ground.max()) - lowest
            tallest = np.maximum(of_world["antenna"] - lowest, 0.0)
            horizon = np.sqrt(2 * EFFECTIVE_RADIUS_M * tallest) + math.sqrt(2 * EFFECTIVE_RADIUS_M * high)
            reach = np.minimum(reach, horizon)
        if len(reach):
            half = max(half, float(np.max(np.hypot(of_world["x"] - x, of_world["y"] - y) + np.maximum(reach, 0.0))))
    return min(max(5_000.0 * math.ceil(half / 5_000.0), 5_000.0), MAX_REACH_M)


def grid_of(
    aim: Target, altitudes: Sequence[float], worlds: int, seed: int, reach: float | None = None,
    cell: float | None = None,
) -> Grid:  # fmt: skip
    """Cells around the middle of the assets, `cell` m wide, to `reach` m: all that is seen, unless it is given.

    Raises UserError where the counts would not have room.
    """
    packed = _packed(aim, seed, 0, worlds)[0]
    heights = np.array(sorted(set(altitudes)), float)
    reach = _whole_reach(packed, heights, aim.speed) if reach is None else reach
    cell = reach / CELLS_OUTWARD if cell is None else cell
    return _grid(packed, heights, reach, cell)


def _grid(packed: arrays.Packed, heights: np.ndarray, reach: float, cell: float) -> Grid:
    side = 2 * int(reach / cell + 1e-6) + 1
    megabytes = (24 + 4 * packed.units.shape[1]) * len(heights) * side * side / 1e6
    if side < 3 or megabytes > ROOM_MB:
        wrong = "cells wider than it" if side < 3 else f"{side:,} x {side:,} cells"
        raise UserError(
            f"a map that reaches {reach / 1000:g} km cannot have {wrong}; choose another cell than {cell:g} m"
        )
    steps = cell * (np.arange(side) - side // 2)
    x, y = (c + steps for c in _centre(packed))
    ground = np.zeros((side, side))
    fill_ground(arrays.world(packed, 0), x, y, ground)
    return Grid(x, y, heights, ground)


# ------------------------------------------------------------------------------------------------ coverage


@dataclass(frozen=True)
class Coverage:
    """What is covered, as shares of `worlds`. `areas` are m2 in each world, (W, 4, U + 1, A): SEES ... RING_ENGAGES of
    each unit and, last, of the whole defence; `beyond`, bool (2, U + 1, A), says whose rings to see and to engage go on
    beyond the map."""

    aim: Target
    grid: Grid
    counts: Counts
    areas: np.ndarray
    beyond: np.ndarray

    @property
    def worlds(self) -> int:
        return len(self.areas)

    @cached_property
    def shares(self) -> dict[str, np.ndarray]:
        """f4 (A, Y, X): probabilities over worlds, and of `units_seeing` the expected number."""
        defence = (self.counts.defence / self.worlds).astype(np.float32)
        return {name: defence[k] for k, name in enumerate(SHARES)}

    def of_unit(self, what: int, unit: int) -> np.ndarray:
        """f4 (A, Y, X): the probability that the unit SEES, or ENGAGES."""
        return (self.counts.units[what, unit] / self.worlds).astype(np.float32)

    def areas_km2(self, what: int, unit: int) -> np.ndarray:
        """(3 ways, A, 3): by rings, with the skyline and what that takes away; mean over worlds, 10 and 90 % of them.

        `what` is SEES or ENGAGES; unit -1 is the whole defence.
        """
        sky, ring = self.areas[:, what, unit] / 1e6, self.areas[:, what + 2, unit] / 1e6
        return np.array([spread(v) for v in (ring, sky, ring - sky)])

    def arrays(self) -> dict[str, np.ndarray]:
        """What coverage.npz holds of the whole defence."""
        return {
            "altitudes": self.grid.z, "east": self.grid.x, "north": self.grid.y, **self.shares,
            "areas_km2": np.array([self.areas_km2(what, -1) for what in (SEES, ENGAGES)]),
            "target": np.array(self.aim.title),
        }  # fmt: skip


#: names of the shares in the order of Counts.defence
SHARES = ("seen", "seen_by_two", "units_seeing", "engageable", "ring_seen", "ring_engageable")


def spread(of_worlds: np.ndarray) -> np.ndarray:
    """Mean and 10 and 90 % over the first axis, which becomes the last with three places."""
    low, high = np.quantile(of_worlds, (0.1, 0.9), axis=0)
    return np.stack([of_worlds.mean(axis=0), low, high], axis=-1)


class Block(NamedTuple):
    """Some worlds with all that kernels need to know of them."""

    first: int
    worlds: list[arrays.Packed]
    skies: list[Sky]
    ranges: list[Range]


def blocks(aim: Target, worlds: int, seed: int, threads: int) -> Iterator[Block]:
    """The worlds, few enough at once that their skylines have room."""
    size = min(BLOCK_WORLDS, worlds_at_once(aim.scenario))
    for drawn in range(0, worlds, DRAWN_WORLDS):
        all_packed, all_indices = _packed(aim, seed, drawn, min(DRAWN_WORLDS, worlds - drawn))
        for first in range(0, len(all_indices), size):
            rows = slice(first, first + size)
            packed, indices = arrays.world(all_packed, rows), all_indices[rows]
            each = [arrays.world(packed, w) for w in range(len(indices))]
            sky = skies(aim.scenario, packed, indices, threads)
            yield Block(drawn + first, each, sky, [ranges(world, aim.speed) for world in each])


class Mapper:
    """Gathers coverage over a grid, block after block."""

    def __init__(self, aim: Target, grid: Grid, worlds: int) -> None:
        units, shape = len(aim.scenario.units), (len(grid.z), len(grid.y), len(grid.x))
        self.aim, self.grid = aim, grid
        self.counts = Counts(np.zeros((6, *shape), np.uint32), np.zeros((2, units, *shape), np.uint16))
        self.cells = np.zeros((worlds, 6, units + 1, len(grid.z)), np.int64)

    def add(self, block: Block, pool: ThreadPoolExecutor) -> None:
        """Every thread has rows of its own, so that none waits for another to count."""
        rows = range(0, len(self.grid.y), BAND_ROWS)
        for cells in pool.map(lambda first: self._band(block, first), rows):
            self.cells[block.first : block.first + len(cells)] += cells

    def _band(self, block: Block, first: int) -> np.ndarray:
        last = min(first + BAND_ROWS, len(self.grid.y))
        cells = np.zeros((len(block.worlds), *self.cells.shape[1:]), np.int64)
        row = np.zeros((5, len(self.grid.z), len(self.grid.x)), np.int32)
        for w, of_world in enumerate(zip(block.worlds, block.skies, block.ranges, strict=True)):
            add_rows(*of_world, self.grid, (first, last), self.counts, cells[w], row)
        return cells

    def coverage(self) -> Coverage:
        cell = self.grid.x[1] - self.grid.x[0]
        areas, beyond = self.cells[:, :4] * cell**2, np.any(self.cells[:, 4:] > 0, axis=0)
        return Coverage(self.aim, self.grid, self.counts, areas, np.asarray(beyond))


def coverage(
    aim: Target, grid: Grid, worlds: int, seed: int, *, threads: int | None = None,
    also: Callable[[Block, ThreadPoolExecutor], None] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Coverage:  # fmt: skip
    """Coverage of a grid in `worlds` worlds. `also` is shown every block; `progress` is told worlds done, and of how
    many. The answer does not depend on threads."""
    if not 1 <= worlds <= MAX_WORLDS:
        raise UserError(f"worlds must lie between 1 and {MAX_WORLDS}, not {worlds}")
    threads = threads or cores()
    mapper = Mapper(aim, grid, worlds)
    with ThreadPoolExecutor(threads) as pool:
        for block in blocks(aim, worlds, seed, threads):
            mapper.add(block, pool)
            if also is not None:
                also(block, pool)
            progress(block.first + len(block.worlds), worlds)
    return mapper.coverage()


def write_coverage(scenario: Scenario, seed: int, path: Path, threads: int | None = None) -> None:
    """coverage.npz of a study: the map of its report."""
    aim = target(scenario)
    packed = _packed(aim, seed, 0, WORLDS)[0]
    half = _half_width(packed)
    grid = _grid(packed, np.array(ALTITUDES_M), half, 2 * half / (CELLS - 1))
    write_arrays(path, coverage(aim, grid, WORLDS, seed, threads=threads).arrays())
