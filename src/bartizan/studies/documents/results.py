"""study.json and summary.json: what identifies a study, how it was run, and all that it found."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from pydantic import Field

from bartizan.studies.documents.basis import Claim, Finding, StatedNumber
from bartizan.studies.documents.cases import Bounds, Case
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.legend import AtLeastOne, Line, NotNegative, Seed, must, says
from bartizan.studies.documents.places import Map


class Study(TypedDict):
    """study.json: what identifies a study."""

    format: Annotated[int, must("of the folder; another is refused")]
    bartizan: NotRequired[Annotated[str, says("the version that plays it")]]
    scenario: Annotated[str, must("the name of the scenario")]
    digest: Annotated[str, must("of the scenario with all its numbers, SHA-256")]
    variant: NotRequired[Annotated[str | None, says("the variant of it, where it is one")]]
    given: NotRequired[Annotated[list[str], says("questions that are taken as settled, each with its answer")]]
    seed: Annotated[Seed, must("of all random numbers")]
    worlds: Annotated[int, must("worlds of each case; of a study that stops when it is narrow enough, the most")]
    until: NotRequired[Annotated[float | None, says("half the width of intervals at which it stops")]]
    raids: Annotated[int, must("raids in each world")]
    cases: Annotated[list[str], must("names of the cases that are played")]
    keeps: NotRequired[Annotated[str, says("what is kept of raids: `threats`, a row for each, or `sums` alone")]]
    worlds_a_part: NotRequired[Annotated[int, says("worlds that are played and kept together, as one part")]]


class Header(TypedDict):
    """What a scenario is called and about."""

    name: Annotated[str, says("of the scenario")]
    title: Annotated[str, says("for people")]
    summary: Annotated[str, says("what it is about")]
    date: Annotated[str, says("for which it holds")]
    variant: Annotated[str | None, says("of the scenario, where one was chosen")]
    given: NotRequired[Annotated[list[str], says("questions taken as answered, each QUESTION=ANSWER")]]


class ScenarioHeader(Header):
    """The scenario of a study."""

    digest: Annotated[str, says("of the scenario with all its numbers, SHA-256")]


class Stopped(TypedDict):
    """Why a study that stops when it is narrow enough stopped where it did."""

    until: Annotated[float, must("half the width of intervals that was asked for")]
    most: Annotated[int, must("worlds at which it stops whatever was reached")]
    looks: Annotated[int, must("looks taken at the intervals")]
    looks_at_most: Annotated[int, must("looks that all intervals hold for together")]
    half_width: Annotated[float, must("that was reached, of the widest")]
    widest: Annotated[str, must("the case that has it")]
    confidence_of_each: Annotated[float, must("of each interval, so that all looks hold together with 95 %")]
    narrow_enough: Annotated[bool, must("whether what was asked for was reached")]


class Run(TypedDict, total=False):
    """How a study was run."""

    seed: Annotated[Seed, says("of all random numbers")]
    worlds: Annotated[AtLeastOne, says("worlds asked for")]
    raids: Annotated[AtLeastOne, says("raids asked for in each")]
    started: Annotated[str, says("when, ISO 8601")]
    seconds: Annotated[NotNegative, says("that it took", "s")]
    threads: Annotated[int, says("cores used")]
    finished: Annotated[bool, says("whether all that was asked for has been played")]
    stopped: Annotated[Stopped, says("why it stopped, where it stops when it is narrow enough")]
    python: Annotated[str, says("version")]
    numpy: Annotated[str, says("version")]
    numba: Annotated[str, says("version")]


class Warned(TypedDict):
    """How long before a threat arrives at a district it is first seen."""

    name: Annotated[str, must("the district")]
    mean: Annotated[float, says("over bearings and worlds", "s")]
    world_low: Annotated[float, says("lower end of the central 80 % of worlds", "s")]
    world_high: Annotated[float, says("upper end of the central 80 % of worlds", "s")]
    least: Annotated[float, says("from the worst bearing", "s")]
    outline: NotRequired[Annotated[list[Line], says("rings of [east, north]", "m")]]


class Districts(TypedDict):
    """Warning, district by district."""

    credit: Annotated[str, says("whose the outlines are")]
    target: Annotated[str, says("what flies")]
    altitude_m: Annotated[float, says("at which it flies", "m")]
    speed_m_s: Annotated[float, says("its speed", "m/s")]
    warning_s: Annotated[list[Warned], says("of each district", "s")]


class Left(TypedDict):
    """How long people have at one place, from the alert until a threat is there; 0 where no alert comes in time."""

    name: Annotated[str, must("the district or asset")]
    mean: Annotated[float, must("over bearings and worlds", "s")]
    p10: Annotated[float, must("10 % of threats leave less", "s")]
    p50: Annotated[float, must("half of the threats leave less", "s")]
    p90: Annotated[float, must("90 % of threats leave less", "s")]
    short: Annotated[float, must("share of threats that leave less than people need, of all")]
    none: Annotated[float, must("share of threats before which no alert comes, of all")]


class CivilAlert(TypedDict):
    """What the alert leaves people."""

    places: Annotated[Literal["districts", "assets"], must("what is told: districts, or assets where none are named")]
    target: Annotated[str, must("what flies")]
    altitude_m: Annotated[float, must("at which it flies", "m")]
    speed_m_s: Annotated[float, must("its speed", "m/s")]
    delay_s: Annotated[float, must("that the alert most likely takes", "s")]
    enough_s: Annotated[float, must("that people most likely need", "s")]
    left_s: Annotated[list[Left], must("what is left at each place", "s")]


class ReportsOn(TypedDict):
    """One number of all reports together, in what the model expects of sets of such raids in one world."""

    what: Annotated[str, must("which number: killed, diverted, leaked or struck")]
    reports: Annotated[int, must("that tell it")]
    reported: Annotated[Bounds, must("in all, as reported")]
    mean: Annotated[float, must("in all, of sets of the raids played")]
    low: Annotated[int, must("lower end of the central 95 % of sets")]
    high: Annotated[int, must("upper end of the central 95 % of sets")]
    at_most: Annotated[Brief, must("sets with as many or fewer", "of sets")]
    at_least: Annotated[Brief, must("sets with as many or more", "of sets")]
    ranks: Annotated[
        list[Annotated[list[float], Field(min_length=2, max_length=2)]],
        must("of each report: [share of raids below it, share at most as many]"),
    ]
    distance: Annotated[float, must("of the ranks from even ones, as Kolmogorov has it")]
    as_far: Annotated[float, must("sets whose ranks are as far from even", "of sets")]


class LogScore(TypedDict):
    """How likely all reports together are."""

    reports: Annotated[int, must("that tell any fate")]
    reported: Annotated[float, must("sum of the logarithms of how often raids end just so")]
    mean: Annotated[float, must("the same of sets of the model's own raids")]
    as_low: Annotated[float, must("sets with so low a score", "of sets")]
    never: Annotated[int, must("reports that came up in no raid played")]


class Reports(TypedDict):
    """What all reports of a study say together."""

    reports: Annotated[int, must("that count")]
    left_out: Annotated[list[str], must("cases with other accounts of a day and place that are counted already")]
    sets: Annotated[int, must("sets of raids that they are held against")]
    looked_at: Annotated[list[ReportsOn], must("number by number")]
    log_score: Annotated[LogScore | None, must("of all; null where no fate was told")]


class Summary(TypedDict):
    """summary.json: every estimate of a study."""

    format: Annotated[Literal[1], must("of the folder")]
    bartizan: Annotated[str, says("the version that made it")]
    scenario: Annotated[ScenarioHeader, says("what was played")]
    run: Annotated[Run, says("how")]
    cases: Annotated[list[Case], says("the estimates, case by case")]
    map: Annotated[Map, says("what stands where")]
    numbers: Annotated[list[StatedNumber], says("every number that the answer rests on")]
    claims: Annotated[list[Claim], says("every claim of the scenario")]
    findings: Annotated[list[Finding], says("what the check of the evidence finds")]
    districts: NotRequired[Annotated[Districts, says("warning, where the scenario names districts")]]
    civil_alert: NotRequired[Annotated[CivilAlert, says("what an alert leaves people, where the scenario states one")]]
    reports: NotRequired[Annotated[Reports, says("what all reports say together, where there are several")]]
    files: NotRequired[Annotated[dict[str, str], says("SHA-256 of each table")]]
