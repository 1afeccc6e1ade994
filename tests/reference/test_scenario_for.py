"""The public helper itself: what it refuses, and that its scenarios are ordinary ones."""

from __future__ import annotations

import pytest
from tests.oracles.reference_scenarios import TABLES, NotExpressible, scenario_for
from tests.reference.conftest import rows

from bartizan.world.scenario import load


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(NotExpressible, match="geodesy"):
        scenario_for("geodesy", {"id": "geo-0", "inputs": {}})


@pytest.mark.parametrize("table", TABLES)
def test_every_row_loads(table: str) -> None:
    found = [row for row in rows(table) if not row["id"].startswith("engset")]
    if not found:
        pytest.skip("no reference material: set BARTIZAN_SHARED to it")
    for row in found:
        scenario = load(scenario_for(table, row))
        assert len(scenario.units) == 1
        assert scenario.name.startswith(table)


def test_a_row_is_left_as_it_was() -> None:
    row = {"id": "sls", "inputs": {"p": 0.5, "schedule": [2, 1, 1]}, "expected": {}}
    scenario_for("shoot_look_shoot", row)
    assert row["inputs"] == {"p": 0.5, "schedule": [2, 1, 1]}
