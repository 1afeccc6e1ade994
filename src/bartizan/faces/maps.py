"""Coverage for other tools: GeoTIFF, GeoJSON and KML, each from arrays over the local frame."""

from __future__ import annotations

import importlib.util
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

from bartizan.faces import canvas, cartography, words
from bartizan.faces.markup import clean
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.ground.machine import write_arrays, write_aside, write_json

if TYPE_CHECKING:
    import numpy as np

    from bartizan.studies.coverage import Coverage as Covered

    Array = np.ndarray
    Summary = Mapping[str, Any]

Origin = tuple[float, float]  # latitude and longitude, degrees
Ring = list[list[float]]  # longitude and latitude of its corners, the first again at the end

_QUANTITIES = ("seen", "seen_by_two", "units_seeing", "engageable", "ring_seen", "ring_engageable")
LEVELS = (0.5, 0.9)  # probabilities around which contours go
#: Shares of worlds are often these very numbers, and a contour through the middles of cells touches itself there.
BELOW = 7e-4
NO_DATA = -9999.0
DECIMALS = 6  # of a degree: 0.1 m


class Layer(NamedTuple):
    """One quantity at one altitude over a grid, (north, east), of a unit or, without one, of the whole defence."""

    quantity: str
    altitude_m: float
    values: Array
    unit: str | None = None

    @property
    def is_probability(self) -> bool:
        return self.quantity != "units_seeing"


def layers(arrays: Mapping[str, Array]) -> list[Layer]:
    """The layers of coverage.npz: those of the whole defence, then those of its units."""
    altitudes = [float(z) for z in arrays["altitudes"]]
    found = [Layer(q, z, arrays[q][a]) for q in _QUANTITIES for a, z in enumerate(altitudes)]
    for u, unit in enumerate(arrays["units"]):
        for quantity in ("seen", "engageable"):
            of_unit = arrays[f"unit_{quantity}"][u]
            found += [Layer(quantity, z, of_unit[a], str(unit)) for a, z in enumerate(altitudes)]
    return found


def write_folder(folder: Path, covered: Covered, arrays: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """Every file of a coverage folder; what is not written, and why. Maps of the earth need to know where on it."""
    from bartizan.studies.summary import chart

    scenario = covered.aim.scenario
    place = f"{scenario.file.title}. " if scenario.variant and scenario.file.title else ""
    sites, title = chart(scenario), f"{place}{scenario.title}: coverage"
    drawn = {name: arrays[name] for name in cartography.Coverage._fields} | {"target": covered.aim.title}
    write_arrays(folder / "coverage.npz", arrays)
    write_json(folder / "coverage.json", content)
    heading = f"{title}, mean over {covered.worlds} worlds"
    write_png(folder / "coverage.png", sites, cartography.Coverage(**drawn), heading)
    if sites["origin"] is None:
        return ["The scenario has no place on the earth: no GeoTIFF, GeoJSON and KML."]
    east, north, found = covered.grid.x, covered.grid.y, layers(arrays)
    areas = regions([layer for layer in found if layer.is_probability], east, north, scenario.origin)
    write_geojson(folder / "coverage.geojson", areas, sites, scenario.origin)
    write_kml(folder / "coverage.kml", title, areas, sites, scenario.origin)
    if not has_geotiff():
        return ['No GeoTIFF: it needs rasterio (pip install "bartizan[geo]").']
    bands = [layer for layer in found if layer.unit is None]
    write_geotiff(folder / "coverage.tif", bands, east, north, scenario.origin, credit(sites))
    return []


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
    rings = _rings(layer.values, level - BELOW, east, north)
    area = sum(_signed_area(ring) for polygon in rings for ring in polygon) / 1e6
    polygons = [[_in_degrees(ring, origin) for ring in polygon] for polygon in rings]
    return Region(layer, level, area, polygons)


def _rings(values: Array, level: float, east: Array, north: Array) -> list[list[Array]]:
    """Corners, m, of the polygons in which values are `level` or more: outer rings run anticlockwise, holes clockwise.

    They end at the middles of the outermost cells.
    """
    from contourpy import FillType, contour_generator

    lines = contour_generator(east, north, values, fill_type=FillType.OuterOffset)
    found: Any = lines.filled(level, 2.0)
    return [[p[a:b] for a, b in itertools.pairwise(at)] for p, at in zip(*found, strict=True)]


def _signed_area(ring: Array) -> float:
    """m2; negative for a hole."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def _in_degrees(ring: Array, origin: Origin) -> Ring:
    import numpy as np

    lat, lon = geodesy.to_degrees(ring[:, 0], ring[:, 1], origin)
    lon = origin[1] + (lon - origin[1] + 180.0) % 360.0 - 180.0  # no leap where the map lies across 180 degrees
    return np.round(np.stack([lon, lat], axis=1), DECIMALS).tolist()


def _places(chart: Summary, origin: Origin) -> list[tuple[str, Summary, list[float]]]:
    """Assets and units with kind and place, as the scenario gives them: no nearer than it says where they are."""
    import numpy as np

    found = []
    for kind, items in (("asset", chart.get("assets") or []), (None, chart.get("units") or [])):
        for item in items:
            lat, lon = geodesy.to_degrees(float(item["east"]), float(item["north"]), origin)
            found.append((kind or str(item["kind"]), item, np.round([float(lon), float(lat)], DECIMALS).tolist()))
    return found


def credit(chart: Summary) -> str:
    """Whose data the map rests on."""
    backdrop = chart.get("backdrop") or {}
    return "; ".join(str(v) for v in (chart.get("credit"), backdrop.get("attribution"), backdrop.get("licence")) if v)


# --------------------------------------------------------------------------------------------------- files


def write_geojson(path: Path, found: Sequence[Region], chart: Summary, origin: Origin) -> None:
    """Regions as multipolygons and sites as points: RFC 7946, WGS 84."""
    features = [_feature(_properties(r), "MultiPolygon", r.polygons) for r in found]
    for kind, item, at in _places(chart, origin):
        own = {key: item[source] for key, source in _OF_SITES.items() if item.get(source) is not None}
        features.append(_feature({"name": item["name"], "kind": kind, **own}, "Point", at))
    content = {"type": "FeatureCollection", "credit": credit(chart), "features": features}
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    write_aside(path, lambda aside: _write_text(aside, text))


_OF_SITES = {"title": "title", "present": "present", "known_within_m": "within", "radius_m": "radius"}


def _write_text(path: Path, text: str) -> None:
    path.write_text(text + "\n", encoding="utf-8", errors="replace")


def _feature(properties: Mapping[str, Any], kind: str, coordinates: Any) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": dict(properties), "geometry": {"type": kind, "coordinates": coordinates}
    }  # fmt: skip


def _properties(region: Region) -> dict[str, Any]:
    layer = region.layer
    return {
        "quantity": layer.quantity,
        "altitude_m": layer.altitude_m,
        "probability": region.probability,
        "area_km2": round(region.area_km2, 2),
        "unit": layer.unit or "defence",
    }


def has_geotiff() -> bool:
    """Whether the library that writes GeoTIFF is installed."""
    return importlib.util.find_spec("rasterio") is not None


def write_geotiff(
    path: Path, layers: Sequence[Layer], east: Array, north: Array, origin: Origin, credit: str = ""
) -> None:
    """One band of 32-bit floats for each layer, in the local frame. Raises UserError without the extra `geo`."""
    if not has_geotiff():
        raise UserError('GeoTIFF needs rasterio: pip install "bartizan[geo]"')
    import numpy as np
    import rasterio

    cell = float(east[1] - east[0])
    corner = rasterio.Affine(cell, 0, float(east[0]) - cell / 2, 0, -cell, float(north[-1]) + cell / 2)
    profile = {
        "driver": "GTiff", "width": len(east), "height": len(north), "count": len(layers), "dtype": "float32",
        "crs": rasterio.CRS.from_string(geodesy.local_frame(origin)), "transform": corner, "nodata": NO_DATA,
        "compress": "deflate", "predictor": 3,
    }  # fmt: skip

    def write(aside: Path) -> None:
        with rasterio.open(aside, "w", **profile) as file:
            if credit:
                file.update_tags(TIFFTAG_COPYRIGHT=credit)
            for band, layer in enumerate(layers, start=1):
                values = np.where(np.isfinite(layer.values), layer.values, NO_DATA)
                file.write(values[::-1].astype(np.float32), band)  # a raster's first row is the northernmost
                file.set_band_description(band, f"{layer.quantity}, target {layer.altitude_m:g} m above ground")
                file.update_tags(band, quantity=layer.quantity, altitude_m=f"{layer.altitude_m:g}")

    write_aside(path, write)


# ----------------------------------------------------------------------------------------------------- KML

_KML = "http://www.opengis.net/kml/2.2"
#: quantity -> its colour as rrggbb, and how it is told; blue and orange differ for the colour-blind, too
_SHOWN: Mapping[str, tuple[str, str]] = {
    "seen": ("0072b2", "seen"),
    "engageable": ("e69f00", "engageable"),
    "ring_seen": ("888888", "range ring of sight, nothing hidden"),
    "ring_engageable": ("444444", "range ring of engagement, nothing hidden"),
}
_OPACITY: Mapping[float, str] = {0.5: "40", 0.9: "80"}


def write_kml(path: Path, title: str, found: Sequence[Region], chart: Summary, origin: Origin) -> None:
    """Regions of the whole defence in a folder for each altitude, and the sites in one of their own."""
    root = ElementTree.Element("kml", xmlns=_KML)
    document = _child(root, "Document")
    _child(document, "name", title)
    _child(document, "description", credit(chart))
    for quantity, (color, _) in _SHOWN.items():
        for level in LEVELS:
            _style(document, quantity, level, color)
    shown = [r for r in found if r.layer.unit is None and r.layer.quantity in _SHOWN]
    for altitude in dict.fromkeys(r.layer.altitude_m for r in shown):
        folder = _child(document, "Folder")
        _child(folder, "name", f"target {altitude:g} m above ground")
        for region in shown:
            if region.layer.altitude_m == altitude:
                _placemark(folder, region)
    _sites(document, chart, origin)
    ElementTree.indent(root, " ")
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    write_aside(path, lambda aside: _write_bytes(aside, content))


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _child(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, tag, attributes)
    made.text = None if text is None else clean(text)
    return made


def _style(document: ElementTree.Element, quantity: str, level: float, color: str) -> None:
    """KML writes colours as opacity, blue, green, red. Rings are lines only."""
    backwards = color[4:] + color[2:4] + color[:2]
    style = _child(document, "Style", id=f"{quantity}-{level:g}")
    line = _child(style, "LineStyle")
    _child(line, "color", "ff" + backwards)
    _child(line, "width", "2" if level == LEVELS[0] else "1")
    fill = _child(style, "PolyStyle")
    _child(fill, "color", _OPACITY[level] + backwards)
    _child(fill, "fill", "0" if quantity.startswith("ring") else "1")


def _placemark(folder: ElementTree.Element, region: Region) -> None:
    layer = region.layer
    placemark = _child(folder, "Placemark")
    told = _SHOWN[layer.quantity][1]
    _child(placemark, "name", f"{told}, probability {region.probability:g} or more")
    _child(placemark, "description", f"{words.amount(region.area_km2)} km² on the map".replace(words.NBSP, " "))
    _child(placemark, "styleUrl", f"#{layer.quantity}-{region.probability:g}")
    data = _child(placemark, "ExtendedData")
    for key, value in _properties(region).items():
        _child(_child(data, "Data", name=key), "value", str(value))
    shapes = _child(placemark, "MultiGeometry")
    for outer, *holes in region.polygons:
        polygon = _child(shapes, "Polygon")
        _child(polygon, "tessellate", "1")
        for tag, ring in (("outerBoundaryIs", outer), *(("innerBoundaryIs", hole) for hole in holes)):
            line = _child(_child(polygon, tag), "LinearRing")
            _child(line, "coordinates", " ".join(f"{lon},{lat}" for lon, lat in ring))


def _sites(document: ElementTree.Element, chart: Summary, origin: Origin) -> None:
    folder = _child(document, "Folder")
    _child(folder, "name", "sites")
    for kind, item, (lon, lat) in _places(chart, origin):
        placemark = _child(folder, "Placemark")
        _child(placemark, "name", str(item["name"]))
        _child(placemark, "description", kind)
        _child(_child(placemark, "Point"), "coordinates", f"{lon},{lat}")


# ----------------------------------------------------------------------------------------------------- PNG

_PANEL_INCHES, _DPI, _MOST_PANELS = 2.6, 140, 6


def write_png(path: Path, chart: Summary, coverage: cartography.Coverage, heading: str) -> None:
    """Maps by altitude, by range rings alone above, with the skyline below."""
    count = len(coverage.altitudes)
    drawn = sorted({round(k * (count - 1) / max(_MOST_PANELS - 1, 1)) for k in range(_MOST_PANELS)})
    lines = [
        heading,
        f"Seen and engageable: {coverage.target or 'the target'}, by altitude above the ground.",
        "Above: range rings, where nothing hides. Below: with horizon, hills and roofs.",
        *([f"Data: {credit(chart)}"] if credit(chart) else []),
    ]
    width = 0.8 + _PANEL_INCHES * max(len(drawn), 2)
    content = canvas.raster(lambda w: cartography.coverage_figure(chart, coverage, w, drawn, lines), width, _DPI)
    write_aside(path, lambda aside: _write_bytes(aside, content))
