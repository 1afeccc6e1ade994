"""How far a model's answers are off what records show, class by class, and the answers with that put right.

logit(share stopped, records) = logit(share stopped, model) + delta: one delta for each class of records, from the cases
that send what the class stands for. The second answer to a case adds it to the model's logit, so that what the model
says of one raid beside another stays; how raids spread about it is taken from the records' correlation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from bartizan.studies.calibrate import betabinomial
from bartizan.studies.calibrate.classes import ClassFit
from bartizan.studies.estimate import CONFIDENCE
from bartizan.world.schema.fields import CLASSES

#: Points at which the posterior of a share, and the model's error, are taken: evenly in probability, by their middles.
_EVEN, _EVEN_ERROR = ((np.arange(points) + 0.5) / points for points in (400, 41))
_TAILS = np.array([(1 - CONFIDENCE) / 2, 0.5, (1 + CONFIDENCE) / 2])

Case = Mapping[str, Any]


@dataclass(frozen=True)
class Modelled:
    """The share of a type that the model stops in a case: its logit, and the standard error of that over worlds."""

    case: str
    type: str
    sent: int
    logit: float
    error: float


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """delta of one class of records: its likeliest value, or its median where that lies outside of the 95 % interval;
    that interval; and the cases it was taken from."""

    of: ClassFit
    stands_for: str
    modelled: tuple[Modelled, ...]
    delta: float
    low: float
    high: float

    @property
    def logit(self) -> float:
        """The model's, as the mean over cases."""
        return float(np.mean([m.logit for m in self.modelled]))

    @property
    def seen(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0

    def content(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "class": self.of.name,
            "stands_for": self.stands_for,
            "cases": list(dict.fromkeys(m.case for m in self.modelled)),
            "modelled": float(special.expit(self.logit)),
            "recorded": {"mean": self.of.fit.point[0], "low": self.of.interval[0], "high": self.of.interval[1]},
            "delta": {"mean": self.delta, "low": self.low, "high": self.high},
        }


# ------------------------------------------------------------------------------------------------ what was modelled


def modelled(case: Case, kinds: Mapping[str, str]) -> Iterator[tuple[str, Modelled]]:
    """For each type that a case sends: its class in the model, by `kinds`, and what the model stops of it: what does
    not get through, as a raid is played until nothing flies any more."""
    for sent in case.get("types") or ():
        mean, low, high = (sent["leak"][end] for end in ("mean", "low", "high"))
        logit, error = _logit(1 - mean, 1 - high, 1 - low, int(case["worlds"]))
        yield kinds.get(sent["type"], ""), Modelled(case["name"], sent["type"], sent["sent"], logit, error)


def _logit(mean: float, low: float, high: float, worlds: int) -> tuple[float, float]:
    """The logit of a share and its standard error, from the share's interval; where all or none were stopped, what the
    posterior of so many worlds under Jeffreys' prior leaves of it."""
    if 0 < mean < 1:
        low, high = max(low, 1e-9), min(high, 1 - 1e-9)
        return float(special.logit(mean)), float(
            (special.logit(high) - special.logit(low)) / (2 * special.ndtri(_TAILS[2]))
        )
    stopped = worlds * mean
    a, b = stopped + 0.5, worlds - stopped + 0.5
    middle = float(special.digamma(a) - special.digamma(b))
    return middle, float(np.sqrt(special.polygamma(1, a) + special.polygamma(1, b)))


# ------------------------------------------------------------------------------------------------ discrepancies


def found(
    cases: Sequence[Case], kinds: Mapping[str, str], fits: Sequence[ClassFit]
) -> tuple[list[Discrepancy], list[str]]:
    """The discrepancy of each class of records that the cases send something of, and why others have none."""
    every = [pair for case in cases for pair in modelled(case, kinds)]
    discrepancies, without = [], []
    for stands_for, claiming in _claimed(fits).items():
        of_it = tuple(m for kind, m in every if stands_for in (kind, m.type))
        names = ", ".join(fit.name for fit in claiming)
        if not of_it:
            without.append(f"{names}: no case sends anything of class {stands_for}")
        elif len(claiming) > 1:
            without.append(f"{names}: all stand for {stands_for}, and are not pooled; give a table with one of them")
        else:
            discrepancies.append(_discrepancy(claiming[0], stands_for, of_it))
    without += [
        f"{fit.name}: stands for no class or type of the model; a column stands_for may say for which, such as "
        "shahed-136 or drone"
        for fit in fits
        if not fit.stands_for
    ]
    return discrepancies, without


def _claimed(fits: Sequence[ClassFit]) -> dict[str, list[ClassFit]]:
    """The classes of records by what they stand for: types before classes of the model."""
    claimed: dict[str, list[ClassFit]] = {}
    for fit in fits:
        if fit.stands_for:
            claimed.setdefault(fit.stands_for, []).append(fit)
    return dict(sorted(claimed.items(), key=lambda item: item[0] in CLASSES))


def _discrepancy(of: ClassFit, stands_for: str, modelled: tuple[Modelled, ...]) -> Discrepancy:
    """delta, and the interval that both the records and the model's worlds leave it; cases share their worlds, so
    that their errors do not average out."""
    logit = float(np.mean([m.logit for m in modelled]))
    error = float(np.mean([m.error for m in modelled]))
    return Discrepancy(of, stands_for, modelled, *_recorded(of, -logit, error))


def _recorded(of: ClassFit, by: float, error: float) -> tuple[float, float, float]:
    """The logit of the share recorded + by, with a normal error: the likeliest, or the median where that lies outside
    of the interval; and the interval, over all fits that are to be told apart."""
    ends = [_shifted(fit.share.logit_quantile(_EVEN), by, error) for fit in of.apart]
    low, high = min(low for low, _, _ in ends), max(high for *_, high in ends)
    likeliest = float(special.logit(of.fit.most_likely[0])) + by
    return likeliest if low <= likeliest <= high else ends[0][1], low, high


def _shifted(logits: np.ndarray, by: float, error: float) -> tuple[float, float, float]:
    """Low, middle and high of logits, evenly likely, + by, with a normal error."""
    spread = logits[:, None] + by + error * special.ndtri(_EVEN_ERROR)[None, :]
    low, middle, high = np.quantile(spread, _TAILS, method="hazen")
    return float(low), float(middle), float(high)


# ------------------------------------------------------------------------------------------------ the second answer


def answers(
    cases: Sequence[Case], kinds: Mapping[str, str], discrepancies: Sequence[Discrepancy]
) -> list[dict[str, Any]]:
    """Of each case: what gets through as modelled, and with the discrepancies; none where there are none."""
    told = []
    for case in cases if discrepancies else ():
        sent = list(modelled(case, kinds))
        found = [_of_type(kind, m, discrepancies) for kind, m in sent]
        told.append(_answer(case, [m for _, m in sent], found))
    return told


def _of_type(kind: str, sent: Modelled, discrepancies: Sequence[Discrepancy]) -> Discrepancy | None:
    """The discrepancy that applies to a type: that of its own name before that of its class."""
    by_name = {d.stands_for: d for d in discrepancies}
    return by_name.get(sent.type, by_name.get(kind))


def _answer(case: Case, sent: list[Modelled], found: list[Discrepancy | None]) -> dict[str, Any]:
    likeliest, low, high = (0.0, 0.0, 0.0)
    for m, discrepancy in zip(sent, found, strict=True):
        ends = _leak(m, discrepancy)
        likeliest, low, high = likeliest + m.sent * ends[0], low + m.sent * ends[1], high + m.sent * ends[2]
    size = sum(m.sent for m in sent)
    as_modelled = {key: case["leak"][key] for key in ("mean", "low", "high")}
    spoken_of = {m.type: discrepancy is not None for m, discrepancy in zip(sent, found, strict=True)}
    recorded = {"mean": likeliest / size, "low": low / size, "high": high / size}
    return {
        "case": case["name"],
        "size": size,
        "as_modelled": as_modelled,
        "with_discrepancy": recorded if any(spoken_of.values()) else as_modelled,
        "any_as_modelled": case["any"]["mean"],
        "any_with_discrepancy": _any(sent, found) if any(spoken_of.values()) else case["any"]["mean"],
        "with_records": [kind for kind, is_so in spoken_of.items() if is_so],
        "without_records": [kind for kind, is_so in spoken_of.items() if not is_so],
    }


def _leak(m: Modelled, discrepancy: Discrepancy | None) -> tuple[float, float, float]:
    """Likeliest or median, low and high share of a type that gets through; as modelled where no records speak of it."""
    if discrepancy is None:
        ends = m.logit + m.error * np.array([0.0, 1.0, -1.0]) * special.ndtri(_TAILS[2])
        likeliest, low, high = special.expit(-ends)
        return float(likeliest), float(low), float(high)
    offset = m.logit - discrepancy.logit
    error = m.error if len(discrepancy.modelled) > 1 else 0.0  # of a single case all of it is in delta, and cancels
    likeliest, low, high = special.expit(-np.array(_recorded(discrepancy.of, offset, error)))
    return float(likeliest), float(high), float(low)


def _any(sent: list[Modelled], found: list[Discrepancy | None]) -> float | None:
    """The chance that any gets through, with the records' correlation inside a raid: types of one class share their
    luck, classes do not; None where something is sent that no records speak of."""
    none = 1.0
    for discrepancy in dict.fromkeys(d for d in found if d is not None):
        of_it = [m for m, d in zip(sent, found, strict=True) if d is discrepancy]
        count = sum(m.sent for m in of_it)
        leak = sum(m.sent * _leak(m, discrepancy)[0] for m in of_it) / count
        none *= float(betabinomial.chances(count, 1 - leak, discrepancy.of.fit.point[1])[-1])
    return None if None in found else 1 - none
