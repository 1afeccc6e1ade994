"""The functions of `ground.exact` for each number of an array: NumPy's own have other last bits on other processors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bartizan.ground import exact
from bartizan.ground.jit import kernel

Numbers = Any  # a float or an array of floats


def _each(function: Callable) -> Callable[[Numbers], Any]:
    @kernel
    def fill(x, out):  # type: ignore[no-untyped-def]
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    def each(x: Numbers) -> Any:
        given = np.asarray(x, np.float64)
        flat = given.reshape(-1).view()
        flat.flags.writeable = False  # always, so that the kernel is compiled for one kind of array
        out = np.empty(given.size)
        fill(np.ascontiguousarray(flat), out)
        return out.reshape(given.shape)[()]

    return each


exp, log, log10, expm1, log1p, sin, cos, tan, normal_share, normal_quantile = map(
    _each,
    (
        exact.exp, exact.log, exact.log10, exact.expm1, exact.log1p, exact.sin, exact.cos, exact.tan,
        exact.normal_share, exact.normal_quantile,
    ),
)  # fmt: skip


@kernel
def _fill_power(x, y, out):  # type: ignore[no-untyped-def]
    for i in range(x.shape[0]):
        out[i] = exact.power(x[i], y[i])


def power(x: Numbers, y: Numbers) -> Any:
    """x ** y for x >= 0."""
    x, y = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    out = np.empty(x.size)
    _fill_power(np.array(x.reshape(-1)), np.array(y.reshape(-1)), out)
    return out.reshape(x.shape)[()]


def hypot(x: Numbers, y: Numbers) -> Any:
    """The length of (x, y), of lengths whose squares are numbers."""
    return np.sqrt(np.square(x) + np.square(y))
