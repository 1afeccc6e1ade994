"""Values at paths of a scenario: every kind of path leads where its name says, and what leads nowhere is told."""

from __future__ import annotations

import pytest

import bartizan
from bartizan.ground.errors import UserError
from bartizan.world import draw, writer
from bartizan.world.numbers import bears_on_raids
from bartizan.world.paths import with_values, written
from bartizan.world.scenario import load, shipped
from bartizan.world.uncertain import as_written


@pytest.fixture(scope="module")
def station():
    return bartizan.load("power-station")


#: path, value as it is written, the number that it becomes and that number, SI units
NUMBERS = [
    ("systems/gepard/channels", "2", 2.0),
    ("units/Gepard east/effectors/KDA/rounds", "100", 100.0),
    ("units/Gepard east/present", "0.25", 0.25),
    ("units/Gepard east/height", "12 m", 12.0),
    ("threats/shahed-136/link_dependence", "0.5", 0.5),
    ("weather/visibility", "5 km", 5000.0),
    ("network/delay", "9 s", 9.0),
    ("raids/drones/0/distance", "30 km", 30_000.0),
    ("assets/Switchyard/radius", "50 m", 50.0),
]


@pytest.mark.parametrize(("path", "value", "becomes"), NUMBERS)
def test_a_number_at_its_path_is_what_was_written_and_no_other_is_changed(station, path, value, becomes):
    changed = with_values(station, {path: written(value)})
    number = changed.numbers[path]
    assert (number.law, number.parameters[0]) == ("fixed", pytest.approx(becomes))
    others = {key for key in changed.numbers if changed.numbers[key] != station.numbers.get(key)}
    assert others <= {path, "weather/rain", "weather/infrared_loss"}  # a field of what was not there has all its fields
    assert changed.plays != station.plays


def test_what_is_no_number_has_a_path_too(station):
    changed = with_values(
        station, {"systems/iris-t-slm/doctrine/salvo": 1, "raids/drones/light": "night", "raids/drones/0/count": 7}
    )
    assert {u.system.doctrine.salvo for u in changed.units if u.system_key == "systems/iris-t-slm"} == {1}
    assert (changed.case("drones").size, changed.case("drones").raid.light) == (7, "night")


@pytest.mark.parametrize("raid", ["drones-and-decoys", "saturation"])
def test_the_size_of_a_raid_is_all_that_it_sends(station, raid):
    case = with_values(station, {f"raids/{raid}/size": 14}).case(raid)
    sizes = [wave.size for wave in case.groups]
    assert case.size == sum(sizes) == 14
    assert max(sizes) - min(sizes) == 0


def test_a_variant_is_put_in_and_a_law_may_stand_in_place_of_a_number(station):
    changed = with_values(bartizan.load("power-station:no-jammer"), {"systems/gepard/channels": {"low": 1, "high": 3}})
    assert [unit.name for unit in changed.units] == [u.name for u in station.units if u.name != "Jammer"]
    assert changed.numbers["systems/gepard/channels"].span == (1.0, 3.0)


def test_all_other_luck_stays_the_same(station):
    changed = with_values(station, {"systems/gepard/channels": 2})
    before, after = (draw.worlds(each, 3, 0, 16) for each in (station, changed))
    for key in station.numbers:
        if key != "systems/gepard/channels":
            assert (before.value(key) == after.value(key)).all(), key


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("systems/gepard/effectors/KDAX/rounds", 1, "did you mean 'KDA'"),
        ("systems/gepard/channel", 1, "did you mean 'channels'"),
        ("systems/buk/channels", 1, "the systems of power-station are others"),
        ("weathr/visibility", 1, "did you mean 'weather'"),
        ("weather/fog", 1, "not a known key"),
        ("systems/gepard/channels/low", 1, "replaced whole"),
        ("raids/drones/size", 0, "1 to 200000"),
        ("raids/drones/9/count", 1, "known: 0"),
        ("raids/none/size", 1, "no raid of that name"),
        ("units/Gepard", 1, "did you mean 'Gepard west'"),
        ("units/Gepard east", 1, "name a field"),
        ("systems/gepard", 1, "name a field"),
        ("units/Gepard west/presen", 1, "did you mean 'present'"),
        ("units/Gepard west/x", 1, "height.*present.*roof"),
        ("title/short", 1, "nothing is called 'title'"),
        ("rounds", 1, "with slashes"),
        ("systems/gepard/channels", -1, "must lie between 0"),
        ("weather/visibility", "5 kg", "weather.visibility"),
    ],
)
def test_what_leads_nowhere_or_cannot_stand_there_is_told(station, path, value, told):
    with pytest.raises(UserError, match=told):
        with_values(station, {path: value})


@pytest.mark.parametrize("name", shipped())
def test_every_unknown_of_a_shipped_scenario_can_be_put_at_its_path(name):
    """All that has a name has a path by it: a part of the file that is added later is not forgotten here."""
    scenario = load(name)
    of_each_kind = {key.partition("/")[0]: key for key in scenario.numbers}
    for key in of_each_kind.values():
        now = scenario.numbers[key]
        if now.law != "same_as":
            assert with_values(scenario, {key: as_written(now)}).numbers[key] == now, key


def test_the_size_that_a_raid_has_changes_nothing(station):
    case = station.case("drones")
    assert with_values(station, {"raids/drones/size": case.size}).plays == station.plays
    assert with_values(station, {"raids/drones/size": case.size + 1}).plays != station.plays


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("units/Gepard west/effectors/KDA/rounds", "640"),
        ("systems/gepard/effectors/KDA/rounds", "640"),
        ("units/Gepard west/channels", "{value: 1, note: as the type has it}"),
        ("systems/gepard/title", "another name"),
        ("money", "EUR"),
    ],
)
def test_what_comes_to_the_same_plays_the_same(station, path, value):
    if path == "money":
        changed = load(station.file.model_dump(mode="json") | {"money": {"currency": "EUR", "per_dollar": 0.9}})
    else:
        changed = with_values(station, {path: written(value)})
    assert changed.digest != station.digest
    assert changed.plays == station.plays


def test_how_finely_geometry_is_sampled_bears_on_raids_and_how_many_are_played_does_not(station):
    whole = station.file.model_dump(mode="json")
    for study, is_same in (({"step": 100}, False), ({"worlds": 9, "raids": 3}, True)):
        assert (load(whole | {"study": study}).plays == station.plays) is is_same


def test_a_number_that_is_a_units_own_is_another_one(station):
    """It is drawn by itself, though its law is that of the type."""
    chance = as_written(station.numbers["systems/gepard/reaction_time"])
    assert with_values(station, {"units/Gepard west/reaction_time": chance}).plays != station.plays


def test_whatever_number_of_raids_is_another_plays_otherwise(station):
    for key, number in station.numbers.items():
        if number.law in ("uniform", "triangular") and bears_on_raids(key):
            ends = (number.likely, number.span[1])
            narrower = dict(zip(("low", "high"), (writer.quantity(end, number.dimension) for end in ends), strict=True))
            assert with_values(station, {key: narrower}).plays != station.plays, key


@pytest.mark.parametrize("name", shipped())
def test_a_variant_plays_as_the_scenario_that_has_it_put_in(name):
    for variant in load(name).file.variants:
        scenario = load(name, variant=variant)
        assert with_values(scenario, {}).plays == scenario.plays
        assert scenario.plays != load(name).plays


def test_what_others_share_with_a_changed_unit_stays_theirs(station):
    """A unit that is taken away takes no other with it whose chance to be there is the same."""
    written_ = station.file.model_dump(mode="json", exclude_defaults=True)
    east, west = (next(u for u in written_["units"] if u["name"] == f"Gepard {side}") for side in ("east", "west"))
    east["present"], west["present"] = 0.25, {"same_as": "units/Gepard east/present"}
    shared = load(written_)
    gone = with_values(shared, {"units/Gepard east/present": 0})
    assert gone.numbers["units/Gepard east/present"].parameters == (0.0,)
    assert gone.numbers["units/Gepard west/present"].parameters == (0.25,)
