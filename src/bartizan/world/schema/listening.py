"""Acoustic sensors: microphones on masts, which hear a threat over the noise around them, and late."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from bartizan.world.schema.sensors import Sensor, rare
from bartizan.world.uncertain import Decibel, Frequency, Length, Probability, SmallAngle, Uncertain, fixed


def _taking(number: Uncertain) -> Uncertain:
    """Raises ValueError for a loss that would gain."""
    if number.law != "same_as" and number.span[0] < 0.0:
        raise ValueError(f"must not be below 0 dB; found {number.described()}")
    return number


class Acoustic(Sensor):
    """Microphones at one place. They hear behind buildings and beyond the horizon too, though less, and hold nothing
    for what is fired."""

    GUIDES: ClassVar[bool] = False

    kind: Literal["acoustic"]
    role: Literal["search"] = "search"
    range: Length | None = Field(
        default=None,
        description="range at which a look detects a threat of the loudness `sound` with `probability`, amid `noise` "
        "and no wind; none: from `gain`",
    )
    sound: Decibel = Field(
        default=fixed(75.0, "decibel"), description="of the threat that `range` holds for: dB(A) 100 m from it"
    )
    noise: Decibel = Field(
        default=fixed(40.0, "decibel"), description="around the microphones, dB(A), that `range` holds for"
    )
    gain: Decibel | None = Field(
        default=None, description="by which its array and its filters lift what they listen for over the noise"
    )
    probability: Probability = Field(
        default=fixed(0.5, "probability"), description="detection probability of one look at `range`"
    )
    false_alarm: Annotated[Probability, AfterValidator(rare)] = Field(
        default=fixed(1e-4, "probability"),
        description="chance that a look detects where there is nothing; at most 1e-3, as false alarms cost nothing "
        "here but by `false_tracks`",
    )
    frequency: Frequency = Field(
        default=fixed(250.0, "frequency"),
        description="of the tones that it listens for: the air takes more of high ones",
    )
    wind_noise: Decibel = Field(
        default=fixed(45.0, "decibel"), description="of a wind of 10 m/s in its screened microphones, dB(A)"
    )
    shadow: Annotated[Decibel, AfterValidator(_taking)] = Field(
        default=fixed(15.0, "decibel"), description="what buildings and hills in between take of the sound"
    )
    bearing_error: SmallAngle | None = Field(
        default=None, description="of its array, 1 sigma; none: one that hears knows no bearing"
    )

    @model_validator(mode="after")
    def _complete(self) -> Acoustic:
        self.exactly_one("range", "gain")
        return self
