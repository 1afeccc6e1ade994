"""The section on reported raids: there only where a raid was reported, with every number, and all text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.faces import sample_summary as sample
from tests.faces.browser import Page as Window
from tests.faces.test_report import HOSTILE, Page, rendered

from bartizan.faces import markup, report
from bartizan.faces.report.reported import NUMBERS


def with_report(**more: Any) -> dict[str, Any]:
    """The sample with a reported raid."""
    content = sample.summary()
    number = {
        "of": "", "types": [], "what": "killed", "reported": {"low": 5, "high": 5},
        "mean": 7.31, "low": 6, "high": 8, "within": False,
        "at_most": sample.small(0.0123), "at_least": sample.small(0.9877),
    }  # fmt: skip
    content["cases"][0]["reported"] = {
        "date": "2023-05-30", "sent": 8, "claims": ["c38", "c60"], "note": "As counted by one side.", "raids": 100,
        "numbers": [number], "exactly": sample.small(0.0345),
    } | more  # fmt: skip
    return content


def test_no_section_without_a_reported_raid(tmp_path: Path) -> None:
    assert "What was reported" not in rendered(tmp_path, sample.summary()).text


def test_every_number_of_the_comparison_is_there(tmp_path: Path) -> None:
    page = rendered(tmp_path, with_report())
    assert "reported" in [attributes.get("id") for _, attributes in page.tags]
    for told in ("What was reported", "shot down", "7.31", "6–8", "no", "1.2", "98.8", "3.4", "c38, c60", "As counted"):
        assert told in page.text, told


def test_a_report_without_fates_says_nothing_of_them(tmp_path: Path) -> None:
    assert "just as reported" not in rendered(tmp_path, with_report(exactly=None)).text


def test_its_tables_fit_a_page(tmp_path: Path, page: Window) -> None:
    """Its last columns were beyond the edge of any page, and nothing showed that they were there."""
    content = with_report()
    (number,) = content["cases"][0]["reported"]["numbers"]
    content["cases"][0]["reported"]["numbers"] = [number | {"what": what, "of": "tu-141"} for what in NUMBERS]
    content["cases"][0]["title"] = "30 May 2023, thirty as other media had it"
    (tmp_path / "report.html").write_text(report.render(sample.write_folder(tmp_path, content)), encoding="utf-8")
    page.resize(1300, 900)
    page.open((tmp_path / "report.html").as_uri())
    wide = "[...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth).map(s => s.ariaLabel)"
    assert page.evaluate(wide) == []


def test_text_of_a_stranger_stays_text(tmp_path: Path) -> None:
    page = rendered(tmp_path, with_report(note=HOSTILE, claims=[HOSTILE]))
    clean: Page = rendered(tmp_path / "clean", with_report())
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in clean.tags}
    assert markup.clean(HOSTILE) in page.text


def test_bounds_and_parts_are_told_in_words(tmp_path: Path) -> None:
    content = with_report()
    (exact,) = content["cases"][0]["reported"]["numbers"]
    content["cases"][0]["reported"]["numbers"] = [
        exact | {"reported": {"low": 15, "high": None}, "of": "shahed-136", "types": ["shahed-136"]},
        exact | {"reported": {"low": 0, "high": 3}, "what": "leaked", "of": "cruise", "types": ["kh-101"]},
        exact | {"reported": {"low": 15, "high": 20}},
    ]
    text = rendered(tmp_path, content).text
    for told in ("shot down, of shahed-136", "at least 15", "got through, of cruise", "at most 3", "15 to 20"):
        assert told in text, told
