"""Things that move at moments so close that straight lines between them hold, for formats that go on straight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bartizan.ground import geodesy

#: A straight line between points so far apart lies 0.3 m under the globe, d^2 / 8 R, and at 70 degrees of latitude
#: 0.9 m beside one that is straight in longitude and latitude.
LONGEST_M = 4000.0
_DEGREE_M = 111_320.0  # along a meridian or the equator, at most


class Moving(NamedTuple):
    """A thing on its way, moment by moment."""

    seconds: np.ndarray  # into the raid, rising; (N,)
    lon: np.ndarray  # degrees, which go on beyond 180
    lat: np.ndarray
    height_m: np.ndarray  # above what the track's heights are above
    at: np.ndarray  # on the earth's axes, m; (N, 3)
    velocity: np.ndarray  # there, m/s: that which leads to the next of them, and at the last none; (N, 3)

    def until(self, seconds: float) -> Moving:
        """The same up to a moment, with the first of its moments if that is earlier."""
        count = max(int(np.searchsorted(self.seconds, seconds, side="right")), 1)
        return Moving(*(part[:count] for part in self))


def along(
    track: Sequence[Sequence[float]], step_s: float, *, raised_m: float = 0.0, ticks_per_s: float = 1000.0
) -> Moving:
    """A track's own points and as many between them as it takes, none more than `step_s` or LONGEST_M after another.

    Heights are raised by `raised_m`; moments are whole ticks of a format's clock, and places those at such moments.
    """
    rows = np.asarray(track, float)
    moments = np.unique(np.round(_moments(rows, step_s) * ticks_per_s)) / ticks_per_s
    lon, lat, height = (np.interp(moments, rows[:, 3], rows[:, k]) for k in range(3))
    at = geodesy.to_axes(lat, lon, height + raised_m)
    velocity = np.zeros_like(at)
    velocity[:-1] = np.diff(at, axis=0) / np.diff(moments)[:, None]
    return Moving(moments, lon, lat, height + raised_m, at, velocity)


def _moments(rows: np.ndarray, step_s: float) -> np.ndarray:
    """Moments at the rows of a track, and evenly between them."""
    parts = [np.linspace(a[3], b[3], 1 + _legs(a, b, step_s)) for a, b in pairwise(rows)]
    return np.concatenate([rows[:, 3], *parts])


def _legs(a: np.ndarray, b: np.ndarray, step_s: float) -> int:
    """Of how many the way from one row to the next is made."""
    return max(math.ceil((b[3] - a[3]) / step_s), math.ceil(_apart_m(a, b) / LONGEST_M), 1)


def _apart_m(a: np.ndarray, b: np.ndarray) -> float:
    """No less than how far two rows of a track are from one another."""
    return float(np.hypot(_DEGREE_M * np.hypot(b[0] - a[0], b[1] - a[1]), b[2] - a[2]))


def even(start_s: float, end_s: float, step_s: float) -> np.ndarray:
    """Moments from one to another, for what stands and only says that it is still there."""
    return np.append(np.arange(start_s, end_s, step_s), end_s)
