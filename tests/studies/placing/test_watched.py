"""Placements that somebody watches: the answer of `place`, told step by step, ended at will, taken over as changes."""

from __future__ import annotations

import json
import threading

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studies.placing.test_place import SITES, question
from tests.studies.test_documents import unlike

from bartizan.ground.errors import UserError
from bartizan.studies.documents.sent import PlacingStep
from bartizan.studies.placing import asking, place, watched
from bartizan.studies.placing.place import Asked
from bartizan.studies.searching import search
from bartizan.studies.searching.patience import Patience
from bartizan.world import edit
from bartizan.world.candidates import candidates
from bartizan.world.scenario import load

THREE = {name: SITES[name] for name in ("north", "east", "far south")}
#: Metres that a place may be off once it went through degrees of five and six decimals.
NEAR_M = 1.2


@pytest.fixture(scope="module", autouse=True)
def _short_search():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LAST", 64)
        patch.setattr(watched, "BEAT_S", 0.02)
        yield


def scenario(**more):
    return load(question(THREE, within=0.1, **more))


def asked(of):
    """The question as a page has it, asked again."""
    return asking.question(of, [], asking.offered(of)["placement"])


@pytest.fixture(scope="module")
def seen():
    return list(watched.steps(Asked.of(scenario(), Patience()), 0, threading.Event(), threads=2))


def test_the_answer_is_that_of_place(seen):
    found = place.place(scenario(), how=Patience(threads=2))
    assert {**seen[-1]["found"], "seconds": 0} == {**found, "seconds": 0}
    assert [step["stage"] for step in seen].count("done") == 1
    assert not [each for step in seen for each in unlike(PlacingStep, step, "PlacingStep")]
    assert seen[-1]["said"][0].startswith("Put battery at ")


def test_it_goes_through_its_stages_in_order_and_tells_what_sites_are_worth_on_the_way(seen):
    order = ["screening", "search", "proof", "done"]
    stages = [order.index(step["stage"]) for step in seen]
    assert stages == sorted(stages)
    known = [step for step in seen if step["sites"]]
    assert len(known) > 1
    assert all({site["site"] for site in step["sites"]} == set(THREE) for step in known)
    final = {site["site"]: site["alone"] for site in seen[-1]["found"]["sites"]}
    assert all(site["alone"] == final[site["site"]] for step in known for site in step["sites"])
    chosen = {site["site"] for site in seen[-1]["sites"] if site["leads"]}
    assert chosen == {each["site"] for each in seen[-1]["found"]["best"]}


def test_its_changes_make_its_layout(seen):
    after = edit.changed(scenario(), seen[-1]["changes"])
    best = {f"{each['system']} at {each['site']}": (each["east"], each["north"]) for each in seen[-1]["found"]["best"]}
    stands = {unit.name: unit.unit.at.local(after.origin) for unit in after.units}
    assert stands.keys() == best.keys()
    assert all(stands[name] == pytest.approx(best[name], abs=NEAR_M) for name in best)


def test_its_text_holds_the_question_and_the_units(seen):
    told = yaml.safe_load(seen[-1]["text"])
    again = load({**question(THREE), "placement": told["placement"], "units": told["units"]})
    assert [site.name for site in again.file.placement.sites] == list(THREE)
    assert len(again.units) == 2


def test_one_at_a_time_and_who_stops_it_ends_it():
    stop = threading.Event()
    steps = watched.steps(Asked.of(scenario(), Patience()), 0, stop, threads=2)
    next(steps)
    with pytest.raises(UserError, match="another placement is being played"):
        next(watched.steps(Asked.of(scenario(), Patience()), 0, threading.Event()))
    stop.set()
    assert all(step["stage"] != "done" for step in steps)
    other = watched.steps(Asked.of(scenario(), Patience()), 0, threading.Event(), threads=2)
    assert next(other)["stage"] == "screening"  # there is room again
    other.close()
    assert not watched._one.locked()


def test_what_the_page_is_offered_asks_the_same_again():
    before = scenario(
        spacing="300 m", keep_out=[{"at": {"east": 0, "north": 0}, "radius": "100 m"}], weights={"plant": 2}, budget=9
    )
    again = asked(before)
    mine, its = candidates(before), candidates(again)
    assert [c.site for c in mine.all] == [c.site for c in its.all]
    assert all(
        (a.spot.east, a.spot.north) == pytest.approx((b.spot.east, b.spot.north), abs=NEAR_M)
        for a, b in zip(mine.all, its.all, strict=True)
    )
    one, other = (of.file.placement for of in (before, again))
    for field in ("units", "spacing", "budget", "weights", "objective", "within", "raids"):
        assert getattr(one, field) == getattr(other, field)


@settings(max_examples=15, deadline=None)
@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_a_site_drawn_anywhere_stands_there(lat, lon):
    own = {"units": [{"system": "battery"}], "sites": [{"name": "s", "at": {"lat": lat, "lon": lon}}]}
    before = load(question(THREE))
    at = asking.question(before, [], own).file.placement.sites[0].at
    assert at.lat is None  # the scenario's own form: metres
    (unit,) = asking.changes(candidates(asking.question(before, [], own)), [0])
    assert (unit["lat"], unit["lon"]) == pytest.approx((lat, lon), abs=1e-6)


def test_kinds_are_those_of_the_scenario_each_once():
    kinds = asking.offered(load("power-station"))["kinds"]
    assert [kind["system"] for kind in kinds] == ["gepard", "iris-t-slm", "zhitel"]
    assert all(kind["unit"]["reach_m"] for kind in kinds)


def test_units_of_an_earlier_answer_are_left_out_and_other_changes_stay():
    power = load("power-station")
    kept = {"op": "remove", "unit": power.units[0].name}
    added = {"op": "add", "unit": "more", "system": "gepard", "lat": 0.01, "lon": 0.01}
    own = {"units": [{"system": "gepard"}], "sites": [{"name": "s", "at": {"lat": 0.0, "lon": 0.01}}]}
    moved = {"op": "move", "unit": "more", "lat": 0.02, "lon": 0.01}
    after = asking.question(power, [kept, added, moved], own)
    assert [unit.name for unit in after.units] == [unit.name for unit in power.units[1:]]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sites": []}, "needs sites or areas"),
        ({"sites": [{"name": "s", "at": {"lat": 89, "lon": 0}}]}, "lat"),
        ({"sites": [{"name": "s", "at": {"lat": 20.0, "lon": 0}}]}, "within 1000 km of the origin"),
        ({"sites": [{"name": "s", "at": "here"}]}, "at"),
        ({"sites": [{"name": "s", "at": {"lat": 0, "lon": 0}}] * 2}, "names of sites and areas must differ"),
        ({"units": [{"system": "trebuchet"}]}, "trebuchet"),
        ({"units": [{"system": "battery", "count": 0}]}, "count"),
        ({"within": "200 %"}, "within"),
        ({"objective": "most"}, "objective"),
        ({"raids": ["never"]}, "never"),
        ({"colour": "red"}, "colour"),
        ({"sites": "all"}, "sites"),
    ],
)
def test_a_wrong_question_is_told(more, message):
    before = load(question(THREE))
    with pytest.raises(UserError, match=message):
        asking.asked(asking.question(before, [], {**asking.offered(before)["placement"], **more}))


def test_too_much_for_a_page_is_refused_in_a_sentence():
    before = load(question(THREE))
    many = {f"s{k}": {"lat": 0.0003 * k, "lon": 0.0} for k in range(asking.MOST + 1)}
    sites = [{"name": name, "at": at} for name, at in many.items()]
    with pytest.raises(UserError, match=r"101 candidates .*; 100 at most beside a page: take fewer, or save"):
        asking.asked(asking.question(before, [], {"units": [{"system": "battery"}], "sites": sites}))
    own = {"units": [{"system": "battery", "count": 8}], "sites": sites[:60]}
    with pytest.raises(UserError, match="8 units on 60 candidates are more than 50,000 layouts"):
        asking.asked(asking.question(before, [], own))


def test_the_question_is_json():
    json.dumps(asking.offered(load("power-station")), allow_nan=False)
