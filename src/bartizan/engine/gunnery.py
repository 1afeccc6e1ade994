"""Kill chances of bursts by range, for the guns and types of threats of a world; like ones are worked out once."""

from __future__ import annotations

import numpy as np

from bartizan.engine.meeting import gun_range, gun_row
from bartizan.ground.jit import inner, kernel
from bartizan.physics.arrays import CANNOT_ENGAGE, RANGE_POINTS, Packed
from bartizan.physics.gunfire import burst_kill, room_for_slices

#: What of an effector decides its table; the threat adds its radius and what a hit does.
_OF_GUN = ["has_gunnery", "burst", "dispersion", "aim_error", "bias", "per_metre", "r_min"]
#: Tables that are kept: a few kilobytes each.
_ROOM = 1024


@inner
def _same_gun(world, a, b, g):  # type: ignore[no-untyped-def]
    """Whether two effectors shoot alike: units of one type share what is unknown about it."""
    x, y = world.effectors[a], world.effectors[b]
    return (
        x.has_gunnery and x.burst == y.burst and x.dispersion == y.dispersion and x.aim_error == y.aim_error
        and x.bias == y.bias and x.per_metre == y.per_metre and x.r_min == y.r_min
        and world.kill[a, g] == world.kill[b, g]
    )  # fmt: skip


@inner
def _fill_one(world, gunnery, e, g, slices):  # type: ignore[no-untyped-def]
    """The table of one effector, copied from a like gun where there is one. Nearer than a gun fires, where bursts take
    longest to work out, the chance is held."""
    table = gunnery[e, g]
    for other in range(e):
        if _same_gun(world, other, e, g):
            for k in range(RANGE_POINTS):
                table[k] = gunnery[other, g, k]
            return
    gun, radius, hit_kills = world.effectors[e], world.types[g].radius, world.kill[e, g]
    nearest = gun_row(gun, gun.r_min)
    for k in range(nearest, RANGE_POINTS):
        r = gun_range(gun, k)
        table[k] = burst_kill(gun.burst, gun.dispersion * r, gun.aim_error * r, gun.bias * r, radius, hit_kills, slices)
    table[:nearest] = table[nearest]


@kernel
def _fill_type(world, gunnery, g, slices):  # type: ignore[no-untyped-def]
    """The tables of all guns against one type; `slices` as `physics.gunfire` makes room for them."""
    for e in range(world.effectors.shape[0]):
        if world.effectors[e].has_gunnery and world.kill[e, g] != CANNOT_ENGAGE:
            _fill_one(world, gunnery, e, g, slices)


class Gunnery:
    """Fills tables, and keeps them: raids that send the same threats at the same guns of a world share them."""

    def __init__(self) -> None:
        self._slices = room_for_slices()
        self._kept: dict[bytes, np.ndarray] = {}

    def fill(self, world: Packed, gunnery: np.ndarray) -> None:
        """Fill `gunnery` (effectors, groups, RANGE_POINTS) for one world."""
        if not world.effectors["has_gunnery"].any():
            return
        guns = b"".join(np.ascontiguousarray(world.effectors[name]).tobytes() for name in _OF_GUN)
        for g, radius in enumerate(world.types["radius"]):
            key = guns + np.ascontiguousarray(world.kill[:, g]).tobytes() + radius.tobytes()
            known = self._kept.get(key)
            if known is None:
                _fill_type(world, gunnery, g, self._slices)
                self._keep(key, gunnery[:, g].copy())
            else:
                gunnery[:, g] = known

    def _keep(self, key: bytes, tables: np.ndarray) -> None:
        if len(self._kept) >= _ROOM:
            self._kept.clear()
        self._kept[key] = tables
