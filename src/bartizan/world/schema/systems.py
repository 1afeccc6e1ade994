"""What stands at one place under one command: sensors, effectors, emitters, doctrine."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bartizan.world.schema.claims import Source
from bartizan.world.schema.fields import (
    Key,
    Model,
    Row,
    Text,
    ThreatClass,
    above,
)
from bartizan.world.uncertain import (
    Angle,
    Area,
    Coefficient,
    Count,
    Decibel,
    Duration,
    Force,
    Frequency,
    Impulse,
    Length,
    Mach,
    Mass,
    Power,
    Probability,
    Quality,
    Section,
    SmallAngle,
    Speed,
    Temperature,
    Uncertain,
    fixed,
)

#: Rows of a table of drag coefficients, at most.
DRAG_ROWS = 12


class Canceller(Model):
    """A delay-line canceller: what it leaves of clutter follows from how fast the clutter moves (Skolnik)."""

    delays: Literal[1, 2] = Field(description="delay lines: one (two pulses) or two (three pulses)")
    pulse_rate: Frequency = Field(description="pulses per second; targets at the blind speeds are cancelled as well")
    clutter_spread: Speed = Field(description="standard deviation of the speeds of what makes the clutter")


class Clutter(Model):
    """Echoes of the ground that compete with a target, and how well the radar suppresses them."""

    reflectivity: Decibel = Field(description="gamma: the ground's sigma0 over the sine of the grazing angle")
    cell: Length = Field(description="range resolution: half the pulse's length after compression, times c")
    improvement: Decibel | None = Field(default=None, description="factor by which target to clutter improves")
    canceller: Canceller | None = Field(default=None, description="in place of `improvement`")
    clear_above: Angle | None = Field(
        default=None, description="elevation of a target above which the beam is clear of the ground; none: never"
    )

    @model_validator(mode="after")
    def _one(self) -> Clutter:
        if self.improvement is not None and self.canceller is not None:
            raise ValueError("needs improvement or canceller, not both")
        return self


class Sensor(Model):
    """A radar, an optical sight, or an ideal sensor that detects with certainty at its range."""

    kind: Literal["radar", "optical", "ideal"] = "radar"
    role: Literal["search", "fire-control"] = "search"
    range: Length | None = Field(
        default=None,
        description="range at which the single-scan detection probability is `probability` (radar); "
        "none: from `power` or `mean_power` by the range equation",
    )
    rcs: Area = Field(default=fixed(1.0, "area"), description="radar cross section that `range` holds for")
    probability: Probability = Field(
        default=fixed(0.5, "probability"), description="single-scan detection probability at `range`"
    )
    snr: Decibel | None = Field(
        default=None, description="mean signal to noise of one pulse at `range`; replaces `probability`"
    )
    false_alarm: Probability = Field(default=fixed(1e-6, "probability"))
    fluctuation: Literal[0, 1, 2, 3, 4] = Field(default=1, description="Swerling's case of the target; 0: steady")
    pulses: int = Field(default=1, ge=1, le=1000, description="pulses summed without phase before each decision")
    frequency: Frequency | None = None
    power: Power | None = Field(default=None, description="peak power, for the range equation")
    pulse: Duration | None = Field(default=None, description="length of the pulse as sent, before compression")
    bandwidth: Frequency | None = Field(
        default=None, description="of the receiver; without `pulse`, of a plain pulse that is 1 / bandwidth long"
    )
    mean_power: Power | None = Field(default=None, description="for the range equation of a search radar")
    aperture: Area | None = Field(default=None, description="effective area of the receiving antenna, with mean_power")
    gain: Decibel | None = Field(default=None, description="of the antenna")
    receive_gain: Decibel | None = Field(default=None, description="of the receiving antenna; none: as gain")
    sidelobes: Decibel = Field(default=fixed(30.0, "decibel"), description="mean gain beside the beam, below gain")
    beam: SmallAngle | None = Field(default=None, description="width of the beam in azimuth, one way, to half power")
    temperature: Temperature | None = Field(default=None, description="of the system: antenna and receiver noise")
    losses: Decibel = Field(default=fixed(0.0, "decibel"), description="all of them together, in the range equation")
    scan_period: Duration = fixed(2.0, "time")
    phase: Duration | None = Field(
        default=None, description="time of the first look after the threat appears; drawn if absent"
    )
    confirm: Annotated[tuple[int, int], Row] = Field(
        default=(2, 3), description="[m, n]: a track is confirmed by m hits in n successive scans"
    )
    range_min: Length = fixed(0.0, "length")
    range_max: Length | None = Field(default=None, description="instrumented range")
    elevation_min: Angle = fixed(-1.5707963267948966, "angle")
    elevation_max: Angle = Field(default=fixed(1.5707963267948966, "angle"), validate_default=True)
    azimuth: Angle = Field(default=fixed(0.0, "angle"), description="middle of its sector, from north over east")
    sector: Angle | None = Field(default=None, description="width of the sector that it looks into; none: all round")
    radial_speed_min: Speed | None = Field(
        default=None, description="a target that comes or goes more slowly than this is not seen"
    )
    clutter: Clutter | None = None
    note: Text = ""

    @field_validator("confirm")
    @classmethod
    def _confirmable(cls, confirm: tuple[int, int]) -> tuple[int, int]:
        m, n = confirm
        if not 1 <= m <= n <= 8:
            raise ValueError(f"needs 1 <= m <= n <= 8, found [{m}, {n}]")
        return confirm

    @field_validator("range_max", "elevation_max")
    @classmethod
    def _above_its_minimum(cls, number: Uncertain | None, info: ValidationInfo) -> Uncertain | None:
        above(info, str(info.field_name).replace("_max", "_min"), number)
        return number

    @field_validator("sector")
    @classmethod
    def _opening(cls, sector: Uncertain | None) -> Uncertain | None:
        if sector is not None and sector.law != "same_as" and sector.span[0] <= 0.0:
            raise ValueError(f"must be wider than 0, found {sector.described()}")
        return sector

    @model_validator(mode="after")
    def _complete(self) -> Sensor:
        given = [name for name in ("range", "power", "mean_power") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of range, power, mean_power; found {given or 'none'}")
        if self.kind != "radar":
            self._without(_OF_RADARS, f"is for a radar, not for a sensor of the kind {self.kind}")
        if self.power is not None:
            self._with("power", "frequency", "gain", "temperature")
            if self.pulse is None and self.bandwidth is None:
                raise ValueError("power needs pulse or bandwidth as well")
        if self.mean_power is not None:
            self._with("mean_power", "aperture", "temperature")
        if self.clutter is not None:
            self._with("clutter", "beam", *(["frequency"] if self.clutter.canceller else []))
        return self

    def _with(self, field: str, *needed: str) -> None:
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"{field} needs {', '.join(missing)} as well")

    def _without(self, names: tuple[str, ...], why: str) -> None:
        if found := [name for name in names if name in self.model_fields_set and getattr(self, name) is not None]:
            raise ValueError(f"{found[0]} {why}")


_OF_RADARS = ("power", "mean_power", "aperture", "pulses", "fluctuation", "frequency", "pulse", "bandwidth", "gain",
              "receive_gain", "sidelobes", "beam", "temperature", "losses", "radial_speed_min", "clutter")  # fmt: skip


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
    reload_time: Duration | None = Field(
        default=None, description="from the last round to a full magazine; none: never"
    )
    at_once: Count | None = Field(
        default=None, description="simultaneous engagements of this effector, within the unit's channels"
    )
    reliability: Probability = Field(
        default=fixed(1.0, "probability"), description="chance, common to a salvo, that it works at all"
    )
    kill: dict[ThreatClass, Probability] = Field(
        default_factory=dict, description="kill chance of one missile, by class"
    )
    gunnery: Gunnery | None = None
    note: Text = ""

    @field_validator("range_max", "altitude_max")
    @classmethod
    def _above_its_minimum(cls, number: Uncertain, info: ValidationInfo) -> Uncertain:
        above(info, str(info.field_name).replace("_max", "_min"), number)
        return number

    @field_validator("flight")
    @classmethod
    def _rising(cls, flight: list[tuple[Uncertain, Uncertain]] | None, info: ValidationInfo) -> Any:
        if flight is not None:
            _check_flight(flight, info.data.get("range_max"))
        return flight

    @model_validator(mode="after")
    def _complete(self) -> Effector:
        given = [n for n in ("speed", "flight", "flight_time", "motor") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of speed, flight, flight_time, motor; found {given or 'none'}")
        if self.kind == "gun" and self.motor is not None:
            raise ValueError("a motor is for a missile")
        if self.kind == "gun" and (self.gunnery is None) == (not self.kill):
            raise ValueError("a gun needs either gunnery or a kill chance per burst")
        if self.kind == "missile" and (self.gunnery is not None or not self.kill):
            raise ValueError("a missile needs a kill chance per class, and no gunnery")
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


class Emitter(Model):
    """A jammer: a hazard to whatever depends on what it denies, while in range and in sight."""

    denies: list[Literal["satnav", "control-link"]]
    range: Length | None = Field(
        default=None, description="the same against every threat; none: from `power`, for each type of threat"
    )
    power: Power | None = Field(default=None, description="effective radiated power towards the threats, all of it")
    frequency: Frequency | None = Field(
        default=None, description="middle of the band, with power; of satellite navigation L1, 1575.42 MHz, if absent"
    )
    bandwidth: Frequency | None = Field(
        default=None, description="of a jammer of links: the band over which its power is spread evenly"
    )
    quality: Quality | None = Field(
        default=None,
        description="Q of its waveform against the satellites' code: 1 (if absent) narrow, 1.5 shaped as it, 2.2 wide",
    )
    mean_time_to_effect: Duration
    note: Text = ""

    @model_validator(mode="after")
    def _complete(self) -> Emitter:
        if (self.range is None) == (self.power is None):
            raise ValueError("needs exactly one of range, power")
        if self.power is None:
            self._without("frequency", "bandwidth", "quality", why="is for a jammer with power, not with a range")
        elif len(set(self.denies)) != 1:
            raise ValueError("with power it denies one of satnav, control-link; the other is an emitter of its own")
        elif "satnav" in self.denies:
            self._without("bandwidth", why="is for a jammer of control links; quality says how wide this one is")
        else:
            self._without("quality", why="is for a jammer of satnav")
            if self.frequency is None or self.bandwidth is None:
                raise ValueError("power against control links needs frequency and bandwidth as well")
        return self

    def _without(self, *names: str, why: str) -> None:
        if found := [name for name in names if getattr(self, name) is not None]:
            raise ValueError(f"{found[0]} {why}")


class Doctrine(Model):
    """Rules of a fire unit: what it engages, how many rounds, when it looks again."""

    salvo: int | list[int] = Field(
        default=1, description="rounds per salvo; a list gives successive salvos, its last repeats"
    )
    max_salvos: int | None = Field(default=None, ge=0, description="salvos at one threat; none: no limit")
    partial_salvo: bool = Field(default=True, description="fire what is left when the magazine holds less than a salvo")
    coordinate: bool = Field(default=True, description="leave alone what another networked unit is engaging")
    engage: list[ThreatClass] | None = Field(default=None, description="classes that it may engage; none: all")

    @model_validator(mode="after")
    def _salvos(self) -> Doctrine:
        salvos = self.salvo if isinstance(self.salvo, list) else [self.salvo]
        if not 1 <= len(salvos) <= 4 or not all(1 <= s <= 100 for s in salvos):
            raise ValueError("salvo needs one to four sizes of 1 to 100 rounds")
        return self


class System(Model):
    """A parameter set: what stands at one place under one command."""

    title: Text = ""
    role: Text = ""
    channels: Count = Field(default=fixed(1, "count"), description="simultaneous engagements")
    reaction_time: Duration = Field(default=fixed(0.0, "time"), description="from a known track to the first launch")
    assessment_time: Duration = Field(default=fixed(0.0, "time"), description="from intercept to knowing its result")
    kill_called_miss: Probability = fixed(0.0, "probability")
    miss_called_kill: Probability = fixed(0.0, "probability")
    antenna_height: Length = Field(
        default=fixed(0.0, "length"), description="above the ground or roof that it stands on"
    )
    sensors: dict[Key, Sensor] = Field(default_factory=dict)
    effectors: dict[Key, Effector] = Field(default_factory=dict, description="in order of preference")
    emitters: dict[Key, Emitter] = Field(default_factory=dict)
    doctrine: Doctrine = Doctrine()
    sources: dict[Key, Source] = Field(default_factory=dict)
    note: Text = ""

    @model_validator(mode="after")
    def _something(self) -> System:
        if not (self.sensors or self.effectors or self.emitters):
            raise ValueError("needs a sensor, an effector or an emitter")
        return self
