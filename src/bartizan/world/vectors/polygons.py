"""Polygons as they are meant: overlapping parts united, outlines that cross themselves mended, only what can be used.

What is inside is settled within the rings of one polygon; parts of a multipolygon and members of a collection are
united. Outlines that cross or overlap themselves cover all that they go around.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.world.vectors import systems
from bartizan.world.vectors.notes import Note, noted, reasons
from bartizan.world.vectors.table import Source, Table

FARTHEST_M = 1e6  # from the origin, as for places of a scenario
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7  # shapely's numbers of types
NAMES = ("Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
#: An outline that crosses itself more often than this is none of a building: to mend 10,000 crossings takes a second,
#: 40,000 ten.
MOST_CROSSINGS = 5_000
LOOKED_AT = 200  # edges of an outline, to guess how often it crosses itself


@dataclass(frozen=True)
class Areas:
    """The rows of a table that hold polygons, in its own coordinate reference system, perhaps invalid."""

    table: Table
    rows: np.ndarray  # i8 (N,)
    geometries: np.ndarray  # object (N,): polygons and multipolygons
    left_out: Mapping[int, str]  # by row

    @property
    def source(self) -> Source:
        return self.table.source

    def without(self, rows: Mapping[int, str]) -> Areas:
        """The same without some rows, each for its reason."""
        kept = ~np.isin(self.rows, list(rows))
        return Areas(self.table, self.rows[kept], self.geometries[kept], {**self.left_out, **rows})

    def degrees(self) -> tuple[np.ndarray, np.ndarray]:
        """Longitude and latitude of the first corner of each."""
        import shapely

        xy, of = shapely.get_coordinates(self.geometries, return_index=True)
        corners = xy[np.searchsorted(of, np.arange(len(self.geometries)))]
        lon, lat = systems.to_degrees(self.source, self.table.crs).transform(*corners.T)
        return lon, lat

    def about(self, origin: tuple[float, float]) -> LocalAreas:
        """The same in the local frame about `origin` (latitude and longitude), valid, as far as they lie there.

        Raises UserError where there are none.
        """
        geometries = self._moved(origin)
        away = _farthest_m(geometries)
        near = np.flatnonzero(away <= FARTHEST_M)
        if not len(near):
            raise UserError(_nowhere_near(self.source, origin, away))
        left_out = dict.fromkeys(self.rows[away > FARTHEST_M].tolist(), f"farther than {FARTHEST_M / 1000:.0f} km away")
        valid, mended, spoilt = _valid(geometries[near])
        kept = np.array([i for i in range(len(near)) if i not in spoilt], np.int64)
        rows = self.rows[near].tolist()
        left_out |= {rows[i]: why for i, why in spoilt.items()}
        return LocalAreas(
            chosen=near[kept],
            geometries=valid[kept],
            notes=self._notes(left_out, {rows[i]: why for i, why in mended.items()}, len(kept)),
        )

    def _notes(self, left_out: Mapping[int, str], mended: Mapping[int, str], kept: int) -> tuple[Note, ...]:
        """What there is to say of the file. Raises UserError where nothing of it is kept."""
        out = noted("left out", {**self.left_out, **left_out}, self.table.place)
        if not kept:
            raise UserError(_no_polygon(self.source, out))
        in_reading = {row: why for row, why in self.table.mended.items() if row in self.rows and row not in left_out}
        return *out, *noted("mended", {**in_reading, **mended}, self.table.place)

    def _moved(self, origin: tuple[float, float]) -> np.ndarray:
        """The geometries with all vertices reprojected at once to the local frame about `origin`."""
        import shapely

        to_degrees = systems.to_degrees(self.source, self.table.crs)

        def moved(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            lon, lat = to_degrees.transform(x, y)
            return geodesy.to_local(lat, lon, origin)

        moved_all: np.ndarray = shapely.transform(self.geometries, moved, interleaved=False)
        return moved_all


@dataclass(frozen=True)
class LocalAreas:
    """Valid polygons in the local frame, m."""

    chosen: np.ndarray  # i8 (M,): which of those in the file
    geometries: np.ndarray  # object (M,)
    notes: tuple[Note, ...]  # on the whole file


def areas(table: Table) -> Areas:
    """What of a table is polygons. Collections give theirs, however deep; all else is left out with its reason.

    Raises UserError where there are none, or they are not in the system that the table names.
    """
    import shapely

    flat = shapely.force_2d(table.geometries)
    for i in np.flatnonzero(shapely.get_type_id(flat) == COLLECTION).tolist():
        flat[i] = _of_collection(flat[i])
    kinds, empty = shapely.get_type_id(flat), shapely.is_empty(flat)
    usable = np.isin(kinds, (POLYGON, MULTIPOLYGON)) & ~empty
    left_out = {i: _instead(kinds[i], empty[i]) for i in np.flatnonzero(~usable).tolist()} | dict(table.faults)
    found = Areas(table, np.flatnonzero(usable), flat[usable], left_out)
    if not len(found.rows):
        raise UserError(_no_polygon(table.source, noted("left out", left_out, table.place)))
    return found.without(_no_degrees(found))


def _no_degrees(found: Areas) -> dict[int, str]:
    """Rows whose coordinates cannot be degrees, where they should be; if most cannot, the system is wrong."""
    bounds = _bounds(found.geometries)
    systems.check_units(found.source, bounds, found.table.crs)
    if not found.table.crs.is_geographic:
        return {}
    return dict.fromkeys(found.rows[~systems.are_degrees(bounds)].tolist(), "with coordinates that are no degrees")


def _bounds(geometries: np.ndarray) -> np.ndarray:
    """f8 (N, 4): west, south, east, north."""
    import shapely

    return shapely.bounds(geometries).reshape(-1, 4)


def _no_polygon(source: Source, left_out: Sequence[Note]) -> str:
    return f"{source} holds no polygon: found {reasons(left_out) or 'no features'}"


def _nowhere_near(source: Source, origin: tuple[float, float], away_m: np.ndarray) -> str:
    finite = away_m[np.isfinite(away_m)]
    nearest = f"is {finite.min() / 1000:,.0f} km away" if len(finite) else "cannot even be projected"
    return (
        f"{source}: no polygon within {FARTHEST_M / 1000:.0f} km of the scenario's origin"
        f" ({origin[0]:.4f}, {origin[1]:.4f}); the nearest {nearest}."
        " Is its coordinate reference system right, and longitude before latitude?"
    )


def _instead(kind: int, is_empty: bool) -> str:
    if is_empty:
        return "empty"
    return f"{NAMES[kind]}, no polygon" if 0 <= kind < len(NAMES) else "without a geometry"


def _of_collection(collection: object) -> object:
    """The polygons in a collection, in its collections too, as one multipolygon, the parts of which may overlap."""
    import shapely

    parts = np.array([collection], object)
    while (nested := shapely.get_type_id(parts) > POLYGON).any():
        parts = np.concatenate([parts[~nested], shapely.get_parts(parts[nested])])
    polygons = parts[shapely.get_type_id(parts) == POLYGON]
    return shapely.multipolygons(polygons) if len(polygons) else collection


def _farthest_m(geometries: np.ndarray) -> np.ndarray:
    """f8 (N,): from the origin along an axis; infinite where a vertex is at no place."""
    import shapely

    farthest = np.abs(_bounds(geometries)).max(axis=1)
    xy, of = shapely.get_coordinates(geometries, return_index=True)
    farthest[of[~np.isfinite(xy).all(axis=1)]] = np.inf  # bounds pass over such vertices
    return np.where(np.isfinite(farthest), farthest, np.inf)


# ---------------------------------------------------------------------------------------------- mending


def _valid(geometries: np.ndarray) -> tuple[np.ndarray, dict[int, str], dict[int, str]]:
    """Valid polygons; what was mended, and why some are of no use, by index."""
    import shapely

    mended: dict[int, str] = {}
    spoilt: dict[int, str] = {}
    geometries = geometries.copy()
    for i in np.flatnonzero(~shapely.is_valid(geometries)).tolist():
        if _crosses_itself_endlessly(geometries[i]):
            spoilt[i] = "with an outline that crosses itself too often to be mended"
            continue
        mended[i] = _ill(geometries[i])
        geometries[i] = united(geometries[i])
    for i in np.flatnonzero(shapely.is_empty(geometries) | (shapely.area(geometries) <= 0.0)).tolist():
        mended.pop(i, None)
        spoilt.setdefault(i, "without any area")
    return geometries, mended, spoilt


def united(polygon: object) -> object:
    """All that a polygon or a multipolygon covers, valid. Linework made valid would be even-odd instead: what two parts
    cover, or an outline goes around twice, would be lost."""
    import shapely

    valid = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    return valid if shapely.get_type_id(valid) in (POLYGON, MULTIPOLYGON) else shapely.Polygon()


def _ill(polygon: object) -> str:
    """What is wrong with a polygon, in words."""
    import shapely

    parts = shapely.get_parts(polygon)
    if len(parts) > 1 and shapely.is_valid(parts).all():
        return "with parts that overlap or share a wall, united"
    return "with an outline that crosses or overlaps itself, or holes that are none"


def _crosses_itself_endlessly(polygon: object) -> bool:
    """Guessed from some of its edges and the boxes around all."""
    import shapely

    xy, of = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    if len(xy) ** 2 <= MOST_CROSSINGS:
        return False
    edges = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[of[:-1] == of[1:]])
    tree, some = shapely.STRtree(edges), edges[:: max(1, len(edges) // LOOKED_AT)]
    most, met = 2 * MOST_CROSSINGS * len(some) / len(edges), 0
    for edge in some:
        met += len(tree.query(edge, predicate="intersects")) - 3  # itself and its neighbours
        if met > most:
            return True
    return False
