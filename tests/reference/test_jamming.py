"""Noise jamming of a radar by its own target and from beside it, and of satellite navigation: J/S and ranges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import surveyed
from tests.physics.radar_scenes import radar, scenario
from tests.reference.agreement import only

from bartizan.ground.jit import kernel
from bartizan.physics import jammers
from bartizan.physics.jamming import jamming_to_noise, power_per_hertz, signal_over_all
from bartizan.physics.range_equation import wavelength

TABLE = "jamming"


@kernel
def received(types, sensors, gain, r, out):  # type: ignore[no-untyped-def]
    out[0] = jamming_to_noise(sensors[0].jamming, power_per_hertz(types[0], sensors[0]), gain, r)


class Duel:
    """A radar and a jamming target as a scenario has them; the system's temperature cancels in J/S."""

    def __init__(self, x: dict[str, Any]) -> None:
        gain = 10 * math.log10(x["G"])
        sensor = radar(
            range=None, frequency=x["f"], power=x["Pt"], bandwidth=x["Br"], gain=gain, temperature=700,
            losses=10 * math.log10(x["L"]), sidelobes=gain - 10 * math.log10(x.get("Gj", x["G"])),
        )  # fmt: skip
        noise = {"power": x["ERP"], "frequency": x["f"], "bandwidth": x["Bj"]}
        self.world, _ = surveyed(scenario(sensor, threats={"drone": {"noise": noise, "rcs": x["rcs"]}}), step_m=5000)
        self.x = x

    def jam_to_signal(self, r: float) -> float:
        """J/S at a target at r m; the jammer is the target, or at Rj beside the beam."""
        sensor, out = self.world.sensors[0], np.zeros(1)
        beside = "Rj" in self.x
        received(self.world.types, self.world.sensors, sensor["beside"] if beside else 1.0, self.x.get("Rj", r), out)
        return float(out[0] * r**4 / (sensor["snr_constant"] * self.x["rcs"]))


@only("ssj", "soj")
def test_jam_to_signal_crossover_and_burn_through(row: dict) -> None:
    duel, expected = Duel(row["inputs"]), row["expected"]
    assert 10 * math.log10(duel.jam_to_signal(20_000.0)) == pytest.approx(
        expected["JS_db_at_20km"], abs=row["tol"] * 30
    )
    assert duel.jam_to_signal(expected["R_crossover"]) == pytest.approx(1.0, rel=4 * row["tol"])
    assert duel.jam_to_signal(expected["R_bt_SJ10"]) == pytest.approx(0.1, rel=4 * row["tol"])


@kernel
def over_all(signal, clutter, jamming, out):  # type: ignore[no-untyped-def]
    out[0] = signal_over_all(signal, clutter, jamming)


@only("sinr")
def test_powers_add(row: dict) -> None:
    x, out = {name: 10 ** (value / 10) for name, value in row["inputs"].items()}, np.zeros(1)
    over_all(x["snr_db"], x["cnr_db"], x["jnr_db"], out)
    assert 10 * math.log10(out[0]) == pytest.approx(row["expected"], abs=row["tol"])


@only("gnss-")
def test_what_jamming_leaves_of_satellite_navigation(row: dict) -> None:
    x = row["inputs"]
    left = jammers.effective_cn0(x["cn0"], x["js"], x["Q"], x["Rc"])
    assert left == pytest.approx(row["expected"], abs=row["tol"])
    assert jammers.tolerable_js(x["cn0"], left, x["Q"], x["Rc"]) == pytest.approx(x["js"], abs=1e-9)


@only("gnssr-")
def test_the_range_at_which_satellite_navigation_is_denied(row: dict) -> None:
    """The packed range of a like jammer differs by the constants of the receiver alone."""
    x = row["inputs"]
    wave = wavelength(x["f"])
    found = jammers.jamming_range(x["ERP_w"], wave, x["S_dbw"], x["JS_threshold_db"])
    assert found == pytest.approx(row["expected"], rel=row["tol"])
    ratio = jammers.tolerable_js(jammers.UNJAMMED_CN0_DB, 28.0, 1.0, jammers.CHIP_RATE_HZ)
    like = jammers.satnav_range(x["ERP_w"], 1.0, 28.0, 0.0)
    other = x["S_dbw"] + x["JS_threshold_db"] - jammers.SATELLITE_DBW - ratio + 20 * math.log10(x["f"] / jammers.L1_HZ)
    assert like == pytest.approx(found * 10 ** (other / 20), rel=1e-9)
