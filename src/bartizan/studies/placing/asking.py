"""A placement as a page asks for it: what it may be asked with, and the scenario that has the question."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bartizan.ground import geodesy
from bartizan.ground.errors import ScenarioError, UserError
from bartizan.studies import overview
from bartizan.studies.documents.viewer import Offered, Placeable
from bartizan.studies.placing.place import LISTED, Asked
from bartizan.studies.searching.patience import USUAL
from bartizan.world import edit, writer
from bartizan.world.candidates import Candidates
from bartizan.world.scenario import Scenario

#: Candidates beside a page, at most: each is played alone first. `bartizan place` takes more.
MOST = 100
#: What a scenario calls the unit by which a kind is shown, before its number.
_SAMPLE = "a unit to place, "


def offered(scenario: Scenario) -> Offered:
    """Kinds of units that a scenario has or would place, and its own placement."""
    own = scenario.file.placement
    kinds = list(_kinds(scenario))
    at = edit.in_frame(scenario, *_middle(scenario))
    samples = [{**kind, "name": f"{_SAMPLE}{n}", "at": at} for n, kind in enumerate(kinds)]
    content = edit.flat(scenario)
    content["units"] = [*content.get("units", ()), *samples]
    units = overview.of_scenario(edit.reloaded(scenario, content))["units"][len(scenario.units) :]
    told: list[Placeable] = [
        {
            "system": kind["system"], "title": _title(unit["title"], kind), "networked": kind.get("networked", True),
            "override": kind.get("override", {}),
            "unit": {**unit, "title": _title(unit["title"], kind), "numbers": [], "claims": [], "note": ""},
        }
        for kind, unit in zip(kinds, units, strict=True)
    ]  # fmt: skip
    stated = None if own is None else _placed(writer.plain(own), lambda at: _in_degrees(scenario, at))
    return {"kinds": told, "placement": stated}


def _title(title: str, kind: Mapping[str, Any]) -> str:
    """For people; a system without a title has its unit's name in its place."""
    return str(kind["system"]) if title.startswith(_SAMPLE) else title


def _kinds(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """Of each system one, as a file has it."""
    own = scenario.file.placement.units if scenario.file.placement else []
    wanted = [writer.plain(unit) for unit in own]
    wanted += [{"system": unit.unit.system} for unit in scenario.units if isinstance(unit.unit.system, str)]
    first: dict[str, dict[str, Any]] = {}
    for kind in wanted:
        first.setdefault(kind["system"], {key: value for key, value in kind.items() if key not in ("count", "cost")})
    yield from first.values()


def _middle(scenario: Scenario) -> tuple[float, float]:
    lat, lon = geodesy.to_degrees(0.0, 0.0, scenario.origin)
    return float(lat), float(lon)


def _in_degrees(scenario: Scenario, at: Mapping[str, Any]) -> dict[str, float]:
    """A place of a checked file in degrees."""
    if "lat" in at:
        return {"lat": at["lat"], "lon": at["lon"]}
    lat, lon = geodesy.to_degrees(float(at.get("east", 0)), float(at.get("north", 0)), scenario.origin)
    return {"lat": round(float(lat), 7), "lon": round(float(lon), 7)}


def _placed(placement: Mapping[str, Any], moved: Callable[[Any], Any]) -> dict[str, Any]:
    """A placement with every place put otherwise."""
    found = copy.deepcopy(dict(placement))
    for kind in ("sites", "areas", "keep_out"):
        for item in found.get(kind) or ():
            if isinstance(item, dict) and "at" in item:
                item["at"] = moved(item["at"])
    return found


def question(scenario: Scenario, changes: edit.Changes, placement: Mapping[str, Any]) -> Scenario:
    """The changed scenario with a placement, whose places are in degrees. Units that were added are left out, with
    all that was changed of them: they are an earlier answer. Raises UserError where it is no placement."""
    added = {_of(change, "unit") for change in changes if _of(change, "op") == "add"}
    before = edit.changed(scenario, [change for change in changes if _of(change, "unit") not in added])
    content = edit.flat(before)
    content["placement"] = _placed(placement, lambda at: _in_frame(before, at))
    try:
        return edit.reloaded(before, content)
    except ScenarioError as error:
        raise UserError(edit.in_fields(error)) from None


def _of(change: Any, name: str) -> Any:
    """What a change, checked or not, says."""
    return change.get(name) if isinstance(change, Mapping) else getattr(change, name, None)


def _in_frame(scenario: Scenario, at: Any) -> Any:
    """A place in the scenario's own form; what is none is left to the schema to refuse."""
    try:
        lat, lon = float(at["lat"]), float(at["lon"])
    except (KeyError, TypeError, ValueError):
        return at
    return edit.in_frame(scenario, lat, lon) if abs(lat) <= 85 and abs(lon) <= 360 else at


def asked(scenario: Scenario) -> Asked:
    """The question of a scenario. Raises UserError where it would keep a page waiting too long."""
    found = Asked.of(scenario, USUAL)
    number, units = len(found.rules), sum(found.rules.counts)
    instead = "take fewer, or save the question and run bartizan place"
    if number > MOST:
        raise UserError(f"{number} candidates (sites times kinds of units); {MOST} at most beside a page: {instead}")
    if found.rules.counted(LISTED) is None:
        raise UserError(f"{units} units on {number} candidates are more than {LISTED:,} layouts: {instead}")
    return found


def text(found: Candidates, chosen: Sequence[int] = ()) -> str:
    """Question and answer as YAML: `placement` of a scenario, and units to go to its own."""
    told = writer.text({"placement": writer.plain(found.placement)}, ["The question, to go into the scenario."])
    if not chosen:
        return told
    return told + "\n" + writer.text({"units": found.units(chosen)}, ["The answer, to go to the scenario's units."])


def changes(found: Candidates, chosen: Sequence[int]) -> list[dict[str, Any]]:
    """What makes the layout of a scenario, as changes."""
    return [_added(found.before, unit) for unit in found.units(chosen)]


def _added(scenario: Scenario, unit: Mapping[str, Any]) -> dict[str, Any]:
    at = _in_degrees(scenario, unit["at"])
    if "roof" in unit and unit["roof"].get("storeys") is None:
        storeys = None
    else:
        storeys = unit.get("roof", {}).get("storeys", 0)
    more = {key: unit[key] for key in ("override", "networked") if key in unit}
    return {"op": "add", "unit": unit["name"], "system": unit["system"], **at, "storeys": storeys, **more}
