"""Persons of a raster on the grid of what comes down: nobody lost, nobody told apart within a hundredth of a degree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bartizan.ground.errors import UserError
from bartizan.world.landing import Square
from bartizan.world.population import COARSEST_M, density, notes

rasterio = pytest.importorskip("rasterio", reason="needs the extra geo")

ORIGIN = (55.75, 37.62)
STEP_DEG = 0.002


def written(path: Path, persons: np.ndarray, west: float = 37.42, north: float = 55.85, nodata: float = -99) -> Path:
    transform = rasterio.Affine(STEP_DEG, 0, west, 0, -STEP_DEG, north)
    rows, columns = persons.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs="EPSG:4326",
        transform=transform, nodata=nodata,
    ) as file:  # fmt: skip
        file.write(persons.astype("float32"), 1)
    return path


def test_everybody_on_the_grid_is_counted_once(tmp_path: Path) -> None:
    persons = np.random.default_rng(1).uniform(0, 100, (100, 200))
    grid = Square(-20_000, -20_000, 500, 80)
    found = density(written(tmp_path / "p.tif", persons), grid, ORIGIN)
    assert found.sum() * grid.cell**2 == pytest.approx(persons.sum(), rel=1e-6)


def test_homes_are_not_told_apart(tmp_path: Path) -> None:
    persons = np.zeros((100, 200))
    persons[50, 100] = 1000
    grid = Square(-20_000, -20_000, 300, 134)
    found = density(written(tmp_path / "p.tif", persons), grid, ORIGIN)
    alike = np.argwhere(found > 0)
    across = (alike.max(axis=0) - alike.min(axis=0) + 1) * grid.cell
    assert (across >= COARSEST_M).all()
    assert found.max() <= 1000 / COARSEST_M**2


def test_no_data_count_as_nobody(tmp_path: Path) -> None:
    persons = np.full((100, 200), -99.0)
    persons[:, :100] = 2
    found = density(written(tmp_path / "p.tif", persons), Square(-20_000, -20_000, 2_000, 20), ORIGIN)
    assert found.sum() * 2_000**2 == pytest.approx(2 * 100 * 100, rel=1e-6)


def test_fewer_than_nobody_and_elsewhere_are_refused(tmp_path: Path) -> None:
    negative = written(tmp_path / "n.tif", np.full((100, 200), -5.0))
    with pytest.raises(UserError, match="-5 persons in a cell"):
        density(negative, Square(-20_000, -20_000, 500, 80), ORIGIN)
    away = written(tmp_path / "a.tif", np.ones((10, 10)), west=39.0)
    with pytest.raises(UserError, match="does not reach the map"):
        density(away, Square(-20_000, -20_000, 500, 80), ORIGIN)


@pytest.mark.parametrize(("degrees_west", "left_out"), [(0.0, []), (0.12, ["25%"]), (0.2, ["50%"]), (0.3, ["81%"])])
def test_a_raster_that_ends_within_the_map_says_how_much_it_leaves_out(
    tmp_path: Path, degrees_west: float, left_out: list[str]
) -> None:
    """It ends 0.2 degrees, 12.53 km, east of the origin less what it is moved; the map ends 10 km to each side."""
    path = written(tmp_path / "p.tif", np.ones((100, 200)), west=37.42 - degrees_west)
    told = [note for note in notes(path, ORIGIN, Square(-10_000, -10_000, 312.5, 64)) if "what comes down" in note]
    assert [note.split()[1] for note in told] == left_out
    assert all(note.startswith("p.tif: ") and "20 km across" in note for note in told)
