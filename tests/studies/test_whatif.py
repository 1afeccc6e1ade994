"""What if: laws that hold world by world where luck is the same, and answers that grow, stop and come again."""

from __future__ import annotations

import copy
import threading

import numpy as np
import pytest

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies import side, whatif
from bartizan.world import edit

MISSILE = {"range_max": "7 km", "speed": 500, "rounds": 2, "kill": {"drone": {"low": 0.3, "high": 0.9}}}
FAR = {"lat": 8.0, "lon": 0.0}  # 880 km from home
KEYS_OF_A_STUDY = {"fall", "reported"}  # what a case of summary.json has besides, from a results folder


def site(**more):
    """Two batteries of one type and a raid of three or six drones; the first tells what is unknown of both."""
    return {
        "bartizan": 1,
        "name": "site",
        "assets": [{"name": "plant", "at": {"east": 0, "north": 0}}],
        "systems": {
            "battery": {
                "channels": 1,
                "reaction_time": {"low": 5, "high": 30},
                "sensors": {"radar": {"range": {"low": "8 km", "high": "16 km"}}},
                "effectors": {"missile": MISSILE},
            }
        },
        "units": [battery("first"), battery("second", present=0.7)],
        "raids": [
            {"name": "few", "groups": [drones(3)]},
            {"name": "grow", "groups": [drones(4)], "sizes": [2, 6]},
        ],
    } | more  # fmt: skip


def battery(name, **more):
    return {"name": name, "system": "battery", "at": {"east": 0, "north": 500}} | more


def drones(count):
    threat = {"kind": "drone", "speed": {"low": 40, "high": 80}, "altitude": 200, "rcs": 1.0}
    return {"threat": threat, "count": count, "distance": "20 km", "arrival": {"spread": "1 min"}}


@pytest.fixture(autouse=True)
def _few_worlds(monkeypatch):
    monkeypatch.setattr(side, "ENOUGH", 1000)
    monkeypatch.setattr(whatif, "_kept", type(whatif._kept)())


@pytest.fixture(scope="module")
def scenario():
    return bartizan.load(site())


def told(scenario, *changes, case="few", **more):
    """All answers, without what differs from run to run."""
    found = list(whatif.answers(scenario, case, list(changes), **more))
    return [{key: value for key, value in each.items() if key != "seconds"} for each in found]


def rounds(value, unit="first"):
    return {"op": "rounds", "unit": unit, "effector": "missile", "value": value}


def remove(unit):
    return {"op": "remove", "unit": unit}


# ---- laws


def test_no_change_makes_no_difference_at_all(scenario):
    for changes in ([], [rounds(2)], [{"op": "raid_size", "case": "few", "factor": 1}]):
        lines = told(scenario, *changes)
        assert len(lines) == 3
        for line in lines:
            assert line["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "differing": 0}
            assert line["now"] == line["base"]


def test_without_its_only_unit_all_that_is_aimed_leaks():
    alone = bartizan.load(site(units=[battery("first")]))
    for line in told(alone, remove("first")):
        assert line["now"]["mean"] == 1.0
        assert line["case"]["assets"][0]["leak"]["mean"] == 1.0
        assert line["case"]["effectors"] == []
        assert line["difference"]["mean"] == pytest.approx(1.0 - line["base"]["mean"])
        assert line["difference"]["low"] > 0


def test_more_rounds_never_hurt_a_unit_alone_that_fires_one_at_a_time():
    alone = bartizan.load(site(units=[battery("first")]))
    more = edit.changed(alone, [rounds(3)])
    before, after = (bartizan.run(s, worlds=20, raids=40, seed=4).leakers for s in (alone, more))
    assert (after <= before).all()  # raid by raid: until the magazine of the first is empty they are one
    assert (after < before).any()
    for line in told(alone, rounds(3)):
        assert line["difference"]["mean"] < 0


@pytest.mark.parametrize("surface", [{"kind": "open"}, {"kind": "smooth"}])
def test_a_unit_out_of_reach_of_everything_is_as_good_as_removed(surface):
    both = bartizan.load(site(surface=surface))
    away, gone = told(both, {"op": "move", "unit": "second", **FAR}), told(both, remove("second"))
    for here, there in zip(away, gone, strict=True):
        for part in ("now", "base", "difference"):
            assert here[part] == there[part]
        assert here["case"]["causes"] == there["case"]["causes"]


def test_what_others_share_with_a_removed_unit_keeps_its_luck():
    """A unit that is never there, but whose unknowns are those of another: to remove it makes no difference."""
    ghost = battery(
        "ghost", present=0.0, override={"effectors": {"missile": {"range_max": {"low": "2 km", "high": "9 km"}}}}
    )
    shared = {"same_as": "units/ghost/effectors/missile/range_max"}
    heir = battery("first", override={"effectors": {"missile": {"range_max": shared}}})
    haunted = bartizan.load(site(units=[ghost, heir]))
    for line in told(haunted, remove("ghost")):
        assert line["difference"]["mean"] == 0.0
        assert line["now"] == line["base"]


def test_the_difference_of_a_raids_size_is_of_the_share_that_leaks(scenario):
    lines = told(scenario, {"op": "raid_size", "case": "grow-2", "factor": 3}, case="grow-2")
    larger = told(scenario, case="grow-6")
    for line, like in zip(lines, larger, strict=True):
        assert line["case"]["name"] == "grow-6"
        assert line["now"] == like["now"]  # the same raids as those of that size
        assert line["difference"]["mean"] == pytest.approx(like["now"]["mean"] - line["base"]["mean"])


# ---- answers


def test_every_answer_holds_for_all_worlds_so_far_and_the_last_is_narrowest(scenario):
    lines = told(scenario, rounds(1, "second"))
    assert [line["worlds"] for line in lines] == [8, 16, 32]
    assert [line["raids"] for line in lines] == [256, 512, 1024]
    assert [line["done"] for line in lines] == [False, False, True]
    widths = [line["difference"]["high"] - line["difference"]["low"] for line in lines]
    assert widths[-1] < widths[0]
    ends = lines[-1]["difference"]
    alone = lines[-1]["now"]["high"] - lines[-1]["now"]["low"]
    assert ends["high"] - ends["low"] < alone  # common luck makes the difference surer than either side


def test_the_case_is_one_as_in_a_summary(scenario, tmp_path):
    study = bartizan.study(scenario, tmp_path / "out", worlds=4, raids=4, raids_named=["few"])
    line = told(scenario, remove("second"))[-1]
    assert set(line["case"]) == set(study.summary["cases"][0]) - KEYS_OF_A_STUDY
    leak = line["case"]["leak"]
    assert {key: leak[key] for key in ("mean", "low", "high")} == line["now"]
    assert (line["case"]["worlds"], line["case"]["raids"]) == (line["worlds"], side.RAIDS)
    assert [unit["unit"] for unit in line["case"]["units"]] == ["first"]


def test_the_worlds_are_those_of_a_study(scenario):
    """Sums of the original are the sums that any other play of the same worlds gives."""
    base = whatif.Comparison(scenario, "few", 5).base
    list(whatif.Comparison.answers(comparison := whatif.Comparison(scenario, "few", 5), [], threading.Event(), 2))
    found = np.zeros_like(base.sums)
    plan = base.design
    for _, part in bartizan.studies.replicate.parts(scenario, [(scenario.case("few"), plan)], threads=1):
        found[part.first_world : part.first_world + len(part.sums)] = part.sums
    assert np.array_equal(comparison.base.sums, found)


def test_the_same_seed_gives_the_same_answers_on_any_number_of_threads(scenario):
    change = {"op": "move", "unit": "second", "lat": 0.01, "lon": 0.02}
    first = told(scenario, change, seed=3, threads=1)
    whatif._kept.clear()
    assert told(scenario, change, seed=3, threads=3) == first
    assert told(scenario, change, seed=4)[-1]["now"] != first[-1]["now"]
    with pytest.raises(UserError, match="seed must lie between"):
        told(scenario, seed=-1)


def test_the_original_is_kept_and_a_later_question_does_not_change_it(scenario):
    first = told(scenario, remove("second"))
    kept = whatif._comparison(scenario, "few", 0)
    sums = copy.deepcopy(kept.base.sums)
    told(scenario, rounds(9), remove("second"))
    assert whatif._comparison(scenario, "few", 0) is kept
    assert np.array_equal(kept.base.sums, sums)
    assert told(scenario, remove("second")) == first
    for seed in range(1, whatif.KEPT + 1):
        whatif._comparison(scenario, "few", seed)
    assert whatif._comparison(scenario, "few", 0) is not kept


def test_stop_ends_the_answers_and_leaves_nothing_half_played(scenario):
    whole = told(scenario, remove("second"))
    whatif._kept.clear()
    stop = threading.Event()
    asked = whatif.answers(scenario, "few", [remove("second")], stop=stop)
    next(asked)
    stop.set()
    assert list(asked) == []
    assert told(scenario, remove("second")) == whole


def test_stop_while_worlds_are_played(scenario, monkeypatch):
    whole = told(scenario, remove("second"))
    whatif._kept.clear()
    stop, played = threading.Event(), []
    worlds = side.Player.worlds

    def count(self, *given):
        played.append(1)
        if len(played) == 5:
            stop.set()
        return worlds(self, *given)

    monkeypatch.setattr(side.Player, "worlds", count)
    assert list(whatif.answers(scenario, "few", [remove("second")], stop=stop, threads=1)) == []
    assert len(played) == 5
    monkeypatch.undo()
    monkeypatch.setattr(side, "ENOUGH", 1000)
    assert told(scenario, remove("second")) == whole


def test_a_newer_question_may_be_asked_while_an_older_one_is_being_answered(scenario):
    older = whatif.answers(scenario, "few", [remove("second")])
    first = next(older)
    newer = told(scenario, remove("second"))
    first.pop("seconds")
    assert newer[0] == first
    assert next(older)["difference"] == newer[1]["difference"]


def test_a_unit_that_is_settled_not_to_be_there_is_as_one_that_is_removed(scenario):
    settled = list(whatif.answers(scenario, "few", [], answered=["there-second=no"]))
    removed = list(whatif.answers(scenario, "few", [remove("second")]))
    for key in ("now", "base", "difference"):
        assert [one[key] for one in settled] == [one[key] for one in removed]
    assert settled[-1]["difference"]["mean"] > 0


def test_what_gets_through_as_it_is_lies_between_what_does_for_each_answer(scenario):
    yes, no = (list(whatif.answers(scenario, "few", [], answered=[f"there-second={a}"]))[-1] for a in ("yes", "no"))
    assert yes["now"]["mean"] <= yes["base"]["mean"] <= no["now"]["mean"]


def test_a_question_that_cannot_be_answered_so_is_told_at_once(scenario):
    with pytest.raises(UserError, match="yes or no"):
        next(whatif.answers(scenario, "few", [], answered=["there-second=perhaps"]))


def test_what_cannot_be_is_told_at_once(scenario):
    with pytest.raises(UserError, match="no raid 'many'"):
        next(whatif.answers(scenario, "many", []))
    with pytest.raises(UserError, match="no unit 'nobody'"):
        next(whatif.answers(scenario, "few", [remove("nobody")]))
