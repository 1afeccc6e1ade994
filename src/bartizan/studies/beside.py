"""Two layouts side by side: a raid of one in the other with the same luck, and the difference in what gets through."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from bartizan.studies import replay
from bartizan.studies.compare import Comparing
from bartizan.studies.comparing import sentences
from bartizan.studies.documents.sent import Beside
from bartizan.studies.documents.viewer import ReplayOf
from bartizan.studies.paired import Effort, Layout, its_case
from bartizan.world.scenario import Scenario


def raid(first: Scenario, other: Layout, case: str, world: int, raid: int, seed: int, raids: int) -> ReplayOf:
    """The raid of another layout that is set beside one of the first: same world, same number, same luck; `case` stays
    what the first calls it. Raises UserError where the other has no such case."""
    chosen = first.case(case)
    name = its_case(other, chosen).name
    return replay.linked_document(first, other.scenario, name, world, raid, seed, raids) | {"case": chosen.name}


def answers(first: Layout, other: Layout, case: str, seed: int, stop: threading.Event) -> Iterator[Beside]:
    """What gets through two layouts, look by look; the last answer is that of `bartizan compare`, and all hold
    together."""
    comparing = Comparing([first, other], [case], Effort(seed=seed))
    most = comparing.effort.stopping.looks[-1]
    for seen in comparing.looks(stop):
        found = comparing.told(seen)["cases"][0]
        done = found["narrow_enough"] or found["worlds"] >= most
        yield {"done": done, "compared": found, "said": sentences(found)}
