"""A scenario with a question answered: from "QUESTION=ANSWER" as people write it to unknowns that are as stated; and
which answers there are to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from bartizan.ground import units
from bartizan.ground.errors import UserError
from bartizan.studies.documents.viewer import OpenQuestion
from bartizan.studies.value.columns import FEW, measured, units_there
from bartizan.studies.value.questions import Question, chosen, questions, slug
from bartizan.world.numbers import source_of
from bartizan.world.scenario import Scenario
from bartizan.world.stated import COUNT, DISTANCE, VALUE, Stated
from bartizan.world.uncertain import Uncertain
from bartizan.world.unknowns import NUMBER, PLACE

#: Where in its law a number is that has many values and is to be answered by three.
_LIKE = (0.1, 0.5, 0.9)
_YES_NO = {"yes": 1, "there": 1, "true": 1, "no": 0, "not there": 0, "false": 0, "all": -1, "none": 0}


def given(scenario: Scenario, answered: Iterable[str]) -> Scenario:
    """The scenario with each "QUESTION=ANSWER" taken as settled. Raises UserError where one cannot be, or is answered
    twice."""
    stated: dict[str, Stated] = {}
    for each in (_stated(scenario, text) for text in answered):
        if stated.setdefault(each.question, each) is not each:
            raise UserError(f"{each.question} is answered twice: {stated[each.question].answer} and {each.answer}")
    return replace(scenario, stated=(*scenario.stated, *stated.values()))


def name_of(scenario: Scenario) -> str:
    """A name for what a scenario takes as settled, for folders."""
    return slug("given", *(f"{stated.question} {stated.answer}" for stated in scenario.stated))


def askable(scenario: Scenario) -> list[OpenQuestion]:
    """The questions of a scenario as plain data, each with some answers that `given` takes, in words to follow "if"."""
    return [
        {
            "key": question.key,
            "text": question.text,
            "claims": list(question.claims),
            "answers": [{"answer": answer, "words": words} for answer, words in _choices(scenario, question)],
        }
        for question in questions(scenario)
    ]


def _choices(scenario: Scenario, question: Question) -> list[tuple[str, str]]:
    """Answers, as they are written and in words; none for a question that has no single answer."""
    if there := len(question.presences):
        words = units_there(there)
        return [(_number_there(n, there), words(n, n)) for n in range(there + 1)]
    if _only(question, PLACE):
        return [("0 m", "it stands exactly where it is stated")]
    number = _only(question, NUMBER)
    if number is None or len(question.members) > 1:
        return []
    law = scenario.numbers[number]
    in_words = measured(law.dimension)
    return [(repr(value), in_words(value, value)) for value in _values(law)]


def _number_there(count: int, of: int) -> str:
    return str(count) if of > 1 else ("no", "yes")[count]


def _values(law: Uncertain) -> list[float]:
    """All values of a number that has few, or three of its law, so short that people can read them."""
    if law.law == "either" and len(set(law.parameters)) <= FEW:
        return sorted(set(law.parameters))
    low, high = law.span
    return sorted({min(max(float(f"{value:.3g}"), low), high) for value in law.quantile(np.array(_LIKE))})


def _stated(scenario: Scenario, text: str) -> Stated:
    wanted, equals, answer = text.rpartition("=")
    if not equals or not answer.strip():
        raise UserError(f"{text!r}: write QUESTION=ANSWER, such as there-pantsir=yes; `bartizan value` lists questions")
    question = chosen(scenario, wanted.strip())
    answer = answer.strip()
    if question.presences:
        names = tuple(unknown.draws[0] for unknown in question.presences)
        return Stated(COUNT, names, _count(question, answer), question.key, answer)
    number, place = _only(question, NUMBER), _only(question, PLACE)
    if place is not None:
        farthest = scenario.numbers[source_of(scenario.numbers, f"{place}/within")].span[1]
        return Stated(DISTANCE, (place,), _quantity(question, answer, "length", (0.0, farthest)), question.key, answer)
    if number is None or len(question.members) > 1:
        some = ", ".join(unknown.name for unknown in question.members[:4])
        raise UserError(f"{question.key} has no single answer: it is {len(question.members)} unknowns ({some} ...)")
    law = scenario.numbers[number]
    return Stated(VALUE, (number,), _quantity(question, answer, law.dimension, law.span), question.key, answer)


def _only(question: Question, kind: str) -> str | None:
    """The only unknown of a kind in a question, by name."""
    found = [unknown.name for unknown in question.members if unknown.kind == kind]
    return found[0] if len(found) == 1 else None


def _count(question: Question, answer: str) -> int:
    units_ = len(question.presences)
    count = _YES_NO.get(answer.casefold(), int(answer) if answer.isdecimal() else None)
    count = units_ if count == -1 else count
    if count is None or count > units_:
        allowed = "yes or no" if units_ == 1 else f"a number from 0 to {units_}, all or none"
        raise UserError(f"{question.key}={answer}: {question.text} takes {allowed}")
    return units_ if answer.casefold() in ("yes", "there", "true") else count


def _quantity(question: Question, answer: str, dimension: str, span: tuple[float, float]) -> float:
    try:
        number = units.parse(_bare(answer), dimension)
    except ValueError as error:
        raise UserError(f"{question.key}={answer}: {error}") from None
    if not span[0] <= number <= span[1]:
        ends = " to ".join(units.shown(end, dimension) for end in span)
        raise UserError(f"{question.key}={answer}: the scenario has it from {ends}; change the scenario to ask beyond")
    return number


def _bare(answer: str) -> float | str:
    try:
        return float(answer)
    except ValueError:
        return answer
