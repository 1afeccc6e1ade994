"""Statistics of a footprints file, as a statistical city takes them: how many walls, how long, how high.

A building belongs to an area if its centroid lies in it. Buildings drawn one over another (a part and its whole) each
count with their walls; the built-up share counts the land under them once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bartizan.ground import geodesy
from bartizan.world.surface.footprints import Footprints

if TYPE_CHECKING:
    from shapely import Polygon

ROWS = 8  # of heights and shares
HEIGHT_CLASS_M = 0.5  # heights closer than this are one before rows are made
STEPS_A_SIDE = 8  # positions of the square that are tried, along its own side
MOST_STEPS = 2000  # and in all, each way


@dataclass(frozen=True)
class Cityscape:
    """The buildings of one area. Heights are of those whose height was stated."""

    title: str
    area_m2: float
    centre: tuple[float, float]  # latitude and longitude
    buildings: int
    twice: int  # outlines that were there before, and are not counted again
    known: float  # share of them whose height was stated
    built_up: float  # share of the area under buildings: alpha of ITU-R P.1410
    perimeter_m: float  # mean, courtyards included
    shares: list[tuple[float, float]]  # height, m, and the share of the walls' length that it stands for
    rayleigh_by_count_m: float  # gamma of P.1410: scale of the Rayleigh law with the same mean square
    rayleigh_by_area_m: float
    highest_m: float

    @property
    def density(self) -> float:
        """Buildings per m2: beta of P.1410."""
        return self.buildings / self.area_m2

    @property
    def lines(self) -> float:
        """Walls per metre of a sight line along the ground (Cauchy): density x perimeter / pi."""
        return self.density * self.perimeter_m / math.pi

    def as_yaml(self) -> str:
        """The `surface` of a scenario: a statistical city in the disc that has the same area."""
        lat, lon = self.centre
        rows = "".join(f"      - [{height:.1f} m, {share:.3f}]\n" for height, share in self.shares)
        return (
            f"surface:\n  kind: city\n  centre: {{lat: {lat:.4f}, lon: {lon:.4f}}}\n"
            f"  radius: {math.sqrt(self.area_m2 / math.pi):.0f} m\n"
            f"  density: {self.density * 1e6:.4g} 1/km2\n  perimeter: {self.perimeter_m:.1f} m\n"
            f"  heights:\n    shares:\n{rows}"
        )


def statistics(footprints: Footprints, origin: tuple[float, float], side_m: float) -> list[Cityscape]:
    """The densest square of a town about `origin`, if it is wider than one, and the whole of it, its convex hull."""
    square = densest(footprints, side_m)
    found = [] if square is None else [over(footprints, square, origin, f"densest {side_m / 1000:g} km square")]
    return [*found, over(footprints, hull(footprints), origin, "convex hull of all")]


def hull(footprints: Footprints) -> Polygon:
    """The convex hull of all footprints."""
    import shapely

    return shapely.convex_hull(shapely.geometrycollections(footprints.geometries))


def densest(footprints: Footprints, side_m: float) -> Polygon | None:
    """The square with the greatest volume of buildings, which is what hides; None if the file is narrower than it.

    Not the square with most buildings: near many towns that is a colony of garden sheds.
    """
    import shapely

    at = _centroids(footprints)
    low, high = at.min(axis=0), at.max(axis=0)
    if ((high - low) < side_m).any():
        return None
    step = max(side_m / STEPS_A_SIDE, float((high - low).max()) / MOST_STEPS)
    across = max(1, round(side_m / step))
    bins = [np.arange(low[k], high[k] + step, step) for k in (0, 1)]
    volume, _ = np.histogramdd(at, bins=bins, weights=shapely.area(footprints.geometries) * footprints.height)
    sums = np.pad(volume.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    inside = sums[across:, across:] - sums[:-across, across:] - sums[across:, :-across] + sums[:-across, :-across]
    west, south = low + step * np.array(np.unravel_index(inside.argmax(), inside.shape))
    return shapely.box(west, south, west + side_m, south + side_m)


def over(footprints: Footprints, area: Polygon, origin: tuple[float, float], title: str) -> Cityscape:
    """Statistics of the buildings whose centroids lie in `area`, a polygon of the local frame about `origin`."""
    import shapely

    at = _centroids(footprints)
    within = shapely.intersects_xy(area, at[:, 0], at[:, 1])
    inside = _once(footprints, np.flatnonzero(within))
    buildings, known = footprints.geometries[inside], footprints.known[inside]
    if not known.any():  # assumed heights are then all that there is
        known = np.ones(len(known), bool)
    height = footprints.height[inside][known]
    perimeter, size = shapely.length(buildings), shapely.area(buildings)
    middle = shapely.centroid(area)
    lat, lon = geodesy.to_degrees(middle.x, middle.y, origin)
    return Cityscape(
        title=title,
        area_m2=float(shapely.area(area)),
        centre=(float(lat), math.remainder(float(lon), 360.0)),
        buildings=len(buildings),
        twice=int(within.sum()) - len(buildings),
        known=float(footprints.known[inside].mean()),
        built_up=float(shapely.disjoint_subset_union_all(buildings).area / area.area),
        perimeter_m=float(perimeter.mean()),
        shares=height_shares(height, perimeter[known]),
        rayleigh_by_count_m=_rayleigh(height, np.ones(len(height))),
        rayleigh_by_area_m=_rayleigh(height, size[known]),
        highest_m=float(height.max()),
    )


def _once(footprints: Footprints, rows: np.ndarray) -> np.ndarray:
    """Of rows, in order, those whose outline is that of no other; of some that share one that whose height is known,
    and is the highest."""
    import shapely

    outlines = shapely.to_wkb(shapely.normalize(footprints.geometries[rows]))
    kept: dict[bytes, int] = {}
    for k in np.lexsort((-footprints.height[rows], ~footprints.known[rows])):
        kept.setdefault(outlines[k], k)
    return np.asarray(rows[np.sort(np.fromiter(kept.values(), int, len(kept)))])


def _centroids(footprints: Footprints) -> np.ndarray:
    """f8 (N, 2), m."""
    import shapely

    centroids = shapely.centroid(footprints.geometries)
    return np.column_stack([shapely.get_x(centroids), shapely.get_y(centroids)])


def _rayleigh(height: np.ndarray, weight: np.ndarray) -> float:
    """Scale of the Rayleigh law with the same mean square, which is its likeliest: sqrt(E[h^2] / 2)."""
    return math.sqrt(float(np.average(height**2, weights=weight)) / 2)


def height_shares(height: np.ndarray, weight: np.ndarray) -> list[tuple[float, float]]:
    """At most ROWS rows of [height, share of all weight] with the same mean, m, in rising order.

    Neighbours are merged where that moves the least weight the least far (Ward's criterion), so tall ones that are few
    keep a row of their own.
    """
    _, of_class = np.unique(np.round(height / HEIGHT_CLASS_M), return_inverse=True)
    share = np.bincount(of_class, weight) / weight.sum()
    mean = np.bincount(of_class, weight * height) / weight.sum() / share
    while len(share) > ROWS:
        together = share[:-1] + share[1:]
        k = int(np.argmin(share[:-1] * share[1:] / together * np.diff(mean) ** 2))
        mean[k] = (share[k] * mean[k] + share[k + 1] * mean[k + 1]) / together[k]
        share[k] = together[k]
        mean, share = np.delete(mean, k + 1), np.delete(share, k + 1)
    return [(float(h), float(s)) for h, s in zip(mean, share, strict=True)]
