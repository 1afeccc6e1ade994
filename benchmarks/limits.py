"""How cost grows with threats, units, worlds and raids, each alone: CPU seconds, exponents, as a table.

    python benchmarks/limits.py [--quick]

CPU seconds, so that what else the machine does counts little. An exponent is the slope of log cost over log size in the
upper half of the sizes, where what is fixed counts least. The cost of a task is what shares of a study take that have
nothing to play.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scenarios import scenario

import bartizan
from bartizan.studies.asked import asked
from bartizan.studies.sharing import Share, join, play_share
from bartizan.studies.study import Handling

#: Repetitions, of which the least counts.
TIMES = 2


def cpu_s(work: Callable[[], object]) -> float:
    """The least CPU time of some repetitions, s; what is compiled or loaded once is not in it."""
    work()
    taken = []
    for _ in range(TIMES):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def played(threats: int, units: int, worlds: int = 2, raids: int = 16) -> float:
    """CPU seconds to play the benchmark raid of this size."""
    loaded = bartizan.load(scenario(threats, units))
    return cpu_s(lambda: bartizan.run(loaded, worlds=worlds, raids=raids, threads=1))


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of log cost over log size in the upper half of the sizes."""
    half = len(sizes) // 2
    return float(np.polyfit(np.log(sizes[half:]), np.log(costs[half:]), 1)[0])


def task_s() -> float:
    """CPU seconds of a share that has nothing left to play."""
    wanted = asked(bartizan.load("reference-24v4"), worlds=32, raids=4, keep="sums")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        play_share(wanted, out, Share(1, 1), 1, Handling())
        taken = cpu_s(lambda: play_share(wanted, out, Share(1, 2), 1, Handling()))
        join([out])
    return taken


def curves(quick: bool) -> dict[str, tuple[Sequence[int], Callable[[int], float]]]:
    """What is varied: sizes, and the cost of one."""
    most = 3 if quick else 6
    return {
        "threats, against 20 units": ([16 * 2**k for k in range(most)], lambda n: played(n, 20)),
        "units, against 100 threats": ([4 * 2**k for k in range(most)], lambda n: played(100, n)),
        "worlds, of 20 x 6": ([4 * 2**k for k in range(most)], lambda n: played(20, 6, worlds=n)),
        "raids in a world, of 20 x 6": ([64 * 2**k for k in range(most)], lambda n: played(20, 6, raids=n)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few sizes: whether it runs")
    quick = parser.parse_args().quick
    print("| grows with | sizes | CPU s | exponent |\n|---|---|---|---|")
    for name, (sizes, cost) in curves(quick).items():
        costs = [cost(n) for n in sizes]
        told = ", ".join(f"{c:.3g}" for c in costs)
        print(f"| {name} | {', '.join(map(str, sizes))} | {told} | {exponent(sizes, costs):.2f} |", flush=True)
    print(f"| a task with nothing to play | | {task_s():.3g} | |")


if __name__ == "__main__":
    main()
