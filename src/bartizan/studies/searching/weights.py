"""What it counts for that one gets through: by where it comes down, or by what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bartizan.engine.tally import Columns
from bartizan.ground.errors import UserError, instead
from bartizan.studies.searching.search import RAIDS
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: What one may weigh, as `placement.weights` of a file has it too.
MOST_WEIGHT = 1_000_000


def check(of: Mapping[str, float], known: set[str], what: str) -> None:
    """Raises UserError where a name is that of no `what`, or where its weight is none."""
    for name, weight in of.items():
        if name not in known:
            raise UserError(f"no {what} is called {name!r}{instead(name, known)}")
        if not 0 <= weight <= MOST_WEIGHT:
            raise UserError(f"the weight of {name} is a number of 0 or more, {MOST_WEIGHT:,} at most, not {weight:g}")


def names_of_group(case: Case, g: int) -> tuple[str, str]:
    """What the threats of a group are called, and their class."""
    wave = case.groups[g]
    return wave.key.partition("/")[2], wave.threat.kind


def of_places(scenario: Scenario, of: Mapping[str, float]) -> np.ndarray:
    """The weight of each asset, (A,): 1 unless it is named."""
    return np.array([float(of.get(asset.name, 1.0)) for asset in scenario.assets])


def of_groups(case: Case, of: Mapping[str, float]) -> np.ndarray:
    """The weight of each group, (G,): by the name of its threats, else by their class; 1 unless either is named."""
    names = (names_of_group(case, g) for g in range(len(case.groups)))
    return np.array([float(of.get(name, of.get(kind, 1.0))) for name, kind in names])


class Weights:
    """What it counts for that one gets through, by where it comes down or by what it is: 1 for what is not named."""

    def __init__(self, scenario: Scenario, cases: Sequence[Case], of: Mapping[str, float]) -> None:
        self.places = {asset.name for asset in scenario.assets}
        self.of = dict(of)
        threats = {name for case in cases for g in case.threats for name in names_of_group(case, g)}
        check(of, self.places | threats, "place or threat")
        if any(name in self.places for name in of) and any(name not in self.places for name in of):
            raise UserError("weights are of places or of threats, not of both")
        for case in cases:
            if not of_groups(case, of)[case.threats].any():
                raise UserError(f"{case.name}: nothing that comes has a weight above 0")
        if all(self.of.get(name) == 0 for name in self.places):
            raise UserError("no place has a weight above 0")

    def through(self, scenario: Scenario, case: Case, columns: Columns, sums: np.ndarray) -> float:
        """What got through of a row of sums over raids, as a share of what was sent, all by its weight."""
        if self.of and not any(name in self.places for name in self.of):
            weights = of_groups(case, self.of)
            through, threats = columns.group_leaked, np.isin(case.group_of, case.threats)
            sent = RAIDS * np.bincount(case.group_of[threats], minlength=len(weights))
        else:
            weights = of_places(scenario, self.of)
            through, aimed = columns.asset_leaked, columns.asset_aimed
            sent = sums[aimed : aimed + len(weights)]
        heavy = float(sent @ weights)
        return float(sums[through : through + len(weights)] @ weights) / heavy if heavy > 0 else 0.0
