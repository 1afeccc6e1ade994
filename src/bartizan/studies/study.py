"""A whole study: every case of a scenario played, estimated and written to a results folder; it can be interrupted."""

from __future__ import annotations

import datetime
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bartizan.engine.layout import EVENT, JOURNAL_KINDS
from bartizan.ground.lock import locked
from bartizan.ground.machine import cores
from bartizan.studies import inputs
from bartizan.studies.asked import Keep, asked
from bartizan.studies.conclusion import conclude
from bartizan.studies.documents.results import Run
from bartizan.studies.filling import Filling, Progress
from bartizan.studies.folder import Folder
from bartizan.studies.replicate import Design, journal
from bartizan.studies.results import Results, open_results, write_parquet
from bartizan.studies.stopping import Look, Stopping
from bartizan.studies.tables import texts, type_names
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Worlds whose unknowns are written to draws.parquet at once.
_DRAW_BLOCK = 1024


@dataclass(frozen=True)
class Handling:
    """What is kept of raids, what is done about a folder that a study is in already, and who is told meanwhile."""

    #: a finished study is played again, another one replaced
    fresh: bool = False
    #: is told how far it is
    progress: Callable[[Progress], None] = lambda _: None
    #: is told what was damaged and is played again, and what is kept
    say: Callable[[str], None] = lambda _: None
    #: is told what will be played, where anything is
    before: Callable[[Sequence[tuple[Case, Design]]], None] = lambda _: None
    #: a row for each threat of each raid, or sums alone: then a study's size on disk does not grow with its raids
    keep: Keep = "threats"
    #: the address of a Dask scheduler whose workers play; without one, threads of this process
    dask: str | None = None


def study(
    scenario: Scenario,
    out: str | Path,
    *,
    raids_named: Sequence[str] | None = None,
    worlds: int | Stopping | None = None,
    raids: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    how: Handling = Handling(),
) -> Results:
    """Play the cases of a scenario (those of `raids_named`, or all) and write a results folder.

    An interrupted study (KeyboardInterrupt) leaves what is done, with its estimates, and goes on where it stopped when
    it is called again with the same arguments, whenever and however it ended; more or fewer `worlds` go on from there
    as well. A finished one is opened as it is unless `how` says that it is played afresh. Where `worlds` is a Stopping
    it stops at the first of its looks that is narrow enough in every case. The folder is locked meanwhile.
    """
    wanted = asked(scenario, raids_named=raids_named, worlds=worlds, raids=raids, seed=seed, keep=how.keep)
    folder = Folder(Path(out), wanted.identity, how.say)
    if not how.fresh and folder.holds_it():
        return open_results(folder.path)
    inputs.read_all(scenario)
    how.before(wanted.plays)
    with folder.begun(wanted.written, fresh=how.fresh) as lock:
        finish(Filling(wanted, folder, lock, threads, how.progress, dask=how.dask))
    return open_results(folder.path)


def finish(filling: Filling) -> None:
    """Play what is missing, and conclude, of what there is where it is interrupted."""
    started, clock = datetime.datetime.now(datetime.UTC), time.monotonic()
    folder, stopping = filling.folder, filling.asked.stopping
    look, plays, finished = Look(0, stopping.looks[0]), filling.asked.plays, True
    try:
        for look in filling.looks():
            plays = filling.of_worlds(look.worlds)
        folder.parts.drop_beyond(filling.cases, look.worlds)
    except KeyboardInterrupt:
        finished = False
    provenance: Run = {
        "seed": folder.identity["seed"], "raids": folder.identity["raids"],
        "worlds": look.worlds if finished else stopping.most,
        "started": started.isoformat(timespec="seconds"), "seconds": round(time.monotonic() - clock, 3),
        "threads": filling.threads or cores(), "finished": finished, "python": platform.python_version(),
        "numpy": np.__version__, "numba": _numba(),
    }  # fmt: skip
    if finished and (stopped := look.content(stopping)) is not None:
        provenance["stopped"] = stopped
    filling.check_in_place()
    conclude(filling.asked, plays, folder, provenance, provenance["threads"])
    filling.check_in_place()
    if not finished:
        raise KeyboardInterrupt
    folder.parts.drop()


def _numba() -> str:
    import numba

    return str(numba.__version__)


def write_journal(scenario: Scenario, raid: str, results: Results) -> Path:
    """journal.parquet in the results folder: the first raid of the first world of a case, event by event."""
    settings = results.summary["run"]
    events = journal(scenario, raid=raid, raids=settings["raids"], seed=settings["seed"])
    case = scenario.case(raid)
    types = type_names(case)
    effectors = [name for u in scenario.units for name in u.system.effectors]
    columns = {name: np.ascontiguousarray(events[name]) for name in EVENT.names or ()}
    path = results.path / "journal.parquet"
    with locked(results.path):
        write_parquet(path, [columns], ", ".join([
            "time AS time_s", texts(JOURNAL_KINDS, "kind", "event"), "threat", texts(types, "threat", "type"),
            texts([u.name for u in scenario.units], "unit", "unit"), texts(effectors, "effector", "effector"),
            "rounds AS number", '"until" AS until_s',
        ]))  # fmt: skip
    return path
