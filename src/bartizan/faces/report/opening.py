"""What the report opens with: what gets through, how sure that is, and which fact would change it most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bartizan.faces import words
from bartizan.faces.markup import Html, details, join, name, table, tag
from bartizan.faces.report import neutrals, tornado
from bartizan.faces.report.cells import UNKNOWN, by_raid, figure, note
from bartizan.studies.documents.cases import Case

if TYPE_CHECKING:
    from bartizan.studies.value.answers import Conditional
    from bartizan.studies.value.worth import Verdict, Worth

#: Kinds of raid that the report opens with; a table further down has every case.
HEADLINES = 3
#: Questions of a case that are named together where they cannot be told apart.
_NAMED = 3


def verdict(case: Case) -> Verdict | None:
    """What each question is worth to a case, where the summary says it."""
    if not (found := case.get("worth")):
        return None
    from bartizan.studies.value.worth import verdict_of

    return verdict_of(found)


def headlines(cases: Sequence[Case]) -> list[Case]:
    """The kind of raid that the scenario puts first, then those of which most get through; each at its largest size."""
    first, *others = [group[-1] for group in by_raid(cases)]
    return [first, *sorted(others, key=_leaking, reverse=True)[: HEADLINES - 1]]


def _leaking(case: Case) -> float:
    return words.number((case.get("leak") or UNKNOWN).get("mean")) or 0.0


def section(cases: Sequence[Case]) -> Html:
    if not cases:
        return note("These results hold no raids, so there is nothing to tell.")
    first = headlines(cases)
    told = tag("ul", *(tag("li", *_three(case)) for case in first), class_="answers")
    more = len(by_raid(cases)) > len(first)
    chosen = "The raid that the scenario puts first, then those of which most get through. " if more else ""
    rest = tag("p", chosen, "What every question is worth to every raid stands under ",
               tag("a", "Which fact matters to which raid", href="#worth"), ".", class_="small")  # fmt: skip
    return join((told, *_picture(first), *([rest] if any(map(verdict, cases)) else [])), "\n")


# ------------------------------------------------------------------------------------------ three sentences


def _three(case: Case) -> list[Html]:
    """What gets through, how sure that is, what would change it most, and whether what is no threat would be hit."""
    heading = tag("p", name(words.label(case)), class_="raid")
    parts = [_what(case), _how_sure(case), _which_fact(case), *_neutrals(case)]
    return [heading, *(tag("p", part) for part in parts)]


def _neutrals(case: Case) -> list[Html]:
    """Whether a neutral or a friendly aircraft would be hit, where any fly."""
    flown = [side for side in (neutrals.NEUTRALS, neutrals.FRIENDLY) if neutrals.told([case], side)]
    return [join((f"{side.question} ", neutrals.sentence(case, side))) for side in flown]


def _what(case: Case) -> Html:
    mean = words.number((case.get("leak") or UNKNOWN).get("mean"))
    if mean is None:
        return Html("It is not known how many get through.")
    of_all, sent = (case.get("leakers") or UNKNOWN).get("mean"), words.plural(case.get("size"), "threat")
    share = tag("strong", words.percent(mean))
    return join(("Of ", sent, " sent, ", words.spoken(of_all), " get through on average: ", share, "."))


def _how_sure(case: Case) -> str:
    leak = case.get("leak") or UNKNOWN
    interval = words.between(leak.get("low"), leak.get("high"))
    worlds = words.between(leak.get("world_low"), leak.get("world_high"))
    if worlds == words.NONE or case.get("worlds") == 1:
        return "How sure that is cannot be told."
    played = f" (the average itself is computed to {interval})" if interval != words.NONE else ""
    return f"For the middle 80{words.NBSP}% of what may be true it is {worlds}{played}."


def _which_fact(case: Case) -> Html | str:
    found = verdict(case)
    if found is None:
        return _untold(case)
    if not found.told:
        return (
            "Which fact would change it most cannot be told: "
            f"with {words.plural(found.worlds, 'world')} one of {words.plural(found.live, 'open question')} "
            f"must explain at least {words.percent(found.least)} of the spread between worlds to stand out."
        )
    first = found.first or found.told[:1]
    named = join((tag("strong", name(worth.text)) for worth in first[:_NAMED]), " or ")
    more = f" or {len(first) - _NAMED} more" if len(first) > _NAMED else ""
    apart = " (these cannot be told apart)" if len(first) > 1 else ""
    leader = first[0]
    alone = words.percent(max(0.0, leader.share.share))
    said = join(("What would change it most is to know ", named, more, apart, "; ",
                 "the first " if apart else "it ", f"alone explains {alone} of the spread between worlds"))  # fmt: skip
    if not leader.answers:
        return join((said, "."))
    return join((said, ": ", join(map(_if, leader.answers), "; "), "."))


def _if(answer: Conditional) -> Html:
    return join((words.percent(answer.mean), " get through if ", name(answer.answer)))


def _untold(case: Case) -> str:
    from bartizan.studies.value.asking import LEAST_WORLDS

    worlds = words.number(case.get("worlds"))
    if words.number(case.get("raids")) == 1:
        return "One raid in each world does not tell which fact would change it most; play 2 or more (--raids)."
    if worlds is not None and worlds >= LEAST_WORLDS:
        return "These results do not say which fact would change it most; play the study to its end with this version."
    return (
        f"So few worlds tell nothing of which fact would change it most; play {LEAST_WORLDS} or more, better 256 "
        "(--worlds)."
    )


# ------------------------------------------------------------------------------------------ picture


def _picture(cases: Sequence[Case]) -> list[Html]:
    found = [(case, told) for case in cases if (told := verdict(case)) is not None and tornado.drawn(told)]
    if not found:
        return []
    spoken = (f"{words.label(case)}: {'; '.join(map(_spoken, tornado.drawn(told)))}" for case, told in found)
    caption = (
        "How far what gets through would move, from the average (the upright line), once a question is answered: a bar "
        "for the answer with which least and one for that with which most get through. The thin line with ends is the "
        f"middle 80{words.NBSP}% of the worlds in which that is the answer. Only what is told from chance is drawn."
    )
    drawn = tornado.tornado([(words.short_label(case), told) for case, told in found])
    return [figure(drawn, f"Bars, what gets through by answer. {'. '.join(spoken)}.", caption)]


def _spoken(worth: Worth) -> str:
    return f"{worth.text}, " + ", ".join(f"{words.percent(a.mean)} if {a.answer}" for a in tornado.ends(worth))


# ------------------------------------------------------------------------------------------ every case


def every_case(cases: Sequence[Case]) -> Html:
    """What each question is worth to each case, case by case."""
    found = [(case, told) for case in cases if (told := verdict(case)) is not None]
    intro = (
        "A question's share is what its answer alone explains of the spread between worlds, in which no chance is. "
        "What may be chance is said so: as much comes about by luck, among so many questions, where none matters."
    )
    return join((tag("p", intro), *(_of_case(*one) for one in found)), "\n")


def _of_case(case: Case, told: Verdict) -> Html:
    head = ("Question", "Share", f"95{words.NBSP}% interval", "Verdict", "What gets through, by answer", "Statements")
    rows = [
        (
            name(worth.text),
            words.percent(max(0.0, worth.share.share)),
            words.between(worth.share.low, worth.share.high),
            worth.standing,
            join(map(_if, worth.answers), "; ") if worth.answers else words.NONE,
            name(", ".join(worth.claims) or words.NONE),
        )
        for worth in told.worths
    ]
    inert = told.asked - told.live
    below = tag("p", f"{inert} of {words.plural(told.asked, 'question')} cannot matter to this raid at all; with "
                f"{words.plural(told.worlds, 'world')} one needs a share of some {words.percent(told.least)} to stand "
                "out.", class_="small")  # fmt: skip
    label = words.label(case)
    inner = table(f"What each question is worth: {label}", head, rows, class_="wide")
    return details(name(f"{label}: {words.plural(len(told.told), 'question')} told from chance"), inner, below)


# ------------------------------------------------------------------------------------------ statements


def of_claims(cases: Sequence[Case]) -> dict[str, tuple[Worth, Case]]:
    """For each claim the question on which it bears that is worth most, and to which case: what is told comes first."""
    best: dict[str, tuple[Worth, Case]] = {}
    for case in cases:
        told = verdict(case)
        for worth in told.worths if told else ():
            for claim in worth.claims:
                if claim not in best or _rank(worth) > _rank(best[claim][0]):
                    best[claim] = worth, case
    return best


def _rank(worth: Worth) -> tuple[bool, float]:
    return worth.told, worth.share.share
