"""How often intervals of shipped raids cover what many studies together show: 200 studies a raid, each with a seed.

python tools/block_cover.py WORLDS SCENARIO CASE [CASE ...]     one line a case, minutes each

What all studies show together stands for the truth; it is 14 times as well known as any of them.
"""

from __future__ import annotations

import sys

import numpy as np

from bartizan.studies.estimate import Sums
from bartizan.studies.replicate import Design, columns_of, parts
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario, load

STUDIES, PLANS, RAIDS = 200, 2, 16


def interval(scenario: Scenario, case: Case, worlds: int, seed: int) -> tuple[float, float, float]:
    """Mean and ends of one study's interval."""
    at, plays = columns_of(scenario, case).leaked, [(case, Design(worlds, RAIDS, seed, PLANS))]
    found = sorted((part for _, part in parts(scenario, plays, threads=1)), key=lambda part: part.first_world)
    sums, squares = (np.concatenate([getattr(p, name) for p in found])[:, :, at] for name in ("sums", "squares"))
    told = Sums(sums, squares, np.full(sums.shape, RAIDS // PLANS)).fraction(case.size)
    return told.mean, told.low, told.high


def report(scenario: Scenario, case: Case, worlds: int) -> None:
    mean, low, high = np.array([interval(scenario, case, worlds, seed) for seed in range(STUDIES)]).T
    truth = mean.mean()
    covered, half = ((low <= truth) & (truth <= high)).mean(), (high - low).mean() / 2
    print(f"{scenario.name} {case.name}: {truth:.2%}, {half:.2%} either side, {covered:.1%} cover", flush=True)


if __name__ == "__main__":
    worlds, name, *cases = sys.argv[1:]
    scenario = load(name)
    for case in cases:
        report(scenario, scenario.case(case), int(worlds))
