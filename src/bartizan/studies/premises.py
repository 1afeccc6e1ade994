"""What an answer rests on, which needs no raid to say: what stands where, every number with its sources, the claims."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import cast

import numpy as np

from bartizan.ground import geodesy
from bartizan.studies.documents import cases as documents
from bartizan.studies.documents.basis import Claim, Finding, StatedNumber
from bartizan.studies.documents.legend import Line
from bartizan.studies.documents.places import Backdrop, Kind, Map, Placed, Sites
from bartizan.studies.documents.results import Header
from bartizan.world import catalog, evidence
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.numbers import in_words, settled
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Mapped, Source, Variant
from bartizan.world.schema.claims import Between
from bartizan.world.stated import COUNT
from bartizan.world.uncertain import Uncertain


def likely(scenario: Scenario, number: Uncertain) -> float:
    """The most likely value, also of a number that is the same as another."""
    return settled(number, scenario.numbers).likely


def header(scenario: Scenario) -> Header:
    """What the scenario is called and about; a variant may have words of its own."""
    changes = _changes(scenario)
    told: Header = {
        "name": scenario.file.name,
        "title": scenario.title,
        "summary": (changes.summary if changes and changes.summary else scenario.file.summary),
        "date": (changes.date if changes and changes.date else scenario.file.date),
        "variant": scenario.variant,
    }
    if scenario.stated:
        told["given"] = [f"{s.question}={s.answer}" for s in scenario.stated]
    return told


def _changes(scenario: Scenario) -> Variant | None:
    return scenario.file.variants[scenario.variant] if scenario.variant else None


def case_header(scenario: Scenario, case: Case) -> documents.Case:
    """What a case is, without any estimate."""
    sent = [case.groups[g] for g in case.threats]
    classes = {wave.threat.kind for wave in sent}
    engaged_by = {unit.name: unit.engages for unit in scenario.units if unit.system.effectors}
    told: documents.Case = {
        "name": case.name,
        "raid": case.raid.name,
        "title": case.title,
        "short": case.raid.short,
        "note": case.raid.note,
        "size": case.size,
        "series": case.in_series,
        "threats": [
            {
                "type": wave.type,
                "title": wave.title,
                "count": wave.size,
                "engaged": any(wave.threat.kind in engaged for engaged in engaged_by.values()),
            }
            for wave in sent
        ],
        "idle": [name for name, engaged in engaged_by.items() if classes.isdisjoint(engaged)],
    }
    if case.traffic:
        flying = [case.groups[g] for g in case.traffic]
        told["traffic"] = [{"type": wave.type, "title": wave.title, "friendly": wave.friendly} for wave in flying]
    return told


def claims(scenario: Scenario) -> list[Claim]:
    """The claims of the scenario, and then those of its variant."""
    changes = _changes(scenario)
    made = (*scenario.file.claims, *(changes.claims if changes else ()))
    return [
        {
            "id": c.id, "says": c.says, "topic": c.topic,
            "value": str(c.value) if isinstance(c.value, Between) else c.value, "publisher": c.publisher,
            "date": c.date, "hedge": c.hedge, "grade": c.grade, "source": c.source,
        }
        for c in made
    ]  # fmt: skip


def findings(scenario: Scenario) -> list[Finding]:
    """What the evidence check finds."""
    return [{"kind": f.kind, "text": f.text, "claims": list(f.claims)} for f in evidence.findings(scenario)]


# --------------------------------------------------------------------------------------------------- the map


def chart(scenario: Scenario) -> Map:
    """What stands where, in metres of the local frame: assets, units and the backdrop."""
    return {**sites(scenario), "backdrop": _backdrop(scenario)}


def sites(scenario: Scenario) -> Sites:
    """The same without the backdrop."""
    in_degrees = scenario.on_earth
    return {
        "origin": {"lat": scenario.origin[0], "lon": scenario.origin[1]} if in_degrees else None,
        "assets": [
            {
                "name": a.name,
                "short": a.short,
                "radius": likely(scenario, a.radius),
                "east": east,
                "north": north,
            }
            for a in scenario.assets
            for east, north in (a.at.local(scenario.origin),)
        ],
        "units": [_mapped_unit(u, scenario) for u in scenario.units],
        "credit": surface.credit if isinstance(surface := scenario.file.surface, Mapped) else "",
    }


def _mapped_unit(placed: PlacedUnit, scenario: Scenario) -> Placed:
    system = placed.system
    kind: Kind = "fire unit" if system.effectors else "jammer" if system.emitters else "sensor"
    ranges = [e.range_max for e in system.effectors.values()] or [e.range for e in system.emitters.values()]
    reach = [likely(scenario, r) for r in ranges if r is not None]
    east, north = placed.unit.at.local(scenario.origin)
    return {
        "name": placed.name,
        "short": placed.unit.short,
        "title": system.title or placed.name,
        "kind": kind,
        "east": east,
        "north": north,
        "within": likely(scenario, placed.unit.at.within),
        "present": _chance_there(placed, scenario),
        "reach": max(reach) if reach else None,
    }


def _chance_there(placed: PlacedUnit, scenario: Scenario) -> float:
    """That a unit is there; of units of which none or all are taken as settled to be there, 0 or 1."""
    drawn_as = f"units/{placed.name}/is-present"
    stated = next((s for s in scenario.stated if s.kind == COUNT and drawn_as in s.names), None)
    if stated is not None and stated.number in (0, len(stated.names)):
        return float(stated.number > 0)
    return settled(placed.unit.present, scenario.numbers).mean


def outlines(scenario: Scenario) -> Backdrop | None:
    """The scenario's outlines as they ship with the package: `lines` of [lon, lat], degrees, and whose they are."""
    name = scenario.file.backdrop
    if name is None:
        return None
    content = (files("bartizan") / "data" / "backdrop" / f"{name}.json").read_text(encoding="utf-8")
    return cast(Backdrop, json.loads(content))


def _backdrop(scenario: Scenario) -> Backdrop | None:
    content = outlines(scenario)
    if content is None:
        return None
    lines: list[Line] = []
    for line in content["lines"]:
        lon, lat = np.array(line).T
        east, north = geodesy.to_local(lat, lon, scenario.origin)
        lines.append([[round(float(e)), round(float(n))] for e, n in zip(east, north, strict=True)])
    return {"attribution": content["attribution"], "licence": content["licence"], "lines": lines}


# ----------------------------------------------------------------------------------------------- the numbers


def numbers(scenario: Scenario) -> list[StatedNumber]:
    """Every number that the answer rests on, with its sources; those left at the format's default say so."""
    known = _sources(scenario)
    return [_number(key, number, known) for key, number in scenario.numbers.items() if _matters(number)]


def _matters(number: Uncertain) -> bool:
    """Leaves out what nobody stated: numbers at the default of the format that are certain."""
    return not number.is_fixed or bool(number.sources or number.claims or number.grade or number.note)


def _number(key: str, number: Uncertain, known: Mapping[str, Source]) -> StatedNumber:
    claims = list(number.claims) + [c for support in number.support for c in support]
    found = [known[s] for s in number.sources if s in known]
    return {
        "key": key,
        "what": in_words(key),
        "value": number.described(),
        "sources": [{"title": s.title, "publisher": s.publisher, "date": s.date, "url": s.url} for s in found],
        "claims": list(dict.fromkeys(claims)),
        "grade": number.grade,
        "note": number.note or "",
        "calibrated_on": list(number.calibrated_on),
    }


def _sources(scenario: Scenario) -> dict[str, Source]:
    known = {**catalog.sources(), **scenario.file.sources}
    for placed in scenario.units:
        known |= placed.system.sources
    for case in scenario.cases:
        for wave in case.groups:
            known |= wave.threat.sources
    return known
