"""The rule for where systems stand: a place, a word for how they are there, and one for being put somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bartizan.world.reading.clues import PUT, SYSTEM, THEY, Clues, Found, any_of, found
from bartizan.world.reading.names import Mention, Name

_ON = any_of("on (?:the )?(?:roof|rooftop|top)s? of, on top of, onto the roof of, atop")
_NEAR = any_of(
    "near(?: to)?, next to, beside, close to, outside, opposite, around, behind, in front of, along, by, between",
    "within the vicinity of",
)
_IN = any_of("inside, within, in, at, on, above")
_RING = any_of("ring(?:ed|s), surround(?:ed|s), protect(?:ed|s), defend(?:ed|s), guard(?:ed|s|ing)?")
_PLACE = any_of(
    "roofs?, rooftops?, buildings?, ministry, residences?, homes?, house, stadium, park, gate, fence, depot, plateau",
    "ridge, island, silos?, crest, garden, square, embankment, river, runway, opera, post office, hill",
    "coast, outskirts",
    "fields, centre, center, city, capital, reservoir, dam, station, base, port, village",
    "neighbourhoods, mast, kremlin",
    "airport, bridge, airfield, brickworks, works, factory, plant, mill, quarry, farm, yard, clearing, forest",
    "(?:golf )?course, towers?, stack, chimney, school, hospital, hotel, terminal, harbou?r, beach, slope, railway",
)
#: How, and a place with a few words before it, none of which begins something else.
_WHERE = found(
    rf"(?P<how>{_ON}|{_NEAR}|{_IN}|{_RING}(?= the\b))\s+"
    rf"(?:(?!(?:{_ON}|{_NEAR}|and|who|which|that|to|for)\b)[\w'’´-]+\s+){{0,6}}?{_PLACE}"
)
_HOW = found(rf"(?P<how>{_ON}|{_NEAR}|{_IN})")
_SYSTEM, _THERE = found(f"{SYSTEM}|guns?"), re.compile(rf"\s+(?:{_ON}|{_NEAR}|{_IN})\b", re.IGNORECASE)
_RINGS = re.compile(rf"\b(?P<how>{_RING})\s+(?:the\s+)?$", re.IGNORECASE)
_RINGED_BY = found(rf"(?:surrounded|ringed|guarded|protected|defended) by\b[^.]{{0,40}}?\b{SYSTEM}")
#: What may stand between "in" and the name of a place.
_LEADS = re.compile(
    r"(?:(?!\b(?:where|who|which|that|is|was|are|were|has|have|as|against|for|to|from|after|by|said|weeks?|days?)\b)"
    r"[\w\s'’´,“”\"-]){0,60}",
    re.IGNORECASE,
)
#: After the name of a place: something of its own that is no place.
_OWNS = re.compile(r"['’]s\b(?![^.,]{0,40}\b(?:ministry|centre|center|residence|building|home|roof)\b)", re.IGNORECASE)
#: After these words what follows is no place: sources close to, strikes on.
_NO_PLACE = re.compile(
    rf"\b{any_of('sources?, people, officials?, attacks?, strikes?, raids?, war')}\s*$", re.IGNORECASE
)


def positions(clues: Clues) -> Iterator[Found]:
    """Each place at which the sentence puts a system."""
    about = clues.about_defence or (clues.spoken_of and THEY.search(clues.text))
    if not about or not (PUT.search(clues.text) or _stands(clues)):
        return
    named = list(_named(clues))
    every = [*named, *_ringed(clues.text), *_described(clues.text, named)]
    lengths = [amount for amount in clues.amounts if amount.unit]
    near = [one for one in every if not any(one.start < amount.start < one.end for amount in lengths)]
    yield from _joined(clues.text, sorted(near, key=lambda one: (one.start, one.end)))


def _stands(clues: Clues) -> bool:
    """Whether a system is followed at once by where it is: the guns on the roof."""
    ends = [
        *(m.end() for m in _SYSTEM.finditer(clues.text)),
        *(m.end for m in clues.mentions if m.name.what == "system"),
    ]
    return any(_THERE.match(clues.text, end) for end in ends)


def _named(clues: Clues) -> Iterator[Found]:
    """Places that the reader knows by name."""
    for mention in clues.mentions:
        how = _how(clues.text, mention) if mention.name.what in ("place", "area") else None
        if how and not _NO_PLACE.search(clues.text[: how.start()]):
            yield Found("position", how.start(), mention.end, _relation(how["how"]), about=mention.name)


def _described(text: str, named: list[Found]) -> Iterator[Found]:
    """Places by what they are, where no name stands."""
    for where in _WHERE.finditer(text):
        taken = any(one.start < where.end() and where.start() < one.end for one in named)
        if not taken and not _NO_PLACE.search(text[: where.start()]):
            yield Found("position", where.start(), where.end(), _relation(where["how"]))


def _ringed(text: str) -> Iterator[Found]:
    return (Found("position", m.start(), m.end(), "near") for m in _RINGED_BY.finditer(text))


def _joined(text: str, every: list[Found]) -> Iterator[Found]:
    """Places with nothing between them are one: on the roof of a building, in a street, in a town."""
    while every:
        first, *every = every
        while every and every[0].start >= first.end and not text[first.end : every[0].start].strip():
            first = first._replace(end=every[0].end, about=_nearer(first.about, every[0].about))
            every = every[1:]
        yield first


def _nearer(one: Name | None, other: Name | None) -> Name | None:
    """The first of two names that is no area, else the first that is one."""
    return next((name for name in (one, other) if name and name.what == "place"), one or other)


def _how(text: str, place: Mention) -> re.Match[str] | None:
    """How something is at a place: by what stands before its name, or ringed, or guarded."""
    before = text[: place.start]
    last = max(_HOW.finditer(before), key=lambda m: m.start(), default=None)
    if last is not None and not _OWNS.match(text, place.end) and _LEADS.fullmatch(before[last.end() :]):
        return last
    return _RINGS.search(before)


def _relation(how: str) -> str:
    if re.fullmatch(_ON, how, re.IGNORECASE):
        return "on the roof"
    return "near" if re.fullmatch(rf"{_NEAR}|{_RING}", how, re.IGNORECASE) else "in"
