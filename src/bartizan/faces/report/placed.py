"""A placement as a page: what it says, a map of what each site is worth, and the layouts that come nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bartizan.faces.canvas import FAINT, INK, blank, cividis, is_narrow, picture
from bartizan.faces.cartography import draw_north
from bartizan.faces.markup import Html, clean, join, name, table, tag
from bartizan.faces.report.cells import figure
from bartizan.faces.report.sheet import sheet
from bartizan.faces.words import amount, between
from bartizan.studies.documents.compared import Placing, Sited
from bartizan.studies.placing.saying import sentences

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bartizan.world.scenario import Scenario


def placed(found: Placing, scenario: Scenario) -> str:
    """The page of a placement in a scenario, from whose assets and units the map is drawn."""
    return sheet(
        f"Where to put {' and '.join(found['systems'])}: {scenario.title}",
        [
            ("In short", join(tag("p", name(sentence)) for sentence in sentences(found))),
            ("What each site is worth", _sites(found, scenario)),
            ("The layouts that come nearest", _rivals(found)),
        ],
    )


def _sites(found: Placing, scenario: Scenario) -> Html:
    drawn = figure(
        picture(lambda width: _map(found, scenario, width)), "Map of what each site is worth",
        "Each site shaded by how many points of what is sent a unit there alone stops: bright stops most. Squares are "
        f"the best layout, stars what is defended{', triangles units that stand already' if scenario.units else ''}.",
    )  # fmt: skip
    rows = [
        (name(site["site"]), name(site["system"]), _points(site["alone"]["mean"]),
         between(site["alone"]["low"], site["alone"]["high"], _points),
         "" if site["in_best"] is None else _points(site["in_best"]["mean"]), amount(site["cost"]))
        for site in sorted(found["sites"], key=lambda site: (-site["alone"]["mean"], site["site"]))
    ]  # fmt: skip
    head = ("Site", "System", "Stops alone, points", "95 % interval", "In the best layout, points", "Cost")
    return join((drawn, table("What a unit at each site stops", head, rows)))


def _rivals(found: Placing) -> Html:
    rows = [
        (name(", ".join(rival["sites"])), _points(rival["difference"]["mean"]),
         between(rival["difference"]["low"], rival["difference"]["high"], _points), amount(rival["worlds"]),
         "yes" if rival["level"] else "no")
        for rival in found["rivals"]
    ]  # fmt: skip
    head = ("Sites", "More gets through, points", "95 % interval", "Fresh worlds", "Cannot be told from the best")
    return table("Beside the best layout, in fresh worlds with the same luck", head, rows)


def _points(share: object) -> str:
    assert isinstance(share, float)
    return f"{100 * share:.2f}"


def _map(found: Placing, scenario: Scenario, width: float) -> Figure:
    stood = [asset.at.local(scenario.origin) for asset in scenario.assets]
    others = [placed.unit.at.local(scenario.origin) for placed in scenario.units]
    sites = [(site["east"], site["north"]) for site in found["sites"]]
    low, high = ([end(at[k] for at in (*stood, *others, *sites)) / 1000 for k in (0, 1)] for end in (min, max))
    side = 1.15 * max(high[0] - low[0], high[1] - low[1], 0.2)
    figure, axes = blank(width, width - (0.4 if is_narrow(width) else 1.6), 0.6, 0.5, 0.1 if is_narrow(width) else 1.2)
    for axis, k in ((axes.set_xlim, 0), (axes.set_ylim, 1)):
        middle = (low[k] + high[k]) / 2
        axis(middle - side / 2, middle + side / 2)
    axes.set_aspect("equal")
    axes.scatter([e / 1000 for e, _ in stood], [n / 1000 for _, n in stood], marker="*", s=90, color=INK, zorder=5)
    axes.scatter([e / 1000 for e, _ in others], [n / 1000 for _, n in others], marker="^", s=40, color=FAINT, zorder=4)
    _worth(axes, found["sites"], is_narrow(width))
    axes.set_xlabel("km east")
    axes.set_ylabel("km north")
    draw_north(axes)
    return figure


def _worth(axes: Axes, sites: list[Sited], narrow: bool) -> None:
    """Sites by what they stop alone; of several kinds at one site, that which stops most."""
    best: dict[tuple[float, float], Sited] = {}
    for site in sorted(sites, key=lambda site: (site["chosen"], site["alone"]["mean"])):
        best[site["east"], site["north"]] = site
    most = max(max(site["alone"]["mean"] for site in sites), 1e-9)
    for (east, north), site in best.items():
        shade = cividis(0.05 + 0.9 * max(0.0, site["alone"]["mean"]) / most)
        axes.plot(east / 1000, north / 1000, "s" if site["chosen"] else "o", color=shade, markeredgecolor=INK,
                  markersize=11 if site["chosen"] else 7, zorder=6 if site["chosen"] else 3)  # fmt: skip
        if site["chosen"] or (len(best) <= 30 and not narrow):
            axes.annotate(clean(site["site"]), (east / 1000, north / 1000), xytext=(7, 3), textcoords="offset points",
                          fontsize=8, fontweight="bold" if site["chosen"] else "normal")  # fmt: skip
