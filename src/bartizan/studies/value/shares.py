"""Shares of the variance between worlds: how much of it each question explains, how sure that is, and whether at all.

A quantity is `plans` (worlds, plans): its mean in each plan of each world. Plans are independent given the world, so
chance is told from the world's part by their spread. Shares are of the variance *between* worlds, in which no chance
is.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special  # not scipy.stats, which takes 50 MB and half a second

from bartizan.ground import rng
from bartizan.ground.errors import UserError
from bartizan.studies.estimate import CONFIDENCE, variance

#: Plans below which chance cannot be told from the world's part.
LEAST_PLANS = 2
#: Permutations of worlds behind a test; they are the same ones each time.
PERMUTATIONS = 999
_SEED = 20230120
_RANK = 1e-9
#: Numbers of reordered worlds that are in memory at once.
_ROOM = 500_000


@dataclass(frozen=True)
class Share:
    """A share of the variance between worlds with its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Ranked:
    """What is told of some questions together: the share of each; the chance of as much by luck where no question
    mattered, told for all together (family-wise); and which of them cannot be told apart from the first."""

    shares: tuple[Share, ...]
    chances: np.ndarray  # (questions,)
    order: tuple[int, ...]  # questions by what can be said for them: chance first, then share
    together: frozenset[int]  # the first, and those whose shares may as well be as large


def between(plans: np.ndarray) -> float:
    """The variance between worlds, chance taken out (one-way random effects); it may come out below 0 by luck."""
    return variance(plans.mean(axis=1)) - float(_chance(plans).mean())


def least_apart(plans: np.ndarray) -> np.ndarray:
    """World means drawn towards their mean until they vary as little as worlds may without chance, (worlds,).

    By the lower 95 % limit of the variance between them (Searle, Casella and McCulloch, "Variance Components", 1992);
    with a single plan all may be chance.
    """
    worlds, count = plans.shape
    means = plans.mean(axis=1)
    seen, factor = variance(means), 0.0
    if count > 1 and seen > 0:
        by_chance = float(_chance(plans).mean()) * special.fdtri(worlds - 1, worlds * (count - 1), CONFIDENCE)
        factor = math.sqrt(max(0.0, 1 - by_chance / seen))
    return np.asarray(means.mean() + factor * (means - means.mean()))


def _chance(plans: np.ndarray) -> np.ndarray:
    """The variance of a world's mean that is chance, as its plans tell it, (worlds,)."""
    count = plans.shape[1]
    return plans.var(axis=1, ddof=1) / count if count > 1 else np.zeros(len(plans))


def basis(columns: np.ndarray) -> np.ndarray:
    """Orthonormal columns that span the same, about their means: (worlds, rank)."""
    q, scale, _ = np.linalg.svd(columns - columns.mean(axis=0), full_matrices=False)
    return q[:, scale > _RANK * max(float(scale[0]) if len(scale) else 0.0, 1e-300)]


@functools.lru_cache(maxsize=4)
def orders(worlds: int) -> np.ndarray:
    """Orders in which the worlds might as well have been drawn, (PERMUTATIONS, worlds)."""
    return rng.reordered(worlds, _keys())


def _some_orders(worlds: int) -> Iterator[np.ndarray]:
    """The same, some of them at a time where memory would grow with the worlds."""
    at_once = max(1, _ROOM // worlds)
    if at_once >= PERMUTATIONS:
        yield orders(worlds)
        return
    for first in range(0, PERMUTATIONS, at_once):
        yield rng.reordered(worlds, _keys()[first : first + at_once])


def _keys() -> np.ndarray:
    return np.random.default_rng(_SEED).integers(0, 2**32, PERMUTATIONS, dtype=np.uint32)


class _Fit:
    """The regression of world means on a question's columns.

    `luck` (PERMUTATIONS,) is what they explain of worlds in another order, as sums of squares: what they would if the
    question did nothing. It is more than independent worlds would let them, since worlds are spread in pairs: two
    unknowns that both halve each pair agree or disagree in a whole pair at a time.
    """

    def __init__(self, rest: np.ndarray, span: np.ndarray, luck: np.ndarray) -> None:
        self.rest, self.luck = rest, luck
        self.worlds, self.columns = span.shape
        self.fitted = span @ (span.T @ rest)

    @property
    def spare(self) -> int:
        return self.worlds - self.columns - 1

    def excess(self) -> float:
        """How much more than in independent worlds the columns explain by luck, as a factor."""
        alone = self.columns * float((self.rest**2).sum()) / (self.worlds - 1)
        return float(self.luck.mean()) / alone if alone > 0 else 1.0

    def explained(self) -> float:
        """The variance that the columns explain, what so many explain by luck taken out."""
        if self.columns == 0 or self.spare < 1:
            return 0.0
        left = float(((self.rest - self.fitted) ** 2).sum())
        by_luck = self.excess() * self.columns * left / self.spare
        return (float((self.rest**2).sum()) - left - by_luck) / self.worlds

    def influence(self) -> np.ndarray:
        """How much each world puts into the explained variance, about its mean, (worlds,)."""
        part = self.fitted**2 + 2 * self.fitted * (self.rest - self.fitted)
        return part - part.mean()

    def strength(self, explained: np.ndarray) -> np.ndarray:
        """-ln of the chance that an F test gives sums of squares that are explained (any shape)."""
        if self.columns == 0 or self.spare < 1:
            return np.zeros(np.shape(explained))
        total = float((self.rest**2).sum())
        left = np.maximum(total - explained, 1e-12 * total)
        with np.errstate(divide="ignore"):  # a chance too small to be told from 0
            return -np.log(special.fdtrc(self.columns, self.spare, explained / self.columns / left * self.spare))


def _fits(plans: np.ndarray, questions: Sequence[np.ndarray]) -> list[_Fit]:
    if plans.shape[1] < LEAST_PLANS:
        raise UserError(
            "one raid in each world does not tell chance from what is unknown; run the study with --raids 2 or more"
        )
    means = plans.mean(axis=1)
    rest = means - means.mean()
    spans = [basis(columns) for columns in questions]
    return [_Fit(rest, *each) for each in zip(spans, _luck(rest, spans), strict=True)]


def _luck(rest: np.ndarray, spans: Sequence[np.ndarray]) -> list[np.ndarray]:
    """What each span explains of worlds in other orders, (PERMUTATIONS,) each. Not by a product of matrices: BLAS would
    use all cores for ever so little, and give other bits on another number of them."""
    found: list[list[np.ndarray]] = [[] for _ in spans]
    rows = [np.ascontiguousarray(span.T) for span in spans]
    for some in _some_orders(len(rest)):
        reordered = rest[some]
        for of_span, row in zip(found, rows, strict=True):
            of_span.append((np.einsum("ow,cw->oc", reordered, row) ** 2).sum(axis=1))
    return [np.concatenate(of_span) for of_span in found]


def shares(plans: np.ndarray, questions: Sequence[np.ndarray]) -> list[Share]:
    """First-order shares by regression on each question's columns (worlds, p), with 95 % intervals.

    Adjusted for what p columns explain by luck, so that the expectation of a question that does nothing is 0. The
    interval is of the ratio, by linearisation, with the error that an idle question has as a floor (there the
    first-order influence vanishes). Source: adjusted regression on given data, e.g. Kleijnen and Helton 1999; measured
    beside ten other estimators on layered leakage, of which it is among the best. Raises UserError of a single plan.
    """
    return _shares(plans, _fits(plans, questions))


def _shares(plans: np.ndarray, fits: Sequence[_Fit]) -> list[Share]:
    whole, own = between(plans), _own(plans)
    return [_share(fit, own, whole) for fit in fits]


def _own(plans: np.ndarray) -> np.ndarray:
    """What each world puts into the variance between worlds, about its mean, (worlds,)."""
    means = plans.mean(axis=1)
    own = (means - means.mean()) ** 2 - _chance(plans)
    return own - own.mean()


def _share(fit: _Fit, own: np.ndarray, whole: float) -> Share:
    if whole <= 0 or fit.columns == 0:
        return Share(0.0, 0.0, 0.0 if fit.columns == 0 else 1.0)
    share = fit.explained() / whole
    idle = float(fit.luck.std()) / fit.worlds / whole
    error = math.hypot(float(_influence(fit, own, share, whole).std(ddof=1)) / math.sqrt(fit.worlds), idle)
    t = float(special.stdtrit(fit.worlds - 1, 0.5 + CONFIDENCE / 2))
    return Share(min(1.0, share), max(0.0, min(1.0, share) - t * error), min(1.0, share + t * error))


def _influence(fit: _Fit, own: np.ndarray, share: float, whole: float) -> np.ndarray:
    """Of each world on a share, (worlds,)."""
    return (fit.influence() - share * own) / whole


def _tested(fits: Sequence[_Fit]) -> np.ndarray:
    """The chance, for each question, that the best of all explains as much where none does anything, (questions,).

    Worlds are put in orders in which they might as well have been drawn (exact whatever the law of the quantity), and
    each question's statistic is that of its F test, so that many columns do not drown few: single-step max-T, Westfall
    and Young 1993.
    """
    if not fits or not fits[0].rest.any():
        return np.ones(len(fits))
    seen = np.array([float(fit.strength(np.array((fit.fitted**2).sum()))) for fit in fits])
    worst = np.max([of_alike[0].strength(_most_by_luck(of_alike)) for of_alike in _alike(fits)], axis=0)
    return (1 + (worst[None, :] >= seen[:, None] - 1e-12).sum(axis=1)) / (PERMUTATIONS + 1)


def _alike(fits: Sequence[_Fit]) -> list[list[_Fit]]:
    """Fits with as many columns: of these the one that explains most is the strongest."""
    of_columns: dict[int, list[_Fit]] = {}
    for fit in fits:
        of_columns.setdefault(fit.columns, []).append(fit)
    return list(of_columns.values())


def _most_by_luck(fits: Sequence[_Fit]) -> np.ndarray:
    """The most that any of some fits explains, in each order, (PERMUTATIONS,)."""
    return np.max([fit.luck for fit in fits], axis=0)


def detectable(worlds: int, questions: int, columns: int = 1, power: float = 0.8) -> float:
    """The share that a question needs to be found four times in five beside so many others (F test, Bonferroni)."""
    spare = worlds - columns - 1
    if spare < 1 or questions < 1:
        return 1.0
    critical = special.fdtri(columns, spare, 1 - (1 - CONFIDENCE) / questions)
    tried = np.linspace(0.001, 0.95, 950)
    found = special.ncfdtr(columns, spare, worlds * tried / (1 - tried), critical) <= 1 - power
    return float(tried[found][0]) if found.any() else 1.0


def ranked(plans: np.ndarray, questions: Sequence[np.ndarray]) -> Ranked:
    """All that is told of some questions together. Raises UserError of a single plan."""
    fits = _fits(plans, questions)
    found, chances = _shares(plans, fits), _tested(fits)
    order = sorted(range(len(found)), key=lambda k: (chances[k] >= 1 - CONFIDENCE, -found[k].share, k))
    return Ranked(tuple(found), chances, tuple(order), _together(plans, fits, found, order))


def _together(plans: np.ndarray, fits: Sequence[_Fit], found: Sequence[Share], order: Sequence[int]) -> frozenset[int]:
    """The first question and those whose shares are not told to be smaller: the difference of two shares with the same
    worlds' part in both, two-sided over all others (Bonferroni)."""
    whole = between(plans)
    if not order or whole <= 0:
        return frozenset(order)
    first, own = order[0], _own(plans)
    influences = {k: _influence(fits[k], own, found[k].share, whole) for k in order}
    z = float(special.ndtri(1 - (1 - CONFIDENCE) / 2 / max(1, len(order) - 1)))

    def may_be_as_large(k: int) -> bool:
        apart = influences[first] - influences[k]
        error = float(apart.std(ddof=1)) / math.sqrt(len(apart))
        return found[first].share - found[k].share <= z * error

    return frozenset(k for k in order if k == first or may_be_as_large(k))
