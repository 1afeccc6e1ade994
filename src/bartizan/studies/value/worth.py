"""What each question is worth to a case of results: its share, and what would get through once it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast

import numpy as np

from bartizan.ground.units import percent
from bartizan.studies.documents.cases import CaseWorth
from bartizan.studies.estimate import CONFIDENCE, WORLD_SHARE
from bartizan.studies.results import Results, scenario_of
from bartizan.studies.value import answers
from bartizan.studies.value.answers import Conditional
from bartizan.studies.value.asking import Asker
from bartizan.studies.value.columns import scalar
from bartizan.studies.value.questions import Question
from bartizan.studies.value.shares import Share, detectable, ranked
from bartizan.world import draw
from bartizan.world.scenario import Scenario

#: Questions whose answers a summary keeps, whether they are told or not.
FIRST = 12


@dataclass(frozen=True)
class Worth:
    """What a question is worth to what gets through of a case.

    `share` of the variance between worlds is explained by it alone; `chance` is that of as much by luck, told for all
    questions together; `told` whether that is small. `answers` say what gets through for each of its answers, `width`
    how wide the central 80 % of worlds would be, on average, once it is settled; both are lacking for a question that
    has no single number as its answer.
    """

    key: str
    text: str
    claims: tuple[str, ...]
    share: Share
    chance: float
    told: bool
    together: bool
    answers: tuple[Conditional, ...]
    width: float | None

    @property
    def standing(self) -> str:
        """Whether it is told from chance, and apart from the first, in words."""
        if not self.told:
            return "may be chance"
        return "first" if self.together else "told"


@dataclass(frozen=True)
class Verdict:
    """What is told of all questions of one case, first what matters most."""

    case: str
    title: str
    worlds: int
    mean: float
    world_low: float
    world_high: float
    asked: int  # questions in all
    live: int  # of them, those that can matter to the case at all
    least: float  # the share that a question needs to be found four times in five
    worths: tuple[Worth, ...]

    @property
    def width(self) -> float:
        """How wide the central 80 % of worlds is."""
        return self.world_high - self.world_low

    @property
    def told(self) -> tuple[Worth, ...]:
        """The questions that are told from chance."""
        return tuple(worth for worth in self.worths if worth.told)

    @property
    def first(self) -> tuple[Worth, ...]:
        """What matters most: one question, or several that cannot be told apart; none where all may be chance."""
        return tuple(worth for worth in self.told if worth.together)

    def content(self) -> CaseWorth:
        """The same as plain data."""
        return cast(CaseWorth, asdict(self) | {"width": self.width})

    def brief(self) -> CaseWorth:
        """What summary.json keeps: the first and all told questions in full, others on which claims bear without their
        answers."""
        full = [k < FIRST or worth.told for k, worth in enumerate(self.worths)]
        kept = [
            worth if whole else replace(worth, answers=())
            for worth, whole in zip(self.worths, full, strict=True)
            if whole or worth.claims
        ]
        return replace(self, worths=tuple(kept)).content()


def verdicts(results: Results, cases: Sequence[str] = ()) -> Iterator[Verdict]:
    """What each question is worth to each case of a results folder, or to those named.

    Raises UserError where there are too few worlds, or one raid in each, to tell anything; ResultsError where the
    scenario is not there.
    """
    asker = Asker(scenario_of(results), results.summary["run"]["seed"])
    plans = plan_means(results)
    for case in results.chosen(cases):
        yield verdict(asker, case["name"], case["title"], *plans[case["name"]])


def verdict_of(content: Mapping[str, Any]) -> Verdict:
    """A verdict from its plain data."""
    return _from(Verdict, content, worths=tuple(map(_worth_of, content["worths"])))


def _worth_of(content: Mapping[str, Any]) -> Worth:
    answers_ = tuple(_from(Conditional, answer) for answer in content["answers"])
    claims = tuple(content["claims"])
    return _from(Worth, content, claims=claims, share=_from(Share, content["share"]), answers=answers_)


def _from(kind: Any, content: Mapping[str, Any], **parts: Any) -> Any:
    return kind(**{field.name: content[field.name] for field in fields(kind) if field.name not in parts}, **parts)


def plan_means(results: Results) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each case the numbers of its worlds (W,), and the share that gets through in each of their plans (W, P)."""
    table = results.table("worlds")
    found = {}
    for case in results.cases:
        rows = np.flatnonzero(table["case"] == case)
        rows = rows[np.lexsort((table["plan"][rows], table["world"][rows]))]
        worlds = np.unique(table["world"][rows])
        found[case] = worlds, (table["leaked"][rows] / table["sent"][rows]).reshape(len(worlds), -1)
    return found


def verdict(asker: Asker, case: str, title: str, worlds: np.ndarray, plans: np.ndarray) -> Verdict:
    """What each question is worth to what gets through of a case: `plans` (W, P) in the worlds `worlds` (W,)."""
    asked = asker.ask(case, worlds)
    rank, parted = ranked(plans, asked.columns), answers.Worlds(plans)
    worths = tuple(
        _worth(
            asker.scenario,
            asked.live[k],
            asked.drawn,
            parted,
            rank.shares[k],
            float(rank.chances[k]),
            k in rank.together,
        )
        for k in rank.order
    )
    low, high = parted.span()
    return Verdict(case, title, len(worlds), float(plans.mean()), low, high, asked.known, asked.can_matter,
                   detectable(len(worlds), len(asked.live)), worths)  # fmt: skip


def _worth(
    scenario: Scenario,
    question: Question,
    drawn: draw.Worlds,
    worlds: answers.Worlds,
    share: Share,
    chance: float,
    together: bool,
) -> Worth:
    answer = scalar(scenario, question, drawn)
    found = worlds.conditionals(answer) if answer is not None and worlds.between > 0 else []
    width = answers.mean_width(found) if found else None
    told = chance < 1 - CONFIDENCE and share.share > 0  # of worlds that do not differ nothing can be explained
    return Worth(
        question.key, question.text, question.claims, share, float(chance), told, together, tuple(found), width
    )


# ------------------------------------------------------------------------------------------------ in words


def sentences(verdict: Verdict) -> list[str]:
    """What a verdict says, in sentences that can be retold: what gets through, how sure, what would change it."""
    of_all = f"{100 * WORLD_SHARE:.0f} % of what may be true"
    said = [
        f"On average {_percent(verdict.mean)} gets through; for the middle {of_all} it is between "
        f"{_percent(verdict.world_low)} and {_percent(verdict.world_high)}."
    ]
    if not verdict.told:
        return [*said, f"What would change this most cannot be told: {_blind(verdict)}"]
    return [*said, *_first(verdict)]


def _first(verdict: Verdict) -> Iterator[str]:
    first = verdict.first or verdict.told[:1]
    leader = first[0]
    what = " or ".join(worth.text for worth in first[:3]) + (f" or {len(first) - 3} more" if len(first) > 3 else "")
    apart = "" if len(first) == 1 else " (these cannot be told apart)"
    alone = _percent(leader.share.share)
    which = "it" if len(first) == 1 else "the first"
    yield f"What would change it most is to know {what}{apart}; alone {which} explains {alone} of what is unknown."
    if leader.answers:
        told = "; ".join(f"{_percent(c.mean)} if {c.answer}" for c in leader.answers)
        yield f"What gets through: {told}."


def _blind(verdict: Verdict) -> str:
    if verdict.mean == 0:
        return f"none gets through in any of {verdict.worlds} worlds."
    return (
        f"with {verdict.worlds} worlds and {verdict.live} questions one must explain at least "
        f"{_percent(verdict.least)} of what is unknown to stand out."
    )


def _percent(share: float) -> str:
    return percent(share, 0 if 0.1 <= share <= 0.99 else 1, " ")
