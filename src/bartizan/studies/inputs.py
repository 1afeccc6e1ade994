"""Every file that a run reads, opened and read: before the first raid is played, and by `bartizan check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bartizan.ground.errors import UserError
from bartizan.world.scenario import Scenario

if TYPE_CHECKING:
    from bartizan.world.surface.mapped import MappedSurface

#: Cells along a side of the grid onto which what grows is read.
_CELLS = 512


def read_all(scenario: Scenario) -> None:
    """Raises UserError with all that is wrong with the files that a scenario names."""
    found = problems(scenario)
    if found:
        raise UserError("\n".join(found))


def problems(scenario: Scenario) -> list[str]:
    """A text for each file that cannot be used."""
    return [
        text for read in (_surface, _units, _canopies, _districts, _population) if (text := _refused(read, scenario))
    ]


def _refused(read: Callable[[Scenario], object], scenario: Scenario) -> str:
    try:
        read(scenario)
    except UserError as error:
        return str(error)
    except OSError as error:
        return f"cannot read {error.filename or 'a file of the scenario'}: {error.strerror or error}"
    return ""


def _surface(scenario: Scenario) -> object:
    """Terrain and buildings: what routes fly over is the whole terrain."""
    return scenario.mapped and scenario.mapped.ground_grid


def _units(scenario: Scenario) -> None:
    """What units stand on, in the middle of where they may be."""
    mapped, wrong = _mapped(scenario), []
    for placed in scenario.units if mapped is not None else ():
        at = placed.unit.at.local(scenario.origin)
        try:
            mapped.ground_under(placed.name, *at)  # type: ignore[union-attr]
            if placed.unit.roof is not None and placed.unit.roof.storeys is None:
                mapped.roof_under(placed.name, *at)  # type: ignore[union-attr]
        except UserError as error:
            wrong.append(str(error))
    if wrong:
        raise UserError("\n".join(wrong))


def _mapped(scenario: Scenario) -> MappedSurface | None:
    """The mapped surface, if there is one that can be used; why not, _surface tells."""
    try:
        return scenario.mapped
    except UserError:
        return None


def _canopies(scenario: Scenario) -> None:
    for raster in _rasters_of_canopies(scenario):
        west, south, east, north = raster.extent
        cell = max(raster.cell_m, (east - west) / _CELLS, (north - south) / _CELLS)
        raster.window(west, south, cell, int((east - west) / cell) + 1, int((north - south) / cell) + 1, highest=True)


def _rasters_of_canopies(scenario: Scenario) -> Iterator[Any]:
    mapped = _mapped(scenario)
    for canopy in mapped.canopies if mapped is not None else ():
        if canopy.polygons is None:
            yield canopy.raster


def _districts(scenario: Scenario) -> object:
    return scenario.districts


def _population(scenario: Scenario) -> None:
    named = scenario.file.fall.population
    if named is None:
        return
    from bartizan.studies import falls

    falls.people(scenario, named)
