"""The lowest visible altitude over one raster: its own grid back, right numbers, and a clear word where it is unfit."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tests.oracles.sight_lines import lowest_visible
from tests.oracles.terrain import fractal

from bartizan.faces.cli import cli
from bartizan.ground.errors import UserError
from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.studies.viewshed import write_sight

rasterio = pytest.importorskip("rasterio", reason="needs the extra geo")

WEST, NORTH = 410_000.0, 6_180_000.0  # UTM 37 N, south of Moscow
SIDE, CELL_M = 301, 30.0
MIDDLE = (55.718, 37.638)  # in that raster
AT_CELL = (151, 145)


def raster(path: Path, heights: np.ndarray, **told: Any) -> Path:
    """A GeoTIFF of heights in UTM, north up."""
    profile = {
        "driver": "GTiff", "dtype": heights.dtype, "count": 1, "height": heights.shape[0], "width": heights.shape[1],
        "crs": "EPSG:32637", "transform": rasterio.Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH),
    } | {name: value for name, value in told.items() if name != "units"}  # fmt: skip
    with rasterio.open(path, "w", **profile) as file:
        file.write(heights, 1)
        if "units" in told:
            file.units = (told["units"],)
    return path


def degrees(row: float, column: float) -> tuple[float, float]:
    """Latitude and longitude of a place in that raster."""
    from pyproj import Transformer

    lon, lat = Transformer.from_crs("EPSG:32637", "EPSG:4326", always_xy=True).transform(
        WEST + (column + 0.5) * CELL_M, NORTH - (row + 0.5) * CELL_M
    )
    return lat, lon


@pytest.fixture
def hills(tmp_path: Path) -> tuple[Path, np.ndarray]:
    heights = fractal(SIDE, 50, 300, seed=11)
    return raster(tmp_path / "hills.tif", heights), heights


def test_the_raster_comes_back_in_its_own_grid(hills: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, heights = hills
    done = write_sight(path, tmp_path / "seen.tif", degrees(151.2, 144.7), 30.0)
    assert done.antenna_m == pytest.approx(heights[151, 145] + 30.0, abs=1e-3)
    with rasterio.open(path) as given, rasterio.open(tmp_path / "seen.tif") as file:
        assert (file.crs, file.transform, file.shape) == (given.crs, given.transform, given.shape)
        assert file.dtypes == ("float32",)
        assert math.isnan(file.nodata)
        assert file.profile["tiled"]
        assert file.profile["compress"] == "deflate"
        assert file.units == ("m",)
        seen = file.read(1)
    assert (seen >= heights).all()
    for i, j in [(0, 0), (0, 150), (300, 77), (40, 200), (220, 13)]:
        truth = lowest_visible(heights, 151.2, 144.7, done.antenna_m, CELL_M, (i, j))
        assert seen[i, j] == pytest.approx(max(truth, heights[i, j]), abs=1.0)
    assert list(tmp_path.glob(".*")) == []


def test_upside_down_is_the_same_map(hills: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, heights = hills
    south_up = rasterio.Affine(CELL_M, 0, WEST, 0, CELL_M, NORTH - SIDE * CELL_M)
    turned = raster(tmp_path / "turned.tif", np.ascontiguousarray(heights[::-1]), transform=south_up)
    for name in (path, turned):
        write_sight(name, name.with_suffix(".seen.tif"), MIDDLE, 30.0)
    with rasterio.open(path.with_suffix(".seen.tif")) as a, rasterio.open(turned.with_suffix(".seen.tif")) as b:
        assert np.allclose(a.read(1), b.read(1)[::-1], atol=0.02)


def test_a_range_cuts_the_raster_and_its_corners(hills: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, _ = hills
    whole, near = tmp_path / "whole.tif", tmp_path / "near.tif"
    write_sight(path, whole, degrees(100.4, 120.4), 30.0)
    done = write_sight(path, near, degrees(100.4, 120.4), 30.0, range_m=1500.0)
    assert done.shape == (102, 102)
    with rasterio.open(whole) as a, rasterio.open(near) as b:
        assert b.bounds.left - a.bounds.left == 70 * CELL_M
        assert a.bounds.top - b.bounds.top == 50 * CELL_M
        part, seen = a.read(1)[50:152, 70:172], b.read(1)
    i, j = np.indices(seen.shape)
    beyond = np.hypot(i - 50.4, j - 50.4) * CELL_M > 1500.5
    assert np.isnan(seen[beyond]).all()
    inside = np.hypot(i - 50.4, j - 50.4) * CELL_M < 1499.5
    assert np.percentile(np.abs(seen - part)[inside], 95) < 1.0


def test_heights_count_from_the_ground_or_the_sea(tmp_path: Path) -> None:
    path = raster(tmp_path / "flat.tif", np.full((SIDE, SIDE), 120, np.int16))
    from_ground = write_sight(path, tmp_path / "a.tif", MIDDLE, 30.0)
    from_sea = write_sight(path, tmp_path / "b.tif", MIDDLE, 150.0, above="sea")
    assert from_ground == from_sea
    assert (from_sea.antenna_m, from_sea.ground_m) == (150.0, 120.0)
    with pytest.raises(UserError, match="100 m above sea level, is below the surface in its cell, 120 m"):
        write_sight(path, tmp_path / "c.tif", MIDDLE, 100.0, above="sea")


def test_feet_and_scales_become_metres(tmp_path: Path) -> None:
    path = raster(tmp_path / "feet.tif", np.full((SIDE, SIDE), 1000, np.int16), units="ft")
    assert write_sight(path, tmp_path / "seen.tif", MIDDLE, 10.0).ground_m == pytest.approx(304.8, abs=1e-3)


def test_cells_without_a_height_count_as_the_sea(tmp_path: Path) -> None:
    heights = np.full((SIDE, SIDE), 0.0, np.float32)
    heights[:, 200:] = -9999.0
    path = raster(tmp_path / "coast.tif", heights, nodata=-9999.0)
    done = write_sight(path, tmp_path / "seen.tif", degrees(150, 10), 2.0)
    assert done.void_share == pytest.approx(101 / 301)
    with rasterio.open(tmp_path / "seen.tif") as file:
        seen = file.read(1)
    beyond = 290 * CELL_M - math.sqrt(2 * EFFECTIVE_RADIUS_M * 2.0)
    assert seen[150, 300] == pytest.approx(beyond**2 / (2 * EFFECTIVE_RADIUS_M), abs=0.02)


def moved(east: float, north: float, cell: float = CELL_M, down: float = -CELL_M, turn: float = 0.0) -> dict[str, Any]:
    return {"transform": rasterio.Affine(cell, turn, east, turn, down, north)}


IN_DEGREES = moved(37, 56, 3e-4, -3e-4)
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("nowhere", {"crs": None}, "has no coordinate system"),
    ("degrees", {"crs": "EPSG:4326"} | IN_DEGREES, r"is in degrees; .*gdalwarp"),
    ("mistaken", IN_DEGREES, "degrees taken for metres"),
    ("turned", moved(WEST, NORTH, turn=5.0), "lie turned against the axes"),
    ("oblong", moved(WEST, NORTH, down=-20.0), "30 by 20, are not square"),
    ("elsewhere", moved(WEST + 2e4, NORTH), r"outside the raster, .* between 55\.6"),
    ("mercator", {"crs": "EPSG:3857"} | moved(4_185_000, 7_506_000), r"16\.\d+ m on the ground"),
    ("cubits", {"units": "cubits"}, "heights in the unit 'cubits'"),
]


@pytest.mark.parametrize(("name", "told", "says"), BAD, ids=[b[0] for b in BAD])
def test_an_unfit_raster_is_refused(tmp_path: Path, name: str, told: dict[str, Any], says: str) -> None:
    path = raster(tmp_path / f"{name}.tif", np.zeros((SIDE, SIDE), np.float32), **told)
    with pytest.raises(UserError, match=rf"{name}\.tif.*{says}"):
        write_sight(path, tmp_path / "seen.tif", MIDDLE, 30.0)
    assert not (tmp_path / "seen.tif").exists()


def test_heights_that_cannot_be_are_refused(tmp_path: Path) -> None:
    heights = np.zeros((SIDE, SIDE), np.int16)
    heights[3, 3] = -9999
    path = raster(tmp_path / "untagged.tif", heights)
    with pytest.raises(UserError, match="holds -9999, which cannot be a height"):
        write_sight(path, tmp_path / "seen.tif", MIDDLE, 30.0)


def test_a_sensor_on_a_void_is_refused(tmp_path: Path) -> None:
    heights = np.zeros((SIDE, SIDE), np.float32)
    heights[140:160, 130:170] = np.nan
    with pytest.raises(UserError, match="no height at the sensor"):
        write_sight(raster(tmp_path / "void.tif", heights), tmp_path / "seen.tif", degrees(150, 150), 30.0)


def test_what_is_not_a_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tif").write_text("not a raster")
    with pytest.raises(UserError, match="not a raster"):
        write_sight(tmp_path / "text.tif", tmp_path / "seen.tif", MIDDLE, 30.0)
    with pytest.raises(UserError, match="no such file"):
        write_sight(tmp_path / "none.tif", tmp_path / "seen.tif", MIDDLE, 30.0)


def test_several_bands_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bands.tif"
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=2, width=9, height=9, crs="EPSG:32637",
        transform=rasterio.Affine(30, 0, WEST, 0, -30, NORTH),
    ) as file:  # fmt: skip
        file.write(np.zeros((2, 9, 9), np.float32))
    with pytest.raises(UserError, match="has 2 bands"):
        write_sight(path, tmp_path / "seen.tif", MIDDLE, 30.0)


def test_a_folder_that_is_not_there_is_told(hills: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot write .*seen\.tif"):
        write_sight(hills[0], tmp_path / "none" / "seen.tif", MIDDLE, 30.0)


def test_the_command(hills: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, heights = hills
    lat, lon = degrees(*AT_CELL)
    out = tmp_path / "seen.tif"
    given = ["surface", "sight", str(path), "--at", f"{lat},{lon}", "--height", "30", "--range", "2", "--out", str(out)]
    done = CliRunner().invoke(cli, given)
    assert done.exit_code == 0, done.output
    assert f"135 x 135 cells of 30 m, from {heights[AT_CELL] + 30:.1f} m above sea level" in done.output
    assert out.is_file()
    for wrong in ("55.7", "99,30", "north,east"):
        given[4] = wrong
        refused = CliRunner().invoke(cli, given)
        assert refused.exit_code == 2
        assert "--at" in refused.output
