"""A mapped surface: tiles without seams, levels that only rise, what stands on what, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.world.surfaces import ORIGIN, SAMPLES, STEP_DEG, box, polygons, scenario, terrain, unit, written

from bartizan.ground.errors import ScenarioError, UserError
from bartizan.world import draw, pack
from bartizan.world.scenario import load
from bartizan.world.surface.mapped import TILE, MappedSurface

pytest.importorskip("rasterio")
pytest.importorskip("shapely")

HOUSE = box(100, 50, 40, 30, height=20)
WOOD = box(-300, -300, 200, 200)


def rough(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(50, 90, (SAMPLES, SAMPLES))


def opened(folder: Path, surface: dict[str, Any], *units: dict[str, Any]) -> MappedSurface:
    mapped = load(written(folder, surface, *units)).mapped
    assert mapped is not None
    return mapped


def everything(folder: Path, **more: Any) -> MappedSurface:
    """Rough terrain with many houses and a wood that holds a clearing."""
    random = np.random.default_rng(2)
    houses = [box(*random.uniform(-1500, 1500, 2), *random.uniform(5, 60, 2), height=h) for h in range(5, 60)]
    return opened(
        folder,
        {
            "terrain": [terrain(folder / "ground.tif", rough())],
            "buildings": {"file": polygons(folder / "houses.geojson", *houses)},
            "canopy": [{"file": polygons(folder / "wood.geojson", WOOD)}],
            "cell": 4,
        }
        | more,
    )


def flat(folder: Path, **more: Any) -> MappedSurface:
    """Level ground at 120 m, one house, one wood."""
    return opened(
        folder,
        {
            "terrain": [terrain(folder / "ground.tif")],
            "buildings": {"file": polygons(folder / "houses.geojson", HOUSE)},
            "canopy": [{"file": polygons(folder / "wood.geojson", WOOD), "height": 15}],
        }
        | more,
    )


def height_at(surface: MappedSurface, x: float, y: float, level: int = 0) -> float:
    cell = surface.cell_m * 2**level
    return float(surface.top(level, round(y / cell), round(x / cell), 1, 1)[0, 0])


# ------------------------------------------------------------------------------------------------ the grid


def test_a_block_is_the_same_whichever_block_it_is_cut_from(tmp_path: Path) -> None:
    surface = everything(tmp_path)
    whole = surface.top(0, -TILE - 40, -TILE - 30, 2 * TILE, 2 * TILE)
    for row, column, rows, columns in [(0, 0, 1, 1), (-3, -7, 20, 20), (-TILE - 1, -2, 3, 5), (-100, -90, 400, 410)]:
        part = surface.top(0, row, column, rows, columns)
        r, c = row + TILE + 40, column + TILE + 30
        np.testing.assert_array_equal(part, whole[r : r + rows, c : c + columns])


def test_a_tile_read_again_by_another_surface_is_the_same(tmp_path: Path) -> None:
    one, other = everything(tmp_path), everything(tmp_path)
    other.top(0, 0, 0, 5, 5)  # other tiles first
    np.testing.assert_array_equal(one.top(0, -600, -600, 700, 700), other.top(0, -600, -600, 700, 700))


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_coarser_level_is_nowhere_lower_than_the_cells_that_lie_within_its_own(tmp_path: Path, level: int) -> None:
    """Every second cell shares its middle with a coarser one, and lies wholly inside it. A level reads the terrain at
    places that are right to some thousandths of a cell, on slopes of up to one in one here."""
    surface = everything(tmp_path)
    coarse = surface.top(level, -50, -50, 100, 100)
    fine = surface.top(level - 1, -100, -100, 199, 199)[::2, ::2]
    assert (coarse >= fine - 0.003 * surface.cell_m * 2**level).all()


def test_no_house_is_lost_at_any_level(tmp_path: Path) -> None:
    surface = flat(tmp_path)
    for level in range(7):
        half = int(200 / (surface.cell_m * 2**level)) + 1
        around = surface.top(level, -half, -half, 2 * half + 1, 2 * half + 1)
        assert around.max() == pytest.approx(140.0, abs=0.01)


def test_a_house_stands_on_the_ground_and_trees_do(tmp_path: Path) -> None:
    surface = flat(tmp_path)
    assert height_at(surface, 120, 64) == pytest.approx(140)
    assert height_at(surface, -200, -200) == pytest.approx(135)
    assert height_at(surface, 0, 0) == pytest.approx(120)


def test_it_spreads_east_and_north(tmp_path: Path) -> None:
    """A raster's first row is its northernmost; the lattice's is its southernmost."""
    slope = np.arange(SAMPLES)[::-1, None] + 3.0 * np.arange(SAMPLES)[None, :]
    surface = opened(tmp_path, {"terrain": [terrain(tmp_path / "slope.tif", slope)], "cell": 150})
    block = surface.top(0, -10, -10, 21, 21)
    assert (np.diff(block[:, 10]) > 0).all()
    assert (np.diff(block[10, :]) > 0).all()


# ------------------------------------------------------------------------------------------------ what stands where


def test_a_clearing_fells_trees_and_no_houses(tmp_path: Path) -> None:
    felled = flat(tmp_path, clearings=[{"at": {"east": -200, "north": -200}, "radius": 30}])
    assert height_at(felled, -200, -200) == pytest.approx(120)
    assert height_at(felled, -200, -172) == pytest.approx(120)
    assert height_at(felled, -200, -168) == pytest.approx(135)
    built = flat(tmp_path, clearings=[{"at": {"east": 120, "north": 64}, "radius": 100}])
    assert height_at(built, 120, 64) == pytest.approx(140)


def test_the_higher_of_trees_and_houses_counts(tmp_path: Path) -> None:
    both = polygons(tmp_path / "over.geojson", box(90, 40, 60, 60))
    surface = flat(tmp_path, canopy=[{"file": both, "height": 15}, {"file": both, "height": 25}])
    assert height_at(surface, 120, 64) == pytest.approx(145)


def test_trees_of_a_raster(tmp_path: Path) -> None:
    heights = np.zeros((SAMPLES, SAMPLES))
    heights[:, : SAMPLES // 2] = 12
    surface = flat(tmp_path, canopy=[{"file": terrain(tmp_path / "trees.tif", heights)}])
    assert height_at(surface, -800, 0) == pytest.approx(132)
    assert height_at(surface, 800, 0) == pytest.approx(120)


def test_a_plain_at_the_median_goes_on_beyond_the_data(tmp_path: Path) -> None:
    heights = np.full((SAMPLES, SAMPLES), 200)
    heights[:60] = 1000
    surface = opened(tmp_path, {"terrain": [terrain(tmp_path / "ground.tif", heights)], "cell": 50})
    assert surface.plain_m == pytest.approx(200)
    assert surface.ground(50_000, 0) == pytest.approx(200)
    assert height_at(surface, 50_000, 0) == pytest.approx(200)
    grid, frame = surface.ground_grid
    assert grid.shape[0] > SAMPLES / 2
    assert (grid[0] == 200).all()
    assert (grid[:, -1] == 200).all()
    assert frame[0] < -STEP_DEG * SAMPLES / 2 * 50_000


def test_houses_alone_stand_on_level_ground(tmp_path: Path) -> None:
    surface = opened(tmp_path, {"buildings": {"file": polygons(tmp_path / "houses.geojson", HOUSE)}})
    assert surface.cell_m == 2
    assert surface.ground(0, 0) == 0
    assert height_at(surface, 120, 64) == pytest.approx(20)


def test_storeys_become_heights(tmp_path: Path) -> None:
    file = polygons(tmp_path / "houses.geojson", box(0, 0, 20, 20, levels="5"), box(50, 0, 20, 20))
    surface = opened(
        tmp_path, {"buildings": {"file": file, "storeys": "levels", "storey_height": "3 m", "unknown": "7 m"}}
    )
    assert surface.roof(10, 10) == pytest.approx(15)
    assert surface.roof(60, 10) == pytest.approx(7)
    assert surface.roof(200, 200) == 0


# ------------------------------------------------------------------------------------------------ units on it


def antenna(path: Path, name: str) -> float:
    loaded = load(path)
    packed = pack.pack(loaded, loaded.cases[0], draw.worlds(loaded, 0, 0, 1))
    return float(packed.units["antenna"][0, [u.name for u in loaded.units].index(name)])


def test_a_roof_without_storeys_is_as_high_as_it_is_mapped(tmp_path: Path) -> None:
    surface = {
        "terrain": [terrain(tmp_path / "ground.tif")],
        "buildings": {"file": polygons(tmp_path / "houses.geojson", HOUSE)},
    }
    path = written(tmp_path, surface, unit("up", 120, 64, roof={}), unit("down", 0, 0))
    assert antenna(path, "up") - antenna(path, "down") == pytest.approx(20, abs=0.5)
    assert antenna(path, "down") >= 120


def test_a_roof_where_no_building_is_mapped_is_refused(tmp_path: Path) -> None:
    surface = {"buildings": {"file": polygons(tmp_path / "houses.geojson", HOUSE)}}
    path = written(tmp_path, surface, unit("up", 0, 0, roof={}))
    with pytest.raises(UserError, match=r"'up'.*no building is mapped"):
        antenna(path, "up")


def test_a_unit_outside_the_terrain_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {"terrain": [terrain(tmp_path / "ground.tif")]}, unit("away", 40_000, 0))
    with pytest.raises(UserError, match=r"'away' stands at 40\.0 km east.*outside the terrain"):
        antenna(path, "away")


# ------------------------------------------------------------------------------------------------ mistakes


def mistakes(path: Path) -> str:
    with pytest.raises(ScenarioError) as refused:
        load(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("surface", "field"),
    [
        ({"terrain": ["none.tif"]}, "surface.terrain"),
        ({"buildings": {"file": "none.geojson"}}, "surface.buildings.file"),
        ({"canopy": [{"file": "none.tif"}]}, "surface.canopy"),
    ],
)
def test_a_file_that_is_not_there_is_named_with_its_line(tmp_path: Path, surface: dict[str, Any], field: str) -> None:
    told = mistakes(written(tmp_path, surface))
    assert "there is no file" in told
    assert str(tmp_path / "none") in told
    assert field in told
    assert "line 1" in told


@pytest.mark.parametrize(
    "address",
    ["http://example.org/a.tif", "/vsicurl/http://example.org/a.tif", "/vsizip/a.zip/a.tif", "s3://bucket/a.tif"],
)
@pytest.mark.parametrize("place", ["terrain", "buildings", "canopy"])
def test_addresses_are_refused(tmp_path: Path, address: str, place: str) -> None:
    surface: dict[str, Any] = {
        "terrain": {"terrain": [address]},
        "buildings": {"buildings": {"file": address}},
        "canopy": {"canopy": [{"file": address}]},
    }[place]
    assert "must be a file on this machine, not an address" in mistakes(written(tmp_path, surface))


def test_it_needs_an_origin_in_degrees(tmp_path: Path) -> None:
    path = written(tmp_path, {"terrain": [terrain(tmp_path / "ground.tif")]}, origin=None)
    assert "needs an origin in degrees" in mistakes(path)


def test_it_needs_a_file(tmp_path: Path) -> None:
    assert "needs terrain, buildings or canopy" in mistakes(written(tmp_path, {}))


def test_a_roof_without_storeys_needs_mapped_buildings(tmp_path: Path) -> None:
    path = written(tmp_path, {"terrain": [terrain(tmp_path / "ground.tif")]}, unit("up", 0, 0, roof={}))
    assert "needs storeys" in mistakes(path)


@pytest.mark.parametrize(("field", "value"), [("cell", "0.1 m"), ("cell", "2 km"), ("range", "10 m")])
def test_sizes_have_limits(tmp_path: Path, field: str, value: str) -> None:
    path = written(tmp_path, {"terrain": [terrain(tmp_path / "ground.tif")], field: value})
    assert "must lie between" in mistakes(path)


def test_files_are_looked_for_beside_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").mkdir()
    path = written(tmp_path / "there", {"terrain": [terrain(tmp_path / "there" / "ground.tif")]})
    monkeypatch.chdir(tmp_path)
    mapped = load(path.relative_to(tmp_path)).mapped
    assert mapped is not None
    assert mapped.ground(0, 0) == pytest.approx(120)


def test_a_changed_file_changes_the_digest(tmp_path: Path) -> None:
    surface = {"terrain": [terrain(tmp_path / "ground.tif", 120)]}
    before = load(written(tmp_path, surface))
    digests = before.digest, before.mapped.digest  # type: ignore[union-attr]
    terrain(tmp_path / "ground.tif", 121)
    after = load(written(tmp_path, surface))
    assert after.digest != digests[0]
    assert after.mapped.digest != digests[1]  # type: ignore[union-attr]


def test_a_mapping_in_memory_counts_files_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mapped = load(scenario({"terrain": [terrain(tmp_path / "ground.tif")]})).mapped
    assert mapped is not None
    assert mapped.origin == ORIGIN
