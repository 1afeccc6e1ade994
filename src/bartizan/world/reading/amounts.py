"""Numbers in a text, in digits or in words, and the units that follow them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from bartizan.ground import units

Bound = Literal["", "at least", "more than", "at most", "less than", "about"]

_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_FIXED = {
    "one-and-a-half": 1.5, "one and a half": 1.5, "two-and-a-half": 2.5, "two and a half": 2.5, "half a dozen": 6.0,
    "a dozen": 12.0, "two dozen": 24.0, "a pair of": 2.0, "both": 2.0, "a couple of": 2.0, "a single": 1.0,
    "a hundred": 100.0, "one hundred": 100.0, "two hundred": 200.0, "a score of": 20.0,
}  # fmt: skip
_WORDS = sorted([*_FIXED, *_ONES, *_TENS, *(f"{t}-{o}" for t in _TENS for o in _ONES if _ONES[o] < 10)], key=len)[::-1]
#: A dash between two numbers of a range, 15-20: not in 2023-05-30, nor in S-400.
_AFTER_DASH = "|".join(
    rf"(?<={before}{digits}-)" for before in ("^", r"[\s(]") for digits in (r"\d", r"\d\d", r"\d\d\d")
)
_NUMBER = re.compile(
    rf"(?:(?<![\w.,:-])|{_AFTER_DASH})(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)|(?P<words>{'|'.join(_WORDS)}))"
    r"(?!\d|\s*(?:%|per cent|percent)|[.,]\d|:\d)(?=\W|$|(?:km|m|mi|ft|nm|kt|mph)\b)",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<![\w.,:-])(?P<number>\d+(?:\.\d+)?)\s*(?:%|per cent\b|percent\b)", re.IGNORECASE)
#: How a number begins, or what stands for one.
BEGINS = rf"(?:\d|(?:{'|'.join(_WORDS)}|half|an? (?:third|quarter|dozen|hundred|thousand|score|few|number))\b)"
_UNIT = re.compile(
    r"[\s-]*(?P<unit>kilomet(?:re|er)s?|km/h|kph|km|miles?|mph|nautical miles?|nmi|feet|foot|ft|met(?:re|er)s?|mi|m|"
    r"knots?)\b(?P<hourly>\s*(?:an hour|per hour|/h))?", re.IGNORECASE,
)  # fmt: skip
_NAMES = {
    "kilometre": "km", "kilometer": "km", "km": "km", "mile": "mi", "mi": "mi", "nautical mile": "nmi", "nmi": "nmi",
    "feet": "ft", "foot": "ft", "ft": "ft", "metre": "m", "meter": "m", "m": "m", "km/h": "km/h", "kph": "km/h",
    "mph": "mph", "knot": "kt",
}  # fmt: skip
_BOUNDS: tuple[tuple[str, Bound], ...] = (
    (r"\b(?:at least|no fewer than|(?:no|not) less than)\s*$", "at least"),
    (r"\b(?:up to|at most|(?:no|not) more than|as many as)\s*$", "at most"),
    (r"\b(?:more than|over|beyond)\s*$", "more than"),
    (r"\b(?:fewer than|less than)\s*$", "less than"),
    (r"\b(?:about|around|roughly|some|approximately|nearly|almost|an estimated|close to)\s*$", "about"),
)


_TO = re.compile(r"\s*(?:-|–|—|\bto\b)\s*|\s+(?:and|or)\s+", re.IGNORECASE)


class Amount(NamedTuple):
    """A number where it stands in a text, or a range of two."""

    number: float
    unit: str  # as `ground.units` has it, or none
    bound: Bound
    start: int
    end: int
    high: float | None = None  # where it is a range: its other end

    @property
    def dimension(self) -> str:
        """Length, speed or number."""
        return next((d for d in ("length", "speed") if self.unit in units.UNITS[d]), "number")

    @property
    def value(self) -> int | float | str:
        """As a claim has it."""
        if self.high is not None:
            return f"{_plain(self.number)} to {_plain(self.high)} {self.unit}".strip()
        return f"{_plain(self.number)} {self.unit}" if self.unit else _plain(self.number)

    @property
    def claimed(self) -> int | float | str:
        """The same with its bound."""
        return self.value if self.bound in ("", "about") or self.high is not None else f"{self.bound} {self.value}"


def shares(text: str) -> Iterator[Amount]:
    """Every number of per cent in a text, in order; none of them is an amount of anything."""
    for found in _SHARE.finditer(text):
        yield Amount(float(found["number"]), "%", _bound(text[: found.start()]), found.start(), found.end())


def amounts(text: str) -> Iterator[Amount]:
    """Every number in a text, in order; two that are the ends of a range as one."""
    before: Amount | None = None
    for amount in _each(text):
        if before is not None and (both := _range(text, before, amount)) is not None:
            before = both
            continue
        if before is not None:
            yield before
        before = amount
    if before is not None:
        yield before


def _each(text: str) -> Iterator[Amount]:
    for found in _NUMBER.finditer(text):
        unit = _UNIT.match(text, found.end())
        named = _unit(unit) if unit else ""
        end = unit.end() if unit and named else found.end()
        yield Amount(_read(found), named, _bound(text[: found.start()]), found.start(), end)


def _range(text: str, low: Amount, high: Amount) -> Amount | None:
    """Two numbers as a range: 25 to 40 km, 5–7, between 20 and 30, one or two."""
    joint = _TO.fullmatch(text, low.end, high.start)
    if joint is None or low.high is not None or not low.number < high.number or low.unit not in ("", high.unit):
        return None
    if joint[0].strip().casefold() == "and" and not re.search(r"\bbetween\s*$", text[: low.start], re.IGNORECASE):
        return None
    return high._replace(number=low.number, high=high.number, start=low.start, bound=low.bound)


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def _read(found: re.Match[str]) -> float:
    if found["digits"]:
        return float(found["digits"].replace(",", ""))
    words = found["words"].lower()
    if words in _FIXED:
        return _FIXED[words]
    tens, _, ones = words.rpartition("-")
    return float(_TENS.get(tens, 0) + (_ONES.get(ones) or _TENS[ones]))


def _unit(found: re.Match[str]) -> str:
    low = re.sub(r"\s+", " ", found["unit"].lower())
    unit = _NAMES.get(low) or _NAMES[low.removesuffix("s")]
    return {"km": "km/h", "mi": "mph"}.get(unit, unit) if found["hourly"] else unit


def _bound(before: str) -> Bound:
    return next((bound for pattern, bound in _BOUNDS if re.search(pattern, before, re.IGNORECASE)), "")
