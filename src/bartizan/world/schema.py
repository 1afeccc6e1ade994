"""What a scenario, a system and a threat may say: frozen models that forbid unknown keys.

The JSON Schema for editors and the reference page come from here. Lengths, times and so on are uncertain
numbers in SI units (`world.uncertain`); what varies between threats of one raid is a `Spread` of two ends.
"""

from __future__ import annotations

import itertools
import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bartizan.ground import geodesy, units
from bartizan.world.uncertain import (
    SHARED,
    SPREADS,
    Acceleration,
    Angle,
    Area,
    Ballistic,
    Coefficient,
    Count,
    Decibel,
    Density,
    Duration,
    Force,
    Frequency,
    Impulse,
    Length,
    Mach,
    Mass,
    Number,
    Power,
    Probability,
    Quality,
    Rainfall,
    Rate,
    Section,
    SmallAngle,
    Speed,
    Step,
    Temperature,
    Uncertain,
    Wind,
    as_written,
    fixed,
    is_grade,
)

#: What a threat is, for kill chances and doctrine.
CLASSES = ("drone", "decoy", "quadcopter", "cruise", "aircraft", "helicopter", "munition", "ballistic")
ThreatClass = Literal["drone", "decoy", "quadcopter", "cruise", "aircraft", "helicopter", "munition", "ballistic"]

#: Bands of radars and where they end, Hz (IEEE 521-2019); one begins where the one before it ends, HF at 3 MHz.
BANDS = {
    "HF": 30e6, "VHF": 300e6, "UHF": 1e9, "L": 2e9, "S": 4e9, "C": 8e9, "X": 12e9, "Ku": 18e9, "K": 27e9, "Ka": 40e9,
}  # fmt: skip
Band = Literal["HF", "VHF", "UHF", "L", "S", "C", "X", "Ku", "K", "Ka"]

#: Rows of a table of drag coefficients, at most.
DRAG_ROWS = 12

_NAME = r"^[^/\x00-\x1f\x7f]+$"
_KEY = r"^[A-Za-z0-9][A-Za-z0-9 _.\-]*$"


def _matching(pattern: str, allowed: str) -> AfterValidator:
    """A check of text with a message in words; the JSON Schema has the pattern itself."""
    known = re.compile(pattern)

    def check(text: str) -> str:
        if not known.fullmatch(text):
            raise ValueError(allowed)
        return text

    return AfterValidator(check)


def _text_schema(name: str, longest: int, pattern: str) -> WithJsonSchema:
    limits = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}
    return WithJsonSchema({"$comment": SHARED + name} | limits)


# A name is part of the path of an unknown, such as units/NAME/height, so it holds no slash.
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120),
    _matching(_NAME, "a name must not hold a slash or control characters"),
    _text_schema("Name", 120, _NAME),
]
Key = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80),
    _matching(_KEY, "expected letters, digits, blanks and _ . -, a letter or digit first"),
    _text_schema("Key", 80, _KEY),
]
Text = Annotated[str, StringConstraints(max_length=20_000)]


def _grade(value: object) -> object:
    if value is not None and not is_grade(value):
        raise ValueError("expected an Admiralty grade such as B2: source A-F, information 1-6")
    return value


def _local_file(name: str) -> str:
    """Files are local: no address, and none of the raster library's virtual ones."""
    if "://" in name or name.startswith("/vsi") or "\0" in name:
        raise ValueError("must be a file on this machine, not an address")
    return name


# A path, relative to the file that names it.
File = Annotated[str, StringConstraints(min_length=1, max_length=4096), AfterValidator(_local_file)]

Grade = Annotated[
    str | None,
    BeforeValidator(_grade),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[A-F][1-6]$"}, {"type": "null"}]}),
]


def _fixed(number: Uncertain) -> Uncertain:
    if number.law != "fixed":
        raise ValueError("must be a certain number here")
    return number


def _stated(number: Uncertain) -> Uncertain:
    """A number that a claim states: its grounds are the claim's, and it is no unknown of the scenario."""
    if number.law not in ("fixed", *SPREADS) or number.named_claims or number.sources or number.grade:
        raise ValueError("must be a plain number or {low, high} here; grounds stand in the claim itself")
    return number


Certain = AfterValidator(_fixed)
Stated = AfterValidator(_stated)


def _name_or_inline(value: object) -> str:
    return "name" if isinstance(value, str) else "inline"


class Model(BaseModel):
    """Frozen, refuses keys that it does not know, and takes nothing for what it is not ("yes" is text)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _above(info: ValidationInfo, lower: str, upper: Uncertain | None) -> None:
    """Raises ValueError where the likely value of the field `lower` is above that of the field being checked."""
    below = info.data.get(lower)
    if below is None or upper is None or "same_as" in (below.law, upper.law) or below.likely <= upper.likely:
        return
    raise ValueError(f"is below {lower}: {upper.described()} against {below.described()}")


# YAML knows lists only, where these are pairs.
Row = Strict(False)


# ---------------------------------------------------------------------------------------------- evidence


class Source(Model):
    """Where a published figure comes from."""

    title: Text
    publisher: Text = ""
    date: Text = ""
    url: Text = ""


class Distance(Model):
    """A claim that can be held against the map: the distance between two named places of the scenario."""

    start: Name
    end: Name
    value: Annotated[Length, Stated]
    tolerance: Annotated[Probability, Certain] = Field(
        default=fixed(0.25, "probability"), description="relative; above it the claim is reported"
    )


class Claim(Model):
    """A statement by a source, in our own words, graded by the NATO Admiralty code."""

    id: Key
    says: Text
    topic: Key = Field(description="claims on one topic with different values are in conflict")
    value: bool | int | float | str | None = None
    publisher: Text = ""
    date: Text = ""
    hedge: Text = Field(default="", description="how the source limited its own statement")
    grade: Grade = None
    source: Text = ""
    distance: Distance | None = None


# ---------------------------------------------------------------------------------------------- systems


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
        _above(info, str(info.field_name).replace("_max", "_min"), number)
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
        _above(info, str(info.field_name).replace("_max", "_min"), number)
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


# ---------------------------------------------------------------------------------------------- threats


class Aspect(Model):
    """How much larger than `rcs` a threat is as seen from the front, the side and the rear."""

    front: Decibel = fixed(0.0, "decibel")
    side: Decibel = fixed(0.0, "decibel")
    rear: Decibel = fixed(0.0, "decibel")


class Noise(Model):
    """A noise jammer that a threat carries against radars: it is spread evenly over a band."""

    power: Power = Field(description="effective radiated power towards the radars, over the whole band")
    frequency: Frequency = Field(description="middle of the band")
    bandwidth: Frequency


class Link(Model):
    """The radio link that a threat is flown by, as a jammer with `power` finds it."""

    power: Power = Field(description="effective radiated power of the operator's transmitter")
    frequency: Frequency = Field(description="middle of its band")
    bandwidth: Frequency = Field(description="of all that it uses, hopping included")
    distance: Length = Field(description="from the operator to the threat, where it is jammed")
    loss: Decibel = Field(default=fixed(0.0, "decibel"), description="by ground and walls, beyond that of free space")
    margin: Decibel = Field(
        default=fixed(0.0, "decibel"), description="jamming to signal at the threat, both in its band, that it stands"
    )


class Threat(Model):
    """A type of threat. Speed and altitude differ between threats of a raid; the rest is one unknown per world."""

    title: Text = ""
    kind: ThreatClass
    speed: Speed = Field(description="drawn per threat")
    altitude: Length = Field(description="cruise altitude above ground, drawn per threat")
    altitude_above: Literal["ground", "sea"] = Field(
        default="ground", description="what altitude counts from; over a level surface the two are one"
    )
    rcs: Area
    rcs_by_band: dict[Band, Area] = Field(
        default_factory=dict, description="radar cross section in the bands in which it is not `rcs`"
    )
    aspect: Aspect | None = Field(default=None, description="how `rcs` depends on where it is seen from")
    noise: Noise | None = Field(default=None, description="noise jamming of radars")
    radius: Length = Field(default=fixed(0.5, "length"), description="radius of the vulnerable part, for guns")
    profile: Literal["dive", "glide"] = Field(
        default="dive",
        description="dive: level flight, then down at dive_angle; glide: straight from altitude to the aim point",
    )
    dive_angle: SmallAngle = Field(default=fixed(0.5235987755982988, "angle"))
    release_distance: Length = Field(
        default=fixed(0.0, "length"), description="ground distance from the target where its work is done"
    )
    satnav_dependence: Probability = Field(
        default=fixed(0.0, "probability"), description="chance that it needs satellite navigation"
    )
    link_dependence: Probability = Field(
        default=fixed(0.0, "probability"), description="chance that it needs a control link"
    )
    satnav_threshold: Decibel = Field(
        default=fixed(28.0, "decibel"),
        description="carrier to noise density, dB-Hz, at which it loses satellite navigation; 44 dB without jamming",
    )
    satnav_rejection: Decibel = Field(
        default=fixed(0.0, "decibel"),
        description="by which its antenna favours satellites over a jammer: its pattern, nulls steered at jammers",
    )
    link: Link | None = Field(default=None, description="what a jammer of links with `power` is up against")
    drift: Speed = Field(
        default=fixed(1.0, "speed"), description="velocity error after loss of satellite navigation, per axis, 1 sigma"
    )
    drift_acceleration: Acceleration = Field(
        default=fixed(0.0, "acceleration"), description="error of acceleration after that, per axis, 1 sigma"
    )
    sources: dict[Key, Source] = Field(default_factory=dict)
    note: Text = ""


SystemRef = Annotated[Annotated[Key, Tag("name")] | Annotated[System, Tag("inline")], Discriminator(_name_or_inline)]
ThreatRef = Annotated[Annotated[Key, Tag("name")] | Annotated[Threat, Tag("inline")], Discriminator(_name_or_inline)]


# ---------------------------------------------------------------------------------------------- scenario


def _metres(value: object) -> float:
    metres = units.parse(value, "length")
    if abs(metres) > 1e6:
        raise ValueError("must lie within 1000 km of the origin")
    return metres


Metres = Annotated[
    float,
    BeforeValidator(_metres),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": -1e6, "maximum": 1e6}, {"type": "string"}]}),
]


class Place(Model):
    """Latitude and longitude, or metres east and north of the scenario's origin; `within` says how well it is known."""

    lat: float | None = Field(default=None, ge=-85, le=85)
    lon: float | None = Field(default=None, ge=-180, le=180)
    east: Metres | None = Field(default=None, description="m, or text such as 3 km; within 1000 km")
    north: Metres | None = Field(default=None, description="as east")
    within: Length = fixed(0.0, "length")

    @model_validator(mode="after")
    def _either(self) -> Place:
        degrees, metres = (self.lat, self.lon), (self.east, self.north)
        if (None in degrees) == (None in metres) or (None in degrees and degrees != (None, None)):
            raise ValueError("needs lat and lon, or east and north")
        if None in metres and metres != (None, None):
            raise ValueError("needs lat and lon, or east and north")
        return self

    def local(self, origin: tuple[float, float]) -> tuple[float, float]:
        """Metres east and north of an origin (latitude and longitude)."""
        if self.lat is None or self.lon is None:
            return float(self.east or 0.0), float(self.north or 0.0)
        east, north = geodesy.to_local(self.lat, self.lon, origin)
        return float(east), float(north)


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
    at: Place
    radius: Length = Field(default=fixed(100.0, "length"))
    height: Length = Field(default=fixed(0.0, "length"), description="of the aim point above ground")
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""


class Unit(Model):
    """A fire unit, a sensor or a jammer at a place."""

    name: Name
    system: SystemRef = Field(description="a name in the catalogue or in this file's systems, or the system itself")
    at: Place
    roof: Roof | None = None
    height: Length = Field(
        default=fixed(0.0, "length"), description="of the ground or platform that it stands on, added to a roof"
    )
    screen: Screen | None = None
    present: Probability = Field(default=fixed(1.0, "probability"), description="chance that it is there at all")
    networked: bool = True
    override: dict[str, Any] = Field(default_factory=dict, description="parts of the system that are different here")
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""


class Network(Model):
    """The command network: what one unit confirms, every other networked unit knows after a delay."""

    delay: Duration = fixed(5.0, "time")


class Weather(Model):
    """The air between a sensor and its target, the same everywhere."""

    rain: Rainfall = Field(default=fixed(0.0, "rainfall"), description="rate of rain all along the way of a radar")


class Heights(Model):
    """Heights of buildings, weighted by perimeter: a Rayleigh law, or shares of given heights."""

    rayleigh: Length | None = Field(default=None, description="scale (mode) of the Rayleigh law")
    shares: list[Annotated[tuple[Length, Probability], Row]] | None = Field(
        default=None, description="[height, share] rows"
    )

    @model_validator(mode="after")
    def _one(self) -> Heights:
        if (self.rayleigh is None) == (self.shares is None):
            raise ValueError("needs either rayleigh or shares")
        if self.shares is not None and not any(s.law == "same_as" or s.span[1] > 0 for _, s in self.shares):
            raise ValueError("needs a share above 0")
        return self


#: Kinds of town of ITU-R P.1410: built-up share, buildings per km2, Rayleigh scale of their heights in m. The four sets
#: are those that its users share (Al-Hourani et al. 2014, Holis and Pechac 2008).
TOWNS = {
    "suburban": (0.1, 750.0, 8.0),
    "urban": (0.3, 500.0, 15.0),
    "dense": (0.5, 300.0, 20.0),
    "high-rise": (0.5, 300.0, 50.0),
}


class City(Model):
    """A statistical city in a disc, where there are no footprints: the Boolean model, of buildings whose density,
    perimeter and heights are given, or a kind of town of ITU-R P.1410."""

    kind: Literal["city"]
    centre: Place
    radius: Length
    preset: Literal["suburban", "urban", "dense", "high-rise"] | None = Field(
        default=None, description="of ITU-R P.1410, in place of density, perimeter and heights"
    )
    density: Density | None = Field(default=None, description="buildings per area")
    perimeter: Length | None = Field(default=None, description="mean perimeter of a building")
    heights: Heights | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _one_way(self) -> City:
        given = {name: getattr(self, name) is not None for name in ("density", "perimeter", "heights")}
        if self.preset is not None and any(given.values()):
            raise ValueError(f"a preset stands in place of {', '.join(n for n in given if given[n])}: remove one")
        if self.preset is None and not all(given.values()):
            raise ValueError(f"needs {', '.join(n for n in given if not given[n])}, or a preset")
        return self


class Smooth(Model):
    """A smooth earth with the 4/3-earth horizon."""

    kind: Literal["smooth"]


class Open(Model):
    """No obstruction at all, not even the horizon: for closed forms."""

    kind: Literal["open"]


class Buildings(Model):
    """Footprints of buildings with heights or storeys: GeoJSON or GeoParquet."""

    file: File
    height: Text = Field(default="height", description="the property that holds heights, m")
    storeys: Text = Field(default="building:levels", description="the property that holds storeys")
    storey_height: Annotated[Length, Certain] = fixed(3.2, "length")
    unknown: Annotated[Length, Certain] | None = Field(
        default=None, description="height of buildings without either; none: the median of the others"
    )


class Canopy(Model):
    """Trees, which a radar does not see through: a raster of their heights, or polygons."""

    file: File
    height: Annotated[Length, Certain] = Field(
        default=fixed(18.0, "length"), description="where polygons have no property called height"
    )


class Clearing(Model):
    """A disc without trees."""

    at: Place
    radius: Annotated[Length, Certain]


class Mapped(Model):
    """A real surface from files: terrain, buildings and trees. Altitudes are then above sea level."""

    kind: Literal["mapped"]
    terrain: list[File] = Field(
        default_factory=list, description="elevation rasters: GeoTIFF, SRTM .hgt, DTED; none: level ground"
    )
    buildings: Buildings | None = None
    canopy: list[Canopy] = Field(default_factory=list)
    clearings: list[Clearing] = Field(default_factory=list)
    cell: Annotated[Length, Certain] | None = Field(
        default=None,
        description="finest cell; none: 2 m with buildings or trees, else that of the terrain. Cells double outward",
    )
    range: Annotated[Length, Certain] = Field(
        default=fixed(60_000.0, "length"), description="how far from a sensor the surface can hide anything"
    )
    credit: Text = Field(default="", description="the attribution that the files' licences ask for; printed with maps")
    note: Text = ""

    @field_validator("cell")
    @classmethod
    def _cell_of_a_size(cls, cell: Uncertain | None) -> Uncertain | None:
        if cell is not None and not 0.5 <= cell.likely <= 1000.0:
            raise ValueError(f"must lie between 0.5 m and 1000 m, found {cell.likely:g} m")
        return cell

    @field_validator("range")
    @classmethod
    def _range_of_a_size(cls, reach: Uncertain) -> Uncertain:
        if not 1_000.0 <= reach.likely <= 500_000.0:
            raise ValueError(f"must lie between 1 km and 500 km, found {reach.likely / 1000:g} km")
        return reach

    @model_validator(mode="after")
    def _something(self) -> Mapped:
        if not (self.terrain or self.buildings or self.canopy):
            raise ValueError("needs terrain, buildings or canopy")
        return self

    def files(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every file with the path of the field that names it."""
        named: list[tuple[tuple[str | int, ...], str]] = [(("terrain", k), name) for k, name in enumerate(self.terrain)]
        if self.buildings is not None:
            named.append((("buildings", "file"), self.buildings.file))
        return named + [(("canopy", k, "file"), canopy.file) for k, canopy in enumerate(self.canopy)]


Surface = Annotated[City | Mapped | Smooth | Open, Field(discriminator="kind")]


def _assumed(dimension: str, low: float, likely: float, high: float, note: str) -> Uncertain:
    """A number of our own for what nobody publishes, over the logarithm."""
    return Uncertain(dimension, "triangular", (low, likely, high), log=True, grade="F6", note=note)


#: Ballistic coefficients, kg/m2, of what is left of a threat of each class: mass over drag area of a tumbling body.
WRECKS: dict[str, Uncertain] = {
    "drone": _assumed("ballistic", 25.0, 80.0, 200.0, "assumed: 200 kg, 2 to 5 m2 of drag area, less when torn apart"),
    "decoy": _assumed("ballistic", 8.0, 25.0, 80.0, "assumed: foam and plywood, 10 to 20 kg"),
    "quadcopter": _assumed("ballistic", 10.0, 25.0, 60.0, "assumed: 1 to 10 kg, tumbling"),
    "cruise": _assumed("ballistic", 100.0, 400.0, 1500.0, "assumed: 1 to 2 t, 2 to 5 m2 of drag area"),
    "aircraft": _assumed("ballistic", 100.0, 400.0, 1500.0, "assumed: 20 t, 30 to 60 m2 of drag area"),
    "helicopter": _assumed("ballistic", 80.0, 250.0, 800.0, "assumed: 10 t, 25 to 50 m2 of drag area"),
    "munition": _assumed("ballistic", 300.0, 1500.0, 5000.0, "assumed: a thick case that stays whole"),
    "ballistic": _assumed("ballistic", 500.0, 3000.0, 10_000.0, "assumed: a warhead or a motor case"),
}


class LethalAreas(Model):
    """The area of ground on which one body that comes down would harm whoever stands there in the open."""

    wreck: Area = Field(
        default=_assumed("area", 5.0, 20.0, 200.0, "assumed: a little more than the body"), description="of a threat"
    )
    diverted: Area = Field(
        default=_assumed("area", 100.0, 500.0, 3000.0, "assumed: most still carry a charge, which goes off"),
        description="of a threat that jamming led astray",
    )
    missile: Area = Field(
        default=_assumed("area", 1.0, 5.0, 50.0, "assumed: the body and its larger pieces"), description="that missed"
    )
    rounds: Area = Field(
        default=_assumed("area", 0.1, 0.5, 5.0, "assumed: a shell of 20 to 40 mm, some of which go off"),
        description="of a gun, each",
    )


class Fall(Model):
    """What comes down under the defence: the wind, how bodies fall, what is destroyed in the air, who is below."""

    wind: Wind = Field(
        default=Uncertain("speed", "triangular", (0.5, 4.0, 12.0), grade="F6", note="assumed: any day of the year"),
        description="10 m above the ground, from any direction; it grows with height by the power 1/7",
    )
    wrecks: dict[ThreatClass, Ballistic] = Field(
        default_factory=dict,
        description="ballistic coefficient m / (Cd A) of what is left of a threat, by class; for the others, our own",
    )
    breakup: Number = Field(
        default=_assumed("number", 1.2, 2.5, 6.0, "assumed: from nearly whole to torn apart"),
        description="pieces have coefficients from 1/breakup to breakup times that of the whole",
    )
    missile: Ballistic = Field(
        default=_assumed("ballistic", 150.0, 700.0, 6000.0, "assumed: from tumbling to nose first"),
        description="of a missile that missed and stays whole",
    )
    missile_pieces: Ballistic = Field(
        default=_assumed("ballistic", 20.0, 80.0, 400.0, "assumed: sheet, fins, a piece of the motor"),
        description="of the pieces of a missile that destroyed itself",
    )
    missile_self_destruct: Probability = Field(
        default=Uncertain("probability", "triangular", (0.5, 0.9, 0.99), grade="F6", note="assumed"),
        description="chance that a missile that missed destroys itself where it would have met its target",
    )
    round: Ballistic = Field(
        default=_assumed("ballistic", 400.0, 1200.0, 2500.0, "assumed: shells of 20 to 40 mm, 0.1 to 1 kg"),
        description="of a gun's round",
    )
    round_self_destruct: Probability = Field(
        default=Uncertain("probability", "triangular", (0.7, 0.95, 0.995), grade="F6", note="assumed"),
        description="chance that a round destroys itself; its splinters are not counted",
    )
    lethal_area: LethalAreas = Field(default_factory=LethalAreas)
    population_density: Density | None = Field(
        default=None, description="people in the open per area, the same everywhere on the map; none: not estimated"
    )

    def wreck(self, kind: str) -> Uncertain:
        """The ballistic coefficient of the wreck of a threat of a class."""
        return WRECKS[kind] if kind not in self.wrecks else self.wrecks[kind]

    @field_validator("breakup")
    @classmethod
    def _spreads(cls, breakup: Uncertain) -> Uncertain:
        if breakup.law != "same_as" and not 1.0 <= breakup.span[0] <= breakup.span[1] <= 1000.0:
            raise ValueError(f"must lie between 1 and 1000; found {breakup.described()}")
        return breakup


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

    @model_validator(mode="after")
    def _one(self) -> Arrival:
        if sum(x is not None for x in (self.gap, self.spread, self.rate)) > 1:
            raise ValueError("needs at most one of gap, spread, rate")
        return self


class Group(Model):
    """Threats of one type in a raid."""

    threat: ThreatRef = Field(description="a name in the catalogue or in this file's threats, or the threat itself")
    count: int = Field(ge=1, le=200_000)
    targets: list[Name] | None = Field(default=None, description="assets, each as likely; none: all")
    distance: Length = Field(
        default=fixed(60_000.0, "length"), description="ground distance from the target at which threats appear"
    )
    bearing: Bearings = Bearings()
    wander: Number = Field(
        default=fixed(0.0), description="sideways wander of the way, 1 sigma as a fraction of distance"
    )
    speed: Speed | None = None
    altitude: Length | None = None
    link: Link | None = Field(default=None, description="in place of the threat's own")
    arrival: Arrival = Arrival()


class Reported(Model):
    """What was told of a raid that took place: set beside what the model gives, never used by it.

    A number that was not told is left out, which says something other than 0.
    """

    date: Text = ""
    sent: int = Field(ge=1, le=200_000)
    killed: int | None = Field(default=None, ge=0, description="shot down, as reported")
    diverted: int | None = Field(default=None, ge=0, description="brought off their way by jamming, as reported")
    leaked: int | None = Field(default=None, ge=0, description="arrived where they were sent, as reported")
    struck: int | None = Field(
        default=None, ge=0, description="came down on buildings, also where another number has counted them"
    )
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""

    @model_validator(mode="after")
    def _adds_up(self) -> Reported:
        told = {name: getattr(self, name) for name in ("killed", "diverted", "leaked")}
        fates = [f"{name} {count}" for name, count in told.items() if count is not None]
        if not fates and self.struck is None:
            raise ValueError("needs at least one of killed, diverted, leaked, struck")
        if sum(count or 0 for count in told.values()) > self.sent:
            raise ValueError(f"{' + '.join(fates)} are more than the {self.sent} sent; each threat has one fate")
        if (self.struck or 0) > self.sent:
            raise ValueError(f"struck {self.struck} are more than the {self.sent} sent")
        return self


class Raid(Model):
    """One set of threats; `sizes` plays it again scaled to those totals, for a saturation curve."""

    name: Key
    title: Text = ""
    groups: list[Group] = Field(min_length=1, max_length=50)
    sizes: list[int] | None = None
    reported: Reported | None = Field(default=None, description="outcome of a real raid of this size, to compare with")
    note: Text = ""

    @model_validator(mode="after")
    def _sizes(self) -> Raid:
        sizes = self.sizes or []
        if self.sizes is not None and (not sizes or not all(1 <= s <= 200_000 for s in sizes)):
            raise ValueError("sizes needs totals of 1 to 200000 threats")
        if len(set(sizes)) < len(sizes):
            raise ValueError("sizes must differ from one another")
        return self

    @model_validator(mode="after")
    def _as_many_as_reported(self) -> Raid:
        played = self.sizes or [sum(group.count for group in self.groups)]
        if self.reported is not None and self.reported.sent not in played:
            told = f"{self.reported.sent} were sent as reported, but the raid is played with"
            raise ValueError(f"{told} {', '.join(map(str, played))}")
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
    weather: Weather | None = Field(default=None, description="none: air that takes nothing from a radar's waves")
    claims: list[Claim] = Field(default_factory=list)
    sources: dict[Key, Source] = Field(default_factory=dict)
    systems: dict[Key, System] = Field(default_factory=dict)
    threats: dict[Key, Threat] = Field(default_factory=dict)
    assets: list[Asset] = Field(min_length=1)
    units: list[Unit] = Field(default_factory=list, max_length=500)
    raids: list[Raid] = Field(min_length=1)
    fall: Fall = Field(default_factory=Fall)
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
