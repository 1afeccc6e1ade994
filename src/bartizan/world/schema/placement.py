"""Where units might stand, and which of them: what `bartizan place` chooses from, and by what."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bartizan.ground.errors import OfField
from bartizan.world.schema.fields import Certain, Key, Model, Name, Text
from bartizan.world.schema.places import Place
from bartizan.world.uncertain import Length, Probability, Uncertain, fixed

Objective = Literal["mean", "worst_raid", "worst_fifth"]
#: Sites that an area is made into, at most.
MOST_SITES = 400


class Placed(Model):
    """Units of one kind that are to be placed, one a site."""

    system: Key = Field(description="a name in the catalogue or in this file's systems")
    count: int = Field(default=1, ge=1, le=50, description="how many; with a budget, how many at most")
    cost: float = Field(default=1.0, ge=0, le=1e12, description="of each, in the units of the budget")
    networked: bool = True
    override: dict[str, Any] = Field(default_factory=dict, description="parts of the system that are different here")


class Site(Model):
    """A place where a unit may stand."""

    name: Name
    at: Place
    storeys: int | None = Field(
        default=None, ge=0, le=300, description="of the building that it stands on; none: it stands on the ground"
    )
    cost: float = Field(default=0.0, ge=0, le=1e12, description="of using it, added to that of the unit")
    note: Text = ""

    @model_validator(mode="after")
    def _certain(self) -> Site:
        if self.at.within.span != (0.0, 0.0):
            raise OfField("at", "within is not for sites: it is chosen where a unit stands")
        return self


class Roofs(Model):
    """Roofs of mapped buildings that units may stand on."""

    height: Annotated[Length, Certain] = Field(description="that they have at least, above the ground")
    most: int = Field(
        default=20, ge=1, le=MOST_SITES, description="how many: the highest, none within `every` of another"
    )


class SiteArea(Model):
    """An area whose points are sites: of a grid, or roofs in it."""

    name: Name
    at: Place = Field(description="middle of a circle")
    radius: Annotated[Length, Certain]
    every: Annotated[Length, Certain] = Field(description="between the points of the grid, or between roofs at least")
    roofs: Roofs | None = Field(default=None, description="in place of points on the ground; takes a mapped surface")
    cost: float = Field(default=0.0, ge=0, le=1e12, description="of using a point, added to that of the unit")

    @model_validator(mode="after")
    def _not_empty(self) -> SiteArea:
        if self.every.likely <= 0 or self.radius.likely <= 0:
            raise ValueError("needs a radius and an `every` above 0")
        return self


class KeepOut(Model):
    """A circle in which nothing may be placed."""

    at: Place
    radius: Annotated[Length, Certain]
    note: Text = ""


class Placement(Model):
    """Candidate sites, what is to stand there, and by what layouts are judged: a question, of which no raid depends."""

    units: list[Placed] = Field(min_length=1, max_length=8)
    sites: list[Site] = Field(default_factory=list, max_length=MOST_SITES)
    areas: list[SiteArea] = Field(default_factory=list, max_length=50)
    spacing: Annotated[Length, Certain] = Field(
        default=fixed(0.0, "length"), description="between any two that are placed, at least"
    )
    keep_out: list[KeepOut] = Field(default_factory=list, max_length=100)
    budget: float | None = Field(default=None, ge=0, le=1e15, description="what all may cost together; none: no limit")
    raids: list[Key] = Field(default_factory=list, description="cases, or raids with all their cases; none: all")
    objective: Objective = Field(
        default="mean",
        description="what is to be least: the mean of what gets through, over worlds and raids; that of the raid of "
        "which most gets through; or the mean over the worst fifth of worlds",
    )
    weights: dict[Name, Annotated[float, Field(ge=0, le=1e6)]] = Field(
        default_factory=dict, description="how heavy what reaches an asset is; 1 for those that are not named"
    )
    within: Annotated[Probability, Certain] = Field(
        default=fixed(0.001, "probability"),
        description="share of what is sent by which layouts are as good as one another",
    )

    @model_validator(mode="after")
    def _something(self) -> Placement:
        if not (self.sites or self.areas):
            raise ValueError("needs sites or areas")
        names = [*(site.name for site in self.sites), *(area.name for area in self.areas)]
        if len(set(names)) < len(names):
            raise ValueError("the names of sites and areas must differ from one another")
        if not 0 < _value(self.within) < 1:
            raise OfField("within", "must lie above 0 and below 1")
        return self


def _value(number: Uncertain) -> float:
    return number.parameters[0]
