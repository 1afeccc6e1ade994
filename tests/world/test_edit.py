"""Changes to a scenario: each in the file, checked, touching nothing else; and the text that loads to the same."""

from __future__ import annotations

import copy
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.scenes import scene, unit
from tests.world import samples

import bartizan
from bartizan.ground.errors import UserError
from bartizan.world import draw, edit
from bartizan.world.scenario import load

RANGE = ("effectors", "57E6", "range_max")


def scenario(**more):
    """Two batteries that share unknowns with others, one of them inline; a series, a reported raid, a variant."""
    own = samples.battery() | {"effectors": {"57E6": samples.battery()["effectors"]["57E6"]}, "emitters": {}}
    mole = samples.unit('mole\'s "east" end', system=own, roof={"storeys": {"low": 2, "high": 9}, "width": "20 m"})
    third = samples.unit(
        "third",
        present={"same_as": 'units/mole\'s "east" end/present'},
        override={
            "effectors": {"57E6": {"range_max": {"same_as": 'units/mole\'s "east" end/effectors/57E6/range_max'}}}
        },
    )
    fourth = samples.unit(
        "fourth",
        present={"same_as": "units/third/present"},
        height={"same_as": 'units/mole\'s "east" end/at/within'},
        override={"effectors": {"57E6": {"range_max": {"same_as": "units/third/effectors/57E6/range_max"}}}},
    )
    jammer = samples.unit("jammer", system={"emitters": samples.battery()["emitters"]})
    raid = samples.written()["raids"][0]
    raids = [
        raid,
        raid | {"name": "series", "sizes": [3, 6, 12]},
        raid | {"name": "told", "reported": {"sent": 6, "leaked": 1}},
    ]
    claim = {
        "id": "c1",
        "says": "It is near.",
        "topic": "way",
        "distance": {"start": "home", "end": "third", "value": "1 km"},
    }
    return samples.written(
        claims=[claim], units=[samples.unit("first"), mole, third, fourth, jammer], raids=raids, **more
    )  # fmt: skip


MADE_UP = load(scenario())


@pytest.fixture
def before():
    return MADE_UP


def numbers_that_differ(before, after):
    return {key for key in {*before.numbers, *after.numbers} if before.numbers.get(key) != after.numbers.get(key)}


def assert_same(text, after, tmp_path):
    path = Path(tmp_path) / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    again = load(path)
    assert (again.units, again.cases, again.assets, again.origin) == (
        after.units,
        after.cases,
        after.assets,
        after.origin,
    )
    assert dict(again.numbers) == dict(after.numbers)


# ---- what each change does


ADD = {"op": "add", "unit": "new", "system": "pantsir-s1", "lat": 0.01, "lon": -0.02}


def test_a_unit_that_is_added_stands_there_and_all_else_is_as_it_was(before, tmp_path):
    after = edit.changed(before, [ADD | {"storeys": 4, "networked": False, "override": {"channels": 3}}])
    *others, new = after.units
    assert tuple(others) == before.units
    assert (new.unit.at.east, new.unit.at.north) == pytest.approx((-2226.4, 1105.7), abs=0.1)
    assert (new.unit.networked, new.system.channels.likely) == (False, 3)
    assert after.numbers["units/new/roof/storeys"].likely == 4
    own = ("units/new/", "systems/pantsir-s1/")
    assert all(key.startswith(own) for key in numbers_that_differ(before, after))
    text = edit.text(before, [ADD], "mine")
    assert "new: added" in text
    assert_same(text, edit.changed(before, [ADD]), tmp_path)


def test_a_unit_that_was_added_is_changed_like_any_other_and_taken_away_again(before):
    moved = edit.changed(before, [ADD, {"op": "move", "unit": "new", "lat": 0.0, "lon": 0.0}])
    assert moved.units[-1].unit.at.east == pytest.approx(0.0)
    twice = edit.changed(before, [ADD, ADD | {"lat": 0.0}])
    assert len(twice.units) == len(before.units) + 1
    gone = edit.changed(before, [ADD, {"op": "remove", "unit": "new"}])
    assert gone.units == before.units


@pytest.mark.parametrize("name", ["reference-24v4", "power-station:no-jammer", "moscow-2023", "moscow-2023:luzhniki"])
def test_no_change_leaves_what_is_played(name, tmp_path):
    before = load(name)
    after = edit.changed(before, [])
    assert not numbers_that_differ(before, after)
    assert (after.units, after.assets, after.origin) == (before.units, before.assets, before.origin)
    assert after.cases == before.cases
    assert_same(edit.text(before, [], "mine"), after, tmp_path)


def test_a_variant_put_in_plays_to_the_bit_like_the_variant(tmp_path):
    before = load("moscow-2023:luzhniki")
    path = tmp_path / "mine.yaml"
    path.write_text(edit.text(before, [], "mine"))
    found = [bartizan.run(s, worlds=2, raids=4).sums for s in (before, edit.changed(before, []), load(path))]
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_a_move_keeps_the_form_of_the_place_and_how_well_it_is_known(before):
    after = edit.changed(before, [{"op": "move", "unit": "first", "lat": 0.01, "lon": -0.02}])
    at = after.units[0].unit.at
    assert at.lat is None
    assert (at.east, at.north) == pytest.approx(
        (-2226.4, 1105.7), abs=0.5
    )  # a degree of the equator and of its meridian
    assert at.within == before.units[0].unit.at.within
    assert not numbers_that_differ(before, after)
    moscow = load("moscow-2023")
    at = (
        edit.changed(moscow, [{"op": "move", "unit": "S-400, outskirts east", "lat": 55.7, "lon": 38}]).units[6].unit.at
    )
    assert (at.lat, at.lon) == (55.7, 38.0)


def test_a_move_across_180_degrees_is_written_within_them():
    """A map there counts on, to 180.02; a scenario has longitudes up to 180."""
    place = {"lat": 0.0, "lon": 179.99}
    of = scene([unit("A", at=place)], origin=place)
    after = edit.changed(load(of), [{"op": "move", "unit": "A", "lat": 0.0, "lon": 180.02}])
    assert after.units[0].unit.at.lon == pytest.approx(-179.98, abs=1e-12)
    assert after.units[0].unit.at.local((0.0, 179.99))[0] == pytest.approx(math.radians(0.03) * 6_378_137, abs=0.1)


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"op": "height", "m": 30}, "antenna_height", 30.0),
        ({"op": "within", "m": 450}, "at/within", 450.0),
        ({"op": "channels", "value": 0}, "channels", 0.0),
        ({"op": "rounds", "effector": "gun", "value": 50}, "effectors/gun/rounds", 50.0),
    ],
)
def test_a_number_becomes_certain_for_one_unit_alone(before, change, key, value):
    after = edit.changed(before, [change | {"unit": "first"}])
    assert numbers_that_differ(before, after) == {f"units/first/{key}"}
    assert after.numbers[f"units/first/{key}"].parameters == (value,)


def test_a_salvo_is_the_units_own(before):
    after = edit.changed(before, [{"op": "doctrine", "unit": "first", "salvo": 3}])
    assert [u.system.doctrine.salvo for u in after.units] == [3, 1, 1, 1, 1]
    assert not numbers_that_differ(before, after)


def test_roofs(before):
    mole = before.units[1].name
    higher = edit.changed(before, [{"op": "roof", "unit": mole, "storeys": 12}])
    assert numbers_that_differ(before, higher) == {f"units/{mole}/roof/storeys"}
    down = edit.changed(before, [{"op": "roof", "unit": mole, "storeys": 0}])
    assert down.units[1].unit.roof is None
    up = edit.changed(before, [{"op": "roof", "unit": "first", "storeys": 4}])
    assert up.numbers["units/first/roof/storeys"].parameters == (4.0,)
    with pytest.raises(UserError, match=r"no mapped buildings.*first.*number of storeys, or 0"):
        edit.changed(before, [{"op": "roof", "unit": "first", "storeys": None}])


def test_a_removed_unit_leaves_its_claims_and_what_others_share_with_it(before):
    mole = before.units[1].name
    after = edit.changed(before, [{"op": "remove", "unit": mole}])
    assert [u.name for u in after.units] == ["first", "third", "fourth", "jammer"]
    assert after.numbers["units/third/present"] == before.numbers[f"units/{mole}/present"]
    assert after.numbers["units/fourth/present"].same_as == "units/third/present"
    assert after.numbers["/".join(("units/third", *RANGE))] == before.numbers["/".join((f"units/{mole}", *RANGE))]
    assert after.numbers["units/fourth/height"] == before.numbers[f"units/{mole}/at/within"]
    without = edit.changed(before, [{"op": "remove", "unit": u} for u in (mole, "third")])
    assert without.numbers["units/fourth/present"] == before.numbers[f"units/{mole}/present"]
    assert [(c.id, c.distance) for c in without.file.claims] == [("c1", None)]
    assert "claim c1: its distance is left out" in edit.text(before, [{"op": "remove", "unit": "third"}], "mine")


def test_one_units_change_is_not_the_change_of_what_shares_with_it(before):
    mole = before.units[1].name
    shared = {"name": "fifth", "roof": {"storeys": {"same_as": f"units/{mole}/roof/storeys"}}}
    more = load(scenario() | {"units": [*scenario()["units"], samples.unit(**shared)]})
    after = edit.changed(more, [{"op": "roof", "unit": mole, "storeys": 3}])
    assert after.numbers["units/fifth/roof/storeys"] == before.numbers[f"units/{mole}/roof/storeys"]
    drawn = draw.worlds(after, 0, 0, 50)
    assert set(drawn.value(f"units/{mole}/roof/storeys")) == {3.0}
    assert len(set(drawn.value("units/fifth/roof/storeys"))) > 3


def test_without_jamming_jammers_are_gone_and_the_jamming_of_others_denies_nothing(before):
    after = edit.changed(before, [{"op": "jamming", "on": False}])
    assert "jammer" not in [u.name for u in after.units]
    assert all(not e.denies for u in after.units for e in u.system.emitters.values())
    assert edit.changed(before, [{"op": "jamming", "on": True}]).units == before.units


def test_jamming_by_power_can_be_switched_off():
    power = {"denies": ["control-link"], "power": "100 W", "frequency": "2.4 GHz", "bandwidth": "80 MHz"}
    link = {"power": "1 W", "frequency": "2.4 GHz", "bandwidth": "10 MHz", "distance": "5 km"}
    content = samples.written(
        systems={"battery": samples.battery(emitters={"jammer": power | {"mean_time_to_effect": 5}})}
    )
    content["threats"]["drone"] |= {"link_dependence": 1.0, "link": link}
    after = edit.changed(load(content), [{"op": "jamming", "on": False}])
    assert all(not e.denies and e.power is None for u in after.units for e in u.system.emitters.values())


def test_raids_of_other_sizes(before):
    def sizes(case, factor):
        after, name = edit.changed_case(before, case, [{"op": "raid_size", "case": case, "factor": factor}])
        return name, after.case(name).size, [count for *_, count in after.case(name).groups]

    assert sizes("raid", 2) == ("raid", 12, [8, 4])
    assert sizes("raid", 0.01) == ("raid", 2, [1, 1])  # none of its groups is left without one
    assert sizes("series-6", 1.5) == ("series-9", 9, [6, 3])
    assert sizes("series-6", 2) == ("series-12", 12, [8, 4])  # which there is already
    assert sizes("told", 3) == ("told", 18, [12, 6])


def test_a_raid_can_be_too_large():
    many = samples.written()
    many["raids"][0]["groups"][0]["count"] = 300
    with pytest.raises(UserError, match="at most 200000 threats; 1000 times 302 are 302000"):
        edit.changed(load(many), [{"op": "raid_size", "case": "raid", "factor": 1000}])


def test_sizes_of_one_series_change_together(before):
    changes = [{"op": "raid_size", "case": f"series-{size}", "factor": 2} for size in (3, 6)]
    after = edit.changed(before, changes)
    assert [c.name for c in after.cases if c.in_series] == ["series-6", "series-12"]
    assert [edit.changed_case(before, f"series-{size}", changes)[1] for size in (3, 6, 12)] == [
        "series-6",
        "series-12",
        "series-12",
    ]


def test_the_last_size_of_a_case_holds_whatever_it_is_called(before):
    changes = [{"op": "raid_size", "case": "series-3", "factor": factor} for factor in (4, 7)]
    after, case = edit.changed_case(before, "series-3", changes)
    assert (case, after.case(case).size) == ("series-21", 21)


def test_a_reported_outcome_is_not_that_of_another_size(before):
    after = edit.changed(before, [{"op": "raid_size", "case": "told", "factor": 2}])
    assert [raid.reported is None for raid in after.raids] == [True, True, True]
    assert edit.changed(before, []).raids[2].reported is not None


def test_of_several_changes_to_one_thing_the_last_holds_and_removal_outweighs_all(before):
    def rounds(value):
        return {"op": "rounds", "unit": "first", "effector": "gun", "value": value}

    after = edit.changed(before, [rounds(1), {"op": "channels", "unit": "first", "value": 9}, rounds(2)])
    assert after.numbers["units/first/effectors/gun/rounds"].parameters == (2.0,)
    gone = edit.changed(before, [rounds(1), {"op": "remove", "unit": "first"}, rounds(2)])
    assert gone.units == before.units[1:]


def test_what_is_so_already_is_no_change(before):
    same = [
        {"op": "rounds", "unit": "first", "effector": "gun", "value": 700},
        {"op": "height", "unit": "first", "m": 5},
        {"op": "doctrine", "unit": "first", "salvo": 1},
        {"op": "roof", "unit": "first", "storeys": 0},
        {"op": "raid_size", "case": "raid", "factor": 1.0},
    ]
    assert edit.changed(before, same).file == edit.changed(before, []).file


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"op": "remove", "unit": "nobody"}, r"no unit 'nobody' in made-up; known: "),
        ({"op": "rounds", "unit": "first", "effector": "sling", "value": 1}, r"no effector 'sling'; known: 57E6, gun"),
        ({"op": "channels", "unit": "jammer", "value": 1}, r"jammer fires nothing.*first"),
        ({"op": "rounds", "unit": "first", "effector": "gun", "value": -1}, r"change 1.*value: .*0 \(stood there: -1"),
        ({"op": "move", "unit": "first", "lat": 91, "lon": 0}, r"lat: .*85"),
        ({"op": "move", "unit": "first", "lat": float("nan"), "lon": 0}, r"lat: .*finite"),
        ({"op": "move", "unit": "first", "lat": 20, "lon": 0}, r"within 1000 km"),
        ({"op": "raid_size", "case": "nothing", "factor": 2}, r"no raid 'nothing'.*series-6"),
        ({"op": "raid_size", "case": "series", "factor": 2}, r"'series' has several sizes.*: series-3, series-6"),
        ({"op": "raid_size", "case": "raid", "factor": 0}, r"factor: .*more than 0"),
        ({"op": "raid_size", "case": "raid", "factor": 2, "more": 1}, r"more: .*not permitted"),
        ({"op": "raid_size", "case": "raid"}, r"factor: field required"),
        ({"op": "fly"}, r"change 1: 'op' must be one of 'add', 'move', 'within', .*'jamming', not 'fly'$"),
        ({"op": "add", "unit": "first", "system": "pantsir-s1", "lat": 0, "lon": 0}, r"has a unit 'first' already"),
        ({"op": "add", "unit": "new", "system": "sling", "lat": 0, "lon": 0}, r"the unit to add: .*sling"),
        ({"op": "add", "unit": "new", "system": "pantsir-s1", "lat": 20, "lon": 0}, r"the unit to add: .*1000 km"),
        ({"op": "add", "unit": "", "system": "pantsir-s1", "lat": 0, "lon": 0}, r"unit: .*at least 1"),
        ({}, r"op"),
        ("move", r"change 1: "),
    ],
)  # fmt: skip
def test_a_bad_change_is_told_with_what_is_allowed(before, change, message):
    with pytest.raises(UserError, match=message):
        edit.changed(before, [change])
    with pytest.raises(UserError, match=message):
        edit.text(before, [change], "mine")


def test_a_bad_name_of_a_file_is_told(before):
    with pytest.raises(UserError, match="name: expected letters"):
        edit.text(before, [], "../evil\nname")


# ---- the text


def test_the_text_says_what_was_changed_from_what(before):
    changes = [
        {"op": "rounds", "unit": "first", "effector": "57E6", "value": 2},
        {"op": "remove", "unit": "fourth"},
        {"op": "raid_size", "case": "raid", "factor": 2},
    ]
    lines = [line.strip() for line in edit.text(before, changes, "mine").splitlines()]
    assert lines[0] == "# mine: made-up (made-up), changed. What was changed:"
    assert "#   first: 57E6 rounds 4 to 8 before; now 2" in lines
    assert "#   fourth: removed" in lines
    assert lines[lines.index("rounds: 2") - 1] == "# 57E6 rounds 4 to 8 before; now 2"
    assert lines[lines.index("count: 8") - 1] == "# drone: 8 threats; before 4"
    assert before.digest in "".join(lines)


UNIT = st.sampled_from(["first", 'mole\'s "east" end', "third", "fourth"])
ANY = UNIT | st.just("jammer")
CHANGE = st.one_of(
    st.fixed_dictionaries({"op": st.just("move"), "unit": ANY, "lat": st.floats(-5, 5), "lon": st.floats(-5, 5)}),
    st.fixed_dictionaries({"op": st.just("height"), "unit": ANY, "m": st.floats(0, 1e4)}),
    st.fixed_dictionaries({"op": st.just("within"), "unit": ANY, "m": st.floats(0, 1e5)}),
    st.fixed_dictionaries({"op": st.just("roof"), "unit": ANY, "storeys": st.integers(0, 300)}),
    st.fixed_dictionaries({"op": st.just("remove"), "unit": ANY}),
    st.fixed_dictionaries(
        {"op": st.just("rounds"), "unit": UNIT, "effector": st.just("57E6"), "value": st.integers(0, 10**6)}
    ),
    st.fixed_dictionaries({"op": st.just("channels"), "unit": UNIT, "value": st.integers(0, 99)}),
    st.fixed_dictionaries({"op": st.just("doctrine"), "unit": UNIT, "salvo": st.integers(1, 100)}),
    st.fixed_dictionaries(
        {"op": st.just("raid_size"), "case": st.sampled_from(["raid", "told", "series-3", "series-12"]),
         "factor": st.floats(0.01, 1000)}
    ),
    st.fixed_dictionaries({"op": st.just("jamming"), "on": st.booleans()}),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGE, max_size=5))
def test_any_changes_load_from_their_text_to_the_same(tmp_path, changes):
    before = MADE_UP
    given_changes = copy.deepcopy(changes)
    file = before.file.model_dump()
    after, case = edit.changed_case(before, "series-3", changes)
    assert_same(edit.text(before, changes, "mine"), after, tmp_path)
    assert case in [c.name for c in after.cases]
    assert changes == given_changes
    assert before.file.model_dump() == file


def test_files_of_a_surface_are_named_so_that_the_text_may_lie_anywhere(tmp_path):
    before = load("mountain-valley")
    changes = [{"op": "move", "unit": "Radar", "lat": 46.65, "lon": 8.6}]
    assert_same(edit.text(before, changes, "mine"), edit.changed(before, changes), tmp_path)
