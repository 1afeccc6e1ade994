"""The command that makes a scenario's traffic from a table of positions: traffic."""

from __future__ import annotations

import json

import click

from bartizan.faces.commands.amounts import Amount, Coordinates
from bartizan.faces.commands.options import AS_JSON
from bartizan.faces.commands.terminal import say


@click.command()
@click.argument("table", type=click.Path())
@click.option("--at", type=Coordinates(85), required=True, metavar="LAT,LON", help="Where the circle is, in degrees.")
@click.option(
    "--radius",
    type=Amount("length", 0.1, 500, "km"),
    default=20.0,
    metavar="KM",
    show_default=True,
    help="Of the circle.",
)
@click.option(
    "--gap", type=Amount("time", 1, 3600, "s"), default=300.0, metavar="S", show_default=True,
    help="How long an aircraft may be silent and still be on its way.",
)  # fmt: skip
@click.option(
    "--threat", default="light-aircraft", show_default=True,
    help="The type of what the table has no kind for, as the catalogue or the scenario names it.",
)  # fmt: skip
@click.option(
    "--lasts", type=Amount("time", 1, 1440, "min"), default=20.0, metavar="MIN", show_default=True,
    help="How long traffic goes on.",
)  # fmt: skip
@AS_JSON
def traffic(
    table: str, at: tuple[float, float], radius: float, gap: float, threat: str, lasts: float, as_json: bool
) -> None:  # fmt: skip
    """Turn a table of positions into the neutral groups of a scenario, as YAML.

    TABLE is a CSV or Parquet file of your own with a row for each position: time (s, or a moment), id, lat, lon,
    altitude (m; or altitude_ft), and kind where it is known. Nothing of it is kept.
    """
    from bartizan.studies.traffic.passages import Circle
    from bartizan.studies.traffic.streams import as_yaml, streams, unknown

    found = streams(table, Circle(*at, radius, gap))
    for name in unknown(found, threat):
        say(f"{name!r} is no type of the catalogue: the scenario has to describe it under threats", err=True)
    say(json.dumps(found, indent=1) if as_json else as_yaml(found, threat, lasts))
