"""`bartizan verify`: what ships, what it compares, and that a wrong number fails."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import make_own_tables, make_verification, make_verification_page

from bartizan.faces.commands.playing import verify as command
from bartizan.faces.terminal import verdicts
from bartizan.ground.errors import UserError
from bartizan.studies.verify import checks, suite

ROW = {"id": "r-0", "expected": {"x": 2.0}, "tol": 1e-3, "tol_kind": "abs"}
finite = st.floats(-1e6, 1e6)
_OF_THE_COLLECTION = {name for name, answers in suite.ANSWERED.items() if not answers.own}


@pytest.fixture(scope="module")
def found() -> Sequence[suite.Verdict]:
    return suite.verify()


# ------------------------------------------------------------------------------------------------- the answer


def test_every_comparison_is_within_its_tolerance(found: Sequence[suite.Verdict]) -> None:
    assert not [check for verdict in found for check in verdict.checks if not check.passes]
    assert [verdict.table for verdict in found] == sorted(suite.ANSWERED)


def test_every_row_is_compared(found: Sequence[suite.Verdict]) -> None:
    for verdict in found:
        assert {check.row for check in verdict.checks} == {row["id"] for row in suite.points(verdict.table)}
        assert 0 < verdict.rows <= verdict.rows_in_table


def test_a_wrong_reference_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill chance that is 2 % too high in the reference is noticed by the raids that are played."""
    row = next(row for row in suite.points("salvo_and_burst") if row["id"] == "salvo-0")
    monkeypatch.setattr(suite, "points", lambda table: [dict(row) | {"expected": row["expected"] * 1.02}])
    (verdict,) = suite.verify(["salvo_and_burst"])
    assert not verdict.passes
    assert verdict.worst.used > 1


def test_the_same_seed_gives_the_same_numbers(found: Sequence[suite.Verdict]) -> None:
    again = suite.verify(["shoot_look_shoot"])
    assert again == [verdict for verdict in found if verdict.table == "shoot_look_shoot"]
    (other,) = suite.verify(["shoot_look_shoot"], seed=suite.SEED + 1)
    assert [check.value for check in other.checks] != [check.value for check in again[0].checks]


# ---------------------------------------------------------------------------------------------- what it ships


def test_numbers_are_those_of_the_collection(shared: Path) -> None:
    folder = shared / "reference" / "vv"
    for name in _OF_THE_COLLECTION:
        theirs = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["rows"]
        answered = [row for row in theirs if suite.ANSWERED[name].answers(row["id"])]
        ours = suite.reference(name)
        assert ours["rows_in_table"] == len(theirs)
        keys = ("id", "inputs", "expected", "unit", "tol", "tol_kind")
        assert [[row[k] for k in keys] for row in ours["rows"]] == [[row[k] for k in keys] for row in answered]
        assert all(row["source"] for row in ours["rows"])


def test_our_own_tables_are_what_their_closed_forms_give() -> None:
    assert make_own_tables.main(["--check"]) == 0
    assert set(make_own_tables.TABLES) == {name for name, answers in suite.ANSWERED.items() if answers.own}


def test_the_tool_gives_the_files(shared: Path) -> None:
    assert make_verification.main([str(shared / "reference" / "vv"), "--check"]) == 0


def test_every_table_of_the_collection_is_answered_or_said_not_to_be(shared: Path) -> None:
    tables = {path.stem for path in (shared / "reference" / "vv").glob("*.csv")}
    assert tables == _OF_THE_COLLECTION | set(suite.UNANSWERED)
    assert not set(suite.ANSWERED) & set(suite.UNANSWERED)


def test_only_answered_tables_ship() -> None:
    assert {path.stem for path in make_verification.TARGET.glob("*.yaml")} == set(suite.ANSWERED)


@pytest.mark.parametrize("name", sorted(suite.ANSWERED))
def test_an_answer_says_what_it_calls(name: str) -> None:
    assert suite.ANSWERED[name].told
    left_out = suite.reference(name)["rows_in_table"] - len(suite.reference(name)["rows"])
    assert bool(left_out) == bool(suite.ANSWERED[name].left_out)


def test_unknown_and_unanswered_tables_are_refused() -> None:
    with pytest.raises(UserError, match=r"no reference table 'nonsense'; known: atmosphere_isa, "):
        suite.verify(["nonsense"])
    with pytest.raises(UserError, match=r"'wta_static' is not answered: doctrines"):
        suite.verify(["wta_static"])


# ------------------------------------------------------------------------------------------------ comparisons


@given(finite, finite, st.floats(1e-9, 1e3))
def test_near_is_the_distance(value: float, reference: float, tolerance: float) -> None:
    check = checks.near(ROW, "x", value, reference, tolerance=tolerance)
    assert check.error == abs(value - reference)
    assert check.passes == (abs(value - reference) <= tolerance) == (check.used <= 1)


def test_near_takes_reference_and_tolerance_from_the_row() -> None:
    assert checks.near(ROW, "x", 2.0009).passes
    assert not checks.near(ROW, "x", 2.0011).passes
    assert checks.near(ROW | {"tol_kind": "rel"}, "x", 2.0019).passes
    assert not checks.near(ROW | {"tol_kind": "exact", "tol": 0}, "x", 2.0000001).passes
    with pytest.raises(ValueError, match="for samples"):
        checks.near(ROW | {"tol_kind": "multiples of combined s.e."}, "x", 2.0)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_fails(value: float) -> None:
    check = checks.near(ROW, "x", value)
    assert not check.passes
    assert math.isnan(check.used) or check.used > 1


def test_a_mean_is_judged_in_standard_errors() -> None:
    sample = np.array([0.0, 1.0] * 5000)  # mean 0.5, standard error 0.005
    assert checks.mean_near(ROW, "x", sample, 0.51).error == pytest.approx(2.0)
    assert checks.mean_near(ROW, "x", sample, 0.51, reference_error=0.005).error == pytest.approx(math.sqrt(2))
    assert checks.chance_near(ROW, "x", sample, 0.6).error == pytest.approx(0.1 / math.sqrt(0.24 / 10_000))
    assert not checks.mean_near(ROW, "x", sample, 0.53).passes


def test_a_sample_without_spread_must_be_exact() -> None:
    constant = np.full(100, 3.0)
    assert checks.mean_near(ROW, "x", constant, 3.0).error == 0
    assert checks.mean_near(ROW, "x", constant, 3.001).error == math.inf
    assert checks.chance_near(ROW, "x", np.ones(100, int), 1.0).error == 0
    assert checks.chance_near(ROW, "x", np.array([1, 1, 0]), 1.0).error == math.inf


def test_a_distribution_is_judged_by_chi_square() -> None:
    pmf = np.array([0.5, 0.3, 0.2])
    exactly, wrong = np.repeat([0, 1, 2], [500, 300, 200]), np.repeat([0, 1, 2], [400, 400, 200])
    assert checks.distribution_near(ROW, "x", exactly, pmf).error == 0
    assert not checks.distribution_near(ROW, "x", wrong, pmf).passes
    assert not checks.distribution_near(ROW, "x", np.array([0, 3]), pmf).passes


# ------------------------------------------------------------------------------------------ command and pages


def run_command(monkeypatch: pytest.MonkeyPatch, answer: Sequence[Any], *tables: str) -> int:
    monkeypatch.setattr(suite, "verify", lambda *a, **k: answer)
    try:
        command.callback(tables, 1)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_the_command_shows_a_line_for_each_table(
    found: Sequence[suite.Verdict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(monkeypatch, found) == 0
    printed = capsys.readouterr().out
    for verdict in found:
        assert f"\n{verdict.table} " in printed
    assert verdicts.summary(found).strip() in printed
    assert "FAIL" not in printed


def test_the_command_shows_every_row_of_a_table(
    found: Sequence[suite.Verdict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [verdict for verdict in found if verdict.table == "geodesy"]
    assert run_command(monkeypatch, chosen, "geodesy") == 0
    printed = capsys.readouterr().out
    assert "54972.271" in printed
    assert printed.count("vincenty") == len(chosen[0].checks)
    assert "Left out, rows epsg9602" in printed


def test_a_failure_ends_with_exit_code_1(
    found: Sequence[suite.Verdict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = checks.Check("r-0", "x", 1.0, 2.0, 1.0, 0.1, "abs")
    failed = suite.Verdict("geodesy", suite.ANSWERED["geodesy"], 1, 3, (wrong,), ("a book",))
    assert run_command(monkeypatch, [failed]) == 1
    assert "1 FAILED" in capsys.readouterr().out


def test_the_page_is_up_to_date(found: Sequence[suite.Verdict]) -> None:
    page = make_verification_page.PAGE.read_text(encoding="utf-8")
    assert page == make_verification_page.page(found), "run `make docs`"
