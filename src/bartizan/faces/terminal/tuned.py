"""What `bartizan tune` prints: sentences, then what each rule's values do beside the best choice."""

from __future__ import annotations

from bartizan.faces.terminal.compared import columns
from bartizan.faces.terminal.tables import Screen
from bartizan.studies.documents.compared import Tuning
from bartizan.studies.tuning.saying import sentences


def show(found: Tuning, *, width: int | None) -> None:
    """What to set, and what other values would do."""
    console = Screen(width=width, highlight=False)
    for sentence in sentences(found):
        console.print(sentence)
    table = columns(("rule", "value", "more gets through, points", "95 % interval", "told from the best"), (1,))
    for rule in found["rules"]:
        for value in rule["values"]:
            apart, is_best = value["difference"], value["value"] == rule["best"]
            table.add_row(
                rule["path"], "as it is" if value["value"] is None else value["value"],
                "best" if is_best else "not played" if apart is None else f"{100 * apart['mean']:+.2f}",
                "" if is_best or apart is None else f"{100 * apart['low']:+.2f} to {100 * apart['high']:+.2f}",
                "" if is_best or apart is None else "no" if value["level"] else "yes",
            )  # fmt: skip
    console.print(table)
