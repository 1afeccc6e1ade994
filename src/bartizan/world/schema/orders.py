"""What a defence may fire at, where and when: release by class, fire-safety arcs, areas where fire is held."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from bartizan.ground.errors import OfField
from bartizan.world.schema.fields import Key, Model, Name, Text, name_or_inline
from bartizan.world.schema.places import Place
from bartizan.world.uncertain import Angle, Duration, Length, Probability, SmallAngle, Uncertain, fixed

#: Corners of an area, at most.
MOST_CORNERS = 32


class Release(Model):
    """Whether an effector may be fired at a class of threats, as its orders are in this world."""

    released: Probability = Field(
        default=fixed(1.0, "probability"),
        description="chance, drawn once per world, that it may be fired at this class at all",
    )
    last_resort: Probability = Field(
        default=fixed(0.0, "probability"),
        description="chance, drawn once per world, that it is fired only while no effector without this rule, of the "
        "unit or of one that coordinates with it, still has a launch window on the threat and rounds for it",
    )
    reserve: Probability = Field(
        default=fixed(0.0, "probability"),
        description="share of a full magazine that this class never gets: it is kept for other classes",
    )


#: `free`, `last_resort` and `never` in place of a Release that says the same.
Rule = Annotated[
    Annotated[Literal["free", "last_resort", "never"], Tag("name")] | Annotated[Release, Tag("inline")],
    Discriminator(name_or_inline),
]
_NAMED = {
    "free": Release(),
    "last_resort": Release(last_resort=fixed(1.0, "probability")),
    "never": Release(released=fixed(0.0, "probability")),
}


def spelled_out(rule: str | Release) -> Release:
    """The rule that a name stands for."""
    return _NAMED[rule] if isinstance(rule, str) else rule


class Arc(Model):
    """Bearings from the unit, from `low` clockwise to `high`, in which nothing may be met low: what lies there."""

    low: Angle
    high: Angle
    elevation: SmallAngle = Field(
        default=fixed(1.5707963267948966, "angle"), description="least elevation of a meeting there; none: no fire"
    )

    @model_validator(mode="after")
    def _spans(self) -> Arc:
        if self.low.span == self.high.span and self.low.span[0] == self.low.span[1]:
            raise ValueError("low and high are the same, which is no arc; one all round is 0 deg to 360 deg")
        return self


class ControlArea(Model):
    """Weapons held or free over an area, for a time: a target in it is fired at or not, whoever would fire.

    Where areas overlap, the last one listed counts.
    """

    name: Name
    status: Literal["hold", "tight", "free"] = Field(
        default="hold",
        description="hold: no launch at what flies there; tight: only at what is called hostile; free: as elsewhere",
    )
    at: Place | None = Field(default=None, description="middle of a circle")
    radius: Length | None = Field(default=None, description="of the circle")
    corners: list[Place] | None = Field(default=None, description="of a polygon, in order, in place of a circle")
    start: Duration = Field(default=fixed(0.0, "time"), description="into the raid, whose first threat appears at 0")
    end: Duration | None = Field(default=None, description="into the raid; none: to its end")
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""

    @model_validator(mode="after")
    def _shaped(self) -> ControlArea:
        if (self.at is None) != (self.radius is None) or (self.at is None) == (self.corners is None):
            raise ValueError("needs either at and radius, or corners")
        if self.corners is not None and not 3 <= len(self.corners) <= MOST_CORNERS:
            raise OfField("corners", f"needs 3 to {MOST_CORNERS} places; found {len(self.corners)}")
        if any(corner.within.span != (0.0, 0.0) for corner in self.corners or []):
            raise OfField("corners", "within is not for corners")
        if self.end is not None and "same_as" not in (self.start.law, self.end.law):
            _check_order(self.start, self.end)
        return self


def _check_order(start: Uncertain, end: Uncertain) -> None:
    """Raises ValueError where an end lies before its start in every world."""
    if end.span[1] <= start.span[0]:
        raise ValueError(f"end is not after start: {end.described()} against {start.described()}")
