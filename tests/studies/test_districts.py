"""Districts: nothing lost between them and the map, warning as closed forms have it, the report's table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, group, scene, unit
from tests.world.test_districts import ORIGIN, feature, square

import bartizan
from bartizan.faces import report, words
from bartizan.faces.report.districts import _warning_table
from bartizan.studies import districts
from bartizan.studies.results import Results, scenario_of
from bartizan.world import landing
from bartizan.world.scenario import Scenario, load

WORLDS, RAIDS = 4, 8
FAR = 60_000.0


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """A unit in the middle; two districts, which together hold the whole map."""
    halves = [feature("<West>", square(-FAR, -FAR, 0, FAR)), feature("East", square(0, -FAR, FAR, FAR))]
    path = tmp_path_factory.mktemp("districts") / "halves.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": halves}), encoding="utf-8")
    return load(
        scene(
            [unit("A", battery(), 2_000)], [group(count=5, distance=90_000)],
            origin={"lat": ORIGIN[0], "lon": ORIGIN[1]},
            fall={"population_density": "2000 1/km2"}, districts={"file": str(path)},
            civil_alert={"delay": {"low": 20, "high": 40}},
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def results(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return bartizan.study(scenario, tmp_path_factory.mktemp("out") / "out", worlds=WORLDS, raids=RAIDS, seed=1)


def test_districts_that_hold_the_map_hold_all_that_comes_down_on_it(results: Results) -> None:
    fall = results.case("raid")["fall"]
    table = results.table("districts")
    assert set(table["district"]) == {"<West>", "East"}
    for kind in fall["kinds"]:
        of_kind = table["mean"][table["kind"] == kind["kind"]]
        assert of_kind.sum() == pytest.approx(kind["on_map"], rel=1e-4, abs=1e-9)
    assert sum(row["persons"]["mean"] for row in fall["districts"]) == pytest.approx(fall["persons"]["mean"], rel=1e-4)


def test_warning_is_the_way_from_the_edge_of_what_is_seen(scenario: Scenario) -> None:
    """Over a level surface without horizon a threat is seen where it comes within the radar's reach."""
    assert scenario.districts is not None
    found = districts.warning(scenario, scenario.districts.middles(), seed=0)
    (x, y), aim = scenario.districts.middles()[1], districts.coverage.target(scenario)
    block = next(iter(districts.coverage.blocks(aim, 1, 0, 1)))
    reach = float(block.ranges[0].seen.max())
    bearing = 2 * np.pi * np.arange(districts.BEARINGS) / districts.BEARINGS
    east, north = np.sin(bearing), np.cos(bearing)
    unit_x, unit_y = block.worlds[0].units[0]["x"], block.worlds[0].units[0]["y"]
    along = (unit_x - x) * east + (unit_y - y) * north
    across = np.hypot(unit_x - x - along * east, unit_y - y - along * north)
    first = along + np.sqrt(np.maximum(reach**2 - across**2, 0))
    expected = np.where(across < reach, np.maximum(first - districts.ARRIVED_M, 0), 0) / found.speed_m_s
    step = max(first.max() * 0.01, 25) / found.speed_m_s
    assert found.times[0, 1] == pytest.approx(expected, abs=step + 0.05 * expected.max())


def test_the_worst_bearing_is_no_better_than_the_mean(results: Results) -> None:
    for row in results.summary["districts"]["warning_s"]:
        assert row["least"] <= row["mean"] + 0.1
        assert row["world_low"] <= row["world_high"]
        assert all(ring[0] == ring[-1] for ring in row["outline"])


def test_the_alert_is_told_of_districts_and_leaves_less_than_was_seen(results: Results) -> None:
    alert, seen = results.summary["civil_alert"], results.summary["districts"]["warning_s"]
    assert alert["places"] == "districts"
    for left, warned in zip(alert["left_s"], seen, strict=True):
        assert left["name"] == warned["name"]
        assert warned["mean"] - 30 - 1 <= left["mean"] <= warned["mean"] - 20 * (1 - left["none"]) + 1  # Jensen


def test_shares_are_found_once(scenario: Scenario) -> None:
    ground = districts.ground(scenario, seed=0)
    assert ground is not None
    assert ground.shares is ground.shares
    assert ground.shares.sum(axis=0) == pytest.approx(np.ones(landing.CELLS**2))


def test_the_report_tells_of_districts_and_escapes_their_names(results: Results) -> None:
    page = report.render(results.path)
    assert "District by district" in page
    assert "&lt;West&gt;" in page
    assert "<West>" not in page


def test_a_mean_warning_outside_of_its_range_is_explained(results: Results) -> None:
    row = results.summary["districts"]["warning_s"][0]
    low, high = row["world_low"], row["world_high"]
    assert words.OUTSIDE not in _warning_table([row | {"mean": (low + high) / 2}])
    assert words.OUTSIDE in _warning_table([row | {"mean": 1.1 * high}])


def test_results_lead_back_to_the_districts(results: Results, scenario: Scenario) -> None:
    again = scenario_of(results)
    assert again.districts is not None
    assert again.districts.names == scenario.districts.names  # type: ignore[union-attr]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    content: dict[str, Any] = scene([unit("A", battery(), 2_000)], [group()], districts={"file": "none.geojson"})
    with pytest.raises(bartizan.ground.errors.ScenarioError, match=r"no file .*none\.geojson"):
        load(content)
