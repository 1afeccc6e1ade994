"""What a raid costs: rounds fired, threats sent and stopped, damage done and avoided, what defence costs by attack."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bartizan.engine.tally import COSTS, Columns
from bartizan.studies.documents.cases import Cost, Priced
from bartizan.studies.documents.estimates import Spent
from bartizan.studies.estimate import Estimate, Sums, quotient
from bartizan.world import prices
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Of the raids that are sampled, one from each plan of each world, the shares below which quantiles lie.
SHARES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
#: Which costs need the prices of what.
_OF_THREATS, _OF_ASSETS = ("sent", "stopped"), ("damage", "undefended", "avoided")


class Bill(NamedTuple):
    """The costs of a case: sums by world and plan, and one raid of each as a sample; what has no price."""

    scenario: Scenario
    case: Case
    columns: Columns
    of: Callable[[int], Sums]
    lacking: prices.Unpriced

    def sums(self, what: str) -> Sums:
        return self.of(self.columns.costs + COSTS.index(what))

    def sample(self, what: str) -> np.ndarray:
        return self.of(self.columns.sampled + COSTS.index(what)).sums.ravel()

    def is_told(self, what: str) -> bool:
        """Whether anything that goes into a cost has a price: of assets, one that is aimed at. What cannot fire spends
        nothing."""
        if what in _OF_THREATS:
            return len(self.lacking.threats) < len(self.case.threats)
        if what in _OF_ASSETS:
            assets = (k for k in range(len(self.scenario.assets)) if k not in self.lacking.assets)
            return any(self.of(self.columns.asset_aimed + k).sums.any() for k in assets)
        return not self.columns.effectors or len(self.lacking.rounds) < self.columns.effectors

    def compares(self) -> bool:
        """Whether all that was fired and sent has a price, and the latter is more than nothing."""
        fired = any(self.of(self.columns.rounds + e).sums.any() for e in self.lacking.rounds)
        return not (fired or self.lacking.threats) and bool(self.sums("sent").sums.any())

    def header(self) -> Priced:
        """In which money the scenario tells costs, and what is in none of them."""
        money, asked = self.scenario.file.money, self.is_told("damage")
        return {
            "currency": money.currency,
            "year": money.year,
            "without_price": list(dict.fromkeys((*self.lacking.rounds.values(), *self.lacking.threats.values()))),
            "without_worth": list(self.lacking.assets.values()) if asked else [],
        }

    def spent(self, what: str) -> Spent | None:
        """A cost in the money of the scenario."""
        rate = self.scenario.file.money.per_dollar
        if not self.is_told(what):
            return None
        return _spent(self.sums(what).mean().scaled(rate), rate * self.sample(what))

    def ratio(self) -> Spent | None:
        """Cost of rounds by cost of threats: of the means, and raid by raid."""
        found = quotient(self.sums("rounds"), self.sums("sent")) if self.compares() else None
        if found is None:
            return None
        sent = self.sample("sent")
        return _spent(found, self.sample("rounds")[sent > 0] / sent[sent > 0])


def _spent(estimate: Estimate, sample: np.ndarray) -> Spent:
    values = np.quantile(sample, list(SHARES.values()))
    return {**estimate.full(), "raids": {name: float(v) for name, v in zip(SHARES, values, strict=True)}}  # type: ignore[typeddict-item]


def billed(scenario: Scenario, case: Case, columns: Columns, of: Callable[[int], Sums]) -> Bill | None:
    """The costs of a case whose sums by column are `of`; None where nothing has a price."""
    return Bill(scenario, case, columns, of, prices.unpriced(scenario, case)) if columns.priced else None


def of_case(scenario: Scenario, case: Case, columns: Columns, of: Callable[[int], Sums]) -> Cost | None:
    """The same as summary.json has it."""
    bill = billed(scenario, case, columns, of)
    if bill is None:
        return None
    return {
        **bill.header(),
        "rounds": bill.spent("rounds"),
        "sent": bill.spent("sent"),
        "stopped": bill.spent("stopped"),
        "ratio": bill.ratio(),
        "damage": bill.spent("damage"),
        "undefended": bill.spent("undefended"),
        "avoided": bill.spent("avoided"),
        "sampled": int(bill.sample("sent").size),
    }
