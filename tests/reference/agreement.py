"""How well a sample agrees with what theory says of it. Seeds are fixed, so every answer here is the same each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import numpy as np
from scipy import stats
from tests.oracles.reference_scenarios import scenario_for

from bartizan.studies.replicate import Outcomes, run
from bartizan.world.scenario import load

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


def errors_off(sample: np.ndarray, expected: float, expected_error: float = 0.0) -> float:
    """By how many standard errors, those of `expected` included, the mean of `sample` is off; a constant is exact."""
    error = float(np.hypot(np.std(sample) / np.sqrt(np.size(sample)), expected_error))
    off = abs(float(np.mean(sample)) - expected)
    if error == 0.0:
        return 0.0 if off < 1e-9 else float("inf")
    return off / error


def errors_off_pmf(sample: np.ndarray, pmf: np.ndarray) -> float:
    """By how many standard errors the mean of `sample` (integers) is off that of `pmf`, errors taken from `pmf`."""
    values = np.arange(len(pmf))
    mean = float(pmf @ values)
    error = float(np.sqrt(max(pmf @ (values - mean) ** 2, 0.0) / np.size(sample)))
    off = abs(float(np.mean(sample)) - mean)
    return off / error if error > 1e-9 else (0.0 if off < 1e-9 else float("inf"))


def chance_of_fit(sample: np.ndarray, pmf: np.ndarray) -> float:
    """Chi-square: the chance that a sample from `pmf` is at least as far from it.

    Values that are expected fewer than 5 times count as one.
    """
    seen = np.bincount(sample.ravel(), minlength=len(pmf)).astype(float)
    if len(seen) > len(pmf):
        return 0.0
    wanted = np.asarray(pmf) * sample.size
    often = wanted >= 5
    seen, wanted = np.append(seen[often], seen[~often].sum()), np.append(wanted[often], wanted[~often].sum())
    if wanted[-1] < 0.5 and seen[-1] == 0:
        seen, wanted = seen[:-1], wanted[:-1]
    return float(stats.chi2.sf(((seen - wanted) ** 2 / wanted).sum(), len(seen) - 1)) if len(seen) > 1 else 1.0
