"""Accuracy of one look, and of an alpha-beta filter that has settled, by the code that makes cues err."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.physics.test_tracking import quality
from tests.reference.agreement import only

TABLE = "tracking"


@only("ab-")
def test_the_settled_filter(row: dict) -> None:
    x, expected = row["inputs"], row["expected"]
    found = quality(period=x["Ts"], manoeuvre=x["sigma_a"], noise=x["sigma_n"])
    assert found["index"] == pytest.approx(expected["tracking_index"], abs=row["tol"])
    assert (found["alpha"], found["beta"]) == pytest.approx((expected["alpha"], expected["beta"]), abs=row["tol"])
    assert found["cue"] == pytest.approx(expected["sigma_pos"], abs=row["tol"])


@only("ab-")
def test_the_lag_is_in_the_covariance(row: dict) -> None:
    """A target that keeps one sigma of acceleration is followed with a lag of sigma_n sqrt(1 - alpha)."""
    x, expected = row["inputs"], row["expected"]
    alpha = quality(period=x["Ts"], manoeuvre=x["sigma_a"], noise=x["sigma_n"])["alpha"]
    assert x["sigma_a"] * expected["lag_per_mps2"] == pytest.approx(x["sigma_n"] * math.sqrt(1 - alpha), rel=row["tol"])


@only("acc-")
def test_one_look(row: dict) -> None:
    x, expected = row["inputs"], row["expected"]
    found = quality(beam=math.radians(x["bw_deg"]), pulse=x["tau"], snr=10 ** (x["snr_db"] / 10))
    assert found["angle"] == pytest.approx(np.radians(expected["sig_az_deg"]), rel=row["tol"])
    assert found["angle"] * 10_000 == pytest.approx(expected["cross_10km"], rel=row["tol"])
    assert found["range"] == pytest.approx(expected["sig_r"], rel=row["tol"])
