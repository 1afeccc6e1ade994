"""Makes the outlines of Moscow that ship with the package from the full district map: `make_backdrop.py SOURCE TARGET`.

SOURCE is a GeoJSON of district polygons in degrees (GIS-Lab / OpenStreetMap contributors, ODbL 1.0). Needs shapely,
which the package itself does not.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

ATTRIBUTION = "Moscow districts: GIS-Lab / OpenStreetMap contributors"
LICENCE = "ODbL 1.0"
#: How far a border may be bent, degrees: the square root of the triangle that may be cut off, some 150 m on the
#: ground. That cannot be seen on a map 60 km wide, and leaves a twelfth of the points.
TOLERANCE_DEG = 0.002
#: parts of a district smaller than this, square degrees (0.35 km2), are exclaves of a few streets that only clutter
SMALLEST_DEG2 = 5e-5
DECIMALS = 4


def borders(districts: np.ndarray) -> list[list[list[float]]]:
    """Borders of a coverage of polygons, simplified together so that neighbours still meet, each drawn once.

    `districts` is an array of polygons in degrees; returns lines of [lon, lat] points, longest first.
    """
    parts = shapely.get_parts(districts)
    simpler = shapely.coverage_simplify(parts[shapely.area(parts) > SMALLEST_DEG2], TOLERANCE_DEG)
    edges = shapely.union_all(shapely.boundary(simpler), grid_size=10.0**-DECIMALS)
    lines = shapely.get_parts(shapely.line_merge(edges))
    order = np.argsort(-shapely.length(lines), kind="stable")
    return [np.round(shapely.get_coordinates(lines[i]), DECIMALS).tolist() for i in order]


def backdrop(source: dict[str, Any]) -> dict[str, Any]:
    """The backdrop of a GeoJSON feature collection of districts."""
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in source["features"]]
    return {"attribution": ATTRIBUTION, "licence": LICENCE, "lines": borders(np.array(shapes))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="GeoJSON of district polygons")
    parser.add_argument("target", type=Path, help="backdrop to write, JSON")
    given = parser.parse_args()
    made = backdrop(json.loads(given.source.read_text(encoding="utf-8")))
    given.target.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    points = sum(len(line) for line in made["lines"])
    print(f"{given.target}: {len(made['lines'])} lines, {points} points, {given.target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
