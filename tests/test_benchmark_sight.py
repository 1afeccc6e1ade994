"""The benchmark of sight runs from end to end; nothing that it times is asserted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("rasterio", reason="needs the extra geo")


def test_a_quick_run_prints_a_table() -> None:
    script = Path(__file__).resolve().parents[1] / "benchmarks" / "sight.py"
    done = subprocess.run([sys.executable, str(script), "--quick"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    heading, ruler, *rows = done.stdout.splitlines()
    assert heading.startswith("| raster | what | CPU s |")
    assert ruler.count("|") == heading.count("|") == rows[0].count("|")
    for what in ("kernel, 1 rays a cell", "`bartizan surface sight`"):
        assert any(what in row for row in rows)


def test_what_a_skyline_costs() -> None:
    script = Path(__file__).resolve().parents[1] / "benchmarks" / "skylines.py"
    done = subprocess.run([sys.executable, str(script), "--quick"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [row.count("|") for row in done.stdout.splitlines()] == [3] * 6
