"""How well a track tells where a threat is: one look's errors, an alpha-beta filter that has settled, a cue's age.

Sources: Barton and Curry (accuracy of a look), Kalata 1984 (the filter), Bar-Shalom (its covariance).
"""

from __future__ import annotations

import math

from bartizan.ground.exact import hypot
from bartizan.ground.jit import inner

_HALF_LIGHT_M_S = 299_792_458.0 / 2.0
_SLOPE = 1.6  # of a monopulse antenna's difference pattern


@inner
def angle_error(beam, snr):  # type: ignore[no-untyped-def]
    """Error of the angle of one look, 1 sigma, rad, with a beam so wide (rad, half power); `snr` is linear."""
    return beam / (_SLOPE * math.sqrt(2.0 * snr))


@inner
def range_error(pulse, snr):  # type: ignore[no-untyped-def]
    """Error of the range of one look, 1 sigma, m, with a pulse so long after compression, s."""
    return _HALF_LIGHT_M_S * pulse / math.sqrt(2.0 * snr)


@inner
def tracking_index(period, manoeuvre, noise):  # type: ignore[no-untyped-def]
    """Kalata's index: how far a manoeuvre (1 sigma, m/s2) carries a target in a period, s, over a look's noise, m."""
    return period * period * manoeuvre / noise


@inner
def gains(index):  # type: ignore[no-untyped-def]
    """alpha and beta of the filter that is best for white acceleration, constant from look to look; index > 0."""
    q = 2.0 * index / (math.sqrt(index * (8.0 + index)) + index)
    return q * (2.0 - q), 2.0 * q * q


@inner
def cue_error(noise, period, manoeuvre, age):  # type: ignore[no-untyped-def]
    """Error, 1 sigma, m, of where a track places its threat `age` s after a look with an error of `noise` m.

    The filter's covariance, and a manoeuvre that lasts. 0 for a threat that flies as foreseen: its track gets ever
    better.
    """
    if noise <= 0.0 or manoeuvre <= 0.0:
        return 0.0
    index, looks = tracking_index(period, manoeuvre, noise), age / period
    alpha, beta = gains(index)
    filtered = alpha + (2.0 * beta + math.sqrt(2.0 * beta) * index * looks) * looks
    return hypot(noise * math.sqrt(filtered), 0.5 * manoeuvre * age * age)


@inner
def beam_positions(error, r, beam):  # type: ignore[no-untyped-def]
    """Positions of a round beam that cover two sigmas (m) all about a cue at the range r, m: 86 % of all threats."""
    across = 4.0 * error / (max(r, 1.0) * beam)
    return max(across * across, 1.0)
