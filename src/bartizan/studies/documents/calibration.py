"""calibration.json: how far a study is off what records show."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.legend import must

_Class = TypedDict("_Class", {"class": Annotated[str, must("of threats")]})


class Discrepancy(_Class):
    """How far the model is off what records show of one class of threats."""

    stands_for: Annotated[str, must("what the records count under it")]
    cases: Annotated[list[str], must("cases that send it")]
    modelled: Annotated[float, must("what gets through, as modelled", "of those sent")]
    recorded: Annotated[Brief, must("what gets through, as recorded", "of those sent")]
    delta: Annotated[Brief, must("recorded less modelled, as log odds")]
    agrees: Annotated[bool | None, must("whether they agree; null where that is no test")]


class BothAnswers(TypedDict):
    """A case as modelled, and as records have it."""

    case: Annotated[str, must("the case")]
    size: Annotated[int, must("threats that are sent")]
    as_modelled: Annotated[Brief, must("share that gets through, as modelled", "of those sent")]
    with_discrepancy: Annotated[Brief, must("share that gets through, as records have it", "of those sent")]
    any_as_modelled: Annotated[float | None, must("chance that at least one does, as modelled")]
    any_with_discrepancy: Annotated[float | None, must("chance that at least one does, as records have it")]
    with_records: Annotated[list[str], must("types of threats of which records speak")]
    without_records: Annotated[list[str], must("types of threats of which none does: they stay as modelled")]


class Records(TypedDict):
    """The records that a study was held against."""

    file: Annotated[str, must("where they are")]
    dataset: Annotated[str, must("what they are called")]
    records: Annotated[int, must("how many")]
    left_out: Annotated[list[str], must("what of the file was left out, mended or taken in some way, and why")]


class Calibration(TypedDict):
    """calibration.json: how far a study is off what records show."""

    format: Annotated[Literal[1], must("of the file")]
    records: Annotated[Records, must("what it was held against")]
    not_identified: Annotated[list[str], must("what records cannot tell apart")]
    study: Annotated[dict[str, Any], must("the study")]
    discrepancies: Annotated[list[Discrepancy], must("class by class")]
    without: Annotated[list[str], must("classes without records")]
    answers: Annotated[list[BothAnswers], must("case by case")]
    fitted_before: Annotated[list[str], must("numbers that were fitted to these records")]
