"""Several rounds at once: independent, with a common cause, with one unknown chance, with one aim error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.reference.agreement import errors_off, only, played

from bartizan.physics.gunfire import burst_kill_chance

TABLE = "salvo_and_burst"


def burst(x: dict, **changed: float) -> float:
    """The product's own formula for a row, some of its numbers changed."""
    x = x | changed
    return burst_kill_chance(x["n"], x["sr"], x["sb"], x["bias"], x["R"], x["pkh"])


def check_kills(leakers: np.ndarray, kill: float) -> None:
    assert abs(1 - leakers.mean() - kill) < 4 * np.sqrt(kill * (1 - kill) / leakers.size)


@only("salvo-", "common-")
def test_salvo(row: dict) -> None:
    outcomes = played(TABLE, row)
    check_kills(outcomes.leakers, row["expected"])
    assert (outcomes.shots == row["inputs"]["n"]).all()


@only("betabin-")
def test_one_unknown_chance(row: dict) -> None:
    """Rounds that share an unknown kill less often together; that they are independent in one world is not enough."""
    killed = 1 - played(TABLE, row).leakers.mean(axis=1)
    assert errors_off(killed, row["expected"]["correct"]) < 4
    assert errors_off(killed, row["expected"]["wrong_independent"]) > 3


@only("burst-")
def test_burst_in_a_raid(row: dict) -> None:
    outcomes, x = played(TABLE, row), row["inputs"]
    check_kills(outcomes.leakers, row["expected"]["P_kill"])
    assert (outcomes.shots == 1).all()
    assert outcomes.total[outcomes.columns.rounds] == x["n"] * outcomes.leakers.size


@only("burst-")
def test_burst_formula(row: dict) -> None:
    assert burst(row["inputs"]) == pytest.approx(row["expected"]["P_kill"], abs=row["tol"])


@only("burst-")
def test_single_rounds(row: dict) -> None:
    """One round scatters by both errors at once: its chance gives the mean number of hits, and the wrong answer."""
    x, expected = row["inputs"], row["expected"]
    hit = burst(x, n=1, sr=math.hypot(x["sr"], x["sb"]), sb=0.0, pkh=1.0)
    assert x["n"] * hit == pytest.approx(expected["expected_hits"], abs=row["tol"] * x["n"])
    assert 1 - (1 - x["pkh"] * hit) ** x["n"] == pytest.approx(expected["independent_rounds_WRONG"], abs=row["tol"])
