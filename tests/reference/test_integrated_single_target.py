"""From the first look to the last shot at one target, against the exact chain."""

from __future__ import annotations

import numpy as np
import pytest
from tests.oracles import closed_forms
from tests.oracles.reference_scenarios import scenario_for
from tests.reference.agreement import SEED, errors_off, played

from bartizan.engine.survey import survey_one
from bartizan.physics import arrays
from bartizan.studies.replicate import run
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario, load

TABLE = "integrated_single_target"
#: Rows that no table lists: one hit confirms; every look must hit; a target faster than its missile; long reaction.
OTHERS = {
    "1-of-1": {"m": 1, "n": 1, "pfa": 1e-4, "p": 0.5},
    "4-of-4": {"m": 4, "n": 4, "snr0_db": 15.0},
    "6-of-8": {"m": 6, "n": 8, "Ts": 1.0},
    "fast": {"V": 900.0, "Vm": 700.0, "Ts": 1.0, "R0": 14_000.0, "Rstart": 45_000.0},
    "slow": {"V": 40.0, "t_react": 60.0, "dt": 20.0, "Rmin": 0.0, "p": 0.4},
}
BASE = {
    "Rstart": 30_000.0, "V": 240.0, "Ts": 2.0, "snr0_db": 10.0, "R0": 8000.0, "pfa": 1e-6, "m": 2, "n": 4, "Vm": 800.0,
    "Rmax": 10_000.0, "Rmin": 1200.0, "t_react": 6.0, "dt": 3.0, "p": 0.65,
}  # fmt: skip


def confirmations(scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Times of the looks and the chance that each is the first to confirm, out of the engine's own tables."""
    case = scenario.cases[0]
    worlds = pack.pack(scenario, case, draw.worlds(scenario, SEED, 0, 1))
    sky = skies(scenario, worlds, np.array([0]))[0]
    theatre = survey_one(arrays.world(worlds, 0), sky, 0, 0, scenario.file.study.step.likely)
    looks = slice(theatre.pairs[0]["own0"], theatre.pairs[0]["own1"])
    return theatre.look_time[looks], np.diff(-np.expm1(-theatre.look_hazard[looks]), prepend=0.0)


def check(inputs: dict, leak: float, rounds: float) -> None:
    outcomes = played(TABLE, {"inputs": inputs})
    assert outcomes.leakers.size == 100_000
    assert abs(outcomes.leakers.mean() - leak) < 3 * np.sqrt(leak * (1 - leak) / outcomes.leakers.size)
    assert errors_off(outcomes.shots, rounds) < 3


def test_leak_and_rounds(row: dict) -> None:
    check(row["inputs"], row["expected"]["P_leak"], row["expected"]["E_rounds"])


def test_confirmation_without_chance(row: dict) -> None:
    """The engine's hazards hold P(confirmed at each look); what it leaves out (looks with Pd < 0.001) moves nothing."""
    x, expected = row["inputs"], row["expected"]
    time, first = confirmations(load(scenario_for(TABLE, row)))
    geometry = [x[name] for name in ("Rstart", "V", "Vm", "Rmax", "Rmin")]
    shots = [len(closed_forms.opportunities(*geometry, t + x["t_react"], x["dt"])) for t in time]
    leak = 1 - first.sum() + first @ (1 - x["p"]) ** np.array(shots)
    assert leak == pytest.approx(expected["P_leak"], abs=1e-6)
    assert first @ (x["Rstart"] - x["V"] * time) == pytest.approx(expected["mean_confirm_range"], rel=1e-5)


def test_the_chain_gives_the_table(row: dict) -> None:
    exact = closed_forms.single_target(**row["inputs"])
    for name in ("P_leak", "E_rounds", "P_never_confirmed"):
        assert exact[name] == pytest.approx(row["expected"][name], abs=row["tol"])
    assert exact["mean_confirm_range"] == pytest.approx(row["expected"]["mean_confirm_range"], rel=1e-9)


@pytest.mark.parametrize("name", OTHERS)
def test_rows_that_no_table_lists(name: str) -> None:
    inputs = BASE | OTHERS[name]
    exact = closed_forms.single_target(**inputs)
    assert 0.001 < exact["P_leak"] < 0.999
    check(inputs, exact["P_leak"], exact["E_rounds"])


def test_nothing_is_seen_in_time() -> None:
    """A radar that confirms only behind the last launch never fires."""
    outcomes = run(load(scenario_for(TABLE, {"inputs": BASE | {"t_react": 120.0}})), raids=1000, seed=SEED)
    assert outcomes.leakers.min() == 1
    assert outcomes.shots.max() == 0
