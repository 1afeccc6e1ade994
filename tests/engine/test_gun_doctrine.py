"""When guns open fire: at their range_max, whatever a burst is worth there, as docs/model.md says."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy.optimize import brentq
from tests.engine.scenes import battery, drone, scene, threats, unit

from bartizan.engine.layout import FATES
from bartizan.physics.gunfire import burst_kill_chance

LEAKED = FATES.index("leaked")


def leaks(sees_m: float, range_max_m: float = 4_000) -> float:
    """The share of drones that pass a gun with rounds for two bursts, held from `sees_m` on."""
    gunnery = {"burst": 50, "dispersion": "3 mrad", "aim_error": "4 mrad", "kill_per_hit": {"drone": 0.5}}
    gun: dict[str, Any] = {"kind": "gun", "range_max": range_max_m, "speed": 800, "rounds": 100, "gunnery": gunnery}
    site = battery(reaction_time=0, antenna_height=0) | {"effectors": {"gun": gun}}
    site["sensors"] = {"eye": {"kind": "ideal", "range": sees_m}}
    groups = [{"threat": "drone", "count": 1, "distance": 8_000}]
    fired_at = drone(speed=60, altitude=100)
    of = scene([unit("Site", site)], groups, threats={"drone": fired_at}, surface={"kind": "open"})
    return float((threats(of, 2, 2_000)["fate"] == LEAKED).mean())


def test_a_gun_that_sees_farther_wastes_its_rounds_farther_out() -> None:
    """So the better sensor is the worse one, until range_max says from where the gun is to open fire."""
    early, late = leaks(6_000), leaks(1_500)
    assert early > late + 0.15
    assert abs(leaks(6_000, range_max_m=1_500) - late) < 0.05


def test_guns_that_open_fire_at_one_range_have_each_its_own_table_of_chances() -> None:
    """Two types that differ in how far they carry alone: which unit is named first changes nothing."""

    def stopped(*carries_m: float) -> float:
        gunnery = {"burst": 10, "dispersion": "2 mrad", "aim_error": "2 mrad", "kill_per_hit": {"drone": 0.5}}
        units = []
        for k, range_max_m in enumerate(carries_m):
            gun = {"kind": "gun", "range_max": range_max_m, "open_range": 1_000, "speed": 1e5, "rounds": 10,
                   "gunnery": gunnery}  # fmt: skip
            site = battery(reaction_time=0, antenna_height=0) | {"effectors": {"gun": gun}}
            units.append(unit(f"G{k}", site, networked=False))
        groups = [{"threat": "drone", "count": 1, "distance": 8_000}]
        flies = drone(speed=60, altitude=100, radius=1)
        of = scene(units, groups, threats={"drone": flies}, surface={"kind": "open"})
        return float((threats(of, 1, 8_000)["fate"] != LEAKED).mean())

    both, reversed_, alone = stopped(4_000, 2_000), stopped(2_000, 4_000), stopped(4_000)
    assert abs(both - (1 - (1 - alone) ** 2)) < 0.03
    assert abs(both - reversed_) < 0.03


def spared(opens_m: float, bursts: int) -> float:
    """The chance that a drone which comes level at 500 m and dives at 30 degrees survives bursts 1 s apart, from where
    they meet it first on: each with the chance of where it meets it."""

    def range_m(to_go_m: float) -> float:
        level = to_go_m - 1_000
        return math.hypot(500 / math.tan(math.pi / 6) + level, 490) if level > 0 else math.hypot(
            to_go_m * math.cos(math.pi / 6), to_go_m / 2 - 10
        )  # fmt: skip

    fires_s, survives = -brentq(lambda way: range_m(way) - opens_m, 10, 6_000) / 150 - opens_m / 900, 1.0
    for _ in range(bursts):
        meets_s = brentq(lambda t, fires=fires_s: t - fires - range_m(-150 * t) / 900, fires_s, -1e-9)
        r = range_m(-150 * meets_s)
        survives *= 1 - burst_kill_chance(30, 1.5e-3 * r, 3e-3 * r, 0.0, 0.7, 0.4)
        fires_s = meets_s + 1
    return survives


@pytest.mark.parametrize("step_m", [25, 250])
def test_bursts_close_in_have_the_chance_of_where_they_meet(step_m: float) -> None:
    """Between launches chances were read straight, where they bend: 0.0593 of five bursts got through."""
    gunnery = {"burst": 30, "dispersion": "1.5 mrad", "aim_error": "3 mrad", "kill_per_hit": {"drone": 0.4}}
    gun = {"kind": "gun", "range_min": 200, "range_max": 3_000, "open_range": 1_200, "speed": 900, "rounds": 150,
           "gunnery": gunnery}  # fmt: skip
    site = battery(channels=1, assessment_time=1) | {"effectors": {"gun": gun}}
    site["sensors"] = {"eye": {"kind": "ideal", "range": 20_000}}
    groups = [{"threat": "drone", "count": 1, "distance": 30_000}]
    of = scene([unit("Site", site)], groups, threats={"drone": drone(altitude=500)}, surface={"kind": "open"},
               study={"step": step_m})  # fmt: skip
    leaked = (threats(of, 50, 1_000, seed=1)["fate"] == LEAKED).mean(axis=(1, 2))
    exact, error = spared(1_200, 5), leaked.std(ddof=1) / math.sqrt(len(leaked))
    assert exact == pytest.approx(0.0648, abs=1e-4)
    assert leaked.mean() == pytest.approx(exact, abs=3 * error)
