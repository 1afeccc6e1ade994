"""What a sight makes out of a target: cycles across it, what the air leaves of its contrast, the chance of a task.

Johnson's criteria (1958) with the target transfer probability function of NVESD, the night vision laboratory; contrast
falls with range by Koschmieder's law. The finest pattern that a sight resolves is taken to go with the logarithm of the
contrast: measured curves of least contrast and least temperature difference are commonly fitted by that exponential.
With it the range for any number of cycles has a closed form.
"""

from __future__ import annotations

from bartizan.ground.exact import exp, log
from bartizan.ground.jit import inner

# Cycles, over those for even odds, at which a look detects with PD_CUT and PD_CUT_SINGLE: looks with less are left out.
CUT, CUT_SINGLE = 0.08167445, 0.01428843


@inner
def transfer_probability(ratio):  # type: ignore[no-untyped-def]
    """The chance of a task with `ratio` times the cycles for even odds: x^E / (1 + x^E), E = 2.7 + 0.7 x."""
    if ratio <= 0.0:
        return 0.0
    return 1.0 / (1.0 + exp(min(-(2.7 + 0.7 * ratio) * log(ratio), 700.0)))


@inner
def contrast_left(sensor, type_, r):  # type: ignore[no-untyped-def]
    """Logarithm of a target's contrast r m away over the least that the sight resolves at all; below 0: not seen."""
    return type_.ln_contrast[sensor.thermal] - sensor.ln_least - sensor.extinction * r


@inner
def cycles_ratio(sensor, type_, r):  # type: ignore[no-untyped-def]
    """Cycles across a target r m away, over those for even odds at the sight's task; not above 0: not seen."""
    return type_.size * contrast_left(sensor, type_, r) / (sensor.coarseness * max(r, 0.03))


@inner
def reach_of_cycles(sensor, type_, ratio):  # type: ignore[no-untyped-def]
    """The range, m, at which there are `ratio` times the cycles for even odds: `cycles_ratio`, solved for r."""
    left = type_.size * contrast_left(sensor, type_, 0.0)
    if left <= 0.0:
        return 0.0
    return min(sensor.r_max, left / (ratio * sensor.coarseness + type_.size * sensor.extinction))


@inner
def reach_of_glimpses(sensor, type_):  # type: ignore[no-untyped-def]
    """The range beyond which no look of a searching sight counts."""
    return reach_of_cycles(sensor, type_, CUT if sensor.m > 1 else CUT_SINGLE)
