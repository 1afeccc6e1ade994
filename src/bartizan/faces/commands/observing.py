"""The command that makes a scenario's traffic from a table of positions: traffic."""

from __future__ import annotations

import json

import click

from bartizan.faces.commands.options import AS_JSON
from bartizan.faces.commands.terminal import Within, say


@click.command()
@click.argument("table", type=click.Path())
@click.option("--at", required=True, metavar="LAT,LON", help="Where the circle is, in degrees.")
@click.option("--radius", type=Within(0.1, 500), default=20.0, show_default=True, help="Of the circle, km.")
@click.option(
    "--gap", type=Within(1, 3600), default=300.0, show_default=True,
    help="How long an aircraft may be silent and still be on its way, s.",
)  # fmt: skip
@click.option(
    "--threat", default="light-aircraft", show_default=True,
    help="The type of what the table has no kind for, as the catalogue or the scenario names it.",
)  # fmt: skip
@click.option("--lasts", type=Within(1, 1440), default=20.0, show_default=True, help="How long traffic goes on, min.")
@AS_JSON
def traffic(table: str, at: str, radius: float, gap: float, threat: str, lasts: float, as_json: bool) -> None:
    """Turn a table of positions into the neutral groups of a scenario, as YAML.

    TABLE is a CSV or Parquet file of your own with a row for each position: time (s, or a moment), id, lat, lon,
    altitude (m; or altitude_ft), and kind where it is known. Nothing of it is kept.
    """
    from bartizan.studies.traffic.passages import Circle
    from bartizan.studies.traffic.streams import as_yaml, streams

    lat, lon = _place(at)
    found = streams(table, Circle(lat, lon, 1000 * radius, gap))
    say(json.dumps(found, indent=1) if as_json else as_yaml(found, threat, lasts))


def _place(at: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in at.split(","))
    except ValueError:
        lat = lon = float("nan")
    if not (-85 <= lat <= 85 and -180 <= lon <= 180):
        raise click.BadParameter(f"{at!r}: write LAT,LON in degrees, such as 55.75,37.62", param_hint="--at")
    return lat, lon
