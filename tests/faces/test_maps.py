"""Coverage files as other programs find them: opened by geopandas, rasterio and an XML parser."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from bartizan.faces import canvas, cartography, cli
from bartizan.faces.exports import areas, maps
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError

ORIGIN = (59.2239, 39.8843)
HOSTILE = '<b>&"x\x01]]>\u202e'
KML = {"k": "http://www.opengis.net/kml/2.2"}
AXIS = np.arange(-20_000.0, 20_001.0, 500.0)
TOWER = (7_000.0, -3_500.0)  # m east and north


def chart(name: str = "Tower") -> dict[str, Any]:
    unit = {"name": name, "title": name, "kind": "fire unit", "east": TOWER[0], "north": TOWER[1], "within": 200.0,
            "present": 0.5, "reach": 9_000.0}  # fmt: skip
    return {
        "origin": {"lat": ORIGIN[0], "lon": ORIGIN[1]}, "units": [unit], "backdrop": None, "credit": name,
        "assets": [{"name": name, "radius": 100.0, "east": 0.0, "north": 0.0}],
    }  # fmt: skip


def cone(radius: float, east: float = 0.0, north: float = 0.0) -> np.ndarray:
    """1 in the middle, 0.5 at `radius`, 0 at twice that."""
    return np.clip(1 - np.hypot(*np.meshgrid(AXIS - east, AXIS - north)) / (2 * radius), 0, 1)


def arrays(unit: str = "Tower") -> dict[str, Any]:
    """A defence that covers a cone about the tower, smaller the lower the target, and rings twice as wide."""
    by_altitude = np.array([cone(r, *TOWER) for r in (2_000.0, 4_000.0)])
    rings = np.array([cone(r, *TOWER) for r in (5_000.0, 5_000.0)])
    grids = {"seen": by_altitude, "seen_by_two": by_altitude / 4, "units_seeing": 2 * by_altitude,
             "engageable": by_altitude * 0.8, "ring_seen": rings, "ring_engageable": rings}  # fmt: skip
    return grids | {
        "altitudes": np.array([50.0, 300.0]), "east": AXIS, "north": AXIS, "areas_km2": np.ones((2, 3, 2, 3)),
        "target": np.array("drone"),
        "units": np.array([unit]), "unit_seen": by_altitude[None], "unit_engageable": by_altitude[None] / 3,
    }  # fmt: skip


def regions(unit: str = "Tower") -> list[areas.Region]:
    found = [layer for layer in areas.layers(arrays(unit)) if layer.is_probability]
    return areas.regions(found, AXIS, AXIS, ORIGIN)


# ------------------------------------------------------------------------------------------------- contours


def test_a_contour_of_a_cone_is_a_circle_of_the_right_size_in_the_right_place() -> None:
    shapely = pytest.importorskip("shapely")
    (region,) = [r for r in areas.regions([areas.Layer("seen", 50.0, cone(4_000.0, *TOWER))], AXIS, AXIS, ORIGIN)
                 if r.probability == 0.5]  # fmt: skip
    assert region.area_km2 == pytest.approx(math.pi * 16, rel=0.01)
    ((ring,),) = region.polygons
    east, north = geodesy.to_local(*np.array(ring)[:, ::-1].T, ORIGIN)
    assert np.allclose(np.hypot(east - TOWER[0], north - TOWER[1]), 4_000, atol=30)
    assert shapely.Polygon(ring).exterior.is_ccw
    assert ring[0] == ring[-1]


def test_holes_run_clockwise_and_are_taken_from_the_area() -> None:
    shapely = pytest.importorskip("shapely")
    values = np.minimum(cone(8_000.0), 1.0 - (cone(2_000.0) >= 0.5))
    region = areas.regions([areas.Layer("engageable", 50.0, values)], AXIS, AXIS, ORIGIN)[0]
    ((outer, hole),) = region.polygons
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(hole).is_ccw
    assert region.area_km2 == pytest.approx(math.pi * (64 - 4), rel=0.05)


def test_what_is_covered_everywhere_is_the_whole_map_and_nowhere_is_nothing() -> None:
    layers = [areas.Layer("seen", 50.0, np.full((len(AXIS), len(AXIS)), p)) for p in (0.0, 0.49, 0.5, 1.0)]
    found = areas.regions(layers, AXIS, AXIS, ORIGIN)
    assert [r.area_km2 for r in found] == pytest.approx([1_600.0, 1_600.0, 1_600.0])


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_polygons_are_valid_whatever_the_worlds_say(worlds: int, seed: int) -> None:
    """Shares of worlds are often the very numbers of the contours, where lines would go through one another."""
    shapely = pytest.importorskip("shapely")
    values = np.random.default_rng(seed).integers(0, worlds + 1, (12, 12)) / worlds
    for region in areas.regions([areas.Layer("seen", 50.0, values)], AXIS[:12], AXIS[:12], ORIGIN):
        shape = shapely.MultiPolygon([(outer, holes) for outer, *holes in region.polygons])
        assert shape.is_valid, shapely.is_valid_reason(shape)


def test_a_map_across_the_date_line_does_not_leap() -> None:
    region = areas.regions([areas.Layer("seen", 50.0, cone(4_000.0))], AXIS, AXIS, (-17.0, 179.99))[0]
    lon = np.array(region.polygons[0][0])[:, 0]
    assert 179.9 < lon.min() < 180 < lon.max() < 180.1


# ---------------------------------------------------------------------------------------------------- files


def test_geojson_is_what_geopandas_reads(tmp_path: Path) -> None:
    geopandas = pytest.importorskip("geopandas")
    maps.write_geojson(tmp_path / "c.geojson", regions(), chart(), ORIGIN)
    found = geopandas.read_file(tmp_path / "c.geojson")
    assert found.crs == "EPSG:4326"
    assert found.is_valid.all()
    shapes = found[found.geom_type == "MultiPolygon"]
    assert set(shapes.unit) == {"defence", "Tower"}
    measured = shapes.to_crs(geodesy.local_frame(ORIGIN)).area / 1e6
    assert np.allclose(measured, shapes.area_km2, rtol=1e-3, atol=0.02)
    one = shapes[(shapes.unit == "defence") & (shapes.quantity == "seen") & (shapes.probability == 0.5)]
    assert list(one.altitude_m) == [50.0, 300.0]
    assert set(shapes.target) == {"drone"}
    points = found[found.geom_type == "Point"].to_crs(geodesy.local_frame(ORIGIN))
    assert dict(zip(points.kind, points.geometry.x.round(), strict=True)) == {"asset": 0, "fire unit": TOWER[0]}
    assert list(points.known_within_m)[1] == 200.0


def test_kml_is_what_geopandas_reads(tmp_path: Path) -> None:
    geopandas, pyogrio = pytest.importorskip("geopandas"), pytest.importorskip("pyogrio")
    maps.write_kml(tmp_path / "c.kml", "Title", regions(), chart(), ORIGIN)
    folders = [str(name) for name, _ in pyogrio.list_layers(tmp_path / "c.kml")]
    assert folders == ["drone 50 m above ground", "drone 300 m above ground", "sites"]
    found = geopandas.read_file(tmp_path / "c.kml", layer="drone 300 m above ground")
    assert found.is_valid.all()
    area = found.to_crs(geodesy.local_frame(ORIGIN)).area.max() / 1e6
    assert area == pytest.approx(math.pi * 25, rel=0.02)  # the ring at 0.5
    sites = geopandas.read_file(tmp_path / "c.kml", layer="sites").to_crs(geodesy.local_frame(ORIGIN))
    assert sites.geometry.iloc[1].x == pytest.approx(TOWER[0], abs=0.2)


def test_kml_styles_exist_and_unit_polygons_are_left_to_geojson(tmp_path: Path) -> None:
    maps.write_kml(tmp_path / "c.kml", "Title", regions(), chart(), ORIGIN)
    root = ElementTree.parse(tmp_path / "c.kml").getroot()
    styles = {f"#{style.get('id')}" for style in root.iterfind(".//k:Style", KML)}
    used = {str(url.text) for url in root.iterfind(".//k:styleUrl", KML)}
    assert used <= styles
    units = [d.find("k:value", KML) for d in root.iterfind(".//k:Data[@name='unit']", KML)]
    assert {u.text for u in units if u is not None} == {"defence"}


def test_geotiff_is_what_rasterio_reads_in_the_right_place(tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    pyproj = pytest.importorskip("pyproj")
    layers = [layer for layer in areas.layers(arrays()) if layer.unit is None]
    maps.write_geotiff(tmp_path / "c.tif", layers, AXIS, AXIS, ORIGIN)
    lat, lon = geodesy.to_degrees(*TOWER, ORIGIN)
    with rasterio.open(tmp_path / "c.tif") as file:
        assert (file.count, file.dtypes[0], file.nodata) == (12, "float32", maps.NO_DATA)
        assert file.descriptions[:2] == ("seen, drone 50 m above ground", "seen, drone 300 m above ground")
        assert file.tags(1)["target"] == "drone"
        place = pyproj.Transformer.from_crs("EPSG:4326", file.crs.to_wkt(), always_xy=True).transform(lon, lat)
        assert place == pytest.approx(TOWER, abs=0.01)
        first, second = (band[0] for band in file.sample([place], indexes=[1, 2]).__next__().reshape(2, 1))
        assert (first, second) == (1.0, 1.0)
        assert np.array_equal(file.read(3)[::-1], layers[2].values.astype(np.float32))
        row, column = file.index(*place)
        assert np.unravel_index(np.argmax(file.read(1)), file.shape) == (row, column)


def test_geotiff_without_rasterio_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "has_geotiff", lambda: False)
    with pytest.raises(UserError, match=r"pip install \"bartizan\[geo\]\""):
        maps.write_geotiff(tmp_path / "c.tif", [], AXIS, AXIS, ORIGIN)
    assert not list(tmp_path.iterdir())


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    shown = HOSTILE.replace("\x01", r"\x01").replace("\u202e", r"\u202e")
    maps.write_kml(tmp_path / "c.kml", HOSTILE, regions(HOSTILE), chart(HOSTILE), ORIGIN)
    root = ElementTree.parse(tmp_path / "c.kml").getroot()
    names = [str(name.text) for name in root.iterfind(".//k:name", KML)]
    assert names[0] == shown
    assert names[-2:] == [shown, shown]
    assert not [e for e in root.iter() if e.tag.rpartition("}")[2] == "b"]
    maps.write_geojson(tmp_path / "c.geojson", regions(HOSTILE), chart(HOSTILE), ORIGIN)
    features = json.loads((tmp_path / "c.geojson").read_text("utf-8"))["features"]
    assert features[-1]["properties"]["name"] == HOSTILE
    assert {f["properties"].get("unit") for f in features} == {"defence", HOSTILE, None}
    drawn = cartography.Coverage(**{k: arrays()[k] for k in cartography.Coverage._fields[:-1]}, target=HOSTILE)
    maps.write_png(tmp_path / "c.png", chart(HOSTILE), drawn, HOSTILE)
    assert (tmp_path / "c.png").stat().st_size > 10_000


@pytest.mark.parametrize("altitudes", [1, 2, 9])
def test_png_has_a_panel_for_each_altitude_up_to_six(tmp_path: Path, altitudes: int) -> None:
    grids = {
        k: np.repeat(v[:1], altitudes, axis=0) for k, v in arrays().items() if k.startswith(("seen", "eng", "ring"))
    }
    drawn = cartography.Coverage(
        np.arange(1.0, altitudes + 1) * 100, AXIS, AXIS, grids["seen"], grids["engageable"], grids["ring_seen"],
        grids["ring_engageable"], np.ones((2, 3, altitudes, 3)), "drone",
    )  # fmt: skip
    maps.write_png(tmp_path / "c.png", chart(), drawn, "A title")
    width = struct.unpack(">I", (tmp_path / "c.png").read_bytes()[16:20])[0]
    assert width == pytest.approx(140 * (0.8 + 2.6 * max(2, min(altitudes, 6))), abs=2)


@pytest.mark.parametrize("kind", ["fire unit", "sensor", "jammer"])
def test_a_small_mark_of_what_is_certain_is_dark_and_one_of_what_is_not_is_hollow(kind: str) -> None:
    """A light edge alone left so little of the filling of small marks that they looked hollow."""
    drawn = {certain: _mark(kind, certain) for certain in (True, False)}
    dark = {certain: float((shades < 100).sum()) for certain, shades in drawn.items()}
    middle = {certain: shades[shades.shape[0] // 2, shades.shape[1] // 2] for certain, shades in drawn.items()}
    assert middle[True] < 100
    assert middle[False] > 200
    assert dark[True] > 1.5 * dark[False]


def _mark(kind: str, certain: bool) -> np.ndarray:
    """A small mark on a ground of middling grey, as shades of its pixels, 0 to 255."""
    figure, axes = canvas.blank(1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    axes.set_facecolor("#808080")
    axes.set_xlim(-1, 1)
    axes.set_ylim(-1, 1)
    site = cartography.Site("1", "A", kind, 0.0, 0.0, certain, 0.0, "A")
    cartography.draw_mark(axes, site, scale=cartography.MARK_SCALE)
    backend = FigureCanvasAgg(figure)
    figure.set_dpi(400)
    backend.draw()
    return np.asarray(backend.buffer_rgba())[100:300, 100:300, 0].astype(int)


def test_a_long_heading_is_wrapped_and_nothing_of_it_is_cut() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    drawn = cartography.Coverage(**{k: arrays()[k] for k in cartography.Coverage._fields[:-1]}, target="drone")
    heading = ["A made-up defence on the roofs of a town: coverage, mean over worlds. " * 6, "Data: somebody's. " * 20]
    figure = cartography.coverage_figure(chart(), drawn, 6.0, [0], heading)
    figure.set_dpi(140)
    FigureCanvasAgg(figure).draw()
    told = figure.texts
    boxes = [text.get_window_extent() for text in told]
    assert max(box.x1 for box in boxes) < figure.bbox.x1
    assert min(box.y0 for box in boxes) > max(axes.get_tightbbox().y1 for axes in figure.axes)
    assert " ".join(text.get_text() for text in told) == " ".join(" ".join(heading).split())


# ------------------------------------------------------------------------------------------------- the command


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of `bartizan coverage`."""
    monkeypatch.setattr("sys.argv", ["bartizan", "coverage", *words])
    code: Any = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code
    return code or 0, *capsys.readouterr()


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    from tests.engine.scenes import scene, unit

    path = tmp_path / "scene.yaml"
    path.write_text(json.dumps(scene([unit("A"), unit("B", "radar-site", 9_000, present=0.5)])), encoding="utf-8")
    return path


def test_the_command_writes_every_file(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("rasterio")
    out = tmp_path / "maps"
    how = ("--altitude", "50, 0.3 km", "--cell", "2000", "--reach", "40", "--worlds", "4", "--speed", "360 km/h")
    code, printed, errors = run(capsys, monkeypatch, str(scenario), *how, "--out", str(out))
    assert code == 0, errors
    kinds = {"npz", "json", "png", "tif", "geojson", "kml"}
    assert {p.name for p in out.iterdir()} == {f"coverage.{kind}" for kind in kinds}
    content = json.loads((out / "coverage.json").read_text("utf-8"))
    assert (content["speed_m_s"], content["worlds"], content["altitudes_m"]) == (100.0, 4, [50.0, 300.0])
    assert content["map"]["cell_m"] == 2000.0
    assert "Town" in printed
    assert "engageable" in printed
    with np.load(out / "coverage.npz", allow_pickle=False) as found:
        assert found["unit_seen"].shape[:2] == (2, 2)
        assert found["first_seen_m"].shape == (4, 1, 2, 2, 72)


def test_a_scenario_that_is_nowhere_on_earth_has_no_maps_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.studies.test_study import SMALL

    (tmp_path / "s.yaml").write_text(json.dumps(SMALL), encoding="utf-8")
    out = tmp_path / "maps"
    how = ("--worlds", "2", "--altitude", "100", "--cell", "1000", "--out", str(out))
    code, _, errors = run(capsys, monkeypatch, str(tmp_path / "s.yaml"), *how)
    assert code == 0
    assert "no place on the earth" in errors
    assert {p.suffix for p in out.iterdir()} == {".npz", ".json", ".png"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--altitude", "50,high"), "'--altitude': 'high': expected a number in m"),
        (("--altitude", "50,,100"), "'--altitude': '': expected"),
        (("--altitude", "-5"), "'--altitude': '-5' is not between 0.1 and 100,000 m"),
        (("--altitude", "50 kg"), "'--altitude': '50 kg': expected a number in m or a quantity such as \"12 km\""),
        (("--altitude", "1e400"), "'--altitude': '1e400'"),
        (("--speed", "0"), "'--speed': '0' is not between 0.1 and 10,000 m/s"),
        (("--target", "bat"), "no threat 'bat'"),
        (("--cell", "1", "--reach", "900"), "choose another cell"),
    ],
)
def test_wrong_options_are_told_in_a_line(
    scenario: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...],
    says: str,
) -> None:  # fmt: skip
    code, _, errors = run(capsys, monkeypatch, str(scenario), *words, "--out", str(scenario.parent / "m"))
    assert code == 2
    assert says in errors
    assert not (scenario.parent / "m").exists()


def test_a_folder_that_cannot_be_made_is_told(
    scenario: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    how = ("--worlds", "1", "--altitude", "100", "--cell", "5000", "--out", str(scenario / "under-a-file"))
    code, _, errors = run(capsys, monkeypatch, str(scenario), *how)
    assert code == 2
    assert "cannot write into the folder" in errors
