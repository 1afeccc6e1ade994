"""Reference tables that are answered by playing whole raids."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bartizan.engine.layout import LAUNCHED, NO_CHANNEL
from bartizan.physics.gunfire import burst_kill_chance
from bartizan.physics.lethality import lethality_along_axis
from bartizan.studies.replicate import Outcomes, journal, run
from bartizan.studies.verify.checks import Check, Row, answers, chance_near, distribution_near, mean_near, near
from bartizan.studies.verify.scenarios import as_warhead, scenario_for
from bartizan.world.scenario import load

RAIDS = 20_000
#: For each point of a curve, of which there are many.
RAIDS_OF_A_POINT = 8000
#: Threats of each stream of a loss system, of which each world has one of its own.
STREAM = 3000
#: Worlds, and raids in each, where one unknown chance holds for a whole world.
WORLDS, RAIDS_OF_A_WORLD = 1000, 2
EXACT_SAMPLES = 3.0  # standard errors that integrated_single_target allows
_SAMPLED_CURVE = 6000  # raids behind the rounds of each point of a curve in the reference


def _played(table: str, row: Row, seed: int, raids: int | None = RAIDS, worlds: int | None = None) -> Outcomes:
    return run(load(scenario_for(table, row)), worlds=worlds, raids=raids, seed=seed)


@answers("integrated_single_target")
def _single_target(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids; the looks and hazards of the survey for where the track is confirmed."""
    from bartizan.studies.verify.sensing import confirmations, reached

    x, outcomes = row["inputs"], _played("integrated_single_target", row, seed)
    yield chance_near(row, "P_leak", outcomes.leakers, limit=EXACT_SAMPLES)
    yield mean_near(row, "E_rounds", outcomes.shots, limit=EXACT_SAMPLES)
    range_m, first = confirmations(load(scenario_for("integrated_single_target", row)), x["Rstart"], x["V"])
    # The survey begins at the first look with Pd of 0.001; what it leaves out moves the mean by parts in a million.
    yield near(row, "mean_confirm_range", first @ range_m, tolerance=1e-5, kind="rel")
    yield near(row, "R_confirm_50", reached(range_m, first, 0.5), tolerance=1e-6, kind="abs")
    yield near(row, "P_never_confirmed", 1 - first.sum(), tolerance=1e-9, kind="abs")


@answers("integrated_raid_des", takes_s=3)
def _stream(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: a stream of targets, channels, magazine, salvos, priority to the nearest."""
    expected = row["expected"]
    outcomes = _played("integrated_raid_des", row, seed, RAIDS if "pmf" in expected else RAIDS_OF_A_POINT)
    if "exact_pmf" in expected:
        yield distribution_near(row, "exact_pmf", outcomes.leakers, np.array(expected["exact_pmf"]))
    exact = "exact_mean" in expected
    mean, error = ("exact_mean", 0.0) if exact else ("mean", expected["se"])
    yield mean_near(row, mean, outcomes.leakers, reference_error=error)
    spread = expected.get("rounds_se", float(outcomes.shots.std()) / _SAMPLED_CURVE**0.5)
    yield mean_near(row, "rounds", outcomes.shots, reference_error=spread)


@answers("raid_saturation", takes_s=3)
def _saturation(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: many at once against cycles, channels and a magazine."""
    expected = row["expected"]
    outcomes = _played("raid_saturation", row, seed, RAIDS if "pmf" in expected else RAIDS_OF_A_POINT)
    if "pmf" in expected:
        yield distribution_near(row, "pmf", outcomes.leakers, np.array(expected["pmf"]))
    yield mean_near(row, "mean_leakers", outcomes.leakers)
    yield chance_near(row, "P_zero_leak", outcomes.leakers == 0)
    yield mean_near(row, "mean_rounds", outcomes.shots)


@answers("engagement_opportunities")
def _opportunities(row: Row, seed: int) -> Iterator[Check]:
    """The journal of one raid, shot by shot; whole raids for the leak."""
    x, expected = row["inputs"], row["expected"]
    events = journal(load(scenario_for("engagement_opportunities", row)), seed=seed)
    shots = events[events["kind"] == LAUNCHED]
    yield near(row, "count", len(shots), tolerance=0, kind="abs")
    for number, (shot, wanted) in enumerate(zip(shots, expected["shots"], strict=False), start=1):
        for name, field in (("launch", "time"), ("intercept", "until")):
            yield near(row, f"{name} {number}, s", shot[field], wanted[f"{name}_t"])
            yield near(row, f"{name} {number}, m", x["Rdet"] - x["Vt"] * shot[field], wanted[f"{name}_range"])
    if "P_leak_at_p_0_7" in expected:
        outcomes = _played("engagement_opportunities", row | {"inputs": x | {"p": 0.7}}, seed)
        yield chance_near(row, "P_leak_at_p_0_7", outcomes.leakers)


@answers("shoot_look_shoot")
def _doctrines(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: salvo schedules, with and without errors of assessment."""
    outcomes = _played("shoot_look_shoot", row, seed)
    yield chance_near(row, "P_kill", outcomes.leakers == 0)
    yield mean_near(row, "E_rounds", outcomes.shots)


@answers("loss_systems", takes_s=2, engset="its sources come back after an engagement; a threat of a raid comes once")
def _losses(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: a Poisson stream at channels without a queue; what was refused is the cause `no_channel`."""
    inputs = row["inputs"] | {"Pk": 0.8, "stream": STREAM}
    outcomes = _played("loss_systems", row | {"inputs": inputs}, seed, raids=None)
    refused = outcomes.sums[:, :, outcomes.columns.causes + NO_CHANNEL].sum(axis=1)
    yield mean_near(row, "B", refused / STREAM)
    yield mean_near(row, "leak_with_Pk_0_8", outcomes.leakers / STREAM)


@answers("salvo_and_burst", takes_s=2)
def _salvos(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: salvos, a cause common to one, one unknown chance, bursts; `burst_kill_chance` for bursts too."""
    x = row["inputs"]
    if "a" in x:
        outcomes = _played("salvo_and_burst", row, seed, RAIDS_OF_A_WORLD, WORLDS)
        yield mean_near(row, "correct", 1 - outcomes.leakers.mean(axis=1))
    elif "sr" in x:
        yield near(row, "P_kill by the formula", burst_chance(**x), row["expected"]["P_kill"])
        yield chance_near(row, "P_kill", _played("salvo_and_burst", row, seed).leakers == 0)
    else:
        yield chance_near(row, "P_kill", _played("salvo_and_burst", row, seed).leakers == 0)


def burst_chance(n: int, R: float, sr: float, sb: float = 0.0, bias: float = 0.0, pkh: float = 1.0) -> float:
    """`burst_kill_chance` by the names of the tables: a burst of n rounds at a circle of radius R, m."""
    return float(burst_kill_chance(n, float(sr), float(sb), float(bias), float(R), float(pkh)))


@answers("damage_functions")
def _damage(row: Row, seed: int) -> Iterator[Check]:
    """`physics.lethality`, `burst_kill_chance` for the cookie cutter; whole raids too where both axes are alike."""
    x = row["inputs"]
    if "R" in x:
        yield near(row, "SSPK", burst_chance(1, x["R"], x["sigma"]))
    else:
        kill, axes = as_warhead(x)
        yield near(row, "E", kill * math.prod(lethality_along_axis(*map(float, axis)) for axis in axes))
        if len({axis[:2] for axis in axes}) > 1:
            return
    yield chance_near(row, "killed", _played("damage_functions", row, seed).leakers == 0)


@answers("leakage_products")
def _leakage(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: layers passed one after the other; a salvo at each of many at once."""
    expected = row["expected"]
    if "leak" in expected:
        yield chance_near(row, "leak", _played("leakage_products", row, seed).leakers)
        return
    outcomes = _played("leakage_products", row, seed, 5000)
    yield chance_near(row, "P0_with_n_int", outcomes.leakers == 0)
    yield mean_near(row, "barrage", outcomes.total[outcomes.columns.rounds] / outcomes.leakers.size)


@answers("published_scenarios")
def _published(row: Row, seed: int) -> Iterator[Check]:
    """Whole raids: layers with magazines against more threats than they hold."""
    expected, leakers = row["expected"], _played("published_scenarios", row, seed, 5000).leakers
    yield mean_near(row, "mean" if "mean" in expected else "mean_leak", leakers)
    if "var" in expected:
        yield mean_near(row, "var", (leakers - leakers.mean()) ** 2)
    if "pmf" in expected:
        yield chance_near(row, "P0", leakers == 0)
        yield distribution_near(row, "pmf", leakers, np.array(expected["pmf"]))


@answers("variance_reduction")
def _common_luck(row: Row, seed: int) -> Iterator[Check]:
    """Raids of two scenarios that differ in a kill chance, played with one seed and with two."""
    x = row["inputs"]

    def leakers(p: float, seed: int) -> np.ndarray:
        return _played("salvo_and_burst", {"inputs": {"p": p, "n": 1}}, seed).leakers

    one = leakers(x["p1"], seed)
    for quantity, other in (("crn", leakers(x["p2"], seed)), ("independent", leakers(x["p2"], seed + 1))):
        difference = one - other
        yield mean_near(row, quantity, (difference - difference.mean()) ** 2)
