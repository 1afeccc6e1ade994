"""What the server sends while it works: two layouts compared, a placement watched; and all that a page may be sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from bartizan.studies.documents.compared import Placing, RaidCompared
from bartizan.studies.documents.legend import says
from bartizan.studies.documents.places import Origin
from bartizan.studies.documents.viewer import (
    Answer,
    Buildings,
    Difference,
    Grid,
    Raids,
    Replay,
    Terrain,
    Track,
    View,
    Written,
)


class Beside(TypedDict):
    """Two layouts under one raid, from the worlds played so far."""

    done: Annotated[bool, says("whether this is the last answer")]
    compared: Annotated[RaidCompared, says("as compare has it")]
    said: Annotated[list[str], says("the same in sentences")]


class SiteSoFar(Origin):
    """A candidate while a placement is played."""

    system: Annotated[str, says("what would stand there")]
    site: Annotated[str, says("what the site is called")]
    alone: Annotated[Difference, says("what it alone takes away from what gets through without any of them")]
    leads: Annotated[bool, says("whether it stands in the layout that leads")]


class PlacingStep(TypedDict):
    """How far a placement has got."""

    stage: Annotated[Literal["screening", "search", "proof", "done"], says("what is being done")]
    share: Annotated[float, says("of the work that is done, about")]
    left: Annotated[int, says("layouts that are left; 0 before they are known")]
    worlds: Annotated[int, says("that they were played in so far")]
    sites: Annotated[list[SiteSoFar], says("every candidate; none before they are screened")]
    found: Annotated[Placing | None, says("the answer, once there is one")]
    said: Annotated[list[str], says("the answer in sentences")]
    changes: Annotated[list[dict[str, Any]], says("that make the best layout of the scenario")]
    text: Annotated[str, says("question and answer as YAML, to go into the scenario")]


#: All that a page may be sent, and the line that threats and shots share.
SENT = (Track, View, Grid, Terrain, Buildings, Raids, Replay, Answer, Beside, PlacingStep, Written)
