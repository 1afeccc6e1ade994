"""Expected cover: which sites together stop most of what each would stop alone, exactly, by integer programming.

With `cover[s, i]` the chance that site s alone stops i, independent of all others, a layout S is worth
sum_i w_i (1 - prod_{s in S} (1 - cover[s, i])), which is submodular: of 0 and 1 it is Church and ReVelle's maximal
covering (1974). HiGHS finds the largest, with tangents that are cut in where it is wrong (Nemhauser and Wolsey 1981).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import optimize

from bartizan.ground.errors import BartizanError
from bartizan.studies.placing.rules import Layout, Rules

#: Tangents cut in before a search gives up, and how near the largest has to be told.
_MOST_CUTS, _NEAR = 2000, 1e-7
_INFEASIBLE = 2  # among the states of scipy.optimize.milp


@dataclass(frozen=True)
class Cover:
    """Chances (N, m) with weights (m,)."""

    chances: np.ndarray
    weights: np.ndarray

    def worth(self, layout: Sequence[int]) -> float:
        """What a layout is expected to stop."""
        return float(self.weights @ (1 - self._missed(layout)))

    def _missed(self, layout: Sequence[int]) -> np.ndarray:
        return np.asarray(np.prod(1 - self.chances[list(layout)], axis=0))

    def gains(self, layout: Sequence[int]) -> np.ndarray:
        """What each candidate would add, (N,)."""
        return np.asarray(self.chances @ (self.weights * self._missed(layout)))

    def of_all(self, layouts: Sequence[Layout]) -> np.ndarray:
        """The worth of many layouts, (L,)."""
        return np.array([self.worth(layout) for layout in layouts])


def greedy(cover: Cover, rules: Rules) -> Layout:
    """One candidate after another, each time the one that adds most (by its cost, where there is a budget)."""
    layout: Layout = ()
    while fitting := rules.more(layout):
        gains = cover.gains(layout)
        each = gains if rules.budget is None else gains / np.maximum(rules.cost, 1e-12)
        layout = (*layout, max(fitting, key=lambda k: (each[k], -k)))
    return tuple(sorted(layout))


def best(cover: Cover, rules: Rules, number: int = 1) -> list[Layout]:
    """The layouts of the largest expected cover, the largest first; fewer where there are not so many."""
    search = _Search(cover, rules)
    found: list[Layout] = []
    while len(found) < number and (layout := search.largest()) is not None:
        found.append(layout)
        search.without(layout)
    return found


@dataclass
class _Search:
    """A program that grows: a variable for each candidate, and one for what they are worth, which tangents bound."""

    cover: Cover
    rules: Rules
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = self.rules
        for kind, count in enumerate(rules.counts):
            self._add((rules.kind == kind).astype(float), count if rules.budget is None else 0, count)
        for a, b in np.argwhere(np.triu(rules.clash, 1)):
            self._add(np.bincount([a, b], minlength=len(rules)).astype(float), 0, 1)
        if rules.budget is not None:
            self._add(rules.cost, 0, rules.budget)
        self._tangent(())

    def _add(self, row: np.ndarray, low: float, high: float, worth: float = 0.0) -> None:
        self.rows.append(np.append(row, worth))
        self.low.append(low)
        self.high.append(high)

    def _tangent(self, layout: Sequence[int]) -> None:
        """No layout is worth more than this one and all that its further candidates add to it."""
        gains = self.cover.gains(layout)
        gains[list(layout)] = 0.0
        self._add(-gains, -np.inf, self.cover.worth(layout), 1.0)

    def largest(self) -> Layout | None:
        """The best of those that are not left out; None where there is none."""
        n = len(self.rules)
        for _ in range(_MOST_CUTS):
            if (found := self._solved()) is None:
                return None
            layout = tuple(int(k) for k in np.flatnonzero(found[:n] > 0.5))
            worth = self.cover.worth(layout)
            if found[n] - worth <= _NEAR * max(1.0, worth):
                return layout
            self._tangent(layout)
            for k in layout:
                self._tangent([other for other in layout if other != k])
        raise BartizanError("the search for the largest cover did not end")

    def _solved(self) -> np.ndarray | None:
        """What the program has for each variable; None where nothing meets all of its rows. HiGHS may end without
        either: then it is asked again with its presolve, which is as fast, but in HiGHS 1.12 prints."""
        n = len(self.rules)
        for presolve in (False, True):
            solved = optimize.milp(
                np.append(np.zeros(n), -1.0),
                constraints=optimize.LinearConstraint(np.array(self.rows), self.low, self.high),
                bounds=optimize.Bounds(0, np.append(np.ones(n), np.inf)),
                integrality=np.append(np.ones(n), 0),
                options={"mip_rel_gap": _NEAR / 10, "presolve": presolve},
            )
            if solved.x is not None or solved.status == _INFEASIBLE:
                return None if solved.x is None else np.asarray(solved.x)
        raise BartizanError(f"the search for the largest cover ended without an answer: {solved.message}")

    def without(self, layout: Layout) -> None:
        """Leave a layout out, and with a budget whatever is part of it."""
        chosen = np.zeros(len(self.rules))
        chosen[list(layout)] = 1.0
        if self.rules.budget is None:
            self._add(chosen, 0, len(layout) - 1)
        else:
            self._add(1 - chosen, 1, np.inf)
