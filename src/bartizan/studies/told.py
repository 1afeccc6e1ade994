"""What study.json and summary.json may hold, as types: checked when a folder is opened, whoever has edited them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bartizan.ground.errors import ResultsError, shown

#: mistakes of a file that are told
_MOST_TOLD = 3
_LARGEST = 1e15


def _text(value: Any) -> Any:
    """A text; halves of surrogate pairs, which JSON may hold, are no mistake."""
    if not isinstance(value, str):
        raise ValueError("should be a text")
    return value


Text = Annotated[Any, AfterValidator(_text)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-_LARGEST, le=_LARGEST)]
NotNegative = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=_LARGEST)]
Count = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Flag = Annotated[bool, Field(strict=True)]
Seed = Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)]


class _Told(BaseModel):
    """What is not named here is read by nobody, and may be anything."""

    model_config = ConfigDict(extra="ignore")


class Study(_Told):
    """study.json: what identifies a study."""

    format: Count
    scenario: Text
    digest: Text
    seed: Seed
    worlds: Count
    raids: Count
    cases: list[Text]


class Spread(_Told):
    """An estimate: mean, interval, range over worlds; null where there is none."""

    mean: Number | None = None
    low: Number | None = None
    high: Number | None = None
    world_low: Number | None = None
    world_high: Number | None = None
    ignorance_share: Number | None = None


Spreads = dict[Text, Spread]


class Header(_Told):
    name: Text = ""
    title: Text | None = None
    summary: Text | None = None
    date: Text | None = None
    variant: Text | None = None
    given: list[Text] | None = None
    digest: Text | None = None


class Run(_Told):
    seed: Seed | None = None
    worlds: Annotated[int, Field(strict=True, ge=1, le=10**12)] | None = None
    raids: Annotated[int, Field(strict=True, ge=1, le=10**12)] | None = None
    started: Text | None = None
    seconds: NotNegative | None = None
    threads: Count | None = None
    finished: Flag | None = None
    python: Text | None = None
    numpy: Text | None = None
    numba: Text | None = None


class Sent(_Told):
    type: Text | None = None
    title: Text | None = None
    count: Count | None = None


class AssetLeak(_Told):
    name: Text
    aimed: NotNegative | None = None
    leak: Spread | None = None
    hit: Spread | None = None


class TypeLeak(_Told):
    type: Text | None = None
    title: Text | None = None
    kind: Text | None = None
    sent: Count | None = None
    leak: Spread | None = None
    causes: Spreads | None = None


class EffectorUse(_Told):
    unit: Text
    effector: Text
    kind: Text | None = None
    magazine: NotNegative | None = None
    engagements: Spread | None = None
    rounds: Spread | None = None
    kills: Spread | None = None
    emptied: Spread | None = None


class UnitUse(_Told):
    unit: Text
    channels: NotNegative | None = None
    saturated: Spread | None = None


class FallKind(Spread):
    kind: Text
    on_map: NotNegative | None = None


class FallAsset(_Told):
    name: Text
    kinds: Spreads | None = None


class FallDistrict(FallAsset):
    persons: Spread | None = None


class Fall(_Told):
    worlds: Count | None = None
    raids: Count | None = None
    kinds: list[FallKind] | None = None
    assets: list[FallAsset] | None = None
    districts: list[FallDistrict] | None = None
    persons: Spread | None = None


class ReportedNumber(Spread):
    what: Text
    reported: Count | None = None
    at_most: Spread | None = None
    at_least: Spread | None = None
    within: Flag | None = None


class ReportedTold(_Told):
    date: Text | None = None
    sent: Count | None = None
    claims: list[Text] | None = None
    note: Text | None = None
    raids: Count | None = None
    numbers: list[ReportedNumber] | None = None
    exactly: Spread | None = None


class LookedAt(Spread):
    """One number of all reports together."""

    what: Text
    reports: Count
    reported: Count
    at_most: Spread
    at_least: Spread
    ranks: list[Annotated[list[Number], Field(min_length=2, max_length=2)]]
    distance: Number
    as_far: Number


class LogScore(_Told):
    reports: Count
    reported: Number
    mean: Number
    as_low: Number
    never: Count


class ReportsTold(_Told):
    """What all reports of a study say together: written by one hand, so whole or not there."""

    reports: Count
    left_out: Count
    sets: Count
    looked_at: list[LookedAt]
    log_score: LogScore | None


class ShareTold(_Told):
    share: Number
    low: Number
    high: Number


class AnswerTold(_Told):
    """What gets through if a question has this answer."""

    answer: Text
    worlds: Count
    mean: Number
    low: Number
    high: Number
    world_low: Number
    world_high: Number


class QuestionTold(_Told):
    key: Text
    text: Text
    claims: list[Text]
    share: ShareTold
    chance: Number
    told: Flag
    together: Flag
    answers: list[AnswerTold]
    width: Number | None


class WorthTold(_Told):
    """What each question is worth to a case: written by one hand, so whole or not there."""

    case: Text
    title: Text
    worlds: Count
    mean: Number
    world_low: Number
    world_high: Number
    asked: Count
    live: Count
    least: Number
    worths: list[QuestionTold]


class Case(_Told):
    name: Text | None = None
    raid: Text | None = None
    title: Text | None = None
    note: Text | None = None
    size: Count | None = None
    series: Flag | None = None
    threats: list[Sent] | None = None
    worlds: Count | None = None
    raids: Count | None = None
    leak: Spread | None = None
    any: Spread | None = None
    leakers: Spread | None = None
    fates: Spreads | None = None
    jammed: Spreads | None = None
    causes: Spreads | None = None
    assets: list[AssetLeak] | None = None
    types: list[TypeLeak] | None = None
    effectors: list[EffectorUse] | None = None
    units: list[UnitUse] | None = None
    binding: Text | None = None
    fall: Fall | None = None
    reported: ReportedTold | None = None
    worth: WorthTold | None = None


class Origin(_Told):
    lat: Annotated[float, Field(strict=True, ge=-90, le=90)]
    lon: Annotated[float, Field(strict=True, ge=-360, le=360)]


class Site(_Told):
    name: Text
    east: Annotated[float, Field(strict=True, ge=-2e7, le=2e7)]
    north: Annotated[float, Field(strict=True, ge=-2e7, le=2e7)]
    radius: NotNegative | None = None


class Placed(Site):
    title: Text | None = None
    kind: Text | None = None
    within: NotNegative | None = None
    present: Number | None = None
    reach: NotNegative | None = None


class Backdrop(_Told):
    attribution: Text | None = None
    licence: Text | None = None
    lines: list[list[Annotated[list[Number], Field(min_length=2)]]] | None = None


class Chart(_Told):
    origin: Origin | None = None
    assets: list[Site] = []
    units: list[Placed] = []
    credit: Text | None = None
    backdrop: Backdrop | None = None


class Published(_Told):
    title: Text | None = None
    publisher: Text | None = None
    date: Text | None = None
    url: Text | None = None


class Unknown(_Told):
    key: Text
    what: Text | None = None
    value: Text | None = None
    sources: list[Published] | None = None
    claims: list[Text] | None = None
    grade: Text | None = None
    note: Text | None = None
    calibrated_on: list[Text] | None = None


class Claimed(_Told):
    id: Text
    says: Text | None = None
    topic: Text | None = None
    value: Any = None
    publisher: Text | None = None
    date: Text | None = None
    hedge: Text | None = None
    grade: Text | None = None
    source: Text | None = None


class Found(_Told):
    kind: Text
    text: Text
    claims: list[Text] | None = None


class Warned(_Told):
    name: Text
    mean: Number | None = None
    world_low: Number | None = None
    world_high: Number | None = None
    least: Number | None = None
    outline: list[list[Annotated[list[Number], Field(min_length=2)]]] | None = None


class DistrictsTold(_Told):
    credit: Text | None = None
    target: Text | None = None
    altitude_m: Number | None = None
    speed_m_s: Number | None = None
    warning_s: list[Warned] | None = None


class Summary(_Told):
    """summary.json: every estimate of a study."""

    format: Literal[1]
    bartizan: Text = ""
    scenario: Header | None = None
    run: Run | None = None
    cases: list[Case] | None = None
    map: Chart | None = None
    numbers: list[Unknown] | None = None
    claims: list[Claimed] | None = None
    findings: list[Found] | None = None
    districts: DistrictsTold | None = None
    reports: ReportsTold | None = None
    files: dict[Text, Text] | None = None


class DiscrepancyTold(_Told):
    class_: Text = Field(alias="class")
    stands_for: Text
    cases: list[Text]
    modelled: Number
    recorded: Spread
    delta: Spread
    agrees: Flag | None


class BothAnswers(_Told):
    case: Text
    size: Count
    as_modelled: Spread
    with_discrepancy: Spread
    any_as_modelled: Number | None
    any_with_discrepancy: Number | None
    without_records: list[Text]


class RecordsTold(_Told):
    file: Text
    dataset: Text
    records: Count


class Calibrated(_Told):
    """calibration.json: how far a study is off what records show."""

    format: Literal[1]
    records: RecordsTold
    not_identified: list[Text]
    study: dict[Text, Any]
    discrepancies: list[DiscrepancyTold]
    without: list[Text]
    answers: list[BothAnswers]
    fitted_before: list[Text]


def checked(model: type[BaseModel], content: dict[str, Any], path: Path) -> dict[str, Any]:
    """`content` as it is. Raises ResultsError, which names what stood where, unless it is what `model` has it to be."""
    try:
        model.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        told = "; ".join(_sentence(one) for one in found[:_MOST_TOLD])
        more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
        raise ResultsError(f"{path} is damaged: {told}{more}; run the study again with --fresh") from None
    return content


def _sentence(error: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    if error["type"] == "missing":
        return f"{where} is missing"
    why = error["msg"].removeprefix("Value error, ")
    return f"{where} cannot be read: {why[:1].lower()}{why[1:]} (stood there: {shown(error['input'])})"
