"""What knowing more is worth to a decision: everything, the answer to a question, or some trials; from both sides.

`worth` (worlds, plans, options) is what each option is worth in each plan of each world, more is better. Whoever
decides now takes the option that is best on average; whoever knows more takes the best of each case. What is gained is
told twice, since no single number from worlds played is right on average: the lower one chooses by worlds or plans
other than those it counts by, the upper one by the same. Source: Strong, Oakley and Brennan, "Estimating multiparameter
partial expected value of perfect information from a probabilistic sensitivity analysis sample", 2014.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from bartizan.studies.estimate import CONFIDENCE
from bartizan.studies.value.shares import basis, orders

#: Parts of the worlds, each of which is counted by what the others let one choose.
FOLDS = 10
#: Gains so small are what sums of equal shares round off.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Bounds:
    """Two estimates of a gain: on average `low` is no more than it, `high` no less. Luck may take `low` below 0."""

    low: float
    high: float

    @property
    def is_nothing(self) -> bool:
        """Whether no world that was played would have another option, not even with its chance."""
        return self.high < _ROUNDING


@dataclass(frozen=True)
class Gain:
    """What the answer to a question is worth to a decision.

    `split` is what a rule learnt from nine tenths of the worlds earns in the others: too low if anything; `error` its
    standard error. `plain` chooses and counts in the same worlds: too high if anything. `changed` is the share of
    worlds in which the answer changes the choice.
    """

    split: float
    plain: float
    error: float
    changed: float

    @property
    def middle(self) -> float:
        return (self.split + self.plain) / 2


@dataclass(frozen=True)
class Bearing:
    """What a question's answer is worth to a decision; `chance` is that of as much by luck, told for all together."""

    key: str
    text: str
    claims: tuple[str, ...]
    gain: Gain
    chance: float

    @property
    def told(self) -> bool:
        """Whether it is told from luck that the answer is worth anything."""
        return self.chance < 1 - CONFIDENCE


# ---------------------------------------------------------------------------------------------- decisions


def acting(plans: np.ndarray, threshold: float) -> np.ndarray:
    """What letting be and acting are worth, (worlds, plans, 2): acting costs as much as `threshold` getting through."""
    return -np.stack([plans, np.full_like(plans, threshold)], axis=2)


def choosing(options: Sequence[np.ndarray]) -> np.ndarray:
    """What each of some layouts is worth, (worlds, plans, options), from what gets through each (worlds, plans): the
    same worlds and plans in all."""
    return -np.stack(options, axis=2)


# ---------------------------------------------------------------------------------------------- knowing all


def now(means: np.ndarray, chances: np.ndarray | None = None) -> Bounds:
    """What the option is worth that is best on average, by (worlds, options); `chances` as for `everything`."""
    best = float(np.average(means, axis=0, weights=chances).max())
    if chances is not None:
        return Bounds(best, best)
    folds = _folds(len(means))
    chosen = np.array([means[folds != fold].mean(axis=0).argmax() for fold in range(FOLDS)])[folds]
    return Bounds(float(_taken(means, chosen).mean()), best)


def everything(worth: np.ndarray, chances: np.ndarray | None = None) -> Bounds:
    """What it is worth to know the world, chance apart (EVPI).

    The lower bound chooses by one half of the plans and counts by the other; with a single plan it is 0. `chances` (W,)
    are those of worlds that are all there are, such as the states of a decision table; without them worlds are drawn.
    """
    means = worth.mean(axis=1)
    without = now(means, chances)
    known = float(np.average(means.max(axis=1), weights=chances))
    if worth.shape[1] < 2:
        return Bounds(0.0, known - without.low)
    one, other = worth[:, ::2].mean(axis=1), worth[:, 1::2].mean(axis=1)
    apart = (_taken(other, one.argmax(axis=1)) + _taken(one, other.argmax(axis=1))) / 2
    return Bounds(float(np.average(apart, weights=chances)) - without.high, known - without.low)


def _taken(worth: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """What the chosen option of each world is worth, (worlds,)."""
    return np.take_along_axis(worth, chosen[:, None], axis=1)[:, 0]


def _folds(worlds: int) -> np.ndarray:
    """The part of each world, (worlds,): as many in each, and none by the order of the worlds."""
    return orders(worlds)[0] % FOLDS


# ---------------------------------------------------------------------------------------------- knowing an answer


def answer(worth: np.ndarray, columns: np.ndarray) -> Gain:
    """What the answer to a question is worth (EVPPI), by regression on its columns (worlds, p)."""
    apart = _apart(worth)
    fitted = _fitted(columns, apart, columns)
    plain = float(fitted.max(axis=1).mean()) - now(apart).low
    earned = _earned(apart, columns)
    error = float(earned.std(ddof=1)) / math.sqrt(len(earned))
    changed = float((fitted > _ROUNDING).any(axis=1).mean())  # that of the best is 0
    return Gain(float(earned.mean()), plain, error, changed)


def _apart(worth: np.ndarray) -> np.ndarray:
    """How much better each option is than the best on average, (worlds, options): what is common to all goes, and its
    chance."""
    means = worth.mean(axis=1)
    return np.asarray(means - means[:, [int(means.mean(axis=0).argmax())]])


def _earned(apart: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """What a rule learnt in the other parts of the worlds earns in each world, over the best option, (worlds,)."""
    folds, earned = _folds(len(apart)), np.empty(len(apart))
    for fold in range(FOLDS):
        here = folds == fold
        chosen = _fitted(columns[~here], apart[~here], columns[here]).argmax(axis=1)
        earned[here] = _taken(apart[here], chosen)
    return earned


def _fitted(columns: np.ndarray, apart: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The regression of each option on columns, read elsewhere: (worlds there, options)."""
    middle, mean = columns.mean(axis=0), apart.mean(axis=0)
    slopes, *_ = np.linalg.lstsq(columns - middle, apart - mean, rcond=None)
    return np.asarray(mean + (at - middle) @ slopes)


def chances(worth: np.ndarray, questions: Sequence[np.ndarray]) -> np.ndarray:
    """The chance, for each question (worlds, p), that the best of all gains as much where none bears on the decision.

    Each is judged by what it gains over its own mean by luck, so that many columns do not drown few (single-step max-T,
    as for shares).
    """
    if not questions:
        return np.ones(0)
    apart = _apart(worth)
    mean = apart.mean(axis=0)
    rest = (apart - mean).T
    shuffled = rest[:, orders(len(apart))]
    found = [_luck(mean, rest, shuffled, basis(columns)) for columns in questions]
    seen = np.array([gain - luck.mean() for gain, luck in found])
    worst = np.max([luck - luck.mean() for _, luck in found], axis=0)
    return np.asarray((1 + (worst[None, :] >= seen[:, None] - _ROUNDING).sum(axis=1)) / (len(worst) + 1))


def _luck(mean: np.ndarray, rest: np.ndarray, shuffled: np.ndarray, spanned: np.ndarray) -> tuple[float, np.ndarray]:
    """What orthonormal columns (worlds, p) gain in the worlds as they are, `rest` (options, worlds), and in each order
    in which they might be, `shuffled` (options, orders, worlds)."""
    gains = functools.reduce(
        np.maximum, (m + of_one @ spanned @ spanned.T for m, of_one in zip(mean, shuffled, strict=True))
    )
    seen = (mean[:, None] + rest @ spanned @ spanned.T).max(axis=0).mean()
    return float(seen), gains.mean(axis=1)


# ---------------------------------------------------------------------------------------------- knowing trials


def trials(a: float, b: float, sure: float, count: int) -> float:
    """What `count` trials of a chance that is Beta(a, b) are worth, against an option worth `sure` (EVSI): exact, by
    the beta-binomial law of their outcome (Raiffa and Schlaifer, "Applied Statistical Decision Theory", 1961)."""
    from scipy import stats  # takes 50 MB and half a second, and no comparison asks for trials

    hits = np.arange(count + 1)
    after = np.maximum((a + hits) / (a + b + count), sure)
    return float(stats.betabinom.pmf(hits, count, a, b) @ after) - max(a / (a + b), sure)


def endless_trials(a: float, b: float, sure: float) -> float:
    """What knowing the chance itself is worth: the limit of `trials`."""
    mean, least = a / (a + b), min(max(sure, 0.0), 1.0)
    above = mean * (1 - special.betainc(a + 1, b, least))
    return float(above + sure * special.betainc(a, b, least)) - max(mean, sure)
