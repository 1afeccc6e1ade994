"""The section on what comes down under the defence: how much of it, where, and what that does and does not mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.faces import cartography, words
from bartizan.faces.canvas import PAPER, is_narrow, picture
from bartizan.faces.markup import Html, details, join, name, table, tag
from bartizan.faces.report.cells import UNKNOWN, by_raid, figure, note
from bartizan.ground.errors import ResultsError
from bartizan.studies.documents.cases import Case, FallAsset
from bartizan.studies.documents.places import Map

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Array = np.ndarray

#: What comes down, as headings have it and as sentences do: one, and many.
KINDS: Mapping[str, tuple[str, str, str]] = {
    "wreck": ("wrecks", "wreck", "wrecks"),
    "diverted": ("diverted threats", "diverted threat", "diverted threats"),
    "missile": ("missiles that missed", "missile that missed", "missiles that missed"),
    "rounds": ("gun rounds still whole", "gun round", "gun rounds"),
}
#: Maps are drawn for so many raids, of a series for its largest size: outlines of a city in every panel are large.
MAPS_SHOWN = 2
#: Shades go down from the highest density in half decades.
STEPS = 6


class Falls(NamedTuple):
    """What `fall.npz` holds: metres, and expected bodies per km2 and raid, (cases, kinds, north, east), smoothed."""

    cases: tuple[str, ...]
    kinds: tuple[str, ...]
    east: Array
    north: Array
    mean: Array
    smoothed_m: Array


class FoundFalls:
    """What comes down as read, or why there is nothing."""

    def __init__(self, grids: Falls | None, why_not: str = "") -> None:
        self.grids, self.why_not = grids, why_not

    @classmethod
    def read(cls, path: Path) -> FoundFalls:
        import numpy as np

        from bartizan.studies.layers import read_arrays

        if not path.exists():
            return cls(None, "This study has no map of what comes down: its results hold no fall.npz.")
        damaged = cls(None, "The file fall.npz of these results is damaged, so there is no map of what comes down.")
        try:
            found = read_arrays(path, Falls._fields)
            cases, kinds = (tuple(map(str, found[key])) for key in ("cases", "kinds"))
            grids = Falls(cases, kinds, *(np.asarray(found[key], float) for key in Falls._fields[2:]))
        except (ResultsError, ValueError, TypeError):
            return damaged
        shape = (len(grids.cases), len(grids.kinds), grids.north.size, grids.east.size)
        return cls(grids) if grids.mean.shape == shape and min(shape) > 0 else damaged


def section(cases: Sequence[Case], chart: Map, fallen: FoundFalls) -> Html:
    told = [case for case in cases if (fall := case.get("fall")) and fall.get("kinds")]
    if not told:
        return note("These results say nothing about what comes down.")
    parts: list[Html | None] = [
        tag("p", _INTRO),
        *(tag("p", _sentence(group[-1])) for group in by_raid(told)),
        _kinds_table(told),
    ]
    if fallen.grids is None:
        parts.append(note(fallen.why_not))
    else:
        parts += _figures(told, chart, fallen.grids)
    parts += [_assets_table(told), tag("p", _MEANING), tag("p", _LIMITS)]
    return join((part for part in parts if part), "\n")


_INTRO = (
    "Whatever is shot down, missed or led astray comes down somewhere. Each such body is followed to the ground: as a "
    "point with weight and air drag, from where and how fast it was, in a wind that nobody knows beforehand."
)
_MEANING = (
    "How to read the map: 0.01 bodies per km² and raid means that one comes down on a given square kilometre in about "
    "one of a hundred such raids. The map is an average over all assumed worlds, winds and ways of attack. It shows "
    "which districts lie under the engagements; it does not say where anything will come down in a given raid."
)
_LIMITS = (
    "How bodies fall is assumed, not measured: drag, break-up, wind and how often missiles and rounds destroy "
    "themselves are our own wide guesses (grade F6) unless the scenario states them. A wreck is of whatever is shot "
    "down, a neutral too. A body that breaks up counts once, shared out over its pieces. Threats that reach their "
    "targets are not among them, nor are boosters, cartridge cases and splinters. Roofs, fires, and where people are "
    "at that hour are left out, so this is no estimate of casualties."
)


def _sentence(case: Case) -> Html:
    """What comes down in a raid, in words."""
    counts = {row["kind"]: words.number(row.get("mean")) or 0.0 for row in case["fall"]["kinds"]}
    listed = [_counted(kind, count) for kind, count in counts.items() if count > 0 and kind in KINDS]
    what = f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else (listed or ["nothing"])[0]
    persons = words.number((case["fall"].get("persons") or UNKNOWN).get("mean"))
    exposed = ""
    if persons is not None:
        exposed = (
            f" Of as many as the scenario says live there, {words.spoken(persons)} "
            f"person{'' if words.spoken(persons) == '1' else 's'} per raid would stand in the path of it, if all were "
            "in the open."
        )
    return join((tag("strong", name(words.label(case))), f": on average {what} come down in a raid.{exposed}"))


def _counted(kind: str, count: float) -> str:
    return f"{words.spoken(count)} {KINDS[kind][1 if words.spoken(count) == '1' else 2]}"


def _kinds_table(cases: Sequence[Case]) -> Html:
    head = ["Raid"]
    for heading, *_ in KINDS.values():
        head += [heading.capitalize(), "on the map"]
    rows = [(name(words.label(case)), *(cell for kind in KINDS for cell in _of_kind(case, kind))) for case in cases]
    caption = (
        "Bodies that come down in a raid, average and central 80 % of worlds; an average outside them is carried by a "
        "few worlds"
    )
    return table(caption, head, rows, "wide")


def _of_kind(case: Case, kind: str) -> tuple[str, str]:
    """How many come down, and the share of them on the map."""
    row = next((row for row in case["fall"]["kinds"] if row["kind"] == kind), None)
    if row is None:
        return words.NONE, words.NONE
    mean, on_map = words.number(row.get("mean")), words.number(row.get("on_map"))
    many = words.amount(mean)
    if mean:
        many += f" ({words.between(row.get('world_low'), row.get('world_high'), words.amount)})"
    return many, words.percent(min(1.0, on_map / mean)) if mean and on_map is not None else words.NONE


def _assets_table(cases: Sequence[Case]) -> Html | None:
    """Bodies within each defended place."""
    rows = [
        (name(asset["name"]), name(words.label(case)), *(_of_asset(asset, kind) for kind in KINDS))
        for case in cases
        for asset in case["fall"].get("assets") or []
    ]
    head = ("Defended place", "Raid", *(heading.capitalize() for heading, *_ in KINDS.values()))
    title = "Bodies that come down within the radius of a defended place, per raid (leakers not among them)"
    return details("What comes down on the defended places", table(title, head, rows, "wide")) if rows else None


def _of_asset(asset: FallAsset, kind: str) -> str:
    found = (asset.get("kinds") or {}).get(kind)
    return _seldom(words.number(found.get("mean")) if found else None)


def _seldom(mean: float | None) -> str:
    """So many in a raid, or one in so many raids: 0.0312 -> "1 in 32 raids"."""
    if mean is None or mean == 0 or mean >= 0.1:
        return words.amount(mean)
    return f"1{words.NBSP}in{words.NBSP}{words.amount(float(f'{1 / mean:.2g}'))}{words.NBSP}raids"


# -------------------------------------------------------------------------------------------------- the map


def _figures(cases: Sequence[Case], chart: Map, grids: Falls) -> list[Html]:
    """A figure for each raid, of a series for its largest size."""
    shown = [group[-1] for group in by_raid(cases) if group[-1].get("name") in grids.cases][:MAPS_SHOWN]
    return [drawn for case in shown if (drawn := _figure(case, chart, grids)) is not None]


def _figure(case: Case, chart: Map, grids: Falls) -> Html | None:
    density = grids.mean[grids.cases.index(str(case["name"]))]
    levels = _levels(float(density.max())) if float(density.max()) > 0 else [math.inf]
    kinds = [k for k, kind in enumerate(grids.kinds) if kind in KINDS and float(density[k].max()) >= levels[0]]
    if not kinds:
        return None
    titles = [KINDS[grids.kinds[k]][0] for k in kinds]
    caption = (
        name(words.label(case)), ": where it comes down, expected bodies per km² and raid, averaged over worlds. "
        f"It is smoothed over {words.distance(float(grids.smoothed_m))}. Shades are steps of half a power of ten; "
        "white: fewer. What has no map is below the lowest shade everywhere. Small marks: the sites of the map above.",
    )  # fmt: skip
    alt = f"Maps of what comes down in a raid, {words.label(case)}: {', '.join(titles)}."
    drawn = picture(lambda width: _maps(chart, grids, density[kinds], levels, titles, width))
    return figure(drawn, alt, join(caption))


def _maps(
    chart: Map, grids: Falls, density: Array, levels: Sequence[float], titles: Sequence[str], width: float
) -> Figure:
    """A panel for each kind, two in a row, one where the figure is narrow."""
    from matplotlib.figure import Figure

    columns = 1 if is_narrow(width) or len(titles) == 1 else 2
    rows = math.ceil(len(titles) / columns)
    left, gap, above, bottom = 0.68, 0.12, 0.26, 1.15
    side = min(4.2, (width - left - 0.1 - gap * (columns - 1)) / columns)
    height = rows * (side + above) + bottom
    drawn = Figure(figsize=(width, height), dpi=72, facecolor=PAPER)
    image = None
    for index, title in enumerate(titles):
        row, column = divmod(index, columns)
        x, y = left + column * (side + gap), height - (row + 1) * (side + above)
        axes = drawn.add_axes((x / width, y / height, side / width, side / height))
        image = _panel(axes, chart, grids, density[index], levels)
        axes.set_title(title.capitalize(), fontsize=9)
        cartography.inner_panel(axes, index + columns < len(titles), column > 0)
        if index == 0:
            cartography.draw_north(axes, above=True)
    bar = drawn.add_axes((left / width, 0.52 / height, min(5.0, width - left - 0.3) / width, 0.14 / height))
    _legend(drawn, bar, image, levels, is_narrow(width))
    return drawn


def _levels(highest: float) -> list[float]:
    """Densities at which shades change: half decades down from the first that nothing exceeds."""
    top = math.ceil(2 * math.log10(highest)) / 2
    return [10 ** (top - step / 2) for step in range(STEPS, -1, -1)]


def _panel(axes: Axes, chart: Map, grids: Falls, density: Array, levels: Sequence[float]) -> Any:
    import matplotlib
    import numpy as np
    from matplotlib.colors import BoundaryNorm, ListedColormap

    east, north = cartography.edges_km(grids.east), cartography.edges_km(grids.north)
    axes.set_xlim(*east)
    axes.set_ylim(*north)
    palette = matplotlib.colormaps["Blues"].resampled(STEPS + 1)  # one hue: dark where much comes down, in grey, too
    shades = ListedColormap([palette(step) for step in range(1, STEPS + 1)])  # the first could be taken for paper
    image = axes.imshow(
        np.ma.masked_less(density, levels[0]), extent=(*east, *north), origin="lower", interpolation="none",
        aspect="equal", cmap=shades, norm=BoundaryNorm(levels, STEPS), zorder=0,
    )  # fmt: skip
    cartography.draw_ground(axes, chart, detail_km=(east[1] - east[0]) / 250)
    cartography.draw_rings(axes, at_most=5, color="#9a9a9a")
    for site in cartography.sites(chart):
        cartography.draw_mark(axes, site, scale=cartography.MARK_SCALE)
    return image


def _legend(drawn: Figure, bar: Axes, image: Any, levels: Sequence[float], narrow: bool) -> None:
    ticks = levels[::2]
    drawn.colorbar(image, cax=bar, orientation="horizontal", ticks=ticks, spacing="uniform")
    bar.minorticks_off()
    bar.set_xticklabels([f"{tick:.{max(0, -math.floor(math.log10(tick)))}f}" for tick in ticks])
    bar.set_xlabel(
        "bodies per km² and raid" if narrow else "expected bodies per km² and raid; white: fewer", fontsize=8.5
    )
