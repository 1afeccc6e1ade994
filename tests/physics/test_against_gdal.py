"""The wedge sweep held against GDAL's viewshed: near it, and nearer to brute force than it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.oracles import gdal_viewshed
from tests.oracles.sight_lines import lowest_visible
from tests.oracles.terrain import fractal

from bartizan.physics.wedge import Mast, sweep

if gdal_viewshed.library() is None:
    pytest.skip("needs the GDAL library inside a wheel of rasterio", allow_module_level=True)

import rasterio

SIZE, MIDDLE, CELL_M, MAST_M = 1001, 500, 30.0, 30.0
WEST, NORTH = 400_000.0, 6_200_000.0


def both(folder: Path, top: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """GDAL's altitudes, ours, and the antenna's altitude."""
    path = folder / "heights.tif"
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=SIZE, height=SIZE, crs="EPSG:32637",
        transform=rasterio.Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH),
    ) as file:  # fmt: skip
        file.write(top, 1)
    at = (MIDDLE + 0.5) * CELL_M
    theirs = gdal_viewshed.lowest_visible(path, WEST + at, NORTH - at, MAST_M)
    antenna = float(top[MIDDLE, MIDDLE]) + MAST_M
    ours = sweep(top, Mast(MIDDLE, MIDDLE, antenna, CELL_M), MIDDLE, radius_m=gdal_viewshed.RADIUS_M)
    return theirs, np.maximum(ours, top), antenna


def test_lowland_agrees_within_what_gdal_s_plane_costs(tmp_path: Path) -> None:
    top = fractal(SIZE, 50, 300, seed=21)
    theirs, ours, antenna = both(tmp_path, top)
    assert np.percentile(np.abs(theirs - ours), 95) < 25.0
    cells = np.random.default_rng(5).integers(0, SIZE, (800, 2))
    cells = cells[np.abs(cells - MIDDLE).max(axis=1) > 1]
    truth = np.array(
        [lowest_visible(top, MIDDLE, MIDDLE, antenna, CELL_M, (i, j), gdal_viewshed.RADIUS_M) for i, j in cells]
    )
    i, j = cells.T
    truth = np.maximum(truth, top[i, j])
    gdal_p95, our_p95 = (np.percentile(np.abs(found[i, j] - truth), 95) for found in (theirs, ours))
    assert our_p95 < 0.5
    assert gdal_p95 > 5 * our_p95


def test_over_a_smooth_earth_both_have_the_horizon(tmp_path: Path) -> None:
    """Without anything to interpolate the difference is GDAL's parabola, and centimetres."""
    theirs, ours, _ = both(tmp_path, np.zeros((SIZE, SIZE), np.float32))
    assert np.abs(theirs - ours).max() < 0.1


def test_visible_or_not_at_100_m_hardly_differs(tmp_path: Path) -> None:
    top = fractal(SIZE, 50, 300, seed=22)
    theirs, ours, _ = both(tmp_path, top)
    assert np.mean((theirs < top + 100) != (ours < top + 100)) < 0.03
