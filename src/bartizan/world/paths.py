"""A scenario with other values at paths of its schema, such as systems/gepard/channels: checked like any file.

Paths are those by which unknowns are named (`same_as`): systems/TYPE/..., threats/TYPE/..., units/NAME/..., raids/NAME/
GROUP/..., or a field of the file such as weather/visibility. raids/NAME/size is how many threats a raid sends. What has
no path keeps its value, and all names keep their luck.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from pydantic import BaseModel

from bartizan.ground.errors import ScenarioError, UserError, instead, shown
from bartizan.world import catalog, edit, reader
from bartizan.world.cases import PlacedUnit
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Reported, Unit
from bartizan.world.uncertain import Uncertain

#: Lists whose items have names, and mappings of types.
_NAMED, _TYPES = ("units", "assets", "raids", "areas"), ("systems", "threats")
#: Fields of a file that raids depend on, and that are neither.
_OTHERS = ("surface", "network", "readiness", "warning", "civil_alert", "identify", "weather", "ambient", "fall")
_HEADS = (*_TYPES, *_NAMED, *_OTHERS)


class _Spot(NamedTuple):
    """Where a value stands: the mapping or list of the content that the rest of the path goes down from, and what is
    there now, by which the path is checked."""

    holder: Any
    rest: tuple[str, ...]
    now: Any


def written(text: str) -> Any:
    """A value as a file would have it: a number, text such as 5 km, true, or {low: 1, high: 3}."""
    return reader.read(text, "the value").content


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with each value at its path, its variant put in. What others share with a changed unit (`same_as`)
    stays theirs. Raises UserError where a path leads nowhere, or a value cannot stand there."""
    content = edit.flat(scenario)
    for path, value in values.items():
        _put(scenario, content, path, value)
    edit.leave_to_heirs(content, scenario, [path for path in values if path.startswith("units/")])
    try:
        return edit.reloaded(scenario, content)
    except ScenarioError as error:
        raise UserError(f"{_equations(values)}: {edit.in_fields(error)}") from None


def _equations(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{path} = {value if isinstance(value, str) else shown(value)}" for path, value in values.items())


def _put(scenario: Scenario, content: dict[str, Any], path: str, value: Any) -> None:
    parts = tuple(path.strip().split("/"))
    if len(parts) < 2 or not all(parts):
        _refuse(path, parts[0], _HEADS, "write it with slashes, such as raids/NAME/size")
    if parts[0] == "raids" and parts[2:] == ("size",):
        _resize(_named(scenario, content, path, parts), value)
        return
    spot = _spot(scenario, content, path, parts)
    _check(path, spot.now, spot.rest)
    holder = spot.holder
    for part in spot.rest[:-1]:
        holder = holder[int(part)] if isinstance(holder, list) else _deeper(holder, part)
    holder[int(spot.rest[-1]) if isinstance(holder, list) else spot.rest[-1]] = copy.deepcopy(value)


def _deeper(holder: dict[str, Any], part: str) -> Any:
    """What a mapping holds under a key; what is at its default stands nowhere yet."""
    if holder.get(part) is None:
        holder[part] = {}
    return holder[part]


def _resize(raid: dict[str, Any], size: Any) -> None:
    """A raid of so many threats, in the shares of its groups; a report of another size is no longer one of it."""
    if not raid.get("sizes") and size == sum(
        group.get("count", 1) for group in raid["groups"] if not group.get("neutral")
    ):
        return
    raid["sizes"] = [size]
    if "reported" in raid and not Reported.model_validate(raid["reported"]).outlives([size]):
        del raid["reported"]


# ---------------------------------------------------------------------------------------------- where it stands


def _spot(scenario: Scenario, content: dict[str, Any], path: str, parts: tuple[str, ...]) -> _Spot:
    kind, name, *rest = parts
    if kind in _NAMED:
        item = _named(scenario, content, path, parts)
        if not rest:
            _refuse(path, "", (), f"name a field of {name} behind it")
        return _inside(scenario, path, item, parts)
    if kind in _TYPES:
        return _of_type(scenario, content, path, parts)
    if kind not in _OTHERS:
        _refuse(path, kind, _HEADS)
    holder = {} if content.get(kind) is None else content[kind]
    content[kind] = holder
    if not isinstance(holder, dict):
        _refuse(path, "", (), f"{kind} has no fields")
    return _Spot(holder, (name, *rest), getattr(scenario.file, kind))


def _named(scenario: Scenario, content: dict[str, Any], path: str, parts: tuple[str, ...]) -> dict[str, Any]:
    """The item of a list, such as a unit, by its name."""
    kind, name = parts[:2]
    items = {item["name"]: item for item in content.get(kind, ())}
    if name not in items:
        _refuse(path, name, items, f"no {kind.removesuffix('s')} of that name in {scenario.name}")
    found: dict[str, Any] = items[name]
    return found


def _inside(scenario: Scenario, path: str, item: dict[str, Any], parts: tuple[str, ...]) -> _Spot:
    kind, name, *rest = parts
    if kind == "units":
        placed = next(placed for placed in scenario.units if placed.name == name)
        return _of_unit(path, placed, item, tuple(rest))
    if kind == "raids":
        raid = next(raid for raid in scenario.raids if raid.name == name)
        if rest[0].isdecimal():
            if int(rest[0]) >= len(raid.groups) or len(rest) < 2:
                _refuse(path, rest[0], map(str, range(len(raid.groups))), "name a group by its number, and its field")
            return _Spot(item["groups"][int(rest[0])], tuple(rest[1:]), raid.groups[int(rest[0])])
        return _Spot(item, tuple(rest), raid)
    models: tuple[Any, ...] = scenario.assets if kind == "assets" else tuple(scenario.file.areas)
    return _Spot(item, tuple(rest), next(model for model in models if model.name == name))


def _of_unit(path: str, placed: PlacedUnit, item: dict[str, Any], rest: tuple[str, ...]) -> _Spot:
    """A field of the unit, or of its system, which is then different here alone."""
    if rest[0] in Unit.model_fields:
        return _Spot(item, rest, placed.unit)
    if rest[0] not in type(placed.system).model_fields:
        _refuse(path, rest[0], [*Unit.model_fields, *type(placed.system).model_fields])
    return _Spot(_deeper(item, "override"), rest, placed.system)


def _of_type(scenario: Scenario, content: dict[str, Any], path: str, parts: tuple[str, ...]) -> _Spot:
    """A figure of a type of system or threat, which all that are of it share."""
    kind, name, *rest = parts
    models = _types(scenario, kind)
    if name not in models or not rest:
        _refuse(path, name, models, f"the {kind} of {scenario.name} are others" if rest else "name a field behind it")
    if kind == "threats" and name not in scenario.file.threats and name not in catalog.names(kind):
        raid, _, group = name.rpartition(".")
        held = next(item for item in content["raids"] if item["name"] == raid)["groups"][int(group)]["threat"]
    elif name in content.get(kind, {}):
        held = content[kind][name]
    else:
        held = _deeper(content, kind)[name] = copy.deepcopy(catalog.document(kind, name).content)
    return _Spot(held, tuple(rest), models[name])


def _types(scenario: Scenario, kind: str) -> dict[str, BaseModel]:
    """The types that a scenario uses, by name."""
    if kind == "systems":
        return {
            placed.system_key.partition("/")[2]: _own(scenario, placed)
            for placed in scenario.units
            if placed.system_key.startswith("systems/")
        }
    return {wave.key.partition("/")[2]: wave.threat for case in scenario.cases for wave in case.groups}


def _own(scenario: Scenario, placed: PlacedUnit) -> BaseModel:
    """The type of a unit, without what is different there."""
    name = placed.system_key.partition("/")[2]
    return scenario.file.systems[name] if name in scenario.file.systems else catalog.system(name)


def _check(path: str, now: Any, rest: tuple[str, ...]) -> None:
    """That a path leads to a field: what lies below one that is not there is told by the schema."""
    for part in rest:
        if isinstance(now, Uncertain):
            _refuse(path, "", (), f"ends before {part}: a number is replaced whole, such as by {{low: 1, high: 3}}")
        elif isinstance(now, BaseModel):
            if part not in type(now).model_fields:
                _refuse(path, part, type(now).model_fields)
            now = getattr(now, part)
        elif isinstance(now, dict):
            if part not in now and any(isinstance(value, BaseModel) for value in now.values()):
                _refuse(path, part, now)
            now = now.get(part)
        elif isinstance(now, list | tuple):
            if not part.isdecimal() or int(part) >= len(now):
                _refuse(path, part, map(str, range(len(now))))
            now = now[int(part)]
        elif now is not None:
            _refuse(path, "", (), f"ends before {part}")
        else:
            return


def _refuse(path: str, part: str, known: Iterable[str], why: str = "") -> NoReturn:
    """Raises UserError: which part of a path is not known, and what is."""
    names = list(known)
    said = f"nothing is called {part!r} there{instead(part, names)}" if names else ""
    raise UserError(f"the path {shown(path, 120)}: {'; '.join(filter(None, (why, said)))}")
