"""What rounds, threats and assets are worth in each world, as arrays; and what of them nobody has priced."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bartizan.world.cases import Case
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario


class Prices(NamedTuple):
    """In US dollars, of each world W or of one; 0 where nothing is told."""

    rounds: np.ndarray  # f8 ([W,] E): of one round of each effector
    threats: np.ndarray  # f8 ([W,] G): of one threat of each group
    worths: np.ndarray  # f8 ([W,] A): of each asset
    per_hit: np.ndarray  # f8 ([W,] A): share of it that each hit takes

    def of_world(self, w: int) -> Prices:
        """Those of one world of a block."""
        return Prices(*(column[w] for column in self))


def nothing(scenario: Scenario, case: Case) -> Prices:
    """Of one world, where nobody asks."""
    effectors = sum(len(unit.system.effectors) for unit in scenario.units)
    sizes = (effectors, len(case.groups), len(scenario.assets), len(scenario.assets))
    return Prices(*(np.zeros(size) for size in sizes))


def drawn(worlds: Worlds, scenario: Scenario, case: Case) -> Prices:
    """The prices of a block of worlds."""
    return Prices(
        _columns(worlds, [key for _, key in _of_rounds(scenario)]),
        _columns(worlds, [key for _, key in _of_groups(case)]),
        _columns(worlds, [key for _, key in _of_assets(scenario)]),
        _columns(worlds, [f"assets/{asset.name}/lost_per_hit" for asset in scenario.assets]),
    )


def _columns(worlds: Worlds, keys: list[str | None]) -> np.ndarray:
    """The numbers with these names, (W, keys) f8; 0 where there is none."""
    found = np.zeros((len(worlds), len(keys)))
    for column, key in enumerate(keys):
        if key is not None:
            found[:, column] = worlds.value(key)
    return found


def _of_rounds(scenario: Scenario) -> list[tuple[str, str | None]]:
    """Each effector in words, and the name of its price, if it has one."""
    return [
        (f"{unit.name}: {name}", None if effector.price is None else unit.key_of(("effectors", name, "price")))
        for unit in scenario.units
        for name, effector in unit.system.effectors.items()
    ]


def _of_groups(case: Case) -> list[tuple[str, str | None]]:
    return [(wave.title, None if wave.threat.price is None else f"{wave.key}/price") for wave in case.groups]


def _of_assets(scenario: Scenario) -> list[tuple[str, str | None]]:
    return [(a.name, None if a.worth is None else f"assets/{a.name}/worth") for a in scenario.assets]


def is_priced(scenario: Scenario, case: Case) -> bool:
    """Whether anything that is fired, sent or hit has a price."""
    groups = _of_groups(case)
    sent = [groups[g] for g in case.threats]
    return any(key is not None for _, key in (*_of_rounds(scenario), *sent, *_of_assets(scenario)))


class Unpriced(NamedTuple):
    """What has no price, in words with its number: effectors, groups of threats, assets."""

    rounds: dict[int, str]
    threats: dict[int, str]
    assets: dict[int, str]


def unpriced(scenario: Scenario, case: Case) -> Unpriced:
    """What of a case nobody has priced."""
    groups = _of_groups(case)
    sent = {g: groups[g] for g in case.threats}
    listed = (dict(enumerate(_of_rounds(scenario))), sent, dict(enumerate(_of_assets(scenario))))
    return Unpriced(*({n: told for n, (told, key) in each.items() if key is None} for each in listed))
