"""Coverage for other tools: GeoTIFF, GeoJSON and KML, each from arrays over the local frame."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bartizan.faces import canvas, cartography
from bartizan.faces.exports import features, files, overlays, placemarks
from bartizan.faces.exports.areas import Layer, Origin, Region, credit, layers, regions
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.ground.writing import write_arrays, write_aside, write_bytes, write_json
from bartizan.studies.documents.places import Map

if TYPE_CHECKING:
    import numpy as np

    from bartizan.studies.coverage import Coverage as Covered

    Array = np.ndarray

NO_DATA = -9999.0


def write_folder(folder: Path, covered: Covered, arrays: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """Every file of a coverage folder; what is not written, and why. Maps of the earth need to know where on it."""
    from bartizan.studies.premises import chart

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
    outlined = regions([layer for layer in found if layer.is_probability], east, north, scenario.origin)
    write_geojson(folder / "coverage.geojson", outlined, sites, scenario.origin)
    write_kml(folder / "coverage.kml", title, outlined, sites, scenario.origin)
    if not has_geotiff():
        return ['No GeoTIFF: it needs rasterio (pip install "bartizan[geo]").']
    bands = [layer for layer in found if layer.unit is None]
    write_geotiff(folder / "coverage.tif", bands, east, north, scenario.origin, credit(sites))
    return []


# --------------------------------------------------------------------------------------------------- files


def write_geojson(path: Path, found: Sequence[Region], chart: Map, origin: Origin) -> None:
    """Regions as multipolygons and sites as points: RFC 7946, WGS 84."""
    files.write_collection(path, [features.coverage(found), features.sites(chart, origin)], credit(chart))


def write_kml(path: Path, title: str, found: Sequence[Region], chart: Map, origin: Origin) -> None:
    """Regions of the whole defence in a folder for each altitude, and the sites in one of their own."""
    root, document = placemarks.begun(title, credit(chart))
    overlays.add_styles(document)
    overlays.add_coverage(document, features.coverage(found).features)
    overlays.add_sites(document, features.sites(chart, origin).features)
    placemarks.write(path, root)


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
                file.set_band_description(
                    band, f"{layer.quantity}, {layer.target or 'target'} {layer.altitude_m:g} m above ground"
                )
                file.update_tags(band, quantity=layer.quantity, altitude_m=f"{layer.altitude_m:g}", target=layer.target)

    write_aside(path, write)


# ----------------------------------------------------------------------------------------------------- PNG

_PANEL_INCHES, _DPI, _MOST_PANELS = 2.6, 140, 6


def write_png(path: Path, chart: Map, coverage: cartography.Coverage, heading: str) -> None:
    """Maps by altitude, by range rings alone above, where those tell anything, with the skyline below."""
    count = len(coverage.altitudes)
    drawn = sorted({round(k * (count - 1) / max(_MOST_PANELS - 1, 1)) for k in range(_MOST_PANELS)})
    rings = len(cartography.ways_drawn(coverage, drawn)) > 1
    lines = [
        heading,
        f"Seen and engageable: {coverage.target or 'the target'}, by altitude above the ground.",
        "Above: range rings, where nothing hides. Below: with horizon, hills and roofs."
        if rings
        else "With horizon, hills and roofs. By range rings alone all of this map would be seen and in reach.",
        *([f"Data: {credit(chart)}"] if credit(chart) else []),
    ]
    width = 0.8 + _PANEL_INCHES * max(len(drawn), 2)
    content = canvas.raster(lambda w: cartography.coverage_figure(chart, coverage, w, drawn, lines), width, _DPI)
    write_bytes(path, content)
