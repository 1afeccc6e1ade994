"""Layouts of candidates played in the same worlds: each world is drawn and packed once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from bartizan.engine.gunnery import Gunnery
from bartizan.engine.layout import LEAKED
from bartizan.ground.machine import cores
from bartizan.physics import arrays
from bartizan.physics.arrays import Packed
from bartizan.studies.placing.rules import Layout
from bartizan.studies.replicate import Design, Kept, Player, columns_of
from bartizan.studies.searching.search import AT_ONCE, RAIDS
from bartizan.studies.searching.weights import Weights, of_places
from bartizan.studies.skylines import skies, worlds_at_once
from bartizan.world import draw, pack
from bartizan.world.candidates import Candidates
from bartizan.world.cases import Case


class Board:
    """Cases of the scenario that has all candidates, under layouts of them. Safe in threads."""

    def __init__(
        self,
        candidates: Candidates,
        cases: Sequence[Case],
        weights: Weights,
        seed: int,
        threads: int | None = None,
        told: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.scenario, self.cases, self.seed, self.told = candidates.scenario, cases, seed, told
        self.threads = threads or cores()
        names = [placed.name for placed in self.scenario.units]
        self.number = [names.index(candidate.unit) for candidate in candidates.all]
        self.weights = weights

    def play(self, layouts: Sequence[Layout], first: int, count: int) -> np.ndarray:
        """What gets through as a share of what is sent, by weight: (L, count, cases), in the worlds from `first` on."""
        found = np.zeros((len(layouts), count, len(self.cases)))
        columns = [columns_of(self.scenario, case) for case in self.cases]

        def keep(world: int, case: int, number: int, sums: np.ndarray, kept: Kept) -> None:
            through = self.weights.through(self.scenario, self.cases[case], columns[case], sums[0])
            found[number, world - first, case] = through

        self._worlds(layouts, range(first, first + count), frozenset(), keep)
        return found

    def by_threat(self, layouts: Sequence[Layout], count: int) -> tuple[np.ndarray, np.ndarray]:
        """How often each threat got through, (L, count, threats of all cases), and how heavy each is, (count, threats):
        heavy enough that all of them sum to what gets through as `play` has it, on average over cases."""
        ends = np.cumsum([0, *(case.size for case in self.cases)])
        leaked, heavy = np.zeros((len(layouts), count, ends[-1])), np.zeros((count, ends[-1]))
        weights = of_places(self.scenario, self.weights.of)

        def keep(world: int, case: int, number: int, sums: np.ndarray, kept: Kept) -> None:
            of, columns = self.cases[case], slice(ends[case], ends[case + 1])
            fates, assets = (np.concatenate(kept[name]).reshape(RAIDS, of.routes) for name in ("fate", "asset"))
            threats = ~np.isin(of.group_of, of.traffic)  # neutrals fly as well, and are nobody's to stop
            leaked[number, world, columns] = (fates[:, threats] == LEAKED).mean(axis=0)
            weight = weights[assets[:, threats]].mean(axis=0)
            heavy[world, columns] = weight / (float(weight.sum()) or 1.0) / len(self.cases)

        self._worlds(layouts, range(count), frozenset({"threats"}), keep)
        return leaked, heavy

    def _worlds(
        self,
        layouts: Sequence[Layout],
        worlds: range,
        keep: frozenset[str],
        take: Callable[[int, int, int, np.ndarray, Kept], None],
    ) -> None:
        """Play each world under each layout; `take` is given world, case, layout, sums and what is kept."""
        present = np.ones((len(layouts), len(self.scenario.units)), bool)
        present[:, self.number] = [np.isin(np.arange(len(self.number)), layout) for layout in layouts]
        free: SimpleQueue[list[Player]] = SimpleQueue()

        def some(first: int, count: int) -> None:
            players = self._players(free, keep)
            drawn = draw.worlds(self.scenario, self.seed, first, count)
            packer = pack.Packer(self.scenario, drawn)
            packed = [packer.case(case) for case in self.cases]
            sky = skies(self.scenario, _with_those_of(packed[0], np.any(present, axis=0)), drawn.skies)
            for w in range(count):
                for case, player in enumerate(players):
                    world = arrays.world(packed[case], w)
                    for number, (sums, kept) in enumerate(player.layouts(world, first + w, sky[w], present)):
                        take(first + w, case, number, sums, kept)
                self.told(len(layouts))
            free.put(players)

        at_once = min(AT_ONCE, worlds_at_once(self.scenario), -(-len(worlds) // self.threads))
        with ThreadPoolExecutor(self.threads) as pool:
            pieces = [pool.submit(some, first, min(at_once, worlds[-1] + 1 - first)) for first in worlds[::at_once]]
            try:
                for piece in pieces:
                    piece.result()
            finally:
                for piece in pieces:
                    piece.cancel()

    def _players(self, free: SimpleQueue[list[Player]], keep: frozenset[str]) -> list[Player]:
        """A player for each case: one that has nothing to do, or another."""
        try:
            return free.get_nowait()
        except Empty:
            plan, gunnery = Design(1, RAIDS, self.seed, 1), Gunnery()
            return [Player(self.scenario, case, plan, keep, gunnery) for case in self.cases]


def _with_those_of(packed: Packed, used: Any) -> Packed:
    """Worlds in which the units that no layout uses (units,) are not there: nobody needs to know what they see."""
    units = packed.units.copy()
    units["present"] &= used
    return packed._replace(units=units)
