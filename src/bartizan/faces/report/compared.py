"""Comparisons and sweeps as pages: sentences, a picture and a table for each raid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bartizan.faces.markup import Html, join, name, shaded, table, tag
from bartizan.faces.report import costs, curves, spending
from bartizan.faces.report.cells import figure
from bartizan.faces.report.sheet import sheet
from bartizan.faces.words import between, percent
from bartizan.studies import comparing
from bartizan.studies.documents.compared import Compared, Costs, RaidCompared, RaidSwept, Sweep
from bartizan.studies.documents.estimates import Brief


def compared(found: Compared) -> str:
    """Layouts beside one another."""
    title = " or ".join(found["layouts"]) if len(found["layouts"]) == 2 else f"{len(found['layouts'])} layouts"
    return sheet(title, [(heading(case, found["cases"]), _layouts(case)) for case in found["cases"]])


def heading(case: RaidCompared | RaidSwept, cases: Sequence[RaidCompared | RaidSwept]) -> str:
    """What a raid is called; with its name where another, such as one of its sizes, is called so, too."""
    alike = sum(other["title"] == case["title"] for other in cases) > 1
    return f"{case['title']} ({case['case']})" if alike else case["title"]


def _layouts(case: RaidCompared) -> Html:
    said = [tag("p", name(sentence)) for sentence in comparing.sentences(case)]
    first = case["layouts"][0]["layout"]
    picture = figure(
        curves.differences(case), f"Differences from {first}, with their intervals",
        f"Points of what is sent, more than through {first}, with 95 % intervals; {comparing.played(case)}.",
    )  # fmt: skip
    rows = [
        (name(row["layout"]), percent(row["leak"]["mean"]), _ends(row["leak"]), _points(row["difference"]["mean"]),
         between(row["difference"]["low"], row["difference"]["high"], _points), row["difference"]["differing"])
        for row in case["layouts"]
    ]  # fmt: skip
    head = ("Layout", "Gets through", "95 % interval", "Difference, points", "95 % interval", "Worlds that differ")
    through = table("What gets through each layout", head, rows)
    return join((*said, picture, through, _places(case), _costs("Layout", comparing.costs(case))))


def _places(case: RaidCompared) -> Html:
    """Place by place, where there are several."""
    named = [at["place"] for at in case["layouts"][0]["places"]]
    if len(named) < 2:
        return Html("")
    rows = [
        (
            name(row["layout"]),
            *(f"{percent(at['share'])} ({_points(at['difference']['mean'])})" for at in row["places"]),
        )
        for row in case["layouts"]
        if [at["place"] for at in row["places"]] == named
    ]
    return table(
        "Share of what is sent that reaches each place, and the difference in points",
        ("Layout", *map(name, named)),
        rows,
    )


def swept(found: Sweep) -> str:
    """One or two quantities over their values."""
    return sheet(
        f"{found['scenario']}: {comparing.swept(found)}",
        [(heading(case, found["cases"]), _swept(found, case)) for case in found["cases"]],
    )


def _swept(found: Sweep, case: RaidSwept) -> Html:
    said = [tag("p", name(sentence)) for sentence in comparing.enough(found, case)]
    what, of = comparing.swept(found), comparing.costs_swept(case)
    drawn = curves.curve(found, case) if len(found["swept"]) == 1 else curves.heat_map(found, case)
    picture = figure(drawn, f"What gets through by {what}", f"What gets through by {what}; {comparing.played(case)}.")
    head = [
        *(name(swept["path"]) for swept in found["swept"]),
        "Gets through",
        "95 % interval",
        "From as it is, points",
    ]
    rows = [
        (*map(name, cell["values"]), shaded(percent(cell["leak"]["mean"]), cell["leak"]["mean"]), _ends(cell["leak"]),
         _points(cell["difference"]["mean"]), *_enough(found, cell["enough"]))
        for cell in case["cells"]
    ]  # fmt: skip
    through = table("What gets through at each value", [*head, *_head(found)], rows)
    return join((*said, picture, through, _spent(found, case, what), _costs(what, of)))


def _spent(found: Sweep, case: RaidSwept, what: str) -> Html:
    """The picture of what raids cost, where rounds have a price at each value."""
    drawn = curves.spent(found, case)
    if drawn is None or "cost" not in case:
        return Html("")
    told = f"Cost of rounds fired in a raid by {what}, with its interval, {costs.money(case['cost'])}."
    return figure(drawn, f"Cost of rounds fired by {what}", told)


def _costs(what: str, of: Mapping[str, Costs]) -> Html:
    """What raids cost, where anything has a price."""
    if not of:
        return Html("")
    rows = ((name(title), *cells) for title, *cells in spending.rows(of))
    told = table(spending.caption(of), (name(what), *spending.HEADS), list(rows), "wide")
    return join((told, *(tag("p", name(sentence)) for sentence in spending.left_out(of))))


def _head(found: Sweep) -> list[str]:
    return [] if found["enough_at"] is None else [f"At most {percent(found['enough_at'])}"]


def _enough(found: Sweep, enough: bool | None) -> list[str]:
    return [] if found["enough_at"] is None else ["not told" if enough is None else "yes" if enough else "no"]


def _ends(of: Brief) -> str:
    return between(of["low"], of["high"])


def _points(share: object) -> str:
    assert isinstance(share, float)
    return f"{100 * share:+.2f}"
