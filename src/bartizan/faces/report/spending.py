"""What layouts cost beside one another, and values of what is swept: one table, which pages and the terminal show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bartizan.faces import words
from bartizan.faces.report import costs
from bartizan.faces.report.cells import ESTIMATE_HEAD, Spread, estimate_cells
from bartizan.studies.documents.compared import Costs

#: Costs by what they are of, the first of them that which others are set beside.
Beside = Mapping[str, Costs]

#: Of all columns but the first.
HEADS = ("What", "Mean", ESTIMATE_HEAD[0], "Difference", ESTIMATE_HEAD[0])


def caption(of: Beside) -> str:
    """What the table shows, in the money of the first."""
    return costs.caption(next(iter(of.values())))


def rows(of: Beside) -> Iterator[tuple[str, ...]]:
    """A row for each cost that is told: whose it is, what, its mean, the difference from the first."""
    for number, (title, cost) in enumerate(of.items()):
        for what, amount in (("rounds fired", cost["rounds"]), ("damage done", cost["damage"])):
            if amount is not None:
                apart = _cells(amount["difference"], words.more) if number > 0 else ("", "")
                yield title, what, *_cells(amount, words.three_figures), *apart
        if cost["ratio"] is not None:
            yield title, "ratio", *_cells(cost["ratio"], words.three_figures), "", ""


def left_out(of: Beside) -> list[str]:
    """What is in none of the sums, in sentences."""
    return list(dict.fromkeys(sentence for cost in of.values() for sentence in costs.lacking(cost)))


def _cells(of: Spread | None, write: Callable[[object], str]) -> list[str]:
    return estimate_cells(of, write)[:2]
