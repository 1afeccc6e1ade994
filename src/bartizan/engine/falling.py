"""What comes down after a block of raids, and where: counted on a grid, by kind, in whole numbers.

A body that breaks up counts as one, in equal parts at the landings of its PIECES; whole numbers of parts add up to the
same whatever the order. Of a missile that missed both ends are followed, that of its pieces and that of the whole body:
which of them happens is a chance that the count is multiplied by afterwards.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.engine.echoes import whereabouts
from bartizan.engine.layout import DIVERTED, SHOT_DOWN, Block, Theatre
from bartizan.engine.play import appearance
from bartizan.ground import rng
from bartizan.ground.contexts import by_reference
from bartizan.ground.exact import cos, hypot, log, sin
from bartizan.ground.jit import inner, kernel
from bartizan.ground.rng import uniform
from bartizan.physics.arrays import Packed
from bartizan.physics.fall import PLACES_PER_LOG, SPEED_MAX, beta_place, comes_down, release
from bartizan.physics.flyout import flight_time
from bartizan.physics.motion import leg_at

# What is counted apart.
WRECK, DIVERTED_THREAT, WHOLE_MISSILE, MISSILE_PIECES, ROUND = range(5)
COUNTED = 5
PIECES = 4
_SLOPE_M = 50.0  # range over which a missile's speed is read from its times of flight


class Fallen(NamedTuple):
    """Where bodies came down in one world; numbers of parts, PIECES of which are a body."""

    cells: np.ndarray  # i8 (COUNTED, rows, columns), rows running north
    outside: np.ndarray  # i8 (COUNTED,): beyond the grid
    assets: np.ndarray  # i8 (COUNTED, A): within the radius of each asset
    near: np.ndarray  # u1 (rows, columns): an asset's disc may touch the cell
    frame: np.ndarray  # f8 (3,): west and south edges, m, and cells per metre


class Aftermath(NamedTuple):
    """A block of raids that has been played, while what came down in it is counted."""

    world: Packed
    theatre: Theatre
    block: Block
    world_number: int  # for draws
    first_raid: int  # of the block, for draws
    falls: np.ndarray  # physics.fall.falls()
    fallen: Fallen


def new_fallen(rows: int, columns: int, assets: int, frame: np.ndarray) -> Fallen:
    """Nothing has come down yet; `frame` as in `Fallen`."""
    return Fallen(
        cells=np.zeros((COUNTED, rows, columns), np.int64),
        outside=np.zeros(COUNTED, np.int64),
        assets=np.zeros((COUNTED, assets), np.int64),
        near=np.zeros((rows, columns), np.uint8),
        frame=frame,
    )


@inner
def _land(after, kind, x, y, parts):  # type: ignore[no-untyped-def]
    """Count what comes down at x, y."""
    world, fallen = after.world, after.fallen
    column = math.floor((x - fallen.frame[0]) * fallen.frame[2])
    row = math.floor((y - fallen.frame[1]) * fallen.frame[2])
    if not (0 <= row < fallen.near.shape[0] and 0 <= column < fallen.near.shape[1]):
        fallen.outside[kind] += parts
        return
    fallen.cells[kind, row, column] += parts
    if fallen.near[row, column]:
        for a in range(world.assets.shape[0]):
            asset = world.assets[a]
            if hypot(x - asset.x, y - asset.y) <= asset.radius:
                fallen.assets[kind, a] += parts


@inner
def _drop(after, kind, beta, at, released, parts):  # type: ignore[no-untyped-def]
    """A body falls from (x, y), as it was released."""
    dx, dy, _ = comes_down(after.falls, beta_place(beta), released)
    _land(after, kind, at[0] + dx, at[1] + dy, parts)


@inner
def _drop_pieces(after, kind, beta, at, released, bodies):  # type: ignore[no-untyped-def]
    """A body breaks up: its pieces' coefficients are spread evenly over the logarithm, about that of the whole."""
    whole, spread = beta_place(beta), 2.0 * PLACES_PER_LOG * log(after.world.fall[0].breakup)
    for k in range(PIECES):
        dx, dy, _ = comes_down(after.falls, whole + ((k + 0.5) / PIECES - 0.5) * spread, released)
        _land(after, kind, at[0] + dx, at[1] + dy, bodies)


@inner
def _released(world, height, velocity):  # type: ignore[no-untyped-def]
    """As `physics.fall.release` has it, from a height above the ground in the world's wind."""
    fall = world.fall[0]
    return release(height, velocity[0], velocity[1], velocity[2], fall.wind_x, fall.wind_y)


@inner
def _velocity(route, s):  # type: ignore[no-untyped-def]
    """The velocity of a threat s seconds after it appears, m/s."""
    k = leg_at(route, s)
    span = max(route.t[k + 1] - route.t[k], 1e-9)
    return (
        (route.x[k + 1] - route.x[k]) / span,
        (route.y[k + 1] - route.y[k]) / span,
        (route.z[k + 1] - route.z[k]) / span,
    )


@inner
def drift_bearing(world, route, index, raid):  # type: ignore[no-untyped-def]
    """In which direction a threat without satellite navigation drifts, rad clockwise from north."""
    return 2.0 * math.pi * uniform(world.seed[0], index, raid, rng.DRIFT, route.entity, 0, 1)


@inner
def _threat_comes_down(after, r, i):  # type: ignore[no-untyped-def]
    """The wreck of threat i, or the threat that was diverted: it falls from where it was, or drifted to its end."""
    world, block, raid = after.world, after.block, after.first_raid + r
    route = after.theatre.routes[i]
    beta = world.types[route.group].wreck
    if block.miss[r, i] >= 0.0 and block.fate[r, i] == DIVERTED:
        angle = drift_bearing(world, route, after.world_number, raid)
        # About its aim, also where its route ends at a distance from it: what it releases there flies on.
        aim, miss = world.assets[route.asset], block.miss[r, i]
        x, y = aim.x + miss * sin(angle), aim.y + miss * cos(angle)
        _land(after, DIVERTED_THREAT, x, y, PIECES)
        return
    s = block.time[r, i] - appearance(world, route, after.world_number, raid)
    x, y, _, height = whereabouts(world, route, s)
    released = _released(world, height, _velocity(route, s))
    if block.fate[r, i] in SHOT_DOWN:
        _drop_pieces(after, WRECK, beta, (x, y), released, 1)
    else:
        _drop(after, DIVERTED_THREAT, beta, (x, y), released, PIECES)


@inner
def _flies_on(effector, unit, x, y, z):  # type: ignore[no-untyped-def]
    """The velocity with which what a unit fired passes (x, y, z above sea level): straight, and as fast as its times of
    flight say there."""
    dx, dy, dz = x - unit.x, y - unit.y, z - unit.antenna
    r = max(math.sqrt(dx * dx + dy * dy + dz * dz), 1.0)
    near = max(r - _SLOPE_M, 0.0)
    time = flight_time(effector, r + _SLOPE_M) - flight_time(effector, near)
    speed = min((r + _SLOPE_M - near) / time, SPEED_MAX) if time > 0.0 else 0.0
    return dx / r * speed, dy / r * speed, dz / r * speed


@inner
def _rounds_come_down(after, launch):  # type: ignore[no-untyped-def]
    """What was fired and hit nothing: all rounds of a gun, and the missiles of a salvo but for one that killed."""
    world, block = after.world, after.block
    effector, fall = world.effectors[launch.effector], world.fall[0]
    r, i = launch.raid, launch.threat
    x, y, z, height = whereabouts(world, after.theatre.routes[i], launch.s)
    released = _released(world, height, _flies_on(effector, world.units[effector.unit], x, y, z))
    at = (x, y)
    if effector.is_gun:
        _drop(after, ROUND, fall.round, at, released, launch.rounds * PIECES)
        return
    hit = (
        launch.kills == 1 and block.fate[r, i] in SHOT_DOWN and block.by[r, i] == effector.unit
        and block.time[r, i] == np.float32(launch.meets)
    )  # fmt: skip
    missed = launch.rounds - (1 if hit else 0)
    if missed > 0:
        _drop(after, WHOLE_MISSILE, fall.missile, at, released, missed * PIECES)
        _drop_pieces(after, MISSILE_PIECES, fall.missile_pieces, at, released, missed)


@kernel
def count_fallen(world, theatre, block, falls, index, first_raid, rows, fallen):  # type: ignore[no-untyped-def]
    """Add what came down in a block of `rows` raids that was played from `first_raid` on.

    falls: physics.fall.falls(). Every launch of the block must have had room in block.launches.
    """
    after = by_reference(Aftermath(world, theatre, block, index, first_raid, falls, fallen))
    for r in range(rows):
        for i in range(theatre.routes.shape[0]):
            if block.fate[r, i] in SHOT_DOWN or block.fate[r, i] == DIVERTED:
                _threat_comes_down(after, r, i)
    for n in range(block.launched[0]):
        _rounds_come_down(after, block.launches[n])
