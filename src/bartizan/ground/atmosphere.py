"""The standard atmosphere: temperature, pressure, density and speed of sound up to 84.85 km of geopotential height.

Source: U.S. Standard Atmosphere 1976 (NOAA-S/T 76-1562); ICAO's (Doc 7488) is the same up to 32 km. It is laid out in
*geopotential* height H, in which gravity is constant; what flies has a *geometric* height z, and H = R z / (R + z).
Taking one for the other is 1 % of the density at 20 km.
"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from bartizan.ground.exact import exp, power
from bartizan.ground.jit import inner, kernel

GRAVITY = 9.80665  # m/s2, standard
GEOPOTENTIAL_RADIUS_M = (
    6_356_766.0  # of the standard atmosphere: where gravity falls with height as it does at 45 degrees
)
GAS_CONSTANT = 8314.32 / 28.9644  # J/(kg K), of dry air
HEAT_RATIO = 1.4
TOP_M = 84_852.0  # geopotential

_BASE = np.array([0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3])  # geopotential heights at which layers begin, m
_LAPSE = np.array([-6.5e-3, 0.0, 1e-3, 2.8e-3, 0.0, -2.8e-3, -2e-3])  # K/m


def _bases() -> tuple[np.ndarray, np.ndarray]:
    """Temperature, K, and pressure, Pa, at the base of each layer, from the ground up."""
    temperature, pressure = [288.15], [101_325.0]
    for k, thick in enumerate(np.diff(_BASE)):
        warm = temperature[k] + _LAPSE[k] * thick
        pressure.append(pressure[k] * _drop(_LAPSE[k], temperature[k], warm, thick))
        temperature.append(warm)
    return np.array(temperature), np.array(pressure)


def _drop(lapse: float, below: float, above: float, thick: float) -> float:
    """The ratio of the pressures above and below a layer. In decimals: nothing to compile."""
    if lapse == 0.0:
        return float(Decimal(-GRAVITY * thick / (GAS_CONSTANT * below)).exp())
    return float(Decimal(below / above) ** Decimal(GRAVITY / (GAS_CONSTANT * lapse)))


_TEMPERATURE, _PRESSURE = _bases()


@inner
def geopotential(z):  # type: ignore[no-untyped-def]
    """Geopotential height, m, of geometric height z, m."""
    return GEOPOTENTIAL_RADIUS_M * z / (GEOPOTENTIAL_RADIUS_M + z)


@inner
def _layer(h):  # type: ignore[no-untyped-def]
    k = 0
    while k < _BASE.shape[0] - 1 and h >= _BASE[k + 1]:
        k += 1
    return k


@inner
def at_geopotential(h):  # type: ignore[no-untyped-def]
    """Temperature, K, and pressure, Pa, at geopotential height h, m; above TOP_M those of TOP_M."""
    h = min(h, TOP_M)
    k = _layer(h)
    base, lapse, thick = _TEMPERATURE[k], _LAPSE[k], h - _BASE[k]
    temperature = base + lapse * thick
    if lapse == 0.0:
        return temperature, _PRESSURE[k] * exp(-GRAVITY * thick / (GAS_CONSTANT * base))
    return temperature, _PRESSURE[k] * power(base / temperature, GRAVITY / (GAS_CONSTANT * lapse))


@inner
def density(z):  # type: ignore[no-untyped-def]
    """Density, kg/m3, at geometric height z, m."""
    temperature, pressure = at_geopotential(geopotential(z))
    return pressure / (GAS_CONSTANT * temperature)


@kernel
def standard(z, is_geopotential):  # type: ignore[no-untyped-def]
    """Temperature (K), pressure (Pa), density (kg/m3) and speed of sound (m/s) at height z, m: geopotential or not."""
    temperature, pressure = at_geopotential(z if is_geopotential else geopotential(z))
    sound = math.sqrt(HEAT_RATIO * GAS_CONSTANT * temperature)
    return temperature, pressure, pressure / (GAS_CONSTANT * temperature), sound
