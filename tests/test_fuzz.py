"""The fuzzer itself: a few trials of what is quick, each a function of target, seed and number."""

from __future__ import annotations

import random

import pytest
from tools.fuzz import mutate
from tools.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", ["loading", "reading", "requests"])
def test_odd_inputs_end_in_words(name: str) -> None:
    with TARGETS[name]() as trial:
        for number in range(40):
            trial(random.Random(f"{name} {number}"))()


def test_a_trial_is_a_function_of_its_number() -> None:
    good = {"a": [1, 2, {"b": "c"}], "d": {"e": 0.5}}
    made = [mutate.tree(good, random.Random(n)) for n in range(50)]
    assert repr(made) == repr([mutate.tree(good, random.Random(n)) for n in range(50)])
    assert sum(each != good for each in made) > 40
    assert good == {"a": [1, 2, {"b": "c"}], "d": {"e": 0.5}}
    damaged = [mutate.garbled(b"some bytes", random.Random(n)) for n in range(50)]
    assert damaged == [mutate.garbled(b"some bytes", random.Random(n)) for n in range(50)]
    assert sum(each != b"some bytes" for each in damaged) > 25
