"""Traffic from positions: a drawn table whose truth is known, told the same however often an aircraft is heard."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from scipy import stats
from tests.docs.test_docs_run import run_command

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.studies.traffic.passages import Circle
from bartizan.studies.traffic.streams import as_yaml, rate, streams
from bartizan.world.scenario import load

AT = (50.0, 10.0)
CIRCLE = Circle(*AT, 20_000.0, 120.0)
PER_HOUR, HOURS, SPEED, OFFSET = 12.0, 40.0, 70.0, 8000.0


def drawn(seed=0):
    """Ways past the centre as a Poisson stream: begin, bearing, offset and altitude of each."""
    rng = np.random.default_rng(seed)
    ways = rng.poisson(PER_HOUR * HOURS)
    return np.column_stack([
        rng.uniform(0, HOURS * 3600, ways), rng.uniform(0, 2 * np.pi, ways), rng.uniform(-OFFSET, OFFSET, ways),
        rng.uniform(600, 1400, ways),
    ])  # fmt: skip


def table(path, ways, every):
    """As somebody who hears each aircraft every so many seconds would write it, from 30 km before to 30 km behind."""
    rows = ["time,id,lat,lon,altitude"]
    for k, (begins, bearing, aside, altitude) in enumerate(ways):
        s = np.append(np.arange(k % 7, 60_000 / SPEED, every), 60_000 / SPEED)
        along = SPEED * s - 30_000
        east = np.sin(bearing) * along + np.cos(bearing) * aside
        north = np.cos(bearing) * along - np.sin(bearing) * aside
        lat, lon = geodesy.to_degrees(east, north, AT)
        rows += [f"{begins + t:.2f},a{k},{a:.6f},{o:.6f},{altitude:.1f}" for t, a, o in zip(s, lat, lon, strict=True)]
    path.write_text("\n".join(rows))
    return path


def test_what_was_drawn_is_found(tmp_path):
    found = streams(table(tmp_path / "t.csv", ways := drawn(), 20), CIRCLE)
    [stream] = found["streams"]
    assert stream["flies"] == "past"
    assert stream["passages"] == len(ways)
    assert stream["per_hour"]["low"] < PER_HOUR < stream["per_hour"]["high"]
    for end in ("low", "likely", "high"):
        assert stream["speed"][end] == pytest.approx(SPEED, rel=0.002)
    assert stream["altitude"]["low"] == pytest.approx(np.quantile(ways[:, 3], 0.05), abs=1)
    assert stream["altitude"]["high"] == pytest.approx(np.quantile(ways[:, 3], 0.95), abs=1)
    assert stream["offset"] == pytest.approx(np.quantile(abs(ways[:, 2]), 0.9), rel=0.005)


def test_how_often_an_aircraft_is_heard_changes_nothing(tmp_path):
    ways = drawn(1)[:60]
    often, seldom = (streams(table(tmp_path / f"{every}.csv", ways, every), CIRCLE) for every in (5, 100))
    for a, b in zip(often["streams"], seldom["streams"], strict=True):
        assert (a["flies"], a["passages"], a["comings"]) == (b["flies"], b["passages"], b["comings"])
        for name in ("per_hour", "speed", "altitude"):
            assert a[name] == pytest.approx(b[name], rel=0.01)


def test_the_interval_of_a_rate_holds_as_often_as_it_says():
    counts = np.arange(200)
    spans = [rate(int(n), 2.0) for n in counts]
    for mean in (0.5, 3.0, 40.0):
        holds = [span["low"] <= mean / 2 <= span["high"] for span in spans]
        assert stats.poisson.pmf(counts, mean) @ holds >= 0.95


def test_who_lands_and_who_takes_off_is_told(tmp_path):
    """Ten that come in and end, ten that begin inside and leave, one that is there when the table begins."""
    rows = ["time,id,lat,lon,altitude_ft,kind"]
    for k in range(10):
        for t, away in ((0, 0.4), (100, 0.2), (200, 0.05)):
            rows.append(f"{3600 * k + 1000 + t},in{k},{50 + away},10,3280.84,airliner")
            rows.append(f"{3600 * k + 1200 - t},out{k},{50 - away},10,3280.84,airliner")
    rows += [f"{t},there,50.01,10,1000,airliner" for t in (0, 60)] + ["40000,late,52,10,1000,airliner"]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    found = {s["flies"]: s for s in streams(tmp_path / "t.csv", CIRCLE)["streams"]}
    assert (found["in"]["passages"], found["in"]["comings"]) == (11, 10)
    assert (found["out"]["passages"], found["out"]["comings"]) == (10, 10)
    assert found["in"]["altitude"]["likely"] == pytest.approx(1000, abs=1)


def test_what_lands_and_takes_off_is_as_high_as_at_the_edge_of_the_circle(tmp_path):
    """A scenario flies it from there down to its target, or from that up to there."""
    rows = ["time,id,lat,lon,altitude"]
    for k in range(10):
        for t, away in ((0, 0.4), (100, 0.2), (200, 0.0)):
            rows.append(f"{3600 * k + 1000 + t},in{k},{50 + away},10,{10_000 * away}")
            rows.append(f"{3600 * k + 1200 - t},out{k},{50 - away},10,{5_000 * away}")
    rows += [f"{t},other,52,10,1000" for t in (0, 40_000)]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    found = {s["flies"]: s["altitude"]["likely"] for s in streams(tmp_path / "t.csv", CIRCLE)["streams"]}
    edge = CIRCLE.radius / 111_240  # degrees of latitude there
    assert found == pytest.approx({"in": 10_000 * edge, "out": 5_000 * edge}, rel=1e-3)


def test_what_is_printed_is_a_group_of_a_scenario(tmp_path):
    found = streams(table(tmp_path / "t.csv", drawn(2)[:80], 30), CIRCLE)
    groups = yaml.safe_load(as_yaml(found, "light-aircraft", 1200))
    drones = {"threat": "shahed-136", "count": 2, "distance": "40 km"}
    scenario = load({
        "bartizan": 1, "name": "own", "surface": {"kind": "open"},
        "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}],
        "units": [{"name": "gun", "system": "gepard", "at": {"east": 0, "north": 0}}],
        "raids": [{"name": "one", "groups": [drones, *groups]}],
    })  # fmt: skip
    assert len(scenario.cases[0].traffic) == len(groups)


def ways(path, *flown):
    """A table of aircraft, heard every 30 s for 20 min: kind, east and north of the start, speed north, altitude."""
    rows = ["time,id,kind,lat,lon,altitude"]
    for k, (kind, east, north, speed, altitude) in enumerate(flown):
        for at in range(0, 1201, 30):
            lat, lon = (float(of) for of in geodesy.to_degrees(float(east), north + speed * at, AT))
            said = kind if at % 60 else ""
            rows.append(f'{at},a{k},"{said}",{lat:.6f},{lon:.6f},{altitude}')
    path.write_text("\n".join(rows))
    return path


def test_what_is_said_of_a_kind_now_and_then_is_true_of_the_whole_way(tmp_path):
    [stream] = streams(ways(tmp_path / "t.csv", ("C172", 3_000, -30_000, 60, 700)), CIRCLE)["streams"]
    assert (stream["kind"], stream["passages"], stream["comings"]) == ("C172", 1, 1)


def test_what_is_odd_in_a_table_is_a_group_all_the_same(tmp_path):
    """One that is there all the time, one that comes and hovers, one below the sea, and a kind of signs."""
    path = ways(
        tmp_path / "t.csv",
        ("there", 0, -1_000, 1, 500),
        ("C172: x", 3_000, -30_000, 60, -30),
        ("gone", 0, 25_000, 0, 90),
    )
    late = [f"{at},h,heli,50.02,10.02,300" for at in range(400, 700, 30)]
    path.write_text("\n".join([path.read_text(), *late]))
    text = as_yaml(streams(path, CIRCLE), "light-aircraft", 1200)
    groups = yaml.safe_load(text)
    assert [group["threat"] for group in groups] == ["C172- x", "heli"]
    assert groups[0]["altitude"] == "0 m"
    assert groups[1]["speed"] == "1 m/s"
    assert "# there: 1 were there when the table began, and none came" in text
    kinds = {name: {"kind": "aircraft", "speed": 60, "altitude": 300, "rcs": 3} for name in ("C172- x", "heli")}
    scenario = load({
        "bartizan": 1, "name": "own", "surface": {"kind": "open"}, "threats": kinds,
        "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}],
        "units": [{"name": "gun", "system": "gepard", "at": {"east": 0, "north": 0}}],
        "raids": [{"name": "one", "groups": [{"threat": "shahed-136", "count": 1, "distance": "40 km"}, *groups]}],
    })  # fmt: skip
    assert len(scenario.cases[0].traffic) == 2


def test_the_command_prints_yaml_and_mistakes_name_line_and_field(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table(tmp_path / "t.csv", drawn(3)[:20], 60)
    code, printed = run_command("bartizan traffic t.csv --at 50,10 --radius 20")
    assert code == 0, printed
    assert "neutral: {lasts: 20 min" in printed
    (tmp_path / "bad.csv").write_text("time,id,lat,lon,altitude\n0,a,50,10,100\nnoon,a,95,10,x\n")
    code, printed = run_command("bartizan traffic bad.csv --at 50,10")
    assert code == 2
    for told in ("line 3: time", "'noon'", "line 3: lat", "'95'", "line 3: altitude"):
        assert told in printed
    assert run_command("bartizan traffic t.csv --at 50")[0] == 2
    code, printed = run_command("bartizan traffic t.csv --at -50,10")
    assert code == 2
    assert "nothing flies" in printed


def test_columns_as_networks_of_receivers_name_them(tmp_path):
    rows = "0,a,50,10,1000\n60,a,50.05,10,1000\n"
    (tmp_path / "t.csv").write_text(f"timestamp,icao24,latitude,longitude,baro_altitude\n{rows}")
    assert streams(tmp_path / "t.csv", CIRCLE)["rows"] == 2
    with pytest.raises(UserError, match="a folder"):
        streams(tmp_path, CIRCLE)


@pytest.mark.parametrize(
    ("text", "told"),
    [("time,id,lat,lon\n0,a,1,2\n", "altitude"), ("time,id,lat,lon,altitude\n", "no positions"),
     ("", "empty"), ("time,id,lat,lon,altitude\n0,a,10,50,1\n9,a,10.01,50,1\n", "if lat were lon and lon were lat"),
     ("time,id,lat,lon,altitude\n0,a,40,9,1\n9,a,41,9,1\n", "it has lat 40 to 41, lon 9 to 9"),
     ("time,id,lat,lon,altitude\n5,a,50,10,100\n", "one moment")],
)  # fmt: skip
def test_tables_of_no_use_are_refused(tmp_path, text, told):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(UserError, match=told):
        streams(tmp_path / "t.csv", CIRCLE)
