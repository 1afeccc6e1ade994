"""Worlds: every uncertain number of a scenario drawn once, as a function of seed, world and the number's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bartizan.ground import rng
from bartizan.world.scenario import Scenario
from bartizan.world.uncertain import Uncertain


@dataclass(frozen=True)
class Worlds:
    """A block of worlds of one scenario. `numbers` are its unknowns by name; `indices` (W,) the worlds' numbers."""

    numbers: Mapping[str, Uncertain]
    seed: int
    indices: np.ndarray
    _values: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.indices)

    def value(self, key: str) -> np.ndarray:
        """The number called `key` in each world, shape (W,), SI units."""
        number = self.numbers[key]
        while number.law == "same_as":
            key = number.same_as or ""
            number = self.numbers[key]
        if key not in self._values:
            drawn = (
                np.full(len(self), number.parameters[0]) if number.is_fixed else number.quantile(self._uniforms[key])
            )
            drawn.flags.writeable = False
            self._values[key] = drawn
        return self._values[key]

    @cached_property
    def _uniforms(self) -> dict[str, np.ndarray]:
        """Draws for all unknowns at once: a tenth of the time of one after another."""
        keys = [key for key, number in self.numbers.items() if not number.is_fixed]
        return dict(zip(keys, rng.uniforms_by_world(self.seed, self.indices, keys), strict=True))

    def uniform(self, key: str, purpose: int = rng.WORLD) -> np.ndarray:
        """A draw in (0, 1) for each world, shape (W,), from the name alone."""
        name = f"{purpose}:{key}"
        if name not in self._values:
            self._values[name] = rng.uniform_by_world(self.seed, self.indices, key, purpose)
        return self._values[name]


def worlds(
    scenario: Scenario, seed: int, first: int, count: int, given: Mapping[str, np.ndarray] | None = None
) -> Worlds:
    """`count` worlds of the scenario from number `first` on; unknowns in `given` have the values (count,) there."""
    return Worlds(scenario.numbers, seed, np.arange(first, first + count, dtype=np.uint64), dict(given or {}))
