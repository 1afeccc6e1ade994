"""Quantities with units: exact definitions, and text that is none."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.ground import units

# international yard and pound agreement of 1959; SI Brochure, table 8
EXACT = [
    ("1 ft", "length", 0.3048),
    ("1 mi", "length", 5280 * 0.3048),
    ("1 nmi", "length", 1852),
    ("1 kt", "speed", 1852 / 3600),
    ("36 km/h", "speed", 10),
    ("180 deg", "angle", math.pi),
    ("1.5 mrad", "angle", 0.0015),
    ("2 min", "time", 120),
    ("30 %", "probability", 0.3),
    ("6 1/min", "rate", 0.1),
    ("1 1/km2", "density", 1e-6),
    ("-3.5e1 dB", "decibel", -35),
    (" 12km ", "length", 12_000),
    (".5 m", "length", 0.5),
    (7, "count", 7),
    ("500", "length", 500),
    ("1e3", "length", 1000),
    (" +.5 ", "time", 0.5),
]


@pytest.mark.parametrize(("text", "dimension", "value"), EXACT)
def test_quantities(text: object, dimension: str, value: float) -> None:
    assert units.parse(text, dimension) == pytest.approx(value, rel=1e-15)


WRONG = [
    ("12 kg", "length", "unknown unit 'kg'"),
    ("twelve km", "length", "expected"),
    ("1 2 km", "length", "expected"),
    ("", "length", "expected"),
    (True, "number", "expected a finite number"),
    (None, "length", "expected"),
    ([1], "length", "expected"),
    (90, "angle", "an angle needs its unit"),
    ("90", "angle", "an angle needs its unit"),
    (math.nan, "length", "must be finite"),
    (math.inf, "length", "must be finite"),
    ("1e999 m", "length", "must be finite"),
    (10**400, "number", "must be finite"),
    ("nan m", "length", "expected"),
    ("½ km", "length", "expected"),
    ("20:00", "time", 'as minutes and seconds it is "20 min", as hours and minutes "20 h"'),
    ("1:30", "time", 'as minutes and seconds it is "1.5 min", as hours and minutes "1.5 h"'),
    ("1:02:03", "time", 'it is "3723 s"'),
    ("20/h", "rate", 'did you mean "20 1/h"'),
    ("20 per hour", "rate", 'did you mean "20 1/h"'),
    ("5 minutes", "time", 'did you mean "5 min"'),
    ("5 KM", "length", 'did you mean "5 km"'),
    ("800 kmh", "speed", 'did you mean "800 km/h"'),
    ("30°", "angle", 'did you mean "30 deg"'),
    ("5 mw", "power", '"12 MW"$'),  # which may be meant in milliwatts
    ("20:00", "length", '"12 mi"$'),
]


@pytest.mark.parametrize(("value", "dimension", "message"), WRONG)
def test_what_is_no_quantity(value: object, dimension: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        units.parse(value, dimension)


@given(st.text(), st.sampled_from(sorted(units.UNITS)))
def test_any_text_is_a_finite_number_or_a_value_error(text: str, dimension: str) -> None:
    try:
        number = units.parse(text, dimension)
    except ValueError as error:
        number, message = 0.0, str(error)
    else:
        message = units.allowed(dimension)
    assert math.isfinite(number)
    assert units.allowed(dimension) in message


@pytest.mark.parametrize("text", ["1" * 1_000_000 + " x y", "1" + " " * 1_000_000 + "x y"])
def test_long_text_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match="expected"):
        units.parse(text, "length")
    assert time.perf_counter() - start < 0.1


def test_fine_angles_are_told_in_mrad() -> None:
    assert [units.shown(x, "angle") for x in (0, 0.002, -0.0065, *map(math.radians, (0.5, 0.2)), 1)] == [
        "0 deg", "2 mrad", "-6.5 mrad", "0.5 deg", "0.2 deg", "57.3 deg",
    ]  # fmt: skip


@pytest.mark.parametrize("dimension", sorted(units.UNITS))
def test_what_is_shown_for_people_can_be_read_again(dimension: str) -> None:
    for value in (0.5, 3.0, 2500.0):
        assert units.parse(units.shown(value, dimension), dimension) == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize("dimension", sorted(units.UNITS))
def test_the_first_unit_is_the_si_unit(dimension: str) -> None:
    assert next(iter(units.UNITS[dimension].values())) == 1.0 or dimension == "angle"
    assert units.allowed(dimension)


@pytest.mark.parametrize(
    ("text", "dimension", "bounds"),
    [
        ("60 to 80 km", "length", "{low: 60 km, high: 80 km}"),
        ("2-3 km", "length", "{low: 2 km, high: 3 km}"),
        ("2 km – 3 km", "length", "{low: 2 km, high: 3 km}"),
        ("60-80 %", "probability", "{low: 60 %, high: 80 %}"),
        ("8-10", "count", "{low: 8, high: 10}"),
        ("5..10", "count", "{low: 5, high: 10}"),
    ],
)
def test_a_range_written_as_text_is_told_how_to_be_written(text: str, dimension: str, bounds: str) -> None:
    with pytest.raises(ValueError, match=f"is {re.escape(bounds)}$"):
        units.parse(text, dimension)


def test_numbers_with_exponents_are_no_ranges() -> None:
    assert (units.parse("1e-3", "length"), units.parse("2e-1 km", "length")) == (0.001, 200.0)


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009"])
def test_blanks_at_which_no_line_breaks_are_blanks(blank: str) -> None:
    assert units.parse(f"12{blank}km", "length") == 12_000
    assert units.parse(f"50{blank}%", "probability") == 0.5


@pytest.mark.parametrize(
    ("share", "decimals", "told"),
    [
        (0.0, 1, "0.0%"), (1.0, 1, "100.0%"), (0.263, 1, "26.3%"), (0.996, 0, ">99%"), (0.996, 1, "99.6%"),
        (0.9996, 1, ">99.9%"), (0.99999, 2, ">99.99%"), (0.004, 0, "<1%"), (1e-9, 2, "<0.01%"), (0.5, 0, "50%"),
        (0.0625, 1, "6.3%"), (0.125, 0, "13%"),
    ],
)  # fmt: skip
def test_shares_for_people(share: float, decimals: int, told: str) -> None:
    assert units.percent(share, decimals) == told


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.integers(0, 3))
def test_what_is_neither_nothing_nor_all_is_not_rounded_to_that(share: float, decimals: int) -> None:
    text = units.percent(share, decimals).removesuffix("%")
    assert text[0] in "<>" or 0 < float(text) < 100
    assert abs(float(text.lstrip("<>")) - 100 * share) <= 10.0**-decimals
