"""The command that reads a report beside a scenario: read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.terminal import say, tell_written

if TYPE_CHECKING:
    from bartizan.world.reading.beside import Beside

    Chosen = list[tuple[int, Beside]]


@click.command()
@click.argument("report", metavar="REPORT", type=click.Path(path_type=Path))
@click.option(
    "--scenario", "named", type=ScenarioName(), metavar="SCENARIO", required=True,
    help="Whose claims: as for bartizan run.",
)  # fmt: skip
@click.option("--accept", metavar="N,M", help="Which candidates to write, by number. Asked on a terminal.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write them: a new file, never the scenario.")
@click.option("--json", "as_json", is_flag=True, help="The candidates as JSON.")
def read(report: Path, named: str, accept: str | None, out: Path | None, as_json: bool) -> None:
    """Read a report in English beside a scenario: what it may claim, word for word, and what the claims say of that.

    REPORT is plain text; - reads standard input. Nothing is written unless candidates are accepted, and then into a
    file of their own, with no grade.
    """
    import json

    from bartizan.faces.terminal import reports
    from bartizan.ground.errors import UserError
    from bartizan.world.reading import beside, files, sentences
    from bartizan.world.scenario import load

    if (accept is None) != (out is None):
        raise UserError("--accept says which candidates, --out where they go: give both, or neither")
    if out is not None:
        _refuse_to_replace(out)
    scenario, text = load(named), files.text_of(report)
    if not sentences.is_english(text):
        say("This does not look like English, which is all that the rules know: expect little.", err=True)
    found = beside.read(text, scenario)
    chosen = [] if accept is None else _chosen(accept, found)
    if as_json:
        say(json.dumps(reports.document(found), indent=1, ensure_ascii=False))
    elif out is None:
        say("\n".join(reports.lines(found, text)))
        if found and sys.stdin.isatty() and sys.stdout.isatty():
            chosen, out = _asked(found, report)
    if chosen and out is not None:
        from bartizan.ground.writing import write_text
        from bartizan.world.reading import accepted

        write_text(out, accepted.document(chosen, report.name, text, scenario))
        say(f"{out}", err=True) if as_json else tell_written(out)


def _chosen(accept: str, found: list[Beside]) -> Chosen:
    """Raises UserError for a number that no candidate has."""
    from bartizan.ground.errors import UserError

    numbers = dict.fromkeys(part.strip() for part in accept.split(",") if part.strip())
    if wrong := [part for part in numbers if not (part.isascii() and part.isdigit() and 0 < int(part) <= len(found))]:
        allowed = f"numbers from 1 to {len(found)}, with commas between" if found else "none: nothing was found"
        raise UserError(f"--accept {accept!r}: {wrong[0]!r} is no candidate; expected {allowed}")
    if not numbers:
        raise UserError(f"--accept {accept!r}: name at least one candidate")
    return [(int(part), found[int(part) - 1]) for part in numbers]


def _asked(found: list[Beside], report: Path) -> tuple[Chosen, Path | None]:
    """Which candidates the person accepts, and where they are to go."""
    accept = click.prompt("Accept which? Numbers with commas, or nothing", default="", show_default=False)
    if not accept.strip():
        return [], None
    chosen = _chosen(accept, found)
    out = Path(click.prompt("Write them to", default=f"claims-of-{report.stem or 'report'}.yaml"))
    _refuse_to_replace(out)
    return chosen, out


def _refuse_to_replace(path: Path) -> None:
    from bartizan.ground.errors import UserError

    if path.exists() or path.is_symlink():
        raise UserError(f"{path} is already there; nothing was written")
