"""What an answer rests on: numbers with their sources, claims, and what the check of the evidence finds."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from bartizan.studies.documents.legend import must, says


class Published(TypedDict):
    """A source of a number."""

    title: Annotated[str, says("of the publication")]
    publisher: Annotated[str, says("who published it")]
    date: Annotated[str, says("when")]
    url: Annotated[str, says("where")]


class StatedNumber(TypedDict):
    """A number that the answer rests on."""

    key: Annotated[str, must("its path in the scenario")]
    what: Annotated[str, says("the same in words")]
    value: Annotated[str, says("value or spread, in SI units")]
    sources: Annotated[list[Published], says("publications behind it")]
    claims: Annotated[list[str], says("claims behind it")]
    grade: Annotated[str | None, says("Admiralty grade, such as B2")]
    note: Annotated[str, says("why it was chosen")]
    calibrated_on: Annotated[list[str], says("records that its source fitted it to")]


class Claim(TypedDict):
    """Something that somebody says."""

    id: Annotated[str, must("names the claim")]
    says: Annotated[str, says("in our words")]
    topic: Annotated[str | None, says("what it is about")]
    value: Annotated[Any, says("what it says of the topic")]
    publisher: Annotated[str | None, says("who says so")]
    date: Annotated[str | None, says("when")]
    hedge: Annotated[str | None, says("how sure they say they are")]
    grade: Annotated[str | None, says("Admiralty grade")]
    source: Annotated[str | None, says("the publication")]


class Finding(TypedDict):
    """Something that the check of the evidence found."""

    kind: Annotated[str, must("of finding")]
    text: Annotated[str, must("the finding in words")]
    claims: Annotated[list[str], says("claims that it is about")]
