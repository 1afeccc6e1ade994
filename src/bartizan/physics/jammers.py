"""What the figures of a jammer amount to: how strong it is at a receiver, and from how far away that is enough.

Powers W or dBW, ratios dB, ranges m, over a free line of sight. Sources: Friis for what arrives; Kaplan and Hegarty,
"Understanding GPS/GNSS", for a receiver of satellite navigation; IS-GPS-200 for the signal that it is made for.
"""

from __future__ import annotations

import math

import numpy as np

from bartizan.ground import each
from bartizan.physics.range_equation import Value, linear, wavelength

L1_HZ = 1575.42e6
CHIP_RATE_HZ = 1.023e6  # of the C/A code
SATELLITE_DBW = -158.5  # least power of L1 C/A on the ground, into an antenna of 0 dB
UNJAMMED_CN0_DB = 44.0  # carrier to noise density, dB-Hz, that a plain receiver makes of it
FARTHEST_M = 2.0e7  # half-way round the earth
NOWHERE = -1.0  # a range within which nothing lies


def effective_cn0(cn0_db: Value, js_db: Value, quality: Value, chip_rate_hz: float) -> Value:
    """Carrier to noise density, dB-Hz, that jamming leaves: -10 lg(10^(-C/N0 / 10) + 10^(J/S / 10) / (Q Rc)).

    `quality` Q is what spreading does against the jammer's waveform: 1 against a tone or a narrow band, 1.5 against
    noise shaped as the code is, 2.2 against white noise over its main lobe.
    """
    return -10 * each.log10(linear(-cn0_db) + linear(js_db) / (quality * chip_rate_hz))


def tolerable_js(cn0_db: float, threshold_db: Value, quality: Value, chip_rate_hz: float) -> Value:
    """Jamming to signal, dB, that brings the effective C/N0 down to a threshold; -inf if it is there unjammed."""
    room = np.maximum(linear(-threshold_db) - linear(-cn0_db), 0.0)
    with np.errstate(divide="ignore"):
        return 10 * each.log10(quality * chip_rate_hz * room)


def received_dbw(radiated_w: Value, wave_m: Value, range_m: Value) -> Value:
    """Power, dBW, of so much effective radiated power in an antenna of 0 dB at a range."""
    return 10 * each.log10(radiated_w) + 20 * each.log10(wave_m / (4 * math.pi * range_m))


def jamming_range(radiated_w: Value, wave_m: Value, signal_dbw: Value, js_db: Value) -> Value:
    """The range, m, within which a jammer is more than `js_db` above a signal that is received with `signal_dbw`."""
    reach = wave_m / (4 * math.pi) * linear((10 * each.log10(radiated_w) - signal_dbw - js_db) / 2)
    return np.minimum(reach, FARTHEST_M)


def satnav_range(radiated_w: Value, quality: Value, threshold_db: Value, rejection_db: Value) -> Value:
    """The range, m, within which a receiver of L1 C/A loses lock to so much power on L1.

    It does so at a C/N0 of `threshold_db`, dB-Hz, and its antenna favours satellites over the jammer by `rejection_db`.
    """
    tolerable = tolerable_js(UNJAMMED_CN0_DB, threshold_db, quality, CHIP_RATE_HZ) + rejection_db
    return jamming_range(radiated_w, wavelength(L1_HZ), SATELLITE_DBW, tolerable)


def in_band(radiated_w: Value, jammer_band_hz: Value, link_band_hz: Value, apart_hz: Value) -> Value:
    """How much of its power, W, a jammer that spreads it evenly over its own band puts into a link's, whose middle is
    so far from that of its own."""
    shared = np.minimum((jammer_band_hz + link_band_hz) / 2 - apart_hz, np.minimum(jammer_band_hz, link_band_hz))
    return radiated_w * np.maximum(shared, 0.0) / jammer_band_hz
