"""From a file, a shipped name or a dict to a Scenario: checked, with every system and threat resolved."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bartizan.ground.errors import Mistake, ScenarioError, UserError
from bartizan.world import catalog, reader
from bartizan.world.schema import Asset, Group, Raid, ScenarioFile, System, Threat, Unit
from bartizan.world.uncertain import Uncertain


@dataclass(frozen=True)
class PlacedUnit:
    """A unit with its system as it is here. `key_of` tells unknowns of this unit from those of its type."""

    unit: Unit
    system: System
    system_key: str

    @property
    def name(self) -> str:
        return self.unit.name

    def key_of(self, path: tuple[str, ...]) -> str:
        """The name of the unknown at `path` of the system: shared by all units of the type unless overridden here."""
        here: Any = self.unit.override
        for part in path:
            if not isinstance(here, dict) or part not in here:
                return "/".join((self.system_key, *path))
            here = here[part]
        return "/".join(("units", self.name, *path))


@dataclass(frozen=True)
class Case:
    """One raid at one size: its groups with their threat types and the number of threats in each."""

    name: str
    raid: Raid
    size: int
    groups: tuple[tuple[Group, Threat, str, int], ...]  # group, threat, key of the threat type, count

    @property
    def in_series(self) -> bool:
        return self.raid.sizes is not None


@dataclass(frozen=True)
class Scenario:
    """A checked scenario. `file` is what was written; the rest is what it amounts to."""

    file: ScenarioFile
    variant: str | None
    assets: tuple[Asset, ...]
    units: tuple[PlacedUnit, ...]
    raids: tuple[Raid, ...]
    cases: tuple[Case, ...]
    numbers: Mapping[str, Uncertain]
    origin: tuple[float, float]

    @property
    def name(self) -> str:
        return self.file.name + (f":{self.variant}" if self.variant else "")

    @property
    def title(self) -> str:
        return self.file.title or self.file.name

    def case(self, name: str) -> Case:
        """A case by its name, or the first case of a raid by the raid's name."""
        for case in self.cases:
            if name in (case.name, case.raid.name):
                return case
        raise UserError(f"no raid {name!r} in {self.name}: {', '.join(c.name for c in self.cases)}")

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that decides an answer, catalogue values included."""
        content = {
            "file": self.file.model_dump(mode="json"),
            "variant": self.variant,
            "systems": {u.name: u.system.model_dump(mode="json") for u in self.units},
            "threats": {key: threat.model_dump(mode="json") for c in self.cases for _, threat, key, _ in c.groups},
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that ship with Bartizan."""
    folder = files("bartizan") / "data" / "scenarios"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def load(source: str | os.PathLike[str] | Mapping[str, Any], *, variant: str | None = None) -> Scenario:
    """A scenario from a file, a shipped name ("moscow-2023", or "moscow-2023:luzhniki" for a variant), or a dict.

    Raises ScenarioError with every mistake, each with its line and field; UserError if there is no such file.
    """
    document, named = _document(source)
    content = reader.validated(ScenarioFile, document.content, document)
    return _Resolver(document, content, variant or named).scenario()


def _document(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[reader.Document, str | None]:
    if isinstance(source, Mapping):
        try:
            text = yaml.safe_dump(_plain(source), sort_keys=False, allow_unicode=True)
        except yaml.YAMLError as error:
            raise UserError(f"a scenario dict may hold only text, numbers, lists and dicts: {error}") from None
        return reader.read(text, "<dict>"), None
    path = Path(source)
    name, _, variant = str(source).partition(":")
    if not path.is_file() and name in shipped():
        text = (files("bartizan") / "data" / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
        return reader.read(text, f"{name}.yaml (shipped)"), variant or None
    try:
        return reader.read(path.read_text(encoding="utf-8"), str(path)), None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}; shipped scenarios: {', '.join(shipped())}") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(str(path), [Mistake("", f"not UTF-8 text: {error.reason} at byte {error.start}")]) from None


def _plain(value: Any) -> Any:
    """NumPy scalars and tuples as YAML can hold them."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value.item() if hasattr(value, "item") else value


def numbers_of(model: BaseModel, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Uncertain]]:
    """Every uncertain number of a model with the path to it, in the order of the schema."""
    for name in type(model).model_fields:
        yield from _numbers_in(getattr(model, name), (*path, name))


def _numbers_in(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Uncertain]]:
    if isinstance(value, Uncertain):
        yield path, value
    elif isinstance(value, BaseModel):
        yield from numbers_of(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers_in(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _numbers_in(item, (*path, str(index)))


class _Resolver:
    """Checks what the schema cannot see and puts names to things, gathering every mistake before it gives up."""

    def __init__(self, document: reader.Document, content: ScenarioFile, variant: str | None) -> None:
        self.document, self.content, self.variant = document, content, variant
        self.found: list[Mistake] = []

    def scenario(self) -> Scenario:
        content = self.content
        if self.variant is not None and self.variant not in content.variants:
            raise UserError(
                f"no variant {self.variant!r} in {content.name}: {', '.join(content.variants) or 'it has none'}"
            )
        changes = content.variants[self.variant] if self.variant else None
        dropped = set(changes.without) if changes else set()
        assets = self._merged("assets", content.assets, changes.assets if changes else [], dropped)
        units = self._merged("units", content.units, changes.units if changes else [], dropped)
        raids = self._merged("raids", content.raids, changes.raids if changes else [], dropped)
        placed = tuple(p for item, path in units if (p := self._placed(item, path)) is not None)
        cases = tuple(c for item, path in raids for c in self._cases(item, path, [a.name for a, _ in assets]))
        numbers = self._numbers([a for a, _ in assets], placed, cases)
        self._references(numbers)
        if not assets or not raids:
            self._complain((), "a variant must leave at least one asset and one raid")
        if self.found:
            raise ScenarioError(self.document.file, self.found)
        first = content.origin or assets[0][0].at
        origin = (first.lat, first.lon) if first.lat is not None and first.lon is not None else (0.0, 0.0)
        return Scenario(
            content,
            self.variant,
            tuple(a for a, _ in assets),
            placed,
            tuple(r for r, _ in raids),
            cases,
            numbers,
            origin,
        )

    def _complain(self, path: reader.Path, problem: str) -> None:
        self.found.append(self.document.mistake(path, problem))

    def _unknown(self, path: reader.Path, what: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known[:20]) or 'none'}"
        self._complain(path, f"no {what} named {name!r}; {hint}")

    def _merged(
        self, kind: str, own: list[Any], changed: list[Any], dropped: set[str]
    ) -> list[tuple[Any, reader.Path]]:
        """The scenario's items, those of the variant replacing or following them, with their paths."""
        merged: dict[str, tuple[Any, reader.Path]] = {}
        for items, base in ((own, (kind,)), (changed, ("variants", self.variant or "", kind))):
            seen = set()
            for index, item in enumerate(items):
                path = (*base, index)
                if item.name in seen:
                    self._complain((*path, "name"), f"the name {item.name!r} is given twice among {kind}")
                seen.add(item.name)
                merged[item.name] = (item, path)
        return [value for name, value in merged.items() if name not in dropped]

    def _placed(self, unit: Unit, path: reader.Path) -> PlacedUnit | None:
        if isinstance(unit.system, System):
            base, key, raw = unit.system, f"units/{unit.name}", self.document.at((*path, "system"))
        elif unit.system in self.content.systems:
            base, key = self.content.systems[unit.system], f"systems/{unit.system}"
            raw = self.document.at(("systems", unit.system))
        elif unit.system in catalog.names("systems"):
            base, key = catalog.system(unit.system), f"systems/{unit.system}"
            raw = catalog.document("systems", unit.system).content
        else:
            known = {*self.content.systems, *catalog.names("systems")}
            self._unknown((*path, "system"), "system", unit.system, known)
            return None
        if not unit.override:
            return PlacedUnit(unit, base, key)
        try:
            return PlacedUnit(unit, System.model_validate(_overlaid(raw, unit.override)), key)
        except ValidationError as error:
            self.found += reader.mistakes(error, self.document, (*path, "override"))
            return None

    def _cases(self, raid: Raid, path: reader.Path, assets: list[str]) -> list[Case]:
        resolved = []
        for index, group in enumerate(raid.groups):
            here = (*path, "groups", index)
            for position, target in enumerate(group.targets or []):
                if target not in assets:
                    self._unknown((*here, "targets", position), "asset", target, assets)
            threat = self._threat(group, raid, index, here)
            if threat is not None:
                resolved.append((group, *threat))
        if len(resolved) < len(raid.groups):
            return []
        counts = [group.count for group, _, _ in resolved]
        cases = []
        for size in raid.sizes or [sum(counts)]:
            groups = tuple((*r, n) for r, n in zip(resolved, _shared_out(size, counts), strict=True) if n)
            cases.append(Case(f"{raid.name}-{size}" if raid.sizes else raid.name, raid, size, groups))
        return cases

    def _threat(self, group: Group, raid: Raid, index: int, path: reader.Path) -> tuple[Threat, str] | None:
        if isinstance(group.threat, Threat):
            return group.threat, f"threats/{raid.name}.{index}"
        if group.threat in self.content.threats:
            return self.content.threats[group.threat], f"threats/{group.threat}"
        if group.threat in catalog.names("threats"):
            return catalog.threat(group.threat), f"threats/{group.threat}"
        known = {*self.content.threats, *catalog.names("threats")}
        self._unknown((*path, "threat"), "threat", group.threat, known)
        return None

    def _numbers(
        self, assets: list[Asset], units: tuple[PlacedUnit, ...], cases: tuple[Case, ...]
    ) -> dict[str, Uncertain]:
        """Every unknown of the scenario by its name, the same name for the same unknown."""
        numbers: dict[str, Uncertain] = {}
        for path, number in numbers_of(self.content.surface, ("surface",)):
            numbers["/".join(path)] = number
        if self.content.network is not None:
            numbers["network/delay"] = self.content.network.delay
        for asset in assets:
            numbers |= {"/".join(p): n for p, n in numbers_of(asset, ("assets", asset.name))}
        for placed in units:
            for path, number in numbers_of(placed.system):
                numbers[placed.key_of(path)] = number
            for field in ("at", "roof", "height", "present"):
                for path, number in _numbers_in(getattr(placed.unit, field), ("units", placed.name, field)):
                    numbers["/".join(path)] = number
        for case in cases:
            for _, threat, key, _ in case.groups:
                numbers |= {"/".join((key, *p)): n for p, n in numbers_of(threat)}
        return numbers

    def _references(self, numbers: Mapping[str, Uncertain]) -> None:
        claims = {c.id for c in self.content.claims}
        if self.variant:
            claims |= {c.id for c in self.content.variants[self.variant].claims}
        places = {a.name for a in self.content.assets} | {u.name for u in self.content.units}
        for kind in ("assets", "units"):
            for index, item in enumerate(getattr(self.content, kind)):
                for position, claim in enumerate(item.claims):
                    if claim not in claims:
                        self._unknown((kind, index, "claims", position), "claim", claim, claims)
        ids = [c.id for c in self.content.claims]
        for index, claim in enumerate(self.content.claims):
            if claim.id in ids[:index]:
                self._complain(("claims", index, "id"), f"the claim {claim.id!r} is given twice")
            for end in ("start", "end"):
                if claim.distance and (name := getattr(claim.distance, end)) not in places:
                    self._unknown(("claims", index, "distance", end), "asset or unit", name, places)
        for key, number in numbers.items():
            self._number(key, number, numbers, claims)

    def _number(self, key: str, number: Uncertain, numbers: Mapping[str, Uncertain], claims: set[str]) -> None:
        path = self._path_of(key)
        for claim in (*number.claims, *(c for support in number.support for c in support)):
            if claim not in claims:
                self._unknown(path, "claim", claim, claims)
        seen, here = {key}, number
        while here.law == "same_as":
            target = here.same_as or ""
            if target not in numbers:
                self._unknown(path, "number", target, numbers)
                return
            if target in seen:
                self._complain(path, f"same_as goes round in a circle at {target!r}")
                return
            seen.add(target)
            here = numbers[target]
        if here.dimension != number.dimension:
            self._complain(path, f"same_as joins a {number.dimension} to a {here.dimension}")

    def _path_of(self, key: str) -> reader.Path:
        """Where the unknown `key` stands in the file, as far as it can be found."""
        path: reader.Path = ()
        parts: list[str] = key.split("/")
        for position, part in enumerate(parts):
            if (*path, part) in self.document.marks:
                path = (*path, part)
            elif position == 1 and parts[0] in ("assets", "units"):
                for index, item in enumerate(getattr(self.content, parts[0])):
                    if item.name == part:
                        path = (*path, index)
            elif (*path, "override", part) in self.document.marks:
                path = (*path, "override", part)
            elif part.isdigit() and (*path, int(part)) in self.document.marks:
                path = (*path, int(part))
        return path


def _overlaid(base: Any, over: Mapping[str, Any]) -> Any:
    """`base` with the keys of `over` put over it; an uncertain number is replaced whole, never mixed."""
    spread = {"low", "likely", "high", "either", "value", "same_as", "distribution"}
    if not isinstance(base, Mapping) or spread & set(base) or spread & set(over):
        return over
    merged = dict(base)
    for key, value in over.items():
        merged[key] = _overlaid(base[key], value) if key in base and isinstance(value, Mapping) else value
    return merged


def _shared_out(total: int, counts: list[int]) -> list[int]:
    """`total` shared out in proportion to `counts`, by largest remainder, first come first served."""
    whole = [total * c // sum(counts) for c in counts]
    remainders = [total * c % sum(counts) for c in counts]
    for index in sorted(range(len(counts)), key=lambda i: (-remainders[i], i))[: total - sum(whole)]:
        whole[index] += 1
    return whole
