"""The conditional answer: what gets through if a question were answered one way or another, from worlds played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bartizan.studies.estimate import WORLD_SHARE, by_world, quantiles, shrunk
from bartizan.studies.value.columns import FEW, Scalar
from bartizan.studies.value.shares import between

#: Worlds that an answer needs to be told apart from its neighbours; fewer are told together with the next.
LEAST_WORLDS = 8
#: Parts that a question with many answers is cut into, equally many worlds in each.
PARTS = 3


@dataclass(frozen=True)
class Conditional:
    """What would be if a question's answer were this: mean with its 95 % interval, and the central 80 % of worlds."""

    answer: str
    worlds: int
    mean: float
    low: float
    high: float
    world_low: float
    world_high: float


class Worlds:
    """What gets through in worlds, `plans` (worlds, plans), to be parted by one question after another."""

    def __init__(self, plans: np.ndarray) -> None:
        self.means = plans.mean(axis=1)
        self.between = between(plans)
        self.shrunk = shrunk(self.means, self.between)

    def conditionals(self, scalar: Scalar) -> list[Conditional]:
        """The answer for each part of the worlds, from the least of the question's answers up; none where too few have
        another answer than the rest."""
        parts = _parts(scalar.value)
        return [_conditional(scalar, rows, self.means, self.shrunk) for rows in parts] if len(parts) > 1 else []

    def span(self) -> tuple[float, float]:
        """The central 80 % of worlds, chance taken out."""
        return _span(self.shrunk)


def mean_width(found: list[Conditional]) -> float:
    """How wide the central 80 % of worlds would be once the question is settled, on average over its answers (one or
    more), weighed by their worlds."""
    return sum(c.worlds * (c.world_high - c.world_low) for c in found) / sum(c.worlds for c in found)


def _span(shrunk: np.ndarray) -> tuple[float, float]:
    tail = (1 - WORLD_SHARE) / 2
    low, high = quantiles(shrunk, [tail, 1 - tail])
    return max(0.0, low), min(1.0, high)


def _conditional(scalar: Scalar, rows: np.ndarray, means: np.ndarray, shrunk: np.ndarray) -> Conditional:
    found = by_world(means[rows]).fraction()
    words = scalar.words(float(scalar.value[rows].min()), float(scalar.value[rows].max()))
    return Conditional(words, len(rows), found.mean, found.low, found.high, *_span(shrunk[rows]))


def _parts(value: np.ndarray) -> list[np.ndarray]:
    """Rows of worlds by answer: one part for each of few answers, joined with a neighbour where worlds are too few."""
    known = np.unique(value)
    if len(known) > FEW:
        return list(np.array_split(np.argsort(value, kind="stable"), PARTS))
    parts = [np.flatnonzero(value == v) for v in known]
    while len(parts) > 1 and min(map(len, parts)) < LEAST_WORLDS:
        k = min(range(len(parts)), key=lambda i: len(parts[i]))
        other = k + 1 if k == 0 or (k + 1 < len(parts) and len(parts[k + 1]) < len(parts[k - 1])) else k - 1
        first = min(k, other)
        parts[first : first + 2] = [np.concatenate(parts[first : first + 2])]
    return parts
