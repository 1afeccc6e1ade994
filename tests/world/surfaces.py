"""Small made-up surfaces in files, for tests of what is mapped: terrain, houses and woods about one origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground import geodesy

ORIGIN = (59.22, 39.89)
STEP_DEG = 0.0005  # of the terrain's samples: 56 m north, 28 m east
SAMPLES = 200


def terrain(path: Path, heights: np.ndarray | float = 120.0, void: int | None = None) -> str:
    """A GeoTIFF in degrees of SAMPLES x SAMPLES about ORIGIN, row 0 northernmost; its name."""
    import rasterio

    grid = np.broadcast_to(np.asarray(heights), (SAMPLES, SAMPLES)).astype(np.int16)
    west, north = ORIGIN[1] - STEP_DEG * SAMPLES / 2, ORIGIN[0] + STEP_DEG * SAMPLES / 2
    profile = {
        "driver": "GTiff", "dtype": "int16", "count": 1, "width": SAMPLES, "height": SAMPLES, "crs": "EPSG:4326",
        "transform": rasterio.Affine(STEP_DEG, 0, west, 0, -STEP_DEG, north), "nodata": void,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as out:
        out.write(grid, 1)
    return path.name


def box(west: float, south: float, width: float, depth: float, **properties: Any) -> dict[str, Any]:
    """A feature: a rectangle in local metres."""
    corners = [(west, south), (west + width, south), (west + width, south + depth), (west, south + depth)]
    ring = []
    for x, y in [*corners, corners[0]]:
        lat, lon = geodesy.to_degrees(x, y, ORIGIN)
        ring.append([float(lon), float(lat)])
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def polygons(path: Path, *features: dict[str, Any]) -> str:
    """A GeoJSON file of features; its name."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path.name


def scenario(surface: dict[str, Any], *units: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One asset at the origin, one raid, and the given units, each an ideal eye where nothing else is said."""
    eye = {"sensors": {"eye": {"kind": "ideal", "range": "2 km"}}}
    threat = {"kind": "drone", "speed": 50, "altitude": 100, "rcs": 1}
    return {
        "bartizan": 1,
        "name": "made-up",
        "origin": {"lat": ORIGIN[0], "lon": ORIGIN[1]},
        "surface": {"kind": "mapped"} | surface,
        "assets": [{"name": "home", "at": {"east": 0, "north": 0}}],
        "units": [{"system": eye} | unit for unit in units],
        "raids": [{"name": "raid", "groups": [{"threat": threat, "count": 1, "distance": "1 km"}]}],
    } | more


def unit(name: str, east: float, north: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "at": {"east": east, "north": north}} | more


def written(folder: Path, *args: Any, **more: Any) -> Path:
    """The scenario as a file in the folder that its surface's files lie in; JSON is YAML."""
    path = folder / "scenario.yaml"
    path.write_text(json.dumps(scenario(*args, **more)), encoding="utf-8")
    return path
