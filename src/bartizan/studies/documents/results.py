"""study.json and summary.json: what identifies a study, every estimate of it and what they rest on."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from bartizan.studies.documents.legend import (
    AtLeastOne,
    Latitude,
    Line,
    Longitude,
    Metres,
    NotNegative,
    Seed,
    must,
    says,
)

Kind = Literal["fire unit", "sensor", "jammer"]


class Study(TypedDict):
    """study.json: what identifies a study."""

    format: Annotated[int, must("of the folder; another is refused")]
    bartizan: NotRequired[Annotated[str, says("the version that plays it")]]
    scenario: Annotated[str, must("the name of the scenario")]
    digest: Annotated[str, must("of the scenario with all its numbers, SHA-256")]
    variant: NotRequired[Annotated[str | None, says("the variant of it, where it is one")]]
    given: NotRequired[Annotated[list[str], says("questions that are taken as settled, each with its answer")]]
    seed: Annotated[Seed, must("of all random numbers")]
    worlds: Annotated[int, must("worlds of each case; of a study that stops when it is narrow enough, the most")]
    until: NotRequired[Annotated[float | None, says("half the width of intervals at which it stops")]]
    raids: Annotated[int, must("raids in each world")]
    cases: Annotated[list[str], must("names of the cases that are played")]
    keeps: NotRequired[Annotated[str, says("what is kept of raids: `threats`, a row for each, or `sums` alone")]]
    worlds_a_part: NotRequired[Annotated[int, says("worlds that are played and kept together, as one part")]]


# --------------------------------------------------------------------------------------------------- estimates


_MEAN = says("over all worlds and raids")
_LOW, _HIGH = (says(f"{end} end of the 95 % interval of the mean") for end in ("lower", "upper"))
_WORLD_LOW, _WORLD_HIGH = (
    says(f"{end} end of the central 80 % of worlds, chance taken out") for end in ("lower", "upper")
)
_IGNORANCE = says("of the variance between raids, what the world explains, 0 to 1")


class Brief(TypedDict):
    """A mean with its 95 % interval."""

    mean: Annotated[float, _MEAN]
    low: Annotated[float, _LOW]
    high: Annotated[float, _HIGH]


class BriefIfAny(TypedDict):
    """The same of what may not have happened at all: then all are null."""

    mean: Annotated[float | None, _MEAN]
    low: Annotated[float | None, _LOW]
    high: Annotated[float | None, _HIGH]


class Estimate(Brief):
    """A mean with its interval, and what it could be depending on what is true."""

    world_low: Annotated[float, _WORLD_LOW]
    world_high: Annotated[float, _WORLD_HIGH]
    ignorance_share: Annotated[float | None, _IGNORANCE]


class EstimateIfAny(BriefIfAny):
    """The same of what may not have happened at all: then all are null."""

    world_low: Annotated[float | None, _WORLD_LOW]
    world_high: Annotated[float | None, _WORLD_HIGH]
    ignorance_share: Annotated[float | None, _IGNORANCE]


class OverWorlds(TypedDict):
    """A mean, and between which values worlds lie."""

    mean: Annotated[float, says("over worlds")]
    world_low: Annotated[float, says("lower end of the central 80 % of worlds")]
    world_high: Annotated[float, says("upper end of the central 80 % of worlds")]


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


# ------------------------------------------------------------------------------------------------------- cases


class Sent(TypedDict):
    """Threats of one kind in a raid."""

    type: Annotated[str, says("name of the threat in the catalogue or the scenario")]
    title: Annotated[str, says("the same for people")]
    count: Annotated[int, says("how many are sent")]


class Flying(TypedDict):
    """Neutrals of one kind that fly among the threats of a raid."""

    type: Annotated[str, says("name in the catalogue or the scenario")]
    title: Annotated[str, says("the same for people")]


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
    kills: Annotated[Brief, says("threats destroyed in a raid")]
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


class ReportedNumber(Predicted):
    """A reported number in what the model expects of single raids."""

    what: Annotated[str, must("which number: killed, diverted, leaked or struck; or another reading of what is jammed")]
    reported: Annotated[int, says("as reported")]


class Reported(TypedDict):
    """What was reported of a real raid of this size, beside the raids played."""

    date: Annotated[str, says("of the real raid")]
    sent: Annotated[int, says("how many were sent")]
    claims: Annotated[list[str], says("claims that say so")]
    note: Annotated[str, says("what to know of the report")]
    raids: Annotated[int, says("raids played")]
    numbers: Annotated[list[ReportedNumber], says("each number that was reported")]
    exactly: Annotated[Brief | None, says("raids in which all fates came out as reported", "of raids")]


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
    engaged: Annotated[Brief, must("raids in a year in which a neutral is fired at")]
    downed: Annotated[Brief, must("raids in a year in which one is shot down")]


class Neutrals(TypedDict):
    """What happens to traffic that is no threat."""

    flown: Annotated[Brief, must("neutrals that are there in a raid")]
    engaged: Annotated[Estimate, must("chance that at least one is fired at", "of raids")]
    downed: Annotated[Estimate, must("chance that at least one is shot down", "of raids")]
    types: Annotated[list[NeutralType], must("group by group")]
    year: Annotated[NeutralYear | None, must("what that comes to in a year; null where no rate of raids is stated")]


class Quantiles(TypedDict):
    """Between which values single raids lie, ignorance and chance together."""

    p05: Annotated[float, must("5 % of raids lie below")]
    p25: Annotated[float, must("25 % of raids lie below")]
    p50: Annotated[float, must("half of the raids lie below")]
    p75: Annotated[float, must("75 % of raids lie below")]
    p95: Annotated[float, must("95 % of raids lie below")]


class Spent(Estimate):
    """A mean with its interval, what it could be depending on what is true, and between what single raids lie."""

    raids: Annotated[Quantiles, must("of single raids")]


class Cost(TypedDict):
    """What a raid costs, of what has a price."""

    currency: Annotated[str, must("of all amounts, as ISO 4217 has it")]
    year: Annotated[int, must("whose money it is")]
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
    without_price: Annotated[list[str], must("effectors and threats that have no price, and so count as nothing")]
    without_worth: Annotated[list[str], must("assets that have no worth, where others have, and so count as nothing")]


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
    cost: Annotated[Cost, says("what a raid costs, where anything has a price")]
    fall: Annotated[Fall, says("what comes down")]
    reported: Annotated[Reported, says("what was reported of a real raid of this size")]
    worth: Annotated[CaseWorth, says("what each open question is worth")]


# ------------------------------------------------------------------------------------------------ what it rests on


class Header(TypedDict):
    """What a scenario is called and about."""

    name: Annotated[str, says("of the scenario")]
    title: Annotated[str, says("for people")]
    summary: Annotated[str, says("what it is about")]
    date: Annotated[str, says("for which it holds")]
    variant: Annotated[str | None, says("of the scenario, where one was chosen")]
    given: NotRequired[Annotated[list[str], says("questions taken as answered, each QUESTION=ANSWER")]]


class ScenarioHeader(Header):
    """The scenario of a study."""

    digest: Annotated[str, says("of the scenario with all its numbers, SHA-256")]


class Stopped(TypedDict):
    """Why a study that stops when it is narrow enough stopped where it did."""

    until: Annotated[float, must("half the width of intervals that was asked for")]
    most: Annotated[int, must("worlds at which it stops whatever was reached")]
    looks: Annotated[int, must("looks taken at the intervals")]
    looks_at_most: Annotated[int, must("looks that all intervals hold for together")]
    half_width: Annotated[float, must("that was reached, of the widest")]
    widest: Annotated[str, must("the case that has it")]
    confidence_of_each: Annotated[float, must("of each interval, so that all looks hold together with 95 %")]
    narrow_enough: Annotated[bool, must("whether what was asked for was reached")]


class Run(TypedDict, total=False):
    """How a study was run."""

    seed: Annotated[Seed, says("of all random numbers")]
    worlds: Annotated[AtLeastOne, says("worlds asked for")]
    raids: Annotated[AtLeastOne, says("raids asked for in each")]
    started: Annotated[str, says("when, ISO 8601")]
    seconds: Annotated[NotNegative, says("that it took", "s")]
    threads: Annotated[int, says("cores used")]
    finished: Annotated[bool, says("whether all that was asked for has been played")]
    stopped: Annotated[Stopped, says("why it stopped, where it stops when it is narrow enough")]
    python: Annotated[str, says("version")]
    numpy: Annotated[str, says("version")]
    numba: Annotated[str, says("version")]


class Origin(TypedDict):
    """A place on the ellipsoid (WGS 84)."""

    lat: Annotated[Latitude, must("latitude", "°")]
    lon: Annotated[Longitude, must("longitude", "°")]


class Site(TypedDict):
    """An asset on the map, in the local frame."""

    name: Annotated[str, must("the asset")]
    short: Annotated[str | None, says("the same, shorter, where the scenario says so")]
    radius: Annotated[NotNegative, says("within which it counts as hit", "m")]
    east: Annotated[Metres, must("of the origin", "m")]
    north: Annotated[Metres, must("of the origin", "m")]


class Placed(TypedDict):
    """A unit on the map, in the local frame."""

    name: Annotated[str, must("the unit")]
    short: Annotated[str | None, says("the same, shorter, where the scenario says so")]
    title: Annotated[str, says("what it is")]
    kind: Annotated[Kind, says("what it does")]
    east: Annotated[Metres, must("of the origin", "m")]
    north: Annotated[Metres, must("of the origin", "m")]
    within: Annotated[NotNegative, says("of this place it stands", "m")]
    present: Annotated[float, says("chance that it is there")]
    reach: Annotated[NotNegative | None, says("of its farthest missile, gun or jammer; null where it has none", "m")]


class Backdrop(TypedDict):
    """Outlines under the map."""

    attribution: Annotated[str, says("whose they are")]
    licence: Annotated[str, says("under which they may be shown")]
    lines: Annotated[list[Line], says("places as [east, north]", "m")]


class Sites(TypedDict):
    """What stands where."""

    origin: Annotated[Origin | None, says("of the local frame; null where the scenario is of no real place")]
    assets: Annotated[list[Site], says("what is defended")]
    units: Annotated[list[Placed], says("the defence")]
    credit: Annotated[str, says("whose the surface is")]


class Map(Sites):
    """What stands where, and what is drawn under it."""

    backdrop: Annotated[Backdrop | None, says("outlines; null where the scenario names none")]


class Published(TypedDict):
    """A source of a number."""

    title: Annotated[str, says("of the publication")]
    publisher: Annotated[str, says("who published it")]
    date: Annotated[str, says("when")]
    url: Annotated[str, says("where")]


class StatedNumber(TypedDict):
    """A number that the answer rests on."""

    key: Annotated[str, must("its path in the scenario")]
    what: Annotated[str, says("the same in words")]
    value: Annotated[str, says("value or spread, in SI units")]
    sources: Annotated[list[Published], says("publications behind it")]
    claims: Annotated[list[str], says("claims behind it")]
    grade: Annotated[str | None, says("Admiralty grade, such as B2")]
    note: Annotated[str, says("why it was chosen")]
    calibrated_on: Annotated[list[str], says("records that its source fitted it to")]


class Claim(TypedDict):
    """Something that somebody says."""

    id: Annotated[str, must("names the claim")]
    says: Annotated[str, says("in our words")]
    topic: Annotated[str | None, says("what it is about")]
    value: Annotated[Any, says("what it says of the topic")]
    publisher: Annotated[str | None, says("who says so")]
    date: Annotated[str | None, says("when")]
    hedge: Annotated[str | None, says("how sure they say they are")]
    grade: Annotated[str | None, says("Admiralty grade")]
    source: Annotated[str | None, says("the publication")]


class Finding(TypedDict):
    """Something that the check of the evidence found."""

    kind: Annotated[str, must("of finding")]
    text: Annotated[str, must("the finding in words")]
    claims: Annotated[list[str], says("claims that it is about")]


class Warned(TypedDict):
    """How long before a threat arrives at a district it is first seen."""

    name: Annotated[str, must("the district")]
    mean: Annotated[float, says("over bearings and worlds", "s")]
    world_low: Annotated[float, says("lower end of the central 80 % of worlds", "s")]
    world_high: Annotated[float, says("upper end of the central 80 % of worlds", "s")]
    least: Annotated[float, says("from the worst bearing", "s")]
    outline: NotRequired[Annotated[list[Line], says("rings of [east, north]", "m")]]


class Districts(TypedDict):
    """Warning, district by district."""

    credit: Annotated[str, says("whose the outlines are")]
    target: Annotated[str, says("what flies")]
    altitude_m: Annotated[float, says("at which it flies", "m")]
    speed_m_s: Annotated[float, says("its speed", "m/s")]
    warning_s: Annotated[list[Warned], says("of each district", "s")]


class Left(TypedDict):
    """How long people have at one place, from the alert until a threat is there; 0 where no alert comes in time."""

    name: Annotated[str, must("the district or asset")]
    mean: Annotated[float, must("over bearings and worlds", "s")]
    p10: Annotated[float, must("10 % of threats leave less", "s")]
    p50: Annotated[float, must("half of the threats leave less", "s")]
    p90: Annotated[float, must("90 % of threats leave less", "s")]
    short: Annotated[float, must("share of threats that leave less than people need, of all")]
    none: Annotated[float, must("share of threats before which no alert comes, of all")]


class CivilAlert(TypedDict):
    """What the alert leaves people."""

    places: Annotated[Literal["districts", "assets"], must("what is told: districts, or assets where none are named")]
    target: Annotated[str, must("what flies")]
    altitude_m: Annotated[float, must("at which it flies", "m")]
    speed_m_s: Annotated[float, must("its speed", "m/s")]
    delay_s: Annotated[float, must("that the alert most likely takes", "s")]
    enough_s: Annotated[float, must("that people most likely need", "s")]
    left_s: Annotated[list[Left], must("what is left at each place", "s")]


class ReportsOn(TypedDict):
    """One number of all reports together, in what the model expects of sets of such raids in one world."""

    what: Annotated[str, must("which number: killed, diverted, leaked or struck")]
    reports: Annotated[int, must("that tell it")]
    reported: Annotated[int, must("in all, as reported")]
    mean: Annotated[float, must("in all, of sets of the raids played")]
    low: Annotated[int, must("lower end of the central 95 % of sets")]
    high: Annotated[int, must("upper end of the central 95 % of sets")]
    at_most: Annotated[Brief, must("sets with as many or fewer", "of sets")]
    at_least: Annotated[Brief, must("sets with as many or more", "of sets")]
    ranks: Annotated[
        list[Annotated[list[float], Field(min_length=2, max_length=2)]],
        must("of each report: [share of raids below it, share at most as many]"),
    ]
    distance: Annotated[float, must("of the ranks from even ones, as Kolmogorov has it")]
    as_far: Annotated[float, must("sets whose ranks are as far from even", "of sets")]


class LogScore(TypedDict):
    """How likely all reports together are."""

    reports: Annotated[int, must("that tell any fate")]
    reported: Annotated[float, must("sum of the logarithms of how often raids end just so")]
    mean: Annotated[float, must("the same of sets of the model's own raids")]
    as_low: Annotated[float, must("sets with so low a score", "of sets")]
    never: Annotated[int, must("reports that came up in no raid played")]


class Reports(TypedDict):
    """What all reports of a study say together."""

    reports: Annotated[int, must("that count")]
    left_out: Annotated[int, must("other accounts of a day that is counted already")]
    sets: Annotated[int, must("sets of raids that they are held against")]
    looked_at: Annotated[list[ReportsOn], must("number by number")]
    log_score: Annotated[LogScore | None, must("of all; null where no fate was told")]


class Summary(TypedDict):
    """summary.json: every estimate of a study."""

    format: Annotated[Literal[1], must("of the folder")]
    bartizan: Annotated[str, says("the version that made it")]
    scenario: Annotated[ScenarioHeader, says("what was played")]
    run: Annotated[Run, says("how")]
    cases: Annotated[list[Case], says("the estimates, case by case")]
    map: Annotated[Map, says("what stands where")]
    numbers: Annotated[list[StatedNumber], says("every number that the answer rests on")]
    claims: Annotated[list[Claim], says("every claim of the scenario")]
    findings: Annotated[list[Finding], says("what the check of the evidence finds")]
    districts: NotRequired[Annotated[Districts, says("warning, where the scenario names districts")]]
    civil_alert: NotRequired[Annotated[CivilAlert, says("what an alert leaves people, where the scenario states one")]]
    reports: NotRequired[Annotated[Reports, says("what all reports say together, where there are several")]]
    files: NotRequired[Annotated[dict[str, str], says("SHA-256 of each table")]]


# ------------------------------------------------------------------------------------------------- calibration


_Class = TypedDict("_Class", {"class": Annotated[str, must("of threats")]})


class Discrepancy(_Class):
    """How far the model is off what records show of one class of threats."""

    stands_for: Annotated[str, must("what the records count under it")]
    cases: Annotated[list[str], must("cases that send it")]
    modelled: Annotated[float, must("what gets through, as modelled", "of those sent")]
    recorded: Annotated[Brief, must("what gets through, as recorded", "of those sent")]
    delta: Annotated[Brief, must("recorded less modelled, as log odds")]
    agrees: Annotated[bool | None, must("whether they agree; null where that is no test")]


class BothAnswers(TypedDict):
    """A case as modelled, and as records have it."""

    case: Annotated[str, must("the case")]
    size: Annotated[int, must("threats that are sent")]
    as_modelled: Annotated[Brief, must("share that gets through, as modelled", "of those sent")]
    with_discrepancy: Annotated[Brief, must("share that gets through, as records have it", "of those sent")]
    any_as_modelled: Annotated[float | None, must("chance that at least one does, as modelled")]
    any_with_discrepancy: Annotated[float | None, must("chance that at least one does, as records have it")]
    without_records: Annotated[list[str], must("classes of threats of which there are no records")]


class Records(TypedDict):
    """The records that a study was held against."""

    file: Annotated[str, must("where they are")]
    dataset: Annotated[str, must("what they are called")]
    records: Annotated[int, must("how many")]


class Calibration(TypedDict):
    """calibration.json: how far a study is off what records show."""

    format: Annotated[Literal[1], must("of the file")]
    records: Annotated[Records, must("what it was held against")]
    not_identified: Annotated[list[str], must("what records cannot tell apart")]
    study: Annotated[dict[str, Any], must("the study")]
    discrepancies: Annotated[list[Discrepancy], must("class by class")]
    without: Annotated[list[str], must("classes without records")]
    answers: Annotated[list[BothAnswers], must("case by case")]
    fitted_before: Annotated[list[str], must("numbers that were fitted to these records")]
