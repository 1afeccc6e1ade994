"""The section on districts: how long before a threat is seen from each, and where most comes down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bartizan.faces import cartography, words
from bartizan.faces.canvas import blank, is_narrow, picture
from bartizan.faces.markup import Html, details, join, name, table, tag
from bartizan.faces.report.cells import by_raid, figure
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.places import Map
from bartizan.studies.documents.results import Districts, Warned

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def section(districts: Districts, cases: Sequence[Case], chart: Map) -> Html:
    """`districts` as a summary has them."""
    rows = districts["warning_s"]
    parts = [tag("p", _sentence(districts, rows)), _figure(districts, rows, chart), _warning_table(rows)]
    last = [group[-1] for group in by_raid(cases)]
    parts += [_fallen_table(case) for case in last if (fall := case.get("fall")) and fall.get("districts")]
    return join((*parts, tag("p", _LIMITS)), "\n")


_LIMITS = (
    "Warning counts from when any unit of the defence first sees the threat, as one look in two would find it, until "
    "it is over the middle of the district; how long an alarm takes to reach people is not in it. Bodies are counted "
    "per raid; a district with none among the first dozen is not free of them."
)


def _sentence(districts: Districts, rows: Sequence[Warned]) -> Html:
    """How soon a threat is seen, in words."""
    ordered = sorted(rows, key=lambda row: row["least"])
    flight = f"{words.amount(districts['altitude_m'])} m above the ground at {words.amount(districts['speed_m_s'])} m/s"
    return join((
        name(districts["target"]), f" on a straight way in, {flight}, is seen ",
        tag("strong", _time(ordered[0]["least"])), " before it is over ", name(ordered[0]["name"]),
        ", the district with the least warning, if it comes from the worst side, and ",
        tag("strong", _time(ordered[-1]["least"])), " before it is over ", name(ordered[-1]["name"]),
        ", the one with the most: means over worlds. Of what this scenario sends, it most likely flies lowest.",
    ))  # fmt: skip


def _time(seconds: float) -> str:
    """A time as it is said: 45 s, 3.5 min."""
    return f"{seconds:.0f}{words.NBSP}s" if seconds < 90 else f"{seconds / 60:.1f}{words.NBSP}min"


def _warning_table(rows: Sequence[Warned]) -> Html:
    head = ("District", "Warning, mean", "Range over worlds", "From the worst bearing")
    body = [
        (name(row["name"]), _time(row["mean"]), f"{_time(row['world_low'])} to {_time(row['world_high'])}",
         _time(row["least"]))
        for row in sorted(rows, key=lambda row: row["mean"])
    ]  # fmt: skip
    title = f"Warning in {words.plural(len(rows), 'district')}, the least first"
    caption = "How long before a threat is there it is first seen"
    if any(words.is_outside(row["mean"], row["world_low"], row["world_high"]) for row in rows):
        caption = f"{caption}. {words.OUTSIDE}"
    return details(title, table(caption, head, body, "wide"))


def _fallen_table(case: Case) -> Html:
    """Where most comes down in a raid."""
    rows = case["fall"]["districts"]
    exposed = any(row.get("persons") for row in rows)
    head = ["District", "Wrecks", "Diverted threats", "Missiles that missed", "Gun rounds"]
    body = [
        (name(row["name"]), *(words.amount(row["kinds"][kind]["mean"]) for kind in row["kinds"]),
         *([words.amount(persons["mean"])] if exposed and (persons := row.get("persons")) else []))
        for row in rows
    ]  # fmt: skip
    title = join((name(words.label(case)), ": where most comes down"))
    caption = "Bodies that come down in a raid, on average"
    return details(title, table(caption, [*head, "Persons in the path"] if exposed else head, body, "wide"))


# -------------------------------------------------------------------------------------------------- the map


def _figure(districts: Districts, rows: Sequence[Warned], chart: Map) -> Html:
    caption = (
        "Warning from each district's worst bearing, mean over worlds; darker: less. Small marks: "
        f"the sites of the map above. {districts.get('credit') or ''}"
    )
    alt = f"Map of {len(rows)} districts, shaded by the warning of a threat from the worst bearing."
    return figure(picture(lambda width: _map(rows, chart, width)), alt, caption)


def _map(rows: Sequence[Warned], chart: Map, width: float) -> Figure:
    import numpy as np

    points = np.concatenate([np.asarray(ring) for row in rows for ring in row["outline"]]) / 1000
    low, high = points.min(axis=0) - 1, points.max(axis=0) + 1
    side = width - 0.8
    tall = min(side * float((high[1] - low[1]) / (high[0] - low[0])), 1.4 * side)
    drawn, axes = blank(width, tall + 1.2, 0.68, 1.05)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_aspect("equal")
    shaded = _shades(axes, rows)
    for site in cartography.sites(chart):
        cartography.draw_mark(axes, site, scale=cartography.MARK_SCALE)
    axes.set_xlabel("km east")
    axes.set_ylabel("km north")
    cartography.draw_north(axes)
    bar = drawn.add_axes((0.68 / width, 0.42 / (tall + 1.2), min(5.0, side - 0.2) / width, 0.13 / (tall + 1.2)))
    drawn.colorbar(shaded, cax=bar, orientation="horizontal")
    bar.set_xlabel("warning, s" if is_narrow(width) else "seconds from first sight to arrival", fontsize=8.5)
    return drawn


def _shades(axes: Axes, rows: Sequence[Warned]) -> Any:
    import numpy as np
    from matplotlib.collections import PolyCollection

    rings = [(np.asarray(ring) / 1000, row["least"]) for row in rows for ring in row["outline"]]
    shaded = PolyCollection([ring for ring, _ in rings], cmap="cividis", edgecolors="#ffffff", linewidths=0.4)
    shaded.set_array(np.array([value for _, value in rings]))
    return axes.add_collection(shaded)
