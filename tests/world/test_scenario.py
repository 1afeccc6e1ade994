"""From what is written to a Scenario: every mistake at once and where it stands, names, variants, doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from tests.world.samples import battery, unit, written

from bartizan.ground.errors import ScenarioError, UserError
from bartizan.world.numbers import varies_within_world
from bartizan.world.scenario import load, shipped


def complaints(content: Any, **more: Any) -> dict[str, str]:
    """Field -> problem of every mistake."""
    with pytest.raises(ScenarioError) as caught:
        load(content, **more)
    return {m.field: m.problem for m in caught.value.mistakes}


def claim(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "says": "x", "topic": "t"} | more


def raid(**more: Any) -> dict[str, Any]:
    return {"name": "raid", "groups": [{"threat": "drone", "count": 4} | more]}


def test_the_sample_is_sound() -> None:
    assert len(load(written()).units) == 2


def test_what_is_no_scenario_at_all_is_refused_without_names_of_classes(tmp_path: Path) -> None:
    (tmp_path / "hello.yaml").write_text("hello\n", encoding="utf-8")
    (problem,) = complaints(str(tmp_path / "hello.yaml")).values()
    assert problem.startswith("must be keys with their values, one a line (key: value)")


def test_a_value_where_keys_are_wanted_is_told_which() -> None:
    content = written(raids=[raid(bearing="90 deg")])
    (problem,) = complaints(content).values()
    assert problem.startswith(
        "must be keys with their values, one a line (key: value); known: high, low, together, width"
    )


@pytest.mark.parametrize("source", [5, None, ["power-station"], 0.5])
def test_what_can_name_no_scenario_is_refused_in_a_sentence(source: Any) -> None:
    with pytest.raises(UserError, match="is none of these"):
        load(source)


def test_names_may_be_bytes_as_the_system_has_them() -> None:
    assert load(b"power-station").name == "power-station"  # type: ignore[arg-type]


def test_what_stands_beyond_the_plane_of_the_map_is_refused() -> None:
    """Moscow and Wellington are 16,500 km apart."""
    sites = [
        {"name": "Moscow", "at": {"lat": 55.75, "lon": 37.62}},
        {"name": "Wellington", "at": {"lat": -41.29, "lon": 174.78}},
    ]
    told = complaints(written() | {"assets": sites, "units": [], "claims": []})
    assert told["assets[1].at"].startswith("must lie within 1000 km of the origin, and is 16 ")
    assert list(told) == ["assets[1].at"]


# ------------------------------------------------------------------------------------------------ all at once

MANY_MISTAKES = """\
bartizan: 1
name: many
claims:
  - {id: c1, topic: t, says: x}
  - {id: c1, topic: t, says: x}
assets:
  - name: home
    at: {east: 0, north: 0}
    claims: [c2]
systems:
  battery:
    sensors: {eye: {kind: ideal, range: 10 km}}
    effectors:
      m: {range_min: 1 km, range_max: 9 km, speed: 500, rounds: 4, kill: {drone: {value: 0.5, sources: [nobody]}}}
units:
  - name: one
    system: batery
    at: {east: 0, north: 0}
  - name: two
    system: battery
    at: {east: 0, north: 0}
    present: {value: 0.5, claims: [c3]}
    height: {same_as: units/one/heigth}
    override:
      effectors:
        m:
          range_max: 500 m
raids:
  - name: r
    groups:
      - threat: shahed-136
        count: 1
        targets: [hom]
        speed: {same_as: threats/shahed-136/speed}
variants:
  night:
    title: at night
    without: [three]
    claims: [{id: c1, topic: t, says: x}]
    units:
      - name: four
        system: battery
        at: {east: 0, north: 0}
        claims: [c9]
"""
WHERE = {
    "claims[1].id": (5, "given twice"),
    "assets[0].claims[0]": (9, "no claim named 'c2'"),
    "systems.battery.effectors.m.kill.drone": (14, "no source named 'nobody'"),
    "units[0].system": (17, "did you mean 'battery'?"),
    "units[1].present": (22, "no claim named 'c3'"),
    "units[1].height": (23, "no number named 'units/one/heigth'"),
    "units[1].override.effectors.m.range_max": (27, "is below range_min"),
    "raids[0].groups[0].targets[0]": (33, "did you mean 'home'?"),
    "raids[0].groups[0].speed": (34, "is drawn for each threat"),
    "variants.night.without[0]": (38, "no unit, asset or raid named 'three'"),
    "variants.night.claims[0].id": (39, "given twice"),
    "variants.night.units[0].claims[0]": (44, "no claim named 'c9'"),
}


def test_all_mistakes_at_once_each_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(MANY_MISTAKES, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    found = {m.field: (m.line, m.problem) for m in caught.value.mistakes}
    assert {field: line for field, (line, _) in found.items()} == {field: line for field, (line, _) in WHERE.items()}
    for field, (_, problem) in WHERE.items():
        assert problem in found[field][1]


def test_a_word_of_few_that_is_misspelt_is_answered_with_the_near_one() -> None:
    """As a value and as a key; of a key it is the key that is wrong, and not what stands under it."""
    more = {
        "doctrine": {"engage": ["dron"], "weapons": "tigt"},
        "effectors": {
            "57E6": battery()["effectors"]["57E6"]
            | {"release": {"dron": "never", "cruise": "last_resrt"}, "reach": {"Drone": "5 km"}}
        },
    }
    with pytest.raises(ScenarioError) as caught:
        load(written(systems={"battery": battery(**more)}))
    found = {m.field.removeprefix("systems.battery."): m for m in caught.value.mistakes}
    asked = {field: mistake.problem.partition("; did you mean ")[2] for field, mistake in found.items()}
    assert asked == {
        "doctrine.engage[0]": "'drone'?",
        "doctrine.weapons": "'tight'?",
        "effectors.57E6.release.dron": "'drone'?",
        "effectors.57E6.release.cruise": "'last_resort'?",
        "effectors.57E6.reach.Drone": "'drone'?",
    }
    assert found["effectors.57E6.release.dron"].stood == "'dron'"


ONE_FIELD_WRONG = """\
bartizan: 1
name: one-field
systems:
  s:
    antenna_height: 5 m
    sensors: {radar: {range: 20 km, rcs: 1 m2}}
    effectors:
      m:
        range_max: 10 km
        speed: 800 m/s
        rounds: 4
        kill: {drone: 0.5}
        reach:
          cruise: 5 km
    doctrine:
      salvo: 0
assets: [{name: home, at: {east: 0, north: 0}}]
units: [{name: one, system: s, at: {east: 0, north: 0}}]
areas:
  - name: a
    status: hold
    corners: [{east: 0, north: 0}, {east: 1, north: 0}]
raids:
  - name: few
    groups: [{threat: shahed-136, count: 1}]
    sizes: [2, 0]
  - name: twice
    groups: [{threat: shahed-136, count: 1}]
    sizes: [2, 3, 2]
  - name: none
    groups: [{threat: shahed-136, count: 1}]
    sizes: []
  - name: told
    groups: [{threat: shahed-136, count: 1}]
    reported:
      sent: 4
      killed: 1
    sizes: [2, 3]
  - name: struck
    groups: [{threat: shahed-136, count: 1}]
    reported:
      sent: 1
      struck: 2
  - name: alike
    groups:
      - threat: shahed-136
        count: 20
        wander: 0.1
        neutral: {lasts: 60}
        arrival: {rate: 0.01}
"""


def test_a_mistake_of_one_field_stands_where_that_field_does(tmp_path: Path) -> None:
    """Not at what the field is part of, where somebody would look for it in vain."""
    path = tmp_path / "one-field.yaml"
    path.write_text(ONE_FIELD_WRONG, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    lines = ONE_FIELD_WRONG.splitlines()
    found = {m.field: lines[(m.line or 0) - 1].strip() for m in caught.value.mistakes}
    assert found == {
        "systems.s.effectors.m.reach": "reach:",
        "systems.s.doctrine.salvo": "salvo: 0",
        "areas[0].corners": "corners: [{east: 0, north: 0}, {east: 1, north: 0}]",
        "raids[0].sizes[1]": "sizes: [2, 0]",
        "raids[1].sizes": "sizes: [2, 3, 2]",
        "raids[2].sizes": "sizes: []",
        "raids[3].sizes": "sizes: [2, 3]",
        "raids[4].reported.struck": "struck: 2",
        "raids[5].groups[0].wander": "wander: 0.1",
    }


def test_mistakes_of_a_dict_are_the_same_without_lines() -> None:
    found = complaints(yaml.safe_load(MANY_MISTAKES))
    assert set(found) == set(WHERE)


def test_mistakes_of_a_variant_are_told_whichever_is_loaded() -> None:
    content = written(variants={"v": {"title": "v", "units": [unit("third", claims=["c1"])]}, "w": {"title": "w"}})
    assert complaints(content) == complaints(content, variant="w") == complaints(content, variant="v")
    assert "variants.v.units[0].claims[0]" in complaints(content)


# ------------------------------------------------------------------------------------------------ claims and sources


def test_a_variants_claims_are_its_own() -> None:
    variants = {"v": {"title": "v", "claims": [claim("c1")], "units": [unit("third", claims=["c1"])]}}
    assert load(written(variants=variants), variant="v").units[2].unit.claims == ["c1"]
    assert set(complaints(written(variants=variants, units=[unit("first", claims=["c1"])]))) == {"units[0].claims[0]"}


def test_distances_of_claims_name_places_that_are_there() -> None:
    far = {"start": "home", "end": "thrid", "value": "4 km"}
    content = written(claims=[claim("a", distance=far)])
    assert "no asset or unit named 'thrid'" in complaints(content)["claims[0].distance.end"]
    right = {**far, "end": "third"}
    variants = {"v": {"title": "v", "units": [unit("third")], "claims": [claim("b", distance=right)]}}
    assert load(written(variants=variants), variant="v")
    assert set(complaints(written(claims=[claim("a", distance=right)], variants=variants))) == {
        "claims[0].distance.end"
    }


@pytest.mark.parametrize("source", ["own", "of-the-file", "recall"])
def test_sources_of_the_system_the_file_and_the_catalogue_are_known(source: str) -> None:
    system = battery(sources={"own": {"title": "x"}}, reaction_time={"value": 3, "sources": [source]})
    assert load(written(systems={"battery": system}, sources={"of-the-file": {"title": "y"}}))


def test_sources_of_one_system_are_unknown_to_another() -> None:
    systems = {
        "battery": battery(reaction_time={"value": 3, "sources": ["own"]}),
        "other": battery(sources={"own": {"title": "x"}}),
    }
    assert set(complaints(written(systems=systems))) == {"systems.battery.reaction_time"}


def test_claims_and_sources_in_an_override_are_looked_up() -> None:
    own = {"reaction_time": {"value": 3, "claims": ["c"], "sources": ["s"]}}
    content = written(units=[unit("a", override=own)])
    with pytest.raises(ScenarioError) as caught:
        load(content)
    assert {m.field for m in caught.value.mistakes} == {"units[0].override.reaction_time"}
    assert len(caught.value.mistakes) == 2
    assert load(written(units=[unit("a", override=own)], claims=[claim("c")], sources={"s": {"title": "x"}}))


def test_claims_in_the_numbers_of_a_raid_are_looked_up() -> None:
    content = written(raids=[raid(distance={"either": {"30 km": ["c"], "40 km": []}}, bearing={"low": "1 deg"})])
    assert set(complaints(content)) == {"raids[0].groups[0].distance"}


# ------------------------------------------------------------------------------------------------ same_as

DRAWN_PER_THREAT = "drawn for each threat"
AS_OFTEN_AS_THERE = {"range": "9 km", "false_alarm": {"same_as": "units/first/present"}}


@pytest.mark.parametrize(
    ("content", "field", "problem"),
    [
        (written(raids=[raid(speed={"same_as": "threats/drone/speed"})]), "raids[0].groups[0].speed", DRAWN_PER_THREAT),
        (written(raids=[raid(wander={"same_as": "network/delay"})]), "raids[0].groups[0].wander", "joins a number to"),
        (written(units=[unit("a", height={"same_as": "threats/drone/altitude"})]), "units[0].height", DRAWN_PER_THREAT),
        (written(units=[unit("a", height={"same_as": "units/a/height"})]), "units[0].height", "circle"),
        (written(units=[unit("a", height={"same_as": "units/b/height"})]), "units[0].height", "no number named"),
        (written(units=[unit("a", height={"same_as": "units/a/present"})]), "units[0].height", "joins a length"),
        (
            written(systems={"battery": battery(sensors={"radar": AS_OFTEN_AS_THERE})}),
            "systems.battery.sensors.radar.false_alarm",
            "must be at most 0.001",
        ),
        (
            written(units=[unit("a", roof={"storeys": {"same_as": "raids/raid/0/wander"}})]),
            "units[0].roof.storeys",
            "joins a count to a number",  # a whole number is no share
        ),
    ],
)  # fmt: skip
def test_same_as_that_cannot_be(content: dict[str, Any], field: str, problem: str) -> None:
    assert problem in complaints(content)[field]


def test_same_as_is_checked_in_systems_that_nothing_uses() -> None:
    systems = {"battery": battery(), "spare": battery(reaction_time={"same_as": "nowhere"})}
    assert "no number named 'nowhere'" in complaints(written(systems=systems))["systems.spare.reaction_time"]
    systems["spare"] = battery(reaction_time={"same_as": "systems/pantsir-s1/reaction_time"})
    assert set(load(written(systems=systems)).numbers) == set(load(written()).numbers)


def test_numbers_of_raids_have_names() -> None:
    numbers = load(written()).numbers
    assert numbers["raids/raid/0/distance"].span == (30_000, 60_000)
    assert numbers["raids/raid/1/arrival/spread"].span == (60, 600)
    assert {"raids/raid/0/wander", "raids/raid/0/bearing/width", "raids/raid/1/arrival/start"} <= set(numbers)


def test_what_is_drawn_per_threat_can_be_told() -> None:
    numbers = load(written(raids=[raid(speed=50)])).numbers
    assert {key for key in numbers if varies_within_world(key)} == {
        "threats/drone/speed", "threats/drone/altitude", "raids/raid/0/speed"
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ names and places


@pytest.mark.parametrize("kind", ["units", "assets"])
def test_a_name_with_a_slash_is_refused(kind: str) -> None:
    content = written()
    content[kind][0]["name"] = "a/b"
    assert complaints(content) == {f"{kind}[0].name": "a name must not hold a slash or control characters"}


def test_names_are_given_once() -> None:
    found = complaints(written(units=[unit("a"), unit("a")]))
    assert found == {"units[1].name": "the name 'a' is given twice among units"}


def test_what_a_variant_leaves_out_has_a_name_of_its_own() -> None:
    """A unit and an asset, or a raid, may be called the same until one of them is to be left out."""
    named = written(units=[unit("home"), unit("raid")])
    assert len(load(named).units) == 2
    more = {"assets": [{"name": "away", "at": {"east": 900, "north": 0}}], "raids": [raid() | {"name": "another"}]}
    found = complaints(named | {"variants": {"v": {"title": "v", "without": ["raid", "home"], **more}}})
    assert found == {
        "variants.v.without[0]": "'raid' is the name of a unit and a raid, and which is meant is not clear: "
        "rename one of them",
        "variants.v.without[1]": "'home' is the name of a unit and an asset, and which is meant is not clear: "
        "rename one of them",
    }


def test_the_ends_of_a_claimed_distance_have_names_of_their_own() -> None:
    apart = claim("far", distance={"start": "home", "end": "first", "value": "5 km"})
    assert load(written(claims=[apart])).claims
    found = complaints(written(claims=[apart], units=[unit("home"), unit("first")]))
    assert list(found) == ["claims[0].distance.start"]
    assert "is the name of an asset and a unit" in found["claims[0].distance.start"]


def test_two_things_are_not_called_the_same_on_maps() -> None:
    found = complaints(written(units=[unit("a", short="b"), unit("b")]))
    assert found == {"units[1].name": "charts and maps call 'a' of the units 'b' as well: give one another short name"}
    found = complaints(written(units=[unit("a"), unit("b", short="a")]))
    assert found == {"units[1].short": "charts and maps call 'a' of the units 'a' as well: give one another short name"}


def test_a_raid_is_called_by_its_title_where_it_has_no_short_name() -> None:
    day, night = raid() | {"name": "day", "title": "By day"}, raid() | {"name": "night", "title": "By night"}
    assert len(load(written(raids=[day, night | {"short": "day"}])).raids) == 2
    assert list(complaints(written(raids=[day, night | {"short": "By day"}]))) == ["raids[1].short"]
    assert len(load(written(raids=[day, night | {"title": "By day"}])).raids) == 2


def test_places_in_degrees_need_an_origin_in_degrees() -> None:
    place = unit("a", at={"lat": 10.0, "lon": 20.0})
    assert "give the scenario an origin" in complaints(written(units=[place]))["units[0].at"]
    assert load(written(units=[place], origin={"lat": 10, "lon": 20})).origin == (10.0, 20.0)
    assert "needs lat and lon" in complaints(written(origin={"east": 1, "north": 2}))["origin"]


def test_the_first_asset_is_the_origin() -> None:
    assets = [{"name": "a", "at": {"lat": 10, "lon": 20}}, {"name": "b", "at": {"east": 0, "north": 0}}]
    assert load(written(assets=assets)).origin == (10.0, 20.0)


# ------------------------------------------------------------------------------------------------ overrides


def test_an_override_changes_one_number_of_one_unit() -> None:
    own = {"effectors": {"57E6": {"rounds": 2}}, "sensors": {"radar": {"rcs": "1 m2"}}}
    first, second = load(written(units=[unit("a", override=own), unit("b")])).units
    assert first.system.effectors["57E6"].rounds.parameters == (2,)
    assert first.system.effectors["57E6"].speed == second.system.effectors["57E6"].speed
    assert second.system.effectors["57E6"].rounds.span == (4, 8)


@pytest.mark.parametrize(
    ("override", "field", "said"),
    [
        (
            {"sensors": {"radr": {"rcs": 1}}},
            "sensors.radr",
            "no sensor 'radr'; did you mean 'radar'?; in a new one: needs",
        ),
        (
            {"effectors": {"57E5": {"speed": 9}}},
            "effectors.57E5",
            "no effector '57E5'; did you mean '57E6'?; in a new one: range_max is required, rounds is required",
        ),
        (
            {"emitters": {"noise": {"range": 5}}},
            "emitters.noise",
            "no emitter 'noise'; known: jammer; in a new one: denies",
        ),
        ({"sensors": {"radar": {"rcs": -1}}}, "sensors.radar.rcs", "must lie between"),
        ({"sensors": [1]}, "sensors", "must be keys with their values"),
    ],
)
def test_a_part_that_a_system_has_not_got_is_told_as_that(override: Any, field: str, said: str) -> None:
    found = complaints(written(units=[unit("a", override=override)]))
    assert list(found) == [f"units[0].override.{field}"]
    assert said in found[f"units[0].override.{field}"]


def test_an_override_may_add_a_part_that_is_whole() -> None:
    (placed,) = load(
        written(units=[unit("a", override={"sensors": {"eye": {"kind": "ideal", "range": "5 km"}}})])
    ).units
    assert "eye" in placed.system.sensors


def test_a_spread_is_replaced_whole() -> None:
    own = {"reaction_time": {"low": 1, "likely": 2, "high": 3}, "channels": {"value": 1}}
    (first,) = load(written(units=[unit("a", override=own)])).units
    assert first.system.reaction_time.law == "triangular"
    assert first.system.channels.is_fixed


def test_sensors_may_be_called_low_and_high() -> None:
    eyes = {"low": {"range": "5 km"}, "high": {"range": "9 km"}}
    content = written(
        systems={"battery": battery(sensors=eyes)},
        units=[unit("a", override={"sensors": {"low": {"scan_period": 5}}})],
    )
    (first,) = load(content).units
    assert first.system.sensors["low"].range.parameters == (5000,)
    assert first.system.sensors["low"].scan_period.parameters == (5,)
    assert set(first.system.sensors) == {"low", "high"}


# ------------------------------------------------------------------------------------------------ raids


def test_sizes_share_threats_out_by_largest_remainder() -> None:
    groups = [{"threat": "drone", "count": n} for n in (4, 2, 1)]
    scenario = load(written(raids=[{"name": "r", "groups": groups, "sizes": [1, 7, 10]}]))
    assert [case.name for case in scenario.cases] == ["r-1", "r-7", "r-10"]
    # 10 x (4, 2, 1) / 7 = 5.71, 2.86, 1.43
    assert [[n for *_, n in case.groups] for case in scenario.cases] == [[1], [4, 2, 1], [6, 3, 1]]
    assert [case.keys for case in scenario.cases][:2] == [("raids/r/0",), ("raids/r/0", "raids/r/1", "raids/r/2")]


def test_two_cases_of_one_name_are_refused() -> None:
    raids = [raid() | {"name": "r-4"}, raid() | {"name": "r", "sizes": [4, 8]}]
    assert "r-4" in complaints(written(raids=raids))["raids[1].sizes"]


def test_a_case_is_found_by_its_own_name_or_its_raids() -> None:
    scenario = load(written(raids=[raid() | {"sizes": [2, 4]}]))
    assert scenario.case("raid-4").size == 4
    assert load(written(raids=[raid() | {"sizes": [2]}])).case("raid").size == 2
    with pytest.raises(UserError, match="raid 'raid' has several sizes in made-up; name one of them: raid-2, raid-4"):
        scenario.case("raid")
    with pytest.raises(UserError, match=r"no raid 'rad'.*did you mean 'raid'"):
        scenario.case("rad")
    with pytest.raises(UserError, match=r"no raid 'x'.*known: raid, raid-2, raid-4"):
        scenario.case("x")


# ------------------------------------------------------------------------------------------------ variants


def test_a_variant_replaces_adds_and_leaves_out() -> None:
    changes = {"title": "v", "without": ["first"], "units": [unit("second", height=7), unit("third")]}
    scenario = load(written(variants={"v": changes}), variant="v")
    assert [u.name for u in scenario.units] == ["second", "third"]
    assert scenario.numbers["units/second/height"].parameters == (7,)
    assert scenario.name == "made-up:v"


def test_a_variant_must_leave_something_to_attack() -> None:
    found = complaints(written(variants={"v": {"title": "v", "without": ["home"]}}))
    assert "at least one asset and one raid" in found["variants.v"]


# ------------------------------------------------------------------------------------------------ doors


def test_a_dict_means_what_it_says() -> None:
    """No detour through YAML: this key is text, and these numbers are NumPy's."""
    content = written()
    content["systems"]["battery"]["effectors"]["57E6"]["rounds"] = np.int64(6)
    content["systems"]["battery"]["sensors"]["radar"]["confirm"] = (1, 1)
    content["units"][0]["roof"] = {"storeys": {"either": {8: [], 10: []}}}
    scenario = load(content)
    assert "57E6" in scenario.units[0].system.effectors
    assert scenario.numbers["systems/battery/effectors/57E6/rounds"].parameters == (6,)
    assert scenario.numbers["units/first/roof/storeys"].parameters == (8, 10)


def test_loading_changes_nothing_of_what_was_given() -> None:
    content, again = written(), written()
    load(content)
    assert content == again


@pytest.mark.parametrize("content", [{}, {"bartizan": 2}, {"bartizan": 1, 3: 4}, {"bartizan": float("nan")}])
def test_no_dict_does_anything_but_load_or_be_refused(content: Any) -> None:
    assert complaints(content)


@pytest.mark.parametrize("door", ["file", "dict", "dump"])
def test_file_dict_and_dump_are_one_scenario(door: str, tmp_path: Path) -> None:
    scenario = load(written())
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(written()), encoding="utf-8")
    other = load({"file": path, "dict": written(), "dump": scenario.file.model_dump(mode="json")}[door])
    assert other.digest == scenario.digest
    assert other.numbers == scenario.numbers


def test_the_digest_tells_scenarios_apart() -> None:
    plain = load(written(variants={"v": {"title": "v", "without": ["first"]}}))
    changed = written(variants={"v": {"title": "v", "without": ["first"]}})
    changed["systems"]["battery"]["reaction_time"]["high"] = 9
    assert len({plain.digest, load(changed).digest, load(changed, variant="v").digest}) == 3


def test_a_variant_may_stand_behind_a_files_name(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(yaml.safe_dump(written(variants={"v": {"title": "v"}})), encoding="utf-8")
    assert load(f"{path}:v").variant == "v"
    assert load(str(path)).variant is None
    assert load("power-station:no-jammer").variant == "no-jammer"
    with pytest.raises(UserError, match="no variant 'w' in made-up; known: v"):
        load(f"{path}:w")


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml:v", "a\0b", "x" * 5000, ""])
def test_what_is_not_there_is_told_with_what_is(name: str) -> None:
    with pytest.raises(UserError, match=shipped()[0]):
        load(name)


def test_a_folder_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        load(tmp_path)
    (tmp_path / "scenario.json").write_text("{}")
    with pytest.raises(UserError, match=r"cannot read .*: it is a results folder, and a scenario is wanted.*json"):
        load(tmp_path)
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(UserError, match=r"summary.json is a file of a results folder; the scenario .*scenario.json"):
        load(tmp_path / "summary.json")
    (tmp_path / "b.yaml").write_bytes(b"a: \xff")
    assert complaints(tmp_path / "b.yaml") == {"": "not UTF-8 text: invalid start byte at byte 3"}


def test_no_more_of_a_file_is_read_than_a_scenario_may_hold(tmp_path: Path) -> None:
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(10_000_000_000)
    assert complaints(tmp_path / "big.yaml") == {"": "larger than 5 MB"}
