"""When shots at one target are fired and where they meet it: no chance in it, so to a part in a million."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracles import closed_forms
from tests.oracles.reference_scenarios import scenario_for
from tests.reference.agreement import only, played

from bartizan.engine.layout import LAUNCHED
from bartizan.studies.replicate import journal
from bartizan.world.scenario import load

TABLE = "engagement_opportunities"
OTHERS = {
    "crawling": (4000.0, 20.0, 700.0, 9000.0, 300.0, 0.0, 2.0),
    "faster-than-missile": (50_000.0, 1100.0, 800.0, 20_000.0, 900.0, 7.0, 1.0),
    "one-shot": (30_000.0, 280.0, 700.0, 5000.0, 4000.0, 3.0, 30.0),
    "none": (12_000.0, 300.0, 700.0, 9000.0, 1500.0, 50.0, 3.0),
}


def shots(inputs: dict) -> np.ndarray:
    """Launch time, launch range, intercept range and intercept time of each shot in a raid's journal, (shots, 4)."""
    events = journal(load(scenario_for(TABLE, {"inputs": inputs})), seed=0)
    launched = events[events["kind"] == LAUNCHED]
    launch, meets = launched["time"], launched["until"]
    distance = [inputs["Rdet"] - inputs["Vt"] * t for t in (launch, meets)]
    return np.column_stack([launch, *distance, meets])


def test_every_shot(row: dict) -> None:
    expected = row["expected"]
    found = shots(row["inputs"])
    names = ("launch_t", "launch_range", "intercept_range", "intercept_t")
    assert len(found) == expected["count"]
    assert found == pytest.approx(np.array([[s[n] for n in names] for s in expected["shots"]]), rel=row["tol"])


@only("opp-2")
def test_leak_at_a_kill_chance(row: dict) -> None:
    leak = row["expected"]["P_leak_at_p_0_7"]
    leakers = played(TABLE, row | {"inputs": row["inputs"] | {"p": 0.7}}).leakers
    assert abs(leakers.mean() - leak) < 4 * np.sqrt(leak * (1 - leak) / leakers.size)


def test_the_formula_gives_the_table(row: dict) -> None:
    names = ("launch_t", "launch_range", "intercept_range", "intercept_t")
    exact = np.array(closed_forms.opportunities(**row["inputs"]))
    assert exact == pytest.approx(np.array([[s[n] for n in names] for s in row["expected"]["shots"]]), rel=1e-12)


@pytest.mark.parametrize("name", OTHERS)
def test_rows_that_no_table_lists(name: str) -> None:
    inputs = dict(zip(("Rdet", "Vt", "Vm", "Rmax", "Rmin", "treact", "dt"), OTHERS[name], strict=True))
    exact = np.array(closed_forms.opportunities(**inputs)).reshape(-1, 4)
    found = shots(inputs)
    assert len(found) == len(exact)
    assert found == pytest.approx(exact, rel=1e-6)
