"""Which of some layouts is best, by their results in the same worlds, and what knowing more is worth to that choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.units import percent
from bartizan.studies.estimate import NONE, Difference, difference
from bartizan.studies.results import Results, scenario_of
from bartizan.studies.value import decide
from bartizan.studies.value.act import percents, points, range_of_points
from bartizan.studies.value.asking import Asker
from bartizan.studies.value.decide import Bearing, Bounds
from bartizan.studies.value.questions import Question
from bartizan.studies.value.shares import least_apart
from bartizan.studies.value.worth import plan_means


@dataclass(frozen=True)
class Option:
    """One of the layouts: the mean of what gets through, how much more that is than through the best one, and the share
    of worlds in which no fewer get through another, without chance and with it: all that are level count."""

    name: str
    mean: float
    more: Difference
    best_in: Bounds


@dataclass(frozen=True)
class Choice:
    """A choice among layouts for one case. Gains are shares of what is sent; `questions` are those that can matter to
    any of the layouts, the most worth first."""

    case: str
    title: str
    worlds: int
    options: tuple[Option, ...]
    everything: Bounds
    questions: tuple[Bearing, ...]

    @property
    def best(self) -> Option:
        """The layout through which fewest get on average."""
        return min(self.options, key=lambda option: option.mean)

    @property
    def level(self) -> tuple[Option, ...]:
        """Others that are not told from the best: intervals of the differences from it, each on its own."""
        return tuple(option for option in self.options if option is not self.best and option.more.low <= 0)

    @property
    def told(self) -> tuple[Bearing, ...]:
        return tuple(question for question in self.questions if question.told)

    def content(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self) | {"best": self.best.name}


def choices(layouts: Mapping[str, Results], cases: Sequence[str] = ()) -> Iterator[Choice]:
    """The choice among some results, by their names, for each case that all of them have, or for those named.

    Layouts must have been played with the same seed and raids, so that a world of one is the same world in the others;
    where one has more worlds, those that all have count. Raises UserError where they are too few or cannot be compared.
    """
    _check_same(layouts)
    first = next(iter(layouts.values()))
    shared = [name for name in first.cases if all(name in r.cases for r in layouts.values())]
    if not shared:
        raise UserError(f"{_and(layouts)} have no raid in common")
    wanted = [case["name"] for case in first.chosen(cases or shared)]
    for name in wanted:
        if name not in shared:
            raise UserError(f"not all of {_and(layouts)} have the raid {name!r}; all have {', '.join(shared)}")
    plans = {layout: plan_means(results) for layout, results in layouts.items()}
    askers = [Asker(scenario_of(results), results.summary["run"]["seed"]) for results in layouts.values()]
    titles = {name: first.case(name)["title"] for name in wanted}
    for name in wanted:
        yield _choice(askers, name, titles[name], {layout: of[name] for layout, of in plans.items()})


def _check_same(layouts: Mapping[str, Results]) -> None:
    """Raises UserError where worlds or raids of the layouts are not the same."""
    runs = {name: results.summary["run"] for name, results in layouts.items()}
    for what in ("seed", "raids"):
        if len({run[what] for run in runs.values()}) > 1:
            told = ", ".join(f"{name} has {run[what]}" for name, run in runs.items())
            raise UserError(f"layouts are compared in the same worlds and raids, but the {what} differs: {told}")
    if unfinished := [name for name, run in runs.items() if not run.get("finished")]:
        raise ResultsError(f"{', '.join(unfinished)}: not played to the end; run the study again to go on")


def _and(names: Mapping[str, object]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"


def _choice(
    askers: Sequence[Asker], case: str, title: str, found: Mapping[str, tuple[np.ndarray, np.ndarray]]
) -> Choice:
    common = min(len(worlds) for worlds, _ in found.values())
    worlds = next(iter(found.values()))[0][:common]
    plans = {name: through[:common] for name, (_, through) in found.items()}
    if len({of.shape for of in plans.values()}) > 1:
        raise UserError(f"the raid {case!r} has other sizes in {_and(found)}; compare layouts under one raid")
    worth = decide.choosing(list(plans.values()))
    asked = _asked(askers, case, worlds)
    luck = decide.chances(worth, [columns for _, columns in asked])
    questions = [
        Bearing(question.key, question.text, question.claims, decide.answer(worth, columns), float(chance))
        for (question, columns), chance in zip(asked, luck, strict=True)
    ]
    questions.sort(key=lambda question: (not question.told, -question.gain.middle))
    return Choice(case, title, common, _options(plans), decide.everything(worth), tuple(questions))


def _options(plans: Mapping[str, np.ndarray]) -> tuple[Option, ...]:
    means = {name: of.mean(axis=1) for name, of in plans.items()}
    best = min(means, key=lambda name: float(means[name].mean()))
    without = _least(np.stack([_least_more(of, plans[best]) for of in plans.values()]))
    ends = np.sort([without, _least(np.stack(list(means.values())))], axis=0)
    return tuple(
        Option(name, float(of.mean()), NONE if name == best else difference(of, means[best]),
               Bounds(*ends[:, k].tolist()))
        for k, (name, of) in enumerate(means.items())
    )  # fmt: skip


def _least(through: np.ndarray) -> np.ndarray:
    """Of each option the share of worlds in which no other has less, of (options, worlds)."""
    return np.asarray((through <= through.min(axis=0)).mean(axis=1))


def _least_more(plans: np.ndarray, best: np.ndarray) -> np.ndarray:
    """How much more gets through one layout than the best, as `least_apart`, (worlds,); 0 where all plans are level,
    which is no chance."""
    more = plans - best
    return np.where(more.any(axis=1), least_apart(more), 0.0)


def _asked(askers: Sequence[Asker], case: str, worlds: np.ndarray) -> list[tuple[Question, np.ndarray]]:
    """The questions that can matter to any layout, with their columns: what has the same name is the same in all."""
    found: dict[str, tuple[Question, np.ndarray]] = {}
    for asker in askers:
        asked = asker.ask(case, worlds)
        for question, columns in zip(asked.live, asked.columns, strict=True):
            found.setdefault(question.key, (question, columns))
    return list(found.values())


# ------------------------------------------------------------------------------------------------ in words


def sentences(choice: Choice) -> list[str]:
    """What a choice says: which layout is best, what knowing everything would be worth, and which answer most of it."""
    best, level = choice.best, choice.level
    doubt = f"; {', '.join(option.name for option in level)} cannot be told from it" if level else ""
    said = [f"Fewest get through {best.name}: {points(best.mean)} % on average{doubt}."]
    if choice.everything.is_nothing:
        return [
            *said,
            "No other is better in any world: nothing that one could learn is worth anything to it.",
        ]
    another = Bounds(1 - best.best_in.high, 1 - best.best_in.low)
    said.append(
        f"In {percents(another)} of what may be true another is better; to know all would be worth "
        f"{range_of_points(choice.everything.low, choice.everything.high)} points of what gets through, on average."
    )
    if not choice.told:
        return [*said, f"No single answer is told from luck to be worth anything to it, with {choice.worlds} worlds."]
    first = choice.told[0]
    worth = f"{range_of_points(first.gain.split, first.gain.plain)} points, since it changes the choice in"
    return [*said, f"Worth most is to know {first.text}; {worth} {percent(first.gain.changed, 0, ' ')} of worlds."]
