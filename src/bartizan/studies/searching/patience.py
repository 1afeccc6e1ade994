"""How long a search is played: its margin, fresh worlds, seed and threads, and who is told how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bartizan.ground.errors import UserError
from bartizan.studies.documents.viewer import Difference
from bartizan.studies.filling import Progress
from bartizan.studies.searching.search import FIRST, Choice, Play, Stage


@dataclass(frozen=True)
class SoFar:
    """What is known of a placement that is being played: what each candidate takes away alone, the layout that leads,
    and how many are left, after so many worlds. None leads before any two were played."""

    stage: Stage | Literal["screening"]
    alone: Sequence[Difference]
    leads: Choice
    left: int
    worlds: int


@dataclass(frozen=True)
class Patience:
    """How a search is played: `within` in place of the usual, fresh worlds at most, who is told how far it has got, who
    hears what is known so far of a placement, and who hears before it begins how choices are played, some of them, and
    about how many worlds of choices there will be. What any of them raises ends the search."""

    within: float | None = None
    most: int = 2048
    seed: int = 0
    threads: int | None = None
    fresh: bool = False
    progress: Callable[[Progress], None] = lambda _: None
    hear: Callable[[SoFar], None] = lambda _: None
    before: Callable[[Play, Sequence[Choice], int], None] = lambda *_: None

    def margin(self, usual: float) -> float:
        """What choices may differ by and be as good as one another. Raises UserError where no search can be so."""
        within = usual if self.within is None else self.within
        if not 0 < within < 1:
            raise UserError(f"within is a share of what is sent, above 0 and below 1, not {within}")
        if self.most < 2 * FIRST:
            raise UserError(f"a search takes {2 * FIRST} fresh worlds or more, not {self.most}")
        return within


class Told:
    """How far a search has got, in worlds of choices, counted by several threads; how many there will be is not known,
    so the end is always some way off."""

    def __init__(self, progress: Callable[[Progress], None], expected: int) -> None:
        self._progress, self._done, self._expected, self._lock = progress, 0, expected, threading.Lock()

    def expect(self, more: int) -> None:
        """So many more, as far as is known now."""
        with self._lock:
            self._expected = self._done + more

    def more(self, played: int) -> None:
        """So many more are played."""
        with self._lock:
            self._done += played
            self._expected = max(self._expected, int(self._done * 1.1))
            self._progress(Progress(self._done, self._expected))


USUAL = Patience()
