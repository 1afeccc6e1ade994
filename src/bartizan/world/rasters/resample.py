"""Grids of heights resampled from one coordinate system into another, by windows that leave no trace.

GDAL reads the files; the resampling is ours for three reasons. GDAL's `max` looks at the box between two opposite
corners of a cell, so that it loses samples of a raster that lies turned against the frame (measured: 0.4 % of all
peaks at 10 degrees, 63 % at 45). It knows no voids without a tag. And its approximation of the projection depends
on the window, ours does not: a window read in parts is the window read whole.

Positions are projected exactly at the nodes of a square lattice fixed to the frame, and bilinear in between. The
lattice step grows with the square root of the cell, which keeps the error near 0.0013 tan(latitude) of a cell
(measured: 0.2 % at 55 degrees, 0.4 % at 70, cells of 2 to 90 m; a hundredth of that from transverse Mercator).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bartizan.ground.jit import inner, kernel

#: two coordinates to two others, arrays of one shape
Projection = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
#: step of the lattice of exact positions for a cell of 1 m, m
LATTICE_M = 250.0


class Cells(NamedTuple):
    """A grid in the local frame: the middle of its first cell, the cell and the shape."""

    x0: float
    y0: float
    cell_m: float
    ny: int
    nx: int

    def part(self, row: int, col: int, side: int) -> Cells:
        """The side x side cells from a row and a column on, or what there is of them."""
        x0, y0 = self.x0 + col * self.cell_m, self.y0 + row * self.cell_m
        return Cells(x0, y0, self.cell_m, min(side, self.ny - row), min(side, self.nx - col))

    def split(self, n: int) -> Cells:
        """The grid with n x n cells in the place of each."""
        fine, back = self.cell_m / n, 0.5 * self.cell_m * (1.0 - 1.0 / n)
        return Cells(self.x0 - back, self.y0 - back, fine, self.ny * n, self.nx * n)

    def corners(self) -> Cells:
        """The grid whose middles are the corners of all cells."""
        half = 0.5 * self.cell_m
        return Cells(self.x0 - half, self.y0 - half, self.cell_m, self.ny + 1, self.nx + 1)

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all cells, m."""
        half = 0.5 * self.cell_m
        east, north = self.x0 + (self.nx - 0.5) * self.cell_m, self.y0 + (self.ny - 0.5) * self.cell_m
        return self.x0 - half, self.y0 - half, east, north

    def empty(self) -> np.ndarray:
        """f4 (ny, nx) of NaN."""
        return np.full((self.ny, self.nx), np.nan, np.float32)


class Lattice(NamedTuple):
    """A smooth map of the plane, known at the nodes (i + i0, j + j0) * step and bilinear between them."""

    first: np.ndarray  # f8 (n, m)
    second: np.ndarray  # f8 (n, m)
    i0: int
    j0: int
    step: float

    @classmethod
    def around(cls, exact: Projection, step: float, vs: tuple[float, float], us: tuple[float, float]) -> Lattice:
        """`exact` at all nodes around the intervals `vs` and `us` of its arguments."""
        nodes = 1.0 / step  # the same product as in the kernels, so that no rounding leads past the last node
        i = np.arange(math.floor(vs[0] * nodes), math.floor(vs[1] * nodes) + 2)
        j = np.arange(math.floor(us[0] * nodes), math.floor(us[1] * nodes) + 2)
        first, second = exact(*np.meshgrid(i * step, j * step, indexing="ij"))
        return cls(np.ascontiguousarray(first), np.ascontiguousarray(second), int(i[0]), int(j[0]), float(step))


class Block(NamedTuple):
    """A part of a file: heights (f4, NaN without), the row and column of the first, and the shape of the file."""

    heights: np.ndarray
    row0: int
    col0: int
    rows: int
    cols: int


# ------------------------------------------------------------------------------------------------ kernels


@inner
def _span(lattice, p, q):  # type: ignore[no-untyped-def]
    """The map along the row p from node to node around q: both coordinates at the left node, and how they grow."""
    f, i, j = p - math.floor(p), math.floor(p) - lattice.i0, int(q) - lattice.j0
    s, t = lattice.first, lattice.second
    left, above = (1.0 - f) * s[i, j] + f * s[i + 1, j], (1.0 - f) * t[i, j] + f * t[i + 1, j]
    right, below = (1.0 - f) * s[i, j + 1] + f * s[i + 1, j + 1], (1.0 - f) * t[i, j + 1] + f * t[i + 1, j + 1]
    return left, above, right - left, below - above


@inner
def _bilinear(block, row, col):  # type: ignore[no-untyped-def]
    """Height at a position between samples; NaN outside the file and beside voids. The rim of half a cell is flat."""
    if not (-0.5 <= row <= block.rows - 0.5 and -0.5 <= col <= block.cols - 0.5):  # true of NaN as well
        return np.nan
    row, col = min(max(row, 0.0), block.rows - 1.0), min(max(col, 0.0), block.cols - 1.0)
    i, j = int(row), int(col)
    f, g = row - i, col - j
    i, j = i - block.row0, j - block.col0
    k, m = i + (f > 0.0), j + (g > 0.0)  # a neighbour without weight may be void
    z = block.heights
    return (1.0 - f) * ((1.0 - g) * z[i, j] + g * z[i, m]) + f * ((1.0 - g) * z[k, j] + g * z[k, m])


@kernel
def resample(block, lattice, cells, out):  # type: ignore[no-untyped-def]
    """Fill what is NaN in `out` (ny, nx) with heights at the middles of cells; `lattice`: (y, x) to (row, column)."""
    nodes = 1.0 / lattice.step
    for r in range(cells.ny):
        p, node = (cells.y0 + r * cells.cell_m) * nodes, -math.inf
        for c in range(cells.nx):
            q = (cells.x0 + c * cells.cell_m) * nodes
            if q >= node + 1.0:
                node = math.floor(q)
                s, t, ds, dt = _span(lattice, p, node)
            if np.isnan(out[r, c]):
                out[r, c] = _bilinear(block, s + (q - node) * ds, t + (q - node) * dt)


@kernel
def raise_to_samples(block, lattice, cells, out, holes):  # type: ignore[no-untyped-def]
    """Raise `out` to each sample that lies in its cell, mark cells with a void; `lattice`: (row, column) to (y, x)."""
    nodes, per_cell = 1.0 / lattice.step, 1.0 / cells.cell_m
    for i in range(block.heights.shape[0]):
        p, node = (block.row0 + i) * nodes, -math.inf
        for j in range(block.heights.shape[1]):
            q = (block.col0 + j) * nodes
            if q >= node + 1.0:
                node = math.floor(q)
                s, t, ds, dt = _span(lattice, p, node)
            r = (s + (q - node) * ds - cells.y0) * per_cell + 0.5
            c = (t + (q - node) * dt - cells.x0) * per_cell + 0.5
            if 0.0 <= r < cells.ny and 0.0 <= c < cells.nx:
                height = block.heights[i, j]
                if np.isnan(height):
                    holes[int(r), int(c)] = True
                elif not out[int(r), int(c)] >= height:
                    out[int(r), int(c)] = height


@kernel
def sample(block, rows, cols, out):  # type: ignore[no-untyped-def]
    """Heights at positions given as rows and columns of the file."""
    for n in range(rows.size):
        out[n] = _bilinear(block, rows[n], cols[n])
