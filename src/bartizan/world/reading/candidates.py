"""Candidate claims of a report: exact spans of its text, each with kind, value, hedges and whom it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bartizan.world.reading import telling
from bartizan.world.reading.amounts import Amount
from bartizan.world.reading.clues import Found, Kind, Value, clues
from bartizan.world.reading.names import Mention, Name, Names
from bartizan.world.reading.rules import RULES
from bartizan.world.reading.sentences import Sentence, sentences

#: For so many sentences "it" and "the system" may mean a system that was named.
_REMEMBERED = 3
#: Where one clause ends and another begins, as far as that can be told without grammar.
_CLAUSE = re.compile(r"[;:]|,\s|\s(?:and|but|while|whereas)\s", re.IGNORECASE)
#: Who asks says nothing.
_ASKS = re.compile(r"\?[\"'”’»)\]]*$")


@dataclass(frozen=True)
class Candidate:
    """What a report may be saying: `quote` is what stands between two letters of its text, and nothing else."""

    kind: Kind
    quote: str
    start: int
    end: int
    sentence: Sentence
    value: Value
    amount: Amount | None
    place: Name | None  # that its own words name
    about: tuple[Name, ...]  # names in its sentence, its clause's and the nearest first; else those shortly before
    from_before: bool
    hedges: tuple[str, ...]
    cites: str

    def also_about(self, names: Iterable[Name]) -> Candidate:
        """The same, about more."""
        return replace(self, about=tuple(dict.fromkeys([*self.about, *names])))


def candidates(text: str, names: Names, *, in_context: bool = False) -> list[Candidate]:
    """Every candidate of a text, in its order; `in_context`: it speaks of air defence from its first word on."""
    found: list[Candidate] = []
    before: tuple[Name, ...] = ()
    silent_for = 0 if in_context else _REMEMBERED
    for sentence in sentences(text):
        mentions = names.mentions(sentence.text)
        seen = clues(sentence.text, mentions, silent_for < _REMEMBERED)
        rules = () if _ASKS.search(sentence.text) else RULES
        for one in _once(hit for rule in rules for hit in rule(seen)):
            found.append(_candidate(one, sentence, mentions, before))
        named = tuple(mention.name for mention in mentions)
        before = named if any(name.what == "system" for name in named) or not before else before
        silent_for = 0 if seen.about_defence else silent_for + 1
    return found


def _once(found: Iterable[Found]) -> Iterator[Found]:
    """In the order of the text; of one number, what the first rule makes of it, and of one kind and place, once."""
    taken: set[tuple[object, ...]] = set()
    kept = []
    for one in found:
        key = (one.amount.start,) if one.amount else (one.kind, one.about, one.start)
        if key not in taken:
            taken.add(key)
            kept.append(one)
    yield from sorted(kept, key=lambda one: one.start)


def _distance(found: Found, mention: Mention, text: str) -> tuple[bool, int, int]:
    """How far a name stands from what was found: areas last, then by the clauses between, then by the letters."""
    first, last = sorted([(found.start, found.end), (mention.start, mention.end)])
    return mention.name.what == "area", len(_CLAUSE.findall(text, first[1], last[0])), last[0] - first[1]


def _candidate(found: Found, sentence: Sentence, mentions: list[Mention], before: tuple[Name, ...]) -> Candidate:
    start, end = sentence.start + found.start, sentence.start + found.end
    near = sorted(mentions, key=lambda mention: _distance(found, mention, sentence.text))
    about = dict.fromkeys([*([found.about] if found.about else []), *(mention.name for mention in near)])
    return Candidate(
        kind=found.kind, quote=sentence.text[found.start : found.end], start=start, end=end, sentence=sentence,
        value=found.value, amount=found.amount, place=found.about, about=tuple(about) or before,
        from_before=not about and bool(before), hedges=telling.hedges(sentence.text),
        cites=telling.cited(sentence.text),
    )  # fmt: skip
