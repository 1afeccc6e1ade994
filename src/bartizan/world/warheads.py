"""What geometry leaves of a kill chance, as records: tables of factors, and the miss beside the lethal radius."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bartizan.physics.arrays import BY_ALTITUDE, BY_CROSSING, BY_RANGE, LETHALITY, records
from bartizan.world.cases import Case, PlacedUnit
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


def lethal_radius(worlds: Worlds, effectors: Sequence[PlacedEffector], case: Case) -> np.ndarray:
    """Lethal radius of each effector against each group, m, f8 (W, E, G); 0 where no miss is modelled."""
    radius = np.zeros((len(worlds), len(effectors), len(case.groups)))
    for e, (_, placed, name, written) in enumerate(effectors):
        for g, wave in enumerate(case.groups):
            if written.miss is not None and wave.threat.kind in written.miss.lethal_radius:
                drawn = _value(worlds, placed, name, "miss", "lethal_radius", wave.threat.kind)
                radius[:, e, g] = np.maximum(drawn, 1e-3)
    return radius


def _value(worlds: Worlds, placed: PlacedUnit, name: str, *path: str) -> Any:
    return worlds.value(placed.key_of(("effectors", name, *path)))
