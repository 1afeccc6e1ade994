"""All reports of a study together, beside sets of raids as the model plays them: by total, by rank and by log score.

One set is one raid of every reported case in one world, as the real raids all took place in the one true world.
Whatever is worked out of the reports is worked out of every set too, so that how seldom it comes needs no formula.

By total: the sum over reports of how many were, say, shot down. By rank: where each report lies in its own predictive
distribution; as numbers are whole, its rank is spread over the share of raids that end just so (the randomised
probability integral transform: Czado, Gneiting and Held 2009). Ranks of a right model are even between 0 and 1.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bartizan.ground import dates
from bartizan.studies.documents.results import LogScore, Reports, ReportsOn
from bartizan.studies.estimate import CONFIDENCE
from bartizan.studies.reported_raids import Counts, End, central, ends, share
from bartizan.world.schema import Reported

#: What is looked at, and the fates that make it up. `stopped` is what reports tell best: what is called jammed and what
#: shot down is the defender's choice of word.
LOOKED_AT: Mapping[str, tuple[str, ...]] = {
    "killed": ("killed",), "diverted": ("diverted",), "stopped": ("killed", "diverted"),
}  # fmt: skip
#: Sets that ranks are worked out for: their share is then known to a point.
_MOST_SETS = 2048
#: Days of a raid at most: that it began late on one and ended on the next.
_LONGEST = datetime.timedelta(days=1)
#: Ranks at which the distance from even is looked at.
_RANKS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Report:
    """A report, and the raids of its size: how many had each fate, in sets (S,), each of a world (S,)."""

    case: str
    reported: Reported
    counts: Counts

    def told(self, what: str) -> tuple[int, int] | None:
        """How many were so, as reported, at least and at most; None where a part of it was not told."""
        parts = [bounds for fate in LOOKED_AT[what] if (bounds := self._told(fate)) is not None]
        if len(parts) < len(LOOKED_AT[what]):
            return None
        return sum(low for low, _ in parts), min(sum(high for _, high in parts), self.counts.sent)

    def _told(self, fate: str) -> tuple[int, int] | None:
        """The bounds of how many had a fate: of all, or as the sum of those told of apart where these are all."""
        of_some = {name: outcome.fates[fate] for name, outcome in self.reported.of.items() if fate in outcome.fates}
        if (of_all := self.reported.fates.get(fate)) is not None:
            return of_all.low, of_all.high
        if sum(self.counts.of[name].sent for name in of_some) < self.counts.sent:
            return None
        most = (min(told.high, self.counts.of[name].sent) for name, told in of_some.items())
        return sum(told.low for told in of_some.values()), sum(most)

    @property
    def ends(self) -> list[End]:
        return ends(self.counts, self.reported)

    def played(self, what: str) -> np.ndarray:
        return np.asarray(sum(getattr(self.counts, fate) for fate in LOOKED_AT[what]))


def together(reports: Sequence[Report], confidence: float = CONFIDENCE) -> Reports | None:
    """The reports as one, as plain data for summary.json; None where fewer than two tell anything.

    Of two reports of one day and place the first counts: they are accounts of one raid.
    """
    raids = [_raid(report.reported) for report in reports]
    kept = [report for k, report in enumerate(reports) if raids[k] not in raids[:k]]
    if len(kept) < 2:
        return None
    sets = _in_sets(kept)
    telling = {what: [r for r in sets if r.told(what) is not None] for what in LOOKED_AT}
    looked = [_looked_at(what, of_it, confidence) for what, of_it in telling.items() if len(of_it) > 1]
    return {
        "reports": len(kept),
        "left_out": [report.case for k, report in enumerate(reports) if raids[k] in raids[:k]],
        "sets": len(sets[0].counts),
        "looked_at": looked,
        "log_score": _log_score(sets),
    }


def _raid(reported: Reported) -> tuple[object, str] | int:
    """What tells a raid from others: its day, or its night, and its place; without one, such as a month alone, which
    report it is, as one that may be of several sizes is held against each."""
    with contextlib.suppress(ValueError):
        first, last = dates.period(reported.date)
        if last - first <= _LONGEST:
            return (first, last), " ".join(reported.place.casefold().split())
    return id(reported)


def _in_sets(reports: Sequence[Report]) -> list[Report]:
    """As many raids of each as of the case with the fewest, in the worlds that all have."""
    shared = set.intersection(*(set(report.counts.world.tolist()) for report in reports))
    least = min(np.bincount(r.counts.world)[world] for r in reports for world in shared)
    return [Report(report.case, report.reported, _first(report.counts, shared, int(least))) for report in reports]


def _first(counts: Counts, worlds: set[int], raids: int) -> Counts:
    """The first so many raids of each of some worlds."""
    number = np.arange(len(counts)) - np.searchsorted(counts.world, counts.world)  # of a raid in its world
    kept = (number < raids) & np.isin(counts.world, sorted(worlds))
    return counts[kept]


# ------------------------------------------------------------------------------------------------ totals and ranks


def _looked_at(what: str, reports: Sequence[Report], confidence: float) -> ReportsOn:
    """One number of all reports that tell it: totals, and the distance of ranks from even."""
    least, most = np.transpose([report.told(what) for report in reports])
    played = np.stack([report.played(what) for report in reports], axis=1)  # (S, reports)
    world, total = reports[0].counts.world, played.sum(axis=1)
    low, high = central(total)
    below, up_to = _ranks(least[None, :], most[None, :], played)
    some = played[np.unique(np.linspace(0, len(played) - 1, _MOST_SETS).astype(int))]
    as_told = _as_told(some, least, most, played)
    distance, of_sets = _unevenness(below, up_to)[0], _unevenness(*_ranks(*as_told, played))
    return {
        "what": what,
        "reports": len(reports),
        "reported": {"low": int(least.sum()), "high": int(most.sum())},
        "mean": float(total.mean()),
        "low": low,
        "high": high,
        "at_most": share(total <= most.sum(), world, confidence).brief(),
        "at_least": share(total >= least.sum(), world, confidence).brief(),
        "ranks": [[float(a), float(b)] for a, b in zip(below[0], up_to[0], strict=True)],
        "distance": float(distance),
        "as_far": float((of_sets >= distance - 1e-12).mean()),
    }


def _as_told(
    sets: np.ndarray, least: np.ndarray, most: np.ndarray, played: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What would be told of raids (K, reports) by who tells no more than the reports do: the number, where a report has
    one; where it has bounds, whether it lies within, below or above them, as bounds."""
    bounded = least < most
    low = np.select([~bounded, sets < least, sets > most], [sets, 0, most + 1], least)
    high = np.select([~bounded, sets < least, sets > most], [sets, least - 1, played.max(axis=0)], most)
    return low, high


def _ranks(least: np.ndarray, most: np.ndarray, played: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of raids with fewer than each of some numbers (K, reports), and of those with as many at most."""
    ordered, reports = np.sort(played, axis=0), range(played.shape[1])
    below = [np.searchsorted(ordered[:, c], least[:, c], "left") for c in reports]
    up_to = [np.searchsorted(ordered[:, c], most[:, c], "right") for c in reports]
    return np.stack(below, axis=1) / len(played), np.stack(up_to, axis=1) / len(played)


def _unevenness(below: np.ndarray, up_to: np.ndarray) -> np.ndarray:
    """How far the ranks of each row are from even, as Kolmogorov has it: the most by which the share of ranks below
    some value is off that value; a rank that is spread from `below` to `up_to` counts in part."""
    width = np.maximum(up_to - below, 1e-12)
    most = np.zeros(len(below))
    for rank in _RANKS:
        lower = np.clip((rank - below) / width, 0, 1).mean(axis=1)
        most = np.maximum(most, np.abs(lower - rank))
    return most


# ------------------------------------------------------------------------------------------------ log score


def _log_score(reports: Sequence[Report]) -> LogScore | None:
    """The sum of the logarithms of how often raids end just as reported; beside what sets of the model itself get.

    Of the raids played and the real one each is held against all others, so that none tells how likely it is itself.
    Half a raid is added to each count, so that what came up in no other is as unlikely as their number can tell.
    """
    told = [told for report in reports if (told := report.ends)]
    if not told:
        return None
    of_sets, reported, never = np.zeros(len(told[0][0].played)), 0.0, 0
    for ended in told:
        _, kind, times = np.unique([_kinds(end) for end in ended], axis=1, return_inverse=True, return_counts=True)
        others = (times - 1)[np.ravel(kind)]
        *scores, score = np.log((others + 0.5) / len(others))
        of_sets, reported, never = of_sets + scores, reported + float(score), never + int(others[-1] == 0)
    return {
        "reports": len(told),
        "reported": reported,
        "mean": float(np.mean(of_sets)),
        "as_low": float(np.mean(of_sets <= reported)),
        "never": never,
    }


def _kinds(end: End) -> np.ndarray:
    """How each raid, and last the one that was reported, came out as far as the report tells it apart: the number, or
    whether it lies below the bounds that were told, within or above."""
    told, played = end.told, end.played
    if told.low == told.high:
        return np.append(played, told.low)
    return np.append((played >= told.low).astype(int) + (played > told.high), 1)
