"""Amounts and places as options take them: units, ends, and what is none."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.faces.commands.amounts import Amount, Amounts, Coordinates
from bartizan.ground import units

REACH = Amount("length", 0.01, 1000, "km")


@pytest.mark.parametrize(
    ("written", "metres"),
    [("10", 10_000), ("0.5 km", 500), ("500 m", 500), ("500m", 500), ("1 nmi", 1852), (4.0, 4_000), ("1e1", 10_000)],
)
def test_a_bare_number_counts_in_the_unit_of_the_option(written: object, metres: float) -> None:
    assert REACH.convert(written, None, None) == pytest.approx(metres)


@pytest.mark.parametrize(
    "written", ["", "far", "10 parsec", "10 kg", "nan", "inf", "-inf km", "0", "1001", "5 m", "1e400"]
)
def test_what_is_no_amount_or_beyond_its_ends_is_refused(written: str) -> None:
    with pytest.raises(click.BadParameter, match=r"expected a number in km|is not between 0\.01 and 1,000 km"):
        REACH.convert(written, None, None)


@given(st.sampled_from([*units.UNITS["length"]]), st.floats(0.001, 1e6))
def test_ends_are_the_same_in_every_unit(unit: str, number: float) -> None:
    metres = number * units.UNITS["length"][unit]
    if 10.001 <= metres <= 999_999:
        assert REACH.convert(f"{number!r} {unit}", None, None) == pytest.approx(metres)
    elif metres < 9.999 or metres > 1_000_001:
        with pytest.raises(click.BadParameter):
            REACH.convert(f"{number!r} {unit}", None, None)


def test_both_ends_may_be_given() -> None:
    assert REACH.convert("1000", None, None) == REACH.convert("1000 km", None, None) == 1e6
    assert REACH.convert("10 m", None, None) == pytest.approx(10)


@pytest.mark.parametrize(("written", "metres"), [("-500", -500), ("-0.5 km", -500), ("100000", 1e5), (-500.0, -500)])
def test_both_ends_are_in_where_one_lies_below_nothing(written: object, metres: float) -> None:
    assert Amount("length", -500, 100_000, "m").convert(written, None, None) == metres


@pytest.mark.parametrize("written", ["-500.001", "1_000", "100001"])
def test_what_lies_beyond_them_is_not(written: str) -> None:
    with pytest.raises(click.BadParameter):
        Amount("length", -500, 100_000, "m").convert(written, None, None)


def test_several() -> None:
    heights = Amounts("length", 0.1, 100_000, "m")
    assert heights.convert("50, 0.3 km", None, None) == [50, 300]
    with pytest.raises(click.BadParameter, match="''"):
        heights.convert("50,", None, None)


def test_coordinates() -> None:
    assert Coordinates().convert("55.75, 37.62", None, None) == (55.75, 37.62)
    for wrong in ("55.75", "a,b", "nan,3", "91,0", "0,181"):
        with pytest.raises(click.BadParameter):
            Coordinates().convert(wrong, None, None)
    with pytest.raises(click.BadParameter, match="latitude is within 85"):
        Coordinates(85).convert("86,0", None, None)
