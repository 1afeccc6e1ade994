"""All reference tables that this release answers: read from the package, answered, judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from bartizan.ground.errors import UserError, instead
from bartizan.studies.verify import estimates, flight, knowing, own, radars, raids, sensing, sites  # noqa: F401 - they say who answers what
from bartizan.studies.verify.checks import ANSWERED, Answers, Check, Row
from bartizan.studies.verify.scenarios import rows_of

SEED = 1

#: Tables of the reference collection that this release does not answer, and why.
UNANSWERED: Mapping[str, str] = {
    "combat_laws": "Lanchester and salvo laws are force-on-force models; a raid here is played threat by threat",
    "engagement_window": "a rate of kill per second is no effector here: guns fire bursts, missiles are fired singly",
    "guidance_pn": "no guidance loop is flown: its own miss dies out in ten lags, and what is left is stated as `miss`",
    "impatient_queues": "needs engagements or windows of exponential length; those of a raid follow from geometry",
    "wta_dynamic": "doctrines are rules: measured, the order of targets was worth nothing to what gets through",
    "wta_static": "doctrines are rules: measured, an assignment by order of targets was worth nothing here",
}


@dataclass(frozen=True)
class Verdict:
    """What came of a table: `rows` of its `rows_in_table` were answered, with these comparisons."""

    table: str
    answers: Answers
    rows: int
    rows_in_table: int
    checks: tuple[Check, ...]
    sources: tuple[str, ...]

    @property
    def passes(self) -> bool:
        return bool(self.checks) and all(check.passes for check in self.checks)

    @property
    def worst(self) -> Check:
        """The comparison that uses up the largest part of its tolerance."""
        return max(self.checks, key=lambda check: check.used)


@cache
def reference(table: str) -> Mapping[str, Any]:
    """A reference table as it ships: `rows_in_table`, and `rows` of those kinds that are answered."""
    text = (files("bartizan") / "data" / "verification" / f"{table}.yaml").read_text(encoding="utf-8")
    content = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {"rows_in_table": content["rows_in_table"], "rows": tuple(_flat(content["groups"]))}


def _flat(groups: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Rows with what their group has in common."""
    for group in groups:
        common = {name: value for name, value in group.items() if name != "rows"}
        for row in group["rows"]:
            yield common | row


def points(table: str) -> list[Row]:
    """The rows of a table, curves taken apart."""
    return [point for row in reference(table)["rows"] for point in rows_of(row)]


def names(wanted: Sequence[str] = ()) -> list[str]:
    """The tables that are answered, or those of them that are wanted."""
    for name in wanted:
        if name in UNANSWERED:
            raise UserError(f"table {name!r} is not answered: {UNANSWERED[name]}")
        if name not in ANSWERED:
            raise UserError(f"no reference table {name!r}{instead(name, ANSWERED)}")
    return sorted(wanted or ANSWERED)


def takes_s(wanted: Sequence[str] = ()) -> float:
    """Seconds that the tables take, about."""
    return sum(ANSWERED[name].takes_s for name in names(wanted))


def verify(
    wanted: Sequence[str] = (), *, seed: int = SEED, progress: Callable[[int, int], None] | None = None
) -> list[Verdict]:
    """Answer all reference tables, or those wanted. Raises UserError for a table that is not answered."""
    tables = [(name, points(name)) for name in names(wanted)]
    done, of = 0, sum(len(rows) for _, rows in tables)
    verdicts = []
    for name, rows in tables:
        checks: list[Check] = []
        for row in rows:
            checks += ANSWERED[name].function(row, seed)
            done += 1
            if progress:
                progress(done, of)
        verdicts.append(_verdict(name, checks))
    return verdicts


def _verdict(name: str, checks: Sequence[Check]) -> Verdict:
    table = reference(name)
    sources = tuple(dict.fromkeys(row["source"] for row in table["rows"]))
    return Verdict(name, ANSWERED[name], len(table["rows"]), table["rows_in_table"], tuple(checks), sources)
