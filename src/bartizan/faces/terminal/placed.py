"""What `bartizan place` prints: sentences, what each site is worth, and the layouts that come nearest."""

from __future__ import annotations

from bartizan.faces.terminal.compared import columns
from bartizan.faces.terminal.tables import Screen
from bartizan.studies.documents.compared import Placing
from bartizan.studies.placing.saying import sentences

#: Sites and other layouts that are listed.
_SITES, _RIVALS = 12, 5


def show(found: Placing, *, width: int | None) -> None:
    """Where to put what, and why."""
    console = Screen(width=width, highlight=False)
    for sentence in sentences(found):
        console.print(sentence)
    table = columns(("site", "system", "stops alone, points", "95 % interval", "in the best layout"), (1,))
    ranked = sorted(found["sites"], key=lambda site: (not site["chosen"], -site["alone"]["mean"], site["site"]))
    for site in ranked[:_SITES]:
        alone, beside = site["alone"], site["in_best"]
        table.add_row(
            site["site"], site["system"], f"{100 * alone['mean']:.2f}",
            f"{100 * alone['low']:.2f} to {100 * alone['high']:.2f}",
            "" if beside is None else f"{100 * beside['mean']:.2f}",
        )  # fmt: skip
    console.print(table)
    if len(ranked) > _SITES:
        console.print(f"and {len(ranked) - _SITES} sites more")
    rivals = columns(("next best", "more gets through, points", "95 % interval", "worlds"), ())
    for rival in found["rivals"][:_RIVALS]:
        apart = rival["difference"]
        rivals.add_row(
            ", ".join(rival["sites"]), f"{100 * apart['mean']:+.2f}",
            f"{100 * apart['low']:+.2f} to {100 * apart['high']:+.2f}", str(rival["worlds"]),
        )  # fmt: skip
    if found["rivals"]:
        console.print(rivals)
