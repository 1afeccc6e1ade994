"""A study as it is asked for: its cases and numbers, and what identifies it, wherever it is played."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import bartizan
from bartizan.ground.errors import ResultsError
from bartizan.studies.folder import Folder
from bartizan.studies.parts import Identity
from bartizan.studies.replicate import Design, design
from bartizan.studies.results import FORMAT, STUDY, read_study, scenario_in
from bartizan.studies.skylines import worlds_at_once
from bartizan.studies.stopping import Stopping
from bartizan.studies.value.given import given
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario, load

#: Worlds that are saved together, at most: what an interrupt can lose; and rows of threats in a part, about.
WORLDS_PER_PART = 16
ROWS_PER_PART = 1_000_000

#: What is kept of raids: a row for each threat of each, or sums alone.
Keep = Literal["threats", "sums"]
#: What parts hold besides sums, by that.
_KEPT = {"threats": frozenset({"threats", "falls"}), "sums": frozenset({"falls"})}


@dataclass(frozen=True)
class Asked:
    """A study that is asked for. `plays` are for as many worlds as it may take."""

    scenario: Scenario
    plays: Sequence[tuple[Case, Design]]
    stopping: Stopping
    keep: Keep

    @cached_property
    def identity(self) -> Identity:
        """What study.json says."""
        scenario, (_, plan) = self.scenario, self.plays[0]
        return {
            "format": FORMAT, "bartizan": bartizan.__version__, "scenario": scenario.name, "digest": scenario.digest,
            "plays": scenario.plays, "variant": scenario.variant,
            "given": [f"{each.question}={each.answer}" for each in scenario.stated],
            "seed": plan.seed, "worlds": plan.worlds, "until": self.stopping.until, "raids": plan.raids,
            "cases": [case.name for case, _ in self.plays], "keeps": self.keep,
            "worlds_a_part": _worlds_a_part(scenario, self.plays),
        }  # fmt: skip

    @property
    def kept(self) -> frozenset[str]:
        """What parts hold besides sums, as `replicate.parts` is told."""
        return _KEPT[self.keep]

    @property
    def written(self) -> dict[str, Any]:
        """What scenario.json says."""
        return self.scenario.file.model_dump(mode="json", exclude_defaults=True)


def asked(
    scenario: Scenario,
    *,
    raids_named: Sequence[str] | None = None,
    worlds: int | Stopping | None = None,
    raids: int | None = None,
    seed: int = 0,
    keep: Keep = "threats",
) -> Asked:
    """A study of the cases of a scenario, those of `raids_named` or all, with the numbers that it has itself where none
    are given. Raises UserError where there is no such case, or a number cannot be."""
    defaults = scenario.file.study
    stopping = worlds if isinstance(worlds, Stopping) else Stopping(None, defaults.worlds if worlds is None else worlds)
    raids = defaults.raids if raids is None else raids
    cases = scenario.chosen(raids_named or ())
    return Asked(scenario, [(case, design(case, stopping.most, raids, seed)) for case in cases], stopping, keep)


def _worlds_a_part(scenario: Scenario, plays: Sequence[tuple[Case, Design]]) -> int:
    rows_a_world = max(case.routes * plan.raids for case, plan in plays)
    fit = max(1, min(WORLDS_PER_PART, ROWS_PER_PART // rows_a_world, worlds_at_once(scenario)))
    return int(2 ** (fit.bit_length() - 1))  # so that a look ends where a part does


def identified(folder: Path) -> Identity:
    """study.json of a folder that this version can go on with. Raises ResultsError where there is none."""
    if (found := read_study(folder)) is None:
        raise ResultsError(f"{folder} holds no study: there is no study.json in it")
    if found.get("bartizan") != bartizan.__version__:
        raise ResultsError(
            f"{folder} was begun by Bartizan {found.get('bartizan')}; this is {bartizan.__version__}, and numbers of "
            "two versions do not mix"
        )
    return found


def asked_in(folder: Path) -> Asked:
    """The study that a folder was begun for. Raises ResultsError where it cannot be told, or is no longer the same."""
    known = identified(folder)
    scenario = scenario_in(folder, known.get("variant"), known.get("given") or (), known["digest"])
    return _again(scenario, known, f"{folder}: {STUDY}")


def _again(scenario: Scenario, known: Identity, where: str) -> Asked:
    """The study with this identity. Raises ResultsError where the scenario makes another of it."""
    found = asked(
        scenario, raids_named=known["cases"], worlds=Stopping(known.get("until"), known["worlds"]),
        raids=known["raids"], seed=known["seed"], keep=known.get("keeps", "threats"),
    )  # fmt: skip
    if told := Folder(scenario.folder, found.identity).how_different(known):
        raise ResultsError(f"{where} is not of what the scenario and this installation make of it (different: {told})")
    return found


@dataclass(frozen=True)
class Job:
    """A study that is asked for as plain data, to be sent to processes on other machines."""

    identity: Identity
    written: Mapping[str, Any]
    #: the folder that names of files in the scenario count from, which must be there on each machine
    beside: str

    @classmethod
    def of(cls, wanted: Asked) -> Job:
        return cls(wanted.identity, wanted.written, str(wanted.scenario.folder.resolve()))

    def asked(self) -> Asked:
        """The study again. Raises ResultsError where this installation would not play the same."""
        return _asked_of(json.dumps([self.identity, self.written, self.beside]))

    @property
    def parts(self) -> int:
        """How many batches of worlds it is."""
        return int(-(-self.identity["worlds"] // self.identity["worlds_a_part"]))


@functools.lru_cache(2)
def _asked_of(job: str) -> Asked:
    """The study of a job, read once in a process that plays many batches of it."""
    identity, written, beside = json.loads(job)
    scenario = load(written, variant=identity["variant"], folder=Path(beside))
    return _again(given(scenario, identity["given"]), identity, f"the job for {identity['scenario']}")
