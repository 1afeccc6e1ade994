"""What a scenario may say of waves, supply and losses, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.scenes import battery, group, scene, unit

from bartizan.ground.errors import ScenarioError
from bartizan.physics.arrays import NO_LIMIT, Packed
from bartizan.world import draw, pack
from bartizan.world.scenario import load


def missile(**more: Any) -> dict[str, Any]:
    return scene([unit("A", battery(effectors={"missile": more}))])


@pytest.mark.parametrize(
    ("wrong", "where", "told"),
    [
        (
            scene([unit("A")], [group(arrival={"waves": 3})]),
            "raids[0].groups[0].arrival",
            "waves of more than one need",
        ),
        (scene([unit("A")], [group(arrival={"every": 60})]), "raids[0].groups[0].arrival", "and it needs them"),
        (
            missile(top_up_after=60),
            "units[0].system.effectors.missile.top_up_after",
            "top_up_after needs a reload_time",
        ),
        (
            missile(reload_time=60, resupply_time=60),
            "units[0].system.effectors.missile.resupply_time",
            "needs spare_rounds",
        ),
        (scene([unit("A", struck={"asset": "Twon"})]), "units[0].struck.asset", "Town"),
        (scene([unit("A")], network={"node": "B"}), "network.node", "networked unit"),
        (scene([unit("A", networked=False)], network={"node": "A"}), "network.node", "networked unit"),
        (scene([unit("A")], network={"node": "A", "lost": {}}), "network", "needs at most one of lost, node"),
        (scene([unit("A")], network={"takeover": 60}), "network.takeover", "takeover is for a network with a node"),
    ],
)
def test_what_cannot_be_is_told_where_it_stands(wrong: dict[str, Any], where: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(wrong)
    assert f"  {where}: " in str(caught.value)
    assert told in str(caught.value)


def packed(of: dict[str, Any]) -> Packed:
    scenario = load(of)
    return pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, 0, 0, 2))


def test_nothing_stated_is_nothing_lost_and_rounds_without_end() -> None:
    found = packed(scene([unit("A", battery(effectors={"missile": {"reload_time": 60}}))]))
    assert not found.units.lost_chance.any()
    assert not found.units.struck.any()
    assert (found.units.stands_at == -1).all()
    assert (found.network.node == -1).all()
    assert (found.effectors.spare == NO_LIMIT).all()
    assert np.isinf(found.effectors.top_up).all()
    assert np.isinf(found.effectors.resupply).all()
    assert (found.groups.waves == 1).all()


def test_what_is_stated_reaches_the_records() -> None:
    figures = {"reload_time": 60, "spare_rounds": 7, "top_up_after": 50, "resupply_time": 900}
    of = scene(
        [
            unit("A", battery(effectors={"missile": figures}), lost={"at": 5, "within": 6, "chance": 0.25, "lasts": 7}),
            unit("B", struck={"asset": "Town", "chance": 0.5}),
        ],
        [group(arrival={"waves": 2, "every": 300})],
        network={"node": "B", "takeover": 40},
    )
    found = packed(of)
    a, b, row = found.units[0, 0], found.units[0, 1], found.effectors[0, 0]
    assert (a.lost_at, a.lost_within, a.lost_chance, a.lost_for) == (5, 6, 0.25, 7)
    assert (b.stands_at, b.struck) == (0, 0.5)
    assert (row.spare, row.top_up, row.resupply) == (7, 50, 900)
    assert (found.network.node[0, 0], found.network.takeover[0, 0]) == (1, 40)
    assert (found.groups.waves[0], found.types.every[0, 0]) == (2, 300)
