"""Coverage without any raid: on a grid, at several altitudes, the probability over worlds of being seen and reached."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from bartizan.engine.survey import skylines
from bartizan.ground.jit import inner, kernel
from bartizan.physics.radar import range_of_pd
from bartizan.physics.sight import margin, sky_shape
from bartizan.studies.results import write_aside
from bartizan.world import draw, pack
from bartizan.world.pack import CANNOT_ENGAGE, FIRE_CONTROL, SEARCH
from bartizan.world.scenario import Scenario

ALTITUDES_M = (50.0, 300.0, 1000.0)
WORLDS = 24
CELLS = 121
MAX_HALF_WIDTH_M = 60_000.0


@inner
def _in_elevation(sensor, d, rise):  # type: ignore[no-untyped-def]
    return rise <= d * sensor.tan_high and rise >= d * sensor.tan_low


@inner
def _covers(sensor, rcs, d, r, rise):  # type: ignore[no-untyped-def]
    """Whether a sensor detects with one look in two (search), or holds (fire control), a target in sight."""
    if r < sensor.r_min or r > sensor.r_max or not _in_elevation(sensor, d, rise):
        return False
    if sensor.kind == pack.CERTAIN:
        return True
    return r <= range_of_pd(sensor.snr_constant, sensor.ln_false_alarm, rcs, 0.5)


@inner
def _sees_and_reaches(world, u, rcs, d, r, rise, z):  # type: ignore[no-untyped-def]
    """Whether unit u sees a target in sight with a search sensor; whether it can engage it there."""
    unit = world.units[u]
    seen = held = own_control = False
    for s in range(unit.s0, unit.s1):
        sensor = world.sensors[s]
        own_control = own_control or sensor.role == FIRE_CONTROL
        if _covers(sensor, rcs, d, r, rise):
            seen = seen or sensor.role == SEARCH
            held = held or sensor.role == FIRE_CONTROL
    if not own_control:
        held = seen or unit.s0 == unit.s1
    reached = False
    for e in range(unit.e0, unit.e1):
        effector = world.effectors[e]
        inside = effector.r_min <= r <= effector.r_max and effector.z_min <= z <= effector.z_max
        reached = reached or (held and inside and world.kill[e, 0] != CANNOT_ENGAGE)
    return seen, reached


@kernel
def add_world(world, sky, x, y, z, seen, reached):  # type: ignore[no-untyped-def]
    """Add 1 to seen[a, j, i] and reached[a, j, i] where the world covers the target (x[i], y[j]) at altitude z[a]."""
    surface, rcs = world.surface[0], world.types[0].rcs
    for j in range(y.shape[0]):
        for i in range(x.shape[0]):
            for a in range(z.shape[0]):
                any_seen = any_reached = False
                for u in range(world.units.shape[0]):
                    unit = world.units[u]
                    if not unit.present or (any_seen and any_reached):
                        continue
                    dx, dy, rise = x[i] - unit.x, y[j] - unit.y, z[a] - unit.antenna
                    d = math.sqrt(dx * dx + dy * dy)
                    if margin(surface, unit, sky[u], sky_shape(surface, unit), x[i], y[j], z[a]) >= 0.0:
                        r = math.sqrt(d * d + rise * rise)
                        one_seen, one_reached = _sees_and_reaches(world, u, rcs, d, r, rise, z[a])
                        any_seen, any_reached = any_seen or one_seen, any_reached or one_reached
                seen[a, j, i] += any_seen
                reached[a, j, i] += any_reached


def _half_width(packed: pack.Packed) -> tuple[float, float, float]:
    """Centre and half width of a map that holds the assets and what the defence around them reaches, m."""
    assets = packed.assets
    x, y = float(np.mean(assets["x"])), float(np.mean(assets["y"]))
    places = np.concatenate([np.hypot(a["x"] - x, a["y"] - y).ravel() for a in (assets, packed.units)])
    reach = packed.effectors["r_max"] if packed.effectors.size else np.array([10_000.0])
    half = float(np.max(places)) + min(float(np.median(reach)), 30_000.0)
    return x, y, min(1.05 * half, MAX_HALF_WIDTH_M)


def coverage(scenario: Scenario, seed: int) -> dict[str, np.ndarray]:
    """Grid axes (m, local frame) and probabilities over worlds of being seen and engageable, (altitudes, north, east).

    The target is of the first type of the first raid: its radar cross section, and what may engage it.
    """
    case = scenario.cases[0]
    drawn = draw.worlds(scenario, seed, 0, WORLDS)
    packed = pack.pack(scenario, case, drawn)
    sky = skylines(packed, drawn.indices)
    x0, y0, half = _half_width(packed)
    east, north = (c + np.linspace(-half, half, CELLS) for c in (x0, y0))
    altitudes = np.array(ALTITUDES_M)
    seen, reached = (np.zeros((len(altitudes), CELLS, CELLS)) for _ in range(2))
    for w in range(WORLDS):
        add_world(pack.world(packed, w), sky[w], east, north, altitudes, seen, reached)
    title = case.groups[0][1].title or case.groups[0][2].partition("/")[2]
    return {
        "altitudes": altitudes, "east": east, "north": north, "seen": seen / WORLDS, "engageable": reached / WORLDS,
        "target": np.array(title),
    }  # fmt: skip


def write_coverage(scenario: Scenario, seed: int, path: Path) -> None:
    """coverage.npz."""
    arrays = coverage(scenario, seed)

    def write(aside: Path) -> None:
        with aside.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    write_aside(path, write)
