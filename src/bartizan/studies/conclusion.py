"""What a study comes to: estimates, tables and maps, from whatever parts there are, on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bartizan.ground.writing import write_json
from bartizan.studies import alerts, districts, falls, predictive, reported_raids, summary, tables
from bartizan.studies.asked import Asked
from bartizan.studies.coverage import write_coverage
from bartizan.studies.documents import cases as documents
from bartizan.studies.documents.results import Run, Summary
from bartizan.studies.folder import Folder
from bartizan.studies.replicate import Design, columns_of
from bartizan.studies.results import SUMMARY, write_parquet
from bartizan.studies.tables import Played, texts
from bartizan.studies.value import asking, worth
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario


def conclude(
    wanted: Asked, plays: Sequence[tuple[Case, Design]], folder: Folder, provenance: Run, threads: int
) -> None:
    """Write all that results hold, of what has been played of `plays`."""
    there = [play for play in plays if folder.parts.paths(play[0].name)]
    with ThreadPoolExecutor(threads) as pool:
        path = folder.path / "coverage.npz"
        mapped = pool.submit(write_coverage, wanted.scenario, provenance["seed"], path, threads)
        played = list(pool.map(lambda play: _played(wanted.scenario, play[0], play[1], folder), there))
        concluding = _Concluding(wanted.scenario, played, folder, provenance, wanted.stopping.confidence)
        content = concluding.content(pool)
        mapped.result()
    write_json(folder.path / SUMMARY, {**content, "files": folder.files()})


def _played(scenario: Scenario, case: Case, plan: Design, folder: Folder) -> Played:
    """Filled part by part: all parts beside what they make would be twice as much."""
    count, shape = folder.parts.worlds_kept(case.name), (plan.plans, columns_of(scenario, case).count)
    worlds, sums, squares = np.zeros(count, np.int64), np.zeros((count, *shape)), np.zeros((count, *shape))
    landed, end = [], 0
    for part in folder.parts.sums(case.name):
        rows = slice(end, end := end + len(part.sums))
        worlds[rows] = part.first_world + np.arange(len(part.sums))
        sums[rows], squares[rows] = part.sums, part.squares
        landed += [part.landed] if part.landed is not None else []
    return Played(case, plan, worlds, sums, squares, falls.joined(landed, len(scenario.assets)))


@dataclass(frozen=True)
class _Concluding:
    """What does not wait for anything else is begun at once, what takes longest first."""

    scenario: Scenario
    played: Sequence[Played]
    folder: Folder
    provenance: Run
    confidence: float

    @property
    def seed(self) -> int:
        return self.provenance["seed"]

    @cached_property
    def ground(self) -> districts.Ground | None:
        return districts.ground(self.scenario, self.seed, self.provenance["threads"])

    def content(self, pool: ThreadPoolExecutor) -> Summary:
        """What the summary says, but for the files; all else but the map is written then."""
        if not self.played:
            return self._summary()
        ground = self.ground
        warned = pool.submit(self._warned, ground)
        worths = pool.submit(self._worths) if self.provenance["finished"] else None
        written = pool.submit(tables.write, self.scenario, self.played, self.folder)
        fallen = pool.submit(self._falls)
        content = self._summary()
        for case, fall in zip(content["cases"], fallen.result(), strict=True):
            case["fall"] = fall
        content |= warned.result()  # type: ignore[typeddict-item]
        written.result()
        if self.folder.identity["keeps"] == "threats":
            self._set_beside_reports(content)
        for case, told in zip(content["cases"], worths.result() if worths else (), strict=worths is not None):
            if told is not None:
                case["worth"] = told
        return content

    def _warned(self, ground: districts.Ground | None) -> dict[str, Any]:
        """What the summary says of warning: district by district, and what an alert leaves of it."""
        found: dict[str, Any] = {} if ground is None else {"districts": ground.content()}
        if (alert := alerts.content(self.scenario, self.seed, ground, self.provenance["threads"])) is not None:
            found["civil_alert"] = alert
        return found

    def _summary(self) -> Summary:
        sums = [(each.case, each.plan, each.sums, each.squares) for each in self.played]
        return summary.summary(self.scenario, sums, self.provenance, self.confidence)

    def _falls(self) -> list[documents.Fall]:
        """What comes down in each case; fall.npz, and districts.parquet if the scenario has districts."""
        landed = {each.case.name: each.landed for each in self.played}
        falls.write(self.scenario, landed, self.folder.path / "fall.npz")
        exposed = [falls.persons(self.scenario, self.seed, each.landed) for each in self.played]
        told = [
            falls.summary(self.scenario, each.landed, falls.raids_followed(each.plan.first_raids()), persons)
            for each, persons in zip(self.played, exposed, strict=True)
        ]
        if self.ground is not None:
            self._districts(self.ground, told, exposed)
        return told

    def _districts(
        self, ground: districts.Ground, told: Sequence[documents.Fall], exposed: Sequence[np.ndarray | None]
    ) -> None:
        """What comes down in each district, in `told` and in districts.parquet."""
        fallen = [ground.fallen(each.landed) for each in self.played]
        for fall, bodies, persons in zip(told, fallen, exposed, strict=True):
            fall["districts"] = ground.rows(bodies, persons)
        write_parquet(self.folder.path / "districts.parquet", [ground.table(fallen)], ", ".join([
            texts([each.case.name for each in self.played], "case_", '"case"'),
            texts(ground.places.names, "district", "district"), texts(falls.KINDS, "kind", "kind"),
            "mean", "world_low", "world_high",
        ]))  # fmt: skip

    def _set_beside_reports(self, content: Summary) -> None:
        """Adds to the summary of a case what was reported of a real raid of its size, and to that of all what reports
        say together."""
        reports = []
        for told, (case, *_) in zip(content["cases"], self.played, strict=True):
            if (reported := case.reported) is not None:
                of = reported_raids.types_told(case, reported)
                counts = reported_raids.read_counts(self.folder.path / "threats.parquet", case.name, of)
                told["reported"] = reported_raids.beside(counts, reported, of, self.confidence)
                reports.append(predictive.Report(case.name, reported, counts))
        if (found := predictive.together(reports, self.confidence)) is not None:
            content["reports"] = found

    def _worths(self) -> list[documents.CaseWorth | None]:
        """What each open question is worth to each case, where it has worlds and raids enough to tell."""
        asker = asking.Asker(self.scenario, self.seed)
        return [self._worth(asker, each) if asking.tells(*each.sums.shape[:2]) else None for each in self.played]

    def _worth(self, asker: asking.Asker, each: Played) -> documents.CaseWorth:
        leaked = each.sums[:, :, columns_of(self.scenario, each.case).leaked]
        through = leaked / (np.diff(each.plan.first_raids()) * each.case.size)
        return worth.verdict(asker, each.case.name, each.case.title, each.worlds, through).brief()
