"""What a skyline costs: to sweep one over 30 km of terrain, to make one over a city, and to look one up.

    python benchmarks/skylines.py [--quick]

CPU seconds of one thread, the best of several runs; compilation and the store on disk are left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from bartizan.ground.jit import kernel
from bartizan.physics import arrays
from bartizan.physics.sight import margin
from bartizan.physics.wedge import Mast, sweep
from bartizan.studies import skylines
from bartizan.world import draw, pack
from bartizan.world.scenario import load

REACH_M, RUNS = 40_000.0, 5


@kernel
def look_up(world, sky, x, y, z, out):  # type: ignore[no-untyped-def]
    for k in range(x.shape[0]):
        out[k] = margin(world, sky, 0, x[k], y[k], z[k])


def best(work: Callable[[], object], runs: int) -> float:
    """CPU seconds of the fastest run."""
    found = []
    for _ in range(runs + 1):  # the first compiles
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found[1:])


def sweep_seconds(runs: int) -> float:
    """2,001 x 2,001 cells of 30 m about a mast in their middle."""
    terrain = np.random.default_rng(0).normal(150.0, 20.0, (2001, 2001)).astype(np.float32)
    return best(lambda: sweep(terrain, Mast(1000.0, 1000.0, 250.0, 30.0), 1000), runs)


def main(quick: bool) -> None:
    runs, count = (1, 1_000) if quick else (RUNS, 2_000_000)
    scenario = load("vologda")
    drawn = draw.worlds(scenario, 0, 0, 1)
    worlds = pack.pack(scenario, scenario.cases[0], drawn)
    world, sky = arrays.world(worlds, 0), skylines.skies(scenario, worlds, drawn.indices)[0]
    assert scenario.mapped is not None
    place = tuple(float(world.units[0][name]) for name in ("x", "y", "antenna"))
    luck = np.random.default_rng(0)
    r, turn = REACH_M * np.sqrt(luck.random(count)), 2 * np.pi * luck.random(count)
    x, y, z = r * np.sin(turn), r * np.cos(turn), luck.uniform(20.0, 500.0, count)
    inward = np.linspace(1.0, 0.0, 1_000)
    tracks = [(v[: count // 1_000, None] * inward).ravel() for v in (x, y)]
    out = np.empty(count)
    apart = best(lambda: look_up(world, sky, x, y, z, out), runs) / count
    along = best(lambda: look_up(world, sky, *tracks, z, out), runs) / count
    print("| what | CPU |\n|---|---:|")
    print(f"| sweep of 30 km at 30 m | {sweep_seconds(runs):.3f} s |")
    print(f"| skyline over Vologda to 60 km | {best(lambda: skylines.sweep_all(scenario.mapped, place), runs):.2f} s |")
    print(f"| look-up along tracks | {along * 1e9:.0f} ns |")
    print(f"| look-up at random | {apart * 1e9:.0f} ns |")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
