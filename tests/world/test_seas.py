"""Water over the sea floor: the sea stands at 0, lakes of the great basins at theirs, land below it is land."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.ground.errors import UserError

pytest.importorskip("rasterio", reason="needs the extra geo")
from tests.world.rasters_made import made
from tests.world.surfaces import ORIGIN, terrain, unit, written

from bartizan.world.rasters import seas, sources
from bartizan.world.surface.elevation import Elevation

SIDE = 60
HAMBURG, DEAD_SEA, DEATH_VALLEY, CASPIAN, HOLLAND = (
    (53.6, 9.0),
    (31.5, 35.47),
    (36.2, -116.85),
    (43.0, 49.0),
    (52.3, 4.6),
)


def opened(path: Path, heights: np.ndarray, at: tuple[float, float], cell_deg: float = 0.002, **stated) -> Elevation:
    made(path, heights.astype("float32"), "EPSG:4326", at=at, cell=(cell_deg, cell_deg))
    return Elevation.open([path], at, **stated)


def grid(found: Elevation) -> np.ndarray:
    """What the samples of a file became."""
    with found.sources[0].reader() as reader:
        return reader.heights(0, SIDE, 0, SIDE)


def half(west: float, east: float) -> np.ndarray:
    heights = np.full((SIDE, SIDE), west)
    heights[:, SIDE // 2 :] = east
    return heights


@pytest.mark.parametrize("depth", [-12.5, -80.0, -499.0, -501.0, -3500.0, -9999.0, -10_900.0])
def test_the_sea_stands_at_nought_however_deep(tmp_path: Path, depth: float) -> None:
    heights = half(5.0, depth)
    heights[0, -1] = depth - 1.0
    found = opened(tmp_path / "a.tif", heights, HAMBURG)
    np.testing.assert_array_equal(grid(found), half(5.0, 0.0))
    (note,) = found.notes
    assert note.startswith(f"a.tif: 1,800 samples (50.00%) lie under water, down to {depth - 1:g} m (latitude 53.6")


@pytest.mark.parametrize(
    ("at", "land", "lake", "level"),
    [(DEAD_SEA, -300.0, -730.0, -442.0), (CASPIAN, -25.0, -700.0, -30.0), (DEATH_VALLEY, -86.0, -86.0, -86.0)],
)
def test_land_of_the_great_basins_stays_and_their_lakes_are_filled(
    tmp_path: Path, at: tuple[float, float], land: float, lake: float, level: float
) -> None:
    found = opened(tmp_path / "a.tif", half(land, lake), at)
    np.testing.assert_array_equal(grid(found), half(land, level))


def test_polders_stay_beside_a_sea(tmp_path: Path) -> None:
    heights = np.full((SIDE, SIDE), 2.0)
    heights[:, :20], heights[:, 40:] = -30.0, -6.5
    expected = heights.copy()
    expected[:, :20] = 0.0
    np.testing.assert_array_equal(grid(opened(tmp_path / "a.tif", heights, HOLLAND)), expected)


def test_a_mine_within_a_file_stays_and_is_told(tmp_path: Path) -> None:
    heights = np.full((SIDE, SIDE), 90.0)
    heights[20:40, 20:40] = -293.0  # 2.6 km wide
    found = opened(tmp_path / "a.tif", heights, (50.9, 6.5))
    np.testing.assert_array_equal(grid(found), heights)
    assert "400 samples are taken for dry land below the sea, down to -293 m" in found.notes[0]


def test_an_inland_sea_within_a_file_is_water(tmp_path: Path) -> None:
    heights = np.full((SIDE, SIDE), 90.0)
    heights[20:40, 20:40] = -293.0  # 26 km wide
    grown = grid(opened(tmp_path / "a.tif", heights, (44.0, 34.0), 0.02))
    np.testing.assert_array_equal(grown, np.maximum(heights, 0.0))


def test_a_pit_deeper_than_any_land_is_refused(tmp_path: Path) -> None:
    heights = np.full((SIDE, SIDE), 90.0)
    heights[20, 30] = -612.0
    with pytest.raises(UserError, match=r"holds -612, which cannot be a height in metres \(-500 to 9000\), in 1 of"):
        opened(tmp_path / "a.tif", heights, HAMBURG)


def test_what_lies_below_the_sea_may_be_stated(tmp_path: Path) -> None:
    heights = half(5.0, -80.0)
    found = opened(tmp_path / "a.tif", heights, HAMBURG, below_sea="land")
    np.testing.assert_array_equal(grid(found), heights)
    assert "dry land below the sea, down to -80 m" in found.notes[0]
    assert "as stated" in found.notes[0]
    shallow = half(5.0, -9.0)
    assert (grid(opened(tmp_path / "b.tif", shallow, HAMBURG)) == shallow).all()
    assert (grid(opened(tmp_path / "b.tif", shallow, HAMBURG, below_sea="water")) == half(5.0, 0.0)).all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 50),
    shore=st.integers(1, SIDE - 1),
    depth=st.floats(-9000.0, -13.0),
    part=st.tuples(*[st.integers(0, 29)] * 2),
)
def test_the_sea_never_changes_the_land_and_is_flat(
    tmp_path: Path, seed: int, shore: int, depth: float, part: tuple[int, int]
) -> None:
    """Nor does it matter which part of a file is read."""
    heights = np.random.default_rng(seed).uniform(0.0, 500.0, (SIDE, SIDE))
    heights[:, shore:] = np.random.default_rng(seed + 1).uniform(depth, -13.0, (SIDE, SIDE - shore))
    found = opened(tmp_path / "a.tif", heights, HAMBURG)
    whole = grid(found)
    np.testing.assert_allclose(whole[:, :shore], heights[:, :shore], rtol=1e-6)
    assert (whole[:, shore:] == 0.0).all()
    with found.sources[0].reader() as reader:
        r, c = part
        np.testing.assert_array_equal(reader.heights(r, r + 30, c, c + 30), whole[r : r + 30, c : c + 30])


def test_a_file_that_is_surveyed_by_every_nth_row_is_lifted_in_every_row(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sources, "SURVEYED_CELLS", 400)
    monkeypatch.setattr(sources, "COARSE", 10)
    found = opened(tmp_path / "a.tif", half(5.0, -80.0), HAMBURG)
    np.testing.assert_array_equal(grid(found), half(5.0, 0.0))
    assert "about 1,800 samples" in found.notes[0]


def test_basins_lie_below_the_sea_and_hold_their_middles() -> None:
    for basin in seas.BASINS:
        middle = np.array([(basin.south + basin.north) / 2]), np.array([(basin.west + basin.east) / 2])
        assert basin.level_m < 0.0
        assert seas.basins(*middle)[0] <= seas.POLDERS_M
        assert seas.basins(middle[0], middle[1] + 360.0)[0] == seas.basins(*middle)[0]
    assert np.isnan(seas.basins(np.array([53.6, 30.0]), np.array([9.0, -90.0]))).all()


def test_check_and_the_horizon_know_the_surface_of_the_sea(tmp_path: Path) -> None:
    from bartizan.world.evidence import findings
    from bartizan.world.scenario import load

    heights = np.full((200, 200), 6.0)
    heights[:, 120:] = -80.0
    surface = {"terrain": [terrain(tmp_path / "coast.tif", heights)]}
    loaded = load(written(tmp_path, surface, unit("post", 0, 0)))
    texts = [f.text for f in findings(loaded) if f.kind == "surface"]
    assert any(t.startswith("coast.tif: 16,000 samples (40.00%) lie under water, down to -80 m") for t in texts)
    mapped = loaded.mapped
    assert mapped is not None
    assert mapped.ground(2_000.0, 0.0) == 0.0
    assert mapped.ground(0.0, 0.0) == 6.0
    assert mapped.origin == ORIGIN
