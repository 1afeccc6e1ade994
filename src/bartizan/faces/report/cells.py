"""What several sections of the report share: figures with captions, cells of estimates, shaded grids."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence

from bartizan.faces import words
from bartizan.faces.canvas import Picture
from bartizan.faces.markup import Html, join, name, shaded, table, tag, text
from bartizan.studies.documents import results
from bartizan.studies.documents.calibration import Calibration
from bartizan.studies.documents.cases import Case, EffectorUse
from bartizan.studies.documents.estimates import Brief, BriefIfAny, Estimate, EstimateIfAny, OverWorlds

Spread = Brief | BriefIfAny | Estimate | EstimateIfAny | OverWorlds

#: What stands in the place of an estimate that a summary lacks.
UNKNOWN: EstimateIfAny = {
    "mean": None, "low": None, "high": None, "world_low": None, "world_high": None, "ignorance_share": None,
}  # fmt: skip


class Summary(results.Summary):
    """summary.json, what it lacks empty, and what is to be told of it."""

    note: str
    part: str
    calibration: Calibration | None


def note(content: object) -> Html:
    """A remark that stands out, such as that a part is missing."""
    return tag("p", content, class_="note")


def figure(picture: Picture, alt: str, caption: object) -> Html:
    """A figure in the form that fits the screen, with its text for those who do not see it and its caption."""
    narrow, wide = (
        f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}" for svg in (picture.narrow, picture.wide)
    )
    choice = tag("picture", tag("source", media="(max-width: 35rem)", srcset=narrow), tag("img", src=wide, alt=alt))
    return tag("figure", choice, tag("figcaption", caption))


def by_raid(cases: Sequence[Case]) -> list[list[Case]]:
    """The cases of each raid together: one, or one for each size of a series."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        key = f"series {case.get('raid')}" if case.get("series") else f"single {len(groups)}"
        groups.setdefault(key, []).append(case)
    return [sorted(group, key=lambda c: words.number(c.get("size")) or 0.0) for group in groups.values()]


def leakers(case: Case) -> Estimate | EstimateIfAny:
    """The estimate of how many get through; without numbers if there is none."""
    return case.get("leakers") or UNKNOWN


def threats(case: Case) -> Html:
    """What was sent: "slow drone", or "12 × slow drone, 4 × decoy"."""
    sent = case.get("threats") or []
    names = [name(t.get("title") or t.get("type") or "unnamed") for t in sent]
    if len(sent) < 2:
        return names[0] if names else text("types not stated")
    return join((join((f"{words.amount(t.get('count'))} × ", n)) for t, n in zip(sent, names, strict=True)), ", ")


#: Headings of the four cells that `estimate_cells` makes, after the one that names what is estimated.
ESTIMATE_HEAD = ("95" + words.NBSP + "% interval", "Range over worlds", "Ignorance")


def estimate_cells(estimate: Spread | None, write: Callable[[object], str] = words.percent) -> list[str]:
    """Mean, 95 % interval, range over worlds and share of ignorance."""
    found: Spread = estimate or UNKNOWN
    return [
        write(found.get("mean")),
        words.between(found.get("low"), found.get("high"), write),
        words.between(found.get("world_low"), found.get("world_high"), write),
        words.percent(found.get("ignorance_share")),
    ]


def small(estimate: Spread | None, write: Callable[[object], str] = words.percent) -> str:
    """A mean with its 95 % interval in brackets."""
    found: Spread = estimate or UNKNOWN
    low, high = found.get("low"), found.get("high")
    interval = words.between(low, high, write) if low != high else words.NONE  # equal ends: none was estimated
    return write(found.get("mean")) + (f" ({interval})" if interval != words.NONE else "")


#: Columns of shares that fit a page of 1280 pixels and a sheet of paper.
COLUMNS_SHOWN = 10


def grid(caption: str, what: str, cases: Sequence[Case], found: Mapping[str, Mapping[int, object]]) -> Html:
    """Shares by case and by what `found` names, shaded by size; a case without it has a dash.

    The fewer of the two are the columns; what has no room beside one another stands below.
    """
    raids = [name(words.short_label(case)) for case in cases]
    named = [name(key) for key in found]
    shares = [[values.get(i) for i in range(len(cases))] for values in found.values()]
    if len(named) <= len(raids):
        corner, head, lead, shares = "Raid", named, raids, [list(row) for row in zip(*shares, strict=True)]
    else:
        corner, head, lead = what, raids, named
    starts = range(0, len(head), COLUMNS_SHOWN)
    return join(_part_of_grid(caption, corner, head, lead, shares, start) for start in starts)


def _part_of_grid(
    caption: str,
    corner: str,
    head: Sequence[Html],
    lead: Sequence[Html],
    shares: Sequence[Sequence[object]],
    start: int,
) -> Html:
    """The columns of a grid from the one numbered `start` on, as many as have room."""
    end = start + COLUMNS_SHOWN
    more = f", {start + 1} to {min(end, len(head))} of {len(head)}" if len(head) > COLUMNS_SHOWN else ""
    body = [
        (first, *(shaded(words.percent(share), words.number(share)) for share in row[start:end]))
        for first, row in zip(lead, shares, strict=True)
    ]
    return table(caption + more, (corner, *head[start:end]), body, class_="grid")


def effector_name(effector: EffectorUse, short: Mapping[str, str] | None = None) -> str:
    """The unit, by its short name where it has one, and its weapon."""
    unit = str(effector.get("unit"))
    return f"{(short or {}).get(unit, unit)}, {effector.get('effector')}"
