"""Readiness as records: how likely each unit is ready when a raid comes, with whom it shares that, who warns it."""

from __future__ import annotations

from typing import Any

import numpy as np

from bartizan.ground import rng
from bartizan.physics.arrays import WARNING, records
from bartizan.world.cases import PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Ideal


def fill(unit: Any, placed: PlacedUnit, scenario: Scenario, worlds: Worlds) -> None:
    """The readiness of a unit in each world; ready for certain where none is stated, and if it only jams."""
    own, system = placed.system.readiness is not None, placed.system
    written = system.readiness or scenario.file.readiness
    unit.ready, unit.confirming = 1.0, _confirming(placed, worlds)
    if written is None or not (system.sensors or system.effectors):
        return

    def of(field: str) -> np.ndarray:
        return worlds.value(placed.key_of(("readiness", field)) if own else f"readiness/{field}")

    unit.ready, unit.standby, unit.common = of("ready"), of("standby"), of("common")
    stated = system.time_to_ready is not None
    unit.time_to_ready = worlds.value(placed.key_of(("time_to_ready",))) if stated else of("time_to_ready")
    unit.crew = rng.name_hash(f"readiness/{written.group or ''}")


def _confirming(placed: PlacedUnit, worlds: Worlds) -> np.ndarray:
    """The least, over a unit's search sensors, of the looks that one needs; nothing of one that is certain."""
    least = np.full(len(worlds), np.inf)
    for name, sensor in placed.system.sensors.items():
        if sensor.role == "search":
            scan = worlds.value(placed.key_of(("sensors", name, "scan_period")))
            taken = 0.0 if isinstance(sensor, Ideal) else sensor.confirm[0] * np.maximum(scan, 1e-3)
            least = np.minimum(least, taken)
    return least


def warning(worlds: Worlds, scenario: Scenario) -> np.ndarray:
    """WARNING (W, 1) of a scenario; where none is stated, it is always missed."""
    rows = records((len(worlds), 1), WARNING)
    rows.missed = 1.0
    if scenario.file.warning is not None:
        rows.lead = worlds.value("warning/lead")[:, None]
        rows.missed = worlds.value("warning/missed")[:, None]
        rows.tells_bearing = scenario.file.warning.tells_bearing
    return rows
