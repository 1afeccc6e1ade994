"""Intervals for shares and the runs that they need, as the literature has them."""

from __future__ import annotations

import pytest
from tests.reference.agreement import only

from bartizan.studies import estimate

TABLE = "binomial_ci"


@only("ci-")
@pytest.mark.parametrize("name", ["wilson", "clopper_pearson", "jeffreys"])
def test_interval(row: dict, name: str) -> None:
    found = getattr(estimate, name)(row["inputs"]["k"], row["inputs"]["n"])
    assert found == pytest.approx(tuple(row["expected"][name]), abs=row["tol"])


@only("nruns-")
def test_runs_needed(row: dict) -> None:
    p, rel = row["inputs"]["p"], row["inputs"]["rel"]
    assert estimate.runs_for_relative(p, rel) == row["expected"]["n_rel"]
    assert estimate.runs_for_absolute(p, 0.01) == row["expected"]["n_abs_0_01"]
