"""The kinds of sensors, of which `kind` chooses one: a further kind is registered here."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Tag

from bartizan.world.schema.listening import Acoustic
from bartizan.world.schema.radars import Ideal, Radar
from bartizan.world.schema.sights import Infrared, Optical


def kind(value: Any) -> str:
    """Which kind a sensor is that is being read: a radar unless it says otherwise."""
    return str(value.get("kind", "radar") if isinstance(value, dict) else getattr(value, "kind", "radar"))


AnySensor = Annotated[
    Annotated[Radar, Tag("radar")]
    | Annotated[Optical, Tag("optical")]
    | Annotated[Infrared, Tag("infrared")]
    | Annotated[Ideal, Tag("ideal")]
    | Annotated[Acoustic, Tag("acoustic")],
    Discriminator(kind),
]
