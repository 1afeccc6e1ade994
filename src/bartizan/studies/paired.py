"""Several scenarios in the same worlds with the same luck: which lets fewest through, and how sure that is.

The chance that the best one is not truly the best is bounded over all choices that luck might have made: where any of
the others is better, it is the best by luck alone only if it beats that one by as much, at any of the looks (Bonferroni
over the others; looks as in `studies.looks`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from bartizan.ground.errors import UserError
from bartizan.ground.machine import cores
from bartizan.studies.documents.compared import Costs
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.estimate import CONFIDENCE, NONE, Difference, blocks, by_world, difference, freedom, spread
from bartizan.studies.filling import Progress
from bartizan.studies.looks import chance_of_passing
from bartizan.studies.side import Side
from bartizan.studies.spending import Spending, costs, spending
from bartizan.studies.stopping import MOST_WORLDS, Stopping
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario


@dataclass(frozen=True)
class Best:
    """The one of several with the least mean: its number, the confidence that none is better by more than the margin,
    and the numbers of those that are not told from it."""

    number: int
    confidence: float
    level: tuple[int, ...]


def best(values: Sequence[np.ndarray], looks: int = 1, margin: float = 0.0) -> Best:
    """Of some, each a number in every world (W,). What is the very same array as another is level with it."""
    least = int(np.argmin([of.mean() for of in values]))
    others = [k for k in range(len(values)) if k != least]
    luck = {k: _chance(values[k], values[least], looks, margin) for k in others}
    plain = luck if margin == 0 else {k: _chance(values[k], values[least], looks, 0.0) for k in others}
    level = tuple(k for k in others if plain[k] * len(others) > 1 - CONFIDENCE)
    return Best(least, max(0.0, 1 - len(others) * max(luck.values(), default=0.0)), level)


def _chance(other: np.ndarray, least: np.ndarray, looks: int, margin: float) -> float:
    """What `by_luck` says of two; of one and the same it is known that neither is better."""
    return (0.0 if margin > 0 else 1.0) if other is least else by_luck(other - least, looks, margin)


def by_luck(apart: np.ndarray, looks: int = 1, margin: float = 0.0) -> float:
    """The chance that differences of worlds (W,) look as much above -margin as they do, where their mean is no more
    than that."""
    mean, units = float(apart.mean()) + margin, blocks(apart)
    deviation = spread(units, max(1.0, float(np.abs(apart).max()))) if len(units) > 1 else 0.0
    if deviation > 0:
        t = mean / (deviation / np.sqrt(len(units)))
        return chance_of_passing(-float(special.ndtri(special.stdtr(freedom(units), -t))), looks)
    if mean <= 0:
        return 1.0
    # All worlds alike: so large a share of others, where all is the other way round, was not seen (as `difference`).
    return min(1.0, looks * float(1 - mean / (1 + mean - margin)) ** len(apart))


def apart(now: np.ndarray, base: np.ndarray, confidence: float) -> Difference:
    """The difference of two; none at all of one and the same."""
    return NONE if now is base else difference(now, base, confidence)


# ---------------------------------------------------------------------------------------------- played


@dataclass(frozen=True)
class Effort:
    """How long layouts are played: until intervals are no wider than `until` to either side, or `most` worlds; and who
    hears of it."""

    until: float = 0.005
    most: int = MOST_WORLDS
    seed: int = 0
    threads: int | None = None
    progress: Callable[[Progress], None] = lambda _: None
    before: Callable[[Sequence[Side]], None] = lambda _: None  # hears what will be played, before it is

    @property
    def stopping(self) -> Stopping:
        if self.most < 2:
            raise UserError(f"layouts are compared over 2 worlds or more, not {self.most}")
        return Stopping(self.until, self.most)


#: How long layouts are compared, unless otherwise is asked for.
USUAL = Effort()


class Seen(NamedTuple):
    """A case at the look that was its last: that look's number, its worlds, half the width of the widest interval."""

    look: int
    worlds: int
    wide: float


def share(of: np.ndarray, confidence: float) -> Brief:
    """The mean of a share of what is sent, (W,), with its interval."""
    return by_world(of, confidence).fraction().brief()


@dataclass(frozen=True)
class Layout:
    """One of the scenarios, by what it is called."""

    name: str
    scenario: Scenario


class Paired:
    """Cases of several layouts in the same worlds: of each what its own case is of those of the first one, whose luck
    it has. Layouts that play alike are played once."""

    def __init__(self, layouts: Sequence[Layout], raids: Sequence[str], seed: int, most: int) -> None:
        self.layouts, self.seed = layouts, seed
        first = layouts[0].scenario
        self.cases = first.chosen(raids)
        known: dict[tuple[str, str], Side] = {}
        self.sides: list[list[Side]] = []  # of each case, of each layout
        for case in self.cases:
            row = []
            for layout in layouts:
                scenario, own = layout.scenario, its_case(layout, case)
                key = (scenario.plays, own.name)
                if key not in known:
                    before = None if scenario is first else first
                    known[key] = Side(scenario, own.name, seed, before, most=most)
                row.append(known[key])
            self.sides.append(row)

    def look(self, effort: Effort, wide: Callable[[int, int], float]) -> list[Seen]:
        """Play each case from look to look until `wide` (its number, its worlds) is no more than was asked for."""
        *_, seen = self.looking(effort, wide, threading.Event())
        return seen

    def looking(self, effort: Effort, wide: Callable[[int, int], float], stop: threading.Event) -> Iterator[list[Seen]]:
        """What is seen after each look, until `stop` is set."""
        stopping = effort.stopping
        effort.before(list({id(side): side for row in self.sides for side in row}.values()))
        seen = [Seen(0, 0, np.inf)] * len(self.cases)
        with ThreadPoolExecutor(effort.threads or cores()) as pool:
            for look, worlds in enumerate(stopping.looks, 1):
                waiting = [k for k, found in enumerate(seen) if found.wide > effort.until]
                sides = {id(side): side for k in waiting for side in self.sides[k]}
                for done, side in enumerate(sides.values()):
                    effort.progress(Progress(done, len(sides)))
                    side.grow(worlds, pool, stop)
                if stop.is_set():
                    return
                for k in waiting:
                    seen[k] = Seen(look, worlds, wide(k, worlds))
                yield list(seen)
                if all(found.wide <= effort.until for found in seen):
                    return

    def leaked(self, case: int, worlds: int) -> list[np.ndarray]:
        """What gets through of a case in each world, a share of what is sent, (worlds,) for each layout."""
        found = {id(side): side.leaked(worlds) for side in self.sides[case]}
        return [found[id(side)] for side in self.sides[case]]

    def spent(self, case: int, worlds: int) -> list[Spending | None]:
        """What a raid of a case costs, for each layout; None where nothing has a price."""
        bills = {id(side): side.bill(worlds) for side in self.sides[case]}
        found = {name: None if bill is None else spending(bill) for name, bill in bills.items()}
        return [found[id(side)] for side in self.sides[case]]

    def costs(self, of: Sequence[Spending | None], confidence: float) -> list[Costs | None]:
        """What layouts cost beside the first one, in its money."""
        money = self.layouts[0].scenario.file.money
        return [None if each is None else costs(each, of[0], money, confidence) for each in of]


def its_case(layout: Layout, case: Case) -> Case:
    """The case of a layout that is set beside one of the first: of that name; else the only one of that raid."""
    of_raid = [each for each in layout.scenario.cases if each.raid.name == case.raid.name]
    named = [each for each in layout.scenario.cases if each.name == case.name] or of_raid
    if len(named) != 1:
        known = ", ".join(each.name for each in layout.scenario.cases)
        raise UserError(f"{layout.name} has no raid {case.name!r} to compare; it has {known}: choose one with --raid")
    return named[0]
