"""Reference tables on closed forms, intervals, variances and places: what needs no radar, and hardly a raid."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bartizan.ground.geodesy import distance_m, to_local
from bartizan.studies import estimate
from bartizan.studies.replicate import Outcomes, run
from bartizan.studies.verify.checks import Check, Row, answers, distribution_near, mean_near, near
from bartizan.studies.verify.raids import burst_chance
from bartizan.studies.verify.scenarios import scenario_for
from bartizan.world.scenario import load

#: Parts into which worlds are split, so that an estimate from each tells how widely estimates scatter.
PARTS = 10


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


@answers("nested_monte_carlo", pbox="Bartizan gives no quantiles, over worlds, of the chance of a count")
def _nested(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids in many worlds, and `studies.estimate` for the share of the variance that is the worlds'."""
    expected, outcomes = row["expected"], run(load(scenario_for("nested_monte_carlo", row)), seed=seed)
    yield mean_near(row, "mean", outcomes.leakers.mean(axis=1))
    yield distribution_near(row, "pmf", outcomes.leakers[:, 0], np.array(expected["pmf"]))
    yield mean_near(row, "epistemic_share", np.array([_share(outcomes, part) for part in range(PARTS)]))


def _share(outcomes: Outcomes, part: int) -> float:
    """The share of the variance between raids that is the world's, as estimated from one part of the worlds."""
    column, worlds = outcomes.columns.leaked, slice(part, None, PARTS)
    sums, squares = outcomes.sums[worlds, :, column], outcomes.squares[worlds, :, column]
    raids = np.broadcast_to(np.diff(outcomes.design.first_raids()), sums.shape)
    return estimate.Sums(sums, squares, raids).mean().ignorance_share or 0.0


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
