"""What a claim says a value is, as bounds that can be held against one another: numbers, quantities and ranges."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from bartizan.ground import units
from bartizan.world.schema.claims import Between

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
#: A number may have a percent sign, and has no other unit: 50 % is 0.5.
_DIMENSIONS = ("number", *(name for name in units.UNITS if name not in ("number", "probability", "count")))


class Bounds(NamedTuple):
    """The least and the most that a value may be, in SI units, and of what dimension it is."""

    dimension: str
    low: float
    high: float

    def contradicts(self, other: Bounds) -> bool:
        """Whether no value is both."""
        return self.dimension != other.dimension or self.low > other.high or other.low > self.high


def together(values: Sequence[object]) -> list[Bounds | None]:
    """What is claimed of one thing, all of the dimension that most of it can have: 300 g beside 0.3 kg is a mass."""
    most = max(_DIMENSIONS, key=lambda dimension: sum(_of(value, dimension) is not None for value in values))
    return [_of(value, most) or bounds(value) for value in values]


def bounds(value: object) -> Bounds | None:
    """What is claimed, or None of what is no amount, such as true or a name."""
    return next((found for dimension in _DIMENSIONS if (found := _of(value, dimension)) is not None), None)


def _of(value: object, dimension: str) -> Bounds | None:
    """What is claimed, if it can be of that dimension."""
    if isinstance(value, Between):
        low, high = _end(value.low, dimension, value.high), _end(value.high, dimension)
        unread = (value.low is not None and low is None) or (value.high is not None and high is None)
        return None if unread else _between(dimension, low, high)
    if isinstance(value, str):
        return _of_text(_BETWEEN.sub("", " ".join(value.split())), dimension) if len(value) <= _LONGEST else None
    number = _read(value, dimension)
    return None if number is None else _between(dimension, number, number)


def _of_text(text: str, dimension: str) -> Bounds | None:
    for words, toward, is_open in ((_LEAST, 1, False), (_MOST, -1, False), (_MORE, 1, True), (_FEWER, -1, True)):
        if (told := words.fullmatch(text)) is not None:
            end = _read(told[1], dimension)
            if end is not None and is_open:
                end = _beyond(told[1], end, toward)
            ends = (end, None) if toward > 0 else (None, end)
            return None if end is None else _between(dimension, *ends)
    if (exact := _read(text, dimension)) is None and (both := _JOINED.fullmatch(text)) is not None:
        low, high = _end(both[1], dimension, both[2]), _end(both[2], dimension)
        return None if low is None or high is None else _between(dimension, low, high)
    return None if exact is None else _between(dimension, exact, exact)


def _beyond(text: str, end: float, toward: int) -> float:
    """The first value on that side of an end: of whole numbers the next, but of 0 and 1, which may bound a share."""
    return end + toward if text.isdecimal() and end > 1 else math.nextafter(end, toward * math.inf)


def _end(value: object, dimension: str, other: object = None) -> float | None:
    """One end of a range, in the unit of the other where it has none of its own: 20 to 30 km."""
    unit = "" if value is None or _unit_of(str(value)) else _unit_of(str(other))
    return _read(f"{value} {unit}" if unit else value, dimension)


def _unit_of(text: str) -> str:
    found = _UNIT.fullmatch(text)
    return found[1] if found else ""


def _between(dimension: str, low: float | None, high: float | None) -> Bounds | None:
    """From the one to the other, of which one may be missing; None where the low end is above the high one."""
    found = Bounds(dimension, -math.inf if low is None else low, math.inf if high is None else high)
    return None if found.low > found.high else found


def _read(value: object, dimension: str) -> float | None:
    """A number, or a quantity with its unit, without what the factors of units round off: 35 % is 0.35."""
    unit = _unit_of(value) if isinstance(value, str) else ""
    if value is None or (dimension == "number") is not (unit in ("", "%")):
        return None
    try:
        return float(f"{units.parse(value, 'probability' if dimension == 'number' else dimension):.10g}")
    except ValueError:
        return None
