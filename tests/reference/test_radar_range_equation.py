"""The range equation in its forms, as a scenario states a radar and the world packs it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import radar, scenario
from tests.reference.agreement import only, where

from bartizan.physics import range_equation

TABLE = "radar_range_equation"


def constant(x: dict[str, Any], **more: Any) -> float:
    """Signal to noise x R^4 / rcs of a radar with the figures of a row."""
    figures = {
        "range": None,
        "frequency": x.get("f_hz") or 299_792_458.0 / x["lam_m"],
        "power": x.get("Pt", 1.0),
        "pulse": x["tau"],
        "gain": x["Gt"],
        "receive_gain": x["Gr"],
        "temperature": x["Ts"],
        "losses": x["L"],
    }
    world, _ = surveyed(scenario(radar(**figures | more)), step_m=5000)
    return float(world.sensors["snr_constant"][0])


def published(row: dict) -> float:
    return row["expected"]["published"] if isinstance(row["expected"], dict) else row["expected"]


@where(lambda row: row["quantity"] == "SNR")
def test_signal_to_noise(row: dict) -> None:
    x = row["inputs"]
    found = 10 * math.log10(constant(x) * x["rcs"] / x["R"] ** 4)
    assert found == pytest.approx(published(row), abs=row["tol"])


@only("rre-snr-3")
def test_bistatic(row: dict) -> None:
    x = row["inputs"]
    found = 10 * math.log10(constant(x) * x["rcs"] / x["Rt"] ** 2 / x["Rr"] ** 2)
    assert found == pytest.approx(published(row), abs=row["tol"])


@only("rre-rng-1")
def test_range(row: dict) -> None:
    """The range at which the stated signal is left is the one that the sensor's reach is packed as."""
    x = row["inputs"]
    figures = {"frequency": x["f_hz"], "power": x["Pt"], "pulse": x["tau"], "gain": x["Gt"], "receive_gain": x["Gr"]}
    sensor = radar(range=None, snr=x["snr_db"], rcs=x["rcs"], temperature=x["Ts"], losses=x["L"], **figures)
    world, _ = surveyed(scenario(sensor), step_m=5000)
    assert world.sensors["reach"][0] == pytest.approx(published(row), rel=row["tol"])


@only("rre-pow-1")
def test_peak_power(row: dict) -> None:
    """Signal to noise goes with the power, so what one watt gives tells what is needed."""
    x = row["inputs"]
    of_a_watt = constant(x) * x["rcs"] / x["R"] ** 4
    assert range_equation.linear(x["snr_db"]) / of_a_watt == pytest.approx(published(row), rel=row["tol"])


@only("rre-search")
def test_search(row: dict) -> None:
    x = row["inputs"]
    (az_0, az_1), (el_0, el_1) = x["az_deg"], x["el_deg"]
    sensor = radar(
        range=None, mean_power=x["power_aperture"], aperture=1, scan_period=x["t_search"], temperature=x["Ts"],
        losses=x["L"], sector=f"{az_1 - az_0} deg", elevation_min=f"{el_0} deg", elevation_max=f"{el_1} deg",
    )  # fmt: skip
    world, _ = surveyed(scenario(sensor), step_m=5000)
    found = 10 * math.log10(float(world.sensors["snr_constant"][0]) * x["rcs"] / x["R"] ** 4)
    assert found == pytest.approx(published(row), abs=row["tol"])
