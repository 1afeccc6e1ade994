"""What stands where: assets, units and outlines on the map of a study."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from bartizan.studies.documents.legend import Latitude, Line, Longitude, Metres, NotNegative, must, says

Kind = Literal["fire unit", "sensor", "jammer"]


class Origin(TypedDict):
    """A place on the ellipsoid (WGS 84)."""

    lat: Annotated[Latitude, must("latitude", "°")]
    lon: Annotated[Longitude, must("longitude", "°")]


class Site(TypedDict):
    """An asset on the map, in the local frame."""

    name: Annotated[str, must("the asset")]
    short: Annotated[str | None, says("the same, shorter, where the scenario says so")]
    radius: Annotated[NotNegative, says("within which it counts as hit", "m")]
    east: Annotated[Metres, must("of the origin", "m")]
    north: Annotated[Metres, must("of the origin", "m")]


class Placed(TypedDict):
    """A unit on the map, in the local frame."""

    name: Annotated[str, must("the unit")]
    short: Annotated[str | None, says("the same, shorter, where the scenario says so")]
    title: Annotated[str, says("what it is")]
    kind: Annotated[Kind, says("what it does")]
    east: Annotated[Metres, must("of the origin", "m")]
    north: Annotated[Metres, must("of the origin", "m")]
    within: Annotated[NotNegative, says("of this place it stands", "m")]
    present: Annotated[float, says("chance that it is there")]
    reach: Annotated[NotNegative | None, says("of its farthest missile, gun or jammer; null where it has none", "m")]


class Backdrop(TypedDict):
    """Outlines under the map."""

    attribution: Annotated[str, says("whose they are")]
    licence: Annotated[str, says("under which they may be shown")]
    lines: Annotated[list[Line], says("places as [east, north]", "m")]


class Sites(TypedDict):
    """What stands where."""

    origin: Annotated[Origin | None, says("of the local frame; null where the scenario is of no real place")]
    assets: Annotated[list[Site], says("what is defended")]
    units: Annotated[list[Placed], says("the defence")]
    credit: Annotated[str, says("whose the surface is")]


class Map(Sites):
    """What stands where, and what is drawn under it."""

    backdrop: Annotated[Backdrop | None, says("outlines; null where the scenario names none")]
