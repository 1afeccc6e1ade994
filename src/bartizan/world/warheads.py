"""What geometry leaves of a kill chance, as records: tables of factors, and the miss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bartizan.physics.arrays import BY_ALTITUDE, BY_CROSSING, BY_RANGE, LETHALITY, records
from bartizan.world.cases import PlacedUnit
from bartizan.world.draw import Worlds
from bartizan.world.schema import Effector

#: (number of the unit, the unit, name of the effector, the effector)
PlacedEffector = tuple[int, PlacedUnit, str, Effector]
_TABLES = {"kill_by_range": BY_RANGE, "kill_by_crossing": BY_CROSSING, "kill_by_altitude": BY_ALTITUDE}


def lethality(worlds: Worlds, effectors: Sequence[PlacedEffector]) -> np.ndarray:
    """LETHALITY (W, E): factors and misses of the effectors that have some."""
    found = records((len(worlds), len(effectors)), LETHALITY)
    for e, (_, placed, name, written) in enumerate(effectors):
        record = found[:, e]
        for field, which in _TABLES.items():
            rows = getattr(written, field) or ()
            record.rows[:, which] = len(rows)
            for k in range(len(rows)):
                record.at[:, which, k] = _value(worlds, placed, name, field, str(k), "0")
                record.factor[:, which, k] = _value(worlds, placed, name, field, str(k), "1")
        if written.miss is not None:
            for field in ("guidance_error", "error", "bias"):
                record[field] = _value(worlds, placed, name, "miss", field)
    return found


def _value(worlds: Worlds, placed: PlacedUnit, name: str, *path: str) -> Any:
    return worlds.value(placed.key_of(("effectors", name, *path)))
