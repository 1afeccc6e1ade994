"""summary.json: every estimate of a study and what it rests on, as plain data that the faces read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

import bartizan
from bartizan.engine.layout import CAUSES
from bartizan.ground import geodesy
from bartizan.studies.estimate import Sums, brief, ratio
from bartizan.studies.replicate import Design, columns_of
from bartizan.studies.results import FORMAT
from bartizan.world import catalog, evidence
from bartizan.world.scenario import Case, PlacedUnit, Scenario
from bartizan.world.schema import Mapped, Source
from bartizan.world.uncertain import Uncertain

Played = tuple[Case, Design, np.ndarray, np.ndarray]  # sums and squares, (worlds, plans, M)


def summary(scenario: Scenario, played: Sequence[Played], provenance: Mapping[str, Any]) -> dict[str, Any]:
    """The content of summary.json."""
    changes = scenario.file.variants[scenario.variant] if scenario.variant else None
    return {
        "format": FORMAT,
        "bartizan": bartizan.__version__,
        "scenario": {
            "name": scenario.file.name,
            "title": scenario.title,
            "summary": (changes.summary if changes and changes.summary else scenario.file.summary),
            "date": (changes.date if changes and changes.date else scenario.file.date),
            "variant": scenario.variant,
            "digest": scenario.digest,
        },
        "run": dict(provenance),
        "cases": [_CaseSummary(scenario, *one).content() for one in played],
        "map": chart(scenario),
        "numbers": _numbers(scenario),
        "claims": [_claim(c) for c in (*scenario.file.claims, *(changes.claims if changes else ()))],
        "findings": [{"kind": f.kind, "text": f.text, "claims": list(f.claims)} for f in evidence.findings(scenario)],
    }


class _CaseSummary:
    """The estimates of one case, each from its column of sums."""

    def __init__(self, scenario: Scenario, case: Case, design: Design, sums: np.ndarray, squares: np.ndarray) -> None:
        self.scenario, self.case, self.design = scenario, case, design
        self.sums, self.squares = sums, squares
        self.at = columns_of(scenario, case)
        self.raids = np.broadcast_to(np.diff(design.first_raids()), sums.shape[:2])

    def of(self, column: int) -> Sums:
        return Sums(self.sums[:, :, column], self.squares[:, :, column], self.raids)

    def content(self) -> dict[str, Any]:
        case, at = self.case, self.at
        leak = self.of(at.leaked).fraction(case.size)
        by_cause = {c: self.sums[:, :, at.causes + k] for k, c in enumerate(CAUSES) if c}
        total = {c: float(s.sum()) for c, s in by_cause.items()}
        return {
            "name": case.name,
            "raid": case.raid.name,
            "title": case.raid.title or case.raid.name,
            "note": case.raid.note,
            "size": case.size,
            "series": case.in_series,
            "worlds": len(self.sums),
            "raids": self.design.raids,
            "threats": [
                {"type": _type(key), "title": t.title or _type(key), "count": n} for _, t, key, n in case.groups
            ],
            "leak": leak.full(),
            "any": self.of(at.any_leaked).fraction().full(),
            "leakers": leak.scaled(case.size).full(),
            "fates": self._fates(),
            "causes": {c: brief(ratio(s, self.sums[:, :, at.leaked])) for c, s in by_cause.items()},
            "assets": [self._asset(i, asset.name) for i, asset in enumerate(self.scenario.assets)],
            "types": [self._type(g) for g in range(at.groups)],
            "effectors": self._effectors(),
            "units": [self._unit(u, placed) for u, placed in enumerate(self.scenario.units) if placed.system.effectors],
            "binding": max(total, key=lambda c: total[c]) if sum(total.values()) > 0 else None,
        }

    def _fates(self) -> dict[str, Any]:
        columns = {"leaked": self.at.leaked, "killed": self.at.killed, "diverted": self.at.diverted}
        found = {name: self.of(column).fraction(self.case.size).brief() for name, column in columns.items()}
        settled = sum(float(self.sums[:, :, column].sum()) for column in columns.values())
        alive = 1 - settled / (
            float(self.raids.sum()) * self.case.size
        )  # whole numbers below: exactly 0 if all are settled
        return found | {"alive": {"mean": alive, "low": alive, "high": alive}}

    def _asset(self, index: int, name: str) -> dict[str, Any]:
        aimed, leaked = (self.sums[:, :, c + index] for c in (self.at.asset_aimed, self.at.asset_leaked))
        leak = ratio(leaked, aimed)
        return {
            "name": name,
            "aimed": float(aimed.sum() / self.raids.sum()),
            "leak": leak.full()
            if leak
            else {**brief(None), "world_low": None, "world_high": None, "ignorance_share": None},
            "hit": self.of(self.at.asset_hit + index).fraction().full(),
        }

    def _type(self, group: int) -> dict[str, Any]:
        _, threat, key, count = self.case.groups[group]
        leaked = self.sums[:, :, self.at.group_leaked + group]
        first = self.at.group_causes + group * len(CAUSES)
        return {
            "type": _type(key),
            "title": threat.title or _type(key),
            "sent": count,
            "leak": self.of(self.at.group_leaked + group).fraction(count).full(),
            "causes": {c: brief(ratio(self.sums[:, :, first + k], leaked)) for k, c in enumerate(CAUSES) if c},
        }

    def _effectors(self) -> list[dict[str, Any]]:
        pairs = [(u, name, e) for u in self.scenario.units for name, e in u.system.effectors.items()]
        return [
            {
                "unit": placed.name,
                "effector": name,
                "kind": effector.kind,
                "magazine": _likely(self.scenario, effector.rounds),
                "engagements": self.of(self.at.engagements + k).mean().brief(),
                "rounds": self.of(self.at.rounds + k).mean().brief(),
                "kills": self.of(self.at.kills + k).mean().brief(),
                "emptied": self.of(self.at.emptied + k).fraction().brief(),
            }
            for k, (placed, name, effector) in enumerate(pairs)
        ]

    def _unit(self, index: int, placed: PlacedUnit) -> dict[str, Any]:
        saturated = self.of(self.at.saturated + index).fraction().brief()
        return {"unit": placed.name, "channels": _likely(self.scenario, placed.system.channels), "saturated": saturated}


def _likely(scenario: Scenario, number: Uncertain) -> float:
    """The most likely value, also of a number that is the same as another."""
    while number.law == "same_as":
        number = scenario.numbers[number.same_as or ""]
    return number.likely


def _type(key: str) -> str:
    return key.partition("/")[2]


def _claim(claim: Any) -> dict[str, Any]:
    return {
        f: getattr(claim, f) for f in ("id", "says", "topic", "value", "publisher", "date", "hedge", "grade", "source")
    }


# --------------------------------------------------------------------------------------------------- the map


def chart(scenario: Scenario) -> dict[str, Any]:
    """What stands where, in metres of the local frame: assets, units and the backdrop."""
    in_degrees = scenario.origin != (0.0, 0.0)
    return {
        "origin": {"lat": scenario.origin[0], "lon": scenario.origin[1]} if in_degrees else None,
        "assets": [
            {
                "name": a.name,
                "radius": _likely(scenario, a.radius),
                **dict(zip(("east", "north"), a.at.local(scenario.origin), strict=True)),
            }
            for a in scenario.assets
        ],
        "units": [_mapped_unit(u, scenario) for u in scenario.units],
        "backdrop": _backdrop(scenario),
        "credit": surface.credit if isinstance(surface := scenario.file.surface, Mapped) else "",
    }


def _mapped_unit(placed: PlacedUnit, scenario: Scenario) -> dict[str, Any]:
    system = placed.system
    kind = "fire unit" if system.effectors else "jammer" if system.emitters else "sensor"
    ranges = [e.range_max for e in system.effectors.values()] or [e.range for e in system.emitters.values()]
    reach = [_likely(scenario, r) for r in ranges if r is not None]
    east, north = placed.unit.at.local(scenario.origin)
    return {
        "name": placed.name,
        "title": system.title or placed.name,
        "kind": kind,
        "east": east,
        "north": north,
        "within": _likely(scenario, placed.unit.at.within),
        "present": _likely(scenario, placed.unit.present),
        "reach": max(reach) if reach else None,
    }


def _backdrop(scenario: Scenario) -> dict[str, Any] | None:
    name = scenario.file.backdrop
    if name is None:
        return None
    content = json.loads((files("bartizan") / "data" / "backdrop" / f"{name}.json").read_text(encoding="utf-8"))
    lines = []
    for line in content["lines"]:
        lon, lat = np.array(line).T
        east, north = geodesy.to_local(lat, lon, scenario.origin)
        lines.append([[round(float(e)), round(float(n))] for e, n in zip(east, north, strict=True)])
    return {"attribution": content["attribution"], "licence": content["licence"], "lines": lines}


# ----------------------------------------------------------------------------------------------- the numbers


def _numbers(scenario: Scenario) -> list[dict[str, Any]]:
    """Every number that the answer rests on, with its sources; those left at the format's default say so."""
    known = _sources(scenario)
    return [_number(key, number, known) for key, number in scenario.numbers.items() if _matters(number)]


def _matters(number: Uncertain) -> bool:
    """Leaves out what nobody stated: numbers at the default of the format that are certain."""
    return not number.is_fixed or bool(number.sources or number.claims or number.grade or number.note)


def _number(key: str, number: Uncertain, known: Mapping[str, Source]) -> dict[str, Any]:
    claims = list(number.claims) + [c for support in number.support for c in support]
    found = [known[s] for s in number.sources if s in known]
    return {
        "key": key,
        "what": _in_words(key),
        "value": number.described(),
        "sources": [{"title": s.title, "publisher": s.publisher, "date": s.date, "url": s.url} for s in found],
        "claims": list(dict.fromkeys(claims)),
        "grade": number.grade,
        "note": number.note or "",
    }


def _in_words(key: str) -> str:
    """'systems/pantsir-s1/effectors/57E6/range_max' -> 'pantsir-s1: 57E6 range max'."""
    kind, _, rest = key.partition("/")
    if kind in ("surface", "network"):
        return key.replace("/", " ").replace("_", " ")
    owner, _, field = rest.partition("/")
    plain = [p for p in field.split("/") if p not in ("sensors", "effectors", "emitters")]
    return f"{owner}: {' '.join(plain).replace('_', ' ')}"


def _sources(scenario: Scenario) -> dict[str, Source]:
    known = {**catalog.sources(), **scenario.file.sources}
    for placed in scenario.units:
        known |= placed.system.sources
    for case in scenario.cases:
        for _, threat, _, _ in case.groups:
            known |= threat.sources
    return known
