"""Rules of the house that no linter knows: what records rest on, who tells sensors apart, how many arguments."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bartizan.physics import arrays

PACKAGE = Path(arrays.__file__).parents[1]
KINDS = {"RADAR", "IDEAL", "SIGHT", "SOUND"}


def imported(file: Path) -> Iterator[str]:
    """Every module and name that a file imports, at any depth."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_records_rest_on_numpy_alone() -> None:
    rooms = {name.split(".")[0] for name in imported(PACKAGE / "physics" / "arrays.py")}
    assert rooms <= {"__future__", "typing", "numpy"}


@pytest.mark.parametrize("floor", ["engine", "physics", "ground"])
def test_what_kernels_are_made_from_rests_on_few_libraries(floor: str) -> None:
    allowed = {"numpy", "numba", "llvmlite", "scipy", "bartizan"} | (
        {"pyproj", "duckdb"} if floor == "ground" else set()
    )
    for file in (PACKAGE / floor).rglob("*.py"):
        others = {name.split(".")[0] for name in imported(file)} - set(sys.stdlib_module_names)
        assert others <= allowed, file


def test_one_file_of_the_engine_tells_kinds_of_sensors_apart() -> None:
    assert all(hasattr(arrays, kind) for kind in KINDS)
    of_kinds = {f"bartizan.physics.arrays.{kind}" for kind in KINDS}
    telling = {file for floor in ("engine", "physics", "studies") for file in (PACKAGE / floor).rglob("*.py")
               if of_kinds & set(imported(file))}  # fmt: skip
    asked = tuple(f"sensor.kind == arrays.{kind}" for kind in KINDS)
    asking = {file for file in PACKAGE.rglob("*.py") if any(a in file.read_text(encoding="utf-8") for a in asked)}
    assert telling | asking == {PACKAGE / "engine" / "sensors.py"}


MOST_ARGUMENTS = 8


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                if isinstance(node, ast.FunctionDef))  # fmt: skip


def is_command(function: ast.FunctionDef) -> bool:
    """Whether its arguments are the options of a command."""
    return any("click.command" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_no_function_takes_more_than_eight_arguments() -> None:
    """What belongs together is one named tuple. The options of a command are as many as it has."""
    assert [
        f"{file.relative_to(PACKAGE)}: {function.name} takes {taken}"
        for file in PACKAGE.rglob("*.py")
        for function in functions(file)
        if (taken := len(function.args.posonlyargs + function.args.args + function.args.kwonlyargs)) > MOST_ARGUMENTS
        and not is_command(function)
    ] == []


def test_every_record_that_kernels_see_has_a_legend_and_says_what_each_field_means() -> None:
    rooms = [importlib.import_module(f"bartizan.{floor}.{file.stem}")
             for floor in ("physics", "engine") for file in (PACKAGE / floor).glob("[a-z]*.py")]  # fmt: skip
    records = {name: kind for room in rooms for name, kind in vars(room).items()
               if isinstance(kind, np.dtype) and kind.names}  # fmt: skip
    assert records.keys() == arrays.LEGENDS.keys()
    for name, fields in arrays.LEGENDS.items():
        assert tuple(f.name for f in fields) == records[name].names
        assert all(f.meaning for f in fields)


#: by how much a distance is too long: no share of anything, and told above 0.1 % alone
NO_SHARE = "{stretch:.2%}"


def test_no_share_is_rounded_to_nothing_or_to_all() -> None:
    """What is told as a percentage goes through `units.percent` or `words`, which know better."""
    assert [
        f"{file.relative_to(PACKAGE)}: {found}"
        for file in PACKAGE.rglob("*.py")
        for found in re.findall(r"\{[^{}]*:\.[0-9]%\}", file.read_text(encoding="utf-8"))
        if found != NO_SHARE
    ] == []
