"""Draws the report's charts from the cases of a summary: leak fractions, causes, saturation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.faces import words
from bartizan.faces.canvas import FAINT, INK, PAPER, Picture, blank, cividis, is_narrow, picture
from bartizan.faces.markup import clean
from bartizan.faces.report.cells import UNKNOWN, Spread
from bartizan.studies import wording
from bartizan.studies.documents.cases import Case

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: More rows than this make a figure that nobody reads; the table beside it holds all.
ROWS_SHOWN = 40


# ------------------------------------------------------------------------------------------ rows of raids


class _Rows(NamedTuple):
    """Axes with a labelled row per case, the first on top."""

    figure: Figure
    axes: Axes
    drop: float  # rows that a bar lies below the middle of its row: under its label; 0: beside it
    bar: float  # height of a bar in rows


def _rows(width: float, cases: Sequence[Case], right: float, bottom: float) -> _Rows:
    narrow = is_narrow(width)
    labels = [words.wrapped(clean(words.short_label(case)), 44 if narrow else 40) for case in cases]
    step = (0.46 if narrow else 0.30) + 0.14 * (max(map(len, labels), default=1) - 1)  # inches
    left = 0.12 if narrow else 3.0
    figure, axes = blank(width, len(cases) * step + bottom + 0.15, left, bottom, right)
    drop, bar = (0.5 - 0.15 / step, 0.19 / step) if narrow else (0.0, 0.186 / step)
    for row, lines in enumerate(labels):
        style: dict[str, Any] = {"linespacing": 1.1, "transform": axes.get_yaxis_transform()}
        if narrow:
            axes.text(0, row + drop - 0.62 * bar, "\n".join(lines), va="bottom", fontsize=8.5, **style)
        else:
            axes.text(-0.02, row, "\n".join(lines), ha="right", va="center", **style)
    axes.set_ylim(len(cases) - 0.45, -0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return _Rows(figure, axes, drop, bar)


def leak_fractions(cases: Sequence[Case]) -> Picture:
    """Fraction of each raid's threats that get through: dot, 95 % interval, range over worlds."""
    return picture(lambda width: _leak_fractions(cases[:ROWS_SHOWN], width))


def _leak_fractions(cases: Sequence[Case], width: float) -> Figure:
    narrow = is_narrow(width)
    figure, axes, drop, _ = _rows(width, cases, right=0.7, bottom=0.85 if narrow else 0.8)
    for row, case in enumerate(cases):
        _interval(axes, row + drop, case.get("leak") or UNKNOWN)
    axes.set_xlim(-1, 101)
    axes.set_xticks(range(0, 101, 25 if narrow else 10))
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("of 100 threats sent, this many get through")
    _interval_legend(figure, narrow)
    return figure


def _interval(axes: Axes, y: float, estimate: Spread) -> None:
    mean, low, high, world_low, world_high = (
        words.number(estimate.get(key)) for key in ("mean", "low", "high", "world_low", "world_high")
    )
    if world_low is not None and world_high is not None:
        axes.plot([100 * world_low, 100 * world_high], [y, y], color=FAINT, linewidth=1.4, marker="|", markersize=7)
    if low is not None and high is not None:
        axes.plot([100 * low, 100 * high], [y, y], color=cividis(0.1), linewidth=8, solid_capstyle="butt")
    if mean is not None:
        axes.plot([100 * mean], [y], "o", markersize=4.5, color=PAPER, markeredgecolor=INK, markeredgewidth=1.2)
    written = words.percent(mean) if mean is not None else "no value"
    axes.text(1.02, y, written, va="center", transform=axes.get_yaxis_transform())


def _interval_legend(figure: Figure, narrow: bool) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker="o", color=PAPER, markeredgecolor=INK, markersize=4.5),
        Line2D([], [], color=cividis(0.1), linewidth=8, solid_capstyle="butt"),
        Line2D([], [], color=FAINT, linewidth=1.4, marker="|", markersize=7),
    ]
    names = ["average", "95 % interval", "range over worlds"]
    figure.legend(
        handles, names, loc="lower center", ncols=3, columnspacing=0.9, handlelength=1.2 if narrow else 2.0, borderpad=0
    )


# ------------------------------------------------------------------------------------------ causes


class _Segment(NamedTuple):
    color: Any
    hatch: str
    lines: str  # colour of the hatch: what shows on the ground


def _segments() -> dict[str, _Segment]:
    """Ground and hatch of each cause: neighbours differ in lightness and in hatch. Ink on navy would not be seen."""
    lightness = (0.05, 0.95, 0.35, 0.60, 0.80, 0.45, 0.98, 0.15, 0.65, 0.50, 0.90)
    # No dots: they make the file seven times larger.
    hatches = ("", "", "///", "+++", "|||", "---", "xxx", "\\\\\\", "", "xxx", "---")
    return {
        cause: _Segment(cividis(level), hatch, PAPER if level < 0.4 else INK)
        for cause, level, hatch in zip(wording.CAUSES, lightness, hatches, strict=True)
    }


def causes(cases: Sequence[Case]) -> Picture:
    """Share of the leakers of each raid by the reason why they got through, as stacked bars."""
    return picture(lambda width: _causes(cases[:ROWS_SHOWN], width))


def _causes(cases: Sequence[Case], width: float) -> Figure:
    styles, columns = _segments(), 2 if is_narrow(width) else 4
    there = {cause: style for cause, style in styles.items() if any(_mean(c.get("causes"), cause) for c in cases)}
    bottom = 0.5 + 0.175 * max(1, math.ceil(len(there) / columns))
    figure, axes, drop, height = _rows(width, cases, right=0.15, bottom=bottom)
    for row, case in enumerate(cases):
        start = 0.0
        shares = {cause: _mean(case.get("causes"), cause) or 0.0 for cause in styles}
        for cause, share in shares.items():
            _segment(axes, row + drop, start, share, height, styles[cause])
            start += share
        if start == 0:
            axes.text(0, row + drop, "nothing got through", va="center", style="italic", color="#555555")
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.set_xlabel("of 100 threats that got through")
    _cause_legend(figure, there, columns)
    return figure


def _segment(axes: Axes, y: float, start: float, share: float, height: float, style: _Segment) -> None:
    if share <= 0:
        return
    for drawn in _ground_and_frame(style):
        axes.barh(y, share, left=start, height=height, **drawn)
    if share >= 0.12:
        box = {"boxstyle": "round,pad=0.12", "facecolor": PAPER, "edgecolor": "none"}
        axes.text(start + share / 2, y, f"{100 * share:.0f}", ha="center", va="center", fontsize=8, bbox=box)


def _ground_and_frame(style: _Segment) -> list[dict[str, Any]]:
    """How a segment is filled, and then framed: Matplotlib draws a hatch in the colour of the edge."""
    ground = {"facecolor": style.color, "edgecolor": style.lines, "hatch": style.hatch, "linewidth": 0.7}
    if not style.hatch or style.lines == INK:
        return [ground | {"edgecolor": INK}]
    return [ground | {"linewidth": 0}, {"facecolor": "none", "edgecolor": INK, "linewidth": 0.7}]


def _cause_legend(figure: Figure, styles: Mapping[str, _Segment], columns: int) -> None:
    from matplotlib.legend_handler import HandlerTuple
    from matplotlib.patches import Patch

    handles: list[Any] = [tuple(Patch(**drawn) for drawn in _ground_and_frame(style)) for style in styles.values()]
    titles = [wording.CAUSES[cause].title for cause in styles]
    figure.legend(
        handles, titles, loc="lower center", ncols=columns, columnspacing=1.0, handleheight=1.1, borderpad=0,
        handler_map={tuple: HandlerTuple(ndivide=1, pad=0)},
    )  # fmt: skip


def _mean(table: Any, key: str) -> float | None:
    """Mean of one entry of {key: {"mean": ...}}, or None."""
    entry = (table or {}).get(key) or {}
    return words.number(entry.get("mean"))


# ------------------------------------------------------------------------------------------ saturation


def saturation(cases: Sequence[Case]) -> Picture:
    """Leakers against threats sent for one raid at several sizes, with the line on which everything gets through."""
    ordered = sorted(cases, key=lambda c: words.number(c.get("size")) or 0.0)
    return picture(lambda width: _saturation(ordered, width))


def _saturation(cases: Sequence[Case], width: float) -> Figure:
    narrow = is_narrow(width)
    figure, axes = blank(width, 4.3 if narrow else 3.9, 0.6, 1.35 if narrow else 0.95, 0.2, 0.15)
    columns = _columns(cases)
    size, mean = columns["size"], columns["mean"]
    top = max([*size, 1.0])
    axes.plot([0, top], [0, top], color=INK, linewidth=1.1, linestyle=(0, (6, 3)), label="everything gets through")
    axes.fill_between(
        size, columns["world_low"], columns["world_high"], label="range over worlds",
        facecolor="#ececec", edgecolor=FAINT, hatch="//", linewidth=0.8,
    )  # fmt: skip
    axes.fill_between(
        size, columns["low"], columns["high"], facecolor=cividis(0.45), linewidth=0, label="95 % interval"
    )
    axes.plot(
        size,
        mean,
        color=cividis(0.02),
        marker="o",
        markersize=5,
        markerfacecolor=PAPER,
        linewidth=1.8,
        label="average",
    )
    axes.set_xlim(0, top * 1.03)
    axes.set_ylim(0, top * 1.03)
    axes.set_xlabel("threats sent")
    axes.set_ylabel("threats that get through")
    axes.grid(color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    figure.legend(*axes.get_legend_handles_labels(), loc="lower center", ncols=2 if narrow else 4, columnspacing=1.2)
    return figure


def _columns(cases: Sequence[Case]) -> dict[str, list[float]]:
    """Sizes and the estimate of leakers by column; NaN, which draws nothing, where the summary has none."""
    columns: dict[str, list[float]] = {"size": [words.number(c.get("size")) or 0.0 for c in cases]}
    for key in ("mean", "low", "high", "world_low", "world_high"):
        values = [words.number((c.get("leakers") or UNKNOWN).get(key)) for c in cases]
        columns[key] = [math.nan if v is None else v for v in values]
    return columns
