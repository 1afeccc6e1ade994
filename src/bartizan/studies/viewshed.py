"""The lowest visible altitude over one raster of heights, in its own grid, written as a GeoTIFF.

A map projection is taken for a plane that is true to the ground, which is checked at the sensor: to 1 %, which is how
far its ranges are off. A raster in degrees, or in a projection that stretches there, is refused with the command that
makes a fit one of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.ground.machine import cores
from bartizan.ground.writing import write_aside
from bartizan.physics.wedge import Mast, sweep
from bartizan.world.rasters import sources
from bartizan.world.rasters.files import CACHE_BYTES, opened

#: Rays for each cell along the edge: behind a near ridge in mountains one leaves errors of 0.4 m (p95), two of 0.2 m.
DENSITY = 2.0
#: Rows that are read or written at a time, and the side of a tile in the file.
STRIP = 256
#: Altitudes are rounded up to parts of a metre: half the file, and a third less time to write it.
PARTS = np.float32(64)
#: Part by which a projection may stretch the ground at the sensor.
STRETCH = 0.01


@dataclass(frozen=True)
class Sight:
    """What was written: the window of the raster in which a sensor was looked out from."""

    antenna_m: float  # above sea level
    ground_m: float
    cell_m: float
    shape: tuple[int, int]
    void_share: float  # of cells without a height
    notes: tuple[str, ...]  # what there is to tell of the raster


def cells_in(path: Path) -> int:
    """How many cells a raster has. Raises UserError where it is none."""
    with opened(path) as dataset:
        return int(dataset.width) * int(dataset.height)


def write_sight(
    path: Path,
    out: Path,
    at: tuple[float, float],
    height_m: float,
    *,
    above: str = "ground",
    range_m: float = math.inf,
    unit: str | None = None,
    below_sea: sources.BelowSea = None,
) -> Sight:
    """Write the lowest altitude, m above sea level, at which a sensor at `at` (latitude, longitude) sees a target.

    height_m: of the antenna, above "ground" or "sea". The surface itself is the lowest that there is to see. Cells
    beyond range_m have no data. Cells without a height count as the sea. `unit` and `below_sea` are of the raster,
    where they are stated. Raises UserError if raster and sensor are not fit for one another.
    """
    source = sources.Source.open(path, at, unit=unit, below_sea=below_sea)
    raster = source.file
    with source.reader() as reader:
        dataset = reader.dataset
        cell_m = _cell_m(raster, dataset)
        row, column = _sensor(raster, cell_m, *at)
        rows, columns = (_reach(n, p, range_m / cell_m) for n, p in zip(raster.shape, (row, column), strict=True))
        top = _heights(reader, rows, columns)
        profile = _profile(dataset, rows, columns)
    row, column = row - rows.start, column - columns.start
    antenna, ground = _antenna(path, top, row, column, height_m, above)
    void_share = _fill_voids(top)
    lowest = _seen(top, row, column, antenna, cell_m)
    _forget_beyond(lowest, row, column, range_m / cell_m)
    _write(out, lowest, profile)
    return Sight(antenna, ground, cell_m, lowest.shape, void_share, source.notes)


def _cell_m(raster: sources.File, dataset: Any) -> float:
    """The side of its cells, if they are squares in metres."""
    a, b, _, d, e, _ = raster.frame.transform
    if b or d:
        raise UserError(
            f"{raster.path}: its rows and columns lie turned against the axes; turn it: gdalwarp -r bilinear IN OUT"
        )
    if dataset.crs.is_geographic:
        west, south, east, north = dataset.bounds
        raise UserError(f"{raster.path}: is in degrees; {_warp_hint(0.5 * (south + north), 0.5 * (west + east))}")
    if not math.isclose(abs(a), abs(e), rel_tol=1e-4):
        raise UserError(
            f"{raster.path}: its cells, {abs(a):g} by {abs(e):g}, are not square; "
            "make them so: gdalwarp -r bilinear -tr SIDE SIDE IN OUT"
        )
    return abs(a) * raster.frame.unit_m


def _warp_hint(lat: float, lon: float) -> str:
    return (
        "give it in metres true to the ground: "
        f'gdalwarp -t_srs "+proj=aeqd +lat_0={lat:.4f} +lon_0={lon:.4f} +datum=WGS84" -tr 30 30 IN OUT'
    )


def _sensor(raster: sources.File, cell_m: float, lat: float, lon: float) -> tuple[float, float]:
    """Row and column of the sensor, which is the origin; the projection is held against the ground there."""
    row, column = (float(v) for v in raster.frame.index(np.array(0.0), np.array(0.0)))
    rows, columns = raster.shape
    if not (-0.5 <= row <= rows - 0.5 and -0.5 <= column <= columns - 0.5):
        corners = raster.frame.degrees(np.array([0, 0, rows - 1, rows - 1]), np.array([0, columns - 1] * 2))
        (south, west), (north, east) = np.min(corners, axis=1), np.max(corners, axis=1)
        raise UserError(
            f"{raster.path}: the sensor at {lat:g},{lon:g} is outside the raster, which lies between "
            f"{south:.4f},{west:.4f} and {north:.4f},{east:.4f} (latitude,longitude)"
        )
    for ground in raster.frame.steps_m(row, column):
        if abs(ground / cell_m - 1.0) > STRETCH:
            raise UserError(
                f"{raster.path}: a cell of {cell_m:g} m on the map is {ground:.4g} m on the ground at the sensor; "
                + _warp_hint(lat, lon)
            )
    return row, column


def _reach(size: int, place: float, cells: float) -> slice:
    """The rows, or columns, within so many cells of the sensor."""
    if math.isinf(cells):
        return slice(0, size)
    return slice(max(0, math.floor(place - cells)), min(size, math.ceil(place + cells) + 1))


def _heights(reader: sources.Reader, rows: slice, columns: slice) -> np.ndarray:
    """f4 heights, m, of a window; NaN where there are none."""
    top = np.empty((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    for first in range(0, len(top), STRIP):
        part = top[first : first + STRIP]
        start = rows.start + first
        part[:] = reader.heights(start, start + len(part), columns.start, columns.stop)
    return top


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
    lowest = sweep(top, Mast(row, column, antenna_m, cell_m), max(1, math.ceil(DENSITY * edge)), threads=cores())
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
    from rasterio import Affine

    a, _, c, _, e, f = dataset.transform[:6]
    return {
        "driver": "GTiff", "dtype": "float32", "count": 1, "nodata": math.nan, "crs": dataset.crs,
        "transform": Affine(a, 0, c + columns.start * a, 0, e, f + rows.start * e),
        "height": rows.stop - rows.start, "width": columns.stop - columns.start,
        "tiled": True, "blockxsize": STRIP, "blockysize": STRIP, "bigtiff": "if_safer",
        "compress": "deflate", "zlevel": 1, "predictor": 3,
    }  # fmt: skip


def _write(out: Path, lowest: np.ndarray, profile: dict[str, Any]) -> None:
    import rasterio
    from rasterio.windows import Window

    def write(aside: Path) -> None:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), rasterio.open(aside, "w", **profile) as file:
            file.set_band_description(1, "lowest visible altitude, m above sea level")
            file.units = ("m",)
            for first in range(0, len(lowest), STRIP):
                part = np.ceil(lowest[first : first + STRIP] * PARTS) / PARTS
                file.write(part, 1, window=Window(0, first, part.shape[1], len(part)))

    try:
        write_aside(out, write)
    except OSError as error:
        raise UserError(f"cannot write {out}: {error.strerror or error}") from None
