"""The estimates of one case: what gets through and why, what was used, lost and spent, and what came down."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from bartizan.studies.documents.estimates import Brief, BriefIfAny, Estimate, EstimateIfAny, OverWorlds, Spent
from bartizan.studies.documents.legend import NotNegative, must, says


class Fates(TypedDict):
    """The share of threats that had each fate."""

    leaked: Annotated[Brief, says("got through", "of those sent")]
    killed: Annotated[Brief, says("destroyed by a missile or a gun", "of those sent")]
    diverted: Annotated[Brief, says("jammed, and came down elsewhere", "of those sent")]
    alive: Annotated[Brief, says("still flying when the play ended", "of those sent")]


class Jammed(TypedDict):
    """What jamming did, whatever became of the threat."""

    lost: Annotated[Brief, says("lost satellite navigation or the link", "of those sent")]
    killed: Annotated[Brief, says("were shot down after that", "of those sent")]


Causes = dict[str, BriefIfAny]


class Sent(TypedDict):
    """Threats of one kind in a raid."""

    type: Annotated[str, says("name of the threat in the catalogue or the scenario")]
    title: Annotated[str, says("the same for people")]
    count: Annotated[int, says("how many are sent")]
    engaged: NotRequired[Annotated[bool, says("whether any unit may fire at its class")]]


class Flying(TypedDict):
    """Neutrals of one kind that fly among the threats of a raid."""

    type: Annotated[str, says("name in the catalogue or the scenario")]
    title: Annotated[str, says("the same for people")]
    friendly: Annotated[bool, says("whether they are of the defender's own side")]


class AssetLeak(TypedDict):
    """What gets through to one asset."""

    name: Annotated[str, must("the asset")]
    aimed: Annotated[NotNegative, says("threats sent to it in a raid, on average")]
    leak: Annotated[EstimateIfAny, says("share of those that get through", "of those aimed at it")]
    hit: Annotated[Estimate, says("chance that at least one gets through", "of raids")]


class TypeLeak(TypedDict):
    """What gets through of the threats of one kind."""

    type: Annotated[str, says("name of the threat")]
    title: Annotated[str, says("the same for people")]
    kind: Annotated[str, says("its class: drone, cruise, ballistic ...")]
    sent: Annotated[int, says("how many are sent")]
    leak: Annotated[Estimate, says("share that gets through", "of those sent")]
    causes: Annotated[Causes, says("why, by cause", "of those that get through")]


class EffectorUse(TypedDict):
    """How a missile or a gun of a unit was used."""

    unit: Annotated[str, must("the unit")]
    effector: Annotated[str, must("name of the missile or gun")]
    kind: Annotated[str, says("missile or gun")]
    magazine: Annotated[NotNegative, says("rounds that it most likely has")]
    engagements: Annotated[Brief, says("engagements in a raid")]
    rounds: Annotated[Brief, says("rounds fired in a raid")]
    kills: Annotated[Brief, says("what it destroys in a raid, neutrals too")]
    emptied: Annotated[Brief, says("chance that it fires its last round", "of raids")]


class UnitUse(TypedDict):
    """How busy a unit was."""

    unit: Annotated[str, must("the unit")]
    channels: Annotated[NotNegative, says("engagements that it most likely can have at the same time")]
    saturated: Annotated[Brief, says("chance that all channels are busy at some moment", "of raids")]


class FallKind(OverWorlds):
    """Bodies of one kind that come down in a raid."""

    kind: Annotated[str, must("wreck, diverted, missile or rounds")]
    on_map: Annotated[NotNegative, says("of the mean, those on the grid of fall.npz", "bodies")]


class FallAsset(TypedDict):
    """What comes down within the radius of an asset, or in a district."""

    name: Annotated[str, must("the asset or district")]
    kinds: Annotated[dict[str, OverWorlds], says("in a raid, by kind", "bodies")]


class FallDistrict(FallAsset):
    """What comes down in a district."""

    persons: Annotated[OverWorlds | None, says("in the path of these; null where nobody says where people are")]


class Fall(TypedDict):
    """What comes down under the defence in a raid of a case."""

    worlds: Annotated[int, says("worlds in which it was followed")]
    raids: Annotated[int, says("raids of each world that were followed")]
    kinds: Annotated[list[FallKind], says("all that comes down, by kind", "bodies")]
    assets: Annotated[list[FallAsset], says("what comes down within the radius of each asset")]
    districts: NotRequired[Annotated[list[FallDistrict], says("the districts where most comes down, rounds aside")]]
    persons: Annotated[OverWorlds | None, says("in the path of all; null where nobody says where people are")]


class Predicted(TypedDict):
    """Where a number lies in what the model expects of single raids."""

    mean: Annotated[float, says("of the raids played")]
    low: Annotated[int, says("lower end of the central 95 % of raids")]
    high: Annotated[int, says("upper end of the central 95 % of raids")]
    at_most: Annotated[Brief, says("raids with as many or fewer", "of raids")]
    at_least: Annotated[Brief, says("raids with as many or more", "of raids")]
    within: Annotated[bool, says("whether the report lies between low and high")]


class Bounds(TypedDict):
    """A number as it was reported."""

    low: Annotated[int, must("at least so many")]
    high: Annotated[int | None, must("at most so many; null where nobody says")]


class ReportedNumber(Predicted):
    """A reported number in what the model expects of single raids."""

    of: Annotated[str, must("of which threats: a type or class, as the report has it; empty: of all sent")]
    types: Annotated[list[str], must("the types that these are; of all sent: none is named")]
    what: Annotated[str, must("which number: killed, diverted, leaked or struck; or another reading of what is jammed")]
    reported: Annotated[Bounds, must("as reported")]


class Reported(TypedDict):
    """What was reported of a real raid of this size, beside the raids played."""

    date: Annotated[str, says("of the real raid")]
    place: Annotated[str, says("of the real raid, where one was told")]
    sent: Annotated[int, says("how many are sent in a raid as played")]
    claims: Annotated[list[str], says("claims that say so")]
    note: Annotated[str, says("what to know of the report")]
    raids: Annotated[int, says("raids played")]
    numbers: Annotated[list[ReportedNumber], says("each number that was reported")]
    exactly: Annotated[Brief | None, says("raids in which all fates came out as reported", "of raids")]
    unaccounted: Annotated[int, says("threats without a fate though the number of each fate was told")]


class Share(TypedDict):
    """A share of the variance between worlds, with its 95 % interval."""

    share: Annotated[float, must("of the variance between worlds that the question explains alone")]
    low: Annotated[float, must("lower end of its interval")]
    high: Annotated[float, must("upper end of its interval")]


class AnswerWorth(TypedDict):
    """What gets through if a question has this answer."""

    answer: Annotated[str, must("the answer, in words")]
    worlds: Annotated[int, must("worlds in which it is so")]
    mean: Annotated[float, must("what gets through there", "of those sent")]
    low: Annotated[float, must("lower end of its 95 % interval", "of those sent")]
    high: Annotated[float, must("upper end of its 95 % interval", "of those sent")]
    world_low: Annotated[float, must("lower end of the central 80 % of these worlds", "of those sent")]
    world_high: Annotated[float, must("upper end of the central 80 % of these worlds", "of those sent")]


class QuestionWorth(TypedDict):
    """What a question is worth to what gets through of a case."""

    key: Annotated[str, must("names the question, as `bartizan value` takes it")]
    text: Annotated[str, must("the question, in words")]
    claims: Annotated[list[str], must("claims that bear on it")]
    share: Annotated[Share, must("of the variance between worlds that it explains")]
    chance: Annotated[float, must("that a share as large is luck, told for all questions together")]
    told: Annotated[bool, must("whether it is told from luck")]
    together: Annotated[bool, must("whether it cannot be told apart from the first")]
    answers: Annotated[list[AnswerWorth], must("what gets through for each of its answers")]
    width: Annotated[float | None, must("of the central 80 % of worlds that would be left", "of those sent")]


class CaseWorth(TypedDict):
    """What each open question is worth to a case; only of finished studies with worlds enough."""

    case: Annotated[str, must("the case")]
    title: Annotated[str, must("the same for people")]
    worlds: Annotated[int, must("worlds that it is told from")]
    mean: Annotated[float, must("what gets through", "of those sent")]
    world_low: Annotated[float, must("lower end of the central 80 % of worlds", "of those sent")]
    world_high: Annotated[float, must("upper end of the central 80 % of worlds", "of those sent")]
    asked: Annotated[int, must("questions in all")]
    live: Annotated[int, must("of them, those that can matter to the case")]
    least: Annotated[float, must("the share that is found four times in five")]
    worths: Annotated[list[QuestionWorth], must("what matters most first")]
    width: NotRequired[Annotated[float, says("world_high less world_low", "of those sent")]]


class NeutralType(TypedDict):
    """What happens to the neutrals of one group."""

    type: Annotated[str, must("name of what flies, in the catalogue or the scenario")]
    title: Annotated[str, must("the same for people")]
    flies: Annotated[str, must("past, in or out")]
    flown: Annotated[Brief, must("that are there in a raid")]
    engaged: Annotated[Brief, must("of them, those that are fired at")]
    downed: Annotated[Brief, must("of them, those that are shot down")]


class NeutralYear(TypedDict):
    """What that comes to in a year."""

    raids: Annotated[float, must("in a year, as the scenario states")]
    engaged: Annotated[Brief, must("raids in a year in which one is fired at")]
    downed: Annotated[Brief, must("raids in a year in which one is shot down")]


class Neutrals(TypedDict):
    """What happens to traffic that is no threat: to neutrals, or to friendly aircraft."""

    flown: Annotated[Brief, must("that are there in a raid")]
    engaged: Annotated[Estimate, must("chance that at least one is fired at", "of raids")]
    downed: Annotated[Estimate, must("chance that at least one is shot down", "of raids")]
    types: Annotated[list[NeutralType], must("group by group")]
    year: Annotated[NeutralYear | None, must("what that comes to in a year; null where no rate of raids is stated")]


class EffectorCourse(TypedDict):
    """The rounds that a missile or a gun has to fire in the course of a raid; none while its unit is lost."""

    unit: Annotated[str, must("the unit")]
    effector: Annotated[str, must("name of the missile or gun")]
    left: Annotated[list[Brief], must("rounds in its magazine at each of the times")]


class Course(TypedDict):
    """Rounds left in the course of a raid; after its end, as it left them."""

    times_s: Annotated[list[float], must("into the raid, evenly from 0 to about its end", "s")]
    effectors: Annotated[list[EffectorCourse], must("each missile and gun, in the order of units")]


class Priced(TypedDict):
    """In which money costs are told, and what is in none of them."""

    currency: Annotated[str, must("of all amounts, as ISO 4217 has it")]
    year: Annotated[int, must("whose money it is")]
    without_price: Annotated[list[str], must("effectors and threats that have no price, and so count as nothing")]
    without_worth: Annotated[list[str], must("assets that have no worth, where others have, and so count as nothing")]


class Cost(Priced):
    """What a raid costs, of what has a price."""

    rounds: Annotated[Spent | None, must("rounds fired in a raid; null where none has a price", "money")]
    sent: Annotated[Spent | None, must("threats sent in a raid; null where none has a price", "money")]
    stopped: Annotated[Spent | None, must("of them, those shot down or jammed off their way", "money")]
    ratio: Annotated[
        Spent | None, must("cost of rounds by cost of threats sent; null where something fired or sent has no price")
    ]
    damage: Annotated[Spent | None, must("lost of assets to what gets through; null where none has a worth", "money")]
    undefended: Annotated[Spent | None, must("that would be lost if all that is aimed at them got through", "money")]
    avoided: Annotated[Spent | None, must("undefended less damage", "money")]
    sampled: Annotated[int, must("raids that quantiles are taken from, one of each plan of each world")]


class CaseHeader(TypedDict):
    """What a case is, without any estimate."""

    name: Annotated[str, says("names the case; a size of a raid that is played at several has `RAID/SIZE`")]
    raid: Annotated[str, says("the raid of the scenario")]
    title: Annotated[str, says("the raid for people")]
    short: Annotated[str | None, says("the same, shorter, where the scenario says so")]
    note: Annotated[str, says("what the scenario says of the raid")]
    size: Annotated[int, says("threats that are sent")]
    series: Annotated[bool, says("whether the raid is played at several sizes")]
    threats: Annotated[list[Sent], says("what is sent, kind by kind")]
    traffic: NotRequired[Annotated[list[Flying], says("neutrals that fly among them, kind by kind, where any do")]]
    idle: NotRequired[Annotated[list[str], says("units that fire, but may fire at nothing that is sent")]]


class Case(CaseHeader, total=False):
    """A raid at one size, and, once it has been played, its estimates."""

    worlds: Annotated[int, says("worlds played")]
    raids: Annotated[int, says("raids played in each")]
    leak: Annotated[Estimate, says("share that gets through", "of those sent")]
    any: Annotated[Estimate, says("chance that at least one gets through", "of raids")]
    leakers: Annotated[Estimate, says("how many get through in a raid")]
    fates: Annotated[Fates, says("what becomes of threats", "of those sent")]
    jammed: Annotated[Jammed, says("what jamming did to threats", "of those sent")]
    causes: Annotated[Causes, says("why threats get through, by cause", "of those that get through")]
    assets: Annotated[list[AssetLeak], says("what gets through to each asset")]
    types: Annotated[list[TypeLeak], says("what gets through of each kind")]
    effectors: Annotated[list[EffectorUse], says("how each missile and gun was used")]
    units: Annotated[list[UnitUse], says("how busy each unit that fires was")]
    binding: Annotated[str | None, says("the cause of most leaks; null where nothing got through")]
    neutrals: Annotated[Neutrals, says("what happens to traffic that is no threat, where there is any")]
    friendly: Annotated[Neutrals, says("fratricide: what happens to friendly aircraft, where there are any")]
    course: Annotated[Course, says("rounds left over time, of raids in waves and defences that are supplied or lost")]
    cost: Annotated[Cost, says("what a raid costs, where anything has a price")]
    fall: Annotated[Fall, says("what comes down")]
    reported: Annotated[Reported, says("what was reported of a real raid of this size")]
    worth: Annotated[CaseWorth, says("what each open question is worth")]
