"""Records of a table: how many were sent and stopped in each raid; all mistakes told at once, and what is left out."""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bartizan.ground.errors import Mistake, ScenarioError, UserError, shown
from bartizan.studies.calibrate.layouts import PLAIN, SCOPES, Layout, of
from bartizan.studies.calibrate.written import opened
from bartizan.world.schema.fields import CLASSES

#: Rows and threats of a row that a table may have: far more than any war has told of.
MOST_ROWS, MOST_SENT = 1_000_000, 1_000_000
_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[ T].*)?)?)?")


@dataclass(frozen=True)
class Record:
    """One raid of one class of weapons, as reported. `killed` and `diverted` are None where only the sum is told."""

    line: int
    weapon_class: str
    sent: int
    stopped: int
    killed: int | None = None
    diverted: int | None = None
    end: datetime.date | None = None
    place: str = ""
    stands_for: str = ""


@dataclass(frozen=True)
class Records:
    """The records of a table, and what of it was left out or mended, a sentence for each reason."""

    path: str
    dataset: str
    records: tuple[Record, ...]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.records)

    @property
    def classes(self) -> list[str]:
        """By how much was sent, most first."""
        sent: Counter[str] = Counter()
        for record in self.records:
            sent[record.weapon_class] += record.sent
        return [name for name, _ in sent.most_common()]

    def of_class(self, name: str) -> list[Record]:
        return [record for record in self.records if record.weapon_class == name]


def counts(records: Sequence[Record]) -> tuple[np.ndarray, np.ndarray]:
    """How many were stopped and sent in each record, (N,) and (N,)."""
    return np.array([r.stopped for r in records], float), np.array([r.sent for r in records], float)


def read(path: str | Path, since: datetime.date | None = None, until: datetime.date | None = None) -> Records:
    """The records of a CSV or Parquet file, or of a table that ships with Bartizan, of raids that ended in the days
    from `since` to `until`. Raises UserError with all mistakes at once: line, column, what stood there, what may."""
    file, columns, rows = opened(path)
    reader = _Reader(of(frozenset(columns)), columns, since, until)
    reader.require(file)
    for line, row in rows:
        reader.take(line, row)
    return reader.finished(file)


def day(text: str) -> datetime.date:
    """A date as YYYY, YYYY-MM or YYYY-MM-DD, with or without a time; of a year or month the last. Raises ValueError."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError("expected a date such as 2024-12-31")
    year, month, date = (int(part) if part else None for part in match.groups())
    if date is not None:
        return datetime.date(int(year or 0), int(month or 0), date)
    following = datetime.date(int(year or 0) + (month is None or month == 12), (month or 12) % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


# ------------------------------------------------------------------------------------------------ rows


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"


def _why_of_no_use(sent: int | None, still: int, stopped: int | None) -> str:
    if sent is None or stopped is None:
        return f"did not say how many were {'sent' if sent is None else 'stopped'}"
    return "had none that was not still flying" if still else "had none sent"


@dataclass
class _Reader:
    """Takes rows one by one, and keeps records, mistakes and what was left out."""

    layout: Layout
    columns: Sequence[str]
    since: datetime.date | None
    until: datetime.date | None
    records: list[Record] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    datasets: set[str] = field(default_factory=set)
    weapons_left_out: Counter[str] = field(default_factory=Counter)

    def name_of(self, what: str) -> str | None:
        """What the table calls a column."""
        return next((name for name in self.layout.columns.get(what, ()) if name in self.columns), None)

    def require(self, file: Path) -> None:
        """Raises UserError where a column that must be there is not."""
        wanted = ["sent"] if self.layout.weapon else ["class", "sent"]
        missing = [what for what in wanted if self.name_of(what) is None]
        if self.name_of("stopped") is None and self.name_of("killed") is None:
            missing.append("stopped, or killed with diverted")
        if missing:
            there = ", ".join(name for name in self.columns if name)
            raise UserError(
                f"{file}, line 1: no column for {'; '.join(missing)}; it names {there}; records need class, sent and "
                "stopped (or killed and diverted), a row for each raid"
            )
        if (self.since or self.until) and self.name_of("date") is None:
            raise UserError(f"{file} has no column date: nothing can be told by --since or --until")

    def take(self, line: int, row: Mapping[str, str]) -> None:
        """One row: a record, a reason why it is left out, or mistakes."""
        if line > MOST_ROWS + 100:
            raise UserError(f"more than {MOST_ROWS} rows")
        before = len(self.mistakes)
        record = self._record(line, row)
        if len(self.mistakes) == before and record is not None:
            self.records.append(record)

    def cell(self, row: Mapping[str, str], what: str) -> str:
        name = self.name_of(what)
        return row.get(name, "") if name else ""

    def wrong(self, line: int, what: str, problem: str, stood: object = None) -> None:
        self.mistakes.append(
            Mistake(self.name_of(what) or what, problem, line, stood=None if stood is None else shown(stood))
        )

    def _record(self, line: int, row: Mapping[str, str]) -> Record | None:
        found = self._class(line, row)
        if found is None or self._is_regional(line, row) or not self._in_days(end := self._end(line, row)):
            return None
        sent, still = self._number(line, row, "sent"), self._number(line, row, "still_flying") or 0
        told = {what: self._number(line, row, what) for what in ("stopped", "killed", "diverted")}
        if (dataset := self.cell(row, "dataset")) and not self.mistakes:
            self.datasets.add(dataset)
        stopped = self._stopped(line, told)
        if sent is None or stopped is None or sent <= still:
            self._leave(_why_of_no_use(sent, still, stopped))
            return None
        stopped = self._at_most(line, stopped, sent - still, still)
        both = told["killed"] is not None and told["diverted"] is not None
        return Record(
            line, found[0], sent - still, stopped, told["killed"] if both else None, told["diverted"] if both else None,
            end, self.cell(row, "place"), found[1],
        )  # fmt: skip

    def _leave(self, why: str) -> None:
        self.left_out[why] += 1

    def _class(self, line: int, row: Mapping[str, str]) -> tuple[str, str] | None:
        """The class of a row, and what it stands for in the model; None where it is left out or a mistake."""
        if self.layout.weapon:
            weapon = row.get(self.layout.weapon, "")
            for known in self.layout.classes:
                if weapon in known.weapons:
                    return known.name, known.stands_for
            self.weapons_left_out[weapon or "no weapon named"] += 1
            return None
        name = self.cell(row, "class")
        if not name:
            self.wrong(line, "class", "expected the class of what was sent, in your own words", "")
            return None
        return name, self.cell(row, "stands_for") or (name if name in CLASSES else "")

    def _is_regional(self, line: int, row: Mapping[str, str]) -> bool:
        scope = self.cell(row, "scope").casefold()
        if scope and scope not in SCOPES:
            self.wrong(line, "scope", f"expected {' or '.join(SCOPES)}", scope)
        regional = scope == "regional" or bool(
            self.layout.regional and self.cell(row, "source").startswith(self.layout.regional)
        )
        if regional:
            self._leave("came from regional commands, which report little but kills")
        return regional

    def _end(self, line: int, row: Mapping[str, str]) -> datetime.date | None:
        text = self.cell(row, "date")
        if not text:
            return None
        try:
            return day(text)
        except ValueError as error:
            told = str(error) if "expected" in str(error) else "no such day; expected a date such as 2024-12-31"
            self.wrong(line, "date", told, text)
            return None

    def _in_days(self, end: datetime.date | None) -> bool:
        if end is None:
            if self.since or self.until:
                self._leave("had no date")
            return not (self.since or self.until)
        inside = (self.since is None or end >= self.since) and (self.until is None or end <= self.until)
        if not inside:
            self._leave("ended outside of the days asked for")
        return inside

    def _number(self, line: int, row: Mapping[str, str], what: str) -> int | None:
        text = self.cell(row, what)
        if not text or text.casefold() in ("na", "n/a", "nan", "null", "none", "-"):
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number == int(number) and 0 <= number <= MOST_SENT):
            self.wrong(line, what, f"expected a whole number from 0 to {MOST_SENT}, or nothing", text)
            return None
        return int(number)

    def _stopped(self, line: int, told: Mapping[str, int | None]) -> int | None:
        """As told, or the sum of killed and diverted; None where neither is told."""
        killed, diverted, stopped = told["killed"], told["diverted"], told["stopped"]
        parts = (killed or 0) + (diverted or 0)
        if stopped is None:
            return None if killed is None else parts
        if stopped < parts:
            self.wrong(line, "stopped", f"fewer than the {parts} killed and diverted; stopped is their sum", stopped)
        return stopped

    def _at_most(self, line: int, stopped: int, sent: int, still: int) -> int:
        if stopped <= sent:
            return stopped
        if self.layout.mends:
            self.left_out[f"line {line}: {stopped} stopped of {sent} sent, taken as all of them"] += 1
            return sent
        what = "stopped" if self.name_of("stopped") else "killed"
        left = f" ({still} of them still flying)" if still else ""
        self.wrong(
            line, what, f"more was stopped than the {sent + still} sent{left}; a threat is stopped once", stopped
        )
        return sent

    def finished(self, file: Path) -> Records:
        """Raises UserError where there were mistakes, or where nothing is left."""
        if self.mistakes:
            raise ScenarioError(str(file), self.mistakes)
        left_out = tuple(self._sentences())
        if not self.records:
            told = "".join(f"\n  {text}" for text in left_out)
            raise UserError(f"{file} holds no record that can be used{told}")
        if len(self.datasets) > 1:
            raise UserError(f"{file}: records of several datasets ({', '.join(sorted(self.datasets))}) are not pooled")
        dataset = next(iter(self.datasets), self.layout.name if self.layout is not PLAIN else file.stem)
        return Records(str(file), dataset, tuple(self.records), left_out)

    def _sentences(self) -> Iterator[str]:
        for why, rows in self.left_out.items():
            yield why if why.startswith("line ") else f"{_rows(rows)} left out, which {why}"
        if self.weapons_left_out:
            rows, most = sum(self.weapons_left_out.values()), self.weapons_left_out.most_common(6)
            named = ", ".join(f"{weapon} ({times})" for weapon, times in most)
            more = ", ..." if len(self.weapons_left_out) > len(most) else ""
            yield f"{_rows(rows)} left out: what was sent is of no class here, or of several: {named}{more}"
