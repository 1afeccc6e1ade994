"""Commands that compute: run, join, verify."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.options import SEED, THREADS, Whole
from bartizan.faces.commands.terminal import (
    OUR_MISTAKE,
    Place,
    as_argument,
    bar,
    check_folder,
    counted,
    ends_as_by_ctrl_c,
    ready_engine,
    say,
    say_price,
    say_what_is_left_out,
    share,
)

if TYPE_CHECKING:
    from bartizan.studies.asked import Keep
    from bartizan.studies.replicate import Design
    from bartizan.studies.results import Results
    from bartizan.studies.stopping import Stopping
    from bartizan.studies.study import Handling
    from bartizan.world.cases import Case
    from bartizan.world.scenario import Scenario


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option("--raid", "raids_named", multiple=True, metavar="NAME", help="Play only this raid; may be given again.")
@click.option("--worlds", type=Whole(min=1), help="Sets of assumptions to draw. Default: the scenario's.")
@click.option("--raids", type=Whole(min=1), help="Raids to play in each world. Default: the scenario's.")
@click.option(
    "--until",
    metavar="SHARE",
    callback=share,
    help="Stop once what gets through is known to this either side, such as 1%; --worlds, or 4096, is then the most.",
)
@SEED
@THREADS
@click.option("--out", type=Place(), help="Results folder, or URL of an object store. Default: results/SCENARIO.")
@click.option(
    "--dask", metavar="ADDRESS", help="Have the workers of this Dask scheduler play, such as tcp://host:8786."
)
@click.option("--fresh", is_flag=True, help="Replace what the results folder holds.")
@click.option(
    "--given", "answered", multiple=True, metavar="QUESTION=ANSWER",
    help="Play on with a question settled, named by words that no other has, and set it beside the answer as it is; "
    "may be given again.",
)  # fmt: skip
@click.option(
    "--share", "cut", metavar="K/N",
    help="Play the K-th of N shares into the folder, where others play theirs; bartizan join makes them one study.",
)  # fmt: skip
@click.option(
    "--sums-only", is_flag=True, help="Keep sums alone, no row for each threat: for studies of very many raids."
)
@click.option("--journal", metavar="RAID", help="Also write one raid of this case, event by event, to journal.parquet.")
def run(
    scenario: str,
    raids_named: tuple[str, ...],
    worlds: int | None,
    raids: int | None,
    until: float | None,
    seed: int,
    threads: int | None,
    out: Path | str | None,
    dask: str | None,
    fresh: bool,
    answered: tuple[str, ...],
    cut: str | None,
    sums_only: bool,
    journal: str | None,
) -> None:
    """Play a scenario's raids and write a results folder.

    SCENARIO is a file, or the name of one that ships with Bartizan (NAME:VARIANT for a variant). Ctrl-C keeps what is
    done; the same command goes on from there. With --until worlds are doubled until the answer is narrow enough;
    its interval holds although it was looked at before. With --given both are played, with the same luck: the scenario
    as it is, and as it would be if the question were answered so (bartizan value lists questions).
    """
    from bartizan.world.scenario import load

    if partly := cut is not None or isinstance(out, str):
        _refuse_for_parts(until=until is not None, fresh=fresh, journal=journal is not None)
    if cut is not None and dask is not None:
        raise click.UsageError("--dask and --share do not go together: a share is played here.")
    loaded = load(scenario)
    if journal:
        loaded.case(journal)
    say_what_is_left_out(loaded)
    folder = out or Path("results") / loaded.name.replace(":", "-")
    if isinstance(folder, Path):
        check_folder(folder)
    ready_engine()
    from bartizan.studies.stopping import MOST_WORLDS, Stopping
    from bartizan.studies.study import study, write_journal
    from bartizan.studies.value.given import given, name_of

    settled, asked = given(loaded, answered), worlds if until is None else Stopping(until, worlds or MOST_WORLDS)
    wanted = [(loaded, folder), (settled, type(folder)(f"{folder}-{name_of(settled)}"))]
    found: list[Results] = []
    told = _Told(threads, fresh, sums_only, dask, at_most=until is not None, with_price=not partly and dask is None)
    with ends_as_by_ctrl_c():
        for each, where in wanted if answered else wanted[:1]:
            if found:
                asked = found[0].summary["run"]["worlds"]  # the same worlds in both
            with told.of(each) as how:
                numbers: Numbers = {"raids_named": raids_named, "worlds": asked, "raids": raids, "seed": seed}
                if partly:
                    _play_parts(each, where, cut, numbers, threads, how)
                else:
                    found.append(study(each, where, **numbers, threads=threads, how=how))
    if journal and found:
        write_journal(settled, journal, found[-1])
    if found:
        _show(found)


def _refuse_for_parts(**given: bool) -> None:
    """What needs all of a study, or would take from others what they have played."""
    for option in (name for name, is_given in given.items() if is_given):
        raise click.UsageError(
            f"--{option} and --share do not go together: --{option} is for all of a study, in a folder of this machine."
        )


class Numbers(TypedDict):
    """What a study is asked to play of a scenario."""

    raids_named: tuple[str, ...]
    worlds: int | Stopping | None
    raids: int | None
    seed: int


def _play_parts(
    scenario: Scenario, where: Path | str, cut: str | None, numbers: Numbers, threads: int | None, how: Handling
) -> None:
    """Play a share of a study, or into an object store all of it, and say where its parts lie."""
    from bartizan.studies import asked, sharing

    share = sharing.Share.parse(cut or "1/1")
    wanted = asked.asked(scenario, **numbers, keep=how.keep)
    if how.dask is not None:
        sharing.play_by_dask(wanted, how.dask, str(where), how.progress)
    elif not sharing.play_share(wanted, where, share, threads, how):
        say(f"{where} holds the finished study: there is nothing left to play.")
        return
    out = " --out FOLDER" if isinstance(where, str) else ""
    say(f"Share {share.number} of {share.of}: {where}   When all are there: bartizan join {as_argument(where)}{out}")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=Place())
@click.option("--out", type=click.Path(path_type=Path), help="Results folder. Default: the first FOLDER.")
def join(folders: tuple[Path | str, ...], out: Path | None) -> None:
    """Make the shares of a study that lie in FOLDERS one study, and show it.

    They are what bartizan run --share wrote, into folders or object stores (URLs), one or several. If parts are missing
    it says which, and ends with exit code 2; shares that are started again play only what is missing. A study that is
    joined already is shown.
    """
    if out is not None:
        check_folder(out)
    ready_engine()
    from bartizan.studies.sharing import join
    from bartizan.studies.study import Handling

    with ends_as_by_ctrl_c(), bar("joining") as progress:
        found = join(folders, out, Handling(progress=progress, say=lambda text: say(text, err=True)))
    _show([found])


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
    say(f"\nResults: {path}   Report: bartizan report {as_argument(path)}")


@dataclass(frozen=True)
class _Told:
    """How studies are gone about, and what is told of each while it is played: its price, how far it is, what was found
    damaged."""

    threads: int | None
    fresh: bool
    sums_only: bool
    dask: str | None
    at_most: bool
    with_price: bool

    @contextlib.contextmanager
    def of(self, scenario: Scenario) -> Iterator[Handling]:
        from bartizan.studies import price
        from bartizan.studies.study import Handling

        def before(plays: Sequence[tuple[Case, Design]]) -> None:
            plan = plays[0][1]
            most, how = ("up to ", "at most about") if self.at_most else ("", "about")
            work = f"{counted(len(plays), 'kind')} of raid in {most}{plan.worlds} worlds, {plan.raids} raids in each"
            say_price(price.of_play(scenario, plays, self.threads), work, how)

        with bar() as progress:
            keep: Keep = "sums" if self.sums_only else "threats"
            quietly = Handling(self.fresh, progress, lambda text: say(text, err=True), keep=keep, dask=self.dask)
            yield replace(quietly, before=before) if self.with_price else quietly


@click.command()
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Every comparison of this table; repeatable.")
@click.option("--seed", type=Whole(min=0, max=2**32 - 2), default=1, show_default=True, help="Of the raids played.")
def verify(tables: tuple[str, ...], seed: int) -> None:
    """Put what this installation computes beside published and exact values.

    The exit code is 1 if a comparison fails.
    """
    from bartizan.studies.verify import suite

    known = suite.names(tables)
    ready_engine()
    say_price(suite.takes_s(tables), f"{len(known)} reference {'tables' if len(known) > 1 else 'table'}")
    from bartizan.faces.terminal import verdicts
    from bartizan.studies.filling import Progress

    with bar("comparing") as progress:
        found = suite.verify(tables, seed=seed, progress=lambda done, of: progress(Progress(done, of)))
    verdicts.show(found, in_full=bool(tables), width=None if sys.stdout.isatty() else 120)
    if not all(verdict.passes for verdict in found):
        sys.exit(OUR_MISTAKE)
