"""Sums over raids: everything an estimate needs, so that memory does not grow with the number of raids."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bartizan.engine.layout import CAUSES, DIVERTED, KILLED, LEAKED
from bartizan.ground.jit import kernel


@dataclass(frozen=True)
class Columns:
    """Where each quantity of a raid stands in a row of sums."""

    assets: int
    groups: int
    effectors: int
    units: int

    leaked = 0
    any_leaked = 1
    killed = 2
    diverted = 3
    shots = 4
    jammed = 5  # lost satellite navigation or the link, whatever came of it
    jammed_killed = 6  # and was shot down after that
    causes = 7  # one column for each of CAUSES

    @property
    def asset_aimed(self) -> int:
        return self.causes + len(CAUSES)

    @property
    def asset_leaked(self) -> int:
        return self.asset_aimed + self.assets

    @property
    def asset_hit(self) -> int:
        return self.asset_leaked + self.assets

    @property
    def group_leaked(self) -> int:
        return self.asset_hit + self.assets

    @property
    def group_causes(self) -> int:
        """groups x CAUSES columns."""
        return self.group_leaked + self.groups

    @property
    def rounds(self) -> int:
        return self.group_causes + self.groups * len(CAUSES)

    @property
    def engagements(self) -> int:
        return self.rounds + self.effectors

    @property
    def kills(self) -> int:
        return self.engagements + self.effectors

    @property
    def emptied(self) -> int:
        return self.kills + self.effectors

    @property
    def saturated(self) -> int:
        return self.emptied + self.effectors

    @property
    def count(self) -> int:
        return self.saturated + self.units

    def starts(self) -> np.ndarray:
        """First columns in the order in which `tally` takes them, i8."""
        return np.array(
            [self.causes, self.asset_aimed, self.asset_leaked, self.asset_hit, self.group_leaked, self.group_causes,
             self.rounds, self.engagements, self.kills, self.emptied, self.saturated], dtype=np.int64,
        )  # fmt: skip


@kernel
def tally(block, rows, group_of, starts, row, sums, squares):  # type: ignore[no-untyped-def]
    """Add `rows` raids of a block to sums and squares (M,). row (M,) is scratch, group_of (T,) each threat's group."""
    causes, aimed, leaked, hit, by_group, by_group_cause, rounds, engaged, kills, emptied, saturated = (
        starts[0], starts[1], starts[2], starts[3], starts[4], starts[5],
        starts[6], starts[7], starts[8], starts[9], starts[10],
    )  # fmt: skip
    kinds = aimed - causes
    for r in range(rows):
        for m in range(row.shape[0]):
            row[m] = 0.0
        for i in range(group_of.shape[0]):
            fate, a, g = block.fate[r, i], block.asset[r, i], group_of[i]
            row[aimed + a] += 1
            row[4] += block.shots[r, i]
            if block.jammed[r, i] < math.inf:
                row[5] += 1
                row[6] += fate == KILLED
            if fate == LEAKED:
                row[0] += 1
                row[1] = 1
                row[causes + block.cause[r, i]] += 1
                row[leaked + a] += 1
                row[hit + a] = 1
                row[by_group + g] += 1
                row[by_group_cause + g * kinds + block.cause[r, i]] += 1
            elif fate == KILLED:
                row[2] += 1
            elif fate == DIVERTED:
                row[3] += 1
        for e in range(block.rounds.shape[1]):
            row[rounds + e] = block.rounds[r, e]
            row[engaged + e] = block.engagements[r, e]
            row[kills + e] = block.kills[r, e]
            row[emptied + e] = block.emptied[r, e]
        for u in range(block.saturated.shape[1]):
            row[saturated + u] = block.saturated[r, u]
        for m in range(row.shape[0]):
            sums[m] += row[m]
            squares[m] += row[m] * row[m]
