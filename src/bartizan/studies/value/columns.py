"""What each question is in each world: as columns for a regression, and as one number that people can be told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from bartizan.ground import rng, units
from bartizan.studies.value.curves import degree_for, legendre, zernike
from bartizan.studies.value.questions import Question
from bartizan.world.draw import Worlds
from bartizan.world.scenario import Scenario
from bartizan.world.unknowns import NUMBER, ORDER, PLACE, PRESENCE, WIND, Unknown, values

#: An unknown with no more values than this is told value by value, and has a column for each.
FEW = 6
#: Worlds that a column of a question should have behind it, at least.
_WORLDS_A_COLUMN = 12
#: Of so many units or fewer each combination that may be there has a column.
_SATURATED = 3


def columns(question: Question, drawn: Worlds) -> np.ndarray:
    """The columns of a question in some worlds, (worlds, p): as fine a curve for each unknown as they can tell."""
    for degree in range(degree_for(len(drawn)), 0, -1):
        alone = [_of(unknown, drawn, degree) for unknown in question.members]
        found = np.concatenate([*alone, *(_together(question, drawn) if degree > 1 else ())], axis=1)
        if found.shape[1] * _WORLDS_A_COLUMN <= len(drawn):
            break
    return found


def _together(question: Question, drawn: Worlds) -> Iterator[np.ndarray]:
    """Which of up to three units are there at once, (worlds, 1) each: two are not the sum of what each does."""
    there = [_of(unknown, drawn, 1) for unknown in question.presences]
    if len(there) <= _SATURATED:
        for number in range(2, len(there) + 1):
            yield from (np.prod(some, axis=0) for some in itertools.combinations(there, number))


def _of(unknown: Unknown, drawn: Worlds, degree: int) -> np.ndarray:
    nothing = np.zeros((len(drawn), 0))
    if unknown.kind in (PRESENCE, ORDER):
        return next(iter(values(drawn, unknown).values()))[:, None]
    if unknown.kind == PLACE:
        share, turn = (drawn.uniform(name, rng.PLACE) for name in unknown.draws)
        return zernike(share, turn, degree)
    if unknown.kind == WIND:
        angle = 2 * np.pi * drawn.uniform(unknown.name)
        return np.stack([np.sin(angle), np.cos(angle)], axis=1)
    if unknown.kind != NUMBER or unknown.name.endswith(
        ("/present", "/released", "/last_resort")
    ):  # the outcome counts, not the chance of it
        return nothing
    value = drawn.value(unknown.name)
    known = np.unique(value)
    if len(known) <= FEW:
        return np.stack([value == v for v in known[1:]], axis=1).astype(float) if len(known) > 1 else nothing
    uniform = drawn.uniform(unknown.name)
    if (np.diff(value[np.argsort(uniform)]) < 0).any():  # values that are listed in another order than their own
        uniform = (_mid_ranks(value) - 0.5) / len(value)
    return legendre(uniform, degree)


def _mid_ranks(value: np.ndarray) -> np.ndarray:
    """Ranks from 1 on, equal values sharing theirs, (worlds,): as scipy.stats.rankdata, which takes 50 MB to import."""
    rising = np.sort(value)
    return np.asarray((np.searchsorted(rising, value) + np.searchsorted(rising, value, side="right") + 1) / 2)


@dataclass(frozen=True)
class Scalar:
    """A question's answer in each world as one number, (worlds,), and words for one between two, to follow "if"."""

    value: np.ndarray
    words: Callable[[float, float], str]


def scalar(scenario: Scenario, question: Question, drawn: Worlds) -> Scalar | None:
    """A question's answer as one number: how many are there, how far from the middle, the value; None if several."""
    if there := question.presences:
        count = np.sum([next(iter(values(drawn, unknown).values())) for unknown in there], axis=0)
        return Scalar(count, units_there(len(there)))
    numbers = [u for u in question.members if u.kind == NUMBER]
    places = [u for u in question.members if u.kind == PLACE]
    if len(places) == 1:
        return Scalar(_from_the_middle(scenario, places[0], drawn), _far)
    if len(numbers) == 1 == len(question.members):
        return Scalar(drawn.value(numbers[0].name), measured(scenario.numbers[numbers[0].name].dimension))
    return None


def _from_the_middle(scenario: Scenario, place: Unknown, drawn: Worlds) -> np.ndarray:
    """Metres from the middle of what is defended to where something stands, (worlds,)."""
    kind, *name = place.name.removesuffix("/at").split("/")
    stated = {"units": [u.unit.at for u in scenario.units if u.name == "/".join(name)],
              "assets": [a.at for a in scenario.assets if a.name == "/".join(name)]}.get(kind, [])  # fmt: skip
    east, north = stated[0].local(scenario.origin) if stated else (0.0, 0.0)
    middle = np.mean([a.at.local(scenario.origin) for a in scenario.assets], axis=0)
    away = values(drawn, place)
    return np.hypot(east - middle[0] + away[f"{place.name}/east"], north - middle[1] + away[f"{place.name}/north"])


def units_there(count: int) -> Callable[[float, float], str]:
    """Words for how many of so many units are there."""
    return _one if count == 1 else _several(count)


def _one(low: float, high: float) -> str:
    return "it is there" if low > 0 else "it is not there"


def _several(count: int) -> Callable[[float, float], str]:
    def words(low: float, high: float) -> str:
        if low != high:
            return f"{low:.0f} to {high:.0f} of {count} are there"
        all_ = "both are there" if count == 2 else f"all {count} are there"
        few = {0: f"none of {count} is there", 1: f"1 of {count} is there", count: all_}
        return few.get(round(low), f"{low:.0f} of {count} are there")

    return words


def _far(low: float, high: float) -> str:
    return f"it stands {low / 1000:.1f} to {high / 1000:.1f} km from the middle of what is defended"


def measured(dimension: str) -> Callable[[float, float], str]:
    """Words for a number of this dimension between two."""

    def words(low: float, high: float) -> str:
        ends = [units.shown(float(f"{end:.3g}"), dimension) for end in (low, high)]
        return f"it is {ends[0]}" if ends[0] == ends[1] else f"it is {ends[0]} to {ends[1]}"

    return words
