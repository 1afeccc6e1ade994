"""A whole study: every case of a scenario played, estimated and written to a results folder; it can be interrupted."""

from __future__ import annotations

import datetime
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bartizan.engine.layout import ABSENT, CAUSES, EVENT, FATES, JOURNAL_KINDS
from bartizan.ground.lock import locked
from bartizan.ground.machine import cores
from bartizan.ground.writing import write_json
from bartizan.studies import districts, falls, inputs, predictive, records, summary
from bartizan.studies.asked import Keep, asked
from bartizan.studies.coverage import write_coverage
from bartizan.studies.documents import results as documents
from bartizan.studies.documents.results import Run, Summary
from bartizan.studies.filling import Filling, Progress
from bartizan.studies.folder import Folder
from bartizan.studies.replicate import Design, Part, columns_of, joined, journal
from bartizan.studies.results import SUMMARY, Results, open_results, write_parquet
from bartizan.studies.stopping import Look, Stopping
from bartizan.studies.value import asking, worth
from bartizan.world import draw, unknowns
from bartizan.world.cases import Case, type_name
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
        finish(Filling(wanted, folder, lock, threads, how.progress))
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
    _conclude(filling.asked.scenario, plays, folder, provenance, stopping.confidence)
    filling.check_in_place()
    if not finished:
        raise KeyboardInterrupt
    folder.parts.drop()


def _numba() -> str:
    import numba

    return str(numba.__version__)


def _conclude(
    scenario: Scenario,
    plays: Sequence[tuple[Case, Design]],
    folder: Folder,
    provenance: Run,
    confidence: float,
) -> None:
    """Estimates and tables from whatever parts there are."""
    played = [(case, plan, found) for case, plan in plays if (found := folder.parts.sums(case.name))]
    sums = [(case, plan, *joined(found)) for case, plan, found in played]
    content = summary.summary(scenario, sums, provenance, confidence)
    if played:
        _write_tables(scenario, played, folder)
        landed = {case.name: falls.joined(p.landed for p in found if p.landed) for case, _, found in played}
        falls.write(scenario, landed, folder.path / "fall.npz")
        exposed = {name: falls.persons(scenario, provenance["seed"], of_case) for name, of_case in landed.items()}
        for case, (_, plan, _) in zip(content["cases"], played, strict=True):
            name, followed = case["name"], falls.raids_followed(plan.first_raids())
            case["fall"] = falls.summary(scenario, landed[name], followed, exposed[name])
        _add_districts(scenario, provenance["seed"], landed, exposed, content, folder)
        if folder.identity["keeps"] == "threats":
            _set_beside_reports(content, [case for case, *_ in played], folder)
        if provenance["finished"]:
            _add_worth(scenario, provenance["seed"], played, content["cases"])
    write_coverage(scenario, provenance["seed"], folder.path / "coverage.npz")
    content["files"] = folder.files()
    write_json(folder.path / SUMMARY, content)


def _add_districts(
    scenario: Scenario,
    seed: int,
    landed: Mapping[str, falls.Landed],
    exposed: Mapping[str, np.ndarray | None],
    content: Summary,
    folder: Folder,
) -> None:
    """What the districts of a scenario, if it has any, see of it: in the summary and in districts.parquet."""
    if (ground := districts.ground(scenario, seed)) is None:
        return
    content["districts"] = ground.content()
    fallen = {name: ground.fallen(of_case) for name, of_case in landed.items()}
    for case in content["cases"]:
        case["fall"]["districts"] = ground.rows(fallen[case["name"]], exposed[case["name"]])
    write_parquet(folder.path / "districts.parquet", [ground.table([*fallen.values()])], ", ".join([
        _texts(list(landed), "case_", '"case"'), _texts(ground.places.names, "district", "district"),
        _texts(falls.KINDS, "kind", "kind"), "mean", "world_low", "world_high",
    ]))  # fmt: skip


def _set_beside_reports(content: Summary, cases: Sequence[Case], folder: Folder) -> None:
    """Adds to the summary of a case what was reported of a real raid of its size, and to that of all what reports say
    together."""
    reports = []
    for told, case in zip(content["cases"], cases, strict=True):
        if (reported := records.of(case)) is not None:
            counts = records.read_counts(folder.path / "threats.parquet", case.name)
            told["reported"] = records.beside(counts, reported)
            reports.append(predictive.Report(reported, counts))
    if (found := predictive.together(reports)) is not None:
        content["reports"] = found


def _add_worth(
    scenario: Scenario,
    seed: int,
    played: Sequence[tuple[Case, Design, Sequence[Part]]],
    told: Sequence[documents.Case],
) -> None:
    """Adds to the summary of each case that has worlds enough what each open question is worth to it."""
    asker = asking.Asker(scenario, seed)
    for content, (case, plan, found) in zip(told, played, strict=True):
        sums, _ = joined(found)
        if len(sums) < asking.LEAST_WORLDS:
            continue
        through = sums[:, :, columns_of(scenario, case).leaked] / (np.diff(plan.first_raids()) * case.size)
        verdict = worth.verdict(asker, case.name, content["title"], _numbers(found), through)
        content["worth"] = verdict.brief()


def _numbers(found: Sequence[Part]) -> np.ndarray:
    """The numbers of the worlds that were played, (W,)."""
    return np.concatenate([p.first_world + np.arange(len(p.sums)) for p in found])


def _texts(values: Sequence[str], column: str, name: str) -> str:
    """SQL that turns a column of indices into texts."""
    quoted = ", ".join("'" + v.replace("'", "''") + "'" for v in values) or "''"
    return f'list_extract([{quoted}], "{column}"::INTEGER + 1) AS {name}'


def _write_tables(scenario: Scenario, played: Sequence[tuple[Case, Design, Sequence[Part]]], folder: Folder) -> None:
    path, names = folder.path, [case.name for case, *_ in played]
    if folder.identity["keeps"] == "threats":
        _write_threats(scenario, played, folder)
    pairs = [(u.name, e) for u in scenario.units for e in u.system.effectors]
    if pairs:
        write_parquet(path / "effectors.parquet", [_effector_rows(scenario, played)], ", ".join([
            _texts(names, "case_", '"case"'), "world", "plan", _texts([u for u, _ in pairs], "effector_", "unit"),
            _texts([e for _, e in pairs], "effector_", "effector"), "raids", "rounds", "engagements", "kills",
        ]))  # fmt: skip
    write_parquet(path / "worlds.parquet", [_world_rows(scenario, played)], ", ".join([
        _texts(names, "case_", '"case"'), "world", "plan", "raids", "sent", "leaked", "killed", "diverted",
    ]))  # fmt: skip
    worlds = max(plan.worlds for _, plan, _ in played)
    write_parquet(path / "draws.parquet", _draw_rows(scenario, played[0][1].seed, worlds), ", ".join([
        "world", _texts(_draw_names(scenario), "number_", "number"), "value",
    ]))  # fmt: skip


def _write_threats(scenario: Scenario, played: Sequence[tuple[Case, Design, Sequence[Part]]], folder: Folder) -> None:
    write_parquet(folder.path / "threats.parquet", _threat_rows(played, folder), ", ".join([
        _texts([case.name for case, *_ in played], "case_", '"case"'), "world", "raid", "threat",
        _texts(_type_names(case for case, *_ in played), "type_", "type"),
        _texts([a.name for a in scenario.assets], "asset", "target"),
        _texts(FATES, "fate", "fate"), f"nullif({_texts(CAUSES, 'cause', 'x').removesuffix(' AS x')}, '') AS cause",
        "time AS time_s", "fired", _texts([u.name for u in scenario.units], "by", "killed_by"),
        "nullif(jammed, 'inf'::FLOAT) AS jammed_s",
    ]))  # fmt: skip


def _type_names(cases: Iterable[Case]) -> list[str]:
    """The name of the type of each group of each case."""
    return [type_name(wave.key) for case in cases for wave in case.groups]


def _threat_rows(
    played: Sequence[tuple[Case, Design, Sequence[Part]]], folder: Folder
) -> Iterator[dict[str, np.ndarray]]:
    groups_before = 0
    for number, (case, _, _) in enumerate(played):
        group = case.group_of + groups_before
        groups_before += len(case.groups)
        for threats in map(_without_absent, folder.parts.threats(case.name)):
            case_ = np.full(len(threats["world"]), number, np.int32)
            yield threats | {"case_": case_, "type_": group[threats["threat"]].astype(np.int32)}


def _without_absent(threats: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The rows of what flew: not those of neutrals that did not come."""
    flew = threats["fate"] != ABSENT
    return {name: column[flew] for name, column in threats.items()}


def _effector_rows(scenario: Scenario, played: Sequence[tuple[Case, Design, Sequence[Part]]]) -> dict[str, np.ndarray]:
    rows: dict[str, list[np.ndarray]] = {}
    for number, (case, plan, found) in enumerate(played):
        at = columns_of(scenario, case)
        sums, _ = joined(found)
        worlds = _numbers(found)
        w, p, e = np.meshgrid(worlds, np.arange(plan.plans), np.arange(at.effectors), indexing="ij")
        raids = np.broadcast_to(np.diff(plan.first_raids())[None, :, None], w.shape)
        whole = {"case_": np.full(w.shape, number), "world": w, "plan": p, "effector_": e, "raids": raids}
        for name, first in (("rounds", at.rounds), ("engagements", at.engagements), ("kills", at.kills)):
            whole[name] = sums[:, :, first : first + at.effectors]
        used = whole["rounds"] > 0
        for name, array in whole.items():
            rows.setdefault(name, []).append(array[used].astype(np.int64))
    return {name: np.concatenate(arrays) for name, arrays in rows.items()}


def _world_rows(scenario: Scenario, played: Sequence[tuple[Case, Design, Sequence[Part]]]) -> dict[str, np.ndarray]:
    rows: dict[str, list[np.ndarray]] = {}
    for number, (case, plan, found) in enumerate(played):
        at = columns_of(scenario, case)
        sums, _ = joined(found)
        worlds = _numbers(found)
        world, plan_ = np.meshgrid(worlds, np.arange(plan.plans), indexing="ij")
        raids = np.broadcast_to(np.diff(plan.first_raids()), world.shape)
        row = {"case_": np.full(world.shape, number), "world": world, "plan": plan_, "raids": raids,
               "sent": raids * case.size, "leaked": sums[:, :, at.leaked],
               "killed": sums[:, :, at.killed], "diverted": sums[:, :, at.diverted]}  # fmt: skip
        for name, array in row.items():
            rows.setdefault(name, []).append(array.ravel().astype(np.int64))
    return {name: np.concatenate(arrays) for name, arrays in rows.items()}


def _draw_names(scenario: Scenario) -> list[str]:
    probe = draw.worlds(scenario, 0, 0, 1)
    return [name for unknown in unknowns.unknowns(scenario) for name in unknowns.values(probe, unknown)]


def _draw_rows(scenario: Scenario, seed: int, worlds: int) -> Iterator[dict[str, np.ndarray]]:
    known = unknowns.unknowns(scenario)
    for first in range(0, worlds, _DRAW_BLOCK):
        block = draw.worlds(scenario, seed, first, min(_DRAW_BLOCK, worlds - first))
        values = np.array([v for unknown in known for v in unknowns.values(block, unknown).values()])
        values = values.reshape(-1, len(block))
        number, world = np.meshgrid(np.arange(len(values)), first + np.arange(len(block)), indexing="ij")
        yield {"world": world.ravel(), "number_": number.ravel().astype(np.int32), "value": values.ravel()}


def write_journal(scenario: Scenario, raid: str, results: Results) -> Path:
    """journal.parquet in the results folder: the first raid of the first world of a case, event by event."""
    settings = results.summary["run"]
    events = journal(scenario, raid=raid, raids=settings["raids"], seed=settings["seed"])
    case = scenario.case(raid)
    types = np.array(_type_names([case]))[case.group_of]
    effectors = [name for u in scenario.units for name in u.system.effectors]
    columns = {name: np.ascontiguousarray(events[name]) for name in EVENT.names or ()}
    path = results.path / "journal.parquet"
    with locked(results.path):
        write_parquet(path, [columns], ", ".join([
            "time AS time_s", _texts(JOURNAL_KINDS, "kind", "event"), "threat", _texts(list(types), "threat", "type"),
            _texts([u.name for u in scenario.units], "unit", "unit"), _texts(effectors, "effector", "effector"),
            "rounds AS number", '"until" AS until_s',
        ]))  # fmt: skip
    return path
