"""The replay against the raid that it is of: the same fates, lines that meet where shots met, channels that add up."""

from __future__ import annotations

import json
import math
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine import scenes
from tests.engine.test_double import SCENES

from bartizan.engine.layout import CAUSES, FATES
from bartizan.engine.tracing import thin
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.physics import fall
from bartizan.studies import replay, replicate
from bartizan.studies.tracks import TOLERANCE_M, Tracks
from bartizan.world.scenario import load

WORLDS, RAIDS, SEED = 2, 8, 3
ROUNDING_M = 1.0  # of times to 1 ms at 900 m/s, of degrees and heights
Document = dict[str, Any]


@pytest.fixture(scope="module", params=SCENES)
def written(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SCENES[request.param]


@pytest.fixture(scope="module")
def documents(written: dict[str, Any]) -> list[Document]:
    """Four raids of two worlds, of both plans."""
    scenario = load(written)
    return [
        replay.document(scenario, "raid", world, raid, SEED, RAIDS)
        for world in range(WORLDS)
        for raid in (0, RAIDS - 1)
    ]


def play_one(scenario: Any, world: int, raid: int) -> replicate.PlayedRaid:
    """A raid of the study that the documents tell of."""
    case = scenario.cases[0]
    return replicate.play_one(scenario, case, replicate.design(case, 1, RAIDS, SEED), world, raid)


def by_number(told: Document) -> dict[int, Any]:
    """What flew; neutrals that did not come are not told of."""
    return {threat["id"]: threat for threat in told["threats"]}


def local(track: list[list[float]]) -> np.ndarray:
    """A track as x, y, z (m) and time, in the local frame of the scenes."""
    lon, lat, z, t = np.array(track).T
    east, north = geodesy.to_local(lat, lon, (50.0, 10.0))
    return np.column_stack([east, north, z, t])


def at(track: list[list[float]], time: float) -> np.ndarray:
    x, y, z, t = local(track).T
    return np.array([np.interp(time, t, axis) for axis in (x, y, z)])


# ------------------------------------------------------------------------------------------------- the raid


def test_the_fate_of_every_threat_is_that_of_the_study(written: dict[str, Any], documents: list[Document]) -> None:
    scenario = load(written)
    found = scenes.threats(scenario, WORLDS, RAIDS, SEED)
    units, assets = [u.name for u in scenario.units], [a.name for a in scenario.assets]
    for told in documents:
        here = found["fate"][told["world"], told["raid"]]
        cause, by, asset, time = (found[n][told["world"], told["raid"]] for n in ("cause", "by", "asset", "time"))
        assert list(by_number(told)) == np.flatnonzero(here != FATES.index("absent")).tolist()
        for i, threat in by_number(told).items():
            assert threat["fate"] == FATES[here[i]]
            assert threat["cause"] == (CAUSES[cause[i]] or None)
            assert threat["by"] == (units[by[i]] if by[i] >= 0 else None)
            assert threat["target"] == assets[asset[i]]
            assert threat["ends_s"] == pytest.approx(time[i], abs=2e-3)


def test_what_was_fired_is_what_the_study_counts(written: dict[str, Any], documents: list[Document]) -> None:
    fired = scenes.threats(written, WORLDS, RAIDS, SEED)["fired"]
    for told in documents:
        shots = [0] * fired.shape[2]
        for shot in told["shots"]:
            shots[shot["threat"]] += 1 if shot["kind"] == "gun" else shot["rounds"]
        assert shots == fired[told["world"], told["raid"]].tolist()


def test_every_kill_is_one_shot(documents: list[Document]) -> None:
    for told in documents:
        kills = [shot for shot in told["shots"] if shot["result"] == "kill"]
        assert sorted(shot["threat"] for shot in kills) == [
            t["id"] for t in told["threats"] if t["fate"] in ("killed", "downed")
        ]
        for shot in kills:
            threat = by_number(told)[shot["threat"]]
            assert (shot["unit"], shot["meets_s"]) == (threat["by"], threat["ends_s"])


def test_the_same_seed_gives_the_same_document(written: dict[str, Any], documents: list[Document]) -> None:
    assert replay.document(load(written), "raid", 0, 0, SEED, RAIDS) == documents[0]
    assert documents[0]["threats"] != documents[2]["threats"]


def test_it_is_strict_json(documents: list[Document]) -> None:
    for told in documents:
        assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_a_raid_that_is_not_there() -> None:
    scenario = load(SCENES["a jammer"])
    for case, world, raid in (("raid", 0, RAIDS), ("raid", 0, -1), ("raid", -1, 0), ("feint", 0, 0)):
        with pytest.raises(UserError):
            replay.document(scenario, case, world, raid, SEED, RAIDS)


# ---------------------------------------------------------------------------------------------------- lines


def test_times_rise_along_every_track(documents: list[Document]) -> None:
    for told in documents:
        for item in (*told["threats"], *told["shots"]):
            times = [t for *_, t in item["track"]]
            assert all(a < b for a, b in pairwise(times))
            assert told["start_s"] <= times[0]
            assert times[-1] <= told["end_s"]


def test_a_threat_appears_and_ends_on_its_track(documents: list[Document]) -> None:
    for told in documents:
        for threat in told["threats"]:
            times = [t for *_, t in threat["track"]]
            assert times[0] == threat["appears_s"]
            assert threat["ends_s"] in times
            if threat["fate"] == "leaked":
                assert times[-1] == threat["ends_s"]


def test_a_shot_goes_from_its_unit_to_its_threat(documents: list[Document]) -> None:
    """To one that is still there; the line of the threat is within a tolerance of where it flew."""
    for told in documents:
        units = {u["name"]: u for u in told["units"]}
        for shot in told["shots"]:
            unit, threat = units[shot["unit"]], by_number(told)[shot["threat"]]
            assert shot["track"][0][:3] == [unit["lon"], unit["lat"], unit["alt_m"]]
            assert shot["launch_s"] <= shot["track"][0][3] < shot["track"][-1][3] == shot["meets_s"]
            if shot["meets_s"] <= threat["ends_s"]:
                miss = at(threat["track"], shot["meets_s"]) - local(shot["track"])[-1, :3]
                assert np.abs(miss).max() <= TOLERANCE_M + ROUNDING_M
            if shot["result"] == "kill":
                assert np.abs(miss).max() <= ROUNDING_M


def test_a_missile_is_as_fast_as_its_times_of_flight() -> None:
    """A constant 800 m/s in the plainest scene, the delay being tabulated every 250 m of the threat's route."""
    told = replay.document(load(SCENES["one unit, ideal sensor"]), "raid", 0, 0, SEED, RAIDS)
    assert told["shots"]
    for shot in told["shots"]:
        track = local(shot["track"])
        length = float(np.linalg.norm(track[-1, :3] - track[0, :3]))
        assert length / (shot["meets_s"] - shot["launch_s"]) == pytest.approx(800, rel=0.01)


def test_lines_are_as_near_to_the_flown_way_as_promised(written: dict[str, Any]) -> None:
    played = play_one(load(written), 1, 2)
    tracks = Tracks(played, 1, 2)
    for i in np.flatnonzero(played.block.fate[0] != FATES.index("absent")):
        line = tracks.threat(i)
        times = np.linspace(tracks.appears[i], tracks.settled[i], 997)
        drawn = np.column_stack([np.interp(times, line[:, 3], line[:, axis]) for axis in range(3)])
        # A straight line between samples 100 m apart cuts the edges of cells of a mapped ground by less than a metre.
        assert np.abs(drawn - tracks.where(i, times)[:, :3]).max() <= TOLERANCE_M + 1.0


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.floats(0.1, 1e4), st.floats(1.0, 1e5))
def test_thinning_keeps_what_a_line_needs(seed: int, rows: int, tolerance: float, longest: float) -> None:
    luck = np.random.default_rng(seed)
    track = np.cumsum(luck.normal(0, luck.choice([1, 100, 3000]), (rows, 4)), axis=0)
    track[:, 3] = np.cumsum(luck.uniform(1e-3, 10, rows))
    keep = np.zeros(rows, bool)
    thin(track, tolerance, longest, np.zeros((3, 2)), keep)
    kept = track[keep]
    assert keep[0]
    assert keep[-1]
    for axis in range(3):
        off = np.interp(track[:, 3], kept[:, 3], kept[:, axis]) - track[:, axis]
        assert np.abs(off).max() <= tolerance * (1 + 1e-9) + 1e-6
    for a, b in pairwise(np.flatnonzero(keep)):
        assert b == a + 1 or np.linalg.norm(track[b, :3] - track[a, :3]) <= longest * (1 + 1e-9)


def test_what_is_killed_falls_to_the_ground(documents: list[Document]) -> None:
    for told in documents:
        for threat in told["threats"]:
            if threat["fate"] == "killed":
                falling = [z for *_, z, t in threat["track"] if t >= threat["ends_s"]]
                assert all(a >= b for a, b in pairwise(falling[1:]))
                assert falling[-1] <= falling[0]


def test_a_wreck_comes_down_where_the_maps_of_falls_have_it() -> None:
    """The table that those look up is made of the same equation; it is interpolated, and the mean wind replaces one
    that grows with height."""
    played = play_one(load(SCENES["missiles and guns"]), 0, 0)
    tracks = Tracks(played, 0, 0)
    killed = np.flatnonzero(played.block.fate[0] == FATES.index("killed"))
    assert len(killed) > 2
    for i in killed:
        line, end = tracks.threat(i), tracks.settled[i]
        start = tracks.where(i, np.array([end]))[0]
        beta, wind, out = played.world.types[played.theatre.routes[i].group].wreck, played.world.fall[0], np.zeros(3)
        velocity = np.array(tracks._velocity(i, end))
        fall.landing(fall.falls(), beta, start[3], velocity, np.array([wind.wind_x, wind.wind_y]), out)
        fallen = line[-1] - [*start[:3], end]
        assert fallen[2] == pytest.approx(-start[3], abs=1e-6)
        assert fallen[3] == pytest.approx(out[2], rel=0.05, abs=0.5)
        assert np.hypot(*(fallen[:2] - out[:2])) <= 0.1 * np.hypot(*out[:2]) + 10


def test_what_has_drifted_ends_as_far_off_as_the_engine_says() -> None:
    drifted = 0
    for index in range(RAIDS):
        played = play_one(load(SCENES["a jammer"]), 0, index)
        tracks = Tracks(played, 0, index)
        for i in np.flatnonzero(played.block.miss[0] >= 0):
            route = played.theatre.routes[i]
            end = tracks.threat(i)[-1]
            off = math.hypot(end[0] - route.x[route.points - 1], end[1] - route.y[route.points - 1])
            assert off == pytest.approx(played.block.miss[0, i], rel=1e-5, abs=1e-6)
            drifted += 1
    assert drifted > 3


def test_heights_above_hills_are_those_that_were_flown() -> None:
    """Aircraft cross the mountains at one altitude above the sea, so that only the ground below them changes. It is
    looked at every 100 m, between which an alpine slope bends by more than the tolerance."""
    pytest.importorskip("rasterio")
    scenario = load("mountain-valley")
    case = scenario.case("aircraft")
    played = replicate.play_one(scenario, case, replicate.design(case, 1, RAIDS, SEED), 0, 0)
    tracks, told = Tracks(played, 0, 0), replay.document(scenario, "aircraft", 0, 0, SEED, RAIDS)
    heights = []
    for i, threat in enumerate(told["threats"]):
        lasts = tracks.settled[i] - tracks.appears[i]
        times = np.linspace(0.0, lasts, int(lasts * played.theatre.routes[i].speed / 100) + 2) + tracks.appears[i]
        _, _, altitude, t = np.array(threat["track"]).T
        flown = tracks.where(i, times)[:, 3]
        drawn = np.interp(times, t, altitude - np.array(threat["ground_m"]))
        assert np.abs(drawn - flown).max() <= TOLERANCE_M + ROUNDING_M
        heights.append(np.ptp(flown))
        if threat["fate"] == "killed":
            assert drawn[-1] > altitude[-1] - threat["ground_m"][-1] == pytest.approx(0.0, abs=0.2)
    assert max(heights) > 300
    units = {unit["name"]: unit for unit in told["units"]}
    assert all(3 < unit["alt_m"] - unit["ground_m"] < 20 for unit in units.values())
    assert told["shots"]
    for shot in told["shots"]:
        assert shot["ground_m"][0] == units[shot["unit"]]["ground_m"]
        threat = by_number(told)[shot["threat"]]
        meets = shot["track"][-1][3]
        height = np.interp(meets, [t for *_, t in threat["track"]], threat["ground_m"])
        assert shot["ground_m"][-1] == pytest.approx(height, abs=2 * TOLERANCE_M) or meets > threat["ends_s"]
        east, north, up, _ = local(shot["track"]).T
        above, way = up - shot["ground_m"], np.hypot(east - east[0], north - north[0])
        assert above == pytest.approx(above[0] + (above[-1] - above[0]) * way / way[-1], abs=1.0)  # straight


# ---------------------------------------------------------------------------------------------------- sight


def test_what_is_guided_is_seen(documents: list[Document]) -> None:
    """A unit has its threat in sight at a launch, and until the meeting where it guides the missile all the way.

    Left out: shots at what has been killed since the unit's last shot missed it."""
    for told in documents:
        spans = {(s["unit"], s["threat"]): s["spans"] for s in told["sight"]}
        active = any(threat["type"] == "fast" for threat in told["threats"])
        for shot in told["shots"]:
            gone = by_number(told)[shot["threat"]]["ends_s"]
            if shot["launch_s"] < gone:
                ends = shot["launch_s"] if active else min(shot["meets_s"], gone)
                seen = spans[shot["unit"], shot["threat"]]
                assert any(a - 0.1 <= shot["launch_s"] and ends <= b + 0.1 for a, b in seen)


def test_sight_is_in_range_and_above_the_horizon() -> None:
    """An ideal sensor that reaches 30 km, 10 m above a smooth earth of 4/3 its radius."""
    told = replay.document(load(SCENES["one unit, ideal sensor"]), "raid", 0, 0, SEED, RAIDS)
    spans = {s["threat"]: s["spans"] for s in told["sight"]}
    unit = np.array([0.0, 0.0, 10.0])
    compared = 0
    for threat in told["threats"]:
        for time in np.linspace(threat["appears_s"] + 0.5, threat["ends_s"] - 0.5, 50):
            x = at(threat["track"], time)
            horizon = sum(math.sqrt(2 * geodesy.EFFECTIVE_RADIUS_M * h) for h in (10, x[2]))
            room = min(30_000 - np.linalg.norm(x - unit), horizon - math.hypot(x[0], x[1]))
            if abs(room) > 100:
                assert (room > 0) == any(a <= time <= b for a, b in spans.get(threat["id"], []))
                compared += 1
    assert compared > 300


def test_spans_of_sight_are_apart_and_within_a_threats_life(documents: list[Document]) -> None:
    for told in documents:
        for row in told["sight"]:
            threat = by_number(told)[row["threat"]]
            flat = [t for span in row["spans"] for t in span]
            assert all(a < b for a, b in pairwise(flat))
            assert threat["appears_s"] - 0.1 <= flat[0]
            assert flat[-1] <= threat["ends_s"] + 0.1


# ------------------------------------------------------------------------------------- events and what is left


def test_events_are_in_order_and_tell_what_happened(documents: list[Document]) -> None:
    for told in documents:
        times = [e["t_s"] for e in told["events"]]
        assert times == sorted(times)
        assert all(told["start_s"] <= t <= told["end_s"] for t in times)
        assert all(e["text"] for e in told["events"])
        fates = {"leaked": "leaked", "killed": "killed", "diverted": "diverted", "downed": "downed", "went": "passed"}
        for threat in told["threats"]:
            own = [e for e in told["events"] if e["threat"] == threat["id"]]
            assert own[0]["kind"] == "appeared"
            ends = [e for e in own if e["kind"] in fates]
            assert [(fates[e["kind"]], e["t_s"]) for e in ends] == [(threat["fate"], threat["ends_s"])]
            assert all(threat["name"] in e["text"] for e in own)
        assert sum(e["kind"] == "launched" for e in told["events"]) == len(told["shots"])


def test_channels_are_neither_overdrawn_nor_lost(documents: list[Document]) -> None:
    for told in documents:
        for unit in told["units"]:
            levels = [n for _, n in unit["busy"]]
            assert all(0 <= n <= unit["channels"] for n in levels)
            assert levels[0] == levels[-1] == 0
            assert all(a < b for (a, _), (b, _) in pairwise(unit["busy"]))


def test_a_channel_is_busy_from_launch_to_meeting(documents: list[Document]) -> None:
    """And longer only where a unit must see first what its rounds did."""
    for told in documents:
        for unit in told["units"]:
            own = [s for s in told["shots"] if s["unit"] == unit["name"]]
            for shot in own:
                middle = (shot["launch_s"] + shot["meets_s"]) / 2
                level = [n for t, n in unit["busy"] if t <= middle][-1]
                assert level >= sum(s["launch_s"] <= middle < s["meets_s"] for s in own)


def test_rounds_fall_by_what_was_fired_and_rise_by_reloads(documents: list[Document]) -> None:
    for told in documents:
        for unit in told["units"]:
            for effector in unit["effectors"]:
                fired: dict[float, int] = {}
                for shot in told["shots"]:
                    if (shot["unit"], shot["effector"]) == (unit["name"], effector["name"]):
                        fired[shot["launch_s"]] = fired.get(shot["launch_s"], 0) + shot["rounds"]
                for event in told["events"]:
                    at_nothing = event["kind"] == "mistook" and event["effector"] is not None
                    if at_nothing and (event["unit"], event["effector"]) == (unit["name"], effector["name"]):
                        rounds = int(re.search(r"fires (\d+)", event["text"])[1])  # type: ignore[index]
                        fired[event["t_s"]] = fired.get(event["t_s"], 0) + rounds
                reloads = {
                    e["t_s"]: int(re.search(r": (\d+) rounds", e["text"])[1])  # type: ignore[index]
                    for e in told["events"]
                    if e["kind"] == "reloaded" and (e["unit"], e["effector"]) == (unit["name"], effector["name"])
                }
                full = effector["rounds"][0][1]
                for (_, before), (time, now) in pairwise(effector["rounds"]):
                    base = reloads.get(time, before)
                    assert now == base - fired.get(time, 0)
                    assert 0 <= now <= full
                assert {t for t, _ in effector["rounds"][1:]} <= fired.keys() | reloads.keys()


def test_reloads_happen_in_one_of_the_scenes() -> None:
    told = [replay.document(load(SCENES["salvos, errors, reload"]), "raid", 0, k, SEED, RAIDS) for k in range(4)]
    assert any(e["kind"] == "reloaded" for document in told for e in document["events"])


def test_an_absent_unit_is_left_out() -> None:
    of = scenes.scene([scenes.unit("here"), scenes.unit("gone", present=0)])
    told = replay.document(load(of), "raid", 0, 0, SEED, RAIDS)
    assert [u["name"] for u in told["units"]] == ["here"]
    assert {s["unit"] for s in told["sight"]} == {"here"}
