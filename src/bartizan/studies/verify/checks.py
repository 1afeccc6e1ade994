"""A number of Bartizan beside one of a reference row: how far off, against which tolerance; and who answers what."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

#: A row of a reference table: id, quantity, inputs, expected, unit, tol, tol_kind, source, checked_by.
Row = dict[str, Any]
#: Standard errors within which a simulated number must lie: 1 in 16,000 right ones does not.
STANDARD_ERRORS = 4.0
#: Expected counts below this are taken together before a chi-square test.
FEWEST_EXPECTED = 5
_SAME = 1e-9  # what a sample without any spread may be off by


@dataclass(frozen=True)
class Check:
    """One comparison. `error` and `tolerance` are absolute ("abs"), relative ("rel") or in standard errors ("s.e.").

    `reference` is nan where a whole distribution is compared; `value` then is the chance of a fit at least as bad.
    """

    row: str
    quantity: str
    value: float
    reference: float
    error: float
    tolerance: float
    kind: str

    @property
    def passes(self) -> bool:
        return self.error <= self.tolerance

    @property
    def used(self) -> float:
        """The part of the tolerance that the error takes up; infinite where it is none at all."""
        if self.tolerance > 0 or math.isnan(self.error):
            return self.error / self.tolerance if self.tolerance > 0 else math.inf
        return 0.0 if self.error == 0 else math.inf


Answer = Callable[[Row, int], Iterator[Check]]


@dataclass(frozen=True)
class Answers:
    """Who answers a table. The function takes a row and a seed; its docstring says which code it calls.

    `left_out` tells why rows of some kinds are not answered; the kind is a row's id up to its dash.
    """

    function: Answer
    left_out: Mapping[str, str]
    own: bool  # the table is our own, of closed forms
    takes_s: float  # on two cores of a small machine, about; 0 of what takes no time

    def answers(self, row: str) -> bool:
        return row.split("-")[0] not in self.left_out

    @property
    def told(self) -> str:
        return " ".join((self.function.__doc__ or "").split())


ANSWERED: dict[str, Answers] = {}


def answers(table: str, *, own: bool = False, takes_s: float = 0.0, **left_out: str) -> Callable[[Answer], Answer]:
    """Mark a function as the one that answers a reference table, but for rows of the kinds in `left_out`."""

    def mark(function: Answer) -> Answer:
        ANSWERED[table] = Answers(function, left_out, own, takes_s)
        return function

    return mark


# ---------------------------------------------------------------------------------------------- comparisons


def near(
    row: Row,
    quantity: str,
    value: float,
    reference: float | None = None,
    *,
    tolerance: float | None = None,
    kind: str | None = None,
) -> Check:
    """A number that leaves nothing to chance. Reference, tolerance and its kind are the row's unless given."""
    wanted = expected(row, quantity) if reference is None else reference
    kind = kind or {"exact": "abs"}.get(row["tol_kind"], row["tol_kind"])
    if kind not in ("abs", "rel"):
        raise ValueError(f"row {row['id']}: a tolerance of kind {kind!r} is for samples; give kind='abs' or 'rel'")
    error = abs(value - wanted) / (abs(wanted) if kind == "rel" else 1.0)
    return Check(
        row["id"], quantity, float(value), float(wanted), error, row["tol"] if tolerance is None else tolerance, kind
    )


def mean_near(
    row: Row,
    quantity: str,
    sample: np.ndarray,
    reference: float | None = None,
    *,
    reference_error: float = 0.0,
    limit: float = STANDARD_ERRORS,
) -> Check:
    """The mean of a sample, whose spread gives the standard error; `reference_error` is that of the reference."""
    wanted = expected(row, quantity) if reference is None else reference
    off = errors_off(sample, wanted, reference_error)
    return Check(row["id"], quantity, float(np.mean(sample)), wanted, off, limit, "s.e.")


def chance_near(
    row: Row, quantity: str, happened: np.ndarray, reference: float | None = None, *, limit: float = STANDARD_ERRORS
) -> Check:
    """The share of a sample of yes and no; the standard error is that of the reference chance."""
    wanted = expected(row, quantity) if reference is None else reference
    off = errors_off_pmf(np.asarray(happened, int), np.array([1 - wanted, wanted]))
    return Check(row["id"], quantity, float(np.mean(happened)), wanted, off, limit, "s.e.")


def distribution_near(row: Row, quantity: str, sample: np.ndarray, pmf: np.ndarray) -> Check:
    """A sample of counts against their distribution, by chi-square; its chance told as a normal deviate."""
    chance = chance_of_fit(sample, pmf)
    off = max(0.0, float(stats.norm.isf(chance)))
    return Check(row["id"], quantity, chance, math.nan, off, STANDARD_ERRORS, "s.e.")


def expected(row: Row, quantity: str) -> Any:
    """What the row expects of a quantity; a row that expects a single number expects it of any."""
    wanted = row["expected"]
    return wanted[quantity] if isinstance(wanted, Mapping) else wanted


# -------------------------------------------------------------------------------------------------- samples


def errors_off(sample: np.ndarray, wanted: float, wanted_error: float = 0.0) -> float:
    """By how many standard errors, those of `wanted` included, the mean of `sample` is off; a constant is exact."""
    error = float(np.hypot(np.std(sample) / np.sqrt(np.size(sample)), wanted_error))
    return _in_errors(abs(float(np.mean(sample)) - wanted), error)


def errors_off_pmf(sample: np.ndarray, pmf: np.ndarray) -> float:
    """By how many standard errors the mean of `sample` (integers) is off that of `pmf`, errors taken from `pmf`."""
    values = np.arange(len(pmf))
    mean = float(pmf @ values)
    error = float(np.sqrt(max(pmf @ (values - mean) ** 2, 0.0) / np.size(sample)))
    return _in_errors(abs(float(np.mean(sample)) - mean), error if error > _SAME else 0.0)


def _in_errors(off: float, error: float) -> float:
    if error > 0:
        return off / error
    return 0.0 if off < _SAME else math.inf


def chance_of_fit(sample: np.ndarray, pmf: np.ndarray) -> float:
    """Chi-square: the chance that a sample from `pmf` is at least as far from it.

    Values that are expected fewer than FEWEST_EXPECTED times count as one.
    """
    seen = np.bincount(sample.ravel(), minlength=len(pmf)).astype(float)
    if len(seen) > len(pmf):
        return 0.0
    wanted = np.asarray(pmf) * sample.size
    often = wanted >= FEWEST_EXPECTED
    seen, wanted = np.append(seen[often], seen[~often].sum()), np.append(wanted[often], wanted[~often].sum())
    if wanted[-1] < 0.5 and seen[-1] == 0:
        seen, wanted = seen[:-1], wanted[:-1]
    return float(stats.chi2.sf(((seen - wanted) ** 2 / wanted).sum(), len(seen) - 1)) if len(seen) > 1 else 1.0
