"""GeoJSON as plain data (RFC 7946): what a file says, and the features in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bartizan.ground.errors import UserError, shown


def content(path: Path, otherwise: str = "not GeoJSON") -> Any:
    """What a file says. Raises UserError where it cannot be read, or is no JSON: then it is called `otherwise`."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UserError(f"{path} is {otherwise}: {reason}") from error


def features(path: Path, content: Any) -> list[Any]:
    """Features or geometries of a GeoJSON text, whatever it begins with. Raises UserError where it is no such."""
    if isinstance(content, list):
        return content
    kind = content.get("type") if isinstance(content, dict) else None
    inside = {"FeatureCollection": "features", "GeometryCollection": "geometries"}.get(str(kind))
    if inside is not None and isinstance(content.get(inside), list):
        return content[inside]
    if kind == "Feature" or (isinstance(kind, str) and "coordinates" in content):
        return [content]
    raise UserError(
        f"{path} is not GeoJSON: expected a FeatureCollection, a Feature or a geometry, found {shown(kind)}"
    )
