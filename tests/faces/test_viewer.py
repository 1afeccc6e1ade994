"""The viewer's page in a real browser: its map, what flies over it, and its address. The documents are made up."""

from __future__ import annotations

import base64
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import matplotlib.pyplot as plt
import numpy as np
import pytest
from tests.faces.browser import Browser, Page, served
from tests.faces.canned_bench import HOSTILE, CannedBench

from bartizan.faces import vendored
from bartizan.faces.server.tiles import tiles_of
from bartizan.ground.errors import UserError

STORE = "window.bartizan.store"
Document = dict[str, Any]


class Bench(CannedBench):
    """The sample study with buildings, and with coverage of one half of its map."""

    def view(self) -> Document:
        threats = [{"name": "slow-drone", "title": "Slow drone"}, {"name": "cruise", "title": "Fast jet"}]
        offered = {"altitudes_m": [50.0, 100.0, 500.0], "units": [], "threats": threats, "what": ["seen", "engageable"]}
        return super().view() | {"coverage": offered}

    def coverage(self, what: str, altitude_m: float, unit: str | None, threat: str | None) -> Document:
        titles = {one["name"]: one["title"] for one in self.view()["coverage"]["threats"]}
        if threat not in (None, *titles):
            raise UserError(f"no threat {threat!r} in the raids: {', '.join(titles)}")
        cells = np.zeros((8, 8), np.uint8)
        cells[:, :4] = 255 if altitude_m > 50 else 128
        return self.grid(cells, "probability") | {"target": titles[threat or "slow-drone"]}

    def grid(self, cells: np.ndarray, unit: str) -> Document:
        """A grid of a degree to each side of the middle."""
        lat, lon = (self.view()["origin"][key] for key in ("lat", "lon"))
        return {
            "west": lon - 1, "east": lon + 1, "south": lat - 1, "north": lat + 1, "rows": 8, "columns": 8, "top": 1.0,
            "unit": unit, "cells": base64.b64encode(cells.tobytes()).decode(),
        }  # fmt: skip

    def buildings(self) -> Document:
        lat, lon = (self.view()["origin"][key] for key in ("lat", "lon"))
        ring = [[lon, lat], [lon + 0.01, lat], [lon + 0.01, lat + 0.01], [lon, lat]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "properties": {"height_m": 30.0}, "geometry": geometry}
        return {"type": "FeatureCollection", "features": [feature]}


class Hilly(Bench):
    """The same over hills a kilometre high, in shadow in the west and in the light in the east."""

    def terrain(self) -> Document:
        cells = np.full((8, 8), 20, np.uint8)
        cells[:, 4:] = 255
        return {"shade": self.grid(cells, "light")}

    def buildings(self) -> Document:
        return {"type": "FeatureCollection", "features": []}

    def replay(self, case: str, world: int, raid: int) -> Document:
        told = super().replay(case, world, raid)
        for one in told["threats"]:
            one["track"] = [[lon, lat, alt + 1000.0 + 40.0 * k, t] for k, (lon, lat, alt, t) in enumerate(one["track"])]
            one["ground_m"] = [1000.0 + 40.0 * k for k in range(len(one["track"]))]
        for one in told["units"]:
            one |= {"alt_m": 1005.0, "ground_m": 1000.0}
        return told


class Friendly(Bench):
    """The same with a neutral for its first threat and a friendly aircraft, which is shot down, for its second."""

    def view(self) -> Document:
        view = super().view()
        ends = {"mean": 0.1, "low": 0.05, "high": 0.2}
        hurt = {"flown": ends | {"mean": 3}, "engaged": ends, "downed": ends, "types": [], "year": None}
        for case in view["cases"]:
            case["traffic"] = [{"type": "patrol", "title": "Patrol", "friendly": True}]
            case["friendly"] = hurt
        return view

    def replay(self, case: str, world: int, raid: int) -> Document:
        told = super().replay(case, world, raid)
        for one, friendly in zip(told["threats"], (False, True), strict=False):
            one |= {"neutral": True, "friendly": friendly, "fate": "downed" if friendly else "passed", "cause": None}
        told["threats"][1]["ends_s"] = told["threats"][1]["track"][-1][3]
        return told


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(Bench()) as address:
        yield address


def ready(page: Page, url: str, **state: Any) -> None:
    """Open the page in a state, and wait until its map and the raid are drawn."""
    page.open(url + ("#" if state else "") + "&".join(f"{k}={quote(json.dumps(v))}" for k, v in state.items()))
    page.evaluate("window.bartizan.ready")
    page.until(f"{STORE}.get('replay')")


def clean(page: Page) -> bool:
    """Nothing was asked of any other machine, and nothing went wrong."""
    return page.outside() == [] and page.errors == [] and page.dialogs == []


def flying(page: Page, time: float) -> dict[str, list[float]]:
    """Where each threat is at a time, metres from the anchor of what is drawn."""
    page.evaluate(
        f"{STORE}.set('time', {time}), new Promise((done) => window.bartizan.map.once('render', () => done()))"
    )
    found = page.evaluate(f"window.bartizan.map.flight.at({STORE}.get('time'))")
    return {one["name"]: [one["x"], one["y"], one["z"]] for one in found}


def box(page: Page, query: str) -> Document:
    return page.evaluate(f"document.querySelector({json.dumps(query)}).getBoundingClientRect().toJSON()")


def test_the_page_asks_nobody_else_and_complains_of_nothing(page: Page, url: str) -> None:
    ready(page, url)
    assert clean(page), (page.outside(), page.errors, page.dialogs)
    assert any("maplibre-gl-worker.mjs" in asked for asked in page.requests)
    assert page.evaluate("document.getElementById('message').hidden")


def test_threats_fly_as_time_goes_on(page: Page, url: str) -> None:
    ready(page, url)
    assert flying(page, -1.0) == {}
    early, late = flying(page, 300.0), flying(page, 500.0)
    assert set(early) == {"drone 1", "drone 2", "drone 3"}
    moved = {name: late[name][0] - early[name][0] for name in early}
    # Each flies a third of its way in these 200 s, and all of it is 0.2 degrees of longitude to the west.
    lat = np.radians(page.evaluate(f"{STORE}.get('replay').origin.lat"))
    assert all(east == pytest.approx(-0.2 / 3 * 111_195 * np.cos(lat), rel=0.01) for east in moved.values()), moved
    assert {at[2] for at in early.values()} == {150.0}
    assert clean(page), page.errors


def test_what_flies_is_seen(page: Page, url: str) -> None:
    """The picture of the map changes where the threat is said to be."""
    ready(page, url, selection={"kind": "threat", "name": "drone 2"}, time=500)
    page.until("!document.querySelector('.threat-label').hidden")
    found = page.evaluate("window.bartizan.map.flight.find('drone 2')")
    width, height = page.evaluate(
        "[window.bartizan.map.getCanvas().clientWidth, window.bartizan.map.getCanvas().clientHeight]"
    )
    assert 0 < found["x"] < width
    assert 0 < found["y"] < height
    colour = colour_at(page, found["x"], found["y"])
    red, green, blue, _ = colour
    assert red > 150 > max(green, blue), colour


def test_a_click_chooses_what_is_under_it(page: Page, url: str) -> None:
    ready(page, url, time=300)
    found = page.evaluate("window.bartizan.map.flight.find('drone 2')")
    corner = box(page, "#map canvas")
    page.click(corner["x"] + found["x"], corner["y"] + found["y"])
    chosen = page.until(f"{STORE}.get('selection')")
    assert chosen["kind"] == "threat"
    unit = page.evaluate(f"{STORE}.get('view').units[0].name")
    page.evaluate(
        f"[...document.querySelectorAll('.symbol.unit')].find((one) => one.textContent === {json.dumps(unit)}).focus()"
    )
    page.key("Enter")
    assert page.until(f"{STORE}.get('selection').kind === 'unit' && {STORE}.get('selection')") == {
        "kind": "unit",
        "name": unit,
    }
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"


def test_a_fire_unit_is_dragged_only_where_changes_are_tried(page: Page, url: str) -> None:
    ready(page, url)
    page.evaluate("window.moves = []; window.bartizan.store.when('move', (move) => moves.push(move))")

    def drag() -> list[Document]:
        page.until("!window.bartizan.map.isMoving()")
        at = box(page, ".symbol.unit canvas")
        middle = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.drag(middle, (middle[0] + 60, middle[1] - 40))
        return page.evaluate("moves")

    assert drag() == []
    page.evaluate(f"{STORE}.set('tab', 'whatif')")
    (move,) = drag()
    unit = page.evaluate(f"{STORE}.get('view').units.find((one) => one.name === {json.dumps(move['unit'])})")
    assert move["lat"] > unit["lat"]
    assert move["lon"] > unit["lon"]
    assert page.until(f"{STORE}.get('changes').length") == 1
    page.evaluate("document.querySelector('.symbol.moved').focus()")
    page.key("ArrowUp")
    assert page.evaluate("moves[1].lat - moves[0].lat") == pytest.approx(100 / 111_195, rel=1e-3)


def test_a_unit_lies_over_a_place_that_is_pointed_at(page: Page, url: str) -> None:
    """Where both stand at one point, the unit is what a drag takes, however the pointer came there."""
    ready(page, url, tab="whatif")
    found = page.evaluate("""(() => {
      const [unit, asset] = ["unit", "asset"].map((kind) => document.querySelector(`.symbol.${kind}`));
      asset.style.transform = unit.style.transform;
      const { x, y, width } = unit.querySelector("canvas").getBoundingClientRect();
      return [x + width / 2, y + 9];
    })()""")
    page.mouse("Moved", *found)
    at = f"document.elementFromPoint({found[0]}, {found[1]}).closest('.symbol').className"
    assert "unit" in page.evaluate(at)


def test_symbols_at_one_place_are_set_apart(page: Page, url: str) -> None:
    """Two units at one place, away from all others: neither hides the other, and both have their names."""
    ready(page, url)
    found = page.evaluate(f"""(() => {{
      const {{ origin, units }} = {STORE}.get("view");
      const place = {{ op: "move", lat: origin.lat + 0.1, lon: origin.lon }};
      {STORE}.set("changes", units.slice(0, 2).map((unit) => ({{ ...place, unit: unit.name }})));
      const there = [...document.querySelectorAll(".symbol.moved")];
      const [a, b] = there.map((one) => one.querySelector("canvas").getBoundingClientRect());
      const apart = a.right <= b.left + 3 || b.right <= a.left + 3 || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
      const led = there.filter((one) => !one.querySelector(".leader").hidden).length;
      return [there.length, there.some((one) => one.matches(".nameless")), apart, led > 0];
    }})()""")
    assert found == [2, False, True, True]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bright_is_seen_and_dark_is_hidden_by_day_and_by_night(page: Page, url: str, theme: str) -> None:
    ready(page, url, theme=theme, layer={"kind": "seen", "altitude": 100})
    ramp = "document.querySelector('.ramp canvas')"
    page.until(f"!{ramp}.parentElement.hidden")
    light = page.evaluate(f"""(() => {{
      const pen = {ramp}.getContext("2d");
      return [5, 100, 195].map((x) => pen.getImageData(x, 6, 1, 1).data.slice(0, 3).reduce((a, b) => a + b, 0));
    }})()""")
    assert light[0] < light[1] < light[2]
    ends = page.evaluate("[...document.querySelectorAll('.ramp span')].map((one) => one.textContent)")
    assert ends == ["hidden: 0 %", "seen: 100 %"]


def test_a_unit_that_is_absent_in_the_raid_is_shown_so(page: Page) -> None:
    class Uncertain(Bench):
        def view(self) -> Document:
            view = super().view()
            for unit in view["units"]:
                unit |= {"present": 0.5, "reach_m": 9000.0}
            return view

    with served(Uncertain()) as url:
        ready(page, url)
        there, *absent = Uncertain().view()["units"]
        marked = "[...document.querySelectorAll('.symbol.absent')].map((one) => one.ariaLabel)"
        assert page.evaluate(marked) == [f"{one['name']}, {one['kind']}, absent in this raid" for one in absent]
        circles = "window.bartizan.map.getSource('reach').getData().then((data) => data.features.length)"
        assert page.evaluate(circles) == 1
        told = []
        for unit in (there, absent[0]):
            chosen = json.dumps({"kind": "unit", "name": unit["name"]})
            page.evaluate(f"{STORE}.set('selection', {chosen}), {STORE}.set('tab', 'details')")
            told.append("not there in the world of this raid" in page.evaluate("document.body.innerText"))
        assert told == [False, True]
        page.evaluate(f"{STORE}.set('replay', null)")
        assert page.evaluate(marked) == []


def test_under_changes_the_raid_and_the_shades_are_the_changed_ones(page: Page, url: str) -> None:
    ready(page, url, layer={"kind": "seen", "altitude": 100})
    assert page.evaluate("document.getElementById('changed').hidden")
    page.evaluate(f"{STORE}.set('changes', [{{op: 'remove', unit: {STORE}.get('view').units[0].name}}])")
    page.until(f"{STORE}.get('replay')?.changed")
    asked = [url.rpartition("/")[2] for url in page.requests]
    assert "changed-replay" in asked
    page.until("document.getElementById('changed').textContent.startsWith('With 1')")
    assert "changed-coverage" in [one.rpartition("/")[2] for one in page.requests]
    page.evaluate(f"{STORE}.set('changes', [])")
    page.until(f"{STORE}.get('replay') && !{STORE}.get('replay').changed")


def test_it_is_said_where_what_flies_is(page: Page, url: str) -> None:
    ready(page, url, time=300, camera={"lat": 0, "lon": 0, "zoom": 9, "pitch": 0, "bearing": 0})
    note = "document.getElementById('outside')"
    assert "3 threats are in the air" in page.until(f"!{note}.hidden && {note}.textContent")
    page.evaluate(f"{note}.querySelector('button').click()")
    page.until(f"{note}.hidden")
    assert clean(page), page.errors


def test_shades_follow_the_altitude(page: Page, url: str) -> None:
    ready(page, url)
    page.evaluate(f"{STORE}.set('layer', {{kind: 'seen', altitude: 100, unit: null}})")
    page.until("Boolean(window.bartizan.map.getLayer('shade'))")
    said = "document.querySelector('#layers .said').textContent"
    assert "100 m above the ground" in page.until(said + ".includes('100 m') && " + said)
    page.evaluate("document.querySelector('#layers input[type=range]').focus()")
    time = page.evaluate(f"{STORE}.get('time')")
    page.key("ArrowRight")
    assert page.until(f"{STORE}.get('layer').altitude") == 500
    assert page.evaluate(f"{STORE}.get('time')") == time  # here arrows mean metres, not seconds
    page.until(said + ".includes('500 m')")
    page.evaluate(f"{STORE}.set('layer', {{kind: 'none', altitude: 500, unit: null}})")
    page.until("!window.bartizan.map.getLayer('shade')")
    assert clean(page), page.errors


def test_coverage_is_against_the_chosen_threat(page: Page, url: str) -> None:
    select, said = (f"document.querySelector('#layers {one}')" for one in ("label:nth-of-type(3) select", ".said"))
    ready(page, url)
    assert page.evaluate(f"{select}.closest('label').hidden")
    page.evaluate(f"{STORE}.set('layer', {{kind: 'seen', altitude: 100, unit: null, threat: null}})")
    page.until(f"{said}.textContent.includes('sees Slow drone')")
    assert page.evaluate(f"[{select}.value, {select}.closest('label').hidden]") == ["slow-drone", False]
    page.evaluate(f"{STORE}.set('case', 'cruise')")  # its own threat, until one is chosen
    page.until(f"{said}.textContent.includes('sees Fast jet')")
    assert page.evaluate(f"{select}.value") == "cruise"
    page.evaluate(f"{STORE}.set('case', 'evening')")
    page.until(f"{said}.textContent.includes('sees Slow drone')")
    page.evaluate(f"{select}.focus()")
    page.key("ArrowDown")
    page.until(f"{said}.textContent.includes('sees Fast jet')")
    assert any(asked.endswith("altitude=100&threat=cruise") for asked in page.requests)
    address = page.until("location.hash.includes('threat%22%3A%22cruise') && location.href")
    page.open(address)
    page.evaluate("window.bartizan.ready")
    page.until(f"{said}.textContent.includes('sees Fast jet')")
    assert page.evaluate(f"{select}.value") == "cruise"
    assert clean(page), page.errors
    page.evaluate(f"{STORE}.set('layer', {{kind: 'seen', altitude: 100, unit: null, threat: 'kite'}})")
    page.until(f"{said}.textContent.includes('in the raids: slow-drone, cruise')")


def settled(page: Page) -> None:
    """Wait until nothing on the map changes any more."""
    page.evaluate(
        "new Promise((done) => (({map}) => map.once('idle', () => done()).triggerRepaint())(window.bartizan))"
    )


def test_hills_lie_below_and_heights_are_those_above_them(page: Page) -> None:
    with served(Hilly()) as address:
        ready(page, address, selection={"kind": "threat", "name": "drone 2"}, time=450, theme="light")
        page.until("!document.querySelector('.threat-label').hidden")
        assert (
            page.evaluate("document.querySelector('.threat-label').textContent") == "drone 2 · 150 m above the ground"
        )
        assert {at[2] for at in flying(page, 333.0).values()} == {150.0}
        legend = "[...document.querySelectorAll('details.legend li')]"
        assert page.evaluate(f"{legend}.some((li) => !li.hidden && li.textContent.includes('hills'))")
        order = page.evaluate("window.bartizan.map.getLayersOrder()")
        assert order.index("land") < order.index("hills") < order.index("within") < order.index("flight")
        width = page.evaluate("window.bartizan.map.getCanvas().clientWidth")
        page.evaluate("window.bartizan.map.jumpTo({zoom: 9}), 0")
        settled(page)
        dark, light = [max(colour_at(page, x, 300)[:3]) for x in (width * 0.33, width * 0.9)]
        assert dark < 170 < 235 < light
        page.evaluate(f"{STORE}.set('layer', {{kind: 'seen', altitude: 100, unit: null}})")
        page.until("window.bartizan.map.getPaintProperty('hills', 'raster-opacity') < 1")
        page.evaluate(f"{STORE}.set('theme', 'dark')")
        page.evaluate(f"{STORE}.set('layer', {{kind: 'none', altitude: 100, unit: null}})")
        page.until("window.bartizan.map.getPaintProperty('hills', 'raster-opacity') === 1")
        settled(page)
        dark, light = [max(colour_at(page, x, 300)[:3]) for x in (width * 0.33, width * 0.9)]
        assert dark < 40 < light < 120
        assert clean(page), page.errors


def test_the_legend_tells_what_is_on_this_map(page: Page, url: str) -> None:
    ready(page, url)
    legend = "document.querySelector('details.legend')"
    entries = page.evaluate(
        f"[...{legend}.querySelectorAll('li')].filter((li) => !li.hidden).map((li) => li.textContent)"
    )
    assert len(entries) == len(set(entries)) > 12
    kinds = page.evaluate(f"[...new Set({STORE}.get('view').units.map((unit) => unit.kind))]")
    for kind in ("sensor", "jammer"):
        assert (kind in entries) == (kind in kinds)
    assert any(entry.startswith("fire unit") for entry in entries)
    assert {"cruise missile", "trail of a threat's last 90 s", "straight down to the ground"} <= set(entries)
    assert page.evaluate(f"[...{legend}.querySelectorAll('canvas')].every((one) => one.width > 10)")
    assert not any("hills" in entry for entry in entries)
    shapes = page.evaluate(
        f"[...{legend}.querySelectorAll('.mark.threat')].map((one) => getComputedStyle(one).clipPath)"
    )
    assert len(set(shapes)) == 3  # a disc, a square on its edge, a triangle
    page.evaluate(f"{STORE}.set('hills', true)")
    assert page.evaluate(
        f"[...{legend}.querySelectorAll('li')].some((li) => !li.hidden && li.textContent.includes('hills'))"
    )


def test_the_legend_opens_and_closes_by_key(page: Page, url: str) -> None:
    for width, opened in ((1280, True), (390, False)):
        page.resize(width, 800)
        ready(page, url)
        legend = "document.querySelector('details.legend')"
        assert page.evaluate(f"{legend}.open") is opened
        page.evaluate("document.querySelector('#layers > details > summary').focus()")
        while not page.evaluate(f"document.activeElement === {legend}.firstChild"):
            assert page.evaluate("document.activeElement.closest('#layers') !== null")
            page.key("Tab")
        page.key("Enter")
        assert page.evaluate(f"{legend}.open") is not opened
        page.evaluate(f"{legend}.open = true")
        inside, chart = box(page, "#layers"), box(page, "#map")
        assert inside["right"] <= width
        assert inside["bottom"] <= chart["bottom"] if opened else inside["top"] >= chart["bottom"]
        assert page.evaluate(f"{legend}.scrollWidth <= {legend}.clientWidth")


def test_friendly_aircraft_are_told_apart(page: Page) -> None:
    """Blue where a neutral is green and a threat red; named so in the legend, the details and the answer."""
    with served(Friendly()) as address:
        for name, most in (("drone 1", 1), ("drone 2", 2)):
            ready(page, address, selection={"kind": "threat", "name": name}, time=500, tab="details")
            page.until("!document.querySelector('.threat-label').hidden")
            found = page.evaluate(f"window.bartizan.map.flight.find('{name}')")
            colour = colour_at(page, found["x"], found["y"])
            assert colour[:3].index(max(colour[:3])) == most, colour
        told = page.evaluate("document.querySelector('#details').innerText")
        assert "fratricide" in told
        assert "Friendly, about" in told
        said = page.evaluate("document.querySelector('#answer').textContent")
        assert "3 friendly aircraft are in the air on average; at least one is fired at in about 10 of 100" in said
        legend = page.evaluate("document.querySelector('details.legend').textContent")
        assert "friendly aircraft" in legend
        assert "neutral: traffic" not in legend
        assert clean(page), page.errors


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_of_the_legend_have_the_colours_of_the_map(page: Page, url: str, theme: str) -> None:
    ready(page, url, theme=theme)
    drawn = page.evaluate("""(async () => {
      const { MAP } = await import("viewer/theme.js");
      const digits = (n) => Number(n).toString(16).padStart(2, "0");
      const hex = (text) => "#" + text.match(/\\d+/g).slice(0, 3).map(digits).join("");
      const [fill, line] = ["backgroundColor", "borderTopColor"];
      const of = { threat: fill, missile: fill, gun: fill, sight: line, reach: line, asset: line };
      return Object.entries(of).map(([name, property]) =>
        [name, hex(getComputedStyle(document.querySelector(`.legend .mark.${name}`))[property]),
          MAP[document.documentElement.dataset.theme][name]]);
    })()""")
    assert drawn
    assert [(name, colour) for name, colour, _ in drawn] == [(name, colour) for name, _, colour in drawn]


def colour_at(page: Page, x: float, y: float) -> list[int]:
    """Red, green, blue and opacity of a point of the map."""
    return page.evaluate(f"""new Promise((done) => {{
      const {{map}} = window.bartizan;
      map.once('render', () => {{
        const gl = map.getCanvas().getContext('webgl2'), pixel = new Uint8Array(4);
        gl.readPixels({x}, gl.drawingBufferHeight - {y}, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
        done([...pixel]);
      }});
      map.triggerRepaint();
    }})""")


def test_the_readers_own_tiles_lie_below(page: Page, tmp_path: Path) -> None:
    (tmp_path / "0" / "0").mkdir(parents=True)
    plt.imsave(tmp_path / "0" / "0" / "0.png", np.full((256, 256, 3), (0.0, 1.0, 0.0)))
    with served(Bench(), tiles_of(tmp_path)) as address:
        ready(page, address)
        red, green, blue, _ = colour_at(page, 450, 60)
        assert green > 200 > max(red, blue), (red, green, blue)
        assert clean(page), (page.errors, page.outside())


def test_buildings_stand_on_the_map(page: Page, url: str) -> None:
    ready(page, url)
    assert page.evaluate("window.bartizan.map.getLayer('buildings').type") == "fill-extrusion"
    assert page.evaluate("window.bartizan.map.getPitch()") > 0


def test_the_address_brings_back_the_view(page: Page, url: str) -> None:
    ready(page, url)
    unit = page.evaluate(f"{STORE}.get('view').units[1].name")
    state = {
        "time": 321, "tab": "details", "theme": "dark", "selection": {"kind": "unit", "name": unit},
        "pick": {"world": 1, "raid": 0}, "layer": {"kind": "seen", "altitude": 50, "unit": None},
        "changes": [{"op": "within", "unit": unit, "m": 70}],
        "camera": {"lat": 55.5, "lon": 37.25, "zoom": 8.5, "pitch": 30, "bearing": 12},
    }  # fmt: skip
    page.evaluate(f"Object.entries({json.dumps(state)}).forEach(([key, value]) => {STORE}.set(key, value))")
    address = page.until("location.hash.includes('321') && location.href")
    page.open(address)
    page.evaluate("window.bartizan.ready")
    page.until(f"{STORE}.get('replay')?.world === 1")
    assert {key: page.evaluate(f"{STORE}.get('{key}')") for key in state} == state
    center = page.evaluate("(({lat, lng}) => [lat, lng])(window.bartizan.map.getCenter())")
    assert center == pytest.approx([55.5, 37.25], abs=1e-4)
    assert page.evaluate("window.bartizan.map.getPitch()") == pytest.approx(30)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert clean(page), page.errors


@pytest.mark.parametrize(
    "hash_",
    [
        "#time=%22soon%22&camera=%7B%22lat%22%3A%22x%22%7D&layer=7&pick=3",
        "#case=%7B&x=1",
        "#selection=[]",
        "#changes=[{%22op%22:%22move%22}]",
    ],
)
def test_a_mangled_address_opens_the_page_all_the_same(page: Page, url: str, hash_: str) -> None:
    page.open(url + hash_)
    page.evaluate("window.bartizan.ready")
    page.until(f"{STORE}.get('replay')")
    assert isinstance(page.evaluate(f"{STORE}.get('time')"), int | float)
    assert clean(page), page.errors


def test_hostile_names_are_text(page: Page) -> None:
    with served(Bench(hostile=True)) as address:
        ready(page, address)
        labels = page.evaluate("[...document.querySelectorAll('.symbol')].map((one) => one.textContent)")
        assert set(HOSTILE) & set(labels) >= {HOSTILE[0], HOSTILE[1]}
        assert page.evaluate("document.querySelectorAll('#map img, #map script').length") == 0
        assert clean(page), (page.errors, page.dialogs)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_it_fits_the_screen(page: Page, url: str, width: int, height: int, tmp_path: Path) -> None:
    page.resize(width, height)
    ready(page, url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn, column = box(page, "#map"), box(page, "#column")
    assert drawn["width"] >= min(width, 800)
    assert drawn["height"] >= 300
    if width > 900:
        assert column["left"] >= drawn["right"] - 1
        assert page.evaluate("document.documentElement.scrollHeight") <= height
    else:
        assert column["top"] >= drawn["bottom"] - 1
    page.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_dark_where_the_reader_prefers_it(chromium: Browser, url: str) -> None:
    page = chromium.page(dark=True)
    ready(page, url)
    assert page.evaluate(f"{STORE}.get('theme')") == "dark"
    assert "theme" not in page.until("location.hash")
    page.resize(1280, 720, dark=False)  # the system's own choice changes
    page.until(f"{STORE}.get('theme') === 'light'")
    page.close()


def test_a_server_that_fails_is_told(page: Page) -> None:
    class Broken(Bench):
        def view(self) -> Document:
            raise UserError("results: these results are of another version; run the study again")

    with served(Broken()) as address:
        page.open(address)
        message = "document.getElementById('message')"
        assert "run the study again" in page.until(f"{message}.className === 'error' && {message}.textContent")
        assert page.evaluate("['stage', 'bottom'].every((id) => document.getElementById(id).hidden)")


def test_a_raid_that_ends_otherwise_than_in_the_results_says_so(page: Page) -> None:
    class Remade(Bench):
        def replay(self, case: str, world: int, raid: int) -> Document:
            return super().replay(case, world, raid) | {"notes": ["Played again, this raid ends otherwise."]}

    with served(Remade()) as address:
        page.open(address)
        message = "document.getElementById('message')"
        assert page.until(f"{message}.className === 'error' && {message}.textContent").startswith("Played again")


def test_land_is_made_of_polygons_that_end_at_180_degrees() -> None:
    """RFC 7946: what crosses that meridian is cut there. One that leaps across the map instead hides sea and land."""
    shapely = pytest.importorskip("shapely")
    land, border = (f["geometry"] for f in json.loads(vendored.libraries()["natural-earth.json"])["features"])
    shapes = [shapely.Polygon(outer, holes) for outer, *holes in land["coordinates"]]
    assert all(shape.is_valid and shape.area for shape in shapes)
    lines = [ring for polygon in land["coordinates"] for ring in polygon] + border["coordinates"]
    steps = [(a, b) for line in lines for a, b in itertools.pairwise(line) if abs(a[0] - b[0]) > 60.0]
    assert all(a[1] == b[1] == -90.0 for a, b in steps)  # along the pole, which is one point
    whole = shapely.union_all(shapes)
    land_at = {
        "the Kola peninsula": (69.0, 33.0), "Kamchatka": (56.0, 160.0), "Chukotka": (66.5, -175.0),
        "Wrangel Island": (71.2, -179.0), "Vanua Levu": (-16.5, 179.3), "Antarctica": (-89.0, 10.0),
    }  # fmt: skip
    sea_at = {
        "the Arctic": (71.0, 0.0), "Baffin Bay": (71.0, -60.0), "the Atlantic": (-16.3, 0.0),
        "the Indian Ocean": (-16.3, 100.0), "the Caspian Sea": (42.0, 51.0),
    }  # fmt: skip
    found = {name: whole.contains(shapely.Point(lon, lat)) for name, (lat, lon) in (land_at | sea_at).items()}
    assert found == dict.fromkeys(land_at, True) | dict.fromkeys(sea_at, False)


def test_the_libraries_are_those_that_were_vendored() -> None:
    """As tools/vendor_viewer.py --check has it, and each with its licence."""
    import hashlib

    folder = Path(vendored.__file__).parent / "viewer" / "vendor"
    record = json.loads((folder / "VENDOR.json").read_text())
    assert {n: hashlib.sha256(c).hexdigest() for n, c in vendored.libraries().items()} == record["sha256"]
    for package in record["packages"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert len((folder / package["text"]).read_text()) > 500
