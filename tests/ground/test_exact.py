"""Own elementary functions: near those of the C library, exact where mathematics is, and the same compiled and not."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import bartizan
from bartizan.ground import each, exact
from bartizan.ground.jit import kernel, lanes

#: name, reference, from, to, how many units in the last place the reference and ours may be apart
FUNCTIONS = [
    ("exp", np.exp, -700.0, 700.0, 1.5),
    ("expm1", np.expm1, -3.0, 3.0, 4.0),
    ("log1p", np.log1p, -0.9, 3.0, 4.0),
    ("sin", np.sin, -1e4, 1e4, 1.5),
    ("cos", np.cos, -1e4, 1e4, 1.5),
    ("tan", np.tan, -1.57, 1.57, 3.0),
    ("normal_quantile", special.ndtri, 0.0, 1.0, 10.0),
    ("normal_share", special.ndtr, -4.0, 8.0, 20.0),
]


def apart(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, in units in the last place."""
    return float(np.max(np.abs(found - expected) / np.spacing(np.abs(expected))))


@pytest.mark.parametrize(("name", "reference", "low", "high", "units"), FUNCTIONS)
def test_they_are_those_of_the_books(name: str, reference: np.ufunc, low: float, high: float, units: float) -> None:
    x = np.random.default_rng(1).uniform(low, high, 100_000)
    assert apart(getattr(each, name)(x), reference(x)) <= units


def test_logarithms_and_powers_over_all_magnitudes() -> None:
    generator = np.random.default_rng(2)
    x = 10.0 ** generator.uniform(-320, 308, 100_000)
    assert apart(each.log(x), np.log(x)) <= 1.5
    assert apart(each.log10(x), np.log10(x)) <= 3.0
    base, exponent = generator.uniform(0.01, 100.0, (2, 100_000))
    expected = base ** (exponent / 10)
    bound = (2.0 + np.abs(exponent / 10 * np.log(base))) * 2.0**-52
    assert (np.abs(each.power(base, exponent / 10) / expected - 1.0) <= bound).all()


def test_angles_of_points_all_around() -> None:
    x, y = np.random.default_rng(3).uniform(-1, 1, (2, 2_000))
    found = [(exact.atan2(b, a), exact.asin(a), exact.erf(4 * a), exact.erfc(4 * a)) for a, b in zip(x, y, strict=True)]
    for of, reference in zip(np.transpose(found), (np.arctan2(y, x), np.arcsin(x)), strict=False):
        assert apart(of, reference) <= 3.0
    for k, reference in ((2, math.erf), (3, math.erfc)):
        assert apart(np.transpose(found)[k], np.array([reference(4 * a) for a in x])) <= 6.0


@given(st.floats(-1e5, 1e5))
def test_sine_and_cosine_lie_on_the_circle(x: float) -> None:
    assert exact.sin(x) ** 2 + exact.cos(x) ** 2 == pytest.approx(1.0, abs=4e-16)
    assert (exact.sin(-x), exact.cos(-x)) == (-exact.sin(x), exact.cos(x))


def test_where_they_end() -> None:
    nan, infinite = math.nan, math.inf
    np.testing.assert_equal(
        each.exp([infinite, -infinite, nan, 0.0, 710.0, -746.0]), [infinite, 0, nan, 1, infinite, 0]
    )
    np.testing.assert_equal(each.log([infinite, 0.0, nan, 1.0, -1.0]), [infinite, -infinite, nan, 0, nan])
    np.testing.assert_equal(each.normal_quantile([0.0, 1.0, 0.5, nan]), [-infinite, infinite, 0, nan])
    np.testing.assert_equal(each.power([0.0, 0.0, 1.0], [2.0, 0.0, 1e9]), [0.0, 1.0, 1.0])


def test_shapes_are_kept_and_nothing_is_written_over() -> None:
    x = np.arange(1.0, 7.0).reshape(2, 3)
    x.flags.writeable = False
    assert each.log(x).shape == (2, 3)
    assert each.power(2.0, x).shape == (2, 3)
    assert each.log(np.empty((0, 4))).shape == (0, 4)
    assert isinstance(each.sin(0.5), float)


@lanes
def _fill_inlined(x, out):  # type: ignore[no-untyped-def]
    for k in range(x.shape[0]):
        out[0, k], out[1, k] = exact.exp_inlined(-700.0 * x[k]), exact.log_inlined(x[k])
        out[2, k] = math.sqrt(x[k] * x[k] + out[1, k] / 3.0 * out[1, k])


@kernel
def _inlined(x, out):  # type: ignore[no-untyped-def]
    _fill_inlined(x, out)


def inlined(x: np.ndarray) -> np.ndarray:
    """The exponential of -700 x, the logarithm of x and a length, by a loop that works on several numbers at once."""
    out = np.zeros((3, len(x)))
    _inlined(x, out)
    return out


@given(st.floats(1e-300, 1e300))
def test_several_at_once_come_to_what_one_comes_to(x: float) -> None:
    found = inlined(np.array([x, 1.0, x, 0.5, x]))
    assert (found[1, ::2] == exact.log(x)).all()
    x = min(x, 1.0)
    assert (inlined(np.array([x, 1.0, x, 0.5, x]))[0, ::2] == exact.exp(-700.0 * x)).all()


# ------------------------------------------------------------------------------------------------ other machines

_CHILD = """
import hashlib, json, os
import llvmlite.binding
import numpy as np
if "NPY_DISABLE_CPU_FEATURES" in os.environ:
    llvmlite.binding.get_host_cpu_features = dict
from bartizan.ground import each
from tests.ground.test_exact import inlined
from bartizan.studies.replicate import run
from bartizan.world import draw, pack
from bartizan.world.scenario import load
x = np.random.default_rng(5).uniform(1e-3, 1.0, 20_000)
told = {name: getattr(each, name)(x) for name in
        ("exp", "log", "log10", "expm1", "log1p", "sin", "cos", "tan", "normal_share", "normal_quantile")}
told["power"] = each.power(x, 3.7)
told["inlined"] = inlined(x)
for name in ("moscow-2023", "power-station"):
    scenario = load(name)
    packed = pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 1, 0, 300))
    told |= {f"{name} {k}": v for k, v in packed._asdict().items() if isinstance(v, np.ndarray)}
digest = lambda array: hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
print(json.dumps({name: digest(array) for name, array in told.items()}))
"""
#: What older processors lack, as NumPy (of today and of before) and the C library name it.
_OLDER = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512F AVX512CD AVX512_SKX AVX512_ICL AVX512_SPR AVX2 FMA3",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX2_Usable,-FMA_Usable,-AVX512F",
    "OPENBLAS_CORETYPE": "Nehalem",
}


def _digests(**env: str) -> dict[str, str]:
    path = {"PYTHONPATH": os.pathsep.join([str(Path(bartizan.__file__).parents[1]), str(Path(__file__).parents[2])])}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _CHILD], capture_output=True, text=True, timeout=600, check=False,
        env=os.environ | path | env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_drawn_worlds_are_the_same_to_the_bit_on_an_older_processor() -> None:
    newer, older = _digests(), _digests(**_OLDER)
    assert [name for name in newer if newer[name] != older[name]] == []
