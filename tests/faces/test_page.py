"""A replay as one page: it opens from disk in a real browser, asks nobody for anything, and names in it stay text."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from tests.faces.browser import Browser, Page
from tests.faces.canned_bench import HOSTILE, CannedBench

from bartizan.faces.exports import Documents, write

GRID = {
    "west": 37.0, "south": 55.0, "east": 38.0, "north": 56.0, "columns": 256, "rows": 256, "top": 1.0,
    "unit": "probability", "cells": base64.b64encode(bytes(range(256)) * 256).decode(),
}  # fmt: skip


def documents(*, hostile: bool) -> Documents:
    """What a results folder would have: the canned study, with a little coverage and wrecks."""
    bench = CannedBench(hostile=hostile)
    threats = [{"name": name, "title": name} for name in ("drone", "jet")]
    offered = {
        "altitudes_m": [50.0, 300.0, 777.0],
        "units": ["a unit"],
        "threats": threats,
        "what": ["seen", "engageable"],
    }
    view = bench.view() | {"coverage": offered, "fall": {"kinds": ["wreck ~ & co"]}}
    last = view["cases"][-1]["name"]
    raids = bench.raids(last)
    return {
        "view": lambda: view, "replay": lambda: bench.replay(last, 3, 7),
        "raids": lambda: raids | {"worth": raids["worth"][:1]}, "buildings": bench.buildings,
        "terrain": lambda: {"shade": GRID | {"unit": "light"}},
        "coverage": lambda what, altitude_m, unit: GRID | {"target": what, "worlds": int(altitude_m)},
        "fall": lambda kind: GRID | {"unit": "per km2 and raid", "target": kind},
    }  # fmt: skip


@pytest.fixture(scope="module", params=["plain", "hostile"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (path,) = write("html", documents(hostile=request.param == "hostile"), folder / "a replay.html")
    return path


def carried(file: Path) -> dict[str, Any]:
    """The documents that a page holds."""
    found = re.search(r'<script type="application/json" id="documents">(.*?)</script>', file.read_text("utf-8"))
    assert found
    return {request: unpacked(content) for request, content in json.loads(found[1]).items()}


def unpacked(content: Any) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(content))) if isinstance(content, str) else content


# ------------------------------------------------------------------------------------------------- the file


def test_it_carries_what_was_asked_for(file: Path) -> None:
    found = carried(file)
    replay = found["replay"]
    assert [case["name"] for case in found["view"]["cases"]].index(replay["case"]) == 0
    assert found["view"]["coverage"]["altitudes_m"] == [50.0, 300.0]  # of those that pages carry
    assert found["view"]["coverage"]["threats"] == [{"name": "drone", "title": "drone"}]
    assert found.keys() >= {"world", "buildings", "terrain", "coverage?what=seen&altitude=50"}
    assert found["coverage?what=seen&altitude=300"]["worlds"] == 300
    fall = f"fall?case={quote_plus(replay['case'])}&kind=wreck+%7E+%26+co"
    assert found[fall]["target"] == "wreck ~ & co"


def test_nothing_in_it_ends_a_script(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(re.findall("<script", text)) == len(re.findall("</script", text)) == 3
    assert len(text) < 3_000_000
    assert "<!--" not in text
    assert "<img" not in text


def test_it_names_no_address(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r'(?:src|href)="(?!data:)', text)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"https?:|\*|'unsafe|'self'", policy)


# ------------------------------------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def opened(file: Path, chromium: Browser) -> Iterator[Page]:
    page = chromium.page()
    page.open(file.as_uri())
    page.until("Boolean(window.bartizan?.store?.get('replay'))")
    page.evaluate("window.bartizan.ready")
    yield page
    page.close()


STORE = "window.bartizan.store"


def place(opened: Page, time: float) -> Any:
    """Where on the screen the first threat is at a moment to which the slider is moved."""
    return opened.evaluate(f"""(async () => {{
      const slider = document.getElementById("slider");
      slider.value = {time};
      slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
      const {{ store, map }} = window.bartizan;
      await new Promise((done) => {{ map.once("render", done); map.triggerRepaint(); }});
      const found = map.flight.find(store.get("replay").threats[0].name);
      return found && [found.x, found.y];
    }})()""")


def test_the_slider_moves_threats(opened: Page) -> None:
    early, late = place(opened, 100), place(opened, 400)
    assert early is not None
    assert late is not None
    assert abs(early[0] - late[0]) + abs(early[1] - late[1]) > 10


@pytest.mark.parametrize("layer", ["kind: 'seen'", "kind: 'fall', fall: 'wreck ~ & co'"])
def test_shades_are_unpacked_and_laid_over_the_map(opened: Page, layer: str) -> None:
    opened.evaluate(f"window.bartizan.store.set('layer', {{{layer}, altitude: 300, unit: null}})")
    opened.until("Boolean(window.bartizan.map.getLayer('shade'))")
    opened.evaluate("window.bartizan.store.set('layer', {kind: 'none', altitude: 300, unit: null})")
    opened.until("!window.bartizan.map.getLayer('shade')")


def test_hills_lie_on_the_map(opened: Page) -> None:
    assert opened.evaluate("window.bartizan.map.getLayer('hills').type") == "raster"


def test_what_if_says_what_it_needs(opened: Page) -> None:
    assert "bartizan serve" in opened.evaluate("document.getElementById('whatif').textContent")
    opened.evaluate(f"{STORE}.set('tab', 'whatif')")
    opened.evaluate(f"{STORE}.set('selection', {{kind: 'unit', name: {STORE}.get('view').units[0].name}})")
    fields = "[...document.querySelectorAll('#whatif [data-field]')]"
    assert opened.evaluate(f"{fields}.length") > 3
    assert opened.evaluate(f"{fields}.every((one) => one.matches(':disabled'))")
    assert opened.evaluate("document.querySelectorAll('#map.editing').length") == 0
    opened.evaluate(f"{STORE}.set('selection', null); {STORE}.set('tab', 'answer')")


def test_another_case_has_its_answer_and_no_raid(opened: Page) -> None:
    before = opened.evaluate("window.bartizan.store.get('case')")
    opened.evaluate("(() => { const s = window.bartizan.store; s.set('case', s.get('view').cases[1].name); })()")
    opened.until("window.bartizan.store.get('replay') === null")
    assert opened.evaluate("document.getElementById('message').textContent") == ""
    opened.evaluate(f"window.bartizan.store.set('case', {json.dumps(before)})")
    opened.until("Boolean(window.bartizan.store.get('replay'))")


def test_it_asks_nobody_and_complains_of_nothing(opened: Page) -> None:
    assert opened.errors == []
    assert opened.dialogs == []
    assert {url.partition(":")[0] for url in opened.requests} <= {"file", "data", "blob"}
    assert [url for url in opened.requests if url.startswith("file:")][1:] == []


def test_names_are_text(opened: Page, file: Path, request: pytest.FixtureRequest) -> None:
    assert opened.evaluate("document.querySelectorAll('img').length") == 0
    if "hostile" in request.node.callspec.id:
        assert HOSTILE[0] in json.dumps(carried(file), ensure_ascii=False)
        assert HOSTILE[0] in opened.evaluate("document.body.innerText + document.body.textContent")
