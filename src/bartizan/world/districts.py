"""Districts of a city: named polygons of a GeoJSON file, and the share of each cell of a grid that lies in each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError, shown
from bartizan.world import geojson
from bartizan.world.burn import Grid, Rings, burn

#: Parts along a side into which a cell is cut to find how districts share it.
PARTS = 8
NOWHERE = -1


@dataclass(frozen=True)
class Districts:
    """Polygons with names in the local frame; where two overlap, the later one counts."""

    names: tuple[str, ...]
    rings: Rings

    def numbers(self, west: float, south: float, cell_m: float, rows: int, columns: int) -> np.ndarray:
        """i2 (rows, columns): the district in which the middle of each cell lies, NOWHERE where there is none."""
        found = np.zeros((rows, columns), np.float32)
        ordinal = np.arange(len(self.names), dtype=float)
        burn(self.rings, ordinal + 1, np.arange(len(self.names)), Grid(west, south, 1 / cell_m), False, found)
        return found.astype(np.int16) - 1

    def shares(self, west: float, south: float, cell_m: float, cells: int) -> np.ndarray:
        """f4 (D, cells x cells): the share of each cell's area in each district, to 1 / PARTS^2; row 0 southernmost."""
        fine = self.numbers(west, south, cell_m / PARTS, cells * PARTS, cells * PARTS)
        row, column = np.nonzero(fine != NOWHERE)
        shares = np.zeros((len(self.names), cells * cells), np.float32)
        np.add.at(shares, (fine[row, column], row // PARTS * cells + column // PARTS), 1 / PARTS**2)
        return shares

    def middles(self) -> np.ndarray:
        """f8 (D, 2): a place in each district, m: the middle of its longest chord along the middle line of its box."""
        return np.array([self._middle(n) for n in range(len(self.names))]).reshape(-1, 2)

    def _middle(self, n: int) -> tuple[float, float]:
        west, south, east, north = self.rings.bounds[n]
        y = (south + north) / 2
        crossed = sorted(x for ring in self.outline(n) for x in _crossings(ring, y))
        chords = [(b - a, (a + b) / 2) for a, b in zip(crossed[::2], crossed[1::2], strict=False)]
        return (max(chords)[1] if chords else (west + east) / 2), y

    def outline(self, n: int) -> Iterator[np.ndarray]:
        """The closed rings of district n, f8 (P, 2), m."""
        for r in range(self.rings.polygon[n], self.rings.polygon[n + 1]):
            yield self.rings.xy[self.rings.first[r] : self.rings.first[r + 1]]


def _crossings(ring: np.ndarray, y: float) -> Iterator[float]:
    """East of where the edges of a closed ring cross a line of latitude."""
    for (x_0, y_0), (x_1, y_1) in itertools.pairwise(ring):
        if (y_0 <= y) != (y_1 <= y):
            yield float(x_0 + (x_1 - x_0) * (y - y_0) / (y_1 - y_0))


def read(path: Path, field: str, origin: tuple[float, float]) -> Districts:
    """The polygons of a GeoJSON file about `origin` (latitude, longitude), named by the property `field`.

    Raises UserError where the file cannot be read, holds no polygon, or one has no name or no place on the earth.
    """
    found = list(_features(path, field))
    if not found:
        raise UserError(f"{path}: holds no polygon; districts are polygons with names")
    rings: list[np.ndarray] = []
    polygon = [0]
    for _, geometry in found:
        rings += [_local(path, ring, origin) for ring in _rings(geometry)]
        polygon.append(len(rings))
    first = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)
    bounds = [_bounds(rings[a:b]) for a, b in itertools.pairwise(polygon)]
    return Districts(
        tuple(name for name, _ in found),
        Rings(np.concatenate(rings), first, np.array(polygon, np.int64), np.array(bounds)),
    )


def _features(path: Path, field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and geometry of every polygon and multipolygon."""
    content = geojson.content(path)
    if isinstance(content, dict) and content.get("crs"):
        raise UserError(f"{path}: names a coordinate system of its own (crs); districts are in longitude and latitude")
    for number, feature in enumerate(geojson.features(path, content)):
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        properties = feature.get("properties")
        named = properties.get(field) if isinstance(properties, dict) else None
        if not isinstance(named, str) or not named.strip():
            raise UserError(f"{path}: feature {number} has no text called {field!r}: found {shown(named)}")
        if not _rings(geometry):
            raise UserError(f"{path}: district {named.strip()!r} has no ring of coordinates")
        yield named.strip(), geometry


def _rings(geometry: Mapping[str, Any]) -> list[Any]:
    """The rings of a polygon, or of all parts of a multipolygon; none where there are no lists of them."""
    coordinates = geometry.get("coordinates")
    parts = [coordinates] if geometry["type"] == "Polygon" else coordinates
    lists = [part for part in parts if isinstance(part, list)] if isinstance(parts, list) else []
    return [ring for part in lists for ring in part]


def _local(path: Path, ring: Any, origin: tuple[float, float]) -> np.ndarray:
    """A closed ring in the local frame, f8 (P, 2)."""
    try:
        lon, lat = np.array([[float(point[0]), float(point[1])] for point in ring]).T
    except (TypeError, ValueError, IndexError, KeyError):
        raise UserError(f"{path}: a ring of a polygon is not a list of [longitude, latitude]") from None
    if not (np.abs(lon) <= 360).all() or not (np.abs(lat) <= 90).all():
        raise UserError(f"{path}: coordinates beyond 360 degrees of longitude or 90 of latitude")
    east, north = geodesy.to_local(lat, lon, origin)
    closed = np.column_stack([east, north])
    return closed if (closed[0] == closed[-1]).all() else np.vstack([closed, closed[:1]])


def _bounds(rings: Sequence[np.ndarray]) -> tuple[float, float, float, float]:
    points = np.concatenate(rings) if rings else np.zeros((1, 2))
    return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
