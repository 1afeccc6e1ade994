"""What cannot matter to a case, without playing it: unknowns that change nothing of what the kernels are given."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from bartizan.ground import rng
from bartizan.studies.value.questions import Question
from bartizan.world import draw, pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario
from bartizan.world.unknowns import NUMBER, PLACE, PRESENCE, SKY, Unknown

#: Worlds in which each unknown is changed once. One that changes none of them has a share of exactly 0 there.
WORLDS = 8
#: Parts of a packed world that are read after play only: what comes down, not what gets through.
_AFTER_PLAY = ("fall",)
_GOLDEN = (math.sqrt(5) - 1) / 2


def alive(scenario: Scenario, case: Case, questions: Sequence[Question], seed: int = 0) -> list[Question]:
    """The questions that can matter to what gets through in a case, with only those of their unknowns that can.

    An unknown that leaves the packed worlds the same to the bit cannot; one that changes them still may not.
    """
    known = [unknown for question in questions for unknown in question.members]
    live = {unknown.name for unknown in known if unknown.kind == SKY}
    for worlds in (range(1), range(1, WORLDS)):  # the first tells most; the rest at once cost little more than one
        waiting = [unknown for unknown in known if unknown.name not in live]
        live |= {unknown.name for unknown in _that_change(scenario, case, waiting, seed, worlds)}
    kept = ((q, tuple(u for u in q.members if u.name in live)) for q in questions)
    return [replace(question, members=members) for question, members in kept if members]


def _that_change(
    scenario: Scenario, case: Case, unknowns: Sequence[Unknown], seed: int, worlds: range
) -> Iterator[Unknown]:
    """Those of some unknowns that change what is packed of any of these worlds: all are tried at once, each in a row of
    its own."""
    drawn = _one_changed_in_each(scenario, unknowns, seed, worlds)
    packed = pack.pack(scenario, case, drawn)._asdict()
    changed = np.zeros((len(worlds), len(unknowns) + 1), bool)
    for name, array in packed.items():
        if name not in _AFTER_PLAY and len(array) == len(drawn):
            rows = np.ascontiguousarray(array).reshape(len(drawn), -1).view(np.uint8).reshape(*changed.shape, -1)
            changed |= (rows != rows[:, :1]).any(axis=2)
    in_any = np.asarray(changed.any(axis=0))[1:]
    return (unknown for unknown, differs in zip(unknowns, in_any, strict=True) if differs)


def _one_changed_in_each(scenario: Scenario, unknowns: Sequence[Unknown], seed: int, worlds: range) -> draw.Worlds:
    """Of each world a block of rows: the world as it is, then once for each unknown with that one changed."""
    whole = draw.worlds(scenario, seed, worlds.start, len(worlds))
    rows = len(unknowns) + 1
    given = {}
    for row, unknown in enumerate(unknowns, 1):
        for name in unknown.draws:
            own = whole.uniform(name, rng.PLACE if unknown.kind == PLACE else rng.WORLD)
            uniform = np.repeat(own, rows)
            uniform[row::rows] = _elsewhere(whole, unknown, own)
            number = scenario.numbers.get(name)
            given[name] = uniform if number is None or unknown.kind != NUMBER else number.quantile(uniform)
    return draw.numbered(scenario, seed, np.repeat(whole.indices, rows)).given(given)


def _elsewhere(whole: draw.Worlds, unknown: Unknown, uniform: np.ndarray) -> np.ndarray:
    """Other draws: across from the first one, then further round; for whether a unit is there, the other outcome."""
    if unknown.kind == PRESENCE:
        return np.where(uniform < whole.value(unknown.number or ""), 1.0, 0.0)
    return (uniform + 0.5 + whole.indices * _GOLDEN) % 1.0
