"""What comparisons, sweeps and placements hand out, as plain data: keys with what they mean."""

from __future__ import annotations

from typing import Annotated, TypedDict

from bartizan.studies.documents.legend import says
from bartizan.studies.documents.results import Brief
from bartizan.studies.documents.viewer import Difference


class AtPlace(TypedDict):
    """How much of a raid reaches one place."""

    place: Annotated[str, says("the asset")]
    share: Annotated[float, says("of what is sent, that reaches it")]
    difference: Annotated[Difference, says("from the first layout")]


class LayoutAnswer(TypedDict):
    """What becomes of a raid under one layout."""

    layout: Annotated[str, says("what it is called")]
    leak: Annotated[Brief, says("share of what is sent that gets through")]
    difference: Annotated[Difference, says("from the first layout, in the same worlds with the same luck")]
    places: Annotated[list[AtPlace], says("place by place; none of all raids together")]


class RaidCompared(TypedDict):
    """Layouts under one raid, or under all of them on average."""

    case: Annotated[str, says("the raid; empty: the mean of all")]
    title: Annotated[str, says("in words")]
    worlds: Annotated[int, says("that all layouts were played in")]
    looks: Annotated[int, says("taken at the intervals, which hold all the same")]
    narrow_enough: Annotated[bool, says("whether every difference is as narrow as was asked for")]
    layouts: Annotated[list[LayoutAnswer], says("in the order in which they were named")]
    best: Annotated[str, says("the layout through which fewest get")]
    confidence: Annotated[float, says("that no other is better")]
    level: Annotated[list[str], says("those that are not told from the best")]


class Compared(TypedDict):
    """Layouts against one another."""

    layouts: Annotated[list[str], says("what they are called, the first one first")]
    seed: Annotated[int, says("of all random numbers")]
    raids: Annotated[int, says("of each case and layout in each world")]
    until: Annotated[float, says("half the width of a difference that was asked for")]
    seconds: Annotated[float, says("that it took", "s")]
    cases: Annotated[list[RaidCompared], says("raid by raid; all together first where they are several")]


class Swept(TypedDict):
    """A quantity that is swept."""

    path: Annotated[str, says("where it stands in a scenario")]
    values: Annotated[list[str], says("that it takes, as they were written")]


class SweptCell(TypedDict):
    """What becomes of a raid where the quantities have these values."""

    values: Annotated[list[str], says("of each quantity that is swept")]
    leak: Annotated[Brief, says("share of what is sent that gets through")]
    difference: Annotated[Difference, says("from the scenario as it is, in the same worlds with the same luck")]
    enough: Annotated[bool | None, says("whether no more than was stated gets through; none: it is not told")]


class RaidSwept(TypedDict):
    """One raid over all values."""

    case: Annotated[str, says("the raid")]
    title: Annotated[str, says("in words")]
    worlds: Annotated[int, says("that all values were played in")]
    looks: Annotated[int, says("taken at the intervals, which hold all the same")]
    narrow_enough: Annotated[bool, says("whether every interval is as narrow as was asked for")]
    alike: Annotated[bool, says("whether the values made no difference in any world")]
    base: Annotated[Brief, says("share that gets through the scenario as it is")]
    cells: Annotated[list[SweptCell], says("the last quantity fastest")]


class Sweep(TypedDict):
    """One or two quantities over their values."""

    scenario: Annotated[str, says("its name")]
    swept: Annotated[list[Swept], says("one or two")]
    seed: Annotated[int, says("of all random numbers")]
    raids: Annotated[int, says("of each case and value in each world")]
    until: Annotated[float, says("half the width of an interval that was asked for")]
    enough_at: Annotated[float | None, says("share that may get through, by which values are enough")]
    seconds: Annotated[float, says("that it took", "s")]
    cases: Annotated[list[RaidSwept], says("raid by raid")]
