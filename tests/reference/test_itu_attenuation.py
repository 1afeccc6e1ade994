"""Losses in air and rain: the recommendations' own tables, and what a sensor is packed with."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import EQUATION, radar, scenario
from tests.reference.agreement import only

from bartizan.physics import air

TABLE = "itu_attenuation"


@only("p676")
def test_gases(row: dict) -> None:
    x, expected = row["inputs"], row["expected"]
    oxygen, water = air.gas_loss(np.array([x["f_ghz"] * 1e9]), x["P_hPa"], x["T_K"], x["rho_gm3"])
    assert oxygen[0] == pytest.approx(expected["oxygen"], rel=row["tol"])
    assert water[0] == pytest.approx(expected["water"], rel=row["tol"])
    assert oxygen[0] + water[0] == pytest.approx(expected["total"], rel=row["tol"])


def check_rain(x: dict, expected: dict, tilt: float, tol: float) -> None:
    k, alpha = air.rain_coefficients(np.array([x["f_ghz"] * 1e9]), math.radians(x["el_deg"]), tilt)
    assert k[0] == pytest.approx(expected["k"], rel=tol)
    assert alpha[0] == pytest.approx(expected["alpha"], rel=tol)
    assert k[0] * x["R_mmh"] ** alpha[0] == pytest.approx(expected["gamma"], rel=tol)


@only("p838-")
def test_rain(row: dict) -> None:
    check_rain(row["inputs"], row["expected"], math.radians(row["inputs"]["tau_deg"]), row["tol"])


@only("p838h")
def test_rain_on_a_level_path(row: dict) -> None:
    for polarisation, tilt in (("H", 0.0), ("V", math.pi / 2)):
        check_rain(row["inputs"], row["expected"][polarisation], tilt, row["tol"])
    gamma = air.rain_loss(np.array([row["inputs"]["f_ghz"] * 1e9]), np.array([float(row["inputs"]["R_mmh"])]))[0]
    ends = [row["expected"][p]["gamma"] for p in "HV"]
    assert min(ends) <= gamma <= max(ends)


@only("p676-10")
def test_a_sensor_is_packed_with_the_loss_of_both_ways(row: dict) -> None:
    """dB/km one way become nepers of power per metre of range, there and back."""
    figures = EQUATION | {"frequency": f"{row['inputs']['f_ghz']} GHz"}
    world, _ = surveyed(scenario(radar(**figures), weather={}), step_m=5000)
    found = float(world.sensors["loss"][0])
    assert found * 1000 * 10 / math.log(10) / 2 == pytest.approx(row["expected"]["total"], rel=row["tol"])
