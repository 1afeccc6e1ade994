"""What is said about a deployment, and by whom: sources and graded claims."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    Field,
)

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


class Claim(Model):
    """A statement by a source, in our own words, graded by the NATO Admiralty code."""

    id: Key
    says: Text
    topic: Key = Field(description="claims on one topic with different values are in conflict")
    value: bool | int | float | str | None = None
    publisher: Text = ""
    date: Text = ""
    hedge: Text = Field(default="", description="how the source limited its own statement")
    grade: Grade = None
    source: Text = ""
    distance: Distance | None = None


#: What numbers and claims rest on, by id.
Sources = Annotated[dict[Key, Source], Once("Sources")]
