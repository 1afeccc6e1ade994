"""What comes down, and how: drag of wrecks, lethal areas, wind; all of it assumed unless stated."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from bartizan.world.schema.fields import (
    File,
    Model,
    Text,
    ThreatClass,
)
from bartizan.world.uncertain import (
    Area,
    Ballistic,
    Density,
    Number,
    Probability,
    Uncertain,
    Wind,
)


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


class Population(Model):
    """Where people live. Homes are not told apart within a hundredth of a degree, however fine the raster is."""

    file: File = Field(description="raster with the number of persons in each cell: GeoTIFF, as WorldPop and GHSL have")
    per: Literal["cell", "km2", "ha", "m2"] | None = Field(
        default=None, description="what the file counts persons over; none: what its unit says, or the cell"
    )
    credit: Text = Field(default="", description="the attribution that the file's licence asks for")


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

    population: Population | None = Field(
        default=None, description="in place of population_density; as if all were in the open"
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

    @model_validator(mode="after")
    def _one_population(self) -> Fall:
        if self.population is not None and self.population_density is not None:
            raise ValueError("needs population or population_density, not both")
        return self
