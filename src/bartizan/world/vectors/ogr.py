"""GeoPackage, FlatGeobuf and Shapefile as tables, read by GDAL through pyogrio, which comes with the extra `geo`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from bartizan.ground.errors import UserError, shown
from bartizan.world.vectors import dbf
from bartizan.world.vectors.systems import STATE_IT, system
from bartizan.world.vectors.table import Source, Table
from bartizan.world.vectors.wkb import geometries as from_wkb

#: types of layers that cannot hold polygons
_NO_POLYGONS = ("Point", "LineString", "MultiPoint", "MultiLineString", "CircularString", "CompoundCurve", "MultiCurve")


def read(source: Source, format_: str, wanted: Sequence[str], layer: str | None) -> Table:
    """The features of a layer with their properties, those `wanted`. Raises UserError where the file cannot be read."""
    try:
        import pyogrio  # type: ignore[import-untyped]
    except ImportError as missing:
        raise UserError(
            f'{source} is a {format_}; to read it, install the extra: pip install "bartizan[geo]";'
            f" or make it GeoJSON: ogr2ogr -f GeoJSON {source.path.stem}.geojson {source.path.name}"
        ) from missing
    try:
        with warnings.catch_warnings():  # what GDAL warns of shows in the geometries
            warnings.simplefilter("ignore")
            return _read(pyogrio, source, format_, wanted, layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        cure = "; a Shapefile is several files: .shp, .shx, .dbf and .prj" if format_ == "Shapefile" else ""
        raise UserError(f"{source} cannot be read as {format_}: {error}{cure}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{source} is damaged, or its names are not in UTF-8: {error}") from error


def _read(pyogrio: Any, source: Source, format_: str, wanted: Sequence[str], layer: str | None) -> Table:
    path = source.path.resolve()  # a name alone might be taken for an address
    name = _layer(source, pyogrio.list_layers(path), layer)
    encoding = dbf.guessed(path) if format_ == "Shapefile" else None
    about = pyogrio.read_info(path, layer=name, encoding=encoding)
    if about["crs"] is None:
        beside = "; its .prj is missing" if format_ == "Shapefile" else ""
        raise UserError(
            f"{source} does not say in which coordinate reference system it is{beside}; state it {STATE_IT}"
        )
    fields = [str(f) for f in about["fields"]]
    asked = [f for f in fields if f in wanted]
    *_, binary, values = pyogrio.raw.read(path, layer=name, columns=asked, encoding=encoding, force_2d=True)
    geometries, faults, mended = from_wkb([] if binary is None else binary)
    return Table(
        source=source,
        geometries=geometries,
        columns={f: v.tolist() for f, v in zip(asked, values, strict=True)},
        properties=sorted(fields),
        crs=system(source, about["crs"]),
        faults=faults,
        mended=_of_guessed_text(encoding, values) | mended,
    )


def _of_guessed_text(encoding: str | None, values: Sequence[Any]) -> dict[int, str]:
    """Rows with text that another encoding would read otherwise, where one had to be guessed; UTF-8 is no guess."""
    if encoding in (None, "utf-8"):
        return {}
    why = f"with text in no stated encoding, taken as {encoding}; if it is garbled, state the right one in a .cpg file"
    texts = ((row, text) for column in values for row, text in enumerate(column) if isinstance(text, str))
    return {row: f"{why} beside the .shp" for row, text in texts if not text.isascii()}


def _layer(source: Source, layers: Any, wanted: str | None) -> str:
    """The layer to read: the one that is named, or the only one that may hold polygons."""
    kinds = {str(name): str(kind) for name, kind in layers if kind is not None}
    usable = [name for name, kind in kinds.items() if kind.split()[0].removesuffix("Z") not in _NO_POLYGONS]
    return chosen(source, usable or list(kinds), wanted)


def chosen(source: Source, layers: Sequence[str], wanted: str | None) -> str:
    """The one of several layers that is `wanted`, or the only one. Raises UserError where it is not clear."""
    there = ", ".join(shown(name) for name in layers[:40]) or "none"
    if wanted is None and len(layers) == 1:
        return layers[0]
    if wanted is None:
        raise UserError(f"{source} holds {len(layers)} layers of polygons; name one as layer: {there}")
    if wanted not in layers:
        raise UserError(f"{source} has no layer {shown(wanted)} of polygons; there are: {there}")
    return wanted
