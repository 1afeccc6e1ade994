"""Sights for the slow double, from what they measure: the finest pattern that what is left of a contrast still shows.

Nothing is solved in closed form: a pattern of f cycles per radian needs the contrast `least` times exp(slope f), and a
range is found by bisection.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

CLEAR_M, GASES_DB = 23_000.0, 0.6


def extinction(thermal: bool, visibility_m: float, gases_db: float, rain_mm_h: float) -> float:
    """Extinction by haze, gases and rain, 1/m."""
    light = 3.912 / visibility_m
    rain = 1.076 * rain_mm_h**0.67 / (10 * math.log10(math.e)) / 1000
    if not thermal:
        return light + rain
    km = visibility_m / 1000
    q = 1.6 if km > 50 else 1.3 if km > 6 else 0.16 * km + 0.34 if km > 1 else max(km - 0.5, 0.0)
    return light * (0.55 / 10) ** q + gases_db / (10 * math.log10(math.e)) / 1000 + rain


@dataclass
class Eye:
    """A sight: what it needs of a pattern, the air before it, and the size and contrast of each type of threat."""

    least: float
    slope: float  # rad: of the logarithm of the least contrast
    cycles: float  # with which it does its task half of the time
    air: float
    seen: dict[str, tuple[float, float]]
    is_blind: bool

    def ratio(self, type_: str, r: float) -> float:
        """Cycles across a target at r m, over those for even odds."""
        size, contrast = self.seen[type_]
        apparent = contrast * math.exp(-self.air * r)
        if self.is_blind or apparent <= self.least:
            return 0.0
        per_radian = math.log(apparent / self.least) / self.slope
        return per_radian * size / max(r, 0.03) / self.cycles

    def pd(self, type_: str, r: float) -> float:
        return chance(self.ratio(type_, r))

    def reach(self, enough: Callable[[float], bool], type_: str) -> float:
        """The farthest range at which `enough(ratio)`."""
        near, far = 0.0, 1e7
        for _ in range(100):
            middle = (near + far) / 2
            near, far = (middle, far) if enough(self.ratio(type_, middle)) else (near, middle)
        return near

    def holds_to(self, type_: str) -> float:
        return self.reach(lambda ratio: ratio >= 1, type_)

    def counts_to(self, type_: str, least_pd: float) -> float:
        return self.reach(lambda ratio: chance(ratio) >= least_pd, type_)


def chance(ratio: float) -> float:
    """The target transfer probability function."""
    return (power := ratio ** (2.7 + 0.7 * ratio)) / (1 + power) if ratio < 50 else 1.0


def slope_of_range(range_m: float, size: float, contrast: float, least: float, clear: float) -> float:
    """The slope with which one cycle is resolved across a target of `size` at `range_m` in clear air."""
    return math.log(contrast * math.exp(-clear * range_m) / least) / (range_m / size)
