"""What settling a question would take away: the same worlds and luck, played again with that question's unknowns drawn
anew."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import special

from bartizan.ground.machine import cores
from bartizan.studies.estimate import CONFIDENCE
from bartizan.studies.side import FIRST_WORLDS, Side, confidence_of_answers
from bartizan.studies.value.questions import Question
from bartizan.studies.value.shares import Share
from bartizan.world.scenario import Scenario


@dataclass(frozen=True)
class Settled:
    """The total share of a question: of the variance between worlds, what is left when all else is known.

    Its interval holds whichever of the answers one stops at; it is 0 to 1 where worlds are not told to differ.
    """

    worlds: int
    total: Share
    done: bool


def settle(
    scenario: Scenario,
    case: str,
    question: Question,
    *,
    seed: int = 0,
    threads: int | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Settled]:
    """The total share of a question, from twice as many worlds each time."""
    stop = stop or threading.Event()
    base, anew = Side(scenario, case, seed), Side(scenario, case, seed, anew=question.draws)
    worlds = FIRST_WORLDS
    with ThreadPoolExecutor(threads or cores()) as pool:
        while True:
            for side in (base, anew):
                side.grow(worlds, pool, stop)
            if stop.is_set():
                return
            plans, redrawn = base.plans(worlds), anew.plans(worlds)
            share = total(plans, redrawn, confidence_of_answers())
            yield Settled(worlds, share, done := worlds == base.design.worlds)
            if done:
                return
            worlds = min(2 * worlds, base.design.worlds)


def total(plans: np.ndarray, redrawn: np.ndarray, confidence: float = CONFIDENCE) -> Share:
    """The total share from means by world and plan (W, P), P of 2 or more, and those with a question drawn anew.

    Half the mean product of the differences of two plans, over the variance between worlds (Jansen 1999). Plans are
    independent given the world, so that no chance is in a product of two; where the question does nothing, the
    difference is exactly 0, and so is its share.
    """
    apart = plans - redrawn
    centre = (plans.mean() + redrawn.mean()) / 2
    whole = (_products(plans - centre) + _products(redrawn - centre)) / 2
    part = _products(apart) / 2
    if not _is_told(whole, confidence):
        return Share(0.0, 0.0, 1.0)
    if not apart.any():
        return Share(0.0, 0.0, 0.0)
    share = float(part.mean() / whole.mean())
    error = float(((part - share * whole) / whole.mean()).std(ddof=1)) / math.sqrt(len(part))
    half = float(special.stdtrit(len(part) - 1, 0.5 + confidence / 2)) * error
    return Share(*(min(1.0, max(0.0, end)) for end in (share, share - half, share + half)))


def _is_told(whole: np.ndarray, confidence: float) -> bool:
    """Whether worlds are told to differ at all: a share of nothing is none."""
    error = float(whole.std(ddof=1)) / math.sqrt(len(whole))
    return float(whole.mean()) > float(special.stdtrit(len(whole) - 1, confidence)) * error


def _products(deviations: np.ndarray) -> np.ndarray:
    """The mean product of two different plans' deviations in each world, (W,)."""
    count = deviations.shape[1]
    return (deviations.sum(axis=1) ** 2 - (deviations**2).sum(axis=1)) / (count * (count - 1))
