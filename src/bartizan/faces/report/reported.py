"""The section on what was reported of real raids: each report beside what the model gives for a raid of that size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bartizan.faces import words
from bartizan.faces.markup import Html, join, name, paragraphs, table, tag
from bartizan.faces.report.cells import note, small
from bartizan.studies.documents.results import Case

#: What a report may tell of a raid, in words.
NUMBERS = {
    "killed": "shot down",
    "diverted": "diverted by jamming",
    "leaked": "got through",
    "struck": "came down on buildings, taken as got through",
}


def told(cases: Sequence[Case]) -> list[Case]:
    """The cases of which a real raid was reported."""
    return [case for case in cases if (found := case.get("reported")) and found.get("numbers")]


def section(cases: Sequence[Case]) -> Html:
    if not told(cases):
        return note("The scenario names no real raid.")
    head = ("Raid", "What", "Reported", "Model, on average", f"95{words.NBSP}% of raids", "Report within?",
            "Raids with so few or fewer", "Raids with so many or more")  # fmt: skip
    numbers = table("Reported, and as played", head, [row for case in told(cases) for row in _rows(case)])
    return join((tag("p", _INTRO), numbers, *(_remarks(case) for case in told(cases)), tag("p", _MEANING)), "\n")


_INTRO = (
    "Of some raids of this scenario an outcome was reported. It plays no part in the answer; it stands here beside it. "
    "A real raid is a single raid in the one world that is true, so it is held against single raids of all assumed "
    "worlds and not against their average."
)
_MEANING = (
    "How to read it: where a report lies outside, raids as the scenario assumes them end so in fewer than about one of "
    "twenty cases, so something that it assumes, or the report, is probably wrong; the table does not say which. "
    "Where a report lies within, the two do not contradict each other. That proves nothing: a handful of small "
    "raids cannot tell a good model from many bad ones. Reports mostly come from the side that defends."
)


def _rows(case: Case) -> Iterator[tuple[object, ...]]:
    for number in case["reported"]["numbers"]:
        yield (
            name(words.label(case)),
            NUMBERS.get(str(number.get("what")), str(number.get("what"))),
            words.amount(number.get("reported")),
            words.amount(number.get("mean")),
            words.between(number.get("low"), number.get("high"), words.amount),
            "yes" if number.get("within") else "no",
            small(number.get("at_most")),
            small(number.get("at_least")),
        )


def _remarks(case: Case) -> Html:
    """How often a raid ended just as reported, the claims behind the report, and what is to be said of it."""
    reported = case["reported"]
    parts: list[object] = [tag("strong", name(words.label(case))), ": "]
    if reported.get("exactly"):
        parts.append(f"just as reported in {small(reported['exactly'])} of the raids played. ")
    if reported.get("claims"):
        parts += ["Claims: ", name(", ".join(map(str, reported["claims"]))), "."]
    return join((tag("p", *parts), paragraphs(reported.get("note") or "")))
