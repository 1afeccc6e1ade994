"""What `bartizan compare` and `bartizan sweep` print: sentences, then a table for each raid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from bartizan.faces.report import spending
from bartizan.faces.terminal.tables import Screen
from bartizan.ground.units import percent
from bartizan.studies import comparing
from bartizan.studies.documents.compared import Compared, Costs, RaidCompared, RaidSwept, Sweep
from bartizan.studies.documents.estimates import Brief


def show(found: Compared, *, width: int | None) -> None:
    """Which layout is best, raid by raid, and how the others differ from the first."""
    console = Screen(width=width, highlight=False)
    for case in found["cases"]:
        console.print(f"\n{case['title']}  ({_head(case)})", style="bold")
        for sentence in comparing.sentences(case):
            console.print(sentence)
        console.print(_layouts(case))
        _costs(console, "layout", comparing.costs(case))


def _head(case: RaidCompared | RaidSwept) -> str:
    return ", ".join(filter(None, (case["case"], comparing.played(case))))


def _layouts(case: RaidCompared) -> Table:
    table = columns(
        ("layout", "gets through", "95 % interval", "difference", "95 % interval", "differ", "where"), (0, 6)
    )
    for row in case["layouts"]:
        apart = row["difference"]
        is_first = row is case["layouts"][0]
        moved = [
            f"{at['place']} {100 * at['difference']['mean']:+.2f}"
            for at in row["places"]
            if at["difference"]["low"] > 0 or at["difference"]["high"] < 0
        ]
        table.add_row(
            row["layout"], percent(row["leak"]["mean"], 2), _ends(row["leak"]),
            "" if is_first else f"{100 * apart['mean']:+.2f}",
            "" if is_first else f"{100 * apart['low']:+.2f} to {100 * apart['high']:+.2f}",
            "" if is_first else str(apart["differing"]), ", ".join(moved),
        )  # fmt: skip
    return table


def sweep(found: Sweep, *, width: int | None) -> None:
    """What gets through at each value, raid by raid."""
    console = Screen(width=width, highlight=False)
    for case in found["cases"]:
        console.print(f"\n{case['title']}  ({_head(case)})", style="bold")
        for sentence in comparing.enough(found, case):
            console.print(sentence)
        console.print(_line(found, case) if len(found["swept"]) == 1 else _grid(found, case))
        _costs(console, comparing.swept(found), comparing.costs_swept(case))


def _line(found: Sweep, case: RaidSwept) -> Table:
    head = (found["swept"][0]["path"], "gets through", "95 % interval", "difference from as it is", "95 % interval")
    table = columns((*head, *(("enough",) if found["enough_at"] is not None else ())), (5,))
    table.add_row(comparing.base(case), percent(case["base"]["mean"], 2), _ends(case["base"]), "", "")
    for cell in case["cells"]:
        apart = cell["difference"]
        row = [*cell["values"], percent(cell["leak"]["mean"], 2), _ends(cell["leak"]), f"{100 * apart['mean']:+.2f}",
               f"{100 * apart['low']:+.2f} to {100 * apart['high']:+.2f}"]  # fmt: skip
        table.add_row(*row, *((_verdict(cell["enough"]),) if found["enough_at"] is not None else ()))
    return table


def _grid(found: Sweep, case: RaidSwept) -> Table:
    """The first quantity down, the second across: what gets through, its interval, and a mark."""
    down, across = found["swept"]
    table = columns((f"{down['path']} \\ {across['path']}", *across["values"]), ())
    cells = iter(case["cells"])
    for value in down["values"]:
        row = [next(cells) for _ in across["values"]]
        table.add_row(value, *(
            f"{percent(cell['leak']['mean'])} ({percent(cell['leak']['low'])}-{percent(cell['leak']['high'])})"
            + ("" if found["enough_at"] is None else f" {_verdict(cell['enough'])}")
            for cell in row
        ))  # fmt: skip
    return table


def _costs(console: Screen, what: str, of: Mapping[str, Costs]) -> None:
    """What raids cost, where anything has a price."""
    if not of:
        return
    table = columns((what, *map(str.lower, spending.HEADS)), (1,))
    named = ""
    for title, *cells in spending.rows(of):  # titles may take many lines: each once
        table.add_row("" if title == named else title, *cells)
        named = title
    console.print(f"\n{spending.caption(of)}")
    console.print(table)
    for sentence in spending.left_out(of):
        console.print(sentence)


def _verdict(enough: bool | None) -> str:
    return "?" if enough is None else "yes" if enough else "no"


def _ends(of: Brief) -> str:
    return f"{percent(of['low'], 2)} - {percent(of['high'], 2)}"


def columns(heads: Sequence[str], left: Sequence[int]) -> Table:
    """A table without rows; the first column, and those numbered in `left`, are of words."""
    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(heads):
        if number in left or number == 0:
            table.add_column(column, justify="left", overflow="fold")
        else:
            table.add_column(column, justify="right")
    return table
