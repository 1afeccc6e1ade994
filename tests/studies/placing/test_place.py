"""Placements played: beside all layouts counted out, and laws that hold whatever sites are called."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
import yaml

import bartizan
from bartizan.ground.errors import ScenarioError, UserError
from bartizan.studies.placing.board import Board
from bartizan.studies.placing.place import can_be_asked, place
from bartizan.studies.placing.saying import sentences
from bartizan.studies.searching import search
from bartizan.studies.searching.patience import Patience
from bartizan.studies.searching.weights import Weights
from bartizan.world import edit
from bartizan.world.candidates import candidates
from bartizan.world.scenario import load

QUICK = Patience(within=0.03, most=128, threads=2)
SITES = {
    "north": (0, 1500), "north-east": (1200, 1200), "east": (1500, 0), "south": (0, -1500), "west": (-1500, 0),
    "far south": (0, -9000), "south-west": (-1100, -1100), "north-west": (-1000, 1000),
}  # fmt: skip
MISSILE = {"range_max": "3 km", "speed": 400, "rounds": 3, "kill": {"drone": {"low": 0.3, "high": 0.8}}}


def question(sites=SITES, **more):
    """A plant that drones come to from the north; where do two short-range batteries stop most?"""
    drone = {"kind": "drone", "speed": 60, "altitude": 200, "rcs": 1.0}
    group = {"threat": drone, "count": 4, "distance": "12 km", "bearing": {"low": "-30 deg", "high": "30 deg"}}
    return {
        "bartizan": 1,
        "name": "question",
        "surface": {"kind": "open"},
        "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}, {"name": "gate", "at": {"east": 600, "north": 0}}],
        "systems": {
            "battery": {
                "channels": 1,
                "reaction_time": {"low": 4, "high": 12},
                "sensors": {"radar": {"range": "9 km"}},
                "effectors": {"missile": MISSILE},
            }
        },
        "raids": [{"name": "few", "groups": [group | {"arrival": {"spread": "1 min"}}]}],
        "placement": {
            "units": [{"system": "battery", "count": 2}],
            "sites": [{"name": name, "at": {"east": e, "north": n}} for name, (e, n) in sites.items()],
        }
        | more,
    }  # fmt: skip


def stands(found):
    return sorted((each["system"], each["east"], each["north"]) for each in found["best"])


@pytest.fixture(scope="module", autouse=True)
def _short_search():
    """A quarter of the worlds of the last round: what is proved after it is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LAST", 128)
        yield


@pytest.fixture(scope="module")
def answer():
    return place(question(), how=QUICK)


def test_the_answer_is_within_the_margin_of_the_best_of_all_layouts_played_elsewhere(answer):
    """All 28 layouts by brute force, in other worlds: 16,000 raids each."""
    found = candidates(bartizan.load(question()))
    cases = list(found.scenario.cases)
    board = Board(found, cases, Weights(found.scenario, cases, {}), seed=99)
    layouts = [(a, b) for a in range(8) for b in range(a)]
    means = board.play(layouts, 0, 256).mean(axis=(1, 2))
    at = {frozenset((found.all[a].site, found.all[b].site)): mean for (a, b), mean in zip(layouts, means, strict=True)}
    best = at[frozenset(each["site"] for each in answer["best"])]
    assert best <= min(at.values()) + 0.03
    assert answer["layouts"] == answer["played"] == 28
    assert answer["confidence"] >= 0.95
    assert answer["leak"]["low"] - 0.03 <= best <= answer["leak"]["high"] + 0.03
    assert "all 28 layouts" in " ".join(sentences(answer))


def test_sites_that_reach_nothing_are_worth_nothing_and_not_chosen(answer):
    sites = {site["site"]: site for site in answer["sites"]}
    assert sites["far south"]["alone"]["mean"] == 0.0
    assert not sites["far south"]["chosen"]
    assert all(sites[each["site"]]["in_best"]["mean"] > 0 for each in answer["best"])
    assert answer["gain"]["low"] > 0


def test_what_sites_are_called_and_their_order_change_nothing(answer):
    turned = {f"place {k}": at for k, at in enumerate(reversed(SITES.values()))}
    again = place(question(turned), how=QUICK)
    assert stands(again) == stands(answer)
    for key in ("leak", "none", "gain", "confidence", "level", "worlds"):
        assert again[key] == answer[key]


def test_the_answer_does_not_depend_on_threads(answer):
    alone = place(question(), how=Patience(within=0.03, most=128, threads=1))
    assert {**alone, "seconds": 0} == {**answer, "seconds": 0}


def test_a_site_that_dominates_is_never_left_out():
    """One site alone sees and reaches anything at all."""
    sites = {name: (e, n - 30_000) for name, (e, n) in SITES.items()} | {"here": (0, 700)}
    found = place(question(sites, raids=["few"]), how=Patience(within=0.05, most=64))
    assert "here" in [each["site"] for each in found["best"]]


def test_layouts_keep_apart_and_out_and_within_the_budget():
    found = place(
        question(
            spacing="2 km", keep_out=[{"at": {"east": 0, "north": 1500}, "radius": "200 m"}],
            units=[{"system": "battery", "count": 5, "cost": 2}], budget=6.5,
        ),
        how=Patience(within=0.1, most=64),
    )  # fmt: skip
    at = np.array([(each["east"], each["north"]) for each in found["best"]])
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))[np.triu_indices(len(at), 1)]
    assert len(at) == 3
    assert apart.min() >= 2000
    assert "north" not in [site["site"] for site in found["sites"]]


def test_what_is_placed_takes_no_name_that_a_unit_has():
    """One stands there that is called as the answer would be: its file is the scenario with one more."""
    own = {"name": "battery at north", "system": "battery", "at": {"east": 9000, "north": 0}}
    few = {"north": SITES["north"]}
    found = candidates(bartizan.load(question(few, units=[{"system": "battery"}]) | {"units": [own]}))
    assert [unit["name"] for unit in found.units([0])] == ["battery at north (2)"]
    again = bartizan.load(yaml.safe_load(found.text([0], "placed")))
    assert [unit.name for unit in again.units] == ["battery at north", "battery at north (2)"]


@pytest.mark.filterwarnings("error")
def test_sites_that_are_all_out_of_reach_agree_with_nothing():
    away = {name: (e + 200_000, n) for name, (e, n) in SITES.items()}
    found = place(question(away), how=Patience(within=0.05, most=64))
    assert found["played"] > 8
    assert found["agreement"] is None


def test_two_kinds_never_share_a_site():
    kinds = [{"system": "battery", "count": 1}, {"system": "gepard", "count": 1}]
    few = {name: SITES[name] for name in ("north", "east", "west")}
    found = place(question(few, units=kinds), how=Patience(within=0.1, most=64))
    assert len({each["site"] for each in found["best"]}) == 2
    assert found["candidates"] == 6
    assert found["layouts"] == 6


@pytest.mark.parametrize("objective", ["worst_raid", "worst_fifth"])
def test_other_objectives_are_told_in_words(objective):
    few = {name: SITES[name] for name in ("north", "south", "west")}
    found = place(question(few, objective=objective, weights={"gate": 3}), how=Patience(within=0.1, most=64))
    assert "worst" in sentences(found)[0] or "of which most" in sentences(found)[0]
    assert found["leak"]["mean"] <= found["none"]["mean"]


def test_an_area_is_a_grid_of_sites():
    area = {"name": "field", "at": {"east": 0, "north": 0}, "radius": "1 km", "every": "1 km"}
    found = candidates(bartizan.load(question(sites={}, areas=[area]) | {"name": "grid"}))
    assert sorted((c.spot.east, c.spot.north) for c in found.all) == [(-1e3, 0), (0, -1e3), (0, 0), (0, 1e3), (1e3, 0)]


# ---- folders


def test_an_interrupted_placement_goes_on_where_it_stopped_and_a_finished_one_is_read(tmp_path, answer):
    out, seen = tmp_path / "out", []

    def stop(progress):
        seen.append(progress.raids_done)
        if len(seen) == 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place(question(), out, Patience(within=0.03, most=128, threads=1, progress=stop))
    kept = len(list((out / "played").glob("*.npz")))
    assert kept > 0
    (out / "played" / "broken.npz").write_bytes(b"no archive")
    next((out / "played").glob("[0-9a-f]*.npz")).write_bytes(b"damaged")
    found = place(question(), out, QUICK)
    assert {**found, "seconds": 0} == {**answer, "seconds": 0}
    assert json.loads((out / "placement.json").read_text()) == found
    assert place(question(), out, QUICK) == found
    better = bartizan.load(str(out / "placed.yaml"))
    assert sorted(unit.name for unit in better.units) == sorted(f"battery at {each['site']}" for each in found["best"])
    with pytest.raises(UserError, match="another placement"):
        place(question(spacing="1 m"), out, QUICK)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match="holds no placement"):
        place(question(), tmp_path, QUICK)
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["mine.txt"]


# ---- mistakes


def changed(**more):
    content = copy.deepcopy(question())
    content["placement"] |= more
    return content


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"weights": {"plan": 2}}, "did you mean 'plant'"),
        ({"raids": ["fw"]}, "did you mean 'few'"),
        ({"units": [{"system": "batery"}]}, "did you mean 'battery'"),
        ({"sites": []}, "needs sites or areas"),
        ({"within": 0}, "above 0"),
        ({"sites": [{"name": "a", "at": {"east": 0, "north": 0, "within": "1 km"}}]}, "within is not for sites"),
    ],
)
def test_mistakes_in_the_file_are_found_when_it_is_read(more, told):
    with pytest.raises(ScenarioError, match=told):
        bartizan.load(changed(**more))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"spacing": "100 km"}, "no layout fits"),
        ({"units": [{"system": "battery", "count": 9}]}, "no layout fits"),
        ({"keep_out": [{"at": {"east": 0, "north": 0}, "radius": "99 km"}]}, "no site is left"),
        ({"sites": [{"name": n, "at": {"east": 1, "north": 1}} for n in "ab"]}, "one and the same place"),
        (
            {"areas": [{"name": "r", "at": {"east": 0, "north": 0}, "radius": 9, "every": 1, "roofs": {"height": 9}}]},
            "no mapped buildings",
        ),
        (
            {"areas": [{"name": "r", "at": {"east": 0, "north": 0}, "radius": "9 km", "every": "10 m"}]},
            "larger `every`",
        ),
    ],
)
def test_questions_that_have_no_answer_are_told(more, told):
    with pytest.raises(UserError, match=told):
        place(changed(**more), how=QUICK)
    with pytest.raises(UserError, match=told):  # without playing anything, as `bartizan check` does
        can_be_asked(bartizan.load(changed(**more)))


def test_weights_are_shares_and_what_is_told_holds_its_own_mean():
    found = place(question(weights={"plant": 50, "gate": 50}), how=QUICK)
    plain = place(question(), how=QUICK)
    for told in ("leak", "none", "gain"):
        assert found[told] == pytest.approx(plain[told])
        assert 0 <= found[told]["low"] <= found[told]["mean"] <= found[told]["high"] <= 1
    with pytest.raises(UserError, match="no place has a weight above 0"):
        place(question(weights={"plant": 0, "gate": 0}), how=QUICK)


def test_two_kinds_of_one_system_are_told_apart(tmp_path):
    kinds = [{"system": "battery"}, {"system": "battery", "override": {"channels": 3}}]
    found = place(question(units=kinds), tmp_path / "out", QUICK)
    assert sorted(each["system"] for each in found["best"]) == ["battery", "battery (2)"]
    placed = bartizan.load(tmp_path / "out" / "placed.yaml")
    assert sorted(unit.system.channels.likely for unit in placed.units) == [1, 3]


def test_a_scenario_without_a_question_is_told():
    with pytest.raises(UserError, match="has no `placement`"):
        place("power-station", how=QUICK)


def test_the_question_changes_no_raid():
    without = {key: value for key, value in question().items() if key != "placement"}
    assert bartizan.load(without).plays == bartizan.load(question()).plays


def test_roofs_are_the_highest_of_a_mapped_town_that_stand_apart():
    town = bartizan.load("vologda")
    area = {"name": "roof", "at": {"east": 0, "north": 0}, "radius": "1500 m", "every": "200 m",
            "roofs": {"height": "15 m", "most": 4}}  # fmt: skip
    asked = {"units": [{"system": "gepard"}], "areas": [area]}
    found = candidates(load(edit.flat(town) | {"placement": asked}, folder=town.folder))
    spots = [candidate.spot for candidate in found.all]
    assert 1 < len(spots) <= 4
    assert town.mapped is not None
    for spot in spots:
        assert town.mapped.roof(spot.east, spot.north) >= 15
        assert np.hypot(spot.east, spot.north) <= 1500
    apart = found.apart()[np.triu_indices(len(spots), 1)]
    assert apart.min() >= 200


def test_what_single_sites_stop_sums_to_what_gets_through_and_neutrals_are_nobody():
    content = question()
    liner = {"kind": "aircraft", "speed": 120, "altitude": "2 km", "rcs": 5.0}
    neutral = {"threat": liner, "count": 8, "neutral": {"lasts": "10 min"}, "distance": "20 km",
               "arrival": {"rate": "0.2 1/min"}}  # fmt: skip
    content["raids"][0]["groups"].append(neutral)
    found = candidates(bartizan.load(content))
    cases = list(found.scenario.cases)
    board = Board(found, cases, Weights(found.scenario, cases, {"gate": 2}), seed=1)
    leaked, heavy = board.by_threat([(), (0,)], 4)
    played = board.play([(), (0,)], 0, 4)
    assert (leaked * heavy).sum(axis=2) == pytest.approx(played.mean(axis=2))
