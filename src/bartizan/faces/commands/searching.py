"""The commands that search for the best: where units stand, or what their rules say: place, tune."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.options import AS_JSON, SEED, THREADS, Option, Whole, together
from bartizan.faces.commands.terminal import (
    bar,
    check_folder,
    ends_as_by_ctrl_c,
    ready_engine,
    say,
    say_price,
    share,
    tell_written,
)

if TYPE_CHECKING:
    from bartizan.studies.filling import Progress
    from bartizan.studies.searching.patience import Patience
    from bartizan.studies.searching.search import Choice, Play
    from bartizan.world.scenario import Scenario


def _how_options(name: str) -> Option:
    """The options that say how long is searched, what with, and where the answer goes."""
    return together(
        click.option(
            "--worlds", "most", type=Whole(min=64), default=2048, show_default=True,
            help="Fresh worlds at most.",
        ),
        SEED,
        THREADS,
        click.option(
            "--out", type=click.Path(path_type=Path), help=f"Folder of the answer. Default: results/{name}-SCENARIO."
        ),
        click.option("--fresh", is_flag=True, help="Begin again, whatever the folder holds."),
        AS_JSON,
    )  # fmt: skip


def _folder(out: Path | None, name: str, scenario: Scenario) -> Path:
    """Where the answer goes, which must be ours or free."""
    folder = out or Path("results") / f"{name}-{scenario.name.replace(':', '-')}"
    check_folder(folder)
    return folder


def _patience(
    within: float | None, most: int, seed: int, threads: int | None, fresh: bool, progress: Callable[[Progress], None]
) -> Patience:
    """How long is searched, which is told before it begins."""
    from bartizan.studies import price
    from bartizan.studies.searching.patience import Patience

    def before(play: Play, choices: Sequence[Choice], worlds: int) -> None:
        say_price(price.of_search(play, choices, worlds, threads), f"some {worlds:,} worlds, all choices together")

    return Patience(within, most, seed, threads, fresh, progress, before=before)


def _tell(found: Any, page: str, show: Callable[..., None], folder: Path, beside: str, as_json: bool) -> None:
    """Write the page of what was found, and print it."""
    from bartizan.faces.report.page import save

    save(page, folder / "report.html")
    if as_json:
        say(json.dumps(found, indent=1))
        return
    show(found, width=None if sys.stdout.isatty() else 120)
    for name in (beside, "report.html"):
        tell_written(folder / name)


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option(
    "--within", metavar="SHARE", callback=share,
    help="By how much two layouts may differ and be as good as one another. Default: the scenario's.",
)  # fmt: skip
@click.option(
    "--objective", type=click.Choice(["mean", "worst_raid", "worst_fifth"]), help="In place of the scenario's."
)
@click.option("--raid", "raids", multiple=True, metavar="NAME", help="In place of the scenario's; may be given again.")
@_how_options("place")
def place(
    scenario: str,
    within: float | None,
    objective: str | None,
    raids: tuple[str, ...],
    most: int,
    seed: int,
    threads: int | None,
    out: Path | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Say where units should stand so that least gets through, and how sure that is.

    SCENARIO has a `placement`: candidate sites, units to put there, and constraints. All layouts are played in the same
    worlds with the same luck, and the best one once more in fresh ones. Ctrl-C keeps what is done; the same command
    goes on from there. The folder then holds placement.json, placed.yaml (the scenario with the best layout), a page.
    """
    from bartizan.world.scenario import load

    loaded = _asked(load(scenario), objective, raids)
    folder = _folder(out, "place", loaded)
    ready_engine()
    from bartizan.faces.report import placed as page
    from bartizan.faces.terminal import placed as terminal
    from bartizan.studies.placing.place import place as place_

    with ends_as_by_ctrl_c(), bar("placing") as progress:
        found = place_(loaded, folder, _patience(within, most, seed, threads, fresh, progress))
    _tell(found, page.placed(found, loaded), terminal.show, folder, "placed.yaml", as_json)


def _asked(loaded: Scenario, objective: str | None, raids: tuple[str, ...]) -> Scenario:
    """The scenario with another objective, or other raids, in its question."""
    from dataclasses import replace

    if (asked := loaded.file.placement) is None or (objective is None and not raids):
        return loaded
    loaded.chosen(raids)
    other = ({} if objective is None else {"objective": objective}) | ({"raids": list(raids)} if raids else {})
    return replace(loaded, file=loaded.file.model_copy(update={"placement": asked.model_copy(update=other)}))


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option(
    "--over", "over", multiple=True, required=True, metavar="PATH=VALUES",
    help="A rule: values with commas between, or whole numbers as 2..10 or 0..100..20; given again for each rule.",
)  # fmt: skip
@click.option("--raid", "raids", multiple=True, metavar="NAME", help="Only this raid; may be given again.")
@click.option(
    "--objective", type=click.Choice(["mean", "worst_raid", "worst_fifth"]), default="mean", show_default=True,
    help="What is to be least.",
)  # fmt: skip
@click.option(
    "--weight", "weights", multiple=True, metavar="NAME=NUMBER",
    help="What a place, or a threat or class of them, counts; 1 unless given; may be given again.",
)  # fmt: skip
@click.option(
    "--within", metavar="SHARE", callback=share, default="0.5%", show_default=True,
    help="By how much two choices may differ and be as good as one another.",
)  # fmt: skip
@_how_options("tune")
def tune(
    scenario: str,
    over: tuple[str, ...],
    raids: tuple[str, ...],
    objective: str,
    weights: tuple[str, ...],
    within: float,
    most: int,
    seed: int,
    threads: int | None,
    out: Path | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Say which values a defence's rules should have so that least gets through, and how sure that is.

    PATH is as for bartizan compare, of a system, unit or area: a salvo, a reserve, thrift, what is engaged. A rule may
    also stay as it is. All choices are played in the same worlds with the same luck, and the best one once more in
    fresh ones. Ctrl-C keeps what is done; the same command goes on from there. The folder then holds tuning.json,
    tuned.yaml (the scenario with the best values), a page.
    """
    from bartizan.world.scenario import load

    loaded = load(scenario)
    folder = _folder(out, "tune", loaded)
    asked, weighed = _over(over), _weights(weights)
    ready_engine()
    from bartizan.faces.report import tuned as page
    from bartizan.faces.terminal import tuned as terminal
    from bartizan.studies.tuning.tune import tune as tune_

    with ends_as_by_ctrl_c(), bar("tuning") as progress:
        how = _patience(within, most, seed, threads, fresh, progress)
        found = tune_(loaded, asked, folder, how, raids=raids, objective=objective, weights=weighed)
    _tell(found, page.tuned(found), terminal.show, folder, "tuned.yaml", as_json)


def _over(told: tuple[str, ...]) -> dict[str, list[str]]:
    from bartizan.ground.errors import UserError
    from bartizan.studies.sweep import values_of

    found: dict[str, list[str]] = {}
    for path, values in map(values_of, told):
        if path in found:
            raise UserError(f"{path} is a rule already; give all its values together")
        found[path] = values
    return found


def _weights(told: tuple[str, ...]) -> dict[str, float]:
    from bartizan.ground.errors import UserError

    found: dict[str, float] = {}
    for text in told:
        name, _, number = text.rpartition("=")
        if name.strip() in found:
            raise UserError(f"--weight {text!r}: {name.strip()} has one already")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise UserError(f"--weight {text!r}: write NAME=NUMBER, such as cruise=5") from None
    return found
