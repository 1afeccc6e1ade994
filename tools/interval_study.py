"""How often the 95 % intervals hold the truth: python tools/interval_study.py RESULTS [WORLDS].

RESULTS is a study of many more worlds than WORLDS (64 unless given), such as `bartizan run moscow-2023 --worlds 1000
--raids 100` writes. Its mean over all worlds is taken for the truth, and the interval for each of many samples of
WORLDS of its worlds, with replacement, is held against it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np

from bartizan.studies.estimate import Sums

SAMPLES = 2_000


def covered(leaked: np.ndarray, raids: np.ndarray, worlds: int, rng: np.random.Generator) -> tuple[int, int, float]:
    """How many intervals lay above the truth, how many below, and their mean width, for sums of each world."""
    truth = leaked.sum() / raids.sum()
    rows = [rng.integers(0, len(leaked), worlds) for _ in range(SAMPLES)]
    found = [Sums(leaked[r, None], leaked[r, None], raids[r, None]).fraction() for r in rows]
    above, below = sum(f.low > truth for f in found), sum(f.high < truth for f in found)
    return above, below, float(np.mean([f.high - f.low for f in found]))


def main(results: Path, worlds: int) -> None:
    with duckdb.connect() as database:
        table = database.sql(f"select * from '{results / 'worlds.parquet'}'").df()
    print(f"| case | mean | intervals that hold it | above | below | mean width |  {worlds} of {table.world.nunique()}")
    for case, of_case in table.groupby("case", sort=False):
        leaked, sent = (of_case[name].to_numpy(float) for name in ("leaked", "sent"))
        above, below, width = covered(leaked, sent, worlds, np.random.default_rng(0))
        hold = 1 - (above + below) / SAMPLES
        told = (leaked.sum() / sent.sum(), hold, above / SAMPLES, below / SAMPLES, width)
        print(f"| {case} | " + " | ".join(f"{100 * x:.1f} %" for x in told) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 64)
