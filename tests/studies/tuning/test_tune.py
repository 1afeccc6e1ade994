"""Rules searched: a case whose best is known, laws that hold however rules are written, folders that go on."""

from __future__ import annotations

import json

import pytest

import bartizan
from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies.searching import search
from bartizan.studies.searching.patience import Patience
from bartizan.studies.searching.weights import Weights
from bartizan.studies.tuning import tune as tuning
from bartizan.studies.tuning.bench import Bench
from bartizan.studies.tuning.rules import rules
from bartizan.studies.tuning.saying import sentences

QUICK = Patience(within=0.05, most=128, threads=2)
ENGAGE, SALVO, PARTIAL = (f"systems/battery/doctrine/{name}" for name in ("engage", "salvo", "partial_salvo"))
OVER = {ENGAGE: ["[cruise]", "[drone]"], SALVO: [4], PARTIAL: [False]}
HEAVY = {"cruise": 5}


def mixed(**doctrine):
    """Decoys come first and missiles, which count five times as much, last; four rounds in all, each a sure kill."""
    missile = {"range_max": "6 km", "speed": 600, "rounds": 4, "kill": {"drone": 1.0, "cruise": 1.0}}
    common = {"altitude": 200, "rcs": 1.0, "speed": 100}
    groups = [
        {"threat": common | {"kind": kind}, "count": count, "distance": "12 km", "arrival": {"start": start}}
        for kind, count, start in (("drone", 6, 0), ("cruise", 3, 300))
    ]
    system = {
        "channels": 8, "sensors": {"radar": {"range": "12 km"}}, "effectors": {"missile": missile},
        "doctrine": doctrine,
    }  # fmt: skip
    return {
        "bartizan": 1, "name": "mixed", "surface": {"kind": "open"},
        "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}],
        "systems": {"battery": system},
        "units": [{"name": "one", "system": "battery", "at": {"east": 0, "north": 0}}],
        "raids": [{"name": "both", "groups": groups}],
    }  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _short_search():
    """A quarter of the worlds of the last round: what is proved after it is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LAST", 128)
        yield


@pytest.fixture(scope="module")
def answer():
    return tuning.tune(mixed(), OVER, how=QUICK, weights=HEAVY)


def best(found):
    return {rule["path"]: rule["best"] for rule in found["rules"]}


def test_what_is_best_by_hand_is_found_and_told(answer):
    """Six drones leak of weight 1 where all three missiles are met: 6 of 21. As it stands four drones are shot at
    first, and two drones and three missiles of weight 5 get through: 17 of 21."""
    assert best(answer)[ENGAGE] == "[cruise]"
    assert best(answer)[SALVO] is None
    assert answer["leak"]["mean"] == pytest.approx(6 / 21)
    assert answer["before"]["mean"] == pytest.approx(17 / 21)
    assert answer["gain"]["mean"] == pytest.approx(11 / 21)
    assert answer["confidence"] >= 0.95
    assert answer["played"] == answer["choices"] == 12
    told = " ".join(sentences(answer))
    assert f"Set {ENGAGE} to [cruise]" in told
    assert PARTIAL in told.partition("depends on")[2]


def test_every_value_of_a_rule_stands_beside_the_best(answer):
    engage = {value["value"]: value["difference"]["mean"] for value in answer["rules"][0]["values"]}
    assert engage == pytest.approx({None: 11 / 21, "[cruise]": 0, "[drone]": 11 / 21})


def test_rules_and_values_in_another_order_give_the_same_answer(answer):
    turned = {path: list(reversed(values)) for path, values in reversed(OVER.items())}
    again = tuning.tune(mixed(), turned, how=Patience(within=0.05, most=128, threads=1), weights=HEAVY)
    assert best(again) == best(answer)
    for key in ("leak", "before", "gain", "confidence", "level", "worlds", "choices"):
        assert again[key] == answer[key]


def test_more_choices_than_are_all_played_are_climbed(monkeypatch):
    """The same best one where only neighbours and lots are played."""
    monkeypatch.setattr(tuning, "ALL", 4)
    monkeypatch.setattr(tuning, "LOTS", 1)
    found = tuning.tune(mixed(), OVER, how=QUICK, weights=HEAVY)
    assert found["played"] < found["choices"]
    assert best(found)[ENGAGE] == "[cruise]"
    assert found["leak"]["mean"] == pytest.approx(6 / 21)
    assert "choices that were played" in " ".join(sentences(found))


def test_where_nothing_is_better_all_stays_as_it_is():
    found = tuning.tune(mixed(engage=["cruise"]), {SALVO: [4], PARTIAL: [False]}, how=QUICK, weights=HEAVY)
    assert set(best(found).values()) == {None}
    assert sentences(found)[0].startswith("Leave all as it is")


def test_a_value_that_the_scenario_has_is_no_other_choice():
    """One shot is what a salvo is unless stated: left as it is, nothing differs, and nobody is level with it."""
    found = tuning.tune(mixed(engage=["cruise"]), {SALVO: [1, 4], PARTIAL: [True]}, how=QUICK, weights=HEAVY)
    assert found["choices"] == found["played"] == 2
    assert [[value["value"] for value in rule["values"]] for rule in found["rules"]] == [[None, "4"], [None]]
    assert found["gain"] == {"mean": 0, "low": 0, "high": 0, "differing": 0}


def test_a_choice_plays_as_the_scenario_that_states_it():
    """The bench in its worlds, beside the same scenario written out and played without any search."""
    scenario = bartizan.load("power-station")
    asked = rules(scenario, {"systems/gepard/doctrine/salvo": [2]})
    cases = scenario.chosen(["drones"])
    weights = Weights(scenario, cases, {})
    bench = Bench(scenario, asked, cases, weights, seed=3, threads=2)
    found = bench.play([(0,), (1,)], 0, 6)
    alone = Bench(asked.scenario(scenario, (1,)), asked, cases, weights, seed=3)
    assert (found[1] == alone.play([(0,)], 0, 6)[0]).all()


def test_a_folder_goes_on_is_read_and_holds_a_scenario(tmp_path, answer):
    class Enough(Exception):
        pass

    def stop(progress):
        if progress.raids_done > 600:
            raise Enough

    patience = {"within": 0.05, "most": 128, "threads": 1}
    with pytest.raises(Enough):
        tuning.tune(mixed(), OVER, tmp_path / "out", Patience(**patience, progress=stop), weights=HEAVY)
    found = tuning.tune(mixed(), OVER, tmp_path / "out", Patience(**patience), weights=HEAVY)
    assert {**found, "seconds": 0} == {**answer, "seconds": 0}
    assert json.loads((tmp_path / "out" / "tuning.json").read_text()) == found
    assert tuning.tune(mixed(), OVER, tmp_path / "out", Patience(**patience), weights=HEAVY) == found
    tuned = bartizan.load(tmp_path / "out" / "tuned.yaml")
    assert tuned.units[0].system.doctrine.engage == ["cruise"]
    with pytest.raises(ResultsError, match="another tuning"):
        tuning.tune(mixed(), {SALVO: [2]}, tmp_path / "out", Patience(**patience), weights=HEAVY)


def test_weights_are_of_what_is_played():
    with pytest.raises(UserError, match="'jet-munition'"):
        tuning.tune(
            "power-station", {"systems/gepard/doctrine/salvo": [2]}, how=QUICK, raids=["drones"],
            weights={"jet-munition": 2},
        )  # fmt: skip


def test_what_was_played_of_rules_in_another_order_is_not_taken_for_these(tmp_path):
    over = {SALVO: ["2"], PARTIAL: ["false"]}
    tuning.tune(mixed(), over, tmp_path / "out", QUICK)
    with pytest.raises(ResultsError, match="different: rules"):
        tuning.tune(mixed(), dict(reversed(over.items())), tmp_path / "out", QUICK)


def test_the_longest_name_there_is_has_room_for_the_tuned_one(tmp_path):
    found = tuning.tune(mixed() | {"name": "m" * 80}, {SALVO: [2]}, tmp_path / "out", QUICK)
    assert found["scenario"] == "m" * 80
    assert bartizan.load(tmp_path / "out" / "tuned.yaml").name == "m" * 74 + "-tuned"


@pytest.mark.parametrize(
    ("over", "weights", "told"),
    [
        ({"raids/both/size": [3]}, {}, "defence's own"),
        ({"systems/battery/doctrine/salvoes": [1]}, {}, "salvo"),
        ({SALVO: [2, 2]}, {}, "differ"),
        ({"systems/battery/reaction_time": ["2 s", 2]}, {}, "2 s and 2 are the same"),
        ({SALVO: [0]}, {}, "salvo"),
        ({}, {}, "1 to 12 rules"),
        ({SALVO: [2]}, {"nobody": 2}, "cruise"),
        ({SALVO: [2]}, {"plant": 2, "drone": 3}, "not of both"),
        ({SALVO: [2]}, {"drone": -1}, "0 or more"),
        ({SALVO: [2]}, {"drone": 0, "cruise": 0}, "both: nothing that comes has a weight above 0"),
        ({SALVO: [2]}, {"plant": 0}, "no place has a weight above 0"),
        ({"units/one/system": ["gepard"]}, {}, "another system"),
    ],
)
def test_mistakes_are_told(over, weights, told):
    with pytest.raises(UserError, match=told):
        tuning.tune(mixed(), over, how=QUICK, weights=weights)


def test_a_value_that_a_variant_has_is_none_either():
    """Two of an S-400's missiles are fired at a target, in summer as before."""
    found = rules(bartizan.load("moscow-2023:summer"), {"systems/s-400/doctrine/salvo": ["1", "2", "3"]})
    assert found.values == (("1", "3"),)
