"""Microphones as the slow double has them: levels in dB, added up and compared; when a sound comes is searched for.

Nothing is solved in closed form: the moment at which a sound was made is found by halving what is left of time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

SPEED = 343.0
LOUD_100M = {
    "drone": 75, "decoy": 75, "quadcopter": 50, "cruise": 90, "aircraft": 105, "helicopter": 90, "munition": 60,
    "ballistic": 70,
}  # fmt: skip


def air_db_per_m(frequency: float) -> float:
    """ISO 9613-1 at 15 C, 70 % and one atmosphere."""
    kelvin, warm = 288.15, 288.15 / 293.15
    h = 70 * 10 ** (-6.8346 * (273.16 / kelvin) ** 1.261 + 4.6151)
    o = 24 + 40_400 * h * (0.02 + h) / (0.391 + h)
    n = (9 + 280 * h * math.exp(-4.17 * (warm ** (-1 / 3) - 1))) / math.sqrt(warm)
    parts = 0.01275 * math.exp(-2239.1 / kelvin) * o / (o * o + frequency**2)
    parts += 0.1068 * math.exp(-3352 / kelvin) * n / (n * n + frequency**2)
    return 8.686 * frequency**2 * (1.84e-11 * math.sqrt(warm) + warm**-2.5 * parts)


def sum_db(*levels: float) -> float:
    return 10 * math.log10(sum(10 ** (level / 10) for level in levels))


@dataclass
class Ear:
    """Microphones at one place."""

    lift: float  # dB over the noise, gain and noise together
    air: float  # dB per m
    shadow: float  # dB
    false_alarm: float
    bearing: float  # rad
    loud: dict[str, float]  # dB(A) at 100 m by type of threat

    def snr(self, threat: str, r: float, hidden: bool) -> float:
        level = self.loud[threat] - 20 * math.log10(max(r, 0.001) / 100) - self.air * r - self.shadow * hidden
        return 10 ** ((level + self.lift) / 10)

    def pd(self, threat: str, r: float, hidden: bool) -> float:
        return self.false_alarm ** (1 / (1 + self.snr(threat, r, hidden)))

    def counts_to(self, threat: str, least: float) -> float:
        """The range at which one look with nothing in between detects with a chance."""
        low, high = 0.0, 1e6
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if self.pd(threat, middle, False) > least else (low, middle)
        return low


def made_at(range_at: Callable[[float], float], t: float, step: float) -> float | None:
    """When the sound was made that is heard at t; of several the latest. None: nothing has come yet."""
    arrives = lambda s: s + range_at(s) / SPEED  # noqa: E731
    late = t
    while late >= 0 and arrives(late) > t:
        late -= step
    if late < 0:
        if arrives(0.0) > t:
            return None
        late = 0.0
    low, high = late, min(late + step, t)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if arrives(middle) <= t else (low, middle)
    return low
