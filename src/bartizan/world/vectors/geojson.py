"""GeoJSON (RFC 7946), and one feature a line or after a record separator (RFC 8142), as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground.errors import UserError, shown
from bartizan.world.vectors.shapes import Unreadable, shape
from bartizan.world.vectors.systems import LONGITUDE_LATITUDE, system
from bartizan.world.vectors.table import Source, Table

if TYPE_CHECKING:
    from pyproj import CRS

READ_HERE = "GeoJSON (also one feature a line), GeoParquet, GeoPackage, FlatGeobuf, Shapefile, and these in .gz or .zip"

_DECODER = json.JSONDecoder()
_BETWEEN = " \t\r\n\x1e"  # records of a sequence begin with the last of these, or stand on lines of their own


@dataclass(frozen=True)
class Records:
    """The records of a file that has one on each line."""

    records: list[Any]
    lines: list[int]
    broken: dict[int, str] = field(default_factory=dict)  # by line: what is wrong with it


def read(source: Source, wanted: Sequence[str]) -> Table:
    """The features of a file with their properties, those `wanted`. Raises UserError where it is no GeoJSON."""
    content = _said(source)
    placed = list(_placed(source, content))
    features = [feature if isinstance(feature, dict) else {} for feature, _ in placed]
    properties = [p if isinstance(p := f.get("properties"), dict) else {} for f in features]
    broken = content.broken if isinstance(content, Records) else {}
    lines = [line for _, line in placed] + list(broken)
    geometries, faults, mended = _geometries([_geometry(f) for f in features])
    faults |= {len(features) + k: f"unreadable: {why}" for k, why in enumerate(broken.values())}
    names = {name for p in properties for name in p}
    return Table(
        source=source,
        geometries=np.concatenate([geometries, np.full(len(broken), None, object)]),
        columns={n: [*(p.get(n) for p in properties), *[None] * len(broken)] for n in wanted if n in names},
        properties=sorted(names),
        crs=_named_crs(source, content),
        faults=faults,
        mended=mended,
        lines=lines if isinstance(content, Records) else None,
    )


def _said(source: Source) -> Any:
    """One JSON value, or Records."""
    try:
        raw = source.path.read_bytes()
        return _content(raw.decode(json.detect_encoding(raw)).lstrip("\ufeff"))
    except OSError as error:
        raise UserError(f"{source} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"{source} is neither GeoJSON ({_reason(error)}) nor of another format; read are {READ_HERE}"
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 text (byte {error.start})"
    return "is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _content(text: str) -> Any:
    start = _beyond(text, 0)
    try:
        first, end = _DECODER.raw_decode(text, start)
    except ValueError:
        if not _has_record(text, _next_record(text, start)):
            raise
        return _sequence(text)
    if text.startswith("\x1e") or (_beyond(text, end) < len(text) and isinstance(first, dict)):
        return _sequence(text)
    return json.loads(text) if _beyond(text, end) < len(text) else first  # which says what is too much


def _beyond(text: str, at: int) -> int:
    """The next place that is not between records."""
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def _next_record(text: str, at: int) -> int:
    """Where the next record begins after one that is broken: on the next line."""
    line = text.find("\n", at)
    return len(text) if line < 0 else _beyond(text, line)


def _has_record(text: str, at: int) -> bool:
    """Whether a whole object stands on the line that begins here."""
    try:
        found, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return False
    rest = text[end : end + 2].lstrip(" \t\r\x1e")
    return isinstance(found, dict) and (not rest or rest.startswith("\n"))


def _sequence(text: str) -> Records:
    found = Records([], [])
    line, counted, at = 1, 0, _beyond(text, 0)
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        try:
            record, end = _DECODER.raw_decode(text, at)
            found.records.append(record)
            found.lines.append(line)
            at = _beyond(text, end)
        except (ValueError, RecursionError) as error:
            found.broken[line] = error.msg if isinstance(error, json.JSONDecodeError) else _reason(error)
            at = _next_record(text, at)
    return found


def _placed(source: Source, content: Any) -> Iterator[tuple[Any, int]]:
    """Features or geometries, each with the line of its record, 0 where the file is one record."""
    if not isinstance(content, Records):
        yield from ((feature, 0) for feature in _features(source, content))
        return
    for record, line in zip(content.records, content.lines, strict=True):
        try:
            yield from ((feature, line) for feature in _features(source, record))
        except UserError:
            yield record, line


def _features(source: Source, content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    kind = content.get("type") if isinstance(content, dict) else None
    inside = {"FeatureCollection": "features", "GeometryCollection": "geometries"}.get(str(kind))
    if inside is not None and isinstance(content.get(inside), list):
        return content[inside]
    if kind == "Feature" or (isinstance(kind, str) and "coordinates" in content):
        return [content]
    raise UserError(
        f"{source} is not GeoJSON: expected a FeatureCollection, a Feature or a geometry, found {shown(kind)}"
    )


# ---------------------------------------------------------------------------------------------- geometries


def _geometry(feature: dict[str, Any]) -> Any:
    """What stands under `geometry`, or the geometry itself that stands in place of a feature."""
    if "geometry" in feature or "properties" in feature or feature.get("type") == "Feature":
        return feature.get("geometry")
    return feature or None


def _geometries(written: Sequence[Any]) -> tuple[np.ndarray, dict[int, str], dict[int, str]]:
    """Object (N,): geometries; why some have none, and what was mended to read others, by row.

    The geometry library reads what is as it should be, ten times faster than what is looked at here number by number.
    """
    import shapely

    found = shapely.from_geojson(np.array([_as_text(g) for g in written], object), on_invalid="ignore")
    faults: dict[int, str] = {}
    mended: dict[int, str] = {}
    for i in np.flatnonzero(shapely.is_missing(found)).tolist():
        try:
            found[i], told = shape(written[i])
        except Unreadable as unreadable:
            faults[i] = str(unreadable)
        else:
            mended |= {i: told} if told else {}
    return found, faults, mended


def _as_text(geometry: Any) -> str:
    """A geometry as the reader of geometries wants it; null where it is nested as none is."""
    try:
        return json.dumps(geometry)
    except RecursionError:
        return "null"


def _named_crs(source: Source, content: Any) -> CRS:
    """The system that a `crs` member of GeoJSON before RFC 7946 names; longitude and latitude without one."""
    first = content.records[0] if isinstance(content, Records) and content.records else content
    if not isinstance(first, dict) or "crs" not in first:
        return system(source, LONGITUDE_LATITUDE)
    member = first["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    said = properties if isinstance(properties, dict) else {}
    if isinstance(code := said.get("code"), int) and member.get("type") == "EPSG":  # as before 2008
        return system(source, f"EPSG:{code}")
    if not isinstance(name := said.get("name"), str):
        raise UserError(
            f'{source}: crs must be {{"type": "name", "properties": {{"name": ...}}}}, found {shown(member)}'
        )
    return system(source, name)
