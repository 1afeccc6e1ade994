"""Footprints: areas against closed forms, heights as people write them, every system in, and what must be refused."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.world.surface.footprints import Footprints, load, read
from bartizan.world.surface.heights import HeightRule, metres

shapely = pytest.importorskip("shapely")
pytest.importorskip("rasterio")

ORIGIN = (59.22, 39.89)
RULE = HeightRule()


def rectangle(west: float, south: float, width: float, depth: float) -> list[list[float]]:
    """A ring in local metres."""
    east, north = west + width, south + depth
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def degrees(ring: list[list[float]]) -> list[list[float]]:
    x, y = np.array(ring).T
    lat, lon = geodesy.to_degrees(x, y, ORIGIN)
    return np.column_stack([lon, lat]).tolist()


def feature(ring: list[list[float]], **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [degrees(ring)]},
    }


def written(folder: Path, *features: Any, **more: Any) -> Path:
    return text(folder, json.dumps({"type": "FeatureCollection", "features": list(features)} | more))


def text(folder: Path, content: str) -> Path:
    path = folder / "footprints.geojson"
    path.write_text(content, encoding="utf-8")
    return path


def city(*boxes: tuple[float, float, float, float, float]) -> Footprints:
    """Boxes of west, south, width, depth and height, m."""
    west, south, width, depth, height = np.array(boxes, float).reshape(-1, 5).T
    geometries = shapely.box(west, south, west + width, south + depth)
    return Footprints(geometries, height, np.ones(len(height), bool), "", tuple(shapely.total_bounds(geometries)))


def counted(found: Footprints, what: str) -> int:
    return sum(note.count for note in found.notes if note.what == what)


SQUARE = feature(rectangle(-20, 30, 40, 60), height=12)

# ------------------------------------------------------------------------------------------------ where


def test_what_was_written_in_degrees_comes_back_in_local_metres(tmp_path: Path) -> None:
    found = read(written(tmp_path, SQUARE), ORIGIN, RULE)
    assert found.extent == pytest.approx((-20, 30, 20, 90), abs=1e-5)
    assert shapely.area(found.geometries[0]) == pytest.approx(2400, rel=1e-6)
    assert found.height.tolist() == [12]
    assert found.known.tolist() == [True]


def test_sides_are_geodesic_lengths(tmp_path: Path) -> None:
    ring = [[39.9, 59.23], [39.91, 59.23], [39.905, 59.235], [39.9, 59.23]]
    one = {"type": "Feature", "properties": {"height": 3}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    sides = Geod(ellps="WGS84").line_length(*np.array(ring).T)
    assert shapely.length(read(written(tmp_path, one), ORIGIN, RULE).geometries[0]) == pytest.approx(sides, rel=1e-5)


@pytest.mark.parametrize("code", [32637, 3857, 28407, 2953])
def test_an_older_crs_member_is_honoured(tmp_path: Path, code: int) -> None:
    """UTM, web mercator, Gauss-Krueger (another datum, where 0.1 m is all that a transformation promises)..."""
    ring = np.array(degrees(rectangle(-20, 30, 40, 60)))
    x, y = Transformer.from_crs("OGC:CRS84", code, always_xy=True).transform(*ring.T)
    geometry = {"type": "Polygon", "coordinates": [np.column_stack([x, y]).tolist()]}
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
    path = written(tmp_path, {"type": "Feature", "properties": {"height": 9}, "geometry": geometry}, crs=crs)
    assert read(path, ORIGIN, RULE).extent == pytest.approx((-20, 30, 20, 90), abs=0.2)


def test_a_metre_file_about_its_own_origin_is_not_taken_for_degrees(tmp_path: Path) -> None:
    geometry = {"type": "Polygon", "coordinates": [rectangle(-20, 30, 40, 60)]}
    crs = {"type": "name", "properties": {"name": f"+proj=aeqd +lat_0={ORIGIN[0]} +lon_0={ORIGIN[1]} +datum=WGS84"}}
    path = written(tmp_path, {"type": "Feature", "properties": {"height": 9}, "geometry": geometry}, crs=crs)
    assert read(path, ORIGIN, RULE).extent == pytest.approx((-20, 30, 20, 90), abs=1e-6)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda f: f,
        lambda f: [f],
        lambda f: [f["geometry"]],
        lambda f: f["geometry"],
        lambda f: {"type": "GeometryCollection", "geometries": [f["geometry"]]},
        lambda f: {"type": "FeatureCollection", "features": [f]},
    ],
)
def test_geojson_may_begin_with_anything_that_holds_geometries(tmp_path: Path, wrap: Any) -> None:
    found = read(text(tmp_path, "\ufeff" + json.dumps(wrap(SQUARE))), ORIGIN, HeightRule(default_m=5))
    assert found.extent == pytest.approx((-20, 30, 20, 90), abs=1e-5)


def test_strays_are_left_out_and_counted_and_do_not_move_the_middle(tmp_path: Path) -> None:
    stray = json.loads(json.dumps(SQUARE))
    stray["geometry"]["coordinates"] = [[[139, 35], [139.001, 35], [139.001, 35.001], [139, 35]]]
    path = written(tmp_path, SQUARE, feature(rectangle(0, 0, 9, 9), height=4), SQUARE, stray)
    found = read(path, ORIGIN, RULE)
    assert (len(found.height), counted(found, "left out")) == (3, 1)
    assert geodesy.distance_m(*load(path, RULE).middle(), *ORIGIN) < 100


# ------------------------------------------------------------------------------------------------ how high


@pytest.mark.parametrize(
    ("value", "height"),
    [(12, 12), (12.5, 12.5), ("12", 12), (" 12 m", 12), ("12,5", 12.5), ("12.5m", 12.5), ("8 metres", 8),
     ("40'", 12.192), ("6'6\"", 1.9812), ("100 ft", 30.48), ("0", 0), ("-3", -3)],
)  # fmt: skip
def test_heights_as_people_write_them(value: object, height: float) -> None:
    assert metres(value) == pytest.approx(height)


@pytest.mark.parametrize(
    "value", [None, "", "yes", "high", "5;7", "3-4", "~12", True, [3], {"m": 3}, math.nan, "1,234.5"]
)
def test_what_is_no_height_is_not_stated(value: object) -> None:
    assert math.isnan(metres(value))


def test_a_height_goes_before_storeys_and_the_median_stands_in_for_neither(tmp_path: Path) -> None:
    tags = [
        {"height": "20 m", "building:levels": 2},
        {"building:levels": "5"},
        {"height": 0, "building:levels": 10},
        {},
    ]
    path = written(tmp_path, *(feature(rectangle(50 * k, 0, 10, 10), **t) for k, t in enumerate(tags)))
    found = read(path, ORIGIN, HeightRule(storey_height_m=3))
    assert found.height.tolist() == [20, 15, 30, 20]
    assert found.known.tolist() == [True, True, True, False]
    assert read(path, ORIGIN, HeightRule(storey_height_m=3, default_m=7)).height[3] == 7


def test_a_default_height_makes_do_without_any(tmp_path: Path) -> None:
    found = read(written(tmp_path, feature(rectangle(0, 0, 10, 10))), ORIGIN, HeightRule(default_m=18))
    assert (found.height[0], found.known[0]) == (18, False)


# ------------------------------------------------------------------------------------------------ which


def test_points_and_lines_are_left_out_and_bow_ties_mended(tmp_path: Path) -> None:
    bow_tie = feature([[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]], height=8)
    point = {"type": "Feature", "properties": {"height": 5}, "geometry": {"type": "Point", "coordinates": [39.9, 59.2]}}
    line = {"type": "LineString", "coordinates": [[39.9, 59.2], [39.91, 59.2]]}
    both = {"type": "GeometryCollection", "geometries": [line, SQUARE["geometry"]]}
    others = [point, {"type": "Feature", "properties": None, "geometry": None}, "nothing", point | {"geometry": line}]
    path = written(tmp_path, *others, bow_tie, {"type": "Feature", "properties": {"height": 6}, "geometry": both})
    found = read(path, ORIGIN, RULE)
    assert (counted(found, "left out"), counted(found, "mended")) == (4, 1)
    assert shapely.area(found.geometries) == pytest.approx([50, 2400], rel=1e-5)
    assert found.height.tolist() == [8, 6]


def test_the_digest_is_of_file_rule_and_origin(tmp_path: Path) -> None:
    path = written(tmp_path, SQUARE)
    first = read(path, ORIGIN, RULE).digest
    assert read(path, ORIGIN, RULE).digest == first
    assert read(path, (59.2, 39.9), RULE).digest != first
    assert read(path, ORIGIN, HeightRule(default_m=3)).digest != first
    assert read(written(tmp_path, SQUARE, SQUARE), ORIGIN, RULE).digest != first


# ------------------------------------------------------------------------------------------------ what is refused

UTM = {"type": "name", "properties": {"name": "EPSG:32637"}}
IN_UTM = {"type": "Polygon", "coordinates": [rectangle(550_000, 6_565_000, 10, 10)]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no json", "neither GeoJSON .* nor of another format"),
        ("[" * 100_000, "nested too deeply"),
        ('{"type": "Topology"}', "found 'Topology'"),
        ("3", "expected a FeatureCollection"),
        ({"type": "FeatureCollection", "features": []}, "no polygon: found no features"),
        ({"type": "Point", "coordinates": [39.9, 59.2]}, "no polygon: found 1 Point"),
        (IN_UTM, "are no degrees"),
        (SQUARE | {"crs": UTM}, "look like degrees"),
        (SQUARE | {"crs": None}, "crs must be"),
        (SQUARE | {"crs": {"type": "name", "properties": {"name": "EPSG:1"}}}, "unknown coordinate reference system"),
        (feature(rectangle(0, 0, 9, 9), height=-4), "how high it is.* height below 0 .feature 1: -4"),
        (feature(rectangle(0, 0, 9, 9), height="1200 m"), "more than 900 m .feature 1: '1200 m'"),
        (feature(rectangle(0, 0, 9, 9), **{"building:levels": 300}), "more than 900 m .feature 1: 300"),
        (feature(rectangle(0, 0, 9, 9), floors=3, name="x"), "how high it is.*there are: 'floors', 'name'"),
    ],
)
def test_bad_files_are_refused_with_what_stood_there(tmp_path: Path, content: Any, said: str) -> None:
    path = text(tmp_path, content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(UserError, match=said) as refused:
        read(path, ORIGIN, RULE)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"absent.geojson cannot be read: No such file"):
        read(tmp_path / "absent.geojson", ORIGIN, RULE)


@pytest.mark.parametrize("rule", [HeightRule(height="roof"), HeightRule(storeys="floors")])
def test_a_property_that_was_named_and_is_not_there(tmp_path: Path, rule: HeightRule) -> None:
    with pytest.raises(UserError, match=r"no feature has the property '(roof|floors)'; there are: 'height'"):
        read(written(tmp_path, SQUARE), ORIGIN, rule)


def test_polygons_nowhere_near(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no polygon within 1000 km .* the nearest is 5,"):
        read(written(tmp_path, SQUARE), (10.0, 39.9), RULE)


# ------------------------------------------------------------------------------------------------ GeoParquet


def parquet(path: Path, *, crs: Any = "OGC:CRS84", geo: bool = True, x: float = 39.9, y: float = 59.2) -> Path:
    """One square of 0.001 (or 20, away from degrees) units in GeoParquet, written without the library that reads it."""
    import duckdb

    side = 0.001 if abs(x) <= 180 else 20.0
    wkb = shapely.to_wkb(shapely.box(x, y, x + side, y + side))
    column = {"encoding": "WKB", "geometry_types": ["Polygon"]} | ({} if crs == "OGC:CRS84" else {"crs": crs})
    about = json.dumps({"version": "1.0.0", "primary_column": "shape", "columns": {"shape": column}})
    metadata = "" if not geo else ", KV_METADATA {geo: '" + about.replace("'", "''") + "'}"
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT ?::BLOB AS other, ?::BLOB AS shape, 4 AS floors", [b"x" if geo else wkb, wkb]
        )
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet{metadata})")
    return path


FLOORS = HeightRule(storeys="floors")


def test_geoparquet_without_a_crs_is_in_degrees_and_with_one_in_that(tmp_path: Path) -> None:
    from pyproj import CRS

    plain = read(parquet(tmp_path / "a[1].parquet"), ORIGIN, FLOORS)
    assert plain.height.tolist() == pytest.approx([12.8])
    x, y = Transformer.from_crs("OGC:CRS84", 32637, always_xy=True).transform(39.9, 59.2)
    moved = read(parquet(tmp_path / "b.parquet", crs=CRS(32637).to_json_dict(), x=x, y=y), ORIGIN, FLOORS)
    assert moved.extent[:2] == pytest.approx(plain.extent[:2], abs=1.0)  # grid north is not north


def test_parquet_that_does_not_say_where_it_is(tmp_path: Path) -> None:
    assert read(parquet(tmp_path / "a.parquet", geo=False), ORIGIN, FLOORS).height.tolist() == pytest.approx([12.8])
    with pytest.raises(UserError, match="are no degrees"):
        read(parquet(tmp_path / "b.parquet", geo=False, x=550_000, y=6_565_000), ORIGIN, FLOORS)
    with pytest.raises(UserError, match="crs of the column shape is null"):
        read(parquet(tmp_path / "c.parquet", crs=None), ORIGIN, FLOORS)
    with pytest.raises(UserError, match="there are: 'floors', 'other'"):
        read(parquet(tmp_path / "d.parquet"), ORIGIN, HeightRule(height="levels"))


def test_broken_parquet(tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1" + bytes(200))
    with pytest.raises(UserError, match="cannot be read as Parquet"):
        read(path, ORIGIN, RULE)


def test_geopandas_agrees_on_a_real_quarter(shared: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    path, origin = shared / "data/buildings/spb_buildings_storeys.geojson", (59.94, 30.27)
    found = read(path, origin, HeightRule(storeys="storeys_count"))
    frame = geopandas.read_file(path).to_crs(f"+proj=aeqd +lat_0={origin[0]} +lon_0={origin[1]} +datum=WGS84")
    assert len(found.height) == len(frame) == 936
    assert shapely.area(found.geometries) == pytest.approx(frame.area.to_numpy(), rel=1e-6)
    assert found.extent == pytest.approx(tuple(frame.total_bounds), abs=1e-3)
    storeys = frame["storeys_count"].to_numpy()
    assert found.known.tolist() == (storeys > 0).tolist()
    assert found.height == pytest.approx(np.where(storeys > 0, 3.2 * storeys, 3.2 * np.median(storeys[storeys > 0])))


def test_a_real_city_in_geoparquet(shared: Path) -> None:
    """The file says its own areas, in the projection of its zone: scale 0.9996 to 0.9997 there."""
    import duckdb

    path = shared / "data/buildings/vologda_buildings_floors.parquet"
    found = read(path, ORIGIN, HeightRule(storeys="number_of_floors"))
    said = np.array(duckdb.sql(f"SELECT footprint_area, number_of_floors FROM '{path}'").fetchall())
    assert len(found.height) == 25_324
    assert found.notes == ()
    assert shapely.area(found.geometries) == pytest.approx(said[:, 0] / 0.9996**2, rel=3e-4)
    assert found.height == pytest.approx(3.2 * said[:, 1])


# ------------------------------------------------------------------------------------------------ burning


def test_row_0_is_southernmost_and_cells_are_centred() -> None:
    found = city((7, 17, 6, 6, 5)).burn(0, 0, 2.0, 20, 30)
    rows, columns = np.nonzero(found)
    assert (set(rows), set(columns)) == ({9, 10, 11}, {4, 5, 6})  # centres at 18..22 north, 8..12 east
    assert found.dtype == np.float32


def test_the_highest_wins_whatever_the_order() -> None:
    low, high = (0, 0, 40, 40, 5), (10, 10, 8, 8, 60)
    found = city(high, low).burn(1, 1, 2, 20, 20)
    assert np.array_equal(found, city(low, high).burn(1, 1, 2, 20, 20))
    assert (found == 60).sum() == 16
    assert (found == 5).sum() == 400 - 16


def test_a_wall_of_half_a_cell_is_not_lost() -> None:
    for offset in np.linspace(0, 4, 9):
        found = city((20 + offset, 0, 2.001, 80, 9)).burn(2, 2, 4.0, 20, 20)
        assert (found.max(axis=1) == 9).all()


@given(
    st.lists(
        st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 12)] * 2, st.integers(1, 50)), min_size=1, max_size=8
    )
)
@settings(max_examples=40)
def test_boxes_on_the_lattice_are_exact(boxes: list[tuple[int, int, int, int, int]]) -> None:
    """Boxes that end on borders of cells fill exactly their cells, each with the highest; the slow double is a loop."""
    expected = np.zeros((32, 32), np.float32)
    for west, south, width, depth, height in boxes:
        part = expected[south : south + depth, west : west + width]
        np.maximum(part, height, out=part)
    assert np.array_equal(city(*boxes).burn(0.5, 0.5, 1.0, 32, 32), expected)


def test_a_window_is_cut_out_of_a_larger_one() -> None:
    rng = np.random.default_rng(0)
    made = city(*np.column_stack([rng.uniform(0, 200, (60, 2)), rng.uniform(2, 40, (60, 3))]))
    for cell in (1.5, 6.0):
        whole = made.burn(2 * cell, 3 * cell, cell, 120, 110)
        assert np.array_equal(made.burn(12 * cell, 23 * cell, cell, 20, 30), whole[20:50, 10:30])


def test_coarse_cells_take_all_that_touches_them() -> None:
    """Against the geometry library, for polygons of any shape with holes, cell by cell."""
    rng = np.random.default_rng(4)
    angle = np.sort(rng.uniform(0, 2 * np.pi, (12, 9)), axis=1)
    radius, middle = rng.uniform(8, 60, (12, 9, 1)), rng.uniform(-80, 80, (12, 1, 2))
    points = middle + radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    shapes = shapely.make_valid(shapely.polygons(points))
    shapes = shapely.difference(shapes, shapely.buffer(shapely.centroid(shapes), 5))
    height = rng.uniform(3, 60, 12)
    made = Footprints(shapes, height, np.ones(12, bool), "", (-200.0, -200.0, 200.0, 200.0))
    found = made.burn(-146.0, -141.0, 8.0, 36, 36)
    for row in range(36):
        for column in range(36):
            west, south = -150.0 + 8 * column, -145.0 + 8 * row
            touched = shapely.intersects(shapes, shapely.box(west, south, west + 8, south + 8))
            assert found[row, column] == np.float32(height[touched].max(initial=0))


def test_where_nothing_stands_it_is_0() -> None:
    assert not city((0, 0, 5, 5, 5)).burn(1_000, 1_000, 2, 8, 8).any()
