"""Where sensors with a sector looked in one raid that has been played: how wide, which way, and from when to when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from bartizan.engine.layout import TURNED
from bartizan.physics.arrays import ALL_ROUND
from bartizan.studies.documents.viewer import Facing, Sector
from bartizan.studies.tracks import SECOND_DECIMALS, Tracks

if TYPE_CHECKING:
    from bartizan.studies.replicate import PlayedRaid

#: Decimals of a degree of azimuth.
_DECIMALS = 1


def sectors(played: PlayedRaid, tracks: Tracks, u: int, names: list[str]) -> list[Sector]:
    """The sectors of a unit's sensors, whose `names` are in order; those that see all round are left out."""
    unit, found = played.world.units[u], []
    for name, s in zip(names, range(int(unit.s0), int(unit.s1)), strict=True):
        sensor = played.world.sensors[s]
        if sensor.sector != ALL_ROUND:
            left, right = (math.atan2(sensor.edge[k], sensor.edge[k + 1]) for k in (0, 2))
            width = (right - left) % (2 * math.pi)
            turns = _turns(played, tracks, u) if sensor.turns else iter(())
            found.append(
                Sector(sensor=name, width_deg=_degrees(width), looks=list(_looks(left + width / 2, turns)))
            )  # fmt: skip
    return found


def _turns(played: PlayedRaid, tracks: Tracks, u: int) -> Iterator[tuple[float, float, float]]:
    """When a unit's sensor was turned, from when on it looked there, and which way that is, rad."""
    rows, unit = played.events, played.world.units[u]
    for row in rows[(rows["kind"] == TURNED) & (rows["unit"] == u)]:
        i = int(row["threat"])  # of which a warning may tell before it is there
        x, y = tracks.where(i, np.array([max(row["time"], tracks.appears[i])]))[0, :2]
        yield float(row["time"]), float(row["until"]), math.atan2(x - unit.x, y - unit.y)


def _looks(azimuth: float, turns: Iterator[tuple[float, float, float]]) -> Iterator[Facing]:
    """Which way it looked from when to when, first towards `azimuth`; while it turns it looks nowhere."""
    since = None
    for left, there, towards in turns:
        yield Facing(from_s=since, until_s=round(left, SECOND_DECIMALS), azimuth_deg=_degrees(azimuth))
        since, azimuth = round(there, SECOND_DECIMALS), towards
    yield Facing(from_s=since, until_s=None, azimuth_deg=_degrees(azimuth))


def _degrees(angle: float) -> float:
    return round(math.degrees(angle) % 360.0, _DECIMALS)
