"""Losses as records: how likely units and the network are lost in a raid, and when."""

from __future__ import annotations

from typing import Any

import numpy as np

from bartizan.physics.arrays import NETWORK, records
from bartizan.world.cases import PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Loss


def fill(unit: Any, placed: PlacedUnit, scenario: Scenario, worlds: Worlds) -> None:
    """What may happen to a unit in each world; nothing where nothing is stated."""
    key = f"units/{placed.name}"
    unit.stands_at = -1
    if placed.unit.lost is not None:
        _fill_loss(unit, placed.unit.lost, f"{key}/lost", worlds)
    if placed.unit.struck is not None:
        unit.stands_at = [asset.name for asset in scenario.assets].index(placed.unit.struck.asset)
        unit.struck = worlds.value(f"{key}/struck/chance")


def _fill_loss(record: Any, written: Loss, key: str, worlds: Worlds) -> None:
    for field in ("at", "within", "chance"):
        record[f"lost_{field}"] = worlds.value(f"{key}/{field}")
    record.lost_for = worlds.value(f"{key}/lasts") if written.lasts is not None else np.inf


def network(worlds: Worlds, scenario: Scenario) -> np.ndarray:
    """NETWORK (W, 1) of a scenario; where there is none, its delay is negative."""
    rows, written = records((len(worlds), 1), NETWORK), scenario.file.network
    row = rows[:, 0]
    row.delay, row.node, row.takeover = -1.0, -1, np.inf
    if written is not None:
        row.delay = worlds.value("network/delay")
        if written.lost is not None:
            _fill_loss(row, written.lost, "network/lost", worlds)
        if written.node is not None:
            row.node = [placed.name for placed in scenario.units].index(written.node)
        if written.takeover is not None:
            row.takeover = worlds.value("network/takeover")
    return rows
