"""All that is drawn once for a world and bears on its raids: numbers, units that are there and where, wind, skyline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from bartizan.ground import each, rng
from bartizan.physics.arrays import STATIONS
from bartizan.world.draw import SKYLINE, Worlds
from bartizan.world.numbers import bears_on_raids, source_of, varies_within_world
from bartizan.world.scenario import Scenario
from bartizan.world.schema import City
from bartizan.world.uncertain import Uncertain

#: What an unknown may be.
NUMBER, PRESENCE, ORDER, PLACE, WIND, SKY = "number", "presence", "order", "place", "wind", "skyline"
#: Chances whose outcome is an order that holds in a world.
_ORDERS = ("released", "last_resort")


class Unknown(NamedTuple):
    """One unknown: its name, what it is, the names of its draws, and the number that sets its value, its chance or its
    extent."""

    name: str
    kind: str
    draws: tuple[str, ...]
    number: str | None
    at_stations: bool = False  # a place that is one of STATIONS, since each has a skyline of its own


def unknowns(scenario: Scenario) -> tuple[Unknown, ...]:
    """All unknowns of the worlds of a scenario, each once, in the order of the scenario."""
    return (
        *_numbers(scenario.numbers),
        *_presences(scenario),
        *_orders(scenario.numbers),
        *_places(scenario),
        *_surroundings(scenario),
    )


def _numbers(numbers: Mapping[str, Uncertain]) -> Iterator[Unknown]:
    for key, number in numbers.items():
        own = not number.is_fixed and number.law != "same_as"
        if own and bears_on_raids(key) and not varies_within_world(key):
            yield Unknown(key, NUMBER, (key,), key)


def _presences(scenario: Scenario) -> Iterator[Unknown]:
    for placed in scenario.units:
        chance = source_of(scenario.numbers, f"units/{placed.name}/present")
        if scenario.numbers[chance].span not in ((0.0, 0.0), (1.0, 1.0)):
            name = f"units/{placed.name}/is-present"
            yield Unknown(name, PRESENCE, (name,), chance)


def _orders(numbers: Mapping[str, Uncertain]) -> Iterator[Unknown]:
    for key, number in numbers.items():
        parts = key.split("/")
        stated = number.law in ("fixed", "either") and set(number.parameters) <= {0.0, 1.0}
        if parts[-3:-2] == ["release"] and parts[-1] in _ORDERS and number.law != "same_as" and not stated:
            yield Unknown(_drawn(key), ORDER, (_drawn(key),), key)


def _drawn(key: str) -> str:
    """What the draw is called that decides a chance."""
    return f"{key}/drawn"


def _places(scenario: Scenario) -> Iterator[Unknown]:
    named = [*(f"areas/{a.name}/at" for a in scenario.file.areas if a.at is not None)]
    named += [*(f"units/{u.name}/at" for u in scenario.units), *(f"assets/{a.name}/at" for a in scenario.assets)]
    if isinstance(scenario.file.surface, City):
        named.append("surface/centre")
    for name in named:
        within = source_of(scenario.numbers, f"{name}/within")
        if scenario.numbers[within].span[1] > 0:
            stations = scenario.mapped is not None and name.startswith("units/")
            yield Unknown(name, PLACE, (f"{name}/radius", f"{name}/angle"), within, stations)


def _surroundings(scenario: Scenario) -> Iterator[Unknown]:
    if scenario.numbers["fall/wind"].span[1] > 0:
        yield Unknown("fall/wind-bearing", WIND, ("fall/wind-bearing",), "fall/wind")
    if isinstance(scenario.file.surface, City):
        yield Unknown(SKYLINE, SKY, (SKYLINE,), None)


def values(drawn: Worlds, unknown: Unknown) -> dict[str, np.ndarray]:
    """What an unknown is in each world, by the names that draws.parquet has: a number's value in SI units; 1 where a
    unit is there, else 0; metres east and north of the stated place; the bearing that the wind blows to, radians; the
    number of the world whose skyline it is. Shape (W,) each."""
    if unknown.kind == NUMBER:
        return {unknown.name: drawn.value(unknown.name)}
    if unknown.kind == PRESENCE:
        return {unknown.name: is_there(drawn, unknown.name.split("/")[1]).astype(float)}
    if unknown.kind == ORDER:
        return {unknown.name: is_so(drawn, unknown.number or "").astype(float)}
    if unknown.kind == PLACE:
        east, north = offset(drawn, unknown.name, at_stations=unknown.at_stations)
        return {f"{unknown.name}/east": east, f"{unknown.name}/north": north}
    if unknown.kind == WIND:
        return {unknown.name: 2 * np.pi * drawn.uniform(unknown.name)}
    return {unknown.name: drawn.skies.astype(float)}


def offset(drawn: Worlds, name: str, *, at_stations: bool) -> tuple[np.ndarray, np.ndarray]:
    """Metres east and north of the stated place in each world: uniform over the disc within which it is known, or at
    one of STATIONS evenly spread over it."""
    share = drawn.uniform(f"{name}/radius", rng.PLACE)
    angle = 2 * math.pi * drawn.uniform(f"{name}/angle", rng.PLACE)
    if at_stations:  # a sunflower: equal areas, turned by the golden angle from one to the next
        share = (np.floor(share * STATIONS) + 0.5) / STATIONS
        angle = share * STATIONS * math.pi * (3 - math.sqrt(5))
    radius = drawn.value(f"{name}/within") * np.sqrt(share)
    return radius * each.sin(angle), radius * each.cos(angle)


def is_there(drawn: Worlds, unit: str) -> np.ndarray:
    """Whether a unit is there in each world (W,) bool."""
    return drawn.uniform(f"units/{unit}/is-present") < drawn.value(f"units/{unit}/present")


def is_so(drawn: Worlds, chance: str) -> np.ndarray:
    """Whether what has the chance called so is so in each world (W,) bool: one draw for all that is the same."""
    chance = source_of(drawn.numbers, chance)
    return drawn.uniform(_drawn(chance)) < drawn.value(chance)
