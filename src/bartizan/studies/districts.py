"""Districts under a defence: how much comes down in each, who may stand there, how long before a threat is seen."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bartizan.engine.covering import SEES
from bartizan.ground.machine import cores
from bartizan.studies import coverage, falls
from bartizan.studies.approaches import fly_to
from bartizan.studies.documents.cases import FallDistrict
from bartizan.studies.documents.results import Districts as Told
from bartizan.studies.documents.results import Warned
from bartizan.studies.falls import KINDS, Landed
from bartizan.world.cases import Case
from bartizan.world.districts import Districts
from bartizan.world.landing import CELLS, grid_of
from bartizan.world.scenario import Scenario

#: Worlds and bearings of the flights that tell how long before a threat is seen; flights end so far from the middle.
WORLDS, BEARINGS, ARRIVED_M = 8, 16, 500.0
#: Of a case's districts, those that a summary names.
MOST = 12


@dataclass(frozen=True)
class FirstSight:
    """Seconds from when a threat on a straight level flight to a district is first seen, by any unit, until it is
    there; 0: it is never seen."""

    title: str
    altitude_m: float
    speed_m_s: float
    times: np.ndarray  # f8 (W, D, B)

    def rows(self, names: Sequence[str]) -> list[Warned]:
        """For each district the mean over bearings, its mean and 10 to 90 % over worlds; and the worst bearing's mean
        over worlds."""
        found = falls.over_worlds(self.times.mean(axis=2))
        least = self.times.mean(axis=0).min(axis=1)
        return [
            {
                "name": name,
                "mean": _tenths(found["mean"][d]),
                "world_low": _tenths(found["world_low"][d]),
                "world_high": _tenths(found["world_high"][d]),
                "least": _tenths(least[d]),
            }
            for d, name in enumerate(names)
        ]


def _tenths(seconds: float) -> float:
    return round(float(seconds), 1)


def warning(scenario: Scenario, middles: np.ndarray, seed: int, threads: int | None = None) -> FirstSight:
    """Flights of the scenario's lowest threat, as high and as fast as it most likely flies, to the middle of every
    district, (D, 2) m."""
    altitude, case, g = lowest(scenario)
    aim = coverage.target_in(scenario, case, g)
    times = np.zeros((WORLDS, len(middles), BEARINGS))

    def fly(block: coverage.Block, w: int, d: int) -> None:
        place = float(middles[d][0]), float(middles[d][1])
        first, _ = fly_to(block, w, place, ARRIVED_M, np.array([altitude]), BEARINGS, to_the_end=False)
        seen = first[SEES, :, 0].max(axis=0, initial=0.0)
        times[block.first + w, d] = np.maximum(seen - ARRIVED_M, 0.0) / aim.speed

    threads = threads or cores()
    with ThreadPoolExecutor(threads) as pool:
        for block in coverage.blocks(aim, WORLDS, seed, threads):
            work = [(block, w, d) for w in range(len(block.worlds)) for d in range(len(middles))]
            list(pool.map(fly, *zip(*work, strict=True)))
    return FirstSight(aim.title, altitude, aim.speed, times)


def lowest(scenario: Scenario) -> tuple[float, Case, int]:
    """The altitude, case and number of the group that most likely flies lowest: the first of those."""
    flying = [
        ((case.groups[g].group.altitude or case.groups[g].threat.altitude).likely, case, g)
        for case in scenario.cases
        for g in case.threats
    ]
    return min(flying, key=lambda found: found[0])


class Ground:
    """The districts of a scenario on the grid of what comes down."""

    def __init__(self, scenario: Scenario, seed: int, places: Districts, threads: int | None) -> None:
        self.scenario, self.seed, self.places, self.threads = scenario, seed, places, threads
        self.grid = grid_of(scenario)

    @cached_property
    def sight(self) -> FirstSight:
        """How long before it is over each district a threat is first seen."""
        return warning(self.scenario, self.places.middles(), self.seed, self.threads)

    @cached_property
    def shares(self) -> np.ndarray:
        return self.places.shares(self.grid.west, self.grid.south, self.grid.cell, CELLS)

    def content(self) -> Told:
        """What a summary says of the districts of a scenario."""
        written = self.scenario.file.districts
        found = self.sight
        return {
            "credit": written.credit if written else "",
            "target": found.title,
            "altitude_m": found.altitude_m,
            "speed_m_s": found.speed_m_s,
            "warning_s": [
                {**row, "outline": [np.round(ring).astype(int).tolist() for ring in self.places.outline(d)]}
                for d, row in enumerate(found.rows(self.places.names))
            ],
        }

    def fallen(self, landed: Landed) -> np.ndarray:
        """Bodies in a raid in each district, (worlds, K, D)."""
        worlds = len(landed.cells)  # one product of two matrices: one for each world reads all shares anew
        return (landed.cells.reshape(worlds * len(KINDS), -1) @ self.shares.T).reshape(worlds, len(KINDS), -1)

    def rows(self, bodies: np.ndarray, persons: np.ndarray | None) -> list[FallDistrict]:
        """The MOST districts with the most bodies but rounds: these by kind, and the persons in their path; of what has
        `fallen` in a case, and of `falls.persons`."""
        exposed = None if persons is None else persons.reshape(len(persons), -1) @ self.shares.T
        whole = bodies[:, : KINDS.index("rounds")].sum(axis=1).mean(axis=0)
        return [self._row(d, bodies, exposed) for d in np.argsort(-whole, kind="stable")[:MOST] if whole[d] > 0]

    def _row(self, d: int, bodies: np.ndarray, exposed: np.ndarray | None) -> FallDistrict:
        persons = None if exposed is None else falls.spread_over_worlds(exposed[:, d])
        return {"name": self.places.names[d], "kinds": falls.by_kind(bodies[:, :, d]), "persons": persons}

    def table(self, fallen: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        """A row for each case, district and kind: bodies in a raid, mean and the ends of the central 80 % of worlds."""
        values = np.stack([np.stack([*falls.over_worlds(f).values()]) for f in fallen])  # (cases, 3, K, D)
        case, kind, district = np.indices((len(fallen), len(KINDS), len(self.places.names)))
        columns = {"case_": case, "kind": kind, "district": district}
        columns |= {name: values[:, n] for n, name in enumerate(("mean", "world_low", "world_high"))}
        return {name: np.ascontiguousarray(column.ravel()) for name, column in columns.items()}


def ground(scenario: Scenario, seed: int, threads: int | None = None) -> Ground | None:
    """The districts of a scenario, if it names any."""
    return None if scenario.districts is None else Ground(scenario, seed, scenario.districts, threads)
