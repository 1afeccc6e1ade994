"""Candidates that a person has accepted, as claims in YAML to be looked through: own words, comments, no grade."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from bartizan.world.reading.beside import Beside
from bartizan.world.reading.candidates import Candidate
from bartizan.world.reading.clues import MEANINGS, Kind
from bartizan.world.scenario import Scenario
from bartizan.world.starters import key_of

#: Of the report's words, so many letters stand in a comment: enough to find them, too few to copy it.
_QUOTED = 60
_HEAD = """\
# Claims that were accepted of {report}, for {scenario}. Nothing has been written into the scenario.
# Look through each: say it in your own words, name the publisher, and grade it (A-F for the source, 1-6 for the
# statement) before a number rests on it. Then put it under `claims:` of the scenario, and the source under `sources:`.
"""
_WORDS: dict[Kind, str] = {
    "position": "{system} stands {value} {place}.",
    "count": "{system}: there are {value}, or so many places with it{near}.",
    "storeys": "The building{near} has {value} floors.",
    "height": "What stands{near} is {value} high.",
    "building": "The building{near} is {value}.",
    "distance": "It is {value} {from}.",
    "range": "{system} reaches {value}.",
    "altitude": "What flies does so at {value}{near}.",
    "speed": "What flies does so at {value}.",
    "purpose": "{system} is meant against {value}.",
    "date": "{system} came, went or was seen: {value}.",
    "personnel": "{value} people guard{near}.",
    "works": "Ground was made ready{near}.",
    "confirmation": "Confirmation by those who should know: {value}.",
    "likelihood": "An attack is {value}.",
    "outcome": "Of what flew: {value}{became}{near}.",
}
#: Letters by which a word before a number is farther from it than one after it.
_BEFORE = 30
#: What was not shot down was not stopped; what was, no rule tells.
_NOT = re.compile(r"\b(?:not|never)\b|n['’]t\b", re.IGNORECASE)
_RELATIONS = {"in": "at", "near": "near", "on the roof": "on a roof at"}


#: What became of things that flew, by the words for it: a number of one is none of another.
_BECAME = {
    "jammed": "jammed|suppressed|lost",
    "stopped": r"shot down|shoot\w* down|intercept\w*|destroy\w*|(?:brought|bring\w*) down|down(?:ed|ing)|"
    r"neutrali[sz]\w*|repelled|stopped",
    "through": r"struck|hit(?:ting)?|damag\w*|got through|got past|reached|arrived|demolished|striking",
    "sent": r"launched|fired|sent|attacked|used|flew|flown",
}


def _became(candidate: Candidate) -> tuple[str, ...]:
    """Of an outcome what became of so many: by the nearest word for it after the number, else before; without one by
    the first of its own words. A share is one of what was sent."""
    if candidate.kind != "outcome":
        return ()
    sentence = candidate.sentence.text
    amount = candidate.amount
    at = (candidate.end if amount else candidate.start) - candidate.sentence.start
    near = sorted(
        (abs(word.start() - at) + _BEFORE * (word.start() < at), name)
        for name, words in _BECAME.items()
        if amount is None or amount.unit != "%" or name != "sent"
        for word in re.finditer(rf"\b(?:{words})\b", sentence, re.IGNORECASE)
    )
    return tuple(name for _, name in near[:1]) if not _NOT.search(sentence) else ()


def in_words(candidate: Candidate) -> str:
    """What a candidate says, in words that are not the report's."""
    known = () if candidate.kind == "count" and candidate.from_before else candidate.about
    system = next((name.called for name in known if name.what == "system"), "A system")
    nearest = None if candidate.kind == "position" else next((n for n in candidate.about if n.what == "place"), None)
    place = candidate.place or nearest
    value = candidate.value
    if candidate.amount and candidate.amount.bound:
        value = f"{candidate.amount.bound} {value}"
    if candidate.kind == "position":
        value = _RELATIONS[str(value)]
    return _WORDS[candidate.kind].format_map({
        "system": system, "value": "as reported" if value is None else value,
        "place": place.called if place else "a place that the report describes",
        "near": f" at {place.called}" if place else "",
        "became": "".join(f" {word}" for word in _became(candidate) if value is not None),
        "from": f"from or to {place.called}" if place else "from a place that the report names",
    })  # fmt: skip


def document(chosen: Sequence[tuple[int, Beside]], report: str, text: str, scenario: Scenario) -> str:
    """The claims as YAML; `chosen` have the numbers by which they were accepted."""
    source = key_of(report.rpartition(".")[0] or report)
    ids = _free(len(chosen), {claim.id for claim in scenario.file.claims})
    lines = [_HEAD.format(report=report, scenario=scenario.name), "sources:", f"  {_text(source)}:"]
    lines += [f"    title: {_text(report)} # its own title", '    publisher: ""', '    date: ""', "claims:"]
    for name, (number, one) in zip(ids, chosen, strict=True):
        lines += [*_comments(number, one, text), *_claim(name, one, source)]
    return "\n".join(lines) + "\n"


def _free(count: int, taken: Collection[str]) -> Iterator[str]:
    names = (f"r{k:02d}" for k in range(1, count + len(taken) + 1))
    return (name for _, name in zip(range(count), (n for n in names if n not in taken), strict=False))


def _comments(number: int, one: Beside, text: str) -> Iterator[str]:
    candidate = one.candidate
    line = text.count("\n", 0, candidate.start) + 1
    quote = " ".join(candidate.quote.split())
    shown = quote if len(quote) <= _QUOTED else f"{quote[:_QUOTED]} ..."
    where = f"line {line}, letters {candidate.start} to {candidate.end}"
    yield f"  # {number}: {MEANINGS[candidate.kind]}; {where}: {_text(shown)}"
    for says, claims in (("repeats", one.repeats), ("contradicts", one.against)):
        if claims:
            yield f"  # {says} {', '.join(claim.id for claim in claims)}"


def _claim(name: str, one: Beside, source: str) -> Iterator[str]:
    candidate = one.candidate
    beside = [*one.against, *one.repeats]
    subject = candidate.place or next(iter(candidate.about), None)
    topic = (
        beside[0].topic
        if beside
        else key_of("-".join([candidate.kind, *_became(candidate), *([subject.called] if subject else [])]).lower())
    )
    cites = f"cites {candidate.cites}" if candidate.cites else ""
    yield f"  - id: {name}"
    yield f"    says: {_text(in_words(candidate))}"
    yield f"    topic: {_text(topic)}"
    if candidate.value is not None:
        yield f"    value: {_text(candidate.amount.claimed if candidate.amount else candidate.value)}"
    yield f'    publisher: "" # who published it{"; it " + _comment(cites) if cites else ""}'
    yield f"    hedge: {_text(', '.join(candidate.hedges))}"
    yield "    grade: # yours to give"
    yield f"    source: {_text(source)}"


def _text(value: Any) -> str:
    """A value as YAML that says nothing but the value."""
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
