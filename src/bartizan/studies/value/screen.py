"""What cannot matter to a case, without playing it: unknowns that change nothing of what the kernels are given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bartizan.ground import rng
from bartizan.studies.value.questions import Question
from bartizan.world import draw, pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario
from bartizan.world.unknowns import NUMBER, ORDER, PLACE, PRESENCE, SKY, Unknown

#: Worlds in which each unknown is changed once. One that changes none of them has a share of exactly 0 there.
WORLDS = 8
#: Parts of a packed world that are read after play only, and such fields of others: what comes down, not what gets
#: through.
_AFTER_PLAY, _FIELDS_AFTER_PLAY = ("fall",), {"types": ("wreck",)}
_GOLDEN = (math.sqrt(5) - 1) / 2


class Screen:
    """The questions of a scenario, screened for one case after another: what cases share is looked at once.

    Each unknown is changed once in each of WORLDS worlds: all are tried at once, each in a row of its own.
    """

    def __init__(self, scenario: Scenario, questions: Sequence[Question], seed: int = 0) -> None:
        self.scenario, self.questions = scenario, questions
        self.unknowns = [unknown for question in questions for unknown in question.members]
        self._shape = (WORLDS, len(self.unknowns) + 1)
        self._packer = pack.Packer(scenario, _one_changed_in_each(scenario, self.unknowns, seed))
        self._known: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def alive(self, case: Case) -> list[Question]:
        """The questions that can matter to what gets through in a case, with only those of their unknowns that can.

        An unknown that leaves the packed worlds the same to the bit cannot; one that changes them still may not.
        """
        packed = self._packer.case(case)._asdict()
        by_world = [
            _in_play(name, a)
            for name, a in packed.items()
            if name not in _AFTER_PLAY and len(a) == math.prod(self._shape)
        ]
        changes = np.any([self._differs(array) for array in by_world], axis=0)
        live = {u.name for u, changed in zip(self.unknowns, changes, strict=True) if changed or u.kind == SKY}
        kept = ((q, tuple(u for u in q.members if u.name in live)) for q in self.questions)
        return [replace(question, members=members) for question, members in kept if members]

    def _differs(self, array: np.ndarray) -> np.ndarray:
        """Whether each row but the first of any world differs from it; of arrays that cases share, found once."""
        if id(array) not in self._known:  # the array is kept, so that no other can have its number
            rows = np.ascontiguousarray(array).reshape(*self._shape, -1).view(np.uint8)
            self._known[id(array)] = array, (rows[:, 1:] != rows[:, :1]).any(axis=(0, 2))
        return self._known[id(array)][1]


def _in_play(name: str, array: np.ndarray) -> np.ndarray:
    """A part of packed worlds, or its bytes but those that play does not read: copies lack what lies between fields."""
    if name not in _FIELDS_AFTER_PLAY:
        return array
    packed = np.ascontiguousarray(array).view(np.uint8).reshape(*array.shape, array.dtype.itemsize).copy()
    for field in _FIELDS_AFTER_PLAY[name]:
        kind, first = array.dtype.fields[field][:2]  # type: ignore[index]
        packed[..., first : first + kind.itemsize] = 0
    return packed


def _one_changed_in_each(scenario: Scenario, unknowns: Sequence[Unknown], seed: int) -> draw.Worlds:
    """Worlds as they are, each then once for each unknown with that one changed."""
    whole = draw.worlds(scenario, seed, 0, WORLDS)
    rows = len(unknowns) + 1
    given = {}
    for row, unknown in enumerate(unknowns, 1):
        for name in unknown.draws:
            own = whole.uniform(name, rng.PLACE if unknown.kind == PLACE else rng.WORLD)
            uniform = np.repeat(own[:, None], rows, axis=1)
            uniform[:, row] = _elsewhere(whole, unknown, own)
            law = scenario.numbers.get(name)
            drawn = uniform.ravel()
            given[name] = drawn if law is None or unknown.kind != NUMBER else law.quantile(drawn)
    return draw.numbered(scenario, seed, np.repeat(whole.indices, rows)).given(given)


def _elsewhere(whole: draw.Worlds, unknown: Unknown, uniform: np.ndarray) -> np.ndarray:
    """Other draws: across from the first one, then further round; for whether a unit is there or an order holds, the
    other outcome."""
    if unknown.kind in (PRESENCE, ORDER):
        return np.where(uniform < whole.value(unknown.number or ""), 1.0, 0.0)
    return (uniform + 0.5 + whole.indices * _GOLDEN) % 1.0
