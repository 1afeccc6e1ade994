"""Brute force over a surface whose cells double outward: the lowest visible altitude over one place at a time, along
one straight line to it, in float64.

Level k counts from half of its square outward (the first from the sensor), up to its own edge. Every crossing of the
line with a row and with a column of its posts obstructs. Near the sensor the rules are those of `sight_lines`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.jit import inner, kernel


class Levels(NamedTuple):
    """Squares of posts about a sensor, in the sensor's own frame."""

    top: np.ndarray  # f4 (L, n, n): heights, m
    row: np.ndarray  # f8 (L,): the sensor's place in each, in its cells
    column: np.ndarray  # f8 (L,)
    cell: np.ndarray  # f8 (L,): m
    half: float  # cells from the sensor to the edge of a square
    antenna: float  # m
    radius: float = EFFECTIVE_RADIUS_M


@inner
def _slope(s, k, row, column, distance):  # type: ignore[no-untyped-def]
    """Tangent of the elevation of the surface at a place on an edge of the grid."""
    r, c = math.floor(row), math.floor(column)
    f, g = row - r, column - c
    z = 0.0
    for i in range(2):
        for j in range(2):
            share = (f if i else 1.0 - f) * (g if j else 1.0 - g)
            if share > 0.0:
                post = float(s.top[k, r + i, c + j])
                if k == 0 and max(abs(r + i - s.row[0]), abs(c + j - s.column[0])) <= 0.5:
                    post = min(post, s.antenna)
                z += share * post
    angle = distance / s.radius
    return (z * math.cos(angle) - s.antenna - 2.0 * s.radius * math.sin(angle / 2) ** 2) / (
        (s.radius + z) * math.sin(angle)
    )


@inner
def _steepest(s, k, along, from_k, to_k, start, other, step, slope_other, by_rows, metres):  # type: ignore[no-untyped-def]
    """Greatest slope where a line crosses the rows (or columns) of a level between two distances along the longer axis.

    `along`: the longer axis's change for each cell of this axis, cells.
    """
    best = -1e9
    n = 1
    at = math.floor(start) + 1 if step > 0 else math.ceil(start) - 1
    while n < 1_000_000:
        away = abs(at - start) * along
        if away >= to_k:
            break
        if away > from_k:
            there = other + (at - start) * slope_other
            row, column = (float(at), there) if by_rows else (there, float(at))
            best = max(best, _slope(s, k, row, column, abs(at - start) * metres))
        at += step
        n += 1
    return best


@kernel
def lowest_over_levels(s, x, y, out):  # type: ignore[no-untyped-def]
    """out[n]: lowest visible altitude, m, x[n] east and y[n] north of the sensor, m."""
    for n in range(x.shape[0]):
        d, axis = math.hypot(x[n], y[n]), max(abs(x[n]), abs(y[n]))
        best = -1e9
        for k in range(s.top.shape[0]):
            from_k = 0.5 if k == 0 else 0.5 * s.half
            to_k = axis / s.cell[k]
            if k < s.top.shape[0] - 1:
                to_k = min(to_k, s.half)
            if to_k <= from_k:
                break
            if y[n] != 0.0:
                a = _steepest(
                    s, k, axis / abs(y[n]), from_k, to_k, s.row[k], s.column[k], 1 if y[n] > 0 else -1, x[n] / y[n],
                    True, d / abs(y[n]) * s.cell[k],
                )  # fmt: skip
                best = max(best, a)
            if x[n] != 0.0:
                a = _steepest(
                    s, k, axis / abs(x[n]), from_k, to_k, s.column[k], s.row[k], 1 if x[n] > 0 else -1, y[n] / x[n],
                    False, d / abs(x[n]) * s.cell[k],
                )  # fmt: skip
                best = max(best, a)
        angle = d / s.radius
        out[n] = (s.radius + s.antenna) / (math.cos(angle) - best * math.sin(angle)) - s.radius
