"""What the uncertain numbers of a scenario are called."""

from __future__ import annotations

import pytest

from bartizan.world.numbers import in_words
from bartizan.world.scenario import load, shipped


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("systems/pantsir-s1/effectors/57E6/range_max", "pantsir-s1: 57E6 range max"),
        ("units/Roof, east/roof/storeys", "Roof, east: roof storeys"),
        ("raids/may-30/0/distance", "may-30, group 1: distance"),
        ("fall/wind", "what comes down: wind"),
        ("fall/missile_pieces", "what comes down: missile pieces"),
        ("fall/wrecks/drone", "what comes down: drone wreck"),
        ("surface/density", "surface: density"),
        ("surface/heights/shares/3/0", "surface: height 4"),
        ("surface/heights/shares/3/1", "surface: share of height 4"),
        ("weather/rain", "weather: rain"),
    ],
)
def test_a_number_has_an_owner_and_a_name(key: str, words: str) -> None:
    assert in_words(key) == words


@pytest.mark.parametrize("name", shipped())
def test_the_numbers_of_a_scenario_have_names_of_their_own(name: str) -> None:
    numbers = load(name).numbers
    told = [in_words(key) for key in numbers]
    assert len(set(told)) == len(told)
    assert all(owner and what for owner, _, what in (text.partition(": ") for text in told))
