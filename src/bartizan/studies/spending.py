"""What a raid costs under several layouts, in the same worlds with the same luck: each, and beside the first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from bartizan.studies.costs import Bill
from bartizan.studies.documents.cases import Priced
from bartizan.studies.documents.compared import Amount, Costs
from bartizan.studies.estimate import by_world, difference_of_amounts, quotient
from bartizan.world.schema import Money


class Spending(NamedTuple):
    """The costs of a raid under a layout in each world, (W,) in US dollars; None of what is not told."""

    rounds: np.ndarray | None
    damage: np.ndarray | None
    sent: np.ndarray | None  # where all that was fired and sent has a price
    header: Priced  # of the layout, in whichever money it tells them


def spending(bill: Bill) -> Spending:
    """That of a case under a layout."""

    def told(what: str, is_told: bool) -> np.ndarray | None:
        return bill.sums(what).worlds() if is_told else None

    rounds, damage = (told(what, bill.is_told(what)) for what in ("rounds", "damage"))
    return Spending(rounds, damage, told("sent", bill.compares()), bill.header())


def together(of: Sequence[Spending | None]) -> Spending | None:
    """The mean over raids, each as heavy, of what is told of each; None where nothing of one has a price."""
    each = [spent for spent in of if spent is not None]
    if len(each) < len(of):
        return None

    def mean(arrays: Sequence[np.ndarray | None]) -> np.ndarray | None:
        there = [array for array in arrays if array is not None]
        return np.mean(there, axis=0) if len(there) == len(arrays) else None

    header: Priced = {
        **each[0].header,
        "without_price": _all(spent.header["without_price"] for spent in each),
        "without_worth": _all(spent.header["without_worth"] for spent in each),
    }
    return Spending(
        mean([spent.rounds for spent in each]),
        mean([spent.damage for spent in each]),
        mean([spent.sent for spent in each]),
        header,
    )


def _all(names: Iterable[Sequence[str]]) -> list[str]:
    """Names of several lists, each once."""
    return list(dict.fromkeys(itertools.chain.from_iterable(names)))


def costs(of: Spending, first: Spending | None, money: Money, confidence: float) -> Costs:
    """The costs under a layout, and beside the first, in its money."""

    def amount(now: np.ndarray | None, base: np.ndarray | None) -> Amount | None:
        if now is None:
            return None
        found = by_world(now, confidence).mean().scaled(money.per_dollar)
        apart = None if base is None else difference_of_amounts(now, base, confidence).scaled(money.per_dollar)
        return {**found.brief(), "difference": None if apart is None else apart.brief()}

    ratio = None
    if of.rounds is not None and of.sent is not None:
        ratio = quotient(by_world(of.rounds, confidence), by_world(of.sent, confidence))
    return {
        **of.header, "currency": money.currency, "year": money.year,
        "rounds": amount(of.rounds, first and first.rounds), "damage": amount(of.damage, first and first.damage),
        "ratio": None if ratio is None else ratio.brief(),
    }  # fmt: skip
