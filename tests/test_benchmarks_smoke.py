"""The benchmarks run from end to end; nothing that they time is asserted."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import bartizan

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
PAGE = "Before.\n\n<!-- begin table: make bench -->\nThe last table.\n<!-- end table -->\n\nAfter.\n"


@pytest.fixture(scope="module")
def scenarios() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_scenarios", BENCHMARKS / "scenarios.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_quick_run_fills_the_table_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--quick", "--out", str(page)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    text = page.read_text()
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "The last table." not in text
    for row in (
        "reference-24v4",
        "4 x 2",
        "4 x 2, everything on",
        "4 x 2, radars jammed",
        "two threads",
        "peak memory",
        "--help",
    ):
        assert row in text
    assert "imports none of" in text


@pytest.mark.parametrize(("threats", "units"), [(20, 6), (100, 20), (500, 50)])
def test_a_benchmark_raid_has_its_size(scenarios: ModuleType, threats: int, units: int) -> None:
    scenario = bartizan.load(scenarios.scenario(threats, units))
    assert scenario.cases[0].size == threats
    assert sum(bool(u.system.effectors) for u in scenario.units) == units
    assert any(u.system.emitters for u in scenario.units)
    assert any(e.kind == "gun" for u in scenario.units for e in u.system.effectors.values())


def test_a_benchmark_raid_has_work_in_it(scenarios: ModuleType) -> None:
    """Most threats are engaged, some get through, so that every part of the engine is exercised."""
    outcomes = bartizan.run(bartizan.load(scenarios.scenario(20, 6)), worlds=4, raids=16)
    assert 0.0 < np.mean(outcomes.leakers) < 15.0
    assert np.mean(outcomes.shots) > 10.0


def test_what_a_night_adds_is_measured_part_by_part() -> None:
    command = [sys.executable, str(BENCHMARKS / "nights.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for row in ("everything off", "many jammers", "losses", "everything on", "nobody jams", "the aircraft jam"):
        assert f"| 4 x 2, {row} |" in done.stdout


def test_limits_are_measured_and_their_exponents_told() -> None:
    command = [sys.executable, str(BENCHMARKS / "limits.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines()[2:]]
    assert [row.split(",")[0] for row in rows] == [
        "threats", "units", "worlds", "raids in a world", "a task with nothing to play"
    ]  # fmt: skip


def test_a_policy_is_learned_and_played_beside_rules() -> None:
    command = [sys.executable, str(BENCHMARKS / "learned.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines() if "(" in line and line.startswith("|")]
    through = {row[1].strip(): float(row[2].split()[0]) for row in rows}
    assert len(through) == 8
    assert all(0 <= value <= 84 for value in through.values())
    assert through["one rule: missiles only"] < through["the doctrine: the first option"]
