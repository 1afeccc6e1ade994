"""Commands on scenarios and the catalogue: check, new, schema, catalog."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file")
def check(file: str) -> None:
    """Check a scenario, and hold its claims against one another and against the map."""
    from bartizan.studies import inputs
    from bartizan.world.evidence import findings
    from bartizan.world.scenario import load

    loaded = load(file)
    inputs.read_all(loaded)
    found = findings(loaded)
    unknown = sum(not n.is_fixed for n in loaded.numbers.values())
    assets, units = _counted(len(loaded.assets), "asset"), _counted(len(loaded.units), "unit")
    click.echo(f"{loaded.name}: {assets}, {units}, {_counted(len(loaded.cases), 'case')} to play,")
    claims, variants = _counted(len(loaded.file.claims), "claim"), _counted(len(loaded.file.variants), "variant")
    click.echo(f"{_counted(unknown, 'unknown')}, {claims}, {variants}.")
    for kind in dict.fromkeys(f.kind for f in found):
        click.echo(f"\n{kind}:")
        for finding in found:
            if finding.kind == kind:
                click.echo(f"  - {finding.text}")
    click.echo(f"\nNo mistakes{_to_read(len(found))}.")


def _to_read(findings: int) -> str:
    return f", and {_counted(findings, 'finding')} to read" if findings else ""


def _counted(count: int, one: str) -> str:
    return f"{count} {one}{'' if count == 1 else 's'}"


@click.command()
@click.argument("name", required=False)
def catalog(name: str | None) -> None:
    """List the catalogue, or show one system or threat with its sources."""
    from bartizan.faces import listing

    click.echo(listing.entry(name) if name else listing.contents())


@click.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    import json

    from bartizan.world.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1))


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a small commented scenario to start from."""
    from importlib.resources import files

    from bartizan.ground import writing
    from bartizan.ground.errors import UserError

    path = Path(f"{name}.yaml")
    if path.exists():
        raise UserError(f"{path} is already there; nothing was written")
    text = (files("bartizan") / "data" / "starter.yaml").read_text(encoding="utf-8")
    writing.write_text(path, text.replace("NAME", path.stem))
    click.echo(f"{path} written. Next: bartizan check {path}; bartizan run {path}")
