"""A results folder on disk: what lies in it, and how it is opened. `studies.folder` fills it.

study.json          what identifies the study: scenario, seed, worlds, raids, version
scenario.json       the scenario in SI units; it loads like any scenario file
parts/              outcomes of finished worlds, until the study is finished: what an interrupt leaves to go on from
summary.json        every estimate, with provenance
threats.parquet     a row for each threat of each raid, unless sums alone are kept: its fate and, if it leaked, why
effectors.parquet   a row for each effector in each plan of each world: rounds, engagements, kills
worlds.parquet      a row for each plan of each world of each case: how many leaked, were killed, were diverted
draws.parquet       a row for each unknown of each world: what was drawn
coverage.npz        probability of being seen and engageable over a grid, at several altitudes
districts.parquet   a row for each case, district and kind of what comes down, where the scenario names districts
fall.npz            what comes down over a grid, by kind: expected number per km2 and raid
journal.parquet     a row for each event of one raid, where `bartizan run --journal` wrote it
calibration.json    how far the study is off what records show, where `bartizan calibrate --results` held it to them
"""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np

import bartizan
from bartizan.ground.database import connected, copied, cursor
from bartizan.ground.errors import ResultsError, ScenarioError, UserError, shown
from bartizan.ground.showing import Plotted
from bartizan.ground.writing import aside_name, write_aside
from bartizan.studies import told
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.results import Study, Summary
from bartizan.studies.documents.tables import SCHEMAS
from bartizan.studies.table import Table
from bartizan.world import cases
from bartizan.world.scenario import Scenario, load, shipped

FORMAT: Final = 1
_LISTED = 8  # folders, where one of several is meant
#: The parts of a summary that everybody reads.
PARTS: Mapping[str, type] = {
    "scenario": dict, "run": dict, "cases": list, "map": dict, "numbers": list, "claims": list, "findings": list,
}  # fmt: skip
SUMMARY, STUDY = "summary.json", "study.json"
#: What a study writes besides summary, scenario and study.json.
TABLES = (
    "threats.parquet", "effectors.parquet", "worlds.parquet", "draws.parquet", "coverage.npz", "districts.parquet",
    "fall.npz", "journal.parquet",
)  # fmt: skip
#: What `bartizan calibrate` keeps beside a study: how far it is off what records show.
CALIBRATION = "calibration.json"
#: All that a folder of results is made of.
OWN = frozenset({STUDY, "scenario.json", SUMMARY, CALIBRATION, *TABLES})
#: Rows of a table that are held in memory at once.
BATCH_ROWS = 1_500_000


def write_parquet(path: Path, blocks: Iterable[Mapping[str, np.ndarray]], select: str = "*") -> None:
    """Blocks of columns of equal length as one Parquet file; `select` may turn them into others (DuckDB SQL).

    What is more than a batch goes through a database file beside the table, so that memory holds one batch at a time.
    """

    def write(aside: Path) -> None:
        copy = copied(f"SELECT {select} FROM rows_", aside)
        batches = _batches(blocks)
        first, second = next(batches), next(batches, None)
        if second is None:
            with cursor() as connection:
                connection.register("rows_", first)
                connection.execute(copy)
            return
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{aside_name()}-") as folder:
            _gather(f"{folder}/rows.duckdb", itertools.chain((first, second), batches), copy)

    write_aside(path, write)


def _gather(database: str, batches: Iterable[dict[str, np.ndarray]], copy: str) -> None:
    """Collect batches in a database file, then `copy` them out."""
    with connected(database, memory_limit="128MB") as connection:
        step = "CREATE TABLE rows_ AS"
        for batch in batches:
            connection.register("batch", batch)
            connection.execute(f"{step} SELECT * FROM batch")
            connection.unregister("batch")
            step = "INSERT INTO rows_"
        connection.execute(copy)


def _batches(blocks: Iterable[Mapping[str, np.ndarray]]) -> Iterator[dict[str, np.ndarray]]:
    """Blocks joined to batches of at least BATCH_ROWS rows."""
    waiting: list[Mapping[str, np.ndarray]] = []
    rows = 0
    for block in blocks:
        waiting.append(block)
        rows += len(next(iter(block.values())))
        if rows >= BATCH_ROWS:
            yield {name: np.concatenate([b[name] for b in waiting]) for name in block}
            waiting, rows = [], 0
    if waiting:
        yield {name: np.concatenate([b[name] for b in waiting]) for name in waiting[0]}


def _read_json(path: Path, cure: str = told.AFRESH) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as error:
        raise ResultsError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path} is damaged: {error}; {cure}") from None
    if not isinstance(content, dict):
        raise ResultsError(f"{path} is damaged: expected a JSON object; {cure}")
    return content


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def read_study(folder: Path) -> Study | None:
    """study.json of a folder; None where there is none. Raises ResultsError where it is damaged."""
    path = folder / STUDY
    if not path.is_file():
        return None
    return told.checked(Study, _read_json(path), path)


def read_kept(path: Path, document: type[told.Document], cure: str) -> told.Document | None:
    """What is kept beside a study, of some kind; None where there is none. Raises ResultsError where it is damaged,
    with `cure` for what makes it anew."""
    return told.checked(document, _read_json(path, cure), path, cure) if path.is_file() else None


def read_summary(folder: Path) -> Summary:
    """summary.json of a folder. Raises ResultsError where it is damaged, or of another format."""
    path = folder / SUMMARY
    content = _read_json(path)
    if content.get("format") != FORMAT:
        found = f"results of format {shown(content.get('format'))}; this version reads format {FORMAT}"
        raise ResultsError(f"{folder}: {found}; run the study again with --fresh")
    return told.checked(Summary, content, path)


@dataclass(frozen=True, repr=False)
class Results(Plotted):
    """A results folder that has been opened. `summary` is summary.json; tables are queried with `table`."""

    path: Path
    summary: Summary

    def __repr__(self) -> str:
        return f"<Results in {self.path}: {', '.join(self.cases)}>"

    @property
    def cases(self) -> Sequence[str]:
        return [case.get("name", "") for case in self.summary.get("cases") or ()]

    def case(self, name: str) -> Case:
        """The estimates of one case, by its name, or that of a raid of one size by the raid's."""
        one = cases.only(self._called, name, str(self.path))
        return next(case for case in self.summary["cases"] if case.get("name") == one)

    def chosen(self, names: Iterable[str]) -> list[Case]:
        """The estimates of the cases named, one of them or all of a raid; of all where none is named."""
        wanted = cases.chosen(self._called, names, str(self.path))
        return [case for case in self.summary.get("cases") or () if case.get("name", "") in wanted]

    @property
    def _called(self) -> dict[str, str]:
        """The raid of each case, by their names."""
        return {case.get("name", ""): case.get("raid", "") for case in self.summary.get("cases") or ()}

    @property
    def keeps_threats(self) -> bool:
        """Whether it has a row for each threat of each raid: else sums alone were kept."""
        return "threats.parquet" in (self.summary.get("files") or {}) or (self.path / "threats.parquet").is_file()

    def table(self, name: str) -> Table:
        """A table: threats, effectors, worlds, draws or districts."""
        file = self.path / f"{name}.parquet"
        if not file.is_file():
            why = "" if name != "threats" or self.keeps_threats else ": sums alone were kept"
            raise ResultsError(f"no table {name!r} in {self.path}{why}")
        return Table(SCHEMAS[file.name], file)


def open_results(path: str | os.PathLike[str]) -> Results:
    """A results folder. Raises ResultsError if it is missing, unfinished at its very start, or of another version."""
    folder = Path(path)
    if not folder.is_dir():
        raise ResultsError(_no_folder(folder))
    if not (folder / SUMMARY).is_file():
        if (folder / STUDY).is_file():
            raise ResultsError(
                f"{folder}: the study has not got far enough to show: it is being played, or was stopped; wait for it, "
                "or run it again to go on, and then look again"
            )
        within = ", ".join(str(beside.parent) for beside in sorted(folder.glob(f"*/{SUMMARY}"))[:_LISTED])
        there = f"; results lie in {within}: give one of these" if within else ""
        raise ResultsError(f"{folder} holds no results: there is no {SUMMARY} in it{there}")
    return Results(folder, read_summary(folder))


def _no_folder(path: Path) -> str:
    """What stands where a results folder is wanted, and what to do."""
    if path.is_file() and (path.parent / SUMMARY).is_file():
        return f"{path} is a file of a results folder: give the folder, {path.parent}"
    may_be = (str(path), str(path).rpartition(":")[0])  # it may name a variant
    is_ours = not set(may_be).isdisjoint(shipped())
    if not is_ours and not any(Path(name).is_file() for name in may_be):
        return f"no results folder {path}; bartizan run SCENARIO writes one"
    stands = "is a scenario that ships with Bartizan" if is_ours else "is a file and no folder"
    return (
        f"{path} {stands}, and results are wanted here: play the scenario first (bartizan run {path}), and give the "
        "folder that this writes"
    )


def of_another_version(summary: Mapping[str, Any]) -> str:
    """A sentence where another version of Bartizan made the results; else nothing."""
    made = summary.get("bartizan")
    if made == bartizan.__version__:
        return ""
    return (
        f"Bartizan {made} made these results; this is {bartizan.__version__}, which may give other numbers and plays "
        "the replays and what-ifs. Run the study again with --fresh to have all from one version."
    )


def of_a_part(summary: Mapping[str, Any]) -> str:
    """A sentence where a study was stopped before it was finished; else nothing."""
    run = summary.get("run") or {}
    if run.get("finished") is not False:
        return ""
    played = max((case.get("worlds") or 0 for case in summary.get("cases") or ()), default=0)
    return (
        "This study was stopped before it was finished. What follows rests on the part that was played: "
        f"{played} of {run.get('worlds')} worlds."
    )


def scenario_of(results: Results) -> Scenario:
    """The scenario that was played, with the very numbers that it was played with; as `scenario_in` finds it."""
    header = results.summary.get("scenario") or {}
    return scenario_in(results.path, header.get("variant"), header.get("given") or (), header.get("digest"))


def scenario_in(folder: Path, variant: str | None, answered: Sequence[str], digest: str | None) -> Scenario:
    """The scenario of scenario.json in a folder, one of its variants and with what was taken as settled.

    Names of files in it count from where the scenario lay, which is not written down: they are looked for where that
    usually is. Raises ResultsError if they are not there, or if they, the catalogue or the format have changed since:
    then it has another digest. Of several places it tells what was wrong at the one that came nearest.
    """
    written = folder / "scenario.json"
    content = _read_json(written)
    ours = Path(str(files("bartizan") / "data" / "scenarios"))
    changed = f"{written} is not the scenario that was played: the catalogue, or a file that it names, has changed"
    problems: list[tuple[int, str]] = []
    from bartizan.studies.value.given import given  # which asks the questions of a scenario: few readers need that

    for beside in (folder, *folder.resolve().parents[:2], Path(), ours):
        try:
            scenario = given(load(content, variant=variant, folder=beside), answered)
            if scenario.digest == digest:
                return scenario
            problems.append((0, changed))
        except (UserError, OSError) as error:
            mistakes = len(error.mistakes) if isinstance(error, ScenarioError) else 0
            problems.append((mistakes, f"{written} cannot be read as a scenario: {error}"))
    raise ResultsError(f"{min(problems, key=lambda problem: problem[0])[1]}; run the study again")
