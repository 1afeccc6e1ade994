"""Records of a table: how many were sent and stopped in each raid; all mistakes told at once, and what is left out."""

from __future__ import annotations

import datetime
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bartizan.ground import dates
from bartizan.ground.errors import Mistake, ScenarioError, UserError, shown
from bartizan.studies.calibrate.layouts import PLAIN, SCOPES, Layout, of
from bartizan.studies.calibrate.written import opened
from bartizan.world import catalog
from bartizan.world.schema.fields import CLASSES

#: Rows and threats of a row that a table may have: far more than any war has told of.
MOST_ROWS, MOST_SENT = 1_000_000, 1_000_000
#: 8.0 is 8, but 1.000 may be a thousand.
_WHOLE = re.compile(r"[0-9]+(\.00?)?")


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
    dataset: str = ""


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


# ------------------------------------------------------------------------------------------------ rows


def _rows(count: int) -> str:
    return f"{count} row{'s' * (count != 1)}"


def _is_modelled(name: str) -> bool:
    """Whether a class is called as what it stands for in the model: a class, or a type of the catalogue."""
    return name in CLASSES or name in catalog.names("threats")


def _why_of_no_use(sent: int | None, still: int, stopped: int | None, killed: int | None) -> str:
    if sent is None:
        return "did not say how many were sent"
    if stopped is None:
        why = " (killed alone does not: say 0 under diverted where none were)" if killed is not None else ""
        return f"did not say how many were stopped{why}"
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
    weapons_left_out: Counter[str] = field(default_factory=Counter)

    def name_of(self, what: str) -> str | None:
        """What the table calls a column."""
        return next((name for name in self.layout.columns.get(what, ()) if name in self.columns), None)

    def require(self, file: Path) -> None:
        """Raises UserError where a column that must be there is not."""
        wanted = ["sent"] if self.layout.weapon else ["class", "sent"]
        missing = [what for what in wanted if self.name_of(what) is None]
        if self.name_of("stopped") is None and None in (self.name_of("killed"), self.name_of("diverted")):
            missing.append("stopped, or killed with diverted")
        if missing:
            there = ", ".join(name for name in self.columns if name)
            raise UserError(
                f"{file}, line 1: no column for {'; '.join(missing)}; it names {there}; records need class, sent and "
                "stopped (or killed and diverted, 0 where none were), a row for each raid"
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

    def cell(self, line: int, row: Mapping[str, str], what: str) -> str:
        name = self.name_of(what)
        if name and name not in row:
            self.wrong(line, what, "expected text, a number or a date in each cell of Parquet, not bytes or a list")
        return row.get(name or "", "")

    def wrong(self, line: int, what: str, problem: str, stood: object = None) -> None:
        self.mistakes.append(
            Mistake(self.name_of(what) or what, problem, line, stood=None if stood is None else shown(stood))
        )

    def _record(self, line: int, row: Mapping[str, str]) -> Record | None:
        found = self._class(line, row)
        if found is None or self._is_regional(line, row) or not self._in_days(end := self._end(line, row)):
            return None
        sent = self._number(line, row, "sent")
        told = {what: self._number(line, row, what) for what in ("stopped", "killed", "diverted", "still_flying")}
        still = told["still_flying"] or 0
        stopped = self._stopped(line, told)
        if not self._possible(line, sent, told):
            return None
        if sent is None or stopped is None or (self.layout.mends and sent <= still):
            self._leave(_why_of_no_use(sent, still, stopped, told["killed"]))
            return None
        stopped = self._at_most(line, stopped, sent - still, told)
        if sent == still:
            self._leave(_why_of_no_use(sent, still, stopped, told["killed"]))
            return None
        both = told["killed"] is not None and told["diverted"] is not None
        return Record(
            line, found[0], sent - still, stopped, told["killed"] if both else None, told["diverted"] if both else None,
            end, self.cell(line, row, "place"), found[1], self.cell(line, row, "dataset"),
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
        before, name = len(self.mistakes), self.cell(line, row, "class")
        if not name:
            if len(self.mistakes) == before:
                self.wrong(line, "class", "expected the class of what was sent, in your own words", "")
            return None
        return name, self.cell(line, row, "stands_for") or (name if _is_modelled(name) else "")

    def _is_regional(self, line: int, row: Mapping[str, str]) -> bool:
        scope = self.cell(line, row, "scope").casefold()
        if scope and scope not in SCOPES:
            self.wrong(line, "scope", f"expected {' or '.join(SCOPES)}", scope)
        regional = scope == "regional" or bool(
            self.layout.regional and self.cell(line, row, "source").startswith(self.layout.regional)
        )
        if regional:
            self._leave("came from regional commands, which report little but kills")
        return regional

    def _end(self, line: int, row: Mapping[str, str]) -> datetime.date | None:
        text = self.cell(line, row, "date")
        if not text:
            return None
        try:
            return dates.period(text)[1]
        except ValueError as error:
            told = str(error) if str(error) == dates.EXPECTED else f"no such day or time; {dates.EXPECTED}"
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
        text = self.cell(line, row, what)
        if not text or text.casefold() in ("na", "n/a", "nan", "null", "none", "-"):
            return None
        if not _WHOLE.fullmatch(text) or float(text) > MOST_SENT:
            expected = f"expected a whole number from 0 to {MOST_SENT}, with no mark between thousands, or nothing"
            self.wrong(line, what, expected, text)
            return None
        return int(float(text))

    def _stopped(self, line: int, told: Mapping[str, int | None]) -> int | None:
        """As told, or the sum of killed and diverted; None where that is not told either."""
        killed, diverted, stopped = told["killed"], told["diverted"], told["stopped"]
        parts = (killed or 0) + (diverted or 0)
        if stopped is None:
            unknown = killed is None or (diverted is None and not self.layout.empty_is_none)
            return None if unknown else parts
        if stopped < parts:
            self.wrong(line, "stopped", f"fewer than the {parts} killed and diverted; stopped is their sum", stopped)
        return stopped

    def _possible(self, line: int, sent: int | None, told: Mapping[str, int | None]) -> bool:
        """Whether no part is more than was sent; what they come to is asked only then."""
        if sent is None or self.layout.mends:
            return True
        more = [what for what in ("killed", "diverted", "still_flying") if (told[what] or 0) > sent]
        for what in more:
            self.wrong(line, what, f"more than the {sent} sent", told[what])
        return not more

    def _at_most(self, line: int, stopped: int, sent: int, told: Mapping[str, int | None]) -> int:
        """So many, of `sent` that were not still flying; a mistake where they are more."""
        if stopped <= sent:
            return stopped
        if self.layout.mends:
            self.left_out[f"line {line}: {stopped} stopped of {sent} sent, taken as all of them"] += 1
            return sent
        still = told["still_flying"] or 0
        of = f"the {sent + still} sent{f' ({still} of them still flying)' if still else ''}; a threat is stopped once"
        if told["stopped"] is None:
            self.wrong(line, "killed", f"with the {told['diverted'] or 0} diverted more than {of}", told["killed"])
        else:
            self.wrong(line, "stopped", f"more was stopped than {of}", stopped)
        return sent

    def finished(self, file: Path) -> Records:
        """Raises UserError where there were mistakes, or where nothing is left."""
        if mistakes := [*self.mistakes, *self._contradictions()]:
            raise ScenarioError(str(file), mistakes)
        left_out = tuple(self._sentences())
        if not self.records:
            told = "".join(f"\n  {text}" for text in left_out)
            raise UserError(f"{file} holds no record that can be used{told}")
        dataset = self.records[0].dataset or (self.layout.name if self.layout is not PLAIN else file.stem)
        return Records(str(file), dataset, tuple(self.records), left_out)

    def _unread(self) -> Iterator[str]:
        """Columns of a plain table of which nothing is taken."""
        known = {name: what for what, names in self.layout.columns.items() for name in names}
        for column in filter(None, self.columns):
            if column not in known:
                near = difflib.get_close_matches(column, known, 1)
                yield f"the column {shown(column)} is not read" + (f"; did you mean {near[0]}?" if near else "")
            elif (taken := self.name_of(known[column])) != column:
                yield f"the column {column} is not read: {taken}, which says the same, is"

    def _alike(self) -> Iterator[str]:
        """Rows that may be accounts of one raid, and classes whose names differ by capitals alone."""
        raids: dict[tuple[object, ...], list[Record]] = {}
        for record in self.records:
            if record.end is not None and record.place:
                raids.setdefault((record.weapon_class, record.end, record.place.casefold()), []).append(record)
        twice = [rows for rows in raids.values() if len(rows) > 1]
        if twice:
            rows, others = twice[0], len(twice) - 1
            of_day = f"{_rows(len(rows))} of {rows[0].weapon_class} on {rows[0].end} in {rows[0].place}"
            more = f", and so of {others} other day{'s' * (others != 1)}" if others else ""
            yield f"{of_day} are taken as {len(rows)} raids{more}: leave out what tells of one raid again"
        spelt: dict[str, set[str]] = {}
        for record in self.records:
            spelt.setdefault(record.weapon_class.casefold(), set()).add(record.weapon_class)
        for names in spelt.values():
            if len(names) > 1:
                yield f"{' and '.join(sorted(names))} are taken as {len(names)} classes"

    def _contradictions(self) -> Iterator[Mistake]:
        """Where a row names another dataset than the first record, or stands for something else than its class does."""
        stands_for: dict[str, Record] = {}
        for record in self.records:
            if record.dataset != (first := self.records[0]).dataset:
                yield self._unlike(record, first, "dataset", "records of several datasets are not pooled")
            if record.stands_for:
                first = stands_for.setdefault(record.weapon_class, record)
                if record.stands_for != first.stands_for:
                    yield self._unlike(record, first, "stands_for", f"{record.weapon_class} stands for one thing")

    def _unlike(self, record: Record, first: Record, what: str, rule: str) -> Mistake:
        stood, expected = shown(getattr(record, what)), shown(getattr(first, what))
        return Mistake(
            self.name_of(what) or what,
            f"{rule}: expected {expected}, as in line {first.line}",
            record.line,
            stood=stood,
        )

    def _sentences(self) -> Iterator[str]:
        if self.layout is PLAIN:
            yield from self._unread()
            yield from self._alike()
        for why, rows in self.left_out.items():
            yield why if why.startswith("line ") else f"{_rows(rows)} left out, which {why}"
        if self.weapons_left_out:
            rows, most = sum(self.weapons_left_out.values()), self.weapons_left_out.most_common(6)
            named = ", ".join(f"{weapon} ({times})" for weapon, times in most)
            more = ", ..." if len(self.weapons_left_out) > len(most) else ""
            yield f"{_rows(rows)} left out: what was sent is of no class here, or of several: {named}{more}"
