"""What microphones hear of a threat: its loudness over the noise around them, how much is left of it, how late it is.

Levels fall by spherical spreading and by what the air takes (ISO 9613-1); noises add as powers. A sound that turbulence
has scattered fluctuates as the echo of a Rayleigh target does, so that one look detects as one pulse of Swerling's
first case: Pd = Pfa^(1 / (1 + snr)).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bartizan.ground import each
from bartizan.ground.exact import exp
from bartizan.ground.jit import inner

SPEED_M_S = 343.0  # of sound in air of 20 C
#: A threat's loudness is stated so far from it.
LOUDNESS_AT_M = 100.0
#: Noise around microphones, dB(A), where it is not stated: in a city or not, by night or by day. Assumed.
AMBIENT = {(True, False): 55.0, (True, True): 45.0, (False, False): 40.0, (False, True): 30.0}
#: Air that takes its share of a sound: of a mild day near the ground.
TEMPERATURE_K, HUMIDITY_PERCENT = 288.15, 70.0
#: The wind, m/s, for which the noise of a microphone is stated, and how its pressure goes with the wind: as its square.
WIND_AT_M_S = 10.0
NEVER_S = 1e30


def absorption(frequency: Any, temperature_k: float = TEMPERATURE_K, humidity: float = HUMIDITY_PERCENT) -> Any:
    """Loss of a tone's power in air of one atmosphere, nepers per m (ISO 9613-1 equations 3 to 5, B.2 and B.3)."""
    warm = temperature_k / 293.15
    saturated = each.power(10.0, -6.8346 * each.power(273.16 / temperature_k, 1.261) + 4.6151)
    vapour = humidity * saturated  # molar concentration, %
    oxygen = 24 + 4.04e4 * vapour * (0.02 + vapour) / (0.391 + vapour)
    cold = each.exp(-4.170 * (each.power(warm, -1 / 3) - 1))
    nitrogen = (9 + 280 * vapour * cold) / math.sqrt(warm)
    relaxing = 0.01275 * each.exp(-2239.1 / temperature_k) / (oxygen + frequency**2 / oxygen)
    relaxing = relaxing + 0.1068 * each.exp(-3352.0 / temperature_k) / (nitrogen + frequency**2 / nitrogen)
    db = 8.686 * frequency**2 * math.sqrt(warm) * (1.84e-11 + relaxing / warm**3)
    return db * math.log(10) / 10


def loudness(level_db: Any) -> Any:
    """A level LOUDNESS_AT_M from a threat as its power times the square of the distance, m2, over 0 dB(A)."""
    return each.power(10.0, level_db / 10) * LOUDNESS_AT_M**2


def noise(ambient_db: Any, wind_noise_db: Any, wind: Any) -> Any:
    """Power of all noise in a microphone over 0 dB(A): what is around it, and its own in a wind, m/s."""
    own = each.power(10.0, wind_noise_db / 10) * np.square((wind / WIND_AT_M_S) ** 2)
    return each.power(10.0, ambient_db / 10) + own


def constant_of_range(range_m: Any, snr: Any, level_db: Any, loss: Any) -> Any:
    """Signal to noise times R^2 over the loudness, of microphones that hear a level with `snr` at a range, m."""
    return snr * range_m**2 * each.exp(loss * range_m) / loudness(level_db)


@inner
def heard(sensor, type_, r, hidden):  # type: ignore[no-untyped-def]
    """Signal to noise, linear, of a threat that was r m away when it made the sound."""
    signal = sensor.snr_constant * type_.sound / max(r * r, 1e-6) * exp(-sensor.loss * r)
    return signal * sensor.hidden if hidden else signal


@inner
def chance_heard(sensor, snr):  # type: ignore[no-untyped-def]
    """The chance that one look detects a sound."""
    return exp(sensor.ln_false_alarm / (1.0 + snr))


@inner
def reach_of_sound(sensor, type_, snr):  # type: ignore[no-untyped-def]
    """The range, m, at which the signal to noise would be `snr` if the air took nothing; 1e12: everywhere."""
    if snr <= 0.0:
        return 1e12
    return math.sqrt(sensor.snr_constant * type_.sound / snr)


@inner
def sound_age(slowness, at, way):  # type: ignore[no-untyped-def]
    """How long ago, s, a threat made the sound that is heard now; NEVER_S where none is heard yet.

    It is `at` (m from the microphones) now and always went `way` in a second: c t is how far it was t s ago. At more
    than the speed of sound none arrives before it has passed, and then the latest of two counts.
    """
    r2 = at[0] * at[0] + at[1] * at[1] + at[2] * at[2]
    along = (at[0] * way[0] + at[1] * way[1] + at[2] * way[2]) * slowness
    v2 = (way[0] * way[0] + way[1] * way[1] + way[2] * way[2]) * slowness * slowness
    under_root = along * along + (1.0 - v2) * r2
    if under_root < 0.0 or along + math.sqrt(under_root) <= 0.0:
        return NEVER_S
    return r2 * slowness / (along + math.sqrt(under_root))
