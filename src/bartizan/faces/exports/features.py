"""What a results folder has to show on a map, as layers of features that any map tool takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.faces.exports import Documents, areas
from bartizan.faces.exports.areas import Origin, Region, in_degrees
from bartizan.ground.errors import UserError
from bartizan.studies.documents.places import Map
from bartizan.studies.documents.results import Summary
from bartizan.studies.documents.viewer import Outline
from bartizan.studies.layers import read_arrays

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray

#: Densities of what comes down around which contours go: half decades down from the highest.
STEPS = 6
POINT, MULTIPOLYGON = "Point", "MultiPolygon"
DENSITY = "bodies_per_km2_and_raid"


class Feature(NamedTuple):
    """One row of a layer; coordinates as GeoJSON has them, longitude and latitude."""

    properties: Mapping[str, Any]
    coordinates: Any


class Layer(NamedTuple):
    """Features of one kind with the same properties, of which any may be None."""

    name: str
    title: str
    geometry: str  # POINT or MULTIPOLYGON
    features: Sequence[Feature]

    @property
    def columns(self) -> dict[str, type]:
        """The properties and their types: int and float together are float."""
        found: dict[str, type] = {}
        for feature in self.features:
            for key, value in feature.properties.items():
                if value is not None:
                    known = found.setdefault(key, type(value))
                    found[key] = known if known is type(value) else float
        return found


def documents(known: Documents) -> dict[str, Callable[[], Any]]:
    """Two documents made of others: the layers of the map, and whose data they rest on."""
    return {
        "layers": lambda: layers(known["folder"](), known["summary"](), known["skylines"]),
        "credit": lambda: areas.credit(known["summary"]()["map"]),
    }


def layers(folder: Path, summary: Summary, skylines: Callable[[], Iterable[Outline]]) -> list[Layer]:
    """The layers of a results folder; `skylines` finds those of studies.horizons. Raises UserError for a scenario that
    has no place on the earth."""
    chart = summary["map"]
    if (at := chart.get("origin")) is None:
        raise UserError("the scenario has no place on the earth: it has no origin in degrees, so there is no map of it")
    origin = (float(at["lat"]), float(at["lon"]))
    found = [
        sites(chart, origin),
        coverage(_regions(_arrays(folder / "coverage.npz", areas.ARRAYS), origin)),
        _skylines(skylines(), origin),
        _falls(_arrays(folder / "fall.npz", ("cases", "kinds", "east", "north", "mean")), origin),
    ]
    return [layer for layer in found if layer.features]


def _arrays(path: Path, names: tuple[str, ...]) -> dict[str, Array]:
    """Arrays of a file of results; none where there is no such file."""
    return read_arrays(path, names) if path.is_file() else {}


def sites(chart: Map, origin: Origin) -> Layer:
    """Assets and units."""
    found = [
        Feature({"name": str(item["name"]), "kind": kind, **areas.of_site(item)}, at)
        for kind, item, at in areas.places(chart, origin)
    ]
    return Layer("sites", "Sites", POINT, found)


def coverage(regions: Iterable[Region]) -> Layer:
    """Where the defence and each unit see and engage in at least half and in nine tenths of worlds."""
    found = [Feature(areas.properties(region), region.polygons) for region in regions]
    return Layer("coverage", "Coverage", MULTIPOLYGON, found)


def _regions(arrays: Mapping[str, Array], origin: Origin) -> list[Region]:
    if not arrays:
        return []
    shown = [layer for layer in areas.layers(arrays) if layer.is_probability]
    return areas.regions(shown, arrays["east"], arrays["north"], origin)


def _skylines(skylines: Iterable[Outline], origin: Origin) -> Layer:
    """To where each unit has sight of targets at some heights, in one world."""
    features = [
        Feature(
            {"unit": skyline["unit"], "height_m": float(skyline["height_m"]), "world": int(skyline["world"])},
            [[in_degrees(skyline["outline"], origin)]],
        )
        for skyline in skylines
    ]
    return Layer("skylines", "Skylines", MULTIPOLYGON, features)


def _falls(arrays: Mapping[str, Array], origin: Origin) -> Layer:
    """Contours of the density of what comes down."""
    features: list[Feature] = []
    for c, case in enumerate(arrays.get("cases", ())):
        for k, kind in enumerate(arrays["kinds"]):
            features += _contours(str(case), str(kind), arrays["mean"][c, k], arrays, origin)
    return Layer("falls", "What comes down", MULTIPOLYGON, features)


def _contours(case: str, kind: str, density: Array, arrays: Mapping[str, Array], origin: Origin) -> list[Feature]:
    found = []
    for level in _levels(float(density.max(initial=0.0))):
        rings = areas.rings(density, level, arrays["east"], arrays["north"])
        polygons = [[in_degrees(ring, origin) for ring in polygon] for polygon in rings]
        if polygons:
            found.append(Feature({"case": case, "kind": kind, DENSITY: level}, polygons))
    return found


def _levels(highest: float) -> list[float]:
    if highest <= 0:
        return []
    top = math.floor(2 * math.log10(highest)) / 2
    return [float(f"{10 ** (top - step / 2):.3g}") for step in reversed(range(STEPS))]
