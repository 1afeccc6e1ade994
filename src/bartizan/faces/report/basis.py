"""The sections on what the answer rests on: sources and grades, what is left out, how to read it, provenance."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bartizan.faces import words
from bartizan.faces.markup import Html, bullets, definitions, details, join, link, name, table, tag, text
from bartizan.faces.report import opening
from bartizan.faces.report.cells import Summary, note
from bartizan.studies import wording
from bartizan.studies.documents.basis import Claim, Finding, Published, StatedNumber
from bartizan.studies.documents.cases import Case

if TYPE_CHECKING:
    from bartizan.studies.value.worth import Worth


def evidence(summary: Summary) -> Html:
    claims = summary["claims"]
    anchors = {str(claim.get("id")): f"claim-{i}" for i, claim in enumerate(claims, start=1)}
    return join((
        tag("h3", "What holding the sources against one another showed"), _findings(summary["findings"], anchors),
        tag("h3", "Numbers"), _numbers(summary["numbers"], anchors),
        tag("h3", "Statements by sources"), _claims(claims, anchors, summary["cases"]),
        tag("h3", "Grades"), _grades(),
    ), "\n")  # fmt: skip


def _findings(findings: Sequence[Finding], anchors: Mapping[str, str]) -> Html:
    if not findings:
        return tag("p", "These results list no conflicts and no other remarks on the sources.")
    return bullets(
        join(
            (
                tag("strong", str(f.get("kind") or "finding").capitalize()),
                ": ",
                name(f.get("text") or ""),
                " ",
                _cited(f, anchors),
            )
        )
        for f in findings
    )


def _cited(item: Finding | StatedNumber, anchors: Mapping[str, str]) -> Html:
    """The claims of an item, each a link to where it stands."""
    found = [str(claim) for claim in item.get("claims") or []]
    links = [tag("a", name(c), href=f"#{anchors[c]}") if c in anchors else name(c) for c in found]
    return join(("[", join(links, ", "), "]")) if links else Html("")


def _numbers(numbers: Sequence[StatedNumber], anchors: Mapping[str, str]) -> Html:
    if not numbers:
        return note("These results do not list the numbers that went in.")
    rows = [
        (
            join((name(n.get("what") or n.get("key") or ""), " ", _cited(n, anchors))),
            name(n.get("value") if n.get("value") is not None else words.NONE),
            _grade(n.get("grade")),
            _cited_sources(n),
            name(n.get("note") or ""),
            tag("code", n.get("key") or ""),
        )
        for n in numbers
    ]
    head = ("What", "Value and spread", "Grade", "Sources", "Note", "Name in the scenario")
    inner = table("Every number used", head, rows, class_="wide")
    return details(f"All {words.plural(len(numbers), 'number')} with sources and grades", inner)


def _cited_sources(item: StatedNumber) -> Html:
    found = [_source(source) for source in item.get("sources") or []]
    return bullets(found) if len(found) > 1 else join(found) or text(words.NONE)


def _source(source: Published) -> Html:
    title = source.get("title") or source.get("url") or "untitled"
    rest = [str(source[key]) for key in ("publisher", "date") if source.get(key)]
    return join((link(source.get("url") or "", name(title)), *(join((", ", name(part))) for part in rest)))


def _grade(grade: object) -> Html:
    if not grade:
        return text(words.NONE)
    meaning = words.grade_meaning(str(grade))
    return tag("abbr", grade, title=meaning) if meaning else text(grade)


def _claims(claims: Sequence[Claim], anchors: Mapping[str, str], cases: Sequence[Case]) -> Html:
    if not claims:
        return note("The scenario cites no statements by sources.")
    worth = opening.of_claims(cases)
    matters = [(_matters(worth.get(str(claim.get("id")))),) if worth else () for claim in claims]
    rows = [
        (
            tag("span", name(claim.get("id")), id=anchors[str(claim.get("id"))]),
            name(claim.get("says") or ""),
            name(_claimed(claim.get("value"))),
            name(", ".join(str(claim[key]) for key in ("publisher", "date") if claim.get(key)) or words.NONE),
            name(claim.get("hedge") or words.NONE),
            _grade(claim.get("grade")),
            name(claim.get("topic") or words.NONE),
            *share,
        )
        for claim, share in zip(claims, matters, strict=True)
    ]
    head = ["Statement", "What it says", "Value", "Who and when", "How they limited it", "Grade", "Topic"]
    head += ["Worth most to"] if worth else []
    return details(
        f"All {words.plural(len(claims), 'statement')}",
        table("What the sources say, in our words", head, rows, class_="wide"),
    )


def _matters(found: tuple[Worth, Case] | None) -> Html:
    """The largest share of a question on which a statement bears, and of which raid's spread."""
    if found is None:
        return text("no raid: nothing open that can matter hangs on it")
    worth, case = found
    share = f"{words.percent(max(0.0, worth.share.share))} of the spread in "
    return join((share, name(words.short_label(case)), "" if worth.told else "; may be chance"))


def _claimed(value: object) -> object:
    if value is None or value == "":
        return words.NONE
    return ("no", "yes")[value] if isinstance(value, bool) else value


def _grades() -> Html:
    intro = (
        "Grades follow the NATO Admiralty code: a letter for how reliable the source is, a number for how likely the "
        "information itself is. A value that rests on nothing but common knowledge has the lowest grade."
    )
    letters = table("Source", ("Grade", "Meaning"), wording.SOURCE_GRADES.items())
    digits = table("Information", ("Grade", "Meaning"), wording.INFORMATION_GRADES.items())
    return join((tag("p", intro), details("What the grades mean", letters, digits)))


def limits() -> Html:
    intro = (
        "The result is about a simplified defence. These things are left out, and each of them can change the answer:"
    )
    return join((tag("p", intro), definitions(words.NOT_MODELLED)))


def reading() -> Html:
    return definitions(words.READING)


def provenance(summary: Summary) -> Html:
    scenario, run = summary["scenario"], summary["run"]
    seconds = f"{words.amount(run.get('seconds'))} s on {words.plural(run.get('threads'), 'thread')}"
    rows = [
        ("Scenario", name(scenario.get("name") or words.NONE)),
        ("Digest of the scenario", tag("code", scenario.get("digest") or words.NONE)),
        ("Seed", str(run.get("seed", words.NONE))),
        ("Worlds", words.amount(run.get("worlds"))),
        *([("Stopped", told)] if (told := words.stopped(run)) else []),
        ("Raids per world", words.amount(run.get("raids"))),
        ("Started", str(run.get("started") or words.NONE)),
        ("Took", seconds),
        ("Versions", _versions(summary)),
    ]
    again = (
        "The same scenario, seed and version give the same numbers on any machine. To repeat this study (a scenario "
        "of your own is named by its file):"
    )
    return join(
        (table("This study", ("What", "Value"), rows), tag("p", again), tag("pre", tag("code", _command(summary))))
    )


def _versions(summary: Summary) -> str:
    run = summary["run"]
    named = (("Bartizan", summary["bartizan"]), ("Python", run.get("python")), ("NumPy", run.get("numpy")),
             ("Numba", run.get("numba")))  # fmt: skip
    return ", ".join(f"{title} {version}" for title, version in named if version)


def _command(summary: Summary) -> str:
    """What to type to get the same numbers; a scenario of one's own is named by its file instead."""
    scenario, run = summary["scenario"], summary["run"]
    called = str(scenario.get("name") or "SCENARIO")
    variant = scenario.get("variant")
    if variant and not called.endswith(f":{variant}"):
        called += f":{variant}"
    stopped = run.get("stopped")
    worlds, until = (stopped["most"], stopped["until"]) if stopped else (run.get("worlds"), None)
    said = {"worlds": worlds, "raids": run.get("raids"), "until": until, "seed": run.get("seed")}
    options = [f"--{key} {shlex.quote(str(value))}" for key, value in said.items() if value is not None]
    return " ".join(["bartizan run", shlex.quote(called), *options])
