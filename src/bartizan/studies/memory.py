"""How much memory a study takes, told before it is taken: how many threads of it have room, or what would fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bartizan.engine import layout
from bartizan.engine.survey import Surveyor
from bartizan.ground.errors import UserError
from bartizan.ground.machine import free_memory
from bartizan.physics import arrays
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

if TYPE_CHECKING:
    from bartizan.studies.replicate import Design

#: Raids played before their outcomes are added up.
BLOCK_RAIDS = 256
#: Pairs of a threat and a unit, and rows of threats in a part, below which nobody asks: some 50 MB a thread.
FEW_PAIRS, FEW_ROWS = 10_000, 2_000_000
#: Threats of a case that are surveyed to tell what all of them take.
_TRIED = 64
#: Bytes of a row of each table; of those that may be considered also what play keeps of them.
_ROW = {"looks": 32, "net": 36, "delays": 8, "windows": 16, "jams": 24, "parts": 8, "stays": 16, "queue": 146}
_OUTCOME = 26  # of a threat in a raid
_COPIES = 3  # of rows of threats, while they are written
#: Of what is free, what a study may take.
_MAY_TAKE = 0.8
_GB = 1e9


def threads_that_fit(
    scenario: Scenario, plays: Sequence[tuple[Case, Design]], threads: int, worlds_a_part: int, *, rows: bool
) -> int:
    """How many of so many threads have room; with `rows` each keeps one for each threat of each raid of a part.

    Raises UserError, which says what would fit, where not one has.
    """
    need = sum(_of_tables(scenario, case) for case, _ in plays)
    rows_a_part = worlds_a_part * max(case.routes * plan.raids for case, plan in plays) if rows else 0
    kept = _COPIES * _OUTCOME * rows_a_part if rows_a_part > FEW_ROWS else 0
    if need + kept == 0:
        return threads
    free = _MAY_TAKE * free_memory()
    if need + kept <= free:
        return min(threads, int(free // (need + kept)))
    if kept > free / 2:
        raise UserError(
            f"{rows_a_part:,} rows of threats in {worlds_a_part} worlds take about {_gb(kept)} of memory, and "
            f"{_gb(free)} may be taken: --sums-only would fit, or {int(plays[0][1].raids * free / 2 / kept):,} --raids "
            "in more worlds"
        )
    raise UserError(_what_fits(scenario, plays, need, free - kept))


def _what_fits(scenario: Scenario, plays: Sequence[tuple[Case, Design]], need: float, free: float) -> str:
    largest = max((case for case, _ in plays), key=lambda case: case.size)
    of_it = _of_tables(scenario, largest)
    units = len(scenario.units)
    told = f"{largest.size:,} threats against {units:,} units take about {_gb(of_it)} of memory"
    if len(plays) > 1 and of_it <= free:
        return (
            f"the tables of {len(plays)} kinds of raid take about {_gb(need)} of memory together, and {_gb(free)} may "
            f"be taken: play them one by one (--raid NAME); the largest, {told}"
        )
    fits = int(largest.size * max(free, 0) / of_it)
    return (
        f"{told} even on one thread, and {_gb(free)} may be taken: about {fits:,} threats against these units, or "
        f"{int(units * max(free, 0) / of_it):,} such units against these threats, would fit"
    )


def _gb(number: float) -> str:
    return f"{max(number, 0) / _GB:.1f} GB"


def _of_tables(scenario: Scenario, case: Case) -> float:
    """Bytes that the survey and play of a case take on a thread, by what some of its threats take; 0 if few."""
    pairs = case.routes * len(scenario.units)
    if pairs < FEW_PAIRS:
        return 0.0
    some = _thinned(case)
    drawn = draw.worlds(scenario, 0, 0, 1)
    packed = pack.pack(scenario, some, drawn)
    surveyor = Surveyor(some.routes, scenario.file.study.step.likely)
    surveyor.open(world := arrays.world(packed, 0), skies(scenario, packed, drawn.skies)[0])
    theatre = surveyor.survey(world, 0, 0)
    rows = {name: float(theatre.sizes[0][name]) * case.routes / some.routes for name in _ROW}
    slots = len(theatre.slots) * case.routes / some.routes
    return (
        sum(_ROW[name] * count for name, count in rows.items())
        + pairs * (layout.PAIR.itemsize + layout.KEPT_PAIR.itemsize) + case.routes * layout.KEPT_THREAT.itemsize
        + slots * layout.SLOT.itemsize + BLOCK_RAIDS * case.routes * _OUTCOME
    )  # fmt: skip


def _thinned(case: Case) -> Case:
    """The same with some of its threats, of each group at least one."""
    groups = tuple(wave._replace(size=max(1, wave.size * _TRIED // case.routes)) for wave in case.groups)
    return replace(case, groups=groups, size=sum(wave.size for wave in groups if not wave.neutral))
