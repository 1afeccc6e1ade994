"""Terrain heights over the local frame: raster files of any coordinate system, laid over one another by windows."""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.world.rasters.codes import GROUND, Quantity
from bartizan.world.rasters.resample import Cells, raise_to_samples, resample, sample
from bartizan.world.rasters.sources import BelowSea, Reader, Source

#: cells along a side of what is read and resampled at a time
TILE = 1024
#: cells along a side of the squares in which single points look for their heights
SQUARE = 256


@dataclass(frozen=True)
class Elevation:
    """Terrain heights of one or more raster files over the local frame.

    Where files overlap, the one with the finest cells counts, of equals the first; where it has a void, the next.
    What is void in all files of a place takes the nearest sample of the first; outside all files there is no height.
    """

    sources: tuple[Source, ...]  # in the order of precedence
    #: cell of the finest file, m on the ground at its middle (geometric mean of both axes)
    cell_m: float
    #: west, south, east, north of the box that holds all files, local m
    extent: tuple[float, float, float, float]
    #: share of samples without a height; of files over 50 million cells, that of every n-th row and column
    void_share: float
    #: sha256 over the content of all files, their places and the origin
    digest: str

    @classmethod
    def open(
        cls,
        files: Sequence[Path],
        origin: tuple[float, float],
        quantity: Quantity = GROUND,
        unit: str | None = None,
        below_sea: BelowSea = None,
    ) -> Elevation:
        """Open and check rasters of one band; `origin` is latitude and longitude. A UserError names the file.

        Of heights of trees, no data are 0 m and no voids. `unit` and `below_sea` are as stated for the files.
        """
        if not files:
            raise UserError("no file of terrain heights was given")
        origin = (float(origin[0]), float(origin[1]))
        given = [Source.open(Path(file), origin, quantity, unit, below_sea) for file in files]
        sizes = np.array([math.prod(s.file.shape) for s in given], float)
        share = float(np.dot(sizes, [s.survey.void_share for s in given]) / sizes.sum())
        digest = hashlib.sha256(repr(origin).encode() + b"".join(s.digest for s in given)).hexdigest()
        boxes = np.array([s.file.extent for s in given])
        extent = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
        ordered = tuple(sorted(given, key=lambda s: s.file.cell_m))
        return cls(ordered, ordered[0].file.cell_m, extent, share, digest)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell of its files, each a sentence that begins with the file's name."""
        return tuple(note for source in self.sources for note in source.notes)

    def window(self, x0: float, y0: float, cell_m: float, nx: int, ny: int, *, highest: bool) -> np.ndarray:
        """Heights (f4, ny x nx, m) of a grid whose first cell, the south-western, has its middle at (x0, y0).

        A cell that is coarser than the samples takes the highest sample in it or, if not `highest`, the mean; one
        that is finer, the bilinear height at its middle. NaN where no file reaches.
        """
        cells = Cells(float(x0), float(y0), float(cell_m), ny, nx)
        sources = [s for s in self.sources if s.file.meets(cells)]
        out = cells.empty()
        if not sources:
            return out
        finest = min(min(s.file.steps_m) for s in sources)
        side = max(1, min(TILE, int(TILE * finest / cell_m)))
        tile = _highest if highest and cell_m > finest else functools.partial(_mean, parts=math.ceil(cell_m / finest))
        with _readers(sources) as readers:
            for row in range(0, ny, side):
                for col in range(0, nx, side):
                    out[row : row + side, col : col + side] = tile(readers, cells.part(row, col, side))
        return out

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Bilinear heights (f8, m) at local points; NaN outside all files."""
        east, north = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        out = np.full(east.size, np.nan)
        with _readers(self.sources) as readers:
            for reader, filled in _passes(readers):
                left = np.flatnonzero(np.isnan(out))
                rows, cols = reader.file.frame.index(north.ravel()[left], east.ravel()[left])
                out[left] = _points(reader, rows, cols, filled)
        return out.reshape(east.shape)


@contextmanager
def _readers(sources: Sequence[Source]) -> Iterator[list[Reader]]:
    with ExitStack() as stack:
        yield [stack.enter_context(source.reader()) for source in sources]


def _passes(readers: Sequence[Reader]) -> Iterator[tuple[Reader, bool]]:
    """All files as they are, then those with voids once more, filled."""
    yield from ((reader, False) for reader in readers)
    yield from ((reader, True) for reader in readers if reader.voids)


def _mean(readers: Sequence[Reader], cells: Cells, parts: int) -> np.ndarray:
    """Mean over parts x parts bilinear heights in each cell: the integral of the bilinear surface, not of samples."""
    fine = cells.split(max(parts, 1))
    out = fine.empty()
    for reader, filled in _passes(readers):
        if reader.file.meets(cells) and np.isnan(out).any():
            _lay(reader, fine, filled, out)
    return out if parts <= 1 else _pooled_mean(out, parts)


def _pooled_mean(fine: np.ndarray, parts: int) -> np.ndarray:
    squares = fine.reshape(fine.shape[0] // parts, parts, fine.shape[1] // parts, parts)
    counts = (~np.isnan(squares)).sum(axis=(1, 3))
    sums = np.nansum(squares, axis=(1, 3), dtype=float)
    return np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0).astype(np.float32)


def _lay(reader: Reader, cells: Cells, filled: bool, out: np.ndarray) -> None:
    lattice = reader.file.frame.to_samples(cells)
    box = reader.file.needed(lattice, cells.cell_m)
    if box is not None:
        resample(reader.block(box, filled), lattice, cells, out)


def _highest(readers: Sequence[Reader], cells: Cells) -> np.ndarray:
    """The highest sample in each cell, and no less than the surface at its middle.

    A cell is settled when a file covers it whole and without voids; until then the next file raises it further,
    so that no sample is lost on the rims of files.
    """
    out, settled = cells.empty(), np.zeros((cells.ny, cells.nx), bool)
    for reader, filled in _passes(readers):
        if filled:
            settled = ~np.isnan(out)
        if reader.file.meets(cells) and not settled.all():
            part, holes = _highest_of(reader, cells, filled)
            out = np.where(settled, out, np.fmax(out, part))
            if len(readers) > 1:
                settled |= _covered(reader, cells, filled) & ~holes
    return out


def _highest_of(reader: Reader, cells: Cells, filled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Heights by one file alone, and the cells in which it has a void."""
    part, holes = cells.empty(), np.zeros((cells.ny, cells.nx), bool)
    lattice = reader.file.frame.to_samples(cells)
    box = reader.file.needed(lattice, cells.cell_m)
    if box is not None:
        block = reader.block(box, filled)
        resample(block, lattice, cells, part)
        if cells.cell_m > min(reader.file.steps_m):
            raise_to_samples(block, reader.file.to_cells(block), cells, part, holes)
    return part, holes


def _covered(reader: Reader, cells: Cells, filled: bool) -> np.ndarray:
    """The cells all of whose corners lie within a file, and not beside voids."""
    corners = cells.corners()
    heights = corners.empty()
    _lay(reader, corners, filled, heights)
    inside = ~np.isnan(heights)
    return inside[:-1, :-1] & inside[1:, :-1] & inside[:-1, 1:] & inside[1:, 1:]


def _points(reader: Reader, rows: np.ndarray, cols: np.ndarray, filled: bool) -> np.ndarray:
    """Bilinear heights at rows and columns, read square by square."""
    out = np.full(rows.size, np.nan)
    high, wide = reader.file.shape
    inside = np.flatnonzero((rows >= -0.5) & (rows <= high - 0.5) & (cols >= -0.5) & (cols <= wide - 0.5))
    r, c = (np.maximum(v[inside] // SQUARE, 0).astype(int) for v in (rows, cols))
    squares = r * (wide // SQUARE + 1) + c
    order = np.argsort(squares, kind="stable")
    for some in np.split(order, np.flatnonzero(np.diff(squares[order])) + 1):
        if some.size:
            which, i, j = inside[some], int(r[some[0]]) * SQUARE, int(c[some[0]]) * SQUARE
            box = i, min(i + SQUARE + 1, high), j, min(j + SQUARE + 1, wide)
            heights = np.empty(which.size)
            sample(reader.block(box, filled), rows[which], cols[which], heights)
            out[which] = heights
    return out
