"""What `bartizan calibrate` prints: what records show of each class, and the answers of a study beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from bartizan.faces import words
from bartizan.faces.report.readings import AGREES, MEANING, answer_cells, as_modelled, refusal
from bartizan.faces.terminal.tables import Screen

_Content = Mapping[str, Any]


def show(content: _Content) -> None:
    """Print a calibration: the fitted table, what it cannot tell, and both answers where a study was named."""
    console = Screen(width=None if sys.stdout.isatty() else 120, highlight=False)
    records = content["records"]
    console.print(f"{words.plural(records['records'], 'record')} of {records['file']} ({records['dataset']})")
    for sentence in records["left_out"]:
        console.print(f"  {sentence}", style="dim")
    console.print(_classes(content["classes"]))
    console.print("\nWhat these records cannot tell:")
    for sentence in content["not_identified"]:
        console.print(f"- {sentence}")
    if "study" in content:
        _beside(console, content)


def _classes(fits: Sequence[_Content]) -> Table:
    """A row for each class, and under it one for each year where they differ."""
    table = Table(title="\nstopped, of what was sent", title_justify="left", box=None, pad_edge=False)
    for column in ("class", "records", "sent", "stopped", "95 % interval", "correlation in a raid", "95 % interval "):
        table.add_column(column, justify="left" if column == "class" else "right")
    for fit in fits:
        table.add_row(fit["class"], *_cells(fit))
        for what in ("years", "places"):
            if (parts := fit[what]) and parts["differ"]:
                for part in parts["parts"]:
                    table.add_row(f"  {part[what.removesuffix('s')]}", *_cells(part))
    return table


def _cells(fit: _Content) -> Iterator[str]:
    share, correlation = fit["share"], fit["correlation"]
    yield from (str(fit["records"]), f"{fit['sent']:,}", _point(share), _between(share))
    yield from ("-", "-") if correlation is None else (_point(correlation), _between(correlation))


def _point(found: _Content) -> str:
    """The likeliest value, or the median where the likelihood is greatest outside of the interval."""
    return f"{found['median'] if found['likeliest'] is None else found['likeliest']:.3f}"


def _between(ends: _Content) -> str:
    return f"{ends['low']:.3f} - {ends['high']:.3f}"


def _beside(console: Screen, content: _Content) -> None:
    table = Table(title="\nhow far the model is off", title_justify="left", box=None, pad_edge=False)
    for column in ("class", "stands for", "modelled", "records", "delta (logit)", "95 % interval", "agrees"):
        table.add_column(column, justify="left" if column in ("class", "stands for") else "right")
    for found in content["discrepancies"]:
        delta = found["delta"]
        table.add_row(
            found["class"], found["stands_for"], f"{found['modelled']:.3f}", f"{found['recorded']['mean']:.3f}",
            f"{delta['mean']:+.2f}", f"{delta['low']:+.2f} to {delta['high']:+.2f}", AGREES[found["agrees"]],
        )  # fmt: skip
    console.print(table)
    for sentence in (*content["without"], *refusal(content)):
        console.print(sentence)
    console.print(_answers(content["answers"]))
    for sentence in (*as_modelled(content["answers"]), *MEANING):
        console.print(sentence)


def _answers(answers: Sequence[_Content]) -> Table:
    table = Table(title="\nwhat gets through", title_justify="left", box=None, pad_edge=False)
    for column in (
        "raid",
        "as modelled",
        "95 % interval",
        "with the discrepancy",
        "95 % interval ",
        "any",
        "any, with it",
    ):
        table.add_column(column, justify="left" if column == "raid" else "right")
    for answer in answers:
        table.add_row(answer["case"], *answer_cells(answer))
    return table
