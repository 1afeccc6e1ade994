"""Rules of a defence by their paths, with the values that each may take: what choices there are, and which are near."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bartizan.ground.errors import UserError
from bartizan.studies.searching.search import Choice
from bartizan.world import paths
from bartizan.world.scenario import Scenario

#: Where a defence's own rules stand. What comes at it is given.
OWN = ("systems", "units", "areas", "readiness", "warning", "identify", "network")
#: Rules, and values of all of them together.
MOST_RULES, MOST_VALUES = 12, 100


@dataclass(frozen=True)
class Rules:
    """`paths`, and of each the `values` that it may take besides what the scenario has, if any: that is number 0 of a
    choice, and value n is number n + 1."""

    paths: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]

    @property
    def before(self) -> Choice:
        """All as the scenario has it."""
        return (0,) * len(self.paths)

    @property
    def count(self) -> int:
        """Choices that there are."""
        return math.prod(1 + len(of) for of in self.values)

    def all(self) -> Iterator[Choice]:
        yield from itertools.product(*(range(1 + len(of)) for of in self.values))

    def near(self, choice: Choice) -> Iterator[Choice]:
        """Those that differ from one by a single rule."""
        for k, of in enumerate(self.values):
            yield from ((*choice[:k], n, *choice[k + 1 :]) for n in range(1 + len(of)) if n != choice[k])

    def by_lot(self, seed: int, number: int) -> Iterator[Choice]:
        """Choices drawn by lot: what a rule draws depends on its path and its values, whatever their order."""
        for draw in range(number):
            yield tuple(
                min(range(1 + len(of)), key=lambda n, at=(path, of): _lot(seed, draw, at[0], self._value(at[1], n)))  # type: ignore[misc]
                for path, of in zip(self.paths, self.values, strict=True)
            )

    @staticmethod
    def _value(of: Sequence[str], number: int) -> str:
        return of[number - 1] if number else ""

    def stated(self, choice: Choice) -> dict[str, str]:
        """What a choice changes: values by path."""
        return {
            path: of[n - 1] for path, of, n in zip(self.paths, self.values, choice, strict=True) if n
        }  # fmt: skip

    def told(self, choice: Choice) -> list[str | None]:
        """Of each rule its value; None: as the scenario has it."""
        return [of[n - 1] if n else None for of, n in zip(self.values, choice, strict=True)]

    def scenario(self, before: Scenario, choice: Choice) -> Scenario:
        """The scenario with a choice."""
        stated = {path: paths.written(value) for path, value in self.stated(choice).items()}
        return paths.with_values(before, stated) if stated else before


def rules(scenario: Scenario, over: Mapping[str, Sequence[object]]) -> Rules:
    """Rules by their paths. Raises UserError where one is not the defence's, or a value cannot stand there."""
    found = Rules(tuple(over), tuple(tuple(_plain(value) for value in of) for of in over.values()))
    if not 1 <= len(found.paths) <= MOST_RULES:
        raise UserError(f"a search takes 1 to {MOST_RULES} rules, not {len(found.paths)}")
    if (values := sum(map(len, found.values))) > MOST_VALUES:
        raise UserError(f"a search takes {MOST_VALUES} values in all, or fewer; these are {values}")
    for path, of in zip(found.paths, found.values, strict=True):
        if path.split("/")[0] not in OWN:
            raise UserError(f"{path}: a rule is the defence's own, and begins with one of {', '.join(OWN)}")
        if not of or not all(of) or len(set(of)) < len(of):
            raise UserError(f"{path}: values must be there, and differ from one another: {', '.join(of)}")
    built = _built(scenario)
    others: dict[str, dict[str, str]] = {path: {} for path in found.paths}  # by how it plays
    for single in found.near(found.before):
        changed = found.scenario(scenario, single)
        ((path, value),) = found.stated(single).items()
        if _built(changed) != built:
            raise UserError(
                f"{path}={value} puts another system, or other effectors, there: that is no rule; compare the two"
            )
        if (alike := others[path].setdefault(changed.plays, value)) != value:
            raise UserError(f"{path}: {alike} and {value} are the same; values must differ from one another")
    for by_play in others.values():
        by_play.pop(scenario.plays, None)  # a value that the scenario has is no other
    return Rules(found.paths, tuple(tuple(by_play.values()) for by_play in others.values()))


def _built(scenario: Scenario) -> list[tuple[str, str, tuple[str, ...]]]:
    """What stands there, whatever it does."""
    return [(unit.name, unit.system_key, tuple(unit.system.effectors)) for unit in scenario.units]


def _plain(value: object) -> str:
    """A value as people write it."""
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else f"{value}"


def _lot(*named: object) -> bytes:
    return hashlib.sha256(" ".join(map(str, named)).encode()).digest()
