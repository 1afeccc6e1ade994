"""Unknowns that are taken as settled: what somebody states of them, in every world, all other luck staying the same."""

from __future__ import annotations

from typing import NamedTuple

VALUE, COUNT, DISTANCE = "value", "count", "distance"


class Stated(NamedTuple):
    """An answer to a question about unknowns.

    VALUE: the number called names[0] is `number`, SI units. COUNT: so many of the units whose presences are drawn as
    `names` are there, those that come first by their own luck. DISTANCE: what stands at the place names[0] is so many
    metres from the stated point, or as far as it may be, in the direction that is drawn.
    """

    kind: str
    names: tuple[str, ...]
    number: float
    question: str
    answer: str
