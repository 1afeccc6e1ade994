"""What a claim says a value is, as bounds that can be held against one another: numbers, quantities and ranges."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from bartizan.ground import units
from bartizan.world.schema.claims import Between

_JOINED = re.compile(
    r"([-+]?\d[\d.,]*(?: ?(?:(?!(?:to|and)\b)[^\W\d]\S*?|%))?) ?(?:-|–|—|\.\.| to | and ) ?([-+]?\d.*)"
)
#: Longer text is no amount.
_LONGEST = 80
_BETWEEN = re.compile("between ", re.IGNORECASE)
_LEAST = re.compile(r"(?:at least|no fewer than|no less than|more than|over|above|>=?|≥) ?(.*)", re.IGNORECASE)
_MOST = re.compile(r"(?:at most|no more than|fewer than|less than|under|below|up to|<=?|≤) ?(.*)", re.IGNORECASE)
_UNIT = re.compile(r"[-+.\d][\d.eE+-]* ?(\S*)")


class Bounds(NamedTuple):
    """The least and the most that a value may be, in SI units, and of what dimension it is."""

    dimension: str
    low: float
    high: float

    def contradicts(self, other: Bounds) -> bool:
        """Whether no value is both."""
        return self.dimension != other.dimension or self.low > other.high or other.low > self.high


def bounds(value: object) -> Bounds | None:
    """What is claimed, or None of what is no amount, such as true or a name."""
    if isinstance(value, Between):
        low, high = _end(value.low, value.high), _end(value.high)
        unread = (value.low is not None and low is None) or (value.high is not None and high is None)
        return None if unread else _between(low, high)
    if isinstance(value, str):
        return _of_text(_BETWEEN.sub("", " ".join(value.split()))) if len(value) <= _LONGEST else None
    return _read(value)


def _of_text(text: str) -> Bounds | None:
    if (least := _LEAST.fullmatch(text)) is not None:
        found = _read(least[1])
        return found and found._replace(high=math.inf)
    if (most := _MOST.fullmatch(text)) is not None:
        found = _read(most[1])
        return found and found._replace(low=-math.inf)
    if (exact := _read(text)) is None and (both := _JOINED.fullmatch(text)) is not None:
        low, high = _end(both[1], both[2]), _end(both[2])
        return low and high and _between(low, high)
    return exact


def _end(value: object, other: object = None) -> Bounds | None:
    """One end of a range, in the unit of the other where it has none of its own: 20 to 30 km."""
    unit = "" if value is None or _with_unit(str(value)) else _unit_of(str(other))
    return _read(f"{value} {unit}" if unit else value)


def _unit_of(text: str) -> str:
    found = _UNIT.fullmatch(text)
    return found[1] if found else ""


def _with_unit(text: str) -> bool:
    return bool(_unit_of(text))


def _between(low: Bounds | None, high: Bounds | None) -> Bounds | None:
    """From the one to the other, of which one may be missing; None where they are not of one dimension."""
    if low is None or high is None:
        return (high and high._replace(low=-math.inf)) if low is None else low._replace(high=math.inf)
    return None if low.dimension != high.dimension or low.low > high.high else low._replace(high=high.high)


def _read(value: object) -> Bounds | None:
    """A number, or a quantity with its unit."""
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    for dimension in ("number", *(name for name in units.UNITS if name not in ("number", "count"))):
        if dimension != "number" and not (isinstance(value, str) and _with_unit(value)):
            return None
        try:
            number = units.parse(value, dimension)
        except ValueError:
            continue
        return Bounds("number" if dimension == "probability" else dimension, number, number)  # 50 % is 0.5
    return None
