"""Loops of the survey that do many looks, samples or legs at once, against the same one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, drone, group, radar_site, scene, surveyed, unit

from bartizan.engine import layout
from bartizan.engine.doctrine import zone_of
from bartizan.engine.layout import AHEAD, Flight, Scratch
from bartizan.engine.looking import add_look, add_run, no_looks
from bartizan.engine.samples import follow
from bartizan.engine.survey import sampling
from bartizan.engine.tracing import trace
from bartizan.engine.windows import leg_windows, open_legs
from bartizan.ground.contexts import by_reference
from bartizan.ground.jit import kernel

TRIALS, LEGS = 300, 40


@kernel
def open_windows(world, theatre, scratch, runs, high, one_by_one, out):  # type: ignore[no-untyped-def]
    """Launch windows of the first effector for samples 0 to `high` of scratch, into out; their number."""
    flight = by_reference(Flight(world, theatre, scratch, 0, 0, 0, high + 1, 1.0))
    slot, zone = theatre.slots[0], zone_of(world, 0, 0)
    theatre.sizes[0].windows = slot.w0 = slot.w1 = 0
    if one_by_one:
        for h in range(1, high + 1):
            leg_windows(flight, slot, 0, zone, runs, h)
    else:
        open_legs(flight, slot, 0, zone, runs, 0, high)
    for w in range(slot.w1):
        out[w, 0], out[w, 1] = theatre.window[w, 0], theatre.window[w, 1]
    return slot.w1


@kernel
def follow_one(world, theatre, i, step_m, scratch):  # type: ignore[no-untyped-def]
    """Threat i at each sample, into scratch; the number of samples and the time between them, s."""
    n, step = sampling(theatre.routes[i], step_m)
    follow(by_reference(Flight(world, theatre, scratch, 0, 0, i, n, step)))
    return n, step


@kernel
def look_on(sensor, chances, until, in_runs, scratch, out):  # type: ignore[no-untyped-def]
    """What looks at a threat come to, which detect with `chances`: into row 0 of scratch, and out."""
    looks, k = no_looks(sensor), 0
    while k < chances.shape[0]:
        for j in range(AHEAD):
            scratch.pd[j] = chances[k + j] if k + j < chances.shape[0] else 0.0
        done = 0
        if in_runs:
            looks, done = add_run(scratch, 0, sensor, looks, 0.5, k * 1.0, until)
        if done == 0:
            looks = add_look(scratch, 0, sensor, looks, 0.5 + k * sensor.scan, chances[k])
            done = 1
        k += done
    out[0], out[1], out[2], out[3], out[4] = looks.found, looks.series, looks.blank, looks.left, looks.kept


def rooms() -> tuple[Scratch, Scratch]:
    return layout.new_scratch(4_096, 4_096, 1), layout.new_scratch(4_096, 4_096, 1)


@pytest.mark.parametrize("to_intercept", [0, 1])
def test_windows_of_legs_at_once_are_those_of_each(to_intercept: int) -> None:
    """Ways in and out of the zone, with spans in which the threat is held and launches that come late."""
    world, theatre = surveyed(scene([unit("A", battery())], [group(count=1)]))
    effectors = world.effectors.copy()
    effectors["sight_to_intercept"] = to_intercept
    effectors.flags.writeable = False
    world, rng, several = world._replace(effectors=effectors), np.random.default_rng(3), 0
    for _ in range(TRIALS):
        scratch = layout.new_scratch(LEGS + 2, 64, 1)
        scratch.r[: LEGS + 1] = np.abs(rng.uniform(-20e3, 20e3) + np.arange(LEGS + 1) * rng.uniform(-1_500, 1_500))
        scratch.height[: LEGS + 1] = rng.uniform(0, 2e4) + np.arange(LEGS + 1) * rng.uniform(-200, 200)
        scratch.at[: LEGS + 1] = np.arange(LEGS + 1) - scratch.r[: LEGS + 1] / rng.uniform(300, 3_000)
        scratch.launch[: LEGS + 1] = np.maximum.accumulate(scratch.at[: LEGS + 1])
        runs = int(rng.integers(1, 4))
        scratch.runs[:runs] = np.sort(rng.uniform(0, LEGS, 2 * runs)).reshape(runs, 2)
        found = np.zeros((2, 2 * LEGS, 2))
        counts = [open_windows(world, theatre, scratch, runs, LEGS, plain, found[plain]) for plain in (0, 1)]
        assert counts[0] == counts[1]
        assert np.array_equal(found[0], found[1])
        several += counts[0] > 0
    assert several > TRIALS / 10


@pytest.mark.parametrize("change", [{}, {"dive_angle": "20 deg"}, {"altitude_above": "sea"}])
def test_a_way_leg_by_leg_is_where_the_threat_is(change: dict[str, Any]) -> None:
    of = scene([unit("A", battery())], [group(count=3, wander=0.1)], threats={"drone": drone(**change)})
    world, theatre = surveyed(of)
    scratch, _ = rooms()
    for i in range(3):
        n, step = follow_one(world, theatre, i, 50.0, scratch)
        out = np.zeros((n, 4))
        trace(world, theatre, i, np.arange(n) * step, out)
        assert np.array_equal(out, np.column_stack([scratch.x, scratch.y, scratch.z, scratch.height])[:n])


@pytest.mark.parametrize("coast", [7.0, 20.0, 1e300])
@pytest.mark.parametrize("seen", [0.5, 0.97, 1.0])
def test_a_run_of_looks_is_what_each_adds(coast: float, seen: float) -> None:
    world, _ = surveyed(scene([unit("A", radar_site())], [group(count=1)]))
    sensors = world.sensors[:1].copy()
    sensors["coast"] = coast
    assert (sensors["m"][0], sensors["n"][0]) == (2, 3)
    rng = np.random.default_rng(4)
    for _ in range(TRIALS // 10):
        chances = rng.random(200) ** rng.uniform(0.3, 8) * (rng.random(200) < seen)
        until = 0.5 + rng.integers(0, 250) * sensors["scan"][0]
        by_one, in_runs = rooms()
        out = np.zeros((2, 5))
        look_on(sensors[0], chances, until, False, by_one, out[0])
        look_on(sensors[0], chances, until, True, in_runs, out[1])
        assert np.array_equal(out[0], out[1])
        found = int(out[0, 0])
        assert found > 0
        for name in ("time", "hazard", "until"):
            assert np.array_equal(getattr(by_one, name)[0, :found], getattr(in_runs, name)[0, :found])
