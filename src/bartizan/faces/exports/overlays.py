"""Layers of a map as folders of KML: coverage, skylines, what comes down, and sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from bartizan.faces import words
from bartizan.faces.exports.areas import LEVELS
from bartizan.faces.exports.features import DENSITY, Feature, Layer
from bartizan.faces.exports.placemarks import (
    Colour,
    folder,
    placemark,
    point,
    polygons,
    style_of_areas,
    style_of_marks,
)

#: quantity -> its colour, and how it is told; blue and orange differ for the colour-blind, too
_COVERAGE: Mapping[str, tuple[Colour, str]] = {
    "seen": ((0, 114, 178), "seen"),
    "engageable": ((230, 159, 0), "engageable"),
    "ring_seen": ((136, 136, 136), "range ring of sight, nothing hidden"),
    "ring_engageable": ((68, 68, 68), "range ring of engagement, nothing hidden"),
}
_OPACITY: Mapping[float, int] = {0.5: 0x40, 0.9: 0x80}
_SKYLINE: Colour = (86, 180, 233)
_SITE: Colour = (0, 114, 178)
#: What comes down: contours lie over one another, so that the densest is the darkest.
_FALL: Colour = (213, 94, 0)
_FALL_OPACITY = 0x30


def add_styles(document: Element) -> None:
    """The styles of all layers, which must stand before any folder."""
    for quantity, (colour, _) in _COVERAGE.items():
        for level in LEVELS:
            opacity = 0 if quantity.startswith("ring") else _OPACITY[level]
            style_of_areas(document, f"{quantity}-{level:g}", colour, "2" if level == LEVELS[0] else "1", opacity)
    style_of_areas(document, "skyline", _SKYLINE, "1", 0)
    style_of_areas(document, "fall", _FALL, "1", _FALL_OPACITY)
    style_of_marks(document, "site", _SITE, "1")


def add_layers(parent: Element, layers: Iterable[Layer], case: str) -> None:
    """Coverage, skylines and the falls of a case, each in a folder and switched off until a reader wants it."""
    for layer in layers:
        if layer.name in _FOLDERS:
            features = [f for f in layer.features if f.properties.get("case", case) == case]
            _FOLDERS[layer.name](folder(parent, layer.title), features, shown=False)


def add_coverage(parent: Element, features: Iterable[Feature], *, shown: bool = True) -> None:
    """Areas of the whole defence in a folder for each altitude."""
    found = [f for f in features if f.properties["unit"] == "defence" and f.properties["quantity"] in _COVERAGE]
    for altitude, alike in sorted(_by("altitude_m", found).items()):
        at = folder(parent, f"{alike[0].properties['target'] or 'target'} {altitude:g} m above ground")
        for properties, coordinates in alike:
            quantity, level = properties["quantity"], properties["probability"]
            says = f"{_COVERAGE[quantity][1]}, probability {level:g} or more"
            area = f"{words.amount(properties['area_km2'])} km² on the map".replace(words.NBSP, " ")
            mark = placemark(at, says, area, f"{quantity}-{level:g}", data=properties, shown=shown)
            polygons(mark, coordinates)


def _add_skylines(parent: Element, features: Iterable[Feature], *, shown: bool) -> None:
    """Outlines of sight in a folder for each height of a target."""
    for height, alike in sorted(_by("height_m", features).items()):
        at = folder(parent, f"sight of targets {height:g} m above ground")
        for properties, coordinates in alike:
            says = f"To where it has sight of them, in world {properties['world']}."
            polygons(placemark(at, properties["unit"], says, "skyline", shown=shown), coordinates)


def _add_falls(parent: Element, features: Iterable[Feature], *, shown: bool) -> None:
    """Contours of what comes down in a folder for each kind."""
    for kind, alike in _by("kind", features).items():
        at = folder(parent, f"what comes down: {kind}")
        for properties, coordinates in alike:
            says = f"{properties[DENSITY]:g} or more per km² in a raid"
            polygons(placemark(at, says, "The mean over worlds.", "fall", shown=shown), coordinates)


_FOLDERS: Mapping[str, Callable[..., None]] = {
    "coverage": add_coverage,
    "skylines": _add_skylines,
    "falls": _add_falls,
}


def add_sites(parent: Element, features: Iterable[Feature]) -> None:
    """Assets and units as points in a folder of their own."""
    at = folder(parent, "sites")
    for properties, coordinates in features:
        point(placemark(at, properties["name"], properties["kind"], "site"), coordinates, "clampToGround")


def _by(key: str, features: Iterable[Feature]) -> dict[Any, list[Feature]]:
    """Features by a property, in the order in which its values first come."""
    found: dict[Any, list[Feature]] = {}
    for feature in features:
        found.setdefault(feature.properties[key], []).append(feature)
    return found
