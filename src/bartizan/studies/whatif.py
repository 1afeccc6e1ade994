"""What if: a changed scenario against the original, with the same luck, so that their difference has its own interval.

Both are played in the same worlds, with a few plans of raids in each. Every answer holds for all worlds played so far;
more worlds, each of them fresh, mostly make the next one narrower. Intervals are as wide as it takes for all answers to
hold together with 95 %: whoever stops at the one that they like still has that. The original is kept for the next
question. A report that is taken as settled is a change as well.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from bartizan.ground.machine import cores
from bartizan.studies.documents.viewer import Answer
from bartizan.studies.estimate import Difference, difference
from bartizan.studies.side import FIRST_WORLDS, RAIDS, Side, confidence_of_answers
from bartizan.studies.value.given import given
from bartizan.world import edit
from bartizan.world.scenario import Scenario

#: Comparisons whose originals are kept.
KEPT = 4


def answers(
    scenario: Scenario,
    case: str,
    changes: edit.Changes,
    *,
    answered: Sequence[str] = (),
    seed: int = 0,
    stop: threading.Event | None = None,
    threads: int | None = None,
) -> Iterator[Answer]:
    """Answers to what becomes of a case under changes, and with each "QUESTION=ANSWER" of `answered` taken as settled;
    each from more worlds than the one before.

    The same seed gives the same answers, whatever the number of threads. `stop` ends them after the worlds that are
    being played. Raises UserError where there is no such case, or a change cannot be made.
    """
    return _comparison(scenario, case, seed).answers(changes, stop or threading.Event(), threads or cores(), answered)


_kept: OrderedDict[tuple[str, str, int], Comparison] = OrderedDict()
_keeping = threading.Lock()


def _comparison(scenario: Scenario, case: str, seed: int) -> Comparison:
    """The comparison of a case with whatever it becomes: the one that was made before, where there is one."""
    with _keeping:
        key = (scenario.digest, scenario.case(case).name, seed)
        found = _kept.pop(key, None) or Comparison(scenario, case, seed)
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return found


class Comparison:
    """A case of a scenario as it is, to compare with what it would be."""

    def __init__(self, scenario: Scenario, case: str, seed: int = 0) -> None:
        self.scenario, self.case, self.seed = scenario, scenario.case(case).name, seed
        self.base = Side(edit.changed(scenario, []), self.case, seed)

    def answers(
        self, changes: edit.Changes, stop: threading.Event, threads: int, answered: Sequence[str] = ()
    ) -> Iterator[Answer]:
        """One answer after another, the last of them with `done`."""
        started = time.perf_counter()
        now = self._changed(changes, answered)
        worlds = FIRST_WORLDS
        with ThreadPoolExecutor(threads) as pool:
            while True:
                for side in (self.base, now):
                    side.grow(worlds, pool, stop)
                if stop.is_set():
                    return
                yield self._answer(now, worlds, time.perf_counter() - started)
                if worlds == now.design.worlds:
                    return
                worlds = min(2 * worlds, now.design.worlds)

    def _changed(self, changes: edit.Changes, answered: Sequence[str]) -> Side:
        """The changed scenario; the original itself where nothing was changed."""
        scenario, case = edit.changed_case(self.scenario, self.case, changes)
        scenario = given(scenario, answered)
        if scenario.file == self.base.scenario.file and scenario.stated == self.base.scenario.stated:
            return self.base
        return Side(scenario, case, self.seed, self.base.scenario)

    def _answer(self, now: Side, worlds: int, seconds: float) -> Answer:
        apart = Difference(0.0, 0.0, 0.0, 0)  # where nothing was changed, and no doubt about it
        if now is not self.base:
            apart = difference(now.leaked(worlds), self.base.leaked(worlds), confidence_of_answers())
        return {
            "raids": worlds * RAIDS,
            "worlds": worlds,
            "done": worlds == now.design.worlds,
            "seconds": round(seconds, 3),
            "case": now.summary(worlds),
            "base": self.base.share(worlds),
            "now": now.share(worlds),
            "difference": apart.brief(),
        }
