"""Quantities with units at the door: "12 km" becomes 12000.0, and SI stays inside."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

#: dimension -> unit -> factor to SI. The first unit of each dimension is the SI one.
UNITS: Mapping[str, Mapping[str, float]] = {
    "length": {"m": 1.0, "km": 1000.0, "ft": 0.3048, "mi": 1609.344, "nmi": 1852.0, "cm": 0.01, "mm": 0.001},
    "time": {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0, "us": 1e-6},
    "acceleration": {"m/s2": 1.0, "g": 9.80665, "mg": 9.80665e-3},
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "kt": 1852.0 / 3600.0, "mph": 0.44704},
    "angle": {"rad": 1.0, "deg": math.pi / 180, "mrad": 0.001},
    "area": {"m2": 1.0, "km2": 1e6},
    "rate": {"1/s": 1.0, "1/min": 1 / 60, "1/h": 1 / 3600},
    "density": {"1/m2": 1.0, "1/km2": 1e-6},
    "decibel": {"dB": 1.0},
    "frequency": {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "power": {"W": 1.0, "kW": 1e3, "MW": 1e6},
    "temperature": {"K": 1.0},
    "ballistic": {"kg/m2": 1.0},
    "mass": {"kg": 1.0, "g": 0.001},
    "force": {"N": 1.0, "kN": 1e3},
    "impulse": {"Ns": 1.0, "kNs": 1e3},
    "rainfall": {"m/s": 1.0, "mm/h": 1e-3 / 3600},
    "money": {"USD": 1.0, "kUSD": 1e3, "MUSD": 1e6},
    "probability": {"": 1.0, "%": 0.01},
    "number": {"": 1.0},
    "count": {"": 1.0},  # a whole number
}

_QUANTITY = re.compile(r"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*$", re.ASCII)
#: blanks at which no line breaks, as reports set them between a number and its unit
_NO_BREAK = str.maketrans("\u00a0\u202f\u2009", "   ")
_RANGE = re.compile(r"\s*(\d+\.?\d*)\s*([^\W\d]*|%)\s*(?:-|–|—|\.\.|to)\s*(\d+\.?\d*)\s*([^\W\d]\S*|%|)\s*")
#: smaller angles are told in mrad, as gunners and opticians have them: what rounds scatter by, what a sight resolves;
#: those that four digits in degrees say exactly are not
_FINE_RAD = 0.008
#: a time as clocks show it; a number with a unit in some spelling, "per" one or not
_CLOCK = re.compile(r"\s*(\d{1,3}):([0-5]\d)(?::([0-5]\d))?\s*")
_WORDED = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*(/|per\b)?\s*([^\W\d][^\s]*|°)\s*")
#: units that others' capitals would make a billion times larger or smaller
_MILLI_OR_MEGA = ("ms", "mg", "mm", "mrad", "MHz", "MW", "MUSD")
#: units as they are spelt elsewhere
_SPELT: Mapping[str, str] = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("meter", "meters", "metre", "metres"), "m"),
    **dict.fromkeys(("kms", "kilometer", "kilometers", "kilometre", "kilometres"), "km"),
    **dict.fromkeys(("feet", "foot"), "ft"),
    **dict.fromkeys(("mile", "miles"), "mi"),
    **dict.fromkeys(("nm", "nautical-miles"), "nmi"),
    **dict.fromkeys(("degree", "degrees", "°"), "deg"),
    **dict.fromkeys(("mps", "m/sec"), "m/s"),
    **dict.fromkeys(("kmh", "kph", "km/hr", "kmph"), "km/h"),
    **dict.fromkeys(("kn", "kts", "knot", "knots"), "kt"),
}
#: longer text is no quantity, and matching it takes time that grows with the square of its length
_LONGEST = 80


def parse(value: object, dimension: str) -> float:
    """`value`, a finite number in SI units or a string such as "12 km", in SI units.

    An angle must name its unit: a bare 90 is too easily meant in degrees and read in radians.
    Raises ValueError that says what is allowed.
    """
    units = UNITS[dimension]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected {allowed(dimension)}")
    if isinstance(value, str):
        text = value.translate(_NO_BREAK)[: _LONGEST + 1]
        match = _QUANTITY.match(text) if len(text) <= _LONGEST else None
        if not match or (match[2] not in ("", *units) and _RANGE.fullmatch(text)):
            raise ValueError(f"expected {allowed(dimension)}{_as_bounds(text) or _meant(text, dimension)}")
        number, unit = float(match[1]), match[2]
        if not unit and dimension == "angle":
            raise ValueError(f"an angle needs its unit; expected {allowed(dimension)}")
        unit = unit or next(iter(units))  # "500" is 500, in SI units
        if unit not in units:
            raise ValueError(f"unknown unit {unit!r}; expected {allowed(dimension)}{_meant(text, dimension)}")
        number *= units[unit]
    elif dimension == "angle":
        raise ValueError(f"an angle needs its unit; expected {allowed(dimension)}")
    else:
        number = float(value) if abs(value) < 1e300 else math.inf
    if not math.isfinite(number):
        raise ValueError(f"must be finite; expected {allowed(dimension)}")
    return number


def _as_bounds(text: str) -> str:
    """How a range that somebody wrote as text is written where one may stand."""
    if not (found := _RANGE.fullmatch(text)):
        return ""
    low, unit_low, high, unit = found.groups()
    low, high = f"{low} {unit_low or unit}".strip(), f"{high} {unit}".strip()
    return f"; a range, where one may stand, is {{low: {low}, high: {high}}}"


def _meant(text: str, dimension: str) -> str:
    """How a quantity is written whose unit, or form of a clock, somebody wrote in another way; empty where unclear."""
    if (clock := _CLOCK.fullmatch(text)) and dimension == "time":
        first, second, third = (float(part or 0) for part in clock.groups())
        if clock[3]:
            return f'; it is "{3600 * first + 60 * second + third:g} s"'
        whole = f"{first + second / 60:.6g}"
        return f'; as minutes and seconds it is "{whole} min", as hours and minutes "{whole} h"'
    if not (found := _WORDED.fullmatch(text)):
        return ""
    number, per, word = found.groups()
    word = _SPELT.get(word.casefold(), word)
    known = {unit.casefold(): unit for unit in UNITS[dimension]}
    unit = known.get(f"1/{word}".casefold() if per else word.casefold())
    is_doubtful = unit in _MILLI_OR_MEGA and unit[0] != word[0]
    return f'; did you mean "{number} {unit}"?' if unit and not is_doubtful else ""


def allowed(dimension: str) -> str:
    """What a field of this dimension accepts, in words."""
    units = [u for u in UNITS[dimension] if u]
    if dimension == "angle":
        return 'a quantity such as "45 deg"'
    if not units:
        return "a whole number" if dimension == "count" else "a finite number"
    examples = ", ".join(f'"12 {u}"' for u in units[1:4]) or f'"12 {units[0]}"'
    return f"a finite number{'' if dimension == 'probability' else f' in {units[0]}'} or a quantity such as {examples}"


def shown(value_si: float, dimension: str) -> str:
    """A quantity for people: 12000 m -> "12 km"."""
    if dimension == "length" and abs(value_si) >= 1000:
        return f"{value_si / 1000:.4g} km"
    if dimension == "angle":
        degrees = f"{math.degrees(value_si):.4g}"
        is_fine = 0.0 < abs(value_si) < _FINE_RAD and not math.isclose(float(degrees), math.degrees(value_si))
        return f"{1000 * value_si:.4g} mrad" if is_fine else f"{degrees} deg"
    if dimension == "time" and abs(value_si) >= 120:
        return f"{value_si / 60:.4g} min"
    if dimension == "frequency" and abs(value_si) >= 1e6:
        return f"{value_si / 1e9:.4g} GHz" if abs(value_si) >= 1e9 else f"{value_si / 1e6:.4g} MHz"
    if dimension == "money" and abs(value_si) >= 1e3:
        return f"{value_si / 1e6:.4g} MUSD" if abs(value_si) >= 1e6 else f"{value_si / 1e3:.4g} kUSD"
    if dimension == "rainfall":
        return f"{value_si * 3.6e6:.4g} mm/h"
    unit = next(iter(UNITS[dimension]))
    return f"{value_si:.4g} {unit}".rstrip()


def rounded(value: float, decimals: int) -> Decimal:
    """With so many decimals, halves away from 0 as browsers write them: of 6.25 one is 6.3."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=400))


def percent(share: float, decimals: int = 1, blank: str = "") -> str:
    """A share for people: 0.263 -> "26.3%", with a `blank` before the sign. What is neither nothing nor all is not
    rounded to that: ">99.9%"."""
    text, step = rounded(100 * share, decimals), Decimal(1).scaleb(-decimals)
    if 0 < share < 1 and text in (0, 100):
        return f"<{blank}{step}{blank}%" if text == 0 else f">{blank}{100 - step}{blank}%"
    return f"{text}{blank}%"


def bounds(low: int, high: int | None) -> str:
    """A whole number of which bounds were told, for people: 5, 15 to 20, at most 3; at least 15 where high is None."""
    if high is None:
        return f"at least {low}"
    if low == high:
        return str(low)
    return f"{low} to {high}" if low else f"at most {high}"
