"""The sections on what came of the raids: the answer, why threats got through, saturation, rounds and channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bartizan.faces import words
from bartizan.faces.markup import Html, definitions, details, join, name, table, tag
from bartizan.faces.report import figures
from bartizan.faces.report.cells import (
    ESTIMATE_HEAD,
    UNKNOWN,
    Spread,
    Summary,
    by_raid,
    effector_name,
    estimate_cells,
    figure,
    grid,
    leakers,
    note,
    small,
    threats,
)
from bartizan.studies import wording
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.places import Map


def answer(summary: Summary) -> Html:
    cases = summary["cases"]
    if not cases:
        return note("These results hold no raids, so there is no answer.")
    run, groups = summary["run"], by_raid(cases)
    intro = tag(
        "p",
        f"{words.plural(len(groups), 'kind')} of raid played against the reported defence, each in "
        f"{_worlds(cases, run)} (sets of assumptions that fit what is published) and "
        f"{words.plural(run.get('raids'), 'time')} in each. A threat that reaches its target is called a leaker.",
    )
    answers = tag("ul", *(tag("li", *_spoken(group)) for group in groups), class_="answers")
    places = _asset_grid(cases, words.short_names(summary.get("map") or {}))
    return join((intro, answers, _leak_figure(cases), _leak_table(cases), places), "\n")


def _worlds(cases: Sequence[Case], run: Mapping[str, Any]) -> str:
    """In how many worlds raids were played, of those that were asked for where it was stopped before."""
    asked, played = run.get("worlds"), max((case.get("worlds") or 0 for case in cases), default=0)
    stopped = run.get("finished") is False and played
    return f"{words.amount(played)} of {words.plural(asked, 'world')}" if stopped else words.plural(asked, "world")


def _spoken(group: Sequence[Case]) -> Iterable[Html]:
    """The answer about one raid in plain sentences; of a series, all sizes in short and the largest in full."""
    first, last = group[0], group[-1]
    yield tag("p", name(first.get("title") or first.get("raid") or first.get("name") or "unnamed"), class_="raid")
    if len(group) > 1:
        steps = (f"of {words.amount(c.get('size'))} sent, {words.spoken(leakers(c).get('mean'))}" for c in group)
        yield tag("p", f"Played at {len(group)} sizes. This many get through on average: {'; '.join(steps)}.")
        yield tag("p", "At the largest size: ", *_sentences(last, start="of "))
    else:
        yield tag("p", *_sentences(first))


def _sentences(case: Case, start: str = "Of ") -> Iterable[object]:
    number = leakers(case)
    mean = words.number(number.get("mean"))
    yield join((start, words.plural(case.get("size"), "threat"), " (", threats(case), "), "))
    if mean is None:
        yield "it is not known how many get through."
        return
    if mean == 0:
        yield join((tag("strong", "none got through"), " in any raid played. "))
        if words.number(number.get("high")):
            yield f"So few were played that the average may still be up to {words.spoken(number['high'])}."
        return
    yield join((tag("strong", f"{words.spoken(mean)} get through on average"), ". "))
    yield f"At least one gets through in {words.of_hundred((case.get('any') or UNKNOWN).get('mean'))}. "
    yield ONE_WORLD if case.get("worlds") == 1 else depends(number)
    if case.get("worlds") != 1:
        yield _ignorance(words.number(number.get("ignorance_share")))
    if (binding := case.get("binding")) and binding in wording.CAUSES:
        yield join(("What limits the defence most: ", name(wording.limit(binding, case.get("threats") or ())), "."))


ONE_WORLD = "One world tells nothing of what depends on facts that nobody has published. "


def depends(leakers: Spread) -> str:
    """How far the average moves with what is not known."""
    low, high = words.spoken(leakers.get("world_low")), words.spoken(leakers.get("world_high"))
    if words.NONE in (low, high):
        return ""
    if few := words.carried_by_few(leakers):
        usual = f"between {low} and {high}" if low != high else low
        return (
            f"In the middle 80{words.NBSP}% of worlds {usual} get through on average; the average of all is carried by "
            f"a few worlds in which far {few} do. "
        )
    if low == high:
        return "In the worlds played, the average hardly depends on facts that nobody has published. "
    if words.number(leakers.get("ignorance_share")) is None:
        return "With one raid in each world, luck is not told from what depends on facts that nobody has published. "
    return f"The average could well be anywhere from {low} to {high}, depending on facts that nobody has published. "


def _ignorance(share: float | None) -> str:
    if share is None:
        return ""
    part = words.whole_percent(share)
    if share >= 0.6:
        return f"Most of the spread between raids ({part}) is ignorance: better information would narrow it. "
    if share >= 0.4:
        return f"About half of the spread between raids ({part}) is ignorance, the rest is luck. "
    return f"Most of the spread between raids is luck; {part} of it is ignorance. "


def _leak_figure(cases: Sequence[Case]) -> Html:
    parts = [
        f"{words.label(c)}: {words.percent((c.get('leak') or UNKNOWN).get('mean'))}"
        for c in cases[: figures.ROWS_SHOWN]
    ]
    caption = (
        "How many of 100 threats sent get through. The dark bar says how well the average was computed; the thin line "
        "says how far it moves with facts that are not known."
    )
    if len(cases) > figures.ROWS_SHOWN:
        caption += f" The first {figures.ROWS_SHOWN} of {len(cases)} raids are drawn; the table has all."
    return figure(
        figures.leak_fractions(cases), f"Dots with intervals, fraction that gets through. {'; '.join(parts)}.", caption
    )


def _leak_table(cases: Sequence[Case]) -> Html:
    head = (
        "Raid",
        "Sent",
        "Get through, average",
        "Fraction that gets through",
        *ESTIMATE_HEAD,
        "At least one gets through",
        "Limited by",
    )
    rows = [
        (
            name(words.label(case)),
            words.amount(case.get("size")),
            words.amount((case.get("leakers") or UNKNOWN).get("mean")),
            *estimate_cells(case.get("leak")),
            words.percent((case.get("any") or UNKNOWN).get("mean")),
            words.cause_title(case.get("binding")),
        )
        for case in cases
    ]
    return table("All raids. The interval, range and ignorance belong to the fraction that gets through.", head, rows)


def _asset_grid(cases: Sequence[Case], short: Mapping[str, str]) -> Html:
    rows: dict[str, dict[int, object]] = {}
    for index, case in enumerate(cases):
        for asset in case.get("assets") or []:
            called = str(asset.get("name"))
            rows.setdefault(short.get(called, called), {})[index] = (asset.get("hit") or UNKNOWN).get("mean")
    if not rows:
        return note("These results do not tell defended places apart.")
    heading = tag("h3", "By defended place")
    below = tag(
        "p",
        "Intervals, and how many threats were aimed at each place, stand under ",
        tag("a", "Each raid in numbers", href="#raids"),
        ".",
        class_="small",
    )
    return join((heading, grid("Chance that at least one threat reaches the place", "Place", cases, rows), below))


def why(cases: Sequence[Case]) -> Html:
    reasons = definitions((join((c.title, " ", tag("code", key))), c.meaning) for key, c in wording.CAUSES.items())
    fates = definitions(
        (join((title, " ", tag("code", key))), meaning) for key, (title, meaning) in wording.FATES.items()
    )
    drawn = [_cause_figure(cases), _fate_table(cases)] if cases else [note("These results hold no raids.")]
    return join((
        tag("p", "Each threat that got through is given one reason, by fixed rules: how far the defence got on the way "
            "from seeing it to hitting it."),
        drawn[0], tag("h3", "The reasons"), reasons, tag("h3", "What became of all threats"), fates, *drawn[1:],
    ))  # fmt: skip


def _cause_figure(cases: Sequence[Case]) -> Html:
    spoken = []
    for case in cases[: figures.ROWS_SHOWN]:
        shares = [
            f"{wording.CAUSES[cause].title} {words.percent((value or UNKNOWN).get('mean'))}"
            for cause, value in (case.get("causes") or {}).items()
            if cause in wording.CAUSES and words.number((value or UNKNOWN).get("mean"))
        ]
        spoken.append(f"{words.label(case)}: {', '.join(shares) or 'nothing got through'}")
    caption = "Of the threats that got through in each raid, how many did so for which reason."
    return figure(figures.causes(cases), f"Stacked bars, reasons for getting through. {'; '.join(spoken)}.", caption)


def _fate_table(cases: Sequence[Case]) -> Html:
    head = (
        "Raid",
        *(t.capitalize() for t, _ in wording.FATES.values()),
        *(t.capitalize() for t in wording.JAMMED.values()),
    )
    rows = [
        (
            name(words.short_label(case)),
            *(small(_fate(case, fate)) for fate in wording.FATES),
            *(small(_jammed(case, what)) for what in wording.JAMMED),
        )
        for case in cases
    ]
    return table(f"Share of the threats sent, with the 95{words.NBSP}% interval", head, rows, "wide")


def _fate(case: Case, fate: str) -> Spread | None:
    fates: Mapping[str, Any] = case.get("fates") or {}
    return fates.get(fate)


def _jammed(case: Case, what: str) -> Spread | None:
    jammed: Mapping[str, Any] = case.get("jammed") or {}
    return jammed.get(what)


def saturation(cases: Sequence[Case]) -> Html:
    series = [group for group in by_raid(cases) if group[0].get("series") and len(group) > 1]
    if not series:
        return note("No raid of this study was played at several sizes, so there is no saturation curve.")
    intro = (
        "The same raid, larger and larger. Where the line stays low the defence keeps up; where it turns and runs "
        "beside the dashed line, each further threat gets through."
    )
    return join((tag("p", intro), *(_saturation_figure(group) for group in series)), "\n")


def _saturation_figure(group: Sequence[Case]) -> Html:
    title = str(group[0].get("title") or group[0].get("raid") or "")
    values = [
        f"{words.amount(c.get('size'))} sent: {words.amount((c.get('leakers') or UNKNOWN).get('mean'))}" for c in group
    ]
    head = ("Sent", "Get through, average", *ESTIMATE_HEAD)
    rows = [(words.amount(c.get("size")), *estimate_cells(c.get("leakers"), words.amount)) for c in group]
    drawn = figure(
        figures.saturation(group), f"Threats that get through against threats sent, {title}. {'; '.join(values)}.",
        join((name(title), ": threats that get through, by threats sent.")),
    )  # fmt: skip
    return join(
        (
            drawn,
            details("The numbers of this curve", table("Threats that get through, by size of the raid", head, rows)),
        )
    )


def use(cases: Sequence[Case], chart: Map) -> Html:
    short = words.short_names(chart)
    busy: dict[str, dict[int, object]] = {}
    empty: dict[str, dict[int, object]] = {}
    for index, case in enumerate(cases):
        for unit in case.get("units") or []:
            called = str(unit.get("unit"))
            busy.setdefault(short.get(called, called), {})[index] = (unit.get("saturated") or UNKNOWN).get("mean")
        for effector in case.get("effectors") or []:
            empty.setdefault(effector_name(effector, short), {})[index] = (effector.get("emptied") or UNKNOWN).get(
                "mean"
            )
    if not busy and not empty:
        return note("These results say nothing about rounds and channels.")
    intro = (
        "A channel is one engagement that a unit can carry on; when all its channels are busy, the next threat must "
        "wait. A magazine that is used up ends the weapon's part in the raid until it is reloaded. Dark cells are "
        "where the defence is at its limit. How many rounds each unit fired stands under "
    )
    parts = [tag("p", intro, tag("a", "Each raid in numbers", href="#raids"), ".")]
    if busy:
        parts.append(
            grid("Share of raids in which all channels of the unit were busy at some time", "Unit", cases, busy)
        )
    if ran_out := {called: row for called, row in empty.items() if any(words.number(share) for share in row.values())}:
        parts.append(grid("Share of raids in which the last round was fired", "Unit and weapon", cases, ran_out))
    if (never := len(empty) - len(ran_out)) > 0:
        parts.append(tag("p", f"{never} of {len(empty)} missiles and guns never ran out of rounds."))
    return join(parts, "\n")
