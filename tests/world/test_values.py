"""What claims say of amounts, held against one another: units, ranges, bounds; and what is no amount."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.world.schema.claims import Between, Claim
from bartizan.world.values import bounds, together


@pytest.mark.parametrize(
    ("value", "dimension", "low", "high"),
    [
        (5, "number", 5, 5), ("5", "number", 5, 5), (-5, "number", -5, -5), ("1e3", "number", 1000, 1000),
        ("12 km", "length", 12_000, 12_000), ("12000 m", "length", 12_000, 12_000), ("10 %", "number", 0.1, 0.1),
        ("9.4 GHz", "frequency", 9.4e9, 9.4e9), ("20-30", "number", 20, 30), ("20–30", "number", 20, 30),
        ("Between 20 and 30", "number", 20, 30), ("25 to 40 km", "length", 25_000, 40_000),
        ("0.5 km - 800 m", "length", 500, 800), ("-5 to 3", "number", -5, 3),
        ("at least 15", "number", 15, math.inf), ("More than 3 km", "length", 3000, math.inf),
        ("up to 40 km", "length", -math.inf, 40_000), (Between(low=20, high=30), "number", 20, 30),
        (Between(low="1 km", high="2000 m"), "length", 1000, 2000), (Between(high=3), "number", -math.inf, 3),
        (Between(low=20, high="30 km"), "length", 20_000, 30_000), ("50 % to 60 %", "number", 0.5, 0.6),
        ("50-60 %", "number", 0.5, 0.6), ("-10 to -5 dB", "decibel", -10, -5),
        ("under 20 km", "length", -math.inf, 20_000),
    ],
)  # fmt: skip
def test_amounts(value: Any, dimension: str, low: float, high: float) -> None:
    assert bounds(value) == (dimension, pytest.approx(low), pytest.approx(high))


def contradict(*values: Any) -> bool:
    one, other = together(values)
    assert one is not None
    assert other is not None
    return one.contradicts(other)


@pytest.mark.parametrize(
    "value",
    [
        True, "roof", "mid-2023", "3 drones", "30 to 20", "3 km to 5 kg", "", "-", None, "1a" * 50_000, "9" * 100_000,
        Between(low="20 to 30", high=40),
    ],
)  # fmt: skip
def test_what_is_no_amount(value: Any) -> None:
    assert bounds(value) is None


@given(st.text(max_size=30))
def test_no_text_does_harm(text: str) -> None:
    found = bounds(text)
    assert found is None or found.low <= found.high


@given(*[st.integers(0, 9)] * 4)
def test_two_ranges_contradict_each_other_where_they_have_nothing_in_common(a: int, b: int, c: int, d: int) -> None:
    one, other = (bounds(f"{min(p)} to {max(p)}") for p in ((a, b), (c, d)))
    assert one is not None
    assert other is not None
    apart = not set(range(min(a, b), max(a, b) + 1)) & set(range(min(c, d), max(c, d) + 1))
    assert one.contradicts(other) is other.contradicts(one) is apart


def test_a_claim_takes_a_range() -> None:
    claim = Claim.model_validate({"id": "c", "says": "x", "topic": "t", "value": {"low": "20 km"}})
    assert str(claim.value) == "at least 20 km"


@pytest.mark.parametrize("words", ["at least", "no fewer than", "no less than", ">=", "≥"])
def test_words_for_the_least(words: str) -> None:
    assert bounds(f"{words} 5 km") == ("length", 5000, np.inf)
    assert bounds(f"{words} 5") == ("number", 5, np.inf)


@pytest.mark.parametrize("words", ["at most", "no more than", "up to", "<=", "≤"])
def test_words_for_the_most(words: str) -> None:
    assert bounds(f"{words} 5 km") == ("length", -np.inf, 5000)
    assert bounds(f"{words} 5") == ("number", -np.inf, 5)


@pytest.mark.parametrize("words", ["more than", "over", "above", ">"])
def test_words_for_more(words: str) -> None:
    """Of whole numbers the next; a length, a share and a number with a point come as near as one likes."""
    assert bounds(f"{words} 5") == ("number", 6, np.inf)
    assert not contradict(f"{words} 0", 0.01)
    assert not contradict(f"{words} 5.0", 5.5)
    for end in ("5 km", "5", "0", "1", "5.0", "10 %"):
        assert contradict(f"{words} {end}", end)
        assert contradict(f"{words} {end}", f"at most {end}")
        assert not contradict(f"{words} {end}", f"at least {end}")
    assert not contradict(f"{words} 5 km", "5001 m")


@pytest.mark.parametrize("words", ["fewer than", "less than", "under", "below", "<"])
def test_words_for_fewer(words: str) -> None:
    assert bounds(f"{words} 5") == ("number", -np.inf, 4)
    assert not contradict(f"{words} 1", 0.99)
    for end in ("5 km", "5", "0", "1", "5.0", "10 %"):
        assert contradict(f"{words} {end}", end)
        assert contradict(f"{words} {end}", f"at least {end}")
        assert not contradict(f"{words} {end}", f"at most {end}")
    assert contradict("more than 5", f"{words} 6")
    assert not contradict("more than 5", f"{words} 7")


@pytest.mark.parametrize(
    ("one", "other"),
    [("35 %", 0.35), ("10.8 km/h", "3 m/s"), ("0.3 kg", "300 g"), ("7 %", "0.07"), ("4.1 mi", "6598.3104 m"),
     ("1 to 3 g", "0.002 kg"), ("20 mm/h", "5.5555555556e-6 m/s")],
)  # fmt: skip
def test_equal_amounts_are_equal_in_any_unit(one: Any, other: Any) -> None:
    assert not contradict(one, other)
    if "to" not in str(one):
        assert len(set(together([one, other]))) == 1


def test_a_unit_of_two_dimensions_is_read_as_the_others_are() -> None:
    assert [found and found.dimension for found in together(["300 g", "0.3 kg", "roof"])] == ["mass", "mass", None]
    assert [found and found.dimension for found in together(["9 g", "90 m/s2"])] == ["acceleration"] * 2
    assert contradict("9 g", "5 m/s2")


@pytest.mark.parametrize("value", ["3 m to 5 kg", "20 km to 30", Between(low=20, high="30 or so")])
def test_a_range_of_which_one_end_is_no_amount_of_the_kind_is_none(value: object) -> None:
    assert bounds(value) is None


def test_amounts_of_two_dimensions_contradict() -> None:
    one, other = bounds("5 s"), bounds("5 m")
    assert one is not None
    assert other is not None
    assert one.contradicts(other)
