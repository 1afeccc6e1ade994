"""The section of the report with both readings: as modelled, and with the discrepancy that records show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bartizan.faces import words
from bartizan.faces.markup import Html, bullets, join, name, table, tag
from bartizan.studies.documents.calibration import BothAnswers, Calibration
from bartizan.studies.documents.cases import Case

#: Whether records and model agree, in words.
AGREES = {True: "yes", False: "no", None: "no test"}


def refusal(content: Mapping[str, Any]) -> list[str]:
    """Why agreement is not told, where the model was fitted to these records."""
    numbers = content["fitted_before"]
    if not numbers:
        return []
    named, more = "; ".join(numbers[:3]), f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return [
        f"Agreement is not told: {words.plural(len(numbers), 'number')} of the scenario were fitted to these very "
        f"records ({content['records']['dataset']}) by their source, so that it would prove nothing: {named}{more}."
    ]


#: How to read the second answer.
MEANING = (
    "The second answer puts the model's level where the records have it, and keeps what the model says of one raid "
    "beside another. It holds for defences and raids like those of the records, which this scenario may not be.",
)


def section(calibration: Calibration, cases: Sequence[Case]) -> Html:
    """Both answers to each raid of which records speak, the discrepancy behind them, and what records cannot tell."""
    records = calibration["records"]
    intro = (
        f"The model's answers stand beside {words.plural(records['records'], 'record')} of real raids "
        f"({records['dataset']}). The first reading is the model's; in the second its level is put where the records "
        "have it."
    )
    return join((
        tag("p", intro),
        *([bullets(map(name, records["left_out"]))] if records["left_out"] else []),
        _both(calibration["answers"], cases),
        _off(calibration["discrepancies"]),
        *(tag("p", name(sentence)) for sentence in as_modelled(calibration["answers"])),
        *(tag("p", sentence) for sentence in (*calibration["without"], *refusal(calibration), *MEANING)),
        tag("p", "What these records cannot tell:"),
        bullets(calibration["not_identified"]),
    ), "\n")  # fmt: skip


def _both(answers: Sequence[BothAnswers], cases: Sequence[Case]) -> Html:
    labels = {case.get("name"): words.label(case) for case in cases}
    interval = f"95{words.NBSP}% interval"
    head = ("Raid", "As modelled", interval, "With the discrepancy", interval, "Any gets through", "Any, with it")
    rows = [(name(labels.get(answer["case"], answer["case"])), *answer_cells(answer)) for answer in answers]
    return table("What gets through, in both readings", head, rows)


def as_modelled(answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """What no record speaks of, and so is the same in both answers, in a sentence."""
    whole = [answer["case"] for answer in answers if not answer["with_records"]]
    parts = [
        f"{', '.join(answer['without_records'])} in {answer['case']}"
        for answer in answers
        if answer["without_records"] and answer["with_records"]
    ]
    said = [*parts, *([f"all of {', '.join(whole)}"] if whole else [])]
    return [f"No record speaks of {'; '.join(said)}: that stays as modelled."] if said else []


def _off(found: Sequence[Mapping[str, Any]]) -> Html:
    head = ("Records of", "Stand for", "Stopped, modelled", "Stopped, recorded", "Discrepancy (logit)", "Agree?")
    rows = [
        (
            name(each["class"]), name(each["stands_for"]), words.percent(each["modelled"]),
            words.percent(each["recorded"]["mean"]), _signed(each["delta"]), AGREES[each["agrees"]],
        )
        for each in found
    ]  # fmt: skip
    return table("How far the model is off", head, rows)


def _signed(delta: Mapping[str, float]) -> str:
    return f"{delta['mean']:+.2f} ({delta['low']:+.2f} to {delta['high']:+.2f})"


def answer_cells(answer: Mapping[str, Any]) -> list[str]:
    """Both answers to a case: share with interval, twice; chance that any gets through, twice."""
    cells = []
    for reading in ("as_modelled", "with_discrepancy"):
        estimate = answer[reading]
        cells += [words.percent(estimate["mean"]), words.between(estimate["low"], estimate["high"])]
    return [*cells, words.percent(answer["any_as_modelled"]), words.percent(answer["any_with_discrepancy"])]
