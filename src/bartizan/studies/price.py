"""What long work will take, told before it begins: a few worlds are played, or mapped coarsely, and timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from bartizan.engine.covering import Grid
from bartizan.ground.machine import cores
from bartizan.studies import approaches, coverage
from bartizan.studies.coverage import Target
from bartizan.studies.replicate import Design, parts
from bartizan.studies.searching.search import Choice, Play
from bartizan.studies.side import Side
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: How much coarser the cells of the map are that is timed.
_COARSER = 4
#: What two threads are over one, by measurement; more threads have not been measured.
_GAIN = 0.8
#: Of many sides so many are timed, in so many worlds: what these share is most of what one alone takes.
_TIMED, _SIDE_TIMED = 4, 4
#: Of a search so many choices, which share what a world takes as they do in the search, in so many worlds a thread.
_CHOICES_TIMED, _WORLDS_TIMED = 16, 2


def of_play(
    scenario: Scenario, plays: Sequence[tuple[Case, Design]], threads: int | None = None, timed: int = 1
) -> float:
    """Seconds that playing takes, about, by so many worlds; what is made of it afterwards is not in it."""
    few = [(case, replace(plan, worlds=timed)) for case, plan in plays]

    def play(some: Sequence[tuple[Case, Design]]) -> None:
        for _ in parts(scenario, some, threads=1):
            pass

    return _seconds(lambda: play(few), lambda: play(few[:1])) * plays[0][1].worlds / (timed * _at_once(threads))


def of_sides(sides: Sequence[Side], threads: int | None = None) -> float:
    """Seconds that playing all worlds of some sides takes, about: those that are timed stand for those between."""
    some = sides[:: -(-len(sides) // _TIMED)]
    seconds = sum(of_play(side.scenario, [(side.case, side.design)], threads, _SIDE_TIMED) for side in some)
    return seconds * len(sides) / len(some)


def of_search(play: Play, choices: Sequence[Choice], worlds: int, threads: int | None = None) -> float:
    """Seconds that so many worlds of choices take, about."""
    some, count = choices[:_CHOICES_TIMED], _WORLDS_TIMED * (threads or cores())
    return _seconds(lambda: play(some, 0, count)) * worlds / (len(some) * count)


def of_map(aim: Target, grid: Grid, worlds: int, seed: int, threads: int | None = None) -> float:
    """Seconds that a map of coverage takes, about."""
    coarse = grid._replace(
        x=grid.x[::_COARSER], y=grid.y[::_COARSER], ground=np.ascontiguousarray(grid.ground[::_COARSER, ::_COARSER])
    )
    cells = _seconds(lambda: coverage.coverage(aim, coarse, 1, seed, threads=1))
    flights = max(0.0, _seconds(lambda: approaches.survey(aim, coarse, 1, seed, threads=1)) - cells)
    return (cells * grid.ground.size / coarse.ground.size + flights) * worlds / _at_once(threads)


def _at_once(threads: int | None) -> float:
    return 1 + _GAIN * ((threads or cores()) - 1)


def _seconds(work: Callable[[], object], before: Callable[[], object] | None = None) -> float:
    """How long something takes, once what is done `before`, or the same, has loaded the machine code."""
    (before or work)()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
