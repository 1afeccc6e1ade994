"""Raids in step: what units may fire at, and what comes of it, as arrays with a row for each raid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bartizan.engine import layout
from bartizan.engine.layout import State, Theatre
from bartizan.engine.turns import OPTIONS, Answer, Turns, new_answer, new_turns, step
from bartizan.ground.errors import BartizanError, UserError
from bartizan.physics import arrays
from bartizan.studies.compare import Source, loaded
from bartizan.studies.rl.pool import pool

__all__ = ["OPTIONS", "Raids"]


class Raids:
    """`number` raids of one case that stop wherever a unit may fire, in so many `worlds`, or in those of a range, each
    with `plans` plans of routes. `weights` says what it costs that one gets through, by place or by threat, 1 unless
    named, and what a round of an effector costs, 0 unless named.
    """

    def __init__(
        self,
        source: Source,
        number: int = 64,
        *,
        raid: str | None = None,
        worlds: int | range = 16,
        plans: int = 2,
        seed: int = 0,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        played = range(worlds) if isinstance(worlds, int) else worlds
        for what, count in (("raids", number), ("worlds", len(played)), ("plans", plans)):
            if count < 1:
                raise UserError(f"{what} must be 1 or more, not {count}")
        self.scenario = loaded(source)
        self.case = self.scenario.case(raid) if raid else self.scenario.cases[0]
        self.number, self.first = number, 0
        self.pool = pool(self.scenario, self.case, seed, played, plans, weights or {})
        theatres = self.pool.theatres
        world = arrays.world(self.pool.packed, 0)
        one = theatres._replace(**{name: getattr(theatres, name)[0] for name in Theatre._fields if name != "sky"})
        self.states = State(*(_many(table, number) for table in layout.new_state(world, one)))
        self.block = layout.new_block(number, self.case.routes, world)
        self.block = self.block._replace(launches=self.block.launches[:0])
        self.turns, self.answer = new_turns(number), new_answer(number)

    def reset(self, first: int = 0) -> Answer:
        """Begin anew, with raids from number `first` on; raids in which there is nothing to decide are passed over."""
        self.turns.unit[:] = -1
        self.turns.begun[:] = 0
        self.first = first
        self.step(np.zeros(self.number, np.int64))
        tries = 0
        while (idle := self.answer.over.copy()).any():
            if (tries := tries + 1) > 1000:
                raise UserError(f"{self.scenario.name}, {self.case.name}: no unit ever has anything to decide")
            self._skip(idle)
        return self.answer

    def _skip(self, idle: np.ndarray) -> None:
        """Begin the next raid where one is over, and leave the others as they are."""
        for n in np.flatnonzero(idle):
            at = slice(n, n + 1)
            block = self.block._replace(**{name: getattr(self.block, name)[at] for name in _OF_RAIDS})
            states, turns, answer = (type(of)(*(table[at] for table in of)) for of in self._of_raids)
            step(self.pool, states, block, turns, answer, np.zeros(1, np.int64), self.first + int(n), self.number)

    @property
    def _of_raids(self) -> tuple[State, Turns, Answer]:
        return self.states, self.turns, self.answer

    def step(self, actions: np.ndarray) -> Answer:
        """Each raid's choice, (N,): the number of an option, or OPTIONS to wait for some seconds. A raid that was over
        begins anew. What comes back is valid until the next call."""
        step(self.pool, self.states, self.block, self.turns, self.answer, actions, self.first, self.number)
        if self.states.size[:, 1].any():
            raise BartizanError("the agenda of a raid overflowed: please report this scenario")
        return self.answer


_OF_RAIDS = tuple(name for name in layout.Block._fields if name not in ("launches", "launched"))


def _many(table: np.ndarray, number: int) -> Any:
    """So many of a table, in a row."""
    found = np.zeros((number, *table.shape), table.dtype)
    return found.view(np.recarray) if found.dtype.names else found
