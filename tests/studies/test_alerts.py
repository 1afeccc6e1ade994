"""What an alert leaves people: closed forms where all is certain, laws, and where it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.scenes import battery, group, scene, unit

import bartizan
from bartizan.faces import report
from bartizan.faces.exports import sheets
from bartizan.studies import alerts, districts
from bartizan.studies.replicate import run
from bartizan.world.scenario import load

#: How far off the threats of `scene` appear, and how fast they fly.
DISTANCE, SPEED = 30_000.0, 150.0
WAY = DISTANCE / SPEED  # to over the middle


def town(units: Any = None, **more: Any) -> dict[str, Any]:
    """A town that is alerted after 40 s and needs 60."""
    units = [unit("A", battery(), 2_000)] if units is None else units
    alert = {"delay": 40, "enough": 60}
    return scene(units, [group(count=2)], **({"civil_alert": alert} | more))


def left(written: dict[str, Any]) -> Any:
    """What is left in the town."""
    found = alerts.content(load(written), 0, None)
    assert found is not None
    assert found["places"] == "assets"
    return found["left_s"][0]


def certain(delay: float, outside: float = 0.0, missed: float = 1.0) -> alerts.Alerts:
    return alerts.Alerts(*(np.array([x]) for x in (delay, 60.0, outside, missed)), last=0.0)


def test_what_is_left_is_what_was_known_less_the_delay() -> None:
    seen = np.array([100.0, 90.0, 30.0, 0.0])
    seconds, short, chance = certain(40.0, outside=200.0, missed=0.25).left(seen)
    assert seconds[0, 0].tolist() == [60.0, 50.0, -10.0, -np.inf]  # nobody outside has warned
    assert seconds[1, 0].tolist() == [160.0] * 4
    assert short[0, 0].tolist() == [False, True, True, True]
    assert not short[1].any()
    assert chance[:, 0, 0] == pytest.approx([0.25 / 4, 0.75 / 4])
    assert chance.sum() == pytest.approx(1.0)


def test_nobody_sees_a_threat_before_it_appears() -> None:
    """A radar that reaches 30 km tells of nothing that is sent from 5 km sooner than there."""
    near = 5_000.0
    found = left(town([unit("A", battery())], raids=[{"name": "raid", "groups": [group(count=2, distance=near)]}]))
    assert found["mean"] == pytest.approx(max(0.0, near / SPEED - 40), abs=0.1)


@given(st.floats(0, 300), st.floats(0, 300), st.floats(0, 400), st.floats(0, 1))
def test_a_slower_alert_never_leaves_more(delay: float, more: float, outside: float, missed: float) -> None:
    seen = np.array([0.0, 50.0, 250.0])
    soon, late = (certain(d, outside, missed).left(seen) for d in (delay, delay + more))
    assert (late[0] <= soon[0]).all()
    assert (late[1] >= soon[1]).all()


def test_the_town_has_what_first_sight_leaves() -> None:
    scenario, found = load(town()), left(town())
    sight = districts.warning(scenario, np.zeros((1, 2)), 0)
    seen = np.minimum(sight.times[:, 0] + districts.ARRIVED_M / sight.speed_m_s, WAY)  # over its middle
    assert found["mean"] == pytest.approx(np.maximum(seen - 40, 0).mean(), abs=0.06)
    assert found["short"] == pytest.approx((seen < 100).mean())
    assert found["none"] == pytest.approx((seen <= 40).mean())
    assert found["p10"] <= found["p50"] <= found["p90"]


def test_who_sees_nothing_and_hears_nothing_is_not_alerted() -> None:
    found = left(town([]))
    assert (found["none"], found["short"], found["mean"]) == (1.0, 1.0, 0.0)


def test_a_warning_from_outside_leaves_its_lead_and_the_way() -> None:
    found = left(town([], warning={"lead": 30, "missed": 0}))
    assert found["p10"] == found["p90"] == pytest.approx(30 + WAY - 40, abs=0.05)
    assert found["none"] == 0.0
    assert left(town([], warning={"lead": 30, "missed": 0.3}))["none"] == pytest.approx(0.3)
    assert left(town([], warning={"lead": 30, "missed": 1})) == left(town([]))


def test_a_delay_that_is_not_known_spreads_what_is_left() -> None:
    """Uniform delays of 0 to 100 s: the median of what is left is what 50 s leave, 10 % of threats 40 s less."""
    warning = {"lead": 0, "missed": 0}
    found = left(town([], warning=warning, civil_alert={"delay": {"low": 0, "high": 100}, "enough": 60}))
    assert found["p50"] == pytest.approx(WAY - 50, abs=2.5)
    assert found["p50"] - found["p10"] == pytest.approx(40, abs=3)


def test_no_raid_depends_on_the_alert() -> None:
    without = {k: v for k, v in town().items() if k != "civil_alert"}
    scenarios = [load(each) for each in (town(), without)]
    assert scenarios[0].plays == scenarios[1].plays
    sums = [run(scenario, worlds=2, raids=4, threads=1).sums for scenario in scenarios]
    assert (sums[0] == sums[1]).all()
    assert alerts.content(scenarios[1], 0, None) is None


def test_the_alert_is_in_summary_report_sheet_and_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bartizan.faces.terminal import tables

    written = town(assets=[{"name": "<Town>", "at": {"east": 0, "north": 0}, "radius": 200}])
    results = bartizan.study(load(written), tmp_path / "out", worlds=2, raids=2)
    page = report.render(results.path)
    assert "How long people have" in page
    assert "&lt;Town&gt;" in page
    assert "<Town>" not in page
    (row,) = sheets.of_results(results.summary)["civil_alert"]
    assert row == results.summary["civil_alert"]["left_s"][0]
    tables.results(results)
    assert "how long people have from the alert" in capsys.readouterr().out
