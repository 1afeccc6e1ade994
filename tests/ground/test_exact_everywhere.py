"""No kernel, and nothing that draws worlds, uses functions whose bits depend on the machine."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bartizan

PACKAGE = Path(bartizan.__file__).parent
#: Functions that are not settled to the bit by IEEE 754.
_VARY = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "power", "float_power", "cbrt", "hypot", "erf",
    "erfc", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "arcsin", "arccos", "arctan", "arctan2", "sinh",
    "cosh", "tanh",
}  # fmt: skip
_DRAWS = [PACKAGE / "world" / f"{room}.py" for room in (
    "draw", "pack", "readiness", "sensing", "surface/mapped", "uncertain", "unknowns", "warheads", "weapons",
)]  # fmt: skip
_FILES = sorted({*_DRAWS, *(p for floor in ("physics", "engine") for p in (PACKAGE / floor).glob("*.py"))})


def _varies(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        return ast.unparse(node.right) not in ("2", "3") and not isinstance(node.left, ast.Constant)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    constant = all(isinstance(a, ast.Constant) or (isinstance(a, ast.Name) and a.id.isupper()) for a in node.args)
    return ast.unparse(node.func.value) in ("np", "math") and node.func.attr in _VARY and not constant


def _varying(tree: ast.AST) -> list[str]:
    return [ast.unparse(node) for node in ast.walk(tree) if _varies(node)]


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_it_takes_them_from_ground_exact(file: Path) -> None:
    assert _varying(ast.parse(file.read_text(encoding="utf-8"))) == []


def test_the_search_finds_what_it_is_for() -> None:
    bad = "np.exp(x)\nmath.sin(2.0 * y)\nx ** y\nx ** 0.5\nreach**4"
    assert len(_varying(ast.parse(bad))) == 5
    assert _varying(ast.parse("each.exp(x)\nnp.sqrt(x)\nx ** 2\nmath.log(10)\n2**level")) == []
