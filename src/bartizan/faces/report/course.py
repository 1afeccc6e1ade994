"""The section on the course of a raid: the rounds that each missile and gun has left as time goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bartizan.faces import words
from bartizan.faces.canvas import blank, cividis, is_narrow, picture
from bartizan.faces.markup import Html, clean, details, join, name, table, tag
from bartizan.faces.report.cells import figure, small
from bartizan.studies.documents.cases import Case, Course, EffectorCourse
from bartizan.studies.documents.places import Map

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: More lines than this make a figure that nobody reads; the table below it holds all.
LINES_SHOWN = 8
_STYLES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
_MINUTE_S = 60.0


def told(cases: Sequence[Case]) -> list[Case]:
    """The cases whose rounds were followed over time."""
    return [case for case in cases if "course" in case and case["course"]["effectors"]]


def sentence(case: Case) -> str:
    """Which missile or gun comes nearest to its last round, and when."""
    course = case["course"]
    row, at = min(
        ((row, k) for row in course["effectors"] for k in range(len(row["left"]))),
        key=lambda found: _share(found[0], found[1]),
    )
    left, first = row["left"][at], row["left"][0]["mean"]
    span = words.between(left["low"], left["high"], words.amount)
    return (
        f"{row['unit']}, {row['effector']}, comes nearest to its last round: {words.amount(left['mean'])} of "
        f"{words.amount(first)} are left to fire on average (95{words.NBSP}% interval {span}) "
        f"{_minutes(course['times_s'][at])} min into the raid."
    )


def _share(row: EffectorCourse, at: int) -> float:
    return row["left"][at]["mean"] / max(row["left"][0]["mean"], 1e-9)


def _minutes(time_s: float) -> str:
    return f"{time_s / _MINUTE_S:.3g}"


def section(cases: Sequence[Case], chart: Map) -> Html:
    short = words.short_names(chart)
    return join((tag("p", _INTRO), *(_of_case(case, short) for case in told(cases))), "\n")


_INTRO = (
    "The rounds that stand ready in each magazine as the raid goes on, on average over worlds and raids. They fall as "
    "rounds are fired and rise as magazines are filled; a unit that is lost has none to fire until it works again. "
    "After the end of a raid they stay as it left them."
)


def _of_case(case: Case, short: Mapping[str, str]) -> Html:
    course = case["course"]
    names = [f"{short.get(row['unit'], row['unit'])}, {row['effector']}" for row in course["effectors"]]
    said = sentence(case)
    drawn = figure(
        picture(lambda width: _draw(course, names, width)),
        f"Rounds left against time. {said}",
        join((name(words.label(case)), ": rounds left in each magazine, of 100 at first, with 95 % intervals. ", said)),
    )
    head = ("Minutes", *(name(text) for text in names))
    rows = [
        (_minutes(time), *(small(row["left"][k], words.amount) for row in course["effectors"]))
        for k, time in enumerate(course["times_s"])
    ]
    return join((drawn, details("The numbers of these lines", table("Rounds left, by time into the raid", head, rows))))


def _draw(course: Course, names: Sequence[str], width: float) -> Figure:
    narrow = is_narrow(width)
    figure_, axes = blank(width, 3.6 if narrow else 3.4, 0.6, 1.35 if narrow else 1.0, 0.2, 0.15)
    at = [time / _MINUTE_S for time in course["times_s"]]
    shown = range(min(len(names), LINES_SHOWN))
    for order, k in enumerate(shown):
        left, colour = course["effectors"][k]["left"], cividis(0.05 + 0.8 * order / max(len(shown) - 1, 1))
        full = max(left[0]["mean"], 1e-9) / 100
        low, mean, high = ([e[end] / full for e in left] for end in ("low", "mean", "high"))
        axes.fill_between(at, low, high, color=colour, alpha=0.25, linewidth=0)
        style = _STYLES[order % len(_STYLES)]
        axes.plot(at, mean, color=colour, linestyle=style, linewidth=1.7, label=clean(names[k]))
    axes.set_xlim(0, at[-1])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("minutes into the raid")
    axes.set_ylabel("of 100 rounds at first, left")
    axes.grid(color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)
    figure_.legend(*axes.get_legend_handles_labels(), loc="lower center", ncols=1 if narrow else 3, columnspacing=1.2)
    return figure_
