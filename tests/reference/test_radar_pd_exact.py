"""Exact detection probabilities of fluctuating targets: worked out, as the engine's table has them, in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.reference.agreement import where

from bartizan.ground.jit import kernel
from bartizan.physics.arrays import SENSOR, records
from bartizan.physics.detection import DETECTION, detection_probability, detection_table
from bartizan.physics.radar import pd_of_snr, pd_one_look, snr_at

TABLE = "radar_pd_exact"


@kernel
def one_look(snr_constant, ln_false_alarm, rcs, r, out):  # type: ignore[no-untyped-def]
    """`pd_one_look` for callers in Python."""
    out[0] = pd_one_look(ln_false_alarm, snr_at(snr_constant, rcs, r))


@kernel
def from_table(detection, sensors, snr, out):  # type: ignore[no-untyped-def]
    """`pd_of_snr` for callers in Python."""
    for k in range(snr.shape[0]):
        out[k] = pd_of_snr(detection, sensors[0], snr[k])


def looked_up(snr: np.ndarray, false_alarm: float, pulses: int, swerling: int) -> np.ndarray:
    """Chances of looks from the table that a sensor of this kind gets, at each signal to noise."""
    tables, sensors, out = records(1, DETECTION), records(1, SENSOR), np.zeros(len(snr))
    tables[0] = detection_table(false_alarm, pulses, swerling)
    from_table(tables, sensors, snr, out)
    return out


def test_detection_probability(row: dict) -> None:
    x = row["inputs"]
    found = detection_probability(10 ** (x["snr_db"] / 10), x["pfa"], x["n"], x["swerling"])
    assert found == pytest.approx(row["expected"], abs=row["tol"])


def test_the_table_of_a_sensor(row: dict) -> None:
    x = row["inputs"]
    (found,) = looked_up(np.array([10 ** (x["snr_db"] / 10)]), x["pfa"], x["n"], x["swerling"])
    assert found == pytest.approx(row["expected"], abs=1e-4)


@pytest.mark.parametrize("swerling", range(5))
@pytest.mark.parametrize("pulses", [1, 3, 20, 100, 1000])
@pytest.mark.parametrize("false_alarm", [1e-12, 1e-8, 1e-6, 1e-4, 1e-2])
def test_between_the_points_of_a_table(swerling: int, pulses: int, false_alarm: float) -> None:
    """Less than 1e-4 off anywhere, ends included, and never falling."""
    snr = 10 ** np.linspace(-4.0, 7.0, 999)
    found = looked_up(snr, false_alarm, pulses, swerling)
    exact = np.array([detection_probability(s, false_alarm, pulses, swerling) for s in snr[::9]])
    assert np.abs(found[::9] - exact).max() < 1e-4
    assert (np.diff(found) >= 0).all()


@where(lambda row: (row["inputs"]["n"], row["inputs"]["swerling"]) == (1, 1))
def test_one_look_in_closed_form(row: dict) -> None:
    """Swerling 1 and one pulse; the range and the target's size must come out of the constant again."""
    x = row["inputs"]
    rcs, r, out = 3.0, 7000.0, np.zeros(1)
    one_look(10 ** (x["snr_db"] / 10) * r**4 / rcs, math.log(x["pfa"]), rcs, r, out)
    assert out[0] == pytest.approx(row["expected"], abs=1e-9)
