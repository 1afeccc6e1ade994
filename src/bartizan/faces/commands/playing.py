"""Commands that compute: run, verify."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.terminal import (
    OUR_MISTAKE,
    bar,
    check_folder,
    ends_as_by_ctrl_c,
    say,
    say_if_compiling,
    say_price,
    say_what_is_left_out,
    share,
)

if TYPE_CHECKING:
    from bartizan.studies.replicate import Design
    from bartizan.studies.results import Results
    from bartizan.studies.study import Handling
    from bartizan.world.cases import Case
    from bartizan.world.scenario import Scenario


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option("--raid", "raids_named", multiple=True, metavar="NAME", help="Play only this raid; may be given again.")
@click.option("--worlds", type=click.IntRange(min=1), help="Sets of assumptions to draw. Default: the scenario's.")
@click.option("--raids", type=click.IntRange(min=1), help="Raids to play in each world. Default: the scenario's.")
@click.option(
    "--until",
    metavar="SHARE",
    callback=share,
    help="Stop once what gets through is known to this either side, such as 1%; --worlds, or 4096, is then the most.",
)
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="Same seed, same answer."
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use. Default: all cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Results folder. Default: results/SCENARIO.")
@click.option("--fresh", is_flag=True, help="Replace what the results folder holds.")
@click.option(
    "--given", "answered", multiple=True, metavar="QUESTION=ANSWER",
    help="Play on with a question settled, and set it beside the answer as it is; may be given again.",
)  # fmt: skip
@click.option("--journal", metavar="RAID", help="Also write one raid of this case, event by event, to journal.parquet.")
def run(
    scenario: str,
    raids_named: tuple[str, ...],
    worlds: int | None,
    raids: int | None,
    until: float | None,
    seed: int,
    threads: int | None,
    out: Path | None,
    fresh: bool,
    answered: tuple[str, ...],
    journal: str | None,
) -> None:
    """Play a scenario's raids and write a results folder.

    SCENARIO is a file, or the name of one that ships with Bartizan (NAME:VARIANT for a variant). Ctrl-C keeps what is
    done; the same command goes on from there. With --until worlds are doubled until the answer is narrow enough;
    its interval holds although it was looked at before. With --given both are played, with the same luck: the scenario
    as it is, and as it would be if the question were answered so (bartizan value lists questions).
    """
    from bartizan.world.scenario import load

    loaded = load(scenario)
    if journal:
        loaded.case(journal)
    say_what_is_left_out(loaded)
    folder = out or Path("results") / loaded.name.replace(":", "-")
    check_folder(folder)
    say_if_compiling()
    from bartizan.studies.stopping import MOST_WORLDS, Stopping
    from bartizan.studies.study import study, write_journal
    from bartizan.studies.value.given import given, name_of

    settled, asked = given(loaded, answered), worlds if until is None else Stopping(until, worlds or MOST_WORLDS)
    wanted = [(loaded, folder), (settled, folder.with_name(f"{folder.name}-{name_of(settled)}"))]
    found: list[Results] = []
    with ends_as_by_ctrl_c():
        for each, where in wanted if answered else wanted[:1]:
            if found:
                asked = found[0].summary["run"]["worlds"]  # the same worlds in both
            with _told(settled, threads, fresh, at_most=until is not None) as how:
                found.append(study(
                    each, where, raids_named=raids_named, worlds=asked, raids=raids, seed=seed, threads=threads,
                    how=how,
                ))  # fmt: skip
    if journal:
        write_journal(settled, journal, found[-1])
    _show(found)


def _show(found: Sequence[Results]) -> None:
    """The answer, or two beside one another; why each stopped where it did; where the last one lies."""
    from bartizan.faces import words
    from bartizan.faces.terminal import tables

    if len(found) > 1:
        tables.beside(*found)
    else:
        tables.results(*found)
    for told in filter(None, (words.stopped(each.summary["run"]) for each in found)):
        say(f"\n{told}")
    path = found[-1].path
    say(f"\nResults: {path}   Report: bartizan report {path}")


@contextlib.contextmanager
def _told(scenario: Scenario, threads: int | None, fresh: bool, *, at_most: bool) -> Iterator[Handling]:
    """What is told of a study while it is played: its price, how far it is, what was found damaged."""
    from bartizan.studies import price
    from bartizan.studies.study import Handling

    def before(plays: Sequence[tuple[Case, Design]]) -> None:
        plan = plays[0][1]
        most, how = ("up to ", "at most about") if at_most else ("", "about")
        work = f"{len(plays)} kinds of raid in {most}{plan.worlds} worlds, {plan.raids} raids in each"
        say_price(price.of_play(scenario, plays, threads), work, how)

    with bar() as progress:
        yield Handling(fresh, progress, lambda text: say(text, err=True), before)


@click.command()
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Every comparison of this table; repeatable.")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 2), default=1, show_default=True, help="Of the raids played."
)
def verify(tables: tuple[str, ...], seed: int) -> None:
    """Put what this installation computes beside published and exact values.

    The exit code is 1 if a comparison fails.
    """
    from bartizan.studies.verify import suite

    suite.names(tables)
    say_if_compiling()
    from bartizan.faces.terminal import verdicts
    from bartizan.studies.filling import Progress

    with bar("comparing") as progress:
        found = suite.verify(tables, seed=seed, progress=lambda done, of: progress(Progress(done, of)))
    verdicts.show(found, in_full=bool(tables), width=None if sys.stdout.isatty() else 120)
    if not all(verdict.passes for verdict in found):
        sys.exit(OUR_MISTAKE)
