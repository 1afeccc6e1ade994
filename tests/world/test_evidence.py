"""The evidence check, against made-up claims whose conflicts and distances are known beforehand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.world import surfaces

import bartizan
from bartizan.ground import geodesy
from bartizan.studies import inputs
from bartizan.world import catalog
from bartizan.world.evidence import Finding, findings
from bartizan.world.scenario import load

DEGREE_AT_EQUATOR_KM = 110.574  # one degree of latitude from the equator on, WGS 84


def claim(name: str, topic: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "says": f"what {name} says", "topic": topic, "value": value, **more}


def apart(value: Any, **more: Any) -> dict[str, Any]:
    return {"start": "home", "end": "post", "value": value, **more}


def scenario(claims: list[dict[str, Any]], unit: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A unit 3 km east and 4 km north of the asset, so 5 km away, with the given claims."""
    post: dict[str, Any] = {"name": "post", "system": {"sensors": {"eye": {"kind": "ideal", "range": "10 km"}}}}
    post |= {"at": {"east": "3 km", "north": "4 km"}} | (unit or {})
    threat = {"kind": "drone", "speed": 50, "altitude": 100, "rcs": 1}
    return {
        "bartizan": 1,
        "name": "made-up",
        "claims": claims,
        "assets": [{"name": "home", "at": {"east": 0, "north": 0}}],
        "units": [post],
        "raids": [{"name": "raid", "groups": [{"threat": threat, "count": 1}]}],
    } | more


def found(kind: str, *arguments: Any, **more: Any) -> list[Finding]:
    return [f for f in findings(load(scenario(*arguments, **more))) if f.kind == kind]


def test_a_claim_that_only_a_note_names_is_used_by_no_number() -> None:
    (only,) = found("unused", [claim("c1", "weather")])
    assert only.text == "c1: no number uses it: what c1 says"


@pytest.mark.parametrize(("one", "other", "conflict"), [
    (31, "31", False), ("12 km", "12000 m", False), ("20-30", 25, False), ("20-30", "20–30", False),
    ("at least 15", 20, False), ("at least 15", 12, True), ("20-30", {"low": 28}, False), (8, 10, True),
    ("8 km", 8, True), (True, 1, True), ("Roof", "roof ", False), ("roof", "ground", True),
    ("35 %", 0.35, False), ("10.8 km/h", "3 m/s", False), ("300 g", "0.3 kg", False), ("more than 5", 5, True),
])  # fmt: skip
def test_amounts_conflict_where_they_have_nothing_in_common(one: Any, other: Any, conflict: bool) -> None:
    assert bool(found("conflict", [claim("a", "t", one), claim("b", "t", other)])) is conflict


TWO_COUNTS = [claim("a", "storeys", 8), claim("b", "storeys", 10)]


def roof(storeys: Any) -> dict[str, Any]:
    return {"roof": {"storeys": storeys}}


def test_a_conflict_that_an_either_carries() -> None:
    (only,) = found("conflict", TWO_COUNTS, roof({"either": {8: ["a"], 10: ["b"]}}))
    assert only.claims == ("a", "b")
    assert "8 (a) against 10 (b)" in only.text
    assert "both carried by post: roof storeys" in only.text


def test_a_conflict_that_a_spread_carries() -> None:
    (only,) = found("conflict", TWO_COUNTS, roof({"low": 8, "high": 10, "claims": ["a", "b"]}))
    assert "both carried by post: roof storeys" in only.text


def test_a_conflict_that_a_number_settles_in_silence_is_told() -> None:
    (only,) = found("conflict", TWO_COUNTS, roof({"value": 8, "claims": ["a", "b"]}))
    assert "post: roof storeys is fixed at 8" in only.text
    assert "carried" not in only.text


def test_a_conflict_of_which_one_side_is_carried() -> None:
    (only,) = found("conflict", TWO_COUNTS, roof({"either": {8: ["a"], 9: []}}))
    assert "carries only 8" in only.text


def test_a_conflict_without_a_number() -> None:
    kinds = [claim("a", "type", "school"), claim("b", "type", "office"), claim("c", "type", " School ")]
    (only,) = found("conflict", kinds)
    assert only.claims == ("a", "c", "b")
    assert only.text.endswith("no number of the scenario carries it")


def test_a_chance_of_being_there_carries_yes_and_no() -> None:
    told = [claim("a", "there", True), claim("b", "there", False)]
    (open_,) = found("conflict", told, {"present": {"value": 0.5, "claims": ["a", "b"]}})
    (settled,) = found("conflict", told, {"present": {"value": 1, "claims": ["a", "b"]}})
    assert "both carried by post: present" in open_.text
    assert "is fixed at 1" in settled.text


@pytest.mark.parametrize("values", [(8, 8), (8, 8.0), ("Office", "office"), (8, None)])
def test_claims_that_agree_are_no_conflict(values: tuple[Any, Any]) -> None:
    assert not found("conflict", [claim("a", "t", values[0]), claim("b", "t", values[1])])


def test_claims_on_different_topics_are_no_conflict() -> None:
    assert not found("conflict", [claim("a", "t", 8), claim("b", "u", 10)])


def test_yes_is_not_one() -> None:
    assert len(found("conflict", [claim("a", "t", True), claim("b", "t", 1)])) == 1


@pytest.mark.parametrize(
    ("claimed", "reported"),
    [("5 km", False), ("6.6 km", False), ("6.7 km", True), ("4.1 km", False), ("3.9 km", True), ("3 mi", False)],
)
def test_a_distance_is_held_against_the_map(claimed: str, reported: bool) -> None:
    """Places 5 km apart; a quarter of the claimed distance is allowed: 6.667 km and 4 km are the limits."""
    told = found("distance", [claim("a", "far", distance=apart(claimed))])
    assert bool(told) is reported
    if reported:
        assert "5 km on the map" in told[0].text
        assert told[0].claims == ("a",)


def test_the_tolerance_of_a_claim_is_its_own() -> None:
    assert found("distance", [claim("a", "far", distance=apart("5.2 km", tolerance=0.01))])
    assert not found("distance", [claim("a", "far", distance=apart("5.2 km", tolerance=0.05))])


def test_a_badly_known_place_contradicts_less() -> None:
    told = [claim("a", "far", distance=apart("10 km"))]  # 2.5 km are allowed, 5 km are off
    vague = {"at": {"east": "3 km", "north": "4 km", "within": "2.6 km"}}
    assert found("distance", told)
    assert not found("distance", told, vague)


def test_a_claimed_span_is_off_only_outside_it() -> None:
    assert not found("distance", [claim("a", "far", distance=apart({"low": "2 km", "high": "6 km"}, tolerance=0))])
    assert found("distance", [claim("a", "far", distance=apart({"low": "6 km", "high": "9 km"}, tolerance=0))])


def test_the_tolerance_of_a_claimed_span_is_a_share_of_its_far_end() -> None:
    """A quarter of 9 km is 2.25 km, so 4.75 km would still agree; a quarter of 8.8 km from 7.3 km on leaves 5.1 km."""
    assert not found("distance", [claim("a", "far", distance=apart({"low": "7 km", "high": "9 km"}))])
    assert found("distance", [claim("a", "far", distance=apart({"low": "7.3 km", "high": "8.8 km"}))])


@pytest.mark.parametrize(("error", "reported"), [(0.0, False), (0.001, True)])
def test_degrees_are_measured_on_the_ellipsoid(error: float, reported: bool) -> None:
    told = apart(f"{DEGREE_AT_EQUATOR_KM * (1 + error)} km", tolerance=1e-4)
    places = {"assets": [{"name": "home", "at": {"lat": 0, "lon": 10}}]}
    assert (
        bool(found("distance", [claim("a", "far", distance=told)], {"at": {"lat": 1, "lon": 10}}, **places)) is reported
    )


def test_metres_and_degrees_may_be_mixed() -> None:
    told = apart(f"{DEGREE_AT_EQUATOR_KM} km", tolerance=1e-4)
    places = {"assets": [{"name": "home", "at": {"lat": 0, "lon": 10}}]}
    north = {"at": {"east": 0, "north": DEGREE_AT_EQUATOR_KM * 1000}}
    assert not found("distance", [claim("a", "far", distance=told)], north, **places)
    assert found("distance", [claim("a", "far", distance=apart("100 km", tolerance=0.01))], north, **places)


def test_claims_that_nothing_uses() -> None:
    told = [claim(name, name) for name in "abcdef"]
    told[3]["distance"] = apart("5 km")
    unit = {"claims": ["a"], "height": {"value": 3, "claims": ["b"]}, "present": {"either": {0.5: ["c"], 0.7: []}}}
    assert [f.claims for f in found("unused", told, unit)] == [("e",), ("f",)]
    home = {"assets": [{"name": "home", "at": {"east": 0, "north": 0}, "claims": ["f"]}]}
    assert [f.claims for f in found("unused", told, unit, **home)] == [("e",)]


def test_a_spread_of_a_raid_uses_its_claims() -> None:
    written = scenario([claim("a", "speed", 50)])
    written["raids"][0]["groups"][0]["speed"] = {"low": 40, "high": 60, "claims": ["a"]}
    assert findings(load(written)) == []


def test_claims_of_a_variant_count_in_that_variant_only() -> None:
    other = {"night": {"title": "at night", "claims": [claim("b", "storeys", 10)]}}
    written = scenario([claim("a", "storeys", 8)], variants=other)
    assert [f.kind for f in findings(load(written))] == ["unused"]
    assert [f.kind for f in findings(load(written, variant="night"))] == ["conflict", "unused", "unused"]


def test_a_place_that_a_variant_leaves_out_is_not_measured() -> None:
    written = scenario(
        [claim("a", "far", distance=apart("50 km"))], variants={"bare": {"title": "bare", "without": ["post"]}}
    )
    assert [f.kind for f in findings(load(written))] == ["distance"]
    assert findings(load(written, variant="bare")) == []


@pytest.mark.parametrize("name", ["moscow-2023", "moscow-2023:luzhniki"])
def test_what_the_reports_on_moscow_leave_open(name: str) -> None:
    told = findings(load(name))
    conflicts = {f.text.split(":")[0]: f.text for f in told if f.kind == "conflict"}
    assert "8 (c01) against 10 (c02); both carried by" in conflicts["ministry-storeys"]
    assert "no number of the scenario carries it" in conflicts["taganka-building-type"]
    assert conflicts["taganka-building-type"].count(" against ") == 2
    assert "30 km (c12)" in conflicts["pantsir-range"]
    assert "all carried by" in conflicts["pantsir-range"]
    assert "Znamenka" in conflicts["ministry-building"]


def test_four_kilometres_to_taganka_are_contradicted_by_the_map() -> None:
    (only,) = [f for f in findings(load("moscow-2023")) if f.kind == "distance"]
    assert only.claims == ("c07",)
    assert "4 km claimed" in only.text
    assert "2.24" in only.text  # the other report's 1.5 miles are 2.4 km


# ------------------------------------------------------------------------------------------------ a mapped surface

HOUSE = surfaces.box(100, 50, 40, 30, height=20)  # holds the place 120 m east and 64 m north
STREET = (0.0, 0.0)
INDOORS = (120.0, 64.0)


def remarks(folder: Path, surface: dict[str, Any], *units: dict[str, Any], **more: Any) -> list[str]:
    pytest.importorskip("rasterio")
    pytest.importorskip("shapely")
    if surface.get("buildings") == "one house":
        surface = surface | {"buildings": {"file": surfaces.polygons(folder / "houses.geojson", HOUSE)}}
    listed = findings(load(surfaces.written(folder, surface, *units, **more)))
    assert {f.kind for f in listed} <= {"surface"}
    assert not any(f.claims for f in listed)
    return [f.text for f in listed]


def test_a_surface_that_fits_gives_no_remark(tmp_path: Path) -> None:
    surface = {"terrain": [surfaces.terrain(tmp_path / "ground.tif")], "buildings": "one house"}
    up, down = surfaces.unit("up", *INDOORS, roof={}), surfaces.unit("down", *STREET)
    assert remarks(tmp_path, surface, up, down) == []


def test_a_unit_inside_a_building(tmp_path: Path) -> None:
    (only,) = remarks(tmp_path, {"buildings": "one house"}, surfaces.unit("in", *INDOORS))
    assert only.startswith("in has no roof, but stands inside a mapped building of 20 m")


def test_a_unit_on_a_platform_as_high_as_the_building_is_not_inside_it(tmp_path: Path) -> None:
    assert remarks(tmp_path, {"buildings": "one house"}, surfaces.unit("on", *INDOORS, height="20 m")) == []


@pytest.mark.parametrize(
    ("storeys", "storey_height", "told"),
    [
        (5, "4 m", None),
        (4, "4 m", None),  # 16 m and a storey are 20 m
        (6, "4 m", None),
        (3, "4 m", "higher: 20 m"),
        (7, "4 m", "lower: 20 m"),
        ({"low": 3, "high": 5}, "4 m", None),
        ({"low": 8, "high": 10}, "3 m", "lower: 20 m"),
        ({"low": 8, "high": 10}, {"low": "2 m", "high": "3 m"}, None),
    ],
)
def test_stated_storeys_against_the_mapped_building(
    tmp_path: Path, storeys: Any, storey_height: Any, told: str | None
) -> None:
    roof = {"storeys": storeys, "storey_height": storey_height}
    found = remarks(tmp_path, {"buildings": "one house"}, surfaces.unit("up", *INDOORS, roof=roof))
    assert len(found) == (told is not None)
    assert told is None or found[0].endswith(f"the mapped building there is {told}")


def test_stated_storeys_where_no_building_is_mapped(tmp_path: Path) -> None:
    (only,) = remarks(tmp_path, {"buildings": "one house"}, surfaces.unit("up", *STREET, roof={"storeys": 5}))
    assert only.endswith("but no building is mapped at its place")


def test_where_no_unit_can_stand_is_a_mistake(tmp_path: Path) -> None:
    """As running would refuse it; of all units at once."""
    pytest.importorskip("rasterio")
    pytest.importorskip("shapely")
    houses = {"file": surfaces.polygons(tmp_path / "houses.geojson", HOUSE)}
    surface = {"terrain": [surfaces.terrain(tmp_path / "ground.tif")], "buildings": houses}
    nowhere, away = surfaces.unit("up", *STREET, roof={}), surfaces.unit("away", 40_000, 0)
    (text,) = inputs.problems(load(surfaces.written(tmp_path, surface, nowhere, away)))
    assert "stands on a roof without storeys, but no building is mapped" in text
    assert "outside the terrain" in text


def test_voids_are_counted(tmp_path: Path) -> None:
    heights = np.full((surfaces.SAMPLES, surfaces.SAMPLES), 120)
    heights[:20, :50] = -9999  # 1000 of 40,000
    (only,) = remarks(tmp_path, {"terrain": [surfaces.terrain(tmp_path / "ground.tif", heights, void=-9999)]})
    assert only.startswith("2.50% of the terrain's samples are voids")


def test_threats_that_appear_beyond_the_terrain(tmp_path: Path) -> None:
    """It is 0.1 degrees wide: 2.86 km from its middle to its western side, on 59.22 degrees north."""
    surface = {"terrain": [surfaces.terrain(tmp_path / "ground.tif")]}
    raids = surfaces.scenario({})["raids"]
    raids[0]["groups"][0]["distance"] = {"low": "1 km", "high": "9 km"}
    (only,) = remarks(tmp_path, surface, raids=raids)
    assert only.startswith("the terrain's files end 2.86 km")
    assert "from home, but threats of raid appear at 9 km: beyond, a plain at 120 m is assumed" in only


def test_threats_that_appear_within_the_terrain(tmp_path: Path) -> None:
    assert remarks(tmp_path, {"terrain": [surfaces.terrain(tmp_path / "ground.tif")]}) == []


def test_a_sensor_that_looks_beyond_the_terrain(tmp_path: Path) -> None:
    surface = {"terrain": [surfaces.terrain(tmp_path / "ground.tif")]}
    far = {"sensors": {"eye": {"kind": "ideal", "range": "30 km"}}}
    near_edge = surfaces.unit("post", -2000, 0)
    (only,) = remarks(tmp_path, surface, surfaces.unit("post", 0, 0, system=far))
    assert "from post, but its eye looks as far as 30 km" in only
    assert len(remarks(tmp_path, surface, near_edge)) == 1  # 2 km of range, 0.85 km of terrain
    (only,) = remarks(tmp_path, surface | {"range": "8 km"}, surfaces.unit("post", 0, 0, system=far))
    assert "looks as far as 8 km" in only


def test_heights_that_were_assumed(tmp_path: Path) -> None:
    houses = [surfaces.box(100 * k, 0, 10, 10, **({"height": 9} if k else {})) for k in range(4)]
    surface = {"buildings": {"file": surfaces.polygons(tmp_path / "houses.geojson", *houses)}}
    (only,) = remarks(tmp_path, surface)
    assert only == "25.0% of 4 buildings say neither height nor storeys; 9 m is assumed"


def test_a_clearing_in_a_wood_and_one_without(tmp_path: Path) -> None:
    heights = np.zeros((surfaces.SAMPLES, surfaces.SAMPLES))
    heights[:, : surfaces.SAMPLES // 2] = 12
    surface: dict[str, Any] = {
        "canopy": [{"file": surfaces.terrain(tmp_path / "trees.tif", heights)}],
        "clearings": [{"at": {"east": e, "north": 0}, "radius": "60 m"} for e in (-500, 500)],
    }
    (only,) = remarks(tmp_path, surface)
    assert only.startswith("clearing 2 fells nothing")


# ------------------------------------------------------------------------------------------------ radars

BARE = {"range": "20 km"}
WHOLE = BARE | {"frequency": "9.4 GHz", "gain": "36 dB", "temperature": "900 K"}
NOISY = {"noise": {"power": 10, "frequency": "9.4 GHz", "bandwidth": "1 GHz"}}


def radars(sensors: dict[str, Any], threat: dict[str, Any], **more: Any) -> list[str]:
    """What is told of a unit's radars when such a threat comes."""
    flying = {"kind": "drone", "speed": 50, "altitude": 100, "rcs": 1} | threat
    raids = [{"name": "raid", "groups": [{"threat": "jammer", "count": 1}]}]
    unit = {"system": {"sensors": sensors}} if isinstance(sensors, dict) else {"system": sensors}
    return [f.text for f in found("radar", [], unit, threats={"jammer": flying}, raids=raids, **more)]


def test_a_radar_that_noise_cannot_touch_is_named_with_what_it_lacks() -> None:
    sensors = {"plain": BARE, "half": BARE | {"frequency": "9 GHz"}, "whole": WHOLE}
    plain, half = radars(sensors, NOISY)
    assert plain.startswith("noise of jammer has no effect on these radars")
    assert plain.endswith("no frequency, gain, temperature: plain of post")
    assert half.endswith("no gain, temperature: half of post")


def test_a_radar_without_a_band_knows_neither_rain_nor_cross_sections_by_band() -> None:
    (only,) = radars({"plain": BARE, "whole": WHOLE}, {"rcs_by_band": {"X": 2}})
    assert only == "rcs_by_band of jammer has no effect on these radars, as they state no frequency: plain of post"
    (only,) = radars({"plain": BARE, "whole": WHOLE}, {}, weather={"rain": "10 mm/h"})
    assert only.startswith("rain has no effect")
    assert radars({"plain": BARE}, {}, weather={"rain": {"low": 0, "high": 0}}) == []


def test_only_radars_are_named_and_only_where_there_is_something_to_miss() -> None:
    sights = {"eye": {"kind": "ideal", "range": "9 km"}, "sight": {"kind": "infrared", "range": "9 km"}}
    assert radars(sights, NOISY, weather={"rain": "10 mm/h"}) == []
    assert radars({"plain": BARE}, {}, weather={}) == []


@pytest.mark.parametrize("name", [n for n in catalog.names("systems") if catalog.system(n).sensors])
def test_all_radars_of_the_catalogue_know_noise_rain_and_bands(name: str) -> None:
    assert radars(name, NOISY | {"rcs_by_band": {"X": 2}}, weather={"rain": "10 mm/h"}) == []


@pytest.mark.parametrize(("lat", "told"), [(4.3, None), (4.6, "0.11%"), (8.9, "0.40%")])
def test_a_map_too_wide_for_its_plane_is_told(lat: float, told: str | None) -> None:
    """Across the direction to the origin an azimuthal equidistant map is too long by c / sin c, at an angle c away;
    as is measured here on the ellipsoid, over a kilometre."""
    at, half = (0.001, 0.0), 0.5 / 111.32
    home = [{"name": "home", "at": dict(zip(("lat", "lon"), at, strict=True))}]
    texts = [f.text for f in found("distance", [], {"at": {"lat": lat, "lon": 0.0}}, assets=home)]
    (x0, y0), (x1, y1) = ((float(v) for v in geodesy.to_local(lat, lon, at)) for lon in (-half, half))
    measured = math.hypot(x1 - x0, y1 - y0) / geodesy.distance_m(lat, -half, lat, half) - 1.0
    assert (measured > 1e-3) is (told is not None)
    if told is not None:
        assert float(told.rstrip("%")) / 100 == pytest.approx(measured, abs=1e-4)
    assert [f"up to {told} too long" in text for text in texts] == [True] * (told is not None)


# ------------------------------------------------------------------------------------------------ classes and dates


def firing(kill: dict[str, Any], **doctrine: Any) -> dict[str, Any]:
    missile = {"range_max": "5 km", "speed": 800, "rounds": 4, "kill": kill}
    eye = {"kind": "ideal", "range": "10 km"}
    return {"system": {"sensors": {"eye": eye}, "effectors": {"missile": missile}, "doctrine": doctrine}}


def test_a_class_that_nothing_is_fired_at_is_told() -> None:
    """What is sent is a drone."""
    (only,) = found("class", [], firing({"cruise": 0.5}))
    told = "nothing is fired at what is drone (sent by raid): no missile or gun has a kill chance against that class"
    assert only.text == told
    (only,) = found("class", [], firing({"drone": 0.5, "cruise": 0.5}, engage=["cruise"]))
    assert only.text.endswith("(sent by raid): engage of post leaves that class out")
    assert not found("class", [], firing({"drone": 0.5}))
    assert not found("class", [], firing({"drone": 0.5}, engage=["drone"]))
    assert not found("class", [])  # it has nothing to fire at all


@pytest.mark.parametrize(("date", "told"), [
    ("2023-05-30", False), ("night of 29 to 30 May 2023", False), ("2023-05", False), ("", False),
    ("2023-02-30", True), ("last spring", True), ("3/5/2024", True),
])  # fmt: skip
def test_the_date_of_a_report_that_is_none_is_told(date: str, told: bool) -> None:
    threat = {"kind": "drone", "speed": 50, "altitude": 100, "rcs": 1}
    raid = {
        "name": "raid",
        "groups": [{"threat": threat, "count": 1}],
        "reported": {"sent": 1, "leaked": 0, "date": date},
    }
    assert bool(found("report", [], raids=[raid])) is told


def test_a_report_of_a_raid_uses_its_claims() -> None:
    raid = scenario([])["raids"][0] | {"reported": {"sent": 1, "killed": 1, "claims": ["c"]}}
    assert not found("unused", [claim("c", "killed", 1)], raids=[raid])


def test_a_conflict_of_three_sides_of_which_two_are_carried() -> None:
    three = [claim(name, "storeys", value) for name, value in (("a", 8), ("b", 10), ("c", 12))]
    (only,) = found("conflict", three, {"roof": {"storeys": {"either": {8: ["a"], 10: ["b"]}}}})
    assert "carries only 8, 10" in only.text


def middle_of(tmp_path, *units, **more):
    surface = {"terrain": [surfaces.terrain(tmp_path / "ground.tif")]}
    return [f.text for f in findings(bartizan.load(surfaces.written(tmp_path, surface, *units, **more)))]


def test_the_northern_side_of_the_terrain_is_a_side(tmp_path):
    """It goes 5.6 km north of its middle: a unit 5 km north has 0.6 km of it, and looks 2 km far."""
    (only,) = middle_of(tmp_path, surfaces.unit("post", 0, 5000))
    assert only.startswith("the terrain's files end 571 m from post")
    assert "from post, but its eye looks as far as 2 km" in only


def test_what_lies_beyond_the_terrain_has_none_of_it(tmp_path):
    (only,) = middle_of(tmp_path, surfaces.unit("post", 0, 9000))
    assert only.startswith("the terrain's files end 0 m from post")


def test_of_all_that_looks_beyond_the_terrain_the_worst_is_told(tmp_path):
    (only,) = middle_of(tmp_path, surfaces.unit("post", -2000, 0), surfaces.unit("edge", -2800, 0))
    assert "from edge, but" in only


def test_threats_count_at_the_assets_that_they_are_aimed_at(tmp_path):
    raids = surfaces.scenario({})["raids"]
    raids[0]["groups"][0] |= {"targets": ["home"]}
    assets = [{"name": name, "at": {"east": east, "north": 0}} for name, east in (("home", 0), ("edge", -2500))]
    assert middle_of(tmp_path, raids=raids, assets=assets) == []


def test_half_a_kilometre_beyond_the_terrain_is_told(tmp_path):
    (only,) = middle_of(tmp_path, surfaces.unit("post", -1360, 0))
    assert "looks as far as 2 km" in only
