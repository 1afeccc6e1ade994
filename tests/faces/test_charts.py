"""The charts beside the map and their wording, in a real browser: they say what the document says."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests.faces import sample_summary
from tests.faces.browser import Browser, Page
from tests.faces.canned_bench import CannedBench
from tests.faces.panels import opened, run

from bartizan.faces import words
from bartizan.faces.report import costs, outcome
from bartizan.studies import wording

SWARM = [case for case in sample_summary.cases() if case["raid"] == "swarm"]


@pytest.fixture(scope="module")
def standing(chromium: Browser) -> Iterator[Page]:
    """One page for the tests of this file."""
    with opened(chromium, CannedBench()) as page:
        yield page


@pytest.fixture
def page(standing: Page) -> Page:
    """The page on its first case."""
    run(standing, "store.set('case', store.get('view').cases[0].name); await frame();")
    return standing


# ------------------------------------------------------------------------------------------------ wording


def test_causes_fates_and_grades_are_called_as_in_the_report(page: Page) -> None:
    told = run(page, "const w = await import('viewer/words.js'); return [w.CAUSES, w.FATES];")
    assert told[0] == {key: cause._asdict() for key, cause in wording.CAUSES.items()}
    assert told[1] == {key: title for key, (title, _) in wording.FATES.items()}
    grades = [a + b for a in wording.SOURCE_GRADES for b in wording.INFORMATION_GRADES] + ["", "Z9", "A"]
    meant = run(page, "const w = await import('viewer/words.js'); return values[0].map(w.gradeMeaning);", grades)
    assert meant == [words.grade_meaning(grade) for grade in grades]


def test_numbers_are_written_as_in_the_report(page: Page) -> None:
    luck = random.Random(7)
    ties = [0.0625, 0.3125, 0.5625]  # whose last digit that is written lies half-way
    shares = [0, 1, 1e-5, 0.99999, 0.0004999, None, *ties, *(luck.random() ** luck.choice((1, 4)) for _ in range(300))]
    many = [
        0,
        3,
        1234567,
        0.004,
        9.996,
        99.96,
        0.125,
        2.25,
        22.5,
        312.5,
        19250.0,
        None,
        *(10 ** luck.uniform(-3, 6) for _ in range(300)),
    ]
    told = run(
        page,
        """const w = await import("viewer/words.js"); const [shares, many] = values;
           const near = many.filter((m) => m < 999000);
           return [shares.map(w.percent), shares.map(w.ofHundred), many.map(w.amount), many.map(w.spoken),
                   near.map(w.distance), shares.map((s) => w.between(s, s === null ? s : (1 + s) / 2)),
                   many.map(w.threeFigures), many.map(w.more),
                   shares.filter((s) => s !== null).map(w.wholePercent)];""",
        shares,
        many,
    )
    uppers = [None if s is None else (1 + s) / 2 for s in shares]
    assert told[0] == [words.percent(s) for s in shares]
    assert told[1] == [words.of_hundred(s) for s in shares]
    assert told[2] == [words.amount(m) for m in many]
    assert told[3] == [words.spoken(m) for m in many]
    assert told[6] == [words.three_figures(m) for m in many]
    assert told[7] == [words.more(m) for m in many]
    assert told[8] == [words.whole_percent(s) for s in shares if s is not None]
    # JavaScript's null is less than any number; larger distances have an exponent in Python.
    assert told[4] == [words.distance(m) for m in many if m is None or m < 999000]
    assert told[5] == [words.between(s, upper) for s, upper in zip(shares, uppers, strict=True)]
    assert (words.distance(19250.0), words.percent(0.0625)) == (f"19.3{words.NBSP}km", f"6.3{words.NBSP}%")


def test_an_average_outside_its_range_is_told_as_in_the_report(page: Page) -> None:
    found = [
        {"mean": mean, "world_low": low, "world_high": high}
        for mean, low, high in (
            (0.012, 0.004, 0.004),
            (2.0, 0.1, 0.8),
            (2.0, 3.1, 4.2),
            (2.0, 1.5, 2.5),
            (0.0, 0.0, 0.0),
        )
    ]
    told = run(page, 'return values[0].map((await import("viewer/charts.js")).worldsSentence);', found)
    assert told == [outcome.depends(estimate).strip() for estimate in found]
    assert ["carried by a few worlds" in text for text in told] == [True, True, True, False, False]


@pytest.mark.parametrize("without_price", [[], ["A: missile", "drone"]])
@pytest.mark.parametrize("without_worth", [[], ["Plant", "Silo"]])
def test_what_has_no_price_or_no_worth_is_told_as_in_the_report(
    page: Page, without_price: list[str], without_worth: list[str]
) -> None:
    """An asset whose worth is not stated is none that nobody has priced."""
    cost: Any = {"currency": "USD", "without_price": without_price, "without_worth": without_worth}
    told = run(page, 'return (await import("viewer/answer.js")).said(values[0]);', SWARM[0] | {"cost": cost})
    assert [sentence for sentence in told if "Without" in sentence] == list(costs.lacking(cost))
    assert not any("nobody" in sentence for sentence in told)


# ------------------------------------------------------------------------------------------------ charts


def charts(page: Page, case: dict[str, Any]) -> dict[str, Any]:
    """What the charts of a case say: their rows by name, and their sentences."""
    return run(
        page,
        """const { chartsOf } = await import("viewer/charts.js");
           const cases = store.get("view").cases;
           const drawn = Object.entries(chartsOf(cases.find((one) => one.name === values[0]), cases));
           const made = drawn.filter(([, one]) => one);
           return Object.fromEntries(made.map(([name, { rows, sentence }]) => [name, { rows, sentence }]));""",
        case["name"],
    )


@pytest.mark.parametrize("case", sample_summary.cases(), ids=lambda case: str(case["name"]))
def test_charts_hold_the_numbers_of_the_document(page: Page, case: dict[str, Any]) -> None:
    made = charts(page, case)
    full = ("mean", "low", "high", "world_low", "world_high", "ignorance_share")
    brief = full[:3]
    assert made["assets"]["rows"][1:] == [
        [a["name"], a["aimed"], *(a["leak"][k] for k in full), *(a["hit"][k] for k in full)] for a in case["assets"]
    ]
    causes = [[wording.CAUSES[key].title, *(case["causes"][key][k] for k in brief)] for key in wording.CAUSES]
    assert made["causes"]["rows"][1:] == causes
    fates = [[wording.FATES[key][0], *(case["fates"][key][k] for k in brief)] for key in wording.FATES]
    jammed = case.get("jammed", {})
    fates += [[title, *(jammed[key][k] for k in brief)] for key, title in wording.JAMMED.items() if key in jammed]
    assert made["fates"]["rows"][1:] == fates
    share = case["leak"]["ignorance_share"]
    assert ("split" in made) == (share is not None)
    if share is not None:
        assert [row[1] for row in made["split"]["rows"][1:]] == [share, pytest.approx(1 - share)]
    assert ("saturation" in made) == case["series"]
    if case["series"]:
        assert made["saturation"]["rows"][1:] == [[c["size"], *(c["leakers"][k] for k in full)] for c in SWARM]


def test_marks_stand_where_the_numbers_are(page: Page) -> None:
    """On the axis of the assets' chart, which begins at 0: places are proportional to the numbers."""
    case = sample_summary.cases()[0]
    at = run(page, "return all('#chart-assets .dot').map((dot) => Number(dot.getAttribute('cx')));")
    means = [asset["leak"]["mean"] for asset in case["assets"]]
    left, scale = 4, (at[0] - 4) / means[0]
    assert at == pytest.approx([left + scale * mean for mean in means])
    shown = run(page, "return all('#chart-assets .value').map((text) => text.textContent);")
    assert shown == [words.percent(mean) for mean in means]


@pytest.mark.parametrize(
    ("binding", "engaged", "limit"),
    [
        ("out_of_envelope", [False, False], "no unit fires at slow drone or Fast jet"),
        ("out_of_envelope", [True, False], "reach of its missiles and guns, and no unit fires at Fast jet"),
        ("out_of_envelope", [True, True], "reach of its missiles and guns"),
        ("out_of_envelope", [None, None], "reach of its missiles and guns"),
        ("missed", [False, False], "how often a shot hits"),
    ],
)
def test_reach_is_no_limit_against_what_no_unit_fires_at(
    page: Page, binding: str, engaged: list[bool | None], limit: str
) -> None:
    sent = [
        {"title": title} | ({} if is_engaged is None else {"engaged": is_engaged})
        for title, is_engaged in zip(("slow drone", "Fast jet"), engaged, strict=True)
    ]
    assert wording.limit(binding, sent) == limit
    told = run(
        page,
        'return (await import("viewer/words.js")).limitOf({ binding: values[0], threats: values[1] });',
        binding,
        sent,
    )
    assert told == f"What limits the defence most: {limit}."


def test_sentences_say_what_the_charts_show(page: Page) -> None:
    case = sample_summary.cases()[0]
    made = charts(page, case)
    worst = max(case["assets"], key=lambda asset: asset["leak"]["mean"])
    assert made["assets"]["sentence"].startswith(
        f"{worst['name']} is reached most: {words.percent(worst['leak']['mean'])}"
    )
    cause = max(case["causes"], key=lambda key: case["causes"][key]["mean"])
    assert wording.CAUSES[cause].title in made["causes"]["sentence"]
    assert f"What limits the defence most: {wording.CAUSES[case['binding']].limit}." in made["causes"]["sentence"]
    assert "Most of the spread between raids (71" in made["split"]["sentence"]
    assert "none" in run(
        page, "store.set('case', 'lone'); await frame(); return $('#answer').textContent.toLowerCase();"
    )
    last, before = SWARM[-1], SWARM[-2]
    more = (last["leakers"]["mean"] - before["leakers"]["mean"]) / (last["size"] - before["size"])
    assert words.percent(more) in charts(page, last)["saturation"]["sentence"]


def test_every_chart_has_words_for_those_who_do_not_see_it(page: Page) -> None:
    told = run(
        page,
        """store.set("case", "swarm-64"); await frame();
           const texts = (one) => one.getAttribute("aria-labelledby").split(" ").map((id) => $(`#${id}`)?.textContent);
           return all("#answer figure:not([hidden]) svg").map((one) => [one.getAttribute("role"), texts(one)]);""",
    )
    assert len(told) == 6
    assert all(role == "img" and all(texts) for role, texts in told)


def test_a_chart_becomes_a_picture(page: Page) -> None:
    size = run(
        page,
        """const { picture } = await import("viewer/save.js"); const { assets } = await import("viewer/charts.js");
           const chart = assets(store.get("view").cases[0]); $("#answer").append(chart.svg);
           const blob = await picture(chart); chart.svg.remove();
           const image = await createImageBitmap(blob);
           return [blob.type, image.width, image.height];""",
    )
    assert size[0] == "image/png"
    assert size[1] == 2 * (380 + 2 * 12)
    assert size[2] > 300


def test_cells_of_a_csv_file_are_harmless_and_read_back(page: Page) -> None:
    rows = [
        ["=1+1", "+1", "-1", "@x", "\tx", "\rx"],
        ["a,b", 'say "x"', "two\nlines", "plain", "", "x=1"],
        [0.1, -2.5, 3, None, 1e-9, 0],
    ]
    text = run(page, "const { csv } = await import('viewer/save.js'); return csv(values[0]);", rows)
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back[0] == [f"'{cell}" for cell in rows[0]]
    assert back[1] == rows[1]
    assert [float(cell) if cell else None for cell in back[2]] == rows[2]
