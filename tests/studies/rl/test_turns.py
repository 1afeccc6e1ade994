"""Doctrine chosen from outside: the first option is the engine's own doctrine, bit by bit, in every shipped scenario
and in the scenes of the engine's double, which have what no shipped one has: sectors that turn, thrift, arcs, cuts."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from tests.engine.test_double import SCENES
from tests.studies.tuning.test_tune import mixed

import bartizan
from bartizan.engine import layout
from bartizan.engine.play import play
from bartizan.engine.survey import Surveyor
from bartizan.ground.errors import UserError
from bartizan.physics import arrays
from bartizan.studies.rl.raids import OPTIONS, Raids
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack

WORLDS, PLANS, EACH = 2, 2, 4
SAME = ("fate", "shots", "time", "asset", "by", "cause")
EVERY = [(name, case.name) for name in bartizan.shipped() for case in bartizan.load(name).cases]


def by_first_options(source, case):
    """What comes of each raid where always the first option is taken, by theatre and number."""
    raids = Raids(source, WORLDS * PLANS * EACH, raid=case, worlds=WORLDS, plans=PLANS)
    first = np.zeros(raids.number, np.int64)
    found = {}
    while len(found) < raids.number:
        over = raids.step(first).over
        for n in np.flatnonzero(over & (raids.turns.begun == 1)):
            key = int(raids.turns.theatre[n]), int(raids.turns.raid[n])
            found.setdefault(key, {name: getattr(raids.block, name)[n].copy() for name in SAME})
    return found


def by_the_engine(source, name):
    """The same raids as the engine plays them."""
    scenario = bartizan.load(source)
    case = scenario.case(name)
    drawn = draw.worlds(scenario, 0, 0, WORLDS)
    packed = pack.pack(scenario, case, drawn)
    sky, surveyor = skies(scenario, packed, drawn.skies), Surveyor(case.routes, scenario.file.study.step.likely)
    found = {}
    for w in range(WORLDS):
        world = arrays.world(packed, w)
        surveyor.open(world, sky[w])
        to_the_end = bool((world.units["kill_called_miss"] > 0).any())
        for plan in range(PLANS):
            theatre = surveyor.survey(world, w, plan)
            block = layout.new_block(EACH, case.routes, world)
            block = block._replace(launches=block.launches[:0])
            play(world, theatre, layout.new_state(world, theatre), block, w, 0, EACH, to_the_end)
            for r in range(EACH):
                found[w * PLANS + plan, r] = {name: getattr(block, name)[r].copy() for name in SAME}
    return found


@pytest.mark.parametrize(
    ("source", "case"),
    [
        *(pytest.param(name, case, id=f"{name}, {case}") for name, case in EVERY),
        *(pytest.param(scene, "raid", id=name) for name, scene in SCENES.items()),
    ],
)
def test_always_the_first_option_is_the_doctrine_to_the_bit(source, case):
    chosen, played = by_first_options(source, case), by_the_engine(source, case)
    assert chosen.keys() == played.keys()
    for key, of in played.items():
        for what in SAME:
            assert np.array_equal(chosen[key][what], of[what]), (key, what)


def returns(policy, weights, number=16):
    """The mean return of a raid."""
    raids = Raids(mixed(), number, worlds=2, weights=weights)
    answer = raids.reset()
    total, running = answer.reward.copy(), np.ones(number, bool)
    while running.any():
        answer = raids.step(policy(raids, answer))
        total[running] += answer.reward[running]
        running &= ~answer.over
    return total.mean()


def first(raids, answer):
    return np.zeros(raids.number, np.int64)


def waits(raids, answer):
    return np.full(raids.number, OPTIONS)


def only_what_counts(raids, answer):
    """The first option whose weight is above 1."""
    heavy = answer.told[:, 6 + 6 :: 8][:, :OPTIONS] > 1.5
    return np.where(heavy.any(axis=1), heavy.argmax(axis=1), OPTIONS)


def test_rewards_are_what_gets_through_by_its_weight():
    """Four sure rounds against six drones and three missiles, which come last and count five times as much."""
    weights = {"cruise": 5}
    assert returns(first, weights) == pytest.approx(-17)
    assert returns(waits, weights) == pytest.approx(-21)
    assert returns(only_what_counts, weights) == pytest.approx(-6)
    assert returns(first, weights | {"missile": 0.5}) == pytest.approx(-19)


def test_what_may_be_chosen_is_masked_and_any_other_number_waits():
    raids = Raids("reference-24v4", 8, worlds=1, plans=1)
    other = copy.deepcopy(raids)
    answer, same = raids.reset(5), other.reset(5)
    for k in range(60):
        assert (answer.mask[:, OPTIONS] == 1).all()
        assert (answer.mask[:, :OPTIONS].sum(axis=1) == np.where(answer.over, 0, raids.turns.count)).all()
        actions = np.full(8, k % 2 * OPTIONS)
        answer, same = raids.step(actions), other.step(np.where(actions == OPTIONS, OPTIONS + 3, actions))
        assert np.array_equal(answer.told, same.told)
        assert np.array_equal(answer.reward, same.reward)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"weights": {"nobody": 1}}, "nobody"),
        ({"weights": {"Town": -1}}, "0 or more"),
        ({"worlds": 0}, "worlds"),
        ({"worlds": range(0, 8, 2)}, "follow one another"),
    ],
)
def test_mistakes_are_told(how, told):
    with pytest.raises(UserError, match=told):
        Raids("reference-24v4", **how)
