"""The command that holds a model's answers against records of what was stopped: calibrate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bartizan.faces.commands.terminal import say, tell_part, tell_written

if TYPE_CHECKING:
    import datetime


def _day(context: click.Context, option: click.Parameter, text: str | None) -> datetime.date | None:
    """Of a month or year the first day for --since, and the last for --until."""
    from bartizan.ground.dates import period

    if text is None:
        return None
    try:
        return period(text)[option.name == "until"]
    except ValueError:
        raise click.BadParameter(f"{text!r}: expected a day such as 2024-12-31", context, option) from None


@click.command()
@click.argument("records", type=str)
@click.option(
    "--results", "folder", type=click.Path(path_type=Path), metavar="RESULTS",
    help="A folder that bartizan run wrote: how far its answers are off these records.",
)  # fmt: skip
@click.option(
    "--case", "cases", multiple=True, metavar="NAME",
    help="With --results: hold only this case, or raid at all its sizes, against the records; may be given again.",
)  # fmt: skip
@click.option("--since", callback=_day, metavar="DAY", help="Only raids that ended on this day or later.")
@click.option("--until", callback=_day, metavar="DAY", help="Only raids that ended on this day or earlier.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, years and places included.")
def calibrate(
    records: str,
    folder: Path | None,
    cases: tuple[str, ...],
    since: datetime.date | None,
    until: datetime.date | None,
    as_json: bool,
) -> None:
    """Say what records show of each class of threat, and how far a study is off it.

    RECORDS is a table as CSV or Parquet with a row for each raid: class, sent, stopped (or the name of one that ships
    with Bartizan). With --results every answer is told twice: as modelled, and with the discrepancy that the records
    show. That is kept in the folder as calibration.json, and the report shows it.
    """
    if cases and folder is None:
        raise click.UsageError("--case names a case of a study: give its folder with --results")
    from bartizan.faces.terminal import calibrated
    from bartizan.ground.writing import write_json
    from bartizan.studies.calibrate.calibration import calibrate as calibrate_
    from bartizan.studies.results import CALIBRATION

    found = calibrate_(records, folder, cases=cases, since=since, until=until)
    content = found.content()
    if found.results is not None:
        tell_part(found.results.summary)
    if as_json:
        say(json.dumps(content, indent=1))
    else:
        calibrated.show(content)
    if folder is not None:
        write_json(folder / CALIBRATION, content)
        if not as_json:
            tell_written(folder / CALIBRATION)
