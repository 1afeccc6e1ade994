"""Curves on an interval and on a disc: orthonormal, whole, blind to where north is, and fine enough for thresholds."""

from __future__ import annotations

import numpy as np
import pytest

from bartizan.studies.value import shares
from bartizan.studies.value.curves import degree_for, legendre, zernike

MIDDLES = (np.arange(400) + 0.5) / 400


def on_a_disc() -> tuple[np.ndarray, np.ndarray]:
    share, turn = np.meshgrid(MIDDLES, MIDDLES)
    return share.ravel(), turn.ravel()


def points(worlds: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    share, turn = np.random.default_rng(seed).random((2, worlds))
    return share, turn


@pytest.mark.parametrize("degree", [1, 2, 3, 6, 10])
def test_columns_are_orthonormal(degree: int) -> None:
    for columns in (legendre(MIDDLES, degree), zernike(*on_a_disc(), degree)):
        assert columns.mean(axis=0) == pytest.approx(0, abs=2e-3)
        assert columns.T @ columns / len(columns) == pytest.approx(np.eye(columns.shape[1]), abs=5e-3)


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_on_a_disc_they_span_all_polynomials(degree: int) -> None:
    share, turn = points(200, 1)
    east, north = np.sqrt(share) * np.sin(2 * np.pi * turn), np.sqrt(share) * np.cos(2 * np.pi * turn)
    columns = np.c_[np.ones(200), zernike(share, turn, degree)]
    assert columns.shape[1] == (degree + 1) * (degree + 2) // 2
    for p in range(degree + 1):
        wanted = east**p * north ** (degree - p)
        fitted = columns @ np.linalg.lstsq(columns, wanted, rcond=None)[0]
        assert fitted == pytest.approx(wanted, abs=1e-10)


def test_where_north_is_does_not_matter() -> None:
    share, turn = points(256, 2)
    through = np.repeat((np.sqrt(share) * np.sin(2 * np.pi * turn) > 0.2).astype(float)[:, None], 2, axis=1)
    as_it_is, turned = (zernike(share, (turn + by) % 1, 4) for by in (0, 0.237))
    found = [shares.shares(through, [columns])[0].share for columns in (as_it_is, turned)]
    assert found[0] == pytest.approx(found[1], abs=1e-9)


@pytest.mark.parametrize(("worlds", "degree"), [(2, 1), (64, 2), (128, 3), (256, 4), (1024, 6), (1_000_000, 10)])
def test_more_worlds_tell_finer_curves(worlds: int, degree: int) -> None:
    assert degree_for(worlds) == degree


def within_the_strip(share: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """Whether a battery reaches the way of the threats: a threshold of its place alone."""
    east, north = np.sqrt(share) * np.sin(2 * np.pi * turn), np.sqrt(share) * np.cos(2 * np.pi * turn)
    return (abs(north) < 0.5) & (east > -0.5)


def caught(hit: np.ndarray, columns: np.ndarray) -> float:
    """The part of a threshold's variance that curves catch, by its coefficients over even points (points, p)."""
    coefficients = (hit[:, None] * columns).mean(axis=0)
    return float((coefficients**2).sum() / (hit.mean() * (1 - hit.mean())))


@pytest.mark.parametrize(("worlds", "least"), [(64, 0.65), (256, 0.77), (1024, 0.8)])
def test_of_a_place_that_settles_all_curves_catch_most(worlds: int, least: float) -> None:
    """As much as they can, however many worlds; east, north and the distance alone catch 0.55."""
    degree = degree_for(worlds)
    right = caught(within_the_strip(*on_a_disc()), zernike(*on_a_disc(), degree))
    assert right > least
    found = []
    for seed in range(20):
        share, turn = points(worlds, seed)
        through = np.repeat((~within_the_strip(share, turn)).astype(float)[:, None], 2, axis=1)
        found.append(shares.shares(through, [zernike(share, turn, degree)])[0].share)
    assert np.mean(found) == pytest.approx(right, abs=0.03)


@pytest.mark.parametrize(("worlds", "least"), [(64, 0.75), (256, 0.8), (1024, 0.85)])
def test_of_a_number_that_settles_all_curves_catch_most(worlds: int, least: float) -> None:
    degree = degree_for(worlds)
    right = caught(MIDDLES > 0.2, legendre(MIDDLES, degree))
    assert right > least
    found = []
    for seed in range(20):
        uniform = np.random.default_rng(seed).random(worlds)
        through = np.repeat((uniform > 0.2).astype(float)[:, None], 2, axis=1)
        found.append(shares.shares(through, [legendre(uniform, degree)])[0].share)
    assert np.mean(found) == pytest.approx(right, abs=0.03)
