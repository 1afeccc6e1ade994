"""What if: a changed scenario against the original, with the same luck, so that their difference has its own interval.

Both are played in the same worlds, with a few plans of raids in each. Every answer holds for all worlds played so far;
more worlds, each of them fresh, mostly make the next one narrower. Intervals are as wide as it takes for all answers to
hold together with 95 %: whoever stops at the one that they like still has that. The original is kept for the next
question.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from bartizan.ground.machine import cores
from bartizan.studies import summary
from bartizan.studies.estimate import Difference, Sums, difference
from bartizan.studies.looks import confidence_of_each
from bartizan.studies.replicate import Design, Player, columns_of, design
from bartizan.studies.skylines import skies
from bartizan.world import arrays, draw, edit, pack
from bartizan.world.arrays import Packed
from bartizan.world.numbers import source_of
from bartizan.world.scenario import Scenario
from bartizan.world.uncertain import Uncertain

#: Raids of a world, and the plans that they are laid out in: routes cost more than raids, and worlds tell more.
RAIDS, PLANS = 32, 2
#: Worlds behind the first answer; each later one has twice as many behind it, up to ENOUGH raids.
FIRST_WORLDS = 8
ENOUGH = 10_000
#: Of each answer's intervals, so that those of all answers, as many as there are doublings, hold together.
CONFIDENCE_OF_EACH = confidence_of_each(1 + math.ceil(math.log2(-(-ENOUGH // RAIDS) / FIRST_WORLDS)))
#: Comparisons whose originals are kept.
KEPT = 4


def answers(
    scenario: Scenario,
    case: str,
    changes: edit.Changes,
    *,
    seed: int = 0,
    stop: threading.Event | None = None,
    threads: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Answers to what becomes of a case under changes, each from more worlds than the one before.

    The same seed gives the same answers, whatever the number of threads. `stop` ends them after the worlds that are
    being played. Raises UserError where there is no such case, or a change cannot be made.
    """
    return _comparison(scenario, case, seed).answers(changes, stop or threading.Event(), threads or cores())


_kept: OrderedDict[tuple[str, str, int], Comparison] = OrderedDict()
_keeping = threading.Lock()


def _comparison(scenario: Scenario, case: str, seed: int) -> Comparison:
    """The comparison of a case with whatever it becomes: the one that was made before, where there is one."""
    with _keeping:
        key = (scenario.digest, scenario.case(case).name, seed)
        found = _kept.pop(key, None) or Comparison(scenario, case, seed)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return found


class Comparison:
    """A case of a scenario as it is, to compare with what it would be."""

    def __init__(self, scenario: Scenario, case: str, seed: int = 0) -> None:
        self.scenario, self.case, self.seed = scenario, scenario.case(case).name, seed
        self.base = _Side(edit.changed(scenario, []), self.case, seed)

    def answers(self, changes: edit.Changes, stop: threading.Event, threads: int) -> Iterator[dict[str, Any]]:
        """One answer after another, the last of them with `done`."""
        started = time.perf_counter()
        now = self._changed(changes)
        worlds = FIRST_WORLDS
        with ThreadPoolExecutor(threads) as pool:
            while True:
                for side in (self.base, now):
                    side.grow(worlds, pool, stop)
                if stop.is_set():
                    return
                yield self._answer(now, worlds, time.perf_counter() - started)
                if worlds == now.design.worlds:
                    return
                worlds = min(2 * worlds, now.design.worlds)

    def _changed(self, changes: edit.Changes) -> _Side:
        """The changed scenario; the original itself where nothing was changed."""
        scenario, case = edit.changed_case(self.scenario, self.case, changes)
        if scenario.file == self.base.scenario.file:
            return self.base
        return _Side(scenario, case, self.seed, self.base.scenario)

    def _answer(self, now: _Side, worlds: int, seconds: float) -> dict[str, Any]:
        same = now is self.base  # then there is no difference, and no doubt about it
        apart = Difference(0.0, 0.0, 0.0, 0) if same else difference(now.leaked(worlds), self.base.leaked(worlds), CONFIDENCE_OF_EACH)
        return {
            "raids": worlds * RAIDS,
            "worlds": worlds,
            "done": worlds == now.design.worlds,
            "seconds": round(seconds, 3),
            "case": now.summary(worlds),
            "base": self.base.share(worlds),
            "now": now.share(worlds),
            "difference": apart.brief(),
        }


class _Side:
    """One case of one scenario, played world by world in memory that is kept."""

    def __init__(self, scenario: Scenario, case: str, seed: int, before: Scenario | None = None) -> None:
        self.scenario, self.case, self.before = scenario, scenario.case(case), before
        design(self.case, 1, RAIDS, seed)  # checks the seed
        self.design = Design(-(-ENOUGH // RAIDS), RAIDS, seed, PLANS)
        self.columns = columns_of(scenario, self.case)
        shape = (self.design.worlds, PLANS, self.columns.count)
        self.sums, self.squares = np.zeros(shape), np.zeros(shape)
        self.worlds = 0
        self.heirs = () if before is None else _heirs(before.numbers, scenario.numbers)
        self._players: SimpleQueue[Player] = SimpleQueue()
        self._lock = threading.Lock()

    def grow(self, worlds: int, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        """Play on until there are `worlds` worlds; where `stop` is set, what was begun is left."""
        with self._lock:
            if stop.is_set() or self.worlds >= worlds:
                return
            drawn = self._drawn(self.worlds, worlds - self.worlds)
            packed = pack.pack(self.scenario, self.case, drawn)
            pieces = [pool.submit(self._play, drawn, packed, w, stop) for w in range(len(drawn))]
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
            return draw.worlds(self.scenario, seed, first, count)
        original = draw.worlds(self.before, seed, first, count)
        drawn = draw.worlds(self.scenario, seed, first, count)
        return drawn.given({key: original.value(key) for key in self.heirs})

    def _play(self, drawn: draw.Worlds, packed: Packed, row: int, stop: threading.Event) -> None:
        """Play one world of a block."""
        if stop.is_set():
            return
        rows = np.s_[row : row + 1]
        one, world = drawn[rows], arrays.world(packed, rows)  # type: ignore[arg-type]
        player = self._player()
        part = player.worlds(one, world, skies(self.scenario, world, one.skies))
        self._players.put(player)
        self.sums[part.first_world], self.squares[part.first_world] = part.sums[0], part.squares[0]

    def _player(self) -> Player:
        try:
            return self._players.get_nowait()
        except Empty:
            return Player(self.scenario, self.case, self.design, frozenset())

    # ---- what came of it

    def leaked(self, worlds: int) -> np.ndarray:
        """The share of threats that leaked in each world, (worlds,)."""
        return self.sums[:worlds, :, self.columns.leaked].sum(axis=1) / (RAIDS * self.case.size)

    def share(self, worlds: int) -> dict[str, float]:
        """The same over all worlds, with its interval."""
        sums, squares = (each[:worlds, :, self.columns.leaked] for each in (self.sums, self.squares))
        raids = np.full(sums.shape, RAIDS // PLANS)
        return Sums(sums, squares, raids, CONFIDENCE_OF_EACH).fraction(self.case.size).brief()

    def summary(self, worlds: int) -> dict[str, Any]:
        """The case as summary.json has it."""
        sums, squares = self.sums[:worlds], self.squares[:worlds]
        return summary.of_case(self.scenario, self.case, self.design, sums, squares, CONFIDENCE_OF_EACH)


def _heirs(before: Mapping[str, Uncertain], after: Mapping[str, Uncertain]) -> tuple[str, ...]:
    """Unknowns that were the same as one that is gone, and are now what it was: they keep its luck."""

    def is_heir(key: str) -> bool:
        if key not in before or before[key].law != "same_as":
            return False
        return after[key] == before[source_of(before, key)]

    return tuple(key for key in after if is_heir(key))
