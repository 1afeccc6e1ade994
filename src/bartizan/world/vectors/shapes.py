"""Geometries of GeoJSON read number by number, where they are not quite as they should be: what can be set right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
LEAST_CORNERS = 3


class Unreadable(ValueError):
    """What cannot be taken for a geometry; the text says why."""


def shape(written: Any) -> tuple[Any, str]:
    """The polygons of a geometry as a multipolygon, and what had to be mended, "" for nothing. Further numbers beside
    two coordinates are none of ours (RFC 7946, 3.1.1). Raises Unreadable where there is no polygon to be had."""
    import shapely

    if written is None:
        raise Unreadable("without a geometry")
    mended: dict[str, None] = {}
    parts = [_polygon(p, mended) for p in _polygons(written)]
    if not parts:
        raise Unreadable(_instead(written))
    areas = [part for part in parts if part is not None]
    if not areas:
        raise Unreadable("with fewer than three corners")
    return shapely.multipolygons(areas), " and ".join(mended)


def _instead(written: Any) -> str:
    kind = written.get("type") if isinstance(written, dict) else None
    return f"{kind}, no polygon" if kind in KINDS else "with a geometry of no kind that GeoJSON has"


def _polygons(written: Any) -> Iterator[list[Any]]:
    """The lists of rings of all polygons in a geometry, collections in collections as deep as they go."""
    waiting = [written]
    while waiting:
        geometry = waiting.pop()
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind == "GeometryCollection":
            waiting += reversed(_list(geometry.get("geometries")))
        elif kind == "Polygon":
            yield _list(geometry.get("coordinates"))
        elif kind == "MultiPolygon":
            yield from (_list(part) for part in _list(geometry.get("coordinates")))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable("with coordinates that are no lists of numbers")
    return value


def _polygon(written: list[Any], mended: dict[str, None]) -> Any:
    """A polygon; None where its outline has too few corners."""
    import shapely

    rings = [_ring(ring, mended) for ring in written]
    if not rings or not rings[0]:
        return None
    return shapely.Polygon(rings[0], [hole for hole in rings[1:] if hole])


def _ring(written: Any, mended: dict[str, None]) -> list[tuple[float, float]]:
    """A closed ring; empty where it has too few corners."""
    ring = [_corner(corner, mended) for corner in _list(written)]
    if len(set(ring)) < LEAST_CORNERS:
        mended["with a ring of fewer than three corners, left out"] = None
        return []
    if ring[0] != ring[-1]:
        mended["with an open ring, closed"] = None
        ring.append(ring[0])
    return ring


def _corner(written: Any, mended: dict[str, None]) -> tuple[float, float]:
    corner = _list(written)[:2]
    if any(isinstance(value, str) for value in corner):
        mended["with numbers written as text"] = None
    try:
        x, y = (float(value) for value in corner)
    except (TypeError, ValueError, OverflowError):
        raise Unreadable("with coordinates that are no numbers") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Unreadable("with coordinates that are not finite")
    return x, y
