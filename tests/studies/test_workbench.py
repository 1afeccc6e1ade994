"""What a viewer is told: every grid has the study's own values at its places, and every site stands where it stands."""

from __future__ import annotations

import base64
import copy
import json
import math
import shlex
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine import scenes
from tests.engine.blocks import blocks_file
from tests.studies.test_study import SMALL

import bartizan
from bartizan.ground import geodesy
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies import layers, mercator, overview, results, workbench
from bartizan.studies.results import open_results, scenario_of
from bartizan.studies.workbench import Workbench, choices, is_results
from bartizan.world.scenario import load

IN_DEGREES = {
    "bartizan": 1, "name": "somewhere", "date": "2031-02-03", "summary": "A plant.",
    "assets": [{"name": "plant", "at": {"lat": 57.31, "lon": 11.02}, "radius": 250}],
    "units": [
        {"name": "battery", "at": {"lat": 57.35, "lon": 11.1, "within": 100}, "height": 2, "roof": {"storeys": 8},
         "system": "pantsir-s1"},
        {"name": "jammer", "at": {"lat": 57.3, "lon": 11.0}, "system": "pole-21"},
    ],
    "raids": [{"name": "few", "groups": [{"threat": "shahed-136", "count": 3}]}],
    "study": {"worlds": 4, "raids": 8},
}  # fmt: skip


def cells(grid: dict[str, Any]) -> np.ndarray:
    """The values of a grid document, row 0 northernmost."""
    data = np.frombuffer(base64.b64decode(grid["cells"]), np.uint8)
    return data.reshape(grid["rows"], grid["columns"]) * (grid["top"] / 255)


def middles(grid: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude of a grid document's cells, by the map's own projection: EPSG 3857 as PROJ has it."""
    from pyproj import Transformer

    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    (_, south), (_, north) = (to_metres.transform(0.0, grid[end]) for end in ("south", "north"))
    y = north - (north - south) * (np.arange(grid["rows"]) + 0.5) / grid["rows"]
    _, lat = to_metres.transform(np.zeros_like(y), y, direction="INVERSE")
    lon = grid["west"] + (grid["east"] - grid["west"]) * (np.arange(grid["columns"]) + 0.5) / grid["columns"]
    lat, lon = np.meshgrid(lat, lon, indexing="ij")
    return lat, lon


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario in degrees, with its results beside it."""
    folder = tmp_path_factory.mktemp("somewhere")
    (folder / "somewhere.yaml").write_text(json.dumps(IN_DEGREES))
    bartizan.study(load(folder / "somewhere.yaml"), folder / "results", seed=3)
    return folder


@pytest.fixture(scope="module")
def bench(somewhere: Path) -> Workbench:
    return Workbench(str(somewhere / "somewhere.yaml"))


@pytest.fixture(scope="module")
def played(somewhere: Path) -> Workbench:
    return Workbench(str(somewhere / "results"))


def test_documents_across_180_degrees_do_not_fall_apart() -> None:
    at = (50.0, 179.999)
    mapped = {"kind": "mapped", "buildings": {"file": blocks_file(at)}, "range": 10_000}
    sites = [scenes.unit("west", east=-900), scenes.unit("east", east=900)]
    of = load(scenes.scene(sites, origin={"lat": at[0], "lon": at[1]}, surface=mapped))
    shown, blocks = overview.of_scenario(of), layers.buildings(of)["features"]
    lon = [place["lon"] for place in shown["units"]]
    lon += [x for block in blocks for ring in block["geometry"]["coordinates"] for x, _ in ring]
    assert 179.9 < min(lon) < 180 < max(lon) < 180.1


# --------------------------------------------------------------------------------------------------------- grids


@settings(max_examples=20)
@given(
    st.tuples(st.floats(-80, 80), st.floats(-180, 180)), st.floats(1e3, 2e5), st.floats(-5, 5), st.floats(-5, 5),
    st.floats(-1, 1),
)  # fmt: skip
def test_a_plane_stays_that_plane_on_the_web_map(
    origin: tuple[float, float], half: float, across: float, up: float, shift: float
) -> None:
    """Bilinear is exact for planes, so each cell has the plane's value at its middle: to half a byte."""
    x, y = np.linspace(-half, half, 41) + shift * half, np.linspace(-half, half, 33)
    plane = 20.0 + across * (x[None, :] / half) + up * (y[:, None] / half)
    top = float(plane.max())
    grid = mercator.picture(plane, x, y, origin, top, "m")
    east, north = geodesy.to_local(*middles(grid), origin)
    inside = (east >= x[0]) & (east <= x[-1]) & (north >= y[0]) & (north <= y[-1])
    value = 20.0 + across * east / half + up * north / half
    assert inside.mean() > 0.5
    assert np.abs(cells(grid) - value)[inside].max() <= top / 255 * 0.501
    clearly_out = (east < x[0] - 1) | (east > x[-1] + 1) | (north < y[0] - 1) | (north > y[-1] + 1)
    assert (cells(grid)[clearly_out] == 0).all()


def test_a_grid_holds_all_of_its_places() -> None:
    x = y = np.linspace(-5e4, 5e4, 11)
    grid = mercator.picture(np.ones((11, 11)), x, y, (55.75, 37.62), 1.0, "probability")
    lat, lon = geodesy.to_degrees(*np.meshgrid(x, y), (55.75, 37.62))
    assert grid["west"] <= lon.min()
    assert lon.max() <= grid["east"]
    assert grid["south"] <= lat.min()
    assert lat.max() <= grid["north"]
    assert cells(grid).max() == 1.0


def test_nothing_anywhere_is_a_grid_of_nothing() -> None:
    x = np.linspace(-1e3, 1e3, 5)
    assert not cells(mercator.picture(np.zeros((5, 5)), x, x, (10.0, 10.0), 0.0, "per km2 and raid")).any()


@pytest.mark.parametrize(("what", "unit"), [("seen", None), ("by_two", None), ("engageable", None), ("seen", "battery"),
                                            ("engageable", "battery")])  # fmt: skip
def test_coverage_on_the_map_is_the_coverage_of_the_place(bench: Workbench, what: str, unit: str | None) -> None:
    grid = bench.coverage(what, 300.0, unit)
    covered = bench._subject().coverage.at(300.0, "shahed-136")  # type: ignore[union-attr]
    shares = (
        covered.shares[layers.WHAT[what]] if unit is None else covered.of_unit(["seen", "engageable"].index(what), 0)
    )
    east, north = geodesy.to_local(*middles(grid), (57.31, 11.02))
    at = mercator.bilinear(shares[0], covered.grid.x, covered.grid.y, east, north)
    assert np.abs(cells(grid) - at).max() <= 0.501 / 255
    assert grid["unit"] == "probability"
    assert grid["worlds"] == covered.worlds
    # what flies a kilometre beside the unit is seen by it; straight above is its dead cone
    if what == "seen":
        row, column = (np.abs(cells_at - here).argmin() for cells_at, here in ((north[:, 0], 4_450), (east[0], 5_830)))
        assert cells(grid)[row, column] > 0.9


def test_coverage_that_cannot_be_had_is_told(bench: Workbench) -> None:
    for what, altitude, unit, threat, told in (
        ("heard", 100.0, None, None, "no coverage of the kind 'heard'; known: by_two, engageable, seen"),
        ("seen", 0.0, None, None, "altitude must lie between 1 and 30000 m"),
        ("seen", 1e9, None, None, "altitude must lie between"),
        ("seen", 100.0, "nobody", None, "no unit 'nobody'; known: battery, jammer"),
        ("by_two", 100.0, "battery", None, "one unit alone"),
        ("seen", 100.0, None, "kh-101", "no threat 'kh-101' in the raids; known: shahed-136"),
    ):
        with pytest.raises(UserError, match=told):
            bench.coverage(what, altitude, unit, threat)


def test_coverage_is_against_the_threat_that_is_named() -> None:
    """A radar reaches as far as the fourth root of the cross section; what no missile is for is nowhere engageable."""
    kinds = {
        "large": scenes.drone(rcs=1, title="Large drone"),
        "small": scenes.drone(rcs=1 / 16),
        "jet": scenes.drone(kind="aircraft", rcs=1),
    }
    system = {"sensors": {"eye": {"kind": "radar", "range": 20_000, "rcs": 1, "scan_period": 3}}, "antenna_height": 0}
    of = scenes.scene(
        [scenes.unit("radar", scenes.merged(scenes.battery(), system))],
        [scenes.group(threat="large"), scenes.group(threat="small")],
        threats=kinds,
        surface={"kind": "open"},
    )
    of["systems"] = {}
    of["raids"].append({"name": "again", "groups": [scenes.group(threat="small"), scenes.group(threat="jet")]})
    maps = layers.CoverageMaps(load(of), 0)
    threats = [("large", "Large drone"), ("small", "small"), ("jet", "jet")]
    assert maps.offered()["threats"] == [{"name": name, "title": title} for name, title in threats]

    def shares(what: str, threat: str | None) -> float:
        return float(cells(maps.picture(what, 100.0, None, threat)).mean())

    assert maps.picture("seen", 100.0, None) == maps.picture("seen", 100.0, None, "large")
    seen = {name: maps.at(100.0, name).areas_km2(0, -1)[1, 0, 0] for name, _ in threats}
    assert seen["large"] == pytest.approx(math.pi * 20**2, rel=0.02)
    assert seen["large"] / seen["small"] == pytest.approx(4, rel=0.05)
    assert shares("engageable", "large") > 0.1
    assert shares("engageable", "jet") == 0.0
    assert maps.picture("seen", 100.0, None, "large")["target"] == "Large drone"


def test_falls_on_the_map_are_those_of_the_results(played: Workbench, somewhere: Path) -> None:
    with np.load(somewhere / "results" / "fall.npz") as found:
        kind = int(found["mean"].max(axis=(0, 2, 3)).argmax())
        density, east, north = found["mean"][0, kind], found["east"], found["north"]
        kinds = [str(k) for k in found["kinds"]]
    grid = played.fall("few", kinds[kind])
    assert grid["top"] == pytest.approx(density.max())
    at = mercator.bilinear(density, east, north, *geodesy.to_local(*middles(grid), (57.31, 11.02)))
    assert np.abs(cells(grid) - at).max() <= grid["top"] / 255 * 0.501
    assert played.view()["fall"] == {"kinds": kinds}
    with pytest.raises(UserError, match="no kind 'rain'"):
        played.fall("few", "rain")


def test_saved_coverage_is_what_the_results_hold(somewhere: Path, tmp_path: Path) -> None:
    """Without its scenario a results folder still has the maps of its report."""
    shutil.copytree(somewhere / "results", tmp_path / "results")
    (tmp_path / "results" / "scenario.json").unlink()
    bench = Workbench(str(tmp_path / "results"))
    view = bench.view()
    (threat,) = view["coverage"].pop("threats")
    assert view["coverage"] == {"altitudes_m": [50, 300, 1000], "units": [], "what": ["seen", "engageable", "by_two"]}
    assert threat == {"name": "Shahed-136 (Geran-2) class", "title": "Shahed-136 (Geran-2) class"}
    grid = bench.coverage("seen", 300.0, None, threat["name"])
    assert grid["target"] == threat["title"]
    with np.load(somewhere / "results" / "coverage.npz") as found:
        east, north = geodesy.to_local(*middles(grid), (57.31, 11.02))
        at = mercator.bilinear(found["seen"][1], found["east"], found["north"], east, north)
    assert np.abs(cells(grid) - at).max() <= 0.501 / 255
    with pytest.raises(UserError, match="at 50, 300, 1000 m only"):
        bench.coverage("seen", 100.0, None)
    with pytest.raises(UserError, match=r"against one threat only: Shahed-136 \(Geran-2\) class"):
        bench.coverage("seen", 300.0, None, "kh-101")


# ------------------------------------------------------------------------------------------------------- terrain


@given(st.floats(layers.STEEP, 3.0), st.floats(-math.pi, math.pi))
def test_a_hillside_is_lit_by_the_cosine_of_the_angle_to_the_light(slope: float, downhill: float) -> None:
    """A plane falls towards `downhill`, clockwise from north; the light comes from the north-west, 45 degrees high."""
    x, y = np.meshgrid(np.arange(9) * 30.0, np.arange(7) * 30.0)
    heights = -slope * (x * math.sin(downhill) + y * math.cos(downhill))
    upright = math.atan(slope)
    towards = math.cos(downhill + math.pi / 4)
    lit = (math.cos(upright) + math.sin(upright) * towards) * math.sqrt(0.5)
    assert layers.hillshade(heights, 30.0) == pytest.approx(np.full((7, 9), max(lit, 0.0)), abs=1e-9)


def test_plains_have_shades_too_and_what_is_unknown_is_level() -> None:
    x, y = np.meshgrid(np.arange(60.0), np.arange(60.0))
    gentle = np.sin(x / 5) + np.cos(y / 7)
    gentle[20:30, 20:30] = np.nan
    lit = layers.hillshade(gentle, 50.0)
    level = math.sqrt(0.5)
    assert lit[20:30, 20:30] == pytest.approx(np.full((10, 10), level))
    assert np.ptp(lit) > 0.05
    assert (layers.hillshade(np.zeros((5, 5)), 50.0) == level).all()


def test_a_mountain_is_light_and_dark_at_its_place(tmp_path: Path) -> None:
    pytest.importorskip("rasterio")
    from tests.world import surfaces

    lat, lon = (
        at + side * surfaces.STEP_DEG * (np.arange(surfaces.SAMPLES) + 0.5 - surfaces.SAMPLES / 2)
        for at, side in zip(surfaces.ORIGIN, (-1, 1), strict=True)
    )
    east, north = geodesy.to_local(*np.meshgrid(lat, lon, indexing="ij"), surfaces.ORIGIN)
    peak, level = (1_200.0, -2_000.0), math.sqrt(0.5)
    cone = np.maximum(600.0 - 0.5 * np.hypot(east - peak[0], north - peak[1]), 0.0)
    of = load(surfaces.written(tmp_path, {"terrain": [surfaces.terrain(tmp_path / "t.tif", cone)], "range": "5 km"}))
    grid = layers.terrain(of)["shade"]
    e, n = geodesy.to_local(*middles(grid), surfaces.ORIGIN)
    along, away = ((e - peak[0]) * side + (n - peak[1]) for side in (1, -1))  # north-east, north-west of the peak
    flank = (np.hypot(e - peak[0], n - peak[1]) < 900) & (np.hypot(e - peak[0], n - peak[1]) > 200)
    narrow = flank & (np.abs(along) < 100)
    assert cells(grid)[narrow & (away > 0)].mean() == pytest.approx(1.5 * level / math.hypot(1, 0.5), abs=0.03)
    assert cells(grid)[narrow & (away < 0)].mean() == pytest.approx(0.5 * level / math.hypot(1, 0.5), abs=0.03)
    assert cells(grid)[(n > 2_000) & (n < 4_000)] == pytest.approx(level, abs=0.01)


def test_what_has_no_terrain_has_no_hills(bench: Workbench) -> None:
    assert bench.terrain() == {"shade": None}


# ---------------------------------------------------------------------------------------------------------- view


def test_sites_stand_at_their_degrees(bench: Workbench) -> None:
    view = bench.view()
    for kind in ("assets", "units"):
        for item, written in zip(view[kind], IN_DEGREES[kind], strict=True):  # type: ignore[call-overload]
            assert item["name"] == written["name"]
            assert (item["lat"], item["lon"]) == pytest.approx((written["at"]["lat"], written["at"]["lon"]), abs=1e-9)
    assert view["real"] is True
    assert view["origin"] == pytest.approx({"lat": 57.31, "lon": 11.02})


def test_a_unit_is_described(bench: Workbench) -> None:
    battery, jammer = bench.view()["units"]
    system = load("moscow-2023").units[0].system  # of the catalogue
    assert battery["kind"] == "fire unit"
    assert jammer["kind"] == "jammer"
    assert (battery["within_m"], battery["roof_storeys"], battery["on_roof"]) == (100, 8, True)
    assert (jammer["roof_storeys"], jammer["on_roof"], jammer["emitters"]) == (None, False, 1)
    assert battery["system"] == "pantsir-s1"
    assert battery["height_m"] == pytest.approx(2 + system.antenna_height.likely)
    assert [e["name"] for e in battery["effectors"]] == list(system.effectors)
    keys = {number["key"] for number in bench.view()["numbers"]}
    assert set(battery["numbers"]) <= keys
    assert (
        "systems/pantsir-s1/channels" in battery["numbers"] or "systems/pantsir-s1/reaction_time" in battery["numbers"]
    )


def test_what_a_unit_is_for_and_what_it_engages_of_a_raid_is_told() -> None:
    """A unit for aircraft alone beside a gun for drones, against drones and a ballistic missile."""
    content = copy.deepcopy(SMALL)
    (battery,) = content["units"]
    missile = battery["system"]["effectors"]["missile"] | {
        "kill": {"aircraft": 0.5, "cruise": 0.5},
        "reach": {"cruise": "3 km"},
    }
    gunnery = {"burst": 40, "dispersion": "2 mrad", "aim_error": "3 mrad", "kill_per_hit": {"drone": 0.3}}
    gun = {"kind": "gun", "range_max": "2 km", "speed": 900, "rounds": 400, "gunnery": gunnery}
    aircraft, guns = copy.deepcopy(battery), copy.deepcopy(battery)
    aircraft |= {"name": "aircraft"}
    aircraft["system"]["effectors"] = {"missile": missile}
    guns |= {"name": "guns"}
    guns["system"]["effectors"] = {"gun": gun}
    content["units"] = [aircraft, guns]
    content["raids"][0]["groups"].append({"threat": "iskander-m", "count": 1, "distance": "100 km"})
    view = overview.of_scenario(load(content))
    assert [(one["engaged"], one["count"]) for one in view["cases"][0]["threats"]] == [(True, 3), (False, 1)]
    assert [case["idle"] for case in view["cases"]] == [["aircraft"]] * 3
    of_missile, of_gun = (unit["effectors"][0] for unit in view["units"])
    assert (of_missile["against"], of_missile["reach_m"]) == (["aircraft", "cruise"], {"cruise": 3000.0})
    assert (of_gun["against"], of_gun["reach_m"], of_gun["burst"]) == (["drone"], {}, 40)


def test_doctrine_may_keep_a_unit_from_what_its_weapons_are_for() -> None:
    content = copy.deepcopy(SMALL)
    content["units"][0]["system"]["doctrine"] = {"engage": ["cruise"]}
    assert overview.of_scenario(load(content))["cases"][0]["idle"] == [content["units"][0]["name"]]


def test_an_abstract_frame_says_that_it_is_none_of_the_real_earth() -> None:
    view = Workbench("reference-24v4").view()
    assert view["real"] is False
    assert view["origin"] == {"lat": 0.0, "lon": 0.0}
    scenario = load("reference-24v4")
    for item, unit in zip(view["units"], scenario.units, strict=True):
        east, north = geodesy.to_local(item["lat"], item["lon"], (0.0, 0.0))
        assert (float(east), float(north)) == pytest.approx(unit.unit.at.local((0.0, 0.0)), abs=1e-3)


def test_results_add_their_estimates_to_the_scenario(bench: Workbench, played: Workbench, somewhere: Path) -> None:
    summary = json.loads((somewhere / "results" / "summary.json").read_text())
    view = played.view()
    assert view["results"] is True
    assert bench.view()["results"] is False
    for part in ("cases", "numbers", "claims", "findings"):
        assert view[part] == summary[part]
    assert view["provenance"]["seed"] == 3
    assert view["notes"] == []
    for part in ("assets", "units", "origin", "title"):
        assert view[part] == bench.view()[part]
    for case in bench.view()["cases"]:
        assert case == {key: summary["cases"][0][key] for key in case}


@pytest.mark.parametrize("name", ["moscow-2023:luzhniki", "power-station", "reference-24v4"])
def test_every_document_is_plain_json(name: str) -> None:
    view = Workbench(name).view()
    assert json.loads(json.dumps(view, allow_nan=False)) == view


def test_outlines_are_geojson_in_degrees() -> None:
    backdrop = Workbench("moscow-2023").view()["backdrop"]
    lon, lat = np.concatenate([np.array(line) for line in backdrop["features"][0]["geometry"]["coordinates"]]).T
    assert (abs(lat - 55.75) < 1).all()
    assert (abs(lon - 37.6) < 1.5).all()
    assert "OpenStreetMap" in backdrop["attribution"]


# ------------------------------------------------------------------------------------------------- raids, changes


def test_a_raid_of_the_results_is_the_one_that_was_played(played: Workbench, somewhere: Path) -> None:
    raids = played.raids("few")
    assert (raids["worlds"], raids["raids"]) == (4, 8)
    threats = open_results(somewhere / "results").table("threats")
    for seen in raids["worth"]:
        replay = played.replay("few", seen["world"], seen["raid"])
        rows = (threats["world"] == seen["world"]) & (threats["raid"] == seen["raid"])
        assert [t["fate"] for t in replay["threats"]] == list(threats["fate"][rows])


def test_results_of_another_version_are_shown_with_a_note(somewhere: Path, tmp_path: Path) -> None:
    shutil.copytree(somewhere / "results", tmp_path / "results")
    path = tmp_path / "results" / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"bartizan": "0.0.9"}))
    (note,) = Workbench(str(tmp_path / "results")).view()["notes"]
    assert f"Bartizan 0.0.9 made these results; this is {bartizan.__version__}" in note


def test_a_raid_that_ends_otherwise_than_in_the_results_says_so(somewhere: Path, tmp_path: Path) -> None:
    """Fates in the results that were changed afterwards, as another version would have had them."""
    shutil.copytree(somewhere / "results", tmp_path / "results")
    path, bench = tmp_path / "results" / "threats.parquet", Workbench(str(tmp_path / "results"))
    assert bench.replay("few", 1, 2)["notes"] == []
    rows = dict(open_results(tmp_path / "results").table("threats"))
    rows["fate"] = np.where(rows["threat"] == 0, "alive", rows["fate"]).astype(object)
    results.write_parquet(path, [rows])
    sent = len(bench.replay("few", 1, 2)["threats"])
    (note,) = bench.replay("few", 1, 2)["notes"]
    assert f"1 of {sent} threats have another fate" in note


def test_raids_of_a_scenario_without_results_are_played_to_be_seen(bench: Workbench) -> None:
    raids = bench.raids("few")
    assert (raids["worlds"], raids["raids"]) == (4, 8)
    first = raids["worth"][0]
    assert len(bench.replay("few", first["world"], first["raid"])["threats"]) == 3


def test_a_changed_scenario_is_given_as_a_file(bench: Workbench) -> None:
    given = bench.scenario("mine", [{"op": "remove", "unit": "jammer"}])
    assert given["file"] == "mine.yaml"
    with pytest.raises(UserError, match="letters, digits"):
        bench.scenario("../mine", [])


def test_a_what_if_ends_when_another_is_asked(bench: Workbench) -> None:
    first = bench.answers("few", [])
    assert next(first)["done"] is False
    second = bench.answers("few", [{"op": "remove", "unit": "battery"}])
    assert next(second)["now"]["mean"] >= 0
    assert list(first) == []
    bench.close()
    assert list(second) == []


# ------------------------------------------------------------------------------------------------------ sources


def test_the_scenario_of_results_is_the_one_that_was_played(somewhere: Path, tmp_path: Path) -> None:
    results = open_results(somewhere / "results")
    assert scenario_of(results).digest == results.summary["scenario"]["digest"]
    shutil.copytree(somewhere / "results", tmp_path / "other")
    content = json.loads((tmp_path / "other" / "scenario.json").read_text())
    content["title"] = "Another"
    (tmp_path / "other" / "scenario.json").write_text(json.dumps(content))
    with pytest.raises(ResultsError, match="is not the scenario that was played"):
        scenario_of(open_results(tmp_path / "other"))


def test_a_results_folder_knows_its_mapped_files_from_where_they_lay(tmp_path: Path) -> None:
    pytest.importorskip("rasterio")
    scenario = load("vologda")
    folder = tmp_path / "results"
    folder.mkdir()
    written = scenario.file.model_dump(mode="json", exclude_defaults=True)
    (folder / "scenario.json").write_text(json.dumps(written))
    about = {"variant": None, "digest": scenario.digest}
    (folder / "summary.json").write_text(json.dumps({"format": 1, "scenario": about}))
    assert scenario_of(open_results(folder)).mapped is not None


def begun_in(folder: Path, name: str, digest: str, **more: Any) -> Path:
    """Results of a shipped scenario, as far as that is asked for."""
    folder.mkdir()
    written = load(name).file.model_dump(mode="json", exclude_defaults=True) | more
    (folder / "scenario.json").write_text(json.dumps(written))
    about = {"variant": None, "digest": digest}
    (folder / "summary.json").write_text(json.dumps({"format": 1, "scenario": about}))
    return folder


def test_a_scenario_that_has_changed_is_told_as_that_wherever_else_its_files_are_missing(tmp_path: Path) -> None:
    pytest.importorskip("rasterio")
    folder = begun_in(tmp_path / "results", "vologda", load("vologda").digest, title="Another")
    with pytest.raises(ResultsError, match="is not the scenario that was played"):
        scenario_of(open_results(folder))


def test_of_the_places_where_files_are_looked_for_the_one_that_has_most_of_them_is_told(tmp_path: Path) -> None:
    surface = {"kind": "mapped", "terrain": ["west.tif", "gone.tif", "east.tif"]}
    folder = begun_in(tmp_path / "results", "power-station", "0", surface=surface, origin={"lat": 10, "lon": 20})
    for name in ("west.tif", "east.tif"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ResultsError) as caught:
        scenario_of(open_results(folder))
    assert "1 mistake\n" in str(caught.value)
    assert f"there is no file {tmp_path / 'gone.tif'}" in str(caught.value)


def test_buildings_stand_where_they_are_mapped_and_their_number_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rasterio")
    monkeypatch.setattr(layers, "MOST_BUILDINGS", 50)
    scenario = load("vologda")
    found = layers.buildings(scenario)
    assert len(found["features"]) == 50
    assert found["said"].startswith("the 50 buildings nearest to a site, of ")
    sites = np.array([u.unit.at.local(scenario.origin) for u in scenario.units])
    for feature in found["features"]:
        ring = np.array(feature["geometry"]["coordinates"][0])
        east, north = geodesy.to_local(ring[:, 1], ring[:, 0], scenario.origin)
        assert min(math.dist(site, (east.mean(), north.mean())) for site in sites) < 2_000
        assert 0 < feature["properties"]["height_m"] < 100


def test_a_scenario_without_a_map_has_no_buildings(bench: Workbench) -> None:
    assert bench.buildings()["features"] == []


def test_a_scenario_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(SMALL))
    bench = Workbench(str(path))
    assert bench.view()["units"] is bench.view()["units"]
    assert shlex.split(bench.view()["command"]) == ["bartizan", "run", str(path)]
    path.write_text(json.dumps({**SMALL, "title": "A longer title than before"}))
    assert bench.view()["title"] == "A longer title than before"


def test_unfinished_results_say_so(somewhere: Path, tmp_path: Path) -> None:
    shutil.copytree(somewhere / "results", tmp_path / "results")
    (tmp_path / "results" / "parts").mkdir()
    assert "still being played" in Workbench(str(tmp_path / "results")).view()["notes"][0]


def test_damaged_maps_leave_the_rest(somewhere: Path, tmp_path: Path) -> None:
    shutil.copytree(somewhere / "results", tmp_path / "results")
    (tmp_path / "results" / "fall.npz").write_bytes(b"PK\x03\x04 no more")
    view = Workbench(str(tmp_path / "results")).view()
    assert view["fall"] is None
    assert "fall.npz is damaged" in view["notes"][0]


def test_what_can_be_opened_is_found(somewhere: Path) -> None:
    (somewhere / "notes.yaml").write_text("a: 1\n")
    found = {title: [c.source for c in chosen] for title, chosen in choices(somewhere).items()}
    assert found["Results"] == [str(somewhere / "results")]
    assert choices(somewhere)["Results"][0].title == load(somewhere / "somewhere.yaml").title != "results"
    assert found["Scenario files here"] == [str(somewhere / "somewhere.yaml")]
    assert {"moscow-2023", "moscow-2023:luzhniki"} <= set(found["Scenarios that ship with Bartizan"])


def test_a_folder_that_is_called_like_a_shipped_scenario_hides_it_only_with_results(
    somewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "power-station").mkdir()
    assert not is_results("power-station")
    shutil.copy(somewhere / "results" / "study.json", tmp_path / "power-station")
    assert is_results("power-station")


def test_what_people_ask_first_is_asked_after_the_page_was_there(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(workbench, "PAGE_S", 0.0)
    monkeypatch.setattr(layers.CoverageMaps, "picture", lambda *asked: order.append("coverage"))
    fresh = Workbench(bench.source)
    thread = threading.Thread(target=fresh.warm, args=[lambda: order.append("begun")])
    thread.start()
    assert order == []
    fresh.view()
    thread.join()
    assert order == ["begun", "coverage"]


def test_nothing_is_asked_of_what_cannot_be_used(tmp_path: Path) -> None:
    begun: list[str] = []
    Workbench(str(tmp_path)).warm(lambda: begun.append("begun"))
    assert begun == []
