"""What maps for other tools are drawn from: grids of coverage, areas within contours, places in degrees."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.ground import geodesy
from bartizan.studies.documents.places import Map, Placed, Site

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray

Summary = Mapping[str, Any]
Origin = tuple[float, float]  # latitude and longitude, degrees
Ring = list[list[float]]  # longitude and latitude of its corners, the first again at the end

_QUANTITIES = ("seen", "seen_by_two", "units_seeing", "engageable", "ring_seen", "ring_engageable")
#: What `layers` needs of coverage.npz.
ARRAYS = ("altitudes", "east", "north", "target", *_QUANTITIES)
LEVELS = (0.5, 0.9)  # probabilities around which contours go
#: Shares of worlds are often these very numbers, and a contour through the middles of cells touches itself there.
BELOW = 7e-4
ABOVE_ALL = 1e30  # more than any value
DECIMALS = 6  # of a degree: 0.1 m


class Layer(NamedTuple):
    """One quantity at one altitude over a grid, (north, east), of a unit or, without one, of the whole defence; against
    `target`, as people call it."""

    quantity: str
    altitude_m: float
    values: Array
    unit: str | None = None
    target: str = ""

    @property
    def is_probability(self) -> bool:
        return self.quantity != "units_seeing"


def layers(arrays: Mapping[str, Array]) -> list[Layer]:
    """The layers of coverage.npz: those of the whole defence, then, in a map of its own, those of its units."""
    altitudes, target = [float(z) for z in arrays["altitudes"]], str(arrays.get("target", ""))
    found = [Layer(q, z, arrays[q][a], None, target) for q in _QUANTITIES for a, z in enumerate(altitudes)]
    for u, unit in enumerate(arrays.get("units", ())):
        for quantity in ("seen", "engageable"):
            of_unit = arrays[f"unit_{quantity}"][u]
            found += [Layer(quantity, z, of_unit[a], str(unit), target) for a, z in enumerate(altitudes)]
    return found


class Region(NamedTuple):
    """Where a layer's probability is `probability` or more. Each polygon is its outer ring and its holes."""

    layer: Layer
    probability: float
    area_km2: float
    polygons: list[list[Ring]]


# ------------------------------------------------------------------------------------------------- contours


def regions(layers: Iterable[Layer], east: Array, north: Array, origin: Origin) -> list[Region]:
    """The contours of every layer at LEVELS; a layer that nowhere gets so high has none."""
    found = (_region(layer, level, east, north, origin) for layer in layers for level in LEVELS)
    return [region for region in found if region.polygons]


def _region(layer: Layer, level: float, east: Array, north: Array, origin: Origin) -> Region:
    found = rings(layer.values, level - BELOW, east, north)
    area = sum(_signed_area(ring) for polygon in found for ring in polygon) / 1e6
    polygons = [[in_degrees(ring, origin) for ring in polygon] for polygon in found]
    return Region(layer, level, area, polygons)


def rings(values: Array, level: float, east: Array, north: Array) -> list[list[Array]]:
    """Corners, m, of the polygons in which values are `level` or more: outer rings run anticlockwise, holes clockwise.

    They end at the middles of the outermost cells.
    """
    from contourpy import FillType, contour_generator

    lines = contour_generator(east, north, values, fill_type=FillType.OuterOffset)
    found: Any = lines.filled(level, ABOVE_ALL)
    return [[p[a:b] for a, b in itertools.pairwise(at)] for p, at in zip(*found, strict=True)]


def _signed_area(ring: Array) -> float:
    """m2; negative for a hole."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def in_degrees(ring: Array, origin: Origin) -> Ring:
    """A ring of the local frame, m, as longitude and latitude."""
    import numpy as np

    lat, lon = geodesy.to_degrees(ring[:, 0], ring[:, 1], origin)
    return np.round(np.stack([lon, lat], axis=1), DECIMALS).tolist()


def places(chart: Map, origin: Origin) -> list[tuple[str, Site | Placed, list[float]]]:
    """Assets and units with kind and place, as the scenario gives them: no nearer than it says where they are."""
    import numpy as np

    items: list[tuple[str, Site | Placed]] = [("asset", asset) for asset in chart.get("assets") or []]
    items += [(str(unit["kind"]), unit) for unit in chart.get("units") or []]
    found = []
    for kind, item in items:
        lat, lon = geodesy.to_degrees(float(item["east"]), float(item["north"]), origin)
        found.append((kind, item, np.round([float(lon), float(lat)], DECIMALS).tolist()))
    return found


def credit(chart: Map) -> str:
    """Whose data the map rests on."""
    backdrop = chart.get("backdrop")
    told = (backdrop.get("attribution"), backdrop.get("licence")) if backdrop else ()
    return "; ".join(str(v) for v in (chart.get("credit"), *told) if v)


_OF_SITES = {"title": "title", "present": "present", "known_within_m": "within", "radius_m": "radius"}


def of_site(item: Summary) -> dict[str, Any]:
    """What a map says of an asset or a unit besides its name."""
    return {key: item[source] for key, source in _OF_SITES.items() if item.get(source) is not None}


def properties(region: Region) -> dict[str, Any]:
    """What a map says of a region."""
    layer = region.layer
    return {
        "quantity": layer.quantity,
        "target": layer.target,
        "altitude_m": layer.altitude_m,
        "probability": region.probability,
        "area_km2": round(region.area_km2, 2),
        "unit": layer.unit or "defence",
    }
