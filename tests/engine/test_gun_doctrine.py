"""When guns open fire: at their range_max, whatever a burst is worth there, as docs/model.md says."""

from __future__ import annotations

from typing import Any

from tests.engine.scenes import battery, drone, scene, threats, unit

from bartizan.engine.layout import FATES

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
