"""Points and multipolygons as well-known binary (OGC 06-103r4), little endian, in two dimensions."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

_POINT, _POLYGON, _MULTIPOLYGON = 1, 3, 6
_HEAD, _COUNT, _PAIR = struct.Struct("<BI"), struct.Struct("<I"), struct.Struct("<dd")


def encoded(geometry: str, coordinates: Any) -> bytes:
    """A Point or MultiPolygon with coordinates as GeoJSON has them."""
    if geometry == "Point":
        return _HEAD.pack(1, _POINT) + _PAIR.pack(*coordinates)
    polygons = b"".join(_polygon(rings) for rings in coordinates)
    return _HEAD.pack(1, _MULTIPOLYGON) + _COUNT.pack(len(coordinates)) + polygons


def _polygon(rings: Sequence[Sequence[Sequence[float]]]) -> bytes:
    parts = [_HEAD.pack(1, _POLYGON), _COUNT.pack(len(rings))]
    for ring in rings:
        parts.append(_COUNT.pack(len(ring)))
        parts += [_PAIR.pack(*point) for point in ring]
    return b"".join(parts)


def bounds(geometry: str, coordinates: Any) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    lon, lat = zip(*_points(geometry, coordinates), strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def _points(geometry: str, coordinates: Any) -> Iterator[Sequence[float]]:
    if geometry == "Point":
        yield coordinates
    else:
        for polygon in coordinates:
            for ring in polygon:
                yield from ring
