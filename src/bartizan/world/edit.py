"""Changes to a scenario: a unit moved, raised or removed, other rounds, channels or doctrine, raids of another size.

A change is made in the file and checked like any file, so that what cannot be written cannot be played. Units and raids
keep their names, and with them their luck. What others share with a changed unit (`same_as`) stays theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bartizan.ground import geodesy, units
from bartizan.ground.errors import ScenarioError, UserError, instead, shown
from bartizan.world import reader, writer
from bartizan.world.cases import PlacedUnit, shared_out
from bartizan.world.changes import (
    Add,
    Change,
    Channels,
    Height,
    Jamming,
    Move,
    OnRoof,
    RaidSize,
    Remove,
    Rounds,
    Salvo,
    Within,
    read_changes,
)
from bartizan.world.overlay import overlaid
from bartizan.world.scenario import Scenario, load
from bartizan.world.schema import Mapped, Reported, ScenarioFile
from bartizan.world.schema.fields import LONGEST_KEY
from bartizan.world.uncertain import Uncertain

MOST_THREATS = 200_000

Changes = Sequence[Mapping[str, Any] | Change]


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """The scenario with the changes made, its variant put in. Raises UserError where one cannot be made."""
    return _Edited(scenario, changes).scenario()


def changed_case(scenario: Scenario, case: str, changes: Changes) -> tuple[Scenario, str]:
    """The same, and what a case is then called: in a series its name holds the raid's size."""
    edited = _Edited(scenario, changes)
    return edited.scenario(), edited.case(case)


def text(scenario: Scenario, changes: Changes, name: str) -> str:
    """The changed scenario as a YAML file called `name`, with comments that say what was changed from what.

    It loads to what plays like `changed`. Files that a mapped surface names stand in it with their whole paths.
    """
    return _Edited(scenario, changes).text(name)


def reloaded(before: Scenario, content: dict[str, Any]) -> Scenario:
    """The scenario that changed content makes: what was open stays open, what was settled stays so."""
    found = load(content, folder=before.folder)
    if before.mapped is not None and found.file.surface == before.file.surface:
        vars(found)["mapped"] = before.mapped
    return replace(found, stated=before.stated) if before.stated else found


def as_file(
    before: Scenario,
    content: dict[str, Any],
    head: Sequence[str],
    comments: Mapping[reader.Path, list[str]] = MappingProxyType({}),
) -> str:
    """Changed content as a YAML file that loads, with a head; files that it names stand with their whole paths."""
    _name_whole_paths(content, before.folder)
    load(content)
    order = [field for field in ScenarioFile.model_fields if field in content]
    return writer.text({field: content[field] for field in order}, list(head), dict(comments))


def _times(size: int, factor: float) -> int:
    """`factor` times as many threats, at least one. Raises UserError where they are too many."""
    total = max(1, round(size * factor))
    if total > MOST_THREATS:
        raise UserError(f"a raid has at most {MOST_THREATS} threats; {factor:g} times {size} are {total}")
    return total


@dataclass(frozen=True)
class _Note:
    """What was done, and the value that it was done to: `kind` and `name` of a unit or raid and a path inside it."""

    told: str
    kind: str = ""
    name: str = ""
    path: reader.Path = ()


class _Edited:
    """A scenario's file as plain values, changed step by step."""

    def __init__(self, scenario: Scenario, changes: Changes) -> None:
        wanted = read_changes(changes)
        more = [change for change in wanted if isinstance(change, Add)]
        self.original, self.before = scenario, _with_more(scenario, more)
        self.content = flat(self.before)
        self.units: dict[str, dict[str, Any]] = {unit["name"]: unit for unit in self.content.get("units", ())}
        self.placed = {placed.name: placed for placed in self.before.units}
        self.notes = [_Note("added", "units", change.unit) for change in more]
        self.lost: list[str] = []  # beginnings of names of numbers that are no longer what they were
        self.sizes: dict[str, dict[int, int]] = {}  # of raids in series: what a size becomes
        for change in wanted:
            self._make(change)
        self.content["units"] = list(self.units.values())
        leave_to_heirs(self.content, self.before, self.lost)
        self._drop_distances()

    def _make(self, change: Change) -> None:
        match change:
            case Add():
                pass  # is there already
            case RaidSize():
                self._resize(change)
            case Jamming():
                self._jam(change)
            case _:
                self._change_unit(change, self._unit(change.unit))

    def _change_unit(self, change: Any, placed: PlacedUnit) -> None:
        match change:
            case Move():
                self._move(placed, change.lat, change.lon)
            case Within():
                self._know(placed, change.m)
            case OnRoof():
                self._put_on_roof(placed, change.storeys)
            case Remove():
                self._remove(placed)
            case Height():
                self._number(placed, ("antenna_height",), change.m, "length")
            case Channels():
                self._armed(placed)
                self._number(placed, ("channels",), change.value, "count")
            case Rounds():
                self._number(placed, ("effectors", self._effector(placed, change.effector), "rounds"), change.value)
            case Salvo():
                self._fire(placed, change.salvo)

    # ---- what there is

    def _unit(self, name: str) -> PlacedUnit:
        if name not in self.placed:
            raise UserError(f"no unit {shown(name)} in {self.before.name}{instead(name, self.placed)}")
        return self.placed[name]

    def _effector(self, placed: PlacedUnit, name: str) -> str:
        self._armed(placed)
        if name not in placed.system.effectors:
            raise UserError(f"{placed.name} has no effector {shown(name)}{instead(name, placed.system.effectors)}")
        return name

    def _armed(self, placed: PlacedUnit) -> None:
        if not placed.system.effectors:
            armed = [unit.name for unit in self.before.units if unit.system.effectors]
            raise UserError(f"{placed.name} fires nothing: this is for a fire unit, one of {_listed(armed)}")

    # ---- units

    def _move(self, placed: PlacedUnit, lat: float, lon: float) -> None:
        """The place keeps its form: degrees, or metres from the origin."""
        at, origin = placed.unit.at, self.before.origin
        east, north = (float(v) for v in geodesy.to_local(lat, lon, origin))
        away = math.dist((east, north), at.local(origin))
        if at.lat is not None:
            new, was = {"lat": lat, "lon": math.remainder(lon, 360.0)}, f"lat {at.lat:g}, lon {at.lon:g}"
        else:
            new, was = {"east": east, "north": north}, f"{at.east or 0:g} m east, {at.north or 0:g} m north"
        if all(getattr(at, field) == value for field, value in new.items()):
            return
        self.units[placed.name]["at"] |= new
        self._note(placed, ("at",), f"at {_place(new)}, {units.shown(away, 'length')} from before: {was}")

    def _know(self, placed: PlacedUnit, within_m: float) -> None:
        key, new = f"units/{placed.name}/at/within", writer.quantity(within_m, "length")
        before = self.before.numbers[key]
        if before.is_fixed and before.parameters[0] == within_m:
            return
        self.units[placed.name]["at"]["within"] = new
        self.lost.append(key)
        self._note(placed, ("at", "within"), f"place known to within {before.described()} before; now {new}")

    def _number(self, placed: PlacedUnit, path: tuple[str, ...], value: float, dimension: str = "count") -> None:
        """A number of the unit's system, here alone."""
        before = self.before.numbers[placed.key_of(path)]
        if before.is_fixed and before.parameters[0] == value:
            return
        new = writer.quantity(value, dimension)
        self._override(placed, path, new, f"{before.described()} before; now {new}")

    def _fire(self, placed: PlacedUnit, salvo: int) -> None:
        self._armed(placed)
        before = placed.system.doctrine.salvo
        if before != salvo:
            self._override(placed, ("doctrine", "salvo"), salvo, f"{before} before; now {salvo}")

    def _override(self, placed: PlacedUnit, path: tuple[str, ...], value: Any, told: str) -> None:
        unit = self.units[placed.name]
        for part in reversed(path):
            value = {part: value}
        unit["override"] = overlaid(unit.get("override", {}), value)
        self.lost.append("/".join(("units", placed.name, *path)))
        plain = [part for part in path if part not in ("effectors", "emitters", "doctrine")]
        self._note(placed, ("override", *path), f"{' '.join(plain).replace('_', ' ')} {told}")

    def _put_on_roof(self, placed: PlacedUnit, storeys: int | None) -> None:
        roof, unit, surface = placed.unit.roof, self.units[placed.name], self.before.file.surface
        was = "on the ground" if roof is None else "on the mapped roof" if roof.storeys is None else ""
        was = was or f"on {self.before.numbers[f'units/{placed.name}/roof/storeys'].described()} storeys"
        if storeys is None and not (isinstance(surface, Mapped) and surface.buildings is not None):
            raise UserError(
                f"{self.before.name} has no mapped buildings that tell how high a roof is: "
                f"give {placed.name} a number of storeys, or 0 for the ground"
            )
        now = "on the mapped roof" if storeys is None else f"on {storeys} storeys" if storeys else "on the ground"
        if was == now:
            return
        if storeys == 0:
            del unit["roof"]
            self.lost.append(f"units/{placed.name}/roof")
        else:
            told = {key: value for key, value in (unit.get("roof") or {}).items() if key != "storeys"}
            unit["roof"] = told | ({} if storeys is None else {"storeys": storeys})
            self.lost.append(f"units/{placed.name}/roof/storeys")
        self._note(placed, ("at",) if storeys == 0 else ("roof",), f"{now}; before {was}")

    def _remove(self, placed: PlacedUnit) -> None:
        del self.units[placed.name]
        self.lost.append(f"units/{placed.name}")
        self.notes.append(_Note(f"{placed.name}: removed"))

    def _jam(self, change: Jamming) -> None:
        """Jammers are removed; a unit that does more keeps emitters that deny nothing."""
        for placed in () if change.on else [self.placed[name] for name in self.units]:
            system = placed.system
            if system.emitters and not (system.sensors or system.effectors):
                self._remove(placed)
            for name, emitter in system.emitters.items() if placed.name in self.units else ():
                figures = ("power", "frequency", "bandwidth", "quality")
                none = {figure: None for figure in figures if getattr(emitter, figure) is not None}
                silent: dict[str, Any] = {"denies": [], "range": writer.quantity(0.0, "length"), **none}
                self._override(placed, ("emitters", name), silent, "jams before; now silent")

    # ---- raids and claims

    def _resize(self, change: RaidSize) -> None:
        case = self.before.case(change.case)
        total = _times(case.size, change.factor)
        if total == case.size:
            return
        raid = next(raid for raid in self.content["raids"] if raid["name"] == case.raid.name)
        if case.in_series:
            becomes = self.sizes.setdefault(case.raid.name, {})
            becomes[case.size] = total
            raid["sizes"] = list(dict.fromkeys(becomes.get(size, size) for size in case.raid.sizes or ()))
            self._note_raid(raid, ("sizes",), f"{total} threats; before {case.size}")
        else:
            sent = [index for index, group in enumerate(raid["groups"]) if not group.get("neutral")]
            counts = [raid["groups"][index]["count"] for index in sent]
            for index, before, count in zip(sent, counts, shared_out(total, counts), strict=True):
                group = raid["groups"][index]
                group["count"] = max(1, count)
                kind = group["threat"] if isinstance(group["threat"], str) else f"group {index + 1}"
                told = f"{kind}: {group['count']} threats; before {before}"
                self._note_raid(raid, ("groups", index, "count"), told)
        played = raid.get("sizes") or [sum(g["count"] for g in raid["groups"] if not g.get("neutral"))]
        if "reported" in raid and not Reported.model_validate(raid["reported"]).outlives(played):
            del raid["reported"]
            self._note_raid(raid, ("name",), "what was reported is left out: it was of another size")

    def case(self, name: str) -> str:
        """What a case of the original is called."""
        before = self.before.case(name)
        sizes = self.sizes.get(before.raid.name, {})
        return f"{before.raid.name}-{sizes[before.size]}" if before.size in sizes else before.name

    def _drop_distances(self) -> None:
        """Claims stay; the distance to a unit that is not there cannot be held against the map."""
        there = {item["name"] for kind in ("assets", "units") for item in self.content[kind]}
        for claim in self.content.get("claims", ()):
            ends = claim.get("distance")
            if ends is not None and not {ends["start"], ends["end"]} <= there:
                del claim["distance"]
                self.notes.append(_Note(f"claim {claim['id']}: its distance is left out, since one end of it is gone"))

    # ---- what comes of it

    def _note(self, placed: PlacedUnit, path: reader.Path, told: str) -> None:
        self.notes.append(_Note(told, "units", placed.name, path))

    def _note_raid(self, raid: dict[str, Any], path: reader.Path, told: str) -> None:
        self.notes.append(_Note(told, "raids", raid["name"], path))

    def scenario(self) -> Scenario:
        return reloaded(self.before, self.content)

    def text(self, name: str) -> str:
        self.content["name"] = name
        return as_file(self.before, self.content, self._head(name), self._comments())

    def _head(self, name: str) -> list[str]:
        before = self.original
        done = [f"  {note.name + ': ' if note.name else ''}{note.told}" for note in self.notes]
        put_in = f", with its variant {before.variant} put in" if before.variant else ""
        return [
            f"{name}: {before.name} ({before.title}), changed. What was changed:",
            *(done or ["  nothing"]),
            f"All else is as it was in {before.name}{put_in}; its SHA-256 is {before.digest}.",
            "What stands nowhere here is at the default of the format, or in the catalogue of systems and threats.",
        ]

    def _comments(self) -> dict[reader.Path, list[str]]:
        """Notes by the path of the value in the file."""
        found: dict[reader.Path, list[str]] = {}
        for note in self.notes:
            names = [item["name"] for item in self.content.get(note.kind, ())]
            if note.name in names:
                found.setdefault((note.kind, names.index(note.name), *note.path), []).append(note.told)
        return found


def _with_more(scenario: Scenario, more: Sequence[Add]) -> Scenario:
    """The scenario with more units. Raises UserError where one cannot be added."""
    if not more:
        return scenario
    content = flat(scenario)
    there = {placed.name for placed in scenario.units}
    for change in more:
        if change.unit in there:
            raise UserError(
                f"{scenario.name} has a unit {shown(change.unit)} already: give the one to add another name"
            )
    content["units"] = [*content.get("units", ()), *(_unit(scenario, change) for change in more)]
    try:
        return reloaded(scenario, content)
    except ScenarioError as error:
        raise UserError(f"the unit to add: {in_fields(error)}") from None


def in_fields(error: ScenarioError) -> str:
    """Mistakes of content that no file holds: field by field."""
    return "; ".join(f"{mistake.field}: {mistake.problem}" for mistake in error.mistakes)


def _unit(scenario: Scenario, change: Add) -> dict[str, Any]:
    at = in_frame(scenario, change.lat, change.lon)
    return as_written(change.unit, change.system, at, change.storeys, change.override, networked=change.networked)


def named_after(scenario: Scenario, what: str) -> str:
    """A name for a scenario that was made from this one, as long as a name may be."""
    return f"{scenario.file.name[: LONGEST_KEY - len(what) - 1].rstrip(' -._')}-{what}"


def as_written(
    name: str, system: str, at: Mapping[str, float], storeys: int | None, override: Mapping[str, Any], *,
    networked: bool,
) -> dict[str, Any]:  # fmt: skip
    """A unit as a file has it; `storeys` None is the roof of a mapped building, 0 the ground."""
    roof = {"roof": {} if storeys is None else {"storeys": storeys}} if storeys != 0 else {}
    return {
        "name": name, "system": system, "at": dict(at), **roof, **({"override": override} if override else {}),
        **({} if networked else {"networked": False}),
    }  # fmt: skip


def in_frame(scenario: Scenario, lat: float, lon: float) -> dict[str, float]:
    """A place in the form of the scenario's: degrees, or metres from its origin where that is no place on the earth; to
    a tenth of a metre."""
    if scenario.on_earth:
        return {"lat": round(lat, 6), "lon": round(math.remainder(lon, 360.0), 6)}
    east, north = geodesy.to_local(lat, lon, scenario.origin)
    return {"east": round(float(east), 1), "north": round(float(north), 1)}


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "") if known else "none"


def _place(at: Mapping[str, float]) -> str:
    return ", ".join(f"{field} {value:.6g}" for field, value in at.items())


def flat(scenario: Scenario) -> dict[str, Any]:
    """The file as plain values, with the variant put in and no others."""
    variant = scenario.file.variants.get(scenario.variant or "")
    content: dict[str, Any] = writer.plain(scenario.file.model_copy(update={"variants": {}}))
    content["assets"] = writer.plain(scenario.assets)
    content["units"] = writer.plain([placed.unit for placed in scenario.units])
    content["raids"] = writer.plain(scenario.raids)
    if variant is not None:
        content["claims"] = writer.plain(scenario.claims)
        told = {"title": variant.title, "summary": variant.summary, "date": variant.date}
        content |= {field: value for field, value in told.items() if value}
    return content


def _name_whole_paths(content: dict[str, Any], folder: Path) -> None:
    """Files count from the file that names them, which may be moved."""
    surface, fall = content.get("surface", {}), content.get("fall", {})
    if "terrain" in surface:
        surface["terrain"] = [str((folder / name).resolve()) for name in surface["terrain"]]
    owners = (surface.get("buildings"), *surface.get("canopy", ()), content.get("districts"), fall.get("population"))
    for owner in owners:
        if owner is not None:
            owner["file"] = str((folder / owner["file"]).resolve())


# ------------------------------------------------------------------------------------------- shared numbers


def leave_to_heirs(content: dict[str, Any], scenario: Scenario, lost: Sequence[str]) -> None:
    """Numbers that are the same as one that was lost keep what it was: the first of them has it now, and the others are
    the same as that one."""
    heirs: dict[str, str] = {}
    sharing = [(path, holder) for path, holder in _sharing(content) if _is_lost(_target_of(holder, path), lost)]
    known = sorted(sharing, key=lambda each: _name_of(content, each[0]) not in scenario.numbers)
    for path, holder in known:
        name, number = _root(scenario, _target_of(holder, path), lost)
        if name in heirs:
            holder[path[-1]] = {"same_as": heirs[name]}
        else:
            heirs[name] = _name_of(content, path)
            holder[path[-1]] = writer.plain(number)


def _sharing(content: Any) -> list[tuple[reader.Path, Any]]:
    """Path and holder of every number that is the same as another."""
    found: list[tuple[reader.Path, Any]] = []
    waiting: list[tuple[reader.Path, Any]] = [((), content)]
    for path, holder in waiting:
        rows = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, item in rows:
            if isinstance(item, dict) and isinstance(item.get("same_as"), str):
                found.append(((*path, key), holder))
            elif isinstance(item, dict | list):
                waiting.append(((*path, key), item))
    return found


def _target_of(holder: Any, path: reader.Path) -> str:
    return holder[path[-1]]["same_as"]


def _is_lost(name: str, lost: Sequence[str]) -> bool:
    return any(name == each or name.startswith(f"{each}/") for each in lost)


def _root(scenario: Scenario, name: str, lost: Sequence[str]) -> tuple[str, Uncertain]:
    """The last lost number that `name` leads to, and what it was."""
    number = scenario.numbers[name]
    while number.same_as is not None and _is_lost(number.same_as, lost):
        name = number.same_as
        number = scenario.numbers[name]
    return name, number


def _name_of(content: Mapping[str, Any], path: reader.Path) -> str:
    """The name of the unknown at a path of the file (see world.scenario)."""
    match path:
        case ("raids", int() as at, "groups", index, "threat", *inner):
            names = ["threats", f"{content['raids'][at]['name']}.{index}"]
        case ("raids", int() as at, "groups", index, *inner):
            names = ["raids", content["raids"][at]["name"], str(index)]
        case ("units", int() as at, "override" | "system", *inner):
            names = ["units", content["units"][at]["name"]]
        case ("units" | "assets" as kind, int() as at, *inner):
            names = [kind, content[kind][at]["name"]]
        case _:
            names, inner = [], list(path)
    return "/".join((*names, *map(str, inner)))
