"""Raster files of heights: opened by safe drivers, checked, read by windows, voids filled.

A scenario may come from anybody, so its rasters must not make GDAL ask the network or read files that they name.
Drivers that follow names (VRT, WMS, netCDF, HFA for its .ige) are left out, but that is not enough: any format may name
its overviews in a tag, and GDAL opens those, and masks beside a file, by whatever driver fits.
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
from bartizan.world.resample import LATTICE_M, Block, Cells, Lattice

if TYPE_CHECKING:
    from pyproj import Transformer

#: GDAL's drivers for the formats that are read
FORMATS = {
    "GTiff": "GeoTIFF",
    "SRTMHGT": "SRTM .hgt",
    "DTED": "DTED",
    "AAIGrid": "Esri ASCII grid",
    "EHdr": "Esri .bil and .flt",
    "USGSDEM": "USGS DEM",
}
#: ends of the names of masks and overviews beside a file, and the drivers for them
BESIDE, BESIDE_DRIVERS = (".msk", ".ovr", ".aux"), ("GTiff", "HFA")
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
#: rows of a file that are surveyed at a time
BAND = 1024
#: a void takes the nearest sample if that lies within so many cells, else the mean of the nearest coarse square
REACH = 256
#: squares of that coarse grid along the longer side of the file
COARSE = 512
#: what GDAL may keep of blocks already read, bytes (rasterio takes no megabytes, unlike GDAL)
CACHE_BYTES = 128_000_000


# ------------------------------------------------------------------------------------------------ one file


@functools.cache
def _from_degrees(wkt: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", wkt, always_xy=True)


def _affine(transform: tuple[float, ...], col: Any, row: Any) -> tuple[Any, Any]:
    a, b, c, d, e, f = transform
    return a * col + b * row + c, d * col + e * row + f


@dataclass(frozen=True)
class Frame:
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

    def steps_m(self, row: float, col: float) -> tuple[float, float]:
        """Ground distance between rows and between columns about a sample, m."""
        rows, cols = np.array([row - 0.5, row + 0.5, row, row]), np.array([col, col, col - 0.5, col + 0.5])
        lat, lon = self.degrees(rows, cols)
        down, across = (geodesy.distance_m(lat[k], lon[k], lat[k + 1], lon[k + 1]) for k in (0, 2))
        return down, across

    def to_samples(self, cells: Cells) -> Lattice:
        """(y, x) to (row, column) over a grid."""
        step = LATTICE_M * math.sqrt(cells.cell_m)
        west, south, east, north = cells.box()
        return Lattice.around(self.index, step, (south, north), (west, east))


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
class File:
    """One raster file; `steps_m` is the ground between rows and between columns at its middle."""

    path: Path
    shape: tuple[int, int]
    frame: Frame
    coding: _Coding
    steps_m: tuple[float, float]
    extent: tuple[float, float, float, float]

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


class Reader:
    """An open file: heights of its parts, as they are or with voids filled."""

    def __init__(self, file: File, dataset: Any, survey: _Survey | None) -> None:
        self.file, self.dataset, self.survey = file, dataset, survey

    @property
    def voids(self) -> bool:
        """Whether the file may have voids, and so may be read filled as well."""
        return self.survey is not None and self.survey.voids

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
        """The part from the first row and column to those behind the last: `heights`, or `filled`."""
        heights = self.filled(*box) if filled else self.heights(*box)
        return Block(np.ascontiguousarray(heights), box[0], box[2], *self.file.shape)

    def look_over(self) -> _Survey:
        """Raises UserError if there is no height at all."""
        rows, cols = self.file.shape
        every = math.ceil(math.sqrt(rows * cols / SURVEYED_CELLS))
        side = max(1, math.ceil(max(rows, cols) / every / COARSE))
        band = max(1, BAND // side) * side * every
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


@dataclass(frozen=True)
class Source:
    """A file that has been checked and looked over."""

    file: File
    survey: _Survey
    digest: bytes

    @classmethod
    def open(cls, path: Path, origin: tuple[float, float]) -> Source:
        """Raises UserError with the file's name and the cure."""
        with opened(path) as dataset:
            file = described(path, dataset, origin)
            survey = Reader(file, dataset, None).look_over()
            return cls(file, survey, _hash(file, sorted(set(dataset.files) - {str(path)})))

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The file opened anew: a reader belongs to one thread."""
        with _opened(self.file.path) as dataset:
            yield Reader(self.file, dataset, self.survey)


# ------------------------------------------------------------------------------------------------ opening and checks


def _rasterio() -> Any:
    try:
        import rasterio
    except ImportError:
        raise UserError('reading terrain needs rasterio: pip install "bartizan[geo]"') from None
    return rasterio


@contextmanager
def _unplaced_allowed() -> Iterator[None]:
    """No warning of files without a place: they are refused in words of our own, and masks need none."""
    errors = _rasterio().errors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.NotGeoreferencedWarning)
        yield


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A raster, open, in one of FORMATS, that leads to no other file."""
    with _unplaced_allowed(), _opened(path) as dataset:
        _check_alone(path, dataset)
        yield dataset


@contextmanager
def _opened(path: Path, drivers: Sequence[str] = tuple(FORMATS)) -> Iterator[Any]:
    rasterio = _rasterio()
    if not path.is_file():
        raise UserError(f"{path}: no such file; give the path of a raster of heights (GeoTIFF, .hgt, DTED)")
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
        try:
            dataset = rasterio.io.DatasetReader(path, driver=list(drivers))  # rasterio.open takes only one driver
        except rasterio.errors.RasterioError as error:
            read = ", ".join(FORMATS[name] for name in drivers if name in FORMATS)
            raise UserError(f"{path}: not a raster in a format that is read here: {read} ({error})") from None
        with dataset:
            yield dataset


def _check_alone(path: Path, dataset: Any) -> None:
    """Nothing in a file or beside it may lead to other files. To be called before GDAL looks for its overviews."""
    _check_overviews(path, dataset)
    for beside in path.parent.iterdir():
        if beside.name.startswith(f"{path.stem}.") and beside.suffix.lower() in BESIDE and beside != path:
            with _opened(beside, BESIDE_DRIVERS) as other:
                _check_overviews(beside, other)


def _check_overviews(path: Path, dataset: Any) -> None:
    if named := dataset.tags(ns="OVERVIEWS").get("OVERVIEW_FILE"):
        raise UserError(f"{path}: its overviews are to be read from {named!r}, which is not done; remove that tag")


def described(path: Path, dataset: Any, origin: tuple[float, float]) -> File:
    """The file with everything but its heights checked."""
    from pyproj.exceptions import ProjError

    _check_bands(path, dataset)
    try:
        frame, shape = _frame(path, dataset, origin), (dataset.height, dataset.width)
        extent = _extent(frame, shape)
        _check_near(path, frame, shape, extent)
        steps = frame.steps_m(0.5 * (shape[0] - 1), 0.5 * (shape[1] - 1))
    except ProjError as error:
        raise UserError(f"{path}: no way from its coordinate system to latitude and longitude ({error})") from None
    return File(path, shape, frame, _coding(path, dataset), steps, extent)


def _check_bands(path: Path, dataset: Any) -> None:
    """One band of real numbers: which band of several holds heights is not for us to guess."""
    if dataset.count != 1:
        raise UserError(
            f"{path}: has {dataset.count} bands, a raster of heights has one; "
            f"write the band of heights to a file of its own (gdal_translate -b 1 {path.name} heights.tif)"
        )
    if "complex" in dataset.dtypes[0]:
        raise UserError(f"{path}: holds complex numbers ({dataset.dtypes[0]}); heights are real numbers")


def _frame(path: Path, dataset: Any, origin: tuple[float, float]) -> Frame:
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
    return Frame(dataset.crs.to_wkt(), transform, middle if dataset.crs.is_geographic else None, origin)


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


def _extent(frame: Frame, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """West, south, east, north, local m, of 65 x 65 points; NaN if the coordinate system reaches none of them."""
    edges = (np.linspace(-0.5, n - 0.5, 65) for n in shape)
    north, east = frame.local(*np.meshgrid(*edges, indexing="ij"))
    reached = np.isfinite(north) & np.isfinite(east)
    if not reached.any():
        return math.nan, math.nan, math.nan, math.nan
    east, north = east[reached], north[reached]
    return float(east.min()), float(north.min()), float(east.max()), float(north.max())


def _check_near(path: Path, frame: Frame, shape: tuple[int, int], extent: tuple[float, ...]) -> None:
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


def _hash(file: File, beside: Sequence[str]) -> bytes:
    """Content of the file and of those that belong to it, and its place (that of .hgt stands in its name alone)."""
    digest = hashlib.sha256(repr((file.shape, file.frame, file.coding)).encode())
    for path in (file.path, *(Path(name) for name in beside)):
        if path.is_file() and (path == file.path or path.suffix != ".ovr"):
            _hash_file(digest, path)
    return digest.digest()
