"""A search over named rules from its question to its answer: screened one by one, searched, proved, and kept."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies.compare import Source, loaded
from bartizan.studies.documents.compared import RivalRules, Ruled, Tuning, Valued
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.viewer import Difference
from bartizan.studies.estimate import CONFIDENCE, NONE, difference
from bartizan.studies.filling import Progress
from bartizan.studies.searching.patience import USUAL, Patience, Told
from bartizan.studies.searching.recorded import Recorded
from bartizan.studies.searching.search import (
    FIRST,
    OBJECTIVES,
    RAIDS,
    WORLDS_A_CHOICE,
    Choice,
    Found,
    Rival,
    Search,
)
from bartizan.studies.searching.weights import Weights
from bartizan.studies.tuning.bench import Bench
from bartizan.studies.tuning.rules import Rules, rules
from bartizan.studies.value.act import points
from bartizan.world import edit
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Of so many choices or fewer all are played; of more, some by lot beside those that single rules promise.
ALL, LOTS = 64, 8
#: How often all neighbours of the best are tried.
TURNS = 4
WITHIN = 0.005
RIVALS_TOLD = 30


def tune(
    source: Source,
    over: Mapping[str, Sequence[object]],
    out: str | Path | None = None,
    how: Patience = USUAL,
    *,
    raids: Sequence[str] = (),
    objective: str = "mean",
    weights: Mapping[str, float] | None = None,
) -> Tuning:
    """Which of some values a defence's rules should have, by their paths, so that least gets through.

    A rule may also stay as the scenario has it. All choices are played in the same worlds with the same luck, and the
    best one once more in fresh ones. `weights` says what places, or threats, count. With `out` what is played is kept
    in that folder: an interrupted search goes on there, a finished one is read; tuning.json and tuned.yaml lie there.
    Raises UserError where a path or value cannot be used, or the folder holds something else.
    """
    asked = _Asked.of(loaded(source), over, how, raids, objective, weights or {})
    if out is None:
        return _Tuning(asked, how, None).answer()
    folder = Recorded(Path(out), "tuning", asked.identity(how))
    return folder.settled(
        lambda: _Tuning(asked, how, folder).answer(), lambda found: ("tuned.yaml", asked.text(found)), fresh=how.fresh
    )


@dataclass(frozen=True)
class _Asked:
    """The question: rules with their values, raids, and what is to be least."""

    scenario: Scenario
    rules: Rules
    cases: Sequence[Case]
    objective: str
    weights: Weights
    within: float

    @classmethod
    def of(
        cls, scenario: Scenario, over: Mapping[str, Sequence[object]], how: Patience, raids: Sequence[str],
        objective: str, weights: Mapping[str, float],
    ) -> _Asked:  # fmt: skip
        if objective not in OBJECTIVES:
            raise UserError(f"the objective is one of {', '.join(OBJECTIVES)}, not {objective!r}")
        within, cases = how.margin(WITHIN), scenario.chosen(raids)
        return cls(scenario, rules(scenario, over), cases, objective, Weights(scenario, cases, weights), within)

    def identity(self, how: Patience) -> dict[str, object]:
        """What a folder is known by."""
        return {
            "format": 1, "bartizan": bartizan.__version__, "scenario": self.scenario.name,
            "plays": self.scenario.plays, "rules": list(zip(self.rules.paths, self.rules.values, strict=True)),
            "raids": [case.name for case in self.cases], "objective": self.objective, "weights": self.weights.of,
            "seed": how.seed, "within": self.within, "most": how.most,
        }  # fmt: skip

    def text(self, found: Tuning) -> str:
        """The scenario with the best values, as YAML."""
        best = {rule["path"]: rule["best"] for rule in found["rules"] if rule["best"] is not None}
        choice = tuple(
            1 + of.index(best[path]) if path in best else 0
            for path, of in zip(self.rules.paths, self.rules.values, strict=True)
        )
        name = edit.named_after(self.scenario, "tuned")
        content = edit.flat(self.rules.scenario(self.scenario, choice)) | {"name": name}
        through = f"{points(found['leak']['mean'])} % get through, {points(found['before']['mean'])} % before."
        head = [f"{name}: {self.scenario.name} with its rules tuned; {through}"]
        return edit.as_file(self.scenario, content, [*head, *(f"{path}: {value}" for path, value in best.items())])


@dataclass
class _Tuning:
    """One search while it is played."""

    asked: _Asked
    how: Patience
    folder: Recorded | None
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        asked = self.asked
        expected = min(ALL, asked.rules.count) * WORLDS_A_CHOICE
        told = Told(self.how.progress, expected).more
        bench = Bench(asked.scenario, asked.rules, asked.cases, asked.weights, self.how.seed, self.how.threads, told)
        self.how.before(bench.play, [asked.rules.before, *asked.rules.near(asked.rules.before)], expected)
        self.play = bench.play if self.folder is None else self.folder.playing(bench.play, told)
        self.objective = OBJECTIVES[asked.objective]

    def answer(self) -> Tuning:
        rules = self.asked.rules
        singles = [rules.before, *rules.near(rules.before)]
        through = dict(zip(singles, self._means(singles), strict=True))

        def promise(choice: Choice) -> float:
            """How much less would get through if rules did what each does alone, one on top of the other."""
            return sum(through[rules.before] - through[_alone(choice, k)] for k in range(len(choice)))

        pool = list(rules.all()) if rules.count <= ALL else self._pool(singles, through)
        search = Search(rules.near, self.play, self.objective, self.asked.within, self.how.most, None, TURNS)
        found = search.run(pool, promise)
        self.how.progress(Progress(1, 1))
        return self._told(found)

    def _means(self, choices: Sequence[Choice]) -> list[float]:
        return [float(self.objective(played).mean()) for played in self.play(choices, 0, FIRST)]

    def _pool(self, singles: Sequence[Choice], through: Mapping[Choice, float]) -> list[Choice]:
        """Choices to begin with: single rules, what is best of each alone, and some by lot."""
        rules = self.asked.rules
        best = tuple(
            min((c for c in singles if c == _alone(c, k)), key=lambda c: (through[c], c))[k]
            for k in range(len(rules.paths))
        )
        return [*singles, best, *rules.by_lot(self.how.seed, LOTS)]

    # ---- the answer

    def _told(self, found: Found) -> Tuning:
        asked, rules = self.asked, self.asked.rules
        before = found.told([rules.before])[rules.before]
        return {
            "scenario": asked.scenario.name, "objective": asked.objective, "weights": asked.weights.of,
            "cases": [case.name for case in asked.cases], "seed": self.how.seed, "raids": RAIDS,
            "within": asked.within, "choices": rules.count, "played": 1 + len(found.rivals),
            "rules": [self._rule(found, k) for k in range(len(rules.paths))],
            "leak": _brief(found.values), "before": _brief(before),
            "gain": NONE.brief() if found.choice == rules.before else _of(before - found.values),
            "worlds": found.worlds, "confidence": found.confidence,
            "level": sum(rival.level for rival in found.rivals),
            "better": sum(rival.better for rival in found.rivals),
            "rivals": [self._rival(rival) for rival in found.rivals[:RIVALS_TOLD]],
            "seconds": round(time.perf_counter() - self.started, 3),
        }  # fmt: skip

    def _rule(self, found: Found, k: int) -> Ruled:
        rules = self.asked.rules
        by = {rival.choice: rival for rival in found.rivals}
        at = [(*found.choice[:k], n, *found.choice[k + 1 :]) for n in range(1 + len(rules.values[k]))]
        return {
            "path": rules.paths[k], "best": rules.told(found.choice)[k],
            "values": [_valued(rules.told(choice)[k], choice == found.choice, by.get(choice), found) for choice in at],
        }  # fmt: skip

    def _rival(self, rival: Rival) -> RivalRules:
        values = self.asked.rules.told(rival.choice)
        return {"values": values, "difference": _of(rival.apart), "worlds": len(rival.apart), "level": rival.level}


def _alone(choice: Choice, k: int) -> Choice:
    """The choice that changes rule k alone as this one does."""
    return tuple(n if j == k else 0 for j, n in enumerate(choice))


def _valued(value: str | None, is_best: bool, rival: Rival | None, found: Found) -> Valued:
    if is_best:
        return {"value": value, "difference": NONE.brief(), "worlds": found.worlds, "level": True}
    if rival is None:
        return {"value": value, "difference": None, "worlds": 0, "level": False}
    return {"value": value, "difference": _of(rival.apart), "worlds": len(rival.apart), "level": rival.level}


def _of(apart: np.ndarray) -> Difference:
    return difference(apart, np.zeros_like(apart), CONFIDENCE).brief()


def _brief(values: np.ndarray) -> Brief:
    """The mean of numbers of worlds with its interval."""
    found = difference(values, np.zeros_like(values), CONFIDENCE)
    return {"mean": found.mean, "low": max(0.0, found.low), "high": found.high}
