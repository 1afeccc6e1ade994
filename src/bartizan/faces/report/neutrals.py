"""The sections on neutrals and on friendly aircraft: how likely one is fired at and shot down, in a raid and a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from bartizan.faces import words
from bartizan.faces.markup import Html, join, name, table, tag
from bartizan.faces.report.cells import ESTIMATE_HEAD, estimate_cells, small
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.estimates import Brief


class Side(NamedTuple):
    """Whose traffic a section is about: where a case has it, and in what words it is told."""

    key: Literal["neutrals", "friendly"]
    question: str
    title: str
    one: str
    many: str
    intro: str
    decides: str


NEUTRALS = Side(
    "neutrals", "Would a neutral be hit?", "neutrals", "neutral", "neutrals",
    "Not all that flies is a threat. Airliners, helicopters and light aircraft that nobody sent may be taken for one, "
    "fired at, and shot down. They never count as threats, neither among those sent nor among those that get through.",
    "how many are in the air and how soon the airspace closes",
)  # fmt: skip
FRIENDLY = Side(
    "friendly", "Would a friendly aircraft be hit?", "friendly aircraft (fratricide)", "friendly aircraft",
    "friendly aircraft",
    "Aircraft of the defender's own side that fly during a raid may be taken for threats as well, where nobody reads "
    "their IFF, fired at, and shot down: that is fratricide. They count neither as threats nor as neutrals.",
    "how many are in the air and how surely their IFF answers and is read",
)  # fmt: skip


def told(cases: Sequence[Case], side: Side) -> list[Case]:
    """The cases in which any of this side fly."""
    return [case for case in cases if case.get(side.key)]


def section(cases: Sequence[Case], side: Side) -> Html:
    flown = told(cases, side)
    answers = (tag("li", tag("p", name(words.label(case)), class_="raid"), *_said(case, side)) for case in flown)
    chances = table(
        f"Chance that at least one {side.one} is fired at, and shot down, in a raid",
        ("Raid", "What", "Chance", *ESTIMATE_HEAD, "Raids in a year"),
        [row for case in flown for row in _chances(case, side)],
    )
    kinds = table(
        f"{side.many.capitalize()} in a raid, with the 95{words.NBSP}% interval of the average",
        ("Raid", "Type", "There", "Fired at", "Shot down"),
        [row for case in flown for row in _kinds(case, side)],
    )
    meaning = tag("p", f"What decides it: {side.decides}, {_MEANING}")
    return join((tag("p", side.intro), tag("ul", *answers, class_="answers"), chances, kinds, meaning), "\n")


_MEANING = (
    "how each unit tells who is who and how often it is wrong, and whether its weapons are free (it fires at all that "
    "it does not call neutral) or tight (only at what it calls hostile). Chances of mistakes are hardly published; "
    "here they are assumed, widely."
)


def sentence(case: Case, side: Side) -> str:
    """Whether one would be hit, in a sentence or two."""
    found = case[side.key]
    flown = words.spoken(found["flown"].get("mean"))
    there = f"{flown} {f'{side.one} is' if flown == '1' else f'{side.many} are'} in the air on average"
    if found["engaged"].get("mean") == 0:
        most = words.percent(found["engaged"].get("high"))
        return f"{there}; none was fired at in any raid played. It could be up to {most} of raids."
    fired, shot = (_natural(chance) for chance in (found["engaged"], found["downed"]))
    return f"{there}; at least one is fired at in {fired}, and shot down in {shot}."


def _natural(chance: Brief) -> str:
    """A chance of raids in words, with its interval."""
    return f"{words.of_hundred(chance.get('mean'))} ({words.between(chance.get('low'), chance.get('high'))})"


def _said(case: Case, side: Side) -> Iterator[Html]:
    said = sentence(case, side)
    yield tag("p", said[:1].upper() + said[1:])
    if (year := case[side.key]["year"]) is not None:
        fired, shot = (words.amount(year[what].get("mean")) for what in ("engaged", "downed"))
        span = words.between(year["downed"].get("low"), year["downed"].get("high"), words.amount)
        yield tag(
            "p",
            f"At {words.plural(year['raids'], 'such raid')} in a year that is {fired} raids a year in which one is "
            f"fired at, and {shot} (95{words.NBSP}% interval {span}) in which one is shot down.",
        )


def _chances(case: Case, side: Side) -> Iterator[tuple[object, ...]]:
    found, year = case[side.key], case[side.key]["year"]
    for told_, chance, yearly in (
        ("fired at", found["engaged"], year and year["engaged"]),
        ("shot down", found["downed"], year and year["downed"]),
    ):
        yield name(words.label(case)), told_, *estimate_cells(chance), small(yearly, words.amount)


def _kinds(case: Case, side: Side) -> Iterator[tuple[object, ...]]:
    for kind in case[side.key]["types"]:
        counts = (small(number, words.amount) for number in (kind["flown"], kind["engaged"], kind["downed"]))
        yield name(words.label(case)), name(f"{kind['title']}, {_FLIES.get(kind['flies'], '')}"), *counts


#: How they fly, in words.
_FLIES = {"past": "passing", "in": "landing", "out": "leaving"}
