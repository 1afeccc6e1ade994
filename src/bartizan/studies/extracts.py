"""What of a results folder goes into files for other programs: documents by name, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies.results import Results, open_results, scenario_of
from bartizan.studies.workbench import Workbench

Content = dict[str, Any]
Say = Callable[[str], None]


def of_results(folder: Path, case: str | None, pick: tuple[int, int] | None, say: Say) -> dict[str, Callable[..., Any]]:
    """Documents of a case, the first if none is named, and of one raid of it: world and number, or the median raid.

    `say` is told which raid that is, and what is left out. Raises UserError where there is no such raid.
    """
    results, bench = open_results(folder), Workbench(str(folder))
    if not results.cases:
        raise UserError(f"{folder}: no raid has been played yet; run the study again to go on")
    name = results.case(case)["name"] if case else results.cases[0]
    if pick and pick[0] >= (worlds := results.case(name)["worlds"]):
        raise UserError(f"the world must lie between 0 and {worlds - 1}, not {pick[0]}")

    @cache
    def chosen() -> Content:
        if pick is None:
            return bench.raids(name)["worth"][0]
        world, raid = pick
        return {"label": "as asked for", "why": f"World {world}, raid {raid}.", "world": world, "raid": raid}

    def replay() -> Content:
        one = chosen()
        say(f"{name}: {one['label']}, number {one['raid']} of world {one['world']}")
        return bench.replay(name, one["world"], one["raid"])

    return {
        "folder": lambda: results.path,
        "summary": lambda: results.summary,
        "view": bench.view,
        "raids": lambda: bench.raids(name) | {"worth": [chosen()]},
        "replay": replay,
        "coverage": bench.coverage,
        "fall": lambda kind: bench.fall(name, kind),
        "buildings": bench.buildings,
        "skylines": lambda: _skylines(results, pick[0] if pick else 0, say),
    }


def _skylines(results: Results, world: int, say: Say) -> list[Content]:
    from bartizan.studies import horizons

    try:
        scenario = scenario_of(results)
    except ResultsError as error:
        say(f"no skylines: {error}")
        return []
    return horizons.outlines(scenario, int(results.summary["run"]["seed"]), world)
