"""The rules for numbers: how many systems, people and floors; how far, how high and how fast."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bartizan.world.reading.amounts import Amount
from bartizan.world.reading.clues import PUT, SYSTEM, Clues, Found, Kind, found, valued

_COUNTED = re.compile(
    rf"\s+(?:(?!(?:and|of|or|in|that|which|who|mm)\b)[\w'’-]+\s+){{0,3}}?"
    rf"(?:{SYSTEM}|guns?|locations?|places|sites|positions|vehicles?)\b",
    re.IGNORECASE,
)
#: Where a clause ends after a number: two are gone.
_BARE = re.compile(r"\s*(?:$|[.;,]|(?:are|were|have|had|is|was|of them|remain)\b)")
_PERSONS = re.compile(r"\s+(?:[\w-]+\s+)?(?:soldiers?|servicemen|troops|guards|conscripts)\b", re.IGNORECASE)
_HARMED = found(r"kill\w*|injur\w*|wound\w*|died|dead")
_MOST = 1000


def counts(clues: Clues) -> Iterator[Found]:
    """How many systems there are, or places with them; and another number of the same that ends a clause."""
    if not clues.about_defence:
        return
    numbers = [a for a in clues.amounts if not a.unit and a.number.is_integer() and a.number <= _MOST]
    direct = [a for a in numbers if _is_count(clues, a)]
    bare = [a for a in numbers if a not in direct and direct and _is_bare(clues.text, a)]
    for amount in sorted([*direct, *bare], key=lambda a: a.start):
        noun = _COUNTED.match(clues.text, amount.end)
        yield valued("count", amount)._replace(end=noun.end() if noun else amount.end)


def _is_count(clues: Clues, amount: Amount) -> bool:
    if _COUNTED.match(clues.text, amount.end):
        return True
    named = [m for m in clues.mentions if m.name.what == "system" and 0 < m.start - amount.end <= 12]
    return any(re.fullmatch(r"\s+(?:[\w-]+\s+)?", clues.text[amount.end : m.start]) for m in named)


def _is_bare(text: str, amount: Amount) -> bool:
    """A number in words with nothing after it."""
    return bool(_BARE.match(text, amount.end)) and amount.number > 1 and not text[amount.start].isdigit()


def persons(clues: Clues) -> Iterator[Found]:
    """How many people guard a place."""
    for amount in clues.amounts:
        if _PERSONS.match(clues.text, amount.end) and PUT.search(clues.text) and not _HARMED.search(clues.text):
            yield valued("personnel", amount)


_STOREYS = re.compile(r"[\s-]*(?:stor(?:e?y|ies|eyed|ied)s?|floors?)\b|-levels?\b", re.IGNORECASE)


def storeys(clues: Clues) -> Iterator[Found]:
    """How many floors a building has."""
    for amount in clues.amounts:
        if not amount.unit and (word := _STOREYS.match(clues.text, amount.end)):
            yield Found("storeys", amount.start, word.end(), amount.value, amount)


_FROM = re.compile(
    r"\s*(?:away|off(?:shore)?|inland|from|of|(?:to the )?(?:north|south|east|west)[\w-]*|outside|out|beyond)\b",
    re.IGNORECASE,
)
_REACHES = re.compile(
    r"(?:\branges?\b[^.]{0,25}|\breach(?:es|ed)?\b[^.]{0,25}|\bengage\b[^.]{0,30}"
    r"|\b(?:hits?|strikes?|stop|against)\b[^.]{0,40}\b(?:at|up to)\b[^.]{0,12}|\bout to\b[^.]{0,12}"
    r"|\beffective (?:to|at|within|up to)\b[^.]{0,12})$",
    re.IGNORECASE,
)
_TALL = re.compile(r"\s*(?:tall|high(?!-)|in height|(?:mast|tower|chimney|pole|wall)s?)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\s*(?:above|altitude|over the (?:ground|sea|river|roofs))\b", re.IGNORECASE)
_FLOWN = re.compile(
    r"\b(?:altitudes? of|heights? of|fl(?:y|ies|ew|ying)[^.]{0,20}(?:at|higher than))\s*[\w\s]{0,12}$", re.IGNORECASE
)
_CALIBRE = re.compile(r"\s*(?:guns?|cannons?|rounds?|calib(?:re|er))\b", re.IGNORECASE)


def lengths(clues: Clues) -> Iterator[Found]:
    """Distances, ranges, heights and speeds, told apart by what stands around them."""
    for amount in clues.amounts:
        if amount.dimension == "speed":
            yield valued("speed", amount)
        elif amount.dimension == "length" and (kind := _length(clues, amount)):
            yield valued(kind, amount)


def _length(clues: Clues, amount: Amount) -> Kind | None:
    before, text, end = clues.text[: amount.start], clues.text, amount.end
    if _CALIBRE.match(text, end):
        return None
    if _ABOVE.match(text, end) or _FLOWN.search(before):
        return "altitude"
    if _TALL.match(text, end):
        return "height"
    if (clues.about_defence or clues.spoken_of) and _REACHES.search(before):
        return "range"
    return "distance" if _FROM.match(text, end) else None
