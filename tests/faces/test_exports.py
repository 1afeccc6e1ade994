"""Layers as files that other people's programs read back: every feature, every property, every coordinate."""

from __future__ import annotations

import csv
import errno
import itertools
import os
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.faces.exports import Documents, features, files, geopackage, sheets, wkb
from bartizan.faces.exports.features import MULTIPOLYGON, POINT, Feature, Layer
from bartizan.ground.errors import UserError

HOSTILE = ["<script>alert(1)</script>", '=HYPERLINK("x")', "'; DROP TABLE sites; --", "雷 Ёж \u202e", 'quo"te']
ORIGIN = (55.75, 37.62)


def square(lon: float, lat: float, side: float) -> list[list[float]]:
    return [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]


@pytest.fixture
def layers() -> list[Layer]:
    """Points with hostile names and a gap among numbers; an area with a hole and a second part."""
    points = [
        Feature({"name": text, "radius_m": None if k == 1 else 10.5 * k, "number": k}, [37.0 + k / 10, 55.0])
        for k, text in enumerate(HOSTILE)
    ]
    hole = square(30.2, 50.2, 0.2)[::-1]
    area = Feature({"what": "seen", "level": 0.5}, [[square(30, 50, 1), hole], [square(32, 50, 1)]])
    return [Layer("sites", "Sites", POINT, points), Layer("areas", "Areas", MULTIPOLYGON, [area])]


def read(path: Path, **how: Any) -> Any:
    geopandas = pytest.importorskip("geopandas")
    return (geopandas.read_parquet if path.suffix == ".parquet" else geopandas.read_file)(path, **how)


def check(sites: Any, areas: Any) -> None:
    assert list(sites["name"]) == HOSTILE
    assert [None if np.isnan(r) else r for r in sites["radius_m"]] == [0.0, None, 21.0, 31.5, 42.0]
    assert list(sites["number"]) == [0, 1, 2, 3, 4]
    assert [(p.x, p.y) for p in sites.geometry] == [(37.0 + k / 10, 55.0) for k in range(5)]
    (area,) = areas.geometry
    assert area.is_valid
    assert area.area == pytest.approx(2 - 0.04)
    assert areas.total_bounds.tolist() == [30, 50, 33, 51]


def told(layers: list[Layer], credit: str) -> Documents:
    return {"layers": lambda: layers, "credit": lambda: credit}


def test_geojson(tmp_path: Path, layers: list[Layer]) -> None:
    sites, areas = files.write_geojson(told(layers, "© somebody"), tmp_path)
    check(read(sites), read(areas))


def test_geoparquet(tmp_path: Path, layers: list[Layer]) -> None:
    pytest.importorskip("pyarrow")
    sites, areas = files.write_geoparquet(told(layers, "it's © somebody"), tmp_path)
    check(read(sites), read(areas))
    assert read(sites).crs.to_authority() == ("OGC", "CRS84")
    import pyarrow.parquet as pq

    assert pq.read_metadata(sites).metadata[b"credit"].decode() == "it's © somebody"


def test_geopackage(tmp_path: Path, layers: list[Layer]) -> None:
    (path,) = geopackage.write(told(layers, "© somebody"), tmp_path / "all.gpkg")
    check(read(path, layer="sites"), read(path, layer="areas"))
    assert read(path, layer="sites").crs.to_epsg() == 4326
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT description FROM gpkg_contents").fetchone() == ("© somebody",)


def test_a_geopackage_on_a_full_disk_is_told_as_any_other_file(
    tmp_path: Path, layers: list[Layer], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(sqlite3.Connection):
        def executescript(self, script: str, /) -> sqlite3.Cursor:
            self.execute("PRAGMA max_page_count = 3")
            return super().executescript(script)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path: connect(path, factory=Full))
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        geopackage.write(told(layers, ""), tmp_path / "all.gpkg")
    assert caught.value.filename == str(tmp_path / "all.gpkg")


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=3, max_size=6, unique=True),
        min_size=1, max_size=3,
    )
)  # fmt: skip
def test_binary_geometries_are_what_shapely_reads(rings: list[list[tuple[float, float]]]) -> None:
    shapely = pytest.importorskip("shapely")
    polygons = [[[*map(list, ring), list(ring[0])]] for ring in rings]
    found = shapely.from_wkb(wkb.encoded(MULTIPOLYGON, polygons))
    assert [list(map(list, p.exterior.coords)) for p in found.geoms] == [p[0] for p in polygons]
    assert found.bounds == wkb.bounds(MULTIPOLYGON, polygons)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_spreadsheet_runs_a_name(tmp_path: Path, text: str) -> None:
    path = sheets.write_csv(tmp_path / "t.csv", [{"name": text, "number": -1.5}, {"name": "plain", "number": None}])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["name", "number"], ["'" + text.replace("\r", r"\x0d"), "-1.5"], ["plain", ""]]


@pytest.mark.parametrize("top", [1.0, 40.0])
def test_contours_of_what_comes_down_hold_what_is_denser(top: float) -> None:
    """A cone of density: its contours are circles, each within the one before."""
    shapely = pytest.importorskip("shapely")
    axis = np.linspace(-5_000, 5_000, 101)
    east, north = np.meshgrid(axis, axis)
    density = top * np.maximum(1 - np.hypot(east, north) / 4_000, 0.0)
    arrays = {"cases": np.array(["raid"]), "kinds": np.array(["wreck"]), "mean": density[None, None]}
    layer = features._falls(arrays | {"east": axis, "north": axis}, ORIGIN)
    levels = [f.properties["bodies_per_km2_and_raid"] for f in layer.features]
    assert levels == sorted(levels)
    shapes = [shapely.MultiPolygon([(p[0], p[1:]) for p in f.coordinates]) for f in layer.features]
    for outer, inner in itertools.pairwise(shapes):
        assert outer.contains(inner)
    assert top / 10 <= levels[-1] <= top
    _, first, _, last = shapes[0].bounds
    assert (last - first) * 111_300 / 2 == pytest.approx(4_000 * (1 - levels[0] / top), rel=0.02)


@pytest.mark.parametrize("lon", [179.9, -179.9])
def test_sites_and_areas_across_180_degrees_stay_together(tmp_path: Path, lon: float) -> None:
    """A degree of the equator is 111,319.5 m."""
    sites = [{"name": f"{e:g}", "kind": "radar", "east": e, "north": 0.0} for e in (-2e4, 2e4)]
    axis = np.linspace(-2e4, 2e4, 9)
    of = {"cases": ["a"], "kinds": ["wreck"], "mean": np.ones((1, 1, 9, 9)), "east": axis, "north": axis}
    found = [features.sites({"units": sites}, (0.0, lon)), features._falls(of, (0.0, lon))]
    for path in files.write_geojson(told(found, ""), tmp_path):
        west, _, east, _ = read(path).total_bounds
        assert (west, east) == pytest.approx((lon - 2e4 / 111_319.5, lon + 2e4 / 111_319.5), abs=1e-5)


def test_an_abstract_frame_has_no_map(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no place on the earth"):
        features.layers(tmp_path, {"map": {"origin": None}}, list)
