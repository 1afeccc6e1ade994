"""How time is best split between worlds, plans and raids: what each costs, how far each varies, and what is lost today.

python tools/split_study.py [SCENARIO ...]      one line a case; the shipped scenarios without names, some minutes

Cochran: with variances V, P, R between worlds, plans and raids, and costs of a world, a plan, a raid, the
variance of the mean for a second of work is (V + P/p + R/pn)(world + p plan + pn raid), least over p plans of n raids.
"""

from __future__ import annotations

import sys
import time
from typing import NamedTuple

import numpy as np

from bartizan.studies.replicate import Design, columns_of, design, parts
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario, load, shipped

WORLDS, PLANS, RAIDS = 64, 4, 32
TIMED = 16


class Nested(NamedTuple):
    """Something of a world, of a plan and of a raid."""

    world: float
    plan: float
    raid: float


def played(scenario: Scenario, case: Case, plan: Design) -> tuple[float, np.ndarray, np.ndarray]:
    """Seconds of processor, and sums and squares of leakers by world and plan."""
    started = time.process_time()
    found = [part for _, part in parts(scenario, [(case, plan)], threads=1, chunk=8)]
    at, seconds = columns_of(scenario, case).leaked, time.process_time() - started
    return seconds, *(np.concatenate([getattr(p, name) for p in found])[:, :, at] for name in ("sums", "squares"))


def costs(scenario: Scenario, case: Case) -> Nested:
    """Seconds of each, from designs that differ in one of them."""

    def seconds(raids: int, plans: int) -> float:
        return played(scenario, case, Design(TIMED, raids, 0, plans))[0] / TIMED

    seconds(2, 2)
    few, many, spread = seconds(2, 2), seconds(512, 2), seconds(512, 8)
    plan, raid = max(0.0, (spread - many) / 6), max(0.0, (many - few) / 510)
    return Nested(max(0.0, few - 2 * plan - 2 * raid), plan, raid)


def variances(scenario: Scenario, case: Case) -> Nested:
    """Variances of the share that gets through."""
    _, sums, squares = played(scenario, case, Design(WORLDS, RAIDS, 0, PLANS))
    each = RAIDS // PLANS
    mean = sums / each / case.size
    raid = float((squares / each / case.size**2 - mean**2).mean()) * each / (each - 1)
    of_plans = float(mean.var(axis=1, ddof=1).mean())
    return Nested(
        max(0.0, float(mean.mean(axis=1).var(ddof=1)) - of_plans / PLANS), max(0.0, of_plans - raid / each), raid
    )


def work(cost: Nested, varies: Nested, plans: int, each: int) -> float:
    """Seconds of work for a variance of 1 of the mean."""
    variance = varies.world + varies.plan / plans + varies.raid / (plans * each)
    return variance * (cost.world + plans * cost.plan + plans * each * cost.raid)


def report(scenario: Scenario, case: Case) -> None:
    varies = variances(scenario, case)
    if varies.world + varies.plan <= 0:
        print(f"{scenario.name} {case.name}: nothing varies", flush=True)
        return
    cost, now = costs(scenario, case), design(case, 1, scenario.file.study.raids, 0)
    each = now.raids // now.plans
    best, plans, raids = min((work(cost, varies, p, 2**n), p, 2**n) for p in range(2, 33) for n in range(8))
    told, times = " ".join(f"{1e3 * x:.3f}" for x in cost), work(cost, varies, now.plans, each) / best
    print(f"{scenario.name} {case.name}: world, plan, raid {told} ms; {now.plans} plans of {each} take {times:.2f} "
          f"times the work of {plans} of {raids}", flush=True)  # fmt: skip


if __name__ == "__main__":
    for name in sys.argv[1:] or shipped():
        scenario = load(name)
        for case in scenario.cases:
            report(scenario, case)
