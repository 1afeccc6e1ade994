"""The panels beside and below the map, in a real browser: events, keys, what-if, details. The documents are made up."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.faces import sample_summary
from tests.faces.browser import Browser, Page
from tests.faces.canned_bench import HOSTILE, CannedBench, replay
from tests.faces.panels import opened, run, until
from tests.studies.test_study import SMALL

from bartizan.faces import words
from bartizan.studies import wording
from bartizan.studies.workbench import Workbench

UNIT = sample_summary.UNITS[0][0]


@pytest.fixture(scope="module")
def bench() -> CannedBench:
    return CannedBench()


@pytest.fixture(scope="module")
def standing(chromium: Browser, bench: CannedBench) -> Iterator[Page]:
    """One page for the tests of this file: each begins anew by `page`."""
    with opened(chromium, bench) as page:
        yield page


@pytest.fixture
def page(standing: Page, bench: CannedBench) -> Page:
    """The page as it is when it is opened: the first case, its first moment, nothing selected and nothing changed."""
    bench.asked.clear()
    bench.differences = CannedBench().differences
    run(
        standing,
        """document.activeElement?.blur(); store.set("playing", false); store.set("speed", 8);
           store.set("changes", []); store.set("case", store.get("view").cases[0].name);
           store.set("selection", null); store.set("tab", "answer"); $("#drawer").hidden = false;""",
    )
    until(standing, "store.get('replay')?.case === store.get('view').cases[0].name")
    run(standing, "store.set('time', 0); await frame();")
    return standing


# ------------------------------------------------------------------------------------------------ the raid


def test_a_click_on_an_event_goes_to_its_moment(page: Page) -> None:
    told = run(
        page,
        """const row = all(".row:not([hidden])").find((one) => one.textContent.includes("reaches"));
           row.click(); await frame();
           return [store.get("time"), store.get("selection"), all(".row.now").map((one) => one.textContent)];""",
    )
    assert told[:2] == [700.0, {"kind": "threat", "name": "drone 2"}]
    assert len(told[2]) == 1
    assert "drone 2 reaches" in told[2][0]


def test_the_list_is_used_by_keys(page: Page) -> None:
    run(page, "$('.list').focus();")
    for key in ("Home", "ArrowDown", "Enter"):
        page.key(key)
    assert run(page, "return store.get('time');") == 100.0
    page.key("End")
    page.key("Enter")
    active = "$(`#${$('.list').getAttribute('aria-activedescendant')}`).textContent"
    told = run(page, f"await frame(); return [store.get('time'), {active}];")
    assert told[0] == 700.0
    assert "drone 2 reaches" in told[1]


def test_events_are_filtered_by_kind_and_by_what_is_selected(page: Page) -> None:
    told = run(
        page,
        """const shown = () => all(".row:not([hidden]) .what").map((one) => one.textContent);
           const appears = all(".kinds button").find((one) => one.textContent.includes("appears"));
           appears.click(); const without = shown(); appears.click();
           store.set("selection", { kind: "threat", name: "drone 2" });
           $(".filters input").click(); const second = shown(); $(".filters input").click();
           return [without, second, shown().length];""",
    )
    assert len(told[0]) == 3
    assert not any("appears" in text for text in told[0])
    assert len(told[1]) == 2
    assert all("drone 2" in text for text in told[1])
    assert told[2] == 6


def test_ten_thousand_events_are_a_few_elements(page: Page) -> None:
    content = replay(CannedBench().view(), sample_summary.cases()[0]["name"], 3, 7, events=10_000)
    told = run(
        page,
        """store.set("replay", values[0]); await frame(); const before = all(".row").length;
           $(".list").focus(); press("End"); await frame(); await frame();
           const last = all(".row:not([hidden])").map((one) => Number(one.dataset.index));
           store.set("time", 400); await frame();
           return [before, all(".row").length, Math.max(...last), $(".row.now")?.textContent];""",
        content,
    )
    assert max(told[:2]) < 100
    assert told[2] == len(content["events"]) - 1
    assert "look 5000" in told[3] or "appears" in told[3]


def test_the_present_event_is_in_sight_when_the_drawer_is_opened(page: Page) -> None:
    content = replay(CannedBench().view(), sample_summary.cases()[0]["name"], 3, 7, events=10_000)
    now = run(
        page,
        """const drawer = $("#drawer"); const hidden = drawer.hidden;
           drawer.hidden = true; store.set("replay", values[0]); store.set("time", 400); await frame(); await frame();
           drawer.hidden = false; await frame(); await frame(); await frame();
           const box = $(".list").getBoundingClientRect();
           const seen = all(".row.now").map((row) => row.getBoundingClientRect())
             .filter((row) => row.top >= box.top && row.bottom <= box.bottom).length;
           drawer.hidden = hidden; return seen;""",
        content,
    )
    assert now == 1


def test_files_of_a_chart_are_called_after_scenario_and_case(page: Page) -> None:
    named = run(
        page,
        """store.set("tab", "answer"); await frame();
           let name = null; const click = HTMLAnchorElement.prototype.click;
           HTMLAnchorElement.prototype.click = function () { name = this.download; };
           all("#chart-assets .tools button").find((one) => one.textContent === "Save CSV").click();
           HTMLAnchorElement.prototype.click = click; return name;""",
    )
    assert named == "aldersund evening assets.csv"


def test_keys_move_the_time_and_change_the_speed(page: Page) -> None:
    seen = []
    pressed = ["ArrowRight", "ArrowRight+", "ArrowLeft", "ArrowLeft+", "ArrowLeft+", "]", *"[[[[[["]
    for key in pressed:
        page.key(key.removesuffix("+"), shift=key.endswith("+"))
        seen.append(run(page, "return [store.get('time'), store.get('speed')];"))
    assert [time for time, _ in seen[:5]] == [1, 11, 10, 0, 0]
    assert [speed for _, speed in seen[5:]] == [16, 8, 4, 2, 1, 1, 1]


def test_space_plays_and_pauses(page: Page) -> None:
    run(page, "store.set('speed', 64);")
    page.key(" ", "Space")
    until(page, "store.get('time') > 5")
    page.key(" ", "Space")
    at = run(page, "return store.get('time');")
    assert run(page, "await frame(); return [store.get('time'), $('#play').ariaLabel];") == [at, "Play"]
    run(page, "store.set('time', 799);")
    page.key(" ", "Space")
    until(page, "!store.get('playing')")
    assert run(page, "return store.get('time');") == 800.0


def test_keys_are_left_to_who_types(page: Page) -> None:
    run(
        page,
        """store.set("tab", "whatif"); store.set("selection", { kind: "unit", name: values[0] }); await frame();
           $("#whatif input").focus();""",
        UNIT,
    )
    for key in (" ", "ArrowRight", "["):
        page.key(key)
    assert run(page, "return [store.get('playing'), store.get('time'), store.get('speed')];") == [False, 0, 8]


def test_slider_and_strips_follow_the_time(page: Page) -> None:
    told = run(
        page,
        """store.set("time", 550); await frame();
           const slider = $("#slider");
           return [slider.valueAsNumber, slider.getAttribute("aria-valuetext"), $(".strips .name").textContent];""",
    )
    assert told[:2] == [550, "550 seconds"]
    assert "1 of 1 busy" in told[2]
    assert "600" in told[2]


def test_a_raid_is_chosen_by_its_reason_and_by_number(page: Page) -> None:
    run(page, "type(all('#timeline select')[1], '1');")
    until(page, "store.get('replay')?.world === 1 && store.get('selection')")
    assert run(page, "return [store.get('selection').name, $('.why').textContent];") == [
        "drone 2",
        "drone 2 is never seen.",
    ]
    run(page, "type(all('#timeline select')[1], 'number'); const [w] = all('.numbers input'); type(w, '9999');")
    until(page, "store.get('replay')?.world === 199")


# ------------------------------------------------------------------------------------------------ what if


def change(page: Page, field: str, value: object) -> None:
    """Types a value into a field of the form of the first unit."""
    run(
        page,
        """store.set("tab", "whatif"); store.set("selection", { kind: "unit", name: values[0] }); await frame();
           type($(`[data-field="${values[1]}"]`), values[2]);""",
        UNIT,
        field,
        value,
    )


def test_a_change_is_asked_for_and_its_answer_shown(page: Page, bench: CannedBench) -> None:
    change(page, "Antenna height", 12)
    until(page, "store.get('answer')?.done")
    assert bench.asked == [("evening", [{"op": "height", "unit": UNIT, "m": 12}])]
    told = run(page, "return [$('#whatif').innerText.replaceAll('\\u00a0', ' '), $('.changes').innerText];")
    assert "Of 100 threats, 1.8 fewer get through (95 % interval: 2.8 fewer to 0.8 fewer)." in told[0]
    assert "4 096 raids in 128 worlds" in told[0]
    assert f"{UNIT}: antenna at 12 m" in told[1]
    case = sample_summary.cases()[0]
    now = words.amount((case["leak"]["mean"] - 0.018) * case["size"])
    answer = run(page, "store.set('tab', 'answer'); return $('#answer').innerText;")
    assert answer.startswith("These numbers are the changed scenario's")
    assert f"{now} of 8" in answer


def test_a_new_change_ends_the_question_before(page: Page, bench: CannedBench) -> None:
    bench.on.clear()
    change(page, "Antenna height", 12)
    until(page, "store.get('answer')")
    bench.differences = [(512, 0.5, 0.1), (1024, 0.4, 0.1)]
    change(page, "Antenna height", 20)
    until(page, "store.get('answer')?.raids === 512")
    bench.on.set()
    until(page, "store.get('answer')?.done")
    assert run(page, "return store.get('answer').raids;") == 1024
    assert run(page, "return all('#chart-difference .dot').length;") == 2  # the answers to the last question alone
    assert [changes[0]["m"] for _, changes in bench.asked] == [12, 20]


def test_changes_are_undone_taken_back_and_cleared(page: Page) -> None:
    change(page, "Antenna height", 12)
    change(page, "Antenna height", 20)
    change(page, "Engages at once", 4)
    shown = "all('.changes li').map((one) => one.textContent)"
    assert len(run(page, f"return {shown};")) == 2  # the first height does not count any more
    undo = "all('#whatif button').find((one) => one.textContent === 'Undo').click();"
    run(page, undo + undo)
    assert run(page, "return [store.get('changes'), $('[data-field=\"Antenna height\"]').value];") == [
        [{"op": "height", "unit": UNIT, "m": 12}], "12",
    ]  # fmt: skip
    run(page, "$('.changes button').click();")
    assert run(page, "return [store.get('changes'), $('[data-field=\"Antenna height\"]').value];") == [[], "5"]
    change(page, "Rounds in a salvo", 2)
    run(page, "all('#whatif button').find((one) => one.textContent === 'Clear all').click();")
    assert run(page, "return [store.get('changes'), store.get('answer'), $('.lead').textContent];") == [[], None, ""]


def test_a_value_that_cannot_be_is_not_taken(page: Page) -> None:
    change(page, "Latitude", 91)
    change(page, "Rounds in a salvo", 0)
    assert run(page, "return store.get('changes');") == []


def test_an_error_is_told_in_words(page: Page) -> None:
    change(page, "Antenna height", 666)
    until(page, "$('.trouble').textContent")
    assert run(page, "return $('.trouble').textContent;") == "no antenna stands at 666 m"


@pytest.mark.parametrize(
    ("mean", "half", "done", "said"),
    [
        (-0.123, 0.02, True, "Of 100 threats, 12 fewer get through (95 % interval: 14 fewer to 10 fewer)."),
        (0.02, 0.005, True, "Of 100 threats, 2.0 more get through (95 % interval: 1.5 more to 2.5 more)."),
        (-0.01, 0.02, False, "Of 100 threats, 1.0 fewer get through (95 % interval: 3.0 fewer to 1.0 more); "
                             "this cannot be told apart from chance yet."),
        (0.0, 0.012, True, "No difference: just as many threats get through in each of 313 worlds; more than 1.2 "
                           "of 100 threats apart on average is unlikely."),
        (0.0, 0.0, False, "No difference: just as many threats get through in each of 313 worlds so far."),
    ],
)  # fmt: skip
def test_a_difference_in_words(page: Page, mean: float, half: float, done: bool, said: str) -> None:
    told = run(
        page,
        "const f = await import('viewer/funnel.js'); return f.differenceSentence(...values);",
        {
            "difference": {"mean": mean, "low": mean - half, "high": mean + half, "differing": 4 if mean else 0},
            "done": done, "worlds": 313,
        },
    )  # fmt: skip
    assert told.replace(words.NBSP, " ") == said


def test_a_narrowing_interval_is_drawn(page: Page) -> None:
    change(page, "Antenna height", 12)
    until(page, "store.get('answer')?.done")
    lengths = run(
        page,
        """return all("#chart-difference .interval-line").map((one) =>
             Math.abs(one.getAttribute("y1") - one.getAttribute("y2")));""",
    )
    assert len(lengths) == 2
    assert lengths[0] / lengths[1] == pytest.approx(5)


def test_a_changed_scenario_is_saved(page: Page) -> None:
    change(page, "Antenna height", 12)
    run(page, "all('#whatif button').find((one) => one.textContent === 'Save as scenario').click();")
    until(page, "$('.saver .said').textContent")
    assert "my-variant.yaml" in run(page, "return $('.saver .said').textContent;")


# ------------------------------------------------------------------------------------------------ details


def test_a_unit_shows_its_figures_with_sources_and_grades(page: Page) -> None:
    text = run(
        page,
        """store.set("selection", { kind: "unit", name: "Pantsir on the silo roof" }); store.set("tab", "details");
           await frame(); for (const one of all("details.figure")) one.open = true;
           return $("#details").innerText;""",
    )
    figure = ("reach of Pantsir", "18 km (80 % to 110 %)", "C3", "A handbook of air defence", "Example Press")
    claim = ("stands on the roof of the grain silo", "The Sund Herald", "reportedly", "differ on the height")
    assert [part for part in (*figure, *claim) if part not in text] == []


def test_a_unit_shows_what_its_weapons_are_for(page: Page) -> None:
    """By the class for which they reach less far; a gun has bursts and no salvo; what finds no target says so."""
    told = run(
        page,
        """const before = store.get("view");
           const view = structuredClone(before);
           const [unit] = view.units;
           const gun = { name: "gun", kind: "gun", rounds: 700, burst: 30, against: ["drone"], reach_m: {} };
           const missile = { name: "missile", kind: "missile", rounds: 8, against: ["cruise", "ballistic"],
             reach_m: { ballistic: 20000 } };
           const found = [];
           for (const [effectors, idle] of [[[gun], []], [[gun, missile], [unit.name]]]) {
             Object.assign(unit, { effectors, salvo: 1 });
             for (const one of view.cases) one.idle = idle;
             store.set("view", structuredClone(view));
             store.set("selection", { kind: "unit", name: unit.name }); store.set("tab", "details");
             await frame();
             found.push($("#details").innerText.replaceAll("\u00a0", " "));
           }
           store.set("view", before);
           return found;""",
    )
    assert "gun (gun), 700 rounds in bursts of 30, against drone" in told[0]
    assert "missile (missile), 8 rounds, against cruise, ballistic (to 20 km)" in told[1]
    assert ["Salvo" in text for text in told] == [False, True]
    assert "1 missile" in told[1]
    assert ["engages nothing that this raid sends" in text for text in told] == [False, True]


def test_a_claim_bears_what_it_is_worth_to_the_chosen_case(page: Page) -> None:
    told = run(
        page,
        """const { worthText } = await import("viewer/details.js");
           const { worth } = store.get("view").cases[0];
           const shown = [];
           store.set("selection", { kind: "unit", name: "Pantsir on the silo roof" }); store.set("tab", "details");
           for (const item of ["evening", "lone"]) {
             store.set("case", item); await frame();
             shown.push(all("#details details.figure").map((one) => one.textContent).join());
           }
           return [worthText(worth, "jammer"), worthText(worth, "hill"), ...shown];""",
    )
    worth = f"Worth 41.0{words.NBSP}% of the spread between worlds of this raid"
    assert told[0] == f"{worth} to know whether the Jammer van is there."
    assert told[1] == "Nothing open that can matter to this raid hangs on it."
    assert (
        f"Worth 12.0{words.NBSP}% of the spread between worlds of this raid (may be chance) to know the silo" in told[2]
    )
    assert "spread between worlds" not in told[3]  # a case of which nothing is told


SETTLED = """store.set("selection", { kind: "unit", name: "Jammer van" }); store.set("tab", "details"); await frame();
             for (const one of all("details.figure")) one.open = true;"""


def test_beside_a_claim_stands_what_gets_through_once_it_is_settled(page: Page) -> None:
    told = run(page, f"{SETTLED} return $('.settled').innerText;")
    assert "If it were settled whether the Jammer van is there:" in told
    assert f"37.7{words.NBSP}% get through if it is not there" in told
    assert f"18.2{words.NBSP}% get through if it is there" in told
    assert "in 60" in told


def test_a_claim_is_settled_anew_with_the_same_luck(page: Page, bench: CannedBench) -> None:
    bench.answered.clear()
    run(page, f"{SETTLED} all('.settled .ask').find((one) => one.textContent === 'if it is there').click();")
    until(page, "$('.settled .unseen').textContent")
    told = run(page, "return $('.settled .said').innerText;")
    assert bench.answered == [["there-jammer=yes"]]
    assert told.startswith(f"If it is there, 24.5{words.NBSP}%")
    assert f"26.3{words.NBSP}%" in told
    assert "Of 100 threats, 1.8 fewer get through" in told
    assert "more are being played" not in told


def test_the_answer_to_a_claim_narrows_until_another_is_asked(page: Page, bench: CannedBench) -> None:
    bench.on.clear()
    try:
        run(page, f"{SETTLED} $('.settled .ask').click();")
        until(page, "$('.settled .said').textContent.includes('more are being played')")
        run(page, "store.set('case', 'lone');")  # nothing is told of it: asked of the scenario alone
        assert run(page, "await frame(); return $('.settled ul');") is None
    finally:
        bench.on.set()


def test_a_threat_shows_its_fate_and_its_events(page: Page) -> None:
    told = run(
        page,
        """store.set("selection", { kind: "threat", name: "drone 2" }); store.set("tab", "details"); await frame();
           const text = $("#details").innerText; all(".happened button").at(-1).click();
           return [text, store.get("time")];""",
    )
    assert wording.FATES["leaked"][0] in told[0]
    assert wording.CAUSES["undetected"].meaning in told[0]
    assert told[1] == 700.0


# ------------------------------------------------------------------------------------------------ other pages


def test_hostile_names_are_text(chromium: Browser) -> None:
    with opened(chromium, CannedBench(hostile=True)) as page:
        text = run(
            page,
            """const found = [];
               for (const tab of ["answer", "whatif", "details"]) {
                 store.set("selection", { kind: "unit", name: values[0] }); store.set("tab", tab); await frame();
                 found.push(document.body.innerText, all("option").map((one) => one.textContent).join());
               }
               return found.join();""",
            HOSTILE[0],
        )
        assert all(name in text for name in HOSTILE)
        assert (
            run(
                page,
                "return all('#stage img, #bottom img, #stage script, #bottom script, a[href^=javascript]').length;",
            )
            == 0
        )
        rows = run(
            page, "const c = await import('viewer/charts.js'); return c.limits(store.get('view').cases[0]).rows;"
        )
        text = run(page, "const { csv } = await import('viewer/save.js'); return csv(values[0]);", rows)
        assert f"'{HOSTILE[3]}" in [row[0] for row in csv.reader(io.StringIO(text))]


def test_a_scenario_without_results_says_what_to_do(chromium: Browser) -> None:
    with opened(chromium, CannedBench(results=False)) as page:
        assert "bartizan run 'my coast.yaml'" in run(page, "return $('#answer').innerText;")
        assert "no results yet" in run(page, "return $('#subtitle').textContent;")
        run(page, "all('#answer button').find((one) => one.textContent === 'Play raids now').click();")
        until(page, "store.get('answer')?.done")
        assert "get through on average" in run(page, "await frame(); return $('#answer').innerText;")


def test_a_raid_is_replayed_without_results(chromium: Browser) -> None:
    """While the raids are being played the page says so, and can be used."""

    class Slow(CannedBench):
        def raids(self, case: str) -> dict[str, Any]:
            self.on.wait(20)
            return super().raids(case)

    bench = Slow(results=False)
    bench.on.clear()
    with opened(chromium, bench) as page:
        assert "Playing some raids" in run(page, "return $('.why[aria-busy=true]').textContent;")
        assert run(page, "store.set('tab', 'details'); return $('#play').disabled && !$('#details').hidden;")
        bench.on.set()
        until(page, "store.get('replay')")
        told = run(page, "return [$('.why').textContent, $('.why').ariaBusy, $('#play').disabled];")
        assert told == ["Two of 8 get through, as in the middle one.", "false", False]


def test_a_fire_unit_dragged_away_lets_more_through(chromium: Browser, tmp_path: Path) -> None:
    """The real engine behind the page: the only battery, out of reach of what it defends, stops nothing."""
    file = tmp_path / "small.yaml"
    apart = SMALL["units"][0] | {"at": {"east": 0, "north": 4000}}  # where nothing lies over its symbol
    file.write_text(json.dumps(SMALL | {"units": [apart]}), encoding="utf-8")
    far_out = quote(json.dumps({"lat": 0, "lon": 0, "zoom": 9, "pitch": 0, "bearing": 0}))
    with opened(chromium, Workbench(str(file)), f"#tab=%22whatif%22&camera={far_out}") as page:
        page.evaluate("window.bartizan.ready")
        box = run(page, "return $('.symbol.unit canvas').getBoundingClientRect().toJSON();")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.drag((x, y), (x + 250, y))  # 38 km; threats come from 20 km away
        until(page, "store.get('answer')?.done || $('.trouble').textContent")
        (change,) = run(page, "return store.get('changes');")
        assert change["op"] == "move"
        assert change["lon"] > 0.3
        answer = run(page, "return store.get('answer');")
        assert answer["now"]["mean"] == 1.0
        assert answer["difference"]["low"] > 0
        told = run(page, "return $('#whatif .lead').textContent;")
        assert " more get through" in told
        assert "chance" not in told
