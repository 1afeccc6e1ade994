"""What of a scenario's files was left out, mended, not used or not taken as it stands, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from bartizan.world import population
from bartizan.world.landing import grid_of
from bartizan.world.schema import Mapped
from bartizan.world.vectors import notes

if TYPE_CHECKING:
    from bartizan.world.districts import Districts
    from bartizan.world.scenario import Scenario
    from bartizan.world.surface.footprints import Footprints

Of = Literal["surface", "districts", "population"]


class _File(NamedTuple):
    """A file as the scenario names it, and what was read of it."""

    of: Of
    name: str
    read: Footprints | Districts


def sentences(scenario: Scenario, of: Of) -> Iterator[str]:
    """For each file of one use, and each way of not being taken as it stands: counts, reasons."""
    for file in _files(scenario):
        if file.of == of:
            yield from notes.in_words(file.name, file.read.notes, file.read.features)
    if of == "surface" and scenario.mapped is not None:
        yield from scenario.mapped.notes
    named = scenario.file.fall.population
    if of == "population" and named is not None:
        yield from population.notes(scenario.folder / named.file, scenario.origin, grid_of(scenario))


def lines(scenario: Scenario) -> Iterator[str]:
    """One line of counts for each such file of polygons, and all that rasters of the surface have to tell. Reads the
    files, as whatever works on the scenario will."""
    yield from scenario.mapped.notes if scenario.mapped is not None else ()
    for file in _files(scenario):
        if line := notes.in_short(file.name, file.read.notes, file.read.features):
            yield f"{line}; bartizan check tells which"


def _files(scenario: Scenario) -> Iterator[_File]:
    written = scenario.file.surface
    if isinstance(written, Mapped) and scenario.mapped is not None:
        if written.buildings is not None and scenario.mapped.buildings is not None:
            yield _File("surface", written.buildings.file, scenario.mapped.buildings)
        for canopy, trees in zip(written.canopy, scenario.mapped.canopies, strict=True):
            if trees.polygons is not None:
                yield _File("surface", canopy.file, trees.polygons)
    if scenario.file.districts is not None and scenario.districts is not None:
        yield _File("districts", scenario.file.districts.file, scenario.districts)
