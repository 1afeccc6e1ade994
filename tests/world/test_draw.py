"""Worlds: a draw is a function of names alone, what is one unknown is drawn once."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world.samples import battery, unit, written

from bartizan.world import draw
from bartizan.world.scenario import load

RANGE = "effectors/57E6/range_max"


def worlds(content: dict[str, Any], count: int = 64, first: int = 0, seed: int = 3) -> draw.Worlds:
    return draw.worlds(load(content), seed, first, count)


def values(content: dict[str, Any]) -> dict[str, np.ndarray]:
    drawn = worlds(content)
    return {key: drawn.value(key) for key in drawn.numbers}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all((one[key] == other[key]).all() for key in set(one) & set(other))


# ------------------------------------------------------------------------------------------------ names alone


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_a_file_changes_no_draw(random: Any) -> None:
    content = written(
        assets=[{"name": n, "at": {"east": 0, "north": 0, "within": {"low": 1, "high": 9}}} for n in "abc"]
    )
    shuffled = deepcopy(content)
    random.shuffle(shuffled["assets"])
    random.shuffle(shuffled["units"])
    keys = list(shuffled["systems"]["battery"])
    random.shuffle(keys)
    shuffled["systems"]["battery"] = {key: shuffled["systems"]["battery"][key] for key in keys}
    before, after = values(content), values(shuffled)
    assert set(before) == set(after)
    assert same(before, after)


def test_one_more_unit_changes_no_other_draw() -> None:
    content = written()
    more = written(units=[unit("new", override={"reaction_time": {"low": 1, "high": 2}}), *content["units"]])
    before, after = values(content), values(more)
    assert set(before) < set(after)
    assert same(before, after)


def test_a_variant_changes_no_draw_of_what_it_leaves_alone() -> None:
    content = written(variants={"v": {"title": "v", "without": ["first"], "units": [unit("third")]}})
    plain, other = draw.worlds(load(content), 3, 0, 64), draw.worlds(load(content, variant="v"), 3, 0, 64)
    shared = set(plain.numbers) & set(other.numbers)
    assert "units/second/present" in shared
    assert all((plain.value(key) == other.value(key)).all() for key in shared)


def test_worlds_are_the_same_in_any_block() -> None:
    content = written()
    whole, part = worlds(content, 20), worlds(content, 5, first=10)
    for key in whole.numbers:
        assert (part.value(key) == whole.value(key)[10:15]).all()


def test_every_unknown_has_luck_of_its_own() -> None:
    """With 400 worlds the correlation of independent draws has standard deviation 1/20."""
    drawn = worlds(written(), 400)
    keys = [key for key, number in drawn.numbers.items() if not number.is_fixed]
    table = np.corrcoef([drawn.uniform(key) for key in keys])
    assert len(keys) > 10
    assert np.abs(table - np.eye(len(keys))).max() < 5 / math.sqrt(400)


# ------------------------------------------------------------------------------------------------ one unknown, one draw


def test_units_of_a_type_share_its_unknowns_and_an_override_makes_its_own() -> None:
    own = {"effectors": {"57E6": {"range_max": {"low": "10 km", "high": "20 km"}}}}
    scenario = load(written(units=[unit("a"), unit("b"), unit("c", override=own)]))
    drawn = draw.worlds(scenario, 3, 0, 64)
    a, b, c = (drawn.value(placed.key_of(tuple(RANGE.split("/")))) for placed in scenario.units)
    assert (a == b).all()
    assert (a != c).all()
    kill = [placed.key_of(("effectors", "57E6", "kill", "drone")) for placed in scenario.units]
    assert set(kill) == {"systems/battery/effectors/57E6/kill/drone"}


def test_an_overridden_table_is_the_units_own() -> None:
    """A list is replaced whole; the type keeps its own rows."""
    table = {"flight": [["1 km", 2], ["20 km", {"low": 40, "high": 50}]], "speed": None}
    units = [unit("a"), unit("b", override={"effectors": {"57E6": table}})]
    scenario = load(written(units=units))
    assert scenario.units[1].key_of(("effectors", "57E6", "flight", "1", "1")) in scenario.numbers
    assert "units/b/effectors/57E6/flight/1/1" in scenario.numbers
    assert not any(key.startswith("systems/battery/effectors/57E6/flight") for key in scenario.numbers)


def test_same_as_is_one_draw() -> None:
    second = unit("second", present={"same_as": "units/first/present"}, height={"same_as": f"systems/battery/{RANGE}"})
    drawn = worlds(written(units=[unit("first"), second, unit("third", present={"same_as": "units/second/present"})]))
    assert (drawn.value("units/second/present") == drawn.value("units/first/present")).all()
    assert (drawn.value("units/third/present") == drawn.value("units/first/present")).all()
    assert (drawn.value("units/second/height") == drawn.value(f"systems/battery/{RANGE}")).all()


def test_same_as_reaches_a_type_that_nothing_else_uses() -> None:
    own = {"reaction_time": {"same_as": "systems/pantsir-s1/reaction_time"}}
    drawn = worlds(written(units=[unit("a", override=own)]))
    assert (drawn.value("units/a/reaction_time") == drawn.value("systems/pantsir-s1/reaction_time")).all()
    assert drawn.value("units/a/reaction_time").std() > 0


def test_groups_of_a_raid_have_unknowns_of_their_own() -> None:
    content = written()
    content["raids"][0]["groups"][1]["distance"] = {"low": "30 km", "high": "60 km"}
    drawn = worlds(content)
    assert (drawn.value("raids/raid/0/distance") != drawn.value("raids/raid/1/distance")).all()


def test_the_groups_of_a_raid_may_share_an_unknown() -> None:
    content = written()
    content["raids"][0]["groups"][1]["distance"] = {"same_as": "raids/raid/0/distance"}
    drawn = worlds(content)
    assert (drawn.value("raids/raid/0/distance") == drawn.value("raids/raid/1/distance")).all()


# ------------------------------------------------------------------------------------------------ what is drawn


def test_a_draw_is_the_quantile_of_the_draw_of_its_name() -> None:
    drawn = worlds(written())
    low, high = 10_000, 20_000
    expected = low + drawn.uniform(f"systems/battery/{RANGE}") * (high - low)
    assert drawn.value(f"systems/battery/{RANGE}") == pytest.approx(expected)


def test_counts_are_whole_in_every_world() -> None:
    drawn = worlds(written(), 400)
    for key, ends in {"systems/battery/channels": (2, 4), "systems/battery/effectors/57E6/rounds": (4, 8)}.items():
        values_ = drawn.value(key)
        assert (values_ == np.rint(values_)).all()
        assert (values_.min(), values_.max()) == ends


def test_a_certain_number_is_the_same_in_all_worlds() -> None:
    content = written(systems={"battery": battery(antenna_height={"low": 7, "high": 7})})
    assert worlds(content).value("systems/battery/antenna_height").tolist() == [7.0] * 64
