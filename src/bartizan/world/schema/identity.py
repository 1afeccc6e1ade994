"""Whom a defence takes for whom: how units identify what they know of, and traffic among threats that is none."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bartizan.ground.errors import OfField
from bartizan.world.schema.fields import Model, Text
from bartizan.world.uncertain import Duration, Length, Probability, Quality, Uncertain, fixed

_NEVER, _NOTHING = fixed(0.0, "probability"), fixed(0.0, "length")


class Identification(Model):
    """How a unit comes to call what it knows of hostile, neutral or unknown, drawn for each raid.

    Units of the network share the luck of a call: what one calls neutral, others like it call so too.
    """

    time: Duration = Field(
        description="median, over what is identified, from knowing of it to the first call; beside the reaction time"
    )
    spread: Quality = Field(default=fixed(2.0), description="factor of that time, 1 sigma of a lognormal")
    again: Duration = Field(
        default=fixed(60.0, "time"), description="after which what was not fired at is looked at again"
    )
    transponder: Probability = Field(
        default=_NEVER,
        description="chance to read the answer of a neutral that answers, or the IFF of a friendly aircraft; it holds "
        "all its way",
    )
    flight_plan: Probability = Field(
        default=_NEVER, description="chance to know the plan of a neutral that has filed one; it holds all its way"
    )
    visual: Probability = Field(
        default=_NEVER, description="chance, each look by day in clear air, that a neutral is recognised by eye"
    )
    visual_night: Probability = Field(default=_NEVER, description="the same at night")
    visual_range: Length = Field(
        default=fixed(5000.0, "length"),
        description="at which that is: by what haze and rain leave of contrast over it the chance falls",
    )
    neutral_as_hostile: Probability = Field(
        default=_NEVER, description="chance, each look, that a neutral which nothing shows for one is called hostile"
    )
    hostile_as_neutral: Probability = Field(
        default=_NEVER, description="chance, each look, that a threat is called neutral"
    )
    hostile_as_unknown: Probability = Field(
        default=_NEVER, description="chance, each look, that it is called unknown; else it is hostile"
    )
    note: Text = ""

    @model_validator(mode="after")
    def _possible(self) -> Identification:
        for name, least in (("spread", 1.0), ("again", 1.0)):
            number: Uncertain = getattr(self, name)
            if number.law != "same_as" and number.span[0] < least:
                unit = " s" if name == "again" else ""
                raise OfField(name, f"{name} must be {least:g}{unit} or more; found {number.described()}")
        wrong = self.hostile_as_neutral, self.hostile_as_unknown
        if all(number.law != "same_as" for number in wrong) and sum(number.span[1] for number in wrong) > 1.0 + 1e-9:
            raise ValueError("hostile_as_neutral and hostile_as_unknown must not come to more than 1 together")
        return self


class Traffic(Model):
    """What makes a group traffic that is no threat: a Poisson stream, at `arrival.rate`, that nobody aims at anything.

    It has no beginning: when the first threat appears it is under way, and it goes on for `lasts`.
    """

    lasts: Duration = Field(description="from when the first threat appears; what would end its way later is left out")
    flies: Literal["past", "in", "out"] = Field(
        default="past",
        description="past the target, as far beyond it as it came from; in to land there; out, having taken off there",
    )
    friendly: bool = Field(
        default=False,
        description="of the defender's own side: its `transponder` is IFF, no closing holds it back, and what is shot "
        "down of it is told as fratricide",
    )
    offset: Length = Field(default=_NOTHING, description="farthest that its way passes by the target, to either side")
    closing: Duration | None = Field(
        default=None,
        description="from when a unit first knows of a threat to when the airspace is closed; none: it stays open",
    )
    left: Probability = Field(default=_NEVER, description="share of those due after that which come all the same")

    @model_validator(mode="after")
    def _sensible(self) -> Traffic:
        if self.flies != "past":
            self.refuse("offset", why="is for traffic that flies past")
        if self.friendly:
            self.refuse("closing", "left", why="is not for friendly aircraft: they fly on purpose, whatever is closed")
        if self.closing is None:
            self.refuse("left", why="needs closing: it is the share that comes after it")
        return self
