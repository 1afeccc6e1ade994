"""What records say of each class: mean share stopped, the luck that a raid shares, whether years and places differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bartizan.studies.calibrate import betabinomial
from bartizan.studies.calibrate.betabinomial import Fit, Marginal
from bartizan.studies.calibrate.rows import Record, Records, counts

#: Odds from which parts of a class are said to differ: on the natural logarithm, 20 to 1.
TELLS_APART = float(np.log(20))
#: Records that a year or a place needs, to be looked at by itself.
_LEAST_RECORDS = 5
_SINGLE = "no record holds more than one threat"
#: Threats of a record, and records, that it takes to tell how shares of killed and diverted go together.
_LEAST_SENT, _LEAST_PAIRS = 5, 10


@dataclass(frozen=True)
class Parts:
    """A class taken apart by year or by place: a fit for each part, and the log odds that they differ, given even
    odds before: of a mean and a correlation for each part, against one for all."""

    by: str
    fits: dict[str, Fit]
    log_odds: float

    @property
    def differ(self) -> bool:
        return self.log_odds > TELLS_APART

    def content(self) -> dict[str, Any]:
        parts = [{self.by: name, **content(fit)} for name, fit in self.fits.items()]
        return {"parts": parts, "log_odds": self.log_odds, "differ": self.differ}


@dataclass(frozen=True)
class ClassFit:
    """A class of records: all of it as one, and by year and by place where that can be told."""

    name: str
    stands_for: str
    fit: Fit
    years: Parts | None
    places: Parts | None
    #: between the shares of killed and diverted of a record, and of how many records; None where hardly any tells both
    trade: tuple[float, int] | None

    @property
    def apart(self) -> Sequence[Fit]:
        """The fits that an interval has to span: the one of all, in which is also what belongs to no part, and of the
        years or places where they differ."""
        parts = [parts for parts in (self.years, self.places) if parts and parts.differ]
        return [self.fit, *(fit for each in parts for fit in each.fits.values())]

    @property
    def interval(self) -> tuple[float, float]:
        """Of the mean share: of all records as one, or from the lowest to the highest part where parts differ."""
        ends = [fit.share.interval for fit in self.apart]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def content(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "class": self.name,
            "stands_for": self.stands_for or None,
            **content(self.fit),
            "years": self.years.content() if self.years else None,
            "places": self.places.content() if self.places else None,
            "killed_against_diverted": self.trade[0] if self.trade else None,
        }


def content(fit: Fit) -> dict[str, Any]:
    """A fit as plain data: the likeliest values, with median, mean and 95 % interval of the posterior."""
    mu, rho = fit.most_likely
    return {
        "records": len(fit.sent),
        "sent": int(fit.sent.sum()),
        "stopped": int(fit.stopped.sum()),
        "share": _number(fit.share, mu),
        "correlation": _number(fit.correlation, rho) if fit.knows_correlation else None,
    }


def _number(found: Marginal, likeliest: float) -> dict[str, float | None]:
    """`likeliest` is null where it lies outside of the interval: all or none stopped, or luck shared not at all."""
    low, high = found.interval
    told = likeliest if found.holds(likeliest) else None
    return {"likeliest": told, "median": found.median, "mean": found.mean, "low": low, "high": high}


def fitted(records: Records) -> list[ClassFit]:
    """Every class of the records, most sent first."""
    return [_of_class(name, records.of_class(name)) for name in records.classes]


def _of_class(name: str, records: list[Record]) -> ClassFit:
    fit = betabinomial.fit(*counts(records))
    stands_for = next((record.stands_for for record in records if record.stands_for), "")
    years = _parts("year", records, fit, lambda r: str(r.end.year) if r.end else "")
    return ClassFit(name, stands_for, fit, years, _parts("place", records, fit, lambda r: r.place), _trade(records))


def _parts(by: str, records: list[Record], whole: Fit, key: Callable[[Record], str]) -> Parts | None:
    """None where fewer than two parts have records enough. What belongs to no part is left out on both sides."""
    groups: dict[str, list[Record]] = {}
    for record in sorted(records, key=key):
        groups.setdefault(key(record), []).append(record)
    enough = {name: part for name, part in groups.items() if name and len(part) >= _LEAST_RECORDS}
    if len(enough) < 2:
        return None
    fits = {name: betabinomial.fit(*counts(part)) for name, part in enough.items()}
    together = [record for part in enough.values() for record in part]
    one = whole if len(together) == len(records) else betabinomial.fit(*counts(together))
    return Parts(by, fits, sum(fit.log_evidence for fit in fits.values()) - one.log_evidence)


def _trade(records: list[Record]) -> tuple[float, int] | None:
    """How the shares of killed and diverted go together over records that tell both."""
    pairs = [
        (r.killed / r.sent, r.diverted / r.sent)
        for r in records
        if r.killed is not None and r.diverted is not None and r.sent >= _LEAST_SENT
    ]
    if len(pairs) < _LEAST_PAIRS or 0 in np.std(pairs, axis=0):
        return None
    return float(np.corrcoef(np.transpose(pairs))[0, 1]), len(pairs)


def not_identified(fits: Sequence[ClassFit]) -> list[str]:
    """What these records cannot tell, in sentences."""
    return [
        "Whether a threat was shot down or jammed: only the sum is told by records of this kind, so nothing is fitted "
        "to either alone." + _traded(fits),
        *(sentence for fit in fits for sentence in _of_fit(fit)),
        "What place, decoys among what was counted, and who counted have to do with it: records do not vary them "
        "apart, so a difference between classes may be one of place.",
    ]


def _of_fit(fit: ClassFit) -> Iterator[str]:
    if not fit.fit.knows_correlation:
        stopped, sent = fit.fit.stopped.sum(), fit.fit.sent.sum()
        why = "none was stopped" if stopped == 0 else "all were stopped" if stopped == sent else _SINGLE
        yield f"{fit.name}: {why}, so nothing tells how they share their luck."
    for parts, plural in ((fit.years, "years"), (fit.places, "places")):
        if parts and parts.differ:
            yield (
                f"{fit.name}: {plural} differ (odds of {_odds(parts.log_odds)} to 1), and with them all that changed "
                f"between them; one mean for all is a mean of this mix, and its discrepancy spans the {plural}."
            )


def _traded(fits: Sequence[ClassFit]) -> str:
    told = [f"{f.name} {f.trade[0]:+.2f} over {f.trade[1]} records" for f in fits if f.trade]
    if not told:
        return ""
    return f" The two shares go together as {'; '.join(told)}: near -1 means that one is counted for the other."


def _odds(log_odds: float) -> str:
    return f"{np.exp(log_odds):.0f}" if log_odds < 9 else f"10^{log_odds / np.log(10):.0f}"
