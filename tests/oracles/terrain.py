"""Seeded landscapes for tests and benchmarks: fractal surfaces between two heights."""

from __future__ import annotations

import numpy as np
import scipy.fft

#: Amplitude of a wave over its wave number: k to this power. Real terrain is near it from 30 m to 100 km.
ROUGHNESS = -1.8


def fractal(size: int, low_m: float, high_m: float, seed: int = 0, roughness: float = ROUGHNESS) -> np.ndarray:
    """f4 (size, size) heights, m, from `low_m` to `high_m`: random waves, weaker the shorter they are."""
    generator = np.random.default_rng(seed)
    waves = generator.standard_normal((size, size // 2 + 1, 2), np.float32).view(np.complex64)[..., 0]
    number = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None]).astype(np.float32)
    number[0, 0] = 1
    waves *= number**roughness
    waves[0, 0] = 0
    z = scipy.fft.irfft2(waves, s=(size, size), overwrite_x=True).astype(np.float32, copy=False)
    z -= z.min()
    z *= (high_m - low_m) / z.max()
    z += low_m
    return z
