"""All rules, in the order in which they may claim a number of a sentence for themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bartizan.world.reading.clues import Clues, Found
from bartizan.world.reading.counting import counts, lengths, persons, storeys
from bartizan.world.reading.happening import (
    buildings,
    confirmations,
    dates,
    likelihoods,
    outcomes,
    purposes,
    works,
)
from bartizan.world.reading.placing import positions

RULES: tuple[Callable[[Clues], Iterator[Found]], ...] = (
    positions, counts, persons, lengths, storeys, buildings, purposes, outcomes, works, confirmations, likelihoods,
    dates,
)  # fmt: skip
