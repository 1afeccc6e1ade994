"""What was reported of a raid that took place: numbers that are exact, or have bounds, of all threats or of some."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator

from bartizan.ground import units
from bartizan.ground.errors import OfField
from bartizan.world.schema.fields import Key, Model, Text
from bartizan.world.schema.threats import MOST_SENT
from bartizan.world.spoken import of_written

#: The fates that a report may tell, of which each threat has one.
FATES = ("killed", "diverted", "leaked")


def _ends(written: str) -> dict[str, int]:
    """The bounds of whole numbers that a text says, such as "6 to 9"; empty where it says none, or a share."""
    found = of_written(written, "number") if "%" not in written else None
    ends = {} if found is None else {"low": found.low, "high": found.high}
    told = {name: end for name, end in ends.items() if math.isfinite(end)}
    if any(abs(end - round(end)) > 1e-9 for end in told.values()):
        return {}
    return {name: math.ceil(end) if name == "low" else math.floor(end) for name, end in told.items()}


class Told(Model):
    """A number as it was told: a whole number, or bounds of which one may be left out; or these in words."""

    low: int = Field(default=0, ge=0, le=MOST_SENT, description="at least so many")
    high: int = Field(default=MOST_SENT, ge=0, le=MOST_SENT, description="at most so many; none: as many as there are")

    @model_validator(mode="before")
    @classmethod
    def _exact(cls, written: Any) -> Any:
        """A whole number is both of its bounds; "6 to 9", "at least 6" are read as claims' values are."""
        if isinstance(written, int) and not isinstance(written, bool):
            return {"low": written, "high": written}
        if isinstance(written, str) and (ends := _ends(written)):
            return ends
        if not isinstance(written, dict | Told):
            raise ValueError(
                'expected a whole number, or bounds: {low: 15, high: 20}, {low: 15}, {high: 20} or "15 to 20"'
            )
        return written

    @model_validator(mode="after")
    def _says_something(self) -> Told:
        if not self.model_fields_set:
            raise ValueError("needs low, high or both")
        if self.low > self.high:
            raise ValueError(f"low {self.low} is more than high {self.high}")
        return self

    def __str__(self) -> str:
        """As it was told, in words: 5, 15 to 20, at least 15, at most 20."""
        return units.bounds(self.low, self.high if self.high < MOST_SENT else None)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and not isinstance(number, bool) and self.low <= number <= self.high


class _OrExact:
    """Says in the JSON Schema that a whole number will do, and text."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST_SENT}, {"type": "string"}, handler(core)]}


Number = Annotated[Told, _OrExact()]


class Outcome(Model):
    """How many threats had each fate, as reported; a number that was not told is left out, which is not a 0."""

    killed: Number | None = Field(default=None, description="shot down, as reported")
    diverted: Number | None = Field(default=None, description="brought off their way by jamming, as reported")
    leaked: Number | None = Field(default=None, description="arrived where they were sent, as reported")

    @property
    def fates(self) -> dict[str, Told]:
        """The number of each fate that was told."""
        return {fate: told for fate in FATES if (told := getattr(self, fate)) is not None}

    @property
    def least(self) -> int:
        """How many threats have a fate at least."""
        return sum(told.low for told in self.fates.values())

    @property
    def most(self) -> int:
        """How many threats have a fate at most; as many as there are where some fate was not told."""
        told = self.fates
        return sum(number.high for number in told.values()) if len(told) == len(FATES) else MOST_SENT

    def in_words(self) -> str:
        return " + ".join(f"{fate} {told}" for fate, told in self.fates.items())


class OfSome(Outcome):
    """What was told of the threats of one type or class."""

    @model_validator(mode="after")
    def _tells(self) -> OfSome:
        if not self.fates:
            raise ValueError("needs at least one of killed, diverted, leaked")
        return self


class Reported(Outcome):
    """What was told of a raid that took place: set beside what the model gives, never used by it.

    A number that was not told is left out, which says something other than 0; one that is told within bounds is
    `{low: 15, high: 20}`, or one of the two.
    """

    date: Text = Field(
        default="", description="a day, or a night such as 13-14 April 2024: reports of one are accounts of one raid"
    )
    place: Text = Field(default="", description="where, if of one day raids in several places were reported")
    sent: Number = Field(description="how many came; the raid is held against it at each size that is played of these")
    struck: Number | None = Field(
        default=None, description="came down on buildings, also where another number has counted them"
    )
    of: dict[Key, OfSome] = Field(
        default_factory=dict, description="what was told of a type of the raid's threats, or of a class such as cruise"
    )
    claims: list[Key] = Field(default_factory=list)
    note: Text = ""

    @model_validator(mode="after")
    def _adds_up(self) -> Reported:
        if not self.fates and self.struck is None and not self.of:
            raise ValueError("needs at least one of killed, diverted, leaked, struck, of")
        if self.sent.high < 1:
            raise OfField("sent", "must be 1 or more")
        if self.least > self.sent.high:
            raise ValueError(f"{self.in_words()} are more than the {self.sent} sent; each threat has one fate")
        if self.struck is not None and self.struck.low > self.sent.high:
            raise OfField("struck", f"struck {self.struck} are more than the {self.sent} sent")
        return self

    def fits(self, size: object) -> bool:
        """Whether a raid of so many threats may be the one that was reported."""
        struck = self.struck.low if self.struck is not None else 0
        return size in self.sent and isinstance(size, int) and max(self.least, struck) <= size

    def outlives(self, sizes: Iterable[object]) -> bool:
        """Whether it may still be of a raid that has been given these sizes: not where it tells of types, of which that
        sends other numbers."""
        return not self.of and any(map(self.fits, sizes))
