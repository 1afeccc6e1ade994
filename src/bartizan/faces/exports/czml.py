"""A replay as CZML, which CesiumJS and what is built on it play: one packet for each thing that flies or stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bartizan.faces.exports import Documents, telling
from bartizan.faces.exports.telling import COLOURS, moment
from bartizan.faces.markup import clean
from bartizan.ground.writing import write_text
from bartizan.studies.documents.viewer import Asset, Replay, ReplayedUnit, Shot, Threat, View

Packet = dict[str, Any]

SPEED = 20  # times as fast as the raid, to begin with
_TRAIL_S, _SHOT_TRAIL_S = 120, 1e6
#: on the globe's own terrain, whatever that has as its heights
_ON_GROUND: Packet = {"heightReference": "CLAMP_TO_GROUND"}
_LABELS_WITHIN_M = 60_000.0


def write(documents: Documents, path: Path) -> list[Path]:
    """The replay at `path`; the files written."""
    undulation_m = documents["undulation_m"]() if "undulation_m" in documents else 0.0
    made = raised(packets(documents["view"](), documents["replay"]()), undulation_m)
    text = json.dumps(made, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")
    return [path]


def packets(view: View, replay: Replay) -> list[Packet]:
    """The whole of a file."""
    return [
        _document(view, replay),
        {"id": "raid", "name": telling.title(view, replay), "description": telling.about(view, replay)},
        *(_asset(k, asset, replay) for k, asset in enumerate(view["assets"])),
        *(_unit(k, unit, view, replay) for k, unit in enumerate(replay["units"])),
        *(_threat(threat, replay) for threat in replay["threats"]),
        *(_shot(shot, replay) for shot in replay["shots"]),
        *_sight_lines(replay),
    ]


def raised(made: list[Packet], undulation_m: float) -> list[Packet]:
    """Packets with heights above the ellipsoid: what is not on the ground is raised by what the sea lies above it."""
    for packet in made:
        at = packet.get("position", {}).get("cartographicDegrees", [])
        if packet.get("point", {}).get("heightReference") is None:
            step = 4 if len(at) > 3 else 3
            at[step - 1 :: step] = [height + undulation_m for height in at[step - 1 :: step]]
    return made


def _document(view: View, replay: Replay) -> Packet:
    start, end = replay["start_s"], replay["end_s"]
    clock = {
        "interval": _interval(start, end), "currentTime": moment(start), "multiplier": SPEED, "range": "LOOP_STOP",
        "step": "SYSTEM_CLOCK_MULTIPLIER",
    }  # fmt: skip
    return {"id": "document", "name": telling.title(view, replay), "version": "1.0", "clock": clock}


def _asset(k: int, asset: Asset, replay: Replay) -> Packet:
    at, radius = [asset["lon"], asset["lat"], 0.0], max(asset["radius_m"] or 0.0, 1.0)
    disc = {
        "semiMajorAxis": radius, "semiMinorAxis": radius, "height": 0.0, **_ON_GROUND,
        "material": _solid("asset", 80),
    }  # fmt: skip
    return {
        "id": f"asset/{k}", "name": clean(asset["name"]), "description": telling.of_asset(asset, replay),
        "position": {"cartographicDegrees": at}, "point": _point("asset", 12) | _ON_GROUND,
        "label": _label(asset["name"]) | _ON_GROUND, "ellipse": disc,
    }  # fmt: skip


def _unit(k: int, unit: ReplayedUnit, view: View, replay: Replay) -> Packet:
    return {
        "id": f"unit/{k}", "name": clean(unit["name"]),
        "description": telling.of_unit(unit, view, replay["events"]),
        "position": {"cartographicDegrees": [unit["lon"], unit["lat"], unit["alt_m"]]},
        "point": _point("unit", 10), "label": _label(unit["name"]),
    }  # fmt: skip


def _threat(threat: Threat, replay: Replay) -> Packet:
    """A point with a trail, which turns grey when it is settled what becomes of it."""
    track = threat["track"]
    gone = min(threat["ends_s"], track[-1][3])
    colours: Any = [{"interval": _interval(track[0][3], gone), **_colour(threat["fate"])}]
    if gone < track[-1][3]:
        colours.append({"interval": _interval(gone, track[-1][3]), **_colour("wreck")})
    trail = {"leadTime": 0, "trailTime": _TRAIL_S, "width": 2, "resolution": 60, "material": _solid(threat["fate"])}
    return {
        "id": f"threat/{threat['id']}", "name": clean(threat["name"]),
        "description": telling.of_threat(threat, replay["events"]),
        **_moving(track), "point": {"pixelSize": 7, "color": colours}, "path": trail,
        "label": _label(threat["name"], _LABELS_WITHIN_M),
    }  # fmt: skip


def _shot(shot: Shot, replay: Replay) -> Packet:
    trail = {"leadTime": 0, "trailTime": _SHOT_TRAIL_S, "width": 1, "resolution": 60, "material": _solid(shot["kind"])}
    return {
        "id": f"shot/{shot['id']}", "name": clean(f"{shot['effector']} of {shot['unit']}"),
        "description": telling.happened([{"t_s": shot["launch_s"], "text": telling.of_shot(shot, replay)}]),
        **_moving(shot["track"]), "point": _point(shot["kind"], 4), "path": trail,
    }  # fmt: skip


def _sight_lines(replay: Replay) -> Iterator[Packet]:
    """A line from a unit to a threat, there while it has it in sight."""
    number, threats = {unit["name"]: k for k, unit in enumerate(replay["units"])}, telling.by_number(replay)
    for row in replay["sight"]:
        u, track = number[row["unit"]], threats[row["threat"]]["track"]
        spans = [(max(a, track[0][3]), min(b, track[-1][3])) for a, b in row["spans"]]  # these are rounded
        ends = [f"unit/{u}#position", f"threat/{row['threat']}#position"]
        line = {"positions": {"references": ends}, "arcType": "NONE", "width": 1, "material": _solid("sight", 110)}
        yield {
            "id": f"sight/{u}/{row['threat']}",
            "name": clean(f"{row['unit']} sees {threats[row['threat']]['name']}"),
            "availability": [_interval(a, b) for a, b in spans if a < b],
            "polyline": line,
        }


def _moving(track: list[list[float]]) -> Packet:
    samples = [number for lon, lat, z, t in track for number in (t, lon, lat, z)]
    position: Packet = {"epoch": moment(0), "cartographicDegrees": samples}
    position |= {"interpolationAlgorithm": "LINEAR", "interpolationDegree": 1}
    return {"availability": _interval(track[0][3], track[-1][3]), "position": position}


def _interval(start: float, end: float) -> str:
    return f"{moment(start)}/{moment(end)}"


def _colour(of: str, opacity: int = 255) -> Packet:
    return {"rgba": [*COLOURS[of], opacity]}


def _solid(of: str, opacity: int = 255) -> Packet:
    return {"solidColor": {"color": _colour(of, opacity)}}


def _point(of: str, size: int) -> Packet:
    return {"pixelSize": size, "color": _colour(of), "outlineColor": {"rgba": [0, 0, 0, 255]}, "outlineWidth": 1}


def _label(name: str, within_m: float | None = None) -> Packet:
    """CesiumJS draws labels as text, never as markup."""
    near: Packet = {} if within_m is None else {"distanceDisplayCondition": {"distanceDisplayCondition": [0, within_m]}}
    return {
        "text": clean(name), "font": "12px sans-serif", "horizontalOrigin": "LEFT",
        "pixelOffset": {"cartesian2": [10, 0]}, "showBackground": True, **near,
    }  # fmt: skip
