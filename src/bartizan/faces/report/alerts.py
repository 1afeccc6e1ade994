"""The section on civil warning: how long people have from the alert until a threat is there, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bartizan.faces import words
from bartizan.faces.canvas import FAINT, INK, PAPER, blank, cividis, is_narrow, picture
from bartizan.faces.markup import Html, clean, details, join, name, table, tag
from bartizan.faces.report.cells import figure
from bartizan.studies.documents.results import CivilAlert, Left

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Places that are drawn, those with the least warning; the table holds all.
ROWS_SHOWN = 20


def least_first(alert: CivilAlert) -> list[Left]:
    """The places, those where the alert comes too late most often first."""
    return sorted(alert["left_s"], key=lambda left: (-left["short"], left["mean"]))


def section(alert: CivilAlert) -> Html:
    """`alert` as a summary has it."""
    rows = least_first(alert)
    caption = (
        "From the alert to the arrival: the line holds 80 of 100 threats, the dot is the median; dashed, what people "
        "most likely need. Over bearings, worlds and what is stated of the alert."
    )
    alt = f"Ranges of warning at {len(rows)} places. {_sentence(alert, rows[0])}"
    drawn = figure(picture(lambda width: _drawn(alert, rows[:ROWS_SHOWN], width)), alt, caption)
    return join((tag("p", _sentence(alert, rows[0])), drawn, _table(alert, rows), tag("p", _LIMITS)), "\n")


_LIMITS = (
    "Counted from when any unit of the defence first sees the threat, or somebody outside warns of it, plus the delay "
    "of the alert, until the threat is over the middle of the place. Threats come straight in, from all sides alike, "
    "as high and as fast as the lowest of the scenario most likely fly. Whether people hear the alert, and what they "
    "do, is left out."
)


def _sentence(alert: CivilAlert, worst: Left) -> str:
    half = f"half leave less than {_time(worst['p50'])}" if worst["p50"] > 0 else "more than half leave no time at all"
    return (
        f"The alert takes about {_time(alert['delay_s'])} from when a threat is known, and people need about "
        f"{_time(alert['enough_s'])}. {worst['name']} has the least: {words.percent(worst['short'])} of threats "
        f"({alert['target']}) leave less than that, {words.percent(worst['none'])} come before any alert, and {half}."
    )


def _time(seconds: float) -> str:
    """A time as it is said: 45 s, 3.5 min."""
    return f"{seconds:.0f}{words.NBSP}s" if seconds < 90 else f"{seconds / 60:.1f}{words.NBSP}min"


def _table(alert: CivilAlert, rows: Sequence[Left]) -> Html:
    place = alert["places"].removesuffix("s").capitalize()
    head = (place, "Mean", "Median", "80 of 100 threats", "Too short", "No alert before it")
    body = [
        (name(row["name"]), _time(row["mean"]), _time(row["p50"]), f"{_time(row['p10'])} to {_time(row['p90'])}",
         words.percent(row["short"]), words.percent(row["none"]))
        for row in rows
    ]  # fmt: skip
    return details(
        f"All {words.plural(len(rows), place.lower())}, the least warning first",
        table("How long people have from the alert until the threat is there", head, body, "wide"),
    )


def _drawn(alert: CivilAlert, rows: Sequence[Left], width: float) -> Figure:
    left, wrap = (1.25, 18) if is_narrow(width) else (2.6, 34)
    drawn, axes = blank(width, 0.3 * len(rows) + 0.7, left, 0.55, right=0.2)
    for y, row in enumerate(rows):
        axes.plot([row["p10"], row["p90"]], [y, y], color=cividis(0.3), linewidth=5, solid_capstyle="butt")
        axes.plot([row["p50"]], [y], "o", markersize=5, color=PAPER, markeredgecolor=INK, markeredgewidth=1.2)
    axes.axvline(alert["enough_s"], color=INK, linewidth=0.9, linestyle="--")
    axes.set_yticks(range(len(rows)), [words.wrapped(clean(row["name"]), wrap)[0] for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(left=-0.01 * max(1.0, axes.get_xlim()[1]))
    axes.grid(axis="x", color=FAINT, alpha=0.4, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("seconds from the alert to the arrival")
    return drawn
