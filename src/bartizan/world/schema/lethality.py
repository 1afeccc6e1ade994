"""What the geometry of a meeting takes from a kill chance."""

from __future__ import annotations

import itertools
from typing import Annotated

from pydantic import Field

from bartizan.physics.arrays import KILL_ROWS
from bartizan.world.schema.fields import Model, Once, Row, ThreatClass
from bartizan.world.uncertain import Length, Probability, SmallAngle, fixed

#: Rows of a length and what is left of the kill chance there.
KillFactors = Annotated[list[Annotated[tuple[Length, Probability], Row]], Once("KillFactors")]


class Miss(Model):
    """Where a missile passes its target, normal about the bias, and how far from it the warhead still kills."""

    guidance_error: SmallAngle = Field(
        default=fixed(0.0, "angle"),
        description="standard deviation per axis as seen from the unit, so that it grows with range",
    )
    error: Length = Field(
        default=fixed(0.0, "length"), description="standard deviation per axis at every range: of homing, of the fuze"
    )
    bias: Length = Field(default=fixed(0.0, "length"), description="distance of the mean miss from the target")
    lethal_radius: dict[ThreatClass, Length] = Field(
        description="by class: at this miss 37 % of the kill chance are left, exp(-(miss / radius)^2)"
    )


def check_factors(rows: KillFactors | None) -> None:
    """Raises ValueError unless the lengths of a table of factors rise in every world."""
    if rows is None:
        return
    if not 2 <= len(rows) <= KILL_ROWS:
        raise ValueError(f"needs 2 to {KILL_ROWS} rows")
    if any(number.law == "same_as" for row in rows for number in row):
        raise ValueError("same_as is not for the rows of a table")
    for (near, _), (far, _) in itertools.pairwise(rows):
        if near.span[1] >= far.span[0]:
            raise ValueError(f"lengths must rise and not overlap: {near.described()} before {far.described()}")
