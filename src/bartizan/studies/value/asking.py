"""Which questions can be asked of worlds that were played, and what each is there; once for all cases of a scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.studies.value.columns import columns
from bartizan.studies.value.questions import Question, questions
from bartizan.studies.value.screen import Screen
from bartizan.studies.value.shares import LEAST_PLANS
from bartizan.world import draw
from bartizan.world.scenario import Scenario

#: Worlds below which nothing can be told of any question.
LEAST_WORLDS = 32


def tells(worlds: int, plans: int) -> bool:
    """Whether so many worlds of so many plans tell what a question explains."""
    return worlds >= LEAST_WORLDS and plans >= LEAST_PLANS


@dataclass(frozen=True)
class Asked:
    """The questions that can be asked of worlds played: those that can matter and have columns there, (worlds, p)."""

    drawn: draw.Worlds
    known: int  # questions of the scenario
    can_matter: int  # of them, to the case
    live: tuple[Question, ...]
    columns: tuple[np.ndarray, ...]


class Asker:
    """Asks the questions of a scenario, of worlds played with a seed. What cases share is found once."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self._screen = Screen(scenario, questions(scenario), seed)
        self._drawn = draw.numbered(scenario, seed, np.zeros(0, np.uint64))
        self._columns: dict[Question, np.ndarray] = {}

    def ask(self, case: str, worlds: np.ndarray) -> Asked:
        """What can be asked of the worlds `worlds` (W,) of a case. Raises UserError where they are too few."""
        if len(worlds) < LEAST_WORLDS:
            raise UserError(
                f"too few worlds to tell anything of a question: {len(worlds)}; play {LEAST_WORLDS} or more (--worlds)"
            )
        if not np.array_equal(worlds, self._drawn.indices):
            self._drawn = draw.numbered(self.scenario, self.seed, worlds.astype(np.uint64))
            self._columns.clear()
        alive = self._screen.alive(self.scenario.case(case))
        told = [(question, of_it) for question in alive if (of_it := self._of(question)).shape[1]]
        return Asked(self._drawn, len(self._screen.questions), len(alive), tuple(q for q, _ in told),
                     tuple(of_it for _, of_it in told))  # fmt: skip

    def _of(self, question: Question) -> np.ndarray:
        if question not in self._columns:
            self._columns[question] = columns(question, self._drawn)
        return self._columns[question]
