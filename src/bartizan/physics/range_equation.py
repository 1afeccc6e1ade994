"""What the figures of a radar amount to: the range equation in its forms, the ground that a cell covers, cancellers.

Powers and gains are linear, in SI units; angles rad. Sources: Skolnik, "Radar Handbook"; Richards, "Fundamentals of
Radar Signal Processing"; Budge and German, "Basic Radar Analysis".
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np

from bartizan.ground import each

LIGHT_M_S = 299_792_458.0
BOLTZMANN_J_K = 1.380_649e-23

#: a number or an array, one value for each world
Value = TypeVar("Value", float, np.ndarray)


def linear(decibel: Value) -> Value:
    """The ratio that so many dB are."""
    return each.power(10.0, decibel / 10)


def wavelength(frequency_hz: Value) -> Value:
    """Length of the wave, m."""
    return LIGHT_M_S / frequency_hz


def point_target_constant(
    peak_w: Value, pulse_s: Value, gain: Value, receive_gain: Value, wave_m: Value, system_k: Value, losses: Value
) -> Value:
    """Signal to noise of one pulse behind a matched filter, times R_t^2 R_r^2 / rcs, m2.

    SNR = Pt tau Gt Gr lambda^2 rcs / ((4 pi)^3 k Ts Rt^2 Rr^2 L). The pulse's length counts once, as its energy: the
    noise bandwidth of the matched filter is in it already. `system_k` is the temperature of the whole system; a noise
    figure F of a receiver behind an antenna at 290 K amounts to 290 F.
    """
    return peak_w * pulse_s * gain * receive_gain * wave_m**2 / ((4 * math.pi) ** 3 * BOLTZMANN_J_K * system_k * losses)


def beam_of_gain(gain: Value) -> Value:
    """Width, rad, to half power of a round beam with a gain: G = 44.5 dB - 20 lg(width in degrees) (ITU-R F.699).

    That is 4 pi 0.54 over the solid angle of a disc so wide: an antenna with the usual taper and losses.
    """
    return np.minimum(np.radians(np.sqrt(linear(44.5) / gain)), math.pi)


def search_constant(
    mean_w: Value, aperture_m2: Value, search_s: Value, solid_angle: Value, system_k: Value, losses: Value
) -> Value:
    """Signal to noise of one search of a solid angle O, sr, times R^4 / rcs, m2.

    SNR = Pav A ts rcs / (4 pi k Ts L O R^4): all pulses of one search together, so that the frequency drops out.
    """
    return mean_w * aperture_m2 * search_s / (4 * math.pi * BOLTZMANN_J_K * system_k * losses * solid_angle)


def solid_angle(width: Value, lowest: Value, highest: Value) -> Value:
    """Of a sector of azimuth between two elevations, sr."""
    return width * (each.sin(highest) - each.sin(lowest))


def jamming_constant(receive_gain: Value, wave_m: Value, system_k: Value) -> Value:
    """Jamming to noise, times Rj^2 over the radiated power per hertz, m2 Hz/W: G lambda^2 / ((4 pi)^2 k Ts)."""
    return receive_gain * wave_m**2 / ((4 * math.pi) ** 2 * BOLTZMANN_J_K * system_k)


def canceller_improvement(delays: int, clutter_spread: Value, wave_m: Value, pulse_rate: Value) -> Value:
    """Improvement factor, linear, of a canceller with one or two delays for clutter with a Gaussian spectrum.

    `clutter_spread` is the standard deviation of its speeds, m/s. Exact: 1 / (1 - r) and 1 / (1 - 4/3 r + 1/3 r^4),
    r the correlation of clutter from one pulse to the next (Schleher, "MTI and Pulsed Doppler Radar").
    """
    lost = -each.expm1(-2 * (2 * math.pi * clutter_spread / (wave_m * pulse_rate)) ** 2)  # 1 - r
    return 1 / lost if delays == 1 else 3 / (lost * lost * (6 - 4 * lost + lost * lost))


def blind_speed(wave_m: Value, pulse_rate: Value) -> Value:
    """The first radial speed, m/s, at which a target's echo turns by whole cycles between pulses: it is cancelled."""
    return wave_m * pulse_rate / 2


def unambiguous_range(pulse_rate: Value) -> Value:
    """The range, m, from which an echo is back before the next pulse."""
    return LIGHT_M_S / (2 * pulse_rate)
