"""What stands at one place under one command: sensors, effectors, emitters, doctrine."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from bartizan.world.schema.claims import Sources
from bartizan.world.schema.effectors import Effector
from bartizan.world.schema.fields import (
    Key,
    Like,
    Model,
    Text,
    ThreatClass,
)
from bartizan.world.schema.identity import Identification
from bartizan.world.schema.kinds import AnySensor
from bartizan.world.schema.readiness import Readiness
from bartizan.world.uncertain import (
    Count,
    Duration,
    Frequency,
    Length,
    Power,
    Probability,
    Quality,
    Rate,
    fixed,
)


class Emitter(Model):
    """A jammer: a hazard to whatever depends on what it denies, while in range and in sight."""

    denies: list[Literal["satnav", "control-link"]]
    range: Length | None = Field(
        default=None, description="the same against every threat; none: from `power`, for each type of threat"
    )
    power: Power | None = Field(default=None, description="effective radiated power towards the threats, all of it")
    frequency: Frequency | None = Field(
        default=None, description="of a jammer of links with power: the middle of its band; against satnav it is L1"
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
            self.refuse("frequency", "bandwidth", "quality", why="is for a jammer with power, not with a range")
        elif len(set(self.denies)) != 1:
            raise ValueError("with power it denies one of satnav, control-link; the other is an emitter of its own")
        elif "satnav" in self.denies:
            self.refuse(
                "frequency", why="is for a jammer of control links; one of satnav has its power on L1, 1575.42 MHz"
            )
            self.refuse("bandwidth", why="is for a jammer of control links; quality says how wide this one is")
        else:
            self.refuse("quality", why="is for a jammer of satnav")
            if self.frequency is None or self.bandwidth is None:
                raise ValueError("power against control links needs frequency and bandwidth as well")
        return self


class FalseTracks(Model):
    """Tracks of nothing that flies in: clutter, birds, chaff. Each keeps a channel busy until the crew has seen
    through it; while all channels are busy they are not looked at."""

    rate: Rate = Field(
        description="mean number per time at this unit, a Poisson stream from when it first knows of a threat until "
        "the raid is over"
    )
    time: Duration = Field(description="for which one keeps a channel")
    fired: Probability = Field(
        default=fixed(0.0, "probability"), description="chance that it costs a salvo of the first effector loaded"
    )


class Doctrine(Model):
    """Rules of a fire unit: what it engages, how many rounds, when it looks again."""

    salvo: int | list[int] = Field(
        default=1, description="rounds per salvo; a list gives successive salvos, its last repeats"
    )
    max_salvos: int | None = Field(default=None, ge=0, description="salvos at one threat; none: no limit")
    partial_salvo: bool = Field(default=True, description="fire what is left when the magazine holds less than a salvo")
    coordinate: bool = Field(default=True, description="leave alone what another networked unit is engaging")
    engage: list[ThreatClass] | None = Field(default=None, description="classes that it may engage; none: all")
    thrift: bool = Field(
        default=False, description="one round while its result is known in time for another launch, then the salvo"
    )
    fires_on_jammed: Probability = Field(
        default=fixed(1.0, "probability"),
        description="chance, each threat and raid, that it still fires at one that has lost satellite navigation",
    )
    weapons: Literal["free", "tight"] = Field(
        default="free", description="free: at all that is not called neutral; tight: only at what is called hostile"
    )

    @field_validator("salvo")
    @classmethod
    def _salvos(cls, salvo: int | list[int]) -> int | list[int]:
        salvos = salvo if isinstance(salvo, list) else [salvo]
        if not 1 <= len(salvos) <= 4 or not all(1 <= s <= 100 for s in salvos):
            raise ValueError("needs one to four sizes of 1 to 100 rounds")
        return salvo


class System(Model):
    """A parameter set: what stands at one place under one command."""

    title: Text = ""
    like: Like = None
    role: Text = ""
    channels: Count = Field(default=fixed(1, "count"), description="simultaneous engagements")
    reaction_time: Duration = Field(default=fixed(0.0, "time"), description="from a known track to the first launch")
    assessment_time: Duration = Field(default=fixed(0.0, "time"), description="from intercept to knowing its result")
    kill_called_miss: Probability = fixed(0.0, "probability")
    miss_called_kill: Probability = fixed(0.0, "probability")
    antenna_height: Length = Field(
        default=fixed(0.0, "length"), description="above the ground or roof that it stands on"
    )
    sensors: dict[Key, AnySensor] = Field(default_factory=dict)
    effectors: dict[Key, Effector] = Field(default_factory=dict, description="in order of preference")
    emitters: dict[Key, Emitter] = Field(default_factory=dict)
    false_tracks: FalseTracks | None = None
    readiness: Readiness | None = Field(
        default=None, description="none: the scenario's, or ready all along where it states none either"
    )
    time_to_ready: Duration | None = Field(
        default=None, description="from an alert to being ready, of a unit on standby; none: as its readiness says"
    )
    identify: Identification | None = Field(
        default=None, description="none: as the scenario says; where it says nothing, all that flies is fired at"
    )
    doctrine: Doctrine = Doctrine()
    sources: Sources = Field(default_factory=dict)
    note: Text = ""

    @model_validator(mode="after")
    def _something(self) -> System:
        if not (self.sensors or self.effectors or self.emitters):
            raise ValueError("needs a sensor, an effector or an emitter")
        if not (self.sensors or self.effectors):
            self.refuse(
                "readiness", "time_to_ready", why="is for a system with sensors or effectors; jammers are always ready"
            )
        if not self.effectors:
            self.refuse("identify", why="is for a system with effectors: it bears on what is fired at")
        return self

    @model_validator(mode="after")
    def _turning(self) -> System:
        """What turns does so for what the unit fires at: it alone guides, and shares its role with no other sensor."""
        guiding = [n for n, s in self.sensors.items() if s.role == "fire-control"] or list(self.sensors)
        for name, sensor in self.sensors.items():
            if sensor.slew_time is None:
                continue
            if not self.effectors:
                raise ValueError(f"slew_time of {name} is for a system with effectors: it turns to what it fires at")
            if guiding != [name] or not sensor.GUIDES:
                raise ValueError(
                    f"slew_time of {name} is for the one sensor that guides what the system fires; "
                    f"found {', '.join(guiding)}"
                )
        return self
