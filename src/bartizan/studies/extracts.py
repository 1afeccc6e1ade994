"""What of a results folder goes into files for other programs: documents by name, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from bartizan.ground.errors import ResultsError, UserError
from bartizan.studies.documents.viewer import Outline, Replay, Worth
from bartizan.studies.results import Results, of_a_part, of_another_version, open_results, scenario_of
from bartizan.studies.workbench import Workbench

Say = Callable[[str], None]


#: What is done to make a document, where that takes long.
_DOING = {
    "raids": "choosing the raid", "replay": "playing the raid", "coverage": "looking around",
    "fall": "reading what comes down", "buildings": "reading buildings", "terrain": "lighting the hills",
    "skylines": "following skylines",
}  # fmt: skip


def of_results(
    folder: Path, case: str | None, pick: tuple[int, int] | None, say: Say, doing: Say = lambda _: None
) -> dict[str, Callable[..., Any]]:
    """Documents of a case, the first if none is named, and of one raid of it: world and number, or the median raid.

    `say` is told which raid that is, what is left out, and what of it is not as the results have it; `doing`, what is
    being done. Raises UserError where there is no such raid.
    """
    results, bench = open_results(folder), Workbench(str(folder))
    bench.check()
    if not results.cases:
        raise UserError(f"{folder}: no raid has been played yet; run the study again to go on")
    if part := of_a_part(results.summary):
        say(part)
    name = results.case(case)["name"] if case else results.cases[0]
    if pick and pick[0] >= (worlds := results.case(name)["worlds"]):
        raise UserError(f"the world must lie between 0 and {worlds - 1}, not {pick[0]}")

    @cache
    def chosen() -> Worth:
        if pick is None:
            return bench.raids(name)["worth"][0]
        world, raid = pick
        return {"label": "as asked for", "why": f"World {world}, raid {raid}.", "world": world, "raid": raid}

    def replay() -> Replay:
        one = chosen()
        played = bench.replay(name, one["world"], one["raid"])
        say(f"{name}: {one['label']}, number {one['raid']} of world {one['world']}")
        for note in (of_another_version(results.summary), *played["notes"]):
            if note:
                say(note)
        return played

    documents: dict[str, Callable[..., Any]] = {
        "folder": lambda: results.path,
        "summary": lambda: results.summary,
        "view": bench.view,
        "raids": lambda: bench.raids(name) | {"worth": [chosen()]},
        "replay": replay,
        "coverage": bench.coverage,
        "fall": lambda kind: bench.fall(name, kind),
        "buildings": bench.buildings,
        "terrain": bench.terrain,
        "skylines": lambda: _skylines(results, pick[0] if pick else 0, say),
    }
    return {name: _told(make, _DOING[name], doing) if name in _DOING else make for name, make in documents.items()}


def _told(make: Callable[..., Any], text: str, doing: Say) -> Callable[..., Any]:
    """`make`, which says what it does before it does it."""

    def made(*arguments: Any) -> Any:
        doing(" ".join([text, *(f"{argument:g} m" for argument in arguments if isinstance(argument, float))]))
        return make(*arguments)

    return made


def _skylines(results: Results, world: int, say: Say) -> list[Outline]:
    from bartizan.studies import horizons

    try:
        scenario = scenario_of(results)
    except ResultsError as error:
        say(f"no skylines: {error}")
        return []
    return horizons.outlines(scenario, int(results.summary["run"]["seed"]), world)
