"""What a scenario amounts to: units placed with their systems, raids at their sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from bartizan.ground.errors import UserError, instead
from bartizan.world.schema import Group, Raid, Reported, System, Threat, Unit


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
        owner = f"units/{self.name}" if self.overrides(path) else self.system_key
        return "/".join((owner, *path))

    @property
    def engages(self) -> list[str]:
        """The classes that it may fire at: for which a missile or a gun of it is, and which its doctrine allows."""
        allowed = self.system.doctrine.engage
        against = dict.fromkeys(of for effector in self.system.effectors.values() for of in effector.kills)
        return [of for of in against if not allowed or of in allowed]

    def overrides(self, path: Iterable[str | int]) -> bool:
        """Whether the number at `path` of the system is this unit's own; an override that is no dict replaces all."""
        here: Any = self.unit.override
        for part in path:
            if not isinstance(here, dict):
                return True
            if part not in here:
                return False
            here = here[part]
        return True


class Wave(NamedTuple):
    """One group of a raid as a case sends it."""

    group: Group
    threat: Threat
    key: str  # of the type of threat: threats/NAME
    size: int

    @property
    def type(self) -> str:
        """The name of its type of threat."""
        return type_name(self.key)

    @property
    def title(self) -> str:
        """What people call its type of threat."""
        return self.threat.title or self.type

    @property
    def called(self) -> tuple[str, str]:
        """What a report may call its threats: their type, or their class."""
        return self.type, self.threat.kind

    @property
    def neutral(self) -> bool:
        """Whether it is traffic that is no threat."""
        return self.group.neutral is not None

    @property
    def friendly(self) -> bool:
        """Whether it is traffic of the defender's own side."""
        return self.group.neutral is not None and self.group.neutral.friendly


@dataclass(frozen=True)
class Case:
    """One raid at one size: its groups with their threat types and the number in each; `size` counts threats alone."""

    name: str
    raid: Raid
    size: int
    groups: tuple[Wave, ...]
    keys: tuple[str, ...]  # of each group's own unknowns: raids/RAID/INDEX

    @property
    def routes(self) -> int:
        """Ways that are flown: of all threats, and of as many neutrals as there is room for."""
        return sum(wave.size for wave in self.groups)

    @property
    def threats(self) -> list[int]:
        """The numbers of the groups of threats."""
        return [g for g, wave in enumerate(self.groups) if not wave.neutral]

    @property
    def traffic(self) -> list[int]:
        """The numbers of the groups that are neutral, friendly aircraft among them."""
        return [g for g, wave in enumerate(self.groups) if wave.neutral]

    @property
    def friendly(self) -> list[int]:
        """The numbers of the groups of friendly aircraft."""
        return [g for g, wave in enumerate(self.groups) if wave.friendly]

    @property
    def group_of(self) -> np.ndarray:
        """The number of the group of each that flies, (T,)."""
        return np.repeat(np.arange(len(self.groups)), [wave.size for wave in self.groups])

    def types_called(self, name: str) -> list[str]:
        """The types of its threats that a report means by a name: that of one type, or of the class of some."""
        types = dict.fromkeys(self.groups[g].type for g in self.threats if name in self.groups[g].called)
        return [name] if name in types else list(types)

    def sent_of(self, types: Collection[str]) -> int:
        """How many threats of some types it sends."""
        return sum(self.groups[g].size for g in self.threats if self.groups[g].type in types)

    @property
    def reported(self) -> Reported | None:
        """What was reported of a real raid that may be this one: of its size, and of as many of each type."""
        told = self.raid.reported
        if told is None or not told.fits(self.size):
            return None
        parts = told.of.items()
        return told if all(of.least <= self.sent_of(self.types_called(name)) for name, of in parts) else None

    @property
    def title(self) -> str:
        """What people call its raid."""
        return self.raid.title or self.raid.name

    @property
    def in_series(self) -> bool:
        return self.raid.sizes is not None


def chosen(called: Mapping[str, str], names: Iterable[str], where: str) -> list[str]:
    """Those of the cases `called`, by their names with those of their raids, that are named: one, or all sizes of a
    raid; all where none is named. Raises UserError where a name is of neither; `where` says of what they are."""
    wanted = {name: [name] if name in called else [c for c, raid in called.items() if raid == name] for name in names}
    for name, found in wanted.items():
        if not found:
            raise UserError(f"no raid {name!r} in {where}{instead(name, [*called, *called.values()])}")
    return [case for case in called if not wanted or any(case in found for found in wanted.values())]


def only(called: Mapping[str, str], name: str, where: str) -> str:
    """The one case that is named, by its name or that of its raid. Raises UserError where the raid has several."""
    one, *more = chosen(called, [name], where)
    if more:
        raise UserError(f"raid {name!r} has several sizes in {where}; name one of them: {', '.join((one, *more))}")
    return one


def type_name(key: str) -> str:
    """The name of a type of system or threat by its key: threats/shahed-136 -> shahed-136."""
    return key.partition("/")[2]


def shared_out(total: int, counts: list[int]) -> list[int]:
    """`total` shared out in proportion to `counts`, by largest remainder, first come first served."""
    whole = [total * c // sum(counts) for c in counts]
    remainders = [total * c % sum(counts) for c in counts]
    for index in sorted(range(len(counts)), key=lambda i: (-remainders[i], i))[: total - sum(whole)]:
        whole[index] += 1
    return whole
