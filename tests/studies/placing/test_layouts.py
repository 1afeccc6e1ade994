"""Layouts of units in one world: what is surveyed once for all of them is what each by itself would be given."""

from __future__ import annotations

import numpy as np
import pytest

import bartizan
from bartizan.physics import arrays
from bartizan.studies.replicate import Design, Kept, Player
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack

WORLDS, RAIDS, PLANS = 3, 6, 2
KEPT = frozenset({"raids", "threats"})


def everything(sums: np.ndarray, kept: Kept) -> list[np.ndarray]:
    return [sums, *(np.concatenate(rows) for rows in kept.values() if rows)]


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("power-station", "drones-and-decoys"), ("moscow-2023", "mixed"), ("airport", None), ("public-event", None),
        ("power-station:two-waves", None),
    ],
)  # fmt: skip
def test_each_layout_is_played_as_if_no_other_unit_had_been_known_of(name: str, case: str | None) -> None:
    scenario = bartizan.load(name)
    played = scenario.case(case) if case else scenario.cases[0]
    drawn = draw.worlds(scenario, 0, 0, WORLDS)
    packed = pack.pack(scenario, played, drawn)
    sky = skies(scenario, packed, drawn.skies)
    plan = Design(WORLDS, RAIDS, 0, PLANS)
    units = len(scenario.units)
    present = np.random.default_rng(0).random((5, units)) < 0.6
    present[0], present[1] = False, True
    player, alone = (Player(scenario, played, plan, KEPT) for _ in range(2))
    for w in range(WORLDS):
        world = arrays.world(packed, w)
        found = player.layouts(world, w, sky[w], present)
        for there, layout in zip(present, found, strict=True):
            by_itself = arrays.world(packed, w)
            with_these = by_itself.units.copy()
            with_these["present"] &= there
            alone.surveyor.open(by_itself, sky[w])
            sums, squares = np.zeros((2, PLANS, alone.columns.count))
            kept: Kept = {name: [] for name in layout[1]}
            alone._world(by_itself._replace(units=with_these), w, sums, squares, kept, None)
            for one, other in zip(everything(*layout), everything(sums, kept), strict=True):
                assert np.array_equal(one, other, equal_nan=True)
