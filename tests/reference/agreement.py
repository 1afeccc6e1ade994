"""How well a sample agrees with what theory says of it. Seeds are fixed, so every answer here is the same each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from bartizan.studies.replicate import Outcomes, run
from bartizan.studies.verify.checks import chance_of_fit, errors_off, errors_off_pmf
from bartizan.studies.verify.scenarios import scenario_for
from bartizan.world.scenario import load

__all__ = ["SEED", "chance_of_fit", "errors_off", "errors_off_pmf", "only", "played", "where"]

SEED = 1
F = TypeVar("F", bound=Callable[..., None])


def only(*prefixes: str) -> Callable[[F], F]:
    """A test for the rows whose ids begin with one of these."""
    return where(lambda row: row["id"].startswith(prefixes))


def where(wanted: Callable[[dict], bool]) -> Callable[[F], F]:
    """A test for the rows that `wanted` accepts."""

    def mark(function: F) -> F:
        function.wants_row = wanted  # type: ignore[attr-defined]
        return function

    return mark


def played(table: str, row: dict, raids: int | None = None) -> Outcomes:
    """A row's scenario, played as its study says or with other numbers of raids."""
    return _played(json.dumps(scenario_for(table, row)), raids)


@lru_cache(maxsize=64)  # two tests of one row share its play
def _played(scenario: str, raids: int | None) -> Outcomes:
    return run(load(json.loads(scenario)), raids=raids, seed=SEED)
