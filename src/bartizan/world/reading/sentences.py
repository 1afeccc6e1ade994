"""The sentences of a report, each with where it stands in the text to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Words whose full stop ends no sentence.
_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Gov|Sen|Rep|St|No|approx|vs|etc|e\.g|i\.e|a\.m|p\.m)"
    r"|\b[A-Z]|\b[A-Z]\.[A-Z])\.$"
)
#: The end of a sentence with what may close after it; or an end of a line.
_ENDS = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s)|\n")
_BEGINS_LOW = re.compile(r"\s*[a-z]")
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|was|were|that|for|on|with|is|are|from|by|at|has|have)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
#: What ends no sentence is taken in pieces of so many letters: rules look back and ahead in each, and 280 kB in one
#: took more than five minutes.
_MOST = 1000


class Sentence(NamedTuple):
    """A sentence, and between which letters of the text it stands."""

    text: str
    start: int
    end: int


def sentences(text: str) -> Iterator[Sentence]:
    """In order. A line that goes on in small letters goes on with its sentence."""
    start = 0
    for found in _ENDS.finditer(text):
        if _goes_on(text, start, found):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _goes_on(text: str, start: int, found: re.Match[str]) -> bool:
    if _BEGINS_LOW.match(text, found.end()):
        return True
    return found[0] == "." and _SHORT.search(text, start, found.end()) is not None


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    while end - start > _MOST:
        space = text.rfind(" ", start + 1, start + _MOST)
        cut = space if space > 0 else start + _MOST
        yield from _piece(text, start, cut)
        start = cut
    yield from _piece(text, start, end)


def _piece(text: str, start: int, end: int) -> Iterator[Sentence]:
    part = text[start:end]
    begins = start + len(part) - len(part.lstrip())
    if body := part.strip():
        yield Sentence(body, begins, begins + len(body))


def is_english(text: str) -> bool:
    """Whether so many of its words are the small ones of English as in any English text of some length."""
    words = len(_WORD.findall(text))
    return len(_ENGLISH.findall(text)) >= 0.12 * words
