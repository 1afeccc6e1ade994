"""The section on costs: rounds, threats and damage in money, what defence costs by attack, as a distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from bartizan.faces import words
from bartizan.faces.canvas import FAINT, INK, PAPER, blank, cividis, is_narrow, picture
from bartizan.faces.markup import Html, clean, join, name, table, tag
from bartizan.faces.report.cells import ESTIMATE_HEAD, by_raid, estimate_cells, figure
from bartizan.studies.documents.cases import Case, Cost, Priced
from bartizan.studies.documents.estimates import Spent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ENDS: tuple[Literal["p05"], Literal["p95"]] = ("p05", "p95")
#: Rows of raids that are drawn; the table holds all.
ROWS_SHOWN = 20


#: Costs by key, in words; and how light those are that are drawn.
_TITLES: Mapping[str, str] = {
    "rounds": "rounds fired",
    "sent": "threats sent",
    "stopped": "threats stopped",
    "damage": "damage done",
    "undefended": "damage if all got through",
    "avoided": "damage avoided",
}
_SHADES: Mapping[str, float] = {"rounds": 0.1, "sent": 0.55, "damage": 0.95}


def told(cases: Sequence[Case]) -> list[Case]:
    """The cases in which anything has a price."""
    return [case for case in cases if case.get("cost")]


def amount(spent: Spent | None) -> str:
    """The mean of a cost for people."""
    return words.NONE if spent is None else words.three_figures(spent.get("mean"))


def money(priced: Priced) -> str:
    """What costs are told in."""
    return f"{priced['currency']} of {priced['year']}"


def caption(priced: Priced) -> str:
    """What a table of costs shows."""
    return f"Cost of a raid, {money(priced)}; ratio: cost of rounds fired by cost of threats sent"


def section(cases: Sequence[Case]) -> Html:
    priced = told(cases)
    told_in = money(priced[0]["cost"])
    largest = [group[-1] for group in by_raid(priced)]
    answers = (tag("li", tag("p", name(words.label(c)), class_="raid"), tag("p", _said(c))) for c in largest)
    left_out = dict.fromkeys(sentence for case in priced for sentence in lacking(case["cost"]))
    head = ("Raid", "What", "Mean", *ESTIMATE_HEAD, "Median raid", "90 of 100 raids")
    rows = [row for case in priced for row in _rows(case)]
    told_all = table(caption(priced[0]["cost"]), head, rows, "wide")
    return join((
        tag("p", _INTRO), tag("ul", *answers, class_="answers"), _figure(priced, told_in),
        told_all, *(tag("p", sentence) for sentence in left_out), tag("p", _MEANING),
    ), "\n")  # fmt: skip


_INTRO = (
    "What is fired and what is sent, in money. Prices are published for few weapons and differ widely, so each is a "
    "spread, drawn anew in each world: it changes nothing that happens, only what that costs."
)
_MEANING = (
    "Means are over all worlds and raids; the ratio is the mean cost of rounds by the mean cost of threats, and its "
    "interval comes from how the two go together in each world. The last two columns are of single raids, ignorance "
    "and luck together. A defence that costs more than the attack may still be worth it: what it saves is the damage "
    "avoided, which is told where the scenario says what assets are worth. Crews, fuel, wear and what comes down are "
    "in none of these."
)


def sentences(case: Case) -> Iterator[str]:
    """What a raid costs, in sentences."""
    cost = case["cost"]
    currency, ratio = cost["currency"], cost["ratio"]
    if cost["rounds"] is not None and cost["sent"] is not None:
        yield (
            f"Rounds for {amount(cost['rounds'])} {currency} are fired on average, at threats that cost "
            f"{amount(cost['sent'])} {currency}."
        )
    if ratio is not None:
        write = words.three_figures
        low, high = (write(ratio["raids"][end]) for end in _ENDS)
        interval = words.between(ratio.get("low"), ratio.get("high"), write)
        yield (
            f"The defence spends {write(ratio.get('mean'))} for each 1 of the attack "
            f"(95{words.NBSP}% interval {interval}); in 90 of 100 raids between {low} and {high}."
        )
    if cost["avoided"] is not None:
        yield (
            f"Of {amount(cost['undefended'])} {currency} that would be lost if all got through, "
            f"{amount(cost['avoided'])} are saved."
        )


def lacking(cost: Priced) -> Iterator[str]:
    """What is not in the costs since its price, or its worth, is not stated."""
    if cost["without_price"]:
        yield f"Without price, and so in no sum: {', '.join(cost['without_price'])}."
    if cost["without_worth"]:
        yield f"Without worth, and so in no sum of damage: {', '.join(cost['without_worth'])}."


def _said(case: Case) -> str:
    return " ".join(sentences(case)) or "Nothing of it has a price."


def _of(cost: Cost, key: str) -> Spent | None:
    return cost[key]  # type: ignore[literal-required]


def _rows_of(cost: Cost) -> Iterator[tuple[str, Spent]]:
    """Each cost that is told, in words, and the ratio."""
    for key, title in {**_TITLES, "ratio": "ratio"}.items():
        if (spent := _of(cost, key)) is not None:
            yield title, spent


def _rows(case: Case) -> Iterator[tuple[object, ...]]:
    write = words.three_figures
    for title, spent in _rows_of(case["cost"]):
        single = spent["raids"]
        yield (
            name(words.short_label(case)), title, *estimate_cells(spent, write), write(single["p50"]),
            words.between(single["p05"], single["p95"], write),
        )  # fmt: skip


# ------------------------------------------------------------------------------------------------ the picture


def _figure(cases: Sequence[Case], money: str) -> Html:
    caption = (
        "What single raids cost: the thin line holds 90 of 100 raids, the thick one the middle half, the dot is the "
        "mean. Each step of the axis is ten times the one before; lines from its beginning: raids that cost nothing."
    )
    spoken = (f"{words.label(case)}: {' '.join(sentences(case))}" for case in cases[:ROWS_SHOWN])
    return figure(picture(lambda width: _drawn(cases[:ROWS_SHOWN], money, width)), " ".join(spoken), caption)


def _drawn(cases: Sequence[Case], money: str, width: float) -> Figure:
    drawn = [key for key in _SHADES if any(_of(case["cost"], key) for case in cases)]
    narrow, step = is_narrow(width), 0.2 * len(drawn) + 0.28
    drawing, axes = blank(width, step * len(cases) + 1.0, 0.12 if narrow else 2.6, 0.85, right=0.2)
    least = _least(cases, drawn)
    for row, case in enumerate(cases):
        _label(axes, row, case, narrow)
        for k, key in enumerate(drawn):
            if (spent := _of(case["cost"], key)) is not None:
                _bar(axes, row + (0.2 * (k - (len(drawn) - 1) / 2) + 0.05) / step, spent, (least, _SHADES[key]))
    axes.set_xscale("log")
    axes.set_xlim(left=least)
    axes.set_ylim(len(cases) - 0.45, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(lambda value, _: words.three_figures(value).replace(words.NBSP, " "))
    axes.minorticks_off()
    axes.set_xlabel(f"in a raid, {money}")
    _legend(drawing, drawn)
    return drawing


def _label(axes: Axes, row: int, case: Case, narrow: bool) -> None:
    lines = "\n".join(words.wrapped(clean(words.short_label(case)), 44 if narrow else 32))
    style: dict[str, Any] = {"fontsize": 8.5, "transform": axes.get_yaxis_transform()}
    if narrow:
        axes.text(0.0, row - 0.38, lines, ha="left", va="bottom", **style)
    else:
        axes.text(-0.02, row, lines, ha="right", va="center", **style)


def _least(cases: Sequence[Case], drawn: Sequence[str]) -> float:
    """Where the axis begins: at half of the least amount above 0 that is drawn."""
    spent = [found for case in cases for key in drawn if (found := _of(case["cost"], key)) is not None]
    amounts = [end for e in spent for end in (e["mean"], e["raids"]["p05"], e["raids"]["p25"], e["raids"]["p95"])]
    above = [amount for amount in amounts if amount > 0]
    return 0.5 * min(above, default=2.0)


def _bar(axes: Axes, y: float, spent: Spent, how: tuple[float, float]) -> None:
    """Single raids as two lines, from the axis' beginning where they cost nothing, and the mean; `how`: that beginning,
    and how light."""
    (least, shade), single = how, spent["raids"]
    for low, high, wide in ((single["p05"], single["p95"], 1.4), (single["p25"], single["p75"], 6.0)):
        color = FAINT if wide < 2 else cividis(shade)
        if high > 0:
            axes.plot([max(low, least), high], [y, y], color=color, linewidth=wide, solid_capstyle="butt")
    if spent["mean"] > 0:
        inside = PAPER if single["p75"] > 0 else cividis(shade)  # where there is no thick line to say whose it is
        axes.plot([spent["mean"]], [y], "o", markersize=4.5, color=inside, markeredgecolor=INK, markeredgewidth=1.2)


def _legend(drawing: Figure, drawn: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=cividis(_SHADES[key]), linewidth=6) for key in drawn]
    titles = [_TITLES[key] for key in drawn]
    drawing.legend(handles, titles, loc="lower center", ncols=3, columnspacing=0.9, handlelength=1.2, borderpad=0)
