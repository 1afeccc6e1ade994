"""More threats than cycles can serve: exact distributions of leakers, and the saturation curve."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracles import closed_forms
from tests.oracles.reference_scenarios import scenario_for
from tests.reference.agreement import SEED, chance_of_fit, errors_off, errors_off_pmf, only, played

from bartizan.studies.replicate import run
from bartizan.world.scenario import load

TABLE = "raid_saturation"
#: Rows that no table lists: an empty magazine, one that does not hold a last salvo, more channels than threats.
OTHERS = {
    "empty": {"N": 4, "c": 2, "K": 3, "M": 0, "p": 0.7, "s": 1},
    "remainder": {"N": 7, "c": 3, "K": 4, "M": 11, "p": 0.4, "s": 2},
    "triple": {"N": 5, "c": 8, "K": 2, "M": 20, "p": 0.3, "s": 3},
    "long": {"N": 30, "c": 2, "K": 25, "M": 60, "p": 0.55, "s": 1},
    "certain": {"N": 9, "c": 2, "K": 4, "M": 100, "p": 1.0, "s": 1},
    "useless": {"N": 3, "c": 2, "K": 4, "M": 100, "p": 0.0, "s": 1},
}


@only("raid-")
def test_distribution(row: dict) -> None:
    outcomes, expected = played(TABLE, row), row["expected"]
    pmf = np.array(expected["pmf"])
    assert errors_off_pmf(outcomes.leakers, pmf) < 4
    assert chance_of_fit(outcomes.leakers, pmf) > 1e-3
    assert errors_off(outcomes.shots, expected["mean_rounds"]) < 4


@only("curve-")
def test_curve(row: dict) -> None:
    outcomes, expected = played(TABLE, row, raids=20_000), row["expected"]
    pmf, rounds = closed_forms.saturation(**row["inputs"])
    assert pmf @ np.arange(len(pmf)) == pytest.approx(expected["mean_leakers"], abs=row["tol"])
    assert pmf[0] == pytest.approx(expected["P_zero_leak"], abs=row["tol"])
    assert rounds == pytest.approx(expected["mean_rounds"], abs=row["tol"])
    assert errors_off_pmf(outcomes.leakers, pmf) < 4
    assert errors_off(outcomes.shots, rounds) < 4


def test_a_curve_is_one_scenario_with_sizes() -> None:
    inputs = {"c": 4, "K": 3, "M": 100, "p": 0.7}
    scenario = load(scenario_for(TABLE, {"id": "curve", "inputs": inputs}))
    assert [case.size for case in scenario.cases] == list(range(1, 41))
    pmf, _ = closed_forms.saturation(N=10, **inputs)
    outcomes = run(scenario, raid="raid-10", raids=20_000, seed=SEED)
    assert errors_off_pmf(outcomes.leakers, pmf) < 4


@only("raid-")
def test_the_chain_gives_the_table(row: dict) -> None:
    pmf, rounds = closed_forms.saturation(**row["inputs"])
    assert pmf == pytest.approx(np.array(row["expected"]["pmf"]), abs=row["tol"])
    assert rounds == pytest.approx(row["expected"]["mean_rounds"], abs=row["tol"])


@pytest.mark.parametrize("name", OTHERS)
def test_rows_that_no_table_lists(name: str) -> None:
    pmf, rounds = closed_forms.saturation(**OTHERS[name])
    outcomes = played(TABLE, {"inputs": OTHERS[name]}, raids=20_000)
    assert errors_off_pmf(outcomes.leakers, pmf) < 4
    assert chance_of_fit(outcomes.leakers, pmf) > 1e-3
    assert errors_off(outcomes.shots, rounds) < 4
