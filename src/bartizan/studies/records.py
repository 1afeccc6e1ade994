"""Reported outcomes of real raids beside the model: where a report lies in what the model expects of such a raid.

A reported raid is one raid in one world. So it is held against single raids of all worlds together, the predictive
distribution, and not against the mean: what nobody knows and what is left to chance both widen it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground.database import connected
from bartizan.studies.documents import cases as documents
from bartizan.studies.documents.cases import Predicted, ReportedNumber
from bartizan.studies.estimate import CONFIDENCE, Estimate, Sums
from bartizan.world.cases import Case
from bartizan.world.schema import Reported

#: What a report may tell, and the fate of the model that it is held against. What struck a building is taken as having
#: been meant for it: the reading that is worst for the defence.
HELD_AGAINST = {"killed": "killed", "diverted": "diverted", "leaked": "leaked", "struck": "leaked"}
#: How a raid ends: of what a report may tell, the fates that its threats have.
ENDS = ("killed", "diverted", "leaked")
#: The other reading of a report where units also shoot at what has lost its way: it counts as jammed then, not as shot.
#: By the name of that reading: what was reported, and the fate as it is counted then.
OTHERWISE = {"killed_unjammed": ("killed", "killed_unjammed"), "jammed": ("diverted", "jammed")}


@dataclass(frozen=True)
class Counts:
    """How many threats had each fate in each raid: world (N,), and killed, diverted, leaked (N,), a row per raid."""

    world: np.ndarray
    killed: np.ndarray
    diverted: np.ndarray
    leaked: np.ndarray
    jammed_killed: np.ndarray  # of those killed, how many had lost satellite navigation or their link before

    @property
    def killed_unjammed(self) -> np.ndarray:
        return self.killed - self.jammed_killed

    @property
    def jammed(self) -> np.ndarray:
        return self.diverted + self.jammed_killed

    def __len__(self) -> int:
        return len(self.world)

    def __getitem__(self, rows: Any) -> Counts:
        """Some of the raids."""
        return Counts(*(getattr(self, field.name)[rows] for field in fields(self)))


def of(case: Case) -> Reported | None:
    """What was reported of a real raid of the size of this case."""
    reported = case.raid.reported
    return reported if reported is not None and reported.sent == case.size else None


def read_counts(table: Path, case: str) -> Counts:
    """The fates in each raid of a case, counted from threats.parquet."""
    fates = ", ".join(f"count(*) FILTER (fate = '{fate}') AS {fate}" for fate in ("killed", "diverted", "leaked"))
    fates += ", count(*) FILTER (fate = 'killed' AND jammed_s IS NOT NULL) AS jammed_killed"
    raids = 'FROM read_parquet($table) WHERE "case" = $case GROUP BY world, raid ORDER BY world, raid'
    with connected() as connection:
        rows = connection.execute(f"SELECT world, {fates} {raids}", {"table": str(table), "case": case}).fetchnumpy()
    names = ("world", "killed", "diverted", "leaked", "jammed_killed")
    return Counts(*(np.asarray(rows[name], np.int64) for name in names))


def beside(counts: Counts, reported: Reported) -> documents.Reported:
    """A report beside the raids played, as plain data for summary.json.

    `numbers`: for each number that was told, its place in the predictive distribution (`place`). `exactly`: how often
    all the fates that were told came out as told, together; None where no fate was told, or no raid can end so.
    """
    told = {name: n for name in HELD_AGAINST if (n := getattr(reported, name)) is not None}
    numbers: list[ReportedNumber] = [
        {"what": name, "reported": n, **place(getattr(counts, HELD_AGAINST[name]), n, counts.world)}
        for name, n in told.items()
    ]
    if counts.jammed_killed.any():
        numbers += [
            {"what": name, "reported": told[what], **place(getattr(counts, counted), told[what], counts.world)}
            for name, (what, counted) in OTHERWISE.items()
            if what in told
        ]
    together = [getattr(counts, name) == n for name, n in reported.ends.items()]
    exactly = share(np.logical_and.reduce(together), counts.world).brief() if together else None
    return {
        "date": reported.date,
        "sent": reported.sent,
        "claims": list(reported.claims),
        "note": reported.note,
        "raids": len(counts),
        "numbers": numbers,
        "exactly": exactly,
        "unaccounted": reported.unaccounted,
    }


def place(number: np.ndarray, reported: int, world: np.ndarray) -> Predicted:
    """Where a reported number lies among those of the raids played (N,), each of a world (N,).

    mean, low, high: of single raids, with the central 95 % of them. at_most, at_least: share of raids with so few or
    so many, with its interval over worlds. within: whether the report lies in low to high, ends included.
    """
    low, high = central(number)
    return {
        "mean": float(number.mean()),
        "low": low,
        "high": high,
        "at_most": share(number <= reported, world).brief(),
        "at_least": share(number >= reported, world).brief(),
        "within": low <= reported <= high,
    }


def central(number: np.ndarray) -> tuple[int, int]:
    """The central 95 % of whole numbers: at most 2.5 % lie below the first, at most 2.5 % above the second."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(number, [tail, 1 - tail], method="inverted_cdf")
    return int(low), int(high)


def share(is_so: np.ndarray, world: np.ndarray) -> Estimate:
    """The share of raids in which something is so, with its interval over worlds; both (N,)."""
    _, of_raid = np.unique(world, return_inverse=True)
    raids = np.bincount(of_raid)[:, None]
    times = np.bincount(of_raid, weights=is_so)[:, None]
    return Sums(times, times, raids).fraction()
