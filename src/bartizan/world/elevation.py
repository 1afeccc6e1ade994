"""Terrain heights from raster files of any coordinate system, resampled by windows into the local frame.

GDAL reads the files; the resampling is ours for three reasons. GDAL's `max` looks at the box between two opposite
corners of a cell, so that it loses samples of a raster that lies turned against the frame (measured: 0.4 % of all
peaks at 10 degrees, 63 % at 45). It knows no voids without a tag. And its approximation of the projection depends
on the window, ours does not: a window read in parts is the window read whole.

Positions are projected exactly at the nodes of a square lattice fixed to the frame, and bilinear in between. The
lattice step grows with the square root of the cell, which keeps the error near 0.0013 tan(latitude) of a cell
(measured: 0.2 % at 55 degrees, 0.4 % at 70, cells of 2 to 90 m; a hundredth of that from transverse Mercator).
"""

from __future__ import annotations

import functools
import hashlib
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.ground.jit import inner, kernel

if TYPE_CHECKING:
    from pyproj import Transformer

#: heights that can be heights, m above sea level; the land goes from -430 to 8849
LOWEST_M, HIGHEST_M = -500.0, 9000.0
#: what GDAL calls the units of heights, in metres
UNITS_M = {
    **dict.fromkeys(("", "m", "metre", "meter", "metres", "meters"), 1.0),
    **dict.fromkeys(("ft", "foot", "feet", "international foot", "ift"), 0.3048),
    **dict.fromkeys(("us survey foot", "us_survey_foot", "us-ft", "ftus", "sft"), 1200 / 3937),
}
#: a file farther from the origin than this is taken for a mistake, m
FARTHEST_M = 1_000_000.0
#: files with more cells are surveyed for voids from every n-th row and column, and from overviews if they have them
SURVEYED_CELLS = 50_000_000
#: cells along a side of what is read and resampled at a time
TILE = 1024
#: cells along a side of the squares in which single points look for their heights
SQUARE = 256
#: a void takes the nearest sample if that lies within so many cells, else the mean of the nearest coarse square
REACH = 256
#: squares of that coarse grid along the longer side of the file
COARSE = 512
#: step of the lattice of exact positions for a cell of 1 m, m
LATTICE_M = 250.0
#: what GDAL may keep of blocks already read, MB
CACHE_MB = 128


class Lattice(NamedTuple):
    """A smooth map of the plane, known at the nodes (i + i0, j + j0) * step and bilinear between them."""

    first: np.ndarray  # f8 (n, m)
    second: np.ndarray  # f8 (n, m)
    i0: int
    j0: int
    step: float


class Block(NamedTuple):
    """A part of a file: heights (f4, NaN without), the row and column of the first, and the shape of the file."""

    heights: np.ndarray
    row0: int
    col0: int
    rows: int
    cols: int


class Cells(NamedTuple):
    """A grid in the local frame: the middle of its first cell, the cell and the shape."""

    x0: float
    y0: float
    cell_m: float
    ny: int
    nx: int

    def part(self, row: int, col: int, side: int) -> Cells:
        x0, y0 = self.x0 + col * self.cell_m, self.y0 + row * self.cell_m
        return Cells(x0, y0, self.cell_m, min(side, self.ny - row), min(side, self.nx - col))

    def split(self, n: int) -> Cells:
        """The grid with n x n cells in the place of each."""
        fine, back = self.cell_m / n, 0.5 * self.cell_m * (1.0 - 1.0 / n)
        return Cells(self.x0 - back, self.y0 - back, fine, self.ny * n, self.nx * n)

    def corners(self) -> Cells:
        half = 0.5 * self.cell_m
        return Cells(self.x0 - half, self.y0 - half, self.cell_m, self.ny + 1, self.nx + 1)

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all cells, m."""
        half = 0.5 * self.cell_m
        east, north = self.x0 + (self.nx - 0.5) * self.cell_m, self.y0 + (self.ny - 0.5) * self.cell_m
        return self.x0 - half, self.y0 - half, east, north

    def empty(self) -> np.ndarray:
        return np.full((self.ny, self.nx), np.nan, np.float32)


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
def _resample(block, lattice, cells, out):  # type: ignore[no-untyped-def]
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
def _raise_to_samples(block, lattice, cells, out, holes):  # type: ignore[no-untyped-def]
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
def _sample(block, rows, cols, out):  # type: ignore[no-untyped-def]
    """Heights at positions given as rows and columns of the file."""
    for n in range(rows.size):
        out[n] = _bilinear(block, rows[n], cols[n])


# ------------------------------------------------------------------------------------------------ one file


@functools.cache
def _from_degrees(wkt: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", wkt, always_xy=True)


def _affine(transform: tuple[float, ...], col: Any, row: Any) -> tuple[Any, Any]:
    a, b, c, d, e, f = transform
    return a * col + b * row + c, d * col + e * row + f


@dataclass(frozen=True)
class _Frame:
    """Where the samples of a file lie: its coordinate system, its geotransform and the origin of the local frame."""

    wkt: str
    transform: tuple[float, ...]  # (column, row) of cell corners to coordinates: ax + by + c, dx + ey + f
    middle_deg: float | None  # longitude of the middle where coordinates are degrees
    origin: tuple[float, float]

    def degrees(self, rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Latitude and longitude of samples."""
        x, y = _affine(self.transform, cols + 0.5, rows + 0.5)
        lon, lat = _from_degrees(self.wkt).transform(x, y, direction="INVERSE")
        return np.asarray(lat), np.asarray(lon)

    def local(self, rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """North and east, m, of samples."""
        east, north = geodesy.to_local(*self.degrees(rows, cols), self.origin)
        return north, east

    def index(self, north: np.ndarray, east: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Row and column, with fractions, of local points; NaN where the projection does not reach."""
        lat, lon = geodesy.to_degrees(east, north, self.origin)
        x, y = _from_degrees(self.wkt).transform(lon, lat)
        x, y = np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)
        if self.middle_deg is not None:  # files may count longitudes from 0 to 360 or cross the antimeridian
            x = self.middle_deg + (x - self.middle_deg + 180.0) % 360.0 - 180.0
        a, b, c, d, e, f = self.transform
        col, row = (e * (x - c) - b * (y - f)) / (a * e - b * d), (a * (y - f) - d * (x - c)) / (a * e - b * d)
        return row - 0.5, col - 0.5

    def to_samples(self, cells: Cells) -> Lattice:
        """(y, x) to (row, column) over a grid."""
        step = LATTICE_M * math.sqrt(cells.cell_m)
        west, south, east, north = cells.box()
        return _lattice(self.index, step, (south, north), (west, east))


def _lattice(exact: Any, step: float, vs: tuple[float, float], us: tuple[float, float]) -> Lattice:
    """`exact` at all nodes around the intervals `vs` and `us`."""
    nodes = 1.0 / step  # the same product as in the kernels, so that no rounding leads past the last node
    i = np.arange(math.floor(vs[0] * nodes), math.floor(vs[1] * nodes) + 2)
    j = np.arange(math.floor(us[0] * nodes), math.floor(us[1] * nodes) + 2)
    first, second = exact(*np.meshgrid(i * step, j * step, indexing="ij"))
    return Lattice(np.ascontiguousarray(first), np.ascontiguousarray(second), int(i[0]), int(j[0]), float(step))


@dataclass(frozen=True)
class _Coding:
    """How the numbers in a file become heights: which stand for no height, gain and shift to metres."""

    voids: tuple[float, ...]
    masked: bool  # a mask in or beside the file
    gain: float
    shift: float

    def heights(self, raw: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        void = np.zeros(raw.shape, bool) if mask is None else mask == 0
        for value in self.voids:
            void |= raw == raw.dtype.type(value)
        heights = raw.astype(np.float32) if self.gain == 1.0 and self.shift == 0.0 else self._metres(raw)
        heights[void | ~np.isfinite(heights)] = np.nan
        return heights

    def _metres(self, raw: np.ndarray) -> np.ndarray:
        return (raw.astype(np.float64) * self.gain + self.shift).astype(np.float32)


@dataclass(frozen=True)
class _File:
    """One raster file; `steps_m` is the ground between rows and between columns at its middle."""

    path: Path
    shape: tuple[int, int]
    frame: _Frame
    coding: _Coding
    steps_m: tuple[float, float]
    extent: tuple[float, float, float, float]

    @property
    def cell_m(self) -> float:
        return math.sqrt(self.steps_m[0] * self.steps_m[1])

    def to_cells(self, block: Block) -> Lattice:
        """(row, column) to (y, x) over a block."""
        step = max(1.0, math.floor(LATTICE_M / math.sqrt(max(self.steps_m))))
        rows, cols = block.heights.shape
        return _lattice(self.frame.local, step, (block.row0, block.row0 + rows), (block.col0, block.col0 + cols))

    def meets(self, cells: Cells) -> bool:
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


class _Survey(NamedTuple):
    """What one look over a file found: share of voids, and a coarse grid of heights for voids far from any sample."""

    void_share: float
    coarse: np.ndarray  # f4, no NaN
    step: float  # rows and columns of the file to a row or column of the grid
    every: int  # the look took every n-th row and column

    @property
    def voids(self) -> bool:
        """Whether there may be voids: some may stand between the rows that were looked at."""
        return self.void_share > 0.0 or self.every > 1


class _Reader:
    """An open file: heights of its parts, as they are or with voids filled."""

    def __init__(self, file: _File, dataset: Any, survey: _Survey | None) -> None:
        self.file, self.dataset, self.survey = file, dataset, survey

    def heights(self, r0: int, r1: int, c0: int, c1: int, every: int = 1) -> np.ndarray:
        """f4 (rows, cols) in metres, NaN at voids. Raises UserError if it cannot be read or cannot be heights."""
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        window, shape = Window(c0, r0, c1 - c0, r1 - r0), (-(-(r1 - r0) // every), -(-(c1 - c0) // every))
        try:
            raw = self.dataset.read(1, window=window, out_shape=shape)
            masked = self.file.coding.masked
            mask = self.dataset.read_masks(1, window=window, out_shape=shape) if masked else None
        except (RasterioError, OSError) as error:
            raise UserError(f"{self.file.path}: cannot be read ({error}); the file may be cut off or damaged") from None
        heights = self.file.coding.heights(raw, mask)
        _check_heights(self.file.path, heights)
        return heights

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
        coarse, step = self.survey.coarse, self.survey.step
        r, c = (rows / step).astype(int), (cols / step).astype(int)
        return coarse[np.minimum(r, coarse.shape[0] - 1), np.minimum(c, coarse.shape[1] - 1)]

    def block(self, box: tuple[int, int, int, int], filled: bool) -> Block:
        heights = self.filled(*box) if filled else self.heights(*box)
        return Block(np.ascontiguousarray(heights), box[0], box[2], *self.file.shape)

    def look_over(self) -> _Survey:
        """Raises UserError if there is no height at all."""
        rows, cols = self.file.shape
        every = math.ceil(math.sqrt(rows * cols / SURVEYED_CELLS))
        side = max(1, math.ceil(max(rows, cols) / every / COARSE))
        band = max(1, TILE // side) * side * every
        parts = [_squares(self.heights(r, min(r + band, rows), 0, cols, every), side) for r in range(0, rows, band)]
        sums, counts = (np.concatenate([p[k] for p in parts]) for k in (0, 1))
        total, seen = counts.sum(), sum(p[2] for p in parts)
        if not total:
            raise UserError(f"{self.file.path}: has no height anywhere, only voids; leave it out or fetch it anew")
        coarse = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0).astype(np.float32)
        share = float(1.0 - total / seen)
        return _Survey(share, _nearest(coarse, self.file.steps_m, math.inf), float(side * every), every)


def _squares(heights: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Sum and number of heights in squares of side x side, and the number of samples looked at."""
    rows, cols = (-(-n // side) for n in heights.shape)
    padded = np.full((rows * side, cols * side), np.nan, np.float32)
    padded[: heights.shape[0], : heights.shape[1]] = heights
    squares = padded.reshape(rows, side, cols, side)
    return np.nansum(squares, axis=(1, 3), dtype=float), (~np.isnan(squares)).sum(axis=(1, 3)), heights.size


def _nearest(heights: np.ndarray, steps_m: tuple[float, float], reach_m: float) -> np.ndarray:
    """`heights` with each NaN that has a sample within `reach_m` replaced by the nearest sample."""
    void = np.isnan(heights)
    if not void.any() or void.all():
        return heights
    from scipy.ndimage import distance_transform_edt

    distance, (r, c) = distance_transform_edt(void, sampling=steps_m, return_indices=True)
    return np.where(distance <= reach_m, heights[r, c], np.float32(np.nan))


# ------------------------------------------------------------------------------------------------ opening and checks


def _rasterio() -> Any:
    try:
        import rasterio
    except ImportError:
        raise UserError('reading terrain needs rasterio: pip install "bartizan[geo]"') from None
    return rasterio


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    rasterio = _rasterio()
    if not path.is_file():
        raise UserError(f"{path}: no such file; give the path of a raster of heights (GeoTIFF, .hgt, DTED)")
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            dataset = rasterio.open(path)
        except rasterio.errors.RasterioError as error:
            raise UserError(f"{path}: not a raster that GDAL can read ({error})") from None
        with dataset:
            yield dataset


def _described(path: Path, dataset: Any, origin: tuple[float, float]) -> _File:
    """The file with everything but its heights checked."""
    _check_bands(path, dataset)
    frame, shape = _frame(path, dataset, origin), (dataset.height, dataset.width)
    extent = _extent(frame, shape)
    _check_near(path, frame, shape, extent)
    return _File(path, shape, frame, _coding(path, dataset), _steps_m(frame, shape), extent)


def _check_bands(path: Path, dataset: Any) -> None:
    """One band of real numbers: which band of several holds heights is not for us to guess."""
    if dataset.count != 1:
        raise UserError(
            f"{path}: has {dataset.count} bands, a raster of heights has one; "
            f"write the band of heights to a file of its own (gdal_translate -b 1 {path.name} heights.tif)"
        )
    if "complex" in dataset.dtypes[0]:
        raise UserError(f"{path}: holds complex numbers ({dataset.dtypes[0]}); heights are real numbers")


def _frame(path: Path, dataset: Any, origin: tuple[float, float]) -> _Frame:
    if dataset.crs is None or dataset.transform.is_identity:
        missing = "coordinate system (CRS)" if dataset.crs is None else "geotransform"
        raise UserError(
            f"{path}: has no {missing}, so that its place is unknown; if you know it, write it into the file "
            "(gdal_edit.py -a_srs EPSG:32637 -a_ullr WEST NORTH EAST SOUTH FILE)"
        )
    if not dataset.transform.determinant:
        raise UserError(f"{path}: its geotransform has cells without area; write a right one (gdal_edit.py -a_ullr)")
    _check_degrees(path, dataset)
    transform = tuple(dataset.transform)[:6]
    middle, _ = _affine(transform, 0.5 * dataset.width, 0.5 * dataset.height)
    return _Frame(dataset.crs.to_wkt(), transform, middle if dataset.crs.is_geographic else None, origin)


def _check_degrees(path: Path, dataset: Any) -> None:
    """Metres in a system of degrees, or degrees in one of metres."""
    cols, rows = np.array([0, dataset.width] * 2), np.repeat([0, dataset.height], 2)
    xs, ys = _affine(tuple(dataset.transform)[:6], cols, rows)
    small = max(map(abs, xs)) <= 360.5 and max(map(abs, ys)) <= 90.5
    stood = f"x {min(xs):.6g} to {max(xs):.6g}, y {min(ys):.6g} to {max(ys):.6g}"
    name = _name(dataset.crs)
    if dataset.crs.is_geographic and not small:
        raise UserError(
            f"{path}: its coordinate system is in degrees ({name}), but its coordinates are not ({stood}): "
            "metres taken for degrees; write the right system into the file (gdal_edit.py -a_srs)"
        )
    if not dataset.crs.is_geographic and small and math.sqrt(abs(dataset.transform.determinant)) < 0.5:
        raise UserError(
            f"{path}: its coordinate system is in metres ({name}), but its coordinates look like degrees ({stood}): "
            "geographic degrees taken for metres; write the right system into the file (gdal_edit.py -a_srs EPSG:4326)"
        )


def _name(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt().split('"')[1]


def _extent(frame: _Frame, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """West, south, east, north, local m, of 65 x 65 points; NaN if the coordinate system reaches none of them."""
    edges = (np.linspace(-0.5, n - 0.5, 65) for n in shape)
    north, east = frame.local(*np.meshgrid(*edges, indexing="ij"))
    reached = np.isfinite(north) & np.isfinite(east)
    if not reached.any():
        return math.nan, math.nan, math.nan, math.nan
    east, north = east[reached], north[reached]
    return float(east.min()), float(north.min()), float(east.max()), float(north.max())


def _check_near(path: Path, frame: _Frame, shape: tuple[int, int], extent: tuple[float, ...]) -> None:
    west, south, east, north = extent
    away = math.hypot(max(west, -east, 0.0), max(south, -north, 0.0))
    if away <= FARTHEST_M:
        return
    lat, lon = (float(v) for v in frame.degrees(*(np.asarray(0.5 * n - 0.5) for n in shape)))
    where = f"about latitude {lat:.4f}, longitude {lon:.4f}, " if math.isfinite(lat) and math.isfinite(lon) else ""
    raise UserError(
        f"{path}: lies {where}nowhere near the scenario's origin (latitude {frame.origin[0]:.4f}, longitude "
        f"{frame.origin[1]:.4f}): more than {FARTHEST_M / 1000:.0f} km away; "
        "give a file of the area, or correct its coordinate system or the origin"
    )


def _steps_m(frame: _Frame, shape: tuple[int, int]) -> tuple[float, float]:
    """Ground distance between rows and between columns at the middle of the file, m."""
    row, col = 0.5 * (shape[0] - 1), 0.5 * (shape[1] - 1)
    rows, cols = np.array([row - 0.5, row + 0.5, row, row]), np.array([col, col, col - 0.5, col + 0.5])
    lat, lon = frame.degrees(rows, cols)
    down, across = (geodesy.distance_m(lat[k], lon[k], lat[k + 1], lon[k + 1]) for k in (0, 2))
    return down, across


def _coding(path: Path, dataset: Any) -> _Coding:
    from rasterio.enums import MaskFlags

    unit = (dataset.units[0] or "").strip().casefold()
    if unit not in UNITS_M:
        raise UserError(
            f"{path}: heights in the unit {dataset.units[0]!r}, which is not known; "
            "metres and feet are (gdal_edit.py -units m)"
        )
    masked = MaskFlags.per_dataset in dataset.mask_flag_enums[0]
    gain, shift = dataset.scales[0] * UNITS_M[unit], dataset.offsets[0] * UNITS_M[unit]
    return _Coding(_void_values(dataset), masked, gain, shift)


def _void_values(dataset: Any) -> tuple[float, ...]:
    """The tag, and what SRTM and DTED write without one."""
    tagged = () if dataset.nodata is None or math.isnan(dataset.nodata) else (dataset.nodata,)
    return (*tagged, -32768.0, -32767.0) if dataset.dtypes[0] == "int16" else tagged


def _check_heights(path: Path, heights: np.ndarray) -> None:
    low, high = np.fmin.reduce(heights, axis=None), np.fmax.reduce(heights, axis=None)
    if low < LOWEST_M or high > HIGHEST_M:
        raise UserError(
            f"{path}: holds {low if low < LOWEST_M else high:g}, which cannot be a height in metres ({LOWEST_M:g} to "
            f"{HIGHEST_M:g}); if that stands for no data, tag it (gdal_edit.py -a_nodata VALUE), else tag unit or scale"
        )


def _hash_file(digest: Any, path: Path) -> None:
    with path.open("rb") as stream:
        digest.update(hashlib.file_digest(stream, "sha256").digest())


def _hash(file: _File, beside: Sequence[str]) -> bytes:
    """Content of the file and of those that belong to it, and its place (that of .hgt stands in its name alone)."""
    digest = hashlib.sha256(repr((file.shape, file.frame, file.coding)).encode())
    for path in (file.path, *(Path(name) for name in beside)):
        if path.is_file() and (path == file.path or path.suffix != ".ovr"):
            _hash_file(digest, path)
    return digest.digest()


# ------------------------------------------------------------------------------------------------ all files


@dataclass(frozen=True)
class _Source:
    """A file that has been checked and looked over."""

    file: _File
    survey: _Survey
    digest: bytes

    @classmethod
    def open(cls, path: Path, origin: tuple[float, float]) -> _Source:
        from pyproj.exceptions import ProjError

        with _opened(path) as dataset:
            try:
                file = _described(path, dataset, origin)
            except ProjError as error:
                raise UserError(
                    f"{path}: no way from its coordinate system to latitude and longitude ({error})"
                ) from None
            survey = _Reader(file, dataset, None).look_over()
            return cls(file, survey, _hash(file, sorted(set(dataset.files) - {str(path)})))

    @contextmanager
    def reader(self) -> Iterator[_Reader]:
        with _opened(self.file.path) as dataset:
            yield _Reader(self.file, dataset, self.survey)


@dataclass(frozen=True)
class Elevation:
    """Terrain heights of one or more raster files over the local frame.

    Where files overlap, the one with the finest cells counts, of equals the first; where it has a void, the next.
    What is void in all files of a place takes the nearest sample of the first; outside all files there is no height.
    """

    sources: tuple[_Source, ...]  # in the order of precedence
    #: cell of the finest file, m on the ground at its middle (geometric mean of both axes)
    cell_m: float
    #: west, south, east, north of the box that holds all files, local m
    extent: tuple[float, float, float, float]
    #: share of samples without a height; of files over 50 million cells, that of every n-th row and column
    void_share: float
    #: sha256 over the content of all files, their places and the origin
    digest: str

    @classmethod
    def open(cls, files: Sequence[Path], origin: tuple[float, float]) -> Elevation:
        """Open and check rasters of one band; `origin` is latitude and longitude. A UserError names the file."""
        if not files:
            raise UserError("no file of terrain heights was given")
        origin = (float(origin[0]), float(origin[1]))
        given = [_Source.open(Path(file), origin) for file in files]
        sizes = np.array([math.prod(s.file.shape) for s in given], float)
        share = float(np.dot(sizes, [s.survey.void_share for s in given]) / sizes.sum())
        digest = hashlib.sha256(repr(origin).encode() + b"".join(s.digest for s in given)).hexdigest()
        boxes = np.array([s.file.extent for s in given])
        extent = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
        ordered = tuple(sorted(given, key=lambda s: s.file.cell_m))
        return cls(ordered, ordered[0].file.cell_m, extent, share, digest)

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
def _readers(sources: Sequence[_Source]) -> Iterator[list[_Reader]]:
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield [stack.enter_context(source.reader()) for source in sources]


def _passes(readers: Sequence[_Reader]) -> Iterator[tuple[_Reader, bool]]:
    """All files as they are, then those with voids once more, filled."""
    yield from ((reader, False) for reader in readers)
    yield from ((reader, True) for reader in readers if reader.survey and reader.survey.voids)


def _mean(readers: Sequence[_Reader], cells: Cells, parts: int) -> np.ndarray:
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


def _lay(reader: _Reader, cells: Cells, filled: bool, out: np.ndarray) -> None:
    lattice = reader.file.frame.to_samples(cells)
    box = reader.file.needed(lattice, cells.cell_m)
    if box is not None:
        _resample(reader.block(box, filled), lattice, cells, out)


def _highest(readers: Sequence[_Reader], cells: Cells) -> np.ndarray:
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


def _highest_of(reader: _Reader, cells: Cells, filled: bool) -> tuple[np.ndarray, np.ndarray]:
    """Heights by one file alone, and the cells in which it has a void."""
    part, holes = cells.empty(), np.zeros((cells.ny, cells.nx), bool)
    lattice = reader.file.frame.to_samples(cells)
    box = reader.file.needed(lattice, cells.cell_m)
    if box is not None:
        block = reader.block(box, filled)
        _resample(block, lattice, cells, part)
        if cells.cell_m > min(reader.file.steps_m):
            _raise_to_samples(block, reader.file.to_cells(block), cells, part, holes)
    return part, holes


def _covered(reader: _Reader, cells: Cells, filled: bool) -> np.ndarray:
    """The cells all of whose corners lie within a file, and not beside voids."""
    corners = cells.corners()
    heights = corners.empty()
    _lay(reader, corners, filled, heights)
    inside = ~np.isnan(heights)
    return inside[:-1, :-1] & inside[1:, :-1] & inside[:-1, 1:] & inside[1:, 1:]


def _points(reader: _Reader, rows: np.ndarray, cols: np.ndarray, filled: bool) -> np.ndarray:
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
            _sample(reader.block(box, filled), rows[which], cols[which], heights)
            out[which] = heights
    return out
