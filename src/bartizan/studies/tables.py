"""The tables of a study, written from its parts: threats, effectors, worlds and draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bartizan.engine.layout import ABSENT, CAUSES, FATES
from bartizan.ground.database import connected, copied, parquet, quoted
from bartizan.ground.writing import write_aside
from bartizan.studies.falls import Landed
from bartizan.studies.folder import Folder
from bartizan.studies.replicate import Design, columns_of
from bartizan.studies.results import write_parquet
from bartizan.world import draw, unknowns
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Worlds whose unknowns are written to draws.parquet at once.
_DRAW_BLOCK = 1024


class Played(NamedTuple):
    """A case with what came of all worlds that are done."""

    case: Case
    plan: Design
    worlds: np.ndarray  # their numbers, (W,)
    sums: np.ndarray  # (W, plans, M): see engine.tally.Columns
    squares: np.ndarray  # (W, plans, M)
    landed: Landed  # what came down, in the first of them

    @property
    def raids(self) -> np.ndarray:
        """Raids of each plan, (W, plans)."""
        return np.broadcast_to(np.diff(self.plan.first_raids()), self.sums.shape[:2])


def write(scenario: Scenario, played: Sequence[Played], folder: Folder) -> None:
    """All of them; the table of threats where they are kept."""
    names = [each.case.name for each in played]
    if folder.identity["keeps"] == "threats":
        _write_threats(scenario, [each.case for each in played], folder)
    pairs = [(u.name, e) for u in scenario.units for e in u.system.effectors]
    if pairs:
        write_parquet(folder.path / "effectors.parquet", [_effector_rows(scenario, played)], ", ".join([
            texts(names, "case_", '"case"'), "world", "plan", texts([u for u, _ in pairs], "effector_", "unit"),
            texts([e for _, e in pairs], "effector_", "effector"), "raids", "rounds", "engagements", "kills",
        ]))  # fmt: skip
    write_parquet(folder.path / "worlds.parquet", [_world_rows(scenario, played)], ", ".join([
        texts(names, "case_", '"case"'), "world", "plan", "raids", "sent", "leaked", "killed", "diverted",
    ]))  # fmt: skip
    worlds, seed = max(each.plan.worlds for each in played), played[0].plan.seed
    write_parquet(folder.path / "draws.parquet", _draw_rows(scenario, seed, worlds), ", ".join([
        "world", texts(_draw_names(scenario), "number_", "number"), "value",
    ]))  # fmt: skip


def texts(values: Sequence[str], column: str, name: str) -> str:
    """SQL that turns a column of indices into texts."""
    known = ", ".join(map(quoted, values)) or "''"
    return f'list_extract([{known}], "{column}"::INTEGER + 1) AS {name}'


def type_names(case: Case) -> list[str]:
    """The name of the type of each threat of a case."""
    return [case.groups[group].type for group in case.group_of]


def _write_threats(scenario: Scenario, cases: Sequence[Case], folder: Folder) -> None:
    """threats.parquet, straight from the parts: no more of it is in memory than is being written."""
    rows = " UNION ALL ".join(_threats_of(scenario, case, folder) for case in cases)

    def write(aside: Path) -> None:
        with connected(memory_limit="256MB") as connection:
            connection.execute(copied(rows, aside))

    write_aside(folder.path / "threats.parquet", write)


def _threats_of(scenario: Scenario, case: Case, folder: Folder) -> str:
    """SQL for the rows of one case: of what flew, so not of neutrals that did not come."""
    columns = ", ".join([
        f'{quoted(case.name)} AS "case"', "world", "raid", "threat", texts(type_names(case), "threat", "type"),
        texts([a.name for a in scenario.assets], "asset", "target"), texts(FATES, "fate", "fate"),
        f"nullif({texts(CAUSES, 'cause', 'x').removesuffix(' AS x')}, '') AS cause", "time AS time_s", "fired",
        texts([u.name for u in scenario.units], "by", "killed_by"), "nullif(jammed, 'inf'::FLOAT) AS jammed_s",
    ])  # fmt: skip
    rows = parquet(*folder.parts.paths(case.name))
    return f"SELECT {columns} FROM {rows} WHERE kind = 'threat' AND fate <> {ABSENT}"


def _effector_rows(scenario: Scenario, played: Sequence[Played]) -> dict[str, np.ndarray]:
    rows: dict[str, list[np.ndarray]] = {}
    for number, each in enumerate(played):
        at, sums = columns_of(scenario, each.case), each.sums
        w, p, e = np.meshgrid(each.worlds, np.arange(each.plan.plans), np.arange(at.effectors), indexing="ij")
        raids = np.broadcast_to(each.raids[:, :, None], w.shape)
        whole = {"case_": np.full(w.shape, number), "world": w, "plan": p, "effector_": e, "raids": raids}
        for name, first in (("rounds", at.rounds), ("engagements", at.engagements), ("kills", at.kills)):
            whole[name] = sums[:, :, first : first + at.effectors]
        used = whole["rounds"] > 0
        for name, array in whole.items():
            rows.setdefault(name, []).append(array[used].astype(np.int64))
    return {name: np.concatenate(arrays) for name, arrays in rows.items()}


def _world_rows(scenario: Scenario, played: Sequence[Played]) -> dict[str, np.ndarray]:
    rows: dict[str, list[np.ndarray]] = {}
    for number, each in enumerate(played):
        at, sums = columns_of(scenario, each.case), each.sums
        world, plan_ = np.meshgrid(each.worlds, np.arange(each.plan.plans), indexing="ij")
        row = {"case_": np.full(world.shape, number), "world": world, "plan": plan_, "raids": each.raids,
               "sent": each.raids * each.case.size, "leaked": sums[:, :, at.leaked],
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
