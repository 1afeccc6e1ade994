"""Commands on scenarios and the catalogue: check, new, schema, catalog."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.terminal import as_argument, counted, say


@click.command()
@click.argument("file", type=ScenarioName())
def check(file: str) -> None:
    """Check a scenario, and hold its claims against one another and against the map."""
    from bartizan.studies import inputs
    from bartizan.studies.placing import place as placing
    from bartizan.world.evidence import findings
    from bartizan.world.scenario import load

    loaded = load(file)
    inputs.read_all(loaded)
    if loaded.file.placement is not None:
        placing.can_be_asked(loaded)
    found = findings(loaded)
    assets, units = counted(len(loaded.assets), "asset"), counted(len(loaded.units), "unit")
    say(f"{loaded.name}: {assets}, {units}, {counted(len(loaded.cases), 'case')} to play,")
    claims, variants = counted(len(loaded.file.claims), "claim"), counted(len(loaded.file.variants), "variant")
    say(f"{counted(loaded.unsettled, 'unknown')}, {claims}, {variants}.")
    for kind in dict.fromkeys(f.kind for f in found):
        say(f"\n{kind}:")
        for finding in found:
            if finding.kind == kind:
                say(f"  - {finding.text}")
    say(f"\nNo mistakes{_to_read(len(found))}.")


def _to_read(findings: int) -> str:
    return f", and {counted(findings, 'finding')} to read" if findings else ""


@click.command()
@click.argument("name", required=False)
def catalog(name: str | None) -> None:
    """List the catalogue, or show one system or threat with its sources."""
    from bartizan.faces.terminal import listing

    say(listing.entry(name) if name else listing.contents())


@click.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    import json

    from bartizan.world.schema import json_schema

    say(json.dumps(json_schema(), indent=1))


KINDS = ("power-station", "airport", "event", "city", "exercise")


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), help="What to begin with. Asked on a terminal; else power-station.")
@click.option(
    "--like", type=ScenarioName(), metavar="SCENARIO", help="Begin with a copy of this scenario, as for bartizan run."
)
@click.option("--from", "table", type=click.Path(path_type=Path), metavar="FILE", help="Sites: .csv or .geojson.")
def new(name: str, kind: str | None, like: str | None, table: Path | None) -> None:
    """Write NAME.yaml, a commented scenario to start from.

    A table for --from has columns name, lat, lon, and as it likes kind (asset or unit), system, radius, height, note;
    rows with a system of the catalogue become units, the others assets.
    """
    from bartizan.ground import writing
    from bartizan.ground.errors import UserError
    from bartizan.world import starters

    if sum(given is not None for given in (kind, like, table)) > 1:
        raise UserError("--kind, --like and --from each say what to begin with: give one of them")
    if not any(map(str.isalnum, name.removesuffix(".yaml").rpartition("/")[2])):
        raise UserError(f"NAME {name!r} has no letter or digit; nothing was written")
    path = Path(f"{name.removesuffix('.yaml')}.yaml")
    _refuse_to_replace(path)
    told: list[str] = []
    if table is not None:
        text, found = starters.of_sites(table, path)
        told = [f"left out: {each}" for each in found.left_out] + [f"renamed: {each}" for each in found.renamed]
    elif like is not None:
        text = starters.like(like, path)
    else:
        text = starters.of_kind(kind or _asked(), path)
    writing.write_text(path, text)
    for sentence in told:
        say(sentence, err=True)
    if (called := starters.key_of(path.stem)) != path.stem:
        say(f"The scenario is called {called!r}: a name has letters, digits, blanks and _ . -", err=True)
    say(f"{path} written. Next: bartizan check {as_argument(path)}; bartizan run {as_argument(path)}")


def _asked() -> str:
    """The kind that the user wants; the first where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return KINDS[0]
    return str(click.prompt("What is defended?", type=click.Choice(KINDS), default=KINDS[0]))


def _refuse_to_replace(path: Path) -> None:
    from bartizan.ground.errors import UserError

    try:
        there = path.exists() or path.is_symlink()
    except (OSError, ValueError) as error:
        raise UserError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from None
    if there:
        raise UserError(f"{path} is already there; nothing was written")
