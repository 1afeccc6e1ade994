"""What each question of a case is worth to whoever acts if more gets through than a threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bartizan.ground.units import percent
from bartizan.studies.results import Results, scenario_of
from bartizan.studies.value import decide
from bartizan.studies.value.asking import Asker
from bartizan.studies.value.decide import Bearing, Bounds
from bartizan.studies.value.shares import Share, least_apart, shares
from bartizan.studies.value.worth import plan_means


@dataclass(frozen=True)
class Deciding(Bearing):
    """What a question's answer is worth to the decision, beside its share of the variance between worlds."""

    share: Share


@dataclass(frozen=True)
class Decision:
    """A decision on one case: act where more than `threshold` gets through, which costs as much as so much getting
    through. All gains are shares of what is sent; `questions` are those that can matter, the most worth first."""

    case: str
    title: str
    worlds: int
    threshold: float
    mean: float
    everything: Bounds
    otherwise: Bounds  # the share of worlds in which it is right to do other than now: without chance, and with it
    questions: tuple[Deciding, ...]

    @property
    def acts(self) -> bool:
        """Whether one acts by what is known now."""
        return self.mean > self.threshold

    @property
    def told(self) -> tuple[Deciding, ...]:
        return tuple(question for question in self.questions if question.told)

    def content(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self) | {"acts": self.acts}


def decisions(results: Results, threshold: float, cases: Sequence[str] = ()) -> Iterator[Decision]:
    """What knowing more is worth to acting above a threshold, for each case of a results folder or those named.

    Raises UserError where there are too few worlds, or one raid in each, to tell anything; ResultsError where the
    scenario is not there.
    """
    asker = Asker(scenario_of(results), results.summary["run"]["seed"])
    plans = plan_means(results)
    for case in results.chosen(cases):
        yield decision(asker, case["name"], case["title"], threshold, *plans[case["name"]])


def decision(asker: Asker, case: str, title: str, threshold: float, worlds: np.ndarray, plans: np.ndarray) -> Decision:
    """The decision on what gets through of a case: `plans` (W, P) in the worlds `worlds` (W,)."""
    asked = asker.ask(case, worlds)
    worth = decide.acting(plans, threshold)
    luck = decide.chances(worth, asked.columns)
    found = [
        Deciding(question.key, question.text, question.claims, decide.answer(worth, columns), float(chance), share)
        for question, share, columns, chance in zip(
            asked.live, shares(plans, asked.columns), asked.columns, luck, strict=True
        )
    ]
    found.sort(key=lambda question: (not question.told, -question.gain.middle))
    means = plans.mean(axis=1)
    mean = float(means.mean())
    low, high = (float(((of > threshold) != (mean > threshold)).mean()) for of in (least_apart(plans), means))
    return Decision(case, title, len(worlds), threshold, mean, decide.everything(worth), Bounds(low, high),
                    tuple(found))  # fmt: skip


# ------------------------------------------------------------------------------------------------ in words


def sentences(decision: Decision) -> list[str]:
    """What a decision says: what one does now, what knowing everything would be worth, and which answer most of it."""
    now = "act" if decision.acts else "let be"
    said = [f"To act where more than {points(decision.threshold)} % gets through: by what is known now, {now}; on "
            f"average {points(decision.mean)} % gets through."]  # fmt: skip
    whole = decision.everything
    if whole.is_nothing:
        return [
            *said,
            "No world that was played would have it otherwise: nothing that one could learn is worth anything.",
        ]
    said.append(
        f"In {percents(decision.otherwise)} of what may be true the other is right; to know all would be worth "
        f"{range_of_points(whole.low, whole.high)} points of what gets through, on average."
    )
    return [*said, _most(decision)]


def _most(decision: Decision) -> str:
    if not decision.told:
        return f"No single answer is told from luck to be worth anything to it, with {decision.worlds} worlds."
    first = decision.told[0]
    worth = f"{range_of_points(first.gain.split, first.gain.plain)} points, since it changes what is done in"
    return f"Worth most is to know {first.text}; {worth} {percent(first.gain.changed, 0, ' ')} of worlds."


def range_of_points(low: float, high: float) -> str:
    ends = [points(end) for end in sorted((max(0.0, low), max(0.0, high)))]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def percents(share: Bounds) -> str:
    ends = [percent(end, 0, " ").removesuffix(" %") for end in (share.low, share.high)]
    return f"{' to '.join(dict.fromkeys(ends))} %"


def points(share: float) -> str:
    """Hundredths, to two figures or a hundredth of one."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") if share < 0.1 else f"{100 * share:.3g}"
