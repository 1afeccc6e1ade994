"""The command line. It alone starts work; everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bartizan import __version__

if TYPE_CHECKING:
    from bartizan.studies.results import Results
    from bartizan.studies.study import Progress

USER_MISTAKE, OUR_MISTAKE, INTERRUPTED = 2, 1, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="bartizan %(version)s")
def cli() -> None:
    """What a layered air defence, as publicly reported, can see, stop and let through - and how sure that answer is.

    Begin with: bartizan run power-station
    """


@cli.command()
@click.argument("scenario")
@click.option("--raid", "raids_named", multiple=True, metavar="NAME", help="Play only this raid; may be given again.")
@click.option("--worlds", type=click.IntRange(min=1), help="Sets of assumptions to draw. Default: the scenario's.")
@click.option("--raids", type=click.IntRange(min=1), help="Raids to play in each world. Default: the scenario's.")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="Same seed, same answer."
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use. Default: all cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Results folder. Default: results/SCENARIO.")
@click.option("--fresh", is_flag=True, help="Replace what the results folder holds.")
@click.option("--journal", metavar="RAID", help="Also write one raid of this case, event by event, to journal.parquet.")
def run(
    scenario: str,
    raids_named: tuple[str, ...],
    worlds: int | None,
    raids: int | None,
    seed: int,
    threads: int | None,
    out: Path | None,
    fresh: bool,
    journal: str | None,
) -> None:
    """Play a scenario's raids and write a results folder.

    SCENARIO is a file, or the name of one that ships with Bartizan (NAME:VARIANT for a variant). Ctrl-C keeps what is
    done; the same command goes on from there.
    """
    from bartizan.world.scenario import load

    loaded = load(scenario)
    if journal:
        loaded.case(journal)
    folder = out or Path("results") / loaded.name.replace(":", "-")
    _say_if_compiling()
    from bartizan.studies.study import study

    with _bar() as progress:
        results = study(
            loaded, folder, raids_named=raids_named, worlds=worlds, raids=raids, seed=seed, threads=threads,
            fresh=fresh, progress=progress,
        )  # fmt: skip
    if journal:
        from bartizan.studies.study import write_journal

        write_journal(loaded, journal, results)
    _print_results(results)


@cli.command()
@click.argument("file")
def check(file: str) -> None:
    """Check a scenario, and hold its claims against one another and against the map."""
    from bartizan.world.evidence import findings
    from bartizan.world.scenario import load

    loaded = load(file)
    unknown = sum(not n.is_fixed for n in loaded.numbers.values())
    click.echo(
        f"{loaded.name}: {len(loaded.assets)} assets, {len(loaded.units)} units, {len(loaded.cases)} cases to play,"
    )
    click.echo(
        f"{unknown} unknowns, {len(loaded.file.claims)} claims, {len(loaded.file.variants)} variants. No mistakes."
    )
    found = findings(loaded)
    for kind in dict.fromkeys(f.kind for f in found):
        click.echo(f"\n{kind}:")
        for finding in found:
            if finding.kind == kind:
                click.echo(f"  - {finding.text}")


@cli.command()
@click.argument("name", required=False)
def catalog(name: str | None) -> None:
    """List the catalogue, or show one system or threat with its sources."""
    from bartizan.faces import listing

    click.echo(listing.entry(name) if name else listing.contents())


@cli.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    import json

    from bartizan.world.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1))


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a small commented scenario to start from."""
    from importlib.resources import files

    from bartizan.ground.errors import UserError

    path = Path(f"{name}.yaml")
    if path.exists():
        raise UserError(f"{path} is already there; nothing was written")
    text = (files("bartizan") / "data" / "starter.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("NAME", path.stem), encoding="utf-8")
    click.echo(f"{path} written. Next: bartizan check {path}; bartizan run {path}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The page. Default: report.html in the folder.")
def report(folder: Path, out: Path | None) -> None:
    """Write the report of a results folder as one self-contained HTML page."""
    from bartizan.faces.report import write

    click.echo(f"{write(folder, out or folder / 'report.html')}")


def _say_if_compiling() -> None:
    from bartizan.ground.jit import is_cached

    if not is_cached():
        click.echo("Compiling the engine, once on this machine: about 20 seconds.", err=True)


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar with the time left, on a terminal; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<24.24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("surveying", total=None)

        def progress(now: Progress) -> None:
            bar.update(task, description="playing", completed=now.raids_done, total=now.raids_in_all)

        yield progress


def _print_results(results: Results) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=results.summary["scenario"]["title"], title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "threats", "get through", "95 % interval", "over worlds", "ignorance", "most leak because"):
        table.add_column(column, justify="left" if column in ("raid", "most leak because") else "right")
    for case in results.summary["cases"]:
        leak, share = case["leak"], case["leak"]["ignorance_share"]
        table.add_row(
            case["name"], str(case["size"]), f"{leak['mean']:.1%}", f"{leak['low']:.1%} - {leak['high']:.1%}",
            f"{leak['world_low']:.0%} - {leak['world_high']:.0%}", "-" if share is None else f"{share:.0%}",
            (case["binding"] or "-").replace("_", " "),
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 120, highlight=False).print(table)
    click.echo(f"\nResults: {results.path}   Report: bartizan report {results.path}")


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    from bartizan.ground.errors import BartizanError, UserError

    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USER_MISTAKE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What is done is kept; the same command goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    except UserError as error:
        click.echo(f"bartizan: {error}", err=True)
        sys.exit(USER_MISTAKE)
    except BartizanError as error:
        click.echo(f"bartizan: our mistake: {error}", err=True)
        sys.exit(OUR_MISTAKE)
