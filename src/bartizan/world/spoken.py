"""Amounts as people write them, as bounds that can be held against one another: 6, "35 %", "6 to 9", "over 20 km"."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from bartizan.ground import units

_JOINED = re.compile(
    r"([-+]?\d[\d.,]*(?: ?(?:(?!(?:to|and)\b)[^\W\d]\S*?|%))?) ?(?:-|–|—|\.\.| to | and ) ?([-+]?\d.*)"
)
#: Longer text is no amount.
_LONGEST = 80
_BETWEEN = re.compile("between ", re.IGNORECASE)
_LEAST = re.compile(r"(?:at least|no fewer than|no less than|>=|≥) ?(.*)", re.IGNORECASE)
_MOST = re.compile(r"(?:at most|no more than|up to|<=|≤) ?(.*)", re.IGNORECASE)
_MORE = re.compile(r"(?:more than|over|above|>) ?(.*)", re.IGNORECASE)
_FEWER = re.compile(r"(?:fewer than|less than|under|below|<) ?(.*)", re.IGNORECASE)
_UNIT = re.compile(r"[-+.\d][\d.eE+-]* ?(\S*)")


class Bounds(NamedTuple):
    """The least and the most that a value may be, in SI units, and of what dimension it is."""

    dimension: str
    low: float
    high: float

    def contradicts(self, other: Bounds) -> bool:
        """Whether no value is both."""
        return self.dimension != other.dimension or self.low > other.high or other.low > self.high


def of_written(text: str, dimension: str) -> Bounds | None:
    """What a text says, if it can be of that dimension; None of what is no amount."""
    text = _BETWEEN.sub("", " ".join(text.split())) if len(text) <= _LONGEST else ""
    for words, toward, is_open in ((_LEAST, 1, False), (_MOST, -1, False), (_MORE, 1, True), (_FEWER, -1, True)):
        if (told := words.fullmatch(text)) is not None:
            end = read(told[1], dimension)
            if end is not None and is_open:
                end = _beyond(told[1], end, toward)
            ends = (end, None) if toward > 0 else (None, end)
            return None if end is None else between(dimension, *ends)
    if (exact := read(text, dimension)) is None and (both := _JOINED.fullmatch(text)) is not None:
        low, high = end_of(both[1], dimension, both[2]), end_of(both[2], dimension)
        return None if low is None or high is None else between(dimension, low, high)
    return None if exact is None else between(dimension, exact, exact)


def _beyond(text: str, end: float, toward: int) -> float:
    """The first value on that side of an end: of whole numbers the next, but of 0 and 1, which may bound a share."""
    return end + toward if text.isdecimal() and end > 1 else math.nextafter(end, toward * math.inf)


def end_of(value: object, dimension: str, other: object = None) -> float | None:
    """One end of a range, in the unit of the other where it has none of its own: 20 to 30 km."""
    unit = "" if value is None or _unit_of(str(value)) else _unit_of(str(other))
    return read(f"{value} {unit}" if unit else value, dimension)


def _unit_of(text: str) -> str:
    found = _UNIT.fullmatch(text)
    return found[1] if found else ""


def between(dimension: str, low: float | None, high: float | None) -> Bounds | None:
    """From the one to the other, of which one may be missing; None where the low end is above the high one."""
    found = Bounds(dimension, -math.inf if low is None else low, math.inf if high is None else high)
    return None if found.low > found.high else found


def read(value: object, dimension: str) -> float | None:
    """A number, or a quantity with its unit, without what the factors of units round off: 35 % is 0.35."""
    unit = _unit_of(value) if isinstance(value, str) else ""
    if value is None or (dimension == "number") is not (unit in ("", "%")):
        return None
    try:
        return float(f"{units.parse(value, 'probability' if dimension == 'number' else dimension):.10g}")
    except ValueError:
        return None
