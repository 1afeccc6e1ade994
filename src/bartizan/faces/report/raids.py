"""The section that holds every number of each raid."""

from __future__ import annotations

from collections.abc import Sequence

from bartizan.faces import words
from bartizan.faces.markup import Html, bullets, details, join, name, paragraphs, table, tag
from bartizan.faces.report.cells import (
    ESTIMATE_HEAD,
    effector_name,
    estimate_cells,
    note,
    small,
    threats,
)
from bartizan.studies.documents.cases import Case, TypeLeak


def raids(cases: Sequence[Case]) -> Html:
    if not cases:
        return note("These results hold no raids.")
    intro = tag(
        "p",
        f"Open a raid for all its numbers. Brackets hold 95{words.NBSP}% intervals; a dash means no number.",
    )
    return join((intro, *(_raid(case) for case in cases)), "\n")


def _raid(case: Case) -> Html:
    played = f"{words.plural(case.get('worlds'), 'world')} × {words.plural(case.get('raids'), 'raid')}. Sent: "
    parts = [tag("p", played, f"{words.amount(case.get('size'))} (", threats(case), ").")]
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


def _outcome_table(case: Case) -> Html:
    rows = [
        ("Fraction that gets through", *estimate_cells(case.get("leak"))),
        ("Chance that at least one gets through", *estimate_cells(case.get("any"))),
        ("Number that gets through", *estimate_cells(case.get("leakers"), words.amount)),
    ]
    return table("Outcome", ("What", "Average", *ESTIMATE_HEAD), rows)


def _cause_table(case: Case) -> Html:
    rows = _reasons(case)
    return table("Why they got through", ("Reason", "Share of those that got through"), rows) if rows else Html("")


def _reasons(item: Case | TypeLeak) -> list[tuple[str, str]]:
    """Causes and their shares as text; none where nothing got through."""
    causes = item.get("causes") or {}
    return [
        (words.cause_title(cause), small(value))
        for cause, value in causes.items()
        if value and words.number(value.get("mean")) is not None
    ]


def _asset_table(case: Case) -> Html:
    rows = [
        (
            name(asset.get("name")),
            words.amount(asset.get("aimed")),
            *estimate_cells(asset.get("leak")),
            *estimate_cells(asset.get("hit")),
        )
        for asset in case.get("assets") or []
    ]
    head = (
        "Place",
        "Aimed at it per raid",
        "Fraction of those that reach it",
        *ESTIMATE_HEAD,
        "Chance that at least one does",
        *ESTIMATE_HEAD,
    )
    return table("By defended place", head, rows) if rows else Html("")


def _type_table(case: Case) -> Html:
    rows = []
    for kind in case.get("types") or []:
        reasons = [f"{reason} {share}" for reason, share in _reasons(kind)]
        title = name(kind.get("title") or kind.get("type"))
        rows.append(
            (
                title,
                words.amount(kind.get("sent")),
                *estimate_cells(kind.get("leak")),
                bullets(reasons) if reasons else words.NONE,
            )
        )
    head = ("Type", "Sent", "Fraction that gets through", *ESTIMATE_HEAD, "Why, as shares")
    return table("By type of threat", head, rows) if rows else Html("")


def _effector_table(case: Case) -> Html:
    rows = [
        (
            name(effector_name(effector)),
            str(effector.get("kind") or ""),
            words.amount(effector.get("magazine")),
            small(effector.get("engagements"), words.amount),
            small(effector.get("rounds"), words.amount),
            small(effector.get("kills"), words.amount),
            small(effector.get("emptied")),
        )
        for effector in case.get("effectors") or []
    ]
    head = (
        "Unit and weapon",
        "Kind",
        "Rounds carried",
        "Engagements per raid",
        "Rounds fired per raid",
        "Kills per raid, neutrals too" if case.get("neutrals") else "Kills per raid",
        "Last round fired",
    )
    return table("Missiles and guns", head, rows) if rows else Html("")


def _unit_table(case: Case) -> Html:
    units = case.get("units") or []
    head = ("Unit", "Channels", "All channels busy at some time")
    rows = [(name(u.get("unit")), words.amount(u.get("channels")), small(u.get("saturated"))) for u in units]
    idle = ", ".join(case.get("idle") or ())
    told = tag("p", "Nothing that this raid sends is of a class that these units may fire at: ", name(idle), ".")
    return join((table("Units", head, rows), *([told] if idle else []))) if rows else Html("")
