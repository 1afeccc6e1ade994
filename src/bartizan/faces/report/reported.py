"""The section on what was reported of real raids: each report beside what the model gives for a raid of that size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bartizan.faces import words
from bartizan.faces.markup import Html, join, name, paragraphs, table, tag
from bartizan.faces.report.cells import note, small
from bartizan.ground import units
from bartizan.studies.documents.cases import Bounds, Case, ReportedNumber
from bartizan.studies.documents.results import Reports

#: What a report may tell of a raid, in words.
NUMBERS = {
    "killed": "shot down",
    "diverted": "diverted by jamming",
    "killed_unjammed": "shot down, if what had lost its way before counts as jammed",
    "jammed": "jammed, if what was shot down after that counts too",
    "leaked": "got through",
    "stopped": "shot down or diverted",
    "struck": "came down on buildings, taken as got through",
}


def told(cases: Sequence[Case]) -> list[Case]:
    """The cases of which a real raid was reported."""
    return [case for case in cases if (found := case.get("reported")) and found.get("numbers")]


def section(cases: Sequence[Case], reports: Reports | None = None) -> Html:
    if not told(cases):
        return note("The scenario names no real raid.")
    head = ("Raid", "What", "Reported", "Model, on average", f"95{words.NBSP}% of raids", "Report within?",
            "Raids with so few or fewer", "Raids with so many or more")  # fmt: skip
    numbers = table("Reported, and as played", head, [row for case in told(cases) for row in _rows(case)], "wide")
    return join((
        tag("p", _INTRO), numbers, *(_remarks(case) for case in told(cases)), *_together(reports), tag("p", _MEANING),
    ), "\n")  # fmt: skip


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


def _together(reports: Reports | None) -> list[Html]:
    """All reports as one, where there are several."""
    return (
        [tag("h3", "All reports together"), *(tag("p", sentence) for sentence in together(reports))] if reports else []
    )


def together(reports: Reports) -> Iterator[str]:
    """What all reports say together, in sentences: totals, ranks and how likely all of it was."""
    sets = reports["sets"]
    for found in reports["looked_at"]:
        few, many = (found[side]["mean"] for side in ("at_most", "at_least"))
        side, chance = ("few", few) if few < many else ("many", many)
        yield (
            f"{NUMBERS.get(found['what'], found['what']).capitalize()} in {found['reports']} reports: "
            f"{as_told(found['reported'])} in all; as played {found['mean']:.1f}, and {found['low']} to "
            f"{found['high']} in 95{words.NBSP}% of sets of such raids in one world; so {side} in "
            f"{_of_sets(chance, sets)}. Ranks "
            f"as uneven as those of the reports come up in {_of_sets(found['as_far'], sets)}."
        )
    if score := reports["log_score"]:
        never = f" {words.plural(score['never'], 'report')} came up in no raid played." if score["never"] else ""
        yield (
            f"Log score of {words.plural(score['reports'], 'report')}: {score['reported']:.1f}; sets of the model's "
            f"own raids have {score['mean']:.1f} on average, and so low a score in "
            f"{_of_sets(score['as_low'], sets)}.{never} "
            f"{NO_CHOICE}"
        )
    if reports["left_out"]:
        yield (
            "Left out here, as another report of the same day and place is counted already: "
            f"{', '.join(reports['left_out'])}."
        )


def _of_sets(share: float, sets: int) -> str:
    return f"none of {words.plural(sets, 'set')}" if share == 0 else f"{words.percent(share)} of sets"


#: What a log score is not good for.
NO_CHOICE = (
    "A higher score of another variant is no proof of it: rules of release, readiness and jammers all explain so few "
    "raids about equally, and records do not choose among them."
)


def called(number: ReportedNumber) -> str:
    """What a reported number counts, in words."""
    what = NUMBERS.get(str(number["what"]), str(number["what"]))
    return f"{what}, of {number['of']}" if number["of"] else what


def as_told(bounds: Bounds) -> str:
    """A number as it was reported, in words."""
    return units.bounds(bounds["low"], bounds["high"])


def _rows(case: Case) -> Iterator[tuple[object, ...]]:
    for number in case["reported"]["numbers"]:
        yield (
            name(words.label(case)),
            name(called(number)),
            as_told(number["reported"]),
            words.amount(number.get("mean")),
            words.between(number.get("low"), number.get("high"), words.amount),
            "yes" if number.get("within") else "no",
            small(number.get("at_most")),
            small(number.get("at_least")),
        )


def _remarks(case: Case) -> Html:
    """How often a raid ended just as reported, the claims behind the report, and what is to be said of it."""
    reported = case["reported"]
    of_raid = [told for told in (reported.get("date"), reported.get("place")) if told]
    of = f" ({', '.join(of_raid)})" if of_raid else ""
    parts: list[object] = [tag("strong", name(words.label(case))), name(of), ": "]
    if reported.get("exactly"):
        parts.append(f"just as reported in {small(reported['exactly'])} of the raids played. ")
    if lacking := reported.get("unaccounted"):
        parts.append(
            f"no raid ends just as reported: {lacking} of {reported['sent']} sent are left without a fate, so that it "
            "plays no part in the log score. "
        )
    if reported.get("claims"):
        parts += ["Claims: ", name(", ".join(map(str, reported["claims"]))), "."]
    return join((tag("p", *parts), paragraphs(reported.get("note") or "")))
