"""Assembles one self-contained HTML page from a results folder; every number on it comes from there."""

from __future__ import annotations

import base64
import json
import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from bartizan.faces import cartography, figures, words
from bartizan.faces.canvas import Picture
from bartizan.faces.markup import (
    Html,
    bullets,
    definitions,
    details,
    filled,
    join,
    link,
    name,
    paragraphs,
    shaded,
    table,
    tag,
    text,
)
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.errors import shown as shown_value

#: The version of `summary.json` that this report understands.
FORMAT = 1

Summary = Mapping[str, Any]
Estimate = Mapping[str, Any]


def render(folder: Path) -> str:
    """The report of a results folder as one HTML page.

    Reads `summary.json`, and `coverage.npz` if it is there. Raises ResultsError if there is no usable summary.
    """
    folder = Path(folder)
    return _page(_summary(folder), _Coverage.read(folder / "coverage.npz"))


def write(folder: Path, out: Path) -> Path:
    """Writes the report of `folder` to `out`, which is replaced whole or not at all; gives `out`.

    Raises ResultsError if there is no usable summary, UserError if `out` cannot be written.
    """
    out = Path(out)
    page = render(folder)
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        aside.write_text(page, encoding="utf-8")
        os.replace(aside, out)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UserError(f"cannot write the report to {out}: {error.strerror}") from None
    return out


# ------------------------------------------------------------------------------------------ reading


def _summary(folder: Path) -> Summary:
    path = folder / "summary.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(
            f"no results in {folder}: cannot read summary.json: {error.strerror}; make some with bartizan run"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{path} is not a summary: {error}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        version = found.get("format") if isinstance(found, dict) else found
        raise ResultsError(
            f"{path} has format {shown_value(version)}; this report reads format {FORMAT}: run the study again"
        )
    wrong = [
        key for key, kind in _PARTS.items() if not isinstance(found.get(key, kind()), kind) and found[key] is not None
    ]
    if wrong:
        raise ResultsError(f"{path} is damaged: {', '.join(wrong)} cannot be read; run the study again")
    return {key: found.get(key) or kind() for key, kind in _PARTS.items()} | {
        "bartizan": str(found.get("bartizan", ""))
    }


_PARTS: Mapping[str, type] = {
    "scenario": dict, "run": dict, "cases": list, "map": dict, "numbers": list, "claims": list, "findings": list,
}  # fmt: skip


class _Coverage:
    """Coverage as read, or why there is none."""

    _ARRAYS = ("altitudes", "east", "north", "seen", "engageable")

    def __init__(self, grids: cartography.Coverage | None, why_not: str = "") -> None:
        self.grids, self.why_not = grids, why_not

    @classmethod
    def read(cls, path: Path) -> _Coverage:
        import zipfile

        import numpy as np

        if not path.exists():
            return cls(None, "This study has no coverage maps: its results hold no coverage.npz.")
        try:
            with np.load(path, allow_pickle=False) as found:
                arrays = {key: np.asarray(found[key], float) for key in cls._ARRAYS}
                grids = cartography.Coverage(**arrays, target=str(found["target"]) if "target" in found else "")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return cls(None, "The file coverage.npz of these results is damaged, so there is no coverage map.")
        shape = (len(grids.altitudes), len(grids.north), len(grids.east)) if grids.altitudes.ndim == 1 else ()
        if grids.seen.shape != shape or grids.engageable.shape != shape or 0 in shape:
            return cls(None, "The grids in coverage.npz do not fit together, so there is no coverage map.")
        return cls(grids)


# ------------------------------------------------------------------------------------------ page


def _page(summary: Summary, coverage: _Coverage) -> str:
    scenario = summary["scenario"]
    title = str(scenario.get("title") or scenario.get("name") or "A study without a title")
    sections: list[tuple[str, str, Callable[[], Html]]] = [
        ("answer", "The answer", lambda: _answer(summary)),
        ("map", "Where things stand, and what is covered", lambda: _map(summary["map"], coverage)),
        ("why", "Why threats got through", lambda: _why(summary["cases"])),
        ("saturation", "How many are too many", lambda: _saturation(summary["cases"])),
        ("use", "Rounds and channels used", lambda: _use(summary["cases"])),
        ("raids", "Each raid in numbers", lambda: _raids(summary["cases"])),
        ("evidence", "What the answer rests on", lambda: _evidence(summary)),
        ("limits", "What is not modelled", _limits),
        ("reading", "How to read this page", _reading),
        ("provenance", "Where these numbers come from", lambda: _provenance(summary)),
    ]
    package = files("bartizan.faces")
    return filled(
        (package / "report.html").read_text(encoding="utf-8"),
        {
            "version": summary["bartizan"],
            "title": f"{title} - air defence study",
            "style": Html((package / "report.css").read_text(encoding="utf-8")),
            "header": _header(title, scenario, summary["run"]),
            "contents": bullets(tag("a", heading, href=f"#{anchor}") for anchor, heading, _ in sections),
            "sections": join((_section(*section) for section in sections), "\n"),
            "footer": tag(
                "p", f"Made by Bartizan {summary['bartizan']} from published figures. A model, not a measurement."
            ),
        },
    )


def _section(anchor: str, heading: str, body: Callable[[], Html]) -> Html:
    return tag(
        "section", tag("h2", heading, id=f"{anchor}-heading"), body(), id=anchor, aria_labelledby=f"{anchor}-heading"
    )


def _header(title: str, scenario: Summary, run: Summary) -> Html:
    facts = [str(scenario["date"])] if scenario.get("date") else []
    if scenario.get("variant"):
        facts.append(f"variant {scenario['variant']}")
    parts = [tag("h1", name(title))]
    if facts:
        parts.append(tag("p", name(", ".join(facts)), class_="when"))
    parts.append(paragraphs(scenario.get("summary") or ""))
    if run.get("finished") is False:
        parts.append(
            _note("This study was stopped before it was finished. What follows rests on the part that was played.")
        )
    return join(parts, "\n")


def _note(content: object) -> Html:
    return tag("p", content, class_="note")


def _figure(picture: Picture, alt: str, caption: object) -> Html:
    narrow, wide = (
        f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}" for svg in (picture.narrow, picture.wide)
    )
    choice = tag("picture", tag("source", media="(max-width: 35rem)", srcset=narrow), tag("img", src=wide, alt=alt))
    return tag("figure", choice, tag("figcaption", caption))


# ------------------------------------------------------------------------------------------ the answer


def _answer(summary: Summary) -> Html:
    cases = summary["cases"]
    if not cases:
        return _note("These results hold no raids, so there is no answer.")
    run, groups = summary["run"], _by_raid(cases)
    intro = tag(
        "p",
        f"{words.plural(len(groups), 'kind')} of raid played against the reported defence, each in "
        f"{words.plural(run.get('worlds'), 'world')} (sets of assumptions that fit what is published) and "
        f"{words.plural(run.get('raids'), 'time')} in each. A threat that reaches its target is called a leaker.",
    )
    answers = tag("ul", *(tag("li", *_spoken(group)) for group in groups), class_="answers")
    return join((intro, answers, _leak_figure(cases), _leak_table(cases), _asset_grid(cases)), "\n")


def _by_raid(cases: Sequence[Summary]) -> list[list[Summary]]:
    """The cases of each raid together: one, or one for each size of a series."""
    groups: dict[str, list[Summary]] = {}
    for case in cases:
        key = f"series {case.get('raid')}" if case.get("series") else f"single {len(groups)}"
        groups.setdefault(key, []).append(case)
    return [sorted(group, key=lambda c: words.number(c.get("size")) or 0.0) for group in groups.values()]


def _spoken(group: Sequence[Summary]) -> Iterable[Html]:
    """The answer about one raid in plain sentences; of a series, all sizes in short and the largest in full."""
    first, last = group[0], group[-1]
    yield tag("p", name(first.get("title") or first.get("raid") or first.get("name") or "unnamed"), class_="raid")
    if len(group) > 1:
        steps = (f"of {words.amount(c.get('size'))} sent, {words.spoken(_leakers(c).get('mean'))}" for c in group)
        yield tag("p", f"Played at {len(group)} sizes. This many get through on average: {'; '.join(steps)}.")
        yield tag("p", "At the largest size: ", *_sentences(last, start="of "))
    else:
        yield tag("p", *_sentences(first))


def _leakers(case: Summary) -> Estimate:
    return case.get("leakers") or {}


def _sentences(case: Summary, start: str = "Of ") -> Iterable[object]:
    leakers = _leakers(case)
    mean = words.number(leakers.get("mean"))
    yield join((start, words.plural(case.get("size"), "threat"), " (", _threats(case), "), "))
    if mean is None:
        yield "it is not known how many get through."
        return
    if mean == 0:
        yield join((tag("strong", "none got through"), " in any raid played."))
        return
    yield join((tag("strong", f"{words.spoken(mean)} get through on average"), ". "))
    yield f"At least one gets through in {words.of_hundred((case.get('any') or {}).get('mean'))}. "
    yield _depends(leakers)
    yield _ignorance(words.number(leakers.get("ignorance_share")))
    if case.get("binding") in words.CAUSES:
        yield f"What limits the defence most: {words.CAUSES[case['binding']].limit}."


def _depends(leakers: Estimate) -> str:
    """How far the average moves with what is not known."""
    low, high = words.spoken(leakers.get("world_low")), words.spoken(leakers.get("world_high"))
    if words.NONE in (low, high):
        return ""
    if low == high:
        return f"Whatever the facts that nobody has published, the average stays near {low}. "
    return f"The average could well be anywhere from {low} to {high}, depending on facts that nobody has published. "


def _threats(case: Summary) -> Html:
    """What was sent: "slow drone", or "12 × slow drone, 4 × decoy"."""
    sent = case.get("threats") or []
    names = [name(t.get("title") or t.get("type") or "unnamed") for t in sent]
    if len(sent) < 2:
        return names[0] if names else text("types not stated")
    return join((join((f"{words.amount(t.get('count'))} × ", n)) for t, n in zip(sent, names, strict=True)), ", ")


def _ignorance(share: float | None) -> str:
    if share is None:
        return ""
    part = f"{100 * share:.0f}{words.NBSP}%"
    if share >= 0.6:
        return f"Most of the spread between raids ({part}) is ignorance: better information would narrow it. "
    if share >= 0.4:
        return f"About half of the spread between raids ({part}) is ignorance, the rest is luck. "
    return f"Most of the spread between raids is luck; {part} of it is ignorance. "


def _leak_figure(cases: Sequence[Summary]) -> Html:
    parts = [
        f"{words.label(c)}: {words.percent((c.get('leak') or {}).get('mean'))}" for c in cases[: figures.ROWS_SHOWN]
    ]
    caption = (
        "How many of 100 threats sent get through. The dark bar says how well the average was computed; the thin line "
        "says how far it moves with facts that are not known."
    )
    if len(cases) > figures.ROWS_SHOWN:
        caption += f" The first {figures.ROWS_SHOWN} of {len(cases)} raids are drawn; the table has all."
    return _figure(
        figures.leak_fractions(cases), f"Dots with intervals, fraction that gets through. {'; '.join(parts)}.", caption
    )


#: Headings of the four cells that `_estimate_cells` makes, after the one that names what is estimated.
_ESTIMATE_HEAD = ("95" + words.NBSP + "% interval", "Range over worlds", "Ignorance")


def _estimate_cells(estimate: Estimate | None, write: Callable[[object], str] = words.percent) -> list[str]:
    """Mean, 95 % interval, range over worlds and share of ignorance."""
    found = estimate or {}
    return [
        write(found.get("mean")),
        words.between(found.get("low"), found.get("high"), write),
        words.between(found.get("world_low"), found.get("world_high"), write),
        words.percent(found.get("ignorance_share")),
    ]


def _small(estimate: Estimate | None, write: Callable[[object], str] = words.percent) -> str:
    """A mean with its 95 % interval in brackets."""
    found = estimate or {}
    interval = words.between(found.get("low"), found.get("high"), write)
    return write(found.get("mean")) + (f" ({interval})" if interval != words.NONE else "")


def _leak_table(cases: Sequence[Summary]) -> Html:
    head = (
        "Raid",
        "Sent",
        "Get through, average",
        "Fraction that gets through",
        *_ESTIMATE_HEAD,
        "At least one gets through",
        "Limited by",
    )
    rows = [
        (
            name(words.label(case)),
            words.amount(case.get("size")),
            words.amount((case.get("leakers") or {}).get("mean")),
            *_estimate_cells(case.get("leak")),
            words.percent((case.get("any") or {}).get("mean")),
            _cause_title(case.get("binding")),
        )
        for case in cases
    ]
    return table("All raids. The interval, range and ignorance belong to the fraction that gets through.", head, rows)


def _cause_title(cause: object) -> str:
    if cause is None:
        return words.NONE
    return words.CAUSES[str(cause)].title if str(cause) in words.CAUSES else str(cause)


def _grid(caption: str, corner: str, cases: Sequence[Summary], rows: Mapping[str, Mapping[int, object]]) -> Html:
    """A table of shares by row and case, shaded by size; a case without the row has a dash."""
    head = (corner, *(name(words.label(case)) for case in cases))
    body = [
        (name(row), *(shaded(words.percent(values.get(i)), words.number(values.get(i))) for i in range(len(cases))))
        for row, values in rows.items()
    ]
    return table(caption, head, body, class_="grid")


def _asset_grid(cases: Sequence[Summary]) -> Html:
    rows: dict[str, dict[int, object]] = {}
    for index, case in enumerate(cases):
        for asset in case.get("assets") or []:
            rows.setdefault(str(asset.get("name")), {})[index] = (asset.get("hit") or {}).get("mean")
    if not rows:
        return _note("These results do not tell defended places apart.")
    heading = tag("h3", "By defended place")
    below = tag(
        "p",
        "Intervals, and how many threats were aimed at each place, stand under ",
        tag("a", "Each raid in numbers", href="#raids"),
        ".",
        class_="small",
    )
    return join((heading, _grid("Chance that at least one threat reaches the place", "Place", cases, rows), below))


# ------------------------------------------------------------------------------------------ map


def _map(chart: Summary, coverage: _Coverage) -> Html:
    found = cartography.sites(chart)
    parts = [_site_figure(chart, found) if found else _note("These results hold no map of the sites.")]
    if coverage.grids is None:
        parts.append(_note(coverage.why_not))
    else:
        parts.append(_coverage_figure(chart, coverage.grids))
    return join(parts, "\n")


def _site_figure(chart: Summary, found: Sequence[cartography.Site]) -> Html:
    listed = "; ".join(f"{s.mark} {s.name}" for s in found)
    caption = [
        "Letters are defended places, numbers are units; the list below names them. Dashed circles: how far a unit's "
        "weapons or jammers reach, where that fits the map. Dotted rings: distance from the middle of the scenario. ",
        _origin(chart.get("origin")),
        _attribution(chart),
    ]
    picture = _figure(cartography.site_map(chart), f"Map of defended places and units. {listed}.", join(caption))
    rows = [(s.mark, *_site_row(s, chart)) for s in found]
    key = table(
        "Marks on the map", ("Mark", "Name", "What it is", "Chance that it is there", "Reach or radius"), rows, "wide"
    )
    return join((picture, details(f"List of the {words.plural(len(found), 'site')}", key)))


def _site_row(site: cartography.Site, chart: Summary) -> tuple[object, ...]:
    if site.kind == "asset":
        return name(site.name), "defended place", words.NONE, words.distance(site.circle)
    unit = chart["units"][int(site.mark) - 1]
    what = unit.get("title") or ""
    doing = words.KINDS.get(str(unit.get("kind")), "")
    described = join((name(what), f" ({doing})" if doing else ""))
    return name(site.name), described, words.percent(unit.get("present")), words.distance(unit.get("reach"))


def _origin(origin: Any) -> str:
    if not isinstance(origin, Mapping) or None in (words.number(origin.get("lat")), words.number(origin.get("lon"))):
        return ""
    # Two decimals, about a kilometre: the report never says more about where people live than that.
    lat, lon = float(origin["lat"]), float(origin["lon"])
    return (
        f"The middle lies near {abs(lat):.2f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.2f}° {'E' if lon >= 0 else 'W'}. "
    )


def _attribution(chart: Summary) -> Html:
    backdrop = chart.get("backdrop") or {}
    return join(("Grey outlines: ", name(backdrop["attribution"]), ".")) if backdrop.get("attribution") else Html("")


def _coverage_figure(chart: Summary, grids: cartography.Coverage) -> Html:
    heights = [words.distance(float(grids.altitudes[i])) for i in cartography.panels(grids)]
    target = grids.target or "the reference target"
    caption = join((
        "What the defence covers against ", name(target), ". Light: at least one sensor sees it there in most worlds; "
        "dark: seldom or never. Inside the white lines at least one missile or gun can reach it in sight. Low flyers "
        "hide behind buildings and the horizon: compare the panels. The small marks are the sites of the map above. ",
        _attribution(chart),
    ))  # fmt: skip
    if len(grids.altitudes) > len(heights):
        caption = join((caption, f" {len(heights)} of {len(grids.altitudes)} altitudes are drawn."))
    alt = f"Coverage maps for {target} at {', '.join(heights)} above ground: shades for seen, lines for within reach."
    return _figure(cartography.coverage_maps(chart, grids), alt, caption)


# ------------------------------------------------------------------------------------------ why


def _why(cases: Sequence[Summary]) -> Html:
    reasons = definitions((join((c.title, " ", tag("code", key))), c.meaning) for key, c in words.CAUSES.items())
    fates = definitions(
        (join((title, " ", tag("code", key))), meaning) for key, (title, meaning) in words.FATES.items()
    )
    drawn = [_cause_figure(cases), _fate_table(cases)] if cases else [_note("These results hold no raids.")]
    return join((
        tag("p", "Each threat that got through is given one reason, by fixed rules."),
        drawn[0], tag("h3", "The reasons"), reasons, tag("h3", "What became of all threats"), fates, *drawn[1:],
    ))  # fmt: skip


def _cause_figure(cases: Sequence[Summary]) -> Html:
    spoken = []
    for case in cases[: figures.ROWS_SHOWN]:
        shares = [
            f"{words.CAUSES[cause].title} {words.percent((value or {}).get('mean'))}"
            for cause, value in (case.get("causes") or {}).items()
            if cause in words.CAUSES and words.number((value or {}).get("mean"))
        ]
        spoken.append(f"{words.label(case)}: {', '.join(shares) or 'nothing got through'}")
    caption = "Of the threats that got through in each raid, how many did so for which reason."
    return _figure(figures.causes(cases), f"Stacked bars, reasons for getting through. {'; '.join(spoken)}.", caption)


def _fate_table(cases: Sequence[Summary]) -> Html:
    head = ("Raid", *(title.capitalize() for title, _ in words.FATES.values()))
    rows = [
        (name(words.label(case)), *(_small((case.get("fates") or {}).get(fate)) for fate in words.FATES))
        for case in cases
    ]
    return table(f"Share of the threats sent, with the 95{words.NBSP}% interval", head, rows)


# ------------------------------------------------------------------------------------------ saturation


def _saturation(cases: Sequence[Summary]) -> Html:
    series = [group for group in _by_raid(cases) if group[0].get("series") and len(group) > 1]
    if not series:
        return _note("No raid of this study was played at several sizes, so there is no saturation curve.")
    intro = (
        "The same raid, larger and larger. Where the line stays low the defence keeps up; where it turns and runs "
        "beside the dashed line, each further threat gets through."
    )
    return join((tag("p", intro), *(_saturation_figure(group) for group in series)), "\n")


def _saturation_figure(group: Sequence[Summary]) -> Html:
    title = str(group[0].get("title") or group[0].get("raid") or "")
    values = [
        f"{words.amount(c.get('size'))} sent: {words.amount((c.get('leakers') or {}).get('mean'))}" for c in group
    ]
    head = ("Sent", "Get through, average", *_ESTIMATE_HEAD)
    rows = [(words.amount(c.get("size")), *_estimate_cells(c.get("leakers"), words.amount)) for c in group]
    drawn = _figure(
        figures.saturation(group), f"Threats that get through against threats sent, {title}. {'; '.join(values)}.",
        join((name(title), ": threats that get through, by threats sent.")),
    )  # fmt: skip
    return join(
        (
            drawn,
            details("The numbers of this curve", table("Threats that get through, by size of the raid", head, rows)),
        )
    )


# ------------------------------------------------------------------------------------------ use


def _use(cases: Sequence[Summary]) -> Html:
    busy: dict[str, dict[int, object]] = {}
    empty: dict[str, dict[int, object]] = {}
    for index, case in enumerate(cases):
        for unit in case.get("units") or []:
            busy.setdefault(str(unit.get("unit")), {})[index] = (unit.get("saturated") or {}).get("mean")
        for effector in case.get("effectors") or []:
            empty.setdefault(_effector(effector), {})[index] = (effector.get("emptied") or {}).get("mean")
    if not busy and not empty:
        return _note("These results say nothing about rounds and channels.")
    intro = (
        "A channel is one engagement that a unit can carry on; when all its channels are busy, the next threat must "
        "wait. A magazine that is used up ends the weapon's part in the raid until it is reloaded. Dark cells are "
        "where the defence is at its limit. How many rounds each unit fired stands under "
    )
    parts = [tag("p", intro, tag("a", "Each raid in numbers", href="#raids"), ".")]
    if busy:
        parts.append(
            _grid("Share of raids in which all channels of the unit were busy at some time", "Unit", cases, busy)
        )
    if empty:
        parts.append(_grid("Share of raids in which the last round was fired", "Unit and weapon", cases, empty))
    return join(parts, "\n")


def _effector(effector: Summary) -> str:
    return f"{effector.get('unit')}, {effector.get('effector')}"


# ------------------------------------------------------------------------------------------ each raid


def _raids(cases: Sequence[Summary]) -> Html:
    if not cases:
        return _note("These results hold no raids.")
    intro = tag(
        "p",
        f"Open a raid for all its numbers. Brackets hold 95{words.NBSP}% intervals; a dash means no number.",
    )
    return join((intro, *(_raid(case) for case in cases)), "\n")


def _raid(case: Summary) -> Html:
    played = f"{words.plural(case.get('worlds'), 'world')} × {words.plural(case.get('raids'), 'raid')}. Sent: "
    parts = [tag("p", played, f"{words.amount(case.get('size'))} (", _threats(case), ").")]
    if case.get("note"):
        parts.append(paragraphs(case["note"]))
    parts += [
        _outcome_table(case),
        _cause_table(case),
        _asset_table(case),
        _type_table(case),
        _effector_table(case),
        _unit_table(case),
    ]
    return details(name(words.label(case)), *parts)


def _outcome_table(case: Summary) -> Html:
    rows = [
        ("Fraction that gets through", *_estimate_cells(case.get("leak"))),
        ("Chance that at least one gets through", *_estimate_cells(case.get("any"))),
        ("Number that gets through", *_estimate_cells(case.get("leakers"), words.amount)),
    ]
    return table("Outcome", ("", "Average", *_ESTIMATE_HEAD), rows)


def _cause_table(case: Summary) -> Html:
    rows = _reasons(case)
    return table("Why they got through", ("Reason", "Share of those that got through"), rows) if rows else Html("")


def _reasons(item: Summary) -> list[tuple[str, str]]:
    """Causes and their shares as text; none where nothing got through."""
    found = [(cause, value or {}) for cause, value in (item.get("causes") or {}).items()]
    return [
        (_cause_title(cause), _small(value)) for cause, value in found if words.number(value.get("mean")) is not None
    ]


def _asset_table(case: Summary) -> Html:
    rows = [
        (
            name(asset.get("name")),
            words.amount(asset.get("aimed")),
            *_estimate_cells(asset.get("leak")),
            *_estimate_cells(asset.get("hit")),
        )
        for asset in case.get("assets") or []
    ]
    head = (
        "Place",
        "Aimed at it per raid",
        "Fraction of those that reach it",
        *_ESTIMATE_HEAD,
        "Chance that at least one does",
        *_ESTIMATE_HEAD,
    )
    return table("By defended place", head, rows) if rows else Html("")


def _type_table(case: Summary) -> Html:
    rows = []
    for kind in case.get("types") or []:
        reasons = [f"{reason} {share}" for reason, share in _reasons(kind)]
        title = name(kind.get("title") or kind.get("type"))
        rows.append(
            (
                title,
                words.amount(kind.get("sent")),
                *_estimate_cells(kind.get("leak")),
                bullets(reasons) if reasons else words.NONE,
            )
        )
    head = ("Type", "Sent", "Fraction that gets through", *_ESTIMATE_HEAD, "Why, as shares")
    return table("By type of threat", head, rows) if rows else Html("")


def _effector_table(case: Summary) -> Html:
    rows = [
        (
            name(_effector(effector)),
            str(effector.get("kind") or ""),
            words.amount(effector.get("magazine")),
            *(_small(effector.get(key), words.amount) for key in ("engagements", "rounds", "kills")),
            _small(effector.get("emptied")),
        )
        for effector in case.get("effectors") or []
    ]
    head = (
        "Unit and weapon",
        "Kind",
        "Rounds carried",
        "Engagements per raid",
        "Rounds fired per raid",
        "Kills per raid",
        "Last round fired",
    )
    return table("Missiles and guns", head, rows) if rows else Html("")


def _unit_table(case: Summary) -> Html:
    rows = [
        (
            name(unit.get("unit")),
            words.amount(unit.get("channels")),
            _moment(unit.get("first_knew")),
            _small(unit.get("saturated")),
        )
        for unit in case.get("units") or []
    ]
    head = ("Unit", "Channels", "First knew of a threat, seconds into the raid", "All channels busy at some time")
    return table("Units", head, rows) if rows else Html("")


def _moment(value: object) -> str:
    """A time as a number or as an estimate."""
    return _small(value, words.amount) if isinstance(value, Mapping) else words.amount(value)


# ------------------------------------------------------------------------------------------ evidence


def _evidence(summary: Summary) -> Html:
    claims = summary["claims"]
    anchors = {str(claim.get("id")): f"claim-{i}" for i, claim in enumerate(claims, start=1)}
    return join((
        tag("h3", "Where the sources disagree"), _findings(summary["findings"], anchors),
        tag("h3", "Numbers"), _numbers(summary["numbers"], anchors),
        tag("h3", "Statements by sources"), _claims(claims, anchors),
        tag("h3", "Grades"), _grades(),
    ), "\n")  # fmt: skip


def _findings(findings: Sequence[Summary], anchors: Mapping[str, str]) -> Html:
    if not findings:
        return tag("p", "No conflicts between the sources were found.")
    return bullets(
        join(
            (
                tag("strong", str(f.get("kind") or "finding").capitalize()),
                ": ",
                name(f.get("text") or ""),
                " ",
                _cited(f, anchors),
            )
        )
        for f in findings
    )


def _cited(item: Summary, anchors: Mapping[str, str]) -> Html:
    """The claims of an item, each a link to where it stands."""
    found = [str(claim) for claim in item.get("claims") or []]
    links = [tag("a", name(c), href=f"#{anchors[c]}") if c in anchors else name(c) for c in found]
    return join(("[", join(links, ", "), "]")) if links else Html("")


def _numbers(numbers: Sequence[Summary], anchors: Mapping[str, str]) -> Html:
    if not numbers:
        return _note("These results do not list the numbers that went in.")
    rows = [
        (
            join((name(n.get("what") or n.get("key") or ""), " ", _cited(n, anchors))),
            name(n.get("value") if n.get("value") is not None else words.NONE),
            _grade(n.get("grade")),
            join((_source(s) for s in n.get("sources") or []), tag("br")) or words.NONE,
            name(n.get("note") or ""),
            tag("code", n.get("key") or ""),
        )
        for n in numbers
    ]
    head = ("What", "Value and spread", "Grade", "Sources", "Note", "Name in the scenario")
    inner = table("Every number used", head, rows, class_="wide")
    return details(f"All {words.plural(len(numbers), 'number')} with sources and grades", inner)


def _source(source: Summary) -> Html:
    title = source.get("title") or source.get("url") or "untitled"
    rest = [str(source[key]) for key in ("publisher", "date") if source.get(key)]
    return join((link(source.get("url") or "", name(title)), *(join((", ", name(part))) for part in rest)))


def _grade(grade: object) -> Html:
    if not grade:
        return text(words.NONE)
    meaning = words.grade_meaning(str(grade))
    return tag("abbr", grade, title=meaning) if meaning else text(grade)


def _claims(claims: Sequence[Summary], anchors: Mapping[str, str]) -> Html:
    if not claims:
        return _note("The scenario cites no statements by sources.")
    rows = [
        (
            tag("span", name(claim.get("id")), id=anchors[str(claim.get("id"))]),
            name(claim.get("says") or ""),
            name(claim["value"] if claim.get("value") is not None else words.NONE),
            name(", ".join(str(claim[key]) for key in ("publisher", "date") if claim.get(key)) or words.NONE),
            name(claim.get("hedge") or words.NONE),
            _grade(claim.get("grade")),
            name(claim.get("topic") or words.NONE),
        )
        for claim in claims
    ]
    head = ("Statement", "What it says", "Value", "Who and when", "How they limited it", "Grade", "Topic")
    return details(
        f"All {words.plural(len(claims), 'statement')}",
        table("What the sources say, in our words", head, rows, class_="wide"),
    )


def _grades() -> Html:
    intro = (
        "Grades follow the NATO Admiralty code: a letter for how reliable the source is, a number for how likely the "
        "information itself is. A value that rests on nothing but common knowledge has the lowest grade."
    )
    letters = table("Source", ("Grade", "Meaning"), words.SOURCE_GRADES.items())
    digits = table("Information", ("Grade", "Meaning"), words.INFORMATION_GRADES.items())
    return join((tag("p", intro), details("What the grades mean", letters, digits)))


# ------------------------------------------------------------------------------------------ limits, reading, provenance


def _limits() -> Html:
    intro = (
        "The result is about a simplified defence. These things are left out, and each of them can change the answer:"
    )
    return join((tag("p", intro), definitions(words.NOT_MODELLED)))


def _reading() -> Html:
    return definitions(words.READING)


def _provenance(summary: Summary) -> Html:
    scenario, run = summary["scenario"], summary["run"]
    seconds = f"{words.amount(run.get('seconds'))} s on {words.plural(run.get('threads'), 'thread')}"
    rows = [
        ("Scenario", name(scenario.get("name") or words.NONE)),
        ("Digest of the scenario", tag("code", scenario.get("digest") or words.NONE)),
        ("Seed", str(run.get("seed", words.NONE))),
        ("Worlds", words.amount(run.get("worlds"))),
        ("Raids per world", words.amount(run.get("raids"))),
        ("Started", str(run.get("started") or words.NONE)),
        ("Took", seconds),
        ("Versions", _versions(summary)),
    ]
    again = "The same scenario, seed and version give the same numbers on any machine. To repeat this study:"
    return join((table("This study", ("", ""), rows), tag("p", again), tag("pre", tag("code", _command(summary)))))


def _versions(summary: Summary) -> str:
    named = [("Bartizan", summary["bartizan"])]
    named += [
        (title, summary["run"].get(key))
        for key, title in (("python", "Python"), ("numpy", "NumPy"), ("numba", "Numba"))
    ]
    return ", ".join(f"{title} {version}" for title, version in named if version)


def _command(summary: Summary) -> str:
    """What to type to get the same numbers; a scenario of one's own is named by its file instead."""
    scenario, run = summary["scenario"], summary["run"]
    called = str(scenario.get("name") or "SCENARIO")
    variant = scenario.get("variant")
    if variant and not called.endswith(f":{variant}"):
        called += f":{variant}"
    options = [
        f"--{key} {shlex.quote(str(run[key]))}" for key in ("worlds", "raids", "seed") if run.get(key) is not None
    ]
    return " ".join(["bartizan run", shlex.quote(called), *options])
