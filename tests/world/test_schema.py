"""The schema: what belongs together, and a JSON Schema that accepts what is accepted."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from bartizan.world import reader, schema
from bartizan.world.scenario import shipped

LARGEST_SCHEMA = 115_000


def effector(**more: Any) -> dict[str, Any]:
    return {"range_max": "10 km", "speed": 500, "rounds": 4, "kill": {"drone": 0.5}} | more


def sensor(**more: Any) -> dict[str, Any]:
    return {"range": "20 km"} | more


def emitter(**more: Any) -> dict[str, Any]:
    return {"denies": ["satnav"], "mean_time_to_effect": 30} | more


def complaints(model: type[schema.Model], written: Any) -> list[tuple[str, str]]:
    """Field and message of everything that is refused."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(written)
    return [(".".join(map(str, e["loc"])), e["msg"]) for e in caught.value.errors()]


# ------------------------------------------------------------------------------------------------ envelopes


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"range_min": "11 km"}, "range_max"),
        ({"range_min": {"low": "9 km", "high": "30 km"}}, "range_max"),
        ({"altitude_min": "5 km", "altitude_max": "3 km"}, "altitude_max"),
        ({"altitude_min": "31 km"}, "altitude_max"),  # above the default
    ],
)
def test_an_envelope_upside_down_is_refused_where_it_stands(more: dict[str, Any], field: str) -> None:
    ((loc, message),) = complaints(schema.Effector, effector(**more))
    assert loc == field
    assert f"is below {field.replace('max', 'min')}" in message


@pytest.mark.parametrize(
    "more",
    [
        {"range_min": "10 km"},
        {"range_min": {"low": "1 km", "high": "12 km"}},  # in most worlds there is something in between
        {"range_min": {"same_as": "units/a/height"}},
        {"range_max": {"either": ["4 km", "30 km"]}, "range_min": "5 km"},
    ],
)
def test_an_envelope_that_may_be_is_accepted(more: dict[str, Any]) -> None:
    assert schema.Effector.model_validate(effector(**more))


def test_sensors_too() -> None:
    assert complaints(schema.Radar, sensor(range_min="30 km", range_max="20 km"))[0][0] == "range_max"
    assert complaints(schema.Radar, sensor(elevation_min="60 deg", elevation_max="10 deg"))[0][0] == "elevation_max"
    assert complaints(schema.Radar, sensor(confirm=[3, 2]))[0][0] == "confirm"
    assert schema.Radar.model_validate(sensor(confirm=[1, 1], range_min="1 km")).confirm == (1, 1)


# ------------------------------------------------------------------------------------------------ flight tables


def flight(*rows: list[Any]) -> dict[str, Any]:
    return {k: v for k, v in effector(flight=list(rows)).items() if k != "speed"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["1 km", 2]], "two rows or more"),
        ([["1 km", 2], ["10 km", 20], ["5 km", 25]], "ranges must rise"),
        ([["1 km", 2], ["1 km", 3], ["10 km", 20]], "ranges must rise"),
        ([["1 km", 2], [{"low": 800, "high": 5000}, 8], ["10 km", 20]], "ranges must rise"),
        ([["1 km", 2], ["10 km", 1]], "times must rise"),
        ([["1 km", 2], ["9 km", 20]], "the table ends at 9 km, before range_max, 10 km"),
        ([["1 km", 2], [{"same_as": "a/b"}, 20]], "same_as is not for the rows"),
    ],
)
def test_flight_tables_that_cannot_be(rows: list[list[Any]], message: str) -> None:
    ((loc, told),) = complaints(schema.Effector, flight(*rows))
    assert loc == "flight"
    assert message in told


def test_a_flight_table() -> None:
    assert schema.Effector.model_validate(flight(["1 km", 2], ["10 km", {"low": 20, "high": 25}])).flight is not None


# ------------------------------------------------------------------------------------------------ completeness


def emitting(**more: Any) -> dict[str, Any]:
    return {"emitters": {"mast": {"denies": ["satnav"], "range": 1000, "mean_time_to_effect": 10}}, **more}


def traffic(**more: Any) -> dict[str, Any]:
    return {"threat": "x", "count": 20, "arrival": {"rate": 0.01}, "neutral": {"lasts": 600}, **more}


INCOMPLETE: list[tuple[type[schema.Model], dict[str, Any], str]] = [
    (schema.Effector, effector(flight_time=5), "exactly one of speed, flight, flight_time, motor"),
    (schema.Effector, effector(kill_by_range=[[0, 1]]), "needs 2 to 8 rows"),
    (schema.Effector, effector(kill_by_range=[[0, 1], ["2 km", 0.5], ["2 km", 0.1]]), "lengths must rise"),
    (schema.Effector, effector(kill_by_crossing=[[0, 1], ["2 km", {"same_as": "x"}]]), "same_as is not for"),
    (schema.Effector, effector(miss={"lethal_radius": {"cruise": 5}}), "miss lacks a lethal_radius for drone"),
    (schema.Effector, effector(kind="gun", miss={"lethal_radius": {"drone": 5}}), "miss is for a missile"),
    (schema.Effector, effector(kill={}), "a missile needs a kill chance"),
    (schema.Radar, {"range": 1e4, "role": "fire-control", "dwell": 1}, "dwell needs beam as well"),
    (schema.Radar, {"range": 1e4, "beam": "1 deg", "dwell": 1}, "dwell is for a fire-control radar"),
    (schema.Radar, sensor(false_alarm=0.002), "at most 0.001: more would make the radar see farther"),
    (schema.Radar, sensor(false_alarm={"low": 1e-6, "high": 0.01, "scale": "log"}), "its false_tracks, found"),
    (schema.Effector, effector(kind="gun", kill={}), "a gun needs either gunnery or a kill chance"),
    (schema.Place, {"lat": 1}, "lat and lon, or east and north"),
    (schema.Place, {"lat": 1, "lon": 2, "east": 3, "north": 4}, "lat and lon, or east and north"),
    (schema.Place, {}, "lat and lon, or east and north"),
    (schema.Place, {"east": "3 kg", "north": 0}, "unknown unit"),
    (schema.Place, {"east": "2000 km", "north": 0}, "within 1000 km"),
    (schema.Heights, {}, "either rayleigh or shares"),
    (schema.Heights, {"shares": [[10, 0]]}, "a share above 0"),
    (schema.Arrival, {"gap": 1, "rate": 1}, "at most one of gap, spread, rate"),
    (schema.System, {}, "a sensor, an effector or an emitter"),
    (schema.Emitter, emitter(), "exactly one of range, power"),
    (schema.Emitter, emitter(range="9 km", power=10), "exactly one of range, power"),
    (schema.Emitter, emitter(range="9 km", frequency="2.4 GHz"), "frequency is for a jammer with power"),
    (schema.Emitter, emitter(range="9 km", quality=2), "quality is for a jammer with power"),
    (schema.Emitter, emitter(denies=["satnav", "control-link"], power=10), "it denies one of satnav, control-link"),
    (schema.Emitter, emitter(power=10, bandwidth="20 MHz"), "bandwidth is for a jammer of control links"),
    (schema.Emitter, emitter(power=10, frequency="433 MHz"), "frequency is for a jammer of control links"),
    (schema.Emitter, emitter(denies=["control-link"], power=10), "needs frequency and bandwidth"),
    (schema.Emitter, emitter(denies=["control-link"], power=10, quality=2), "quality is for a jammer of satnav"),
    (schema.Identification, {"time": 30, "spread": 0.5}, "spread must be 1 or more; found 0.5"),
    (schema.Identification, {"time": 30, "again": 0}, "again must be 1 s or more; found 0 s"),
    (
        schema.Identification,
        {"time": 30, "hostile_as_neutral": 0.6, "hostile_as_unknown": {"low": 0.1, "high": 0.5}},
        "must not come to more than 1 together",
    ),
    (schema.System, emitting(identify={"time": 30}), "identify is for a system with effectors"),
    (schema.Group, traffic(arrival={"spread": 60}), "needs arrival with a rate, and nothing else in it"),
    (schema.Group, traffic(arrival={"rate": 0.01, "jitter": 5}), "needs arrival with a rate, and nothing else in it"),
    (schema.Group, traffic(wander=0.1), "wander is not for neutrals"),
    (schema.Group, traffic(count=10), "count must be 15 or more: so many of a stream with a mean of 6 come"),
    (
        schema.Group,
        traffic(neutral={"lasts": 600, "flies": "in", "offset": 5}),
        "offset is for traffic that flies past",
    ),
    (schema.Group, traffic(neutral={"lasts": 600, "left": 0.5}), "left needs closing"),
    (
        schema.Group,
        traffic(neutral={"lasts": 600, "friendly": True, "closing": 60}),
        "closing is not for friendly aircraft",
    ),
    (schema.Group, traffic(neutral={"lasts": 600, "friendly": True, "left": 1}), "left is not for friendly aircraft"),
    (schema.Group, traffic(neutral={"lasts": 600, "friendly": "yes"}), "valid boolean"),
    (
        schema.Group,
        traffic(arrival={"spread": 60}, neutral={"lasts": 600, "friendly": True}),
        "a neutral group needs arrival with a rate, and nothing else in it",
    ),
    (schema.Raid, {"name": "r", "groups": [traffic()]}, "needs a group of threats; all of its groups are neutral"),
    (schema.Raid, {"name": "r", "groups": [{"threat": "x", "count": 1}], "per_year": 0}, "greater than 0"),
    (schema.Doctrine, {"salvo": [1, 1, 1, 1, 1]}, "one to four sizes"),
    (schema.Raid, {"name": "r", "groups": [{"threat": "x", "count": 1}], "sizes": [4, 4]}, "differ"),
    (schema.Asset, {"name": "a/b", "at": {"east": 0, "north": 0}}, "must not hold a slash"),
    (schema.Asset, {"name": "", "at": {"east": 0, "north": 0}}, "at least 1 character"),
    (schema.Study, {"step": {"low": 1, "high": 2}}, "must be a certain number here"),
    (schema.Claim, {"id": "a b!", "says": "", "topic": "t"}, "letters, digits"),
    (schema.Claim, {"id": "a", "says": "", "topic": "t", "grade": "Z9"}, "Admiralty"),
]


@pytest.mark.parametrize(("model", "written", "message"), INCOMPLETE)
def test_what_does_not_hold_together_is_refused(model: type[schema.Model], written: Any, message: str) -> None:
    assert any(message in told for _, told in complaints(model, written))


@pytest.mark.parametrize(
    ("model", "written"),
    [
        (schema.Study, {"worlds": "8"}),
        (schema.Study, {"worlds": 8.5}),
        (schema.Study, {"worlds": True}),
        (schema.Place, {"lat": "55.7", "lon": 37}),
        (schema.Bearings, {"together": "yes"}),
        (schema.Doctrine, {"partial_salvo": 1}),
        (schema.Source, {"title": 3}),
    ],
)
def test_nothing_is_taken_for_what_it_is_not(model: type[schema.Model], written: Any) -> None:
    assert complaints(model, written)


@pytest.mark.parametrize(
    "value", [{"same_as": "a"}, {"value": 3, "claims": ["a"]}, {"either": [1, 2]}, {"value": 3, "grade": "B2"}]
)
def test_a_claimed_distance_stands_on_the_claim_alone(value: Any) -> None:
    assert "grounds stand in the claim" in complaints(schema.Distance, {"start": "a", "end": "b", "value": value})[0][1]


# ------------------------------------------------------------------------------------------------ JSON Schema


def test_the_json_schema_says_each_thing_once() -> None:
    made = schema.json_schema()
    text = json.dumps(made)
    assert len(text) < LARGEST_SCHEMA
    assert "shared: " not in text
    assert made["$schema"].endswith("2020-12/schema")
    assert made["title"]
    assert {"Length", "Count", "System", "Unit"} <= set(made["$defs"])
    assert made["$defs"]["Radar"]["properties"]["rcs"]["default"] == 1.0
    assert made["$defs"]["Radar"]["properties"]["elevation_min"]["default"].endswith(" rad")


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def test_every_reference_of_the_json_schema_leads_somewhere() -> None:
    made = schema.json_schema()
    assert references(made) == {f"#/$defs/{name}" for name in made["$defs"]}


def test_every_field_is_in_the_json_schema() -> None:
    made = schema.json_schema()
    assert set(made["properties"]) == set(schema.ScenarioFile.model_fields)
    for name, kind in vars(schema).items():
        if isinstance(kind, type) and issubclass(kind, schema.Model) and name in made["$defs"]:
            assert set(made["$defs"][name]["properties"]) == set(kind.model_fields)


EVERY_FORM = """
bartizan: 1
name: forms
origin: {lat: 10, lon: 20}
network: null
surface: {kind: city, centre: {east: 1 km, north: -20}, radius: 5 km, density: 300 1/km2, perimeter: 100,
          heights: {shares: [[10 m, 30 %], [20 m, {low: 0.1, high: 0.2}]]}}
claims: [{id: c1, topic: t, says: x, value: true, grade: B2}, {id: c2, topic: t, says: x, value: 2 km}]
sources: {s: {title: t}}
assets: [{name: a, at: {lat: 10, lon: 20, within: {low: 1, high: 100, scale: log}}}]
units:
  - name: u
    at: {east: 0, north: 0}
    present: {either: {50 %: [c1], 0.9: c2}}
    height: {value: 3 m, claims: c1, sources: [s], note: n, grade: F6}
    roof: {storeys: {low: 1, likely: 2, high: 3}, storey_height: {distribution: lognormal, median: 3, spread: 1.2}}
    override: {channels: 2}
    system:
      doctrine: {salvo: [2, 1]}
      sensors: {eye: {kind: ideal, range: {distribution: normal, mean: 20 km, sd: 0.1}, elevation_min: -3 deg}}
      effectors:
        57E6: {range_max: 10 km, flight: [[1 km, 2], [10 km, 20 s]], rounds: {either: [4, 8]}, kill: {drone: 0.5}}
raids:
  - name: r
    sizes: [1, 2]
    groups:
      - count: 2
        bearing: {low: 10 deg, high: {same_as: raids/r/0/bearing/width}, width: {either: [1 rad, 20 deg]}}
        wander: -0.1
        threat: {kind: drone, speed: 180 km/h, altitude: 9, rcs: 1, link_dependence: {distribution: beta, a: 1, b: 2},
                 drift: {low: 1, high: 9}}
"""
MISTAKEN = [
    ("name: forms", "name: forms\ncolour: red"),
    ("storeys: {low: 1, likely: 2, high: 3}", "storeys: 2.5"),
    ("present: {either: {50 %: [c1], 0.9: c2}}", "present: 7"),
    ("elevation_min: -3 deg", "elevation_min: -3"),
    ("kind: ideal", "kind: magic"),
    ("height: {value: 3 m", "height: {walue: 3 m"),
    ("grade: B2", "grade: Z2"),
    ("assets: [{name: a", "assets: [{name: a/b"),
]


def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not a dependency; install it to check this")
    return jsonschema.Draft202012Validator(schema.json_schema())


def test_the_json_schema_is_one() -> None:
    found = validator()
    found.check_schema(found.schema)


@pytest.mark.parametrize("name", [*shipped(), "every form"])
def test_what_loads_is_valid(name: str) -> None:
    path = files("bartizan") / "data" / "scenarios" / f"{name}.yaml"
    text = EVERY_FORM if name == "every form" else path.read_text(encoding="utf-8")
    assert [e.message for e in validator().iter_errors(reader.read(text, name).content)] == []


@pytest.mark.parametrize(("right", "wrong"), MISTAKEN)
def test_what_an_editor_should_mark_is_invalid(right: str, wrong: str) -> None:
    assert right in EVERY_FORM
    assert list(validator().iter_errors(reader.read(EVERY_FORM.replace(right, wrong), "x").content))


def test_every_form_loads() -> None:
    document = reader.read(EVERY_FORM, "x")
    assert reader.validated(schema.ScenarioFile, document.content, document).name == "forms"


@pytest.mark.parametrize(("right", "wrong"), MISTAKEN)
def test_every_mistake_is_refused(right: str, wrong: str) -> None:
    with pytest.raises(ValidationError):
        schema.ScenarioFile.model_validate(reader.read(EVERY_FORM.replace(right, wrong), "x").content)
