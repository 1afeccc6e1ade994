"""Surface clutter in a cell and what cancellers leave of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.agreement import only

from bartizan.ground.jit import kernel
from bartizan.physics import range_equation
from bartizan.physics.clutter import canceller_response, grazing_sine, ground_echo

TABLE = "clutter_mti"


@kernel
def ground(strength, height, r, per_diameter, out):  # type: ignore[no-untyped-def]
    out[0] = grazing_sine(height, r, per_diameter)
    out[1] = ground_echo(strength, height, r, per_diameter)


@kernel
def responses(delays, speeds, blind, out):  # type: ignore[no-untyped-def]
    for k in range(speeds.shape[0]):
        out[k] = canceller_response(delays, speeds[k], blind)


def seen(strength: float, height: float, r: float, per_diameter: float = 0.0) -> tuple[float, float]:
    out = np.zeros(2)
    ground(strength, height, r, per_diameter, out)
    return float(out[0]), float(out[1])


@only("clut")
def test_a_cell_of_ground(row: dict) -> None:
    x, expected = row["inputs"], row["expected"]
    strength = math.radians(x["az_bw_deg"]) * range_equation.LIGHT_M_S * x["tau"] / 2
    gamma = range_equation.linear(x["gamma_db"])
    sine, echo = seen(strength * gamma, x["h_radar"], x["R"])
    assert math.asin(sine) == pytest.approx(expected["psi_rad"], rel=row["tol"])
    assert echo / (gamma * sine) == pytest.approx(expected["area"], rel=row["tol"])
    assert echo == pytest.approx(expected["sigma_c"], rel=row["tol"])
    assert 10 * math.log10(x["rcs"] / echo) == pytest.approx(expected["SCR_db"], rel=row["tol"])


@only("mti")
def test_cancellers(row: dict) -> None:
    x, expected = row["inputs"], row["expected"]
    for delays in (1, 2):
        improvement = range_equation.canceller_improvement(delays, x["sigma_v"], x["lam"], x["prf"])
        assert 10 * math.log10(improvement) == pytest.approx(expected[f"I{delays}_db"], rel=row["tol"])
        # the small-argument form of the same is less than 0.05 dB away here
        assert 10 * math.log10(improvement) == pytest.approx(expected[f"I{delays}_approx_db"], abs=0.05)
    assert range_equation.blind_speed(x["lam"], x["prf"]) == pytest.approx(expected["v_blind"], rel=row["tol"])
    assert range_equation.unambiguous_range(x["prf"]) == pytest.approx(expected["R_unamb"], rel=row["tol"])


@pytest.mark.parametrize("delays", [1, 2])
def test_a_canceller_passes_targets_in_the_mean_and_not_at_blind_speeds(delays: int) -> None:
    speeds, out = np.linspace(0.0, 75.0, 751), np.zeros(751)
    responses(delays, speeds, 75.0, out)
    assert out[:-1].mean() == pytest.approx(1.0, rel=1e-12)
    assert out[0] == 0.0
    assert out[-1] == pytest.approx(0.0, abs=1e-15)


@given(st.floats(1.0, 200.0), st.floats(1.001, 100.0))
def test_the_ground_ends_at_the_horizon(height: float, times: float) -> None:
    """On a sphere it is as on a plane close by, and 0 beyond sqrt(2 R h + h^2)."""
    radius = 8.5e6
    horizon = math.sqrt(2 * radius * height + height * height)
    assert seen(1.0, height, horizon * times, 0.5 / radius)[1] == 0.0
    near, flat = seen(1.0, height, horizon / 100, 0.5 / radius), seen(1.0, height, horizon / 100)
    assert near[1] == pytest.approx(flat[1], rel=2e-3)
    assert near[1] <= flat[1] * (1 + 1e-4)
