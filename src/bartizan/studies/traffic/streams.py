"""Streams of neutral traffic from passages: rates with the intervals that their count allows, and groups as YAML."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np
import yaml
from scipy import special

from bartizan.ground.errors import UserError
from bartizan.studies.traffic.passages import Circle, Passage, passages
from bartizan.studies.traffic.positions import MOST_LAT, Position, read
from bartizan.world import catalog
from bartizan.world.schema.fields import as_key
from bartizan.world.schema.file import most_of_stream

#: Of passages, that lie within what is stated of speed and altitude; of the interval of a rate.
_MIDDLE, _CONFIDENCE = 0.9, 0.95
#: m/s: what hovers is written as this slow. (What is below the sea is written at its level.)
_SLOWEST = 1.0


class Span(TypedDict):
    """A number with its likely range."""

    low: float
    likely: float
    high: float


class Stream(TypedDict):
    """Traffic of one kind that flies in one way."""

    kind: str
    flies: str
    passages: int
    comings: int
    per_hour: Span
    speed: Span
    altitude: Span
    offset: float


class Streams(TypedDict):
    """What a table says of the traffic through a circle."""

    rows: int
    hours: float
    radius: float
    streams: list[Stream]


def streams(path: str | Path, circle: Circle) -> Streams:
    """The streams through a circle. Raises UserError where the table cannot be used, or nothing comes near."""
    positions = read(path)
    times = [p.time for p in positions]
    hours = (max(times) - min(times)) / 3600
    if hours <= 0:
        raise UserError(f"{path}: all positions are of one moment; a rate needs some hours")
    by: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for passage in passages(positions, circle):
        by[passage.kind, passage.flies].append(passage)
    if not by:
        raise UserError(f"{path}: {_nowhere(positions, circle)}")
    return {
        "rows": len(positions), "hours": hours, "radius": circle.radius,
        "streams": [_stream(kind, flies, found, hours) for (kind, flies), found in sorted(by.items())],
    }  # fmt: skip


def _nowhere(positions: Sequence[Position], circle: Circle) -> str:
    """That nothing comes near, and where it is instead; that latitudes and longitudes are exchanged, where they are."""
    told = f"nothing flies within {circle.radius / 1000:g} km of {circle.lat:g}, {circle.lon:g}"
    exchanged = [p._replace(lat=p.lon, lon=p.lat) for p in positions if abs(p.lon) <= MOST_LAT]
    if any(passages(exchanged, circle)):
        return f"{told}, but it would if lat were lon and lon were lat: exchange the names of these columns"
    spans = (
        (name, min(of), max(of))
        for name, of in (("lat", [p.lat for p in positions]), ("lon", [p.lon for p in positions]))
    )
    return f"{told}; it has " + ", ".join(f"{name} {low:.4g} to {high:.4g}" for name, low, high in spans)


def _stream(kind: str, flies: str, found: Sequence[Passage], hours: float) -> Stream:
    comings = sum(passage.comes for passage in found)
    return {
        "kind": kind, "flies": flies, "passages": len(found), "comings": comings,
        "per_hour": rate(comings, hours), "speed": _span([p.speed for p in found]),
        "altitude": _span([p.altitude for p in found]),
        "offset": float(np.quantile([p.nearest for p in found], _MIDDLE)),
    }  # fmt: skip


def rate(comings: int, hours: float) -> Span:
    """So many an hour, with the exact interval of a Poisson count (Garwood 1936)."""
    tail = (1 - _CONFIDENCE) / 2
    low = float(special.gammaincinv(comings, tail)) if comings else 0.0
    high = float(special.gammaincinv(comings + 1, 1 - tail))
    return {"low": low / hours, "likely": comings / hours, "high": high / hours}


def _span(values: Sequence[float]) -> Span:
    low, likely, high = np.quantile(values, [(1 - _MIDDLE) / 2, 0.5, (1 + _MIDDLE) / 2])
    return {"low": float(low), "likely": float(likely), "high": float(high)}


# ------------------------------------------------------------------------------------------------ as YAML


def unknown(found: Streams, threat: str) -> list[str]:
    """Types that the groups name and the catalogue has not: a scenario has to describe them."""
    named = {as_key(stream["kind"]) or threat for stream in found["streams"]}
    return sorted(named - set(catalog.names("threats")))


def as_yaml(found: Streams, threat: str, lasts_s: float) -> str:
    """Neutral groups of a raid; `threat` is the type of what the table names no kind of."""
    counted = sum(stream["passages"] for stream in found["streams"])
    passages = f"{counted} passage{'' if counted == 1 else 's'}"
    head = f"# {passages} within {found['radius'] / 1000:g} km in {found['hours']:.3g} h, of {found['rows']} rows."
    return "\n".join([head, *(_group(stream, found["radius"], threat, lasts_s) for stream in found["streams"])])


def _group(stream: Stream, radius: float, threat: str, lasts_s: float) -> str:
    title = _key(as_key(stream["kind"]) or threat)
    if not stream["comings"]:
        return f"# {title}: {stream['passages']} were there when the table began, and none came: no rate, no group."
    count = most_of_stream(float(f"{stream['per_hour']['high']:.3g}") / 3600 * lasts_s)
    neutral = [f"lasts: {lasts_s / 60:g} min", f"flies: {stream['flies']}"]
    if stream["flies"] == "past":
        neutral.append(f"offset: {min(stream['offset'], 0.99 * radius):.0f} m")
    return "\n".join([
        f"# {stream['passages']} passages, of which {stream['comings']} came while the table goes on; "
        "rate: 95 % of their count; speed and altitude: nine of ten.",
        f"- threat: {title}",
        f"  count: {count}",
        f"  distance: {radius / 1000:g} km",
        f"  speed: {_written(stream['speed'], 'm/s', _SLOWEST)}",
        f"  altitude: {_written(stream['altitude'], 'm')}",
        f"  arrival: {{rate: {_written(stream['per_hour'], '1/h')}}}",
        f"  neutral: {{{', '.join(neutral)}}}",
    ])  # fmt: skip


def _key(name: str) -> str:
    """A name as YAML has it, with quotes where they are needed."""
    return str(yaml.safe_dump(name, allow_unicode=True, width=math.inf)).splitlines()[0]


def _written(span: Span, unit: str, least: float = 0.0) -> str:
    """A number with its range; what is below the least is that."""
    low, likely, high = (f"{max(least, float(f'{span[end]:.3g}')):g} {unit}" for end in ("low", "likely", "high"))
    return likely if low == high else f"{{low: {low}, likely: {likely}, high: {high}}}"
