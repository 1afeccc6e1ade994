"""Radars: what they have to work with, and the clutter that they work against; and ideal sensors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bartizan.world.schema.fields import Model
from bartizan.world.schema.sensors import Sensor, rare
from bartizan.world.uncertain import (
    Angle,
    Area,
    Decibel,
    Duration,
    Frequency,
    Length,
    Power,
    Probability,
    SmallAngle,
    Speed,
    Temperature,
    fixed,
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


class Radar(Sensor):
    """A radar: it detects echoes over noise, clutter and jamming."""

    kind: Literal["radar"] = "radar"
    range: Length | None = Field(
        default=None,
        description="range at which the single-scan detection probability is `probability`; none: from `power` or "
        "`mean_power` by the range equation",
    )
    rcs: Area = Field(default=fixed(1.0, "area"), description="radar cross section that `range` holds for")
    probability: Probability = Field(
        default=fixed(0.5, "probability"), description="single-scan detection probability at `range`"
    )
    snr: Decibel | None = Field(
        default=None, description="mean signal to noise of one pulse at `range`; replaces `probability`"
    )
    false_alarm: Annotated[Probability, AfterValidator(rare)] = Field(
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
    radial_speed_min: Speed | None = Field(
        default=None, description="a target that comes or goes more slowly than this is not seen"
    )
    dwell: Duration | None = Field(
        default=None,
        description="of a fire-control radar: the time at each position of its `beam` while it searches for what "
        "the network has told it of; none: it finds that at once",
    )
    clutter: Clutter | None = None

    @model_validator(mode="after")
    def _complete(self) -> Radar:
        self.exactly_one("range", "power", "mean_power")
        if self.power is not None:
            self.needs("power", "frequency", "gain", "temperature")
            if self.pulse is None and self.bandwidth is None:
                raise ValueError("power needs pulse or bandwidth as well")
        if self.mean_power is not None:
            self.needs("mean_power", "aperture", "temperature")
        if self.dwell is not None:
            self.needs("dwell", "beam")
            if self.role != "fire-control":
                raise ValueError("dwell is for a fire-control radar; a search radar has its scan_period")
        if self.clutter is not None:
            self.needs("clutter", "beam", *(["frequency"] if self.clutter.canceller else []))
        return self


class Ideal(Sensor):
    """A sensor that detects with certainty whatever it covers."""

    kind: Literal["ideal"]
    range: Length = Field(description="to which it detects everything")
