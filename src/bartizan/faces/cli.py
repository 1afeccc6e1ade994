"""The command line. It alone starts work; everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bartizan import __version__
from bartizan.faces import exports
from bartizan.faces.exports import FORMATS

if TYPE_CHECKING:
    from bartizan.studies.study import Progress
    from bartizan.studies.workbench import Workbench

USER_MISTAKE, OUR_MISTAKE, INTERRUPTED = 2, 1, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="bartizan %(version)s")
def cli() -> None:
    """What a layered air defence, as publicly reported, can see, stop and let through - and how sure that answer is.

    Begin with: bartizan run power-station
    """


@cli.command()
@click.argument("scenario")
@click.option("--raid", "raids_named", multiple=True, metavar="NAME", help="Play only this raid; may be given again.")
@click.option("--worlds", type=click.IntRange(min=1), help="Sets of assumptions to draw. Default: the scenario's.")
@click.option("--raids", type=click.IntRange(min=1), help="Raids to play in each world. Default: the scenario's.")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="Same seed, same answer."
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads to use. Default: all cores.")
@click.option("--out", type=click.Path(path_type=Path), help="Results folder. Default: results/SCENARIO.")
@click.option("--fresh", is_flag=True, help="Replace what the results folder holds.")
@click.option("--journal", metavar="RAID", help="Also write one raid of this case, event by event, to journal.parquet.")
def run(
    scenario: str,
    raids_named: tuple[str, ...],
    worlds: int | None,
    raids: int | None,
    seed: int,
    threads: int | None,
    out: Path | None,
    fresh: bool,
    journal: str | None,
) -> None:
    """Play a scenario's raids and write a results folder.

    SCENARIO is a file, or the name of one that ships with Bartizan (NAME:VARIANT for a variant). Ctrl-C keeps what is
    done; the same command goes on from there.
    """
    from bartizan.world.scenario import load

    loaded = load(scenario)
    if journal:
        loaded.case(journal)
    folder = out or Path("results") / loaded.name.replace(":", "-")
    _say_if_compiling()
    from bartizan.studies.study import study

    with _bar() as progress:
        results = study(
            loaded, folder, raids_named=raids_named, worlds=worlds, raids=raids, seed=seed, threads=threads,
            fresh=fresh, progress=progress,
        )  # fmt: skip
    if journal:
        from bartizan.studies.study import write_journal

        write_journal(loaded, journal, results)
    from bartizan.faces import tables

    tables.results(results)
    click.echo(f"\nResults: {results.path}   Report: bartizan report {results.path}")


@cli.command()
@click.argument("file")
def check(file: str) -> None:
    """Check a scenario, and hold its claims against one another and against the map."""
    from bartizan.world.evidence import findings
    from bartizan.world.scenario import load

    loaded = load(file)
    unknown = sum(not n.is_fixed for n in loaded.numbers.values())
    click.echo(
        f"{loaded.name}: {len(loaded.assets)} assets, {len(loaded.units)} units, {len(loaded.cases)} cases to play,"
    )
    click.echo(
        f"{unknown} unknowns, {len(loaded.file.claims)} claims, {len(loaded.file.variants)} variants. No mistakes."
    )
    found = findings(loaded)
    for kind in dict.fromkeys(f.kind for f in found):
        click.echo(f"\n{kind}:")
        for finding in found:
            if finding.kind == kind:
                click.echo(f"  - {finding.text}")


@cli.command()
@click.argument("name", required=False)
def catalog(name: str | None) -> None:
    """List the catalogue, or show one system or threat with its sources."""
    from bartizan.faces import listing

    click.echo(listing.entry(name) if name else listing.contents())


@cli.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors."""
    import json

    from bartizan.world.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1))


@cli.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a small commented scenario to start from."""
    from importlib.resources import files

    from bartizan.ground.errors import UserError

    path = Path(f"{name}.yaml")
    if path.exists():
        raise UserError(f"{path} is already there; nothing was written")
    text = (files("bartizan") / "data" / "starter.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("NAME", path.stem), encoding="utf-8")
    click.echo(f"{path} written. Next: bartizan check {path}; bartizan run {path}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The page. Default: report.html in the folder.")
def report(folder: Path, out: Path | None) -> None:
    """Write the report of a results folder as one self-contained HTML page."""
    from bartizan.faces.report import write

    click.echo(f"{write(folder, out or folder / 'report.html')}")


@cli.command()
@click.argument("folder", metavar="RESULTS", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(list(FORMATS)), required=True, help="The format.")
@click.option("--case", metavar="NAME", help="Of which case. Default: the first.")
@click.option("--world", type=click.IntRange(min=0), metavar="N", help="World of the raid. Default: the median raid's.")
@click.option("--raid", type=click.IntRange(min=0), metavar="N", help="The raid in that world; goes with --world.")
@click.option("--out", type=click.Path(path_type=Path), help="File or folder to write. Default: one in RESULTS.")
def export(folder: Path, form: str, case: str | None, world: int | None, raid: int | None, out: Path | None) -> None:
    """Write results as files for other programs.

    czml, kml and html hold the replay of one raid: for CesiumJS, for Google Earth (as KMZ where --out ends in .kmz),
    and as a page that opens from disk. geojson, geoparquet and gpkg hold what is on the map, csv tables.
    """
    from bartizan.ground.errors import UserError
    from bartizan.studies import extracts

    if (world is None) != (raid is None):
        raise UserError("--world and --raid name one raid together: give both or neither")
    pick = None if world is None or raid is None else (world, raid)
    documents = extracts.of_results(folder, case, pick, lambda text: click.echo(text, err=True))
    for written in exports.write(form, documents, out or folder / FORMATS[form].name):
        click.echo(f"{written}")


@cli.command()
@click.argument("source", metavar="[SCENARIO or RESULTS]", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Default: a free one.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option(
    "--tiles", type=click.Path(path_type=Path), metavar="FILE",
    help="A background map of your own: a .pmtiles or .mbtiles file, or a folder with Z/X/Y.png.",
)  # fmt: skip
def serve(source: str | None, port: int, no_browser: bool, tiles: Path | None) -> None:
    """Look at a scenario or at results in a browser: the map, single raids, what-if.

    SCENARIO is as for bartizan run; without one a page lists what there is. The page is served to this machine only,
    at an address with a token, and asks nothing of any other.
    """
    from bartizan.faces import server
    from bartizan.faces.server.tiles import tiles_of
    from bartizan.studies.workbench import Workbench, choices, is_results

    own_map = tiles_of(tiles) if tiles else None
    if source is None:
        site: server.Site = server.Listing(lambda: choices(Path()), lambda named: _warming(Workbench(named)), own_map)
    else:
        site = server.Viewer(bench := Workbench(source), own_map)
        if not is_results(source):
            bench.check()  # mistakes in a file are told here, as by every command; those of results in the page
    with server.listening(site, port) as listening:
        click.echo(f"{source or 'What there is to open'}: {listening.url}\nCtrl-C ends it.")
        if source is not None:
            _warming(bench)
        if not no_browser:
            _open(listening.url)
        with suppress(KeyboardInterrupt):
            listening.serve_forever()
    click.echo("Ended.")


def _warming(bench: Workbench) -> Workbench:
    """The bench, with what takes long being loaded after its page."""
    import threading

    threading.Thread(target=bench.warm, args=[_say_if_compiling], daemon=True).start()
    return bench


def _open(url: str) -> None:
    """Have the user's browser open an address; some of them do not return before they are closed."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()


@cli.command()
@click.argument("scenario")
@click.option(
    "--altitude", default="50,100,300,1000", metavar="LIST", show_default=True,
    help='Above the ground, in metres or with units ("0.5 km"), with commas between.',
)  # fmt: skip
@click.option("--target", metavar="THREAT", help="What flies: of the scenario or the catalogue. Default: the raid's.")
@click.option("--speed", metavar="SPEED", help='In m/s or with units ("200 km/h"). Default: the target\'s likely one.')
@click.option("--worlds", type=click.IntRange(min=1), help="Sets of assumptions. Default: 24; 1 if all is certain.")
@click.option("--cell", type=click.FloatRange(0.1, 1e5), metavar="M", help="Width of a cell. Default: reach / 100.")
@click.option(
    "--reach", type=click.FloatRange(0.01, 1000), metavar="KM",
    help="From the middle of the assets to the map's edges. Default: as far as anything is seen.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="Same seed, same answer."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder. Default: maps/SCENARIO.")
def coverage(
    scenario: str,
    altitude: str,
    target: str | None,
    speed: str | None,
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
    heights = [_quantity(text, "length", "--altitude") for text in altitude.split(",")]
    flies = _quantity(speed, "speed", "--speed") if speed is not None else None
    # A folder called `coverage` would hide the module of that name, which Numba imports, from Python started beside it.
    folder = out or Path("maps") / loaded.name.replace(":", "-")
    _say_if_compiling()
    from bartizan.studies import approaches
    from bartizan.studies.coverage import grid_of, worlds_needed
    from bartizan.studies.coverage import target as target_of

    aim = target_of(loaded, target, flies)
    worlds = worlds or worlds_needed(aim, seed)
    grid = grid_of(aim, heights, worlds, seed, reach and reach * 1000, cell)
    from bartizan.studies.study import Progress

    with _bar("looking around") as progress:
        covered, flown = approaches.survey(
            aim, grid, worlds, seed, progress=lambda done, of: progress(Progress(done, of))
        )
    content = approaches.content(covered, flown, {"bartizan": __version__, "seed": seed})
    _make_folder(folder)
    from bartizan.faces import maps, tables

    for missing in maps.write_folder(folder, covered, approaches.arrays(covered, flown), content):
        click.echo(missing, err=True)
    tables.coverage(content)
    if content["credit"]:
        click.echo(f"\nData: {content['credit']}")
    click.echo(f"\nMaps: {folder}")


@cli.group()
def surface() -> None:
    """What a scenario's surface rests on."""


@surface.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--height", default="height", metavar="NAME", show_default=True, help="The property that holds heights.")
@click.option(
    "--storeys", default="building:levels", metavar="NAME", show_default=True, help="The property that holds storeys."
)
@click.option("--storey-height", type=click.FloatRange(1, 20), default=3.2, metavar="M", show_default=True)
@click.option(
    "--square", type=click.FloatRange(0.1, 100), default=4.0, metavar="KM", show_default=True,
    help="Side of the square, placed where most is built, that the statistics are taken over.",
)  # fmt: skip
def stats(file: Path, height: str, storeys: str, storey_height: float, square: float) -> None:
    """Print the statistics of a footprints file, and the statistical city that has them.

    FILE is GeoJSON or GeoParquet. The lines that begin with surface: can stand in a scenario as they are.
    """
    from bartizan.faces import tables
    from bartizan.world.cityscape import statistics
    from bartizan.world.footprints import HeightRule

    found = statistics(file, HeightRule(height, storeys, storey_height), square * 1000)
    tables.cityscapes(found)
    click.echo(f"\n# {found[0].title} of {file.name!r}\n{found[0].as_yaml()}", nl=False)


@surface.command()
@click.argument("raster", type=click.Path(path_type=Path))
@click.option("--at", required=True, metavar="LAT,LON", help="Where the sensor stands, in degrees.")
@click.option("--height", type=click.FloatRange(-500, 100_000), required=True, metavar="M", help="Of the antenna, m.")
@click.option(
    "--above", type=click.Choice(["ground", "sea"]), default="ground", show_default=True,
    help="What the height counts from; the ground is the raster's surface in the sensor's cell.",
)  # fmt: skip
@click.option("--range", "range_km", type=click.FloatRange(0.01, 1000), metavar="KM", help="Default: the whole raster.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The GeoTIFF to write.")
def sight(raster: Path, at: str, height: float, above: str, range_km: float | None, out: Path) -> None:
    """Write the lowest altitude at which a sensor sees a target, for each cell of a raster of heights.

    RASTER is a GeoTIFF, or what else GDAL reads, in metres. The result has its grid and its coordinate system: metres
    above sea level, the surface itself at least.
    """
    from bartizan.studies.viewshed import write_sight

    done = write_sight(
        raster, out, _degrees(at), height, above=above, range_m=1000 * range_km if range_km else float("inf")
    )  # fmt: skip
    rows, columns = done.shape
    click.echo(f"{out}: {columns} x {rows} cells of {done.cell_m:g} m, from {done.antenna_m:.1f} m above sea level")
    click.echo(f"({done.antenna_m - done.ground_m:.1f} m above the surface in the sensor's cell).")
    if done.void_share:
        click.echo(f"{done.void_share:.2%} of the cells have no height and count as the sea.")


def _degrees(at: str) -> tuple[float, float]:
    """LAT,LON as numbers."""
    try:
        lat, lon = (float(part) for part in at.split(","))
    except ValueError:
        raise click.BadParameter(f"{at!r} is not LAT,LON in degrees, such as 55.75,37.62", param_hint="--at") from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise click.BadParameter(f"{at!r}: latitude is within 90 and longitude within 180 degrees", param_hint="--at")
    return lat, lon


@cli.command()
@click.option("--table", "tables", multiple=True, metavar="NAME", help="Every comparison of this table; repeatable.")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 2), default=1, show_default=True, help="Of the raids played."
)
def verify(tables: tuple[str, ...], seed: int) -> None:
    """Put what this installation computes beside published and exact values.

    The exit code is 1 if a comparison fails.
    """
    from bartizan.studies.verify import suite

    suite.names(tables)
    _say_if_compiling()
    from bartizan.faces import verdicts
    from bartizan.studies.study import Progress

    with _bar("comparing") as progress:
        found = suite.verify(tables, seed=seed, progress=lambda done, of: progress(Progress(done, of)))
    verdicts.show(found, in_full=bool(tables), width=None if sys.stdout.isatty() else 120)
    if not all(verdict.passes for verdict in found):
        sys.exit(OUR_MISTAKE)


def _say_if_compiling() -> None:
    from bartizan.ground.jit import is_cached

    if not is_cached():
        click.echo("Compiling the engine, once on this machine: about 20 seconds.", err=True)


@contextmanager
def _bar(doing: str = "playing") -> Iterator[Any]:
    """A progress bar with the time left, on a terminal; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<24.24}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("surveying", total=None)

        def progress(now: Progress) -> None:
            bar.update(task, description=doing, completed=now.raids_done, total=now.raids_in_all)

        yield progress


def _quantity(text: str, dimension: str, option: str) -> float:
    """A bare number in SI units, or a quantity with its unit."""
    from bartizan.ground import units
    from bartizan.ground.errors import UserError

    try:
        bare = text.strip().removeprefix("+")
        found = units.parse(float(bare) if bare.replace(".", "", 1).isdecimal() else bare, dimension)
    except ValueError as error:
        raise UserError(f"{option} {text.strip()!r}: {error}") from None
    if found <= 0:
        raise UserError(f"{option} {text.strip()!r}: must be more than 0")
    return found


def _make_folder(folder: Path) -> None:
    from bartizan.ground.errors import UserError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {folder}: {error.strerror}; name another with --out") from None


def main() -> None:
    """Run the command line; errors become one message and an exit code."""
    from bartizan.ground.errors import BartizanError, UserError

    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USER_MISTAKE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What a run has done is kept; the same command goes on from there.", err=True)
        sys.exit(INTERRUPTED)
    except UserError as error:
        click.echo(f"bartizan: {error}", err=True)
        sys.exit(USER_MISTAKE)
    except BartizanError as error:
        click.echo(f"bartizan: our mistake: {error}", err=True)
        sys.exit(OUR_MISTAKE)
