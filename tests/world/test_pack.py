"""The door to arrays, against values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pyproj import Geod
from tests.world.samples import battery, unit, written

from bartizan.ground import rng
from bartizan.physics import arrays
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario, load
from bartizan.world.schema import CLASSES

DRONE = {"kind": "drone", "speed": 50, "altitude": 100, "rcs": "1 m2"}


def packed(content: dict[str, Any], count: int = 3, raid: str = "raid") -> arrays.Packed:
    scenario = load(content)
    return pack.pack(scenario, scenario.case(raid), draw.worlds(scenario, 5, 0, count))


def one(**more: Any) -> dict[str, Any]:
    """One unit of a certain system, in one certain place."""
    system = {"sensors": {"eye": {"kind": "ideal", "range": "20 km"}}} | more.pop("system", {})
    place = {"at": {"east": 3000, "north": 4000}} | more.pop("unit", {})
    return written(units=[{"name": "u", "system": system, **place}]) | more


# ------------------------------------------------------------------------------------------------ places and heights

KREMLIN = (55.752, 37.6175)
SITES = {"near": (55.745, 37.651), "far": (55.98, 37.62), "south": (55.53, 37.62)}


def test_positions_are_at_geodesic_distance_and_bearing() -> None:
    """In the azimuthal equidistant frame both are kept exactly, from the origin."""
    units = [unit(name, at={"lat": lat, "lon": lon}) for name, (lat, lon) in SITES.items()]
    assets = [{"name": "home", "at": {"lat": KREMLIN[0], "lon": KREMLIN[1]}}]
    found = packed(written(units=units, assets=assets))
    for i, (lat, lon) in enumerate(SITES.values()):
        azimuth, _, distance = Geod(ellps="WGS84").inv(KREMLIN[1], KREMLIN[0], lon, lat)
        assert found.units["x"][:, i] == pytest.approx(distance * math.sin(math.radians(azimuth)), abs=0.01)
        assert found.units["y"][:, i] == pytest.approx(distance * math.cos(math.radians(azimuth)), abs=0.01)
    assert found.assets["x"] == pytest.approx(0, abs=1e-6)


def test_a_place_known_within_a_radius_lies_anywhere_in_the_disc() -> None:
    """Each area as likely: the square of the distance is uniform, with mean R^2 / 2; bearings have no direction."""
    count, radius = 4000, 500.0
    found = packed(one(unit={"at": {"east": 3000, "north": 4000, "within": radius}}), count)
    east, north = found.units["x"][:, 0] - 3000, found.units["y"][:, 0] - 4000
    share = (east**2 + north**2) / radius**2
    assert share.max() <= 1
    assert share.mean() == pytest.approx(0.5, abs=4 / math.sqrt(12 * count))
    assert np.hypot(east.mean(), north.mean()) < 4 * radius / math.sqrt(4 * count) * math.sqrt(2)


def test_roofs_ground_and_antenna_add_up() -> None:
    found = packed(one(
        unit={"roof": {"storeys": {"either": [8, 10]}, "storey_height": "4 m"}, "height": "3 m"},
        system={"antenna_height": "5 m"},
    ), 200)  # fmt: skip
    assert set(found.units["antenna"][:, 0]) == {8 * 4 + 3 + 5, 10 * 4 + 3 + 5}


def test_a_unit_is_there_as_often_as_stated() -> None:
    count = 4000
    found = packed(one(unit={"present": 0.3}), count)
    assert found.units["present"].mean() == pytest.approx(0.3, abs=4 * math.sqrt(0.3 * 0.7 / count))


# ------------------------------------------------------------------------------------------------ sensors


def test_the_radar_detects_with_the_stated_probability_at_the_stated_range() -> None:
    """Swerling 1, one look: Pd = Pfa^(1 / (1 + snr)), snr ~ rcs / R^4. By hand: ln 1e-6 / ln 0.5 - 1 = 18.93."""
    radar = {"range": "20 km", "rcs": "2 m2", "probability": 0.5, "false_alarm": 1e-6}
    sensor = packed(one(system={"sensors": {"radar": radar}})).sensors[0, 0]
    assert sensor["snr_constant"] == pytest.approx(18.9315686 * 20_000**4 / 2, rel=1e-8)
    snr = sensor["snr_constant"] * 2 / 20_000**4
    assert math.exp(sensor["ln_false_alarm"]) ** (1 / (1 + snr)) == pytest.approx(0.5)
    assert sensor["r_max"] == math.inf
    assert (sensor["kind"], sensor["m"], sensor["n"], sensor["phase"]) == (arrays.RADAR, 2, 3, -1)


def test_a_stated_signal_to_noise_replaces_the_probability() -> None:
    sensor = packed(one(system={"sensors": {"radar": {"range": "10 km", "snr": "13 dB"}}})).sensors[0, 0]
    assert sensor["snr_constant"] == pytest.approx(10**1.3 * 1e16)


def test_elevation_limits_are_tangents_and_none_is_none() -> None:
    limits = {"elevation_min": "-10 deg", "elevation_max": "45 deg"}
    eyes = {"a": {"range": "20 km", **limits}, "b": {"kind": "ideal", "range": "9 km"}}
    limited, free = packed(one(system={"sensors": eyes})).sensors[0]
    assert limited["tan_low"] == pytest.approx(math.tan(math.radians(-10)))
    assert limited["tan_high"] == pytest.approx(1)
    assert (free["tan_low"], free["tan_high"], free["r_max"]) == (-math.inf, math.inf, 9000)


# ------------------------------------------------------------------------------------------------ effectors


def test_time_of_flight_at_a_mean_speed_is_a_straight_line() -> None:
    effectors = {"m": {"range_max": "16 km", "speed": 800, "launch_delay": 2, "rounds": 4, "kill": {"drone": 0.5}}}
    effector = packed(one(system={"effectors": effectors})).effectors[0, 0]
    ranges = np.arange(arrays.RANGE_POINTS) * 500.0
    assert effector["per_metre"] == pytest.approx(1 / 500)
    assert effector["flight"] == pytest.approx(ranges / 800 + 2)
    assert (effector["reload"], effector["at_once"], effector["hold_to_assessment"]) == (math.inf, arrays.NO_LIMIT, 1)


def test_time_of_flight_from_a_table_is_interpolated() -> None:
    rows = [[0, 0], ["4 km", 4], ["16 km", 28]]
    effectors = {"m": {"range_max": "16 km", "flight": rows, "rounds": 4, "kill": {"drone": 0.5}, "guidance": "active"}}
    effector = packed(one(system={"effectors": effectors})).effectors[0, 0]
    assert effector["flight"][[4, 8, 20, 32]] == pytest.approx([2, 4, 16, 28])  # at 2, 4, 10 and 16 km
    assert (effector["sight_to_intercept"], effector["hold_to_assessment"]) == (0, 0)


def test_counts_arrive_whole_and_both_ends_do() -> None:
    """An integer field cuts what is behind the point; nothing must stand there."""
    found = packed(written(units=[unit("u")]), 400)
    assert set(found.units["channels"][:, 0]) == {2, 3, 4}
    assert set(found.effectors["rounds"][:, 0]) == {4, 5, 6, 7, 8}


def test_kill_chances_by_group_and_class() -> None:
    groups = [{"threat": DRONE, "count": 1}, {"threat": DRONE | {"kind": "cruise"}, "count": 1}]
    kill = {"drone": 0.5, "munition": 0.2}
    content = written(
        systems={"battery": battery(effectors={"m": {"range_max": 1e4, "speed": 500, "rounds": 4, "kill": kill}})},
        raids=[{"name": "raid", "groups": groups}],
    )
    assert packed(content).kill.tolist() == [[[0.5, arrays.CANNOT_ENGAGE]] * 2] * 3


def test_what_geometry_leaves_of_a_kill_chance() -> None:
    """Units of one type share it, also where it is unknown; classes without a lethal radius have none."""
    missile = {
        "range_max": 1e4, "speed": 500, "rounds": 4, "kill": {"drone": 0.5}, "crossing_max": "6 km",
        "kill_by_range": [["1 km", 1], ["9 km", {"low": 0.2, "high": 0.6}]], "kill_by_altitude": [[0, 0.5], [300, 1]],
        "miss": {"guidance_error": "0.5 mrad", "lethal_radius": {"drone": {"low": 3, "high": 8}, "cruise": 5}},
    }  # fmt: skip
    groups = [{"threat": DRONE, "count": 1}, {"threat": DRONE | {"kind": "munition"}, "count": 1}]
    raids = [{"name": "raid", "groups": groups}]
    found = packed(written(systems={"battery": battery(effectors={"m": missile})}, raids=raids), 50)
    first, second = found.lethality[:, 0], found.lethality[:, 1]
    assert (first == second).all()
    assert first["rows"].tolist() == [[2, 0, 2]] * 50
    assert (first["at"][:, 0, :2] == (1000, 9000)).all()
    assert (first["factor"][:, 2, :2] == (0.5, 1)).all()
    assert 0.2 < first["factor"][:, 0, 1].min() < 0.3 < 0.5 < first["factor"][:, 0, 1].max() < 0.6
    assert (first["guidance_error"] == 0.0005).all()
    assert (found.lethal_radius[..., 1] == 0).all()
    assert 3 < found.lethal_radius[..., 0].min() < 4 < 7 < found.lethal_radius[..., 0].max() < 8
    assert (found.effectors["crossing_max"] == 6000).all()
    assert (found.effectors["kill_varies"] == 1).all()


def test_a_plain_kill_chance_does_not_vary() -> None:
    missile, gun = packed(written()).effectors[0, :2]
    assert (missile["kill_varies"], gun["kill_varies"], missile["crossing_max"]) == (0, 1, math.inf)


def test_tracks() -> None:
    """A track outlasts a gap of its coast time, and never less than a scan; beams count where one is searched with."""
    plain = {"range": "20 km", "beam": "2 deg", "scan_period": 3}
    tracker = plain | {"role": "fire-control", "dwell": 0.2}
    false = {"rate": "6 1/min", "time": 20, "fired": 0.25}
    sensors = {"a": plain | {"coast_time": 9}, "b": plain | {"coast_time": 1}, "c": plain}
    found = packed(one(system={"sensors": sensors | {"t": tracker}, "false_tracks": false}))
    assert found.sensors["coast"][0].tolist() == [pytest.approx(9), pytest.approx(3), math.inf, math.inf]
    assert (found.sensors["coast"][0, :2] > (9, 3)).all()
    assert found.sensors["beam"][0] == pytest.approx(math.radians(2))
    assert found.sensors["dwell"][0].tolist() == [0, 0, 0, 0.2]
    assert not packed(one(system={"sensors": sensors})).sensors["beam"].any()
    assert [found.units[f"false_{name}"][0, 0] for name in ("rate", "time", "fired")] == [pytest.approx(0.1), 20, 0.25]


def test_only_who_coordinates_takes_a_threat_for_another() -> None:
    network = {"network": {"miscorrelation": 0.2}}
    assert packed(one(**network)).units["miscorrelation"].tolist() == [[0.2]] * 3
    assert (
        not packed(one(unit={"at": {"east": 0, "north": 0}, "networked": False}, **network))
        .units["miscorrelation"]
        .any()
    )
    assert not packed(one()).units["miscorrelation"].any()


def test_guns_keep_their_gunnery() -> None:
    found = packed(written())
    gun = found.effectors[0, 1]
    assert (gun["is_gun"], gun["has_gunnery"], gun["burst"], gun["rounds"]) == (1, 1, 30, 700)
    assert (gun["dispersion"], gun["aim_error"], gun["bias"]) == pytest.approx((0.002, 0.003, 0))
    assert (found.kill[:, 1] == 0.3).all()


def test_sensors_and_effectors_stand_in_the_order_of_their_units() -> None:
    found = packed(written())
    assert [(u["s0"], u["s1"], u["e0"], u["e1"]) for u in found.units[0]] == [(0, 1, 0, 2), (1, 2, 2, 4)]
    assert found.sensors["unit"][0].tolist() == [0, 1]
    assert found.effectors["unit"][0].tolist() == [0, 0, 1, 1]
    assert found.emitters["unit"][0].tolist() == [0, 1]


def test_jammers_are_a_hazard_where_they_stand() -> None:
    found = packed(written(units=[unit("u", at={"east": 1, "north": 2}, height=10)]))
    jammer = found.emitters[0, 0]
    assert (jammer["x"], jammer["y"], jammer["z"], jammer["hazard"]) == (1, 2, 15, 1 / 20)
    assert (found.jam_range == 9000).all()
    assert (jammer["satnav"], jammer["link"]) == (1, 0)


def test_doctrine() -> None:
    doctrine = {"salvo": [2, 1], "max_salvos": 3, "engage": ["drone", "cruise"], "partial_salvo": False}
    (first, second) = packed(written(systems={"battery": battery(doctrine=doctrine)})).units[0]
    assert (first["salvos"], first["salvo"].tolist(), first["max_salvos"], first["partial"]) == (2, [2, 1, 0, 0], 3, 0)
    assert first["engage"] == (1 << CLASSES.index("drone")) | (1 << CLASSES.index("cruise"))
    assert first["entity"] == rng.name_hash("first") != second["entity"]


# ------------------------------------------------------------------------------------------------ raids


def raided(*groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    full = [{"threat": DRONE, "count": 1} | group for group in groups]
    return one(raids=[{"name": "raid", "groups": full, **more}])


def test_what_is_unknown_of_a_raid_is_drawn_by_name() -> None:
    content = raided({"distance": {"low": "30 km", "high": "60 km"}, "arrival": {"rate": {"low": 0.1, "high": 0.2}}})
    found = packed(content, 50).types[:, 0]
    drawn = draw.worlds(load(content), 5, 0, 50)
    assert found["distance"].tolist() == drawn.value("raids/raid/0/distance").tolist()
    assert found["interval"].tolist() == drawn.value("raids/raid/0/arrival/rate").tolist()
    assert len(set(found["distance"])) == 50


def test_groups_that_share_an_unknown_share_it_in_the_arrays() -> None:
    content = raided(
        {"distance": {"low": "30 km", "high": "60 km"}}, {"distance": {"same_as": "raids/raid/0/distance"}}
    )
    found = packed(content, 50).types["distance"]
    assert (found[:, 0] == found[:, 1]).all()


def test_a_group_keeps_its_unknowns_when_another_gets_no_threat() -> None:
    """At size 1 the first group of three is left out, and the second must not slip into its place."""
    content = raided({"distance": "10 km"}, {"distance": "20 km", "count": 5}, sizes=[1, 6])
    assert packed(content, raid="raid-1").types["distance"].tolist() == [[20_000]] * 3
    assert packed(content, raid="raid-6").types["distance"].tolist() == [[10_000, 20_000]] * 3


@pytest.mark.parametrize(
    ("low", "high", "span"), [("0 deg", "360 deg", 360), ("10 deg", "40 deg", 30), ("350 deg", "20 deg", 30)]
)
def test_bearings_run_clockwise_from_low_to_high(low: str, high: str, span: float) -> None:
    found = packed(raided({"bearing": {"low": low, "high": high}})).types[0, 0]
    assert math.degrees(found["bearing_span"]) == pytest.approx(span)


ARRIVALS = [
    ({}, arrays.TOGETHER, 0),
    ({"gap": 5}, arrays.GAP, 5),
    ({"spread": 60}, arrays.SPREAD, 60),
    ({"rate": "6 1/min"}, arrays.POISSON, 0.1),
]


@pytest.mark.parametrize(("arrival", "kind", "interval"), ARRIVALS)
def test_arrivals(arrival: dict[str, Any], kind: int, interval: float) -> None:
    found = packed(raided({"arrival": arrival | {"start": 7, "jitter": 2}}))
    assert found.groups["arrival"][0] == kind
    type_ = found.types[0, 0]
    assert (type_["interval"], type_["start"], type_["jitter"]) == pytest.approx((interval, 7, 2))


def test_speeds_and_altitudes_are_kept_as_spreads() -> None:
    group = packed(raided({"speed": {"low": 40, "high": 60}, "altitude": 200, "count": 3}, {"count": 2})).groups
    assert group["speed"][0] == pytest.approx(np.linspace(40, 60, arrays.SPREAD_POINTS), abs=1e-4)
    assert set(group["altitude"][0]) == {200}
    assert [(g["first"], g["count"]) for g in group] == [(0, 3), (3, 2)]


def test_targets_are_those_named_or_all() -> None:
    content = raided({"targets": ["b"]}, {})
    content["assets"] = [{"name": n, "at": {"east": 0, "north": 0}, "height": 9} for n in "ab"]
    found = packed(content)
    assert [found.targets[g["t0"] : g["t1"]].tolist() for g in found.groups] == [[1], [0, 1]]
    assert (found.assets["z"] == 9).all()


# ------------------------------------------------------------------------------------------------ surface and network


def city(heights: dict[str, Any]) -> dict[str, Any]:
    place = {"centre": {"east": 0, "north": 0}, "radius": "6 km"}
    return one(surface={"kind": "city", **place, "density": "300 1/km2", "perimeter": "100 m", "heights": heights})


def test_walls_crossed_per_metre() -> None:
    """Cauchy: density x mean perimeter / pi."""
    here = packed(city({"rayleigh": "10 m"})).surface[0, 0]
    assert here["lines"] == pytest.approx(300e-6 * 100 / math.pi)
    assert (here["kind"], here["radius"]) == (arrays.CITY, 6000)


def test_the_share_of_higher_walls_is_summed_up_from_the_ground() -> None:
    """Rayleigh: the integral of exp(-h^2 / 2 s^2) from 0 to h is s sqrt(pi / 2) erf(h / s sqrt 2)."""
    scale = 12.0
    height = packed(city({"rayleigh": scale})).surface["height"][0, 0]
    at = np.arange(arrays.HEIGHT_POINTS) * arrays.HEIGHT_STEP_M
    expected = scale * math.sqrt(math.pi / 2) * np.array([math.erf(h / (scale * math.sqrt(2))) for h in at])
    assert height == pytest.approx(expected, abs=1e-12)


def test_shares_of_heights_need_not_add_up_to_one() -> None:
    """0.2 of 10.3 m and 0.6 of 30 m: in the end a mean height of (2.06 + 18) / 0.8 m, below the first top all of it."""
    height = packed(city({"shares": [["10.3 m", 0.2], ["30 m", 0.6]]})).surface["height"][0, 0]
    assert height[-1] == pytest.approx(20.06 / 0.8, rel=1e-12)
    assert height[20] == pytest.approx(10, rel=1e-12)
    assert height[22] == pytest.approx((0.2 * 10.3 + 0.6 * 11) / 0.8, rel=1e-12)


def test_kinds_of_surface_and_network() -> None:
    assert packed(one(surface={"kind": "open"})).surface["kind"][0, 0] == arrays.NO_HORIZON
    assert packed(one(surface={"kind": "smooth"})).surface["kind"][0, 0] == arrays.HORIZON
    assert packed(one(network={"delay": 3})).network.delay.tolist() == [[3]] * 3
    alone = packed(one(network=None))
    assert alone.network.delay.tolist() == [[-1]] * 3
    assert not alone.units["networked"].any()


# ------------------------------------------------------------------------------------------------ arrays


def everything() -> Scenario:
    return load("moscow-2023:luzhniki")


def test_arrays_cannot_be_written_to() -> None:
    for array in packed(written()):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = array


def test_a_world_is_a_row() -> None:
    found = packed(written(), 4)
    second = arrays.world(found, 2)
    assert second.units.shape == (2,)
    assert (second.units["x"] == found.units["x"][2]).all()
    assert second.groups is found.groups


def test_worlds_do_not_depend_on_the_block() -> None:
    scenario = everything()
    case = scenario.case("mixed")
    whole = pack.pack(scenario, case, draw.worlds(scenario, 1, 0, 6))
    part = pack.pack(scenario, case, draw.worlds(scenario, 1, 4, 2))
    for name in arrays.Packed._fields[:10]:
        assert getattr(whole, name)[4:].tobytes() == getattr(part, name).tobytes(), name


@pytest.mark.parametrize("name", [c.name for c in everything().cases])
def test_all_that_is_packed_is_a_number(name: str) -> None:
    scenario = everything()
    for array in pack.pack(scenario, scenario.case(name), draw.worlds(scenario, 1, 0, 3)):
        for field in array.dtype.names or ("",):
            values = array[field] if field else array
            assert not np.isnan(values).any(), field
