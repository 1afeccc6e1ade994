"""What cannot matter to a case, without playing it: unknowns that change nothing of what the kernels are given."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bartizan.studies.value.questions import Question
from bartizan.world import draw, pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario
from bartizan.world.unknowns import SKY, Unknown

#: Worlds in which each unknown is drawn once more. One that changes none of them has a share of exactly 0 there.
WORLDS = 16
#: Parts of a packed world that are read after play only: what comes down, not what gets through.
_AFTER_PLAY = ("fall",)


def alive(scenario: Scenario, case: Case, questions: Iterable[Question], seed: int = 0) -> list[Question]:
    """The questions that can matter to what gets through in a case, with only those of their unknowns that can.

    An unknown whose redraw leaves the packed worlds the same to the bit cannot; one that changes them still may not.
    """
    before = _packed(scenario, case, draw.worlds(scenario, seed, 0, WORLDS))
    found = []
    for question in questions:
        live = tuple(u for u in question.members if u.kind == SKY or _changes(scenario, case, u, seed, before))
        if live:
            found.append(Question(question.key, question.text, live, question.claims))
    return found


def _changes(scenario: Scenario, case: Case, unknown: Unknown, seed: int, before: dict[str, bytes]) -> bool:
    now = _packed(scenario, case, draw.worlds(scenario, seed, 0, WORLDS, frozenset(unknown.draws)))
    return any(now[name] != before[name] for name in before)


def _packed(scenario: Scenario, case: Case, drawn: draw.Worlds) -> dict[str, bytes]:
    arrays = pack.pack(scenario, case, drawn)._asdict()
    return {name: np.asarray(array).tobytes() for name, array in arrays.items() if name not in _AFTER_PLAY}
