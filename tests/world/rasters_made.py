"""Small rasters of any encoding, for tests of how they are read: numbers, what stands for none, unit, place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import Transformer

#: the middle of each coordinate system's raster: latitude, longitude; and its cells
PLACES = {
    "EPSG:4326": ((55.75, 37.62), (5e-4, 3e-4)),
    "EPSG:32637": ((55.75, 37.62), (30.0, 30.0)),
    "EPSG:2263": ((40.7, -74.0), (100.0, 100.0)),  # US survey feet
    "EPSG:32618": ((40.7, -74.0), (30.0, 30.0)),
    "EPSG:32618+5703": ((40.7, -74.0), (30.0, 30.0)),  # heights in metres
    "EPSG:32618+6360": ((40.7, -74.0), (30.0, 30.0)),  # heights in US survey feet
}


def made(
    path: Path,
    numbers: np.ndarray,
    crs: str = "EPSG:32637",
    *,
    at: tuple[float, float] | None = None,
    cell: tuple[float, float] | None = None,
    turn_deg: float = 0.0,
    south_up: bool = False,
    **tags: Any,
) -> Path:
    """A GeoTIFF whose middle is at a place; `units`, `scale`, `offset`, `mask`, `colours` go to its band."""
    numbers = numbers[::-1] if south_up else numbers
    rows, columns = numbers.shape
    placed, steps = PLACES.get(crs, ((0.0, 0.0), (1.0, 1.0)))
    (lat, lon), (dx, dy) = at or placed, cell or steps
    x, y = Transformer.from_crs("EPSG:4326", crs.split("+")[0] or crs, always_xy=True).transform(lon, lat)
    units, scale, offset, mask, colours = (tags.pop(k, None) for k in ("units", "scale", "offset", "mask", "colours"))
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    (a, d), (b, e) = (dx * c, dx * s), (dy * s, -dy * c)
    if south_up:
        b, e = -b, -e
    transform = rasterio.Affine(a, b, x - a * columns / 2 - b * rows / 2, d, e, y - d * columns / 2 - e * rows / 2)
    profile = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": numbers.dtype.name}
    with rasterio.open(path, "w", **profile, crs=crs, transform=transform, **tags) as out:
        out.write(numbers, 1)
        if units:
            out.units = (units,)
        if scale is not None:
            out.scales = (scale,)
        if offset is not None:
            out.offsets = (offset,)
        if mask is not None:
            out.write_mask(mask[::-1] if south_up else mask)
        if colours:
            out.write_colormap(1, {n: (n % 256, 0, 0, 255) for n in range(256)})
    return path
