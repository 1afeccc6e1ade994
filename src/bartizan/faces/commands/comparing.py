"""The commands that set layouts beside one another: compare, sweep."""

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
    check_output,
    counted,
    ready_engine,
    say,
    say_price,
    share,
    tell_written,
)

if TYPE_CHECKING:
    from bartizan.studies.filling import Progress
    from bartizan.studies.paired import Effort
    from bartizan.studies.side import Side


def effort_options(until: str, most: int) -> Option:
    """The options that say how long is played, and what with."""
    return together(
        click.option("--raid", "raids", multiple=True, metavar="NAME", help="Only this raid; may be given again."),
        click.option(
            "--until", metavar="SHARE", callback=share, default=until, show_default=True,
            help="Play until this is known to so much either side, in points of what is sent.",
        ),
        click.option(
            "--worlds", "most", type=Whole(min=2), default=most, show_default=True, help="But no more worlds."
        ),
        SEED,
        THREADS,
        click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Also write it as an HTML page."),
        AS_JSON,
    )  # fmt: skip


@click.command()
@click.argument("sources", metavar="SCENARIO...", nargs=-1, required=True, type=ScenarioName())
@click.option(
    "--what-if", "what_if", multiple=True, metavar="CHANGE",
    help='The first scenario, changed: "PATH=VALUE", or several with semicolons between; may be given again.',
)  # fmt: skip
@effort_options("0.5%", 4096)
def compare(
    sources: tuple[str, ...],
    what_if: tuple[str, ...],
    raids: tuple[str, ...],
    until: float,
    most: int,
    seed: int,
    threads: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Set layouts beside one another, with the same luck: how they differ, and which is best.

    SCENARIO is as for bartizan run, and may be a variant. Differences are from the first one. PATH is the name of a
    number, such as units/Jammer/present, systems/gepard/channels or raids/drones/size, or a question of bartizan value
    with its answer. Intervals hold together, however often was looked.
    """
    check_output(out, *sources, is_page=True)
    ready_engine()
    from bartizan.faces.report import compared as page
    from bartizan.faces.terminal import compared as terminal
    from bartizan.studies.compare import compare as compare_

    with bar("comparing") as progress:
        effort = _effort(until, most, seed, threads, progress)
        found = compare_(*sources, what_if=what_if, raids=raids, effort=effort)
    _tell(found, terminal.show, page.compared, out, as_json)


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option(
    "--over", "over", multiple=True, required=True, metavar="PATH=VALUES",
    help="What to sweep: values with commas between, or whole numbers as 2..10 or 0..100..20; twice at most.",
)  # fmt: skip
@click.option(
    "--enough",
    metavar="SHARE",
    callback=share,
    help="Say which values are enough for no more than this to get through.",
)
@effort_options("1%", 1024)
def sweep(
    scenario: str,
    over: tuple[str, ...],
    enough: float | None,
    raids: tuple[str, ...],
    until: float,
    most: int,
    seed: int,
    threads: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what gets through as one quantity of a scenario, or two, take other values, and how many are enough.

    PATH is as for bartizan compare. All values are played in the same worlds with the same luck.
    """
    check_output(out, scenario, is_page=True)
    ready_engine()
    from bartizan.faces.report import compared as page
    from bartizan.faces.terminal import compared as terminal
    from bartizan.ground.errors import UserError
    from bartizan.studies.sweep import sweep as sweep_
    from bartizan.studies.sweep import values_of

    swept = [values_of(text) for text in over]
    if len(dict(swept)) < len(swept):
        raise UserError(f"{swept[0][0]} is swept once; give all its values together")
    with bar("sweeping") as progress:
        effort = _effort(until, most, seed, threads, progress)
        found = sweep_(scenario, dict(swept), raids=raids, enough=enough, effort=effort)
    _tell(found, terminal.sweep, page.swept, out, as_json)


def _effort(until: float, most: int, seed: int, threads: int | None, progress: Callable[[Progress], None]) -> Effort:
    """How long is played, which is told before it begins."""
    from bartizan.studies import price
    from bartizan.studies.paired import Effort
    from bartizan.studies.side import RAIDS

    def before(sides: Sequence[Side]) -> None:
        work = f"{counted(len(sides), 'raid')} of layouts, each in up to {most} worlds, {RAIDS} times in each"
        say_price(price.of_sides(sides, threads), work, "at most about")

    return Effort(until, most, seed, threads, progress, before)


def _tell(found: Any, show: Callable[..., None], page: Callable[[Any], str], out: Path | None, as_json: bool) -> None:
    """Print what was found, and write its page where one is wanted."""
    if as_json:
        say(json.dumps(found, indent=1))
    else:
        show(found, width=None if sys.stdout.isatty() else 120)
    if out is not None:
        from bartizan.faces.report.page import save

        save(page(found), out)
        if not as_json:
            tell_written(out)
