"""What `bartizan read` prints: candidate claims of a report, each where it stands and beside the scenario's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bartizan.world.reading.accepted import in_words
from bartizan.world.reading.beside import Beside
from bartizan.world.reading.candidates import Candidate
from bartizan.world.schema import Claim

#: Letters of its sentence that are shown on either side of a candidate.
_AROUND = 60
CAUTION = """\
By rules, for English: it misses what is told by "it" and in other words, and not all that it shows is a claim.
Read the report itself; grade nothing that you have not read."""


def lines(found: Sequence[Beside], text: str) -> list[str]:
    """Everything, in the order of the text."""
    told = [line for number, one in enumerate(found, start=1) for line in _entry(number, one, text)]
    return [*told, summary(found), CAUTION]


def summary(found: Sequence[Beside]) -> str:
    """How many there are of each standing, in a sentence."""
    counts = {word: sum(one.standing == word for one in found) for word in ("new", "repeats", "contradicts")}
    return (
        f"{len(found)} candidates: {counts['new']} new, {counts['repeats']} said already, "
        f"{counts['contradicts']} against a claim."
    )


def _entry(number: int, one: Beside, text: str) -> list[str]:
    candidate = one.candidate
    value = "" if candidate.value is None or candidate.kind == "position" else f" {_amount(candidate)}"
    told = [f"{number:3d}  {candidate.kind}{value}: {_beside(one)}", f"     {_in_context(candidate, text)}"]
    notes = [
        f"about {', '.join(name.called for name in candidate.about)}" if candidate.about else "",
        "named before" if candidate.from_before else "",
        f"hedge: {', '.join(candidate.hedges)}" if candidate.hedges else "",
        f"cites {candidate.cites}" if candidate.cites else "",
    ]
    return [*told, f"     {'; '.join(note for note in notes if note)}".rstrip(), ""]


def _amount(candidate: Candidate) -> str:
    bound = candidate.amount.bound if candidate.amount else ""
    return f"{bound} {candidate.value}".strip()


def _beside(one: Beside) -> str:
    parts = [("contradicts", one.against), ("repeats", one.repeats)]
    said = [f"{word} {', '.join(_claim(claim, one.candidate) for claim in claims)}" for word, claims in parts if claims]
    return "; ".join(said) or "new"


def _claim(claim: Claim, candidate: Candidate) -> str:
    """With its value, where that is of the candidate's kind."""
    return claim.id if claim.value is None or candidate.kind == "position" else f"{claim.id} ({claim.value})"


def _in_context(candidate: Candidate, text: str) -> str:
    """The candidate between marks, with what stands around it in its sentence."""
    sentence, line = candidate.sentence, text.count("\n", 0, candidate.start) + 1
    before = text[max(sentence.start, candidate.start - _AROUND) : candidate.start]
    after = text[candidate.end : min(sentence.end, candidate.end + _AROUND)]
    return f"line {line}: " + " ".join(f"{before}»{candidate.quote}«{after}".split())


def document(found: Sequence[Beside]) -> list[dict[str, Any]]:
    """The same as plain data: `quote` is the text from letter `start` to letter `end`."""
    return [_plain(number, one) for number, one in enumerate(found, start=1)]


def _plain(number: int, one: Beside) -> dict[str, Any]:
    candidate = one.candidate
    return {
        "number": number, "kind": candidate.kind, "quote": candidate.quote, "start": candidate.start,
        "end": candidate.end, "value": candidate.value,
        "bound": candidate.amount.bound if candidate.amount else "",
        "about": [{"name": name.called, "kind": name.what} for name in candidate.about],
        "named_before": candidate.from_before, "hedges": list(candidate.hedges), "cites": candidate.cites,
        "says": in_words(candidate), "standing": one.standing,
        "repeats": [claim.id for claim in one.repeats], "contradicts": [claim.id for claim in one.against],
    }  # fmt: skip
