"""Identification and traffic as records: what units make of whom, by light and weather, and streams of neutrals."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from bartizan.ground import each
from bartizan.physics import light
from bartizan.world.cases import PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Traffic


def fill(unit: Any, placed: PlacedUnit, scenario: Scenario, worlds: Worlds, lit: Literal["day", "night"]) -> None:
    """How a unit identifies in each world; where nothing is stated it fires at all that flies."""
    own, system = placed.system.identify is not None, placed.system
    if (system.identify or scenario.file.identify) is None or not system.effectors:
        return

    def of(field: str) -> np.ndarray:
        return worlds.value(placed.key_of(("identify", field)) if own else f"identify/{field}")

    unit.identifies, unit.tight = 1, system.doctrine.weapons == "tight"
    unit.call_time, unit.call_spread = of("time"), each.log(np.maximum(of("spread"), 1.0))
    unit.call_again = np.maximum(of("again"), 1.0)
    seen = of("visual" if lit == "day" else "visual_night")
    unit.visual = seen * _left_of_contrast(scenario, worlds, of("visual_range"))
    for field in ("transponder", "flight_plan", "neutral_as_hostile", "hostile_as_neutral", "hostile_as_unknown"):
        unit[field] = of(field)


def _left_of_contrast(scenario: Scenario, worlds: Worlds, away: np.ndarray) -> np.ndarray:
    """What haze and rain leave of contrast at a range, m, of what clear air does."""
    if scenario.file.weather is None:
        return np.ones(len(worlds))
    taken = light.extinction(worlds.value("weather/visibility")) + light.rain(worlds.value("weather/rain") * 3.6e6)
    return each.exp(-np.maximum(taken - light.clear_extinction(False), 0.0) * away)


def fill_traffic(type_: Any, neutral: Traffic, worlds: Worlds, key: str) -> None:
    """A stream of neutrals in each world."""
    type_.lasts, type_.offset, type_.left = (worlds.value(f"{key}/{field}") for field in ("lasts", "offset", "left"))
    type_.closing = np.inf if neutral.closing is None else worlds.value(f"{key}/closing")
