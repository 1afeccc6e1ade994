"""A table of sites, as a spreadsheet or a map tool writes it, made into the content of a scenario to start from."""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError, shown
from bartizan.world import catalog
from bartizan.world.fetched import no_table

_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+")
#: What columns may be called, in any case: the first that is there is taken.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "site", "title", "id"),
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "kind": ("kind", "type", "role"),
    "system": ("system", "unit", "equipment"),
    "radius": ("radius", "radius_m"),
    "height": ("height", "height_m"),
    "note": ("note", "notes", "comment", "remarks"),
}
MOST_SITES = 500
#: A scenario's sites lie within 1000 km of its origin; this is less, as a plane's kilometres are not the ellipsoid's.
FARTHEST_KM = 990
_RAID = {
    "name": "drones", "title": "Ten drones within five minutes",
    "groups": [{"threat": "shahed-136", "count": 10, "distance": "40 km", "arrival": {"spread": "5 min"}}],
}  # fmt: skip


@dataclass
class Sites:
    """Assets and units of a table; what was left out of it, and what is called otherwise there, a sentence for each."""

    assets: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    def content(self, name: str) -> dict[str, Any]:
        """A scenario as plain data, with one raid to begin with."""
        units = {"units": self.units} if self.units else {}
        return {"bartizan": 1, "name": name, "title": name, "assets": self.assets, **units, "raids": [_RAID]}


def read(path: Path) -> Sites:
    """The sites of a CSV or GeoJSON file. Raises UserError where it is neither, or holds no asset."""
    rows = _of_geojson(path) if path.suffix.lower() in (".geojson", ".json") else _of_csv(path)
    found = Sites()
    taken: set[str] = set()
    for number, (where, row) in enumerate(rows):
        if number >= MOST_SITES:
            found.left_out.append(f"{where} and what follows: {MOST_SITES} sites at most")
            break
        try:
            _take(found, where, row, taken)
        except ValueError as error:
            found.left_out.append(f"{where}: {error}")
    _leave_out_far(found)
    if not found.assets:
        told = "".join(f"\n  {text}" for text in found.left_out[:20])
        raise UserError(f"{path} holds no asset to defend: rows without a system are assets{told}")
    return found


def _leave_out_far(found: Sites) -> None:
    """What is too far for one scenario from its first asset, where that has its origin."""
    if not found.assets:
        return
    middle = found.assets[0]["at"]
    for kept in (found.assets, found.units):
        for site in list(kept):
            away_km = geodesy.distance_m(middle["lat"], middle["lon"], site["at"]["lat"], site["at"]["lon"]) / 1000
            if away_km > FARTHEST_KM:
                kept.remove(site)
                first = found.assets[0]["name"]
                found.left_out.append(
                    f"{site['name']}: {away_km:.0f} km from {first}; all must lie within {FARTHEST_KM} km"
                )


def _take(found: Sites, where: str, row: Mapping[str, str], taken: set[str]) -> None:
    """One row, as an asset or a unit. Raises ValueError that says why not."""
    name = "".join(ch if ch.isprintable() and ch != "/" else " " for ch in row.get("name", "")).strip()[:100]
    if not name:
        raise ValueError("has no name")
    site: dict[str, Any] = {"name": _another(name, taken), "at": _place(row)}
    kind = row.get("kind", "").casefold()
    if kind not in ("", "asset", "unit"):
        raise ValueError(f"kind is asset or unit, not {shown(kind)}")
    if kind == "unit" or (kind == "" and row.get("system")):
        if row.get("radius"):
            found.left_out.append(f"{site['name']}: radius {shown(row['radius'])}, which a unit has none of")
        found.units.append(_with(site, row, system=_system(row.get("system", "")), height=_metres(row, "height", 1e4)))
    else:
        found.assets.append(_with(site, row, radius=_metres(row, "radius", 1e5), height=_metres(row, "height", 1e4)))
    if site["name"] != name:
        found.renamed.append(f"{where}: another {name}, called {site['name']}")
    taken.add(site["name"])


def _with(site: dict[str, Any], row: Mapping[str, str], **more: Any) -> dict[str, Any]:
    note = {"note": row["note"][:20_000]} if row.get("note") else {}
    return site | {key: value for key, value in more.items() if value is not None} | note


def _another(name: str, taken: set[str]) -> str:
    """The name, or it with a number where it is taken."""
    numbered = (name if n == 1 else f"{name} {n}" for n in range(1, MOST_SITES + 2))
    return next(each for each in numbered if each not in taken)


def _place(row: Mapping[str, str]) -> dict[str, float]:
    lat, lon = (_number(row, key) for key in ("lat", "lon"))
    if lat is None or lon is None:
        lacking = [name for name, value in (("lat", lat), ("lon", lon)) if value is None]
        raise ValueError(f"has no {' and '.join(lacking)}, in degrees")
    if abs(lat) > 85 or abs(lon) > 180:
        raise ValueError(f"lat {lat:g}, lon {lon:g}: lat must lie within 85 degrees, lon within 180")
    return {"lat": lat, "lon": lon}


def _metres(row: Mapping[str, str], key: str, most: float) -> str | None:
    if _THOUSANDS.fullmatch(row.get(key, "").removesuffix("m").strip()):
        raise ValueError(f"{key} {shown(row[key])} may be thousands or a fraction; write it without the comma")
    number = _number(row, key)
    if number is not None and not 0 <= number <= most:
        raise ValueError(f"{key} must lie between 0 and {most:g} m, not {number:g}")
    return None if number is None else f"{number:g} m"


def _number(row: Mapping[str, str], key: str) -> float | None:
    """A number, with a decimal comma as well; None where the cell is empty."""
    written = row.get(key, "").removesuffix("m").strip().replace(",", ".")
    try:
        number = float(written) if written else None
    except ValueError:
        number = math.nan
    if number is not None and not math.isfinite(number):
        raise ValueError(f"{key} is no number: {shown(row[key])}")
    return number


def _system(written: str) -> str:
    """The catalogue's name of a system: by its name or title, whatever the case, blanks and hyphens."""
    names = catalog.names("systems")
    known = {_plain(name): name for name in names} | {_plain(catalog.system(name).title): name for name in names}
    if (plain := _plain(written)) in known:
        return known[plain]
    begun = {name for each, name in known.items() if len(plain) > 2 and each.startswith(plain)}
    if len(begun) == 1:
        return begun.pop()
    near = [known[each] for each in difflib.get_close_matches(plain[:80], known, 3, 0.5)]
    hint = f"the nearest are {', '.join(dict.fromkeys(near))}" if near else f"known: {', '.join(names)}"
    raise ValueError(f"no system {shown(written)} in the catalogue; {hint}")


def _plain(name: str) -> str:
    return "".join(ch for ch in name.casefold() if ch.isalnum())


# ------------------------------------------------------------------------------------------------- the files


def _of_csv(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows with where they stand; commas, semicolons or tabs between, whichever the first line has most of."""
    if what := no_table(path):
        raise UserError(f"{path} {what}")
    text = _text(path)
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    try:
        head = next(rows, [])
        columns, width = _columns(path, head), len(head)
        for row in rows:
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                raise UserError(
                    f"{path}, line {rows.line_num}: {len(row)} cells, where the first line names {width}; "
                    "numbers with a decimal comma need semicolons or tabs between cells"
                )
            if any(cell.strip() for cell in row):
                yield f"line {rows.line_num}", {k: row[i].strip() for k, i in columns.items() if i < len(row)}
    except csv.Error as error:
        raise UserError(f"{path}, line {rows.line_num}: {error}") from None


def _columns(path: Path, head: list[str]) -> dict[str, int]:
    """Which column holds what. Raises UserError where one that is needed is missing."""
    written = [cell.strip().casefold() for cell in head]
    found = {
        key: written.index(alias) for key, aliases in COLUMNS.items() for alias in aliases[::-1] if alias in written
    }
    if missing := [key for key in ("name", "lat", "lon") if key not in found]:
        needs = "; ".join(f"{key}: {', '.join(COLUMNS[key])}" for key in missing)
        raise UserError(f"{path}: the first line lacks a column for {needs}; it has {shown(', '.join(written), 200)}")
    return found


def _of_geojson(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Points with their properties; other shapes are rows without a place."""
    for number, feature in enumerate(_features(path), 1):
        row = _properties(feature)
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        at = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
        if isinstance(at, list) and len(at) >= 2:
            row |= {"lon": str(at[0]), "lat": str(at[1])}
        yield f"feature {number}", row


def _features(path: Path) -> list[Any]:
    try:
        content = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UserError(f"{path} is not GeoJSON: {reason}") from None
    found = content.get("features") if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise UserError(f"{path} is not GeoJSON of sites: expected a FeatureCollection of points")
    return found


def _properties(feature: Any) -> dict[str, str]:
    told = feature.get("properties") if isinstance(feature, dict) else None
    lower = {str(k).casefold(): str(v) for k, v in told.items() if v is not None} if isinstance(told, dict) else {}
    return {key: lower[alias].strip() for key, aliases in COLUMNS.items() for alias in aliases[::-1] if alias in lower}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}; save it in UTF-8") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
