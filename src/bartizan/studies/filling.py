"""Plays what is missing of a study into its folder, look by look, until there are worlds enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bartizan.ground.errors import ResultsError
from bartizan.ground.lock import Lock
from bartizan.ground.machine import cores
from bartizan.studies import dask, estimate
from bartizan.studies.asked import Asked, Job
from bartizan.studies.batch import batch
from bartizan.studies.folder import Folder
from bartizan.studies.memory import threads_that_fit
from bartizan.studies.replicate import Design, Part, columns_of, joined, parts
from bartizan.studies.stopping import Look
from bartizan.world.cases import Case

#: How often what is missing or damaged is played again before the disk is to blame.
TRIES = 3


@dataclass(frozen=True)
class Progress:
    """How far a study is, for whoever draws a bar; of one that stops when it is narrow enough, `raids_in_all` is what
    the last look lets one expect."""

    raids_done: int
    raids_in_all: int


@dataclass(frozen=True)
class Filling:
    """A study that is played into its folder, which is locked meanwhile: of its parts those that begin with worlds that
    are `mine`."""

    asked: Asked
    folder: Folder
    lock: Lock
    threads: int | None
    progress: Callable[[Progress], None]
    mine: Callable[[int], bool] = lambda _: True
    #: the scheduler whose workers play; without one, threads of this process
    dask: str | None = None

    @property
    def cases(self) -> list[str]:
        """The names of the cases that are played."""
        return [case.name for case, _ in self.asked.plays]

    @cached_property
    def _threads(self) -> int:
        """As many threads as have room in memory. Raises UserError, which says what would fit, where none has."""
        wanted, chunk = self.threads or cores(), self.folder.identity["worlds_a_part"]
        rows = self.asked.keep == "threats"
        fit = threads_that_fit(self.asked.scenario, self.asked.plays, wanted, chunk, rows=rows)
        if fit < wanted:
            self.folder.say(f"Memory has room for {fit} of {wanted} threads.")
        return fit

    def of_worlds(self, worlds: int) -> list[tuple[Case, Design]]:
        """The plays of so many worlds."""
        return [(case, replace(plan, worlds=worlds)) for case, plan in self.asked.plays]

    def fill(self) -> None:
        """Play all that is missing of what is mine."""
        self._drop_damaged()
        self._play_all(self.asked.stopping.most, self.asked.stopping.most)

    def looks(self) -> Iterator[Look]:
        """Play on from look to look, until one is narrow enough."""
        stopping = self.asked.stopping
        self._drop_damaged()
        expected = stopping.looks[0]
        for number, worlds in enumerate(stopping.looks, 1):
            self._play_all(worlds, max(worlds, expected))
            look = Look(number, worlds)
            if stopping.until is not None:
                look = Look(number, worlds, *self._widest(worlds))
            yield look
            if look.is_enough(stopping):
                return
            expected = stopping.expected(look)

    def check_in_place(self) -> None:
        """Raises ResultsError where the folder was taken away."""
        if not self.lock.is_in_place():
            raise ResultsError(
                f"{self.folder.path} was removed or replaced while it was being filled; run the study again"
            )

    def _widest(self, worlds: int) -> tuple[float, str]:
        """Half the width of the widest interval of what gets through, and the case that has it."""
        found = []
        for case, plan in self.asked.plays:
            sums, squares = joined([p for p in self.folder.parts.sums(case.name) if p.first_world < worlds])
            at = columns_of(self.asked.scenario, case).leaked
            raids = np.broadcast_to(np.diff(plan.first_raids()), sums.shape[:2])
            confidence = self.asked.stopping.confidence
            leak = estimate.Sums(sums[:, :, at], squares[:, :, at], raids, confidence).fraction(case.size)
            found.append(((leak.high - leak.low) / 2, case.name))
        return max(found, key=lambda of_case: of_case[0])

    def _drop_damaged(self) -> int:
        return self.folder.parts.drop_damaged(self.cases, self.mine)

    def _play_all(self, worlds: int, expected: int) -> None:
        """Play until all parts are there and whole; what was damaged meanwhile is played again."""
        for _ in range(TRIES):
            self._play(worlds, expected)
            if not self._drop_damaged() and not self._missing(worlds):
                return
            self.check_in_place()
        raise ResultsError(
            f"{self.folder.path} does not keep what is written there: look at its disk, or name another with --out"
        )

    def _missing(self, worlds: int) -> list[tuple[str, int]]:
        return self.folder.parts.missing(self.cases, filter(self.mine, self.folder.parts.firsts(worlds)))

    def _play(self, worlds: int, expected: int) -> None:
        """Play the parts that are missing of so many worlds, of the number that is `expected` in the end."""
        kept, raids = self.folder.parts, self.asked.plays[0][1].raids
        mine = {first: kept.length(first) for first in filter(self.mine, kept.firsts(expected))}
        in_all = raids * len(self.cases) * sum(mine.values())
        done = raids * sum(n for first, n in mine.items() for case in self.cases if kept.has(case, first))
        self.progress(Progress(done, in_all))
        for played in self._here(worlds) if self.dask is None else self._there(self.dask, worlds):
            done += played * raids
            self.progress(Progress(done, in_all))

    def _here(self, worlds: int) -> Iterator[int]:
        """The worlds of each part that is missing, once threads of this process have played and kept it."""
        for _, part in parts(
            self.asked.scenario, self.of_worlds(worlds), threads=self._threads, keep=self.asked.kept,
            skip=lambda case, first: not self.mine(first) or self.folder.parts.has(case, first),
            chunk=self.folder.identity["worlds_a_part"], done=self._save,
        ):  # fmt: skip
            yield len(part.sums)

    def _there(self, address: str, worlds: int) -> Iterator[int]:
        """The same of Dask's workers."""
        kept, missing = self.folder.parts, self._missing(worlds)
        batches: dict[int, list[str]] = {}
        for case, first in missing:
            batches.setdefault(first, []).append(case)
        wanted = [(first // self.folder.identity["worlds_a_part"], cases) for first, cases in batches.items()]
        for number, found in dask.done(address, batch, Job.of(self.asked), wanted) if wanted else ():
            first = number * self.folder.identity["worlds_a_part"]
            for case, content in found.items():
                self.check_in_place()
                kept.put(case, first, content)
                yield kept.length(first)

    def _save(self, case: str, part: Part) -> None:
        self.check_in_place()
        self.folder.parts.save(case, part)
