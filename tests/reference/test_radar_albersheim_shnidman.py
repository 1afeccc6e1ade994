"""The approximations of Albersheim and Shnidman, and how far the exact answer is from them."""

from __future__ import annotations

import math

import pytest
from tests.reference.agreement import only

from bartizan.physics.detection import albersheim_snr_db, required_snr, shnidman_snr_db

TABLE = "radar_albersheim_shnidman"


@only("alb")
def test_albersheim(row: dict) -> None:
    x = row["inputs"]
    assert albersheim_snr_db(x["pd"], x["pfa"], x["n"]) == pytest.approx(row["expected"], abs=row["tol"])


@only("shn")
def test_shnidman(row: dict) -> None:
    x = row["inputs"]
    found = shnidman_snr_db(x["pd"], x["pfa"], x["n"], x["swerling"])
    assert found == pytest.approx(row["expected"], abs=row["tol"])


@pytest.mark.parametrize("pulses", [1, 4, 10, 50])
@pytest.mark.parametrize("false_alarm", [1e-7, 1e-6, 1e-4])
@pytest.mark.parametrize("probability", [0.3, 0.5, 0.9])
def test_the_exact_signal_is_near_both(probability: float, false_alarm: float, pulses: int) -> None:
    """Within 0.6 dB of Shnidman in all cases, and 0.4 dB of Albersheim, whose detector is linear, if steady."""
    for swerling in range(5):
        exact = 10 * math.log10(required_snr(probability, false_alarm, pulses, swerling))
        assert shnidman_snr_db(probability, false_alarm, pulses, swerling) == pytest.approx(exact, abs=0.6)
    steady = 10 * math.log10(required_snr(probability, false_alarm, pulses, 0))
    assert albersheim_snr_db(probability, false_alarm, pulses) == pytest.approx(steady, abs=0.4)
