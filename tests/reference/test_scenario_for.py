"""The public helper itself: what it refuses, and that its scenarios are ordinary ones."""

from __future__ import annotations

from typing import Any

import pytest
from tests.reference.conftest import rows

from bartizan.studies.verify.scenarios import TABLES, NotExpressible, scenario_for
from bartizan.world.scenario import load

LAYERED = ("leakage_products", "published_scenarios")


def expressed(table: str, row: dict[str, Any]) -> dict[str, Any] | None:
    """The row's scenario, or None where no raid can play it."""
    try:
        return scenario_for(table, row)
    except NotExpressible:
        return None


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(NotExpressible, match="geodesy"):
        scenario_for("geodesy", {"id": "geo-0", "inputs": {}})


@pytest.mark.parametrize("table", TABLES)
def test_every_row_loads(table: str) -> None:
    loaded = [load(scenario) for row in rows(table) if (scenario := expressed(table, row))]
    assert loaded
    for scenario in loaded:
        assert len(scenario.units) == 1 or table in LAYERED
        assert scenario.name.startswith(table)


def test_a_row_is_left_as_it_was() -> None:
    row = {"id": "sls", "inputs": {"p": 0.5, "schedule": [2, 1, 1]}, "expected": {}}
    scenario_for("shoot_look_shoot", row)
    assert row["inputs"] == {"p": 0.5, "schedule": [2, 1, 1]}
