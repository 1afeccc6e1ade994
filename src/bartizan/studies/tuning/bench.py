"""Choices of rules played in the same worlds with the same luck, on all cores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

import numpy as np

from bartizan.engine.gunnery import Gunnery
from bartizan.ground.machine import cores
from bartizan.studies.replicate import Design, Player
from bartizan.studies.searching.search import AT_ONCE, RAIDS, Choice
from bartizan.studies.searching.weights import Weights
from bartizan.studies.side import same_luck
from bartizan.studies.skylines import skies, worlds_at_once
from bartizan.studies.tuning.rules import Rules
from bartizan.world import pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario


class Bench:
    """Cases of a scenario under choices of its rules. Safe in threads."""

    def __init__(
        self,
        scenario: Scenario,
        rules: Rules,
        cases: Sequence[Case],
        weights: Weights,
        seed: int,
        threads: int | None = None,
        told: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.before, self.rules, self.cases, self.weights, self.seed, self.told = (
            scenario, rules, cases, weights, seed, told,
        )  # fmt: skip
        self.threads = threads or cores()
        self._known: dict[Choice, Scenario] = {}
        self._lock = threading.Lock()
        self._free: SimpleQueue[list[Player]] = SimpleQueue()

    def play(self, choices: Sequence[Choice], first: int, count: int) -> np.ndarray:
        """What gets through as a share of what is sent, by weight: (L, count, cases), in the worlds from `first` on."""
        found = np.zeros((len(choices), count, len(self.cases)))
        step = max(1, min(AT_ONCE, worlds_at_once(self.before), -(-len(choices) * count // self.threads)))
        with ThreadPoolExecutor(self.threads) as pool:
            pieces = [
                pool.submit(self._some, choice, first + at, found[n, at : at + step])
                for at in range(0, count, step)
                for n, choice in enumerate(choices)
            ]
            try:
                for piece in pieces:
                    piece.result()
            finally:
                for piece in pieces:
                    piece.cancel()
        return found

    def _some(self, choice: Choice, first: int, found: np.ndarray) -> None:
        """Play some worlds of one choice into `found` (worlds, cases)."""
        scenario = self._scenario(choice)
        drawn = same_luck(self.before, scenario, self.seed, first, len(found))
        packer = pack.Packer(scenario, drawn)
        packed = [packer.case(scenario.case(case.name)) for case in self.cases]
        sky = skies(scenario, packed[0], drawn.skies)
        players = self._players()
        for number, (player, worlds) in enumerate(zip(players, packed, strict=True)):
            sums = player.worlds(drawn, worlds, sky).sums[:, 0]
            found[:, number] = [self.weights.through(scenario, player.case, player.columns, row) for row in sums]
        self._free.put(players)
        self.told(len(found))

    def _scenario(self, choice: Choice) -> Scenario:
        with self._lock:
            if choice not in self._known:
                self._known[choice] = self.rules.scenario(self.before, choice)
            return self._known[choice]

    def _players(self) -> list[Player]:
        """A player for each case, which serves all choices: they have as many units, effectors and routes."""
        try:
            return self._free.get_nowait()
        except Empty:
            plan, gunnery = Design(1, RAIDS, self.seed, 1), Gunnery()
            return [Player(self.before, case, plan, frozenset(), gunnery) for case in self.cases]
