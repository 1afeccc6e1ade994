"""Intervals under repeated looks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from bartizan.studies.looks import confidence_of_each


@pytest.mark.parametrize(("looks", "z"), [(1, 1.960), (2, 2.178), (5, 2.484), (7, 2.60), (10, 2.72)])
def test_the_constant(looks: int, z: float) -> None:
    """2 and 5 looks: simulated below; 7 and 10: ../shared/reference/methods.md, B."""
    assert special.ndtri(0.5 + confidence_of_each(looks) / 2) == pytest.approx(z, abs=0.005)


def test_so_many_miss_at_some_look() -> None:
    luck = np.random.default_rng(4)
    parts = np.cumsum(luck.standard_normal((40_000, 64)), axis=1)
    at = np.array([8, 16, 32, 64])
    seen = np.abs(parts[:, at - 1]) / np.sqrt(at)
    z = special.ndtri(0.5 + confidence_of_each(4) / 2)
    assert (seen > z).any(axis=1).mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 40_000))
