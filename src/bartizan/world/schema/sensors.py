"""Sensors: radars, sights, and ideal ones."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bartizan.physics import light
from bartizan.world.schema.fields import (
    Model,
    Row,
    Text,
    above,
)
from bartizan.world.uncertain import (
    Angle,
    Area,
    Decibel,
    Difference,
    Duration,
    Frequency,
    Length,
    Power,
    Probability,
    Quality,
    SmallAngle,
    Speed,
    Temperature,
    Uncertain,
    fixed,
)

#: The chance of a false alarm that a look may have: it makes a radar see farther and costs it nothing here, which holds
#: only as long as hardly any false track comes of it.
MOST_FALSE_ALARMS = 1e-3
TOO_MANY_FALSE_ALARMS = (
    f"must be at most {MOST_FALSE_ALARMS:g}: more would make the radar see farther and cost it nothing; what false "
    "alarms cost a unit is stated as its false_tracks"
)


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
        default=None,
        description="elevation of a target above which the beam is clear of the ground; none: of a fire-control radar "
        "the width of its `beam`, of a search radar never",
    )

    @model_validator(mode="after")
    def _one(self) -> Clutter:
        if self.improvement is not None and self.canceller is not None:
            raise ValueError("needs improvement or canceller, not both")
        return self


class Sensor(Model):
    """A radar, an optical or infrared sight, or an ideal sensor that detects with certainty at its range."""

    kind: Literal["radar", "optical", "infrared", "ideal"] = "radar"
    role: Literal["search", "fire-control"] = "search"
    range: Length | None = Field(
        default=None,
        description="range at which the single-scan detection probability is `probability` (radar), or at which a "
        "sight makes out a target of its `size` half of the time in clear air; none: from `power` or `mean_power` by "
        "the range equation, or from `resolution`",
    )
    rcs: Area = Field(default=fixed(1.0, "area"), description="radar cross section that `range` holds for")
    probability: Probability = Field(
        default=fixed(0.5, "probability"), description="single-scan detection probability at `range`"
    )
    snr: Decibel | None = Field(
        default=None, description="mean signal to noise of one pulse at `range`; replaces `probability`"
    )
    false_alarm: Probability = Field(
        default=fixed(1e-6, "probability"),
        description="chance that a look detects where there is nothing; at most 1e-3, as false alarms cost nothing "
        "here but by `false_tracks`",
    )
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
    beam: SmallAngle | None = Field(
        default=None,
        description="width of the beam in azimuth, one way, to half power; none: of a round beam with its `gain`",
    )
    temperature: Temperature | None = Field(default=None, description="of the system: antenna and receiver noise")
    losses: Decibel = Field(default=fixed(0.0, "decibel"), description="all of them together, in the range equation")
    size: Length = Field(
        default=fixed(2.3, "length"),
        description="of the target that a sight's `range` holds for: the root of the area that it shows",
    )
    contrast: Probability = Field(
        default=fixed(0.5, "probability"),
        description="of the target that an optical sight's `range` or `resolution` holds for",
    )
    temperature_difference: Difference = Field(
        default=fixed(2.0, "temperature"),
        description="the same of an infrared sight: between the target and what is behind it",
    )
    resolution: SmallAngle | None = Field(
        default=None, description="angle of the finest cycle, a light and a dark bar, that a sight resolves"
    )
    cycles: Quality | None = Field(
        default=None, description="cycles across a target with which a sight does its task half of the time"
    )
    night: bool = Field(default=False, description="an optical sight that sees as far by night: amplified light, lamps")
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
    coast_time: Duration | None = Field(
        default=None, description="after so long without a look that could see it a track is dropped; none: never"
    )
    dwell: Duration | None = Field(
        default=None,
        description="of a fire-control radar: the time at each position of its `beam` while it searches for what "
        "the network has told it of; none: it finds that at once",
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

    @field_validator("false_alarm")
    @classmethod
    def _rare(cls, number: Uncertain) -> Uncertain:
        if number.law != "same_as" and number.span[1] > MOST_FALSE_ALARMS:
            raise ValueError(f"{TOO_MANY_FALSE_ALARMS}, found {number.described()}")
        return number

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
        is_sight = self.kind in ("optical", "infrared")
        ways = ("range", "resolution") if is_sight else ("range", "power", "mean_power")
        given = [name for name in ways if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(ways)}; found {given or 'none'}")
        if self.kind != "radar":
            self.refuse(*_OF_RADARS, why=f"is for a radar, not for a sensor of the kind {self.kind}")
        if is_sight:
            self._check_sight()
        else:
            self.refuse(*_OF_SIGHTS, why=f"is for an optical or infrared sensor, not for one of the kind {self.kind}")
        if self.power is not None:
            self._with("power", "frequency", "gain", "temperature")
            if self.pulse is None and self.bandwidth is None:
                raise ValueError("power needs pulse or bandwidth as well")
        if self.mean_power is not None:
            self._with("mean_power", "aperture", "temperature")
        if self.dwell is not None:
            self._with("dwell", "beam")
            if self.role != "fire-control":
                raise ValueError("dwell is for a fire-control radar; a search radar has its scan_period")
        if self.clutter is not None:
            self._with("clutter", "beam", *(["frequency"] if self.clutter.canceller else []))
        return self

    def _check_sight(self) -> None:
        """Raises ValueError unless its figures belong together, and its range is one to which anything can be seen."""
        thermal = self.kind == "infrared"
        others = ("contrast", "night") if thermal else ("temperature_difference",)
        self.refuse(*others, why=f"is not for {self.kind} sights")
        self.refuse(*_OF_ECHOES, why=f"is for a radar, not for a sensor of the kind {self.kind}")
        if self.resolution is not None:
            self._with("resolution", "cycles")
        signal = self.temperature_difference if thermal else self.contrast
        if self.range is None or "same_as" in (self.range.law, signal.law):
            return
        limit = light.clear_limit(signal.span[0], thermal)
        if self.range.span[1] >= limit:
            seen = f"in clear air a {'temperature_difference' if thermal else 'contrast'} of {signal.span[0]:g} is seen"
            raise ValueError(f"{seen} to {limit / 1000:.4g} km; found a range of {self.range.described()}")

    def _with(self, field: str, *needed: str) -> None:
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"{field} needs {', '.join(missing)} as well")


_OF_SIGHTS = ("size", "contrast", "temperature_difference", "resolution", "cycles", "night")
_OF_ECHOES = ("rcs", "probability", "snr", "false_alarm")
_OF_RADARS = ("power", "mean_power", "aperture", "pulses", "fluctuation", "frequency", "pulse", "bandwidth", "gain",
              "receive_gain", "sidelobes", "beam", "temperature", "losses", "radial_speed_min", "dwell",
              "clutter")  # fmt: skip
