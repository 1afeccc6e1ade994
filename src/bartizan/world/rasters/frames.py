"""Where the samples of a raster lie: its grid and coordinate system in the local frame, and whether they can."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.world.rasters.resample import LATTICE_M, Cells, Lattice

if TYPE_CHECKING:
    from pyproj import Transformer

#: a file farther from the origin than this is taken for a mistake, m
FARTHEST_M = 1_000_000.0
#: cells are no smaller, m: what seems to be is in degrees
SMALLEST_CELL_M = 0.005


@functools.cache
def _from_degrees(wkt: str) -> Transformer:
    """From longitude and latitude, whole turns of which are kept: a map of the world goes on beyond its edge."""
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", wkt, always_xy=True, force_over=True)


def _affine(transform: tuple[float, ...], col: Any, row: Any) -> tuple[Any, Any]:
    a, b, c, d, e, f = transform
    return a * col + b * row + c, d * col + e * row + f


@dataclass(frozen=True)
class Frame:
    """Where the samples of a file lie: its coordinate system, its geotransform and the origin of the local frame."""

    wkt: str
    transform: tuple[float, ...]  # (column, row) of cell corners to coordinates: ax + by + c, dx + ey + f
    middle_deg: float  # longitude of the middle, on the turn on which its coordinates are
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
        # files may count longitudes from 0 to 360 or cross the antimeridian
        lon = self.middle_deg + (lon - self.middle_deg + 180.0) % 360.0 - 180.0
        x, y = _from_degrees(self.wkt).transform(lon, lat)
        x, y = np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)
        a, b, c, d, e, f = self.transform
        col, row = (e * (x - c) - b * (y - f)) / (a * e - b * d), (a * (y - f) - d * (x - c)) / (a * e - b * d)
        return row - 0.5, col - 0.5

    @functools.cached_property
    def unit_m(self) -> float:
        """Metres in a unit of its coordinates, where these are not degrees."""
        from pyproj import CRS

        return float(CRS.from_wkt(self.wkt).axis_info[0].unit_conversion_factor)

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


# ------------------------------------------------------------------------------------------------ what is wrong


def frame_of(path: Path, dataset: Any, origin: tuple[float, float]) -> Frame:
    """Raises UserError where a file does not say, or cannot mean, where it lies."""
    if dataset.gcps[0] and dataset.transform.is_identity:
        raise UserError(
            f"{path}: is placed by {len(dataset.gcps[0])} control points and has no grid of its own; "
            f"give it one (gdalwarp -r bilinear {path.name} straight.tif)"
        )
    if dataset.crs is None or dataset.transform.is_identity:
        missing = "coordinate system (CRS)" if dataset.crs is None else "geotransform"
        raise UserError(
            f"{path}: has no {missing}, so that its place is unknown; if you know it, write it into the file "
            "(gdal_edit.py -a_srs EPSG:32637 -a_ullr WEST NORTH EAST SOUTH FILE)"
        )
    if not dataset.transform.determinant:
        raise UserError(f"{path}: its geotransform has cells without area; write a right one (gdal_edit.py -a_ullr)")
    transform = tuple(dataset.transform)[:6]
    wkt, middle = _flat(dataset.crs.to_wkt()), _affine(transform, 0.5 * dataset.width, 0.5 * dataset.height)
    lon, _ = _from_degrees(wkt).transform(*middle, direction="INVERSE")
    frame = Frame(wkt, transform, lon if math.isfinite(lon) else origin[1], origin)
    _check_degrees(path, dataset, frame)
    return frame


def _flat(wkt: str) -> str:
    """A coordinate system without its heights."""
    from pyproj import CRS

    crs = CRS.from_wkt(wkt)
    return crs.sub_crs_list[0].to_wkt() if crs.is_compound else wkt


def _check_degrees(path: Path, dataset: Any, frame: Frame) -> None:
    """Metres in a system of degrees, or degrees in one of metres: the latter lie near the origin if read as degrees."""
    cols, rows = np.array([0, dataset.width] * 2), np.repeat([0, dataset.height], 2)
    xs, ys = _affine(frame.transform, cols, rows)
    small = max(map(abs, xs)) <= 360.5 and max(map(abs, ys)) <= 90.5
    stood = f"x {min(xs):.6g} to {max(xs):.6g}, y {min(ys):.6g} to {max(ys):.6g}"
    name = _name(dataset.crs)
    if dataset.crs.is_geographic and not small:
        raise UserError(
            f"{path}: its coordinate system is in degrees ({name}), but its coordinates are not ({stood}): "
            "metres taken for degrees; write the right system into the file (gdal_edit.py -a_srs)"
        )
    if not dataset.crs.is_geographic and small and _would_fit_as_degrees(dataset, frame):
        raise UserError(
            f"{path}: its coordinate system is in metres ({name}), but its coordinates look like degrees ({stood}): "
            "geographic degrees taken for metres; write the right system into the file (gdal_edit.py -a_srs EPSG:4326)"
        )


def _would_fit_as_degrees(dataset: Any, frame: Frame) -> bool:
    """Whether a file lies near the origin as degrees only: a plan in metres about its own middle has small numbers."""
    middle = np.asarray(0.5 * dataset.height - 0.5), np.asarray(0.5 * dataset.width - 0.5)
    lon, lat = _affine(frame.transform, 0.5 * dataset.width, 0.5 * dataset.height)
    if geodesy.distance_m(lat, lon, *frame.origin) > FARTHEST_M:
        return False
    north, east = frame.local(*middle)
    cell = math.sqrt(abs(dataset.transform.determinant))
    return cell < SMALLEST_CELL_M or not math.hypot(float(north), float(east)) <= FARTHEST_M


def _name(crs: Any) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.to_wkt().split('"')[1]


def extent_of(frame: Frame, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """West, south, east, north, local m, of 65 x 65 points; NaN if the coordinate system reaches none of them."""
    edges = (np.linspace(-0.5, n - 0.5, 65) for n in shape)
    north, east = frame.local(*np.meshgrid(*edges, indexing="ij"))
    reached = np.isfinite(north) & np.isfinite(east)
    if not reached.any():
        return math.nan, math.nan, math.nan, math.nan
    east, north = east[reached], north[reached]
    return float(east.min()), float(north.min()), float(east.max()), float(north.max())


def check_near(path: Path, frame: Frame, shape: tuple[int, int], extent: tuple[float, ...]) -> None:
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
