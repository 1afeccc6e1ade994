"""What may be lost in a raid: a unit or the network, broken down, dark, or hit by what got through."""

from __future__ import annotations

from pydantic import Field

from bartizan.world.schema.fields import Model, Name, Text
from bartizan.world.uncertain import Duration, Probability, fixed


class Loss(Model):
    """That something works no more from some moment of a raid on, for a time or until it is over."""

    at: Duration = Field(default=fixed(0.0, "time"), description="into the raid, from which on it may be lost")
    within: Duration = Field(
        default=fixed(0.0, "time"),
        description="the moment, drawn for each raid, is uniform over this time from then on",
    )
    chance: Probability = Field(default=fixed(1.0, "probability"), description="drawn for each raid")
    lasts: Duration | None = Field(default=None, description="until it works again; none: to the end of the raid")
    note: Text = ""


class Struck(Model):
    """That what reaches an asset puts the unit that stands there out of action, to the end of the raid."""

    asset: Name = Field(description="at which the unit stands, or which it is")
    chance: Probability = Field(
        default=fixed(1.0, "probability"), description="of each threat that reaches the asset, drawn for each raid"
    )
    note: Text = ""
