"""Checks of a whole scenario file, and putting its systems and threats to their names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from bartizan.ground import geodesy
from bartizan.world import catalog, reader, room
from bartizan.world.cases import Case, PlacedUnit, Wave, shared_out
from bartizan.world.complaints import Complaints
from bartizan.world.grounds import names_by_kind
from bartizan.world.naming import Naming, threat_of
from bartizan.world.numbers import walk
from bartizan.world.overlay import of_unknown_parts, overlaid
from bartizan.world.schema import (
    Asset,
    City,
    ControlArea,
    Group,
    Mapped,
    Place,
    Raid,
    Reported,
    ScenarioFile,
    System,
    Threat,
    Unit,
)
from bartizan.world.uncertain import Uncertain

#: How far from the origin anything may stand, m: there the plane of the map is wrong by 0.4 %.
FARTHEST_M = 1e6


class Resolved(NamedTuple):
    """What a variant of a scenario file amounts to."""

    assets: tuple[Asset, ...]
    units: tuple[PlacedUnit, ...]
    raids: tuple[Raid, ...]
    cases: tuple[Case, ...]
    numbers: Mapping[str, Uncertain]
    origin: tuple[float, float]


class Resolver(Complaints):
    """Puts names to things in one variant, gathering every mistake on the way."""

    def __init__(self, document: reader.Document, content: ScenarioFile, variant: str | None, folder: Path) -> None:
        super().__init__(document, content)
        self.variant, self.folder = variant, folder
        self.without = content.variants[variant].without if variant is not None else []
        self.case_names: set[str] = set()

    def resolved(self) -> Resolved | None:
        """What it amounts to; None where a mistake leaves nothing to make one of."""
        content = self.content
        changes = content.variants[self.variant] if self.variant is not None else None
        assets, units, raids = (
            self._merged(kind, getattr(content, kind), getattr(changes, kind, []))
            for kind in ("assets", "units", "raids")
        )
        self._left_out()
        self._surface(units)
        self._files()
        self._placement()
        placed = [(p, path) for item, path in units if (p := self._placed(item, path)) is not None]
        cases = [c for item, path in raids for c in self._cases(item, path, [a.name for a, _ in assets])]
        self._links(placed, cases)
        self._calls(placed)
        self._losses(placed, [a.name for a, _ in assets])
        self._room(raids, cases, [unit for unit, _ in placed])
        naming = Naming(self.document, content)
        naming.name_all(assets, units, raids, placed)
        self.found += naming.found
        if not assets or not raids:
            self.complain(("variants", self.variant or ""), "a variant must leave at least one asset and one raid")
            return None
        origin = self._origin(assets, units)
        self._near([*assets, *units], origin)
        self._have_an_inside(origin)
        return Resolved(
            tuple(a for a, _ in assets),
            tuple(p for p, _ in placed),
            tuple(r for r, _ in raids),
            tuple(cases),
            naming.numbers,
            origin,
        )

    def _near(self, sites: Sequence[tuple[Asset | Unit, reader.Path]], origin: tuple[float, float]) -> None:
        """That all stands where the plane of the map, and the figures of its places, still mean something."""
        for site, path in sites:
            away = _away_m(site.at, origin)
            if away > FARTHEST_M:
                found = f"is {away / 1000:,.0f} km away".replace(",", " ")
                self.complain((*path, "at"), f"must lie within {FARTHEST_M / 1000:.0f} km of the origin, and {found}")

    def _files(self) -> None:
        """That the files besides those of the surface are there."""
        content = self.content
        named = [(("districts", "file"), content.districts), (("fall", "population", "file"), content.fall.population)]
        for path, owner in named:
            if owner is not None and not _is_there(self.folder / owner.file):
                self.complain(path, f"there is no file {self.folder / owner.file}")

    def _placement(self) -> None:
        """That what is to be placed, its raids and the assets that it weighs are known."""
        if (asked := self.content.placement) is None:
            return
        variants: list[Any] = [self.content, *self.content.variants.values()]
        assets = {asset.name for each in variants for asset in each.assets}
        for name in asked.weights:
            if name not in assets:
                self.unknown(("placement", "weights", name), "asset", name, assets)
        raids = {raid.name for each in variants for raid in each.raids}
        raids |= {f"{raid.name}-{n}" for each in variants for raid in each.raids for n in raid.sizes or ()}
        for index, name in enumerate(asked.raids):
            if name not in raids:
                self.unknown(("placement", "raids", index), "raid", name, raids)
        systems = {*self.content.systems, *catalog.names("systems")}
        for index, unit in enumerate(asked.units):
            if unit.system not in systems:
                self.unknown(("placement", "units", index, "system"), "system", unit.system, systems)

    def _surface(self, units: list[tuple[Unit, reader.Path]]) -> None:
        """That the files of a mapped surface are there, and that roofs without storeys stand on one."""
        surface = self.content.surface
        if isinstance(surface, Mapped):
            for path, name in surface.files():
                if not _is_there(self.folder / name):
                    self.complain(("surface", *path), f"there is no file {self.folder / name}")
        if not isinstance(surface, Mapped) or surface.buildings is None:
            for unit, path in units:
                if unit.roof is not None and unit.roof.storeys is None:
                    self.complain((*path, "roof"), "needs storeys: the surface has no mapped buildings to tell them")

    def _merged(self, kind: str, own: list[Any], changed: list[Any]) -> list[tuple[Any, reader.Path]]:
        """The scenario's items, those of the variant replacing or following them, with their paths."""
        merged: dict[str, tuple[Any, reader.Path]] = {}
        for items, base in ((own, (kind,)), (changed, ("variants", self.variant or "", kind))):
            seen = set()
            for index, item in enumerate(items):
                path = (*base, index)
                if item.name in seen:
                    self.complain((*path, "name"), f"the name {item.name!r} is given twice among {kind}")
                seen.add(item.name)
                merged[item.name] = (item, path)
        kept = [value for name, value in merged.items() if name not in self.without]
        self._told_apart(kind, kept)
        return kept

    def _told_apart(self, kind: str, items: list[tuple[Any, reader.Path]]) -> None:
        """Two things that a short name makes maps and charts call the same could not be told apart on them."""
        firsts: dict[str, Any] = {}
        for item, path in items:
            called = item.short or getattr(item, "title", "") or item.name
            first = firsts.setdefault(called, item)
            if first is not item and (item.short or first.short):
                said = (
                    f"charts and maps call {first.name!r} of the {kind} {called!r} as well: give one another short name"
                )
                self.complain((*path, "short" if item.short else "name"), said)

    def _left_out(self) -> None:
        kinds = names_by_kind(("unit", "asset", "raid"), self.content)
        for index, name in enumerate(self.without):
            self.one_of(("variants", self.variant or "", "without", index), name, kinds)

    def _have_an_inside(self, origin: tuple[float, float]) -> None:
        """Areas with corners, whose border is one that nowhere crosses itself."""
        for index, area in enumerate(self.content.areas):
            if area.corners:
                import shapely

                border = shapely.LinearRing([corner.local(origin) for corner in area.corners])
                if not border.is_simple or shapely.Polygon(border).area == 0:
                    path = ("areas", index, "corners")
                    self.complain(
                        path, "must go once round the area, in order: their border crosses itself, or holds nothing"
                    )

    def _origin(
        self, assets: list[tuple[Asset, reader.Path]], units: list[tuple[Unit, reader.Path]]
    ) -> tuple[float, float]:
        """Latitude and longitude of the local frame: as stated, or the first asset's; (0, 0) where all is in metres."""
        stated = self.content.origin
        if stated is not None and stated.lat is None:
            self.complain(("origin",), "needs lat and lon; east and north count from here")
        first = stated or assets[0][0].at
        if first.lat is not None and first.lon is not None:
            return first.lat, first.lon
        places: list[tuple[Place, reader.Path]] = [(a.at, (*path, "at")) for a, path in assets]
        places += [(u.at, (*path, "at")) for u, path in units]
        places += list(_places_of(self.content.areas))
        if isinstance(self.content.surface, City):
            places.append((self.content.surface.centre, ("surface", "centre")))
        if isinstance(self.content.surface, Mapped):
            self.complain(("surface",), "a mapped surface needs an origin in degrees, or a first asset in degrees")
        for place, path in places if stated is None else ():
            if place.lat is not None:
                self.complain(path, "is in degrees, but the first asset in metres: give the scenario an origin")
        return 0.0, 0.0

    # ---- systems and threats

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
            self.unknown((*path, "system"), "system", unit.system, known)
            return None
        if not unit.override:
            return PlacedUnit(unit, base, key)
        return self._overridden(unit, key, raw, path)

    def _overridden(self, unit: Unit, key: str, raw: Any, path: reader.Path) -> PlacedUnit | None:
        try:
            placed = PlacedUnit(unit, System.model_validate(overlaid(raw, unit.override)), key)
        except ValidationError as error:
            here = (*path, "override")
            mistakes = reader.mistakes(error, System, self.document, here)
            self.found += of_unknown_parts(mistakes, raw, unit.override, here, self.document)
            return None
        around = frozenset(self.content.sources)
        for place, number, sources in walk(placed.system, (), around):
            if placed.overrides(place):
                self.grounds((*path, "override", *place), number, sources)
        return placed

    def _cases(self, raid: Raid, path: reader.Path, assets: list[str]) -> list[Case]:
        groups = []
        for index, group in enumerate(raid.groups):
            here = (*path, "groups", index)
            for position, target in enumerate(group.targets or []):
                if target not in assets:
                    self.unknown((*here, "targets", position), "asset", target, assets)
            if (threat := threat_of(self.content, raid, index)) is not None:
                groups.append((group, *threat))
            else:
                known = {*self.content.threats, *catalog.names("threats")}
                self.unknown((*here, "threat"), "threat", str(group.threat), known)
        if len(groups) < len(raid.groups):
            return []
        sent = sum(group.count for group, *_ in groups if group.neutral is None)
        cases = [_case(raid, groups, size) for size in raid.sizes or [sent]]
        if raid.reported is not None:
            self._reported(raid.reported, cases, (*path, "reported"))
        for name in sorted(self.case_names & {case.name for case in cases}):
            self.complain((*path, "sizes" if raid.sizes else "name"), f"{name!r} is the name of two cases to play")
        self.case_names |= {case.name for case in cases}
        return cases

    def _reported(self, reported: Reported, cases: list[Case], path: reader.Path) -> None:
        """That what was told of types and classes of threats is of some that are sent, of as many, and agrees with what
        was told of all."""
        known = {name for case in cases for g in case.threats for name in case.groups[g].called}
        for name in reported.of:
            if name not in known:
                self.unknown((*path, "of", name), "type or class of threat in this raid", name, known)
        if not reported.of.keys() - known:
            self._parts(reported, cases, (*path, "of"))
            self._whole(reported, cases, path)

    def _parts(self, reported: Reported, cases: list[Case], path: reader.Path) -> None:
        """That parts are of different threats, and that as many of each are sent at some size."""
        told_of: dict[str, str] = {}
        for name in reported.of:
            for type_ in _types_called(name, cases):
                if (before := told_of.setdefault(type_, name)) != name:
                    self.complain((*path, name), f"tells of {type_} again, of which {before} tells")
        played = [case for case in cases if reported.fits(case.size)]
        for name, told in reported.of.items():
            most = max((case.sent_of(case.types_called(name)) for case in played), default=told.least)
            if told.least > most:
                found = f"{told.in_words()} are more than the {most} sent"
                self.complain((*path, name), f"{found}; each threat has one fate")

    def _whole(self, reported: Reported, cases: list[Case], path: reader.Path) -> None:
        """That a number told of all is one that the parts may come to."""
        every = {case.groups[g].type for case in cases for g in case.threats}
        for fate, whole in reported.fates.items():
            parts = {name: told for name, of in reported.of.items() if (told := of.fates.get(fate)) is not None}
            of_all = {type_ for name in parts for type_ in _types_called(name, cases)} == every
            least = sum(told.low for told in parts.values())
            most = sum(told.high for told in parts.values()) if of_all else whole.low
            if least > whole.high or most < whole.low:
                come_to = " + ".join(f"{told} of {name}" for name, told in parts.items())
                self.complain((*path, fate), f"{fate} {whole} is not what its parts come to: {come_to}")

    def _room(self, raids: list[tuple[Raid, reader.Path]], cases: list[Case], units: list[PlacedUnit]) -> None:
        """That what is to be played can be held: once a raid, of its largest case."""
        for raid, path in raids:
            of_raid = [case for case in cases if case.raid is raid]
            for problem in room.too_large(max(of_raid, key=lambda c: c.size), units) if of_raid else ():
                self.complain(path, problem)

    def _links(self, placed: list[tuple[PlacedUnit, reader.Path]], cases: list[Case]) -> None:
        """That what a jammer of links with a power is up against is described, for each group that may have a link."""
        unknown = sorted({key for case in cases for key in _with_unknown_link(case)})
        for unit, path in placed:
            for name, emitter in unit.system.emitters.items():
                if emitter.power is not None and "control-link" in emitter.denies and unknown:
                    lacking = f"emitter {name!r} has a power, so these need a link, with its figures: "
                    self.complain(path, f"{lacking}{', '.join(unknown)}; or give the emitter a range")

    def _calls(self, placed: list[tuple[PlacedUnit, reader.Path]]) -> None:
        """That a unit which fires only at what is called hostile, by its orders or in an area, calls anything so."""
        in_area = any(area.status == "tight" for area in self.content.areas)
        for unit, path in placed:
            system, here = unit.system, " in an area" if unit.system.doctrine.weapons != "tight" else ""
            tight = bool(system.effectors) and (in_area or not here)
            if tight and not (system.identify or self.content.identify):
                self.complain(path, f"weapons are tight{here}, so it needs identify, of its system or of the scenario")

    def _losses(self, placed: list[tuple[PlacedUnit, reader.Path]], assets: list[str]) -> None:
        """That what is struck stands at an asset, and that the network's node is a unit."""
        for unit, path in placed:
            if unit.unit.struck is not None and unit.unit.struck.asset not in assets:
                self.unknown((*path, "struck", "asset"), "asset", unit.unit.struck.asset, assets)
        network, names = self.content.network, [unit.name for unit, _ in placed if unit.unit.networked]
        if network is not None and network.node is not None and network.node not in names:
            self.unknown(("network", "node"), "networked unit", network.node, names)


def _places_of(areas: Sequence[ControlArea]) -> Iterator[tuple[Place, reader.Path]]:
    """The places that areas are made of, with their paths."""
    for index, area in enumerate(areas):
        if area.at is not None:
            yield area.at, ("areas", index, "at")
        for number, corner in enumerate(area.corners or ()):
            yield corner, ("areas", index, "corners", number)


def _is_there(file: Path) -> bool:
    """Whether there is such a file; a name that is too long for one, or below what may not be read, is none."""
    try:
        return file.is_file()
    except OSError:
        return False


def _away_m(place: Place, origin: tuple[float, float]) -> float:
    """From the origin to a place, m; on a sphere where it is in degrees, which is right to half a per cent."""
    if place.lat is None or place.lon is None or origin == (0.0, 0.0):  # then nothing may be in degrees
        return math.hypot(place.east or 0.0, place.north or 0.0)
    lat, lat_0 = math.radians(place.lat), math.radians(origin[0])
    half_chord = math.sin((lat - lat_0) / 2) ** 2
    half_chord += math.cos(lat) * math.cos(lat_0) * math.sin(math.radians(place.lon - origin[1]) / 2) ** 2
    return 2 * geodesy.EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half_chord)))


def _types_called(name: str, cases: Sequence[Case]) -> list[str]:
    """The types of threats that a report means by a name, at any size of its raid."""
    return list(dict.fromkeys(type_ for case in cases for type_ in case.types_called(name)))


def _case(raid: Raid, groups: list[tuple[Group, Threat, str]], size: int) -> Case:
    """A raid at one size; groups that are left without a threat are left out, and traffic stays as it is."""
    shares = shared_out(size, [0 if group.neutral else group.count for group, *_ in groups])
    waves = [Wave(*of, of[0].count if of[0].neutral else share) for of, share in zip(groups, shares, strict=True)]
    kept = [(wave, f"raids/{raid.name}/{index}") for index, wave in enumerate(waves) if wave.size]
    name = f"{raid.name}-{size}" if raid.sizes else raid.name
    return Case(name, raid, size, tuple(wave for wave, _ in kept), tuple(key for _, key in kept))


def _with_unknown_link(case: Case) -> Iterator[str]:
    """The keys of groups that may depend on a link which neither they nor their threats describe."""
    for wave, key in zip(case.groups, case.keys, strict=True):
        needs = wave.threat.link_dependence
        if wave.group.link is None and wave.threat.link is None and (needs.law == "same_as" or needs.span[1] > 0.0):
            yield key
