"""Layers as GeoJSON and GeoParquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bartizan.faces.exports import Documents, wkb
from bartizan.ground.database import connected, copied
from bartizan.ground.writing import make_folder, write_aside, write_text

if TYPE_CHECKING:
    from bartizan.faces.exports.features import Layer


def write_geojson(documents: Documents, folder: Path) -> list[Path]:
    """A file in `folder` for each layer."""
    layers, credit = documents["layers"](), documents["credit"]()
    make_folder(folder)
    paths = [folder / f"{layer.name}.geojson" for layer in layers]
    for path, layer in zip(paths, layers, strict=True):
        write_collection(path, [layer], credit)
    return paths


def write_collection(path: Path, layers: Iterable[Layer], credit: str) -> None:
    """The features of all `layers` in one file: RFC 7946, WGS 84."""
    features = [
        {"type": "Feature", "properties": dict(feature.properties),
         "geometry": {"type": layer.geometry, "coordinates": feature.coordinates}}
        for layer in layers
        for feature in layer.features
    ]  # fmt: skip
    content = {"type": "FeatureCollection", "credit": credit, "features": features}
    write_text(path, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")


# ----------------------------------------------------------------------------------------------- GeoParquet

_SQL_TYPES = {str: "VARCHAR", float: "DOUBLE", int: "BIGINT", bool: "BOOLEAN"}


def write_geoparquet(documents: Documents, folder: Path) -> list[Path]:
    """A file in `folder` for each layer: GeoParquet 1.0, longitude and latitude."""
    layers, credit = documents["layers"](), documents["credit"]()
    make_folder(folder)
    return [_write_geoparquet(folder / f"{layer.name}.parquet", layer, credit) for layer in layers]


def _write_geoparquet(path: Path, layer: Layer, credit: str) -> Path:

    select = ", ".join(f'"{name}"::{_SQL_TYPES[kind]} AS "{name}"' for name, kind in layer.columns.items())
    metadata = {"geo": json.dumps(_geo(layer)), "credit": credit}

    def write(aside: Path) -> None:
        with connected() as connection:
            connection.register("rows_", _rows(layer))
            connection.execute(copied(f"SELECT geometry::BLOB AS geometry, {select} FROM rows_", aside, **metadata))

    write_aside(path, write)
    return path


def _geo(layer: Layer) -> dict[str, Any]:
    """What GeoParquet says of its column of geometries."""
    box = around(wkb.bounds(layer.geometry, f.coordinates) for f in layer.features)
    column = {"encoding": "WKB", "geometry_types": [layer.geometry], "bbox": box}
    return {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _rows(layer: Layer) -> dict[str, Any]:
    """Columns of a layer with its geometries."""
    import numpy as np

    shapes = [wkb.encoded(layer.geometry, f.coordinates) for f in layer.features]
    columns = {
        name: [None if (v := f.properties.get(name)) is None else kind(v) for f in layer.features]
        for name, kind in layer.columns.items()
    }
    return {name: np.array(values, object) for name, values in {"geometry": shapes, **columns}.items()}


def around(boxes: Iterable[tuple[float, float, float, float]]) -> Sequence[float]:
    """The box around boxes: west, south, east, north."""
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]
