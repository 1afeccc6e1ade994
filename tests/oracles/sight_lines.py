"""Brute force: the lowest visible altitude over one cell at a time, along one straight line to it, in float64.

Every crossing of the line with a row and with a column of posts obstructs, with the height that linear interpolation
between the two posts of the crossed edge gives. What lies within half a cell of the sensor (along the longer axis)
obstructs nothing, and the posts there count as no higher than the antenna.
"""

from __future__ import annotations

import math

import numpy as np

from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M


def altitude_on_line(slope: np.ndarray, antenna: float, distance: np.ndarray, radius: float) -> np.ndarray:
    """Altitude, m, at a ground distance, of the line whose elevation at the antenna has the tangent `slope`."""
    angle = distance / radius
    return (radius + antenna) / (np.cos(angle) - slope * np.sin(angle)) - radius


def slope_to(z: np.ndarray, antenna: float, distance: np.ndarray, radius: float) -> np.ndarray:
    """Tangent of the elevation, at the antenna, of a point at altitude z and ground distance d over a sphere."""
    angle = distance / radius
    fall = 2.0 * radius * np.sin(angle / 2) ** 2  # radius * (1 - cos)
    return (z * np.cos(angle) - antenna - fall) / ((radius + z) * np.sin(angle))


def _crossings(start: float, other: float, to: float, other_to: float) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers strictly between `start` and `to`, and where the line is on the other axis there."""
    if start == to:
        return np.empty(0), np.empty(0)
    low, high = min(start, to), max(start, to)
    at = np.arange(math.floor(low) + 1, math.ceil(high), dtype=float)
    return at, other + (other_to - other) * (at - start) / (to - start)


def _heights(
    top: np.ndarray, row: np.ndarray, column: np.ndarray, sensor: tuple[float, float], antenna: float
) -> np.ndarray:
    """Heights on grid edges: one of the two places is a whole number. The posts at the edge go on beyond it."""
    r, c = np.floor(row).astype(int), np.floor(column).astype(int)
    f, g = row - r, column - c
    z = np.zeros(len(r))
    for down, share_down in ((0, 1 - f), (1, f)):
        for right, share_right in ((0, 1 - g), (1, g)):
            i, j = np.clip(r + down, 0, top.shape[0] - 1), np.clip(c + right, 0, top.shape[1] - 1)
            own = np.maximum(abs(i - sensor[0]), abs(j - sensor[1])) <= 0.5
            z += share_down * share_right * np.where(own, np.minimum(top[i, j], antenna), top[i, j])
    return z


def lowest_visible(
    top: np.ndarray, row: float, column: float, antenna: float, cell: float, target: tuple[float, float],
    radius: float = EFFECTIVE_RADIUS_M,
) -> float:  # fmt: skip
    """Lowest visible altitude, m, over `target` (row, column); minus infinity where nothing stands between."""
    i, j = target
    rows, columns_there = _crossings(row, column, i, j)
    columns, rows_there = _crossings(column, row, j, i)
    r, c = np.concatenate([rows, rows_there]), np.concatenate([columns_there, columns])
    beyond = np.maximum(abs(r - row), abs(c - column)) > 0.5
    r, c = r[beyond], c[beyond]
    if not len(r):
        return -math.inf
    z = _heights(top, r, c, (row, column), antenna)
    slope = slope_to(z, antenna, cell * np.hypot(r - row, c - column), radius).max()
    return float(altitude_on_line(slope, antenna, np.asarray(cell * math.hypot(i - row, j - column)), radius))
