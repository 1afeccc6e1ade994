"""Assembles one self-contained HTML page from a results folder; every number on it comes from there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from bartizan.faces import basis, districts, falls, outcome, places, raids, reported
from bartizan.faces.cells import Summary, note
from bartizan.faces.markup import Html, bullets, filled, join, name, paragraphs, tag
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.errors import shown as shown_value

#: A section: its anchor, its heading and what makes it.
_Listed = tuple[str, str, Callable[[], Html]]

#: The version of `summary.json` that this report understands.
FORMAT = 1


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
    out = Path(out)
    page = render(folder)
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        aside.write_text(page, encoding="utf-8")
        os.replace(aside, out)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UserError(f"cannot write the report to {out}: {error.strerror}") from None
    return out


def _summary(folder: Path) -> Summary:
    path = folder / "summary.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(
            f"no results in {folder}: cannot read summary.json: {error.strerror}; make some with bartizan run"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path} is not a summary: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        version = found.get("format") if isinstance(found, dict) else found
        raise ResultsError(
            f"{path} has format {shown_value(version)}; this report reads format {FORMAT}: run the study again"
        )
    wrong = [
        key for key, kind in _PARTS.items() if not isinstance(found.get(key, kind()), kind) and found[key] is not None
    ]
    if wrong:
        raise ResultsError(f"{path} is damaged: {', '.join(wrong)} cannot be read; run the study again")
    return {key: found.get(key) or kind() for key, kind in _PARTS.items()} | {
        "bartizan": str(found.get("bartizan", ""))
    }


_PARTS: Mapping[str, type] = {
    "scenario": dict, "run": dict, "cases": list, "map": dict, "numbers": list, "claims": list, "findings": list,
    "districts": dict,
}  # fmt: skip


def _page(summary: Summary, coverage: places.FoundCoverage, fallen: falls.FoundFalls) -> str:
    scenario = summary["scenario"]
    title = str(scenario.get("title") or scenario.get("name") or "A study without a title")
    sections: list[_Listed] = [
        ("answer", "The answer", lambda: outcome.answer(summary)),
        ("map", "Where things stand, and what is covered", lambda: places.map_section(summary["map"], coverage)),
        ("why", "Why threats got through", lambda: outcome.why(summary["cases"])),
        *_of_real_raids(summary),
        ("falls", "What comes down, and where", lambda: falls.section(summary["cases"], summary["map"], fallen)),
        *_of_districts(summary),
        ("saturation", "How many are too many", lambda: outcome.saturation(summary["cases"])),
        ("use", "Rounds and channels used", lambda: outcome.use(summary["cases"])),
        ("raids", "Each raid in numbers", lambda: raids.raids(summary["cases"])),
        ("evidence", "What the answer rests on", lambda: basis.evidence(summary)),
        ("limits", "What is not modelled", basis.limits),
        ("reading", "How to read this page", basis.reading),
        ("provenance", "Where these numbers come from", lambda: basis.provenance(summary)),
    ]
    package = files("bartizan.faces")
    return filled(
        (package / "report.html").read_text(encoding="utf-8"),
        {
            "version": summary["bartizan"],
            "title": f"{title} - air defence study",
            "style": Html((package / "report.css").read_text(encoding="utf-8")),
            "header": _header(title, scenario, summary["run"]),
            "contents": bullets(tag("a", heading, href=f"#{anchor}") for anchor, heading, _ in sections),
            "sections": join((_section(*section) for section in sections), "\n"),
            "footer": tag(
                "p", f"Made by Bartizan {summary['bartizan']} from published figures. A model, not a measurement."
            ),
        },
    )


def _of_real_raids(summary: Summary) -> list[_Listed]:
    """The section on real raids, where the scenario names any."""
    cases = summary["cases"]
    return [("reported", "What was reported", lambda: reported.section(cases))] if reported.told(cases) else []


def _of_districts(summary: Summary) -> list[_Listed]:
    """The section on districts, where the scenario names any."""
    found = summary["districts"]
    if not found.get("warning_s"):
        return []
    return [("districts", "District by district", lambda: districts.section(found, summary["cases"], summary["map"]))]


def _section(anchor: str, heading: str, body: Callable[[], Html]) -> Html:
    return tag(
        "section", tag("h2", heading, id=f"{anchor}-heading"), body(), id=anchor, aria_labelledby=f"{anchor}-heading"
    )


def _header(title: str, scenario: Summary, run: Summary) -> Html:
    facts = [str(scenario["date"])] if scenario.get("date") else []
    if scenario.get("variant"):
        facts.append(f"variant {scenario['variant']}")
    parts = [tag("h1", name(title))]
    if facts:
        parts.append(tag("p", name(", ".join(facts)), class_="when"))
    parts.append(paragraphs(scenario.get("summary") or ""))
    if run.get("finished") is False:
        parts.append(
            note("This study was stopped before it was finished. What follows rests on the part that was played.")
        )
    return join(parts, "\n")
