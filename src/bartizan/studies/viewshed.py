"""The lowest visible altitude over one raster of heights, in its own grid, written as a GeoTIFF.

A map projection is taken for a plane that is true to the ground, which is checked at the sensor: to 1 %, which is how
far its ranges are off. A raster in degrees, or in a projection that stretches there, is refused with the command that
makes a fit one of it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.ground.geodesy import distance_m
from bartizan.physics.wedge import sweep
from bartizan.studies.replicate import cores
from bartizan.studies.results import write_aside
from bartizan.world.elevation import HIGHEST_M, LOWEST_M, UNITS_M

#: Rays for each cell along the edge: 1.5 take half as long again as 1 and leave a third of the error.
DENSITY = 1.5
#: Rows that are read or written at a time, and the side of a tile in the file.
STRIP = 256
#: What GDAL may keep of blocks, MB.
CACHE_MB = 64
#: Part by which a projection may stretch the ground at the sensor.
STRETCH = 0.01


@dataclass(frozen=True)
class Grid:
    """Where the cells of a raster lie."""

    path: Path
    shape: tuple[int, int]
    transform: tuple[float, ...]  # a, b, c, d, e, f: x = a column + b row + c; y = d column + e row + f
    crs: str  # WKT
    unit_m: float  # a unit of the projection

    @property
    def cell_m(self) -> float:
        return abs(self.transform[0]) * self.unit_m

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Row and column, in cells from the middle of the first; infinite where the projection does not reach."""
        x, y = self._projection().transform(lon, lat)
        a, _, c, _, e, f = self.transform
        return (y - f) / e - 0.5, (x - c) / a - 0.5

    def degrees(self, row: float, column: float) -> tuple[float, float]:
        a, _, c, _, e, f = self.transform
        lon, lat = self._projection().transform(
            c + (column + 0.5) * a, f + (row + 0.5) * e, direction="INVERSE"
        )  # fmt: skip
        return lat, lon

    def _projection(self) -> Any:
        from pyproj import Transformer
        from pyproj.exceptions import ProjError

        try:
            return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)
        except ProjError as error:
            raise UserError(f"{self.path}: no way from latitude and longitude to its coordinates ({error})") from None


@dataclass(frozen=True)
class Sight:
    """What was written: the window of the raster in which a sensor was looked out from."""

    antenna_m: float  # above sea level
    ground_m: float
    cell_m: float
    shape: tuple[int, int]
    void_share: float  # of cells without a height


def write_sight(
    path: Path, out: Path, at: tuple[float, float], height_m: float, *, above: str = "ground", range_m: float = math.inf
) -> Sight:
    """Write the lowest altitude, m above sea level, at which a sensor at `at` (latitude, longitude) sees a target.

    height_m: of the antenna, above "ground" or "sea". The surface itself is the lowest that there is to see. Cells
    beyond range_m have no data. Cells without a height count as the sea. Raises UserError if raster and sensor are
    not fit for one another.
    """
    with _opened(path) as dataset:
        grid = _grid(path, dataset)
        row, column = _sensor(grid, *at)
        rows, columns = (_reach(n, p, range_m / grid.cell_m) for n, p in zip(grid.shape, (row, column), strict=True))
        top = _heights(path, dataset, rows, columns)
        profile = _profile(dataset, rows, columns)
    row, column = row - rows.start, column - columns.start
    antenna, ground = _antenna(path, top, row, column, height_m, above)
    void_share = _fill_voids(top)
    lowest = _seen(top, row, column, antenna, grid.cell_m)
    _forget_beyond(lowest, row, column, range_m / grid.cell_m)
    _write(out, lowest, profile)
    return Sight(antenna, ground, grid.cell_m, lowest.shape, void_share)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        import rasterio
    except ImportError:
        raise UserError('reading a raster needs rasterio: pip install "bartizan[geo]"') from None
    if not path.is_file():
        raise UserError(f"{path}: no such file; give the path of a raster of heights")
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        try:
            dataset = rasterio.open(path)
        except rasterio.errors.RasterioError as error:
            raise UserError(f"{path}: not a raster that GDAL can read ({error})") from None
        with dataset:
            yield dataset


def _grid(path: Path, dataset: Any) -> Grid:
    """The grid, if its cells are squares in metres."""
    if dataset.count != 1:
        raise UserError(f"{path}: has {dataset.count} bands; a raster of heights has one (gdal_translate -b 1)")
    if dataset.crs is None or dataset.transform.is_identity:
        raise UserError(f"{path}: has no coordinate system, so that its place is unknown (gdal_edit.py -a_srs)")
    _refuse_degrees(path, dataset)
    a, b, c, d, e, f = dataset.transform[:6]
    if b or d or not math.isclose(abs(a), abs(e), rel_tol=1e-4):
        raise UserError(
            f"{path}: its cells, {abs(a):g} by {abs(e):g}, are not squares along the axes; "
            "make them so: gdalwarp -r bilinear -tr SIDE SIDE IN.tif OUT.tif"
        )
    unit_m = dataset.crs.linear_units_factor[1]
    return Grid(path, dataset.shape, (a, b, c, d, e, f), dataset.crs.to_wkt(), unit_m)


def _refuse_degrees(path: Path, dataset: Any) -> None:
    west, south, east, north = dataset.bounds
    if dataset.crs.is_geographic:
        raise UserError(f"{path}: is in degrees; {_warp_hint(0.5 * (south + north), 0.5 * (west + east))}")
    if max(map(abs, dataset.bounds)) <= 360.5 and abs(dataset.transform.a) < 0.5:
        raise UserError(
            f"{path}: its coordinate system is in metres, but its coordinates ({west:g} to {east:g}, {south:g} to "
            f"{north:g}) look like degrees taken for metres; say what they are: gdal_edit.py -a_srs EPSG:4326 FILE"
        )


def _warp_hint(lat: float, lon: float) -> str:
    return (
        "give it in metres true to the ground: "
        f'gdalwarp -t_srs "+proj=aeqd +lat_0={lat:.4f} +lon_0={lon:.4f} +datum=WGS84" -tr 30 30 IN OUT'
    )


def _sensor(grid: Grid, lat: float, lon: float) -> tuple[float, float]:
    """Row and column of the sensor; the projection is held against the ground there."""
    row, column = grid.place(lat, lon)
    if not all(-0.5 <= p <= n - 0.5 for p, n in zip((row, column), grid.shape, strict=True)):
        corners = [grid.degrees(r, c) for r in (0, grid.shape[0] - 1) for c in (0, grid.shape[1] - 1)]
        (south, west), (north, east) = np.min(corners, axis=0), np.max(corners, axis=0)
        raise UserError(
            f"{grid.path}: the sensor at {lat:g},{lon:g} is outside the raster, which lies between "
            f"{south:.4f},{west:.4f} and {north:.4f},{east:.4f} (latitude,longitude)"
        )
    for down, right in ((0.5, 0.0), (0.0, 0.5)):
        ground = distance_m(*grid.degrees(row - down, column - right), *grid.degrees(row + down, column + right))
        if abs(ground / grid.cell_m - 1.0) > STRETCH:
            raise UserError(
                f"{grid.path}: a cell of {grid.cell_m:g} m on the map is {ground:.4g} m on the ground at the sensor; "
                + _warp_hint(lat, lon)
            )
    return row, column


def _reach(size: int, place: float, cells: float) -> slice:
    """The rows, or columns, within so many cells of the sensor."""
    first = max(0, math.floor(place - cells)) if cells < size else 0
    return slice(first, min(size, math.ceil(place + cells) + 1) if cells < size else size)


def _heights(path: Path, dataset: Any, rows: slice, columns: slice) -> np.ndarray:
    """f4 heights, m, of a window; NaN where there are none."""
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    unit = (dataset.units[0] or "").strip().casefold()
    if unit not in UNITS_M:
        raise UserError(f"{path}: heights in the unit {dataset.units[0]!r}; metres and feet are known")
    gain, shift = dataset.scales[0] * UNITS_M[unit], dataset.offsets[0] * UNITS_M[unit]
    top = np.empty((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    for first in range(0, len(top), STRIP):
        part = top[first : first + STRIP]
        window = Window(columns.start, rows.start + first, part.shape[1], len(part))
        try:
            raw = dataset.read(1, window=window, masked=True)
        except (RasterioError, OSError) as error:
            raise UserError(f"{path}: cannot be read ({error}); the file may be damaged") from None
        np.multiply(raw.data, gain, out=part, casting="unsafe")
        part += np.float32(shift)
        part[np.ma.getmaskarray(raw)] = np.nan
        _check_heights(path, part)
    return top


def _check_heights(path: Path, part: np.ndarray) -> None:
    low, high = np.fmin.reduce(part, axis=None), np.fmax.reduce(part, axis=None)
    if low < LOWEST_M or high > HIGHEST_M:
        raise UserError(
            f"{path}: holds {low if low < LOWEST_M else high:g}, which cannot be a height in metres; "
            "if that stands for no data, tag it: gdal_edit.py -a_nodata VALUE FILE"
        )


def _antenna(
    path: Path, top: np.ndarray, row: float, column: float, height_m: float, above: str
) -> tuple[float, float]:
    """Altitudes of the antenna and of the surface in its cell, m above sea level."""
    ground = float(top[min(max(round(row), 0), len(top) - 1), min(max(round(column), 0), top.shape[1] - 1)])
    if math.isnan(ground):
        raise UserError(
            f"{path}: has no height at the sensor (a void); "
            "fill the raster, gdal_fillnodata.py IN.tif OUT.tif, or place the sensor elsewhere"
        )
    antenna = ground + height_m if above == "ground" else height_m
    if antenna < ground:
        raise UserError(f"the antenna, {antenna:g} m above sea level, is below the surface in its cell, {ground:g} m")
    return antenna, ground


def _fill_voids(top: np.ndarray) -> float:
    """Put the sea where there is no height; the share of such cells."""
    voids = 0
    for first in range(0, len(top), STRIP):
        part = top[first : first + STRIP]
        void = np.isnan(part)
        voids += int(void.sum())
        part[void] = 0.0
    return voids / top.size


def _seen(top: np.ndarray, row: float, column: float, antenna_m: float, cell_m: float) -> np.ndarray:
    """The lowest altitude at which a target is in sight, the surface at least."""
    edge = max(row, column, top.shape[0] - 1 - row, top.shape[1] - 1 - column)
    lowest = sweep(top, row, column, antenna_m, cell_m, max(1, math.ceil(DENSITY * edge)), threads=cores())
    return np.maximum(lowest, top, out=lowest)


def _forget_beyond(lowest: np.ndarray, row: float, column: float, cells: float) -> None:
    """No data beyond a range."""
    if math.isinf(cells):
        return
    along = (np.arange(lowest.shape[1]) - column) ** 2
    for k, line in enumerate(lowest):
        line[along + (k - row) ** 2 > cells * cells] = np.nan


def _profile(dataset: Any, rows: slice, columns: slice) -> dict[str, Any]:
    """What the file says of itself: the raster's own grid, cut to a window."""
    shift = dataset.transform.translation(columns.start, rows.start)
    return {
        "driver": "GTiff", "dtype": "float32", "count": 1, "nodata": math.nan, "crs": dataset.crs,
        "transform": dataset.transform * shift, "height": rows.stop - rows.start, "width": columns.stop - columns.start,
        "tiled": True, "blockxsize": STRIP, "blockysize": STRIP, "bigtiff": "if_safer",
        "compress": "deflate", "zlevel": 1, "predictor": 3,
    }  # fmt: skip


def _write(out: Path, lowest: np.ndarray, profile: dict[str, Any]) -> None:
    import rasterio
    from rasterio.windows import Window

    def write(aside: Path) -> None:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(aside, "w", **profile) as file:
            file.set_band_description(1, "lowest visible altitude, m above sea level")
            file.units = ("m",)
            for first in range(0, len(lowest), STRIP):
                part = lowest[first : first + STRIP]
                file.write(part, 1, window=Window(0, first, part.shape[1], len(part)))

    try:
        write_aside(out, write)
    except OSError as error:
        raise UserError(f"cannot write {out}: {error.strerror or error}") from None
