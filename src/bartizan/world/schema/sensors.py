"""What all sensors share: when and where they look, and what makes a track; the kinds of sensors stand on it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from bartizan.world.schema.fields import Model, Once, Row, Text, above, opens
from bartizan.world.uncertain import Angle, Duration, Elevation, Length, Uncertain, fixed

#: The chance of a false alarm that a look may have: it makes a radar see farther and costs it nothing here, which holds
#: only as long as hardly any false track comes of it.
MOST_FALSE_ALARMS = 1e-3
TOO_MANY_FALSE_ALARMS = (
    f"must be at most {MOST_FALSE_ALARMS:g}: more would make the radar see farther and cost it nothing; what false "
    "alarms cost a unit is stated as its false_tracks"
)


class Sensor(Model):
    """What all kinds of sensors have; each kind is a class of its own."""

    GUIDES: ClassVar[bool] = True  # whether it can hold a threat for what is fired

    role: Literal["search", "fire-control"] = "search"
    scan_period: Duration = fixed(2.0, "time")
    phase: Duration | None = Field(
        default=None, description="time of the first look after the threat appears; drawn if absent"
    )
    confirm: Annotated[tuple[int, int], Row, Once("Confirm")] = Field(
        default=(2, 3), description="[m, n]: a track is confirmed by m hits in n successive scans"
    )
    range_min: Length = fixed(0.0, "length")
    range_max: Length | None = Field(default=None, description="instrumented range")
    elevation_min: Elevation = fixed(-1.5707963267948966, "angle")
    elevation_max: Elevation = Field(default=fixed(1.5707963267948966, "angle"), validate_default=True)
    azimuth: Angle = Field(default=fixed(0.0, "angle"), description="middle of its sector, from north over east")
    sector: Angle | None = Field(default=None, description="width of the sector that it looks into; none: all round")
    slew_time: Duration | None = Field(
        default=None,
        description="in which it is turned so that a threat that the unit knows of is in the middle of its sector; "
        "none: it stays",
    )
    coast_time: Duration | None = Field(
        default=None, description="after so long without a look that could see it a track is dropped; none: never"
    )
    note: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _of_its_kind(cls, content: Any) -> Any:
        """Refuses what is known of other kinds alone, by their names."""
        known = {kind: kind.model_fields for kind in Sensor.__subclasses__()}
        for name in content if isinstance(content, dict) else ():
            owners = [kind_of(kind) for kind, fields in known.items() if name in fields]
            if name not in cls.model_fields and owners:
                raise ValueError(f"{name} is for a sensor of the kind {' or '.join(owners)}, not {kind_of(cls)}")
        return content

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
        opens(sector)
        return sector

    @model_validator(mode="after")
    def _turning(self) -> Sensor:
        if self.slew_time is not None:
            self.needs("slew_time", "sector")
        return self

    def exactly_one(self, *ways: str) -> None:
        """Raises ValueError unless one of these fields is given."""
        given = [name for name in ways if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(ways)}; found {given or 'none'}")

    def needs(self, field: str, *needed: str) -> None:
        """Raises ValueError where one of these fields, without which `field` means nothing, is not given."""
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f"{field} needs {', '.join(missing)} as well")


def kind_of(model: type[Sensor]) -> str:
    """What a scenario calls this kind."""
    (name,) = model.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
    return str(name)


def rare(number: Uncertain) -> Uncertain:
    """A chance of a false alarm that is no more than MOST_FALSE_ALARMS. Raises ValueError."""
    if number.law != "same_as" and number.span[1] > MOST_FALSE_ALARMS:
        raise ValueError(f"{TOO_MANY_FALSE_ALARMS}, found {number.described()}")
    return number
