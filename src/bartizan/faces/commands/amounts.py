"""Options that take amounts and places: numbers with their units, several of them, a latitude and a longitude."""

from __future__ import annotations

import contextlib
from typing import Any

import click

from bartizan.ground import units


class Amount(click.ParamType):
    """A quantity with its unit, or a bare number in `unit`, between two numbers in that unit. It comes in SI units."""

    name = "amount"

    def __init__(self, dimension: str, low: float, high: float, unit: str) -> None:
        self.dimension, self.low, self.high, self.unit = dimension, low, high, unit
        self.factor = units.UNITS[dimension][unit]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = self._number(value)
        if found is None:
            others = [f'"12 {unit}"' for unit in units.UNITS[self.dimension] if unit != self.unit]
            told = f"a number in {self.unit} or a quantity such as {', '.join(others[:3])}"
            self.fail(f"{value!r}: expected {told}", param, ctx)
        if not self.low <= round(found / self.factor, 9) <= self.high:
            self.fail(f"{value!r} is not between {self.low:g} and {self.high:,g} {self.unit}", param, ctx)
        return found

    def _number(self, value: Any) -> float | None:
        """In SI units: first as a bare number, then with a unit of its own."""
        for text in (f"{value} {self.unit}", str(value)):
            with contextlib.suppress(ValueError):
                return units.parse(text, self.dimension)
        return None


class Amounts(Amount):
    """Several of them with commas between."""

    name = "amounts"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, list):
            return value
        convert = super().convert
        return [convert(text.strip(), param, ctx) for text in value.split(",")]


class Coordinates(click.ParamType):
    """LAT,LON in degrees, no nearer to a pole than stated."""

    name = "place"

    def __init__(self, farthest: float = 90.0) -> None:
        self.farthest = farthest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        if isinstance(value, tuple):
            return value
        try:
            lat, lon = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not LAT,LON in degrees, such as 55.75,37.62", param, ctx)
        if not (abs(lat) <= self.farthest and abs(lon) <= 180):
            self.fail(f"{value!r}: latitude is within {self.farthest:g} and longitude within 180 degrees", param, ctx)
        return lat, lon
