"""Files of polygons as they are found: one town in every format, unions, heights that are none, and what is told."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world.surfaces import ORIGIN, box, polygons, unit, written

from bartizan.faces.cli import cli
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.world import districts
from bartizan.world.evidence import findings
from bartizan.world.scenario import load as load_scenario
from bartizan.world.surface.footprints import Footprints, load, read
from bartizan.world.surface.heights import HeightRule
from bartizan.world.vectors.notes import in_words
from bartizan.world.vectors.polygons import united
from bartizan.world.vectors.systems import system
from bartizan.world.vectors.table import Source

shapely = pytest.importorskip("shapely")

RULE = HeightRule()
TOWN = [box(40 * k, 0, 20, 20, height=9 + k, name=f"Дом {k}") for k in range(3)]


def ring(west: float, south: float, width: float, depth: float) -> list[list[float]]:
    return box(west, south, width, depth)["geometry"]["coordinates"][0]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def read_of(folder: Path, *features: Any, rule: HeightRule = RULE) -> Footprints:
    return read(folder / polygons(folder / "houses.geojson", *features), ORIGIN, rule)


def told(found: Footprints) -> list[tuple[str, str, int, str]]:
    return [(note.what, note.why, note.count, note.example) for note in found.notes]


# ------------------------------------------------------------------------------------------------ unions

TWO = (ring(-20, -10, 40, 20), ring(0, -15, 60, 30))  # wings that overlap from x = 0 to x = 20


WING = {"type": "MultiPolygon", "coordinates": [[TWO[1]]]}


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "MultiPolygon", "coordinates": [[TWO[0]], [TWO[1]]]},
        {"type": "GeometryCollection", "geometries": [polygon(TWO[0]), polygon(TWO[1])]},
        {"type": "GeometryCollection", "geometries": [
            {"type": "GeometryCollection", "geometries": [polygon(TWO[0]), WING]},
            {"type": "Point", "coordinates": [0, 0]},
        ]},
    ],
)  # fmt: skip
def test_parts_that_overlap_are_one_building(tmp_path: Path, geometry: Any) -> None:
    found = read_of(tmp_path, feature(geometry, height=25))
    assert shapely.area(found.geometries) == pytest.approx([40 * 20 + 60 * 30 - 20 * 20], rel=1e-5)
    assert found.burn(10, 0, 2.0, 1, 1)[0, 0] == 25


def test_a_tower_in_its_podium_is_the_highest_and_a_courtyard_stays_open(tmp_path: Path) -> None:
    court = feature(polygon(ring(100, 0, 60, 60), ring(120, 20, 20, 20)), height=12)
    found = read_of(tmp_path, box(-50, -50, 100, 100, height=10), box(-20, -20, 40, 40, height=70), court)
    assert [found.burn(x, y, 2.0, 1, 1)[0, 0] for x, y in ((0, 0), (40, 40), (110, 10), (130, 30))] == [70, 10, 12, 0]


def test_an_outline_that_overlaps_itself_covers_all_it_goes_around() -> None:
    loop = [(0, 0), (30, 0), (30, 20), (10, 20), (10, -10), (20, -10), (20, 30), (0, 30)]
    assert shapely.area(united(shapely.Polygon(loop))) == pytest.approx(900)
    assert shapely.area(united(shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)] * 2))) == pytest.approx(81)


@given(st.lists(st.tuples(*[st.integers(0, 20)] * 2, *[st.integers(1, 9)] * 2), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_parts_cover_what_their_boxes_cover(boxes: list[tuple[int, int, int, int]]) -> None:
    cells = np.zeros((30, 30), bool)
    for west, south, width, depth in boxes:
        cells[south : south + depth, west : west + width] = True
    parts = [shapely.box(w, s, w + a, s + b) for w, s, a, b in boxes]
    assert shapely.area(united(shapely.multipolygons(parts))) == pytest.approx(cells.sum())


def test_a_district_in_two_parts_has_its_wrecks_once(tmp_path: Path) -> None:
    outer, inner = ring(-4000, -4000, 8000, 8000), ring(-1000, -1000, 2000, 2000)
    path = tmp_path / polygons(
        tmp_path / "d.geojson", feature({"type": "MultiPolygon", "coordinates": [[outer], [inner]]}, name="Centre")
    )
    assert districts.read(path, "name", ORIGIN).shares(-4000, -4000, 1000, 8).sum() == pytest.approx(64)


# ------------------------------------------------------------------------------------------------ formats


def files_of_the_town(folder: Path) -> list[Path]:
    """The town in every format."""
    geopandas = pytest.importorskip("geopandas")
    pytest.importorskip("pyogrio")
    plain = folder / polygons(folder / "a.geojson", *TOWN)
    frame = geopandas.read_file(plain)
    names = ["lines.txt", "seq.dat", "a.json.gz", "s.shp", "a.gpkg", "a.fgb", "a.parquet", "n.parquet", "s.zip"]
    made = {name: folder / name for name in names}
    made["lines.txt"].write_text("\n".join(json.dumps(f) for f in TOWN), encoding="utf-8")
    made["seq.dat"].write_text("".join(f"\x1e{json.dumps(f)}\n" for f in TOWN), encoding="utf-16")
    made["a.json.gz"].write_bytes(gzip.compress(plain.read_bytes()))
    frame.to_file(made["s.shp"], encoding="utf-8")
    frame.to_file(made["a.gpkg"], layer="houses")
    frame.to_crs(32637).to_file(made["a.fgb"], driver="FlatGeobuf")
    frame.to_parquet(made["a.parquet"])
    frame.to_parquet(made["n.parquet"], geometry_encoding="geoarrow")
    with zipfile.ZipFile(made["s.zip"], "w") as packed:
        for part in folder.glob("s.*"):
            if part.suffix != ".zip":
                packed.write(part, f"../../elsewhere/{part.name}")
    return [plain, *made.values()]


@pytest.mark.filterwarnings("ignore")
def test_one_town_in_every_format_is_the_same_town(tmp_path: Path) -> None:
    for path in files_of_the_town(tmp_path):
        found = read(path, ORIGIN, RULE)
        assert sorted(found.height.tolist()) == [9, 10, 11], path.name  # FlatGeobuf has an order of its own
        assert found.notes == (), path.name
        assert found.extent == pytest.approx((0, 0, 100, 20), abs=0.01), path.name
        assert tuple(sorted(districts.read(path, "name", ORIGIN).names)) == ("Дом 0", "Дом 1", "Дом 2"), path.name


@pytest.mark.parametrize("language", [0x00, 0x57])
@pytest.mark.parametrize(
    ("encoding", "names", "taken"),
    [
        ("utf-8", ["Тверской", "Арбат"], None),
        ("cp1251", ["Тверской", "Арбат"], "windows-1251"),
        ("cp1252", ["Neukölln", "Málaga"], "windows-1252"),
        ("ascii", ["Mitte", "Wedding"], None),
    ],
)
def test_text_of_a_shapefile_that_states_no_encoding_is_read_and_told(
    tmp_path: Path, encoding: str, names: list[str], taken: str | None, language: int
) -> None:
    path = shapefile(tmp_path, names, encoding, language)
    (tmp_path / "d.cpg").unlink()
    found = districts.read(path, "name", ORIGIN)
    assert list(found.names) == names
    told = in_words("d.shp", found.notes, found.features)
    assert bool(told) == (taken is not None)
    assert not taken or f"taken as {taken}; if it is garbled, state the right one in a .cpg file" in told[0]


@pytest.mark.parametrize(("encoding", "language", "cpg"), [("cp1251", 0x57, "1251"), ("cp866", 0x65, None)])
def test_text_of_a_shapefile_is_in_what_it_states(
    tmp_path: Path, encoding: str, language: int, cpg: str | None
) -> None:
    path = shapefile(tmp_path, ["Тверской", "Арбат"], encoding, language)
    (tmp_path / "d.cpg").unlink()
    if cpg:
        (tmp_path / "d.CPG").write_text(cpg)
    found = districts.read(path, "name", ORIGIN)
    assert found.names == ("Тверской", "Арбат")
    assert found.notes == ()


def shapefile(folder: Path, names: list[str], encoding: str, language: int) -> Path:
    """Two houses with these names, in an encoding, with a byte for the language in the .dbf."""
    pyogrio = pytest.importorskip("pyogrio")
    path = folder / "d.shp"
    around = [shapely.box(37.62 + east, 55.75, 37.621 + east, 55.751) for east in (0.0, 0.01)]
    columns = np.array(shapely.to_wkb(around), object), [np.array(names, object)], ["name"]
    pyogrio.raw.write(path, *columns, geometry_type="Polygon", crs="EPSG:4326", encoding=encoding)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = language
    path.with_suffix(".dbf").write_bytes(table)
    return path


@pytest.mark.filterwarnings("ignore")
def test_of_several_layers_one_is_named(tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    pytest.importorskip("pyogrio")
    frame = geopandas.read_file(tmp_path / polygons(tmp_path / "a.geojson", *TOWN))
    path = tmp_path / "two.gpkg"
    frame.to_file(path, layer="houses")
    frame.set_geometry(frame.centroid).to_file(path, layer="points")
    assert len(read(path, ORIGIN, RULE).height) == 3
    frame.head(1).to_file(path, layer="woods")
    with pytest.raises(UserError, match="2 layers of polygons; name one as layer: 'houses', 'woods'"):
        read(path, ORIGIN, RULE)
    assert len(read(path, ORIGIN, RULE, "woods").height) == 1
    with pytest.raises(UserError, match="no layer 'sheds'"):
        read(path, ORIGIN, RULE, "sheds")
    with pytest.raises(UserError, match="has no layers"):
        read(tmp_path / "a.geojson", ORIGIN, RULE, "woods")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<kml/>", "XML.*ogr2ogr"),
        (b"\0\0\0\x0d\n\x09OSMHeader", "OSM in PBF.*multipolygons"),
        (b"BZh91AY", "unpack it first"),
        (b"a,b\n1,2\n", "read are GeoJSON"),
        (gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "packed twice"),
        (gzip.compress(bytes(60_000_000), mtime=0), "unpacks to more than"),
        (b"\x1f\x8b\x08 no gzip", "cannot be unpacked"),
        (b"PK\x03\x04 no zip", "cannot be unpacked"),
    ],
)
def test_what_is_not_read_is_named_with_its_cure(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "town.bin"
    path.write_bytes(content)
    with pytest.raises(UserError, match=said):
        read(path, ORIGIN, RULE)


def test_without_pyogrio_the_format_is_named_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyogrio", None)
    path = tmp_path / "town.fgb"
    path.write_bytes(b"fgb\x03fgb\x00")
    with pytest.raises(
        UserError, match=r"is a FlatGeobuf; .*bartizan\[geo\].*ogr2ogr -f GeoJSON town.geojson town.fgb"
    ):
        read(path, ORIGIN, RULE)


@pytest.mark.parametrize("folder", ["height=7", "height=lidar", "plain"])
def test_a_folder_says_nothing_of_heights_nor_does_another_case(tmp_path: Path, folder: str) -> None:
    import duckdb

    path = tmp_path / folder / "houses.parquet"
    path.parent.mkdir()
    wkb = shapely.to_wkb(shapely.Polygon(ring(0, 0, 20, 20)))
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE t AS SELECT 99.0 AS a, ?::BLOB AS geometry, {"x": 1} AS s, 12.0 AS b', [wkb])
        connection.execute(f"""COPY (SELECT a AS "Height", geometry, s, b AS h FROM t) TO '{path}' (FORMAT parquet)""")
    assert read(path, ORIGIN, HeightRule(height="h")).height.tolist() == [12]
    with pytest.raises(UserError, match="how high it is"):
        read(path, ORIGIN, RULE)


# ------------------------------------------------------------------------------------------------ systems


@pytest.mark.parametrize(
    "name",
    ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "CRS84", "CRS:84", "OGC:1.3:CRS84",
     "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "urn:ogc:def:crs:OGC:2:84", "EPSG:4326",
     "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/gml/srs/epsg.xml#4326", " ogc:crs84 "],
)  # fmt: skip
def test_longitude_and_latitude_by_all_their_names(tmp_path: Path, name: str) -> None:
    assert system(Source(tmp_path, "x"), name).is_geographic
    path = tmp_path / "d.geojson"
    crs = {"type": "name", "properties": {"name": name}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": TOWN}), encoding="utf-8")
    assert districts.read(path, "name", ORIGIN).middles()[0] == pytest.approx([10, 10], abs=0.01)


def test_a_town_on_both_sides_of_180_degrees_has_its_middle_there(tmp_path: Path) -> None:
    def at(x: float) -> Any:
        lat, lon = geodesy.to_degrees(np.array([x, x + 20, x + 20, x]), np.array([0, 0, 20, 20]), (-17.0, 179.99))
        corners = np.column_stack([(lon + 180) % 360 - 180, lat]).tolist()
        return feature(polygon([*corners, corners[0]]), height=9)

    path = tmp_path / polygons(tmp_path / "taveuni.geojson", *(at(x) for x in (0, 500, 1055, 1500, 3000)))
    assert geodesy.distance_m(*load(path, RULE).middle(), -17.0, 180.0) < 1000
    found, _ = load(path, RULE).about_itself()
    assert shapely.area(found.geometries) == pytest.approx(np.full(5, 400), rel=1e-4)
    assert CliRunner().invoke(cli, ["surface", "stats", str(path)]).exit_code == 0


# ------------------------------------------------------------------------------------------------ heights


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"location": "underground", "height": 6}, "under the ground"),
        ({"layer": "-1", "building:levels": 3}, "under the ground by layer"),
        ({"is_underground": True, "height": 3}, "under the ground"),
        ({"building:levels": "0", "building:levels:underground": "2"}, "without building:levels above the ground"),
    ],
)
def test_what_is_under_the_ground_hides_nothing(tmp_path: Path, tags: dict[str, Any], why: str) -> None:
    found = read_of(tmp_path, box(0, 0, 20, 20, height=30), box(100, 0, 20, 20, **tags))
    assert found.height.tolist() == [30]
    assert told(found) == [("left out", why, 1, "feature 2")]


@pytest.mark.parametrize(
    ("tags", "height"),
    [
        ({"building:levels": 0, "roof:levels": "1"}, 3.2),
        ({"building:levels": 0, "height": 2}, 2),
        ({"building:levels:underground": 2}, 30),  # a cellar, of a house of unknown height
        ({"layer": 1, "height": 5}, 5),
        ({"height": "3,5"}, 3.5),
        ({"height": "40 ft."}, 12.192),
        ({"height": "12 м"}, 12),
    ],
)
def test_what_stands_above_it_keeps_its_height(tmp_path: Path, tags: dict[str, Any], height: float) -> None:
    found = read_of(tmp_path, box(0, 0, 20, 20, height=30), box(100, 0, 20, 20, **tags))
    assert found.height.tolist() == pytest.approx([30, height])
    assert found.notes == ()


@pytest.mark.parametrize(
    ("tags", "why", "stood"),
    [
        ({"height": -1.0}, "with height below 0", "-1.0"),
        ({"height": 4000}, "with height that makes more than 900 m", "4000"),
        ({"height": "tall"}, "with height that is no number", "'tall'"),
        ({"building:levels": "-1"}, "with building:levels below 0", "'-1'"),
    ],
)
def test_heights_that_cannot_be_are_not_stated_and_told(tmp_path: Path, tags: Any, why: str, stood: str) -> None:
    found = read_of(tmp_path, box(0, 0, 20, 20, height=30), box(100, 0, 20, 20, **tags))
    assert (found.height.tolist(), found.known.tolist()) == ([30, 30], [True, False])
    assert told(found) == [("not used", why, 1, f"feature 2: {stood}")]


# ------------------------------------------------------------------------------------------------ what is told


SPOILT = {"left out": (5, 6, 7, 8, 9, 10, 11), "mended": (3, 4)}


def spoilt() -> list[Any]:
    """A house as it should be, and others that are not."""
    good, far = ring(0, 0, 20, 20), ring(0, 0, 20, 20)
    with_m = [[*corner, 150.0, 3.0] for corner in good]
    flat = [good[0], good[1], good[0]]
    shapes = [
        polygon(good), polygon(with_m), polygon(good[:-1]), polygon([[str(v) for v in c] for c in good]),
        polygon([[c[0] + 60, c[1]] for c in far]), polygon(flat), None, {"type": "Point", "coordinates": [1, 2]},
        polygon([[float("nan"), 1], *good[1:]]), {"type": "Blob"}, polygon([[1e300, 1e300], *good[1:]]),
    ]  # fmt: skip
    return [feature(shape, height=12) for shape in shapes]


def test_what_is_left_out_or_mended_is_counted_with_its_reason(tmp_path: Path) -> None:
    found = read_of(tmp_path, *spoilt())
    assert len(found.height) == 4
    assert shapely.area(found.geometries) == pytest.approx(np.full(4, 400), rel=1e-5)
    said = {(what, example) for what, _, _, example in told(found)}
    assert said == {(what, f"feature {k}") for what, of in SPOILT.items() for k in of}


def test_check_run_and_statistics_tell_of_it(tmp_path: Path) -> None:
    surface = {"buildings": {"file": polygons(tmp_path / "h.geojson", *spoilt())}}
    areas = polygons(tmp_path / "d.geojson", box(0, 0, 900, 900, name=101), box(0, 0, 900, 900))
    path = written(tmp_path, surface, unit("Post", -500, 0), districts={"file": areas})
    found = [finding.text for finding in findings(load_scenario(path))]
    assert any("h.geojson: 7 of 11 features left out: " in text for text in found)
    assert "d.geojson: 1 of 2 features left out: 1 without a name (name) (feature 2)" in found
    assert load_scenario(path).districts.names == ("101",)  # type: ignore[union-attr]
    stats = CliRunner().invoke(cli, ["surface", "stats", str(tmp_path / "h.geojson")])
    assert "h.geojson: 2 of 11 features mended" in stats.output


def test_a_broken_line_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    lines = [json.dumps(f) for f in TOWN]
    path.write_text("\n".join([lines[0], "", lines[1][:40], lines[2], "3"]), encoding="utf-8")
    found = read(path, ORIGIN, RULE)
    assert found.height.tolist() == [9, 11]
    assert {example for *_, example in told(found)} == {"line 3", "line 5"}


# ------------------------------------------------------------------------------------------------ hostile files


def test_a_star_of_very_many_crossings_is_left_out_and_not_mended_for_minutes(tmp_path: Path) -> None:
    angle = np.arange(2001) * 1000 % 2001 * 2 * np.pi / 2001
    lat, lon = geodesy.to_degrees(100 * np.cos(angle), 100 * np.sin(angle), ORIGIN)
    corners = np.column_stack([lon, lat]).tolist()
    found = read_of(tmp_path, *TOWN, feature(polygon([*corners, corners[0]]), height=9))
    assert [(n.why[:47], n.count) for n in found.notes] == [("with an outline that crosses itself too often t", 1)]


def test_collections_without_end_in_binary_are_left_out(tmp_path: Path) -> None:
    import duckdb

    nest = b"\x01\x07\0\0\0\x01\0\0\0" * 100_000 + struct.pack("<BIdd", 1, 1, 1.0, 2.0)
    house = shapely.to_wkb(shapely.Polygon(ring(0, 0, 20, 20)))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT ?::BLOB AS geometry, 5 AS height", [nest])
        connection.execute("INSERT INTO t VALUES (?, 6)", [house])
        connection.execute(f"COPY t TO '{tmp_path}/a.parquet' (FORMAT parquet)")
    found = read(tmp_path / "a.parquet", ORIGIN, RULE)
    assert found.height.tolist() == [6]
    assert told(found) == [("left out", "unreadable: more than 500 collections in one", 1, "feature 1")]
