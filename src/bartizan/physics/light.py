"""What air takes from light and from the infrared, and what the figures of a sight amount to."""

from __future__ import annotations

import math

import numpy as np

from bartizan.ground import each

#: An eye makes out a contrast of 2 %, which is how visibility is defined: -ln of it, 3.912.
LN_LEAST_CONTRAST = -3.912
#: The least difference of temperature that a thermal sight resolves at all, K; assumed, between cooled ones and others.
LEAST_DIFFERENCE_K = 0.1
#: The air that a stated range holds in: visibility, m, and what its gases take of the infrared, dB/km.
CLEAR_M, CLEAR_INFRARED_DB = 23_000.0, 0.6
#: Wavelengths, um, that visibility and the infrared stand for.
_GREEN_UM, _THERMAL_UM = 0.55, 10.0
_DB = math.log(10) / 10  # nepers


def extinction(visibility_m: np.ndarray) -> np.ndarray:
    """Extinction of light, 1/m: contrast falls with exp(-extinction x range) (Koschmieder 1924)."""
    return -LN_LEAST_CONTRAST / np.maximum(visibility_m, 1.0)


def haze_infrared(visibility_m: np.ndarray) -> np.ndarray:
    """What haze or fog takes of the infrared at 10 um, 1/m: (10 / 0.55)^-q of what it takes of light.

    q is that of Kruse (1962) from 6 km on and of Kim (2001) below: 0 in fog, in which all wavelengths fare alike.
    """
    km = np.maximum(visibility_m, 1.0) / 1000
    q = np.select(
        [km > 50, km > 6, km > 1, km > 0.5], [np.full_like(km, 1.6), np.full_like(km, 1.3), 0.16 * km + 0.34, km - 0.5]
    )
    return extinction(visibility_m) * each.power(_THERMAL_UM / _GREEN_UM, -q)


def rain(rate_mm_h: np.ndarray) -> np.ndarray:
    """What rain takes of light and infrared alike, 1/m, at mm/h: 1.076 R^0.67 dB/km (Carbonneau and Wisely 1998)."""
    return 1.076 * each.power(np.maximum(rate_mm_h, 0.0), 0.67) * _DB / 1000


def infrared_extinction(visibility_m: np.ndarray, gases_db_km: np.ndarray) -> np.ndarray:
    """Extinction of the infrared by haze and gases, 1/m."""
    return haze_infrared(visibility_m) + gases_db_km * _DB / 1000


def ln_least(thermal: bool) -> float:
    """Logarithm of the least contrast, or of the least difference of temperature in K, that is seen at all."""
    return math.log(LEAST_DIFFERENCE_K) if thermal else LN_LEAST_CONTRAST


def clear_extinction(thermal: bool) -> float:
    """Extinction of the air that stated ranges hold in, 1/m."""
    clear = np.array(CLEAR_M)
    return float(infrared_extinction(clear, np.array(CLEAR_INFRARED_DB)) if thermal else extinction(clear))


def coarseness_of_range(
    range_m: np.ndarray, size_m: np.ndarray, ln_contrast: np.ndarray, extinction: float
) -> np.ndarray:
    """The angle, rad, of a target's size over range and logarithm of contrast left, at which odds are even.

    `range_m` holds for a target of that size, whose contrast is exp(ln_contrast) times the least that is seen.
    """
    return np.maximum(size_m * (ln_contrast / np.maximum(range_m, 1e-3) - extinction), 1e-12)


def clear_limit(signal: float, thermal: bool) -> float:
    """The range, m, at which clear air has taken a contrast, or a difference in K, to the least that is seen."""
    return max(each.log(max(signal, 1e-12)) - ln_least(thermal), 0.0) / clear_extinction(thermal)
