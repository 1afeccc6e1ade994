"""Draws what layouts differ by, and what gets through as quantities are swept: intervals, curves, heat maps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bartizan.faces import words
from bartizan.faces.canvas import FAINT, INK, Picture, blank, cividis, is_narrow, picture
from bartizan.faces.markup import clean
from bartizan.faces.report.costs import money
from bartizan.studies.documents.compared import RaidCompared, RaidSwept, Sweep
from bartizan.studies.documents.estimates import Brief

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.42  # inches that a layout takes
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def differences(case: RaidCompared) -> Picture:
    """How much more gets through each layout than through the first, with intervals."""
    return picture(lambda width: _differences(case, width))


def _differences(case: RaidCompared, width: float) -> Figure:
    rows = case["layouts"][1:]
    figure, axes = blank(width, _ROW * len(rows) + 0.6, 1.3 if is_narrow(width) else 2.6, 0.5)
    for y, row in enumerate(rows):
        apart = row["difference"]
        axes.plot([100 * apart["low"], 100 * apart["high"]], [y, y], color=INK, linewidth=1.4, marker="|", markersize=7)
        axes.plot(100 * apart["mean"], y, "o", color=cividis(0.3), markersize=6, zorder=4)
    axes.axvline(0.0, color=FAINT, linewidth=0.9, linestyle="--")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    labels = ["\n".join(words.wrapped(clean(row["layout"]), 16 if is_narrow(width) else 34)) for row in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_xlabel("points more, of what is sent")
    return figure


def curve(found: Sweep, case: RaidSwept) -> Picture:
    """What gets through by one quantity, with its interval."""
    return picture(lambda width: _curve(found, case, width))


def _curve(found: Sweep, case: RaidSwept, width: float) -> Figure:
    figure, axes = _along(found, [cell["leak"] for cell in case["cells"]], case["base"], (width, 0.6), 100)
    if found["enough_at"] is not None:
        axes.axhline(100 * found["enough_at"], color=INK, linewidth=0.9, linestyle=":")
    axes.set_ylabel("gets through, %")
    return figure


def spent(found: Sweep, case: RaidSwept) -> Picture | None:
    """The cost of rounds fired by one quantity or two, with its interval; None where it is not told of each value."""
    costs = [cell["cost"] for cell in case["cells"] if "cost" in cell]
    rounds = [cost["rounds"] for cost in costs if cost["rounds"] is not None]
    if len(rounds) < len(case["cells"]) or "cost" not in case or case["cost"]["rounds"] is None:
        return None
    base, told_in = case["cost"]["rounds"], money(costs[0])
    if len(found["swept"]) > 1:
        return picture(lambda width: _heat_map(found, rounds, _amount, width))
    return picture(lambda width: _spent(found, rounds, base, told_in, width))


def _spent(found: Sweep, rounds: Sequence[Brief], base: Brief, told_in: str, width: float) -> Figure:
    figure, axes = _along(found, rounds, base, (width, 0.75), 1)
    axes.yaxis.set_major_formatter(lambda value, _: _amount(value))
    axes.set_ylabel(f"rounds fired, {told_in}")
    return figure


def _amount(value: float) -> str:
    """An amount of money; a picture's text breaks no lines."""
    return words.three_figures(value).replace(words.NBSP, " ")


def _along(
    found: Sweep, of: Sequence[Brief], base: Brief, size: tuple[float, float], factor: float
) -> tuple[Figure, Axes]:
    """A curve of estimates along one quantity, times a factor, and how it is as it is; `size`: width and left edge."""
    figure, axes = blank(size[0], 2.8, size[1], 0.55)
    at, labels = _places(found["swept"][0]["values"])
    order = sorted(range(len(at)), key=at.__getitem__)
    x = [at[k] for k in order]
    low, high, mean = ([factor * of[k][end] for k in order] for end in ("low", "high", "mean"))
    axes.fill_between(x, low, high, color=cividis(0.75))
    axes.plot(x, mean, color=INK, marker="o", markersize=4, linewidth=1.2)
    axes.axhline(factor * base["mean"], color=FAINT, linewidth=0.9, linestyle="--")
    axes.set_xticks(at, labels)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(clean(found["swept"][0]["path"]))
    return figure, axes


def _places(values: list[str]) -> tuple[list[float], list[str]]:
    """Where values stand along an axis: numbers to scale, all else one after another; and what stands there."""
    numbers = [float(value) for value in values if _NUMBER.fullmatch(value)]
    at = numbers if len(numbers) == len(values) else [float(k) for k in range(len(values))]
    return at, [clean(value) for value in values]


def heat_map(found: Sweep, case: RaidSwept) -> Picture:
    """What gets through by two quantities, %, with its interval below it."""
    leaks = [cell["leak"] for cell in case["cells"]]
    return picture(lambda width: _heat_map(found, leaks, lambda leak: f"{100 * leak:.1f}", width))


def _upright(path: str, room: float) -> str:
    """A path in lines no longer than `room`, inches, broken after slashes where it can be."""
    lines = words.wrapped(path.replace("/", "/ "), max(6, int(room / 0.085)))
    return "\n".join(line.replace("/ ", "/") for line in lines)


def _heat_map(found: Sweep, of: Sequence[Brief], told: Callable[[float], str], width: float) -> Figure:
    """Estimates by two quantities, each as it is `told`."""
    down, across = found["swept"]
    rows, columns = len(down["values"]), len(across["values"])
    figure, axes = blank(width, 0.5 * rows + 0.75, 1.0, 0.6)
    most = max(*(each["mean"] for each in of), 1e-9)
    axes.pcolormesh([[of[r * columns + c]["mean"] for c in range(columns)] for r in range(rows)], cmap="cividis",
                    vmin=0, vmax=most, edgecolors="white", linewidth=0.8)  # fmt: skip
    for number, each in enumerate(of):
        ends = "" if is_narrow(width) else f"\n{told(each['low'])}–{told(each['high'])}"
        axes.text(number % columns + 0.5, number // columns + 0.5, told(each["mean"]) + ends,
                  ha="center", va="center",
                  color="white" if each["mean"] < 0.5 * most else INK, fontsize=8)  # fmt: skip
    axes.set_xticks([c + 0.5 for c in range(columns)], [clean(value) for value in across["values"]])
    axes.set_yticks([r + 0.5 for r in range(rows)], [clean(value) for value in down["values"]])
    axes.set_xlabel(clean(across["path"]))
    axes.set_ylabel(_upright(clean(down["path"]), 0.5 * rows + 0.25))
    return figure
