"""A choice among layouts: which is best, what cannot be told from it, what an answer is worth, and what is refused."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.world.samples import unit, written

import bartizan
from bartizan.faces.commands.valuing import value
from bartizan.ground.errors import UserError
from bartizan.studies.value import choose

HOW = {"worlds": 64, "raids": 4, "seed": 3, "threads": 1}
HALF = {"low": 0.0, "high": 1.0}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Two units that may be there or not; one layout has the first, another the second, a third both, one none."""
    folder = tmp_path_factory.mktemp("layouts")
    layouts = {"first": ["first"], "second": ["second"], "both": ["first", "second"]}
    return {
        name: bartizan.study(
            bartizan.load(written(units=[unit(each, present=HALF) for each in there])), folder / name, **HOW
        )
        for name, there in layouts.items()
    }


def test_more_defence_is_best_and_either_unit_may_be_the_better_alone(played) -> None:
    (all_three,) = choose.choices(played)
    assert all_three.best.name == "both"
    assert all(option.more.mean >= 0 for option in all_three.options)
    assert sum(option.best_in.high for option in all_three.options) >= 1  # level ones count each
    (alone,) = choose.choices({name: played[name] for name in ("first", "second")})
    assert 0 < alone.everything.low <= alone.everything.high
    told = {question.key for question in alone.told}
    assert told >= {"there-first", "there-second"}
    assert all(question.gain.split <= alone.everything.high for question in alone.questions)


def test_the_same_layout_twice_leaves_nothing_to_choose(played) -> None:
    (level,) = choose.choices({"one": played["first"], "other": played["first"]})
    assert [option.more.mean for option in level.options] == [0, 0]
    assert (level.everything.low, level.everything.high) == pytest.approx((0, 0))
    assert not level.told


def test_worlds_in_which_both_are_level_are_none_in_which_the_other_is_better(played) -> None:
    """A second unit, where it is there, is never worse than none: whichever layout is named first."""
    for names in (["first", "both"], ["both", "first"]):
        (found,) = choose.choices({name: played[name] for name in names})
        best_in = {option.name: option.best_in.high for option in found.options}
        assert best_in["both"] == 1
        assert 0 < best_in["first"] < 1
        assert found.best.best_in.low == 1
        assert "No other is better in any world" in choose.sentences(found)[-1]
        assert [question.gain.changed for question in found.questions if question.key == "there-second"] == [0]


def test_of_more_worlds_those_that_all_have_count(played, tmp_path) -> None:
    scenario = bartizan.load(written(units=[unit("first", present=HALF)]))
    more = bartizan.study(scenario, tmp_path / "more", **{**HOW, "worlds": 96})
    (found,) = choose.choices({"64": played["first"], "96": more})
    assert found.worlds == 64
    assert found.options[0].mean == found.options[1].mean


def test_other_luck_is_refused(played, tmp_path) -> None:
    scenario = bartizan.load(written(units=[unit("first", present=HALF)]))
    other = bartizan.study(scenario, tmp_path / "other", **{**HOW, "seed": 4})
    with pytest.raises(UserError, match="the seed differs: a has 3, b has 4"):
        next(choose.choices({"a": played["first"], "b": other}))
    with pytest.raises(UserError, match="no raid 'nonsense'"):
        next(choose.choices({"a": played["first"], "b": played["second"]}, ["nonsense"]))


def test_on_the_command_line(played) -> None:
    folders = [str(found.path) for found in played.values()]
    told = CliRunner().invoke(value, folders)
    assert told.exit_code == 0
    assert f"Fewest get through {folders[2]}" in told.output.replace("\n", "")
    content = json.loads(CliRunner().invoke(value, [*folders, "--json"]).output)
    assert content[0]["best"] == folders[2]
    assert {"split", "plain"} <= set(content[0]["questions"][0]["gain"])
    assert CliRunner().invoke(value, [*folders, "--act-above", "5%"]).exit_code == 2
    assert CliRunner().invoke(value, [folders[0], folders[0]]).exit_code == 2
