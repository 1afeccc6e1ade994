"""What a viewer begins with: what stands where in degrees, the cases and their estimates, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bartizan.ground import geodesy
from bartizan.studies import premises
from bartizan.studies.documents import viewer
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.places import Backdrop, Origin, Placed, Site
from bartizan.studies.documents.results import Header, Summary
from bartizan.studies.documents.viewer import Provenance, UnitOnMap, View
from bartizan.studies.value.given import askable
from bartizan.world.cases import PlacedUnit, type_name
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Asset, Effector

FORMAT: Final = 1


def of_scenario(scenario: Scenario) -> View:
    """The document of a scenario that has not been played, or not looked up."""
    chart, numbers = premises.sites(scenario), premises.numbers(scenario)
    keys = [number["key"] for number in numbers]
    assets = zip(scenario.assets, chart["assets"], strict=True)
    units = zip(scenario.units, chart["units"], strict=True)
    about = premises.header(scenario)
    view: View = {
        "format": FORMAT,
        "name": about["name"],
        "title": about["title"],
        "summary": about["summary"],
        "date": about["date"],
        "variant": about["variant"],
        "real": chart["origin"] is not None,
        "origin": _degrees(0.0, 0.0, scenario.origin),
        "results": False,
        "provenance": None,
        "assets": [_asset(asset, place, scenario, keys) for asset, place in assets],
        "units": [_unit(placed, place, scenario, keys) for placed, place in units],
        "cases": [premises.case_header(scenario, case) for case in scenario.cases],
        "numbers": numbers,
        "claims": premises.claims(scenario),
        "findings": premises.findings(scenario),
        "questions": askable(scenario),
        "backdrop": _backdrop(premises.outlines(scenario)),
        "credit": chart["credit"],
    }
    return _given(view, about)


def of_summary(summary: Summary) -> View:
    """The same of a summary.json alone, where the scenario cannot be had: with less of each unit, and no backdrop."""
    chart, numbers = summary["map"], summary["numbers"]
    keys = [number["key"] for number in numbers]
    told = chart["origin"] or {"lat": 0.0, "lon": 0.0}
    origin = (float(told["lat"]), float(told["lon"]))
    about = summary["scenario"]
    view: View = {
        "format": FORMAT,
        "name": about["name"],
        "title": about["title"],
        "summary": about["summary"],
        "date": about["date"],
        "variant": about.get("variant"),
        "real": chart["origin"] is not None,
        "origin": told,
        "assets": [_mapped_asset(a, origin, keys) for a in chart["assets"]],
        "units": [_mapped(u, origin, summary["cases"], keys) for u in chart["units"]],
        "questions": [],
        "backdrop": None,
        "credit": chart.get("credit", ""),
        "results": True,
        "provenance": _provenance(summary),
        "cases": summary["cases"],
        "numbers": numbers,
        "claims": summary["claims"],
        "findings": summary["findings"],
    }
    return _given(view, about)


def _given(view: View, about: Header) -> View:
    if "given" in about:
        view["given"] = about["given"]
    return view


def with_results(view: View, summary: Summary) -> View:
    """The view of a scenario with what its results put in the place of what it says itself."""
    return {
        **view,
        "results": True,
        "provenance": _provenance(summary),
        "cases": summary["cases"],
        "numbers": summary["numbers"],
        "claims": summary["claims"],
        "findings": summary["findings"],
    }


def _provenance(summary: Summary) -> Provenance:
    return {"bartizan": summary["bartizan"], **summary["run"]}


def _degrees(east: float, north: float, origin: tuple[float, float]) -> Origin:
    lat, lon = geodesy.to_degrees(east, north, origin)
    return {"lat": float(lat), "lon": float(lon)}


def _placed(item: Site | Placed, origin: tuple[float, float]) -> Origin:
    return _degrees(float(item["east"]), float(item["north"]), origin)


def _of(owner: str, keys: Sequence[str]) -> list[str]:
    """The keys of an owner's own numbers."""
    return [key for key in keys if key.startswith(f"{owner}/")]


def _mapped_asset(place: Site, origin: tuple[float, float], keys: Sequence[str]) -> viewer.Asset:
    """What a summary's map knows of an asset."""
    numbers = _of(f"assets/{place['name']}", keys)
    at, short = _placed(place, origin), place.get("short")
    return {
        "name": place["name"],
        "short": short,
        "lat": at["lat"],
        "lon": at["lon"],
        "radius_m": place["radius"],
        "numbers": numbers,
    }


def _asset(asset: Asset, place: Site, scenario: Scenario, keys: Sequence[str]) -> viewer.Asset:
    told = _mapped_asset(place, scenario.origin, keys)
    told["note"], told["claims"] = asset.note, asset.claims
    return told


def _unit(placed: PlacedUnit, place: Placed, scenario: Scenario, keys: Sequence[str]) -> viewer.Unit:
    unit, system = placed.unit, placed.system
    storeys = unit.roof.storeys if unit.roof else None
    salvo = system.doctrine.salvo
    return {
        **_common(place, scenario.origin),
        "height_m": premises.likely(scenario, unit.height) + premises.likely(scenario, system.antenna_height),
        "system": type_name(placed.system_key),
        "channels": premises.likely(scenario, system.channels),
        "on_roof": unit.roof is not None,
        "roof_storeys": premises.likely(scenario, storeys) if storeys else None,
        "effectors": [_effector(name, effector, scenario) for name, effector in system.effectors.items()],
        "salvo": salvo[0] if isinstance(salvo, list) else salvo,
        "emitters": len(system.emitters),
        "note": unit.note,
        "claims": unit.claims,
        "numbers": list(dict.fromkeys(_of(f"units/{unit.name}", keys) + _of(placed.system_key, keys))),
    }


def _effector(name: str, effector: Effector, scenario: Scenario) -> viewer.Effector:
    told: viewer.Effector = {
        "name": name,
        "kind": effector.kind,
        "rounds": premises.likely(scenario, effector.rounds),
        "against": list(effector.kills),
        "reach_m": {of: premises.likely(scenario, reach) for of, reach in effector.reach.items()},
    }
    if effector.gunnery is not None:
        told["burst"] = premises.likely(scenario, effector.gunnery.burst)
    return told


def _common(place: Placed, origin: tuple[float, float]) -> UnitOnMap:
    """What a summary's map knows of a unit."""
    return {
        "name": place["name"],
        "short": place.get("short"),
        "title": place["title"],
        "kind": place["kind"],
        **_placed(place, origin),
        "within_m": place.get("within", 0.0),
        "present": place["present"],
        "reach_m": place["reach"],
    }


def _mapped(place: Placed, origin: tuple[float, float], cases: Sequence[Case], keys: Sequence[str]) -> viewer.Unit:
    units, effectors = (cases[0]["units"], cases[0]["effectors"]) if cases else ([], [])
    channels = {u["unit"]: u["channels"] for u in units}
    return {
        **_common(place, origin),
        "height_m": None,
        "system": None,
        "channels": channels.get(place["name"]),
        "on_roof": None,
        "roof_storeys": None,
        "effectors": [
            {"name": e["effector"], "kind": e["kind"], "rounds": e["magazine"]}
            for e in effectors
            if e["unit"] == place["name"]
        ],
        "salvo": None,
        "emitters": None,
        "note": "",
        "claims": [],
        "numbers": _of(f"units/{place['name']}", keys),
    }


def _backdrop(content: Backdrop | None) -> viewer.Outlines | None:
    """Outlines as they ship with the package, as GeoJSON."""
    if content is None:
        return None
    return {
        "type": "FeatureCollection",
        "attribution": f"{content['attribution']}, {content['licence']}",
        "features": [
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "MultiLineString", "coordinates": content["lines"]},
            }
        ],
    }
