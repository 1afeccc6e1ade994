"""Every file that a run reads, opened and read: before the first raid is played, and by `bartizan check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bartizan.ground.errors import UserError
from bartizan.world.scenario import Scenario

#: Cells along a side of the grid onto which what grows is read.
_CELLS = 512


def read_all(scenario: Scenario) -> None:
    """Raises UserError with all that is wrong with the files that a scenario names."""
    found = problems(scenario)
    if found:
        raise UserError("\n".join(found))


def problems(scenario: Scenario) -> list[str]:
    """A text for each file that cannot be used."""
    return [text for read in (_surface, _canopies, _districts, _population) if (text := _refused(read, scenario))]


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


def _canopies(scenario: Scenario) -> None:
    for raster in _rasters_of_canopies(scenario):
        west, south, east, north = raster.extent
        cell = max(raster.cell_m, (east - west) / _CELLS, (north - south) / _CELLS)
        raster.window(west, south, cell, int((east - west) / cell) + 1, int((north - south) / cell) + 1, highest=True)


def _rasters_of_canopies(scenario: Scenario) -> Iterator[Any]:
    try:
        mapped = scenario.mapped
    except UserError:  # told by _surface
        return
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
