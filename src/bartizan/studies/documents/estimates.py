"""What every estimate is told by: a mean with its interval, and what it could be depending on what is true."""

from __future__ import annotations

from typing import Annotated, TypedDict

from bartizan.studies.documents.legend import must, says

_MEAN = says("over all worlds and raids")
_LOW, _HIGH = (says(f"{end} end of the 95 % interval of the mean") for end in ("lower", "upper"))
_WORLD_LOW, _WORLD_HIGH = (
    says(f"{end} end of the central 80 % of worlds, chance taken out") for end in ("lower", "upper")
)
_IGNORANCE = says("of the variance between raids, what the world explains, 0 to 1")


class Brief(TypedDict):
    """A mean with its 95 % interval."""

    mean: Annotated[float, _MEAN]
    low: Annotated[float, _LOW]
    high: Annotated[float, _HIGH]


class BriefIfAny(TypedDict):
    """The same of what may not have happened at all: then all are null."""

    mean: Annotated[float | None, _MEAN]
    low: Annotated[float | None, _LOW]
    high: Annotated[float | None, _HIGH]


class Estimate(Brief):
    """A mean with its interval, and what it could be depending on what is true."""

    world_low: Annotated[float, _WORLD_LOW]
    world_high: Annotated[float, _WORLD_HIGH]
    ignorance_share: Annotated[float | None, _IGNORANCE]


class EstimateIfAny(BriefIfAny):
    """The same of what may not have happened at all: then all are null."""

    world_low: Annotated[float | None, _WORLD_LOW]
    world_high: Annotated[float | None, _WORLD_HIGH]
    ignorance_share: Annotated[float | None, _IGNORANCE]


class OverWorlds(TypedDict):
    """A mean, and between which values worlds lie."""

    mean: Annotated[float, says("over worlds")]
    world_low: Annotated[float, says("lower end of the central 80 % of worlds")]
    world_high: Annotated[float, says("upper end of the central 80 % of worlds")]


class Quantiles(TypedDict):
    """Between which values single raids lie, ignorance and chance together."""

    p05: Annotated[float, must("5 % of raids lie below")]
    p25: Annotated[float, must("25 % of raids lie below")]
    p50: Annotated[float, must("half of the raids lie below")]
    p75: Annotated[float, must("75 % of raids lie below")]
    p95: Annotated[float, must("95 % of raids lie below")]


class Spent(Estimate):
    """A mean with its interval, what it could be depending on what is true, and between what single raids lie."""

    raids: Annotated[Quantiles, must("of single raids")]
