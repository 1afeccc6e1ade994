"""What `bartizan verify` prints: reference tables with their worst comparison, or every comparison of some."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bartizan.faces.terminal.tables import Screen

if TYPE_CHECKING:
    from bartizan.studies.verify.checks import Check
    from bartizan.studies.verify.suite import Verdict


def show(verdicts: Sequence[Verdict], *, in_full: bool, width: int | None) -> None:
    """Print what came of the tables: a line for each or, in full, a line for each comparison."""
    console = Screen(width=width, highlight=False)
    if in_full:
        for verdict in verdicts:
            _print_in_full(console, verdict)
    else:
        console.print(_overview(verdicts))
    console.print(summary(verdicts), markup=False)


def summary(verdicts: Sequence[Verdict]) -> str:
    """One sentence on all comparisons."""
    checks = [check for verdict in verdicts for check in verdict.checks]
    failed = sum(not check.passes for check in checks)
    told = f"{len(verdicts)} tables, {sum(v.rows for v in verdicts)} rows, {len(checks)} comparisons: "
    return "\n" + told + (f"{failed} FAILED" if failed else "all within their tolerances")


def _overview(verdicts: Sequence[Verdict]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("reference table", "rows", "", "worst", "error", "tolerance", "source"):
        table.add_column(column, justify="right" if column in ("rows", "error", "tolerance") else "left")
    for verdict in verdicts:
        worst = verdict.worst
        rows = f"{verdict.rows}" if verdict.rows == verdict.rows_in_table else f"{verdict.rows}/{verdict.rows_in_table}"
        table.add_row(
            verdict.table, rows, _judged(verdict.passes), Text(f"{worst.row}: {worst.quantity}"),
            number(worst.error), tolerance(worst), Text("; ".join(verdict.sources), no_wrap=True, overflow="ellipsis"),
        )  # fmt: skip
    return table


def _print_in_full(console: Console, verdict: Verdict) -> None:
    title = f"{verdict.table}: {verdict.rows} of {verdict.rows_in_table} rows"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("row", "quantity", "value", "reference", "error", "tolerance", ""):
        table.add_column(column, justify="left" if column in ("row", "quantity", "") else "right")
    for check in verdict.checks:
        table.add_row(
            check.row, Text(check.quantity), f"{check.value:.8g}",
            "-" if math.isnan(check.reference) else f"{check.reference:.8g}",
            number(check.error), tolerance(check), _judged(check.passes),
        )  # fmt: skip
    console.print(table)
    console.print(f"Computed by: {verdict.answers.told}", markup=False)
    console.print(f"Source: {'; '.join(verdict.sources)}", markup=False)
    for kind, reason in verdict.answers.left_out.items():
        console.print(f"Left out, rows {kind}: {reason}", markup=False)
    console.print()


def _judged(passes: bool) -> Text:
    return Text("pass", style="green") if passes else Text("FAIL", style="bold red")


def number(error: float) -> str:
    """An error with two digits."""
    return "0" if error == 0 else f"{error:.2g}"


def tolerance(check: Check) -> str:
    """The tolerance with its kind: bare where it is absolute."""
    return f"{check.tolerance:g}" + {"abs": "", "rel": " rel", "s.e.": " s.e."}[check.kind]
