"""What air and rain take from a radar's waves, one way and per kilometre (ITU-R P.676-13 and P.838-3)."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

import numpy as np

from bartizan.ground import each

#: the mean air at the ground of ITU-R P.835: pressure hPa, temperature K, water vapour g/m3
PRESSURE_HPA, TEMPERATURE_K, VAPOUR_G_M3 = 1013.25, 288.15, 7.5

# ITU-R P.838-3, tables 1 to 4: a, b, c of each bell curve over the logarithm of the frequency, then slope and offset.
_K_HORIZONTAL = (
    ((-5.33980, -0.10008, 1.13098), (-0.35351, 1.26970, 0.45400), (-0.23789, 0.86036, 0.15354),
     (-0.94158, 0.64552, 0.16817)), -0.18961, 0.71147,
)  # fmt: skip
_K_VERTICAL = (
    ((-3.80595, 0.56934, 0.81061), (-3.44965, -0.22911, 0.51059), (-0.39902, 0.73042, 0.11899),
     (0.50167, 1.07319, 0.27195)), -0.16398, 0.63297,
)  # fmt: skip
_ALPHA_HORIZONTAL = (
    ((-0.14318, 1.82442, -0.55187), (0.29591, 0.77564, 0.19822), (0.32177, 0.63773, 0.13164),
     (-5.37610, -0.96230, 1.47828), (16.1721, -3.29980, 3.43990)), 0.67849, -1.95537,
)  # fmt: skip
_ALPHA_VERTICAL = (
    ((-0.07771, 2.33840, -0.76284), (0.56727, 0.95545, 0.54039), (-0.20238, 1.14520, 0.26809),
     (-48.2991, 0.791669, 0.116226), (48.5833, 0.791459, 0.116479)), -0.053739, 0.83433,
)  # fmt: skip


def gas_loss(
    frequency_hz: np.ndarray,
    pressure_hpa: float = PRESSURE_HPA,
    temperature_k: float = TEMPERATURE_K,
    vapour_g_m3: float = VAPOUR_G_M3,
) -> tuple[np.ndarray, np.ndarray]:
    """What oxygen (with nitrogen) and water vapour take, dB/km one way, same shape as `frequency_hz` (N,).

    Line by line, ITU-R P.676-13 annex 1; `pressure_hpa` is that of the dry air. Holds from 1 to 1000 GHz.
    """
    f = np.atleast_1d(np.asarray(frequency_hz, dtype=float))[:, None] / 1e9
    theta, e = 300.0 / temperature_k, vapour_g_m3 * temperature_k / 216.7
    oxygen = _oxygen(f, pressure_hpa, e, theta) + _dry_continuum(f[:, 0], pressure_hpa, e, theta)
    return 0.1820 * f[:, 0] * oxygen, 0.1820 * f[:, 0] * _water(f, pressure_hpa, e, theta)


def _oxygen(f: np.ndarray, p: float, e: float, theta: float) -> np.ndarray:
    """Sum over the lines of oxygen; widths with the Zeeman splitting, and the mixing of lines."""
    f0, a1, a2, a3, a4, a5, a6 = _lines("p676-oxygen.csv")
    strength = a1 * 1e-7 * p * theta * theta * theta * each.exp(a2 * (1 - theta))
    width = each.hypot(a3 * 1e-4 * (p * each.power(theta, 0.8 - a4) + 1.1 * e * theta), 1.5e-3)
    mixing = (a5 + a6 * theta) * 1e-4 * (p + e) * each.power(theta, 0.8)
    return np.sum(strength * _shape(f, f0, width, mixing), axis=1)


def _water(f: np.ndarray, p: float, e: float, theta: float) -> np.ndarray:
    """Sum over the lines of water vapour; widths with the Doppler spread."""
    f0, b1, b2, b3, b4, b5, b6 = _lines("p676-water.csv")
    strength = b1 * 1e-1 * e * each.power(theta, 3.5) * each.exp(b2 * (1 - theta))
    width = b3 * 1e-4 * (p * each.power(theta, b4) + b5 * e * each.power(theta, b6))
    width = 0.535 * width + np.sqrt(0.217 * width**2 + 2.1316e-12 * f0**2 / theta)
    return np.sum(strength * _shape(f, f0, width, 0.0), axis=1)


def _shape(f: np.ndarray, f0: np.ndarray, width: np.ndarray, mixing: np.ndarray | float) -> np.ndarray:
    below, above = f0 - f, f0 + f
    return (
        f / f0 * ((width - mixing * below) / (below**2 + width**2) + (width - mixing * above) / (above**2 + width**2))
    )


def _dry_continuum(f: np.ndarray, p: float, e: float, theta: float) -> np.ndarray:
    """The Debye spectrum of oxygen below 10 GHz, and nitrogen above 100 GHz."""
    d = 5.6e-4 * (p + e) * each.power(theta, 0.8)
    nitrogen = 1.4e-12 * p * each.power(theta, 1.5) / (1 + 1.9e-5 * each.power(f, 1.5))
    return f * p * theta**2 * (6.14e-5 / (d * (1 + (f / d) ** 2)) + nitrogen)


@cache
def _lines(name: str) -> np.ndarray:
    """Columns of a table of spectral lines: frequency, GHz, and six coefficients (7, N)."""
    text = (files("bartizan") / "data" / "spectra" / name).read_text(encoding="utf-8")
    return np.loadtxt(text.splitlines(), delimiter=",", skiprows=1).T


def rain_coefficients(
    frequency_hz: np.ndarray, elevation: float = 0.0, tilt: float = math.pi / 4
) -> tuple[np.ndarray, np.ndarray]:
    """k and alpha of ITU-R P.838-3, of the loss k R^alpha in dB/km for rain of R mm/h, each of shape (N,).

    `elevation` of the path and `tilt` of the polarisation are in rad: 0 is horizontal, a quarter of pi circular.
    Holds from 1 to 1000 GHz.
    """
    x = each.log10(np.atleast_1d(np.asarray(frequency_hz, dtype=float)) / 1e9)
    k_h, k_v = (each.power(10.0, _curve(x, *of)) for of in (_K_HORIZONTAL, _K_VERTICAL))
    a_h, a_v = _curve(x, *_ALPHA_HORIZONTAL), _curve(x, *_ALPHA_VERTICAL)
    share = each.cos(elevation) ** 2 * each.cos(2 * tilt)
    k = (k_h + k_v + (k_h - k_v) * share) / 2
    return k, (k_h * a_h + k_v * a_v + (k_h * a_h - k_v * a_v) * share) / (2 * k)


def _curve(x: np.ndarray, bells: tuple[tuple[float, float, float], ...], slope: float, offset: float) -> np.ndarray:
    return sum((a * each.exp(-(((x - b) / c) ** 2)) for a, b, c in bells), slope * x + offset)


def rain_loss(frequency_hz: np.ndarray, rain_mm_h: np.ndarray) -> np.ndarray:
    """What rain takes along a level path, dB/km one way, for circular polarisation; both (N,).

    Below 1 GHz, where the recommendation ends, as at 1 GHz: 2e-3 dB/km in a cloudburst of 100 mm/h.
    """
    k, alpha = rain_coefficients(np.maximum(frequency_hz, 1e9))
    return k * each.power(np.maximum(rain_mm_h, 0.0), alpha)
