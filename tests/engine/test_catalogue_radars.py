"""What disturbs radars disturbs those of the catalogue: noise, rain, cross sections by band."""

from __future__ import annotations

from typing import Any

import pytest
from tests.engine.scenes import drone, scene, threats, unit

from bartizan.engine.layout import FATES
from bartizan.physics.arrays import BANDS
from bartizan.world import catalog

LEAKED = FATES.index("leaked")
#: middle and width, GHz, of noise that covers a search radar's band in all worlds
IN_BAND = {"pantsir-s1": (2.0, 3.9), "nasams": (10.0, 4.0), "iris-t-slm": (5.0, 2.0)}


def leaks(system: str, of_threat: dict[str, Any], weather: dict[str, Any] | None = None, **of_unit: Any) -> float:
    """The share of twelve drones that get past one unit of the catalogue."""
    groups = [{"threat": "drone", "count": 12, "distance": "60 km", "arrival": {"spread": 120}}]
    site = unit("Site", system, 500.0, -300.0, **of_unit)
    of = scene([site], groups, threats={"drone": drone(**of_threat)}, weather=weather or {})
    return float((threats(of, 16, 10)["fate"] == LEAKED).mean())


def noise(middle_ghz: float, width_ghz: float) -> dict[str, Any]:
    return {"noise": {"power": "1 kW", "frequency": f"{middle_ghz} GHz", "bandwidth": f"{width_ghz} GHz"}}


@pytest.mark.parametrize("system", IN_BAND)
def test_noise_in_a_radars_band_hurts_the_defence(system: str) -> None:
    """1 kW spread over all of it; beside it, it does nothing."""
    free = leaks(system, {})
    assert leaks(system, noise(*IN_BAND[system])) > free + 0.1
    assert leaks(system, noise(60.0, 1.0)) == free


def test_rain_and_cross_sections_by_band_count() -> None:
    """Rain takes from an X-band radar's range, and so does a threat that is smaller there than elsewhere."""
    free = leaks("nasams", {})
    assert leaks("nasams", {}, weather={"rain": "100 mm/h"}) > free
    assert leaks("nasams", {"rcs_by_band": {"X": 1e-5}}) > free + 0.1
    assert leaks("nasams", {"rcs_by_band": {"S": 1e-4}}) == free


def test_a_guess_of_clutter_would_be_the_answer() -> None:
    """Why the catalogue has none: between 30 and 50 dB of suppression all is decided (docs/model.md)."""

    def roof(improvement: int | None) -> float:
        clutter = {"reflectivity": "-5 dB", "cell": "100 m", "improvement": f"{improvement} dB"}
        override = {} if improvement is None else {"override": {"sensors": {"search radar": {"clutter": clutter}}}}
        return leaks("pantsir-s1", {"rcs": 0.05, "speed": 50, "altitude": 100}, height="30 m", **override)

    free = roof(None)
    assert roof(30) > 0.99
    assert abs(roof(50) - free) < 0.02


def test_every_radar_has_the_figures_and_its_band_is_one_that_it_is_said_to_have() -> None:
    radars = [
        r for name in catalog.names("systems") for r in catalog.system(name).sensors.values() if r.kind == "radar"
    ]
    assert len(radars) == 13
    for radar in radars:
        assert None not in (radar.frequency, radar.gain, radar.temperature, radar.beam)
        assert BANDS["VHF"] < radar.frequency.span[0] <= radar.frequency.span[1] <= BANDS["Ka"]
