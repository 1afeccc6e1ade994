"""Rounds left in the course of a raid: in the summary and on the page, and absent where nothing lasts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, group, scene, unit

from bartizan.faces.report import course
from bartizan.studies import replicate, summary
from bartizan.world.scenario import load

LAUNCHER = battery(effectors={"missile": {"rounds": 4, "reload_time": 120, "spare_rounds": 4, "kill": {"drone": 0.8}}})


def told(groups: list[dict[str, Any]], *units: dict[str, Any]) -> Any:
    scenario = load(scene(list(units), groups))
    found = replicate.run(scenario, worlds=4, raids=16)
    return summary.of_case(scenario, found.case, found.design, found.sums, found.squares)


def test_it_begins_full_and_falls_with_each_wave() -> None:
    case = told([group(count=8, arrival={"waves": 2, "every": 900})], unit("A", LAUNCHER))
    times, left = case["course"]["times_s"], [row["mean"] for row in case["course"]["effectors"][0]["left"]]
    assert left[0] == 4
    assert np.diff(times) == pytest.approx(times[1])
    assert all(0 <= row["low"] <= row["mean"] <= row["high"] for row in case["course"]["effectors"][0]["left"])
    fired = case["effectors"][0]["rounds"]["mean"]
    assert fired <= 8  # what was ready and what was spare
    assert min(left) < 2
    assert left[-1] >= 4 + 4 - fired - 4 - 1e-9


def test_sentence_section_and_numbers_say_the_same() -> None:
    case = told([group(count=8, arrival={"waves": 2, "every": 900})], unit("A", LAUNCHER))
    said = course.sentence(case)
    assert said.startswith("A, missile, comes nearest to its last round: ")
    page = str(course.section([case], {"assets": [], "units": []}))  # type: ignore[typeddict-item]
    assert said.split(" are left")[0].split(": ")[1] in page
    assert "<svg" not in page  # drawn as a picture of its own
    assert page.count("data:image/svg+xml") == 2


def test_nothing_is_told_where_nothing_lasts() -> None:
    case = told([group()], unit("A"))
    assert "course" not in case
    assert course.told([case]) == []


def test_the_shipped_variant_has_all_of_it() -> None:
    """Waves, spare rounds, a loss with a chance, a node that may be struck."""
    scenario = load("power-station:two-waves")
    assert scenario.raids[0].groups[0].arrival.waves == 2
    units = {placed.name: placed for placed in scenario.units}
    assert units["Gepard east"].unit.lost is not None
    assert units["IRIS-T battery"].unit.struck is not None
    assert units["IRIS-T battery"].system.effectors["IRIS-T SLM"].spare_rounds is not None
    assert scenario.file.network is not None
    assert scenario.file.network.node == "IRIS-T battery"
