"""Worlds: every unknown of a scenario drawn once, as a function of seed, world and the unknown's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from bartizan.ground import rng
from bartizan.world.numbers import source_of
from bartizan.world.scenario import Scenario
from bartizan.world.stated import COUNT, VALUE, Stated
from bartizan.world.uncertain import Uncertain

#: What a statistical city's skylines are called among the unknowns: drawn by world, unit and direction, as one.
SKYLINE = "surface/skyline"
#: Worlds whose numbers are so much higher lend theirs to unknowns that are drawn anew.
_ELSEWHERE = np.uint64(2**31)
#: Draws of whether a unit is there that make it so whatever its chance is, 0 and 1 included.
_THERE, _NOT_THERE = -1.0, 1.0


@dataclass(frozen=True)
class Worlds:
    """A block of worlds of one scenario. `numbers` are its unknowns by name; `indices` (W,) the worlds' numbers.

    `anew` names unknowns that are drawn once more, as in other worlds, all else staying as it is.
    """

    numbers: Mapping[str, Uncertain]
    seed: int
    indices: np.ndarray
    anew: frozenset[str] = frozenset()
    _values: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _luck: dict[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, rows: slice) -> Worlds:
        """Some of these worlds."""
        values, luck = ({k: v[rows] for k, v in known.items()} for known in (self._values, self._luck))
        return replace(self, indices=self.indices[rows], _values=values, _luck=luck)

    @property
    def skies(self) -> np.ndarray:
        """The worlds (W,) whose skylines a statistical city puts around the units."""
        return self.indices + _ELSEWHERE if SKYLINE in self.anew else self.indices

    def value(self, key: str) -> np.ndarray:
        """The number called `key` in each world, shape (W,), SI units."""
        key = source_of(self.numbers, key)
        if key not in self._values:
            number = self.numbers[key]
            drawn = (
                np.full(len(self), number.parameters[0]) if number.is_fixed else number.quantile(self._uniforms[key])
            )
            drawn.flags.writeable = False
            self._values[key] = drawn
        return self._values[key]

    @property
    def _uniforms(self) -> dict[str, np.ndarray]:
        """Draws for all unknown numbers, found at once: a tenth of the time of one after another."""
        if not self._luck:
            unknown = [key for key, number in self.numbers.items() if not number.is_fixed]
            found: dict[str, np.ndarray] = {}
            for indices, keys in self._shared_out(unknown):
                found |= dict(zip(keys, rng.spread_by_world(self.seed, indices, keys), strict=True))
            self._luck.update(found)
        return self._luck

    def _shared_out(self, keys: Iterable[str]) -> Iterable[tuple[np.ndarray, list[str]]]:
        """Names of unknowns with the worlds that they are drawn for: these, or others where they are drawn anew."""
        parted: tuple[list[str], list[str]] = ([], [])
        for key in keys:
            parted[key in self.anew].append(key)
        both = zip((self.indices, self.indices + _ELSEWHERE), parted, strict=True)
        return [(indices, named) for indices, named in both if named]

    def uniform(self, key: str, purpose: int = rng.WORLD) -> np.ndarray:
        """A draw in (0, 1) for each world, shape (W,), from the name alone; a number's own, where it is one."""
        if key in self.numbers and purpose == rng.WORLD:
            return self._uniforms[key]
        if key not in self._values:
            ((indices, _),) = self._shared_out([key])
            self._values[key] = rng.spread_by_world(self.seed, indices, [key], purpose)[0]
        return self._values[key]

    def given(self, values: Mapping[str, np.ndarray]) -> Worlds:
        """These worlds with some unknowns as stated, (W,): a number's value, or the draw of what is no number."""
        return replace(self, _values=self._values | dict(values))


def worlds(scenario: Scenario, seed: int, first: int, count: int, anew: frozenset[str] = frozenset()) -> Worlds:
    """`count` worlds of the scenario from number `first` on; unknowns named in `anew` are drawn as in other worlds."""
    return numbered(scenario, seed, np.arange(first, first + count, dtype=np.uint64), anew)


def numbered(scenario: Scenario, seed: int, indices: np.ndarray, anew: frozenset[str] = frozenset()) -> Worlds:
    """The worlds of a scenario with these numbers (W,) uint64. What the scenario takes as settled is as stated."""
    drawn = Worlds(scenario.numbers, seed, indices, anew)
    if not scenario.stated:
        return drawn
    return drawn.given({name: values for stated in scenario.stated for name, values in _as_stated(drawn, stated)})


def _as_stated(drawn: Worlds, stated: Stated) -> Iterator[tuple[str, np.ndarray]]:
    """The unknowns of an answer, by name, (W,) each: a number's value, or the draw of what is no number."""
    if stated.kind == VALUE:
        yield stated.names[0], np.full(len(drawn), stated.number)
    elif stated.kind == COUNT:
        luck = np.array([drawn.uniform(name) for name in stated.names])
        for name, rank in zip(stated.names, luck.argsort(axis=0).argsort(axis=0), strict=True):
            yield name, np.where(rank < stated.number, _THERE, _NOT_THERE)
    else:
        share = (stated.number / np.maximum(drawn.value(f"{stated.names[0]}/within"), 1e-9)) ** 2
        yield f"{stated.names[0]}/radius", np.minimum(share, 1 - 2.0**-53)
