"""Whether units are ready when a raid comes, raid by raid; who outside the defence warns it, and who warns people."""

from __future__ import annotations

from pydantic import Field

from bartizan.world.schema.fields import Key, Model, Text
from bartizan.world.uncertain import Duration, Probability, Uncertain, fixed


class Readiness(Model):
    """In what state a unit is when a raid comes, drawn for each raid: ready, on standby, or off until it is over."""

    ready: Probability = Field(description="chance that it is ready from the start")
    standby: Probability = Field(
        default=fixed(0.0, "probability"),
        description="chance, where it is not ready, that it stands by: silent until it is alerted; else it is off",
    )
    common: Probability = Field(
        default=fixed(0.0, "probability"),
        description="chance that one draw decides for all units of the group: the correlation between any two of them",
    )
    time_to_ready: Duration = Field(
        default=fixed(0.0, "time"), description="from the alert to being ready, where the system states none of its own"
    )
    group: Key | None = Field(default=None, description="units that share the common draw; none: all that name none")
    note: Text = ""


class EarlyWarning(Model):
    """Somebody outside the defence sees a raid come: visual posts, distant radars, microphones, neighbours."""

    lead: Duration = Field(description="before the first threat appears, at which units on standby are alerted")
    missed: Probability = Field(
        default=fixed(0.0, "probability"), description="chance, drawn for each raid, that it does not come at all"
    )
    tells_bearing: bool = Field(
        default=False,
        description="it tells where the first threat will appear: what has a `slew_time` is turned there from then on",
    )
    note: Text = ""


class CivilAlert(Model):
    """People are alerted once the defence, or who warns it, knows of a threat; nothing that flies depends on it."""

    delay: Duration = Field(description="from when a threat is first known to when people hear the alert")
    enough: Duration = Field(
        default=Uncertain("time", "triangular", (30.0, 60.0, 180.0), log=True, grade="F6", note="assumed"),
        description="what people need to reach cover; of a threat that leaves less, it is told how often",
    )
    note: Text = ""
