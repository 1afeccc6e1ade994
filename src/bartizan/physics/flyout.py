"""When a launch meets its target: backwards from the meeting point, so that the first meeting is never missed.

A root finder that looks at the signs of segment ends misses the intercept on 1-2 % of launch points of fast threats.
Here each sample k of a route is taken as a meeting point: a launch at L[k] = s[k] - flight time to it arrives there
just in time. The running maximum of L is the launch whose first meeting is at k, and its inverse is the delay from
launch to meeting. Between samples everything is linear, which is exact for a straight run at the launcher.
"""

from __future__ import annotations

from bartizan.ground.jit import inner
from bartizan.physics.arrays import RANGE_POINTS

NEVER = 1e300
LATER_S = 1e-9  # more than the sums of launch times round


@inner
def flight_time(effector, r):  # type: ignore[no-untyped-def]
    """Time of flight, s, to slant range r, m; beyond the table its last slope goes on."""
    q = r * effector.per_metre
    k = min(int(q), RANGE_POINTS - 2)
    return effector.flight[k] + (effector.flight[k + 1] - effector.flight[k]) * (q - k)


@inner
def clip(low, high, at_low, at_high):  # type: ignore[no-untyped-def]
    """The part of [low, high] of the unit interval where a quantity, linear from at_low (0) to at_high (1), is >= 0."""
    if at_low < 0.0 and at_high < 0.0:
        return 1.0, 0.0
    if at_low < 0.0:
        low = max(low, at_low / (at_low - at_high))
    elif at_high < 0.0:
        high = min(high, at_low / (at_low - at_high))
    return low, high


@inner
def reachable(zone, r_0, r_1, z_0, z_1, low):  # type: ignore[no-untyped-def]
    """The part of a leg, from fraction `low` on, that lies within a zone of ranges and heights; empty if high < low."""
    high = 1.0
    low, high = clip(low, high, zone.r_max - r_0, zone.r_max - r_1)
    if high >= low:
        low, high = clip(low, high, r_0 - zone.r_min, r_1 - zone.r_min)
    if high >= low:
        low, high = clip(low, high, zone.z_max - z_0, zone.z_max - z_1)
    if high >= low:
        low, high = clip(low, high, z_0 - zone.z_min, z_1 - zone.z_min)
    return low, high


@inner
def delays(launch, low, high, step, first, cell, out):  # type: ignore[no-untyped-def]
    """out[c] = delay from a launch at first + c * cell to its meeting.

    launch[k], for k from low to high, is the running maximum of launch times for a meeting at k * step. Beyond the last
    launch time the last delay is repeated. What rounding puts beyond the last launch at a target that then outruns the
    missile meets it as that does, and not once the target has come back.
    """
    k = low + 1
    last = 0.0
    for c in range(out.shape[0]):
        s = first + c * cell
        while k <= high and launch[k] < s - LATER_S:
            k += 1
        if k <= high:
            rise = launch[k] - launch[k - 1]
            f = (s - launch[k - 1]) / rise if rise > 0.0 else 1.0
            last = max((k - 1 + min(max(f, 0.0), 1.0)) * step - s, 0.0)
        out[c] = last
