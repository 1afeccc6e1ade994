"""How scenarios, outcomes, results and tables show themselves in a notebook: small HTML with no script, and plots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.faces import words
from bartizan.faces.markup import Html, clean, join, name, tag

if TYPE_CHECKING:
    from bartizan.studies.replicate import Outcomes
    from bartizan.studies.results import Results
    from bartizan.studies.table import Table
    from bartizan.world.scenario import Scenario

#: Rows of a table that are shown; it says how many there are.
ROWS_SHOWN = 8
_WIDTH, _INSET = 220, 4
_NOTE = "font-size:85%;color:#555"


class _Spread(NamedTuple):
    """An answer with what it is known to and what it depends on, each a share of what was sent."""

    mean: float | None
    low: float | None
    high: float | None
    world_low: float | None
    world_high: float | None

    @classmethod
    def of(cls, estimate: Mapping[str, Any]) -> _Spread:
        return cls(*(words.number(estimate.get(key)) for key in cls._fields))


def html(thing: object) -> Html:
    """A thing that shows itself, as a part of a page."""
    return _HTML[type(thing).__name__](thing)


def plot(thing: object, axes: Any = None) -> Any:
    """A thing that plots itself, in axes of Matplotlib; the axes."""
    if axes is None:
        from matplotlib import pyplot

        _, axes = pyplot.subplots()
    _PLOTS[type(thing).__name__](thing, axes)
    return axes


# ------------------------------------------------------------------------------------------------- HTML


def _scenario(scenario: Scenario) -> Html:
    counted = ", ".join([
        words.plural(len(scenario.assets), "asset"), words.plural(len(scenario.units), "unit"),
        words.plural(len(scenario.cases), "case"), words.plural(scenario.unsettled, "unknown"),
        words.plural(len(scenario.file.claims), "claim"),
    ])  # fmt: skip
    units = [(name(unit.name), unit.system.title or unit.system_key) for unit in scenario.units]
    cases = [(name(case.name), case.raid.title, case.size) for case in scenario.cases]
    return tag(
        "div", _headed(scenario.title, scenario.name), tag("p", scenario.file.summary), tag("p", f"{counted}."),
        _rows(("unit", "system"), units), _rows(("case", "raid", "threats"), cases),
    )  # fmt: skip


def _outcomes(outcomes: Outcomes) -> Html:
    leak = _Spread.of(outcomes.leak.full())
    worlds, raids = outcomes.leakers.shape
    told = f"{words.percent(leak.mean)} of {words.plural(outcomes.case.size, 'threat')} get through"
    how = f"{words.plural(worlds, 'world')} of {words.plural(raids, 'raid')}, seed {outcomes.design.seed}"
    head = _headed(outcomes.case.title, f"{outcomes.scenario.name}, {outcomes.case.name}")
    return tag("div", head, tag("p", tag("b", told), f"; {_known(leak)}"), _bar(leak), tag("p", how, style=_NOTE))


def _results(results: Results) -> Html:
    summary = results.summary
    rows = [
        (name(words.short_label(case)), case.get("size", words.NONE), words.percent(leak.mean),
         words.between(leak.low, leak.high), words.between(leak.world_low, leak.world_high), _bar(leak))
        for case in summary.get("cases") or ()
        for leak in (_Spread.of(case.get("leak") or {}),)
    ]  # fmt: skip
    heads = ("case", "threats", "get through", "95 % interval", "middle 80 % of worlds", "")
    about = summary.get("scenario") or {}
    return tag("div", _headed(about.get("title", ""), str(results.path)), _rows(heads, rows))


def _table(table: Table) -> Html:
    columns = [table.column(key) for key in table]
    heads = [
        tag("th", column.name, f" ({column.unit})" if column.unit else "", title=column.meaning or None)
        for column in columns
    ]  # fmt: skip
    shown = [tag("tr", *(tag("td", _cell(table[key][k])) for key in table)) for k in range(min(table.rows, ROWS_SHOWN))]
    more = f", of which {ROWS_SHOWN} are shown" if table.rows > ROWS_SHOWN else ""
    caption = tag("caption", f"{words.plural(table.rows, 'row')}{more}: {table.schema.row}")
    return tag("table", caption, tag("tr", *heads), *shown)


def _cell(value: Any) -> str:
    if value is None or value != value or str(value) == "--":  # none, not a number, or masked
        return ""
    is_float = getattr(getattr(value, "dtype", None), "kind", "") == "f" or isinstance(value, float)
    return f"{value:.6g}" if is_float else str(value)


def _headed(title: object, note: object) -> Html:
    return tag("p", tag("b", name(title)), " ", tag("span", name(note), style=_NOTE))


def _rows(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    return tag("table", tag("tr", *(tag("th", head) for head in heads)),
               *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))  # fmt: skip


def _known(leak: _Spread) -> str:
    return (
        f"95 % interval {words.between(leak.low, leak.high)}, "
        f"middle 80 % of worlds {words.between(leak.world_low, leak.world_high)}"
    )


def _bar(leak: _Spread) -> Html:
    """From 0 to all: pale where most worlds lie, dark the interval, a line the average."""
    if leak.mean is None:
        return Html("")
    bars = [
        tag("rect", x=_INSET, y=9, width=_WIDTH, height=4, fill="#e4e4e4"),
        *(_span(low, high, y, height, colour) for low, high, y, height, colour in (
            (leak.world_low, leak.world_high, 7, 8, "#9bb8d3"), (leak.low, leak.high, 5, 12, "#2f5f8f"))),
        tag("rect", x=f"{_x(leak.mean) - 1:.1f}", y=2, width=2, height=18, fill="#111"),
    ]  # fmt: skip
    label = f"{words.percent(leak.mean)} get through; {_known(leak)}"
    return tag("svg", join(bars), width=_WIDTH + 2 * _INSET, height=22, role="img", aria_label=label)


def _span(low: float | None, high: float | None, y: int, height: int, colour: str) -> Html:
    if low is None or high is None:
        return Html("")
    return tag("rect", x=f"{_x(low):.1f}", y=y, width=f"{max(_x(high) - _x(low), 1):.1f}", height=height, fill=colour)


def _x(share: float) -> float:
    return _INSET + _WIDTH * min(max(share, 0.0), 1.0)


# ------------------------------------------------------------------------------------------------- plots


def _plot_outcomes(outcomes: Outcomes, axes: Any) -> None:
    """Worlds from the one where least gets through to the one where most does, and the average of all."""
    import numpy as np

    worlds = np.sort(outcomes.leakers.mean(axis=1)) / outcomes.case.size
    leak = outcomes.leak
    axes.axvspan(100 * leak.low, 100 * leak.high, color="#2f5f8f", alpha=0.25, linewidth=0, label="95 % interval")
    axes.axvline(100 * leak.mean, color="#111111", linewidth=1.5, label="average")
    axes.step(
        100 * worlds, 100 * np.arange(1, len(worlds) + 1) / len(worlds), where="post", color="#2f5f8f", label="worlds"
    )
    axes.set(
        xlabel="of 100 threats sent, this many get through", ylabel="% of worlds in which no more do", ylim=(0, 102)
    )
    axes.set_title(clean(outcomes.case.title), parse_math=False)
    axes.legend(frameon=False)


def _plot_results(results: Results, axes: Any) -> None:
    """A line for each case: dot, interval and the middle of worlds."""
    cases = list(results.summary.get("cases") or ())
    for row, case in enumerate(cases):
        leak = _Spread.of(case.get("leak") or {})
        for low, high, width, colour in (
            (leak.world_low, leak.world_high, 1.5, "#8a8a8a"),
            (leak.low, leak.high, 6, "#2f5f8f"),
        ):
            if low is not None and high is not None:
                axes.plot([100 * low, 100 * high], [row, row], color=colour, linewidth=width, solid_capstyle="butt")
        if leak.mean is not None:
            axes.plot([100 * leak.mean], [row], "o", color="white", markeredgecolor="black", markersize=5)
    labels = [clean(words.short_label(case)) for case in cases]
    axes.set_yticks(range(len(cases)), labels, parse_math=False)
    axes.set(xlabel="of 100 threats sent, this many get through", xlim=(-1, 101), ylim=(len(cases) - 0.5, -0.5))


_HTML: Mapping[str, Callable[[Any], Html]] = {
    "Scenario": _scenario, "Outcomes": _outcomes, "Results": _results, "Table": _table,
}  # fmt: skip
_PLOTS: Mapping[str, Callable[[Any, Any], None]] = {"Outcomes": _plot_outcomes, "Results": _plot_results}
