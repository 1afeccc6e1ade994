"""From latitude and longitude to the scenario's local metres, to the earth's axes, and distances (WGS 84)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pyproj import Geod, Transformer

#: mean earth radius (IUGG) and the usual effective radius for radio waves, m
EARTH_RADIUS_M = 6_371_008.77
EFFECTIVE_RADIUS_M = 4.0 / 3.0 * EARTH_RADIUS_M


def local_frame(origin: tuple[float, float]) -> str:
    """The azimuthal-equidistant frame about `origin` (lat, lon) as PROJ writes it."""
    lat, lon = origin
    return f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +datum=WGS84 +units=m"


@functools.cache
def _frame(lat: float, lon: float) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", local_frame((lat, lon)), always_xy=True)


@functools.cache
def _axes() -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


@functools.cache
def _ellipsoid() -> Geod:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def to_local(
    lat: np.ndarray | float, lon: np.ndarray | float, origin: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """East and north, m, of points (degrees) in the azimuthal-equidistant frame about `origin` (lat, lon)."""
    east, north = _frame(*origin).transform(lon, lat)
    return np.asarray(east), np.asarray(north)


def to_degrees(
    east: np.ndarray | float, north: np.ndarray | float, origin: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude, degrees, of local points (m).

    Longitudes lie within 180 degrees of the origin's, and so beyond 180 where a scenario reaches across that meridian:
    no line, area or set of places falls apart there.
    """
    lon, lat = _frame(*origin).transform(east, north, direction="INVERSE")
    turn = 360.0 * np.less(lon, origin[1] - 180.0) - 360.0 * np.greater(lon, origin[1] + 180.0)
    return np.asarray(lat), np.asarray(lon + turn)


def to_axes(lat: np.ndarray | float, lon: np.ndarray | float, height: np.ndarray | float) -> np.ndarray:
    """Points (degrees, m above the ellipsoid) on the earth's own axes, from its centre, m: to longitude 0 on the
    equator, to 90 degrees east there, and to the north pole; (N, 3)."""
    return np.stack(np.broadcast_arrays(*_axes().transform(lon, lat, height)), axis=-1)


def distance_m(lat_1: float, lon_1: float, lat_2: float, lon_2: float) -> float:
    """Geodesic distance in metres."""
    return float(_ellipsoid().inv(lon_1, lat_1, lon_2, lat_2)[2])
