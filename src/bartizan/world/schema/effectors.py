"""Effectors: missiles and guns, what drives them and what they kill."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bartizan.ground.errors import OfField
from bartizan.world.schema.fields import (
    Model,
    Row,
    Text,
    ThreatClass,
    above,
    opens,
)
from bartizan.world.schema.lethality import KillFactors, Miss, check_factors
from bartizan.world.schema.orders import Arc, Rule
from bartizan.world.uncertain import (
    Angle,
    Coefficient,
    Count,
    Duration,
    Elevation,
    Force,
    Impulse,
    Length,
    Mach,
    Mass,
    Price,
    Probability,
    Section,
    SmallAngle,
    Speed,
    Uncertain,
    fixed,
)

#: Rows of a table of drag coefficients, at most.
DRAG_ROWS = 12
#: Fire-safety arcs of an effector, at most.
MOST_ARCS = 8


class Gunnery(Model):
    """What decides whether a burst hits: the spread of its rounds, and an aim error that the whole burst shares."""

    burst: Count = Field(default=fixed(30, "count"), description="rounds in one burst")
    dispersion: SmallAngle = Field(description="standard deviation of each round about the burst's centre, per axis")
    aim_error: SmallAngle = Field(description="standard deviation of the burst's centre about the aim point, per axis")
    bias: SmallAngle = fixed(0.0, "angle")
    kill_per_hit: dict[ThreatClass, Probability]


class Motor(Model):
    """What drives a missile and what slows it: thrust, then drag alone, in the standard atmosphere.

    Flight is straight, at one elevation, from where the unit stands.
    """

    thrust: Force | None = Field(default=None, description="mean over the burn")
    impulse: Impulse | None = Field(default=None, description="total impulse, in place of `thrust`")
    burn_time: Duration
    mass: Mass = Field(description="at launch")
    propellant: Mass = Field(description="burnt evenly over the burn")
    dropped: Mass = Field(default=fixed(0.0, "mass"), description="falls off at burn-out: a booster's case")
    area: Section = Field(description="the section that the drag coefficient refers to")
    drag: Coefficient | None = Field(default=None, description="one coefficient at every speed")
    drag_by_mach: list[Annotated[tuple[Mach, Coefficient], Row]] | None = Field(
        default=None, description="table of Mach number and drag coefficient, in place of `drag`; 12 rows at most"
    )
    elevation: SmallAngle = Field(default=fixed(0.17453292519943295, "angle"), description="of the flight; 10 deg")
    speed_min: Speed = Field(description="after burn-out, the least speed with which it can still turn and hit")

    @model_validator(mode="after")
    def _complete(self) -> Motor:
        for pair in (("thrust", "impulse"), ("drag", "drag_by_mach")):
            if sum(getattr(self, name) is not None for name in pair) != 1:
                raise ValueError(f"needs exactly one of {', '.join(pair)}")
        _check_drag(self.drag_by_mach)
        self._check_masses()
        return self

    def _check_masses(self) -> None:
        """Raises ValueError unless in every world something is left at burn-out, and thrust lifts the missile."""
        push = self.thrust or self.impulse
        numbers = [n for n in (self.burn_time, self.mass, self.propellant, self.dropped, push) if n is not None]
        if any(number.law == "same_as" for number in numbers):
            raise ValueError("same_as is not for burn_time, masses, thrust and impulse")
        burn, mass, propellant, dropped, pushes = (number.span for number in numbers)
        if propellant[1] + dropped[1] >= mass[0]:
            raise ValueError("propellant and what is dropped may weigh as much as the missile: nothing would fly on")
        if burn[0] <= 0:
            raise ValueError("burn_time must be more than 0 s")
        least = pushes[0] if self.thrust is not None else pushes[0] / burn[1]
        if least <= mass[1] * 9.80665:
            raise ValueError(f"a thrust of {least:.4g} N does not lift {mass[1]:.4g} kg")


def _check_drag(rows: list[tuple[Uncertain, Uncertain]] | None) -> None:
    """Raises ValueError unless Mach numbers are certain and rise."""
    if rows is None:
        return
    if not 2 <= len(rows) <= DRAG_ROWS:
        raise ValueError(f"drag_by_mach needs 2 to {DRAG_ROWS} rows")
    if any(mach.law != "fixed" or drag.law == "same_as" for mach, drag in rows):
        raise ValueError("Mach numbers of drag_by_mach must be certain, and same_as is not for its rows")
    if any(low.likely >= high.likely for (low, _), (high, _) in itertools.pairwise(rows)):
        raise ValueError("Mach numbers of drag_by_mach must rise")


class Effector(Model):
    """A missile or a gun: where it reaches, how long it flies, how it is guided, what it kills."""

    kind: Literal["missile", "gun"] = "missile"
    title: Text = ""
    range_min: Length = fixed(0.0, "length")
    range_max: Length
    altitude_min: Length = fixed(0.0, "length")
    altitude_max: Length = Field(default=fixed(30_000.0, "length"), validate_default=True)
    crossing_max: Length | None = Field(
        default=None, description="farthest that a target's course may pass from the unit (course parameter); none: any"
    )
    speed: Speed | None = Field(default=None, description="mean speed to the intercept")
    flight: list[Annotated[tuple[Length, Duration], Row]] | None = Field(
        default=None, description="table of range and time of flight, as far as range_max"
    )
    flight_time: Duration | None = Field(default=None, description="the same time of flight at every range (ideal)")
    motor: Motor | None = Field(
        default=None, description="thrust, mass and drag of a missile; how long it flies and where it is spent follow"
    )
    launch_delay: Duration = Field(default=fixed(0.0, "time"), description="from the order to the first motion")
    guidance: Literal["command", "semi-active", "active", "infrared", "ballistic"] = "command"
    channel_until: Literal["assessment", "intercept"] | None = Field(
        default=None, description="when the channel is free again; assessment for command, semi-active and guns"
    )
    rounds: Count = Field(description="rounds ready to fire")
    price: Price | None = Field(
        default=None, description="of one round, a missile or a shell; none: not known, and told so beside costs"
    )
    reload_time: Duration | None = Field(
        default=None, description="from the last round to a full magazine; none: never"
    )
    top_up_after: Duration | None = Field(
        default=None,
        description="time without a launch after which a magazine that is not empty is filled too, in the time of a "
        "reload, unless it fires meanwhile; none: it is not",
    )
    spare_rounds: Count | None = Field(
        default=None, description="beside those in the magazine, to fill it from; none: as many as it takes"
    )
    resupply_time: Duration | None = Field(
        default=None, description="from the last spare round taken to as many as at first; none: never"
    )
    at_once: Count | None = Field(
        default=None, description="simultaneous engagements of this effector, within the unit's channels"
    )
    reliability: Probability = Field(
        default=fixed(1.0, "probability"), description="chance, common to a salvo, that it works at all"
    )
    kill: dict[ThreatClass, Probability] = Field(
        default_factory=dict, description="kill chance of one missile at favourable geometry, by class"
    )
    reach: dict[ThreatClass, Length] = Field(
        default_factory=dict,
        description="farthest meeting with a class that it does not reach as far as range_max: fast ones, small ones",
    )
    kill_by_range: KillFactors | None = Field(
        default=None, description="slant range at the intercept, and what it leaves of the kill chance; 2 to 8 rows"
    )
    kill_by_crossing: KillFactors | None = Field(
        default=None, description="the same by crossing range: how far the target's course passes from the unit"
    )
    kill_by_altitude: KillFactors | None = Field(default=None, description="the same by altitude at the intercept")
    miss: Miss | None = Field(default=None, description="of a missile: what its miss leaves of the kill chance")
    gunnery: Gunnery | None = None
    open_range: Length | None = Field(
        default=None,
        description="of a gun: it holds its fire until a burst meets its target this near; none: range_max",
    )
    open_chance: Probability = Field(
        default=fixed(0.0, "probability"),
        description="of a gun: it holds its fire until a burst kills with this chance",
    )
    azimuth: Angle = Field(default=fixed(0.0, "angle"), description="middle of its launch sector, from north over east")
    sector: Angle | None = Field(
        default=None,
        description="width of its launch sector, in which it meets its targets, as seen from the unit; none: all round",
    )
    least_elevation: Elevation | None = Field(
        default=None, description="of a meeting, as seen from the unit, on every bearing; none: any"
    )
    safety_arcs: list[Arc] = Field(
        default_factory=list, description="bearings in which the least elevation is another; 8 at most"
    )
    release: dict[ThreatClass, Rule] = Field(
        default_factory=dict, description="classes that it is not free to be fired at: last_resort, never, or a Release"
    )
    note: Text = ""

    @field_validator("open_range")
    @classmethod
    def _within_its_range(cls, number: Uncertain | None, info: ValidationInfo) -> Uncertain | None:
        farthest = info.data.get("range_max")
        if number is None or farthest is None or "same_as" in (number.law, farthest.law):
            return number
        if number.likely > farthest.likely:
            raise ValueError(f"is beyond range_max: {number.described()} against {farthest.described()}")
        return number

    @field_validator("range_max", "altitude_max")
    @classmethod
    def _above_its_minimum(cls, number: Uncertain, info: ValidationInfo) -> Uncertain:
        above(info, str(info.field_name).replace("_max", "_min"), number)
        return number

    @field_validator("sector")
    @classmethod
    def _opening(cls, sector: Uncertain | None) -> Uncertain | None:
        opens(sector)
        return sector

    @field_validator("flight")
    @classmethod
    def _rising(cls, flight: list[tuple[Uncertain, Uncertain]] | None, info: ValidationInfo) -> Any:
        if flight is not None:
            _check_flight(flight, info.data.get("range_max"))
        return flight

    @field_validator("kill_by_range", "kill_by_crossing", "kill_by_altitude")
    @classmethod
    def _factors(cls, rows: KillFactors | None) -> KillFactors | None:
        check_factors(rows)
        return rows

    @field_validator("reach")
    @classmethod
    def _beyond_its_minimum(cls, reach: dict[str, Uncertain], info: ValidationInfo) -> dict[str, Uncertain]:
        for number in reach.values():
            above(info, "range_min", number)
        return reach

    @property
    def kills(self) -> dict[ThreatClass, Probability]:
        """The kill chance by class: of a missile or a burst, or of a hit where gunnery says how rounds scatter."""
        return self.kill if self.gunnery is None else self.gunnery.kill_per_hit

    @property
    def has_geometry(self) -> bool:
        """Whether the stated kill chance of a missile or a burst depends on where it meets its target."""
        return any(x is not None for x in (self.kill_by_range, self.kill_by_crossing, self.kill_by_altitude, self.miss))

    @model_validator(mode="after")
    def _lethal(self) -> Effector:
        if self.gunnery is not None and self.has_geometry:
            raise ValueError("kill_by_range, kill_by_crossing, kill_by_altitude and miss are not for gunnery")
        if self.miss is not None:
            if self.kind == "gun":
                raise OfField("miss", "miss is for a missile")
            if lacking := [name for name in self.kill if name not in self.miss.lethal_radius]:
                raise OfField("miss", f"miss lacks a lethal_radius for {', '.join(lacking)}")
        return self

    @model_validator(mode="after")
    def _supplied(self) -> Effector:
        if self.reload_time is None:
            self.refuse("top_up_after", "spare_rounds", "resupply_time", why="needs a reload_time")
        if self.spare_rounds is None:
            self.refuse("resupply_time", why="needs spare_rounds: without them there are as many as it takes")
        return self

    @model_validator(mode="after")
    def _ordered(self) -> Effector:
        if self.kind != "gun":
            self.refuse("open_range", "open_chance", why="is for a gun; a missile has range_max")
        if len(self.safety_arcs) > MOST_ARCS:
            raise OfField("safety_arcs", f"has room for {MOST_ARCS}; found {len(self.safety_arcs)}")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Effector:
        given = [n for n in ("speed", "flight", "flight_time", "motor") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of speed, flight, flight_time, motor; found {given or 'none'}")
        if self.kind == "gun" and self.motor is not None:
            raise OfField("motor", "a motor is for a missile")
        if self.kind == "gun" and (self.gunnery is None) == (not self.kill):
            raise ValueError("a gun needs either gunnery or a kill chance per burst")
        if self.kind == "missile" and (self.gunnery is not None or not self.kill):
            raise ValueError("a missile needs a kill chance per class, and no gunnery")
        if lacking := [name for name in self.reach if name not in self.kills]:
            raise OfField("reach", f"reach has {', '.join(lacking)}, which it has no kill chance against")
        return self


def _check_flight(rows: list[tuple[Uncertain, Uncertain]], reach: Uncertain | None) -> None:
    """Raises ValueError unless ranges rise in every world, times do so by their likely values, up to `reach`."""
    if len(rows) < 2:
        raise ValueError("needs two rows or more")
    if any(number.law == "same_as" for row in rows for number in row):
        raise ValueError("same_as is not for the rows of a table")
    for (near, soon), (far, late) in itertools.pairwise(rows):
        if near.span[1] >= far.span[0]:
            raise ValueError(f"ranges must rise and not overlap: {near.described()} before {far.described()}")
        if soon.likely >= late.likely:
            raise ValueError(f"times must rise: {soon.described()} before {late.described()}")
    last = rows[-1][0]
    if reach is not None and reach.law != "same_as" and reach.likely > last.likely:
        raise ValueError(f"the table ends at {last.described()}, before range_max, {reach.described()}")
