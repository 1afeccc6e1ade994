"""A scenario file: assets, units and raids, on a surface, with claims and variants; its JSON Schema."""

from __future__ import annotations

import math
from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from bartizan.ground.errors import OfField
from bartizan.physics import light
from bartizan.world.schema.claims import Claim, Sources
from bartizan.world.schema.falls import Fall
from bartizan.world.schema.fields import (
    Certain,
    Key,
    Model,
    Name,
    Short,
    Text,
    name_or_inline,
)
from bartizan.world.schema.identity import Identification, Traffic
from bartizan.world.schema.losses import Loss, Struck
from bartizan.world.schema.money import Money
from bartizan.world.schema.orders import ControlArea
from bartizan.world.schema.placement import Placement
from bartizan.world.schema.places import (
    Districts,
    Place,
    Smooth,
    Surface,
)
from bartizan.world.schema.readiness import CivilAlert, EarlyWarning, Readiness
from bartizan.world.schema.reported import Reported
from bartizan.world.schema.systems import (
    System,
)
from bartizan.world.schema.threats import MOST_SENT, Link, Threat
from bartizan.world.uncertain import (
    SHARED,
    Angle,
    Count,
    Decibel,
    Duration,
    Length,
    Price,
    Probability,
    Rainfall,
    Rate,
    Speed,
    Step,
    Uncertain,
    Wander,
    as_written,
    fixed,
)

SystemRef = Annotated[Annotated[Key, Tag("name")] | Annotated[System, Tag("inline")], Discriminator(name_or_inline)]
ThreatRef = Annotated[Annotated[Key, Tag("name")] | Annotated[Threat, Tag("inline")], Discriminator(name_or_inline)]


class Roof(Model):
    """The building that a unit stands on, in the middle of its roof."""

    storeys: Count | None = Field(default=None, description="none: as high as the mapped surface has it there")
    storey_height: Length = Field(default=fixed(3.5, "length"))
    width: Length | None = Field(
        default=None, description="of the roof: its edge, half of this away, hides what is low; none: no edge"
    )
    parapet: Length = Field(default=fixed(0.0, "length"), description="height of the wall along that edge")


class Screen(Model):
    """What stands around a unit on all sides, such as trees about a clearing: it hides all that is lower."""

    height: Length = Field(description="above the ground")
    distance: Length


class Asset(Model):
    """Something defended: a threat that comes down within its radius has reached it."""

    name: Name
    short: Short | None = Field(default=None, description="what charts, legends and maps call it; none: its name")
    at: Place
    radius: Length = Field(default=fixed(100.0, "length"))
    height: Length = Field(default=fixed(0.0, "length"), description="of the aim point above ground")
    worth: Price | None = Field(
        default=None,
        description="what is lost if it is all lost, as whoever writes the scenario puts it; none: not told",
    )
    lost_per_hit: Probability = Field(
        default=fixed(1.0, "probability"),
        description="share of its worth that each threat that gets through takes, until all is lost",
    )
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""


class Unit(Model):
    """A fire unit, a sensor or a jammer at a place."""

    name: Name
    short: Short | None = Field(default=None, description="what charts, legends and maps call it; none: its name")
    system: SystemRef = Field(description="a name in the catalogue or in this file's systems, or the system itself")
    at: Place
    roof: Roof | None = None
    height: Length = Field(
        default=fixed(0.0, "length"), description="of the ground or platform that it stands on, added to a roof"
    )
    screen: Screen | None = None
    present: Probability = Field(default=fixed(1.0, "probability"), description="chance that it is there at all")
    networked: bool = True
    lost: Loss | None = Field(default=None, description="that it is lost in a raid; none: it is not, unless struck")
    struck: Struck | None = Field(default=None, description="what puts it out of action; none: nothing that arrives")
    override: dict[str, Any] = Field(default_factory=dict, description="parts of the system that are different here")
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""


class Network(Model):
    """The command network: what one unit confirms, every other networked unit knows after a delay."""

    delay: Duration = fixed(5.0, "time")
    miscorrelation: Probability = Field(
        default=fixed(0.0, "probability"),
        description="chance, per raid, that a unit takes what others report of a threat that it sees for another "
        "threat: neither then leaves it to the other",
    )
    lost: Loss | None = Field(
        default=None, description="that it is cut in a raid, so that each unit has what it sees itself; none: it is not"
    )
    node: Name | None = Field(
        default=None, description="the unit through which all of it goes: it is cut while that is lost; none: no unit"
    )
    takeover: Duration | None = Field(
        default=None, description="from the loss of its node until another has taken over; none: none does"
    )

    @model_validator(mode="after")
    def _one_reason(self) -> Network:
        if self.lost is not None and self.node is not None:
            raise ValueError("needs at most one of lost, node: where there is a node, state how that is lost")
        if self.node is None:
            self.refuse("takeover", why="is for a network with a node")
        return self


class Weather(Model):
    """The air between a sensor and its target, the same everywhere."""

    rain: Rainfall = Field(default=fixed(0.0, "rainfall"), description="rate of rain all along the way")
    visibility: Length = Field(
        default=fixed(light.CLEAR_M, "length"),
        description="for sights, without the rain: the range at which the contrast of what is black has fallen to 2 %",
    )
    infrared_loss: Decibel = Field(
        default=fixed(light.CLEAR_INFRARED_DB, "decibel"),
        description="what the gases of the air, above all its vapour, take of the infrared in 1 km, one way",
    )

    @field_validator("infrared_loss")
    @classmethod
    def _loss(cls, loss: Uncertain) -> Uncertain:
        if loss.law != "same_as" and loss.span[0] < 0.0:
            raise ValueError(f"must not be below 0 dB; found {loss.described()}")
        return loss


class Ambient(Model):
    """The noise around acoustic sensors, the same everywhere."""

    day: Decibel | None = Field(
        default=None, description="dB(A); none: 55 over a statistical city, 40 elsewhere, our own"
    )
    night: Decibel | None = Field(default=None, description="dB(A); none: 45 over a statistical city, 30 elsewhere")


class Bearings(Model):
    """Bearings, from north over east, that threats come from."""

    low: Angle = fixed(0.0, "angle")
    high: Angle = fixed(6.283185307179586, "angle")
    together: bool = Field(default=False, description="one axis for the whole group, drawn anew each time")
    width: Angle = Field(default=fixed(0.3490658503988659, "angle"), description="spread about a common axis")


class Arrival(Model):
    """When threats of a group would reach their targets. At most one of gap, spread and rate; none: all together."""

    start: Duration = Field(default=fixed(0.0, "time"), description="of the group, after the first group of the raid")
    gap: Duration | None = Field(default=None, description="fixed interval")
    spread: Duration | None = Field(default=None, description="uniform over this time")
    rate: Rate | None = Field(default=None, description="a Poisson stream")
    jitter: Duration = Field(
        default=fixed(0.0, "time"), description="each threat, each raid: uniform within plus or minus this"
    )
    waves: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="in which they come, as many threats in each; gap, spread, rate hold in each",
    )
    every: Duration | None = Field(default=None, description="from the start of one wave to that of the next")

    @model_validator(mode="after")
    def _one(self) -> Arrival:
        if sum(x is not None for x in (self.gap, self.spread, self.rate)) > 1:
            raise ValueError("needs at most one of gap, spread, rate")
        if (self.waves > 1) != (self.every is not None):
            raise ValueError("waves of more than one need every, the time from one wave to the next, and it needs them")
        return self


class Group(Model):
    """Threats of one type in a raid; or, with `neutral`, traffic among them."""

    threat: ThreatRef = Field(description="a name in the catalogue or in this file's threats, or the threat itself")
    count: int = Field(ge=1, le=MOST_SENT)
    targets: list[Name] | None = Field(default=None, description="assets, each as likely; none: all")
    distance: Length = Field(
        default=fixed(60_000.0, "length"), description="ground distance from the target at which threats appear"
    )
    bearing: Bearings = Bearings()
    wander: Wander = Field(
        default=fixed(0.0), description="sideways wander of the way, 1 sigma as a fraction of distance"
    )
    speed: Speed | None = None
    altitude: Length | None = None
    link: Link | None = Field(default=None, description="in place of the threat's own")
    arrival: Arrival = Arrival()
    neutral: Traffic | None = Field(default=None, description="traffic that is no threat; none: threats")

    @model_validator(mode="after")
    def _streams(self) -> Group:
        if self.neutral is not None:
            self._check_stream(self.neutral)
        return self

    def _check_stream(self, neutral: Traffic) -> None:
        """Raises ValueError where traffic has what only threats have, or its count has no room for all its aircraft."""
        rate = self.arrival.rate
        if rate is None or self.arrival != Arrival(rate=rate):
            raise OfField("arrival", "a neutral group needs arrival with a rate, and nothing else in it")
        self.refuse("wander", "link", why="is not for neutrals")
        if "same_as" not in (rate.law, neutral.lasts.law):
            mean = rate.span[1] * neutral.lasts.span[1]
            if self.count < (least := most_of_stream(mean)):
                raise ValueError(
                    f"count must be {least} or more: so many of a stream with a mean of {mean:.4g} come at the most, "
                    f"but for one raid in a thousand; found {self.count}"
                )


def most_of_stream(mean: float) -> int:
    """The 0.999 quantile of a Poisson number."""
    number, below = 0, math.exp(-mean)
    while below < 0.999 and number < MOST_SENT:
        number += 1
        below += math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
    return max(number, 1)


def _total(size: int) -> int:
    if not 1 <= size <= MOST_SENT:
        raise ValueError(f"must be a total of 1 to {MOST_SENT} threats")
    return size


class Raid(Model):
    """One set of threats; `sizes` plays it again scaled to those totals, for a saturation curve."""

    name: Key
    title: Text = ""
    short: Short | None = Field(default=None, description="what charts, legends and maps call it; none: its title")
    light: Literal["day", "night"] = Field(
        default="day", description="night, between civil twilights: optical sights see nothing then, but with `night`"
    )
    groups: list[Group] = Field(min_length=1, max_length=50)
    sizes: list[Annotated[int, AfterValidator(_total)]] | None = Field(
        default=None, min_length=1, description="totals of threats; traffic stays as it is"
    )
    per_year: float | None = Field(
        default=None,
        gt=0,
        description="raids like it in a year, to tell what happens in one to neutrals and friendly aircraft; none: not",
    )
    reported: Reported | None = Field(default=None, description="outcome of a real raid of this size, to compare with")
    note: Text = ""

    @field_validator("sizes")
    @classmethod
    def _apart(cls, sizes: list[int] | None) -> list[int] | None:
        twice = [size for size, times in Counter(sizes).items() if times > 1]
        if twice:
            raise ValueError(f"must differ from one another; {', '.join(map(str, twice[:3]))} is there more than once")
        return sizes

    @model_validator(mode="after")
    def _threatened(self) -> Raid:
        if all(group.neutral is not None for group in self.groups):
            raise ValueError("a raid needs a group of threats; all of its groups are neutral")
        return self

    @model_validator(mode="after")
    def _as_many_as_reported(self) -> Raid:
        played = self.sizes or [sum(group.count for group in self.groups if group.neutral is None)]
        if self.reported is not None and not any(map(self.reported.fits, played)):
            told, sizes = self.reported, ", ".join(map(str, played))
            of_size = any(size in told.sent for size in played)
            fates = f" and {told.in_words()}" if of_size else ""
            raise OfField(
                "sizes" if self.sizes else "reported",
                f"{told.sent} were sent{fates} as reported, but the raid is played with {sizes}",
            )
        return self


class Study(Model):
    """Defaults of a run."""

    worlds: int = Field(default=64, ge=1, le=1_000_000)
    raids: int = Field(default=64, ge=1, le=10_000_000, description="raids in each world")
    step: Annotated[Step, Certain] = Field(
        default=fixed(250.0, "length"), description="of path between samples of the geometry"
    )


class Variant(Model):
    """Differences to the scenario. A unit, asset or raid of the same name replaces the one that was there."""

    title: Text
    summary: Text = ""
    date: Text = ""
    claims: list[Claim] = Field(default_factory=list)
    assets: list[Asset] = Field(default_factory=list)
    units: list[Unit] = Field(default_factory=list)
    raids: list[Raid] = Field(default_factory=list)
    without: list[Name] = Field(default_factory=list, description="names of units, assets and raids to leave out")


class ScenarioFile(Model):
    """What is defended, what defends it, what comes, and who says so."""

    bartizan: Literal[1] = Field(description="version of this format")
    name: Key
    title: Text = ""
    summary: Text = ""
    date: Text = ""
    origin: Place | None = Field(default=None, description="of the local frame; none: the first asset")
    surface: Surface = Smooth(kind="smooth")
    network: Network | None = Network()
    readiness: Readiness | None = Field(
        default=None, description="of every unit whose system states none; none: all are ready all along"
    )
    warning: EarlyWarning | None = Field(default=None, description="from outside the defence; none: none comes")
    civil_alert: CivilAlert | None = Field(
        default=None, description="how people are warned, for districts; none: not told how long they have"
    )
    identify: Identification | None = Field(
        default=None, description="of every unit with effectors whose system states none; none: nobody asks who flies"
    )
    areas: list[ControlArea] = Field(default_factory=list, max_length=16, description="where and when fire is held")
    weather: Weather | None = Field(
        default=None, description="none: air that takes nothing from a radar's waves, and clear air for sights"
    )
    ambient: Ambient = Ambient()
    claims: list[Claim] = Field(default_factory=list)
    sources: Sources = Field(default_factory=dict)
    systems: dict[Key, System] = Field(default_factory=dict)
    threats: dict[Key, Threat] = Field(default_factory=dict)
    assets: list[Asset] = Field(min_length=1)
    units: list[Unit] = Field(default_factory=list, max_length=500)
    raids: list[Raid] = Field(min_length=1)
    fall: Fall = Field(default_factory=Fall)
    money: Money = Money()
    districts: Districts | None = None
    placement: Placement | None = Field(default=None, description="where more might stand, for `bartizan place`")
    study: Study = Study()
    variants: dict[Key, Variant] = Field(default_factory=dict)
    backdrop: Literal["moscow"] | None = Field(
        default=None, description="outlines that ship with the package, for maps"
    )


# ---------------------------------------------------------------------------------------------- JSON Schema


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scenario file, for editors; what stands in many places is in `$defs` once."""
    shared: dict[str, Any] = {}
    made = _hoisted(ScenarioFile.model_json_schema(), shared)
    for kind in ("systems", "threats"):  # what is like another states what it will
        named = made["properties"][kind]["patternProperties"]
        alike = {"type": "object", "required": ["like"], "properties": {"like": {"type": "string"}}}
        made["properties"][kind]["patternProperties"] = {k: {"anyOf": [whole, alike]} for k, whole in named.items()}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A scenario of Bartizan"}
    return head | made | {"$defs": made["$defs"] | shared}


def _hoisted(node: Any, shared: dict[str, Any]) -> Any:
    """`node` with every part that is marked as shared moved to `shared`, and a reference in its place."""
    if isinstance(node, list):
        return [_hoisted(item, shared) for item in node]
    if not isinstance(node, dict):
        return node
    # pydantic titles each field with its own name, which says nothing; a field that is called title is a dict here
    inside = {k: _hoisted(v, shared) for k, v in node.items() if k != "title" or isinstance(v, dict)}
    default = inside.get("default")
    if isinstance(default, dict) and {"dimension", "law"} <= set(default):
        inside["default"] = as_written(Uncertain(**default))
    if default is None:
        inside.pop("default", None)
    mark = inside.get("$comment")
    if not isinstance(mark, str) or not mark.startswith(SHARED):
        return inside
    name = mark.removeprefix(SHARED)
    of_the_field = {k: inside[k] for k in ("description", "default") if k in inside}
    part = {k: v for k, v in inside.items() if k != "$comment" and k not in of_the_field}
    # of what the keys of a mapping are, pydantic leaves out that they are text, and their pattern
    shared[name] = max(part, shared.get(name, {}), key=len)
    return {"$ref": f"#/$defs/{name}"} | of_the_field
