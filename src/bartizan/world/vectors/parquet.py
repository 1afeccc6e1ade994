"""GeoParquet 1, and Parquet with its own geometry type, as a table: of well-known binary, or lists of coordinates."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground.database import connected, named, parquet
from bartizan.ground.errors import UserError, shown
from bartizan.world.vectors.systems import LONGITUDE_LATITUDE, system
from bartizan.world.vectors.table import Source, Table
from bartizan.world.vectors.wkb import geometries as from_wkb

if TYPE_CHECKING:
    from pyproj import CRS

#: A list of rings, and of polygons, as lists of x and y; GeoParquet calls them polygon and multipolygon.
_NATIVE = re.compile(r"STRUCT\(x [A-Z]+, y [A-Z]+.*\)(\[\](?:\[\]){1,2})", re.DOTALL)


@dataclass(frozen=True)
class _Column:
    """A column: its name in the file, that by which DuckDB tells it from one that differs in case only, its type."""

    name: str
    alias: str
    type_: str

    @property
    def lists(self) -> int:
        """How deep its coordinates are nested; 0 where they are binary."""
        found = _NATIVE.fullmatch(self.type_)
        return len(found[1]) // 2 if found else 0

    @property
    def holds_geometries(self) -> bool:
        return self.type_ == "BLOB" or self.type_.startswith("GEOMETRY") or self.lists > 0


def read(source: Source, wanted: Sequence[str]) -> Table:
    """The rows of a file with their properties, those `wanted`. Raises UserError where it cannot be read."""
    import duckdb

    path = source.path
    try:
        with connected() as connection:
            # With its spatial extension DuckDB would hand over a form of its own; without, it is WKB in all versions.
            connection.execute("SET enable_geoparquet_conversion = false")
            columns = _columns(connection, path)
            column, crs = _geometry_column(source, columns, _geo_metadata(connection, path))
            asked = [c for c in columns if c.name in wanted and c is not column]
            selected = ", ".join([*_coordinates(column), *(_quoted(c.alias) for c in asked)])
            rows = connection.execute(f"SELECT {selected} FROM {parquet(path)}").fetchall()
    except (duckdb.Error, OSError) as error:  # the latter where a file says of itself that it is longer than it is
        raise UserError(f"{source} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
    parts = len(_coordinates(column))
    values = list(zip(*rows, strict=True)) or [()] * (parts + len(asked))
    geometries, faults, mended = _nested(values[:parts]) if column.lists else from_wkb(values[0])
    return Table(
        source=source,
        geometries=geometries,
        columns={c.name: v for c, v in zip(asked, values[parts:], strict=True)},
        properties=sorted(c.name for c in columns if c is not column),
        crs=crs,
        faults=faults,
        mended=mended,
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _columns(connection: Any, path: Path) -> list[_Column]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {parquet(path)}").fetchall()
    nodes = connection.execute(f"SELECT name, num_children FROM parquet_schema({named(path)})").fetchall()
    names = list(_children(nodes))
    if len(names) != len(described):
        names = [alias for alias, *_ in described]
    return [_Column(name, str(row[0]), str(row[1])) for name, row in zip(names, described, strict=True)]


def _children(nodes: Sequence[tuple[str, int | None]]) -> Sequence[str]:
    """The names right below the root of a schema that is listed depth first."""
    names = []
    at = 1
    while at < len(nodes):
        names.append(nodes[at][0])
        within = 1
        while within and at < len(nodes):
            within += (nodes[at][1] or 0) - 1
            at += 1
    return names


def _geo_metadata(connection: Any, path: Path) -> dict[str, Any]:
    """The `geo` entry of GeoParquet 1; empty where there is none."""
    query = f"SELECT decode(value) FROM parquet_kv_metadata({named(path)}) WHERE key = 'geo'::BLOB"
    found = connection.execute(query).fetchone()
    try:
        return dict(json.loads(found[0])) if found else {}
    except (TypeError, ValueError):
        return {}


def _geometry_column(source: Source, columns: Sequence[_Column], geo: dict[str, Any]) -> tuple[_Column, CRS]:
    """The column that holds the geometries, the primary one of several, and its coordinate reference system."""
    usable = {c.name: c for c in columns if c.holds_geometries}
    about = geo.get("columns")
    about = about if isinstance(about, dict) else {}
    named = [geo.get("primary_column"), *about, *usable]
    column = next((usable[name] for name in named if isinstance(name, str) and name in usable), None)
    if column is None:
        there = ", ".join(f"{shown(c.name)} ({shown(c.type_)})" for c in columns[:40]) or "none"
        raise UserError(f"{source} holds no column of polygons; there are: {there}")
    said = about.get(column.name)
    said = said if isinstance(said, dict) else {}
    if "crs" in said and said["crs"] is None:
        raise UserError(f"{source}: crs of the column {column.name} is null, unknown; write the file with its CRS")
    # Parquet's own geometry type names its system in the column's type.
    native = re.fullmatch(r"GEOMETRY\('(.*)'\)", column.type_, re.DOTALL)
    return column, system(source, said.get("crs", native[1] if native else LONGITUDE_LATITUDE))


# ---------------------------------------------------------------------------------------------- lists of coordinates


def _coordinates(column: _Column) -> list[str]:
    """What is asked of the column: its binary; or x, y, and the lengths of its rings (and of its parts)."""
    name = _quoted(column.alias)
    if not column.lists:
        return [name]
    rings = name if column.lists == 2 else f"flatten({name})"
    asked = [f"[p.x FOR p IN flatten({rings})]", f"[p.y FOR p IN flatten({rings})]", f"[len(r) FOR r IN {rings}]"]
    return asked if column.lists == 2 else [*asked, f"[len(q) FOR q IN {name}]"]


def _nested(columns: Sequence[Sequence[Any]]) -> tuple[np.ndarray, dict[int, str], dict[int, str]]:
    """Object (N,): polygons of x, y and the lengths of their rings (and parts); why some are none, by row."""
    import shapely

    found = np.full(len(columns[0]), None, object)
    there = [i for i, x in enumerate(columns[0]) if x is not None]
    faults = {i: "without a geometry" for i, x in enumerate(columns[0]) if x is None}
    try:
        found[there] = _ragged([[column[i] for i in there] for column in columns])
    except (shapely.GEOSException, TypeError, ValueError):  # one does not close, or has a null in it: one by one
        for i in there:
            try:
                found[i] = _ragged([[column[i]] for column in columns])[0]
            except (shapely.GEOSException, TypeError, ValueError) as error:
                faults[i] = f"unreadable: {str(error).splitlines()[0]}"
    return found, faults, {}


def _ragged(columns: Sequence[Sequence[Any]]) -> Any:
    import shapely

    xy = np.column_stack([np.array([v for row in column for v in row], float) for column in columns[:2]])
    offsets = [_offsets(length for row in column for length in row) for column in columns[2:]]
    rows = _offsets(len(row) for row in columns[-1])
    kind = shapely.GeometryType.POLYGON if len(columns) == 3 else shapely.GeometryType.MULTIPOLYGON
    return shapely.from_ragged_array(kind, xy, (*offsets, rows))


def _offsets(lengths: Any) -> np.ndarray:
    return np.cumsum([0, *lengths])
