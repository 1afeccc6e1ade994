"""Buildings and tree cover as polygons with heights, from GeoJSON and GeoParquet, in the scenario's local frame.

Any coordinate reference system in (RFC 7946 longitude and latitude, the older `crs` member of GeoJSON, the PROJJSON of
GeoParquet), metres about the scenario's origin out. Heights are above the ground. What stands on no ground - OSM's
`min_height` and `building:min_level`, of bridges and passages - is taken to reach down to it.
"""

from __future__ import annotations

import functools
import glob
import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground import geodesy
from bartizan.ground.database import connected
from bartizan.ground.errors import UserError, shown
from bartizan.world import geojson

if TYPE_CHECKING:
    from pyproj import CRS, Transformer
    from shapely import STRtree

    from bartizan.world.burn import Rings

LONGITUDE_LATITUDE = "OGC:CRS84"
HIGHEST_M = 900.0  # the highest building stands 828 m
FARTHEST_M = 1e6  # from the origin, as for places of a scenario
TOUCHED_FROM_M = 4.0
POLYGONS = (3, 6)  # of shapely's types: polygon and multipolygon
FOOT_M = 0.3048

_METRES = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)\s*(?:m|metres?|meters?)?\.?\s*", re.IGNORECASE)
_FEET = re.compile(
    r"\s*([-+]?\d+(?:[.,]\d+)?)\s*(?:'|′|ft|feet)\s*(?:(\d+(?:[.,]\d+)?)\s*(?:\"|″|in))?\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class HeightRule:
    """Which property says how high; OSM tags by default."""

    height: str = "height"  # metres; text such as "12", "12 m", "12,5" and feet such as 40' 6" are understood
    storeys: str = "building:levels"  # used where there is no height
    storey_height_m: float = 3.2
    default_m: float | None = None  # where neither is known; None: the median of those that are known


@dataclass(frozen=True)
class Footprints:
    """Polygons with heights in the local frame."""

    geometries: np.ndarray  # object (N,): shapely polygons or multipolygons, m
    height: np.ndarray  # f8 (N,) above the ground, m
    known: np.ndarray  # bool (N,): its height was stated, not assumed
    digest: str  # of the file, the rule and the origin
    extent: tuple[float, float, float, float]  # west, south, east, north
    mended: int = 0  # polygons that were invalid, such as those that cross themselves
    left_out: int = 0  # points, lines, what could not be read or lies beyond 1000 km

    @functools.cached_property
    def tree(self) -> STRtree:
        """The index of bounds, built when it is first asked for."""
        import shapely

        return shapely.STRtree(self.geometries)

    @functools.cached_property
    def rings(self) -> Rings:
        """The polygons as arrays of points, made when they are first asked for."""
        from bartizan.world.burn import rings

        return rings(self.geometries)

    def burn(self, x0: float, y0: float, cell_m: float, nx: int, ny: int) -> np.ndarray:
        """f4 (ny, nx): height, m, of the highest polygon in each cell, 0 where there is none; row 0 southernmost.

        (x0, y0) is the centre of cell (0, 0). Coarse cells are raised by all polygons that touch them. Cells up to
        TOUCHED_FROM_M, where that would make every building a cell too wide, are the highest of four half as large,
        each of which takes the polygon over its middle.
        """
        import shapely

        from bartizan.world.burn import Grid, burn

        west, south = x0 - cell_m / 2, y0 - cell_m / 2
        met = self.tree.query(shapely.box(west, south, west + nx * cell_m, south + ny * cell_m))
        touched = cell_m > TOUCHED_FROM_M
        parts = 1 if touched else 2
        if not len(met):
            return np.zeros((ny, nx), np.float32)
        fine = np.zeros((ny * parts, nx * parts), np.float32)
        burn(self.rings, self.height, met, Grid(west, south, parts / cell_m), touched, fine)
        if touched:
            return fine
        return np.maximum(np.maximum(fine[::2, ::2], fine[::2, 1::2]), np.maximum(fine[1::2, ::2], fine[1::2, 1::2]))


def read(path: Path, origin: tuple[float, float], rule: HeightRule) -> Footprints:
    """The polygons of a GeoJSON or GeoParquet file about `origin` (latitude, longitude).

    Raises UserError where the file cannot be read, holds no polygon near the origin, does not say how high they are, or
    is not in the coordinate reference system that it names.
    """
    return load(path, rule).about(origin)


@dataclass(frozen=True)
class Layer:
    """The polygons of a file as they stand in it, in its own coordinate reference system."""

    path: Path
    geometries: np.ndarray  # object (N,)
    height: np.ndarray  # f8 (N,), m
    known: np.ndarray  # bool (N,)
    crs: CRS
    digest: str
    mended: int
    left_out: int

    def middle(self) -> tuple[float, float]:
        """Latitude and longitude of the polygons' median: a few stray ones do not move it."""
        bounds = _bounds(self.geometries)
        x, y = (np.median((bounds[:, k] + bounds[:, k + 2]) / 2) for k in (0, 1))
        lon, lat = _to_degrees(self.path, self.crs).transform(x, y)
        return float(lat), float(lon)

    def about(self, origin: tuple[float, float]) -> Footprints:
        """The same in the local frame about `origin` (latitude, longitude)."""
        geometries = _moved(self.geometries, _to_degrees(self.path, self.crs), origin)
        bounds = _bounds(geometries)
        farthest = np.abs(bounds).max(axis=1)  # infinite or not a number where it cannot be projected
        near = np.flatnonzero(farthest <= FARTHEST_M)
        if not len(near):
            raise UserError(_nowhere_near(self.path, origin, farthest))
        (west, south), (east, north) = bounds[near, :2].min(axis=0), bounds[near, 2:].max(axis=0)
        return Footprints(
            geometries=geometries[near],
            height=self.height[near],
            known=self.known[near],
            digest=hashlib.sha256(f"{self.digest} {origin!r}".encode()).hexdigest(),
            extent=(float(west), float(south), float(east), float(north)),
            mended=self.mended,
            left_out=self.left_out + len(self.geometries) - len(near),
        )


def load(path: Path, rule: HeightRule) -> Layer:
    """The polygons of a file with their heights. Raises UserError as `read` does."""
    need_geo("read footprints")
    written = _written(path, rule)
    geometries, mended = _polygons(written.geometries)
    of_polygons = np.flatnonzero([g is not None for g in geometries])
    if not len(of_polygons):
        raise UserError(f"{path} holds no polygon: found {_kinds(written.geometries)}")
    _check_units(path, geometries[of_polygons], written.crs)
    _check_named(path, written, rule)
    height, known = _heights(path, written, of_polygons, rule)
    return Layer(
        path=path,
        geometries=geometries[of_polygons],
        height=height,
        known=known,
        crs=written.crs,
        digest=_digest(path, rule),
        mended=mended,
        left_out=len(geometries) - len(of_polygons),
    )


def need_geo(purpose: str) -> None:
    """Raises UserError where the libraries of the extra `geo` are not installed."""
    try:
        import rasterio.features  # noqa: F401
        import shapely  # noqa: F401
    except ImportError as missing:
        raise UserError(f'to {purpose}, install the extra: pip install "bartizan[geo]"') from missing


# ---------------------------------------------------------------------------------------------- files


@dataclass(frozen=True)
class _Written:
    """What a file says: geometries of any kind (None: unreadable), and two properties of each."""

    geometries: np.ndarray  # object
    heights: Sequence[Any]
    storeys: Sequence[Any]
    properties: list[str]  # names, to be told where a named one is not there
    crs: CRS


def _written(path: Path, rule: HeightRule) -> _Written:
    try:
        with path.open("rb") as file:
            is_parquet = file.read(4) == b"PAR1"
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    return _from_parquet(path, rule) if is_parquet else _from_geojson(path, rule)


def _digest(path: Path, rule: HeightRule) -> str:
    with path.open("rb") as file:
        of_file = hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(f"{of_file} {rule!r}".encode()).hexdigest()


def _from_geojson(path: Path, rule: HeightRule) -> _Written:
    import shapely

    content = geojson.content(path, "neither GeoJSON nor GeoParquet")
    features = [f if isinstance(f, dict) else {} for f in geojson.features(path, content)]
    properties = [p if isinstance(p := f.get("properties"), dict) else {} for f in features]
    texts = [_as_text(f.get("geometry", f)) for f in features]
    return _Written(
        geometries=shapely.from_geojson(np.array(texts, object), on_invalid="ignore"),
        heights=[p.get(rule.height) for p in properties],
        storeys=[p.get(rule.storeys) for p in properties],
        properties=sorted({name for p in properties for name in p}),
        crs=_named_crs(path, content),
    )


def _as_text(geometry: Any) -> str:
    """A geometry as the reader of geometries wants it; null where it is nested as none is."""
    try:
        return json.dumps(geometry)
    except RecursionError:
        return "null"


def _named_crs(path: Path, content: Any) -> CRS:
    """The system that a `crs` member of GeoJSON before RFC 7946 names; longitude and latitude without one."""
    if not isinstance(content, dict) or "crs" not in content:
        return _crs(path, LONGITUDE_LATITUDE)
    member = content["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise UserError(f'{path}: crs must be {{"type": "name", "properties": {{"name": ...}}}}, found {shown(member)}')
    return _crs(path, name)


def _crs(path: Path, said: Any) -> CRS:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(said)
    except (CRSError, TypeError, ValueError) as error:
        raise UserError(f"{path}: unknown coordinate reference system {shown(said)}") from error


def _from_parquet(path: Path, rule: HeightRule) -> _Written:
    import duckdb
    import shapely

    source = glob.escape(str(path))  # DuckDB takes a path for a pattern
    try:
        with connected() as connection:
            # With its spatial extension DuckDB would hand over a form of its own; without, it is WKB in all versions.
            connection.execute("SET enable_geoparquet_conversion = false")
            columns = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [source]).fetchall()
            types = {str(c[0]): str(c[1]) for c in columns}
            column, crs = _geometry_column(path, types, _geo_metadata(connection, source))
            wanted = [_quoted(name) if name in types else "NULL" for name in (column, rule.height, rule.storeys)]
            rows = connection.execute(f"SELECT {', '.join(wanted)} FROM read_parquet(?)", [source]).fetchall()
    except duckdb.Error as error:
        raise UserError(f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
    wkb, heights, storeys = zip(*rows, strict=True) if rows else ((), (), ())
    geometries = shapely.from_wkb(np.array(wkb, object), on_invalid="ignore")
    return _Written(geometries, heights, storeys, sorted(set(types) - {column}), crs)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _geo_metadata(connection: Any, source: str) -> dict[str, Any]:
    """The `geo` entry of GeoParquet 1; empty where there is none."""
    query = "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE key = 'geo'::BLOB"
    found = connection.execute(query, [source]).fetchone()
    try:
        return dict(json.loads(found[0])) if found else {}
    except (TypeError, ValueError):
        return {}


def _geometry_column(path: Path, types: dict[str, str], geo: dict[str, Any]) -> tuple[str, CRS]:
    """Name and coordinate reference system of the column that holds the geometries."""
    usable = [name for name, type_ in types.items() if type_ == "BLOB" or type_.startswith("GEOMETRY")]
    column = named if (named := geo.get("primary_column")) in usable else next(iter(usable), None)
    if column is None:
        raise UserError(f"{path} holds no column of geometries; found {', '.join(map(shown, types)) or 'none'}")
    columns = geo.get("columns")
    said = columns.get(column) if isinstance(columns, dict) else None
    said = said if isinstance(said, dict) else {}
    encoding = said.get("encoding", "WKB")
    if encoding != "WKB":
        raise UserError(f"{path}: the column {column} must be encoded as WKB, found {shown(encoding)}")
    if "crs" in said and said["crs"] is None:
        raise UserError(f"{path}: crs of the column {column} is null, unknown; write the file with its CRS")
    # Parquet's own geometry type names its system in the column's type.
    native = re.fullmatch(r"GEOMETRY\('(.*)'\)", types[column], re.DOTALL)
    return column, _crs(path, said.get("crs", native[1] if native else LONGITUDE_LATITUDE))


# ---------------------------------------------------------------------------------------------- geometries


def _polygons(geometries: np.ndarray) -> tuple[np.ndarray, int]:
    """Valid polygons and multipolygons in the order given, None for what is neither, and how many had to be mended."""
    import shapely

    flat = shapely.force_2d(geometries)
    finite = np.isfinite(_bounds(flat)).all(axis=1)  # not so for None and for what is empty
    flat[~finite] = None
    ill = np.flatnonzero(finite & ~shapely.is_valid(flat))
    flat[ill] = shapely.make_valid(flat[ill])
    kinds = shapely.get_type_id(flat)
    for i in np.flatnonzero((kinds == 7) | (np.isin(kinds, (4, 5)))):
        flat[i] = _areas_of(flat[i])
    flat[~np.isin(shapely.get_type_id(flat), POLYGONS)] = None
    return flat, sum(flat[i] is not None for i in ill)


def _areas_of(collection: Any) -> Any:
    """The polygons of a collection as one multipolygon; None where it has none."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(collection))
    parts = parts[shapely.get_type_id(parts) == POLYGONS[0]]
    return shapely.multipolygons(parts) if len(parts) else None


def _bounds(geometries: np.ndarray) -> np.ndarray:
    """f8 (N, 4): west, south, east, north of each; not a number for None."""
    import shapely

    return shapely.bounds(geometries).reshape(-1, 4)


def _kinds(geometries: np.ndarray) -> str:
    """What there is instead of polygons, for a message."""
    import shapely

    names = ["Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"]
    kinds, counts = np.unique(shapely.get_type_id(geometries), return_counts=True)
    found = [f"{n} {names[k] if 0 <= k < len(names) else 'unreadable'}" for k, n in zip(kinds, counts, strict=True)]
    return ", ".join(found) or "no features"


def _check_units(path: Path, geometries: np.ndarray, crs: CRS) -> None:
    """Raises UserError where degrees are taken for metres, or metres for degrees."""
    bounds = _bounds(geometries)
    x, y = np.abs(bounds[:, ::2]).max(), np.abs(bounds[:, 1::2]).max()
    example = f"{bounds[0, 0]:.6g}, {bounds[0, 1]:.6g}"
    in_degrees = x <= 360.0 and y <= 90.0
    if crs.is_geographic and not in_degrees:
        raise UserError(
            f"{path}: coordinates such as {example} are no degrees, but its system is {crs.name};"
            " state the right one (GeoJSON: the member crs; GeoParquet: the metadata geo)"
        )
    # In metres, what fits into degrees and is narrower than 1 m is no building and no wood.
    if not crs.is_geographic and in_degrees and np.median(bounds[:, 2] - bounds[:, 0]) < 1.0:
        raise UserError(
            f"{path}: coordinates such as {example} look like degrees, but its system is {crs.name}, in metres"
        )


def _to_degrees(path: Path, crs: CRS) -> Transformer:
    """From a system to longitude and latitude (WGS 84)."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        return Transformer.from_crs(crs, LONGITUDE_LATITUDE, always_xy=True)
    except ProjError as error:
        raise UserError(f"{path}: its coordinate reference system, {crs.name}, is not tied to the earth") from error


def _moved(geometries: np.ndarray, to_degrees: Transformer, origin: tuple[float, float]) -> np.ndarray:
    """The geometries with all vertices reprojected at once to the local frame about `origin`."""
    import shapely

    def moved(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lon, lat = to_degrees.transform(x, y)
        return geodesy.to_local(lat, lon, origin)

    return shapely.transform(geometries, moved, interleaved=False)


def _nowhere_near(path: Path, origin: tuple[float, float], distance_m: np.ndarray) -> str:
    finite = distance_m[np.isfinite(distance_m)]
    nearest = f"is {finite.min() / 1000:,.0f} km away" if len(finite) else "cannot even be projected"
    return (
        f"{path}: no polygon within {FARTHEST_M / 1000:.0f} km of the scenario's origin"
        f" ({origin[0]:.4f}, {origin[1]:.4f}); the nearest {nearest}."
        " Is its coordinate reference system right, and longitude before latitude?"
    )


# ---------------------------------------------------------------------------------------------- heights


def metres(value: object) -> float:
    """A height, m, as people write it: 12, "12 m", "12,5", "40'", "40'6\\""; not a number for anything else."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:  # a whole number of hundreds of digits
            return math.inf
    text = value if isinstance(value, str) else ""
    if found := _METRES.fullmatch(text):
        return _decimal(found[1])
    if found := _FEET.fullmatch(text):
        return FOOT_M * (_decimal(found[1]) + _decimal(found[2] or "0") / 12)
    return math.nan


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def _check_named(path: Path, written: _Written, rule: HeightRule) -> None:
    """Raises UserError where a property that the user named is not there; OSM's are looked for, not named."""
    usual = HeightRule()
    for field, name, default in (("height", rule.height, usual.height), ("storeys", rule.storeys, usual.storeys)):
        if name and name != default and name not in written.properties:
            raise UserError(f"{path}: {field}: no feature has the property {shown(name)}; {_there(written)}")


def _there(written: _Written) -> str:
    return f"there are: {', '.join(shown(name) for name in written.properties[:40]) or 'none'}"


def _heights(path: Path, written: _Written, of: np.ndarray, rule: HeightRule) -> tuple[np.ndarray, np.ndarray]:
    """Heights, m, of the features numbered `of`, and which of them were stated. 0 counts as not stated."""
    stated = _stated(path, rule.height, written.heights, of, 1.0)
    by_storeys = _stated(path, rule.storeys, written.storeys, of, rule.storey_height_m)
    height = np.where(stated > 0, stated, by_storeys)
    known = height > 0
    if rule.default_m is None and not known.any():
        raise UserError(
            f"{path} says of no polygon how high it is: neither {shown(rule.height)} nor {shown(rule.storeys)}"
            f" is stated. Name another property, or a default height; {_there(written)}"
        )
    default_m = float(np.median(height[known])) if rule.default_m is None else rule.default_m
    return np.where(known, height, default_m), known


def _stated(path: Path, name: str, values: Sequence[Any], of: np.ndarray, unit_m: float) -> np.ndarray:
    """One property of the features numbered `of` as heights, m; not a number where it is not stated."""
    found = _numbers(values[i] for i in of) * unit_m
    wrong = np.flatnonzero((found < 0) | (found > HIGHEST_M))
    if len(wrong):
        i = of[wrong[0]]
        raise UserError(
            f"{path}: feature {i + 1}: {name} is {shown(values[i])}, a height of {found[wrong[0]]:.6g} m;"
            f" allowed are 0 to {HIGHEST_M:.0f} m ({len(wrong)} such features)"
        )
    return found


def _numbers(values: Iterable[Any]) -> np.ndarray:
    return np.array([metres(v) for v in values], float)
