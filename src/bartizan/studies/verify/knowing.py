"""Reference tables on what knowing is worth: shares of a variance, gains of a decision; formulas stand for raids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from bartizan.ground import rng
from bartizan.studies.value import curves, decide, settle, shares
from bartizan.studies.verify.checks import STANDARD_ERRORS, Check, Row, answers, mean_near, near

#: Worlds of one estimate, as a study spreads them; estimates with other seeds, which tell how widely they scatter.
WORLDS, ESTIMATES = 2048, 16
#: Polynomials of an unknown: they explain the variance of the kink in Sobol's g but for this part.
DEGREE = 8
CURVE = 3e-3
#: Standard errors told by so few estimates are uncertain themselves: as seldom exceeded as STANDARD_ERRORS, by t.
_LIMIT = float(stats.t.isf(stats.norm.sf(STANDARD_ERRORS), ESTIMATES - 1))


@answers("sobol_analytic", takes_s=12)
def _indices(row: Row, seed: int) -> Iterator[Check]:
    """`studies.value`: `shares` for first-order and `settle.total` for total shares, of worlds spread as a study's"""
    played, unknowns = _function(row)
    found = [_estimate(played, unknowns, of_one) for of_one in _seeds(seed)]
    for name, values in (("mean", [f.mean for f in found]), ("var", [f.var for f in found])):
        yield _repeated(row, name, values, row["expected"][name])
    for name, each in (("S", [f.first for f in found]), ("ST", [f.total for f in found])):
        for k, wanted in enumerate(row["expected"][name]):
            yield _repeated(row, f"{name} of unknown {k + 1}", [of_one[k] for of_one in each], wanted)


class _Found(NamedTuple):
    """One estimate of everything that a row of indices expects."""

    mean: float
    var: float
    first: list[float]
    total: list[float]


def _estimate(played: Callable[[np.ndarray], np.ndarray], unknowns: int, seed: int) -> _Found:
    """Mean, variance between worlds, first-order and total shares of a function of uniforms (unknowns, worlds)."""
    drawn, others = _uniforms(unknowns, seed), _uniforms(unknowns, seed, first=WORLDS)
    plans = _without_chance(played(drawn))
    asked = [curves.legendre(of_one, DEGREE) for of_one in drawn]
    total = []
    for k in range(unknowns):
        anew = drawn.copy()
        anew[k] = others[k]
        total.append(settle.total(plans, _without_chance(played(anew))).share)
    first = [share.share for share in shares.shares(plans, asked)]
    return _Found(float(plans.mean()), shares.between(plans), first, total)


def _function(row: Row) -> tuple[Callable[[np.ndarray], np.ndarray], int]:
    """The function that a row is on, of uniforms (unknowns, worlds), and how many unknowns it has."""
    x = {name: np.asarray(value, float) for name, value in row["inputs"].items()}
    if "lo" in x:
        return lambda u: np.prod(1 - _between(u, x["lo"], x["hi"]), axis=0), len(x["lo"])
    if "b" not in x:
        a = x["a"][:, None]
        return lambda u: np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=0), len(a)
    if x["a"].ndim:
        a, b = x["a"][:, None], x["b"][:, None]
        return lambda u: np.prod(1 - special.betaincinv(a, b, u), axis=0), len(a)
    return lambda u: _ishigami(np.pi * (2 * u - 1), float(x["a"]), float(x["b"])), 3


def _between(u: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.asarray(low[:, None] + (high - low)[:, None] * u)


def _ishigami(x: np.ndarray, a: float, b: float) -> np.ndarray:
    return np.asarray(np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0]))


# ---------------------------------------------------------------------------------------------- decisions


@answers("value_of_information")
def _gains(row: Row, seed: int) -> Iterator[Check]:
    """`studies.value.decide`: everything and answers from worlds, a table of states, trials by their law"""
    x = row["inputs"]
    if "payoff" in x:
        yield from _states(row, np.array(x["payoff"], float).T, np.array(x["prior"], float))
    elif "n" in x:
        for count, wanted in zip(x["n"], row["expected"]["EVSI"], strict=True):
            yield near(row, f"EVSI of {count}", decide.trials(x["a"], x["b"], x["c"], count), wanted)
        yield near(row, "EVPI", decide.endless_trials(x["a"], x["b"], x["c"]))
    else:
        yield from _linear(row, float(x["mu"]), np.array(x["c"], float), seed)


def _states(row: Row, worth: np.ndarray, chances: np.ndarray) -> Iterator[Check]:
    """A table of decisions, (states, options): each state is a world, and all that there are."""
    plans, best = _without_chance(worth), decide.now(worth, chances).low
    gains = decide.everything(plans, chances)
    yield near(row, "EV", best)
    for side, gain in (("low", gains.low), ("high", gains.high)):
        yield near(row, f"EVPI, {side}", gain, row["expected"]["EVPI"])
        yield near(row, f"EVwPI, {side}", best + gain, row["expected"]["EVwPI"])


def _linear(row: Row, mean: float, slopes: np.ndarray, seed: int) -> Iterator[Check]:
    """To adopt, or not, what is worth mean + slopes . z: each z is a question, with itself as its only column."""
    spread = float(np.hypot.reduce(slopes))
    found = [_gains_of(mean, slopes, of_one) for of_one in _seeds(seed)]
    for side in ("low", "high"):
        gains = [getattr(whole, side) for whole, _ in found]
        yield _repeated(row, f"EVPI, {side}", gains, row["expected"]["EVPI"], spread)
    for k, wanted in enumerate(row["expected"]["EVPPI"]):
        for side in ("split", "plain"):
            gains = [getattr(of_each[k], side) for _, of_each in found]
            yield _repeated(row, f"EVPPI of unknown {k + 1}, {side}", gains, wanted, spread)


def _gains_of(mean: float, slopes: np.ndarray, seed: int) -> tuple[decide.Bounds, list[decide.Gain]]:
    normal = special.ndtri(_uniforms(len(slopes), seed))
    adopted = mean + slopes @ normal
    worth = _without_chance(np.stack([np.zeros(WORLDS), adopted], axis=1))
    return decide.everything(worth), [decide.answer(worth, of_one[:, None]) for of_one in normal]


# ---------------------------------------------------------------------------------------------- worlds


def _seeds(seed: int) -> range:
    return range(seed * ESTIMATES, (seed + 1) * ESTIMATES)


def _uniforms(unknowns: int, seed: int, first: int = 0) -> np.ndarray:
    """Draws of unknowns in WORLDS worlds from number `first` on, (unknowns, worlds)."""
    names = [f"unknown {k + 1}" for k in range(unknowns)]
    return rng.spread_by_world(seed, np.arange(first, first + WORLDS, dtype=np.uint64), names)


def _without_chance(means: np.ndarray) -> np.ndarray:
    """Two plans that are the same in each world, (worlds, 2, ...)."""
    return np.stack([means, means], axis=1)


def _repeated(row: Row, quantity: str, values: Sequence[float], wanted: float, spread: float = 0.0) -> Check:
    """The mean of estimates. What they may be off by together is allowed for: a ratio from WORLDS worlds and a curve by
    polynomials by the parts named, the choice of a rule learnt from so many by one part in WORLDS of `spread`."""
    allowed = (1 / WORLDS + CURVE) * abs(wanted) + spread / WORLDS
    return mean_near(row, quantity, np.array(values), wanted, reference_error=allowed, limit=_LIMIT)
