"""Cuts the pieces of real places that ship with the package: `make_extracts.py BUILDINGS TERRAIN DISTRICTS FOLDER`.

BUILDINGS is a GeoParquet file of the footprints of Vologda in EPSG:32637 with the column `number_of_floors`
(OpenStreetMap contributors, ODbL 1.0); TERRAIN is SRTM at 3 seconds of the square N46E008 as GeoTIFF (public domain);
DISTRICTS is a GeoJSON file of the districts of Moscow (GIS-Lab, OpenStreetMap contributors, ODbL 1.0).
SOURCES.md in FOLDER must name what this prints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import rasterio
import shapely
from pyproj import CRS
from rasterio.windows import Window

UTM = CRS.from_epsg(32637)
#: west and south of the square of 6 km in which most is built, to 100 m
CORNER = (546_900.0, 6_561_500.0)
SIDE_M = 6_000.0
#: Coordinates are rounded to eighths of a metre: unlike tenths they end in zeros as binary numbers, and so pack well.
GRID_M = 0.125
#: west, south, east, north of the mountains, degrees
MOUNTAINS = (8.32, 46.44, 8.86, 46.82)
#: about 150 m
DISTRICT_TOLERANCE_DEG = 0.0015


def buildings(source: Path) -> tuple[np.ndarray, np.ndarray]:
    """Polygons whose middle lies in the square, row by row of 100 m, and their storeys."""
    with duckdb.connect(config={"autoload_known_extensions": False}) as connection:
        connection.execute("SET enable_geoparquet_conversion = false")
        rows = connection.execute("SELECT geometry, number_of_floors FROM read_parquet(?)", [str(source)]).fetchall()
    polygons = shapely.from_wkb(np.array([wkb for wkb, _ in rows], object))
    storeys = np.array([floors for _, floors in rows])
    middle = shapely.centroid(polygons)
    x, y = shapely.get_x(middle) - CORNER[0], shapely.get_y(middle) - CORNER[1]
    inside = np.flatnonzero((x >= 0) & (x < SIDE_M) & (y >= 0) & (y < SIDE_M))
    inside = inside[np.lexsort((x[inside], np.floor(y[inside] / 100)))]
    rounded = shapely.normalize(shapely.set_precision(polygons[inside], GRID_M))
    left = ~shapely.is_empty(rounded)
    return rounded[left], storeys[inside][left]


def write_buildings(polygons: np.ndarray, storeys: np.ndarray, target: Path) -> None:
    """GeoParquet 1.0; the column of storeys has OpenStreetMap's name."""
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({p.geom_type for p in polygons}),
        "crs": UTM.to_json_dict(),
        "bbox": list(shapely.total_bounds(polygons)),
    }
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    rows = {"geometry": np.array(shapely.to_wkb(polygons), object), "storeys": storeys.astype(np.uint8)}
    with duckdb.connect(config={"autoload_known_extensions": False}) as connection:
        connection.register("rows", rows)
        connection.execute(
            f"""COPY (SELECT geometry::BLOB AS geometry, storeys AS "building:levels" FROM rows) TO '{target}' (
            FORMAT parquet, COMPRESSION brotli, ROW_GROUP_SIZE 100000,
            KV_METADATA {{geo: '{json.dumps(geo).replace("'", "''")}'}})"""
        )


def write_mountains(source: Path, target: Path) -> None:
    """The part of the raster within MOUNTAINS, sample by sample, voids as they are."""
    west, south, east, north = MOUNTAINS
    with rasterio.open(source) as whole:
        row, column = whole.index(west, north)
        last_row, last_column = whole.index(east, south)
        window = Window(column, row, last_column - column, last_row - row)
        t = whole.transform
        moved = rasterio.Affine(t.a, 0.0, t.c + column * t.a, 0.0, t.e, t.f + row * t.e)
        profile = {
            "driver": "GTiff", "dtype": "int16", "count": 1, "width": window.width, "height": window.height,
            "crs": whole.crs, "transform": moved, "nodata": whole.nodata,
            "tiled": False, "blockysize": window.height, "compress": "zstd", "zstd_level": 22, "predictor": 2,
        }  # fmt: skip
        with rasterio.open(target, "w", **profile) as part:
            part.write(whole.read(1, window=window), 1)
            part.update_tags(AREA_OR_POINT=whole.tags()["AREA_OR_POINT"])


def write_districts(source: Path, target: Path) -> None:
    """The districts with fewer points, neighbours still sharing their borders, and names in Latin letters alone."""
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    names = [_plain(feature["properties"]["name_lat"]) for feature in features]
    polygons = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    simpler = shapely.coverage_simplify(polygons, DISTRICT_TOLERANCE_DEG)
    rows = [
        {"type": "Feature", "properties": {"name": name}, "geometry": _rounded(json.loads(text))}
        for name, text in sorted(zip(names, shapely.to_geojson(simpler), strict=True))
    ]
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    target.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


def _plain(name: str) -> str:
    """Without the word for a district; a letter that is written with two or three begins with one capital."""
    words = [word for word in name.split() if word not in ("rajon", "poselenie")]
    return re.sub(r"(?<=[A-Z])[A-Z]+", lambda more: more[0].lower(), " ".join(words))


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def shorter(part: Any) -> Any:
        return round(part, 4) if isinstance(part, float) else [shorter(p) for p in part]

    return {"type": geometry["type"], "coordinates": shorter(geometry["coordinates"])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("buildings", "terrain", "districts", "folder"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    roofs, mountains = given.folder / "vologda.parquet", given.folder / "mountains.tif"
    districts = given.folder / "moscow-districts.geojson"
    write_buildings(*buildings(given.buildings), roofs)
    write_mountains(given.terrain, mountains)
    write_districts(given.districts, districts)
    for made in (roofs, mountains, districts):
        print(f"{made.name}: {made.stat().st_size} bytes, sha256 {hashlib.sha256(made.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
