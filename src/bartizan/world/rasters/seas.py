"""Water over the sea floor: at which height it stands in each part of a raster of heights that goes below the sea.

Grids of land and sea together (GEBCO, ETOPO, EMODnet) hold the floor of the sea where a radar sees its surface. A file
does not say so, and land lies below the sea too. What tells them apart is how deep they go: outside a few basins, which
are listed here, dry land lies no deeper than polders do, or else in pits that are small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: dry land outside the basins lies no deeper, m: polders reach -7
POLDERS_M = -12.0
#: pits that end within the file and cover less are mines, quarries or lakes, m2; the largest mine covers 85 km2
PIT_M2 = 100e6
#: where nothing stands
NO_WATER = np.float32(-np.inf)


class Basin(NamedTuple):
    """Land below the sea in degrees, and its deepest dry place, m: what is deeper lies under the water of a lake."""

    name: str
    south: float
    west: float
    north: float
    east: float
    level_m: float


#: Of two that overlap, the first counts.
BASINS = (
    Basin("the Karagiye depression", 42.7, 51.6, 43.9, 52.6, -133.0),
    Basin("the Akchakaya depression", 40.0, 56.5, 42.5, 58.5, -82.0),
    Basin("the Caspian basin", 36.3, 45.5, 49.5, 55.5, -30.0),
    Basin("the valley of the Jordan and the Dead Sea", 30.3, 35.2, 33.0, 35.75, -442.0),
    Basin("the Turpan depression", 42.0, 87.5, 43.5, 91.5, -156.0),
    Basin("Lake Assal", 11.5, 42.3, 11.8, 42.47, -157.0),
    Basin("the Danakil depression", 12.9, 39.9, 14.7, 40.9, -127.0),
    Basin("the Fayum", 29.1, 30.2, 29.7, 31.0, -50.0),
    Basin("the Qattara depression", 28.5, 24.0, 30.6, 29.3, -135.0),
    Basin("Sabkhat Ghuzayyil", 29.4, 18.9, 30.1, 20.1, -49.0),
    Basin("the chotts", 33.5, 5.5, 34.8, 8.8, -42.0),
    Basin("Sebkha Tah", 27.5, -12.75, 27.85, -12.3, -57.0),
    Basin("Death Valley", 35.6, -117.4, 37.1, -116.4, -87.0),
    Basin("the Salton trough", 32.4, -116.3, 33.9, -115.1, -86.0),
    Basin("Lake Enriquillo", 18.3, -71.95, 18.65, -71.3, -48.0),
    Basin("Laguna del Carbon", -49.8, -68.8, -49.4, -68.1, -106.0),
    Basin("Salina Grande", -42.75, -64.2, -42.5, -63.75, -43.0),
    Basin("Lake Eyre", -30.0, 135.5, -26.5, 139.5, -18.0),
)


def basins(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """f4, the level of the basin that each place lies in, m; NaN outside."""
    levels = np.full(lat.shape, np.nan, np.float32)
    lon = (lon + 180.0) % 360.0 - 180.0
    for basin in reversed(BASINS):
        levels[(lat >= basin.south) & (lat <= basin.north) & (lon >= basin.west) & (lon <= basin.east)] = basin.level_m
    return levels


def water(lowest: np.ndarray, lat: np.ndarray, lon: np.ndarray, square_m2: float) -> np.ndarray:
    """f4, the height at which water stands in each square of a file, m; NO_WATER where what lies there is land.

    lowest: the lowest sample of each square, f4, NaN without any; lat, lon: its middle. Squares below the sea that
    touch one another are one water or one piece of land.
    """
    from scipy.ndimage import find_objects, label, minimum

    in_basin = basins(lat, lon)
    levels = np.where(np.isnan(in_basin), NO_WATER, in_basin)
    pieces, count = label(np.isnan(in_basin) & (lowest < 0.0), np.ones((3, 3)))
    deepest = minimum(np.nan_to_num(lowest), pieces, np.arange(1, count + 1))
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)[1:] * square_m2
    boxes = find_objects(pieces)
    wide = [size >= PIT_M2 or _at_edge(box, lowest.shape) for size, box in zip(sizes, boxes, strict=True)]
    sea = (deepest < POLDERS_M) & np.array(wide, bool)
    levels[np.concatenate([[False], sea])[pieces]] = 0.0
    return levels


def _at_edge(box: tuple[slice, ...], shape: tuple[int, ...]) -> bool:
    return any(along.start == 0 or along.stop == size for along, size in zip(box, shape, strict=True))
