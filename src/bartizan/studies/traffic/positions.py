"""Positions of a table: when and where each aircraft was heard; all mistakes told at once."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bartizan.ground.errors import Mistake, ScenarioError, UserError
from bartizan.studies.calibrate.written import table

#: What columns may be called, in small letters; altitude in feet is told by its name.
COLUMNS = {
    "time": ("time", "timestamp"),
    "id": ("id", "icao24", "hex"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "longitude"),
    "altitude": (
        "altitude",
        "altitude_m",
        "geoaltitude",
        "geo_altitude",
        "baroaltitude",
        "baro_altitude",
        "altitude_ft",
    ),
}
FOOT_M = 0.3048
MOST_ROWS, MOST_LAT = 5_000_000, 85
_THOUSANDS = re.compile(r"-?\d{1,3},\d{3}")


class Position(NamedTuple):
    """Where one aircraft was heard: s, degrees, m; `kind` as the table names it, or empty."""

    id: str
    kind: str
    time: float
    lat: float
    lon: float
    altitude: float


def read(path: str | Path) -> list[Position]:
    """The rows of a CSV or Parquet file, in its order. Raises UserError with all mistakes: line, column, what stood
    there, what may."""
    file = Path(path)
    if not file.exists():
        raise UserError(f"{path}: no such file")
    file, columns, rows = table(file, "time,id,lat,lon,altitude")
    names = {what: next((name for name in of if name in columns), "") for what, of in COLUMNS.items()}
    if missing := [what for what, name in names.items() if not name]:
        there = ", ".join(filter(None, columns))
        raise UserError(f"{file}, line 1: no column for {', '.join(missing)}; it names {there}")
    found: list[Position] = []
    mistakes: list[Mistake] = []
    for number, (line, row) in enumerate(rows):
        if number >= MOST_ROWS:
            raise UserError(f"{file}: more than {MOST_ROWS:,} rows; give a part of it")
        _take(line, row, names, found, mistakes)
    if mistakes:
        raise ScenarioError(str(file), mistakes)
    if not found:
        raise UserError(f"{file} has no positions")
    return found


def _take(
    line: int, row: Mapping[str, str], names: Mapping[str, str], found: list[Position], mistakes: list[Mistake]
) -> None:
    before = len(mistakes)

    def number(what: str, least: float, most: float) -> float:
        text = row.get(names[what], "")
        try:
            value = _seconds(text) if what == "time" else float(_with_point(text, what))
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            what_may = "s, or a moment such as 2026-05-01T12:00:00Z" if what == "time" else f"{least:g} to {most:g}"
            mistakes.append(Mistake(names[what], f"expected a number, {what_may}", line, stood=repr(text)[:60]))
        return value

    if not (called := row.get(names["id"])):
        mistakes.append(Mistake(names["id"], "expected what the aircraft is called", line, stood="nothing"))
    time, lat, lon = number("time", -1e11, 1e11), number("lat", -MOST_LAT, MOST_LAT), number("lon", -180, 180)
    feet = FOOT_M if names["altitude"].endswith("_ft") else 1.0
    altitude = feet * number("altitude", -500 / feet, 30_000 / feet)
    if called and len(mistakes) == before:
        found.append(Position(called, row.get("kind", ""), time, lat, lon, altitude))


def _with_point(text: str, what: str) -> str:
    """A number with a decimal comma as one with a point; an altitude of 3,000 may be three thousand, and stays."""
    return text if what == "altitude" and _THOUSANDS.fullmatch(text) else text.replace(",", ".")


def _seconds(text: str) -> float:
    """Seconds since 1970, or since whatever the table counts from. Raises ValueError."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
