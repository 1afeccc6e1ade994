"""From outcomes to probabilities with intervals, split into what is unknown (worlds) and what is chance (raids).

Worlds are the sampling unit: raids of one world share its unknowns, so an interval that counted raids would be far
too narrow. The variance between worlds is corrected for the chance inside each world (one-way random effects, with
the means of plans as observations: Searle, Casella and McCulloch, "Variance Components", 1992).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from bartizan.studies.documents import estimates as documents
from bartizan.studies.documents import viewer

CONFIDENCE = 0.95
#: Worlds in a row whose mean is one unit of an interval, and how many such it takes: of 16 the variance is too unsure
#: where a few worlds hold most of what leaks (93 % of intervals cover, not 95).
BLOCK, LEAST_BLOCKS = 4, 32
#: The central share of worlds that `world_low` to `world_high` spans.
WORLD_SHARE = 0.8
#: A variance so small beside the squared mean is what sums of equal amounts of money round off; a deviation so small
#: beside the largest value is what equal shares do that are not exact, such as 0.7.
_ROUNDING = 1e-12


# ---------------------------------------------------------------------------------------------- proportions


def wilson(k: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval for k successes in n trials (Brown, Cai and DasGupta 2001). n need not be whole."""
    return _wilson(k / n, n, special.ndtri(0.5 + confidence / 2))


def _wilson(p: float, n: float, z: float) -> tuple[float, float]:
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def clopper_pearson(k: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact binomial interval (Clopper and Pearson 1934)."""
    tail = (1 - confidence) / 2
    low = float(special.betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    high = float(special.betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return low, high


def jeffreys(k: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of the posterior under Jeffreys' prior, Beta(1/2, 1/2)."""
    tail = (1 - confidence) / 2
    return tuple(float(special.betaincinv(k + 0.5, n - k + 0.5, q)) for q in (tail, 1 - tail))  # type: ignore[return-value]


def runs_for_relative(p: float, half_width: float, confidence: float = CONFIDENCE) -> int:
    """Runs needed for an interval of p of plus or minus half_width x p (normal approximation)."""
    z = special.ndtri(0.5 + confidence / 2)
    return math.ceil(z * z * (1 - p) / (p * half_width * half_width))


def runs_for_absolute(p: float, half_width: float, confidence: float = CONFIDENCE) -> int:
    """Runs needed for an interval of p of plus or minus half_width (normal approximation)."""
    z = special.ndtri(0.5 + confidence / 2)
    return math.ceil(z * z * p * (1 - p) / (half_width * half_width))


# ------------------------------------------------------------------------------------------ paired estimates


@dataclass(frozen=True)
class Difference:
    """The mean difference of two quantities that were played in the same worlds, with its 95 % interval, and the number
    of worlds in which they differ."""

    mean: float
    low: float
    high: float
    differing: int

    def scaled(self, factor: float) -> Difference:
        """That of `factor` times the quantities."""
        return Difference(factor * self.mean, factor * self.low, factor * self.high, self.differing)

    def brief(self) -> viewer.Difference:
        return {"mean": self.mean, "low": self.low, "high": self.high, "differing": self.differing}


#: By how much anything differs from itself.
NONE = Difference(0.0, 0.0, 0.0, 0)


def difference(now: np.ndarray, base: np.ndarray, confidence: float = CONFIDENCE) -> Difference:
    """now - base, each a fraction in every world (W,), from the differences of worlds: what all share drops out.

    Student's t on the differences (freedom). Where all worlds differ alike there may be others that were not seen: as
    large a share of them as Clopper and Pearson's interval allows, and there the difference could be anything from -1
    to 1.
    """
    found = difference_of_amounts(now, base, confidence)
    if found.high > found.low:
        return replace(found, low=max(-1.0, found.low), high=min(1.0, found.high))
    unseen, mean = clopper_pearson(0, len(now), confidence)[1], found.mean
    return replace(found, low=mean - unseen * (1 + mean), high=mean + unseen * (1 - mean))


def difference_of_amounts(now: np.ndarray, base: np.ndarray, confidence: float = CONFIDENCE) -> Difference:
    """The same of amounts, which have no bounds: where all worlds differ alike, nothing says by how much others
    might."""
    differences = np.where(np.abs(now - base) > _ROUNDING * np.maximum(np.abs(now), np.abs(base)), now - base, 0.0)
    mean, half, largest = float(differences.mean()), 0.0, float(max(np.abs(now).max(), np.abs(base).max()))
    if len(differences) > 1 and (error := _standard_error(differences, largest)) > 0:
        half = float(special.stdtrit(freedom(blocks(differences)), 0.5 + confidence / 2)) * error
    return Difference(mean, mean - half, mean + half, int(np.count_nonzero(differences)))


# ------------------------------------------------------------------------------------------ nested estimates


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % interval, and what it could be depending on what is true, which one raid in each world does
    not tell from chance: `world_low` to `world_high` hold both then.

    low, high: interval of the mean. world_low, world_high: the central 80 % of worlds, chance taken out.
    ignorance_share: the part of the variance between single raids that is the world's; None where it has none, or
    is not told from chance.
    """

    mean: float
    low: float
    high: float
    world_low: float
    world_high: float
    ignorance_share: float | None

    def scaled(self, factor: float) -> Estimate:
        """The estimate of `factor` times the quantity."""
        numbers = (self.mean, self.low, self.high, self.world_low, self.world_high)
        mean, low, high, world_low, world_high = (factor * x for x in numbers)
        return Estimate(mean, low, high, world_low, world_high, self.ignorance_share)

    def brief(self) -> documents.Brief:
        return {"mean": self.mean, "low": self.low, "high": self.high}

    def full(self) -> documents.Estimate:
        return {
            **self.brief(),
            "world_low": self.world_low,
            "world_high": self.world_high,
            "ignorance_share": self.ignorance_share,
        }


@dataclass(frozen=True)
class Sums:
    """Sums of one quantity over the raids of each plan, with the raids' number: all of shape (worlds, plans).

    `confidence` of its intervals: more than 95 % each where several looks must hold together (`studies.looks`).
    """

    sums: np.ndarray
    squares: np.ndarray
    raids: np.ndarray
    confidence: float = CONFIDENCE

    def worlds(self) -> np.ndarray:
        """The mean of the quantity in each world, (W,)."""
        return np.asarray(self.sums.sum(axis=1) / self.raids.sum(axis=1))

    def fraction(self, scale: float = 1.0) -> Estimate:
        """The mean of quantity / scale, which lies between 0 and 1."""
        return self._estimate(scale, bounded=True)

    def mean(self) -> Estimate:
        """The mean of a quantity that is not negative."""
        return self._estimate(1.0, bounded=False)

    def _estimate(self, scale: float, bounded: bool) -> Estimate:
        if not self.sums.any():  # 818 of 1,855 columns of moscow-2023: what no raid of a case brings into play
            return _of_nothing(*self.sums.shape, int(self.raids.sum()), bounded, self.confidence)
        plans = self.sums / self.raids / scale
        worlds = self.worlds() / scale
        mean = float(worlds.mean())
        between, chance = self._components(plans, scale)
        low, high = self._interval(plans, mean, chance, bounded)
        tail = (1 - WORLD_SHARE) / 2
        world_low, world_high = self._quantiles(worlds, between, [tail, 1 - tail])
        told_apart = len(worlds) > 1 and (plans.shape[1] > 1 or self.raids.max() > 1)
        ignorance = _ignorance(between, chance, mean) if told_apart else None
        return Estimate(
            mean, low, high, max(0.0, world_low), min(1.0, world_high) if bounded else world_high, ignorance
        )

    def over_worlds(self, scale: float, chances: Sequence[float]) -> list[float]:
        """Quantiles over worlds, chance taken out, of quantity / scale, which lies between 0 and 1."""
        worlds = self.worlds() / scale
        between, _ = self._components(self.sums / self.raids / scale, scale)
        return [min(1.0, max(0.0, q)) for q in self._quantiles(worlds, between, chances)]

    def _quantiles(self, worlds: np.ndarray, between: float, chances: Sequence[float]) -> list[float]:
        return quantiles(shrunk(worlds, between), chances)

    def _components(self, plans: np.ndarray, scale: float) -> tuple[float, float]:
        """Variance between worlds, and of a single raid within its world."""
        worlds, count = plans.shape
        of_plans = float(plans.var(axis=1, ddof=1).mean()) if count > 1 else 0.0
        between = max(0.0, variance(plans.mean(axis=1)) - of_plans / count) if worlds > 1 else 0.0
        raids = self.raids.sum(axis=1)
        square = self.squares.sum(axis=1) / raids / scale**2
        mean = self.sums.sum(axis=1) / raids / scale
        return between, max(0.0, float(np.mean(square - mean**2)) + of_plans / count)

    def _interval(self, plans: np.ndarray, mean: float, chance: float, bounded: bool) -> tuple[float, float]:
        """Of the mean, from the spread of worlds; of plans, or of raids, where there is one world."""
        worlds, count = plans.shape
        if worlds == count == 1:
            raids = int(self.raids.sum())
            error = math.sqrt(chance / max(raids - 1, 1))
            return interval(mean, error, raids, max(raids - 1, 1), bounded, self.confidence)
        units = plans.mean(axis=1) if worlds > 1 else plans[0]
        means = blocks(units)
        return interval(mean, _error_of(means), len(units), freedom(means), bounded, self.confidence)


@functools.lru_cache(maxsize=64)
def _of_nothing(worlds: int, plans: int, raids: int, bounded: bool, confidence: float) -> Estimate:
    """The estimate of what came of no raid at all."""
    nothing = np.zeros((worlds, plans))
    ends = Sums(nothing, nothing, np.full(nothing.shape, raids / nothing.size), confidence)._interval(
        nothing, 0.0, 0.0, bounded
    )
    return Estimate(0.0, *ends, 0.0, 0.0, None)


def by_world(values: np.ndarray, confidence: float = CONFIDENCE) -> Sums:
    """The sums of what has one number in each world, (W,)."""
    plans = values[:, None]
    return Sums(plans, plans**2, np.ones(plans.shape), confidence)


def blocks(units: np.ndarray) -> np.ndarray:
    """The means of BLOCK worlds in a row, where there are LEAST_BLOCKS or more; else the worlds themselves.

    Worlds in a block are a Latin hypercube of their own (`ground.rng.spread_by_world`), so that the mean of a block
    varies less than that of so many independent worlds, and an interval that knows it is narrower. Blocks are not
    independent either, but vary together only so as to make the mean of all better than is told.
    """
    count = len(units) // BLOCK
    return units.reshape(count, BLOCK).mean(axis=1) if count >= LEAST_BLOCKS and len(units) % BLOCK == 0 else units


def variance(units: np.ndarray) -> float:
    """The variance between units, without bias also where they are spread (and so deviate more from their mean)."""
    return float(units.var()) + _standard_error(units) ** 2


def spread(values: np.ndarray, largest: float | None = None) -> float:
    """The standard deviation of two or more values, or of differences of values of which one is the `largest`; 0 where
    they differ by what is rounded off alone."""
    deviation = float(values.std(ddof=1))
    return deviation if deviation > _ROUNDING * (np.abs(values).max() if largest is None else largest) else 0.0


def _standard_error(units: np.ndarray, largest: float | None = None) -> float:
    return _error_of(blocks(units), largest)


def _error_of(means: np.ndarray, largest: float | None = None) -> float:
    """The standard error of the mean of independent values, two or more."""
    return spread(means, largest) / math.sqrt(len(means))


def freedom(units: np.ndarray) -> float:
    """Degrees of freedom of the variance of two or more values: n - 1 for normal ones, fewer the heavier their tails.

    Two over the squared relative error of the variance (Satterthwaite 1946), which is 2 / (n - 1) + (k - 3) / n with
    the kurtosis k. A few worlds in which much leaks make both mean and variance of the many uncertain.
    """
    count, variance = len(units), spread(units) ** 2
    if variance <= 0:
        return count - 1
    excess = float((((units - units.mean()) / math.sqrt(variance)) ** 4).mean()) - 3
    return 2 / (2 / (count - 1) + max(0.0, excess) / count)


def interval(
    mean: float, error: float, units: float, dof: float, bounded: bool, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """An interval of a mean whose standard error has `dof` degrees of freedom. A fraction gets Wilson's with
    the number of trials that has the same standard error (as Korn and Graubard 1998 do for surveys) and Student's t;
    with no spread at all, as many trials as there are units."""
    t = float(special.stdtrit(dof, 0.5 + confidence / 2))
    if not bounded:
        return max(0.0, mean - t * error), mean + t * error
    if error**2 <= 0 or not 0 < mean < 1:
        return clopper_pearson(mean * units, units, confidence)
    return _wilson(mean, mean * (1 - mean) / error**2, t)


def shrunk(worlds: np.ndarray, between: float) -> np.ndarray:
    """World means (W,) drawn towards their mean until their variance is that `between` worlds, without chance."""
    seen = variance(worlds) if len(worlds) > 1 else 0.0
    factor = math.sqrt(min(1.0, max(0.0, between) / seen)) if seen > 0 else 0.0
    return worlds.mean() + factor * (worlds - worlds.mean())


def quantiles(values: np.ndarray, chances: Sequence[float]) -> list[float]:
    """Quantiles of one or more finite values (N,), straight between two of them: as np.quantile, in a quarter to a
    seventh of its time."""
    at = (len(values) - 1) * np.asarray(chances)
    return [float(q) for q in np.interp(at, np.arange(len(values)), np.sort(values))]


def ratio(part: np.ndarray, whole: np.ndarray, confidence: float = CONFIDENCE) -> Estimate | None:
    """The ratio of two sums (worlds, plans), such as leakers by one cause among all; None if there is no whole.

    The interval comes from the residuals of worlds (linearisation; Cochran, "Sampling Techniques", 1977); worlds that
    have nothing of the whole say nothing of its parts.
    """
    if whole.sum() <= 0:
        return None
    rows = (part.sum(axis=1), whole.sum(axis=1)) if len(part) > 1 else (part[0], whole[0])
    value = float(rows[0].sum() / rows[1].sum())
    wholes = blocks(rows[1])
    residual = blocks(rows[0] - value * rows[1])[wholes > 0]  # of mean 0
    largest = float(np.abs(rows[0]).max())
    error, dof = (_error_of(residual, largest), freedom(residual)) if len(residual) > 1 else (0.0, 1.0)
    error, units = error / float(wholes[wholes > 0].mean()), int((rows[1] > 0).sum())
    low, high = interval(value, error, units, dof, bounded=True, confidence=confidence)
    there = whole.sum(axis=1) > 0
    per_world = part.sum(axis=1)[there] / whole.sum(axis=1)[there]
    worlds = value + _without_chance(part - value * whole) * (per_world - value)
    tail = (1 - WORLD_SHARE) / 2
    world_low, world_high = (min(1.0, max(0.0, q)) for q in quantiles(worlds, [tail, 1 - tail]))
    return Estimate(value, low, high, world_low, world_high, None)


def _without_chance(residuals: np.ndarray) -> float:
    """By how much deviations of worlds shrink with chance taken out, as those of residuals (worlds, plans) do; one plan
    does not tell."""
    worlds, plans = residuals.shape
    if worlds == 1 or plans == 1:
        return 1.0
    seen, chance = variance(residuals.mean(axis=1)), float(residuals.var(axis=1, ddof=1).mean()) / plans
    return math.sqrt(max(0.0, seen - chance) / seen) if seen > 0 else 0.0


def quotient(part: Sums, whole: Sums) -> Estimate | None:
    """The mean of one quantity by the mean of another, which is the same in all raids of a world; None of nothing.

    Interval, range and ignorance come from part - value * whole, raid by raid, as in `ratio`: what moves both alike,
    such as money that is worth less, drops out.
    """
    parts, wholes = part.worlds(), whole.worlds()
    scale = float(wholes.mean())
    if scale <= 0:
        return None
    value = float(parts.mean()) / scale
    equal = value * whole.sums / whole.raids
    squares = part.squares - 2 * equal * part.sums + equal**2 * part.raids
    residual = Sums(part.sums - equal * part.raids, squares, part.raids, part.confidence)
    between, chance = residual._components(residual.sums / part.raids / scale, scale)
    low, high = residual._interval(residual.sums / part.raids / scale, value, chance, bounded=False)
    seen = variance((parts - value * wholes) / scale) if len(parts) > 1 else 0.0
    factor = math.sqrt(min(1.0, between / seen)) if seen > 0 else 0.0
    there = wholes > 0
    worlds = value + factor * (parts[there] / wholes[there] - value)
    tail = (1 - WORLD_SHARE) / 2
    world_low, world_high = (max(0.0, q) for q in quantiles(worlds, [tail, 1 - tail]))
    return Estimate(value, low, high, world_low, world_high, _ignorance(between, chance, value))


def _ignorance(between: float, chance: float, mean: float) -> float | None:
    """The part of the variance between raids that is the world's; None where there is none but what sums round off."""
    total = between + chance
    return between / total if total > _ROUNDING * mean**2 else None


def brief(estimate: Estimate | None) -> documents.BriefIfAny:
    """mean, low and high of an estimate that may not exist."""
    if estimate is None:
        return {"mean": None, "low": None, "high": None}
    return {**estimate.brief()}


def full(estimate: Estimate | None) -> documents.EstimateIfAny:
    """All of an estimate that may not exist."""
    if estimate is None:
        return {**brief(None), "world_low": None, "world_high": None, "ignorance_share": None}
    return {**estimate.full()}
