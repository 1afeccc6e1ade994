"""How soon what-if answers: the first estimate, and the last with 10,000 raids behind it.

    python benchmarks/whatif.py [--quick]

Wall-clock seconds on all cores, the best of several runs, for the first case of moscow-2023. Warm: kernels are compiled
and the original has been played, as after a first question; each change is made, checked, packed and played anew.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from bartizan.ground.machine import cores
from bartizan.studies import side, whatif
from bartizan.world.scenario import load

RUNS = 5
CHANGES: dict[str, dict[str, Any]] = {
    "a unit moved": {"op": "move", "unit": "S-400, Losiny Ostrov", "lat": 55.80, "lon": 37.70},
    "a unit removed": {"op": "remove", "unit": "Pantsir, Defence Ministry roof"},
    "other rounds": {"op": "rounds", "unit": "Pantsir, Teterinsky Lane roof", "effector": "57E6", "value": 4},
    "no jamming": {"op": "jamming", "on": False},
    "twice the raid": {"op": "raid_size", "case": "few-tu-141", "factor": 2},
}


def seconds(comparison: whatif.Comparison, change: dict[str, Any], quick: bool) -> tuple[float, float, float]:
    """Wall seconds to the first answer and to the last, and CPU seconds to the last."""
    times = []
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in comparison.answers([change], threading.Event(), cores()):
        times.append(time.perf_counter() - wall)
        if quick:
            break
    return times[0], times[-1], time.process_time() - cpu


def main(quick: bool) -> None:
    scenario = load("moscow-2023")
    comparison = whatif.Comparison(scenario, scenario.cases[0].name)
    seconds(comparison, CHANGES["no jamming"], quick)  # compiles, and plays the original
    print(f"| {scenario.cases[0].name} | first estimate | {side.ENOUGH:,} raids | CPU |\n|---|---:|---:|---:|")
    for name, change in CHANGES.items():
        found = [seconds(comparison, change, quick) for _ in range(1 if quick else RUNS)]
        first, last, cpu = (min(column) for column in zip(*found, strict=True))
        print(f"| {name} | {first * 1e3:.0f} ms | {last:.2f} s | {cpu:.2f} s |")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
