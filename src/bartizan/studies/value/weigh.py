"""Worlds weighed by a report: what would get through if the worlds are as likely as they explain how a real raid ended.

A world weighs as much as the share of its raids of the reported size that ended just as reported. That is Bayes' rule;
it is worth something only where many worlds keep weight. With few an answer would be the opinion of these: it is
refused, and what of the report contradicts the assumptions is told. What was shot after jamming counts as shot down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.studies import replicate, reported_raids
from bartizan.studies.documents.cases import Case, ReportedNumber
from bartizan.studies.estimate import interval, spread
from bartizan.studies.results import Results
from bartizan.studies.value.worth import plan_means
from bartizan.world.schema.reported import FATES

#: Effective worlds with fewer of which no answer is given.
LEAST_EFFECTIVE = 50


@dataclass(frozen=True)
class Share:
    """What gets through in a case, over worlds: as they were drawn, and as the report weighs them."""

    case: str
    before: float
    given: float
    low: float
    high: float


@dataclass(frozen=True)
class Weighed:
    """Worlds weighed by the report of a case. `effective`: how many worlds of equal weight tell as much; `shares` is
    empty where they are too few, and `numbers` has what was reported beside single raids as played."""

    case: str
    worlds: int
    raids: int
    just_so: int
    effective: float
    shares: tuple[Share, ...]
    numbers: tuple[ReportedNumber, ...]

    @property
    def refused(self) -> bool:
        return self.effective < LEAST_EFFECTIVE

    @property
    def contradicted(self) -> bool:
        """Whether a number that was reported lies outside 95 % of the raids as played."""
        return not all(number["within"] for number in self.numbers)

    def content(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self) | {
            "refused": self.refused,
            "contradicted": self.contradicted,
            "least_effective": LEAST_EFFECTIVE,
        }


def weigh(results: Results, named: str, cases: Sequence[str] = ()) -> Weighed:
    """What gets through in some cases (all by default), given the report of a raid that case `named` has.

    Raises UserError where nothing was reported of it that a raid can end as, or no raid is kept to hold it against.
    """
    case = results.case(named)
    if not results.keeps_threats:
        raise UserError(
            f"{results.path} keeps sums alone, and no raid to hold a report against; run it without --sums-only"
        )
    numbers = tuple(n for n in _numbers(case) if n["what"] in FATES)  # one reading of what was jammed
    if not numbers:
        raise UserError(f"case {case['name']} has no report of how a raid ended; {_reported(results)}")
    if lacking := _without_a_fate(case):
        raise UserError(
            f"the report of case {case['name']} leaves {lacking} without a fate; no raid that is played ends so: "
            "leave out what was not told, or give it bounds such as {low: 3}"
        )
    of = {n["of"]: n["types"] for n in numbers if n["of"]}
    counts = reported_raids.read_counts(results.path / "threats.parquet", case["name"], of)
    just_so = np.logical_and.reduce([reported_raids.end_of(counts, number).is_met for number in numbers])
    played = plan_means(results)
    worlds, plans = played[case["name"]]
    matches = _of_plans(just_so.reshape(len(worlds), -1), plans.shape[1])
    weights = matches.mean(axis=1)
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0
    weighed = Weighed(case["name"], len(worlds), len(counts), int(just_so.sum()), effective, (), numbers)
    if weighed.refused:
        return weighed
    wanted = {chosen["name"] for chosen in results.chosen(cases)}
    leaks = {name: played[name][1].mean(axis=1) for name in wanted}
    if case["name"] in wanted:
        leaks[case["name"]] = _besides(matches, plans)
    shares = (_share(name, *played[name], leaks[name], worlds, weights) for name in results.cases if name in wanted)
    return replace(weighed, shares=tuple(shares))


def _of_plans(is_so: np.ndarray, plans: int) -> np.ndarray:
    """In which share of the raids of each plan something is so (W, P), of raids in the order of their plans (W, R)."""
    firsts = replicate.Design(len(is_so), is_so.shape[1], 0, plans).first_raids()
    return np.add.reduceat(is_so, firsts[:-1], axis=1, dtype=float) / np.diff(firsts)


def _besides(matches: np.ndarray, plans: np.ndarray) -> np.ndarray:
    """What gets through of the reported raid in each world (W,): in the other plans than those in which it ended as
    reported, by how often it did. A raid that ended as reported would tell of itself and not of its world."""
    if plans.shape[1] < 2:
        raise UserError(
            "with one raid in each world a world's weight and what gets through in it would be of the same raid; "
            "run the study with --raids 2 or more, or ask of other cases with --case"
        )
    others, times = (plans.sum(axis=1, keepdims=True) - plans) / (plans.shape[1] - 1), matches.sum(axis=1)
    return np.divide((matches * others).sum(axis=1), times, out=plans.mean(axis=1), where=times > 0)


def _numbers(case: Case) -> Sequence[ReportedNumber]:
    """What was reported of a case, number by number."""
    reported = case.get("reported")
    return (reported.get("numbers") or ()) if reported else ()


def _without_a_fate(case: Case) -> str:
    """How many of those sent, where some are left without one though the number of each fate was told."""
    reported = case.get("reported")
    lacking = reported.get("unaccounted", 0) if reported else 0
    return f"{lacking} of {reported['sent']} sent" if reported and lacking else ""


def _reported(results: Results) -> str:
    having = [
        case["name"]
        for case in results.summary["cases"]
        if any(number["what"] in FATES for number in _numbers(case)) and not _without_a_fate(case)
    ]
    return f"these have: {', '.join(having)}" if having else "no case of this study has"


def _share(
    case: str, played: np.ndarray, plans: np.ndarray, leaks: np.ndarray, worlds: np.ndarray, weights: np.ndarray
) -> Share:
    """Over the worlds that this case and the reported one both have. The interval is a fraction's, with as many worlds
    as they are effective."""
    _, here, there = np.intersect1d(played, worlds, return_indices=True)
    leak, weight = leaks[here], weights[there]
    weight = weight / weight.sum()
    given = float(weight @ leak)
    error = float(np.sqrt(np.sum(weight**2 * (leak - given) ** 2))) if spread(leak) > 0 else 0.0
    effective = float(1 / np.sum(weight**2))
    low, high = interval(given, error, effective, effective - 1, bounded=True)
    return Share(case, float(plans[here].mean()), given, low, high)
