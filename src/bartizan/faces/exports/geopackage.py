"""Layers as one GeoPackage (OGC 12-128r17, version 1.3): a table for each in a SQLite file."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from bartizan.faces.exports import Documents, wkb
from bartizan.faces.exports.features import Layer
from bartizan.faces.exports.files import around
from bartizan.ground.writing import write_aside

WGS84 = 4326


def write(documents: Documents, path: Path) -> list[Path]:
    """One file with a table for each layer."""
    layers, credit = documents["layers"](), documents["credit"]()

    def fill(aside: Path) -> None:
        aside.unlink(missing_ok=True)
        connection = sqlite3.connect(aside)
        try:
            connection.executescript(_GEOPACKAGE)
            for layer in layers:
                _add_layer(connection, layer, credit)
            connection.commit()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
            raise OSError(errno.EIO, str(error)) from None
        finally:
            connection.close()

    write_aside(path, fill)
    return [path]


_GEOPACKAGE = """
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],
  PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', 'longitude and latitude');
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL PRIMARY KEY REFERENCES gpkg_contents(table_name),
  column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
  m TINYINT NOT NULL);
"""
_SQL_TYPES: Mapping[type, str] = {str: "TEXT", float: "DOUBLE", int: "INTEGER", bool: "BOOLEAN"}


def _add_layer(connection: sqlite3.Connection, layer: Layer, credit: str) -> None:
    columns = layer.columns
    named = "".join(f', "{name}" {_SQL_TYPES[kind]}' for name, kind in columns.items())
    connection.execute(f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT, geom BLOB{named})')
    box = around(wkb.bounds(layer.geometry, f.coordinates) for f in layer.features)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, "
        "srs_id) VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?)", (layer.name, layer.title, credit, *box, WGS84),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (layer.name, layer.geometry.upper(), WGS84),
    )
    marks = ", ".join("?" * (2 + len(columns)))
    rows = [
        (None, _GEOPACKAGE_HEAD + wkb.encoded(layer.geometry, f.coordinates), *(f.properties.get(c) for c in columns))
        for f in layer.features
    ]
    connection.executemany(f'INSERT INTO "{layer.name}" VALUES ({marks})', rows)


#: "GP", version 1, little endian without an envelope, and the reference system
_GEOPACKAGE_HEAD = b"GP\x00\x01" + WGS84.to_bytes(4, "little")
