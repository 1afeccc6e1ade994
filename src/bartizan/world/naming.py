"""The name of every unknown of a variant, the same for the same unknown; and what is stated to be as another is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from bartizan.world import catalog, reader
from bartizan.world.cases import PlacedUnit
from bartizan.world.complaints import Complaints
from bartizan.world.numbers import key_of, numbers_of, varies_within_world, walk
from bartizan.world.schema import (
    MOST_FALSE_ALARMS,
    TOO_MANY_FALSE_ALARMS,
    Asset,
    Raid,
    ScenarioFile,
    System,
    Threat,
    Unit,
)
from bartizan.world.uncertain import Uncertain

#: fields of a unit and of a group that hold numbers
_OF_UNIT = ("at", "roof", "height", "screen", "present", "lost", "struck")
_OF_GROUP = ("distance", "bearing", "wander", "speed", "altitude", "link", "arrival", "neutral")
#: parts of a scenario that hold numbers, each under its own name
_OF_ALL = ("surface", "network", "readiness", "warning", "civil_alert", "identify", "weather", "ambient")


class Naming(Complaints):
    """Gives the unknowns of a variant their names, each with where it stands."""

    def __init__(self, document: reader.Document, content: ScenarioFile) -> None:
        super().__init__(document, content)
        self.numbers: dict[str, Uncertain] = {}
        self.where: dict[str, reader.Path] = {}

    def name_all(
        self,
        assets: Sequence[tuple[Asset, reader.Path]],
        units: Sequence[tuple[Unit, reader.Path]],
        raids: Sequence[tuple[Raid, reader.Path]],
        placed: Sequence[tuple[PlacedUnit, reader.Path]],
    ) -> None:
        """Name every unknown of these, with their paths, and of what all share; then follow what is the same."""
        for part in _OF_ALL:
            self._name(getattr(self.content, part), part, (part,))
        self._name_fall()
        self._name_areas()
        for asset, path in assets:
            self._name(asset, f"assets/{asset.name}", path)
        for unit, path in units:
            for field in _OF_UNIT:
                self._name(getattr(unit, field), f"units/{unit.name}/{field}", (*path, field))
        for raid, path in raids:
            for index, group in enumerate(raid.groups):
                here = (*path, "groups", index)
                self._name_threat(raid, index, here)
                for field in _OF_GROUP:
                    self._name(getattr(group, field), f"raids/{raid.name}/{index}/{field}", (*here, field))
        for system, path in placed:
            self._name_system(system, path)
        for key, number in [*self.numbers.items()]:
            self._follow(key, number)
        self._follow_unused()

    def _name_fall(self) -> None:
        """Unknowns of what comes down: wrecks are named with the threats, areas only where there are people."""
        fall = self.content.fall
        nobody = fall.population_density is None and fall.population is None
        unused = {"wrecks", "population"} | ({"lethal_area"} if nobody else set())
        for field in type(fall).model_fields:
            if field not in unused:
                self._name(getattr(fall, field), f"fall/{field}", ("fall", field))

    def _name_areas(self) -> None:
        names: set[str] = set()
        for index, area in enumerate(self.content.areas):
            if area.name in names:
                self.complain(("areas", index, "name"), f"the name {area.name!r} is given twice among areas")
            names.add(area.name)
            self._name(area, f"areas/{area.name}", ("areas", index))

    def _name(self, value: Any, key: str, path: reader.Path) -> None:
        for place, number, _ in walk(value):
            self._put(key_of((key, *place)), number, (*path, *place))

    def _put(self, key: str, number: Uncertain, path: reader.Path) -> None:
        self.numbers.setdefault(key, number)
        self.where.setdefault(key, path)

    def _name_system(self, placed: PlacedUnit, path: reader.Path) -> None:
        for place, number, _ in walk(placed.system):
            if placed.unit.override and placed.overrides(place):
                here: reader.Path = (*path, "override", *place)
            elif isinstance(placed.unit.system, System):
                here = (*path, "system", *place)
            elif placed.unit.system in self.content.systems:
                here = ("systems", placed.unit.system, *place)
            else:
                here = (*path, "system")
            self._put(placed.key_of(tuple(map(str, place))), number, here)

    def _name_threat(self, raid: Raid, index: int, path: reader.Path) -> None:
        if (found := threat_of(self.content, raid, index)) is None:
            return
        (threat, key), named = found, raid.groups[index].threat
        in_file = isinstance(named, str) and named in self.content.threats
        self._name(threat, key, ("threats", str(named)) if in_file else (*path, "threat"))
        self._name(self.content.fall.wreck(threat.kind), f"fall/wrecks/{threat.kind}", ("fall", "wrecks", threat.kind))

    def _follow(self, key: str, number: Uncertain) -> None:
        """Follows same_as to the number that it ends in, which must be there and of the same dimension."""
        seen, here, path = {key}, number, self.where[key]
        if number.law == "same_as" and varies_within_world(key):
            self.complain(path, "is drawn for each threat of a raid, so it cannot be the same as another number")
            return
        while here.law == "same_as":
            target = here.same_as or ""
            if not self._find(target):
                self.unknown(path, "number", target, self.numbers)
                return
            if varies_within_world(target):
                self.complain(path, f"{target} is drawn for each threat of a raid; nothing else can be the same as it")
                return
            if target in seen:
                self.complain(path, f"same_as goes round in a circle at {target!r}")
                return
            seen.add(target)
            here = self.numbers[target]
        if here.dimension != number.dimension:
            self.complain(path, f"same_as joins a {number.dimension} to a {here.dimension}")
        elif key.endswith("/false_alarm") and here.span[1] > MOST_FALSE_ALARMS:
            self.complain(path, f"{TOO_MANY_FALSE_ALARMS}, found {here.described()}")

    def _follow_unused(self) -> None:
        """The same check in systems and threats of the file that nothing uses; their numbers are no unknowns here."""
        kept = dict(self.numbers)
        for kind in ("systems", "threats"):
            for place, number, _ in walk(getattr(self.content, kind), (kind,)):
                if (key := key_of(place)) not in kept and number.law == "same_as":
                    self.where[key] = place
                    self._follow(key, number)
        self.numbers = kept

    def _find(self, key: str) -> bool:
        """Whether there is a number `key`: one of the scenario, or one of a type that no unit or raid uses as it is."""
        if key in self.numbers:
            return True
        kind, _, rest = key.partition("/")
        name, _, field = rest.partition("/")
        if kind not in ("systems", "threats"):
            return False
        own = getattr(self.content, kind)
        if name in own:
            model: BaseModel = own[name]
        elif name in catalog.names(kind):
            model = catalog.system(name) if kind == "systems" else catalog.threat(name)
        else:
            return False
        found = {"/".join(path): number for path, number in numbers_of(model)}.get(field)
        if found is not None:
            self._put(key, found, (kind, name, *field.split("/")))
        return found is not None


def threat_of(content: ScenarioFile, raid: Raid, index: int) -> tuple[Threat, str] | None:
    """The threat of a group of a raid, and what the names of its unknowns begin with; None where it is not known."""
    named = raid.groups[index].threat
    if isinstance(named, Threat):
        return named, f"threats/{raid.name}.{index}"
    if named in content.threats:
        return content.threats[named], f"threats/{named}"
    return (catalog.threat(named), f"threats/{named}") if named in catalog.names("threats") else None
