"""A replay as KML, which Google Earth and many maps play, over the layers of its results.

Tracks have times by the standard and by Google's gx:Track. Lines of sight are left out: KML has no line between two
things that move.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from bartizan.faces.exports import Documents, overlays, placemarks, telling
from bartizan.faces.exports.features import Layer
from bartizan.faces.exports.placemarks import begun, child, folder, placemark, point, style_of_marks
from bartizan.faces.exports.telling import COLOURS, moment, within_180
from bartizan.studies.documents.viewer import Replay, View

_WIDTHS = {"missile": "1", "gun": "1"}
#: How long a mark of an event stays, s.
_EVENT_S = 10.0


def write(documents: Documents, path: Path) -> list[Path]:
    """The replay at `path`, packed as KMZ where its suffix says so; the files written."""
    view, replay = documents["view"](), documents["replay"]()
    placemarks.write(path, tree(view, replay, documents["layers"]() if view["real"] else ()))
    return [path]


def tree(view: View, replay: Replay, layers: Sequence[Layer] = ()) -> Element:
    """The whole of a file."""
    root, document = begun(telling.title(view, replay), telling.about(view, replay))
    for name, colour in COLOURS.items():
        style_of_marks(document, name, colour, _WIDTHS.get(name, "2"))
    if layers:
        overlays.add_styles(document)
    _sites(document, view, replay)
    _threats(document, replay)
    _shots(document, replay)
    _events(document, replay)
    overlays.add_layers(document, layers, replay["case"])
    return root


def _sites(document: Element, view: View, replay: Replay) -> None:
    at = folder(document, "Assets and units")
    for asset in view["assets"]:
        mark = placemark(at, asset["name"], telling.of_asset(asset, replay), "asset")
        point(mark, [asset["lon"], asset["lat"], 0.0], "clampToGround")
    for unit in replay["units"]:
        mark = placemark(at, unit["name"], telling.of_unit(unit, view, replay["events"]), "unit")
        point(mark, [unit["lon"], unit["lat"], unit["alt_m"]])


def _threats(document: Element, replay: Replay) -> None:
    at = folder(document, "Threats")
    for threat in replay["threats"]:
        told = telling.of_threat(threat, replay["events"])
        _track(placemark(at, threat["name"], told, threat["fate"]), threat["track"])


def _shots(document: Element, replay: Replay) -> None:
    at = folder(document, "Shots")
    for shot in replay["shots"]:
        name, told = f"{shot['effector']} of {shot['unit']}", telling.of_shot(shot, replay)
        events = telling.happened([{"t_s": shot["launch_s"], "text": told}])
        _track(placemark(at, name, events, shot["kind"]), shot["track"])


def _track(mark: Element, track: list[list[float]]) -> None:
    """Times and places of one thing that moves; it is there from the first of them to the last."""
    made = child(mark, "gx:Track")
    child(made, "altitudeMode", "absolute")
    for *_, t in track:
        child(made, "when", moment(t))
    for lon, lat, z, _ in track:
        child(made, "gx:coord", f"{within_180(lon):.10g} {lat:.10g} {z:.10g}")


def _events(document: Element, replay: Replay) -> None:
    """A mark for each event, for a while, where its threat or its unit then is."""
    at = folder(document, "Events")
    threats = telling.by_number(replay)
    units = {unit["name"]: [unit["lon"], unit["lat"], unit["alt_m"]] for unit in replay["units"]}
    for event in replay["events"]:
        t = event["t_s"]
        told = telling.happened([event])
        mark = placemark(at, event["text"], told, "event", span=(moment(t), moment(t + _EVENT_S)))
        threat, unit = event["threat"], event["unit"]
        if threat is not None:
            point(mark, telling.place(threats[threat]["track"], t))
        elif unit is not None:
            point(mark, units[unit])
