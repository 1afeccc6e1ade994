"""A replay as ACMI 2.2, the text that Tacview plays: what stands, what flies, and what happens, in order of time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bartizan import __version__
from bartizan.faces.exports import Documents, moving, telling
from bartizan.faces.exports.telling import moment, within_180
from bartizan.faces.markup import clean
from bartizan.ground.writing import write_text
from bartizan.studies.documents.viewer import RaidEvent, Replay, Shot, Threat, View

#: ACMI's own words for the classes of threats; what is in no line is Air.
_TYPES: Mapping[str, str] = {
    "drone": "Air+FixedWing",
    "decoy": "Air+FixedWing",
    "aircraft": "Air+FixedWing",
    "quadcopter": "Air+Rotorcraft",
    "helicopter": "Air+Rotorcraft",
    "cruise": "Weapon+Missile",
    "ballistic": "Weapon+Missile",
    "munition": "Weapon+Bomb",
}
_FIRED: Mapping[str, str] = {"missile": "Weapon+Missile", "gun": "Projectile+Bullet"}
#: No two points are further apart in time: Tacview goes straight between them.
_STEP_S = 10.0
#: Of lines at one moment: what is where, then what happens, then what goes.
_WHERE, _HAPPENS, _GOES = range(3)


class _Line(NamedTuple):
    seconds: float
    order: int
    text: str


class _Names:
    """Numbers of things, none of which is 0: that is the file itself."""

    def __init__(self, replay: Replay) -> None:
        stands = [("asset", asset["name"]) for asset in replay["assets"]]
        stands += [("unit", unit["name"]) for unit in replay["units"]]
        flies = [("threat", threat["id"]) for threat in replay["threats"]]
        flies += [("shot", shot["id"]) for shot in replay["shots"]]
        self._numbers = {key: f"{k + 1:x}" for k, key in enumerate([*stands, *flies])}

    def of(self, kind: str, name: str | int) -> str:
        return self._numbers[kind, name]


def write(documents: Documents, path: Path) -> list[Path]:
    """The replay at `path`; the files written."""
    write_text(path, "\ufeff" + "\n".join(lines(documents["view"](), documents["replay"]())) + "\n")
    return [path]


def lines(view: View, replay: Replay) -> Iterator[str]:
    """The whole of a file."""
    names, begins = _Names(replay), min(math.floor(replay["start_s"]), 0)
    yield from ("FileType=text/acmi/tacview", "FileVersion=2.2")
    yield _properties("0", {
        "ReferenceTime": moment(begins), "Title": telling.title(view, replay), "Category": "Simulation",
        "DataSource": f"Bartizan {__version__}", "DataRecorder": f"Bartizan {__version__}",
        "Comments": " ".join([telling.SIMULATED, telling.NO_DATE, *([] if replay["real"] else [telling.NO_PLACE])]),
    })  # fmt: skip
    yield "#0"
    yield from _standing(replay, names)
    told = [
        *(line for threat in replay["threats"] for line in _threat(threat, names)),
        *(line for shot in replay["shots"] for line in _shot(shot, names)),
        *(_event(event, names) for event in replay["events"]),
    ]
    now = "0"
    for line in sorted(told, key=lambda line: (line.seconds, line.order)):
        if (then := f"{line.seconds - begins:.10g}") != now:
            now = then
            yield f"#{now}"
        yield line.text


def _standing(replay: Replay, names: _Names) -> Iterator[str]:
    for asset in replay["assets"]:
        yield _properties(names.of("asset", asset["name"]), {
            "T": _place(asset["lon"], asset["lat"], asset["alt_m"]), "Type": "Ground+Static+Building",
            "Name": asset["name"], "Coalition": "Defence", "Color": "Green",
        })  # fmt: skip
    for unit in replay["units"]:
        yield _properties(names.of("unit", unit["name"]), {
            "T": _place(unit["lon"], unit["lat"], unit["alt_m"]), "Type": "Ground+AntiAircraft",
            "Name": unit["name"], "Coalition": "Defence", "Color": "Blue",
        })  # fmt: skip


def _threat(threat: Threat, names: _Names) -> Iterator[_Line]:
    """There from its first point to its last, grey from when it is settled what becomes of it."""
    number, ends = names.of("threat", threat["id"]), threat["track"][-1][3]
    properties = {
        "Type": _TYPES.get(threat["class"], "Air"), "Name": threat["title"], "CallSign": threat["name"],
        **({"Coalition": "Defence", "Color": "Blue"} if threat["friendly"] else {"Coalition": "Raid", "Color": "Red"}),
    }  # fmt: skip
    yield from _flying(number, threat["track"], properties)
    yield _Line(min(threat["ends_s"], ends), _WHERE, _properties(number, {"Color": "Grey"}))
    if threat["fate"] == "killed":
        yield _Line(threat["ends_s"], _HAPPENS, f"0,Event=Destroyed|{number}|{_text(threat['name'])}")
    yield _Line(max(threat["ends_s"], ends), _GOES, f"-{number}")


def _shot(shot: Shot, names: _Names) -> Iterator[_Line]:
    number, ends = names.of("shot", shot["id"]), max(shot["meets_s"], shot["track"][-1][3])
    unit, threat = names.of("unit", shot["unit"]), names.of("threat", shot["threat"])
    properties = {
        "Type": _FIRED[shot["kind"]], "Name": shot["effector"], "Parent": unit, "LockedTarget": threat,
        "Coalition": "Defence", "Color": "Blue",
    }  # fmt: skip
    yield from _flying(number, shot["track"], properties)
    parts = [
        f"SourceId:{unit}", f"AmmoType:{_text(shot['effector']).replace(':', '.')}", f"AmmoCount:{shot['rounds']}",
        f"TargetId:{threat}", f"Outcome:{'Kill' if shot['result'] == 'kill' else 'Miss'}",
    ]  # fmt: skip
    yield _Line(shot["meets_s"], _HAPPENS, f"0,Event=Timeout|{'|'.join(parts)}")
    yield _Line(ends, _GOES, f"-{number}")


def _flying(number: str, track: list[list[float]], properties: Mapping[str, str]) -> Iterator[_Line]:
    """Its points; the first says what it is."""
    way = moving.along(track, _STEP_S)
    for k, seconds in enumerate(way.seconds):
        place = {"T": _place(way.lon[k], way.lat[k], way.height_m[k])}
        yield _Line(float(seconds), _WHERE, _properties(number, place if k else {**place, **properties}))


def _event(event: RaidEvent, names: _Names) -> _Line:
    about = [names.of("threat", event["threat"])] if event["threat"] is not None else []
    about += [names.of("unit", event["unit"])] if event["unit"] is not None else []
    return _Line(event["t_s"], _HAPPENS, "|".join(["0,Event=Message", *about, _text(event["text"])]))


def _place(lon: float, lat: float, height_m: float) -> str:
    return f"{within_180(lon):.7f}|{lat:.7f}|{height_m:.2f}"


def _properties(number: str, properties: Mapping[str, str]) -> str:
    """A line on a thing. The bars in its place are ACMI's own."""
    return ",".join([number, *(f"{key}={text if key == 'T' else _text(text)}" for key, text in properties.items())])


def _text(value: str) -> str:
    """Text that ends no line, no value and no part of an event: commas have a stroke before them, as ACMI has it, and
    strokes and bars of its own become letters that look like them."""
    return clean(value).replace("\n", " ").replace("\\", "⧵").replace("|", "¦").replace(",", "\\,")
