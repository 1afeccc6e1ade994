"""Plays what is missing of a study into its folder, look by look, until there are worlds enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bartizan.ground.errors import ResultsError
from bartizan.ground.lock import Lock
from bartizan.studies import estimate
from bartizan.studies.folder import Folder
from bartizan.studies.replicate import Design, columns_of, joined, parts
from bartizan.studies.stopping import Look, Stopping
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: How often what is missing or damaged is played again before the disk is to blame.
TRIES = 3
#: What is kept of each raid.
_KEEP = frozenset({"threats", "falls"})


@dataclass(frozen=True)
class Progress:
    """How far a study is, for whoever draws a bar; of one that stops when it is narrow enough, `raids_in_all` is what
    the last look lets one expect."""

    raids_done: int
    raids_in_all: int


@dataclass(frozen=True)
class Filling:
    """A study that is played into its folder, which is locked meanwhile. `plays` are for as many worlds as it may
    take."""

    scenario: Scenario
    plays: Sequence[tuple[Case, Design]]
    stopping: Stopping
    folder: Folder
    lock: Lock
    threads: int | None
    progress: Callable[[Progress], None]

    def of_worlds(self, worlds: int) -> list[tuple[Case, Design]]:
        """The plays of so many worlds."""
        return [(case, replace(plan, worlds=worlds)) for case, plan in self.plays]

    def looks(self) -> Iterator[Look]:
        """Play on from look to look, until one is narrow enough."""
        self._drop_damaged()
        expected = self.stopping.looks[0]
        for number, worlds in enumerate(self.stopping.looks, 1):
            self._play_all(worlds, max(worlds, expected))
            look = Look(number, worlds)
            if self.stopping.until is not None:
                look = Look(number, worlds, *self._widest(worlds))
            yield look
            if look.is_enough(self.stopping):
                return
            expected = self.stopping.expected(look)

    def check_in_place(self) -> None:
        """Raises ResultsError where the folder was taken away."""
        if not self.lock.is_in_place():
            raise ResultsError(
                f"{self.folder.path} was removed or replaced while it was being filled; run the study again"
            )

    def _widest(self, worlds: int) -> tuple[float, str]:
        """Half the width of the widest interval of what gets through, and the case that has it."""
        found = []
        for case, plan in self.plays:
            sums, squares = joined([p for p in self.folder.read_parts(case.name) if p.first_world < worlds])
            at = columns_of(self.scenario, case).leaked
            raids = np.broadcast_to(np.diff(plan.first_raids()), sums.shape[:2])
            leak = estimate.Sums(sums[:, :, at], squares[:, :, at], raids, self.stopping.confidence).fraction(case.size)
            found.append(((leak.high - leak.low) / 2, case.name))
        return max(found, key=lambda of_case: of_case[0])

    def _drop_damaged(self) -> int:
        return self.folder.drop_damaged([case.name for case, _ in self.plays])

    def _play_all(self, worlds: int, expected: int) -> None:
        """Play until all parts are there and whole; what was damaged meanwhile is played again."""
        for _ in range(TRIES):
            self._play(worlds, expected)
            if not self._drop_damaged() and all(
                self.folder.worlds_kept(case.name, worlds) == worlds for case, _ in self.plays
            ):
                return
            self.check_in_place()
        raise ResultsError(
            f"{self.folder.path} does not keep what is written there: look at its disk, or name another with --out"
        )

    def _play(self, worlds: int, expected: int) -> None:
        """Play the parts that are missing of so many worlds, of the number that is `expected` in the end."""
        raids_of = {case.name: plan.raids for case, plan in self.plays}
        in_all = expected * sum(raids_of.values())
        done = sum(self.folder.worlds_kept(name, worlds) * raids for name, raids in raids_of.items())
        self.progress(Progress(done, in_all))
        chunk = self.folder.identity["worlds_a_part"]
        plays, has_part = self.of_worlds(worlds), self.folder.has_part
        for name, part in parts(self.scenario, plays, threads=self.threads, keep=_KEEP, skip=has_part, chunk=chunk):
            self.check_in_place()
            self.folder.save_part(name, part)
            done += len(part.sums) * raids_of[name]
            self.progress(Progress(done, in_all))
