"""Uncertain numbers: quantile functions against closed forms of their distribution functions, and what is refused."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from bartizan.ground import units
from bartizan.world import uncertain
from bartizan.world.uncertain import Uncertain, fixed, is_grade

GRID = np.linspace(0.001, 0.999, 499)


def read(written: Any, kind: str = "Length") -> Uncertain:
    return TypeAdapter(getattr(uncertain, kind)).validate_python(written)


def refused(written: Any, kind: str = "Length") -> str:
    with pytest.raises(ValidationError) as caught:
        read(written, kind)
    return str(caught.value.errors()[0]["msg"])


# ------------------------------------------------------------------------------------------------ quantiles


def uniform_cdf(x: np.ndarray, low: float, high: float) -> np.ndarray:
    return (x - low) / (high - low)


def triangular_cdf(x: np.ndarray, low: float, likely: float, high: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rising = (x - low) ** 2 / ((high - low) * (likely - low))
        falling = 1 - (high - x) ** 2 / ((high - low) * (high - likely))
    return np.where(x < likely, rising, falling)


ENDS = st.lists(st.floats(0, 1e6), min_size=3, max_size=3).map(sorted)


@given(ENDS, st.booleans())
def test_spreads_are_the_inverse_of_their_distribution_function(ends: list[float], log: bool) -> None:
    low, likely, high = ends
    assume(high - low > 1e-6 * high and high > 1e-3 and (not log or low > 1e-3))
    scale = {"scale": "log"} if log else {}
    to = np.log if log else np.asarray
    straight = read({"low": low, "high": high, **scale}).quantile(GRID)
    peaked = read({"low": low, "likely": likely, "high": high, **scale}).quantile(GRID)
    assert uniform_cdf(to(straight), to(low), to(high)) == pytest.approx(GRID, abs=1e-6)
    assert triangular_cdf(to(peaked), to(low), to(likely), to(high)) == pytest.approx(GRID, abs=1e-6)


@given(
    mean=st.floats(1e3, 1e4), sd=st.floats(10, 1e4), low=st.floats(0, 1e4), width=st.floats(10, 1e4),
)  # fmt: skip
def test_truncated_normal(mean: float, sd: float, low: float, width: float) -> None:
    high = low + width
    law = stats.norm(mean, sd)
    mass = law.cdf(high) - law.cdf(low)
    assume(mass > 1e-5)
    written = {"distribution": "normal", "mean": mean, "sd": sd, "low": low, "high": high}
    drawn = read(written).quantile(GRID)
    assert ((low <= drawn) & (drawn <= high)).all()
    assert (law.cdf(drawn) - law.cdf(low)) / mass == pytest.approx(GRID, abs=1e-6)


@given(median=st.floats(10, 1e4), spread=st.floats(1.01, 5))
def test_lognormal_spread_is_the_factor_of_one_standard_deviation(median: float, spread: float) -> None:
    number = read({"distribution": "lognormal", "median": median, "spread": spread})
    middle, above, below = number.quantile(stats.norm.cdf([0.0, 1.0, -1.0]))
    assert (middle, above, below) == pytest.approx((median, median * spread, median / spread), rel=1e-3)
    law = stats.lognorm(math.log(spread), scale=median)
    assert law.cdf(number.quantile(GRID)) == pytest.approx(GRID, abs=1e-3)


@given(a=st.floats(1, 50), b=st.floats(1, 50))
def test_beta(a: float, b: float) -> None:
    drawn = read({"distribution": "beta", "a": a, "b": b}, "Probability").quantile(GRID)
    assert stats.beta(a, b).cdf(drawn) == pytest.approx(GRID, abs=1e-6)


@pytest.mark.parametrize("values", [[8, 10], [3, 1, 2], [5, 4, 3, 2, 1]])
def test_either_gives_each_value_the_same_chance(values: list[int]) -> None:
    drawn = read({"either": values}).quantile((np.arange(6000) + 0.5) / 6000)
    assert Counter(drawn) == dict.fromkeys(map(float, values), 6000 // len(values))


@pytest.mark.parametrize("q", [0.0, 1.0])
def test_ends_are_met_and_not_passed(q: float) -> None:
    """exp(log(x)) may miss x by a bit."""
    for low, high in itertools.combinations([0.1, 0.3, 0.7, 6000.0, 15_000.0, 123.456], 2):
        low, high = min(low, high), max(low, high)
        number = read({"low": low, "high": high, "scale": "log"})
        drawn = number.quantile(np.array([q]))[0]
        assert drawn == pytest.approx(high if q else low, rel=1e-14)
        assert low <= drawn <= high
        assert number.span == (low, high)


def test_half_of_a_spread_over_decades_lies_below_the_geometric_mean() -> None:
    assert read({"low": 1, "high": 100, "scale": "log"}).likely == pytest.approx(10)


# ------------------------------------------------------------------------------------------------ whole numbers


def shares(written: Any, count: int = 60_000) -> dict[float, float]:
    drawn = read(written, "Count").quantile((np.arange(count) + 0.5) / count)
    return {value: n / count for value, n in sorted(Counter(drawn).items())}


def test_a_uniform_count_gives_each_number_the_same_chance() -> None:
    assert shares({"low": 2, "high": 7}) == pytest.approx(dict.fromkeys(range(2, 8), 1 / 6), abs=1e-4)


def test_a_triangular_count_has_the_mass_of_the_triangle_over_each_number() -> None:
    """Of a triangle over [7.5, 12.5] with its peak at 8: F(x) = 1 - (12.5 - x)^2 / (5 * 4.5) above the peak."""
    edges = [0.0, *(1 - (12.5 - x) ** 2 / 22.5 for x in (8.5, 9.5, 10.5, 11.5)), 1.0]
    expected = dict(zip(range(8, 13), np.diff(edges), strict=True))
    assert shares({"low": 8, "likely": 8, "high": 12}) == pytest.approx(expected, abs=1e-4)


def test_a_count_over_decades() -> None:
    """Between 1 and 100, P(1) is that of the logarithm over [0.5, 1.5] within [0.5, 100.5]."""
    found = shares({"low": 1, "high": 100, "scale": "log"})
    assert found[1.0] == pytest.approx(math.log(3) / math.log(201), abs=1e-4)
    assert set(found) == set(range(1, 101))


@given(
    st.lists(st.integers(1, 50), min_size=3, max_size=3).map(sorted), st.booleans(), st.booleans(),
)  # fmt: skip
def test_counts_are_whole_and_both_ends_occur(ends: list[int], peaked: bool, log: bool) -> None:
    low, likely, high = ends
    written = {"low": low, "high": high} | ({"likely": likely} if peaked else {}) | ({"scale": "log"} if log else {})
    number = read(written, "Count")
    drawn = number.quantile(np.concatenate([[0.0], (np.arange(40_000) + 0.5) / 40_000, [1.0]]))
    assert (drawn == np.rint(drawn)).all()
    assert (drawn.min(), drawn.max()) == (low, high) == number.span


@pytest.mark.parametrize("law", [{"distribution": "normal", "mean": 3, "sd": 1e5},
                                 {"distribution": "lognormal", "median": 3, "spread": 1e9}])  # fmt: skip
def test_the_ends_of_a_cut_off_count_come_as_often_as_their_neighbours(law: dict[str, Any]) -> None:
    """A wide law between 2 and 4 is even over its three values, or over their logarithms."""
    number = read(law | {"low": 2, "high": 4}, "Count")
    found = number.quantile((np.arange(30_000) + 0.5) / 30_000)
    ends = np.array([1.5, 2.5, 3.5, 4.5])
    even = np.diff(ends if law["distribution"] == "normal" else np.log(ends))
    assert [(found == value).mean() for value in (2, 3, 4)] == pytest.approx(even / even.sum(), abs=1e-3)


@pytest.mark.parametrize(
    ("written", "mean"),
    [
        (0.4, 0.4), ({"either": {0: [], 1: []}}, 0.5), ({"low": 0.2, "high": 0.8}, 0.5),
        ({"low": 0.3, "likely": 0.9, "high": 0.9}, 0.7), ({"distribution": "beta", "a": 2, "b": 6}, 0.25),
    ],
)  # fmt: skip
def test_means_are_those_of_the_laws(written: Any, mean: float) -> None:
    assert read(written, "Probability").mean == pytest.approx(mean, abs=1e-5)


def test_a_normal_count_is_whole() -> None:
    number = read({"distribution": "normal", "mean": 5.3, "sd": 2, "low": 1}, "Count")
    drawn = number.quantile(GRID)
    assert (drawn == np.rint(drawn)).all()
    assert drawn.min() == 1


@pytest.mark.parametrize("written", [2.5, {"low": 1, "high": 2.5}, {"either": [1, 1.5]}, {"value": "1.5"}])
def test_a_count_is_written_whole(written: Any) -> None:
    assert "whole number" in refused(written, "Count")


# ------------------------------------------------------------------------------------------------ as written


REFUSED = [
    ({"low": 3, "high": 2}, "must not fall"),
    ({"low": 1, "likely": 5, "high": 2}, "must not fall"),
    ({"low": 0, "high": 2, "scale": "log"}, "scale: log needs low above 0"),
    ({"low": 1, "high": 2, "scale": "linear"}, "scale can only be log"),
    ({"low": 1}, "found keys"),
    ({"low": 1, "high": 2, "hihg": 3}, "found keys"),
    ({"distribution": "loguniform", "low": 1, "high": 2}, "unknown distribution"),
    ({"distribution": ["normal"]}, "unknown distribution"),
    ({"distribution": "normal", "mean": 3}, "missing"),
    ({"distribution": "normal", "mean": 3, "sd": 0}, "sd of normal must be above 0"),
    ({"distribution": "normal", "mean": 5, "sd": 1, "low": 50, "high": 60}, "hardly anything"),
    ({"distribution": "normal", "mean": -500, "sd": 1}, "hardly anything"),
    ({"distribution": "normal", "mean": 5, "sd": 1, "low": 6, "high": 4}, "hardly anything"),
    ({"distribution": "lognormal", "median": 5, "spread": 0.7}, "spread (a factor) above 1"),
    ({"distribution": "lognormal", "median": 5, "spread": 1.1, "high": 0}, "hardly anything"),
    ({"distribution": "beta", "a": 1, "b": 1}, "only for a probability"),
    ({"either": [8]}, "two or more values"),
    ({"either": 8}, "two or more values"),
    ({"either": [8, 8]}, "given twice"),
    ({"either": {"8": [], "8.0": []}}, "given twice"),
    ({"either": [[1], [2]]}, "not a value here"),
    ({"either": {"eight": ["c1"], "10": ["c2"]}}, "either: 'eight' is not a value here"),
    ({"either": {"8": [1], "10": []}}, "must be a list of names"),
    ({"value": 3, "grade": "G1"}, "Admiralty"),
    ({"value": 3, "note": 2}, "note must be text"),
    ({"value": 3, "claims": {"a": 1}}, "claims must be a list"),
    ({"same_as": 3}, "path of another number"),
    ({"value": -1}, "must lie between"),
    ("3 kg", "unknown unit"),
    ([1, 2], "expected a finite number"),
    (None, "expected a finite number"),
    (True, "expected a finite number"),
    ({}, "found keys"),
]


@pytest.mark.parametrize(("written", "message"), REFUSED)
def test_what_is_no_number_is_refused_in_words(written: Any, message: str) -> None:
    assert message in refused(written)


def test_limits_are_told_in_units_that_people_read() -> None:
    assert refused("400 deg", "Angle") == "Value error, must lie between -360 deg and 360 deg; it is 400 deg"


def test_an_angle_in_either_needs_its_unit_too() -> None:
    assert "needs its unit" in refused({"either": {"90": [], "80 deg": []}}, "Angle")


def test_plain_numbers_as_keys_of_either_are_numbers() -> None:
    number = read({"either": {"8000": ["a"], "10 km": ["b", "c"], 12e3: []}})
    assert number.parameters == (8000, 10_000, 12_000)
    assert number.support == (("a",), ("b", "c"), ())
    assert number.named_claims == ("a", "b", "c")


def test_a_spread_without_width_is_certain() -> None:
    assert read({"low": 5, "high": 5}).is_fixed
    assert not read({"low": 5, "high": 6}).is_fixed


WRITTEN = [
    ("Length", 12_000),
    ("Length", {"low": 1, "likely": 2, "high": 3, "claims": ["a"], "sources": ["s"], "grade": "B2", "note": "n"}),
    ("Length", {"low": 1, "high": 100, "scale": "log"}),
    ("Length", {"low": 1, "likely": 2, "high": 100, "scale": "log"}),
    ("Length", {"either": {8: ["a"], 10: []}}),
    ("Length", {"same_as": "units/a/height"}),
    ("Length", {"distribution": "normal", "mean": 10, "sd": 3, "low": 2}),
    ("Length", {"distribution": "lognormal", "median": 10, "spread": 1.5}),
    ("Probability", {"distribution": "beta", "a": 2, "b": 5}),
    ("Angle", {"low": "10 deg", "high": "1 rad"}),
    ("Angle", {"either": ["10 deg", "20 deg"]}),
    ("SmallAngle", "3 mrad"),
    ("Count", {"low": 1, "high": 3}),
    ("Number", {"distribution": "normal", "mean": 0, "sd": 1}),
]


@pytest.mark.parametrize("mode", ["python", "json"])
@pytest.mark.parametrize(("kind", "written"), WRITTEN)
def test_what_is_dumped_reads_as_the_same_number(kind: str, written: Any, mode: Any) -> None:
    number = read(written, kind)
    dumped = TypeAdapter(getattr(uncertain, kind)).dump_python(number, mode=mode)
    assert read(json.loads(json.dumps(dumped)) if mode == "json" else dumped, kind) == number


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (12_000, "12 km"),
        ({"low": "1 km", "high": "20 km", "scale": "log"}, "1 km to 20 km, on a log scale"),
        ({"low": 1, "likely": 2, "high": 3}, "1 m to 3 m, likely 2 m"),
        ({"either": [8, 10]}, "8 m or 10 m"),
        ({"same_as": "a/b"}, "same as a/b"),
    ],
)
def test_a_number_is_described_for_people(written: Any, text: str) -> None:
    assert read(written).described() == text


def test_every_dimension_has_a_quantity() -> None:
    kinds = [v for v in vars(uncertain).values() if hasattr(v, "__metadata__")]
    parsers = [
        m.func for kind in kinds for m in kind.__metadata__ if hasattr(m, "func") and hasattr(m.func, "dimension")
    ]
    assert {p.dimension for p in parsers} == set(units.UNITS)


def test_same_as_has_no_law_of_its_own() -> None:
    with pytest.raises(ValueError, match="resolve it first"):
        read({"same_as": "a"}).quantile(GRID)


def test_fixed() -> None:
    assert fixed(3.0, "length").quantile(np.array([0.1, 0.9])).tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    ("text", "valid"), [("B2", True), ("F6", True), ("G1", False), ("A7", False), ("A", False), (2, False)]
)
def test_grades(text: object, valid: bool) -> None:
    assert is_grade(text) is valid
