"""Reported outcomes of real raids beside the model: where a report lies in what the model expects of such a raid.

A reported raid is one raid in one world. So it is held against single raids of all worlds together, the predictive
distribution, and not against the mean: what nobody knows and what is left to chance both widen it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from bartizan.ground.database import connected, parquet
from bartizan.studies.documents import cases as documents
from bartizan.studies.documents.cases import Predicted, ReportedNumber
from bartizan.studies.estimate import CONFIDENCE, Estimate, Sums
from bartizan.world.cases import Case
from bartizan.world.schema import Reported, Told
from bartizan.world.schema.reported import FATES, Outcome
from bartizan.world.schema.threats import MOST_SENT

#: What a report may tell, and the fate of the model that it is held against. What struck a building is taken as having
#: been meant for it: the reading that is worst for the defence.
HELD_AGAINST = {"killed": "killed", "diverted": "diverted", "leaked": "leaked", "struck": "leaked"}
#: The other reading of a report where units also shoot at what has lost its way: it counts as jammed then, not as shot.
#: By the name of that reading: what was reported, and the fate as it is counted then.
OTHERWISE = {"killed_unjammed": ("killed", "killed_unjammed"), "jammed": ("diverted", "jammed")}


@dataclass(frozen=True)
class Counts:
    """How many threats had each fate in each raid: world (N,), and killed, diverted, leaked (N,), a row per raid; `of`
    has the same of some threats alone, by the type or class that a report names."""

    world: np.ndarray
    killed: np.ndarray
    diverted: np.ndarray
    leaked: np.ndarray
    jammed_killed: np.ndarray  # of those killed, how many had lost satellite navigation or their link before
    of: Mapping[str, Counts] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Threats in a raid."""
        return int((self.killed + self.diverted + self.leaked)[0])

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
        arrays = {each.name: getattr(self, each.name)[rows] for each in fields(self) if each.name != "of"}
        return Counts(**arrays, of={name: part[rows] for name, part in self.of.items()})


def types_told(case: Case, reported: Reported) -> dict[str, list[str]]:
    """The types of threats behind each name of which a report tells something apart."""
    return {name: case.types_called(name) for name in reported.of}


def read_counts(table: Path, case: str, of: Mapping[str, Iterable[str]] = MappingProxyType({})) -> Counts:
    """The fates in each raid of a case, counted from threats.parquet; and those of some types, by name."""
    parts = {name: _read(table, case, types) for name, types in of.items()}
    return replace(_read(table, case, None), of=parts)


def _read(table: Path, case: str, types: Iterable[str] | None) -> Counts:
    """The fates in each raid, of threats of these types, or of all."""
    asked: dict[str, Any] = {"case": case}
    among = ""
    if types is not None:
        among, asked["types"] = " AND list_contains($types, type)", list(types)
    fates = ", ".join(f"count(*) FILTER (fate = '{fate}'{among}) AS {fate}" for fate in FATES)
    fates += f", count(*) FILTER (fate = 'killed' AND jammed_s IS NOT NULL{among}) AS jammed_killed"
    raids = f'FROM {parquet(table)} WHERE "case" = $case GROUP BY world, raid ORDER BY world, raid'
    with connected() as connection:
        rows = connection.execute(f"SELECT world, {fates} {raids}", asked).fetchnumpy()
    arrays: dict[str, Any] = {name: np.asarray(rows[name], np.int64) for name in ("world", *FATES, "jammed_killed")}
    return Counts(**arrays)


@dataclass(frozen=True)
class End:
    """A number of threats with a fate that was told, of all or of some, and how many had it in each raid played."""

    of: str  # empty: of all
    what: str
    told: Told
    played: np.ndarray

    @property
    def is_met(self) -> np.ndarray:
        """Whether each raid came out as told."""
        return (self.told.low <= self.played) & (self.played <= self.told.high)


def ends(counts: Counts, reported: Reported) -> list[End]:
    """How the raid ended as far as it was told; nothing where threats are left without a fate though the number of each
    was told, since no raid that is played can end so."""
    if unaccounted(counts, reported):
        return []
    return [
        End(of, what, told, getattr(part, what))
        for of, part, outcome in _outcomes(counts, reported)
        for what, told in outcome.fates.items()
    ]


def end_of(counts: Counts, number: ReportedNumber) -> End:
    """A fate that a summary says was told, with the raids played."""
    of, what = number["of"], number["what"]
    told = {bound: n for bound, n in number["reported"].items() if n is not None}
    return End(of, what, Told.model_validate(told), getattr(counts.of[of] if of else counts, what))


def unaccounted(counts: Counts, reported: Reported) -> int:
    """Threats without a fate though the number of each fate was told, at least: of all, or of those told of apart."""
    lacking = {of: max(part.sent - outcome.most, 0) for of, part, outcome in _outcomes(counts, reported)}
    return lacking[""] or sum(lacking.values())


class Part(NamedTuple):
    """Threats of which something was told apart: their name in the report, and their types; of all: neither."""

    of: str
    types: list[str]


def _outcomes(counts: Counts, reported: Reported) -> Iterator[tuple[str, Counts, Outcome]]:
    """What was told of all, and of each type or class that was told of apart, with the raids played."""
    yield "", counts, reported
    for name, outcome in reported.of.items():
        yield name, counts.of[name], outcome


def beside(
    counts: Counts,
    reported: Reported,
    of: Mapping[str, Sequence[str]] = MappingProxyType({}),
    confidence: float = CONFIDENCE,
) -> documents.Reported:
    """A report beside the raids played, as plain data for summary.json; `of` as `types_told` has it.

    `numbers`: for each number that was told, its place in the predictive distribution (`place`). `exactly`: how often
    all the fates that were told came out as told, together; None where no fate was told, or no raid can end so.
    """
    numbers = [
        number
        for name, part, outcome in _outcomes(counts, reported)
        for number in _numbers(part, outcome, Part(name, list(of.get(name, ()))), confidence)
    ]
    together = [end.is_met for end in ends(counts, reported)]
    exactly = share(np.logical_and.reduce(together), counts.world, confidence).brief() if together else None
    return {
        "date": reported.date,
        "place": reported.place,
        "sent": counts.sent,
        "claims": list(reported.claims),
        "note": reported.note,
        "raids": len(counts),
        "numbers": numbers,
        "exactly": exactly,
        "unaccounted": unaccounted(counts, reported),
    }


def _numbers(counts: Counts, outcome: Outcome, part: Part, confidence: float) -> Iterator[ReportedNumber]:
    """Each number that was told beside the raids played, in both readings of what was jammed where these differ."""
    told = {name: n for name in HELD_AGAINST if (n := getattr(outcome, name, None)) is not None}
    held = [(name, n, HELD_AGAINST[name]) for name, n in told.items()]
    if counts.jammed_killed.any():
        held += [(name, told[what], fate) for name, (what, fate) in OTHERWISE.items() if what in told]
    for name, n, fate in held:
        reported: documents.Bounds = {"low": n.low, "high": n.high if n.high < MOST_SENT else None}
        there = place(getattr(counts, fate), n, counts.world, confidence)
        yield {"of": part.of, "types": part.types, "what": name, "reported": reported, **there}


def place(number: np.ndarray, told: Told, world: np.ndarray, confidence: float = CONFIDENCE) -> Predicted:
    """Where a reported number lies among those of the raids played (N,), each of a world (N,).

    mean, low, high: of single raids, with the central 95 % of them. at_most, at_least: share of raids with so few as
    was told at most, or so many as at least, with its interval over worlds. within: whether some of what was told lies
    in low to high, ends included.
    """
    low, high = central(number)
    return {
        "mean": float(number.mean()),
        "low": low,
        "high": high,
        "at_most": share(number <= told.high, world, confidence).brief(),
        "at_least": share(number >= told.low, world, confidence).brief(),
        "within": low <= told.high and told.low <= high,
    }


def central(number: np.ndarray) -> tuple[int, int]:
    """The central 95 % of whole numbers: at most 2.5 % lie below the first, at most 2.5 % above the second."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(number, [tail, 1 - tail], method="inverted_cdf")
    return int(low), int(high)


def share(is_so: np.ndarray, world: np.ndarray, confidence: float = CONFIDENCE) -> Estimate:
    """The share of raids in which something is so, with its interval over worlds; both (N,)."""
    _, of_raid = np.unique(world, return_inverse=True)
    raids = np.bincount(of_raid)[:, None]
    times = np.bincount(of_raid, weights=is_so)[:, None]
    return Sums(times, times, raids, confidence).fraction()
