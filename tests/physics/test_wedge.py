"""The wedge sweep: closed forms, laws, and brute force along every sight line."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt, map_coordinates
from tests.oracles.sight_lines import lowest_visible
from tests.oracles.terrain import fractal

from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.physics import wedge
from bartizan.physics.wedge import VOID_M, Mast, sweep

FLAT_M = 1e13  # an earth so large that it is flat
MAST_M = 30.0
AIRCRAFT_M = 50.0


def whole(
    top: np.ndarray, row: float, column: float, antenna: float, cell: float = 30.0, dense: float = 1.0, **options: Any
) -> np.ndarray:
    """A sweep over all of a raster, with `dense` times as many rays as it needs."""
    rows, columns = top.shape
    half = max(1, math.ceil(dense * max(row, column, rows - 1 - row, columns - 1 - column)))
    return sweep(top, Mast(row, column, antenna, cell), half, **options)


def on_mast(top: np.ndarray, row: float, column: float) -> float:
    """Altitude of an antenna on a mast over the nearest post."""
    return float(top[min(max(round(row), 0), len(top) - 1), min(max(round(column), 0), top.shape[1] - 1)]) + MAST_M


def axis_distance(shape: tuple[int, ...], row: float, column: float) -> np.ndarray:
    """Cells along the longer axis from the sensor to each cell."""
    i, j = np.indices(shape)
    return np.maximum(abs(i - row), abs(j - column))


def ground_distance(shape: tuple[int, ...], row: float, column: float, cell: float = 30.0) -> np.ndarray:
    i, j = np.indices(shape)
    return cell * np.hypot(i - row, j - column)


# Closed forms


@pytest.mark.parametrize(("cell", "within"), [(30.0, 0.01), (250.0, 0.02), (400.0, 0.05)])
@pytest.mark.parametrize(("row", "column"), [(500, 500), (412.3, 777.8), (0, 1000)])
def test_a_smooth_earth_has_the_horizon_of_a_sphere(cell: float, within: float, row: float, column: float) -> None:
    """Beyond the tangent point, at angle a, the lowest altitude visible at angle b is R / cos(b - a) - R."""
    antenna, radius = 200.0, EFFECTIVE_RADIUS_M
    found = whole(np.zeros((1001, 1001), np.float32), row, column, antenna, cell)
    beyond = ground_distance(found.shape, row, column, cell) / radius - math.acos(radius / (radius + antenna))
    hidden = beyond * radius > 2 * cell
    assert hidden.any() or cell == 30.0
    expected = 2.0 * radius * np.sin(beyond / 2) ** 2 / np.cos(beyond)
    assert np.abs(found - expected)[hidden].max(initial=0.0) < within
    assert found[~hidden].max() < within


def test_the_sphere_is_exact_at_400_km_and_a_parabola_would_not_be() -> None:
    """A mountain of 3 km, seen over from 2 km, hides what a straight line over a sphere says, in all directions."""
    cell, antenna = 400.0, 2_000.0
    top = np.zeros((2001, 2001), np.float32)
    ring = axis_distance(top.shape, 1000, 1000) == 250
    top[ring] = 3_000.0
    found = sweep(top, Mast(1000, 1000, antenna, cell), 1000)
    a = np.arange(1000, 2001, 100)
    for i, j in [(2000, k) for k in a] + [(k, 0) for k in a] + [(0, 1000), (1700, 1650)]:
        truth = lowest_visible(top, 1000, 1000, antenna, cell, (int(i), int(j)))
        assert abs(found[i, j] - truth) < 0.05
    d, wall = 400_000.0, 100_000.0
    parabola = antenna + d * (3_000.0 - antenna - wall**2 / (2 * EFFECTIVE_RADIUS_M)) / wall
    parabola += d * d / (2 * EFFECTIVE_RADIUS_M)
    assert abs(parabola - found[2000, 1000]) > 2.0


@pytest.mark.parametrize(("row", "column"), [(60, 60), (60.25, 59.6)])
def test_behind_a_wall_all_around_lies_its_shadow(row: float, column: float) -> None:
    """Similar triangles at every azimuth: the wall stands 20 cells away along each axis, whatever the azimuth."""
    antenna, wall = 10.0, 40.0
    top = np.zeros((121, 121), np.float32)
    ring = [slice(40, 81), slice(40, 81)]
    top[tuple(ring)] = wall
    top[41:80, 41:80] = 0.0
    found = whole(top, row, column, antenna, radius_m=FLAT_M)
    i, j = np.indices(top.shape)
    near = [(j - column) / (p - column) for p in (40, 80)] + [(i - row) / (p - row) for p in (40, 80)]
    times = np.max(near, axis=0)  # distance over the wall's distance in that direction
    behind = times > 1.001
    error = np.abs(found - (antenna + (wall - antenna) * times))[behind]
    assert np.percentile(error, 95) < 0.01
    assert error.max() < 1.0  # behind the corners, where the shadow has a crease between two rays
    assert (found[times < 0.97] <= 0.01).all()


@pytest.mark.parametrize("quarter", range(4))
def test_a_knife_edge_hides_only_what_is_behind_it(quarter: int) -> None:
    antenna, edge, at, width = 5.0, 35.0, 30, 8
    top = np.zeros((161, 161), np.float32)
    top[80 + at, 80 - width : 80 + width + 1] = edge
    found = np.rot90(whole(np.rot90(top, quarter), 80, 80, antenna, radius_m=FLAT_M), -quarter)
    i, j = np.indices(top.shape)
    k = (i - 80).astype(float)
    crossed = np.divide((j - 80) * at, k, out=np.full(k.shape, np.inf), where=k > at)  # where the line meets the edge
    behind, aside = abs(crossed) <= width - 1, (abs(crossed) >= width + 2) & (k != at)
    assert behind.sum() > 500
    assert np.allclose(found[behind], (antenna + (edge - antenna) * k / at)[behind], atol=0.01)
    assert (found[aside] <= 0.01).all()


def test_what_lies_below_can_be_seen_over_the_brink_of_a_roof() -> None:
    """A vehicle in the middle of a wide roof is masked by its edge."""
    top = np.zeros((81, 81), np.float32)
    top[30:51, 30:51] = 50.0
    found = whole(top, 40, 40, 53.0, 2.0, radius_m=FLAT_M)
    away = np.arange(11, 41)
    assert np.allclose(found[40, 40 + away], 53.0 - 3.0 * away / 10, atol=0.01)


# An antenna far above fine cells


@pytest.mark.parametrize(("cell", "above"), [(1.0, 900.0), (1.0, 1_500.0), (0.25, 9_000.0), (30.0, 90_000.0)])
def test_over_level_ground_all_of_it_is_seen_from_any_height(cell: float, above: float) -> None:
    found = whole(np.full((61, 61), 100.0, np.float32), 30.3, 29.8, 100.0 + above, cell)
    assert (found - 100.0).max() < 2e-6 * above  # as exact as f4 over such a height


@pytest.mark.parametrize("place", [(30, 30), (30.5, 29.5), (12.2, 40.9)])
@pytest.mark.parametrize(("cell", "above"), [(1.0, 40.0), (1.0, 1_500.0), (0.5, 20_000.0), (30.0, 90_000.0)])
def test_brute_force_from_far_above_fine_cells(cell: float, above: float, place: tuple[float, float]) -> None:
    """Roofs and streets as steep as they may be: at every cell about the sensor, what a straight line to it says."""
    top = np.random.default_rng(3).choice(np.float32([0.0, 5.0, 30.0]), (61, 61))
    antenna = 30.0 + above
    found = np.maximum(whole(top, *place, antenna, cell, dense=8.0), top)
    errors = []
    for i, j in np.ndindex(top.shape):
        if max(abs(i - place[0]), abs(j - place[1])) > 0.5:
            truth = lowest_visible(top, *place, antenna, cell, (i, j))
            errors.append(found[i, j] - max(truth, top[i, j]))
    assert np.percentile(np.abs(errors), 99) < 1.0 + 2e-6 * above
    assert np.abs(errors).max() < 15.0  # between two rays, behind a corner


# Brute force


def _errors(top: np.ndarray, row: float, column: float, cells: int, dense: float) -> Iterator[tuple[float, float]]:
    """(found, true) lowest altitude at random cells; what is lower than the surface is the surface."""
    antenna = on_mast(top, row, column)
    found = np.maximum(whole(top, row, column, antenna, dense=dense), top)
    generator = np.random.default_rng(7)
    for i, j in generator.integers(0, top.shape, (cells, 2)):
        if max(abs(i - row), abs(j - column)) > 1.5:
            truth = lowest_visible(top, row, column, antenna, 30.0, (i, j))
            yield float(found[i, j]), max(truth, float(top[i, j]))


PLACES = [(0.5, 0.5), (0.5003, 0.4991), (0.0, 1.0), (-0.3, 0.37), (0.9, 0.05)]


def _check_against_brute_force(top: np.ndarray, place: tuple[float, float], p95_m: float, dense: float = 1.0) -> None:
    row, column = (p * (n - 1) if p >= 0 else p for p, n in zip(place, top.shape, strict=True))
    found, true = np.array(list(_errors(top, row, column, 600, dense))).T
    error = np.abs(found - true)
    assert np.percentile(error, 95) < p95_m
    assert np.median(error) < p95_m / 10
    assert abs(np.mean(found - true)) < p95_m / 5


@pytest.mark.parametrize("place", PLACES)
def test_lowland_agrees_with_brute_force(place: tuple[float, float]) -> None:
    _check_against_brute_force(fractal(801, 50, 300, seed=3), place, 0.5)


def alps(shared: Path) -> np.ndarray:
    """801 x 801 cells of 30 m of the Lepontine Alps, from SRTM posts 3 seconds apart."""
    rasterio = pytest.importorskip("rasterio", reason="needs the extra geo")
    with rasterio.open(shared / "data" / "dem" / "srtm3_N46E008_alps.tif") as file:
        posts = file.read(1).astype(np.float32)
    nearest = distance_transform_edt(posts < 0, return_distances=False, return_indices=True)
    posts = posts[tuple(nearest)]  # voids have the height of the nearest post
    i, j = np.indices((801, 801))
    return map_coordinates(posts, [300 + i * 30 / 92.6, 300 + j * 30 / 63.9], order=1)


@pytest.mark.parametrize(("dense", "p95_m"), [(1.0, 0.8), (2.0, 0.2)])
@pytest.mark.parametrize("place", PLACES)
def test_mountains_agree_with_brute_force(shared: Path, place: tuple[float, float], dense: float, p95_m: float) -> None:
    """What error there is comes from creases of the silhouette between two rays: twice as many rays mend it."""
    _check_against_brute_force(alps(shared), place, p95_m, dense)


def test_on_the_rim_of_the_square_the_sweep_is_brute_force() -> None:
    """There every cell lies on a ray of its own, so only rounding is left."""
    top = fractal(301, 50, 1500, seed=5)
    antenna = on_mast(top, 150, 150)
    found = np.maximum(sweep(top, Mast(150, 150, antenna, 30.0), 150), top)
    for k in range(0, 301, 7):
        for i, j in ((0, k), (300, k), (k, 0), (k, 300)):
            assert found[i, j] == pytest.approx(
                max(lowest_visible(top, 150, 150, antenna, 30.0, (i, j)), top[i, j]), abs=0.01
            )


@pytest.mark.parametrize("seed", [3, 4])
def test_visible_or_not_at_50_m_hardly_ever_differs(seed: int) -> None:
    top = fractal(801, 50, 300, seed=seed)
    generator = np.random.default_rng(seed)
    differ = cells = 0
    antenna = on_mast(top, 400, 400)
    found = whole(top, 400, 400, antenna)
    for i, j in generator.integers(0, 801, (6000, 2)):
        target = top[i, j] + AIRCRAFT_M
        # where the sweep is sure by 20 m, forty times its error, brute force need not be asked
        if abs(target - found[i, j]) < 20.0:
            truth = lowest_visible(top, 400, 400, antenna, 30.0, (i, j))
            differ += (target > truth) != (target > found[i, j])
        cells += 1
    assert differ / cells < 0.0005 + 2 / cells


# Laws


def rough(seed: int, size: int = 41) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 60, (size, size)).astype(np.float32)


SEEDS = st.integers(0, 10_000)
SPOT = st.floats(-0.5, 40.5)


@settings(max_examples=30)
@given(SEEDS, SPOT, SPOT, st.integers(0, 40), st.integers(0, 40), st.floats(1, 300))
def test_raising_an_obstacle_never_lowers_the_result(
    seed: int, row: float, column: float, i: int, j: int, by: float
) -> None:
    top = rough(seed)
    higher = top.copy()
    higher[i, j] += np.float32(by)
    before, after = whole(top, row, column, 40.0), whole(higher, row, column, 40.0)
    assert (after >= before - 0.01).all()


@settings(max_examples=30)
@example(2, 26.488887315885428, 19.5, 0.0, 41.25)
@example(0, 19.5, 40.25, 0.0, 7.0)
@given(SEEDS, SPOT, SPOT, st.floats(0, 100), st.floats(0, 100))
def test_raising_the_antenna_never_raises_the_result(
    seed: int, row: float, column: float, low: float, by: float
) -> None:
    """Over the same surface: the sensor's own cell counts as no higher than its antenna, and must not rise too."""
    top = rough(seed)
    own = axis_distance(top.shape, row, column) <= 0.5
    top[own] = np.minimum(top[own], np.float32(low))
    before, after = whole(top, row, column, low), whole(top, row, column, low + by)
    assert (after <= before + 0.001)[~own].all()


@settings(max_examples=30)
@example(54, 20.697265625, 0.0)
@example(1, 0.0, 6.697265625)
@example(1, 34.5849609375, 34.5849609375)
@given(SEEDS, SPOT, SPOT)
def test_the_square_has_eight_symmetries(seed: int, row: float, column: float) -> None:
    """Where a post lies just between two rays of the fan, rounding may say which of them serves it: of few posts the
    result may be that of a mast a millionth of a cell to a side."""
    row, column = round(row * 1024) / 1024, round(column * 1024) / 1024  # exact however turned, as the ties then are
    top = rough(seed)
    surface = np.maximum(whole(top, row, column, 45.0), top)
    upright = whole(np.ascontiguousarray(top.T), column, row, 45.0).T
    mirrored = whole(top[::-1], 40 - row, column, 45.0)[::-1]
    turned = np.rot90(whole(np.rot90(top), 40 - column, row, 45.0), -1)
    for other in (np.maximum(each, top) for each in (upright, mirrored, turned)):
        differ = abs(other - surface) > 0.01
        if differ.any():
            assert differ.mean() < 0.02
            low, high = bounds_beside(top, row, column)
            assert ((low - 0.01 <= other) & (other <= high + 0.01))[differ].all()


def bounds_beside(top: np.ndarray, row: float, column: float) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest result of masts a millionth of a cell to all sides."""
    masts = [np.clip((row + i, column + j), -0.5, 40.5) for i, j in itertools.product((0.0, -1e-6, 1e-6), repeat=2)]
    found = [np.maximum(whole(top, float(i), float(j), 45.0), top) for i, j in masts]
    return np.min(found, axis=0), np.max(found, axis=0)


@pytest.mark.parametrize(("i", "j"), [(0, 40), (0, 13), (27, 0), (80, 80), (11, 80)])
def test_sight_is_mutual(i: int, j: int) -> None:
    """What is just seen over a ridge from here just sees here from there."""
    k, m = np.indices((81, 81))
    distance = np.maximum(abs(k - 40), abs(m - 40))
    top = np.where(abs(distance - 18) <= 3, rough(i, 81) + 60, 0).astype(np.float32)
    top = np.pad(top, 40)
    there = sweep(top, Mast(80, 80, 50.0, 30.0), 40)[i + 40, j + 40]
    back = sweep(top, Mast(i + 40, j + 40, float(there), 30.0), 40)[80, 80]
    assert there > 50.0
    assert back == pytest.approx(50.0, abs=0.02)


@pytest.mark.parametrize(("row", "column"), [(600, 600), (599.6, 600.9)])
def test_the_bits_do_not_depend_on_threads(row: float, column: float) -> None:
    top = fractal(1201, 0, 500, seed=1)
    one, several = np.zeros((4, 1201), np.float32), np.zeros((4, 1201), np.float32)
    a = sweep(top, Mast(row, column, 400.0, 30.0), 600, slopes=one)
    b = sweep(top, Mast(row, column, 400.0, 30.0), 600, slopes=several, threads=3)
    assert a.tobytes() == b.tobytes()
    assert one.tobytes() == several.tobytes()


# Levels


def _levels(top: np.ndarray, row: float, column: float, count: int) -> Iterator[tuple[np.ndarray, float, float, int]]:
    """(heights, row, column, factor): the raster and its max-pooled halvings."""
    for level in range(count):
        factor = 2**level
        n = len(top) // factor
        pooled = top[: n * factor, : n * factor].reshape(n, factor, n, factor).max(axis=(1, 3))
        yield pooled, (row + 0.5) / factor - 0.5, (column + 0.5) / factor - 0.5, factor


def stacked(
    top: np.ndarray, row: float, column: float, antenna: float, half: int, count: int, **options: Any
) -> list[tuple[np.ndarray, float, float, int]]:
    """The result of each level, with the sensor's place in it and the size of its cells."""
    slopes = np.zeros((4, 2 * half + 1), np.float32)
    found = []
    for z, r, c, factor in _levels(top, row, column, count):
        inner = half // 2 if factor > 1 else 0
        lowest = sweep(z, Mast(r, c, antenna, 30.0 * factor), half, inner=inner, slopes=slopes, **options)
        found.append((lowest, r, c, factor))
    return found


@pytest.mark.parametrize(("row", "column"), [(255.5, 255.5), (250.3, 260.8), (255, 256)])
def test_levels_over_a_smooth_earth_are_one_sweep(row: float, column: float) -> None:
    radius = 1e5  # so small that the horizon lies within the first level
    found = stacked(np.zeros((512, 512), np.float32), row, column, 20.0, 64, 3, radius_m=radius)
    for lowest, r, c, factor in found:
        d = ground_distance(lowest.shape, r, c, 30.0 * factor)
        k = axis_distance(lowest.shape, r, c)
        beyond = d / radius - math.acos(radius / (radius + 20.0))
        told = (k <= 64) & ((k > 32) | (factor == 1)) & (beyond > 0.002)
        assert np.allclose(lowest[told], (radius / np.cos(beyond) - radius)[told], atol=0.15)


def test_levels_are_written_beyond_the_inner_square_only() -> None:
    first, second, third = (lowest for lowest, *_ in stacked(rough(1, 256), 127.5, 127.5, 40.0, 32, 3))
    for lowest, inner in ((first, 0), (second, 16), (third, 16)):
        middle = (lowest.shape[0] - 1) / 2
        k = axis_distance(lowest.shape, middle, middle)
        assert np.isnan(lowest[(k <= inner) & (inner > 0)]).all()
        assert np.isfinite(lowest[(k > inner) & (k <= 32)]).all()
        assert np.isnan(lowest[k > 32]).all()


@pytest.mark.parametrize("row", [255.5, 255.0, 254.75, 254.3])
@pytest.mark.parametrize("away", range(28, 37))
def test_no_wall_is_lost_on_a_seam(row: float, away: int) -> None:
    """A wall one fine cell thick is seen by one level or the other, wherever the seam falls."""
    half, antenna, wall = 32, 10.0, 50.0
    top = np.zeros((512, 512), np.float32)
    at = 255 + away
    top[at] = wall
    _, (second, r, c, _), *_ = stacked(top, row, 255.4, antenna, half, 2, radius_m=FLAT_M)
    k = np.arange(second.shape[0]) - r
    behind = (k > 19) & (k <= half)
    shadow = antenna + (wall - antenna) * (k * 2) / (at - row)
    column = second[:, round(c)]
    assert behind.sum() >= 12
    # the post of a coarse cell may stand up to half a fine cell nearer than the wall
    assert (column[behind] >= shadow[behind] - 0.01 - 0.06 * shadow[behind]).all()
    assert (column[behind] <= shadow[behind] * 1.06).all()


def test_levels_over_blocks_agree_with_brute_force_over_the_fine_raster() -> None:
    """Each coarse cell holds one height, so that pooling takes nothing away but half a cell at the blocks' edges."""
    blocks = fractal(128, 50, 300, seed=2, roughness=-2.2)
    top = np.kron(blocks, np.ones((4, 4), np.float32))
    row, column = 253.4, 258.2
    antenna = on_mast(top, row, column)
    for lowest, r, c, factor in stacked(top, row, column, antenna, 64, 3):
        k = axis_distance(lowest.shape, r, c)
        error = []
        for i, j in np.argwhere((k <= 63) & (k > 34) & np.isfinite(lowest))[::37]:
            place = (i + 0.5) * factor - 0.5, (j + 0.5) * factor - 0.5
            truth = lowest_visible(top, row, column, antenna, 30.0, place)
            ground = top[int(place[0] + 0.5), int(place[1] + 0.5)]
            error.append(max(lowest[i, j], ground) - max(truth, ground))
        assert np.percentile(np.abs(error), 95) < 2.0 * factor
        assert abs(np.mean(error)) < 0.5 * factor


# Doors


def test_a_void_obstructs_nothing() -> None:
    top = np.zeros((101, 101), np.float32)
    top[60, :] = 40.0
    top[60, 50:] = np.nan
    found = whole(top, 50, 50, 10.0, radius_m=FLAT_M)
    assert found[100, 20] == pytest.approx(10 + 30 * 5, abs=0.01)
    assert found[100, 80] <= 0.01
    nothing = whole(np.full((21, 21), np.nan, np.float32), 10, 10, 30.0)
    assert np.isfinite(nothing).all()
    assert nothing[10, 10] == 30.0
    assert np.delete(nothing.ravel(), 10 * 21 + 10).max() <= VOID_M + 0.01


def test_the_sensor_s_own_cell_obstructs_nothing() -> None:
    top = np.zeros((41, 41), np.float32)
    top[20, 20] = 500.0
    found = whole(top, 20.2, 19.7, 10.0, radius_m=FLAT_M)
    assert found[20, 20] == 10.0
    apart = axis_distance(top.shape, 20.2, 19.7) > 0.5
    assert found[apart].max() <= 0.01


def test_the_cells_beside_the_sensor_have_their_surface() -> None:
    top = rough(3)
    found = whole(top, 20, 20, 200.0)
    assert np.allclose(found[19:22, 19:22], top[19:22, 19:22], atol=0.01)


def test_cells_beyond_the_square_keep_their_value() -> None:
    lowest = np.full((41, 41), -7.0, np.float32)
    assert sweep(rough(1), Mast(20.3, 20.1, 50.0, 30.0), 9, lowest=lowest) is lowest
    inside = axis_distance(lowest.shape, 20.3, 20.1) <= 9
    assert (lowest[~inside] == -7.0).all()
    assert (lowest[inside] != -7.0).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (2, 2), (3, 50)])
def test_slender_rasters(shape: tuple[int, int]) -> None:
    top = np.random.default_rng(0).uniform(0, 50, shape).astype(np.float32)
    found = whole(top, (shape[0] - 1) * 0.4, (shape[1] - 1) * 0.7, 40.0)
    assert np.isfinite(found).all()


def test_a_read_only_or_flipped_raster_will_do() -> None:
    top = rough(2)
    expected = whole(top, 10, 30, 40.0)
    top.flags.writeable = False
    assert whole(top, 10, 30, 40.0).tobytes() == expected.tobytes()
    assert whole(top.astype(np.float64), 10, 30, 40.0).tobytes() == expected.tobytes()


@pytest.mark.parametrize(("row", "column"), [(-0.6, 3), (3, 40.51), (math.nan, 3), (3, math.inf)])
def test_a_sensor_outside_the_raster_is_refused(row: float, column: float) -> None:
    with pytest.raises(ValueError, match="outside the raster"):
        sweep(rough(1), Mast(row, column, 50.0, 30.0), 10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"half": 0}, {"inner": 11}, {"inner": 5}, {"radius_m": -1.0},
        {"mast": Mast(20, 20, 50.0, 0.0)}, {"mast": Mast(20, 20, math.nan, 30.0)},
        {"slopes": np.zeros((4, 20), np.float32)}, {"slopes": np.zeros((4, 21))},
        {"lowest": np.zeros((41, 40), np.float32)}, {"lowest": np.zeros((41, 82), np.float32)[:, ::2]},
    ],
)  # fmt: skip
def test_what_the_kernel_cannot_use_is_refused(wrong: dict[str, Any]) -> None:
    given = {"mast": Mast(20, 20, 50.0, 30.0), "half": 10} | wrong
    with pytest.raises(ValueError, match=r"must be|out of range|needs the slopes"):
        sweep(rough(1), **given)


_CHILD = """
import numpy as np, sys
from bartizan.physics.wedge import Mast, sweep
top = np.random.default_rng(4).uniform(0, 60, (31, 27)).astype(np.float32)
top[3, 4:9] = np.nan
slopes = np.zeros((4, 33), np.float32)
first = sweep(top, Mast(12.3, 14.6, 50.0, 30.0), 16, slopes=slopes)
second = sweep(top, Mast(11.3, 13.6, 50.0, 60.0), 16, inner=8, slopes=slopes)
sys.stdout.buffer.write(first.tobytes() + second.tobytes() + slopes.tobytes())
"""


def test_uncompiled_is_the_same_to_the_bit() -> None:
    source = str(Path(wedge.__file__).parents[2])
    answers = []
    for uncompiled in ("0", "1"):
        environment = os.environ | {"NUMBA_DISABLE_JIT": uncompiled, "PYTHONPATH": source}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _CHILD], capture_output=True, env=environment, check=True
        )  # fmt: skip
        answers.append(done.stdout)
    assert len(answers[0]) > 6000
    assert answers[0] == answers[1]
