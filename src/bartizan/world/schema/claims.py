"""What is said about a deployment, and by whom: sources and graded claims."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag, model_validator

from bartizan.world.schema.fields import (
    Certain,
    Grade,
    Key,
    Model,
    Name,
    Once,
    Stated,
    Text,
)
from bartizan.world.uncertain import (
    Length,
    Probability,
    fixed,
)


class Source(Model):
    """Where a published figure comes from."""

    title: Text
    publisher: Text = ""
    date: Text = ""
    url: Text = ""


class Distance(Model):
    """A claim that can be held against the map: the distance between two named places of the scenario."""

    start: Name
    end: Name
    value: Annotated[Length, Stated]
    tolerance: Annotated[Probability, Certain] = Field(
        default=fixed(0.25, "probability"), description="relative; above it the claim is reported"
    )


class Between(Model):
    """A value that a source gives as bounds, of which one may be left out."""

    low: int | float | str | None = Field(default=None, description="at least: a number, or text such as 12 km")
    high: int | float | str | None = Field(default=None, description="at most")

    @model_validator(mode="after")
    def _says_something(self) -> Between:
        if self.low is None and self.high is None:
            raise ValueError("needs low, high or both")
        if isinstance(self.low, int | float) and isinstance(self.high, int | float) and self.low > self.high:
            raise ValueError(f"low {self.low} is more than high {self.high}")
        return self

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"at least {self.low}" if self.high is None else f"at most {self.high}"
        return f"{self.low} to {self.high}"


def _plain_or_bounds(value: object) -> str:
    return "bounds" if isinstance(value, dict | Between) else "plain"


Value = Annotated[
    Annotated[bool | int | float | str, Tag("plain")] | Annotated[Between, Tag("bounds")],
    Discriminator(_plain_or_bounds),
]


class Claim(Model):
    """A statement by a source, in our own words, graded by the NATO Admiralty code."""

    id: Key
    says: Text
    topic: Key = Field(description="claims on one topic with different values are in conflict")
    value: Value | None = Field(
        default=None, description="a number, text such as 12 km or 20 to 30, or {low: 20, high: 30}"
    )
    publisher: Text = ""
    date: Text = ""
    hedge: Text = Field(default="", description="how the source limited its own statement")
    grade: Grade = None
    source: Text = ""
    distance: Distance | None = None


#: What numbers and claims rest on, by id.
Sources = Annotated[dict[Key, Source], Once("Sources")]
