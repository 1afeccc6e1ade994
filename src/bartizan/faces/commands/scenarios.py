"""Commands on scenarios and the catalogue: check, new, schema, catalog."""

from __future__ import annotations

from pathlib import Path

import click

from bartizan.faces.commands.terminal import say


@click.command()
@click.argument("file")
def check(file: str) -> None:
    """Check a scenario, and hold its claims against one another and against the map."""
    from bartizan.world.evidence import findings
    from bartizan.world.scenario import load

    loaded = load(file)
    unknown = sum(not n.is_fixed for n in loaded.numbers.values())
    assets, units = _counted(len(loaded.assets), "asset"), _counted(len(loaded.units), "unit")
    say(f"{loaded.name}: {assets}, {units}, {_counted(len(loaded.cases), 'case')} to play,")
    claims, variants = _counted(len(loaded.file.claims), "claim"), _counted(len(loaded.file.variants), "variant")
    say(f"{_counted(unknown, 'unknown')}, {claims}, {variants}. No mistakes.")
    found = findings(loaded)
    for kind in dict.fromkeys(f.kind for f in found):
        say(f"\n{kind}:")
        for finding in found:
            if finding.kind == kind:
                say(f"  - {finding.text}")


def _counted(count: int, one: str) -> str:
    return f"{count} {one}{'' if count == 1 else 's'}"


@click.command()
@click.argument("name", required=False)
def catalog(name: str | None) -> None:
    """List the catalogue, or show one system or threat with its sources."""
    from bartizan.faces import listing

    say(listing.entry(name) if name else listing.contents())


@click.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    import json

    from bartizan.world.schema import json_schema

    say(json.dumps(json_schema(), indent=1))


@click.command()
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
    say(f"{path} written. Next: bartizan check {path}; bartizan run {path}")
