"""Raids worth seeing: the median one, the worst one, and one leaker of each cause; of results, or of some raids played.

Where several raids do as well the first is taken, by world and raid, so that the choice is the same each time. Leakers
are taken from raids that are as close to the median as there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.engine.layout import CAUSES, FATES
from bartizan.ground.database import connected, parquet
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.units import percent
from bartizan.studies import wording
from bartizan.studies.documents.viewer import Worth
from bartizan.studies.results import Results
from bartizan.world.scenario import Scenario

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Worlds that are played to choose from where there are no results.
WORLDS_TRIED = 16

_RAIDS = """
CREATE TEMP TABLE raids_ AS
SELECT world, raid, count(*) AS sent, count(*) FILTER (fate = 'leaked') AS leaked, sum(fired) AS fired
FROM threats_ WHERE fate NOT IN ('passed', 'downed', 'absent') GROUP BY world, raid
"""
_MIDDLE = "SELECT count(*), quantile_disc(leaked, 0.5), quantile_disc(fired, 0.5) FROM raids_"
_MEDIAN = "SELECT world, raid, leaked, sent FROM raids_ ORDER BY abs(leaked - ?), abs(fired - ?), world, raid LIMIT 1"
_WORST = "SELECT world, raid, leaked, sent FROM raids_ ORDER BY leaked DESC, world, raid LIMIT 1"
_LEAKERS = """
SELECT cause, count(*) AS found, arg_min({'w': world, 'r': raid, 't': threat, 'to': target}, [
    abs(leaked - ?), world, raid, threat]) AS first_
FROM threats_ JOIN raids_ USING (world, raid) WHERE fate = 'leaked' GROUP BY cause ORDER BY found DESC, cause
"""


def worth_seeing(results: Results, case: str) -> list[Worth]:
    """Of a case of a results folder: label, why (a sentence), world, raid, and, of a leaker, its number and cause.

    Raises UserError if there is no such case, ResultsError if there is no table of its threats that can be read.
    """
    import duckdb

    name, file = results.case(case)["name"], results.path / "threats.parquet"
    with connected() as connection:
        try:
            of_case = duckdb.ColumnExpression("case") == duckdb.ConstantExpression(name)
            connection.sql(f"SELECT * FROM {parquet(file)}").filter(of_case).create_view("threats_")
            return _chosen(connection)
        except duckdb.Error as error:
            raise ResultsError(f"{file} cannot be read; run the study again: {error}") from None


def fates(results: Results, case: str, world: int, raid: int) -> dict[int, str]:
    """What became of each threat of one raid, as the results have it; empty where they do not have that raid."""
    import duckdb

    file = results.path / "threats.parquet"
    query = f'SELECT threat, fate FROM {parquet(file)} WHERE "case" = ? AND world = ? AND raid = ?'
    with connected() as connection:
        try:
            return dict(connection.execute(query, [case, world, raid]).fetchall())
        except duckdb.Error as error:
            raise ResultsError(f"{file} cannot be read; run the study again: {error}") from None


def worth_seeing_played(scenario: Scenario, case: str, seed: int, raids: int) -> list[Worth]:
    """The same of a scenario without results: of the first worlds of the study that plays `raids` raids in each."""

    from bartizan.studies.replicate import design, parts

    chosen = scenario.case(case)
    plan = design(chosen, WORLDS_TRIED, raids, seed)
    found = [part.threats for _, part in parts(scenario, [(chosen, plan)], keep=frozenset({"threats"}))]
    columns = {
        name: np.concatenate([threats[name] for threats in found if threats is not None])
        for name in ("world", "raid", "threat", "asset", "fate", "cause", "fired")
    }
    texts = {"fate": FATES, "cause": CAUSES, "target": [asset.name for asset in scenario.assets]}
    columns["target"] = columns.pop("asset")
    with connected() as connection:
        connection.register(
            "threats_", columns | {name: np.array(told, object)[columns[name]] for name, told in texts.items()}
        )
        return _chosen(connection)


def _chosen(connection: DuckDBPyConnection) -> list[Worth]:
    connection.execute(_RAIDS)
    raids, leaked, fired = _row(connection, _MIDDLE)
    if not raids:
        raise UserError("no raid of this case has been played yet")
    world, raid, count, sent = _row(connection, _MEDIAN, leaked, fired)
    why = f"{count} of {sent} threats get through, as in the middle one of {raids} raids."
    found: list[Worth] = [{"label": "the median raid", "why": why, "world": world, "raid": raid}]
    world, raid, count, sent = _row(connection, _WORST)
    if count:
        why = f"{count} of {sent} threats get through; no other of {raids} raids lets more through."
        found.append({"label": "the worst raid", "why": why, "world": world, "raid": raid})
    leakers = connection.execute(_LEAKERS, [leaked]).fetchall()
    in_all = sum(number for _, number, _ in leakers)
    return found + [_leaker(cause, number / in_all, first) for cause, number, first in leakers]


def _row(connection: DuckDBPyConnection, query: str, *values: Any) -> tuple[Any, ...]:
    row = connection.execute(query, list(values)).fetchone()
    assert row is not None
    return row


def _leaker(cause: str, share: float, first: dict[str, Any]) -> Worth:
    """One leaker of a cause, which `share` of all have."""
    because = wording.CAUSES[cause].because
    says = f"Threat {first['t'] + 1} reaches {first['to']}: {because}. So it is with {percent(share, 0)} of leakers."
    return {
        "label": "a leaker", "why": says, "world": first["w"], "raid": first["r"],
        "threat": first["t"], "cause": cause,
    }  # fmt: skip
