"""Sums over raids: everything an estimate needs, so that memory does not grow with the number of raids."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from bartizan.engine.layout import ABSENT, CAUSES, DIVERTED, DOWNED, KILLED, LEAKED
from bartizan.ground.jit import inner, kernel

#: What costs are summed of a raid: rounds fired; threats sent, and those of them shot down or jammed; what is lost to
#: those that get through, what would be if all did, and the difference.
COSTS = ("rounds", "sent", "stopped", "damage", "undefended", "avoided")

_COSTS = len(COSTS)


class Starts(NamedTuple):
    """Where each quantity of a raid begins in a row of sums, as `tally` is told."""

    leaked: int
    any_leaked: int
    killed: int
    diverted: int
    shots: int
    jammed: int
    jammed_killed: int
    causes: int
    asset_aimed: int
    asset_leaked: int
    asset_hit: int
    group_leaked: int
    group_causes: int
    rounds: int
    engagements: int
    kills: int
    emptied: int
    saturated: int
    any_engaged: int
    any_downed: int
    flown: int
    engaged: int
    downed: int
    left: int
    costs: int


@dataclass(frozen=True)
class Columns:
    """Where each quantity of a raid stands in a row of sums."""

    assets: int
    groups: int
    effectors: int
    units: int
    traffic: int = 0  # groups of neutrals: without any there are no columns for them
    sides: int = 1  # whose they are: nobody's; with 2, friendly aircraft are counted apart
    times: int = 0  # at which the rounds left are counted
    priced: bool = False  # without prices there are no columns for costs

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
    def any_engaged(self) -> int:
        return self.saturated + self.units

    @property
    def any_downed(self) -> int:
        return self.any_engaged + self.sides

    @property
    def flown(self) -> int:
        """Neutrals that were there: of each of their groups, and then of all of a side."""
        return self.any_downed + self.sides

    @property
    def engaged(self) -> int:
        return self.flown + self.traffic + self.sides

    @property
    def downed(self) -> int:
        return self.engaged + self.traffic + self.sides

    @property
    def left(self) -> int:
        """effectors x times columns."""
        return self.downed + self.traffic + self.sides if self.traffic else self.saturated + self.units

    @property
    def costs(self) -> int:
        """One column for each of COSTS, in US dollars: and then the same of the last raid of a plan alone. The number
        of all other columns."""
        return self.left + self.effectors * self.times

    @property
    def sampled(self) -> int:
        return self.costs + len(COSTS)

    @property
    def count(self) -> int:
        return self.sampled + len(COSTS) if self.priced else self.costs

    def starts(self) -> Starts:
        """The same for `tally`."""
        return Starts(*(getattr(self, name) for name in Starts._fields))


class Counted(NamedTuple):
    """How what flies in a case is counted: the group of each (T,), which neutral group a group is, or -1, (G,), which
    groups are friendly, (G,) bool, and the prices of the world, if there are columns for costs: `rounds` (E,),
    `threats` (G,), `worths` and `per_hit` (A,)."""

    group_of: np.ndarray
    traffic_of: np.ndarray
    friendly: np.ndarray
    prices: Any


@inner
def _tally_neutral(block, r, i, n, side, row, at):  # type: ignore[no-untyped-def]
    """Add neutral i, of neutral group n, of raid r; its side is 1 if it is friendly."""
    fate, fired_at, sides = block.fate[r, i], block.shots[r, i] > 0, at.any_downed - at.any_engaged
    all_of = at.downed - at.engaged - sides + side
    if fate == ABSENT:
        return
    row[at.shots] += block.shots[r, i]
    for k in (n, all_of):
        row[at.flown + k] += 1
        row[at.engaged + k] += fired_at
        row[at.downed + k] += fate == DOWNED
    if fired_at:
        row[at.any_engaged + side] = 1
    if fate == DOWNED:
        row[at.any_downed + side] = 1


@inner
def _tally_left(block, r, row, first):  # type: ignore[no-untyped-def]
    """Add the rounds that each effector has left at each time in raid r, to columns from `first` on."""
    for e in range(block.left.shape[1]):
        left = 0
        for k in range(block.left.shape[2]):
            left += block.left[r, e, k]
            row[first] = left
            first += 1


@inner
def _tally_costs(block, r, counted, row, at):  # type: ignore[no-untyped-def]
    """Add the costs of raid r, whose rounds and hits have been counted."""
    rounds, sent, stopped = at.costs, at.costs + 1, at.costs + 2
    damage, undefended, avoided = at.costs + 3, at.costs + 4, at.costs + 5
    prices, group_of = counted.prices, counted.group_of
    for e in range(prices.rounds.shape[0]):
        row[rounds] += block.rounds[r, e] * prices.rounds[e]
    for i in range(group_of.shape[0]):
        price, fate = prices.threats[group_of[i]], block.fate[r, i]
        if counted.traffic_of[group_of[i]] < 0:
            row[sent] += price
            row[stopped] += price * (fate in (KILLED, DIVERTED))
    for a in range(prices.worths.shape[0]):
        row[damage] += prices.worths[a] * min(1.0, prices.per_hit[a] * row[at.asset_leaked + a])
        row[undefended] += prices.worths[a] * min(1.0, prices.per_hit[a] * row[at.asset_aimed + a])
    row[avoided] = row[undefended] - row[damage]


@inner
def _tally_threat(block, r, i, g, row, at):  # type: ignore[no-untyped-def]
    """Add what became of threat i, of group g, in raid r."""
    fate, a, kinds = block.fate[r, i], block.asset[r, i], at.asset_aimed - at.causes
    row[at.asset_aimed + a] += 1
    row[at.shots] += block.shots[r, i]
    if block.jammed[r, i] < math.inf:
        row[at.jammed] += 1
        row[at.jammed_killed] += fate == KILLED
    if fate == LEAKED:
        row[at.leaked] += 1
        row[at.any_leaked] = 1
        row[at.causes + block.cause[r, i]] += 1
        row[at.asset_leaked + a] += 1
        row[at.asset_hit + a] = 1
        row[at.group_leaked + g] += 1
        row[at.group_causes + g * kinds + block.cause[r, i]] += 1
    elif fate == KILLED:
        row[at.killed] += 1
    elif fate == DIVERTED:
        row[at.diverted] += 1


@inner
def _tally_units(block, r, row, at):  # type: ignore[no-untyped-def]
    """Copy what each effector and each unit did in raid r."""
    for e in range(block.rounds.shape[1]):
        row[at.rounds + e] = block.rounds[r, e]
        row[at.engagements + e] = block.engagements[r, e]
        row[at.kills + e] = block.kills[r, e]
        row[at.emptied + e] = block.emptied[r, e]
    for u in range(block.saturated.shape[1]):
        row[at.saturated + u] = block.saturated[r, u]


@kernel
def tally(block, rows, counted, at, row, sums, squares):  # type: ignore[no-untyped-def]
    """Add `rows` raids of a block to sums and squares (M,) as `counted`. row (M,) is scratch and ends as the last raid;
    `at` the Starts of its columns."""
    group_of, traffic_of = counted.group_of, counted.traffic_of
    is_priced = row.shape[0] > at.costs
    summed = at.costs + _COSTS if is_priced else at.costs
    for r in range(rows):
        for m in range(summed):
            row[m] = 0.0
        for i in range(group_of.shape[0]):
            g = group_of[i]
            if traffic_of[g] >= 0:
                _tally_neutral(block, r, i, traffic_of[g], int(counted.friendly[g]), row, at)
            else:
                _tally_threat(block, r, i, g, row, at)
        _tally_units(block, r, row, at)
        _tally_left(block, r, row, at.left)
        if is_priced:
            _tally_costs(block, r, counted, row, at)
        for m in range(summed):
            sums[m] += row[m]
            squares[m] += row[m] * row[m]
