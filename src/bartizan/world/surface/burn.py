"""Polygons burnt into a grid of heights: each cell keeps the highest polygon that covers its middle or touches it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.ground.jit import inner, kernel


class Rings(NamedTuple):
    """Polygons as closed rings of points, holes and parts alike: inside is what an odd number of edges parts from
    outside."""

    xy: np.ndarray  # f8 (P, 2)
    first: np.ndarray  # i8 (R + 1,): the points of ring r are first[r] to first[r + 1]
    polygon: np.ndarray  # i8 (N + 1,): the rings of polygon n are polygon[n] to polygon[n + 1]
    bounds: np.ndarray  # f8 (N, 4): west, south, east, north


class Grid(NamedTuple):
    """Where the corner of cell (0, 0) lies, m, and how many cells go into a metre."""

    west: float
    south: float
    per_metre: float


def rings(geometries: np.ndarray) -> Rings:
    """The rings of shapely polygons and multipolygons, object (N,)."""
    import shapely

    parts, of_polygon = shapely.get_parts(geometries, return_index=True)
    closed, of_part = shapely.get_rings(parts, return_index=True)
    xy, of_ring = shapely.get_coordinates(closed, return_index=True)
    first = np.searchsorted(of_ring, np.arange(len(closed) + 1))
    polygon = np.searchsorted(of_polygon[of_part], np.arange(len(geometries) + 1))
    return Rings(xy, first.astype(np.int64), polygon.astype(np.int64), shapely.bounds(geometries))


@inner
def _raise(row, first, last, height):  # type: ignore[no-untyped-def]
    """Raise cells first to last of a row to a height, as far as they lie in it."""
    for c in range(max(first, 0), min(last, row.shape[0] - 1) + 1):
        row[c] = max(row[c], height)


@inner
def _crossings(rings, grid, n, y, found):  # type: ignore[no-untyped-def]
    """Where the edges of polygon n cross a line of latitude, in cells, in order into `found`; their number."""
    count = 0
    for r in range(rings.polygon[n], rings.polygon[n + 1]):
        for p in range(rings.first[r], rings.first[r + 1] - 1):
            y_0, y_1 = rings.xy[p, 1], rings.xy[p + 1, 1]
            if (y_0 <= y) == (y_1 <= y) or count == found.shape[0]:
                continue
            x = rings.xy[p, 0] + (rings.xy[p + 1, 0] - rings.xy[p, 0]) * (y - y_0) / (y_1 - y_0)
            k = count
            while k > 0 and found[k - 1] > x:
                found[k] = found[k - 1]
                k -= 1
            found[k] = x
            count += 1
    for k in range(count):
        found[k] = (found[k] - grid.west) * grid.per_metre
    return count


@inner
def _fill(rings, grid, n, height, low, high, found, out):  # type: ignore[no-untyped-def]
    """Raise the cells of rows low to high whose middle lies in polygon n."""
    for row in range(low, high + 1):
        count = _crossings(rings, grid, n, grid.south + (row + 0.5) / grid.per_metre, found)
        for k in range(0, count - 1, 2):
            _raise(out[row], math.ceil(found[k] - 0.5), math.ceil(found[k + 1] - 0.5) - 1, height)


@inner
def _outline(rings, grid, n, height, out):  # type: ignore[no-untyped-def]
    """Raise the cells that an edge of polygon n passes through."""
    for r in range(rings.polygon[n], rings.polygon[n + 1]):
        for p in range(rings.first[r], rings.first[r + 1] - 1):
            x_0, y_0 = (rings.xy[p, 0] - grid.west) * grid.per_metre, (rings.xy[p, 1] - grid.south) * grid.per_metre
            x_1, y_1 = (
                (rings.xy[p + 1, 0] - grid.west) * grid.per_metre, (rings.xy[p + 1, 1] - grid.south) * grid.per_metre,
            )  # fmt: skip
            if y_0 > y_1:
                x_0, y_0, x_1, y_1 = x_1, y_1, x_0, y_0
            for row in range(max(math.floor(y_0), 0), min(math.floor(y_1), out.shape[0] - 1) + 1):
                a, b = x_0, x_1
                if y_1 > y_0:  # the part of the edge within the row
                    a = x_0 + (x_1 - x_0) * (max(row, y_0) - y_0) / (y_1 - y_0)
                    b = x_0 + (x_1 - x_0) * (min(row + 1, y_1) - y_0) / (y_1 - y_0)
                _raise(out[row], math.floor(min(a, b)), math.floor(max(a, b)), height)


@kernel
def _burn(rings, height, chosen, grid, touching, found, out):  # type: ignore[no-untyped-def]
    for k in range(chosen.shape[0]):
        n = chosen[k]
        low = max(math.ceil((rings.bounds[n, 1] - grid.south) * grid.per_metre - 0.5), 0)
        high = min(math.floor((rings.bounds[n, 3] - grid.south) * grid.per_metre - 0.5), out.shape[0] - 1)
        _fill(rings, grid, n, height[n], low, high, found, out)
        if touching:
            _outline(rings, grid, n, height[n], out)


def burn(polygons: Rings, height: np.ndarray, chosen: np.ndarray, grid: Grid, touching: bool, out: np.ndarray) -> None:
    """Raise the cells of `out` (f4, row 0 southernmost) to the heights (f8, m) of the chosen polygons (indices).

    Cells are those whose middle lies in the polygon, and if `touching` all that it touches.
    """
    found = np.empty(int(np.diff(polygons.first[polygons.polygon]).max(initial=0)) + 1)
    _burn(polygons, height, chosen, grid, touching, found, out)
