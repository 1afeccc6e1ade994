"""Erlang-B must come out of the channels: a Poisson stream, no waiting, engagements of one fixed length."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engine.test_tracks import pestered
from tests.oracles import closed_forms
from tests.oracles.reference_scenarios import STREAM, NotExpressible, scenario_for
from tests.reference.agreement import SEED, errors_off, errors_off_pmf, only, played

from bartizan.engine.layout import MISSED, NO_CHANNEL
from bartizan.studies.replicate import Outcomes, run
from bartizan.world.scenario import load

TABLE = "loss_systems"


def share(outcomes: Outcomes, cause: int) -> float:
    """Share of all threats that leaked for this cause."""
    return outcomes.total[outcomes.columns.causes + cause] / (outcomes.leakers.size * STREAM)


@only("erlb-")
def test_blocking(row: dict) -> None:
    """With certain kills all that leaks was blocked, and the engine says so. Each world is a stream of its own."""
    outcomes = played(TABLE, row)
    assert errors_off(outcomes.leakers / STREAM, row["expected"]["B"]) < 4
    assert share(outcomes, NO_CHANNEL) == pytest.approx(outcomes.leakers.mean() / STREAM, abs=1e-12)


@only("erlb-")
def test_leak_with_a_kill_chance(row: dict) -> None:
    expected = row["expected"]
    outcomes = played(TABLE, row | {"inputs": row["inputs"] | {"Pk": 0.8}})
    assert errors_off(outcomes.leakers / STREAM, expected["leak_with_Pk_0_8"]) < 4
    blocked, missed = share(outcomes, NO_CHANNEL), share(outcomes, MISSED)
    assert blocked + missed == pytest.approx(outcomes.leakers.mean() / STREAM, abs=1e-12)
    served = (outcomes.leakers.size * STREAM) * (1 - blocked)
    assert abs(missed / (1 - blocked) - 0.2) < 4 * (0.2 * 0.8 / served) ** 0.5


@only("erlb-")
def test_the_recursion_gives_the_table(row: dict) -> None:
    blocked = closed_forms.erlang_b(row["inputs"]["c"], row["inputs"]["a"])
    assert blocked == pytest.approx(row["expected"]["B"], abs=row["tol"])


@pytest.mark.parametrize(("channels", "load"), [(1, 0.2), (4, 9.0)])
def test_rows_that_no_table_lists(channels: int, load: float) -> None:
    outcomes = played(TABLE, {"inputs": {"c": channels, "a": load}})
    assert errors_off(outcomes.leakers / STREAM, closed_forms.erlang_b(channels, load)) < 4


@only("erlb-")
def test_false_tracks_block_as_threats_do(row: dict) -> None:
    """A single threat finds all channels busy with the same chance, whatever keeps them so."""
    x = row["inputs"]
    leaked = run(load(pestered(x["c"], x["a"])), worlds=8, raids=1_000, seed=SEED).leakers
    blocked = row["expected"]["B"]
    assert errors_off_pmf(leaked.astype(int).ravel(), np.array([1 - blocked, blocked])) < 4


@only("engset-")
def test_a_finite_source_is_refused(row: dict) -> None:
    """Engset's sources come back, a raid's threats do not: the row is refused with that reason, not bent to fit."""
    with pytest.raises(NotExpressible, match="come back"):
        scenario_for(TABLE, row)
