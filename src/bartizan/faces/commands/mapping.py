"""Commands that map: coverage, surface stats, surface sight."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from bartizan import __version__
from bartizan.faces.commands.amounts import Amount, Amounts, Coordinates
from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.options import SEED, Whole
from bartizan.faces.commands.terminal import (
    bar,
    check_folder,
    check_output,
    make_folder,
    ready_engine,
    say,
    say_price,
    say_what_is_left_out,
)
from bartizan.ground.units import percent


@click.command()
@click.argument("scenario", type=ScenarioName())
@click.option(
    "--altitude", "heights", type=Amounts("length", 0.1, 100_000, "m"), default="50,100,300,1000", metavar="LIST",
    show_default=True,
    help='Above the ground, in metres or with units ("0.5 km"), with commas between.',
)  # fmt: skip
@click.option("--target", metavar="THREAT", help="What flies: of the scenario or the catalogue. Default: the raid's.")
@click.option(
    "--speed", type=Amount("speed", 0.1, 10_000, "m/s"), metavar="SPEED",
    help='In m/s or with units ("200 km/h"). Default: the target\'s likely one.',
)  # fmt: skip
@click.option("--worlds", type=Whole(min=1), help="Sets of assumptions. Default: 24; 1 if all is certain.")
@click.option(
    "--cell", type=Amount("length", 0.1, 1e5, "m"), metavar="M", help="Width of a cell. Default: reach / 100."
)
@click.option(
    "--reach", type=Amount("length", 0.01, 1000, "km"), metavar="KM",
    help="From the middle of the assets to the map's edges. Default: as far as anything is seen.",
)  # fmt: skip
@SEED
@click.option("--out", type=click.Path(path_type=Path), help="Folder. Default: maps/SCENARIO.")
def coverage(
    scenario: str,
    heights: list[float],
    target: str | None,
    speed: float | None,
    worlds: int | None,
    cell: float | None,
    reach: float | None,
    seed: int,
    out: Path | None,
) -> None:
    """Map what a defence sees and can engage, without any raid.

    By altitude, with the skyline and by range rings alone; how long before it arrives a target is seen; gaps by
    bearing. Written as GeoTIFF, GeoJSON, KML, PNG, JSON and NumPy arrays. SCENARIO is as for bartizan run.
    """
    from bartizan.world.scenario import load

    loaded = load(scenario)
    # A folder called `coverage` would hide the module of that name, which Numba imports, from Python started beside it.
    folder = out or Path("maps") / loaded.name.replace(":", "-")
    check_folder(folder)
    say_what_is_left_out(loaded)
    ready_engine()
    from bartizan.studies import approaches, price
    from bartizan.studies.coverage import grid_of, turning, worlds_needed
    from bartizan.studies.coverage import target as target_of

    aim = target_of(loaded, target, speed)
    worlds = worlds or worlds_needed(aim, seed)
    grid = grid_of(aim, heights, worlds, seed, reach, cell)
    from bartizan.studies.filling import Progress

    say_price(price.of_map(aim, grid, worlds, seed), f"{grid.ground.size:,} cells in {worlds} worlds")
    with bar("looking around") as progress:
        covered, flown = approaches.survey(
            aim, grid, worlds, seed, progress=lambda done, of: progress(Progress(done, of))
        )
    content = approaches.content(covered, flown, {"bartizan": __version__, "seed": seed})
    make_folder(folder)
    from bartizan.faces.exports import maps
    from bartizan.faces.terminal import tables

    for missing in maps.write_folder(folder, covered, approaches.arrays(covered, flown), content):
        say(missing, err=True)
    tables.coverage(content)
    if content["credit"]:
        say(f"\nData: {content['credit']}")
    if names := turning(loaded):
        say(f"\nMapped where they stand, though a raid turns them: {'; '.join(names)}")
    say(f"\nMaps: {folder}")


@click.group()
def surface() -> None:
    """What a scenario's surface rests on."""


@surface.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--height", default="height", metavar="NAME", show_default=True, help="The property that holds heights.")
@click.option(
    "--storeys", default="building:levels", metavar="NAME", show_default=True, help="The property that holds storeys."
)
@click.option("--layer", metavar="NAME", help="The layer of the file, where it holds several with polygons.")
@click.option("--storey-height", type=Amount("length", 1, 20, "m"), default=3.2, metavar="M", show_default=True)
@click.option(
    "--square", type=Amount("length", 0.1, 100, "km"), default=4.0, metavar="KM", show_default=True,
    help="Side of the square, placed where most is built, that the statistics are taken over.",
)  # fmt: skip
def stats(file: Path, height: str, storeys: str, layer: str | None, storey_height: float, square: float) -> None:
    """Print the statistics of a footprints file, and the statistical city that has them.

    FILE is GeoJSON (also one feature a line), GeoParquet, GeoPackage, FlatGeobuf or Shapefile, also in .gz or .zip;
    what of it is left out or mended is told. The lines that begin with surface: can stand in a scenario as they are.
    """
    from bartizan.faces.terminal import tables
    from bartizan.studies import rates
    from bartizan.world.surface.cityscape import statistics
    from bartizan.world.surface.footprints import load
    from bartizan.world.surface.heights import HeightRule
    from bartizan.world.vectors.notes import in_words

    say_price(rates.of_polygons(file), f"{rates.megabytes(file):,.0f} MB of polygons")
    footprints, origin = load(file, HeightRule(height, storeys, storey_height), layer).about_itself()
    found = statistics(footprints, origin, square)
    told = in_words(file.name, footprints.notes, footprints.features)
    # At once, so that whoever reads only its first lines breaks no pipe.
    as_yaml = f"\n# {found[0].title} of {file.name!r}\n{found[0].as_yaml()}"
    say("".join([tables.cityscapes(found), *(f"{sentence}\n" for sentence in told), as_yaml]), nl=False)


@surface.command()
@click.argument("raster", type=click.Path(path_type=Path))
@click.option("--at", type=Coordinates(), required=True, metavar="LAT,LON", help="Where the sensor stands, in degrees.")
@click.option(
    "--height", type=Amount("length", -500, 100_000, "m"), required=True, metavar="M", help="Of the antenna, m."
)
@click.option(
    "--above", type=click.Choice(["ground", "sea"]), default="ground", show_default=True,
    help="What the height counts from; the ground is the raster's surface in the sensor's cell.",
)  # fmt: skip
@click.option(
    "--range", "range_m", type=Amount("length", 0.01, 1000, "km"), metavar="KM", help="Default: the whole raster."
)
@click.option(
    "--unit", type=click.Choice(["m", "dm", "cm", "ft", "us-ft"]),
    help="What the raster's heights count in. Default: what it says.",
)  # fmt: skip
@click.option(
    "--below-sea", type=click.Choice(["water", "land"]),
    help="What lies below 0 m. Default: told from how deep and how wide it is.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The GeoTIFF to write.")
def sight(
    raster: Path,
    at: tuple[float, float],
    height: float,
    above: str,
    range_m: float | None,
    unit: str | None,
    below_sea: Literal["water", "land"] | None,
    out: Path,
) -> None:
    """Write the lowest altitude at which a sensor sees a target, for each cell of a raster of heights.

    RASTER is a GeoTIFF, SRTM .hgt, DTED or Esri grid, of metres or feet. The result has its grid and its coordinate
    system: metres above sea level, the surface itself at least.
    """
    from bartizan.studies import rates
    from bartizan.studies.viewshed import cells_in, write_sight

    check_output(out, raster)
    cells = cells_in(raster)
    say_price(rates.of_sight(cells), f"{cells:,} cells", "about" if range_m is None else "at most about")
    done = write_sight(
        raster, out, at, height, above=above, range_m=range_m or float("inf"),
        unit=unit, below_sea=below_sea,
    )  # fmt: skip
    for note in done.notes:
        say(note)
    rows, columns = done.shape
    say(f"{out}: {columns} x {rows} cells of {done.cell_m:g} m, from {done.antenna_m:.1f} m above sea level")
    say(f"({done.antenna_m - done.ground_m:.1f} m above the surface in the sensor's cell).")
    if done.void_share:
        say(f"{percent(done.void_share, 2)} of the cells have no height and count as the sea.")
