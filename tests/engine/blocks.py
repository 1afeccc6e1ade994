"""A made-up town of rectangular blocks as a file of footprints."""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path

import numpy as np

from bartizan.ground import geodesy

BLOCKS = 400
RADIUS_M = 1_500.0


@functools.cache
def blocks_file(origin: tuple[float, float]) -> str:
    """GeoJSON of blocks of 10 to 60 m at random about `origin`, none within 40 m of it; the same each time."""
    luck = np.random.default_rng(12)
    features = []
    while len(features) < BLOCKS:
        x, y = luck.uniform(-RADIUS_M, RADIUS_M, 2)
        turn, (width, depth), height = luck.uniform(0, np.pi), luck.uniform(12, 60, 2), luck.uniform(10, 60)
        if np.hypot(x, y) < 40 + width:
            continue
        square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) / 2 * [width, depth]
        turned = square @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [x, y]
        lat, lon = geodesy.to_degrees(turned[:, 0], turned[:, 1], origin)
        ring = np.column_stack([lon, lat]).tolist()
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"height": height}, "geometry": shape})
    path = Path(tempfile.mkdtemp()) / "blocks.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(path)
