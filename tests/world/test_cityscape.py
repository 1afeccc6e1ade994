"""Statistics of footprints: exact on cities made by hand, and those of a real one."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.world.samples import written as scenario_written

from bartizan.faces.cli import cli
from bartizan.world.scenario import load as load_scenario
from bartizan.world.surface import cityscape
from bartizan.world.surface.footprints import Footprints, read
from bartizan.world.surface.heights import HeightRule

shapely = pytest.importorskip("shapely")
pytest.importorskip("rasterio")

ORIGIN = (59.22, 39.89)


def rows_of_houses(count: int, spacing: float, side: float, height: float, west: float = 0.0) -> np.ndarray:
    """Square houses on a lattice: west, south, side, height."""
    at = np.stack(np.meshgrid(np.arange(count), np.arange(count)), axis=-1).reshape(-1, 2) * spacing
    at[:, 0] += west
    return np.column_stack([at, np.full(len(at), side), np.full(len(at), height)])


def footprints(houses: np.ndarray, known: np.ndarray | None = None) -> Footprints:
    west, south, side, height = houses.T
    geometries = shapely.box(west, south, west + side, south + side)
    return Footprints(geometries, height, np.ones(len(houses), bool) if known is None else known, "", (0, 0, 1, 1))


def whole(made: Footprints) -> cityscape.Cityscape:
    return cityscape.over(made, cityscape.hull(made), ORIGIN, "all")


def test_a_lattice_of_houses_has_the_statistics_it_was_made_with() -> None:
    """21 x 21 houses of 20 m every 50 m: in a square of 1 km about the middle are 20 x 20."""
    made = footprints(rows_of_houses(21, 50.0, 20.0, 9.0))
    found = cityscape.over(made, shapely.box(-15, -15, 985, 985), ORIGIN, "square")
    assert found.buildings == 400
    assert found.density == pytest.approx(400e-6)
    assert found.built_up == pytest.approx(400 * 20**2 / 1000**2)
    assert found.perimeter_m == pytest.approx(80)
    assert found.lines == pytest.approx(400e-6 * 80 / math.pi)
    assert found.shares == [(pytest.approx(9.0), pytest.approx(1.0))]
    assert found.rayleigh_by_count_m == found.rayleigh_by_area_m == pytest.approx(9 / math.sqrt(2))
    assert found.highest_m == 9


def test_a_file_that_has_every_house_twice_has_it_once() -> None:
    """Of two the one whose height is known counts, whichever way round its outline is written."""
    houses = rows_of_houses(21, 50.0, 20.0, 9.0)
    once = whole(footprints(houses))
    again = houses.copy()
    again[:, 3] = 30.0
    made = footprints(np.concatenate([again, houses]), np.repeat([False, True], len(houses)))
    made.geometries[: len(houses)] = shapely.reverse(made.geometries[: len(houses)])
    found = whole(made)
    assert found.twice == len(houses)
    assert (found.buildings, found.density, found.lines) == (once.buildings, once.density, once.lines)
    assert (found.highest_m, found.known) == (9.0, 1.0)


def test_walls_in_a_line_are_those_that_lines_meet() -> None:
    """Cauchy: random lines through a random city meet density x perimeter / pi buildings per metre."""
    rng = np.random.default_rng(1)
    made = footprints(
        np.column_stack([rng.uniform(-3_000, 3_000, (9_000, 2)), rng.uniform(5, 60, 9_000), np.ones(9_000)])
    )
    found = cityscape.over(made, shapely.box(-2_900, -2_900, 2_900, 2_900), ORIGIN, "middle")
    angle, length = rng.uniform(0, 2 * math.pi, 300), 2_000.0
    ends = length * np.column_stack([np.sin(angle), np.cos(angle)])
    starts = rng.uniform(-800, 800, (300, 2))
    lines = shapely.linestrings(np.stack([starts, starts + ends], axis=1))
    met = len(shapely.STRtree(made.geometries).query(lines, predicate="intersects")[0]) / 300
    assert met / length == pytest.approx(found.lines, rel=0.04)


def test_overlapping_buildings_cover_the_ground_once() -> None:
    twice = footprints(np.array([[0, 0, 10, 5], [0, 0, 10, 9], [40, 0, 10, 5]], float))
    assert whole(twice).built_up == pytest.approx(200 / 500)


def test_walls_count_by_their_length_and_heights_that_were_assumed_do_not() -> None:
    houses = np.array([[0, 0, 10, 6], [50, 0, 30, 30], [90, 0, 10, 12]], float)
    found = whole(footprints(houses, np.array([True, True, False])))
    assert [h for h, _ in found.shares] == pytest.approx([6, 30])
    assert [s for _, s in found.shares] == pytest.approx([0.25, 0.75])
    assert found.rayleigh_by_count_m == pytest.approx(math.sqrt((36 + 900) / 4))
    assert found.rayleigh_by_area_m == pytest.approx(math.sqrt((36 * 100 + 900 * 900) / 1000 / 2))
    assert found.known == pytest.approx(2 / 3)
    assert found.highest_m == 30


def test_a_courtyard_has_walls_too() -> None:
    block = shapely.difference(shapely.box(0, 0, 60, 60), shapely.box(20, 20, 40, 40))
    made = Footprints(np.array([block]), np.array([15.0]), np.array([True]), "", (0, 0, 60, 60))
    assert whole(made).perimeter_m == pytest.approx(240 + 80)


def test_the_densest_square_is_where_most_is_built_not_where_most_stand() -> None:
    sheds, town = rows_of_houses(60, 20.0, 5.0, 3.0), rows_of_houses(20, 60.0, 25.0, 20.0, west=4_000.0)
    square = cityscape.densest(footprints(np.vstack([sheds, town])), 1_000.0)
    assert square is not None
    assert square.area == pytest.approx(1e6)
    assert square.bounds[0] > 3_900
    assert cityscape.densest(footprints(sheds), 1_300.0) is None


@given(
    st.lists(st.tuples(st.floats(0.1, 300), st.floats(0.1, 1_000)), min_size=1, max_size=60),
)
def test_rows_keep_the_mean_and_all_the_weight(buildings: list[tuple[float, float]]) -> None:
    height, weight = np.array(buildings).T
    rows = np.array(cityscape.height_shares(height, weight))
    assert len(rows) <= cityscape.ROWS
    assert rows[:, 1].sum() == pytest.approx(1)
    assert rows[:, 0] @ rows[:, 1] == pytest.approx(np.average(height, weights=weight))
    assert (np.diff(rows[:, 0]) > 0).all()


# ------------------------------------------------------------------------------------------------ a real city


def test_the_densest_square_of_a_real_city(shared: Path) -> None:
    """Measured before: alpha 0.173, beta 249 per km2, gamma 7.3 m by count and 9.8 m by area, highest 49 m, with
    storeys of 3 m and 1 m of roof. The square is the one of most volume among those that lie whole kilometres from
    the westernmost and southernmost building in its UTM zone. One that may lie anywhere differs by some hundredths;
    the one of most built-up land has 290 per km2, and the one of most buildings 383, sheds in gardens."""
    from pyproj import Transformer

    path = shared / "data/buildings/vologda_buildings_floors.parquet"
    made = read(path, ORIGIN, HeightRule(storeys="number_of_floors", storey_height_m=3.0))
    storeyed = Footprints(made.geometries, made.height + 1, made.known, "", made.extent)
    ring = shapely.get_coordinates(shapely.box(546_877.6, 6_561_439.5, 550_877.6, 6_565_439.5))
    local = f"+proj=aeqd +lat_0={ORIGIN[0]} +lon_0={ORIGIN[1]} +datum=WGS84"
    square = shapely.polygons(np.column_stack(Transformer.from_crs(32637, local, always_xy=True).transform(*ring.T)))
    found = cityscape.over(storeyed, square, ORIGIN, "square")
    assert found.built_up == pytest.approx(0.173, abs=0.001)
    assert found.density * 1e6 == pytest.approx(249, abs=1)
    assert found.rayleigh_by_count_m == pytest.approx(7.3, abs=0.05)
    assert found.rayleigh_by_area_m == pytest.approx(9.8, abs=0.05)
    assert found.highest_m == 49
    free = cityscape.densest(storeyed, 4_000.0)
    assert free is not None
    moved = cityscape.over(storeyed, free, ORIGIN, "densest")
    for field in ("built_up", "density", "rayleigh_by_count_m", "rayleigh_by_area_m"):
        assert getattr(moved, field) == pytest.approx(getattr(found, field), rel=0.06)


# ------------------------------------------------------------------------------------------------ the command


def geojson(folder: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"floors": 1 + (i + j) % 12},
            "geometry": json.loads(shapely.to_geojson(shapely.box(x, y, x + 0.0004, y + 0.0002))),
        }
        for i in range(20)
        for j in range(20)
        for x, y in [(39.8 + i * 0.001, 59.2 + j * 0.0005)]
    ]
    path = folder / "town.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_the_command_prints_a_table_and_a_surface_that_a_scenario_takes(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        cli, ["surface", "stats", str(geojson(tmp_path)), "--storeys", "floors", "--square", "0.5"]
    )
    assert told.exit_code == 0, told.output
    for line in ("densest 0.5 km square", "convex hull of all", "walls per km of sight line"):
        assert line in told.output
    surface = yaml.safe_load(told.output[told.output.index("# densest") :])["surface"]
    read_back = load_scenario(scenario_written(surface=surface, origin={"lat": 59.2, "lon": 39.8})).file.surface
    assert read_back.kind == "city"
    assert math.pi * read_back.radius.likely**2 == pytest.approx(0.5e3**2, rel=2e-3)
    assert len(read_back.heights.shares) == cityscape.ROWS


def test_a_small_file_is_taken_whole(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["surface", "stats", str(geojson(tmp_path)), "--storeys", "floors"])
    assert told.exit_code == 0, told.output
    assert "densest" not in told.output
    assert "# convex hull of all of 'town.geojson'" in told.output
