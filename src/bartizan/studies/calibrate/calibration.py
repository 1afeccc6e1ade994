"""Calibration: what records say of each class, and how far the answers of a study are off it, as plain data."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies.calibrate import classes, discrepancy, rows
from bartizan.studies.calibrate.classes import ClassFit
from bartizan.studies.calibrate.discrepancy import Discrepancy
from bartizan.studies.calibrate.rows import Records
from bartizan.studies.documents import calibration as documents
from bartizan.studies.documents.cases import Case
from bartizan.studies.results import CALIBRATION, Results, open_results, read_kept

FORMAT = 1


@dataclass(frozen=True)
class Calibration:
    """Records, fitted; and beside a study of which some cases send what they are of, where one was named."""

    records: Records
    classes: tuple[ClassFit, ...]
    results: Results | None = None
    cases: tuple[Case, ...] = ()

    @cached_property
    def _found(self) -> tuple[list[Discrepancy], list[str]]:
        return discrepancy.found(self.cases, self._kinds, self.classes)

    @property
    def discrepancies(self) -> Sequence[Discrepancy]:
        return self._found[0]

    @property
    def _kinds(self) -> dict[str, str]:
        """The class in the model of every type that the study sends; none where records are of the very type."""
        cases = self.results.summary["cases"] if self.results else ()
        own = {fit.stands_for for fit in self.classes}
        types = {sent["type"]: sent.get("kind") or "" for case in cases for sent in case["types"]}
        return {name: "" if name in own else kind for name, kind in types.items()}

    @cached_property
    def answers(self) -> list[dict[str, Any]]:
        """Of every case of the study: as modelled, and with the discrepancy that records show."""
        cases = self.results.summary["cases"] if self.results else ()
        return discrepancy.answers(cases, self._kinds, self.discrepancies)

    @property
    def fitted_before(self) -> list[str]:
        """The numbers of the study that were fitted to these very records, in words."""
        numbers = self.results.summary.get("numbers") or () if self.results else ()
        return [n["what"] for n in numbers if self.records.dataset in (n.get("calibrated_on") or ())]

    def content(self) -> dict[str, Any]:
        """As plain data: what --json prints, and what is kept beside the study."""
        records = self.records
        content: dict[str, Any] = {
            "format": FORMAT,
            "bartizan": bartizan.__version__,
            "records": {
                "file": Path(records.path).name, "dataset": records.dataset, "records": len(records),
                "left_out": list(records.left_out),
            },
            "classes": [fit.content() for fit in self.classes],
            "not_identified": classes.not_identified(self.classes),
        }  # fmt: skip
        return content | (self._beside() if self.results else {})

    def _beside(self) -> dict[str, Any]:
        assert self.results is not None
        return {
            "study": study_of(self.results),
            "discrepancies": [d.content() | {"agrees": self._agrees(d)} for d in self.discrepancies],
            "without": self._found[1],
            "answers": self.answers,
            "fitted_before": self.fitted_before,
        }

    def _agrees(self, found: Discrepancy) -> bool | None:
        """Whether records and model agree; None where that would be no test, as the model was fitted to them."""
        return None if self.fitted_before else not found.seen


def study_of(results: Results) -> dict[str, Any]:
    """What tells the study of a folder from any other, and from itself with more played."""
    run, scenario = results.summary.get("run") or {}, results.summary.get("scenario") or {}
    return {"digest": scenario.get("digest"), **{key: run.get(key) for key in ("seed", "worlds", "raids", "finished")}}


def calibrate(
    records: str | Path,
    results: str | Path | Results | None = None,
    *,
    cases: Sequence[str] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> Calibration:
    """Records of what was stopped, fitted class by class; and a study beside them, where one is named.

    records: a CSV or Parquet file, or the name of a table that ships with Bartizan. results: a results folder.
    cases: of the study, those that are held against the records; all by default. since, until: the days in which
    the raids ended. Raises UserError for mistakes in the records, or where the study sends nothing that they are of.
    """
    read = rows.read(records, since, until)
    fits = tuple(classes.fitted(read))
    if results is None:
        return Calibration(read, fits)
    opened = results if isinstance(results, Results) else open_results(results)
    held = tuple(opened.chosen(cases))
    if all("kind" not in sent for case in held for sent in case["types"]):
        raise UserError(f"{opened.path} does not say of what class its threats are; run the study again with --fresh")
    found = Calibration(read, fits, opened, held)
    if not found.discrepancies:
        told = "".join(f"\n  {text}" for text in found._found[1])
        raise UserError(f"{opened.path} sends nothing that these records are of{told}")
    return found


def kept(results: Results) -> documents.Calibration | None:
    """The calibration that is kept beside a study, where it is of that study as it now stands; else None."""
    again = "run bartizan calibrate again with --results"
    content = read_kept(results.path / CALIBRATION, documents.Calibration, again)
    return content if content is not None and content.get("study") == study_of(results) else None
