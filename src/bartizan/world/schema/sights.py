"""Sights: optical and infrared sensors, which make out a target by what is left of its contrast."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bartizan.physics import light
from bartizan.world.schema.sensors import Sensor
from bartizan.world.uncertain import Difference, Length, Probability, Quality, SmallAngle, Uncertain, fixed

RANGE = "range at which it makes out a target of its `size` half of the time in clear air; none: from `resolution`"
SIZE = "of the target that its `range` holds for: the root of the area that it shows"


class Optical(Sensor):
    """An optical sight."""

    kind: Literal["optical"]
    range: Length | None = Field(default=None, description=RANGE)
    size: Length = Field(default=fixed(2.3, "length"), description=SIZE)
    contrast: Probability = Field(
        default=fixed(0.5, "probability"), description="of the target that its `range` or `resolution` holds for"
    )
    resolution: SmallAngle | None = Field(
        default=None, description="angle of the finest cycle, a light and a dark bar, that a sight resolves"
    )
    cycles: Quality | None = Field(
        default=None, description="cycles across a target with which a sight does its task half of the time"
    )
    night: bool = Field(default=False, description="it sees as far by night: amplified light, lamps")

    @model_validator(mode="after")
    def _complete(self) -> Optical:
        _check(self, "contrast", self.contrast, thermal=False)
        return self


class Infrared(Sensor):
    """An infrared sight."""

    kind: Literal["infrared"]
    range: Length | None = Field(default=None, description=RANGE)
    size: Length = Field(default=fixed(2.3, "length"), description=SIZE)
    temperature_difference: Difference = Field(
        default=fixed(2.0, "temperature"),
        description="between the target that its `range` or `resolution` holds for and what is behind it",
    )
    resolution: SmallAngle | None = Field(
        default=None, description="angle of the finest cycle, a light and a dark bar, that a sight resolves"
    )
    cycles: Quality | None = Field(
        default=None, description="cycles across a target with which a sight does its task half of the time"
    )

    @model_validator(mode="after")
    def _complete(self) -> Infrared:
        _check(self, "temperature_difference", self.temperature_difference, thermal=True)
        return self


def _check(sight: Optical | Infrared, name: str, signal: Uncertain, thermal: bool) -> None:
    """Raises ValueError unless its figures belong together, and its range is one to which anything can be seen."""
    sight.exactly_one("range", "resolution")
    if sight.resolution is not None:
        sight.needs("resolution", "cycles")
    if sight.range is None or "same_as" in (sight.range.law, signal.law):
        return
    limit = light.clear_limit(signal.span[0], thermal)
    if sight.range.span[1] >= limit:
        seen = f"in clear air a {name} of {signal.span[0]:g} is seen to {limit / 1000:.4g} km"
        raise ValueError(f"{seen}; found a range of {sight.range.described()}")
