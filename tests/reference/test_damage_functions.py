"""A warhead and its miss: the cookie cutter, Gaussian lethality, Carleton's function; by formula and in a raid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.reference.agreement import only, played

from bartizan.physics.gunfire import burst_kill_chance
from bartizan.physics.lethality import lethality_along_axis
from bartizan.studies.verify.scenarios import NotExpressible, as_warhead, scenario_for

TABLE = "damage_functions"


@only("gauss-", "carl-")
def test_formula(row: dict) -> None:
    kill, axes = as_warhead(row["inputs"])
    found = kill * math.prod(lethality_along_axis(*map(float, axis)) for axis in axes)
    assert found == pytest.approx(row["expected"], abs=row["tol"])


@only("cc-")
def test_cookie_cutter(row: dict) -> None:
    x = row["inputs"]
    found = burst_kill_chance(1, float(x["sigma"]), 0.0, 0.0, float(x["R"]), 1.0)
    assert found == pytest.approx(row["expected"], abs=row["tol"])
    assert x["CEP"] == pytest.approx(x["sigma"] * math.sqrt(2 * math.log(2)))


@only("cc-", "gauss-", "carl-1")
def test_in_a_raid(row: dict) -> None:
    leakers, kill = played(TABLE, row).leakers, row["expected"]
    assert abs(1 - leakers.mean() - kill) < 4 * np.sqrt(kill * (1 - kill) / leakers.size)


@only("carl-0")
def test_unequal_axes_are_no_raid(row: dict) -> None:
    with pytest.raises(NotExpressible, match="alike along both axes"):
        scenario_for(TABLE, row)
