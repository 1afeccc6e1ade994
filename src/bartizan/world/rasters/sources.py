"""Raster files of heights, of trees and of persons: described, looked over once, read by windows, voids filled."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.world.rasters import codes, seas
from bartizan.world.rasters import notes as raster_notes
from bartizan.world.rasters.codes import GROUND, TREES, Coding, Quantity
from bartizan.world.rasters.files import errors, opened, reopened
from bartizan.world.rasters.frames import Frame, check_near, extent_of, frame_of
from bartizan.world.rasters.notes import Odd
from bartizan.world.rasters.resample import LATTICE_M, Block, Cells, Lattice

#: what lies below the sea in a file of heights: told by how deep it goes, or stated
BelowSea = Literal["water", "land"] | None
#: no ground that is dry lies lower, m
LOWEST_DRY_M = -500.0
#: files with more cells are surveyed from every n-th row and column, and from overviews if they have them
SURVEYED_CELLS = 50_000_000
#: rows of a file that are surveyed at a time
BAND = 1024
#: a void takes the nearest sample if that lies within so many cells, else the mean of the nearest coarse square
REACH = 256
#: squares of that coarse grid along the longer side of the file
COARSE = 512


# ------------------------------------------------------------------------------------------------ one file


@dataclass(frozen=True)
class File:
    """One raster file; `steps_m` is the ground between rows and between columns at its middle."""

    path: Path
    shape: tuple[int, int]
    frame: Frame
    quantity: Quantity
    coding: Coding
    steps_m: tuple[float, float]
    extent: tuple[float, float, float, float]
    notes: tuple[str, ...] = ()  # what there is to tell of it

    @property
    def cell_m(self) -> float:
        """Cell on the ground at the middle of the file, the geometric mean of both axes."""
        return math.sqrt(self.steps_m[0] * self.steps_m[1])

    def to_cells(self, block: Block) -> Lattice:
        """(row, column) to (y, x) over a block."""
        step = max(1.0, math.floor(LATTICE_M / math.sqrt(max(self.steps_m))))
        rows, cols = block.heights.shape
        return Lattice.around(self.frame.local, step, (block.row0, block.row0 + rows), (block.col0, block.col0 + cols))

    def meets(self, cells: Cells) -> bool:
        """Whether a grid may hold a part of the file."""
        west, south, east, north = cells.box()
        w, s, e, n = self.extent
        slack = cells.cell_m + max(self.steps_m)
        return west < e + slack and east > w - slack and south < n + slack and north > s - slack

    def needed(self, lattice: Lattice, cell_m: float) -> tuple[int, int, int, int] | None:
        """Rows and columns (first, behind the last) of all samples that the cells under a lattice may ask for."""
        if not np.isfinite(lattice.first).any():
            return None
        margin = 2 + int(0.02 * cell_m / min(self.steps_m))  # the sides of the lattice's image are not quite straight
        r0, r1 = _within(np.nanmin(lattice.first), np.nanmax(lattice.first), margin, self.shape[0])
        c0, c1 = _within(np.nanmin(lattice.second), np.nanmax(lattice.second), margin, self.shape[1])
        return (r0, r1, c0, c1) if r0 < r1 and c0 < c1 else None


def _within(low: float, high: float, margin: int, size: int) -> tuple[int, int]:
    first, behind = max(math.floor(low) - margin, 0), min(math.ceil(high) + margin + 1, size)
    return int(min(first, size)), int(max(behind, 0))


class Survey(NamedTuple):
    """What one look over a file found: share of voids, and on a coarse grid a height for voids far from any sample and
    how high water stands."""

    void_share: float
    coarse: np.ndarray  # f4, no NaN
    levels: np.ndarray | None  # f4 on the same grid; none where there is no water above samples
    step: float  # rows and columns of the file to a row or column of the grid
    every: int  # the look took every n-th row and column
    notes: tuple[str, ...]

    @property
    def voids(self) -> bool:
        """Whether there may be voids: some may stand between the rows that were looked at."""
        return self.void_share > 0.0 or self.every > 1

    def of(self, coarse: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """What a coarse grid has at rows and columns of the file."""
        r, c = (rows / self.step).astype(int), (cols / self.step).astype(int)
        found: np.ndarray = coarse[np.minimum(r, coarse.shape[0] - 1), np.minimum(c, coarse.shape[1] - 1)]
        return found


class Reader:
    """An open file: heights of its parts, as they are or with voids filled."""

    def __init__(self, file: File, dataset: Any, survey: Survey | None) -> None:
        self.file, self.dataset, self.survey = file, dataset, survey

    @property
    def voids(self) -> bool:
        """Whether the file may have voids, and so may be read filled as well."""
        return self.survey is not None and self.survey.voids and math.isnan(self.file.coding.void)

    def heights(self, r0: int, r1: int, c0: int, c1: int) -> np.ndarray:
        """f4 (rows, cols), at no data what the quantity has there, water over the sea floor.

        Raises UserError if it cannot be read or holds what cannot be.
        """
        values = self.values(r0, r1, c0, c1)
        self.refuse(Odd().beyond(self.file.quantity, values, r0, c0))
        if self.survey is not None and self.survey.levels is not None:
            rows, cols = np.arange(r0, r1)[:, None], np.arange(c0, c1)[None, :]
            np.maximum(values, self.survey.of(self.survey.levels, rows, cols), out=values)
        values[np.isnan(values)] = self.file.coding.void
        return values

    def values(self, r0: int, r1: int, c0: int, c1: int, every: int = 1) -> np.ndarray:
        """f4, what a file itself says, in our units; NaN at no data."""
        from rasterio.windows import Window

        window, shape = Window(c0, r0, c1 - c0, r1 - r0), (-(-(r1 - r0) // every), -(-(c1 - c0) // every))
        failures: tuple[type[Exception], ...] = (*errors(), OSError)
        try:
            raw = self.dataset.read(1, window=window, out_shape=shape)
            mask = self._mask(window=window, out_shape=shape)
        except failures as error:
            raise UserError(f"{self.file.path}: cannot be read ({error}); the file may be cut off or damaged") from None
        return self.file.coding.values(raw, mask)

    def _mask(self, **part: Any) -> np.ndarray | None:
        """0 where there is nothing."""
        coding = self.file.coding
        if coding.opacity is not None:
            return np.asarray(self.dataset.read(coding.opacity, **part))
        return np.asarray(self.dataset.read_masks(1, **part)) if coding.masked else None

    def refuse(self, odd: Odd, quantity: Quantity | None = None) -> None:
        """Raises UserError if there are values that cannot be."""
        if odd.count:
            raise UserError(raster_notes.refusal(self.file.path, quantity or self.file.quantity, odd, self.file.frame))

    def filled(self, r0: int, r1: int, c0: int, c1: int) -> np.ndarray:
        """Like `heights`, with the nearest sample at each void, the same whichever part is asked for."""
        rows, cols = self.file.shape
        top, left = max(r0 - REACH, 0), max(c0 - REACH, 0)
        heights = self.heights(top, min(r1 + REACH, rows), left, min(c1 + REACH, cols))
        near = _nearest(heights, self.file.steps_m, REACH * min(self.file.steps_m))
        part = near[r0 - top : r1 - top, c0 - left : c1 - left]
        r, c = np.nonzero(np.isnan(part))
        part[r, c] = self._far(r + r0, c + c0)
        return part

    def _far(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        assert self.survey is not None
        return self.survey.of(self.survey.coarse, rows, cols)

    def block(self, box: tuple[int, int, int, int], filled: bool) -> Block:
        """The part from the first row and column to those behind the last: `heights`, or `filled`."""
        heights = self.filled(*box) if filled else self.heights(*box)
        return Block(np.ascontiguousarray(heights), box[0], box[2], *self.file.shape)

    def parts(self, every: int, rows: int) -> Iterator[tuple[int, np.ndarray]]:
        """Every n-th row and column of the whole file, so many rows at a time: the first of them, and the values."""
        high, wide = self.file.shape
        for first in range(0, high, rows):
            yield first, self.values(first, min(first + rows, high), 0, wide, every)


def _nearest(heights: np.ndarray, steps_m: tuple[float, float], reach_m: float) -> np.ndarray:
    """`heights` with each NaN that has a sample within `reach_m` replaced by the nearest sample."""
    void = np.isnan(heights)
    if not void.any() or void.all():
        return heights
    from scipy.ndimage import distance_transform_edt

    distance, (r, c) = distance_transform_edt(void, sampling=steps_m, return_indices=True)
    return np.where(distance <= reach_m, heights[r, c], np.float32(np.nan))


# ------------------------------------------------------------------------------------------------ looked over


class _Squares(NamedTuple):
    """Of squares of samples: the sum of all, how many there are, the lowest; inf where there is none."""

    sums: np.ndarray
    counts: np.ndarray
    lowest: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, side: int) -> _Squares:
        rows, cols = (-(-n // side) for n in values.shape)
        padded = np.full((rows * side, cols * side), np.nan, np.float32)
        padded[: values.shape[0], : values.shape[1]] = values
        squares, none = padded.reshape(rows, side, cols, side), np.isnan(padded).reshape(rows, side, cols, side)
        lowest = np.where(none, np.float32(np.inf), squares).min(axis=(1, 3))
        return cls(np.nansum(squares, axis=(1, 3), dtype=float), (~none).sum(axis=(1, 3)), lowest)


def look_over(reader: Reader, below_sea: BelowSea = None) -> Survey:
    """Raises UserError if there is no value at all, or one that cannot be."""
    file, (rows, cols) = reader.file, reader.file.shape
    every = math.ceil(math.sqrt(rows * cols / SURVEYED_CELLS))
    side = max(1, math.ceil(max(rows, cols) / every / COARSE))
    band = max(1, BAND // side) * side * every
    parts, odd, trees = [], Odd(every), raster_notes.Histogram()
    for first, values in reader.parts(every, band):
        parts.append(_Squares.of(values, side))
        odd = odd.beyond(file.quantity, values, first, 0).untagged(file.quantity, values, first)
        trees.add(file.quantity, values)
    reader.refuse(odd.settled())
    squares = _Squares(*(np.concatenate(each) for each in zip(*parts, strict=True)))
    share = 1.0 - float(squares.counts.sum()) / (-(-rows // every) * -(-cols // every))
    if not squares.counts.any():
        raise UserError(
            f"{file.path}: has no {file.quantity.plural} anywhere, only voids; leave it out or fetch it anew"
        )
    notes = [*raster_notes.of_voids(file.quantity, share), *trees.notes(file.path, reader.dataset, odd.below)]
    means = np.divide(squares.sums, squares.counts, out=np.full(squares.sums.shape, np.nan), where=squares.counts > 0)
    survey = Survey(
        share, _nearest(means.astype(np.float32), file.steps_m, math.inf), None, float(side * every), every, ()
    )
    if file.quantity is GROUND and squares.lowest.min() < 0.0:
        survey, told = _under_water(reader, survey, squares.lowest, below_sea, band)
        notes += told
    return survey._replace(notes=tuple(notes))


def _under_water(
    reader: Reader, survey: Survey, lowest: np.ndarray, below_sea: BelowSea, band: int
) -> tuple[Survey, list[str]]:
    """The survey with the height of the water over what is sea floor, and what is to be told of it."""
    levels = _levels(reader.file, survey, lowest, below_sea)
    lifted, dry = lowest < levels, (lowest < seas.POLDERS_M) & ~(lowest < levels)
    if not (lifted.any() or dry.any()):
        return survey, []
    floor, low, sunk = Odd(survey.every), Odd(survey.every), Odd(survey.every)
    for first, values in reader.parts(survey.every, band):
        rows, cols = (survey.every * np.arange(n) for n in values.shape)
        level = survey.of(levels, rows[:, None] + first, cols[None, :])
        floor = floor.add(values < level, values, first, 0)
        low = low.add((values < seas.POLDERS_M) & (values >= level), values, first, 0)
        sunk = sunk.add((values < LOWEST_DRY_M) & (values >= level), values, first, 0)
    reader.refuse(sunk, GROUND._replace(lowest=LOWEST_DRY_M))
    told = raster_notes.of_water(reader.file.frame, reader.file.shape, floor, low, below_sea)
    if not floor.count:
        return survey, told
    return survey._replace(levels=levels, coarse=np.maximum(survey.coarse, levels)), told


def _levels(file: File, survey: Survey, lowest: np.ndarray, below_sea: BelowSea) -> np.ndarray:
    """f4, the height of water on the coarse grid, m."""
    if below_sea == "land":
        return np.full(lowest.shape, seas.NO_WATER)
    middles = ((np.arange(n) + 0.5) * survey.step - 0.5 for n in lowest.shape)
    lat, lon = file.frame.degrees(*np.meshgrid(*middles, indexing="ij"))
    if below_sea == "water":
        return np.where(np.isnan(basin := seas.basins(lat, lon)), np.float32(0.0), basin)
    return seas.water(lowest, lat, lon, survey.step**2 * file.cell_m**2)


@dataclass(frozen=True)
class Source:
    """A file that has been checked and looked over."""

    file: File
    survey: Survey
    digest: bytes

    @classmethod
    def open(
        cls,
        path: Path,
        origin: tuple[float, float],
        quantity: Quantity = GROUND,
        unit: str | None = None,
        below_sea: BelowSea = None,
    ) -> Source:
        """`unit` is that of heights where it is stated. Raises UserError with the file's name and the cure."""
        with opened(path) as dataset:
            file = described(path, dataset, origin, quantity, unit)
            survey = look_over(Reader(file, dataset, None), below_sea)
            beside = sorted(set(dataset.files) - {str(path)})
            return cls(file, survey, _hash(file, below_sea, beside))

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell of it, each a sentence that begins with its name."""
        return tuple(f"{self.file.path.name}: {note}" for note in (*self.file.notes, *self.survey.notes))

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The file opened anew: a reader belongs to one thread."""
        with reopened(self.file.path) as dataset:
            yield Reader(self.file, dataset, self.survey)


# ------------------------------------------------------------------------------------------------ described


def described(
    path: Path, dataset: Any, origin: tuple[float, float], quantity: Quantity = GROUND, unit: str | None = None
) -> File:
    """The file with everything but its values checked."""
    from pyproj.exceptions import ProjError

    codes.check_band(path, dataset, quantity)
    try:
        frame, shape = frame_of(path, dataset, origin), (dataset.height, dataset.width)
        extent = extent_of(frame, shape)
        check_near(path, frame, shape, extent)
        steps = frame.steps_m(0.5 * (shape[0] - 1), 0.5 * (shape[1] - 1))
        factor, note = (1.0, None) if quantity is codes.PEOPLE else _factor(path, dataset, quantity, unit)
    except ProjError as error:
        raise UserError(f"{path}: no way from its coordinate system to latitude and longitude ({error})") from None
    coding = codes.coding(path, dataset, quantity, factor)
    notes = tuple(told for told in (note, codes.tag_in_words(dataset)) if told)
    return File(path, shape, frame, quantity, coding, steps, extent, notes)


def _factor(path: Path, dataset: Any, quantity: Quantity, unit: str | None) -> tuple[float, str | None]:
    """Trees are measured from the ground: the vertical axis of a coordinate system is not theirs."""
    return codes.factor_of_heights(path, dataset, unit, above_ground=quantity is TREES)


def _hash_file(digest: Any, path: Path) -> None:
    with path.open("rb") as stream:
        digest.update(hashlib.file_digest(stream, "sha256").digest())


def _hash(file: File, below_sea: BelowSea, beside: Sequence[str]) -> bytes:
    """Content of the file and of those that belong to it, and its place (that of .hgt stands in its name alone)."""
    digest = hashlib.sha256(repr((file.shape, file.frame, file.coding, below_sea)).encode())
    for path in (file.path, *(Path(name) for name in beside)):
        if path.is_file() and (path == file.path or path.suffix != ".ovr"):
            _hash_file(digest, path)
    return digest.digest()
