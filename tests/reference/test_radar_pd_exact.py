"""Exact detection probabilities of fluctuating targets, and the engine's own kernel for one look."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.reference.agreement import where

from bartizan.ground.jit import kernel
from bartizan.physics.radar import detection_probability, pd_one_look

TABLE = "radar_pd_exact"


@kernel
def one_look(snr_constant, ln_false_alarm, rcs, r, out):  # type: ignore[no-untyped-def]
    """`pd_one_look` for callers in Python."""
    out[0] = pd_one_look(snr_constant, ln_false_alarm, rcs, r)


def test_detection_probability(row: dict) -> None:
    x = row["inputs"]
    found = detection_probability(10 ** (x["snr_db"] / 10), x["pfa"], x["n"], x["swerling"])
    assert found == pytest.approx(row["expected"], abs=row["tol"])


@where(lambda row: (row["inputs"]["n"], row["inputs"]["swerling"]) == (1, 1))
def test_one_look_of_the_engine(row: dict) -> None:
    """The engine knows Swerling 1 and one look; the range and the target's size must come out of the constant again."""
    x = row["inputs"]
    rcs, r, out = 3.0, 7000.0, np.zeros(1)
    one_look(10 ** (x["snr_db"] / 10) * r**4 / rcs, math.log(x["pfa"]), rcs, r, out)
    assert out[0] == pytest.approx(row["expected"], abs=1e-9)
