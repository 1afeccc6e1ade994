"""The section on the map: the sites, and what is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bartizan.faces import cartography, words
from bartizan.faces.markup import Html, details, join, name, table
from bartizan.faces.report.cells import figure, note
from bartizan.ground.errors import ResultsError
from bartizan.studies.documents.places import Map


class FoundCoverage:
    """Coverage as read, or why there is none."""

    _GRIDS = ("seen", "engageable", "ring_seen", "ring_engageable")
    _ARRAYS = ("altitudes", "east", "north", *_GRIDS, "areas_km2")

    def __init__(self, grids: cartography.Coverage | None, why_not: str = "") -> None:
        self.grids, self.why_not = grids, why_not

    @classmethod
    def read(cls, path: Path) -> FoundCoverage:
        import numpy as np

        from bartizan.studies.layers import read_arrays

        if not path.exists():
            return cls(None, "This study has no coverage maps: its results hold no coverage.npz.")
        try:
            found = read_arrays(path, (*cls._ARRAYS, "target"))
            arrays = {key: np.asarray(found[key], float) for key in cls._ARRAYS}
            grids = cartography.Coverage(**arrays, target=str(found["target"]))
        except (ResultsError, ValueError):
            return cls(None, "The file coverage.npz of these results is damaged, so there is no coverage map.")
        shape = (grids.altitudes.size, grids.north.size, grids.east.size)
        fit = all(getattr(grids, key).shape == shape for key in cls._GRIDS)
        if not fit or 0 in shape or grids.areas_km2.shape != (2, 3, grids.altitudes.size, 3):
            return cls(None, "The grids in coverage.npz do not fit together, so there is no coverage map.")
        return cls(grids)


def map_section(chart: Map, coverage: FoundCoverage) -> Html:
    found = cartography.sites(chart)
    parts = [_site_figure(chart, found) if found else note("These results hold no map of the sites.")]
    if coverage.grids is None:
        parts.append(note(coverage.why_not))
    else:
        parts += [_coverage_figure(chart, coverage.grids), _areas(coverage.grids)]
    return join(parts, "\n")


def _site_figure(chart: Map, found: Sequence[cartography.Site]) -> Html:
    listed = "; ".join(f"{s.mark} {s.name}" for s in found)
    caption = [
        "Letters are defended places, numbers are units; the list below names them. Dashed circles: how far a unit's "
        "weapons or jammers reach, where that fits the map. Dotted rings: distance from the middle of the scenario. ",
        _origin(chart.get("origin")),
        _attribution(chart),
    ]
    picture = figure(cartography.site_map(chart), f"Map of defended places and units. {listed}.", join(caption))
    rows = [(s.mark, *_site_row(s, chart)) for s in found]
    key = table("Marks on the map", _SITE_HEAD, rows, "wide")
    return join((picture, details(f"List of the {words.plural(len(found), 'site')}", key)))


_SITE_HEAD = ("Mark", "Name", "What it is", "Chance that it is there", "Reach or radius", "Place known to within")


def _site_row(site: cartography.Site, chart: Map) -> tuple[object, ...]:
    if site.kind == "asset":
        return name(site.name), "defended place", words.NONE, words.distance(site.circle), words.NONE
    unit = chart["units"][int(site.mark) - 1]
    what = unit.get("title") or ""
    doing = words.KINDS.get(str(unit.get("kind")), "")
    described = join((name(what), f" ({doing})" if doing else ""))
    within = words.distance(unit.get("within")) if unit.get("within") else words.NONE
    present, reach = words.percent(unit.get("present")), words.distance(unit.get("reach"))
    return name(site.name), described, present, reach, within


def _origin(origin: Any) -> str:
    if not isinstance(origin, Mapping) or None in (words.number(origin.get("lat")), words.number(origin.get("lon"))):
        return ""
    # Two decimals, about a kilometre: the report never says more about where people live than that.
    lat, lon = float(origin["lat"]), float(origin["lon"])
    return (
        f"The middle lies near {abs(lat):.2f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.2f}° {'E' if lon >= 0 else 'W'}. "
    )


def _attribution(chart: Map) -> Html:
    backdrop = chart.get("backdrop")
    told = (backdrop.get("attribution"), backdrop.get("licence")) if backdrop else ()
    named = [name(one) for one in told if one]
    outlines = ("Grey outlines: ", join(named, ", "), ". ") if named else ()
    surface = ("Surface: ", name(chart["credit"]), ".") if chart.get("credit") else ()
    return join((*outlines, *surface))


def _coverage_figure(chart: Map, grids: cartography.Coverage) -> Html:
    heights = [words.distance(float(grids.altitudes[i])) for i in cartography.panels(grids)]
    target = grids.target or "the reference target"
    caption = join((
        "What the defence covers against ", name(target), ", flying at so many metres above the ground. ",
        _of_rings(grids), "Light: seen by at least one sensor in most worlds; dark: hidden in most. "
        "Hatched: in most worlds no missile or gun can reach it; lines bound where one can in half, and in nine of "
        "ten, of the worlds. The small marks are the sites of the map above. ", _attribution(chart),
    ))  # fmt: skip
    if len(grids.altitudes) > len(heights):
        caption = join((caption, f" {len(heights)} of {len(grids.altitudes)} altitudes are drawn."))
    rings = len(cartography.ways_drawn(grids, cartography.panels(grids))) > 1
    alt = (
        f"Coverage maps for {target} at {', '.join(heights)} above ground, "
        f"{'by range rings alone and ' if rings else ''}with the skyline: shades from hidden to seen, lines for within "
        "reach."
    )
    return figure(cartography.coverage_maps(chart, grids), alt, caption)


def _of_rings(grids: cartography.Coverage) -> str:
    """What range rings would say: beside what is drawn of them, or in the place of maps that are full to the edge."""
    told = "Range rings alone, as most maps show them, know no horizon, no hills and no roofs"
    drawn = cartography.panels(grids)
    if len(cartography.ways_drawn(grids, drawn)) > 1:
        return f"{told}; with the skyline, low flyers hide behind them: compare the two. "
    if cartography.hides_nothing(grids, drawn):
        return f"{told}; on this map they would say the same, for the skyline hides nothing here. "
    return f"{told}: by them, all of this map would be seen and in reach, so what is dark here the skyline hides. "


def _areas(grids: cartography.Coverage) -> Html:
    """Square kilometres on the map by rings and with the skyline."""
    rows = [
        (words.distance(float(height)), *(_area(grids, what, way, a) for what in (0, 1) for way in (0, 1, 2)))
        for a, height in enumerate(grids.altitudes)
    ]
    head = ["Target at"]
    for what in ("Seen", "Engageable"):
        head += [f"{what}, by rings alone", f"{what}, with skyline", f"{what} but for the skyline"]
    title = "Area covered on this map, km²: mean over worlds, 10 to 90 % of them. What has a ≥ goes on beyond the map."
    outside = any(words.is_outside(*three) for three in grids.areas_km2.reshape(-1, 3).tolist())
    return table(f"{title} {words.OUTSIDE}" if outside else title, head, rows, "wide")


def _area(grids: cartography.Coverage, what: int, way: int, altitude: int) -> str:
    """`what` is seen or engageable; of the ways, the last is what the skyline hides from the rings."""
    if way == 0 and cartography.covered_whole(grids, what, altitude):
        return "the whole map"
    drawn = grids.ways[way % 2]  # what is hidden goes on where rings do
    goes_on = cartography.leaves_map((drawn.seen, drawn.engageable)[what][altitude])
    mean, low, high = (float(v) for v in grids.areas_km2[what, way, altitude])
    first = cartography.area_km2(mean, goes_on)
    return first if low == high else f"{first} ({cartography.area_km2(low)} to {cartography.area_km2(high)})"
