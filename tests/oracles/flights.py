"""The slow double of `physics.motors`: the same motion by SciPy's adaptive integrator, from numbers by name."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy.integrate import solve_ivp

from bartizan.ground.atmosphere import GRAVITY, standard


def times(numbers: Mapping[str, float], mach: list[float], drag: list[float], ranges: np.ndarray) -> np.ndarray:
    """Times, s, of straight flight to slant ranges, m, of a missile that is never too slow."""
    climb, burn, height = numbers["climb"], numbers["burn"], numbers["height"]

    def rates(t: float, state: np.ndarray, burns: bool) -> list[float]:
        away, v = state
        _, _, density, sound = standard(height + away * math.sin(climb), True)
        force = -0.5 * density * v * v * float(np.interp(v / sound, mach, drag)) * numbers["area"]
        mass = numbers["mass"] - numbers["propellant"] - numbers["dropped"]
        if burns:
            force, mass = force + numbers["thrust"], numbers["mass"] - numbers["propellant"] * t / burn
        return [v, force / mass - GRAVITY * math.sin(climb)]

    def arrives(t: float, state: np.ndarray, burns: bool) -> float:
        return float(state[0] - ranges[-1])

    arrives.terminal = True  # type: ignore[attr-defined]
    how = {"method": "DOP853", "rtol": 1e-10, "atol": 1e-9, "dense_output": True}
    boost = solve_ivp(rates, (0.0, burn), [0.0, 0.0], args=(True,), **how)
    coast = solve_ivp(rates, (burn, 1000.0), boost.y[:, -1], args=(False,), events=arrives, **how)
    at = np.concatenate([np.linspace(0.0, burn, 4001), np.linspace(burn, coast.t[-1], 40001)[1:]])
    away = np.where(at <= burn, boost.sol(np.minimum(at, burn))[0], coast.sol(np.maximum(at, burn))[0])
    return np.interp(ranges, away, at)
