"""The horizon of a 4/3 earth: the formulas, and where the engine first sees a target over it."""

from __future__ import annotations

import pytest
from tests.reference.agreement import only

from bartizan.engine.layout import SAW
from bartizan.physics.sight import horizon_range, line_of_sight_range
from bartizan.studies.replicate import journal
from bartizan.world.scenario import load

TABLE = "radar_horizon"


@only("hor-matlab")
def test_published_horizon(row: dict) -> None:
    """The published figure rests on an effective radius a little under 4/3; with 4/3 itself it is 23 m more."""
    x, expected = row["inputs"], row["expected"]
    assert horizon_range(x["h"], x["Re_eff"]) == pytest.approx(expected["published"], abs=row["tol"])
    assert horizon_range(x["h"], x["Re_eff"]) == pytest.approx(expected["recomputed"], rel=1e-12)
    assert horizon_range(x["h"]) == pytest.approx(expected["with_exact_4_3"], abs=0.02)  # the table: radius 6371 km


@only("hor-0", "hor-1", "hor-2")
def test_two_heights(row: dict) -> None:
    x = row["inputs"]
    found = line_of_sight_range(x["h_radar"], x["h_target"], x["Re_eff"])
    assert found == pytest.approx(row["expected"], rel=row["tol"])


@only("hor-0", "hor-1", "hor-2")
def test_first_sight_in_a_raid(row: dict) -> None:
    """A certain sensor on a mast sees a target when it comes over the horizon: to a sample of the way, 25 m."""
    x, far = row["inputs"], 1.3 * row["expected"]
    here = {"east": 0, "north": 0}
    unit = {
        "antenna_height": x["h_radar"],
        "sensors": {"eye": {"kind": "ideal", "range": far}},
        "effectors": {"missile": {"range_max": far, "speed": 1000, "rounds": 1, "kill": {"drone": 1}}},
    }
    drone = {"kind": "drone", "speed": 100, "altitude": x["h_target"], "rcs": 1}
    scenario = load(
        {
            "bartizan": 1,
            "name": "horizon",
            "surface": {"kind": "smooth"},
            "assets": [{"name": "asset", "at": here}],
            "units": [{"name": "unit", "at": here, "system": unit}],
            "raids": [{"name": "raid", "groups": [{"threat": drone, "count": 1, "distance": far}]}],
            "study": {"step": 25},
        }
    )
    events = journal(scenario, seed=0)
    (saw,) = events[events["kind"] == SAW]["time"]
    assert far - 100 * saw == pytest.approx(row["expected"], abs=26)
