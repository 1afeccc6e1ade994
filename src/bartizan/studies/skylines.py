"""Skylines around the units of a study's worlds: drawn over a statistical city, or swept over a mapped surface and kept
on disk.

A mapped skyline is a stack of squares about the sensor, each of 2 x HALF cells of the surface and twice as wide as the
one before; every STRIDE-th cell of a square is kept for the look-up.
"""

from __future__ import annotations

import functools
import hashlib
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bartizan.ground.jit import fingerprint
from bartizan.ground.store import Store
from bartizan.physics import arrays, wedge
from bartizan.physics.arrays import ALTITUDE_STEP_M, Packed
from bartizan.physics.sight import HIDDEN, LEVEL_CELLS, Sky, city_sky, draw_sectors, no_sky, open_city
from bartizan.physics.wedge import Mast, sweep
from bartizan.world.scenario import Scenario
from bartizan.world.surface.mapped import MappedSurface

HALF = 1024  # cells of the surface from the sensor to the edge of a square
STRIDE = 2 * HALF // LEVEL_CELLS
#: Room for the mapped skylines of the worlds that are played together.
ROOM_MB = 600
#: What decides the surface: where a file in one of them changes, skylines are made anew.
SURFACE_ROOMS = ("surface", "rasters")

Place = tuple[float, float, float]  # east, north, altitude of the antenna, m


def skies(scenario: Scenario, worlds: Packed, indices: np.ndarray, threads: int = 1) -> list[Sky]:
    """The skylines of a block of worlds with numbers `indices`; they serve every case played in them. Where several
    `threads` are to look at one, all of it is there at once."""
    units = worlds.units.shape[1]
    if scenario.mapped is not None:
        return _mapped(scenario.mapped, worlds, threads)
    if worlds.surface["kind"][0, 0] != arrays.CITY:
        return [no_sky(units)] * len(indices)
    found = [city_sky(units) for _ in indices]
    for w, index in enumerate(indices):
        open_city(world := arrays.world(worlds, w), int(index), found[w])
        if threads > 1:
            draw_sectors(world, found[w])
    return found


def worlds_at_once(scenario: Scenario) -> int:
    """How many worlds' skylines have room in memory together."""
    if scenario.mapped is None:
        return 1_000_000
    per_unit = levels(scenario.mapped) * LEVEL_CELLS**2 * 2e-6
    return max(1, int(ROOM_MB / (per_unit * max(len(scenario.units), 1))))


def levels(surface: MappedSurface) -> int:
    """Squares that it takes to reach as far as the surface is looked at."""
    return max(1, math.ceil(math.log2(surface.range_m / (HALF * surface.cell_m))) + 1)


def _mapped(surface: MappedSurface, worlds: Packed, threads: int) -> list[Sky]:
    places = [[(float(u["x"]), float(u["y"]), float(u["antenna"])) for u in of_world] for of_world in worlds.units]
    distinct = list(dict.fromkeys(place for of_world in places for place in of_world))
    if not distinct:
        return [no_sky(0)] * len(places)
    if threads == 1:
        swept = [skyline(surface, place) for place in distinct]
    else:
        with ThreadPoolExecutor(threads) as pool:
            swept = list(pool.map(functools.partial(skyline, surface), distinct))
    stack = np.stack(swept)
    corners = np.array([[corner(surface, place, k) for k in range(levels(surface))] for place in distinct])
    number = {place: k for k, place in enumerate(distinct)}
    none = no_sky(worlds.units.shape[1])
    which = (np.array([number[place] for place in of_world], np.int32) for of_world in places)
    return [none._replace(levels=stack, corners=corners, which=of_world) for of_world in which]


def corner(surface: MappedSurface, place: Place, level: int) -> tuple[float, float, float]:
    """x and y of the first cell of a level's look-up, m, and its cells per metre."""
    cell = surface.cell_m * 2**level
    row, column = (_first(at) for at in _on_lattice(surface, place, level))
    return column * cell, row * cell, 1.0 / (cell * STRIDE)


def _on_lattice(surface: MappedSurface, place: Place, level: int) -> tuple[float, float]:
    """Row and column of a sensor in cells of a level: to 2**-20 of the coarsest cell, which is exact on all levels, so
    that all agree on where one ends and the next begins."""
    parts = 2.0 ** (21 - levels(surface))
    row, column = (round(at / surface.cell_m * parts) / parts for at in (place[1], place[0]))
    return row / 2**level, column / 2**level


def _first(at: float) -> int:
    """The first cell of the lattice in a square about `at` that the look-up keeps."""
    return STRIDE * math.ceil((at - HALF) / STRIDE)


@functools.cache
def _store() -> Store:
    return Store("skylines")


@functools.cache
def _sources() -> str:
    """A name for the code that makes skylines."""
    world = Path(__file__).parents[1] / "world"
    rooms = (file for room in SURFACE_ROOMS for file in sorted((world / room).glob("*.py")))
    files = [Path(__file__), Path(wedge.__file__), *rooms]
    below = fingerprint(wedge.follow)
    return hashlib.sha256(b"".join([below.encode(), *(file.read_bytes() for file in files)])).hexdigest()


def skyline(surface: MappedSurface, place: Place) -> np.ndarray:
    """Lowest visible altitudes about an antenna, i2 (L, LEVEL_CELLS, LEVEL_CELLS) in steps of ALTITUDE_STEP_M: from the
    store, or swept now and kept there."""
    named = f"{_sources()} {surface.digest} {place!r}"
    key = hashlib.sha256(named.encode()).hexdigest()
    with _one_at_a_time(key):
        found = _store().get(key)
        if found is None or found.shape != (levels(surface), LEVEL_CELLS, LEVEL_CELLS):
            found = sweep_all(surface, place)
            _store().put(key, found)
    return found


@functools.lru_cache(maxsize=4096)
def _one_at_a_time(key: str) -> threading.Lock:
    """A lock, so that of several threads that need a skyline one finds it."""
    return threading.Lock()


def sweep_all(surface: MappedSurface, place: Place) -> np.ndarray:
    """The same, swept square by square."""
    # One more cell along each axis than the look-up takes: the last of a square about a sensor on the lattice.
    kept = np.empty((levels(surface), LEVEL_CELLS + 1, LEVEL_CELLS + 1), np.int16)
    slopes = np.empty((4, 2 * HALF + 1), np.float32)
    for level in range(len(kept)):
        cell = surface.cell_m * 2**level
        row, column = _on_lattice(surface, place, level)
        r0, c0 = math.floor(row) - HALF - 1, math.floor(column) - HALF - 1
        top = surface.top(level, r0, c0, 2 * HALF + 2 + STRIDE, 2 * HALF + 2 + STRIDE)
        inner = HALF // 2 if level else 0
        lowest = np.full_like(top, np.nan)
        mast = Mast(row - r0, column - c0, place[2], cell)
        sweep(top, mast, HALF, inner=inner, slopes=slopes, lowest=lowest)
        r, c = _first(row) - r0, _first(column) - c0
        _keep(lowest[r : r + 2 * HALF + 1 : STRIDE, c : c + 2 * HALF + 1 : STRIDE], kept[level])
        if level:
            _copy_inner(surface, place, level, kept)
    return np.ascontiguousarray(kept[:, :-1, :-1])


def _keep(lowest: np.ndarray, out: np.ndarray) -> None:
    """Altitudes in steps; what is not known, or too high for them, is HIDDEN."""
    steps = np.rint(lowest / ALTITUDE_STEP_M)
    known = np.abs(steps) < HIDDEN
    out[...] = np.where(known, steps, HIDDEN)


def _copy_inner(surface: MappedSurface, place: Place, level: int, kept: np.ndarray) -> None:
    """Fills the inner square of a level from the finer level, every second cell of which lies on its own."""
    along = []
    for at in _on_lattice(surface, place, level - 1):
        own = _first(at / 2) // STRIDE + np.arange(LEVEL_CELLS + 1)  # numbers of kept cells on the lattice
        there = 2 * own - _first(at) // STRIDE
        inside = (np.abs(own * STRIDE - at / 2) <= HALF / 2) & (there >= 0) & (there <= LEVEL_CELLS)
        along.append((np.flatnonzero(inside), there[inside]))
    (rows, fine_rows), (columns, fine_columns) = along
    kept[level][np.ix_(rows, columns)] = kept[level - 1][np.ix_(fine_rows, fine_columns)]
