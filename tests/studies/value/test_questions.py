"""Questions, screening, answers: on the shipped scenarios and on small ones."""

from __future__ import annotations

import numpy as np
import pytest
from tests.world.samples import battery, unit, written

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies import premises
from bartizan.studies.estimate import clopper_pearson
from bartizan.studies.value import answers, screen
from bartizan.studies.value.asking import Asker
from bartizan.studies.value.columns import Scalar, columns, scalar
from bartizan.studies.value.given import askable, given
from bartizan.studies.value.questions import Question, chosen, questions, slug
from bartizan.studies.value.worth import sentences, verdict
from bartizan.world import draw, pack, unknowns
from bartizan.world.evidence import findings
from bartizan.world.scenario import load

SHIPPED = ("moscow-2023", "moscow-2023:luzhniki", "power-station", "vologda", "mountain-valley", "reference-24v4")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_unknown_is_in_exactly_one_question(name: str) -> None:
    scenario = load(name)
    asked = questions(scenario)
    members = [unknown for question in asked for unknown in question.members]
    assert sorted(members) == sorted(unknowns.unknowns(scenario))
    assert len({question.key for question in asked}) == len(asked)
    assert all(slug(question.key) == question.key for question in asked)


@pytest.mark.parametrize("name", ["moscow-2023", "power-station", "vologda"])
def test_all_that_packing_draws_is_an_unknown_or_has_no_effect(name: str) -> None:
    scenario = load(name)
    probe = draw.worlds(scenario, 0, 0, 4)
    for case in scenario.cases:
        pack.pack(scenario, case, probe)
    known = {name for unknown in unknowns.unknowns(scenario) for name in unknown.draws}
    for drawn in set(probe._values) - set(scenario.numbers) - known:
        kind = drawn.rpartition("/")[2]
        assert kind in ("radius", "angle", "is-present", "drawn"), drawn
        stem = drawn.rpartition("/")[0]
        number = probe.value({"is-present": f"{stem}/present", "drawn": stem}.get(kind, f"{stem}/within"))
        assert np.isin(number, (0.0, 1.0) if kind in ("is-present", "drawn") else (0.0,)).all(), drawn


def test_what_is_drawn_is_what_is_kept() -> None:
    scenario = load(written(units=[unit("a", present=0.5), unit("b", present=0.5)]))
    drawn = draw.worlds(scenario, 1, 0, 64)
    packed = pack.pack(scenario, scenario.cases[0], drawn)
    for k, name in enumerate(("a", "b")):
        (one,) = [u for u in unknowns.unknowns(scenario) if u.name == f"units/{name}/is-present"]
        assert (unknowns.values(drawn, one)[one.name] == packed.units[:, k]["present"]).all()


def test_units_that_share_a_chance_are_counted() -> None:
    chance = {"low": 0.3, "high": 0.9}
    shared = {"same_as": "units/Battery, east/present"}
    scenario = load(written(units=[unit("Battery, east", present=chance), unit("Battery, west", present=shared)]))
    question = chosen(scenario, "there-battery")
    assert question.text == "how many of the 2 Battery (east, west) are there"
    drawn = draw.worlds(scenario, 3, 0, 64)
    answer = scalar(scenario, question, drawn)
    assert answer is not None
    assert set(answer.value) == {0.0, 1.0, 2.0}
    assert answer.words(1, 1) == "1 of 2 is there"
    found = columns(question, drawn)
    assert (found[:, 2] == found[:, 0] * found[:, 1]).all()  # of each, and of both at once


def test_one_that_is_called_what_others_begin_with_keeps_its_name() -> None:
    shared = {"same_as": "units/Battery/present"}
    units = [unit("Battery", present={"low": 0.3, "high": 0.9}), unit("Battery, west", present=shared)]
    assert (
        chosen(load(written(units=units)), "there-battery").text
        == "how many of the 2 Battery (Battery, west) are there"
    )


def test_units_that_have_no_word_in_common_are_named() -> None:
    shared = {"same_as": "units/Battery/present"}
    units = [unit("Battery", present={"low": 0.3, "high": 0.9}), unit("Gun", present=shared)]
    question = chosen(load(written(units=units)), "there-battery-and-others")
    assert question.text == "how many of Battery, Gun are there"


def test_units_whose_names_differ_by_a_mark_are_asked_apart() -> None:
    scenario = load(written(units=[unit("Battery 1", present=0.5), unit("Battery-1", present=0.5)]))
    keys = [question.key for question in questions(scenario)]
    assert len(set(keys)) == len(keys)
    assert {"there-battery-1", "there-battery-1-2"} <= set(keys)
    second = given(scenario, ["there-battery-1-2=yes"])
    assert second.stated[0].names == chosen(scenario, "whether Battery-1 is there").members[0].draws


def test_the_order_in_which_values_are_listed_changes_no_curve() -> None:
    """The first column is a straight line over ranks: it rises with the value."""
    listed, name = [4, 11, 5, 10, 6, 9, 7, 8], "systems/battery/reaction_time"
    for order in (listed, sorted(listed)):
        scenario = load(written(systems={"battery": battery(reaction_time={"either": order})}))
        (asked,) = (question for question in questions(scenario) if name in question.draws)
        (member,) = (unknown for unknown in asked.members if unknown.name == name)
        drawn = draw.worlds(scenario, 3, 0, 64)
        line = columns(Question("reaction", "how fast it reacts", (member,), ()), drawn)[:, 0]
        assert (np.diff(line[np.lexsort((line, drawn.value(name)))]) >= 0).all()


def test_a_contradiction_between_claims_is_a_question_of_its_own() -> None:
    question = chosen(load("moscow-2023"), "roof-storeys")
    assert question.claims == ("c01", "c02")
    assert "8 or 10" in question.text


def test_a_question_that_is_not_there_or_is_many() -> None:
    scenario = load("moscow-2023")
    with pytest.raises(UserError, match="no question 'nonsense'"):
        chosen(scenario, "nonsense")
    with pytest.raises(UserError, match="did you mean 'there-pole-21'"):
        chosen(scenario, "there-pole21")
    with pytest.raises(UserError, match="may be any of"):
        chosen(scenario, "pantsir")


# ------------------------------------------------------------------------------------------------ screening


def test_what_cannot_matter_is_told_exactly() -> None:
    scenario = load("power-station")
    case = scenario.cases[0]
    live = {unknown.name for q in screen.Screen(scenario, questions(scenario)).alive(case) for unknown in q.members}
    for unknown in unknowns.unknowns(scenario):
        before, after = (
            pack.pack(scenario, case, draw.worlds(scenario, 0, 0, 8, anew))._asdict()
            for anew in (frozenset[str](), frozenset(unknown.draws))
        )
        changes = any(_in_play(n, before[n]) != _in_play(n, after[n]) for n in before if n != "fall")
        assert not changes or unknown.name in live, unknown
    assert not any(name.startswith("fall/") for name in live)


def _in_play(name: str, packed: np.ndarray) -> list[bytes]:
    """A part of packed worlds, but for how wrecks fall, which is asked after play only."""
    packed = np.asarray(packed)
    return [packed[f].tobytes() for f in packed.dtype.names if f != "wreck"] if name == "types" else [packed.tobytes()]


# ------------------------------------------------------------------------------------------------ answers


def test_answers_part_the_worlds() -> None:
    value = np.repeat([0.0, 1.0, 2.0], [20, 20, 24])
    plans = np.repeat((0.1 + 0.2 * value)[:, None], 2, axis=1)
    found = answers.Worlds(plans).conditionals(Scalar(value, lambda low, high: f"{low:.0f}"))
    assert [(a.answer, a.worlds) for a in found] == [("0", 20), ("1", 20), ("2", 24)]
    assert [a.mean for a in found] == pytest.approx([0.1, 0.3, 0.5])
    assert answers.mean_width(found) == pytest.approx(0, abs=1e-9)


def test_an_answer_that_lets_none_through_is_as_sure_as_its_worlds_are_many() -> None:
    value = np.repeat([0.0, 1.0], 32)
    plans = np.repeat(1 - value[:, None], 2, axis=1)
    all_, none = answers.Worlds(plans).conditionals(Scalar(value, lambda low, high: f"{low:.0f}"))
    low, high = clopper_pearson(0, 32)
    assert (none.low, none.high) == pytest.approx((low, high))
    assert (all_.low, all_.high) == pytest.approx((1 - high, 1.0))


def test_an_answer_of_few_worlds_is_told_with_the_next() -> None:
    value = np.repeat([0.0, 1.0, 2.0], [3, 30, 31])
    worlds = answers.Worlds(np.random.default_rng(1).random((64, 2)))
    found = worlds.conditionals(Scalar(value, _span))
    assert [(a.answer, a.worlds) for a in found] == [("0-1", 33), ("2-2", 31)]


@pytest.mark.parametrize(
    ("worlds", "told"),
    [
        ([20, 3, 31], [("0-1", 23), ("2-2", 31)]),
        ([31, 3, 20], [("0-0", 31), ("1-2", 23)]),
        ([20, 3, 20], [("0-1", 23), ("2-2", 20)]),
        ([20, 31, 3], [("0-0", 20), ("1-2", 34)]),
        ([3, 4, 20, 25], [("0-2", 27), ("3-3", 25)]),
    ],
)
def test_the_next_is_the_neighbour_that_fewer_worlds_have(worlds: list[int], told: list[tuple[str, int]]) -> None:
    value = np.repeat(np.arange(float(len(worlds))), worlds)
    found = answers.Worlds(np.random.default_rng(1).random((len(value), 2))).conditionals(Scalar(value, _span))
    assert [(a.answer, a.worlds) for a in found] == told


def test_many_answers_are_three_parts_of_as_many_worlds() -> None:
    value = np.random.default_rng(2).permutation(90.0 * np.arange(60))
    found = answers.Worlds(np.random.default_rng(1).random((60, 2))).conditionals(Scalar(value, _span))
    assert [(a.answer, a.worlds) for a in found] == [("0-1710", 20), ("1800-3510", 20), ("3600-5310", 20)]


def test_widths_are_those_of_the_worlds_of_each_answer_by_their_number() -> None:
    """Without chance: of evenly spread worlds the central 80 % are eight tenths of the way from end to end."""
    of_few, of_many = np.linspace(0.1, 0.2, 21), np.linspace(0.3, 0.7, 41)
    worlds = answers.Worlds(np.repeat(np.concatenate([of_few, of_many])[:, None], 2, axis=1))
    found = worlds.conditionals(Scalar(np.repeat([0.0, 1.0], [21, 41]), _span))
    whole = np.quantile(worlds.means, [0.1, 0.9])
    assert worlds.span() == pytest.approx(whole, abs=0.01)
    assert [a.world_high - a.world_low for a in found] == pytest.approx([0.08, 0.32], rel=0.05)
    assert answers.mean_width(found) == pytest.approx((21 * 0.08 + 41 * 0.32) / 62, rel=0.05)


@pytest.mark.parametrize("all_of", [32, 16, 5])
def test_worlds_in_which_all_or_none_get_through_are_told_so(all_of: int) -> None:
    """Without chance nothing is drawn together: of worlds with 0 and 1 the middle 80 % go from 0 to 1."""
    worlds = answers.Worlds(np.repeat((np.arange(64) < 64 - all_of)[:, None] * 1.0, 2, axis=1))
    assert worlds.span() == pytest.approx((0.0, 1.0) if all_of > 6 else (1.0, 1.0), abs=0.02)
    assert worlds.shrunk == pytest.approx(worlds.means, abs=1e-12)


def _span(low: float, high: float) -> str:
    return f"{low:.0f}-{high:.0f}"


def test_of_an_answer_that_hardly_any_world_has_nothing_is_told() -> None:
    """All worlds together are no answer: of 60 in which it is there and 4 in which not, none is `not there`."""
    value = np.repeat([0.0, 1.0], [4, 60])
    worlds = answers.Worlds(np.random.default_rng(1).random((64, 2)))
    assert worlds.conditionals(Scalar(value, _span)) == []


# ------------------------------------------------------------------------------------------------ as stated


def test_a_scenario_with_a_question_answered() -> None:
    scenario = load("moscow-2023")
    three = given(scenario, ["there-s-400-outskirts=3", "roof-storeys=10", "where-s-400-losiny-ostrov=0 km"])
    names = [u.name for u in scenario.units]
    outskirts = [k for k, name in enumerate(names) if name.startswith("S-400, outskirts")]
    drawn, before = draw.worlds(three, 0, 0, 64), draw.worlds(scenario, 0, 0, 64)
    packed = pack.pack(three, three.cases[0], drawn)
    assert (packed.units[:, outskirts]["present"].sum(axis=1) == 3).all()
    assert (drawn.value("units/Pantsir, Defence Ministry roof/roof/storeys") == 10).all()
    away = unknowns.offset(drawn, "units/S-400, Losiny Ostrov/at", at_stations=False)
    assert np.hypot(*away) == pytest.approx(0)
    key = "systems/s-400/effectors/48N6E3/kill/drone"
    assert (drawn.value(key) == before.value(key)).all()
    assert three.digest != scenario.digest


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ("there-s-400-outskirts", "write QUESTION=ANSWER"),
        ("there-s-400-outskirts=5", "a number from 0 to 4"),
        ("there-s-400-losiny-ostrov=maybe", "yes or no"),
        ("roof-storeys=12", "8 to 10"),
        ("s-400-crew=1", "has no single answer"),
        ("where-s-400-losiny-ostrov=90 km", "the scenario has it from 0 m to "),
    ],
)
def test_an_answer_that_cannot_be(answered: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        given(load("moscow-2023"), [answered])


def test_a_certain_unit_can_be_taken_away_and_an_impossible_one_put_there() -> None:
    scenario = load(
        written(units=[unit("a", present={"low": 0.5, "high": 1}), unit("b", present={"low": 0, "high": 0.5})])
    )
    answered = given(scenario, ["there-a=no", "there-b=yes"])
    present = pack.pack(answered, answered.cases[0], draw.worlds(answered, 0, 0, 32)).units["present"]
    assert not present[:, 0].any()
    assert present[:, 1].all()


@pytest.mark.parametrize(
    ("answers", "there"),
    [((), [0.75, 0.25]), (("there-a=no", "there-b=yes"), [0.0, 1.0])],
)
def test_maps_have_a_unit_as_its_answer_has_it(answers: tuple[str, ...], there: list[float]) -> None:
    """Else what is taken to be there is drawn as if it might not be."""
    units = [unit("a", present={"low": 0.5, "high": 1}), unit("b", present={"low": 0, "high": 0.5})]
    answered = given(load(written(units=units)), answers)
    assert [one["present"] for one in premises.chart(answered)["units"]] == pytest.approx(there)


def test_some_of_several_units_are_each_as_likely_as_before() -> None:
    scenario = load("moscow-2023")
    before, after = (premises.chart(each)["units"] for each in (scenario, given(scenario, ["there-s-400-outskirts=3"])))
    assert before == after


def test_it_is_part_of_the_package() -> None:
    assert bartizan.load("power-station").stated == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_each_answer_that_is_offered_can_be_given(name: str) -> None:
    scenario = load(name)
    asked = askable(scenario)
    assert [one["key"] for one in asked] == [question.key for question in questions(scenario)]
    for one in asked:
        for choice in one["answers"]:
            (stated,) = given(scenario, [f"{one['key']}={choice['answer']}"]).stated
            assert stated.question == one["key"]
            assert choice["words"]


def test_as_many_answers_are_offered_as_units_can_be_there() -> None:
    asked = {one["key"]: one["answers"] for one in askable(load("moscow-2023"))}
    assert [choice["answer"] for choice in asked["there-s-400-outskirts"]] == ["0", "1", "2", "3", "4"]
    assert [choice["answer"] for choice in asked["there-pantsir-in-the-kremlin"]] == ["no", "yes"]


@pytest.mark.parametrize("leaked", [0.0, 0.3])
def test_of_worlds_that_do_not_differ_nothing_is_told(leaked: float) -> None:
    asker = Asker(load("power-station"), 0)
    told = verdict(asker, "drones", "Drones", np.arange(64, dtype=np.uint64), np.full((64, 2), leaked))
    assert not told.told
    assert "cannot be told" in sentences(told)[1]
    assert ("none gets through" in sentences(told)[1]) is (leaked == 0)


def test_claims_that_a_unit_rests_on_bear_on_where_and_whether_it_is() -> None:
    """Only those behind the chance did: where a unit stands that a report places had no claim."""
    scenario = load("moscow-2023")
    by = {question.key: question.claims for question in questions(scenario)}
    for placed in scenario.units:
        for key, claims in by.items():
            if key == slug("where", placed.name):
                assert set(placed.unit.claims) <= set(claims), key
    assert "c22" in by["where-pantsir-in-the-kremlin"]
    assert not by[slug("s-400", "40N6", "heights")]


def test_a_claim_that_an_area_rests_on_is_used() -> None:
    claim = {"id": "c1", "says": "Nobody fires over the port.", "source": "paper", "topic": "port"}
    area = {"name": "Port", "at": {"east": 0, "north": 0, "within": "1 km"}, "radius": "2 km", "claims": ["c1"]}
    content = written(claims=[claim], areas=[area], sources={"paper": {"title": "A paper"}})
    scenario = load(content)
    assert [q.claims for q in questions(scenario) if q.key == "where-port"] == [("c1",)]
    assert not [found for found in findings(scenario) if found.kind == "unused"]
