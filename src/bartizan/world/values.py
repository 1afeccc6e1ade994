"""What a claim says a value is, as bounds that can be held against one another: numbers, quantities and ranges."""

from __future__ import annotations

from collections.abc import Sequence

from bartizan.ground import units
from bartizan.world.schema.claims import Between
from bartizan.world.spoken import Bounds, between, end_of, of_written, read

#: A number may have a percent sign, and has no other unit: 50 % is 0.5.
_DIMENSIONS = ("number", *(name for name in units.UNITS if name not in ("number", "probability", "count")))


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
        low, high = end_of(value.low, dimension, value.high), end_of(value.high, dimension)
        unread = (value.low is not None and low is None) or (value.high is not None and high is None)
        return None if unread else between(dimension, low, high)
    if isinstance(value, str):
        return of_written(value, dimension)
    number = read(value, dimension)
    return None if number is None else between(dimension, number, number)
