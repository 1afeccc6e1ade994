"""How many people live where, from a raster of persons in each cell, kept no finer than a hundredth of a degree."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.ground.units import percent
from bartizan.world.landing import Square
from bartizan.world.rasters import sources
from bartizan.world.rasters.codes import PEOPLE, area_of_persons
from bartizan.world.rasters.files import opened

#: Homes are not told apart within squares of this side, m: a hundredth of a degree of latitude.
COARSEST_M = 1_113.2
#: Of the map, that a raster may leave out without a word: edges of cells.
LEAST_TOLD = 0.005
#: A cell of the raster counts in parts, so many of which lie along a side of a cell of the grid, at least.
PARTS = 4


def density(path: Path, grid: Square, origin: tuple[float, float], per: str | None = None) -> np.ndarray:
    """Persons per m2, f8 (cells, cells), row 0 southernmost, averaged over squares of COARSEST_M or more.

    The raster holds the number of persons in each of its cells, or `per` an area where that is stated or its unit says
    so; no data count as nobody. Every person on the grid is counted once. Raises UserError where the file is no such
    raster or lies elsewhere.
    """
    with opened(path) as dataset:
        file = sources.described(path, dataset, origin, PEOPLE)
        rows, columns = _part(file, grid)
        persons = sources.Reader(file, dataset, None).heights(*rows, *columns).astype(float)
        area_m2 = area_of_persons(path, dataset, per)
    if not persons.size:
        raise UserError(f"{path}: does not reach the map of what comes down; give a raster of the area")
    if area_m2 is not None:
        persons *= _cells_m2(file, rows, columns) / area_m2
    counted = _binned(file, persons, (rows[0], columns[0]), grid)
    return _coarse(counted / grid.cell**2, math.ceil(COARSEST_M / grid.cell))


def _part(file: sources.File, grid: Square) -> tuple[tuple[int, int], tuple[int, int]]:
    """The rows and columns of the file (first, behind the last) that the grid may need."""
    edges = np.linspace(0.0, grid.cells * grid.cell, 65)
    north, east = np.meshgrid(grid.south + edges, grid.west + edges, indexing="ij")
    rows, columns = (index[np.isfinite(index)] for index in file.frame.index(north, east))
    return _span(rows, file.shape[0]), _span(columns, file.shape[1])


def _span(index: np.ndarray, size: int) -> tuple[int, int]:
    low, high = (int(index.min()) - 2, int(index.max()) + 3) if index.size else (0, 0)
    return min(max(low, 0), size), min(max(high, 0), size)


def _cells_m2(file: sources.File, rows: tuple[int, int], columns: tuple[int, int]) -> np.ndarray:
    """Area of the cells of each row, f8 (rows, 1), m2: they grow narrow toward the poles."""
    known = np.linspace(*rows, 17)
    areas = [math.prod(file.frame.steps_m(row, 0.5 * sum(columns))) for row in known]
    return np.interp(np.arange(*rows), known, areas)[:, None]


def notes(path: Path, origin: tuple[float, float], grid: Square) -> tuple[str, ...]:
    """What there is to tell of a raster of persons, and how much of a grid it leaves out. Raises UserError where it is
    none."""
    source = sources.Source.open(path, origin, PEOPLE)
    beyond, side_km = _beyond(source.file, grid), grid.cells * grid.cell / 1000
    if beyond < LEAST_TOLD:
        return source.notes
    told = f"{path.name}: {percent(beyond, 0)} of the map of what comes down, {side_km:.3g} km across, lies beyond it"
    return (*source.notes, f"{told}: nobody is counted there")


def _beyond(file: sources.File, grid: Square) -> float:
    """The share of the grid's cells whose middle is outside of the file."""
    east, north = np.meshgrid(*grid.centres())
    rows, columns = file.frame.index(north, east)
    inside = (rows >= -0.5) & (rows < file.shape[0] - 0.5) & (columns >= -0.5) & (columns < file.shape[1] - 0.5)
    return float(1 - inside.mean())


def _binned(file: sources.File, persons: np.ndarray, first: tuple[int, int], grid: Square) -> np.ndarray:
    """Persons in each cell of the grid: each cell of the raster is cut so finely that its parts fit into the grid's."""
    parts = max(1, math.ceil(PARTS * max(file.steps_m) / grid.cell))
    within = (np.arange(parts) + 0.5) / parts - 0.5
    counted = np.zeros((grid.cells, grid.cells))
    rows, columns = (np.arange(n) + start for n, start in zip(persons.shape, first, strict=True))
    for down in within:
        for across in within:
            north, east = file.frame.local(*np.meshgrid(rows + down, columns + across, indexing="ij"))
            r, c = (np.floor((v - edge) / grid.cell) for v, edge in ((north, grid.south), (east, grid.west)))
            inside = (r >= 0) & (r < grid.cells) & (c >= 0) & (c < grid.cells)
            np.add.at(counted, (r[inside].astype(int), c[inside].astype(int)), persons[inside] / parts**2)
    return counted


def _coarse(fine: np.ndarray, side: int) -> np.ndarray:
    """The mean over squares of side x side cells; those at the far edges take what is left over."""
    starts = np.arange(0, max(len(fine) - side, 0) + 1, side)
    sums = np.add.reduceat(np.add.reduceat(fine, starts, axis=0), starts, axis=1)
    sizes = np.diff(np.append(starts, len(fine)))
    return np.repeat(np.repeat(sums / np.outer(sizes, sizes), sizes, axis=0), sizes, axis=1)
