"""Terrain: planes and peaks through every coordinate system, voids that never become heights, files that are wrong."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.world.rasters import sources
from bartizan.world.surface import elevation
from bartizan.world.surface.elevation import Elevation

rasterio = pytest.importorskip("rasterio")
from affine import Affine  # noqa: E402
from pyproj import Transformer  # noqa: E402

#: affine 3 would have `@` for the product of transforms, affine 2 knows only `*`
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")

ORIGIN = (55.75, 37.62)
UTM, MERCATOR, DEGREES = "EPSG:32637", "EPSG:3857", "EPSG:4326"
CELLS = {DEGREES: (5e-4, -3e-4), UTM: (30.0, -30.0), MERCATOR: (55.0, -55.0)}


def write(path: Path, heights: np.ndarray, crs: str | None, transform: Affine, **tags) -> Path:
    """A raster of one band, or of as many as `heights` has; `units`, `scale` and `offset` are tags of the band."""
    bands = heights if heights.ndim == 3 else heights[None]
    units, scale, offset = (tags.pop(name, None) for name in ("units", "scale", "offset"))
    shape = dict(count=bands.shape[0], height=bands.shape[1], width=bands.shape[2])
    profile = dict(driver="GTiff", dtype=bands.dtype.name, crs=crs, transform=transform, **shape)
    with rasterio.open(path, "w", **(profile | tags)) as out:
        out.write(bands)
        if units:
            out.units = [units]
        if scale is not None:
            out.scales, out.offsets = [scale], [offset]
    return path


def around(crs: str, size: int, turn_deg: float = 0.0, up: bool = False, at: tuple[float, float] = ORIGIN) -> Affine:
    """The geotransform of a raster of size x size cells whose middle is at `at`."""
    middle = Transformer.from_crs(DEGREES, crs, always_xy=True).transform(at[1], at[0])
    dx, dy = CELLS.get(crs, CELLS[MERCATOR])
    placed = Affine.translation(*middle) * Affine.rotation(turn_deg) * Affine.scale(dx, -dy if up else dy)
    return placed * Affine.translation(-size / 2, -size / 2)


def degrees(crs: str, transform: Affine, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude of every sample."""
    rows, cols = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5, indexing="ij")
    lon, lat = Transformer.from_crs(crs, DEGREES, always_xy=True).transform(*(transform * (cols, rows)))
    return lat, lon


def plane(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """A slope of about 4 % to the east and 3 % to the north."""
    return 300.0 + 2500.0 * (lon - ORIGIN[1]) + 3300.0 * (lat - ORIGIN[0])


def plane_file(path: Path, crs: str, size: int = 240, turn_deg: float = 0.0, up: bool = False) -> Path:
    transform = around(crs, size, turn_deg, up)
    return write(path, plane(*degrees(crs, transform, size)).astype("float32"), crs, transform)


def grid(x0: float, y0: float, cell: float, nx: int, ny: int) -> tuple[np.ndarray, np.ndarray]:
    return np.meshgrid(x0 + cell * np.arange(nx), y0 + cell * np.arange(ny))


def rough(seed: int, size: int = 120) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.0, 900.0, (size, size)).astype("float32")


def samples_local(crs: str, transform: Affine, size: int) -> tuple[np.ndarray, np.ndarray]:
    return geodesy.to_local(*degrees(crs, transform, size), ORIGIN)


# ------------------------------------------------------------------------------------------------ the right answer


@pytest.mark.parametrize("crs", [DEGREES, UTM, MERCATOR])
@pytest.mark.parametrize(("turn_deg", "up"), [(0.0, False), (0.0, True), (33.0, False)])
def test_a_plane_stays_that_plane(tmp_path, crs, turn_deg, up):
    terrain = Elevation.open([plane_file(tmp_path / "plane.tif", crs, 240, turn_deg, up)], ORIGIN)
    for cell in (7.0, 30.0, 90.0):
        n = int(3000 / cell)
        x, y = grid(-1500.0, -1400.0, cell, n, n - 1)
        truth = plane(*geodesy.to_degrees(x, y, ORIGIN))
        found = terrain.window(-1500.0, -1400.0, cell, n, n - 1, highest=False)
        assert found.shape == truth.shape
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, truth, atol=0.01)
        np.testing.assert_allclose(terrain.at(x, y), truth, atol=0.003)


def test_row_0_is_the_southernmost(tmp_path):
    terrain = Elevation.open([plane_file(tmp_path / "plane.tif", UTM)], ORIGIN)
    heights = terrain.window(0.0, -1000.0, 30.0, 2, 60, highest=True)
    assert (np.diff(heights[:, 0]) > 0.0).all()


def test_the_highest_of_a_plane_lies_within_half_a_cell_above_its_middle(tmp_path):
    terrain = Elevation.open([plane_file(tmp_path / "plane.tif", UTM)], ORIGIN)
    mean = terrain.window(-1500.0, -1500.0, 150.0, 20, 20, highest=False)
    highest = terrain.window(-1500.0, -1500.0, 150.0, 20, 20, highest=True)
    rise = 75.0 * (2500.0 / 62_770 + 3300.0 / 111_300)  # slope east and north over half a cell
    assert (highest >= mean).all()
    assert (highest <= mean + rise + 0.1).all()
    assert (highest >= mean + rise * (1.0 - 30.0 * math.sqrt(2.0) / 75.0)).all()


@pytest.mark.parametrize("turn_deg", [0.0, 3.0, 45.0])
@pytest.mark.parametrize("cell", [31.0, 47.0, 100.0, 1000.0])
def test_no_peak_is_lost_on_the_borders_of_cells(tmp_path, turn_deg, cell):
    """Each sample is found in the cell that holds it; only within 1 % of a border it may be the neighbour's."""
    size, transform = 120, around(UTM, 120, turn_deg)
    heights = rough(1, size)
    terrain = Elevation.open([write(tmp_path / "peaks.tif", heights, UTM, transform)], ORIGIN)
    n = 2 * int(3000.0 / cell) + 1
    x0 = y0 = -cell * (n // 2)
    found = terrain.window(x0, y0, cell, n, n, highest=True)
    x, y = samples_local(UTM, transform, size)
    c, r = (x - x0) / cell + 0.5, (y - y0) / cell + 0.5
    clear = (np.abs(c - np.rint(c)) > 0.01) & (np.abs(r - np.rint(r)) > 0.01)
    assert clear.mean() > 0.9
    truth = np.full((n, n), -np.inf, np.float32)
    np.maximum.at(truth, (r.astype(int), c.astype(int)), np.where(clear, heights, -np.inf))
    assert (found >= truth)[np.isfinite(truth)].all()
    assert np.nanmax(found) == heights.max()


def test_a_spike_on_the_corner_of_four_cells_is_in_one_of_them(tmp_path):
    heights = np.zeros((101, 101), "float32")
    heights[50, 50] = 500.0
    terrain = Elevation.open([write(tmp_path / "spike.tif", heights, UTM, around(UTM, 101))], ORIGIN)
    for shift in (-0.02, -1e-6, 0.0, 1e-6, 0.02):
        found = terrain.window(-450.0 + shift, -450.0 + shift, 100.0, 10, 10, highest=True)
        assert found.max() == 500.0
        assert terrain.window(-450.0 + shift, -450.0, 100.0, 10, 10, highest=False).max() < 60.0


def test_the_mean_is_that_of_the_surface(tmp_path):
    """Over a cell that holds 400 samples, the mean of samples and of the surface between them nearly agree."""
    heights, transform = rough(2, 200), around(UTM, 200)
    terrain = Elevation.open([write(tmp_path / "rough.tif", heights, UTM, transform)], ORIGIN)
    x, y = samples_local(UTM, transform, 200)
    inside = (np.abs(x) < 300.0) & (np.abs(y) < 300.0)
    found = terrain.window(0.0, 0.0, 600.0, 1, 1, highest=False)[0, 0]
    assert found == pytest.approx(heights[inside].mean(), abs=4.0 * 260.0 / 20.0 / 20.0)


@pytest.mark.parametrize("crs", [DEGREES, UTM, MERCATOR])
def test_a_window_at_half_the_cell_agrees_with_single_points(tmp_path, crs):
    """The window projects at nodes, points are projected one by one: less than 1 % of a cell apart."""
    terrain = Elevation.open([write(tmp_path / "rough.tif", rough(3), crs, around(crs, 120))], ORIGIN)
    half = terrain.cell_m / 2
    x, y = grid(-800.0, -700.0, half, 100, 90)
    found = terrain.window(-800.0, -700.0, half, 100, 90, highest=True)
    np.testing.assert_allclose(found, terrain.at(x, y), atol=900.0 * 0.01)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cell=st.floats(5.0, 400.0),
    cut=st.integers(1, 39),
    highest=st.booleans(),
    x0=st.floats(-3000.0, 0.0),
    y0=st.floats(-3000.0, 0.0),
)
def test_a_window_read_in_halves_is_the_window_read_whole(tmp_path, monkeypatch, cell, cut, highest, x0, y0):
    file = tmp_path / "holes.tif"
    if not file.exists():
        heights = rough(4)
        heights[30:60, 20:80] = np.nan
        write(file, heights, UTM, around(UTM, 120, 5.0))
    monkeypatch.setattr(sources, "REACH", 16)
    terrain = Elevation.open([file], ORIGIN)
    whole = terrain.window(x0, y0, cell, 40, 30, highest=highest)
    west = terrain.window(x0, y0, cell, cut, 30, highest=highest)
    east = terrain.window(x0 + cut * cell, y0, cell, 40 - cut, 30, highest=highest)
    np.testing.assert_allclose(np.hstack([west, east]), whole, atol=1e-3)


def test_tiles_leave_no_trace(tmp_path, monkeypatch):
    terrain = Elevation.open([write(tmp_path / "rough.tif", rough(5), DEGREES, around(DEGREES, 120))], ORIGIN)
    asked = [(-1500.0, -1500.0, cell, 50, 41, highest) for cell in (20.0, 77.0) for highest in (False, True)]
    whole = [terrain.window(*a[:5], highest=a[5]) for a in asked]
    x, y = grid(-1500.0, -1500.0, 61.0, 50, 50)
    points = terrain.at(x, y)
    monkeypatch.setattr(elevation, "TILE", 16)
    monkeypatch.setattr(elevation, "SQUARE", 7)
    for a, before in zip(asked, whole, strict=True):
        np.testing.assert_allclose(terrain.window(*a[:5], highest=a[5]), before, atol=1e-3)
    np.testing.assert_array_equal(terrain.at(x, y), points)


def test_gdal_agrees_within_its_own_tolerance(tmp_path):
    """GDAL's bilinear warp of the same file, an eighth of a sample at most from the exact position."""
    from rasterio.warp import Resampling, reproject

    size, transform = 240, around(UTM, 240)
    smooth = plane(*degrees(UTM, transform, size)) + 50.0 * np.sin(np.arange(size) / 9.0)
    file = write(tmp_path / "hills.tif", smooth.astype("float32"), UTM, transform)
    ours = Elevation.open([file], ORIGIN).window(-2000.0, -2000.0, 29.0, 130, 130, highest=False)
    local = f"+proj=aeqd +lat_0={ORIGIN[0]} +lon_0={ORIGIN[1]} +datum=WGS84 +units=m"
    theirs = np.full((130, 130), np.nan, np.float32)
    place = Affine(29.0, 0.0, -2014.5, 0.0, -29.0, -2014.5 + 130 * 29.0)
    with rasterio.open(file) as source:
        band = rasterio.band(source, 1)
        reproject(band, theirs, dst_transform=place, dst_crs=local, resampling=Resampling.bilinear)
    np.testing.assert_allclose(ours, theirs[::-1], atol=0.125 * 8.0)
    assert np.abs(ours - theirs[::-1]).mean() < 0.1


def test_cell_and_extent_are_those_of_the_ground(tmp_path):
    terrain = Elevation.open([plane_file(tmp_path / "m.tif", MERCATOR, 240)], ORIGIN)
    assert terrain.cell_m == pytest.approx(55.0 * math.cos(math.radians(ORIGIN[0])), rel=0.005)
    half = 120 * terrain.cell_m
    np.testing.assert_allclose(terrain.extent, (-half, -half, half, half), rtol=0.01)
    x, y = samples_local(MERCATOR, around(MERCATOR, 240), 240)
    west, south, east, north = terrain.extent
    assert west < x.min() < x.max() < east
    assert south < y.min() < y.max() < north


# ------------------------------------------------------------------------------------------------ where there is none


def test_there_is_no_height_outside_the_files(tmp_path):
    terrain = Elevation.open(
        [write(tmp_path / "flat.tif", np.full((100, 100), 7.0, "float32"), UTM, around(UTM, 100))], ORIGIN
    )
    for highest in (False, True):
        for cell in (10.0, 100.0):
            n = int(6000 / cell)
            x, y = grid(-3000.0, -3000.0, cell, n, n)
            found = terrain.window(-3000.0, -3000.0, cell, n, n, highest=highest)
            inside, outside = np.hypot(x, y) < 1400.0, np.maximum(np.abs(x), np.abs(y)) > 1700.0
            assert (found[inside] == 7.0).all()
            assert np.isnan(found[outside]).all()
    assert np.isnan(terrain.at(np.array([3000.0, 2e7]), np.array([0.0, 0.0]))).all()
    assert np.isnan(terrain.window(5e5, 5e5, 30.0, 4, 3, highest=True)).all()


@pytest.mark.parametrize(
    ("dtype", "hole", "tags"),
    [
        ("float32", np.nan, {}),
        ("float32", -9999.0, {"nodata": -9999.0}),
        ("float32", -3.4e38, {"nodata": -3.4e38}),
        ("int16", -32768, {}),
        ("int16", -32767, {}),
        ("int16", -32767, {"nodata": -32768}),
        ("uint16", 0, {"nodata": 0}),
    ],
)
def test_voids_never_become_heights(tmp_path, dtype, hole, tags):
    heights = np.full((60, 60), 100, dtype)
    heights[:, 30:] = 200
    heights[20:40, 10:50] = hole
    terrain = Elevation.open([write(tmp_path / "void.tif", heights, UTM, around(UTM, 60), **tags)], ORIGIN)
    assert terrain.void_share == pytest.approx(800 / 3600)
    for highest in (False, True):
        for cell in (12.0, 45.0):
            n = int(1600 / cell)
            found = terrain.window(-800.0, -800.0, cell, n, n, highest=highest)
            assert 100.0 <= found.min() <= found.max() <= 200.0
    assert terrain.at(np.array(-250.0), np.array(10.0)) == pytest.approx(100.0)
    assert terrain.at(np.array(250.0), np.array(10.0)) == pytest.approx(200.0)


def test_a_mask_makes_voids(tmp_path):
    file = write(tmp_path / "masked.tif", np.full((60, 60), 50, "int16"), UTM, around(UTM, 60))
    valid = np.full((60, 60), 255, "uint8")
    valid[:, :15] = 0
    with rasterio.open(file, "r+") as out:
        out.write_mask(valid)
    assert Elevation.open([file], ORIGIN).void_share == 0.25


def test_a_void_takes_the_nearest_sample_on_the_ground(tmp_path):
    """A degree of longitude is short here: 5e-4 degrees are 31 m, 3e-4 degrees of latitude 33 m."""
    heights = np.full((41, 41), np.nan, "float32")
    heights[20, 5], heights[5, 20] = 10.0, 20.0
    transform = around(DEGREES, 41) * Affine.scale(1.0, 2.0) * Affine.translation(0.0, -10.0)
    terrain = Elevation.open([write(tmp_path / "two.tif", heights, DEGREES, transform)], ORIGIN)
    x, y = samples_local(DEGREES, transform, 41)
    near = np.hypot(x - x[20, 5], y - y[20, 5]) < np.hypot(x - x[5, 20], y - y[5, 20])
    differ = np.abs(np.hypot(x - x[20, 5], y - y[20, 5]) - np.hypot(x - x[5, 20], y - y[5, 20])) > 5.0
    found = terrain.at(x, y)
    np.testing.assert_allclose(found[differ], np.where(near, 10.0, 20.0)[differ], atol=0.05)


def test_voids_far_from_any_sample_are_filled_too(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "REACH", 4)
    monkeypatch.setattr(sources, "COARSE", 20)
    heights = np.full((200, 200), np.nan, "float32")
    heights[:, :20], heights[:, 180:] = 10.0, 20.0
    terrain = Elevation.open([write(tmp_path / "sea.tif", heights, UTM, around(UTM, 200))], ORIGIN)
    found = terrain.window(-2900.0, 0.0, 30.0, 190, 2, highest=True)
    assert (found[:, :85] == 10.0).all()
    assert (found[:, 105:] == 20.0).all()


def test_a_file_that_is_surveyed_by_every_nth_row_hides_no_void(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "SURVEYED_CELLS", 400)
    heights = np.full((100, 100), 5.0, "float32")
    heights[51, 52] = np.nan
    terrain = Elevation.open([write(tmp_path / "large.tif", heights, UTM, around(UTM, 100))], ORIGIN)
    assert (terrain.window(-1000.0, -1000.0, 15.0, 130, 130, highest=True) == 5.0).all()


# ------------------------------------------------------------------------------------------------ several files


def test_the_finest_file_counts_and_the_others_fill_its_voids(tmp_path):
    fine = np.full((100, 100), 300.0, "float32")
    fine[40:60, 40:60] = np.nan
    coarse = np.full((100, 100), 100.0, "float32")
    wide = around(UTM, 100) * Affine.translation(50, 50) * Affine.scale(3.0) * Affine.translation(-50, -50)
    files = [
        write(tmp_path / "coarse.tif", coarse, UTM, wide),
        write(tmp_path / "fine.tif", fine, UTM, around(UTM, 100)),
    ]
    terrain = Elevation.open(files, ORIGIN)
    assert terrain.cell_m == pytest.approx(30.0, rel=0.002)
    for cell, highest in ((10.0, False), (10.0, True), (90.0, False), (90.0, True)):
        found = terrain.window(-3600.0, 0.0, cell, int(7200 / cell), 1, highest=highest)[0]
        x = np.abs(-3600.0 + cell * np.arange(found.size))
        assert (found[x < 200.0] == 100.0).all()  # in the void of the fine one
        assert (found[(x > 500.0) & (x < 1300.0)] == 300.0).all()
        assert (found[x > 1700.0] == 100.0).all()
    np.testing.assert_array_equal(terrain.at(np.array([0.0, 900.0, 2000.0]), np.zeros(3)), [100.0, 300.0, 100.0])


def test_no_peak_is_lost_where_two_files_meet(tmp_path):
    heights, transform = rough(6, 120), around(UTM, 120)
    whole = Elevation.open([write(tmp_path / "whole.tif", heights, UTM, transform)], ORIGIN)
    west = write(tmp_path / "west.tif", heights[:, :61], UTM, transform)
    east = write(tmp_path / "east.tif", heights[:, 61:], UTM, transform * Affine.translation(61, 0))
    halves = Elevation.open([west, east], ORIGIN)
    asked = (-1650.0, -1650.0, 110.0, 31, 31)
    found, one = halves.window(*asked, highest=True), whole.window(*asked, highest=True)
    assert (found >= one - 1e-3).all()
    assert (found == one).mean() > 0.99  # half a sample of rim on either side is flat
    assert not np.isnan(halves.window(-1650.0, -1650.0, 9.0, 360, 360, highest=True)).any()


# ------------------------------------------------------------------------------------------------ units, formats


def test_scale_offset_and_feet_are_honoured(tmp_path):
    raw = np.full((50, 50), 1000, "int16")
    scaled = write(tmp_path / "scaled.tif", raw, UTM, around(UTM, 50), scale=0.1, offset=50.0)
    feet = write(tmp_path / "feet.tif", raw, UTM, around(UTM, 50), units="ft")
    survey = write(tmp_path / "survey.tif", raw, UTM, around(UTM, 50), units="US survey foot", scale=2.0, offset=10.0)
    for file, metres in ((scaled, 150.0), (feet, 304.8), (survey, 2010.0 * 1200 / 3937)):
        found = Elevation.open([file], ORIGIN).at(np.zeros(1), np.zeros(1))
        assert found[0] == pytest.approx(metres, abs=1e-4)


def test_a_void_is_told_before_scaling(tmp_path):
    raw = np.full((50, 50), 1000, "int16")
    raw[10:20, 10:20] = -999
    file = write(tmp_path / "s.tif", raw, UTM, around(UTM, 50), nodata=-999, scale=0.1, offset=50.0)
    assert Elevation.open([file], ORIGIN).void_share == pytest.approx(0.04)


def test_longitudes_from_0_to_360_are_longitudes(tmp_path):
    at = (10.0, -60.0)
    transform = around(DEGREES, 60, at=at)
    shifted = Affine.translation(360.0, 0.0) * transform
    heights = rough(7, 60)
    a = Elevation.open([write(tmp_path / "a.tif", heights, DEGREES, transform)], at)
    b = Elevation.open([write(tmp_path / "b.tif", heights, DEGREES, shifted)], at)
    asked = (-500.0, -500.0, 25.0, 40, 40)
    np.testing.assert_allclose(a.window(*asked, highest=True), b.window(*asked, highest=True), atol=1e-3)


#: EPSG:3832 is as EPSG:3857 but about the Pacific, so that its edge is at 30 degrees west
@pytest.mark.parametrize("lon", [180.0, -180.0, -30.0])
@pytest.mark.parametrize("crs", [DEGREES, MERCATOR, "EPSG:6933", "EPSG:3832", "EPSG:3413"])
def test_a_file_across_the_edge_of_a_map_has_no_seam(tmp_path, crs, lon):
    at = (17.0, lon)
    file = write(tmp_path / "edge.tif", np.full((80, 80), 12.0, "float32"), crs, around(crs, 80, at=at))
    for origin in ((17.0, lon - 0.001), (17.0, lon + 0.001)):
        terrain = Elevation.open([file], origin)
        for highest in (False, True):
            assert (terrain.window(-900.0, -900.0, 60.0, 30, 30, highest=highest) == 12.0).all()


def test_dted_says_what_the_geotiff_said(tmp_path):
    from rasterio.shutil import copy

    step = 1 / 1200
    transform = Affine(step, 0.0, 37.0 - step / 2, 0.0, -step, 46.0 + step / 2)
    heights = np.random.default_rng(8).integers(0, 500, (1201, 1201)).astype("int16")
    heights[100:200, 100:200] = -32767
    tif = write(tmp_path / "n45.tif", heights, DEGREES, transform, nodata=-32767)
    try:
        copy(tif, tmp_path / "n45.dt1", driver="DTED")
    except rasterio.errors.RasterioError as error:
        pytest.skip(f"this GDAL writes no DTED: {error}")
    a, b = (Elevation.open([tmp_path / name], (45.5, 37.5)) for name in ("n45.tif", "n45.dt1"))
    asked = (-20_000.0, -20_000.0, 200.0, 200, 200)
    np.testing.assert_allclose(a.window(*asked, highest=True), b.window(*asked, highest=True), atol=0.5)
    assert b.void_share == pytest.approx(100 * 100 / 1201**2)


# ------------------------------------------------------------------------------------------------ real files


def test_mount_washington_is_where_it_is_and_as_high(shared):
    """44.2706 N, 71.3033 W, 1917 m; the highest sample of this file is 1908 m."""
    terrain = Elevation.open([shared / "data/dem/N44W072.hgt"], (44.2706, -71.3033))
    near = terrain.window(-1000.0, -1000.0, 250.0, 9, 9, highest=True)
    assert near.max() == 1908.0
    assert terrain.at(np.zeros(1), np.zeros(1))[0] == pytest.approx(1917.0, abs=40.0)
    assert terrain.void_share == 0.0
    assert 77.0 < terrain.cell_m < 81.0


def test_the_sea_is_flat_and_the_coast_is_land(shared):
    terrain = Elevation.open([shared / "data/dem/N40E023.hgt"], (40.5, 23.5))
    heights = terrain.window(-40_000.0, -50_000.0, 1000.0, 80, 100, highest=False)
    assert np.isfinite(heights).all()
    assert -10.0 < heights.min() < 1.0
    assert heights.max() > 600.0


def test_the_voids_of_the_alps_are_filled(shared):
    terrain = Elevation.open([shared / "data/dem/srtm3_N46E008_alps.tif"], (46.5, 8.5))
    assert terrain.void_share == pytest.approx(0.0719, abs=1e-4)
    for cell, highest in ((90.0, False), (90.0, True), (400.0, True)):
        n = int(70_000 / cell)
        heights = terrain.window(-35_000.0, -35_000.0, cell, n, n, highest=highest)
        assert 190.0 < heights.min() < heights.max() <= 4173.0


# ------------------------------------------------------------------------------------------------ the digest


def test_the_digest_changes_with_content_place_origin_and_order(tmp_path):
    heights, transform = rough(9, 50), around(UTM, 50)
    a = write(tmp_path / "a.tif", heights, UTM, transform)
    changed = heights.copy()
    changed[3, 3] += 1.0
    b = write(tmp_path / "b.tif", changed, UTM, transform)
    copy = tmp_path / "copy.tif"
    copy.write_bytes(a.read_bytes())
    digests = [Elevation.open(files, ORIGIN).digest for files in ([a], [b], [a, b], [b, a])]
    digests.append(Elevation.open([a], (55.76, 37.62)).digest)
    assert len(set(digests)) == len(digests)
    assert Elevation.open([copy], ORIGIN).digest == digests[0]


def test_two_tiles_of_the_same_sea_are_not_one_file(tmp_path):
    """An .hgt file says where it lies only by its name."""
    for name in ("N45E037.hgt", "N45E038.hgt"):
        (tmp_path / name).write_bytes(np.zeros((1201, 1201), ">i2").tobytes())
    a, b = (Elevation.open([tmp_path / name], (45.5, 37.9)) for name in ("N45E037.hgt", "N45E038.hgt"))
    assert a.digest != b.digest


# ------------------------------------------------------------------------------------------------ what is wrong


def refused(file: Path, origin: tuple[float, float] = ORIGIN) -> str:
    with pytest.raises(UserError) as caught:
        Elevation.open([file], origin)
    assert str(file) in str(caught.value)
    return str(caught.value)


def flat(path: Path, crs: str | None, transform: Affine, value: float = 5.0, **tags) -> Path:
    return write(path, np.full((50, 50), value, tags.pop("dtype", "float32")), crs, transform, **tags)


def test_no_such_file(tmp_path):
    assert "no such file" in refused(tmp_path / "none.tif")


def test_no_file_at_all():
    with pytest.raises(UserError, match="no file"):
        Elevation.open([], ORIGIN)


def test_not_a_raster(tmp_path):
    file = tmp_path / "notes.tif"
    file.write_text("heights of the city")
    assert "not a raster" in refused(file)


def virtual(path: Path, source: str) -> Path:
    """A raster of GDAL's that names another one."""
    place = "<SRS>EPSG:32637</SRS><GeoTransform>400000, 30, 0, 6200000, 0, -30</GeoTransform>"
    band = f"<SimpleSource><SourceFilename>{source}</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
    band = f'<VRTRasterBand dataType="Float32" band="1">{band}</VRTRasterBand>'
    path.write_text(f'<VRTDataset rasterXSize="50" rasterYSize="50">{place}{band}</VRTDataset>')
    return path


@pytest.mark.parametrize("name", ["heights.vrt", "heights.tif"])
def test_a_raster_that_names_another_is_not_read(tmp_path, name):
    other = flat(tmp_path / "other.tif", UTM, around(UTM, 50))
    message = refused(virtual(tmp_path / name, str(other)))
    for read in ("GeoTIFF", ".hgt", "DTED", "Esri ASCII grid"):
        assert read in message


@pytest.mark.parametrize("end", [".msk", ".ovr", ".OVR", ".msk.ovr"])
def test_nor_is_one_beside_which_such_a_raster_lies(tmp_path, end):
    file = flat(tmp_path / "heights.tif", UTM, around(UTM, 50))
    beside = virtual(tmp_path / f"heights.tif{end}", "/vsicurl/http://127.0.0.1:1/heights.tif")
    with pytest.raises(UserError, match="not a raster in a format that is read"):
        Elevation.open([file], ORIGIN)
    beside.unlink()
    Elevation.open([file], ORIGIN)


def test_overviews_elsewhere_are_not_asked_for(tmp_path):
    """Any GeoTIFF may name its overviews in a tag, and GDAL would ask the network for them."""
    file, elsewhere = flat(tmp_path / "heights.tif", UTM, around(UTM, 50)), "/vsicurl/http://127.0.0.1:1/heights.tif"
    with rasterio.open(file, "r+") as out:
        out.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=elsewhere)
    assert elsewhere in refused(file)


def test_overviews_beside_a_file_are_read(tmp_path):
    file = flat(tmp_path / "heights.tif", UTM, around(UTM, 50))
    with rasterio.Env(TIFF_USE_OVR=True), rasterio.open(file, "r+") as out:
        out.build_overviews([2])
    assert (tmp_path / "heights.tif.ovr").exists()
    assert Elevation.open([file], ORIGIN).void_share == 0.0


def test_esri_and_usgs_grids_say_what_the_geotiff_said(tmp_path):
    from rasterio.shutil import copy

    tif = write(tmp_path / "heights.tif", np.rint(rough(10)), UTM, around(UTM, 120))
    asked = (-1500.0, -1500.0, 40.0, 70, 70)
    truth = Elevation.open([tif], ORIGIN).window(*asked, highest=True)
    for name, driver in (("heights.asc", "AAIGrid"), ("heights.bil", "EHdr")):
        copy(tif, tmp_path / name, driver=driver)
        found = Elevation.open([tmp_path / name], ORIGIN).window(*asked, highest=True)
        np.testing.assert_allclose(found, truth, atol=0.1)


def test_a_file_that_is_cut_off(tmp_path):
    file = write(tmp_path / "cut.tif", rough(1, 300), UTM, around(UTM, 300))
    file.write_bytes(file.read_bytes()[:200_000])
    assert "cut off or damaged" in refused(file)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_no_coordinate_system(tmp_path):
    assert "no coordinate system" in refused(flat(tmp_path / "a.tif", None, around(UTM, 50)))
    assert "no geotransform" in refused(flat(tmp_path / "b.tif", UTM, Affine.identity()))


def test_degrees_taken_for_metres(tmp_path):
    assert "geographic degrees taken for metres" in refused(flat(tmp_path / "d.tif", UTM, around(DEGREES, 50)))


def test_metres_taken_for_degrees(tmp_path):
    assert "metres taken for degrees" in refused(flat(tmp_path / "m.tif", DEGREES, around(UTM, 50)))


def test_a_coordinate_system_without_a_place_on_earth(tmp_path):
    drawing = 'LOCAL_CS["building site",UNIT["metre",1]]'
    assert "no way" in refused(flat(tmp_path / "site.tif", drawing, around(UTM, 50)))


def test_only_voids(tmp_path):
    assert "only voids" in refused(flat(tmp_path / "v.tif", UTM, around(UTM, 50), -32768, dtype="int16"))
    assert "only voids" in refused(flat(tmp_path / "n.tif", UTM, around(UTM, 50), np.nan))


def test_several_bands_and_complex_numbers(tmp_path):
    assert "3 bands" in refused(write(tmp_path / "rgb.tif", np.zeros((3, 9, 9), "uint8"), UTM, around(UTM, 9)))
    assert "complex" in refused(flat(tmp_path / "c.tif", UTM, around(UTM, 50), dtype="complex64"))


@pytest.mark.parametrize("value", [-9999.0, 9500.0, 3e38])
def test_what_cannot_be_a_height(tmp_path, value):
    assert "cannot be a height" in refused(flat(tmp_path / "h.tif", UTM, around(UTM, 50), value))


def test_feet_without_a_unit_are_told_by_their_size_and_unknown_units_by_name(tmp_path):
    assert "cannot be a height" in refused(flat(tmp_path / "everest.tif", UTM, around(UTM, 50), 29_032.0))
    assert "'fathom'" in refused(flat(tmp_path / "sea.tif", UTM, around(UTM, 50), units="fathom"))


def test_a_file_of_another_place(tmp_path):
    message = refused(flat(tmp_path / "far.tif", UTM, around(UTM, 50)), (10.0, 100.0))
    assert "nowhere near" in message
    assert "latitude 55.75" in message
    assert "100.0000" in message


def test_without_rasterio_the_message_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(UserError, match=r"bartizan\[geo\]"):
        Elevation.open([tmp_path / "a.tif"], ORIGIN)
