"""The signal that a chance of detection needs, and the constant of a radar that is stated by that chance at a range."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import radar, scenario

from bartizan.physics.detection import detection_probability, required_snr

TABLE = "radar_required_snr_exact"


def test_required_signal(row: dict) -> None:
    x = row["inputs"]
    found = 10 * math.log10(required_snr(x["pd"], x["pfa"], x["n"], x["swerling"]))
    assert found == pytest.approx(row["expected"], abs=row["tol"])


def test_a_radar_stated_by_it(row: dict) -> None:
    """`probability` at `range` against `rcs` fixes the constant of snr = constant x rcs / R^4, of one pulse."""
    x = row["inputs"]
    law = {"false_alarm": x["pfa"], "pulses": x["n"], "fluctuation": x["swerling"]}
    world, _ = surveyed(scenario(radar(range=30_000, rcs=5, probability=x["pd"], **law)), step_m=5000)
    found = 10 * math.log10(world.sensors["snr_constant"][0] * 5 / 30_000**4)
    assert found == pytest.approx(row["expected"], abs=row["tol"])


@settings(max_examples=40, derandomize=True)
@given(
    st.floats(0.01, 0.999), st.sampled_from([1e-9, 1e-6, 1e-3]), st.integers(1, 200), st.integers(0, 4)
)  # fmt: skip
def test_it_is_the_inverse(probability: float, false_alarm: float, pulses: int, swerling: int) -> None:
    snr = required_snr(probability, false_alarm, pulses, swerling)
    assert detection_probability(snr, false_alarm, pulses, swerling) == pytest.approx(probability, rel=1e-8)


def test_a_false_alarm_alone_needs_no_signal() -> None:
    assert required_snr(1e-4, 1e-3, 10, 3) == 0.0
