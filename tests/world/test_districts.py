"""Districts: what a GeoJSON file says, and how a grid is shared among its polygons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.world.districts import NOWHERE, read
from bartizan.world.vectors.notes import in_words

ORIGIN = (55.75, 37.62)


def square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """A closed ring of local metres, in longitude and latitude."""
    x, y = np.array([west, east, east, west, west]), np.array([south, south, north, north, south])
    lat, lon = geodesy.to_degrees(x, y, ORIGIN)
    return np.column_stack([lon, lat]).tolist()


def feature(name: Any, *rings: Any) -> dict[str, Any]:
    return {"properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


def written(folder: Path, *features: Any, **more: Any) -> Path:
    path = folder / "districts.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **more}), encoding="utf-8")
    return path


def test_halves_of_a_grid_share_it(tmp_path: Path) -> None:
    path = written(
        tmp_path, feature("West", square(-4000, -4000, 500, 4000)), feature("East", square(500, -4000, 4000, 4000))
    )
    found = read(path, "name", ORIGIN)
    assert found.names == ("West", "East")
    shares = found.shares(-4000, -4000, 1000, 8).reshape(2, 8, 8)
    assert shares.sum(axis=0) == pytest.approx(np.ones((8, 8)))
    assert shares[0, 0].tolist() == [1, 1, 1, 1, 0.5, 0, 0, 0]
    assert found.middles() == pytest.approx(np.array([[-1750, 0], [2250, 0]]), abs=1)


def test_a_hole_belongs_to_nobody_and_its_middle_lies_beside_it(tmp_path: Path) -> None:
    path = written(tmp_path, feature("Ring", square(-3000, -3000, 3000, 3000), square(-1000, -1000, 2000, 1000)))
    found = read(path, "name", ORIGIN)
    assert found.numbers(-500, -500, 1000, 1, 1)[0, 0] == NOWHERE
    assert found.middles()[0] == pytest.approx([-2000, 0], abs=1)


@given(st.floats(-2000, 2000), st.floats(-2000, 2000), st.floats(300, 3000))
@settings(max_examples=30)
def test_shares_add_up_to_the_area(tmp_path_factory: pytest.TempPathFactory, x: float, y: float, side: float) -> None:
    path = written(tmp_path_factory.mktemp("d"), feature("A", square(x, y, x + side, y + side)))
    shares = read(path, "name", ORIGIN).shares(-8000, -8000, 500, 32)
    assert shares.sum() * 500**2 == pytest.approx(side**2, rel=2.1 * 500 / 8 / side)


@pytest.mark.parametrize(
    ("features", "more", "says"),
    [
        ([], {}, "holds no polygon"),
        ([{"properties": {"name": "P"}, "geometry": {"type": "Point", "coordinates": [0, 0]}}], {}, "no polygon"),
        ([feature(None, square(0, 0, 1, 1))], {}, "no polygon has a name: none has text or a number called 'name'"),
        ([feature("A", [["x", 1], [2, 3], [3, 4]])], {}, "fewer than three corners|no numbers"),
        ([feature("A", [[1000, 1], [2, 3], [3, 5], [1000, 1]])], {}, "are no degrees"),
        ([feature("A", square(0, 0, 1, 1))], {"crs": {"type": "name"}}, "crs must be"),
    ],
)
def test_a_bad_file_says_what_is_wrong(tmp_path: Path, features: Any, more: Any, says: str) -> None:
    path = written(tmp_path, *features, **more)
    with pytest.raises(UserError, match=says) as caught:
        read(path, "name", ORIGIN)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": []},
        {"type": "MultiPolygon", "coordinates": [1]},
        {"type": "MultiPolygon", "coordinates": 3},
        {"type": "Polygon"},
    ],
)
def test_a_district_without_rings_is_refused(tmp_path: Path, geometry: Any) -> None:
    with pytest.raises(
        UserError,
        match=r"holds no polygon: found 1 (empty|with coordinates that are no lists|without a geometry|with fewer)",
    ):
        read(written(tmp_path, {"properties": {"name": "A"}, "geometry": geometry}), "name", ORIGIN)


def test_properties_that_are_no_table_have_no_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no polygon has a name"):
        read(written(tmp_path, feature("A", square(0, 0, 9, 9)) | {"properties": [1]}), "name", ORIGIN)


def test_districts_of_one_name_and_hidden_ones_are_told(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        feature("Old town", square(0, 0, 500, 500)),
        feature("Harbour", square(800, 0, 2000, 1000)),
        feature("Centre", square(0, 0, 1000, 1000)),
        feature("Centre", square(1000, 1000, 2000, 2000)),
        feature("Beside", square(-1000, 0, 2, 1000)),
    )
    found = read(path, "name", ORIGIN)
    assert found.names == ("Old town", "Harbour", "Centre", "Centre", "Beside")
    (told,) = in_words("districts.geojson", found.notes, found.features)
    assert told.startswith("districts.geojson: 3 of 5 features taken as they stand, though perhaps not meant so: ")
    assert "1 with the name of an earlier one, told as a district of its own (feature 4: 'Centre')" in told
    assert "1 wholly under later ones, which count there, so that it is empty (feature 1: 'Old town')" in told
    assert "1 under later ones, which count there, by more than 1 % of its area (feature 2: 'Harbour')" in told


def test_districts_that_only_touch_are_in_no_doubt(tmp_path: Path) -> None:
    path = written(tmp_path, feature("A", square(0, 0, 900, 900)), feature("B", square(900, 0, 1800, 900)))
    assert read(path, "name", ORIGIN).notes == ()


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = written(tmp_path, feature("A", square(0, 0, 900, 900)))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path, "name", ORIGIN).names == ("A",)


@pytest.mark.parametrize("text", ["{", "[1]", '{"features": 3}', "[" * 100_000])
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "districts.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        read(path, "name", ORIGIN)
