"""A placement from its question to its answer: candidates, screening, search, proof, and what each site is worth."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import bartizan
from bartizan.ground.errors import UserError
from bartizan.studies.compare import Source, loaded
from bartizan.studies.documents.compared import ByLot, Placing, RivalLayout, Sited, Stands
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.viewer import Difference
from bartizan.studies.estimate import CONFIDENCE, difference
from bartizan.studies.filling import Progress
from bartizan.studies.placing.board import Board
from bartizan.studies.placing.cover import Cover, best, greedy
from bartizan.studies.placing.rules import Layout, Rules
from bartizan.studies.searching.patience import USUAL, Patience, SoFar, Told
from bartizan.studies.searching.recorded import Recorded
from bartizan.studies.searching.search import (
    OBJECTIVES,
    RAIDS,
    WORLDS_A_CHOICE,
    Found,
    Rival,
    Search,
    Stage,
)
from bartizan.studies.searching.weights import Weights
from bartizan.world import edit
from bartizan.world.candidates import Candidate, Candidates, candidates
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Layouts that are counted and ranked by cover one by one; where there are more, the first by HiGHS alone.
LISTED = 50_000
#: Layouts that are played from the first round on: those of most cover, and some by lot.
POOL, LOTS = 24, 8
#: Of so many layouts or fewer all are played.
ALL = 64
#: Of more than LISTED layouts, those of most cover that are searched for, and worlds that single sites are played in.
BY_PROGRAM, SCREENED = 2, 32
RIVALS_TOLD = 30


def place(source: Source, out: str | Path | None = None, how: Patience = USUAL) -> Placing:
    """Where to put what the `placement` of a scenario asks for, so that least gets through, and how sure that is.

    With `out` what is played is kept in that folder: an interrupted placement goes on there, a finished one is read.
    The answer lies there as placement.json, and the scenario with it as placed.yaml. Raises UserError where there is no
    question, no layout that fits it, or the folder holds something else.
    """
    scenario = loaded(source)
    asked = Asked.of(scenario, how)
    if out is None:
        return asked.answer(how)
    folder = Recorded(Path(out), "placement", asked.identity(how))
    return folder.settled(
        lambda: _Placing(asked, how, folder).answer(), lambda found: ("placed.yaml", asked.text(found)), fresh=how.fresh
    )


def can_be_asked(scenario: Scenario) -> None:
    """Raises UserError where the placement that a scenario states is none: no site, no layout, no weight."""
    Asked.of(scenario, Patience())


@dataclass(frozen=True)
class Asked:
    """The question: candidates, which of them may stand together, raids, and what is to be least."""

    candidates: Candidates
    rules: Rules
    cases: list[Case]
    weights: Weights
    within: float

    @classmethod
    def of(cls, scenario: Scenario, how: Patience) -> Asked:
        found = candidates(scenario)
        asked = found.placement
        within = how.margin(asked.within.parameters[0])
        rules = _rules(found)
        if next(rules.layouts(), None) is None:
            raise UserError(
                f"{scenario.name}: no layout fits: {len(found.all)} candidates for {sum(rules.counts)} units, "
                f"{asked.spacing.described()} apart" + ("" if rules.budget is None else f", for {rules.budget:g}")
            )
        cases = _cases(found)
        return cls(found, rules, cases, Weights(scenario, cases, asked.weights), within)

    def identity(self, how: Patience) -> dict[str, object]:
        """What a folder is known by."""
        asked = self.candidates.placement
        return {
            "format": 1, "bartizan": bartizan.__version__, "scenario": self.candidates.before.name,
            "plays": self.candidates.scenario.plays, "placement": asked.model_dump(mode="json"),
            "seed": how.seed, "within": self.within, "most": how.most,
        }  # fmt: skip

    def text(self, found: Placing) -> str:
        """The scenario with the best layout, as YAML."""
        return self.candidates.text(self.chosen(found), edit.named_after(self.candidates.before, "placed"))

    def chosen(self, found: Placing) -> list[int]:
        """The numbers of the candidates that stand in the best layout."""
        stands = {(each["system"], each["site"]) for each in found["best"]}
        return [k for k, c in enumerate(self.candidates.all) if (self.system(c), c.site) in stands]

    def answer(self, how: Patience) -> Placing:
        """Where to put it; nothing is kept."""
        return _Placing(self, how, None).answer()

    def system(self, candidate: Candidate) -> str:
        return self.candidates.kinds[candidate.kind]


def _rules(found: Candidates) -> Rules:
    asked = found.placement
    apart = found.apart()
    clash = apart < max(asked.spacing.likely, 1e-6) * (1 - 1e-9)  # one a site, whatever its kind
    np.fill_diagonal(clash, False)
    kind = np.array([candidate.kind for candidate in found.all])
    cost = np.array([candidate.cost for candidate in found.all])
    return Rules(kind, tuple(unit.count for unit in asked.units), clash, cost, asked.budget)


def _cases(found: Candidates) -> list[Case]:
    """The cases that layouts are judged by."""
    return found.scenario.chosen(found.placement.raids)


@dataclass
class _Screened:
    """What single sites do: in each world, what gets through without any and with each alone."""

    none: np.ndarray  # (worlds, cases)
    alone: np.ndarray  # (N, worlds, cases)
    cover: Cover


@dataclass
class _Placing:
    """One placement while it is played."""

    asked: Asked
    how: Patience
    folder: Recorded | None
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        found = self.asked.candidates
        singles = [(k,) for k in range(len(found.all))]
        counted = self.asked.rules.counted(ALL)
        expected = (1 + len(singles)) * SCREENED + (POOL + LOTS if counted is None else counted) * WORLDS_A_CHOICE
        self.told = Told(self.how.progress, expected)
        self.board = Board(found, self.asked.cases, self.asked.weights, self.how.seed, self.how.threads, self.told.more)
        self.how.before(self.board.play, singles, expected)
        self.play = self.board.play if self.folder is None else self.folder.playing(self.board.play, self.told.more)
        self.objective = OBJECTIVES[found.placement.objective]

    def answer(self) -> Placing:
        screened = self._screen()
        pool, lots, counted = self._pool(screened.cover)
        self.told.expect(len(pool) * WORLDS_A_CHOICE)
        alone = [self._alone(screened, number) for number in range(len(self.asked.rules))]
        self.how.hear(SoFar("screening", alone, (), len(pool), SCREENED))

        def hear(stage: Stage, leads: Layout, left: int, worlds: int) -> None:
            self.how.hear(SoFar(stage, alone, leads, left, worlds))

        asked = self.asked
        search = Search(asked.rules.swaps, self.play, self.objective, asked.within, self.how.most, hear=hear)
        found = search.run(pool, screened.cover.worth)
        self.how.progress(Progress(1, 1))
        return self._told(screened, lots, counted, found)

    # ---- screening

    def _screen(self) -> _Screened:
        """Each candidate played alone, and none of them."""
        layouts: list[Layout] = [(), *((k,) for k in range(len(self.asked.rules)))]
        leaked, heavy = self.board.by_threat(layouts, SCREENED)
        none, rest = leaked[0], leaked[1:]
        with np.errstate(invalid="ignore", divide="ignore"):
            stopped = np.where(none > 0, np.clip(1 - rest / none, 0.0, 1.0), 0.0)
        cover = Cover(stopped.reshape(len(rest), -1), (none * heavy).ravel() / SCREENED)
        through = self._by_case(leaked * heavy)
        return _Screened(through[0], through[1:], cover)

    def _by_case(self, weighed: np.ndarray) -> np.ndarray:
        """Sums over the threats of each case, (L, worlds, cases), as shares of what that case sends."""
        ends = np.cumsum([0, *(case.size for case in self.asked.cases)])
        parts = [weighed[:, :, a:b].sum(axis=2) for a, b in itertools.pairwise(ends)]
        return np.stack(parts, axis=2) * len(self.asked.cases)

    def _pool(self, cover: Cover) -> tuple[list[Layout], list[Layout], int | None]:
        """Layouts to begin with, those of them that are there by lot, and how many there are in all."""
        rules = self.asked.rules
        counted = rules.counted(LISTED)
        if counted is not None:
            ranked = sorted(rules.layouts(), key=lambda layout: (-cover.worth(layout), layout))
        else:
            ranked = best(cover, rules, BY_PROGRAM)
            ranked += sorted({near for of in ranked for near in rules.swaps(of)}, key=lambda of: (-cover.worth(of), of))
        if counted is not None and counted <= ALL:
            return ranked, [], counted
        first = greedy(cover, rules)
        begun = dict.fromkeys([*([first] if rules.is_full(first) else []), *ranked[:POOL]])
        names = [candidate.unit for candidate in self.asked.candidates.all]
        lots = [layout for layout in rules.by_lot(names, self.how.seed, LOTS) if layout not in begun]
        return [*begun, *lots], lots, counted

    # ---- the answer

    def _told(self, screened: _Screened, lots: Sequence[Layout], counted: int | None, found: Found) -> Placing:
        asked, placement = self.asked, self.asked.candidates.placement
        without = found.told(dict.fromkeys([(), *(_less(found.choice, k) for k in found.choice)]))
        none, values = without[()], found.values
        return {
            "scenario": asked.candidates.before.name, "objective": placement.objective,
            "cases": [case.name for case in asked.cases], "systems": asked.candidates.kinds,
            "seed": self.how.seed, "raids": RAIDS, "within": asked.within, "candidates": len(asked.rules),
            "layouts": counted, "played": 1 + len(found.rivals), "by_lot": _by_lot(lots, found),
            "agreement": _agreement(screened.cover, found),
            "best": [self._stands(k) for k in found.choice],
            "leak": _brief(values), "none": _brief(none), "gain": difference(none, values).brief(),
            "worlds": found.worlds, "confidence": found.confidence,
            "level": sum(rival.level for rival in found.rivals),
            "better": sum(rival.better for rival in found.rivals),
            "rivals": [self._rival(rival) for rival in found.rivals[:RIVALS_TOLD]],
            "sites": [self._site(k, screened, without, found) for k in range(len(asked.rules))],
            "seconds": round(time.perf_counter() - self.started, 3),
        }  # fmt: skip

    def _stands(self, number: int) -> Stands:
        candidate = self.asked.candidates.all[number]
        return {
            "system": self.asked.system(candidate), "site": candidate.site, "east": candidate.spot.east,
            "north": candidate.spot.north, "cost": candidate.cost,
        }  # fmt: skip

    def _site(self, number: int, screened: _Screened, without: dict[Layout, np.ndarray], found: Found) -> Sited:
        chosen = number in found.choice
        beside = without[_less(found.choice, number)] - found.values if chosen else None
        base = float(found.values.mean())
        means = [base] * chosen + [base + float(rival.apart.mean()) for rival in found.rivals if number in rival.choice]
        return {
            **self._stands(number), "alone": self._alone(screened, number), "chosen": chosen,
            "in_best": None if beside is None else _of(beside), "least": min(means, default=None),
        }  # fmt: skip

    def _alone(self, screened: _Screened, number: int) -> Difference:
        return _of(self.objective(screened.none) - self.objective(screened.alone[number]))

    def _rival(self, rival: Rival) -> RivalLayout:
        sites = [self.asked.candidates.all[k].site for k in rival.choice]
        return {"sites": sites, "difference": _of(rival.apart), "worlds": len(rival.apart), "level": rival.level}


def _less(layout: Layout, number: int) -> Layout:
    return tuple(k for k in layout if k != number)


def _of(apart: np.ndarray) -> Difference:
    return difference(apart, np.zeros_like(apart), CONFIDENCE).brief()


def _brief(values: np.ndarray) -> Brief:
    """The mean of numbers of worlds, which weights may take beyond 1, with its interval."""
    found = difference(values, np.zeros_like(values), CONFIDENCE)
    return {"mean": found.mean, "low": max(0.0, found.low), "high": found.high}


def _by_lot(lots: Sequence[Layout], found: Found) -> ByLot:
    by = {rival.choice: rival for rival in found.rivals}
    return {
        "drawn": len(lots),
        "better": sum(float(by[lot].apart.mean()) < 0 for lot in lots if lot in by),
    }


def _agreement(cover: Cover, found: Found) -> float | None:
    """The rank correlation of expected cover with what was played beside the best."""
    promised = [cover.worth(rival.choice) for rival in found.rivals]
    played = [-float(rival.apart.mean()) for rival in found.rivals]
    if len(found.rivals) < 8 or np.ptp(promised) == 0 or np.ptp(played) == 0:  # what is level has no ranks
        return None
    from scipy import stats  # takes 50 MB and half a second

    return float(stats.spearmanr(promised, played)[0])
