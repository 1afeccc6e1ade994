"""Gives each test that asks for a `row` the rows of the table that its module names in TABLE, by their ids."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bartizan.studies.verify import suite
from bartizan.studies.verify.scenarios import rows_of

BESIDE = Path(__file__).resolve().parents[3] / "shared"


def rows(table: str) -> list[dict[str, Any]]:
    """The rows of a reference table, curves taken apart into points.

    Where the reference material is absent, the rows that ship with Bartizan, or none.
    """
    file = Path(os.environ.get("BARTIZAN_SHARED", BESIDE)) / "reference" / "vv" / f"{table}.json"
    if not file.is_file():
        return suite.points(table) if table in suite.ANSWERED else []
    return [point for row in json.loads(file.read_text(encoding="utf-8"))["rows"] for point in rows_of(row)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "row" not in metafunc.fixturenames:
        return
    table, wanted = metafunc.module.TABLE, getattr(metafunc.function, "wants_row", lambda row: True)
    found = [pytest.param(row, id=row["id"]) for row in rows(table) if wanted(row)]
    absent = pytest.mark.skip(reason=f"no reference table {table}: set BARTIZAN_SHARED to the reference material")
    metafunc.parametrize("row", found or [pytest.param(None, id="absent", marks=absent)])
