"""What a study says about what comes down: nothing lost between the raids, the summary and the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, group, scene, unit

import bartizan
from bartizan.studies import falls
from bartizan.studies.falls import KINDS
from bartizan.world import landing
from bartizan.world.scenario import load

WORLDS, RAIDS = 6, 12
TOWNS = [
    {"name": "Town", "at": {"east": 0, "north": 0}, "radius": 3_000},
    {"name": "Far", "at": {"east": 4_000, "north": 9_000}},
]
CERTAIN_AREAS = {"wreck": 20, "diverted": 100, "missile": 5, "rounds": 1}


def written(**fall: Any) -> dict[str, Any]:
    return scene([unit("A", battery(), 2_000)], [group(count=5)], assets=TOWNS, fall=fall)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> bartizan.studies.results.Results:
    fall = {"population_density": "2000 1/km2", "lethal_area": CERTAIN_AREAS, "wind": {"low": 2, "high": 10}}
    folder = tmp_path_factory.mktemp("falls") / "out"
    return bartizan.study(load(written(**fall)), folder, worlds=WORLDS, raids=RAIDS, seed=1)


@pytest.fixture(scope="module")
def maps(results: bartizan.studies.results.Results) -> dict[str, np.ndarray]:
    with np.load(results.path / "fall.npz") as found:
        return {name: found[name] for name in found.files}


def test_wrecks_of_the_summary_are_the_threats_killed(results: Any) -> None:
    case = results.case("raid")
    killed = case["fates"]["killed"]["mean"] * case["size"]
    assert case["fall"]["worlds"] == WORLDS
    assert case["fall"]["raids"] == RAIDS
    assert case["fall"]["kinds"][0]["mean"] == pytest.approx(killed, rel=1e-5)
    missed = sum(e["rounds"]["mean"] - e["kills"]["mean"] for e in case["effectors"])
    assert case["fall"]["kinds"][KINDS.index("missile")]["mean"] == pytest.approx(missed, rel=1e-5)


def test_the_map_and_what_is_outside_are_all(results: Any, maps: dict[str, np.ndarray]) -> None:
    kinds = results.case("raid")["fall"]["kinds"]
    on_map = maps["bodies"][0].sum(axis=(1, 2))
    assert on_map + maps["outside"][0] == pytest.approx([k["mean"] for k in kinds], rel=1e-5, abs=1e-9)
    assert on_map == pytest.approx([k["on_map"] for k in kinds], rel=1e-5, abs=1e-9)
    assert on_map[0] > 0


def test_densities_are_bodies_per_km2_and_lie_between_their_ends(maps: dict[str, np.ndarray]) -> None:
    cell = maps["east"][1] - maps["east"][0]
    whole = maps["mean"].sum(axis=(2, 3)) * cell**2 / 1e6
    assert whole == pytest.approx(maps["bodies"].sum(axis=(2, 3)), rel=0.05)  # smoothing moves a little at the edge
    assert (maps["low"] <= maps["high"]).all()
    assert maps["mean"].shape == (1, len(KINDS), landing.CELLS, landing.CELLS)
    assert list(maps["kinds"]) == list(KINDS)


def test_a_place_gets_what_its_disc_holds(results: Any, maps: dict[str, np.ndarray]) -> None:
    """The cells wholly inside its radius give at least so many, those touching it at most."""
    east, north = np.meshgrid(maps["east"], maps["north"])
    half = (maps["east"][1] - maps["east"][0]) / np.sqrt(2)
    away = np.hypot(east, north)
    town = results.case("raid")["fall"]["assets"][0]["kinds"]
    for k, kind in enumerate(KINDS):
        bodies = maps["bodies"][0, k]
        found = town[kind]["mean"]
        assert bodies[away < 3_000 - half].sum() <= found + 1e-6 <= bodies[away < 3_000 + half].sum() + 2e-6, kind


def test_persons_are_density_times_area_times_bodies(results: Any) -> None:
    fall = results.case("raid")["fall"]
    expected = 2e-3 * sum(CERTAIN_AREAS[kind["kind"]] * kind["on_map"] for kind in fall["kinds"])
    assert fall["persons"]["mean"] == pytest.approx(expected, rel=1e-6)


def test_without_people_none_are_counted_and_their_unknowns_are_not_named() -> None:
    scenario = load(written())
    assert not any(key.startswith("fall/lethal_area") for key in scenario.numbers)
    none = falls.Landed(np.zeros((2, 4, 8, 8), np.float32), np.zeros((2, 4)), np.zeros((2, 4, 2)))
    assert falls.persons(scenario, 0, none) is None
    assert falls.summary(scenario, none, 1, None)["persons"] is None


def test_the_grid_holds_assets_and_near_units_and_leaves_far_ones_out() -> None:
    units = ({"units": [unit("A", battery(), east)]} for east in (20_000, 90_000))
    near, far = (landing.grid_of(load(written() | each)) for each in units)
    for grid in (near, far):
        east, north = grid.centres()
        assert east[0] < -3_000 < 3_000 < east[-1]
        assert north[0] < -3_000 < 9_100 < north[-1]
    assert near.centres()[0][-1] > 20_000
    assert far.cell < near.cell


def test_smoothing_keeps_a_level_map_and_the_number_of_bodies() -> None:
    level = np.ones((1, 1, landing.CELLS, landing.CELLS), np.float32)
    assert falls.smoothed(level) == pytest.approx(level, rel=1e-5)
    one = np.zeros_like(level)
    one[0, 0, 30, 20] = 1
    found = falls.smoothed(one)
    assert found.sum() == pytest.approx(1, rel=1e-5)
    assert found[0, 0, 30, 20] == found.max()
    rows, columns = np.indices(found.shape[2:])
    spread = np.sqrt((found[0, 0] * ((rows - 30) ** 2 + (columns - 20) ** 2)).sum() / 2)
    assert spread == pytest.approx(falls.SMOOTHED_CELLS, rel=0.01)


def test_wind_that_cannot_be_is_refused() -> None:
    for fall in ({"wind": -1}, {"wind": "100 m/s"}, {"breakup": 0.5}, {"missile_self_destruct": 1.2}):
        with pytest.raises(bartizan.ScenarioError, match=f"fall.{next(iter(fall))}"):
            load(written(**fall))


def test_a_second_run_gives_the_same_file(results: Any, tmp_path: Path) -> None:
    again = bartizan.study(load(results.path / "scenario.json"), tmp_path / "out", worlds=WORLDS, raids=RAIDS, seed=1)
    assert (again.path / "fall.npz").read_bytes() == (results.path / "fall.npz").read_bytes()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("worlds", [1, 2, 3, 11, 64, 100])
def test_ends_over_worlds_are_quantiles_to_the_bit(worlds: int, kind: type) -> None:
    values = (np.random.default_rng(worlds).random((worlds, 3, 5, 4)) ** 3).astype(kind)
    low, high = np.quantile(values, [falls._TAIL, 1 - falls._TAIL], axis=0)
    found = falls.over_worlds(values)
    assert np.array_equal(found["world_low"], low)
    assert np.array_equal(found["world_high"], high)
