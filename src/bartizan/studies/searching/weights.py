"""What it counts for that one gets through: by where it comes down, or by what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bartizan.engine.tally import Columns
from bartizan.ground.errors import UserError
from bartizan.studies.searching.search import RAIDS
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario


class Weights:
    """What it counts for that one gets through, by where it comes down or by what it is: 1 for what is not named."""

    def __init__(self, scenario: Scenario, cases: Sequence[Case], of: Mapping[str, float]) -> None:
        self.places = {asset.name for asset in scenario.assets}
        self.threats = {name for case in cases for g in case.threats for name in _names(case, g)}
        self.of = dict(of)
        unknown = [name for name in of if name not in self.places | self.threats]
        if unknown:
            known = ", ".join(sorted(self.places | self.threats))
            raise UserError(f"no place and no threat is called {unknown[0]!r}; known: {known}")
        if any(name in self.places for name in of) and any(name not in self.places for name in of):
            raise UserError("weights are of places or of threats, not of both")
        if wrong := [name for name, weight in of.items() if not 0 <= weight < np.inf]:
            raise UserError(f"the weight of {wrong[0]} is a number of 0 or more, not {of[wrong[0]]}")
        for case in cases:
            if not any(self._of_group(case, g) for g in case.threats):
                raise UserError(f"{case.name}: nothing that comes has a weight above 0")
        if all(self.of.get(name) == 0 for name in self.places):
            raise UserError("no place has a weight above 0")

    def through(self, scenario: Scenario, case: Case, columns: Columns, sums: np.ndarray) -> float:
        """What got through of a row of sums over raids, as a share of what was sent, all by its weight."""
        if self.of and not any(name in self.places for name in self.of):
            weights = np.array([self._of_group(case, g) for g in range(len(case.groups))])
            through, threats = columns.group_leaked, np.isin(case.group_of, case.threats)
            sent = RAIDS * np.bincount(case.group_of[threats], minlength=len(weights))
        else:
            weights = self.of_places(scenario)
            through, aimed = columns.asset_leaked, columns.asset_aimed
            sent = sums[aimed : aimed + len(weights)]
        heavy = float(sent @ weights)
        return float(sums[through : through + len(weights)] @ weights) / heavy if heavy > 0 else 0.0

    def of_places(self, scenario: Scenario) -> np.ndarray:
        """Of each asset, in the scenario's order."""
        return np.array([float(self.of.get(asset.name, 1.0)) for asset in scenario.assets])

    def _of_group(self, case: Case, g: int) -> float:
        return next((float(self.of[name]) for name in _names(case, g) if name in self.of), 1.0)


def _names(case: Case, g: int) -> tuple[str, str]:
    """What the threats of a group are called, and their class."""
    wave = case.groups[g]
    return wave.key.partition("/")[2], wave.threat.kind
