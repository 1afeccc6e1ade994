"""What a scenario or its results say in lists, as tables: claims, findings, and what open questions are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bartizan.studies import premises
from bartizan.studies.documents.tables import Column, Schema
from bartizan.studies.results import Results
from bartizan.studies.table import Table, of_rows
from bartizan.world.scenario import Scenario

_BEARING = Column("claims", "text", "", "ids of claims, with commas between")

CLAIMS = Schema("a claim of the scenario", (
    Column("id", "text", "", "its name"),
    Column("says", "text", "", "what it says, in our own words"),
    Column("topic", "text", "", "claims on one topic with different values are in conflict"),
    Column("value", "text", "", "what it gives as the value of its topic"),
    Column("publisher", "text", "", "who published it"),
    Column("date", "text", "", "when"),
    Column("hedge", "text", "", "how the source limited its own statement"),
    Column("grade", "text", "", "source A-F and statement 1-6, by the Admiralty code"),
))  # fmt: skip
FINDINGS = Schema("something that a reader of the evidence should know", (
    Column("kind", "text", "", "conflict, distance, unused ..."),
    Column("text", "text", "", "the finding in a sentence"),
    _BEARING,
))  # fmt: skip
WORTHS = Schema("what an open question is worth to what gets through of a case", (
    Column("case", "text", "", "the case"),
    Column("question", "text", "", "the question, as `bartizan value` takes it"),
    Column("text", "text", "", "the same in words"),
    Column("share", "number", "of the variance between worlds", "that its answer explains"),
    Column("low", "number", "of the variance between worlds", "lower end of the interval of that share"),
    Column("high", "number", "of the variance between worlds", "upper end of the interval of that share"),
    Column("told", "text", "", "whether it is told from luck"),
    _BEARING,
))  # fmt: skip


def claims(scenario: Scenario) -> Table:
    """The claims of a scenario, those of its variant last."""
    return of_rows(CLAIMS, premises.claims(scenario))


def findings(scenario: Scenario) -> Table:
    """What the check of the evidence finds in a scenario."""
    rows = [{**found, "claims": ", ".join(found["claims"])} for found in premises.findings(scenario)]
    return of_rows(FINDINGS, rows)


def worths(results: Results) -> Table:
    """What each open question is worth to each case, where the study played worlds enough to tell."""
    return of_rows(WORTHS, list(_worths(results)))


def _worths(results: Results) -> Iterator[Mapping[str, Any]]:
    for case in results.summary.get("cases") or ():
        for one in case["worth"]["worths"] if "worth" in case else ():
            share = one["share"]
            yield {
                "case": case["name"], "question": one["key"], "text": one["text"], "share": share["share"],
                "low": share["low"], "high": share["high"], "told": "yes" if one["told"] else "no",
                "claims": ", ".join(one["claims"]),
            }  # fmt: skip
