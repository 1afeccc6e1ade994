"""Readiness: the moments of the beta-factor model, what standby and warning come to, and that off is nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, group, named_causes, radar_site, scene, threats, unit

RAIDS = 4_000
UNITS = 6


def far_apart(**readiness: Any) -> dict[str, Any]:
    """Towns with one drone and one unit each that always kills, so that what is killed is the number that are ready."""
    sure = battery(sensors={"eye": {"range": 12_000}},
                   effectors={"missile": {"rounds": 100, "kill": {"drone": 1.0}}})  # fmt: skip
    places = [{"name": f"T{k}", "at": {"east": 100_000 * k, "north": 0}, "radius": 200} for k in range(UNITS)]
    return scene(
        [unit(f"U{k}", sure, 100_000 * k) for k in range(UNITS)],
        [group(count=1, targets=[f"T{k}"]) for k in range(UNITS)],
        assets=places, systems={}, readiness=readiness, network=None,
    )  # fmt: skip


def numbers_ready(**readiness: Any) -> np.ndarray:
    found = threats(far_apart(**readiness), 1, RAIDS)
    return np.asarray((found["fate"][0] == 1).sum(axis=1))


@pytest.mark.parametrize(("q", "beta"), [(0.8, 0.0), (0.8, 0.5), (0.6, 0.3), (0.5, 1.0)])
def test_mean_and_variance_of_the_number_ready_are_those_of_the_beta_factor(q: float, beta: float) -> None:
    ready = numbers_ready(ready=q, common=beta)
    variance = UNITS * q * (1 - q) * (1 + (UNITS - 1) * beta)
    assert ready.mean() == pytest.approx(UNITS * q, abs=4 * np.sqrt(variance / RAIDS))
    assert ready.var() == pytest.approx(variance, rel=0.1)


def test_one_draw_for_all_leaves_all_or_none_ready() -> None:
    assert set(numbers_ready(ready=0.7, common=1.0)) == {0, UNITS}


def one(time: float, **more: Any) -> dict[str, Any]:
    sure = battery(channels=8, effectors={"missile": {"rounds": 100, "kill": {"drone": 1.0}}})
    standby = {"ready": 0.0, "standby": 1.0, "time_to_ready": time}
    return scene([unit("A", sure)], [group(count=3)], readiness=standby, **more)


def test_standby_stops_nothing_without_a_warning_and_all_with_one() -> None:
    """A unit that nobody alerts hears of the raid from the first that arrives; one that is warned in time is ready."""
    assert named_causes(threats(one(600), 1, 20)) == {"not_ready": 3 * 20}
    warned = threats(one(600, warning={"lead": 600}), 1, 20)
    assert (warned["fate"] == 1).all()
    assert named_causes(threats(one(600, warning={"lead": 600, "missed": 1.0}), 1, 20)) == {"not_ready": 3 * 20}


def test_what_is_ready_before_it_arrives_and_too_late_for_a_shot_was_not_ready() -> None:
    """Not late: that is for those who were ready when it appeared."""
    found = threats(one(600, raids=[{"name": "raid", "groups": [group(count=1)]}]), 1, 20)
    arrives = found["time"].min()
    soon = one(arrives - 2.0, warning={"lead": 0}, raids=[{"name": "raid", "groups": [group(count=1)]}])
    assert named_causes(threats(soon, 1, 20)) == {"not_ready": 20}


def test_what_radiates_alerts_what_stands_by() -> None:
    radar = {"sensors": {"eye": {"kind": "ideal", "range": 60_000}}, "readiness": {"ready": 1.0}}
    alone = one(20)
    both = {**alone, "units": [*alone["units"], unit("R", radar, 500)]}
    assert (threats(both, 1, 20)["fate"] == 1).all()
    silent = {**both, "units": [alone["units"][0], unit("R", radar | {"readiness": {"ready": 0.0}}, 500)]}
    assert (threats(silent, 1, 20)["fate"] != 1).any()


def test_ready_for_certain_is_the_same_to_the_bit_as_no_readiness() -> None:
    units = [unit("A", "radar-site", 3_000), unit("B", radar_site(), -2_000, 2_500)]
    plain, ready = (threats(scene(units, **more), 1, 64) for more in ({}, {"readiness": {"ready": 1.0, "common": 0.5}}))
    for name in plain:
        assert np.array_equal(plain[name], ready[name]), name


def test_a_later_alert_never_helps() -> None:
    """With one unit and certain kills and the same luck, whoever is ready later lets no fewer through."""
    leaked = [(threats(one(time), 1, 50)["fate"] == 2).sum(axis=2) for time in (0, 60, 600)]
    assert (leaked[0] <= leaked[1]).all()
    assert (leaked[1] <= leaked[2]).all()
