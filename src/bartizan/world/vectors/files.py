"""Files of polygons, opened by what is in them, whatever they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from bartizan.ground.errors import UserError
from bartizan.world.fetched import fetched_instead
from bartizan.world.vectors import geojson, ogr, packed, parquet
from bartizan.world.vectors.table import Source, Table

HEAD_BYTES = 4096
#: How files of a format begin
_BEGINS = {
    b"PAR1": "GeoParquet",
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"fgb\x03fgb": "FlatGeobuf",
    b"SQLite format 3\0": "GeoPackage",
    b"\x00\x00\x27\x0a": "Shapefile",
}
_OTHERS = {
    b"<": "XML, such as KML, GML or OSM",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"7z\xbc\xaf": "packed with 7z",
    b"ARROW1": "Arrow",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
}
_TEXT = b"{[\x1e"


def read(path: Path, wanted: Sequence[str], layer: str | None = None) -> Table:
    """The rows of a file of polygons with their properties, those `wanted`; of its `layer`, where it has several.

    Raises UserError where it cannot be read, is in no format that is read here, or it is not clear which layer is
    meant.
    """
    return _read(Source(path, str(path)), wanted, layer, unpacked=False)


def _read(source: Source, wanted: Sequence[str], layer: str | None, unpacked: bool) -> Table:
    format_ = _format(source)
    if format_ in ("gzip", "zip") and unpacked:
        raise UserError(f"{source} is packed twice; unpack it")
    if format_ == "gzip":
        with packed.gunzipped(source) as inside:
            return _read(inside, wanted, layer, True)
    if format_ == "zip":
        with packed.unzipped(source, layer) as (inside, within):
            return _read(inside, wanted, within, True)
    if format_ in ("GeoPackage", "FlatGeobuf", "Shapefile"):
        return ogr.read(_main(source), format_, wanted, layer)
    if layer is not None:
        raise UserError(f"{source} has no layers: it is {format_}; remove layer")
    return parquet.read(source, wanted) if format_ == "GeoParquet" else geojson.read(source, wanted)


def _main(source: Source) -> Source:
    """The .shp where the .shx is named, which begins in the same way."""
    path = source.path
    return Source(path.with_suffix(".shp"), source.title) if path.suffix.lower() == ".shx" else source


def _format(source: Source) -> str:
    head = _head(source)
    for begins, format_ in _BEGINS.items():
        if head.startswith(begins):
            return format_
    if what := fetched_instead(source.path):
        raise UserError(f"{source} {what}")
    for begins, what in _OTHERS.items():
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(begins):
            raise _not_read(source, what)
    if b"OSMHeader" in head[:64]:
        raise _not_read(source, "OSM in PBF", " multipolygons")
    return "GeoJSON"


def _head(source: Source) -> bytes:
    try:
        with source.path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise UserError(f"{source} cannot be read: {error.strerror or error}") from error


def _not_read(source: Source, what: str, layer: str = "") -> UserError:
    name = source.path.name
    convert = f"make it GeoJSON: ogr2ogr -f GeoJSON {name.partition('.')[0]}.geojson {name}{layer}"
    cures = {"packed": "; unpack it first", "a TIFF": ": a raster, and polygons are wanted here"}
    cure = next((cure for begins, cure in cures.items() if what.startswith(begins)), f"; {convert}")
    return UserError(f"{source} is {what}, which is not read{cure}. Read are {geojson.READ_HERE}")


def holds_polygons(path: Path) -> bool:
    """Whether a file is of polygons by what it begins with, and no raster."""
    head = _head(Source(path, str(path)))
    if head.startswith(tuple(_BEGINS)):
        return True
    return bool(text := head.lstrip(b"\xef\xbb\xbf \t\r\n")) and text[0] in _TEXT and b"\0" not in head


def digest(path: Path) -> str:
    """SHA-256 of a file, and where it is a Shapefile of the files that belong to it."""
    parts = [path]
    if path.suffix.lower() in (".shp", ".shx"):
        parts += [beside for suffix in packed.BESIDE if (beside := path.with_suffix(suffix)).is_file()]
    found = [_digest(part) for part in parts]
    return found[0] if len(found) == 1 else hashlib.sha256(" ".join(found).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
