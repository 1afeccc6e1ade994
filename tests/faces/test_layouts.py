"""The page with two layouts side by side, and with sites that units are placed on. The documents are made up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from tests.faces.browser import Browser, Page, served
from tests.faces.canned_bench import HOSTILE, PATIENCE_S, CannedBench
from tests.faces.panels import run, until

STORE = "window.bartizan.store"
Document = dict[str, Any]


class Two(CannedBench):
    """The sample study beside itself, there called by a hostile name."""

    def __init__(self) -> None:
        super().__init__()
        self.beside = CannedBench()

    def view(self) -> Document:
        return super().view() | {"layouts": ["mine.yaml", HOSTILE[0]]}


def ready(page: Page, url: str, **state: Any) -> None:
    page.open(url + "#" + "&".join(f"{k}={quote(json.dumps(v))}" for k, v in state.items()))
    page.evaluate("window.bartizan.ready")
    until(page, "store.get('replay')")


def second(page: Page) -> None:
    """Wait until the second map stands and shows its raid."""
    page.until("Boolean(window.bartizan.other)")
    page.evaluate("window.bartizan.other.ready")
    page.until("Boolean(window.bartizan.other?.store.get('replay'))")


@pytest.fixture(scope="module")
def two() -> Iterator[str]:
    with served(Two()) as address:
        yield address


@pytest.fixture
def bench() -> CannedBench:
    return CannedBench()


@pytest.fixture
def url(bench: CannedBench) -> Iterator[str]:
    with served(bench) as address:
        yield address


# ------------------------------------------------------------------------------------------------ side by side


def test_two_layouts_show_one_raid_from_one_camera_at_one_moment(page: Page, two: str) -> None:
    ready(page, two)
    second(page)
    told = run(
        page,
        """const other = window.bartizan.other; const [a, b] = [window.bartizan.map, other.map()];
           const where = (map) => [map.getCenter().lng, map.getCenter().lat, map.getZoom()].map((x) => x.toFixed(6));
           a.jumpTo({ zoom: a.getZoom() + 1 }); const first = [where(a), where(b)];
           b.jumpTo({ center: [b.getCenter().lng + 0.1, b.getCenter().lat] }); const back = [where(a), where(b)];
           store.set("time", 321); store.set("theme", "dark");
           const [mine, its] = [store.get("replay"), other.store.get("replay")];
           return { first, back, time: other.store.get("time"), theme: other.store.get("theme"),
                    raids: [[mine.world, mine.raid, mine.case], [its.world, its.raid, its.case]] };""",
    )
    assert told["first"][0] == told["first"][1] != told["back"][0] == told["back"][1]
    assert (told["time"], told["theme"]) == (321, "dark")
    assert told["raids"][0] == told["raids"][1]
    assert page.errors == []
    assert page.outside() == []


def test_what_ends_otherwise_is_listed_and_ringed_on_both_maps(page: Page, two: str) -> None:
    ready(page, two)
    second(page)
    told = run(
        page,
        """$("#compared details").open = true; const rows = all("#compared li");
           rows[0].querySelector("button").click();
           const other = window.bartizan.other.store;
           return { rows: rows.map((one) => one.textContent), chosen: [store, other].map((one) => one.get("selection")),
                    rings: [store, other].map((one) => one.get("differing").length) };""",
    )
    assert told["rows"] == ["drone 1: shot down | got through"]
    assert told["chosen"] == [{"kind": "threat", "name": "drone 1"}] * 2
    assert told["rings"] == [1, 1]


def test_the_difference_stands_above_with_its_interval_and_is_spoken_once_it_is_known(page: Page, two: str) -> None:
    ready(page, two)
    second(page)
    until(page, "$('#compared [aria-live]').textContent")
    said = run(page, "return [$('#compared .lead').textContent, all('.caption').map((one) => one.textContent)];")
    assert "10 more get through (95\u00a0% interval: 8.0 more to 12 more)" in said[0]
    assert HOSTILE[0] in said[0]  # a name is text
    assert said[1] == ["mine.yaml", HOSTILE[0]]
    cost = "Rounds fired in a raid: 3 M and 2 M USD, -1 M (-2 M to +500 k)."
    assert cost in run(page, "return $('#compared .faint').textContent;").replace("\u00a0", " ")
    assert page.dialogs == []


def test_the_second_map_goes_and_comes_by_the_chooser_and_the_address_keeps_it(page: Page, two: str) -> None:
    ready(page, two)
    second(page)
    run(page, "type($('#choose-beside'), 'none');")
    assert run(page, "return [$('#second').hidden, $('#compared').hidden, !window.bartizan.other];") == [True] * 3
    until(page, 'location.hash.includes("beside=%22none%22")')
    run(page, "type($('#choose-beside'), 'other');")
    second(page)
    assert page.errors == []


def test_changes_stand_beside_the_scenario_as_it_is(page: Page, url: str, bench: CannedBench) -> None:
    unit = bench.view()["units"][0]["name"]
    ready(page, url, changes=[{"op": "remove", "unit": unit}], beside="before")
    second(page)
    told = run(
        page,
        """const gone = (where) => all(`${where} .symbol.removed`).length;
           return [gone("#map"), gone("#second"), all(".caption").map((one) => one.textContent)];""",
    )
    assert told == [1, 0, ["with the changes", "as it is"]]
    run(page, "store.set('changes', []);")
    assert run(page, "return [$('#second').hidden, $('#beside label').hidden];") == [True, True]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_both_maps_fit_the_screen(chromium: Browser, two: str, width: int, height: int) -> None:
    """Beside one another where there is room, else one above the other; nothing sticks out to the right."""
    page = chromium.page(width, height)
    ready(page, two)
    second(page)
    a, b = (
        page.evaluate(f"document.querySelector('{q}').getBoundingClientRect().toJSON()") for q in ("#map", "#second")
    )
    assert min(a["width"], b["width"]) > 250
    assert min(a["height"], b["height"]) > 150
    assert (a["right"] <= b["left"] + 1) if width > 900 else (a["bottom"] <= b["top"] + 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


# ------------------------------------------------------------------------------------------------ placing


def drawn(page: Page) -> list[Document]:
    return run(page, "return store.get('placing')?.sites ?? [];")


def test_sites_are_drawn_dragged_moved_by_keys_and_taken_away(page: Page, url: str) -> None:
    ready(page, url, tab="place")
    page.click(600, 300)
    run(page, "all('button').find((one) => one.textContent.startsWith('Add a site')).click();")
    first, middle = drawn(page)
    assert (first["name"], middle["name"]) == ("site 1", "site 2")
    centre = page.evaluate("window.bartizan.map.getCenter().lat")
    assert middle["at"]["lat"] == pytest.approx(centre, abs=1e-5)
    page.drag((600, 300), (500, 250))
    assert drawn(page)[0]["at"] != first["at"]
    run(page, "$('[data-site=\"site 2\"]').focus();")
    page.key("ArrowUp", shift=True)
    page.key("ArrowUp", shift=True)  # the focus stays on it
    assert drawn(page)[1]["at"]["lat"] - middle["at"]["lat"] == pytest.approx(2000 / 111_195, rel=0.01)
    page.key("Delete")
    assert [site["name"] for site in drawn(page)] == ["site 1"]
    until(page, "location.hash.includes('placing=')")
    assert page.errors == []


def test_outside_the_tab_a_click_on_the_map_draws_nothing(page: Page, url: str) -> None:
    ready(page, url)
    page.click(600, 300)
    assert drawn(page) == []
    assert run(page, "return all('.site').length;") == 0


def test_a_placement_is_watched_and_its_answer_taken_over(page: Page, url: str, bench: CannedBench) -> None:
    ready(page, url, tab="place", changes=[{"op": "add", "unit": "old", "system": "gun", "lat": 1.0, "lon": 1.0}])
    bench.on.clear()
    page.click(600, 300)
    page.click(650, 350)
    run(page, "type($('[data-field=\"Apart at least\"]'), '300 m'); $('#place-start').click();")
    until(page, "store.get('step')?.sites.length === 2")
    told = run(page, "return [$('#place-start').hidden, all('.site').map((one) => one.getAttribute('aria-label'))];")
    assert told[0]
    assert told[1][0] == "candidate site site 1, takes away 12.0 points alone, best so far for gun"
    bench.on.set()
    until(page, "$('#place-take')")
    asked = bench.placements[0]
    assert (asked["spacing"], [one["system"] for one in asked["units"]], len(asked["sites"])) == ("300 m", ["gun"], 2)
    run(page, "$('#place-take').click();")
    changes = run(page, "return store.get('changes');")
    assert [(one["op"], one["unit"]) for one in changes] == [("add", "gun at site 1")]
    until(page, "all('#map .symbol.unit').some((one) => one.textContent.includes('gun at site 1'))")
    assert run(page, "return store.get('tab');") == "whatif"
    assert page.errors == []


def test_a_placement_is_ended_where_it_is_cancelled(page: Page, url: str, bench: CannedBench) -> None:
    ready(page, url, tab="place")
    bench.on.clear()
    page.click(600, 300)
    run(page, "$('#place-start').click();")
    until(page, "store.get('step')")
    run(page, "$('#place-cancel').click();")
    until(page, "!store.get('placed')")
    assert run(page, "return [store.get('step'), $('#place-start').hidden];") == [None, False]
    bench.on.set()
    assert bench.ended.acquire(timeout=PATIENCE_S)


def test_question_is_shown_as_yaml(page: Page, url: str) -> None:
    ready(page, url, tab="place")
    page.click(600, 300)
    run(page, "all('button').find((one) => one.textContent === 'Show as YAML').click();")
    until(page, "$('.yaml textarea').value")
    assert run(page, "return $('.yaml textarea').value;") == "placement: 1\n"


@pytest.mark.parametrize(
    "hash_", ["placing=7", 'placing={"units":1}', "beside=other", 'placing={"units":[],"sites":[{"at":{}}]}']
)
def test_a_mangled_question_opens_the_page_all_the_same(page: Page, url: str, hash_: str) -> None:
    page.open(f"{url}#tab=%22place%22&{hash_}")
    page.evaluate("window.bartizan.ready")
    assert page.errors == []
