"""How many decisions a second are taken from outside: one raid, 64 and 1,024 in step, by the first option and by lot.

    python benchmarks/turns.py [--quick]

CPU seconds of one thread, on reference-24v4; the best of several runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from bartizan.studies.rl.raids import OPTIONS, Raids

RUNS, DECISIONS = 3, 400_000
Policy = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def first(mask: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    return np.zeros(len(mask), np.int64)


def by_lot(mask: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Any of the options, each as likely; none is left for later while there is one."""
    count = mask[:, :OPTIONS].sum(axis=1)
    return (luck.random(len(mask)) * count).astype(np.int64)


def rate(raids: Raids, policy: Policy, decisions: int) -> float:
    """Decisions in a CPU second, the choice itself left out."""
    luck, spent, taken = np.random.default_rng(0), 0.0, 0
    answer = raids.reset()
    while taken < decisions:
        actions = policy(answer.mask, luck)
        taken += int((~answer.over).sum())
        begun = time.process_time()
        answer = raids.step(actions)
        spent += time.process_time() - begun
    return taken / spent


def main(quick: bool) -> None:
    print("| raids in step | first option | by lot |\n|---:|---:|---:|")
    for number in (1, 64, 1024):
        raids = Raids("reference-24v4", number, worlds=2 if quick else 16)
        decisions = 2_000 if quick else min(DECISIONS, 40_000 * number)
        found = [max(rate(raids, p, decisions) for _ in range(1 if quick else RUNS)) for p in (first, by_lot)]
        print(f"| {number:,} | {found[0]:,.0f} /s | {found[1]:,.0f} /s |")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
