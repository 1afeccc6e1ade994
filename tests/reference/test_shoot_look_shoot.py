"""Firing doctrines against one target: rounds and kills, with and without errors of assessment."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracles import closed_forms
from tests.reference.agreement import errors_off, played

TABLE = "shoot_look_shoot"
OTHERS = {
    "five-then-singles": {"p": 0.2, "schedule": [5, 1, 1, 1, 1, 1]},
    "growing": {"p": 0.35, "schedule": [1, 2, 3, 4]},
    "one": {"p": 0.8, "n": 1},
    "blind": {"p": 0.4, "n": 4, "P_assess_miss_given_kill": 1.0, "P_assess_kill_given_miss": 0.0},
    "credulous": {"p": 0.4, "n": 6, "P_assess_miss_given_kill": 0.0, "P_assess_kill_given_miss": 0.5},
    "salvos-misjudged": {
        "p": 0.5,
        "schedule": [2, 1],
        "P_assess_miss_given_kill": 0.3,
        "P_assess_kill_given_miss": 0.2,
    },
}


def exactly(inputs: dict) -> tuple[float, float]:
    schedule = inputs.get("schedule") or [1] * inputs["n"]
    wrong = (inputs.get(f"P_assess_{name}", 0.0) for name in ("miss_given_kill", "kill_given_miss"))
    return closed_forms.salvos(inputs["p"], schedule, *wrong)


def check(inputs: dict, kill: float, rounds: float) -> None:
    outcomes = played(TABLE, {"inputs": inputs})
    leakers = outcomes.leakers
    assert abs(leakers.mean() - (1 - kill)) < 4 * np.sqrt(kill * (1 - kill) / leakers.size)
    assert errors_off(outcomes.shots, rounds) < 4


def test_kill_and_rounds(row: dict) -> None:
    """Rounds fired at what is dead and taken for alive count as fired."""
    check(row["inputs"], row["expected"]["P_kill"], row["expected"]["E_rounds"])


def test_the_formula_gives_the_table(row: dict) -> None:
    kill, rounds = exactly(row["inputs"])
    assert kill == pytest.approx(row["expected"]["P_kill"], abs=row["tol"])
    assert rounds == pytest.approx(row["expected"]["E_rounds"], abs=row["tol"])


@pytest.mark.parametrize("name", OTHERS)
def test_rows_that_no_table_lists(name: str) -> None:
    check(OTHERS[name], *exactly(OTHERS[name]))
