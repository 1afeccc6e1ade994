"""A replay as KML: well-formed, in the schema's order, every time with its place; GDAL reads the same tracks."""

from __future__ import annotations

import copy
import datetime
import math
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
import yaml
from tests.faces import replays

from bartizan.faces.exports import FORMATS, kml, write
from bartizan.faces.exports.placemarks import content

KML, GX = "{http://www.opengis.net/kml/2.2}", "{http://www.google.com/kml/ext/2.2}"
# What a placemark may hold, in the order of the OGC schema (AbstractFeatureType, PlacemarkType).
FEATURE = ["name", "visibility", "open", "Snippet", "description", "TimeStamp", "TimeSpan", "styleUrl", "ExtendedData",
           "Point", "LineString", "Track"]  # fmt: skip


def seconds(moment: str | None) -> float:
    at = datetime.datetime.fromisoformat(moment or "")
    return (at - datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)).total_seconds()


def local(element: Element) -> str:
    return element.tag.partition("}")[2]


@pytest.fixture(scope="module")
def root() -> Element:
    return ElementTree.fromstring(content(kml.tree(*replays.documents())))


def folder(root: Element, name: str) -> list[Element]:
    (found,) = [f for f in root.iter(f"{KML}Folder") if f.findtext(f"{KML}name") == name]
    return found.findall(f"{KML}Placemark")


def test_all_is_in_the_two_namespaces(root: Element) -> None:
    assert root.tag == f"{KML}kml"
    gx = {element.tag for element in root.iter() if not element.tag.startswith(KML)}
    assert gx == {f"{GX}Track", f"{GX}coord"}


def test_placemarks_are_in_the_order_of_the_schema(root: Element) -> None:
    for placemark in root.iter(f"{KML}Placemark"):
        parts = [local(part) for part in placemark]
        assert parts == sorted(parts, key=FEATURE.index)
        assert sum(part in ("Point", "LineString", "Track") for part in parts) == 1


def test_longitudes_lie_within_180_degrees() -> None:
    """As KML has them; the places are the same."""
    view, replay = copy.deepcopy(replays.documents())
    for threat in replay["threats"]:
        threat["track"] = [[lon + 170.0, *rest] for lon, *rest in threat["track"]]
    east = [lon for threat in replay["threats"] for lon, *_ in threat["track"]]
    assert max(east) > 180.0 > min(east)
    told = [
        float((coord.text or "").split()[0])
        for mark in folder(ElementTree.fromstring(content(kml.tree(view, replay))), "Threats")
        for coord in mark.iter(f"{GX}coord")
    ]
    assert -180.0 <= min(told) < -179.0 < 179.0 < max(told) <= 180.0
    assert [lon % 360.0 for lon in told] == pytest.approx([lon % 360.0 for lon in east], abs=1e-6)


def test_styles_that_are_used_are_there(root: Element) -> None:
    styles = {style.get("id") for style in root.iter(f"{KML}Style")}
    assert {(url.text or "").removeprefix("#") for url in root.iter(f"{KML}styleUrl")} <= styles
    assert all(re.fullmatch("[0-9a-f]{8}", color.text or "") for color in root.iter(f"{KML}color"))


@pytest.mark.parametrize("kind", ["threats", "shots"])
def test_tracks_have_a_place_for_each_time(root: Element, kind: str) -> None:
    items = replays.documents()[1][kind]
    placemarks = folder(root, kind.capitalize())
    assert len(placemarks) == len(items) > 0
    for item, placemark in zip(items, placemarks, strict=True):
        track = placemark.find(f"{GX}Track")
        assert track is not None
        times = [seconds(when.text) for when in track.findall(f"{KML}when")]
        places = [[float(x) for x in (coord.text or "").split()] for coord in track.findall(f"{GX}coord")]
        assert [[*place, time] for place, time in zip(places, times, strict=True)] == item["track"]
        assert [local(part) for part in track] == ["altitudeMode"] + ["when"] * len(times) + ["coord"] * len(times)


def test_every_event_is_marked_when_it_happened(root: Element) -> None:
    marks = folder(root, "Events")
    for event, mark in zip(replays.documents()[1]["events"], marks, strict=True):
        assert mark.findtext(f"{KML}name") == event["text"]
        begin, end = (mark.findtext(f"{KML}TimeSpan/{KML}{which}") for which in ("begin", "end"))
        assert seconds(begin) == event["t_s"] < seconds(end)
        lon, lat, _ = map(float, (mark.findtext(f"{KML}Point/{KML}coordinates") or "").split(","))
        assert math.hypot(lon - 10, lat - 50) < 1


def test_a_kmz_holds_the_same(tmp_path: Path, root: Element) -> None:
    view, told = replays.documents()
    documents = {"view": lambda: view, "replay": lambda: told, "layers": list}
    (packed,) = write("kml", documents, tmp_path / "replay.KMZ")
    (plain,) = write("kml", documents, tmp_path / FORMATS["kml"].name)
    with zipfile.ZipFile(packed) as found:
        assert found.namelist() == ["doc.kml"]
        assert found.read("doc.kml") == plain.read_bytes()
    before = packed.read_bytes()
    assert write("kml", documents, tmp_path / "replay.KMZ")[0].read_bytes() == before


def check_text(content: bytes) -> list[str]:
    """That nothing but what the writer itself marks up is markup; all names."""
    found = ElementTree.fromstring(content)
    known = {"kml", "Document", "Folder", "Style", "IconStyle", "LabelStyle", "LineStyle", "Placemark", "name", "open",
             "description", "TimeSpan", "begin", "end", "styleUrl", "color", "scale", "width", "Point", "altitudeMode",
             "coordinates", "Track", "when", "coord"}  # fmt: skip
    assert {local(element) for element in found.iter()} == known
    for description in found.iter(f"{KML}description"):  # programs show it as HTML
        assert not re.search(r"<(?!/?(?:p|ul|li)>)", description.text or "")
    return [name.text or "" for name in found.iter(f"{KML}name")]


def test_names_are_text() -> None:
    names = check_text(content(kml.tree(*replays.hostile())))
    assert any(name.startswith("<img src=x onerror=alert(1)>") for name in names)
    assert not any(re.search("[\x00-\x08\u202a-\u202e\ud800-\udfff]", name) for name in names)


def test_names_of_the_corpus_are_text(shared: Path) -> None:
    corpus = yaml.safe_load((shared / "reference/vv/security_corpus/xss_names.yaml").read_text(encoding="utf-8"))
    check_text(content(kml.tree(*replays.hostile((corpus["name"], *(unit["name"] for unit in corpus["units"]))))))


def test_gdal_reads_the_tracks(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    pytest.importorskip("geopandas")
    if "LIBKML" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no LIBKML, without which it reads no gx:Track")
    view, told = replays.documents()
    (path,) = write("kml", {"view": lambda: view, "replay": lambda: told, "layers": list}, tmp_path / "replay.kml")
    assert {layer for layer, _ in pyogrio.list_layers(path)} == {"Assets and units", "Threats", "Shots", "Events"}
    found: Any = pyogrio.read_dataframe(path, layer="Threats")
    assert list(found["Name"]) == [threat["name"] for threat in told["threats"]]
    for line, threat in zip(found.geometry, told["threats"], strict=True):
        assert [list(point) for point in line.coords] == [point[:3] for point in threat["track"]]
    assert len(pyogrio.read_dataframe(path, layer="Events")) == len(told["events"])
