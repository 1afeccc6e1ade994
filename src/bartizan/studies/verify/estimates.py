"""Reference tables on closed forms, intervals, variances and places: what needs no radar, and hardly a raid."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy import stats

from bartizan.ground.geodesy import distance_m, to_local
from bartizan.studies import estimate
from bartizan.studies.replicate import Outcomes, run
from bartizan.studies.verify.checks import Check, Row, answers, distribution_near, mean_near, near
from bartizan.studies.verify.raids import burst_chance
from bartizan.studies.verify.scenarios import scenario_for
from bartizan.world.scenario import load

#: Parts into which worlds are split, so that an estimate from each tells how widely estimates scatter.
PARTS = 10
#: The same for quantiles: as many worlds in each as are spread evenly over the range of an unknown.
QUANTILE_PARTS = 4


@answers("binomial_ci")
def _intervals(row: Row, seed: int) -> Iterator[Check]:
    """`studies.estimate`: the intervals of a share, and the runs that they need."""
    x = row["inputs"]
    if "k" not in x:
        yield near(row, "n_rel", estimate.runs_for_relative(x["p"], x["rel"]))
        yield near(row, "n_abs_0_01", estimate.runs_for_absolute(x["p"], 0.01))
        return
    for name in ("wilson", "clopper_pearson", "jeffreys"):
        for side, end in enumerate(("low", "high")):
            value = getattr(estimate, name)(x["k"], x["n"])[side]
            yield near(row, f"{name} {end}", value, row["expected"][name][side])


@answers("nested_monte_carlo", takes_s=4)
def _nested(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids in many worlds, and `studies.estimate` for the share of the worlds and quantiles over them."""
    expected, outcomes = row["expected"], run(load(scenario_for("nested_monte_carlo", row)), seed=seed)
    if "k" in row["inputs"]:
        yield from _quantiles(row, outcomes)
        return
    yield mean_near(row, "mean", outcomes.leakers.mean(axis=1))
    yield distribution_near(row, "pmf", outcomes.leakers[:, 0], np.array(expected["pmf"]))
    yield mean_near(row, "epistemic_share", np.array([_share(outcomes, part) for part in range(PARTS)]))


def _share(outcomes: Outcomes, part: int) -> float:
    """The share of the variance between raids that is the world's, as estimated from one part of the worlds."""
    column, worlds = outcomes.columns.leaked, slice(part, None, PARTS)
    sums, squares = outcomes.sums[worlds, :, column], outcomes.squares[worlds, :, column]
    raids = np.broadcast_to(np.diff(outcomes.design.first_raids()), sums.shape)
    return estimate.Sums(sums, squares, raids).mean().ignorance_share or 0.0


def _quantiles(row: Row, outcomes: Outcomes) -> Iterator[Check]:
    """Quantiles over worlds of the chance that at most k get through, from parts of the worlds, each spread by itself.

    What parts of so many worlds and raids may be off by together is allowed for: a quantile of W worlds is one of
    chances within 1 / W of it, and a share of R raids has its own error.
    """
    x, worlds, first = row["inputs"], outcomes.design.worlds // QUANTILE_PARTS, outcomes.design.first_raids()
    few = np.add.reduceat(outcomes.leakers <= x["k"], first[:-1], axis=1, dtype=float)
    raids = np.broadcast_to(np.diff(first), few.shape)
    parts = [np.s_[w : w + worlds] for w in range(0, outcomes.design.worlds, worlds)]
    found = [estimate.Sums(few[part], few[part], raids[part]).over_worlds(1.0, x["q"]) for part in parts]
    for k, (q, wanted) in enumerate(zip(x["q"], row["expected"], strict=True)):
        near_it = stats.beta.isf(np.clip([q - 1 / worlds, q + 1 / worlds], 0, 1), x["a"], x["b"])
        ends = stats.binom.cdf(x["k"], x["n"], near_it)
        allowed = math.hypot(float(ends[1] - ends[0]) / 2, math.sqrt(wanted * (1 - wanted) / outcomes.design.raids))
        sample = np.array([of_part[k] for of_part in found])
        yield mean_near(row, f"quantile {q:g}", sample, wanted, reference_error=allowed)


@answers(
    "hit_probability",
    ell="both axes of a gun scatter alike",
    rect="a gun's target is a circle as seen from the gun",
    sphere="a miss is measured in the plane across the approach, not in space",
)
def _hits(row: Row, seed: int) -> Iterator[Check]:
    """`physics.gunfire.hit_chance`, as a burst of one round."""
    x = row["inputs"]
    yield near(row, "P(hit)", burst_chance(1, x["R"], x["sigma"], bias=x["offset"]))


@answers(
    "geodesy", epsg9602="nothing in Bartizan uses geocentric coordinates", epsg9837="a scenario's frame is a plane"
)
def _places(row: Row, seed: int) -> Iterator[Check]:
    """`ground.geodesy`: the distance, and range and bearing of one point in the local frame about the other."""
    x = row["inputs"]
    one, two = (x["lat1"], x["lon1"]), (x["lat2"], x["lon2"])
    yield near(row, "s", distance_m(*one, *two))
    for name, origin, other in (("az12", one, two), ("az21", two, one)):
        east, north = (float(v) for v in to_local(*other, origin))
        yield near(row, name, math.degrees(math.atan2(east, north)) % 360)
        yield near(row, f"range in the frame, {name}", math.hypot(east, north), row["expected"]["s"])
