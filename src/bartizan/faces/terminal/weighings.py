"""What `bartizan value --given-report` prints: answers with worlds weighed by a report, or why there are none."""

from __future__ import annotations

import math
import sys

from rich.table import Table

from bartizan.faces import words
from bartizan.faces.report.reported import as_told, called
from bartizan.faces.terminal.tables import Screen
from bartizan.studies.value.weigh import LEAST_EFFECTIVE, Weighed


def show(found: Weighed) -> None:
    """Print what gets through given the report; where too few worlds are left, the conflict instead."""
    console = Screen(width=None if sys.stdout.isatty() else 120, highlight=False)
    told = ", ".join(f"{as_told(number['reported'])} {called(number)}" for number in found.numbers)
    console.print(
        f"Given the report of {found.case} ({told}): {found.just_so} of {found.raids} raids ended just so; effective "
        f"worlds {found.effective:.0f} of {found.worlds}."
    )
    if not found.refused:
        console.print(_shares(found))
        return
    why = (
        "What is assumed and what was reported contradict each other; a number assumed, or the report, is wrong:"
        if found.contradicted
        else "No number of the report is unlikely by itself, so it says little against what is assumed:"
    )
    enough = (
        f" They grow with the worlds: some {_round_up(found.worlds * LEAST_EFFECTIVE / found.effective):,} would do "
        "(--worlds)."
        if found.effective > 0
        else ""
    )
    console.print(
        f"No answer is given: with fewer than {LEAST_EFFECTIVE} effective worlds it would be the opinion of a few."
        f"{enough} {why}"
    )
    console.print(_conflict(found))


def _round_up(worlds: float) -> int:
    """The next power of two: studies are spread most evenly over as many worlds."""
    return int(1 << math.ceil(math.log2(worlds)))


def _shares(found: Weighed) -> Table:
    table = Table(title="\nwhat gets through", title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "as assumed", "given the report", "95 % interval"):
        table.add_column(column, justify="left" if column == "raid" else "right")
    for share in found.shares:
        interval = words.between(share.low, share.high)
        table.add_row(share.case, words.percent(share.before), words.percent(share.given), interval)
    return table


def _conflict(found: Weighed) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("what", "reported", "as played", "95 % of raids", "so few or fewer", "so many or more"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for number in found.numbers:
        table.add_row(
            called(number), as_told(number["reported"]), f"{number['mean']:.2f}",
            words.between(number["low"], number["high"], words.amount),
            words.percent(number["at_most"]["mean"]), words.percent(number["at_least"]["mean"]),
        )  # fmt: skip
    return table
