"""What the server sends to a viewer's page: the view, shades over its map, raids and replays, answers to a what-if."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from pydantic import Field

from bartizan.studies.documents.basis import Claim, Finding, StatedNumber
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.legend import says
from bartizan.studies.documents.places import Kind, Origin
from bartizan.studies.documents.results import Header, Run

Fate = Literal["leaked", "killed", "diverted", "alive"]
NeutralFate = Literal["passed", "downed"]
#: Longitude and latitude, degrees, height above the sea, m, and time, s.
Point = Annotated[list[float], Field(min_length=4, max_length=4)]
#: A moment, s, and what holds from then on.
Step = Annotated[list[float], Field(min_length=2, max_length=2)]


class Asset(Origin):
    """What is defended."""

    name: Annotated[str, says("the asset")]
    short: Annotated[str | None, says("the same, shorter")]
    radius_m: Annotated[float, says("within which it counts as hit", "m")]
    numbers: Annotated[list[str], says("keys of its numbers")]
    note: NotRequired[Annotated[str, says("what the scenario says of it")]]
    claims: NotRequired[Annotated[list[str], says("claims that bear on it")]]


class Effector(TypedDict):
    """A missile or a gun of a unit."""

    name: Annotated[str, says("the missile or gun")]
    kind: Annotated[str, says("missile or gun")]
    rounds: Annotated[float, says("that it most likely has")]
    against: NotRequired[Annotated[list[str], says("classes that it is for")]]
    reach_m: NotRequired[Annotated[dict[str, float], says("by class, where it does not reach as far as else", "m")]]
    burst: NotRequired[Annotated[float, says("rounds in one burst of a gun")]]


class UnitOnMap(Origin):
    """What a summary's map knows of a unit."""

    name: Annotated[str, says("the unit")]
    short: Annotated[str | None, says("the same, shorter")]
    title: Annotated[str, says("what it is")]
    kind: Annotated[Kind, says("what it does")]
    within_m: Annotated[float, says("of this place it stands", "m")]
    present: Annotated[float, says("chance that it is there")]
    reach_m: Annotated[float | None, says("of its farthest missile, gun or jammer", "m")]


class Unit(UnitOnMap):
    """A unit of the defence; null is what a summary alone does not know."""

    height_m: Annotated[float | None, says("of its antenna above what it stands on", "m")]
    system: Annotated[str | None, says("name of the system")]
    channels: Annotated[float | None, says("engagements at the same time")]
    on_roof: Annotated[bool | None, says("whether it stands on a roof")]
    roof_storeys: Annotated[float | None, says("of the building under it")]
    effectors: Annotated[list[Effector], says("what it fires")]
    salvo: Annotated[int | None, says("rounds fired at a threat at once")]
    emitters: Annotated[int | None, says("jammers that it has")]
    note: Annotated[str, says("what the scenario says of it")]
    claims: Annotated[list[str], says("claims that bear on it")]
    numbers: Annotated[list[str], says("keys of its numbers and of its system's")]


class ThreatOffered(TypedDict):
    """A threat whose coverage may be asked for."""

    name: Annotated[str, says("to ask with")]
    title: Annotated[str, says("for people")]


class CoverageOffered(TypedDict):
    """What may be asked for of coverage."""

    altitudes_m: Annotated[list[float], says("above the ground", "m")]
    units: Annotated[list[str], says("units whose own coverage there is")]
    threats: Annotated[list[ThreatOffered], says("against which it is")]
    what: Annotated[list[str], says("seen, engageable or by_two")]


class FallOffered(TypedDict):
    """What may be asked for of what comes down."""

    kinds: Annotated[list[str], says("wreck, diverted, missile or rounds")]


class Provenance(Run, total=False):
    """Who made the results, and how."""

    bartizan: Annotated[str, says("the version")]


class Outlines(TypedDict):
    """Outlines under the map, as GeoJSON."""

    type: Annotated[Literal["FeatureCollection"], says("as GeoJSON has it")]
    attribution: Annotated[str, says("whose they are, and under which licence")]
    features: Annotated[list[Any], says("as GeoJSON has them")]


class Buildings(TypedDict):
    """Buildings of a mapped surface, as GeoJSON with `height_m` of each."""

    type: Annotated[Literal["FeatureCollection"], says("as GeoJSON has it")]
    features: Annotated[list[Any], says("as GeoJSON has them")]
    said: Annotated[str, says("where they are only those nearest to the sites")]


class Choice(TypedDict):
    """An answer that a question can be played with."""

    answer: Annotated[str, says("as --given takes it")]
    words: Annotated[str, says('the same, to follow "if"')]


class OpenQuestion(TypedDict):
    """A question that a scenario leaves open."""

    key: Annotated[str, says("its name for commands")]
    text: Annotated[str, says('in words, to follow "to know"')]
    claims: Annotated[list[str], says("those that bear on it, by id")]
    answers: Annotated[list[Choice], says("to play it with; none where it has no single answer")]


class Placeable(TypedDict):
    """A kind of unit that may be placed."""

    system: Annotated[str, says("name of the system")]
    title: Annotated[str, says("for people")]
    unit: Annotated[Unit, says("what one is like")]
    networked: Annotated[bool, says("whether it is told what others see")]
    override: Annotated[dict[str, Any], says("parts of the system that are different")]


class Offered(TypedDict):
    """What a placement may be asked with."""

    kinds: Annotated[list[Placeable], says("of the scenario's own units, those of its placement first")]
    placement: Annotated[dict[str, Any] | None, says("the scenario's own, every place in degrees")]


class View(Header):
    """What a page begins with."""

    format: Annotated[Literal[1], says("of the document")]
    real: Annotated[bool, says("whether the place is a real one")]
    origin: Annotated[Origin, says("of the local frame")]
    results: Annotated[bool, says("whether the cases have been played")]
    provenance: Annotated[Provenance | None, says("of the results")]
    assets: Annotated[list[Asset], says("what is defended")]
    units: Annotated[list[Unit], says("the defence")]
    cases: Annotated[list[Case], says("the raids, with estimates where they have been played")]
    numbers: Annotated[list[StatedNumber], says("every number that the answer rests on")]
    claims: Annotated[list[Claim], says("every claim of the scenario")]
    findings: Annotated[list[Finding], says("what the check of the evidence finds")]
    questions: Annotated[list[OpenQuestion], says("that the scenario leaves open; none where it cannot be opened")]
    backdrop: Annotated[Outlines | None, says("outlines under the map")]
    credit: Annotated[str, says("whose the surface is")]
    notes: NotRequired[Annotated[list[str], says("what a viewer should know of these results")]]
    command: NotRequired[Annotated[str, says("that makes results, where there are none")]]
    coverage: NotRequired[Annotated[CoverageOffered, says("what may be asked for")]]
    fall: NotRequired[Annotated[FallOffered | None, says("what may be asked for")]]
    layouts: NotRequired[Annotated[list[str], says("what the two are called that are served side by side")]]
    placing: NotRequired[Annotated[Offered, says("what may be placed; none where the scenario cannot be opened")]]
    tiles: NotRequired[Annotated[dict[str, Any], says("the user's own background map, as MapLibre takes it")]]


# ------------------------------------------------------------------------------------------------------ shades


class Grid(TypedDict):
    """A grid of shades, even in Web Mercator."""

    west: Annotated[float, says("its edge", "°")]
    south: Annotated[float, says("its edge", "°")]
    east: Annotated[float, says("its edge", "°")]
    north: Annotated[float, says("its edge", "°")]
    columns: Annotated[int, says("cells from west to east")]
    rows: Annotated[int, says("cells from north to south")]
    top: Annotated[float, says("what a cell of 255 stands for")]
    unit: Annotated[str, says("of `top`")]
    cells: Annotated[str, says("a byte for each cell, northernmost row first, base64")]
    target: NotRequired[Annotated[str, says("the threat that is covered")]]
    worlds: NotRequired[Annotated[int, says("worlds that the shares are of")]]


class Terrain(TypedDict):
    """The hills of a mapped surface."""

    shade: Annotated[Grid | None, says("how brightly they are lit; null where there are none")]


class Outline(TypedDict):
    """To where a unit has sight of targets at one height above the ground, in one world; for exports."""

    unit: Annotated[str, says("the unit")]
    height_m: Annotated[float, says("of the targets above the ground", "m")]
    world: Annotated[int, says("the world")]
    outline: Annotated[Any, says("a closed ring of (east, north), f8 (N, 2)", "m")]


# ------------------------------------------------------------------------------------------------------- raids


class Worth(TypedDict):
    """A raid worth seeing."""

    label: Annotated[str, says("what it is called")]
    why: Annotated[str, says("a sentence")]
    world: Annotated[int, says("its world")]
    raid: Annotated[int, says("its number there")]
    threat: NotRequired[Annotated[int, says("the leaker that it shows")]]
    cause: NotRequired[Annotated[str, says("why that got through")]]


class Raids(TypedDict):
    """How many raids there are, and which are worth seeing."""

    worlds: Annotated[int, says("worlds")]
    raids: Annotated[int, says("raids in each")]
    worth: Annotated[list[Worth], says("those worth seeing")]


class Track(TypedDict):
    """A line through space and time."""

    track: Annotated[list[Point], says("[longitude, latitude, height above the sea, time]", "°, °, m, s")]
    ground_m: NotRequired[
        Annotated[list[float], says("height of the ground under each point, where it has hills", "m")]
    ]


class Shot(Track):
    """Something that was fired: a salvo of missiles or a burst."""

    id: Annotated[int, says("its number")]
    unit: Annotated[str, says("who fired it")]
    effector: Annotated[str, says("what was fired")]
    kind: Annotated[Literal["gun", "missile"], says("of effector")]
    threat: Annotated[int, says("at which")]
    rounds: Annotated[int, says("how many")]
    launch_s: Annotated[float, says("when it was fired", "s")]
    meets_s: Annotated[float, says("when it meets its target", "s")]
    result: Annotated[Literal["kill", "miss"], says("of the meeting")]


# `class` is no name in Python: this one is written as a mapping.
_Threat = TypedDict(
    "_Threat",
    {"class": Annotated[str, says("what it is: drone, cruise, ballistic ...")]},
)


class Threat(_Threat, Track):
    """A threat of a raid, or a neutral among them, and what became of it."""

    id: Annotated[int, says("its number")]
    name: Annotated[str, says("its class and number, for people")]
    type: Annotated[str, says("name in the catalogue or the scenario")]
    title: Annotated[str, says("the same for people")]
    neutral: Annotated[bool, says("whether it is traffic that is no threat")]
    friendly: Annotated[bool, says("whether that is of the defender's own side")]
    target: Annotated[str, says("the asset that it was sent to; of a neutral, that which its way is about")]
    fate: Annotated[Fate | NeutralFate, says("what became of it")]
    cause: Annotated[str | None, says("why it got through; null unless it did")]
    appears_s: Annotated[float, says("when it appears", "s")]
    ends_s: Annotated[float, says("when its fate is settled", "s")]
    by: Annotated[str | None, says("the unit that ended it")]


class Sight(TypedDict):
    """When a unit had a threat in sight."""

    unit: Annotated[str, says("the unit")]
    threat: Annotated[int, says("number of the threat")]
    spans: Annotated[list[Step], says("[from, until]", "s")]


class Moment(TypedDict):
    """When something happened, and what."""

    t_s: Annotated[float, says("when", "s")]
    text: Annotated[str, says("a sentence that tells it")]


class RaidEvent(Moment):
    """Something that happened in a raid."""

    kind: Annotated[str, says("what kind of event")]
    threat: Annotated[int | None, says("number of the threat")]
    unit: Annotated[str | None, says("the unit")]
    effector: Annotated[str | None, says("the missile or gun")]


class Magazine(TypedDict):
    """Rounds of an effector over time."""

    name: Annotated[str, says("the missile or gun")]
    rounds: Annotated[list[Step], says("[from, rounds from then on]", "s")]


class Facing(TypedDict):
    """Which way a sensor with a sector looked, and when."""

    from_s: Annotated[float | None, says("from when on; null: from the start", "s")]
    until_s: Annotated[float | None, says("until when; null: to the end", "s")]
    azimuth_deg: Annotated[float, says("of the middle of its sector, from north over east", "deg")]


class Sector(TypedDict):
    """The sector of a sensor in one raid."""

    sensor: Annotated[str, says("the sensor")]
    width_deg: Annotated[float, says("of the sector", "deg")]
    looks: Annotated[list[Facing], says("which way it looked, in order of time; nowhere in between, while it turned")]


class ReplayedUnit(Origin):
    """A unit in one raid."""

    name: Annotated[str, says("the unit")]
    alt_m: Annotated[float, says("height of its antenna above the sea", "m")]
    ground_m: NotRequired[Annotated[float, says("height of the ground under it, where there are hills", "m")]]
    channels: Annotated[int, says("that it has")]
    busy: Annotated[list[Step], says("[from, channels busy from then on]", "s")]
    effectors: Annotated[list[Magazine], says("what it has left")]
    sectors: NotRequired[Annotated[list[Sector], says("of its sensors that do not see all round")]]


class ReplayedAsset(Origin):
    """What is defended, in one raid."""

    name: Annotated[str, says("the asset")]
    alt_m: Annotated[float, says("height of the ground there above the sea", "m")]


class Raid(TypedDict):
    """What happened in one raid."""

    start_s: Annotated[float, says("when the first that flies appears", "s")]
    end_s: Annotated[float, says("when the last thing stops flying", "s")]
    threats: Annotated[list[Threat], says("what was sent, and neutrals that were there")]
    shots: Annotated[list[Shot], says("what was fired")]
    sight: Annotated[list[Sight], says("who had whom in sight")]
    events: Annotated[list[RaidEvent], says("what happened, in order")]
    units: Annotated[list[ReplayedUnit], says("units that were there")]
    assets: Annotated[list[ReplayedAsset], says("what was defended")]


class ReplayOf(Raid):
    """The same, and which raid it was."""

    format: Annotated[Literal[1], says("of the document")]
    case: Annotated[str, says("the case")]
    world: Annotated[int, says("the world")]
    raid: Annotated[int, says("the raid's number in it")]
    seed: Annotated[int, says("of all random numbers")]
    real: Annotated[bool, says("whether the place is a real one")]
    origin: Annotated[Origin, says("of the local frame")]


class Replay(ReplayOf, total=False):
    """One raid, event by event."""

    notes: Annotated[list[str], says("where it ends otherwise than the results have it")]


# ----------------------------------------------------------------------------------------------------- what if


class Difference(Brief):
    """What changes make of what gets through."""

    differing: Annotated[int, says("worlds in which they make any difference")]


class Answer(TypedDict):
    """What becomes of a case under changes, from the worlds played so far."""

    raids: Annotated[int, says("raids played")]
    worlds: Annotated[int, says("worlds played")]
    done: Annotated[bool, says("whether this is the last answer")]
    seconds: Annotated[float, says("that it took", "s")]
    case: Annotated[Case, says("the changed case")]
    base: Annotated[Brief, says("share that gets through as it is", "of those sent")]
    now: Annotated[Brief, says("share that gets through under the changes", "of those sent")]
    difference: Annotated[Difference, says("now less base", "of those sent")]


class Written(TypedDict):
    """A changed scenario as a file."""

    file: Annotated[str, says("its name")]
    text: Annotated[str, says("what is in it")]
