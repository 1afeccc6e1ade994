"""Coordinate reference systems of files: by any of their names, checked against the coordinates, to degrees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground.errors import UserError, shown
from bartizan.world.vectors.table import Source

if TYPE_CHECKING:
    from pyproj import CRS, Transformer

LONGITUDE_LATITUDE = "OGC:CRS84"
#: names of longitude and latitude that PROJ does not know
_CRS84 = re.compile(r"(?:CRS:?|(?:urn:[\w-]+:def:crs:)?OGC:[\d.]*:?)(?:CRS)?:?84", re.IGNORECASE)
_EPSG_IN_XML = re.compile(r"https?://www\.opengis\.net/gml/srs/epsg\.xml#(\d+)", re.IGNORECASE)
WHOLE_TURN_DEG = 360.0
STATE_IT = "(GeoJSON: the member crs; GeoParquet: the metadata geo; others: ogr2ogr -a_srs EPSG:... OUT IN)"


def system(source: Source, said: Any) -> CRS:
    """The system of a name, a code, WKT or PROJJSON. Raises UserError where it is none."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(_known_name(said) if isinstance(said, str) else said)
    except (CRSError, TypeError, ValueError) as error:
        raise UserError(f"{source}: unknown coordinate reference system {shown(said)}") from error


def _known_name(said: str) -> str:
    name = said.strip()
    if _CRS84.fullmatch(name):
        return LONGITUDE_LATITUDE
    found = _EPSG_IN_XML.fullmatch(name)
    return f"EPSG:{found[1]}" if found else name


def to_degrees(source: Source, crs: CRS) -> Transformer:
    """From a system to longitude and latitude (WGS 84)."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(crs, LONGITUDE_LATITUDE, always_xy=True)
    except ProjError as error:
        raise UserError(f"{source}: its coordinate reference system, {crs.name}, is not tied to the earth") from error


def check_units(source: Source, bounds: np.ndarray, crs: CRS) -> None:
    """Raises UserError where most polygons, of `bounds` (N, 4), have degrees for metres or metres for degrees."""
    in_degrees = are_degrees(bounds)
    example = f"{bounds[0, 0]:.6g}, {bounds[0, 1]:.6g}"
    if crs.is_geographic and in_degrees.mean() < 0.5:
        if are_degrees(bounds[:, [1, 0, 3, 2]]).mean() > 0.5:
            raise UserError(
                f"{source}: coordinates such as {example} are degrees with the latitude first; files have the longitude"
                " first: swap them (ST_FlipCoordinates of PostGIS and DuckDB, 'Swap X and Y coordinates' of QGIS)"
            )
        raise UserError(
            f"{source}: coordinates such as {example} are no degrees, but its system is {crs.name};"
            f" state the right one {STATE_IT}"
        )
    # In metres, what fits into degrees and is narrower than 1 m is no building and no wood.
    if not crs.is_geographic and in_degrees.all() and np.median(bounds[:, 2] - bounds[:, 0]) < 1.0:
        raise UserError(
            f"{source}: coordinates such as {example} look like degrees, but its system is {crs.name}, in metres"
        )


def are_degrees(bounds: np.ndarray) -> np.ndarray:
    """bool (N,): which bounds could be of longitudes and latitudes."""
    away = np.abs(bounds)
    inside: np.ndarray = (away[:, ::2] <= WHOLE_TURN_DEG).all(axis=1) & (away[:, 1::2] <= WHOLE_TURN_DEG / 4).all(
        axis=1
    )
    return inside
