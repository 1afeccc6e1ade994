"""Choices of rules played in the same worlds with the same luck, on all cores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

import numpy as np

from bartizan.engine.gunnery import Gunnery
from bartizan.engine.tally import Columns
from bartizan.ground.errors import UserError
from bartizan.ground.machine import cores
from bartizan.studies.replicate import Design, Player
from bartizan.studies.searching.search import Choice
from bartizan.studies.side import same_luck
from bartizan.studies.skylines import skies, worlds_at_once
from bartizan.studies.tuning.rules import Rules
from bartizan.world import pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Raids of a world, all on one plan of routes; and worlds that are drawn and packed together, at most.
RAIDS, AT_ONCE = 64, 8


class Weights:
    """What it counts for that one gets through, by where it comes down or by what it is: 1 for what is not named."""

    def __init__(self, scenario: Scenario, cases: Sequence[Case], of: Mapping[str, float]) -> None:
        self.places = {asset.name for asset in scenario.assets}
        self.threats = {name for case in cases for g in _threats(case) for name in _names(case, g)}
        self.of = dict(of)
        unknown = [name for name in of if name not in self.places | self.threats]
        if unknown:
            known = ", ".join(sorted(self.places | self.threats))
            raise UserError(f"no place and no threat is called {unknown[0]!r}; known: {known}")
        if any(name in self.places for name in of) and any(name not in self.places for name in of):
            raise UserError("weights are of places or of threats, not of both")
        if wrong := [name for name, weight in of.items() if not 0 <= weight < np.inf]:
            raise UserError(f"the weight of {wrong[0]} is a number of 0 or more, not {of[wrong[0]]}")
        for case in cases:
            if not any(self._of_group(case, g) for g in _threats(case)):
                raise UserError(f"{case.name}: nothing that comes has a weight above 0")
        if all(self.of.get(name) == 0 for name in self.places):
            raise UserError("no place has a weight above 0")

    def through(self, scenario: Scenario, case: Case, columns: Columns, sums: np.ndarray) -> float:
        """What got through of a row of sums over raids, as a share of what was sent, all by its weight."""
        if self.of and not any(name in self.places for name in self.of):
            weights = np.array([self._of_group(case, g) for g in range(len(case.groups))])
            through, threats = columns.group_leaked, np.isin(case.group_of, _threats(case))
            sent = RAIDS * np.bincount(case.group_of[threats], minlength=len(weights))
        else:
            weights = np.array([float(self.of.get(asset.name, 1.0)) for asset in scenario.assets])
            through, aimed = columns.asset_leaked, columns.asset_aimed
            sent = sums[aimed : aimed + len(weights)]
        heavy = float(sent @ weights)
        return float(sums[through : through + len(weights)] @ weights) / heavy if heavy > 0 else 0.0

    def _of_group(self, case: Case, g: int) -> float:
        return next((float(self.of[name]) for name in _names(case, g) if name in self.of), 1.0)


def _threats(case: Case) -> list[int]:
    """The groups that are no traffic."""
    return [g for g, wave in enumerate(case.groups) if not wave.neutral]


def _names(case: Case, g: int) -> tuple[str, str]:
    """What the threats of a group are called, and their class."""
    wave = case.groups[g]
    return wave.key.partition("/")[2], wave.threat.kind


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
