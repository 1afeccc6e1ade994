"""Draws what gets through by the answers to the questions that matter: bars out from the average, one above another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.faces import words
from bartizan.faces.canvas import INK, Picture, blank, cividis, is_narrow, picture
from bartizan.faces.markup import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bartizan.studies.value.answers import Conditional
    from bartizan.studies.value.worth import Verdict, Worth

    Named = Sequence[tuple[str, Verdict]]

#: Questions of a case that are drawn.
DRAWN = 4
_LINE = 0.155  # inches that a line of letters takes
_BAR = 0.21  # inches that a bar takes, at least
_GAP = 0.12


class _Row(NamedTuple):
    """A line of letters over the whole width, or a bar with its label beside it; heights in inches from the top."""

    lines: list[str]
    middle: float
    answer: Conditional | None
    mean: float


def drawn(verdict: Verdict) -> list[Worth]:
    """The questions of a case that are drawn: told from chance, with answers that can be told apart."""
    return [worth for worth in verdict.told if len(worth.answers) > 1][:DRAWN]


def ends(worth: Worth) -> list[Conditional]:
    """The answers with which least and most get through."""
    return [min(worth.answers, key=lambda a: a.mean), max(worth.answers, key=lambda a: a.mean)]


def tornado(cases: Named) -> Picture:
    """Of each case with its name, the questions that are told from chance."""
    return picture(lambda width: _tornado(cases, width))


def _tornado(cases: Named, width: float) -> Figure:
    narrow = is_narrow(width)
    left, right = (1.35, 0.62) if narrow else (2.9, 0.75)
    rows, height = _rows(cases, across=46 if narrow else 100, beside=20 if narrow else 44)
    figure, axes = blank(width, height + 0.55, left, 0.5, right, 0.05)
    axes.set_ylim(height, 0)
    furthest = max(max(row.answer.world_high, row.answer.mean) for row in rows if row.answer is not None)
    axes.set_xlim(0, min(100.0, 104 * furthest) or 1.0)
    for row in rows:
        if row.answer is None:
            axes.text(0.08 / width, row.middle, "\n".join(row.lines), va="center", transform=_page(figure, axes),
                      fontweight="bold" if row.mean < 0 else "normal", linespacing=1.1)  # fmt: skip
        else:
            _bar(axes, row)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("of 100 threats sent, this many get through" if not narrow else "of 100 sent get through")
    return figure


def _page(figure: Figure, axes: Axes) -> Any:
    """Across as a share of the whole figure, down in inches."""
    from matplotlib.transforms import blended_transform_factory

    return blended_transform_factory(figure.transFigure, axes.transData)


def _rows(cases: Named, across: int, beside: int) -> tuple[list[_Row], float]:
    """All rows with their places, and how high they are together, inches."""
    rows: list[_Row] = []
    down = 0.0

    def add(lines: list[str], answer: Conditional | None, mean: float) -> None:
        nonlocal down
        tall = max(_LINE * len(lines), _BAR if answer else _LINE) + 0.05
        rows.append(_Row(lines, down + tall / 2, answer, mean))
        down += tall

    for label, verdict in cases:
        add(words.wrapped(clean(label), across), None, -1.0)
        for worth in drawn(verdict):
            down += _GAP / 2
            add(words.wrapped(clean(worth.text), across), None, 0.0)
            for answer in ends(worth):
                add(words.wrapped(clean(answer.answer), beside), answer, verdict.mean)
        down += _GAP
    return rows, down


def _bar(axes: Axes, row: _Row) -> None:
    answer, y = row.answer, row.middle
    if answer is None:
        return
    less = answer.mean < row.mean
    axes.barh(y, 100 * (answer.mean - row.mean), left=100 * row.mean, height=0.15, edgecolor=INK, linewidth=0.7,
              color=cividis(0.95 if less else 0.6), hatch="///" if less else "")  # fmt: skip
    spread = [100 * answer.world_low, 100 * answer.world_high]
    axes.plot(spread, [y, y], color=INK, linewidth=1.0, marker="|", markersize=7, zorder=4)
    axes.plot([100 * row.mean] * 2, [y - 0.13, y + 0.13], color=INK, linewidth=1.2, zorder=5)
    beside: dict[str, Any] = {"va": "center", "transform": axes.get_yaxis_transform(), "fontsize": 8.5}
    axes.text(-0.02, y, "\n".join(row.lines), ha="right", linespacing=1.05, **beside)
    axes.text(1.02, y, words.percent(answer.mean), **beside)
