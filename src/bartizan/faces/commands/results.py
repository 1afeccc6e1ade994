"""Commands on results: report, export, serve."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bartizan.faces import exports
from bartizan.faces.commands.amounts import Amount
from bartizan.faces.commands.completing import ScenarioName
from bartizan.faces.commands.options import Whole
from bartizan.faces.commands.terminal import check_output, ready_engine, say, tell_written, working
from bartizan.faces.exports import FORMATS, FROM_ELLIPSOID

if TYPE_CHECKING:
    from bartizan.studies.workbench import Workbench


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The page. Default: report.html in the folder.")
def report(folder: Path, out: Path | None) -> None:
    """Write the report of a results folder as one self-contained HTML page."""
    from bartizan.faces.report import write

    check_output(out, is_page=True)
    tell_written(write(folder, out or folder / "report.html"))


@click.command(
    help="Write results as files for other programs. Recordings are marked as simulated, and nothing is sent.\n\n"
    + "; ".join(f"{name}: {known.told}" for name, known in FORMATS.items())
    + "."
)
@click.argument("folder", metavar="RESULTS", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(list(FORMATS)), required=True, help="The format.")
@click.option("--case", metavar="NAME", help="Of which case. Default: the first.")
@click.option("--world", type=Whole(min=0), metavar="N", help="World of raid and skylines. Default: the median raid's.")
@click.option("--raid", type=Whole(min=0), metavar="N", help="The raid in that world. Default: its first.")
@click.option(
    "--undulation", type=Amount("length", -120, 120, "m"), metavar="M",
    help=f"For {FROM_ELLIPSOID}: of the sea above the WGS 84 ellipsoid there, which they count from. Default: 0.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="File or folder to write. Default: one in RESULTS.")
def export(
    folder: Path,
    form: str,
    case: str | None,
    world: int | None,
    raid: int | None,
    undulation: float | None,
    out: Path | None,
) -> None:
    from bartizan.ground.errors import UserError
    from bartizan.studies import extracts

    if world is None and raid is not None:
        raise UserError("--raid counts in a world: name that with --world")
    if undulation is not None and not FORMATS[form].from_ellipsoid:
        raise UserError(f"--undulation is for {FROM_ELLIPSOID}: {form} needs none")
    if not FORMATS[form].of_raid and (case is not None or raid is not None):
        raise UserError(f"--case and --raid choose a raid, and {form} has none in it")
    pick = None if world is None else (world, raid or 0)
    check_output(out, makes_folder=True)
    path = out or folder / FORMATS[form].name
    exports.check(form, path)
    ready_engine()
    with working() as doing:
        documents = extracts.of_results(folder, case, pick, lambda text: say(text, err=True), doing)
        written = exports.write(form, {**documents, "undulation_m": lambda: undulation or 0.0}, path)
    for file in written:
        tell_written(file)
    if FORMATS[form].on_globe and documents["summary"]()["map"]["origin"] is None:
        from bartizan.faces.exports.telling import NO_PLACE

        say(NO_PLACE, err=True)


@click.command()
@click.argument("source", metavar="[SCENARIO or RESULTS]", required=False, type=ScenarioName())
@click.argument("beside", metavar="[ANOTHER]", required=False, type=ScenarioName())
@click.option("--port", type=Whole(0, 65535), default=0, metavar="N", help="Default: a free one.")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option(
    "--tiles", type=click.Path(path_type=Path), metavar="FILE",
    help="A background map of your own: a .pmtiles or .mbtiles file, or a folder with Z/X/Y.png.",
)  # fmt: skip
def serve(source: str | None, beside: str | None, port: int, no_browser: bool, tiles: Path | None) -> None:
    """Look at a scenario or at results in a browser: the map, single raids, what-if, where to put more.

    SCENARIO is as for bartizan run; without one a page lists what there is. ANOTHER layout stands beside it, under the
    same raids with the same luck. The page is served to this machine only,
    at an address with a token, and asks nothing of any other.
    """
    from bartizan.faces import server
    from bartizan.faces.server.tiles import tiles_of
    from bartizan.studies.workbench import Workbench, choices, is_begun

    own_map = tiles_of(tiles) if tiles else None
    told = " beside ".join(filter(None, (source, beside)))
    if source is None:
        site: server.Site = server.Listing(lambda: choices(Path()), lambda named: _warming(Workbench(named)), own_map)
    else:
        site = server.Viewer(bench := Workbench(source, beside), own_map)
        if not is_begun(source) or beside is not None:
            bench.check()  # mistakes in a file are told here, as by every command; those of results in the page
    with server.listening(site, port) as listening:
        say(f"{told or 'What there is to open'}: {listening.url}\nCtrl-C ends it.")
        if source is not None:
            _warming(bench)
        if not no_browser:
            _open(listening.url)
        with suppress(KeyboardInterrupt):
            listening.serve_forever()
    say("Ended.")


def _warming(bench: Workbench) -> Workbench:
    """The bench, with what takes long being loaded after its page."""
    import threading

    threading.Thread(target=bench.warm, args=[ready_engine], daemon=True).start()
    return bench


def _open(url: str) -> None:
    """Have the user's browser open an address; some of them do not return before they are closed."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
