"""Curves over what is drawn evenly, on an interval and on a disc, as orthonormal columns; how fine worlds tell them."""

from __future__ import annotations

import math

import numpy as np
from scipy import special


def degree_for(worlds: int) -> int:
    """How fine a curve so many worlds can tell from luck: 2 at 64 worlds, one more each time they double."""
    return max(1, min(10, round(math.log2(max(worlds, 2)) - 4)))


def legendre(uniform: np.ndarray, degree: int) -> np.ndarray:
    """Polynomials of a uniform unknown, mean 0, variance 1 and uncorrelated by construction: (worlds, degree)."""
    z = 2 * np.asarray(uniform) - 1
    return np.stack([math.sqrt(2 * k + 1) * special.eval_legendre(k, z) for k in range(1, degree + 1)], axis=1)


def zernike(share: np.ndarray, turn: np.ndarray, degree: int) -> np.ndarray:
    """All polynomials of a point that is uniform on a disc, as `legendre`: (worlds, degree (degree + 3) / 2).

    The point is at the square root of `share` of the radius and at `turn` full turns from north over east, both
    uniform. Source: Born and Wolf, "Principles of Optics", 9.2.1.
    """
    radius, angle = np.sqrt(share), 2 * np.pi * np.asarray(turn)
    found = []
    for n in range(1, degree + 1):
        for m in range(n, -1, -2):
            along = math.sqrt(n + 1) * radius**m * special.eval_jacobi((n - m) // 2, 0, m, 2 * np.asarray(share) - 1)
            waves = (np.sin(m * angle), np.cos(m * angle))
            found += [math.sqrt(2) * along * wave for wave in waves] if m else [along]
    return np.stack(found, axis=1)
