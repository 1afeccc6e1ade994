"""The look-up of mapped skylines, asked as the engine asks it: against brute force over real land, against closed
forms, at its seams, and kept on disk."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.sight_levels import Levels, lowest_over_levels
from tests.oracles.sight_lines import altitude_on_line, slope_to
from tests.oracles.terrain import fractal
from tests.world.surfaces import ORIGIN, box, polygons, scenario, terrain

from bartizan.ground import geodesy
from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.jit import kernel
from bartizan.ground.store import Store
from bartizan.physics import arrays
from bartizan.physics.arrays import ALTITUDE_STEP_M, Packed
from bartizan.physics.sight import HIDDEN, LEVEL_CELLS, Sky, margin
from bartizan.studies import skylines
from bartizan.studies.skylines import HALF, STRIDE, levels, skies, skyline
from bartizan.world import draw, pack
from bartizan.world.scenario import load
from bartizan.world.surface.mapped import MappedSurface

pytest.importorskip("rasterio")
pytest.importorskip("shapely")

HIGH_M = 1e5  # above all that is asked for: what it clears the skyline by says where that is
CEILING_M = 15_000.0  # an int16 in steps of 0.5 m ends at 16 km; higher is hidden for good
ALPS = (46.5, 8.5)


def store_in(folder: Path) -> Store:
    store = Store("skylines")
    store.folder = folder
    return store


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Skylines are kept in a folder of the test's own; here it is."""
    store = store_in(tmp_path / "kept")
    monkeypatch.setattr(skylines, "_store", lambda: store)
    return store.folder


@kernel
def lowest(world, sky, u, x, y, out):  # type: ignore[no-untyped-def]
    """out[k]: lowest altitude that unit u sees over (x[k], y[k])."""
    for k in range(x.shape[0]):
        out[k] = HIGH_M - margin(world, sky, u, x[k], y[k], HIGH_M)


class View(NamedTuple):
    """What the engine has of one unit of a scenario."""

    surface: Any  # MappedSurface, or None
    world: Packed
    sky: Sky
    number: int

    @property
    def unit(self) -> Any:
        return self.world.units[self.number]

    def altitudes(self, east: Any, north: Any) -> np.ndarray:
        """Lowest visible altitudes, m, at places given from the unit, m."""
        x, y = np.broadcast_arrays(np.asarray(east, float), np.asarray(north, float))
        out = np.zeros(x.size)
        lowest(self.world, self.sky, self.number, x.ravel() + self.unit["x"], y.ravel() + self.unit["y"], out)
        return out

    def brute_force(self, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        out = np.zeros(len(east))
        lowest_over_levels(squares(self.surface, self.unit), east, north, out)
        return out


def unit(east: float, north: float, antenna: float, name: str = "U", **more: Any) -> dict[str, Any]:
    """One ideal eye on a mast."""
    eye = {"antenna_height": antenna, "sensors": {"eye": {"kind": "ideal", "range": "50 km"}}}
    return {"name": name, "at": {"east": east, "north": north}, "system": eye} | more


def views(surface: dict[str, Any], *units: dict[str, Any], **more: Any) -> list[View]:
    loaded = load(scenario(surface, *units, **more))
    packed = pack.pack(loaded, loaded.cases[0], draw.worlds(loaded, 0, 0, 1))
    sky = skies(loaded, packed, np.arange(1))[0]
    return [View(loaded.mapped, arrays.world(packed, 0), sky, k) for k in range(len(units))]


def view(surface: dict[str, Any], east: float = 0.0, north: float = 0.0, antenna: float = 10.0, **more: Any) -> View:
    return views(surface, unit(east, north, antenna, **more))[0]


def squares(surface: MappedSurface, unit: Any) -> Levels:
    """The surface in the squares that the skyline is made of."""
    cells = surface.cell_m * 2.0 ** np.arange(levels(surface))
    rows, columns = unit["y"] / cells, unit["x"] / cells
    low, left, side = np.floor(rows).astype(int) - HALF - 1, np.floor(columns).astype(int) - HALF - 1, 2 * HALF + 4
    tops = [surface.top(k, int(low[k]), int(left[k]), side, side) for k in range(len(cells))]
    return Levels(np.stack(tops), rows - low, columns - left, cells, float(HALF), float(unit["antenna"]))


def ground(surface: MappedSurface, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if surface.terrain is None:
        return np.zeros(len(x))
    found = surface.terrain.at(x, y)
    return np.where(np.isfinite(found), found, surface.plain_m)


def around(count: int, reach: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Places evenly spread over a disc, from its middle, m."""
    random = np.random.default_rng(seed)
    r, a = reach * np.sqrt(random.random(count)), 2 * math.pi * random.random(count)
    return r * np.sin(a), r * np.cos(a)


# ------------------------------------------------------------------------------------------------ against brute force


def errors(seen: View, reach: float, count: int) -> tuple[float, np.ndarray]:
    """Share of targets 20 to 500 m above ground (evenly in the logarithm) that the look-up takes for visible or hidden
    against the truth, and the errors of the lowest visible altitude, m, where that is below the ceiling."""
    x, y = around(count, reach)
    above = 20.0 * 25.0 ** np.random.default_rng(2).random(count)
    z = ground(seen.surface, x + seen.unit["x"], y + seen.unit["y"]) + above
    found, truth = seen.altitudes(x, y), seen.brute_force(x, y)
    wrong = (z >= found) != (z >= truth)
    return float(wrong.mean()), (found - truth)[(truth < CEILING_M) & (found < CEILING_M)]


def check(seen: View, reach: float, wrong: float, median: float, p95: float, count: int = 5_000) -> None:
    share, error = errors(seen, reach, count)
    error = np.abs(error)
    assert share < wrong
    assert np.median(error) < median
    assert np.percentile(error, 95) < p95


def test_mountains(shared: Path) -> None:
    """From a valley's floor, a slope and the highest summit around."""
    surface = {"terrain": [str(shared / "data/dem/srtm3_N46E008_alps.tif")], "cell": 30, "range": "45 km"}
    places = [(0, 0), (-7_000, 9_000), (-6_060, 15_930)]
    units = [unit(e, n, 30, f"U{k}") for k, (e, n) in enumerate(places)]
    valley, slope, summit = views(surface, *units, origin=dict(zip(("lat", "lon"), ALPS, strict=True)))
    assert valley.unit["antenna"] < 1_600 < 2_500 < slope.unit["antenna"] < 3_000 < 3_500 < summit.unit["antenna"]
    check(valley, 45_000, 0.001, 1.5, 25)
    check(slope, 45_000, 0.004, 3, 40)
    check(summit, 45_000, 0.007, 6, 45)


def test_lowland(tmp_path: Path) -> None:
    import rasterio

    half = 45_000.0
    profile = {
        "driver": "GTiff", "dtype": "float32", "count": 1, "width": 1500, "height": 1500,
        "crs": geodesy.local_frame(ORIGIN), "transform": rasterio.Affine(60, 0, -half, 0, -60, half),
    }  # fmt: skip
    with rasterio.open(tmp_path / "low.tif", "w", **profile) as out:
        out.write(fractal(1500, 50, 300, seed=3), 1)
    surface = {"terrain": [str(tmp_path / "low.tif")], "cell": 30, "range": "45 km"}
    check(view(surface, 300, -200, 30), half, 0.002, 0.5, 2)


def vologda(shared: Path) -> dict[str, Any]:
    file = str(shared / "data/buildings/vologda_buildings_floors.parquet")
    return {"buildings": {"file": file, "storeys": "number_of_floors"}, "range": "30 km"}


@pytest.mark.parametrize("roof", [True, False])
def test_a_city(shared: Path, roof: bool) -> None:
    """From a roof of nine storeys and from a street, in the middle of Vologda."""
    at: tuple[float, float, float] = (-2_228.7, -990.7, 6) if roof else (-1_600, -1_100, 3)
    seen = view(vologda(shared), *at, **({"roof": {}} if roof else {}))
    assert (seen.unit["antenna"] > 30) == roof
    check(seen, 5_000, 0.008, 0.5, 12, 8_000)
    check(seen, 30_000, 0.015, 0.5, 50, 3_000)


# ------------------------------------------------------------------------------------------------ seams


def houses(folder: Path, count: int = 60) -> str:
    random = np.random.default_rng(5)
    return polygons(
        folder / "houses.geojson",
        *(box(*random.uniform(-4_000, 4_000, 2), *random.uniform(8, 60, 2), height=h) for h in range(5, 5 + count)),
    )


@pytest.mark.parametrize(
    ("east", "north"), [(0, 0), (16, -48), (1, 1), (1e-9, -1e-9), (16 + 1e-7, 48 - 1e-7), (103.7, -66.2)]
)
def test_every_cell_has_an_altitude_wherever_the_sensor_stands(tmp_path: Path, east: float, north: float) -> None:
    """A sensor on the lattice has cells right on the border between two squares: one of them must hold them."""
    seen = view({"buildings": {"file": str(tmp_path / houses(tmp_path))}, "range": "12 km"}, east, north)
    assert levels(seen.surface) == 4
    assert (seen.sky.levels < HIDDEN).all()


@settings(max_examples=20)
@given(st.floats(-2e5, 2e5), st.floats(-2e5, 2e5), st.sampled_from([2.0, 3.3, 30.0]), st.integers(1, 9))
def test_squares_share_their_cells(x: float, y: float, cell: float, count: int) -> None:
    """Every second cell of a square lies on the next one, which holds the same number there, to its rim."""

    class Bare:
        cell_m, range_m = cell, HALF * cell * 2.0 ** (count - 1)

    surface: Any = Bare()
    kept = np.arange(count * (LEVEL_CELLS + 1) ** 2).reshape(count, LEVEL_CELLS + 1, LEVEL_CELLS + 1)
    for level in range(1, count):
        before = kept[level].copy()
        skylines._copy_inner(surface, (x, y, 0.0), level, kept)
        at = skylines._on_lattice(surface, (x, y, 0.0), level)
        own = [skylines._first(a) + STRIDE * np.arange(LEVEL_CELLS + 1) - a for a in at]
        inner = np.maximum(abs(own[0])[:, None], abs(own[1])) <= HALF / 2
        np.testing.assert_array_equal(kept[level] != before, inner)


def test_there_is_no_step_between_squares(shared: Path) -> None:
    """On either side of a border the look-up is as near to the truth as the cells of that side allow: twice as wide,
    twice as far off."""
    seen = view(vologda(shared), -2_228.7, -990.7, 6, roof={})
    azimuth = np.random.default_rng(3).uniform(0, 2 * math.pi, 600)
    for level in range(levels(seen.surface) - 1):
        reach = (HALF - 2 * STRIDE) * seen.surface.cell_m * 2**level
        border = reach / np.maximum(abs(np.sin(azimuth)), abs(np.cos(azimuth)))
        x, y = border * np.sin(azimuth), border * np.cos(azimuth)
        inside, outside = (
            np.percentile(np.abs(seen.altitudes(share * x, share * y) - seen.brute_force(share * x, share * y)), 95)
            for share in (0.99, 1.01)
        )
        assert outside < 4 * inside + ALTITUDE_STEP_M  # twice, and the noise of percentiles of few azimuths
        step = seen.altitudes((1 + 1e-9) * x, (1 + 1e-9) * y) - seen.altitudes((1 - 1e-9) * x, (1 - 1e-9) * y)
        assert np.median(np.abs(step)) <= ALTITUDE_STEP_M


# ------------------------------------------------------------------------------------------------ closed forms


def plain(folder: Path, **more: Any) -> dict[str, Any]:
    """Land at sea level as far as one looks."""
    return {"terrain": [str(folder / terrain(folder / "plain.tif", 0))], "cell": 30, "range": "60 km"} | more


@pytest.mark.parametrize("antenna", [10.0, 40.0, 200.0])
def test_a_plain_has_the_horizon_of_the_sphere(tmp_path: Path, antenna: float) -> None:
    """Beyond the tangent point, at angle a, the lowest altitude visible at angle b is R / cos(b - a) - R; half a step
    of altitude off, which grows with the line that goes on beyond the last square."""
    seen = view(plain(tmp_path), antenna=antenna)
    d, azimuth = np.linspace(500, 200_000, 4_000), np.linspace(0, 60, 4_000)
    found = seen.altitudes(d * np.sin(azimuth), d * np.cos(azimuth))
    beyond = d / EFFECTIVE_RADIUS_M - math.acos(EFFECTIVE_RADIUS_M / (EFFECTIVE_RADIUS_M + antenna))
    hidden = beyond > 0
    expected = 2 * EFFECTIVE_RADIUS_M * np.sin(beyond / 2) ** 2 / np.cos(beyond)
    last = (HALF - 2 * STRIDE) * 60.0
    assert (found[~hidden] <= 0.5 * ALTITUDE_STEP_M + 0.01).all()
    assert (np.abs(found - expected) <= ALTITUDE_STEP_M * np.maximum(d / last, 1.0))[hidden].all()


WALL_M, AWAY_M = 40.0, 600.0


def test_behind_a_wall_the_line_goes_straight_on(tmp_path: Path) -> None:
    """Similar triangles over a sphere, in the squares and beyond the last of them."""
    wall = polygons(tmp_path / "wall.geojson", box(-3_000, AWAY_M, 6_000, 12, height=WALL_M))
    seen = view({"buildings": {"file": str(tmp_path / wall)}, "range": "8 km"})
    d = np.concatenate([np.linspace(700, 8_000, 300), np.linspace(8_100, 100_000, 300)])
    at = np.array([AWAY_M + 6.0])
    slope = slope_to(np.array([WALL_M]), 10.0, at, EFFECTIVE_RADIUS_M)
    expected = altitude_on_line(slope, 10.0, d, EFFECTIVE_RADIUS_M)
    off = np.abs(seen.altitudes(0, d) - expected)
    assert (off <= 0.5 + 0.015 * expected).all()


ROOF_M, SIDE_M, MAST_M = 30.0, 80.0, 4.0


def mapped_roof(folder: Path, **more: Any) -> View:
    house = polygons(folder / "house.geojson", box(-SIDE_M / 2, -SIDE_M / 2, SIDE_M, SIDE_M, height=ROOF_M))
    return view({"buildings": {"file": str(folder / house)}, "range": "4 km"}, antenna=MAST_M, **({"roof": {}} | more))


def stated_roof(**more: Any) -> View:
    roof = {"storeys": 10, "storey_height": ROOF_M / 10, "width": SIDE_M}
    return view({"kind": "smooth"}, antenna=MAST_M, roof=roof, **more)


@pytest.mark.parametrize("quarter", range(4))
def test_the_middle_of_a_wide_roof_is_masked_by_its_edge(tmp_path: Path, quarter: int) -> None:
    """Similar triangles: the mast looks 4 m down over 40 m of roof, and sees the ground from 340 m on. What the map
    gives is what `width` gives on a surface without a map."""
    mapped, stated = mapped_roof(tmp_path), stated_roof()
    d = np.linspace(60, 330, 100)
    expected = ROOF_M + MAST_M - MAST_M * d / (SIDE_M / 2)
    east, north = (np.zeros(100), d) if quarter % 2 else (d, np.zeros(100))
    sign = 1 if quarter < 2 else -1
    found = mapped.altitudes(sign * east, sign * north)
    assert np.abs(stated.altitudes(sign * east, sign * north) - expected).max() < 0.01
    assert np.abs(found - expected).max() < 1.0
    far = mapped.altitudes(sign * 1.5 * east, sign * 1.5 * north)[1.5 * d > 360]
    assert (far < ALTITUDE_STEP_M).all()


def test_a_screen_hides_what_is_low_on_any_surface(tmp_path: Path) -> None:
    """Similar triangles: a screen of 12 m at 50 m around an antenna at 2 m."""
    screen = {"height": 12, "distance": 50}
    d = np.linspace(60, 3_000, 50)
    expected = 2 + 10 * d / 50 + d * d / (2 * EFFECTIVE_RADIUS_M)
    for surface in (plain(tmp_path), {"kind": "smooth"}):
        seen = view(surface, antenna=2, screen=screen)
        assert np.abs(seen.altitudes(d, 0) - expected).max() < 0.01
        assert (seen.altitudes(np.linspace(35, 49, 9), 0) <= 0.5).all()


def test_a_clearing_opens_what_trees_hid(tmp_path: Path) -> None:
    """An antenna of 3 m in a wood of 15 m, felled for 60 m around: its edge hides as similar triangles say."""
    wood = polygons(tmp_path / "wood.geojson", box(-300, -300, 600, 600))
    surface = {"canopy": [{"file": str(tmp_path / wood), "height": 15}], "range": "4 km"}
    felled = surface | {"clearings": [{"at": {"east": 0, "north": 0}, "radius": 60}]}
    d = np.linspace(400, 1_900, 100)
    closed, opened = view(surface, antenna=3).altitudes(d, 0), view(felled, antenna=3).altitudes(d, 0)
    assert np.abs(opened / (3 + 12 * d / 61) - 1).max() < 0.03
    assert (closed > 5 * opened).all()


# ------------------------------------------------------------------------------------------------ kept on disk


def a_place(folder: Path, **more: Any) -> tuple[MappedSurface, tuple[float, float, float]]:
    seen = view({"buildings": {"file": str(folder / houses(folder, **more))}, "range": "4 km"})
    return seen.surface, (12.0, 34.0, 20.0)


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.glob("*.npy")}


def test_from_the_store_it_has_the_same_bits(tmp_path: Path, own_store: Path) -> None:
    surface, place = a_place(tmp_path)
    made = skyline(surface, place)
    assert len(names(own_store)) == 2  # that of the unit of the scenario, and this
    kept = skyline(surface, place)
    assert kept is not made
    np.testing.assert_array_equal(made, kept)
    np.testing.assert_array_equal(skylines.sweep_all(surface, place), kept)


def test_what_it_is_made_of_names_it(tmp_path: Path, own_store: Path) -> None:
    surface, place = a_place(tmp_path)
    skyline(surface, place)
    before = names(own_store)
    skyline(surface, (*place[:2], place[2] + 0.5))
    higher = names(own_store)
    assert len(higher - before) == 1
    other, _ = a_place(tmp_path, count=61)  # one house more in the same file
    made = names(own_store)
    skyline(other, place)
    assert len(names(own_store) - made) == 1
    same, _ = a_place(tmp_path, count=60)
    made = names(own_store)
    skyline(same, place)
    assert names(own_store) == made


def test_a_damaged_one_is_made_anew(tmp_path: Path, own_store: Path) -> None:
    surface, place = a_place(tmp_path)
    made = skyline(surface, place)
    for path in own_store.glob("*.npy"):
        path.write_bytes(path.read_bytes()[:1000])
    np.testing.assert_array_equal(skyline(surface, place), made)


def test_threads_make_the_same_bits_and_places_are_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_STORE_MB", "0")
    at = [(0, 0), (700, 300), (0, 0), (-2_000, 1_000)]
    units = [unit(*place, 5, f"U{k}") for k, place in enumerate(at)]
    loaded = load(scenario({"buildings": {"file": str(tmp_path / houses(tmp_path))}, "range": "4 km"}, *units))
    packed = pack.pack(loaded, loaded.cases[0], draw.worlds(loaded, 0, 0, 3))
    one, two = (skies(loaded, packed, np.arange(3), threads) for threads in (1, 2))
    np.testing.assert_array_equal(one[0].levels, two[0].levels)
    assert one[0].levels.shape[0] == 3
    for sky in one:
        np.testing.assert_array_equal(sky.which, [0, 1, 0, 2])
    for place, found in zip(at, one[0].corners[[0, 1, 0, 2]], strict=True):
        assert (np.abs(found[:, :2] + HALF / STRIDE / found[:, 2:] - place) <= 1 / found[:, 2:]).all()


@settings(max_examples=50)
@given(st.floats(0.5, 1000), st.floats(1_000, 500_000))
def test_squares_reach_as_far_as_is_looked(cell: float, reach: float) -> None:
    class Bare:
        cell_m, range_m = cell, reach

    count = levels(Bare())  # type: ignore[arg-type]
    assert HALF * cell * 2 ** (count - 1) >= reach * (1 - 1e-9)
    assert count == 1 or HALF * cell * 2 ** (count - 2) < reach
