"""Draws the report's maps: where things stand, and what is seen and engageable at several altitudes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bartizan.faces import words
from bartizan.faces.canvas import FAINT, INK, PAPER, Picture, blank, is_narrow, picture
from bartizan.faces.markup import clean
from bartizan.studies.documents.places import Map

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    Array = np.ndarray
    Summary = Mapping[str, Any]

#: Cells per side above which a page's coverage grid is thinned: finer than its panels show, and larger than it wants.
CELLS_SHOWN = 125
#: Ends of the shades of "seen", as probabilities.
SHADES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)


class Site(NamedTuple):
    """Something on the map; lengths in metres."""

    mark: str
    name: str
    kind: str  # asset, or the kind of a unit
    east: float
    north: float
    certain: bool
    circle: float  # radius of an asset, reach of a unit
    short: str  # what the map calls it


_MARKERS: Mapping[str, tuple[str, float, str]] = {
    "asset": ("*", 11.0, "defended place"),
    "fire unit": ("^", 7.5, "fire unit"),
    "sensor": ("o", 6.0, "sensor"),
    "jammer": ("D", 5.5, "jammer"),
}


def sites(chart: Map) -> list[Site]:
    """What stands on the map: assets marked A, B, ... and units 1, 2, ..., in the summary's order."""
    found = [_site(item, _letters(i), "asset", "radius") for i, item in enumerate(chart.get("assets") or [])]
    for index, item in enumerate(chart.get("units") or [], start=1):
        kind = item.get("kind") if item.get("kind") in _MARKERS else "fire unit"
        found.append(_site(item, str(index), str(kind), "reach"))
    return [site for site in found if site is not None]


def _site(item: Summary, mark: str, kind: str, circle: str) -> Site | None:
    east, north = words.number(item.get("east")), words.number(item.get("north"))
    if east is None or north is None:
        return None
    present = words.number(item.get("present"))
    certain = present is None or present >= 1
    name, reach = str(item.get("name", "")), words.number(item.get(circle)) or 0.0
    return Site(mark, name, kind, east, north, certain, reach, str(item.get("short") or name))


def _letters(index: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    last = chr(ord("A") + index % 26)
    return last if index < 26 else _letters(index // 26 - 1) + last


def site_map(chart: Map) -> Picture:
    """Where the defended places and the units stand, labelled, with rings as a scale."""
    return picture(lambda width: _site_map(chart, width))


def _site_map(chart: Map, width: float) -> Figure:
    narrow = is_narrow(width)
    found = sites(chart)
    bottom = 1.15 if narrow else 0.85
    side = width - 0.65 - 0.15
    figure, axes = blank(width, side + bottom + 0.1, 0.65, bottom, 0.15, 0.1)
    middle_east, middle_north, half = _frame(found)
    axes.set_xlim(middle_east - half, middle_east + half)
    axes.set_ylim(middle_north - half, middle_north + half)
    draw_ground(axes, chart)
    draw_north(axes)
    occupied = draw_rings(axes, at_most=8)
    marked = [_circle(axes, site, half, turn) for turn, site in enumerate(found)]
    occupied += [place for place in marked if place is not None]
    for site in found:
        draw_mark(axes, site)
    _labels(figure, axes, found, occupied, names=not narrow)
    _legend_of_marks(figure, found, narrow)
    return figure


def _frame(found: Sequence[Site]) -> tuple[float, float, float]:
    """Middle (east, north) and half the side in km of a square around all sites, at least 3 km to each side."""
    if not found:
        return 0.0, 0.0, 3.0
    east, north = [s.east / 1000 for s in found], [s.north / 1000 for s in found]
    half = max(max(east) - min(east), max(north) - min(north)) / 2
    return (max(east) + min(east)) / 2, (max(north) + min(north)) / 2, max(3.0, 1.2 * half)


def draw_ground(axes: Axes, chart: Map, detail_km: float = 0.0) -> None:
    """Equal scales in km, and outlines in grey, without points that are nearer than `detail_km` to the one before."""
    axes.set_aspect("equal")
    axes.set_autoscale_on(False)
    axes.set_xlabel("km east")
    axes.set_ylabel("km north")
    for spine in axes.spines.values():
        spine.set_visible(True)
    backdrop = chart.get("backdrop")
    lines = (backdrop.get("lines") or []) if backdrop else []
    east: list[float] = []
    north: list[float] = []
    for line in lines:  # one path, broken by NaN: a line each would make the file several times larger
        kept = _spaced(line, detail_km * 1000)
        east += [*(point[0] / 1000 for point in kept), math.nan]
        north += [*(point[1] / 1000 for point in kept), math.nan]
    axes.plot(east, north, color="#a9a9a9", linewidth=0.8, zorder=1)


def _spaced(line: Sequence[Sequence[float]], apart_m: float) -> list[Sequence[float]]:
    """The line without points that are nearer than this to the last one kept; its ends stay."""
    kept = list(line[:1])
    for point in line[1:-1]:
        if math.dist(point, kept[-1]) >= apart_m:
            kept.append(point)
    return kept + list(line[1:][-1:])


def draw_north(axes: Axes, above: bool = False) -> None:
    """An arrow to the north in the upper right corner, or above it, where it hides nothing."""
    if above:
        axes.text(1, 1.01, "↑ N", transform=axes.transAxes, ha="right", va="bottom", fontsize=9, fontweight="bold")
        return
    box = {"boxstyle": "square,pad=0.25", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.9}
    style: dict[str, Any] = {"ha": "right", "va": "top", "linespacing": 0.95, "fontsize": 10, "fontweight": "bold"}
    axes.text(0.985, 0.985, "↑\nN", transform=axes.transAxes, bbox=box, zorder=9, **style)


def draw_rings(axes: Axes, at_most: int, color: str = "#777777") -> list[tuple[float, float]]:
    """Circles around the map's origin at round distances: the scale. Gives where their labels stand, in km."""
    from matplotlib.patches import Circle

    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    far = max(math.hypot(x, y) for x in (west, east) for y in (south, north))
    step = next((s for s in (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500) if (east - west) / s <= at_most), 1000)
    margin = 0.08 * (east - west)  # a label needs room
    places = []
    for index in range(1, int(far / step) + 1):
        radius = index * step
        axes.add_patch(
            Circle((0, 0), radius, fill=False, edgecolor=color, linewidth=0.5, linestyle=(0, (1, 3)), zorder=2)
        )
        x = y = -radius * math.sqrt(0.5)
        if west + margin < x < east - margin and south + margin < y < north - margin:
            box = {"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.8}
            axes.text(x, y, f"{radius:g} km", fontsize=7, ha="center", va="center", color="#444444", bbox=box, zorder=3)
            places.append((x, y))
    return places


def _circle(axes: Axes, site: Site, half_km: float, turn: int) -> tuple[float, float] | None:
    """An asset's size, or how far a unit reaches if that fits the map at all; gives where its mark stands on it, in km.

    `turn` tells the circles of neighbours apart: each looks for its mark's place from another bearing.
    """
    from matplotlib.patches import Circle

    radius = site.circle / 1000
    if not 0 < radius < 1.5 * half_km:
        return None
    asset = site.kind == "asset"
    style: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.9} if asset else {"edgecolor": FAINT, "linewidth": 0.8}
    centre = (site.east / 1000, site.north / 1000)
    axes.add_patch(Circle(centre, radius, fill=False, linestyle="-" if asset else (0, (4, 2)), zorder=2, **style))
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    margin = 0.06 * half_km
    for step in range(24) if not asset else ():
        angle = math.radians(50 * turn + 15 * step)
        x, y = centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)
        if west + margin < x < east - margin and south + margin < y < north - margin:
            box = {"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none"}
            axes.text(x, y, site.mark, fontsize=7.5, ha="center", va="center", color="#333333", bbox=box, zorder=3)
            return x, y
    return None


def draw_mark(axes: Axes, site: Site, scale: float = 1.0) -> None:
    """The marker of a site: hollow where it is not certain that it is there.

    Its edge is dark within a wider one that is light: a light edge alone would leave little of a small mark's filling.
    """
    shape, size, _ = _MARKERS[site.kind]
    face = INK if site.certain and site.kind != "asset" else PAPER
    for width, color in ((2.2 * scale, PAPER), (1.0 * scale, INK)):
        axes.plot(
            [site.east / 1000], [site.north / 1000], shape, markersize=size * scale, markerfacecolor=face,
            markeredgecolor=color, markeredgewidth=width, zorder=6,
        )  # fmt: skip


def _labels(
    figure: Figure, axes: Axes, found: Sequence[Site], occupied: Sequence[tuple[float, float]], names: bool
) -> None:
    """Each site's label in the nearest free place away from `occupied`, with a line to its site if it stands apart.

    A label is the mark and the name; where that has no room, or `names` is False, the mark alone.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    points: Any = axes.transData.transform([(s.east / 1000, s.north / 1000) for s in found]) if found else []
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    taken += [(x - 10, y - 6, x + 10, y + 6) for x, y in (axes.transData.transform(place) for place in occupied)]
    frame = tuple(axes.bbox.extents)
    for site, (x, y) in zip(found, points, strict=True):
        texts = ["\n".join(words.wrapped(f"{site.mark} {clean(site.short)}", 24))] if names else []
        for content in (*texts, site.mark):
            written = axes.text(0, 0, content, fontsize=8, ha="center", va="center", linespacing=1.0, zorder=8)
            box = written.get_window_extent()
            place = _free_place(x, y, box.width + 3, box.height + 1, taken, frame)  # type: ignore[arg-type]
            if place is not None:
                break
            written.remove()
        else:
            continue
        taken.append(place[2])
        _put(axes, written, (x, y), place)


_Box = tuple[float, float, float, float]


def _free_place(
    x: float, y: float, width: float, height: float, taken: Sequence[_Box], frame: _Box
) -> tuple[float, float, _Box] | None:
    """Middle and box of the first free place around (x, y), in points, near ones first; None if there is none."""
    for gap in (7, 12, 20, 30, 42, 56):
        for turn in range(16):
            angle = turn * math.pi / 8
            # the label's edge, not its middle, keeps the gap
            cx = x + math.cos(angle) * (gap + width / 2)
            cy = y + math.sin(angle) * (gap + height / 2)
            box = (cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
            inside = box[0] > frame[0] and box[1] > frame[1] and box[2] < frame[2] and box[3] < frame[3]
            if inside and not any(_overlap(box, other) for other in taken):
                return cx, cy, box
    return None


def _overlap(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _put(axes: Axes, written: Any, point: tuple[float, float], place: tuple[float, float, _Box]) -> None:
    """Moves a label to its place and joins it to its site if it stands more than a few points away."""
    cx, cy, (left, low, right, high) = place
    to_km = axes.transData.inverted().transform
    written.set_position(to_km((cx, cy)))
    written.set_bbox({"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.85})
    near = (min(max(point[0], left), right), min(max(point[1], low), high))
    if math.dist(point, near) > 9:
        (x0, y0), (x1, y1) = to_km(point), to_km(near)
        axes.plot([x0, x1], [y0, y1], color=INK, linewidth=0.6, zorder=5)


def _legend_of_marks(figure: Figure, found: Sequence[Site], narrow: bool) -> None:
    from matplotlib.lines import Line2D

    kinds = [kind for kind in _MARKERS if any(site.kind == kind for site in found)]
    handles: list[Any] = [
        Line2D([], [], linestyle="", marker=_MARKERS[k][0], markersize=_MARKERS[k][1] * 0.9,
               markerfacecolor=PAPER if k == "asset" else INK, markeredgecolor=INK)
        for k in kinds
    ]  # fmt: skip
    names = [_MARKERS[k][2] for k in kinds]
    if any(not site.certain for site in found):
        handles.append(
            Line2D([], [], linestyle="", marker="^", markersize=7, markerfacecolor=PAPER, markeredgecolor=INK)
        )
        names.append("hollow: may not be there")
    if handles:
        figure.legend(
            handles, names, loc="lower center", ncols=2 if narrow else 5, columnspacing=1.0, handletextpad=0.3
        )


# ------------------------------------------------------------------------------------------ coverage


class Way(NamedTuple):
    """One of the two ways to look at coverage: probabilities over worlds, (altitudes, north, east)."""

    title: str
    seen: Array
    engageable: Array


class Coverage(NamedTuple):
    """What `coverage.npz` holds: metres, and probabilities over worlds of shape (altitudes, north, east). A ring is
    what would be covered if nothing hid anything."""

    altitudes: Array
    east: Array
    north: Array
    seen: Array
    engageable: Array
    ring_seen: Array
    ring_engageable: Array
    areas_km2: Array  # (seen or engageable; by rings, with the skyline, hidden; altitudes; mean, 10 and 90 %)
    target: str

    @property
    def ways(self) -> tuple[Way, Way]:
        """What is drawn side by side: range rings alone, and with the skyline."""
        rings = Way("rings alone", self.ring_seen, self.ring_engageable)
        return rings, Way("with skyline", self.seen, self.engageable)


def ways_drawn(coverage: Coverage, drawn: Sequence[int]) -> list[int]:
    """Which of the two ways tell anything at the altitudes `drawn`: not the rings, where they cover all of the map or
    where the skyline hides nothing of what is in them."""
    full = all(covered_whole(coverage, what, index) for what in (0, 1) for index in drawn)
    return [1] if full or hides_nothing(coverage, drawn) else [0, 1]


def hides_nothing(coverage: Coverage, drawn: Sequence[int]) -> bool:
    """Whether the skyline takes away less than a shade of what rings show, anywhere at the altitudes `drawn`."""
    rings, sky = coverage.ways
    apart = (abs(a[k] - b[k]).max() for a, b in zip(rings[1:], sky[1:], strict=True) for k in drawn)
    return max(map(float, apart)) < SHADES[1]


def covered_whole(coverage: Coverage, what: int, altitude: int) -> bool:
    """Whether range rings alone cover the whole map in hardly any fewer than all worlds; `what`: seen or engageable."""
    grid = (coverage.ring_seen, coverage.ring_engageable)[what][altitude]
    return float(grid.min()) >= SHADES[-2]


def panels(coverage: Coverage) -> list[int]:
    """Which altitudes are drawn in a report: all up to three, else the lowest, the middle and the highest."""
    count = len(coverage.altitudes)
    return list(range(count)) if count <= 3 else [0, count // 2, count - 1]


def coverage_maps(chart: Map, coverage: Coverage) -> Picture:
    """Panels by altitude, by rings and with the skyline: shade for the probability to be seen, lines for that to be
    engageable."""
    shown = _thinned(coverage)
    return picture(lambda width: coverage_figure(chart, shown, width, panels(shown)))


def _thinned(coverage: Coverage) -> Coverage:
    """At most CELLS_SHOWN cells to a side."""
    step = max(1, math.ceil(max(len(coverage.east), len(coverage.north)) / CELLS_SHOWN))
    grids = ("seen", "engageable", "ring_seen", "ring_engageable")
    thin = {name: getattr(coverage, name)[:, ::step, ::step] for name in grids}
    return coverage._replace(east=coverage.east[::step], north=coverage.north[::step], **thin)


def coverage_figure(
    chart: Map, coverage: Coverage, width: float, drawn: Sequence[int], heading: Sequence[str] = ()
) -> Figure:
    """The panels of the altitudes `drawn`, a column each, or a row each where the figure is narrow; lines of text above
    them where the figure stands alone."""
    from matplotlib.figure import Figure

    narrow, ways = is_narrow(width), ways_drawn(coverage, drawn)
    rows, columns = (len(drawn), len(ways)) if narrow else (len(ways), len(drawn))
    left, gap, above, bottom = 0.68, 0.12, 0.42, 1.75 if narrow else 1.4
    lines = [line for k, text in enumerate(heading) for line in _wrapped(clean(text), width - left - 0.1, k == 0)]
    top = 0.19 * len(lines)
    side = min(4.2, (width - left - 0.1 - gap * (columns - 1)) / columns)
    height = rows * (side + above) + bottom + top
    figure = Figure(figsize=(width, height), dpi=72, facecolor=PAPER)
    image = None
    for position in range(rows * columns):
        row, column = divmod(position, columns)
        x, y = left + column * (side + gap), height - top - (row + 1) * (side + above)
        axes = figure.add_axes((x / width, y / height, side / width, side / height))
        index, way = (drawn[row], ways[column]) if narrow else (drawn[column], ways[row])
        image = _panel(axes, chart, coverage, index, way)
        inner_panel(axes, row < rows - 1, column > 0)
        if position == 0:
            draw_north(axes)
    bar = figure.add_axes((left / width, (bottom - 0.57) / height, min(5.0, width - left - 0.5) / width, 0.14 / height))
    _coverage_legend(figure, bar, image, narrow)
    for k, (content, font) in enumerate(lines):
        figure.text(left / width, 1 - (0.05 + 0.19 * k) / height, content, fontproperties=font, va="top")
    return figure


def _wrapped(text: str, width: float, bold: bool) -> list[tuple[str, FontProperties]]:
    """A text in lines of whole words, no wider than `width`, inches, as they are measured in their font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font, lines = FontProperties(size=9, weight="bold" if bold else "normal"), [""]
    room = 0.95 * 72 * width  # letters drawn in whole pixels are up to some per cent wider than their outlines
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        fits = TextPath((0, 0), longer, prop=font).get_extents().width <= room
        lines[-1:] = [longer] if fits or not lines[-1] else [lines[-1], word]
    return [(line, font) for line in lines]


def inner_panel(axes: Axes, has_below: bool, has_left: bool) -> None:
    """Scales stand at the left and below the lowest panels only."""
    if has_left:
        axes.tick_params(labelleft=False)
        axes.set_ylabel("")
    if has_below:
        axes.tick_params(labelbottom=False)
        axes.set_xlabel("")


def _panel(axes: Axes, chart: Map, coverage: Coverage, index: int, way: int) -> Any:
    from matplotlib.colors import BoundaryNorm
    from matplotlib.ticker import MaxNLocator

    east, north = edges_km(coverage.east), edges_km(coverage.north)
    axes.set_xlim(*east)
    axes.set_ylim(*north)
    palette = _seen_palette()
    title, seen, engageable = coverage.ways[way]
    image = axes.imshow(
        seen[index], extent=(*east, *north), origin="lower", interpolation="none", aspect="equal",
        cmap=palette, norm=BoundaryNorm(SHADES, palette.N), zorder=0,
    )  # fmt: skip
    draw_ground(axes, chart)
    axes.xaxis.set_major_locator(MaxNLocator(5, prune="both"))  # neighbours' last and first numbers would touch
    _reach_lines(axes, coverage, engageable[index])
    draw_rings(axes, at_most=5, color="#9a9a9a")
    for site in sites(chart):
        draw_mark(axes, site, scale=MARK_SCALE)
    height = words.distance(float(coverage.altitudes[index]))
    area = area_km2(coverage.areas_km2[0, way, index, 0], leaves_map(seen[index]))
    axes.set_title(f"at {height}, {title}\nseen: {area}{words.NBSP}km²", fontsize=8)
    return image


def leaves_map(grid: Array) -> bool:
    """Whether what is covered goes on beyond the map."""
    return max(float(edge.max()) for edge in (grid[0], grid[-1], grid[:, 0], grid[:, -1])) > 0.0


def area_km2(value: float, at_least: bool = False) -> str:
    """Square kilometres for people: three digits count."""
    told = words.amount(float(f"{value:.3g}"))
    if not at_least:
        return told
    return f">{words.NBSP}0" if told.startswith("<") else f"≥{words.NBSP}{told}"


def _seen_palette() -> Any:
    """Cividis in as many steps as there are shades; cells without a value are white."""
    import matplotlib

    palette = matplotlib.colormaps["cividis"].resampled(len(SHADES) - 1)
    return palette.with_extremes(bad=PAPER)


def edges_km(centres_m: Array) -> tuple[float, float]:
    """Outer edges in km of a row of evenly spaced cells."""
    first, last = float(centres_m[0]), float(centres_m[-1])
    half = (last - first) / (2 * (len(centres_m) - 1)) if len(centres_m) > 1 else 500.0
    return (first - half) / 1000, (last + half) / 1000


MARK_SCALE = 0.55  # the sites are to be found, not to hide what is covered around them
_HATCH = "#8f8f8f"  # shows on dark blue and on yellow
_REACH_LINES: tuple[tuple[float, Any], ...] = ((0.5, "solid"), (0.9, "dashed"))


def _reach_lines(axes: Axes, coverage: Coverage, grid: Array) -> None:
    """Lines around where something can be engaged in half, and in nine of ten, of the worlds."""
    import numpy as np
    from matplotlib.patheffects import withStroke

    east, north = coverage.east / 1000, coverage.north / 1000
    if min(grid.shape) < 2 or not np.isfinite(grid).any():
        return
    lowest, highest = float(np.nanmin(grid)), float(np.nanmax(grid))
    if lowest < _REACH_LINES[0][0]:  # a line alone would not say which side of it is out of reach
        hatched = axes.contourf(
            east, north, grid, levels=[-1.0, _REACH_LINES[0][0]], colors="none", hatches=["//"], zorder=1
        )
        hatched.set_edgecolor(_HATCH)
    for level, style in _REACH_LINES:
        if lowest < level < highest:  # Matplotlib warns about a line that is nowhere
            lines = axes.contour(
                east, north, grid, levels=[level], colors=[PAPER], linewidths=1.3, linestyles=style, zorder=4
            )
            lines.set_path_effects([withStroke(linewidth=3.0, foreground=INK)])
    if highest < _REACH_LINES[0][0]:
        _note(axes, "seldom in reach")
    elif lowest >= _REACH_LINES[-1][0]:
        _note(axes, "in reach everywhere")


def _note(axes: Axes, content: str) -> None:
    box = {"boxstyle": "round,pad=0.25", "facecolor": PAPER, "edgecolor": FAINT, "linewidth": 0.5}
    axes.text(0.03, 0.03, content, transform=axes.transAxes, fontsize=7.5, bbox=box, zorder=9)


def _coverage_legend(figure: Figure, bar: Axes, image: Any, narrow: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.patheffects import withStroke

    figure.colorbar(image, cax=bar, orientation="horizontal", ticks=SHADES, spacing="uniform")
    bar.set_xticklabels([f"{100 * shade:.0f}" for shade in SHADES])
    bar.set_xlabel("seen in this many of 100 worlds", fontsize=8.5)
    for x, side, end in ((-0.02, "right", "hidden"), (1.02, "left", "seen")):
        bar.text(x, 0.5, end, ha=side, va="center", fontsize=8.5, transform=bar.transAxes)
    stroke = [withStroke(linewidth=3.0, foreground=INK)]
    handles: list[Any] = [Patch(facecolor=PAPER, edgecolor=_HATCH, hatch="////", linewidth=0.7)]
    for _, style in _REACH_LINES:
        handles.append(Line2D([], [], color=PAPER, linewidth=1.3, linestyle=style, path_effects=stroke))
    names = ["out of reach in most worlds", "in reach in half of the worlds", "in nine of ten"]
    figure.legend(handles, names, loc="lower center", ncols=1 if narrow else 3, columnspacing=1.5, borderpad=0)
