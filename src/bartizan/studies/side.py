"""One side of a comparison: a case of a scenario, played world by world in memory that is kept."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

import numpy as np

from bartizan.physics import arrays
from bartizan.physics.arrays import Packed
from bartizan.studies import summary
from bartizan.studies.costs import Bill, billed
from bartizan.studies.documents import cases as documents
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.estimate import Sums
from bartizan.studies.looks import confidence_of_each
from bartizan.studies.replicate import Design, Player, columns_of, design
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.numbers import source_of
from bartizan.world.scenario import Scenario
from bartizan.world.uncertain import Uncertain

#: Raids of a world, and the plans that they are laid out in: routes cost more than raids, and worlds tell more.
RAIDS, PLANS = 32, 2
#: Worlds that one thread plays before it looks for more: what they share is worked out once. Skylines that are mapped
#: take much memory, and are as soon found one by one.
_AT_ONCE = 8
#: Worlds behind the first answer; each later one has twice as many behind it, up to ENOUGH raids.
FIRST_WORLDS = 8
ENOUGH = 10_000
#: As many answers as there are doublings.
_LOOKS = 1 + math.ceil(math.log2(-(-ENOUGH // RAIDS) / FIRST_WORLDS))


class Side:
    """One case of one scenario, played world by world in memory that is kept, with room for `most` worlds. Unknowns
    named in `anew` are drawn as in other worlds; of a scenario that was changed, `before` is what it was, whose luck it
    keeps."""

    def __init__(
        self,
        scenario: Scenario,
        case: str,
        seed: int,
        before: Scenario | None = None,
        anew: frozenset[str] = frozenset(),
        most: int | None = None,
    ) -> None:
        self.scenario, self.case, self.before, self.anew = scenario, scenario.case(case), before, anew
        design(self.case, 1, RAIDS, seed)  # checks the seed
        self.design = Design(most or -(-ENOUGH // RAIDS), RAIDS, seed, PLANS)
        self.columns = columns_of(scenario, self.case)
        shape = (self.design.worlds, PLANS, self.columns.count)
        self.sums, self.squares = np.zeros(shape), np.zeros(shape)
        self.worlds = 0
        self._players: SimpleQueue[Player] = SimpleQueue()
        self._lock = threading.Lock()

    def grow(self, worlds: int, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        """Play on until there are `worlds` worlds; where `stop` is set, what was begun is left."""
        with self._lock:
            if stop.is_set() or self.worlds >= worlds:
                return
            drawn = self._drawn(self.worlds, worlds - self.worlds)
            packed = pack.pack(self.scenario, self.case, drawn)
            at_once = min(_AT_ONCE, -(-len(drawn) // FIRST_WORLDS)) if self.scenario.mapped is None else 1
            firsts = range(0, len(drawn), at_once)
            pieces = [pool.submit(self._play, drawn, packed, slice(w, w + at_once), stop) for w in firsts]
            try:
                for piece in pieces:
                    piece.result()
            finally:
                for piece in pieces:
                    piece.cancel()
            if not stop.is_set():
                self.worlds = worlds

    def _drawn(self, first: int, count: int) -> draw.Worlds:
        """Worlds of the scenario, with the luck that the original's have."""
        seed = self.design.seed
        if self.before is None:
            return draw.worlds(self.scenario, seed, first, count, self.anew)
        return same_luck(self.before, self.scenario, seed, first, count)

    def _play(self, drawn: draw.Worlds, packed: Packed, rows: slice, stop: threading.Event) -> None:
        """Play some worlds of a block."""
        if stop.is_set():
            return
        some, worlds = drawn[rows], arrays.world(packed, rows)
        player = self._player()
        part = player.worlds(some, worlds, skies(self.scenario, worlds, some.skies))
        self._players.put(player)
        played = slice(part.first_world, part.first_world + len(some))
        self.sums[played], self.squares[played] = part.sums, part.squares

    def _player(self) -> Player:
        try:
            return self._players.get_nowait()
        except Empty:
            return Player(self.scenario, self.case, self.design, frozenset())

    # ---- what came of it

    def plans(self, worlds: int) -> np.ndarray:
        """The share of threats that leaked in each plan of each world, (worlds, PLANS)."""
        return self.sums[:worlds, :, self.columns.leaked] / (RAIDS // PLANS * self.case.size)

    def leaked(self, worlds: int) -> np.ndarray:
        """The same in each world, (worlds,)."""
        return self.plans(worlds).mean(axis=1)

    def share(self, worlds: int) -> Brief:
        """The same over all worlds, with its interval."""
        return self._of(worlds, self.columns.leaked).fraction(self.case.size).brief()

    def downed(self, worlds: int) -> dict[str, np.ndarray]:
        """In what share of raids at least one that is no threat is shot down, in each world (worlds,): of neutrals, and
        of friendly aircraft, where any fly."""
        groups = {"neutral": set(self.case.traffic) - set(self.case.friendly), "friendly aircraft": self.case.friendly}
        sums = self.sums[:worlds].sum(axis=1)
        return {
            name: sums[:, self.columns.any_downed + side] / RAIDS
            for side, (name, flown) in enumerate(groups.items())
            if flown
        }

    def bill(self, worlds: int) -> Bill | None:
        """What a raid costs; None where nothing has a price."""
        return billed(self.scenario, self.case, self.columns, lambda column: self._of(worlds, column))

    def _of(self, worlds: int, column: int) -> Sums:
        """The sums of one quantity."""
        sums, squares = (each[:worlds, :, column] for each in (self.sums, self.squares))
        return Sums(sums, squares, np.full(sums.shape, RAIDS // PLANS), confidence_of_answers())

    def summary(self, worlds: int) -> documents.Case:
        """The case as summary.json has it."""
        sums, squares = self.sums[:worlds], self.squares[:worlds]
        return summary.of_case(self.scenario, self.case, self.design, sums, squares, confidence_of_answers())


def confidence_of_answers() -> float:
    """That of each answer's intervals, so that those of all answers hold together."""
    return confidence_of_each(_LOOKS)


def same_luck(before: Scenario, after: Scenario, seed: int, first: int, count: int) -> draw.Worlds:
    """`count` worlds of the scenario `after`, a change of `before`, with the luck that those of `before` have."""
    original = draw.worlds(before, seed, first, count)
    given = {key: original.value(key) for key in _heirs(before.numbers, after.numbers)}
    return draw.worlds(after, seed, first, count).given(given)


def _heirs(before: Mapping[str, Uncertain], after: Mapping[str, Uncertain]) -> tuple[str, ...]:
    """Unknowns that were the same as one that is gone, and are now what it was: they keep its luck."""

    def is_heir(key: str) -> bool:
        if key not in before or before[key].law != "same_as":
            return False
        return after[key] == before[source_of(before, key)]

    return tuple(key for key in after if is_heir(key))
