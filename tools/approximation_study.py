"""What two approximations of docs/model.md cost, beside what is exact: sight over a statistical city, which is read
between ranges, and how long a jammer is in range, which is read from samples of a way.

python tools/approximation_study.py

Sight is the share of worlds in which a unit sees a target over a smooth earth with a city on it, beside exp(-I) with I
by quadrature. Of jammers it is the share of drones that keep their link on a way past one, beside exp(-chord / speed /
mean time to effect). Prints two Markdown tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import quad

from bartizan.engine.covering import Grid
from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.studies import coverage
from bartizan.studies.replicate import run
from bartizan.world.scenario import load

WORLDS, RAIDS = 4_000, 20_000
STEPS = ((20.0, 0.5), (40.0, 0.5))
#: What stands higher than y, as a share of walls; how a scenario says so.
HEIGHTS: dict[str, tuple[Callable[[float], float], Any]] = {
    "shares": (lambda y: sum(share for top, share in STEPS if top > y), {"shares": [list(step) for step in STEPS]}),
    "rayleigh": (lambda y: math.exp(-(max(y, 0.0) ** 2) / 200.0), {"rayleigh": 10}),
}
#: City's radius, how far south of its middle the unit stands, its antenna, the target's height and distances, m.
SEEN = (
    (20_000, 0, 2, 30, (100, 250, 500)), (20_000, 0, 2, 60, (100, 250, 500)),
    (5_000, 12_000, 10, 30, (7_200, 7_400, 7_600)), (5_000, 12_000, 10, 50, (8_500, 9_000)),
)  # fmt: skip
DENSITY_KM2, PERIMETER_M = 400, 100
#: A jammer's range, how far east of the way it stands, m.
JAMMERS = ((500, 0), (1_000, 900), (1_500, 1_400), (2_000, 1_900), (3_000, 2_900))
JAMMER_NORTH_M, SPEED_M_S, MEAN_TIME_S = 10_500, 100.0, 20.0


def scenario(unit: dict[str, Any], **threat: Any) -> dict[str, Any]:
    drone = {"kind": "drone", "rcs": 1, "speed": SPEED_M_S, **threat}
    group = {"threat": drone, "count": 1, "distance": 30_000, "bearing": {"low": "0 deg", "high": "0 deg"}}
    return {
        "bartizan": 1, "name": "study", "surface": {"kind": "open"}, "network": None, "units": [unit],
        "assets": [{"name": "asset", "at": {"east": 0, "north": 0}}], "raids": [{"name": "raid", "groups": [group]}],
    }  # fmt: skip


def seen(law: str, radius: float, south: float, antenna: float, height: float, away: tuple[int, ...]) -> np.ndarray:
    """The share of worlds in which a target is seen at each distance."""
    eye = {"kind": "ideal", "range": 60_000}
    unit = {
        "name": "unit",
        "at": {"east": 0, "north": -south},
        "system": {"antenna_height": antenna, "sensors": {"eye": eye}},
    }
    city = {"kind": "city", "centre": {"east": 0, "north": 0}, "radius": radius, "density": f"{DENSITY_KM2} 1/km2",
            "perimeter": PERIMETER_M, "heights": HEIGHTS[law][1]}  # fmt: skip
    aim = coverage.target(load(scenario(unit, altitude=height) | {"surface": city}))
    grid = Grid(
        np.array([0.0, 30.0]), np.array(away, float) - south, np.array([float(height)]), np.zeros((len(away), 2))
    )
    return coverage.coverage(aim, grid, WORLDS, 3).shares["seen"][0, :, 0]


def clear(law: str, radius: float, south: float, antenna: float, height: float, away: float) -> float:
    """exp(-I): the share of walls above the straight line, along it, over the earth's bulge."""
    near, higher = max(0.0, south - radius), HEIGHTS[law][0]
    z = height - away**2 / (2 * EFFECTIVE_RADIUS_M)
    if away <= near:
        return 1.0
    slope = (z - antenna) / away
    bends = [(top - antenna) / slope for top, _ in STEPS if near < (top - antenna) / slope < away]
    found, _ = quad(lambda x: higher(antenna + slope * x), near, away, points=bends or None, limit=200)
    return math.exp(-DENSITY_KM2 * 1e-6 * PERIMETER_M / math.pi * found)


def kept(reach: float, east: float, step_m: float | None) -> float:
    """The share of drones that keep their link."""
    emitter = {"denies": ["control-link"], "range": reach, "mean_time_to_effect": MEAN_TIME_S}
    unit = {"name": "unit", "at": {"east": east, "north": JAMMER_NORTH_M}, "system": {"emitters": {"jammer": emitter}}}
    content = scenario(unit, altitude=0, profile="glide", link_dependence=1.0)
    study = {} if step_m is None else {"study": {"step": step_m}}
    return float(run(load(content | study), worlds=1, raids=RAIDS, seed=1).leakers.mean())


def main() -> None:
    print(f"{WORLDS} worlds, {DENSITY_KM2} buildings a km2 with {PERIMETER_M} m of wall each\n")
    print("| heights | city, km | unit south, km | target, m | away, m | seen | exact |\n|---|---|---|---|---|---|---|")
    for law in HEIGHTS:
        for radius, south, antenna, height, away in SEEN:
            for distance, share in zip(away, seen(law, radius, south, antenna, height, away), strict=True):
                exact = clear(law, radius, south, antenna, height, distance)
                told = (law, radius / 1000, south / 1000, height, distance, f"{share:.3f}", f"{exact:.3f}")
                print("|", " | ".join(map(str, told)), "|")
    print("\n| range, m | east, m | keep their link | with a step of 20 m | exact |\n|---|---|---|---|---|")
    for reach, east in JAMMERS:
        exact = math.exp(-2 * math.sqrt(reach**2 - east**2) / SPEED_M_S / MEAN_TIME_S)
        print(f"| {reach} | {east} | {kept(reach, east, None):.3f} | {kept(reach, east, 20.0):.3f} | {exact:.3f} |")


if __name__ == "__main__":
    main()
