"""A results folder on disk: begun, filled part by part, finished, opened again. Nothing is ever half-written.

study.json          what identifies the study: scenario, seed, worlds, raids, version
scenario.json       the scenario in SI units; it loads like any scenario file
parts/              outcomes of finished worlds, until the study is finished: what an interrupt leaves to go on from
summary.json        every estimate, with provenance
threats.parquet     a row for each threat of each raid: its fate and, if it leaked, why
effectors.parquet   a row for each effector in each plan of each world: rounds, engagements, kills
worlds.parquet      a row for each plan of each world of each case: how many leaked, were killed, were diverted
draws.parquet       a row for each unknown of each world: what was drawn
coverage.npz        probability of being seen and engageable over a grid, at several altitudes
districts.parquet   a row for each case, district and kind of what comes down, where the scenario names districts
fall.npz            what comes down over a grid, by kind: expected number per km2 and raid
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import bartizan
from bartizan.ground.database import connected, quoted
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.machine import write_arrays, write_aside, write_json
from bartizan.world.scenario import Scenario, load

if TYPE_CHECKING:
    from bartizan.studies.replicate import Part

FORMAT = 1
#: The parts of a summary that everybody reads.
PARTS: Mapping[str, type] = {
    "scenario": dict, "run": dict, "cases": list, "map": dict, "numbers": list, "claims": list, "findings": list,
}  # fmt: skip
#: Rows of a table that are held in memory at once.
BATCH_ROWS = 1_500_000


def write_parquet(path: Path, blocks: Iterable[Mapping[str, np.ndarray]], select: str = "*") -> None:
    """Blocks of columns of equal length as one Parquet file; `select` may turn them into others (DuckDB SQL).

    What is more than a batch goes through a database file beside the table, so that memory holds one batch at a time.
    """

    def write(aside: Path) -> None:
        copy = f"COPY (SELECT {select} FROM rows_) TO {quoted(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
        batches = _batches(blocks)
        first, second = next(batches), next(batches, None)
        if second is None:
            with connected() as connection:
                connection.register("rows_", first)
                connection.execute(copy)
            return
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".table.") as folder:
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


@dataclass(frozen=True)
class Folder:
    """A folder that a study writes into."""

    path: Path

    def begin(self, identity: Mapping[str, Any], scenario: Mapping[str, Any], *, fresh: bool) -> bool:
        """Make the folder ready; True if it holds this very study, finished. Raises ResultsError if another's."""
        if fresh and (self.path / "study.json").is_file():
            shutil.rmtree(self.path)
        if self.path.exists() and not self.path.is_dir():
            raise ResultsError(f"{self.path} is a file; name a folder for the results")
        if (self.path / "study.json").is_file():
            before = _read_json(self.path / "study.json")
            different = sorted(k for k in identity if before.get(k) != identity[k])
            if different:
                raise ResultsError(
                    f"{self.path} holds another study (different: {', '.join(different)}); "
                    "name another folder with --out, or replace it with --fresh"
                )
            return self.is_finished()
        if self.path.exists() and any(self.path.iterdir()):
            raise ResultsError(f"{self.path} is not empty and holds no results; name another folder with --out")
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self.path / "scenario.json", scenario)
        write_json(self.path / "study.json", identity)
        return False

    def is_finished(self) -> bool:
        summary = self.path / "summary.json"
        return summary.is_file() and bool(_read_json(summary).get("run", {}).get("finished"))

    def _part(self, case: str, first_world: int) -> Path:
        return self.path / "parts" / case / f"{first_world:07d}.npz"

    def has_part(self, case: str, first_world: int) -> bool:
        return self._part(case, first_world).is_file()

    def save_part(self, case: str, part: Part) -> None:
        """Keep the outcomes of some worlds."""
        path = self._part(case, part.first_world)
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays = {"sums": part.sums, "squares": part.squares} | {
            f"threats_{n}": a for n, a in (part.threats or {}).items()
        }
        if part.landed is not None:
            arrays |= {f"landed_{n}": a for n, a in part.landed._asdict().items()}
        write_arrays(path, arrays, compressed=False)

    def _parts(self, case: str) -> list[Path]:
        return sorted((self.path / "parts" / case).glob("[0-9]*.npz"))

    def read_parts(self, case: str) -> list[Part]:
        """The sums of all kept parts of a case in the order of worlds."""
        from bartizan.studies.falls import Landed  # these import the compiler, which reading results can do without
        from bartizan.studies.replicate import Part

        found = []
        for path in self._parts(case):
            with np.load(path) as data:
                followed = "landed_cells" in data.files
                landed = Landed(*(data[f"landed_{n}"] for n in Landed._fields)) if followed else None
                found.append(Part(int(path.stem), data["sums"], data["squares"], None, None, None, landed))
        return found

    def threats(self, case: str) -> Iterator[dict[str, np.ndarray]]:
        """The rows of threats of a case, part by part."""
        for path in self._parts(case):
            with np.load(path) as data:
                yield {n.removeprefix("threats_"): data[n] for n in data.files if n.startswith("threats_")}

    def drop_parts(self) -> None:
        shutil.rmtree(self.path / "parts", ignore_errors=True)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path} is damaged: {error}") from None
    if not isinstance(content, dict):
        raise ResultsError(f"{path} is damaged: expected a JSON object")
    return content


@dataclass(frozen=True)
class Results:
    """A results folder that has been opened. `summary` is summary.json; tables are queried with `table`."""

    path: Path
    summary: dict[str, Any]

    @property
    def cases(self) -> Sequence[str]:
        return [case["name"] for case in self.summary["cases"]]

    def case(self, name: str) -> dict[str, Any]:
        """The estimates of one case, or of the first case of a raid."""
        for case in self.summary["cases"]:
            if name in (case["name"], case["raid"]):
                return case
        raise ResultsError(f"no case {name!r} in {self.path}: {', '.join(self.cases)}")

    def table(self, name: str) -> dict[str, np.ndarray]:
        """The columns of a table: threats, effectors, worlds, draws or districts."""
        file = self.path / f"{name}.parquet"
        if not file.is_file():
            raise ResultsError(f"no table {name!r} in {self.path}")
        with connected() as connection:
            return connection.execute(f"SELECT * FROM read_parquet({quoted(str(file))})").fetchnumpy()


def open_results(path: str | os.PathLike[str]) -> Results:
    """A results folder. Raises ResultsError if it is missing, unfinished at its very start, or of another version."""
    folder = Path(path)
    if not folder.is_dir():
        raise ResultsError(f"no results folder {folder}")
    if not (folder / "summary.json").is_file():
        if (folder / "study.json").is_file():
            raise ResultsError(
                f"{folder}: the study has not got far enough to show: it is being played, or was stopped; wait for it, "
                "or run it again to go on, and then look again"
            )
        raise ResultsError(f"{folder} holds no results: there is no summary.json in it")
    summary = _read_json(folder / "summary.json")
    if summary.get("format") != FORMAT:
        found = f"results of format {summary.get('format')!r}; this version reads format {FORMAT}"
        raise ResultsError(f"{folder}: {found}; run the study again with --fresh")
    return Results(folder, summary)


def of_another_version(summary: Mapping[str, Any]) -> str:
    """A sentence where another version of Bartizan made the results; else nothing."""
    made = summary.get("bartizan")
    if made == bartizan.__version__:
        return ""
    return (
        f"Bartizan {made} made these results; this is {bartizan.__version__}, which may give other numbers and plays "
        "the replays and what-ifs. Run the study again with --fresh to have all from one version."
    )


def scenario_of(results: Results) -> Scenario:
    """The scenario that was played, with the very numbers that it was played with.

    Names of files in scenario.json count from where the scenario lay, which is not written down: they are looked for
    where that usually is. Raises ResultsError if they are not there, or if they, the catalogue or the format have
    changed since.
    """
    written = results.path / "scenario.json"
    told, content = results.summary["scenario"], _read_json(written)
    shipped = Path(str(files("bartizan") / "data" / "scenarios"))
    problem = f"{written} is not the scenario that was played: the catalogue, or a file that it names, has changed"
    for folder in (results.path, *results.path.resolve().parents[:2], Path(), shipped):
        try:
            scenario = load(content, variant=told.get("variant"), folder=folder)
            if scenario.digest == told.get("digest"):
                return scenario
        except UserError as error:
            problem = f"{written} cannot be read as a scenario: {error}"
    raise ResultsError(f"{problem}; run the study again")
