"""summary.json: every estimate of a study and what it rests on, as plain data that the faces read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import bartizan
from bartizan.engine.layout import CAUSES
from bartizan.studies import costs
from bartizan.studies.documents.cases import (
    AssetLeak,
    Case,
    Course,
    EffectorUse,
    Fates,
    Jammed,
    Neutrals,
    NeutralType,
    TypeLeak,
    UnitUse,
)
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.documents.results import Run, Summary
from bartizan.studies.estimate import CONFIDENCE, Estimate, Sums, brief, full, ratio
from bartizan.studies.premises import case_header, chart, claims, findings, header, likely, numbers
from bartizan.studies.replicate import Design, columns_of
from bartizan.studies.results import FORMAT
from bartizan.world import cases, course
from bartizan.world.cases import PlacedUnit
from bartizan.world.scenario import Scenario

Played = tuple[cases.Case, Design, np.ndarray, np.ndarray]  # sums and squares, (worlds, plans, M)


def summary(scenario: Scenario, played: Sequence[Played], provenance: Run, confidence: float = CONFIDENCE) -> Summary:
    """The content of summary.json; `confidence` of its intervals is above 95 % where several looks hold together."""
    return {
        "format": FORMAT,
        "bartizan": bartizan.__version__,
        "scenario": {**header(scenario), "digest": scenario.digest},
        "run": {**provenance},
        "cases": [of_case(scenario, *one, confidence) for one in played],
        "map": chart(scenario),
        "numbers": numbers(scenario),
        "claims": claims(scenario),
        "findings": findings(scenario),
    }


def of_case(
    scenario: Scenario,
    case: cases.Case,
    design: Design,
    sums: np.ndarray,
    squares: np.ndarray,
    confidence: float = CONFIDENCE,
) -> Case:
    """The estimates of one case, of as many of its worlds as there are sums (worlds, plans, M)."""
    return _CaseSummary(scenario, case, design, sums, squares, confidence).content()


class _CaseSummary:
    """The estimates of one case, each from its column of sums."""

    def __init__(
        self,
        scenario: Scenario,
        case: cases.Case,
        design: Design,
        sums: np.ndarray,
        squares: np.ndarray,
        confidence: float,
    ) -> None:
        self.scenario, self.case, self.design = scenario, case, design
        self.sums, self.squares, self.confidence = sums, squares, confidence
        self.at = columns_of(scenario, case)
        self.raids = np.broadcast_to(np.diff(design.first_raids()), sums.shape[:2])

    def of(self, column: int) -> Sums:
        return Sums(self.sums[:, :, column], self.squares[:, :, column], self.raids, self.confidence)

    def content(self) -> Case:
        case, at = self.case, self.at
        leak = self.of(at.leaked).fraction(case.size)
        more: dict[str, Any] = {name: self._neutrals(*of) for name, of in self._sides().items() if of[1]}
        if at.times:
            more["course"] = self._course()
        if (cost := costs.of_case(self.scenario, case, at, self.of)) is not None:
            more["cost"] = cost
        by_cause = {c: self.sums[:, :, at.causes + k] for k, c in enumerate(CAUSES) if c}
        total = {c: float(s.sum()) for c, s in by_cause.items()}
        return {
            **case_header(self.scenario, case),
            "worlds": len(self.sums),
            "raids": self.design.raids,
            "leak": leak.full(),
            "any": self.of(at.any_leaked).fraction().full(),
            "leakers": leak.scaled(case.size).full(),
            "fates": self._fates(),
            "jammed": self._jammed(),
            "causes": {c: brief(ratio(s, self.sums[:, :, at.leaked], self.confidence)) for c, s in by_cause.items()},
            "assets": [self._asset(i, asset.name) for i, asset in enumerate(self.scenario.assets)],
            "types": [self._type(g) for g in case.threats],
            "effectors": self._effectors(),
            "units": [self._unit(u, placed) for u, placed in enumerate(self.scenario.units) if placed.system.effectors],
            "binding": max(total, key=lambda c: total[c]) if sum(total.values()) > 0 else None,
            **more,  # type: ignore[typeddict-item]
        }

    def _sides(self) -> dict[str, tuple[int, list[int]]]:
        """Whose traffic there may be: the number of the side in rows of sums, and its groups among those of traffic."""
        waves = [self.case.groups[g] for g in self.case.traffic]
        return {
            name: (side, [n for n, wave in enumerate(waves) if wave.friendly == bool(side)])
            for side, name in enumerate(("neutrals", "friendly"))
        }

    def _neutrals(self, side: int, numbers: list[int]) -> Neutrals:
        at, groups = self.at, self.case.traffic
        engaged, downed = self.of(at.any_engaged + side).fraction(), self.of(at.any_downed + side).fraction()
        rate = self.case.raid.per_year
        return {
            "flown": self.of(at.flown + len(groups) + side).mean().brief(),
            "engaged": engaged.full(),
            "downed": downed.full(),
            "types": [self._neutral_type(n, self.case.groups[groups[n]]) for n in numbers],
            "year": None
            if rate is None
            else {"raids": rate, "engaged": engaged.scaled(rate).brief(), "downed": downed.scaled(rate).brief()},
        }

    def _neutral_type(self, n: int, wave: cases.Wave) -> NeutralType:
        columns = {"flown": self.at.flown, "engaged": self.at.engaged, "downed": self.at.downed}
        told = {name: self.of(column + n).mean().brief() for name, column in columns.items()}
        return {
            "type": wave.type,
            "title": wave.title,
            "flies": wave.group.neutral.flies if wave.group.neutral else "",
            "flown": told["flown"],
            "engaged": told["engaged"],
            "downed": told["downed"],
        }

    def _fates(self) -> Fates:
        leaked, killed, diverted = columns = (self.at.leaked, self.at.killed, self.at.diverted)
        settled = sum(float(self.sums[:, :, column].sum()) for column in columns)
        alive = 1 - settled / (
            float(self.raids.sum()) * self.case.size
        )  # whole numbers below: exactly 0 if all are settled
        return {
            "leaked": self._fate(leaked),
            "killed": self._fate(killed),
            "diverted": self._fate(diverted),
            "alive": {"mean": alive, "low": alive, "high": alive},
        }

    def _fate(self, column: int) -> Brief:
        return self.of(column).fraction(self.case.size).brief()

    def _jammed(self) -> Jammed:
        return {"lost": self._fate(self.at.jammed), "killed": self._fate(self.at.jammed_killed)}

    def _asset(self, index: int, name: str) -> AssetLeak:
        aimed, leaked = (self.sums[:, :, c + index] for c in (self.at.asset_aimed, self.at.asset_leaked))
        leak = ratio(leaked, aimed, self.confidence)
        return {
            "name": name,
            "aimed": float(aimed.sum() / self.raids.sum()),
            "leak": full(leak),
            "hit": self.of(self.at.asset_hit + index).fraction().full(),
        }

    def _type(self, group: int) -> TypeLeak:
        wave = self.case.groups[group]
        leaked = self.sums[:, :, self.at.group_leaked + group]
        first = self.at.group_causes + group * len(CAUSES)
        return {
            "type": wave.type,
            "title": wave.title,
            "kind": wave.threat.kind,
            "sent": wave.size,
            "leak": self.of(self.at.group_leaked + group).fraction(wave.size).full(),
            "causes": {
                c: brief(ratio(self.sums[:, :, first + k], leaked, self.confidence)) for k, c in enumerate(CAUSES) if c
            },
        }

    def _course(self) -> Course:
        names = [(u.name, name) for u in self.scenario.units for name in u.system.effectors]
        return {
            "times_s": course.times_s(self.scenario, self.case),
            "effectors": [
                {"unit": unit, "effector": name, "left": [self._left(k, n).brief() for n in range(self.at.times)]}
                for k, (unit, name) in enumerate(names)
            ],
        }

    def _left(self, effector: int, time: int) -> Estimate:
        return self.of(self.at.left + effector * self.at.times + time).mean()

    def _effectors(self) -> list[EffectorUse]:
        pairs = [(u, name, e) for u in self.scenario.units for name, e in u.system.effectors.items()]
        return [
            {
                "unit": placed.name,
                "effector": name,
                "kind": effector.kind,
                "magazine": likely(self.scenario, effector.rounds),
                "engagements": self.of(self.at.engagements + k).mean().brief(),
                "rounds": self.of(self.at.rounds + k).mean().brief(),
                "kills": self.of(self.at.kills + k).mean().brief(),
                "emptied": self.of(self.at.emptied + k).fraction().brief(),
            }
            for k, (placed, name, effector) in enumerate(pairs)
        ]

    def _unit(self, index: int, placed: PlacedUnit) -> UnitUse:
        saturated = self.of(self.at.saturated + index).fraction().brief()
        return {"unit": placed.name, "channels": likely(self.scenario, placed.system.channels), "saturated": saturated}
