"""What is compiled within kernels: once for whole numbers, and with the types that numba would find."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from bartizan.ground.jit import apart, inner, kernel, lanes

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No kernel of an earlier run: what is read from disk compiles nothing below it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_a_function_is_compiled_once_for_all_whole_numbers() -> None:
    @inner
    def nth(values, k, back):  # type: ignore[no-untyped-def]
        return values[len(values) - k] if back else values[k]

    @kernel
    def total(values, numbers):  # type: ignore[no-untyped-def]
        return nth(values, 0, False) + nth(values, 1, True) + nth(values, numbers[0], False) + nth(values, 3, False)

    values = np.array([1.0, 20.0, 300.0, 4000.0])
    assert total(values, np.array([1], np.int32)) == total(values, np.array([1], np.int8)) == 1 + 4000 + 20 + 4000
    assert [args[1:] for args in nth.overloads] == [(numba.int64, numba.boolean)]


def test_numbers_that_are_not_whole_or_have_no_sign_stay_what_they_are() -> None:
    @inner
    def half(value):  # type: ignore[no-untyped-def]
        return value / 2

    @inner
    def low_bits(value):  # type: ignore[no-untyped-def]
        return value & np.uint32(0xFFFF)

    @kernel
    def both(small, large, bits):  # type: ignore[no-untyped-def]
        return half(small[0]) + half(large[0]) + low_bits(bits[0])

    assert both(np.ones(1, np.float32), np.ones(1), np.array([0xFFFF0001], np.uint32)) == 2.0
    assert {args[0] for args in half.overloads} == {numba.float32, numba.float64}
    assert {args[0] for args in low_bits.overloads} == {numba.uint32}


def test_what_a_division_comes_to_depends_on_who_divides() -> None:
    """The signature of an operator is found once, but how it divides by zero is each function's own."""

    @lanes
    def endless(a, b):  # type: ignore[no-untyped-def]
        return a / b

    @apart
    def refused(a, b):  # type: ignore[no-untyped-def]
        return a / b

    @kernel
    def of_lanes(a, b):  # type: ignore[no-untyped-def]
        return endless(a, b)

    @kernel
    def of_others(a, b):  # type: ignore[no-untyped-def]
        return refused(a, b) + endless(a, b)

    assert of_lanes(1.0, 0.0) == np.inf
    with pytest.raises(ZeroDivisionError):
        of_others(1.0, 0.0)
    assert of_others(3.0, 2.0) == 3.0


def test_debugging_keeps_what_python_calls() -> None:
    program = "from bartizan.ground.rng import philox; from numpy import uint64 as u; print(len(philox(*[u(1)] * 6)))"
    environment = os.environ | {"BARTIZAN_DEBUG": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "4\n"), done.stderr
