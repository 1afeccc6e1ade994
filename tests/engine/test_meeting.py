"""Kill chances where rounds meet their target, against the double, which has them exactly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, double, drone, group, read_delay, scene, surveyed, unit
from tests.oracles.direct_engine import Effector, Plan, Threat, burst_kill

from bartizan.engine.layout import Theatre
from bartizan.engine.meeting import burst_chance, chance_met, gun_range
from bartizan.ground.jit import kernel
from bartizan.physics.arrays import EFFECTOR, RANGE_POINTS, Packed, records
from bartizan.physics.gunfire import burst_kill_chance

GUN = {
    "kind": "gun", "range_max": 4_000, "speed": 900,
    "gunnery": {"burst": 30, "dispersion": "1.5 mrad", "aim_error": "3 mrad", "kill_per_hit": {"drone": 0.4}},
}  # fmt: skip
TABLES = {
    "kind": "missile",
    "guidance": "command",
    "range_max": 12_000,
    "speed": 800,
    "kill": {"drone": 0.8},
    "kill_by_range": [[0, 0.2], ["3 km", 1], ["30 km", 0.5]],
    "kill_by_crossing": [[0, 1], ["20 km", 0.3]],
    "kill_by_altitude": [[0, 0.5], ["500 m", 1]],
    "miss": {"lethal_radius": {"drone": 5}, "error": 3, "bias": 1, "guidance_error": "0.3 mrad"},
}


@kernel
def _fill(world, theatre, i, kill, at, out):  # type: ignore[no-untyped-def]
    for k in range(at.shape[0]):
        out[k] = chance_met(world, theatre, 0, i, kill, at[k])


def chances_met(world: Packed, theatre: Theatre, i: int, at: np.ndarray) -> np.ndarray:
    """Chances of the first effector that meets threat i at some times after that appears, s."""
    out = np.empty(len(at))
    _fill(world, theatre, i, world.kill[0, theatre.routes[i]["group"]], at, out)
    return out


def exactly(plan: Plan, effector: Effector, threat: Threat, s: float) -> float:
    """The double's chance, but of a gun at the very range: the double takes that to 10 m."""
    if not effector.gunnery:
        return plan.single_kill(plan.world.units[0], effector, threat, s)
    dispersion, aim, bias, per_hit = effector.gunnery
    r = plan.range_to(plan.world.units[0], threat, s)
    return burst_kill(effector.burst, dispersion * r, aim * r, bias * r, threat.radius, per_hit[threat.kind])


@pytest.mark.parametrize(("effector", "most"), [(GUN, 0.005), (TABLES, 1e-6)])
@pytest.mark.parametrize("profile", ["dive", "glide"])
def test_chances_are_those_of_the_place_where_they_meet(effector: dict[str, Any], most: float, profile: str) -> None:
    """At any step of the survey: between samples chances were read straight, where they bend."""
    site = battery() | {"effectors": {"arm": {"rounds": 6} | effector}}
    flies = {"drone": drone(profile=profile, altitude=600, radius=0.7)}
    of = scene([unit("A", site, 1_000)], [group(count=6, wander=0.1, distance=20_000)], threats=flies)
    (world, theatre), plan = surveyed(of, 1_000), double(of)
    at, compared = plan.world.units[0], 0
    for i, threat in enumerate(plan.threats):
        times = np.linspace(0.0, threat.duration * 0.999, 60)
        times = times[[plan.range_to(at, threat, s) < 4_000 for s in times]]
        exact = [exactly(plan, at.effectors[0], threat, s) for s in times]
        assert np.abs(chances_met(world, theatre, i, times) - exact).max() < most
        compared += len(times)
    assert compared > 50


@kernel
def _read_row(effectors, table, at, out):  # type: ignore[no-untyped-def]
    for k in range(at.shape[0]):
        out[k] = burst_chance(table, effectors[0], at[k])


@kernel
def _ranges(effectors, out):  # type: ignore[no-untyped-def]
    for k in range(out.shape[0]):
        out[k] = gun_range(effectors[0], k)


def test_rows_of_a_gun_are_as_close_as_the_page_says() -> None:
    """docs/model.md: of 300 random guns half are within 0.002 at any range, and 99 in 100 within 0.02."""
    luck, worst = np.random.default_rng(3), []
    for _ in range(300):
        effectors = records(1, EFFECTOR)
        r_max = luck.uniform(1_500, 4_000)
        effectors["per_metre"] = (RANGE_POINTS - 1) / r_max
        burst, per_hit = int(luck.integers(5, 200)), luck.uniform(0.1, 1)
        spread, aim, radius = luck.uniform(1e-3, 5e-3), luck.uniform(1e-3, 6e-3), luck.uniform(0.3, 1.5)
        bias = luck.choice([0.0, 1e-3, 2e-3])

        def exact(ranges: np.ndarray, gun: Any = (burst, spread, aim, bias, radius, per_hit)) -> np.ndarray:
            n, s, a, b, target, kills = gun
            return np.array([burst_kill_chance(n, s * r, a * r, b * r, target, kills) for r in ranges])

        rows, at = np.empty(RANGE_POINTS), np.linspace(0.0, r_max, 81)[1:]
        _ranges(effectors, rows)
        told = np.empty(len(at))
        _read_row(effectors, exact(rows), at, told)
        worst.append(np.abs(told - exact(at)).max())
    assert (rows[0], rows[-1]) == pytest.approx((0.0, r_max))
    assert (np.quantile(worst, [0.5, 0.99]) <= [0.002, 0.02]).all()


@pytest.mark.parametrize("step", [250, 70, 20])
@pytest.mark.parametrize("most", [math.inf, 6_000])
def test_a_meeting_has_the_crossing_of_one_of_the_ways_between_turns(step: float, most: float) -> None:
    """Where a threat turns, a missile meets it on one course or on the other, never on a chord between them: kill
    chances that go by crossing alone are those of the route's own courses, and no course that passes farther than the
    missile can follow is among them. Between samples a chord once gave other chances at any step."""
    table = [[0, 1], [20_000, 0]]
    missile: dict[str, Any] = {"kill": {"drone": 0.8}, "kill_by_crossing": table}
    if most < math.inf:
        missile["crossing_max"] = most
    of = scene([unit("A", battery(effectors={"missile": missile}), 3_000)], [group(count=40, wander=0.15)])
    (world, theatre), plan = surveyed(of, step), double(of)
    at, launches = plan.world.units[0], 0
    for i, threat in enumerate(plan.threats):
        slot = theatre.slots[theatre.pairs[i]["slot0"]]
        crossings = np.array([plan.crossing(at, threat, s) for s, _ in threat.path[:-1]])
        allowed = 0.8 * (1 - crossings[crossings <= most] / 20_000)
        for a, b in theatre.window[slot["w0"] : slot["w1"]]:
            meets = [s + read_delay(theatre, slot, s) for s in np.linspace(a, b, 30)]
            for chance in chances_met(world, theatre, i, np.array(meets)):
                assert np.abs(allowed - chance).min() < 1e-6
                launches += 1
    assert launches > 300
