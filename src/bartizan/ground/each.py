"""The functions of `ground.exact` for each number of an array: NumPy's own have other last bits on other processors.

The compiler is imported with the first call.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

Numbers = Any  # a float or an array of floats


@functools.cache
def _fill(name: str) -> Callable:
    from bartizan.ground import exact
    from bartizan.ground.jit import kernel

    function = getattr(exact, name)

    @kernel
    def each_of_one(x, out):  # type: ignore[no-untyped-def]
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    @kernel
    def each_of_two(x, y, out):  # type: ignore[no-untyped-def]
        for i in range(x.shape[0]):
            out[i] = function(x[i], y[i])

    return each_of_two if name == "power" else each_of_one


def _called(name: str, *given: Numbers) -> Any:
    same = np.broadcast_arrays(*(np.asarray(of, np.float64) for of in given))
    out = np.empty(same[0].size)
    _fill(name)(*(np.array(of, np.float64).reshape(-1) for of in same), out)
    return out.reshape(same[0].shape)[()]


def exp(x: Numbers) -> Any:
    """e ** x."""
    return _called("exp", x)


def log(x: Numbers) -> Any:
    """The natural logarithm: minus infinity at 0, not a number below."""
    return _called("log", x)


def log10(x: Numbers) -> Any:
    """The decimal logarithm."""
    return _called("log10", x)


def power(x: Numbers, y: Numbers) -> Any:
    """x ** y for x >= 0."""
    return _called("power", x, y)


def expm1(x: Numbers) -> Any:
    """exp(x) - 1, as near 0 as anywhere."""
    return _called("expm1", x)


def log1p(x: Numbers) -> Any:
    """log(1 + x), as near 0 as anywhere."""
    return _called("log1p", x)


def sin(x: Numbers) -> Any:
    """The sine of angles in rad."""
    return _called("sin", x)


def cos(x: Numbers) -> Any:
    """The cosine of angles in rad."""
    return _called("cos", x)


def tan(x: Numbers) -> Any:
    """The tangent of angles in rad."""
    return _called("tan", x)


def hypot(x: Numbers, y: Numbers) -> Any:
    """The length of (x, y), of lengths whose squares are numbers."""
    return np.sqrt(np.square(x) + np.square(y))


def normal_share(x: Numbers) -> Any:
    """The share of a standard normal law below x."""
    return _called("normal_share", x)


def normal_quantile(p: Numbers) -> Any:
    """Where the share p of a standard normal law lies below."""
    return _called("normal_quantile", p)
