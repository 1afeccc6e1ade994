"""What the report opens with: three sentences, a picture of what is told from chance, and what each claim is worth."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.faces import sample_summary as sample
from tests.faces.test_report import HOSTILE, Page, images, rendered

from bartizan.faces import report, words
from bartizan.faces.report import opening, tornado
from bartizan.ground.errors import ResultsError
from bartizan.studies.value.worth import verdict_of

SPACE = words.NBSP


def letters(svg: bytes) -> str:
    return "".join(ElementTree.fromstring(svg).itertext())


def opened(folder: Path, content: dict[str, Any]) -> str:
    """The text of the opening section."""
    page = report.render(sample.write_folder(folder, content))
    return Page(page[page.index('<section id="opening"') : page.index('<section id="answer"')]).text


def one_raid(**worth: Any) -> dict[str, Any]:
    """The sample with its first raid, and what its questions are worth changed."""
    content = sample.summary_of_one_raid()
    content["cases"][0]["worth"] |= worth
    return content


def test_three_sentences_come_first(tmp_path: Path) -> None:
    page = report.render(sample.write_folder(tmp_path, sample.summary_of_one_raid()))
    assert re.findall(r'<section id="(\w+)"', page)[:2] == ["opening", "answer"]
    text = opened(tmp_path, sample.summary_of_one_raid())
    assert f"Of 8{SPACE}threats sent, 2.1 get through on average: 26.3{SPACE}%." in text
    assert f"For the middle 80{SPACE}% of what may be true it is 5.3–47.3{SPACE}%" in text
    assert "What would change it most is to know whether the Jammer van is there; it alone explains 41.0" in text
    assert f"37.7{SPACE}% get through if it is not there; 18.2{SPACE}% get through if it is there" in text


def test_each_kind_of_raid_is_told_at_its_largest_and_no_more_than_fit() -> None:
    cases = sample.cases()
    told = opening.headlines(cases)
    assert told[0]["name"] == "evening"
    most = [case["leak"]["mean"] for case in (cases[1], cases[2], cases[3], cases[-1])]
    assert [case["leak"]["mean"] for case in told[1:]] == sorted(most, reverse=True)[:2]
    assert [case["name"] for case in opening.headlines(cases[3:])] == ["lone", "swarm-128"]


def test_what_cannot_be_told_is_said_and_not_drawn(tmp_path: Path) -> None:
    chance = sample.question("roof", "the roof", ["silo-roof"], 0.2, {"8": 0.1, "10": 0.3}, told=False)
    content = one_raid(worths=[chance])
    assert "cannot be told: with 200" in opened(tmp_path, content)
    assert not tornado.drawn(verdict_of(content["cases"][0]["worth"]))


@pytest.mark.parametrize(("worlds", "says"), [(8, "play 32 or more"), (31, "play 32 or more"), (64, "to its end")])
def test_results_that_tell_nothing_say_what_to_do(tmp_path: Path, worlds: int, says: str) -> None:
    content = sample.summary_of_one_raid()
    del content["cases"][0]["worth"]
    content["cases"][0]["worlds"] = worlds
    text = opened(tmp_path, content)
    assert says in text
    assert 'id="worth"' not in report.render(tmp_path)


def test_questions_that_cannot_be_told_apart_are_named_together(tmp_path: Path) -> None:
    alike = [sample.question(f"q{i}", f"question {i}", [], 0.2, {"no": 0.1, "yes": 0.3}) for i in range(5)]
    text = opened(tmp_path, one_raid(worths=alike))
    assert "question 0 or question 1 or question 2 or 2 more (these cannot be told apart); the first" in text


def test_the_picture_has_the_answers_with_least_and_most_only() -> None:
    grades = {"0 of 4": 0.52, "2 of 4": 0.16, "4 of 4": 0.06}
    told = verdict_of(sample.worth("x", "X", 0.2, [sample.question("q", "how many are there", [], 0.5, grades)]))
    for svg in tornado.tornado([("X", told)]):
        found = letters(svg)
        assert all(part in found for part in ("how many are there", "0 of 4", "4 of 4", "52.0", "6.0"))
        assert "2 of 4" not in found


def test_every_question_of_every_case_has_a_row(tmp_path: Path) -> None:
    page = report.render(sample.write_folder(tmp_path, sample.summary()))
    section = page[page.index('<section id="worth"') : page.index('<section id="evidence"')]
    assert section.count("<details>") == 2
    assert section.count("the silo: 8 or 10 storeys") == 2
    assert "may be chance" in section
    assert f"5 of 14{SPACE}questions cannot matter" in Page(section).text


def test_each_claim_bears_its_largest_share_and_in_which_raid(tmp_path: Path) -> None:
    content = sample.summary()
    content["cases"][1]["worth"]["worths"] = [sample.question("q", "q", ["silo-high"], 0.31, {}, told=False)]
    page = report.render(sample.write_folder(tmp_path, content))
    found = [row for row in re.findall(r"<tr>.*?</tr>", page) if 'id="claim-' in row]
    rows = {claim["id"]: re.sub("<.*?>", "", row) for claim, row in zip(content["claims"], found, strict=True)}
    assert f"41.0{SPACE}% of the spread in Eight drones in the evening" in rows["jammer"]
    assert "chance" not in rows["jammer"]
    assert f"31.0{SPACE}% of the spread in Six cruise missiles, low, from the sea; may be chance" in rows["silo-high"]
    assert "nothing open that can matter" in rows["hill"]


def test_what_is_told_goes_before_what_is_larger_by_luck() -> None:
    cases = sample.cases()[:2]
    cases[1]["worth"]["worths"] = [sample.question("q", "q", ["jammer"], 0.9, {}, told=False)]
    worth, case = opening.of_claims(cases)["jammer"]
    assert (worth.key, case["name"]) == ("there-jammer", "evening")


def test_text_of_a_stranger_stays_text(tmp_path: Path) -> None:
    hostile = sample.question(HOSTILE, HOSTILE, [HOSTILE], 0.4, {HOSTILE: 0.1, "there": 0.5})
    page = rendered(tmp_path, one_raid(worths=[hostile]))
    clean = rendered(tmp_path / "clean", one_raid(worths=[sample.question("q", "q", ["q"], 0.4, {"a": 0.1, "b": 0.5})]))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in clean.tags]
    for svg in images(report.render(tmp_path)):
        ElementTree.fromstring(svg)


@pytest.mark.parametrize("change", [{"worths": None}, {"least": "much"}, {"worths": [{"key": "q"}]}])
def test_a_damaged_verdict_is_told_with_its_place(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(ResultsError, match=r"cases\[0\]\.worth\."):
        report.render(sample.write_folder(tmp_path, one_raid(**change)))
