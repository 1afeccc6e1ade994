"""Assembles one self-contained HTML page from a results folder; every number on it comes from there."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from bartizan.faces.markup import Html, bullets, filled, join, name, paragraphs, tag
from bartizan.faces.report import (
    alerts,
    basis,
    costs,
    course,
    districts,
    falls,
    neutrals,
    opening,
    outcome,
    places,
    raids,
    readings,
    reported,
)
from bartizan.faces.report.cells import Summary, note
from bartizan.ground.errors import ResultsError, UserError

#: A section: its anchor, its heading and what makes it.
_Listed = tuple[str, str, Callable[[], Html]]


def render(folder: Path) -> str:
    """The report of a results folder as one HTML page.

    Reads `summary.json`, and `coverage.npz` and `fall.npz` if they are there. Raises ResultsError if there is no
    usable summary.
    """
    folder = Path(folder)
    coverage, fallen = places.FoundCoverage.read(folder / "coverage.npz"), falls.FoundFalls.read(folder / "fall.npz")
    return _page(_summary(folder), coverage, fallen)


def write(folder: Path, out: Path) -> Path:
    """Writes the report of `folder` to `out`, which is replaced whole or not at all; gives `out`.

    Raises ResultsError if there is no usable summary, UserError if `out` cannot be written.
    """
    return save(render(folder), Path(out), "report")


def save(page: str, out: Path, what: str = "page") -> Path:
    """Writes a page to `out`, which is replaced whole or not at all; gives `out`. Raises UserError if it cannot be."""
    from bartizan.ground.writing import write_text

    try:
        write_text(out, page)
    except OSError as error:
        raise UserError(f"cannot write the {what} to {out}: {error.strerror}") from None
    return out


def _summary(folder: Path) -> Summary:
    """summary.json; what it lacks is empty."""
    from bartizan.studies.calibrate.calibration import kept
    from bartizan.studies.results import PARTS, SUMMARY, of_a_part, of_another_version, open_results

    results = open_results(folder)
    read = results.summary
    found, parts = cast(dict[str, Any], read), {**PARTS, "districts": dict, "civil_alert": dict, "reports": dict}
    told = {key: kind() if found.get(key) is None else found[key] for key, kind in parts.items()}
    if wrong := [key for key, kind in parts.items() if not isinstance(told[key], kind)]:
        path = folder / SUMMARY
        raise ResultsError(f"{path} is damaged: {', '.join(wrong)} cannot be read; run the study again")
    made = {
        "bartizan": str(read.get("bartizan", "")),
        "note": of_another_version(read),
        "part": of_a_part(read),
        "calibration": kept(results),
    }
    return cast(Summary, told | made)


def _listed(summary: Summary, coverage: places.FoundCoverage, fallen: falls.FoundFalls) -> list[_Listed]:
    """The sections, in their order."""
    return [
        ("opening", "In short", lambda: opening.section(summary["cases"])),
        ("answer", "The answer", lambda: outcome.answer(summary)),
        ("map", "Where things stand, and what is covered", lambda: places.map_section(summary["map"], coverage)),
        ("why", "Why threats got through", lambda: outcome.why(summary["cases"])),
        *_of_neutrals(summary, neutrals.NEUTRALS),
        *_of_neutrals(summary, neutrals.FRIENDLY),
        *_of_records(summary),
        *_of_real_raids(summary),
        ("falls", "What comes down, and where", lambda: falls.section(summary["cases"], summary["map"], fallen)),
        *_of_districts(summary),
        *_of_alerts(summary),
        ("saturation", "How many are too many", lambda: outcome.saturation(summary["cases"])),
        ("use", "Rounds and channels used", lambda: outcome.use(summary["cases"], summary["map"])),
        *_of_courses(summary),
        *_of_costs(summary),
        ("raids", "Each raid in numbers", lambda: raids.raids(summary["cases"])),
        *_of_questions(summary),
        ("evidence", "What the answer rests on", lambda: basis.evidence(summary)),
        ("limits", "What is not modelled", basis.limits),
        ("reading", "How to read this page", basis.reading),
        ("provenance", "Where these numbers come from", lambda: basis.provenance(summary)),
    ]


def _page(summary: Summary, coverage: places.FoundCoverage, fallen: falls.FoundFalls) -> str:
    scenario, sections = summary["scenario"], _listed(summary, coverage, fallen)
    title = str(scenario.get("title") or scenario.get("name") or "A study without a title")
    package = files("bartizan.faces.report")
    return filled(
        (package / "report.html").read_text(encoding="utf-8"),
        {
            "version": summary["bartizan"],
            "title": f"{title} - air defence study",
            "style": Html((package / "report.css").read_text(encoding="utf-8")),
            "header": _header(title, summary),
            "contents": bullets(tag("a", heading, href=f"#{anchor}") for anchor, heading, _ in sections),
            "sections": join((_section(*section) for section in sections), "\n"),
            "footer": tag(
                "p", f"Made by Bartizan {summary['bartizan']} from published figures. A model, not a measurement."
            ),
        },
    )


def _of_neutrals(summary: Summary, side: neutrals.Side) -> list[_Listed]:
    """The section on traffic of a side among threats, where there is any."""
    cases = summary["cases"]
    if not neutrals.told(cases, side):
        return []
    return [(side.key, side.question, lambda: neutrals.section(cases, side))]


def _of_courses(summary: Summary) -> list[_Listed]:
    """The section on rounds over time, where they were followed."""
    cases = summary["cases"]
    if not course.told(cases):
        return []
    return [("course", "How long rounds last", lambda: course.section(cases, summary["map"]))]


def _of_costs(summary: Summary) -> list[_Listed]:
    """The section on costs, where anything has a price."""
    cases = summary["cases"]
    return [("costs", "What it costs", lambda: costs.section(cases))] if costs.told(cases) else []


def _of_records(summary: Summary) -> list[_Listed]:
    """The section with both readings, where the study was held against records."""
    found, cases = summary["calibration"], summary["cases"]
    return (
        [("readings", "As modelled, and as records have it", lambda: readings.section(found, cases))] if found else []
    )


def _of_real_raids(summary: Summary) -> list[_Listed]:
    """The section on real raids, where the scenario names any."""
    cases = summary["cases"]
    return (
        [("reported", "What was reported", lambda: reported.section(cases, summary["reports"]))]
        if reported.told(cases)
        else []
    )


def _of_questions(summary: Summary) -> list[_Listed]:
    """The section on what each question is worth, where enough worlds were played to tell."""
    cases = summary["cases"]
    if not any(case.get("worth") for case in cases):
        return []
    return [("worth", "Which fact matters to which raid", lambda: opening.every_case(cases))]


def _of_districts(summary: Summary) -> list[_Listed]:
    """The section on districts, where the scenario names any."""
    found = summary["districts"]
    if not found.get("warning_s"):
        return []
    return [("districts", "District by district", lambda: districts.section(found, summary["cases"], summary["map"]))]


def _of_alerts(summary: Summary) -> list[_Listed]:
    """The section on what an alert leaves people, where the scenario states one."""
    found = summary["civil_alert"]
    return [("alert", "How long people have", lambda: alerts.section(found))] if found.get("left_s") else []


def _section(anchor: str, heading: str, body: Callable[[], Html]) -> Html:
    return tag(
        "section", tag("h2", heading, id=f"{anchor}-heading"), body(), id=anchor, aria_labelledby=f"{anchor}-heading"
    )


def _header(title: str, summary: Summary) -> Html:
    scenario = summary["scenario"]
    facts = [str(scenario["date"])] if scenario.get("date") else []
    if scenario.get("variant"):
        facts.append(f"variant {scenario['variant']}")
    parts = [tag("h1", name(title))]
    if facts:
        parts.append(tag("p", name(", ".join(facts)), class_="when"))
    parts.append(paragraphs(scenario.get("summary") or ""))
    if summary["note"]:
        parts.append(note(summary["note"]))
    if summary["part"]:
        parts.append(note(summary["part"]))
    return join(parts, "\n")
