"""A stream of targets against one battery: channels, magazine, salvos, priorities, saturation."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracles import closed_forms
from tests.reference.agreement import chance_of_fit, errors_off, errors_off_pmf, only, played, where

TABLE = "integrated_raid_des"
MAIN = ("raid-base", "raid-c4", "raid-M8", "raid-salvo2", "raid-slow")
BASE = {
    "N": 5, "gap": 3.0, "Rdet": 20_000.0, "V": 180.0, "Vm": 700.0, "Rmax": 11_000.0, "Rmin": 1500.0, "t_react": 8.0,
    "dt": 3.0, "c": 2, "M": 100, "s": 1, "p": 0.6,
}  # fmt: skip
#: Rows that no table lists, each with something at its edge.
OTHERS = {
    "together": {"gap": 0.0, "c": 1},
    "odd-magazine": {"gap": 2.0, "M": 5, "s": 2},
    "seen-inside-reach": {"Rdet": 9000.0, "t_react": 0.0},
    "no-assessment": {"dt": 0.0, "c": 1, "V": 300.0},
    "faster-than-missile": {"V": 900.0, "Vm": 650.0, "Rdet": 35_000.0, "gap": 1.5},
    "more-channels-than-targets": {"N": 3, "c": 6, "Rmin": 0.0, "Rmax": 4000.0},
    "uneven-times": {"gap": 7.3, "Rdet": 16_543.21, "V": 211.7, "t_react": 4.4, "c": 1},
    "never-in-reach": {"t_react": 200.0},
}


def test_mean_and_rounds(row: dict) -> None:
    """Within 4 combined standard errors: of the engine's sample, and of the table's where it is not exact."""
    expected = row["expected"]
    outcomes = played(TABLE, row, raids=None if row["id"] in MAIN else 20_000)
    exact = "exact_mean" in expected
    mean, error = (expected["exact_mean"], 0.0) if exact else (expected["mean"], expected["se"])
    assert errors_off(outcomes.leakers, mean, error) < 4
    # A point of the curve was played 6000 times, and its table gives no error of the rounds: take ours for it.
    spread = expected.get("rounds_se", float(outcomes.shots.std()) / np.sqrt(6000))
    assert errors_off(outcomes.shots, expected["rounds"], spread) < 4


@only(*MAIN)
def test_distribution(row: dict) -> None:
    expected = row["expected"]
    leakers = played(TABLE, row).leakers
    if "exact_pmf" in expected:
        pmf = np.array(expected["exact_pmf"])
        assert chance_of_fit(leakers, pmf) > 1e-3
        assert abs(np.mean(leakers == 0) - pmf[0]) <= 4 * np.sqrt(pmf[0] * (1 - pmf[0]) / leakers.size)
    else:  # a sample of 40,000
        p = expected["P0"]
        assert abs(np.mean(leakers == 0) - p) < 4 * np.sqrt(p * (1 - p) * (1 / leakers.size + 1 / 40_000))


@where(lambda row: row["inputs"]["N"] * row["inputs"]["c"] <= 16)  # the tree of more is too large for a test
def test_the_tree_gives_the_table(row: dict) -> None:
    pmf, _ = closed_forms.raid_tree(**row["inputs"])
    assert pmf @ np.arange(len(pmf)) == pytest.approx(row["expected"]["exact_mean"], abs=1e-12)


@pytest.mark.parametrize("name", OTHERS)
def test_rows_that_no_table_lists(name: str) -> None:
    inputs = BASE | OTHERS[name]
    pmf, rounds = closed_forms.raid_tree(**inputs)
    outcomes = played(TABLE, {"inputs": inputs}, raids=20_000)
    assert errors_off_pmf(outcomes.leakers, pmf) < 4
    assert chance_of_fit(outcomes.leakers, pmf) > 1e-3
    assert errors_off(outcomes.shots, rounds) < 4
