"""Echoes of the ground in the cell of a target, and what a delay-line canceller makes of the target's own."""

from __future__ import annotations

import math

from bartizan.ground.exact import sin
from bartizan.ground.jit import inner


@inner
def grazing_sine(height, r, per_diameter):  # type: ignore[no-untyped-def]
    """Sine of the angle at which a beam from `height` m meets the ground at slant range r m; negative: it does not.

    `per_diameter` is the curvature of the earth over two, 1/m; 0 is a flat earth, on which the sine is h / R.
    """
    return height * (1.0 + height * per_diameter) / r - r * per_diameter


@inner
def ground_echo(strength, height, r, per_diameter):  # type: ignore[no-untyped-def]
    """Radar cross section, m2, of the ground in one cell at slant range r m, 0 beyond the horizon.

    `strength`, m, is gamma times the beam's width, rad, times the length of the cell, m: sigma0 is gamma times the
    sine of the grazing angle, and the cell covers R x width x length / cosine (Skolnik; Barton).
    """
    sine = grazing_sine(height, r, per_diameter)
    if sine <= 0.0 or sine >= 1.0:
        return 0.0
    return strength * sine * r / math.sqrt(1.0 - sine * sine)


@inner
def canceller_peak(delays):  # type: ignore[no-untyped-def]
    """The largest that `canceller_response` gets, halfway between blind speeds; 1 without a canceller."""
    if delays == 0:
        return 1.0
    return 2.0 if delays == 1 else 8.0 / 3.0


@inner
def canceller_response(delays, radial_speed, blind_speed):  # type: ignore[no-untyped-def]
    """Power of a target's echo behind a canceller of one or two delays, over that of noise; 1 in the mean of speeds."""
    sine = sin(math.pi * radial_speed / blind_speed)
    return canceller_peak(delays) * (sine * sine if delays == 1 else sine * sine * sine * sine)
