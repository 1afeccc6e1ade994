"""From a file, a shipped name or a dict to a Scenario: checked, with every system and threat resolved."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bartizan.ground.errors import Mistake, ScenarioError, UserError, instead, shown
from bartizan.ground.showing import Shown
from bartizan.world import cases, reader
from bartizan.world.cases import Case, PlacedUnit
from bartizan.world.grounds import Grounds
from bartizan.world.numbers import bears_on_raids
from bartizan.world.overlay import filled_in, of_types_like
from bartizan.world.plays import decides
from bartizan.world.resolve import Resolved, Resolver
from bartizan.world.schema import Asset, Claim, Mapped, Raid, ScenarioFile
from bartizan.world.stated import Stated
from bartizan.world.uncertain import Uncertain
from bartizan.world.vectors.files import digest as vectors_digest

if TYPE_CHECKING:
    from bartizan.world.districts import Districts
    from bartizan.world.surface.mapped import MappedSurface


@dataclass(frozen=True, repr=False)
class Scenario(Shown):
    """A checked scenario. `file` is what was written; the rest is what it amounts to."""

    file: ScenarioFile
    variant: str | None
    assets: tuple[Asset, ...]
    units: tuple[PlacedUnit, ...]
    raids: tuple[Raid, ...]
    cases: tuple[Case, ...]
    numbers: Mapping[str, Uncertain]
    origin: tuple[float, float]
    folder: Path  # that the names of files in the scenario count from
    stated: tuple[Stated, ...] = ()  # unknowns that are taken as settled

    def __repr__(self) -> str:
        return f"<Scenario {self.name}>"

    @property
    def name(self) -> str:
        return self.file.name + (f":{self.variant}" if self.variant else "")

    @property
    def title(self) -> str:
        """The variant's own, where it is one."""
        if self.variant is not None:
            return self.file.variants[self.variant].title
        return self.file.title or self.file.name

    @property
    def on_earth(self) -> bool:
        """Whether the origin is a place on the earth, and places may be in degrees."""
        return self.origin != (0.0, 0.0)

    def case(self, name: str) -> Case:
        """A case by its name, or that of a raid of one size by the raid's."""
        one = cases.only(self._called, name, self.name)
        return next(case for case in self.cases if case.name == one)

    def chosen(self, names: Iterable[str]) -> list[Case]:
        """The cases named, one of them or all of a raid, in the scenario's order; all where none is named."""
        wanted = cases.chosen(self._called, names, self.name)
        return [case for case in self.cases if case.name in wanted]

    @property
    def _called(self) -> dict[str, str]:
        """The raid of each case, by their names."""
        return {case.name: case.raid.name for case in self.cases}

    @property
    def unsettled(self) -> int:
        """How many numbers are uncertain, of those that raids depend on."""
        return sum(bears_on_raids(key) and not number.is_fixed for key, number in self.numbers.items())

    @cached_property
    def mapped(self) -> MappedSurface | None:
        """The real surface, opened, where the scenario has one. Raises UserError if a file is not what it should be."""
        if not isinstance(self.file.surface, Mapped):
            return None
        from bartizan.world.surface.mapped import MappedSurface

        return MappedSurface(self.file.surface, self.folder, self.origin)

    @cached_property
    def districts(self) -> Districts | None:
        """The districts, read, where the scenario names them. Raises UserError if the file is not what it should be."""
        from bartizan.world import districts

        if (written := self.file.districts) is None:
            return None
        return districts.read(self.folder / written.file, written.name, self.origin, written.layer)

    @property
    def claims(self) -> list[Claim]:
        """Those of the file, and of the variant."""
        changes = self.file.variants[self.variant].claims if self.variant is not None else []
        return [*self.file.claims, *changes]

    @cached_property
    def claims_of(self) -> dict[str, list[str]]:
        """The claims that units, assets and areas rest on, by units/NAME and so on."""
        return {
            **{f"units/{placed.name}": placed.unit.claims for placed in self.units},
            **{f"assets/{asset.name}": asset.claims for asset in self.assets},
            **{f"areas/{area.name}": area.claims for area in self.file.areas},
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that decides an answer, catalogue values included, and over what is told of it."""
        written = self.file.model_dump(
            mode="json", exclude={"placement"} if self.variant else {"placement", "variants"}
        )
        for named in (self.file.districts, self.file.fall.population):
            if named is not None:
                written[named.file] = vectors_digest(self.folder / named.file)
        return _hashed({
            "file": written, "variant": self.variant,
            "systems": {u.name: u.system.model_dump(mode="json") for u in self.units},
            "threats": {w.key: w.threat.model_dump(mode="json") for c in self.cases for w in c.groups},
            "stated": [list(each) for each in self.stated],
            "surface files": self.mapped.digest if self.mapped is not None else None,
        })  # fmt: skip

    @cached_property
    def plays(self) -> str:
        """SHA-256 over everything that decides how raids go: scenarios that share it play alike, however written."""
        return _hashed(decides(self))


def _hashed(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that ship with Bartizan."""
    folder = files("bartizan") / "data" / "scenarios"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def load(
    source: str | os.PathLike[str] | Mapping[str, Any], *, variant: str | None = None, folder: Path | None = None
) -> Scenario:
    """A scenario from a file, a shipped name or a dict; "moscow-2023:luzhniki" or "file.yaml:name" for a variant. Names
    of files in it count from `folder`, or from where it lies itself.

    Raises ScenarioError with every mistake, those of all variants included, each with its line and field; UserError
    if there is no such file or variant.
    """
    document, named, beside = _document(source)
    whole = filled_in(document)
    try:
        content = reader.validated(ScenarioFile, whole.content, whole)
    except ScenarioError as error:
        raise ScenarioError(error.file, of_types_like(error.mistakes, document)) from None
    wanted = variant or named
    if wanted is not None and wanted not in content.variants:
        raise UserError(f"no variant {wanted!r} in {content.name}{instead(wanted, content.variants)}")
    folder = folder or beside
    found = Grounds(whole, content).check()
    variants: dict[str | None, Resolved | None] = {}
    for each in (None, *content.variants):
        resolver = Resolver(whole, content, each, folder)
        variants[each] = resolver.resolved()
        found += resolver.found
    resolved = variants[wanted]
    if found or resolved is None:
        raise ScenarioError(whole.file, list(dict.fromkeys(found)))
    return Scenario(content, wanted, *resolved, folder)


def _document(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[reader.Document, str | None, Path]:
    """The document, the variant that its name asks for, and the folder that files named in it count from."""
    if isinstance(source, Mapping):
        return reader.from_object(source, "<dict>"), None, Path()
    whole = _named(source)
    name, _, variant = whole.rpartition(":")
    for file, wanted in ((whole, None), (name, variant)):
        if file and _is_file(file):
            return reader.read(_text(Path(file)), file), wanted, Path(file).parent
        if file in shipped():
            folder = Path(str(files("bartizan"))) / "data" / "scenarios"
            text = (folder / f"{file}.yaml").read_text(encoding="utf-8")
            return reader.read(text, f"{file}.yaml (shipped)"), wanted, folder
    return reader.read(_text(Path(whole)), whole), None, Path(whole).parent


def _named(source: object) -> str:
    """What a program gives as a name. Raises UserError where it can be none."""
    if isinstance(source, str | bytes | os.PathLike):
        return os.fsdecode(source)
    raise UserError(f"a scenario is the name of a file, a shipped name or a dict; {shown(source)} is none of these")


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # too long, or a zero byte
        return False


#: What lies in a folder of results beside the scenario that was played.
_OF_RESULTS = ("summary.json", "study.json", "calibration.json")


def _text(path: Path) -> str:
    """The text of a file, of which no more is read than a scenario may hold."""
    if path.name in _OF_RESULTS and (played := path.parent / "scenario.json").is_file():
        raise UserError(f"{path} is a file of a results folder; the scenario that was played is kept as {played}")
    try:
        with path.open("rb") as file:
            return file.read(reader.MAX_BYTES + 1).decode("utf-8")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            mistake = Mistake("", f"not UTF-8 text: {error.reason} at byte {error.start}")
            raise ScenarioError(str(path), [mistake]) from None
        if isinstance(error, IsADirectoryError):
            raise UserError(_is_a_folder(path)) from None
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"cannot read {path}: {reason}; shipped scenarios: {', '.join(shipped())}") from None


def _is_a_folder(path: Path) -> str:
    """What to give in the place of a folder, which may be one of results."""
    if (played := path / "scenario.json").is_file():
        what_to_do = f"give the one that was played, which is kept as {played}"
        return f"cannot read {path}: it is a results folder, and a scenario is wanted here; {what_to_do}"
    return f"cannot read {path}: it is a folder, and a scenario is wanted here; shipped: {', '.join(shipped())}"
