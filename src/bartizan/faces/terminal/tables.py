"""Answers as tables on the terminal."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bartizan.faces import words
from bartizan.faces.report import alerts, costs, course, neutrals, reported
from bartizan.ground.text import visible
from bartizan.ground.units import percent
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.results import CivilAlert
from bartizan.studies.estimate import CONFIDENCE, difference
from bartizan.studies.value.worth import plan_means

if TYPE_CHECKING:
    from bartizan.studies.results import Results
    from bartizan.world.surface.cityscape import Cityscape


#: Places with the least warning that the terminal tells of.
_PLACES_SHOWN = 12


class Screen(Console):
    """A terminal on which the text of files is neither markup nor control, wherever it stands."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(visible(text), **{**options, "markup": False, "emoji": False})

    def on_broken_pipe(self) -> None:
        """Who reads has had enough: the command line ends for it, as where a plain line is printed."""
        raise BrokenPipeError


def _console() -> Console:
    return Screen(width=None if sys.stdout.isatty() else 120, highlight=False)


def _told(value: object, form: str) -> str:
    """A number of a summary, which somebody may have edited: what is not there is told as that."""
    return "-" if value is None else format(value, form)


def _share(of: Mapping[str, Any], decimals: int, what: str = "mean") -> str:
    return "-" if (share := of.get(what)) is None else percent(share, decimals)


def _span(of: Mapping[str, Any], decimals: int, ends: tuple[str, str] = ("low", "high")) -> str:
    return " - ".join(_share(of, decimals, end) for end in ends)


def _name(case: Case) -> str:
    return case.get("name") or "-"


def results(found: Results) -> None:
    """What gets through, raid by raid."""
    cases, scenario = found.summary.get("cases") or [], found.summary.get("scenario") or {}
    table = Table(title=scenario.get("title") or "", title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "threats", "get through", "95 % interval", "over worlds", "ignorance", "most leak because"):
        table.add_column(column, justify="left" if column in ("raid", "most leak because") else "right")
    for case in cases:
        leak: Mapping[str, Any] = case.get("leak") or {}
        table.add_row(
            _name(case), _told(case.get("size"), "d"), _share(leak, 1), _span(leak, 1),
            _span(leak, 1, ("world_low", "world_high")), _share(leak, 0, "ignorance_share"),
            words.cause_title(case.get("binding")),
        )  # fmt: skip
    console = _console()
    console.print(table)
    if few := [_name(case) for case in cases if words.carried_by_few(case.get("leak") or {})]:
        told = "\nover worlds: the central 80 % of them; a few worlds beyond carry the average of "
        console.print(f"{told}{', '.join(few)}", markup=False)
    for side in (neutrals.NEUTRALS, neutrals.FRIENDLY):
        if flown := neutrals.told(cases, side):
            console.print(_neutrals(flown, side))
    for case in course.told(cases):
        console.print(f"\n{_name(case)}: {course.sentence(case)}", markup=False)
    if priced := costs.told(cases):
        console.print(_costs(priced))
        for sentence in dict.fromkeys(sentence for case in priced for sentence in costs.lacking(case["cost"])):
            console.print(sentence, markup=False)
    if (alert := found.summary.get("civil_alert")) is not None:
        console.print(_alert(alert))
    if any("reported" in case for case in cases):
        console.print(_reported(cases))
    if found.summary.get("reports"):
        for sentence in reported.together(found.summary["reports"]):
            console.print(sentence, markup=False)


def _neutrals(cases: Sequence[Case], side: neutrals.Side) -> Table:
    """What happens to traffic of a side that is no threat."""
    table = Table(title=f"\n{side.title}: at least one is ...", title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "in the air", "fired at", "95 % interval", "shot down", "95 % interval", "a year"):
        table.add_column(column, justify="left" if column == "raid" else "right")
    for case in cases:
        found = case[side.key]
        engaged, downed, year = found["engaged"], found["downed"], found["year"]
        table.add_row(
            _name(case), _told(found["flown"].get("mean"), ".1f"),
            _share(engaged, 2), _span(engaged, 2),
            _share(downed, 2), _span(downed, 2),
            f"in {_told(year['downed'].get('mean'), '.2g')} of {words.plural(year['raids'], 'raid')}" if year else "-",
        )  # fmt: skip
    return table


def _costs(cases: Sequence[Case]) -> Table:
    """What is fired and sent, in money, and what is saved."""
    saved = any(case["cost"]["avoided"] for case in cases)
    title = f"\ncost of a raid, {costs.money(cases[0]['cost'])}; ratio: rounds fired by threats sent"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "fired", "sent", "stopped", *(("damage", "avoided") if saved else ()), "ratio",
                   "95 % interval", "90 % of raids"):  # fmt: skip
        table.add_column(column, justify="left" if column == "raid" else "right")
    for case in cases:
        cost, ratio = case["cost"], case["cost"]["ratio"]
        lost = (costs.amount(cost["damage"]), costs.amount(cost["avoided"])) if saved else ()
        told = (
            [words.three_figures(ratio.get("mean")),
             words.between(ratio.get("low"), ratio.get("high"), words.three_figures),
             words.between(ratio["raids"]["p05"], ratio["raids"]["p95"], words.three_figures)]
            if ratio else [words.NONE] * 3
        )  # fmt: skip
        spent = (costs.amount(cost["rounds"]), costs.amount(cost["sent"]), costs.amount(cost["stopped"]))
        table.add_row(_name(case), *spent, *lost, *told)
    return table


def _alert(alert: CivilAlert) -> Table:
    """How long people have at the places with the least."""
    told = f"\nhow long people have from the alert, s ({alert['target']}); enough: about {alert['enough_s']:.0f} s"
    table = Table(title=told, title_justify="left", box=None, pad_edge=False)
    for column in (alert["places"].removesuffix("s"), "median", "80 % of threats", "too short", "no alert"):
        table.add_column(column, justify="left" if not table.columns else "right")
    for left in alerts.least_first(alert)[:_PLACES_SHOWN]:
        between = f"{left['p10']:.0f} - {left['p90']:.0f}"
        table.add_row(left["name"], f"{left['p50']:.0f}", between, percent(left["short"]), percent(left["none"]))
    return table


def beside(before: Results, settled: Results) -> None:
    """What gets through as it is, and with a question settled, in the same worlds with the same luck."""
    told = ", ".join(settled.summary["scenario"].get("given") or ())
    table = Table(title=f"Given {told}", title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "as it is", "given that", "difference, points", "95 % interval", "worlds that differ"):
        table.add_column(column, justify="left" if column == "raid" else "right")
    stopped = before.summary["run"].get("stopped")
    confidence = stopped["confidence_of_each"] if stopped else CONFIDENCE
    plans = [plan_means(found) for found in (before, settled)]
    for name in settled.cases:
        was, now = (of[name][1].mean(axis=1) for of in plans)
        apart = difference(now, was, confidence)
        table.add_row(
            name, percent(was.mean()), percent(now.mean()), f"{100 * apart.mean:+.1f}",
            f"{100 * apart.low:+.1f} to {100 * apart.high:+.1f}", f"{apart.differing} of {len(now)}",
        )  # fmt: skip
    _console().print(table)


def _reported(cases: Sequence[Case]) -> Table:
    """What was reported of real raids, beside the raids played."""
    table = Table(title="\nreported, and single raids as played", title_justify="left", box=None, pad_edge=False)
    for column in ("raid", "what", "reported", "mean", "95 % of raids", "within", "so few", "so many"):
        table.add_column(column, justify="left" if column in ("raid", "what") else "right")
    for case in cases:
        for number in case["reported"]["numbers"] if "reported" in case else ():
            table.add_row(
                case["name"], reported.called(number), reported.as_told(number["reported"]), f"{number['mean']:.2f}",
                f"{number['low']} - {number['high']}", "yes" if number["within"] else "no",
                percent(number["at_most"]["mean"], 2), percent(number["at_least"]["mean"], 2),
            )  # fmt: skip
    return table


def coverage(content: dict[str, Any]) -> None:
    """What the whole defence covers by altitude, and how late it sees what comes to each asset."""
    console = _console()
    told = f"Against {content['target']} at {content['speed_m_s']:.0f} m/s, mean over {content['worlds']} worlds\n"
    console.print(told, markup=False)
    title = "km2 covered (with >: at least, as rings leave the map)"
    areas = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("altitude", "", "by rings", "with skyline", "hidden", "of that 10 - 90 %"):
        areas.add_column(column, justify="left" if not column else "right")
    shown = [row for row in content["areas"] if row["unit"] is None]
    for row in shown:
        sign, hidden = ">" if row["rings_leave_map"] else "", row["hidden_km2"]
        areas.add_row(
            f"{row['altitude_m']:g} m", row["quantity"], f"{sign}{row['by_rings_km2']['mean']:,.0f}",
            f"{row['with_skyline_km2']['mean']:,.0f}", f"{sign}{hidden['mean']:,.0f}",
            f"{hidden['p10']:,.0f} - {hidden['p90']:,.0f}",
        )  # fmt: skip
    console.print(areas)
    if any(words.is_outside(*(row["hidden_km2"][of] for of in ("mean", "p10", "p90"))) for row in shown):
        console.print(words.OUTSIDE, markup=False)
    told = "\nfirst sight before arrival, medians over bearings"
    flights = Table(title=told, title_justify="left", box=None, pad_edge=False)
    for column in ("asset", "altitude", "range, km", "warning, s", "10 - 90 %", "least, s", "from", "gaps"):
        flights.add_column(column, justify="left" if column in ("asset", "gaps") else "right")
    for flight in content["approaches"]:
        flights.add_row(*_approach_row(flight))
    console.print(flights)


def _approach_row(flight: dict[str, Any]) -> list[Any]:
    warning, bearings = flight["warning_s"], flight["bearing_deg"]
    middle = {name: statistics.median(values) for name, values in warning.items()}
    worst = min(range(len(bearings)), key=lambda b: warning["mean"][b])
    gaps = ", ".join(f"{gap['from_deg']:g}-{gap['to_deg']:g}" for gap in flight["gaps_in_sight"])
    return [
        flight["asset"], f"{flight['altitude_m']:g} m",
        f"{statistics.median(flight['first_seen_m']['mean']) / 1000:.1f}", f"{middle['mean']:.0f}",
        f"{middle['p10']:.0f} - {middle['p90']:.0f}", f"{warning['mean'][worst]:.0f}", f"{bearings[worst]:.0f} deg",
        gaps or "none",
    ]  # fmt: skip


def cityscapes(found: Sequence[Cityscape]) -> str:
    """Statistics of footprints, a column for each area that they were taken over, as text for the terminal."""
    rows = {
        "area, km2": lambda c: f"{c.area_m2 / 1e6:.2f}",
        "buildings": lambda c: f"{c.buildings:,}",
        **(
            {"left out, as their outline is there twice": lambda c: f"{c.twice:,}"}
            if any(c.twice for c in found)
            else {}
        ),
        "of them with a stated height": lambda c: percent(c.known, 0),
        "built-up share (alpha)": lambda c: f"{c.built_up:.3f}",
        "buildings per km2 (beta)": lambda c: f"{c.density * 1e6:.0f}",
        "mean perimeter, m": lambda c: f"{c.perimeter_m:.0f}",
        "walls per km of sight line": lambda c: f"{c.lines * 1000:.2f}",
        "Rayleigh scale by count (gamma), m": lambda c: f"{c.rayleigh_by_count_m:.1f}",
        "Rayleigh scale by area, m": lambda c: f"{c.rayleigh_by_area_m:.1f}",
        "highest, m": lambda c: f"{c.highest_m:.0f}",
    }
    table = Table(box=None, pad_edge=False)
    for k, title in enumerate(("", *(c.title for c in found))):
        table.add_column(title, justify="right" if k else "left")
    for name, told in rows.items():
        table.add_row(name, *(told(c) for c in found))
    console = _console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()
