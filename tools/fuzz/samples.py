"""Small sound files of every kind that is read, to be damaged: polygons, heights and a background map."""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

#: Where they lie: the south-west corner, degrees.
CORNER = (46.0, 9.0)
#: Heights on a side of one .hgt: the coarser of the two sizes that there are.
_SIDE = 1201
_PNG = b"\x89PNG\r\n\x1a\n0/0/0"


def polygons(folder: Path) -> Iterator[Path]:
    """A town of a few houses with names, in every format that polygons come in."""
    features = [_house(k) for k in range(12)]
    whole = folder / "town.geojson"
    whole.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    lines = folder / "town.geojsonl"
    lines.write_text("".join(f"{json.dumps(each)}\n" for each in features))
    packed = folder / "town.geojson.gz"
    packed.write_bytes(gzip.compress(whole.read_bytes()))
    yield from (whole, lines, packed)
    yield from _parquet(folder, features)
    yield from _through_ogr(folder, features)


def _house(number: int) -> dict[str, Any]:
    south, west = CORNER[0] + 0.4 + 0.001 * (number // 4), CORNER[1] + 0.4 + 0.001 * (number % 4)
    ring = [[west, south], [west + 5e-4, south], [west + 5e-4, south + 4e-4], [west, south + 4e-4], [west, south]]
    properties = {"height": 3.0 + number, "building:levels": "2", "name": f"house {number}"}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _columns(features: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {key: [each["properties"][key] for each in features] for key in features[0]["properties"]}


def _parquet(folder: Path, features: list[dict[str, Any]]) -> Iterator[Path]:
    """GeoParquet in its two encodings."""
    import duckdb
    import shapely

    for encoding in ("WKB", "polygon"):
        shapes = [shapely.geometry.shape(each["geometry"]) for each in features]
        written = [s.wkb.hex() for s in shapes] if encoding == "WKB" else [_struct(s) for s in shapes]
        rows = folder / "rows.json"
        rows.write_text(json.dumps([each["properties"] | {"g": w} for each, w in zip(features, written, strict=True)]))
        geo = {
            "version": "1.1.0",
            "primary_column": "geometry",
            "columns": {"geometry": {"encoding": encoding, "geometry_types": ["Polygon"]}},
        }
        path = folder / f"{encoding}.parquet"
        value = "unhex(g)" if encoding == "WKB" else "g"
        duckdb.sql(
            f"COPY (SELECT * EXCLUDE g, {value} AS geometry FROM read_json('{rows}')) TO '{path}' "
            f"(FORMAT parquet, KV_METADATA {{geo: '{json.dumps(geo)}'}})"
        )
        yield path


def _struct(shape: Any) -> list[list[dict[str, float]]]:
    return [[{"x": x, "y": y} for x, y in shape.exterior.coords]]


def _through_ogr(folder: Path, features: list[dict[str, Any]]) -> Iterator[Path]:
    """GeoPackage, FlatGeobuf and Shapefile, where there is pyogrio to write them."""
    try:
        import pyogrio.raw
    except ImportError:
        return
    import shapely

    shapes = np.array([shapely.geometry.shape(each["geometry"]).wkb for each in features], dtype=object)
    columns = {key.partition(":")[0]: values for key, values in _columns(features).items()}
    for ending in ("gpkg", "fgb", "shp"):
        path = folder / f"town.{ending}"
        pyogrio.raw.write(
            path, shapes, [np.array(v) for v in columns.values()], list(columns),
            geometry_type="Polygon", crs="EPSG:4326",
        )  # fmt: skip
        yield path


def heights(folder: Path) -> Iterator[Path]:
    """A slope as an SRTM tile."""
    path = folder / f"N{CORNER[0]:02.0f}E{CORNER[1]:03.0f}.hgt"
    slope = np.add.outer(np.arange(_SIDE), np.arange(_SIDE)) // 4
    path.write_bytes(slope.astype(">i2").tobytes())
    yield path


def metric_heights(folder: Path) -> Iterator[Path]:
    """The same slope, coarser, as a GeoTIFF in metres: what `surface sight` takes."""
    import rasterio

    path = folder / "slope.tif"
    slope = (np.add.outer(np.arange(60), np.arange(60)) // 4).astype("i2")
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=60, count=1, dtype="int16", crs="EPSG:32632",
        transform=rasterio.Affine(50, 0, 500_000, 0, -50, 5_100_000), compress="deflate", nodata=-32768,
    ) as file:  # fmt: skip
        file.write(slope, 1)
    yield path


def backgrounds(folder: Path) -> Iterator[Path]:
    """One tile as MBTiles and as PMTiles."""
    path = folder / "map.mbtiles"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", [("format", "png"), ("attribution", "Somebody")])
        database.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
        database.execute("INSERT INTO tiles VALUES (0, 0, 0, ?)", (_PNG,))
    database.close()
    yield path
    yield _pmtiles(folder / "map.pmtiles")


def _pmtiles(path: Path) -> Path:
    """Version 3: a head of 127 bytes, the root directory, metadata, one tile."""
    root, told = gzip.compress(bytes([1, 0, 1, len(_PNG), 1])), gzip.compress(b'{"attribution": "Somebody"}')
    at = np.cumsum([127, len(root), len(told), 0]).tolist()
    places = (at[0], len(root), at[1], len(told), at[2], 0, at[2], len(_PNG), 1, 1, 1)
    # clustered, directories in gzip, tiles as they are, PNG; zooms 0 to 0; bounds and middle
    head = struct.pack("<7sB11Q6B4iB2i", b"PMTiles", 3, *places, 1, 2, 1, 2, 0, 0, *(0,) * 4, 0, 0, 0)
    path.write_bytes(head + root + told + _PNG)
    return path
