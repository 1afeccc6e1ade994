"""What comparisons, sweeps and placements hand out, as plain data: keys with what they mean."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from bartizan.studies.documents.cases import Priced
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.legend import says
from bartizan.studies.documents.viewer import Difference


class AtPlace(TypedDict):
    """How much of a raid reaches one place."""

    place: Annotated[str, says("the asset")]
    share: Annotated[float, says("of what is sent, that reaches it")]
    difference: Annotated[Difference, says("from the first layout")]


class Amount(Brief):
    """A cost of a raid, with its interval, beside that of the first."""

    difference: Annotated[Difference | None, says("from the first, in the same worlds with the same luck", "money")]


class Costs(Priced):
    """What a raid costs beside the first layout, or beside the scenario as it is, in the money of that one."""

    rounds: Annotated[Amount | None, says("rounds fired in a raid; none: none has a price", "money")]
    damage: Annotated[Amount | None, says("lost of assets to what gets through; none: none has a worth", "money")]
    ratio: Annotated[
        Brief | None, says("cost of rounds by cost of threats sent; none: something fired or sent has no price")
    ]


class Downed(TypedDict):
    """How often something that is no threat is shot down."""

    what: Annotated[str, says("neutral, or friendly aircraft")]
    share: Annotated[Brief, says("of raids in which at least one is")]
    difference: Annotated[Difference, says("from the first layout, in the same worlds with the same luck")]


class LayoutAnswer(TypedDict):
    """What becomes of a raid under one layout."""

    layout: Annotated[str, says("what it is called")]
    leak: Annotated[Brief, says("share of what is sent that gets through")]
    difference: Annotated[Difference, says("from the first layout, in the same worlds with the same luck")]
    places: Annotated[list[AtPlace], says("place by place; none of all raids together")]
    downed: NotRequired[Annotated[list[Downed], says("where anything flies that is no threat; none of all together")]]
    cost: NotRequired[Annotated[Costs, says("where anything has a price")]]


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
    cost: NotRequired[Annotated[Costs, says("where anything has a price")]]


class RaidSwept(TypedDict):
    """One raid over all values."""

    case: Annotated[str, says("the raid")]
    title: Annotated[str, says("in words")]
    size: Annotated[int, says("threats that are sent in the scenario as it is")]
    worlds: Annotated[int, says("that all values were played in")]
    looks: Annotated[int, says("taken at the intervals, which hold all the same")]
    narrow_enough: Annotated[bool, says("whether every interval is as narrow as was asked for")]
    alike: Annotated[bool, says("whether the values made no difference to what gets through in any world")]
    base: Annotated[Brief, says("share that gets through the scenario as it is")]
    cost: NotRequired[Annotated[Costs, says("of the scenario as it is, where anything has a price")]]
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


class Stands(TypedDict):
    """A unit at a site."""

    system: Annotated[str, says("what stands there")]
    site: Annotated[str, says("what the site is called")]
    east: Annotated[float, says("of the origin", "m")]
    north: Annotated[float, says("of the origin", "m")]
    cost: Annotated[float, says("of the unit and the site")]


class Sited(Stands):
    """A candidate, and what it is worth."""

    alone: Annotated[Difference, says("what it alone takes away from what gets through without any of them")]
    chosen: Annotated[bool, says("whether it stands in the best layout")]
    in_best: Annotated[Difference | None, says("what it takes away there, beside the others; none: it is not chosen")]
    least: Annotated[float | None, says("the least that got through a layout with it, in the search; none: not played")]


class RivalLayout(TypedDict):
    """A layout that was played beside the best one in fresh worlds."""

    sites: Annotated[list[str], says("where units stand")]
    difference: Annotated[Difference, says("how much more gets through than through the best one")]
    worlds: Annotated[int, says("fresh worlds that both were played in")]
    level: Annotated[bool, says("whether it cannot be told from the best")]


class ByLot(TypedDict):
    """Layouts drawn by lot from all, whatever the screening says of them."""

    drawn: Annotated[int, says("how many")]
    better: Annotated[int, says("of them, those that let less through than the best one")]


class Placing(TypedDict):
    """Where to put units, and how sure that is."""

    scenario: Annotated[str, says("its name")]
    objective: Annotated[str, says("mean, worst_raid or worst_fifth")]
    cases: Annotated[list[str], says("raids that were played")]
    systems: Annotated[list[str], says("that were to be placed")]
    seed: Annotated[int, says("of all random numbers")]
    raids: Annotated[int, says("of each layout in each world")]
    within: Annotated[float, says("share of what is sent by which layouts are as good as one another")]
    candidates: Annotated[int, says("units that might stand somewhere")]
    layouts: Annotated[int | None, says("that there are; none: more than are counted")]
    played: Annotated[int, says("layouts that were played against one another")]
    by_lot: Annotated[ByLot, says("a look at those that the screening would have left out")]
    agreement: Annotated[float | None, says("rank correlation of expected cover with what was played; none: too few")]
    best: Annotated[list[Stands], says("the best layout")]
    leak: Annotated[Brief, says("what gets through it, in fresh worlds")]
    none: Annotated[Brief, says("what gets through without any of them, in the same worlds")]
    gain: Annotated[Difference, says("how much less gets through than without any of them")]
    worlds: Annotated[int, says("fresh worlds that the best layout was played in")]
    confidence: Annotated[float, says("that no layout that was played is better by more than `within`")]
    level: Annotated[int, says("others that cannot be told from the best one")]
    better: Annotated[int, says("others that are told to be better, by less than `within`")]
    rivals: Annotated[list[RivalLayout], says("the others, those that come nearest first; not all of many")]
    sites: Annotated[list[Sited], says("every candidate")]
    seconds: Annotated[float, says("that it took, from where it was begun last", "s")]


class Valued(TypedDict):
    """A value that a rule may take, all other rules as in the best choice."""

    value: Annotated[str | None, says("as it was written; none: as the scenario has it")]
    difference: Annotated[Difference | None, says("how much more gets through than with the best; none: not played")]
    worlds: Annotated[int, says("fresh worlds that both were played in")]
    level: Annotated[bool, says("whether it cannot be told from the best")]


class Ruled(TypedDict):
    """A rule: a quantity of the defence, with what it is best set to."""

    path: Annotated[str, says("where it stands in a scenario")]
    best: Annotated[str | None, says("its value in the best choice; none: as the scenario has it")]
    values: Annotated[list[Valued], says("all that it may take, beside the best choice")]


class RivalRules(TypedDict):
    """Another choice that was played beside the best one in fresh worlds."""

    values: Annotated[list[str | None], says("of each rule; none: as the scenario has it")]
    difference: Annotated[Difference, says("how much more gets through than with the best one")]
    worlds: Annotated[int, says("fresh worlds that both were played in")]
    level: Annotated[bool, says("whether it cannot be told from the best")]


class Tuning(TypedDict):
    """The best values of a defence's rules, and how sure that is."""

    scenario: Annotated[str, says("its name")]
    objective: Annotated[str, says("mean, worst_raid or worst_fifth")]
    weights: Annotated[dict[str, float], says("of places or threats, by which what gets through counts; 1 for others")]
    cases: Annotated[list[str], says("raids that were played")]
    seed: Annotated[int, says("of all random numbers")]
    raids: Annotated[int, says("of each choice in each world")]
    within: Annotated[float, says("share of what is sent by which choices are as good as one another")]
    choices: Annotated[int, says("that there are")]
    played: Annotated[int, says("choices that were played against one another")]
    rules: Annotated[list[Ruled], says("in the order in which they were named")]
    leak: Annotated[Brief, says("what gets through with the best choice, in fresh worlds")]
    before: Annotated[Brief, says("what gets through the scenario as it is, in the same worlds")]
    gain: Annotated[Difference, says("how much less gets through than through the scenario as it is")]
    worlds: Annotated[int, says("fresh worlds that the best choice was played in")]
    confidence: Annotated[float, says("that no choice that was played is better by more than `within`")]
    level: Annotated[int, says("others that cannot be told from the best one")]
    better: Annotated[int, says("others that are told to be better, by less than `within`")]
    rivals: Annotated[list[RivalRules], says("the others, those that come nearest first; not all of many")]
    seconds: Annotated[float, says("that it took, from where it was begun last", "s")]
