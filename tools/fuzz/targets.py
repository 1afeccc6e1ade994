"""What odd inputs are given to, and what may come of it: an answer, or an error that is told in words."""

from __future__ import annotations

import contextlib
import io
import json
import math
import random
import shutil
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from tools.fuzz import mutate, samples

from bartizan.ground.errors import UserError
from bartizan.world import reader
from bartizan.world.scenario import Scenario, load, shipped

#: From luck to an attempt with an odd input.
Trial = Callable[[random.Random], Callable[[], None]]
DATA = Path(__file__).parents[2] / "src" / "bartizan" / "data"


def _seeds() -> list[tuple[Any, Path]]:
    folder = DATA / "scenarios"
    return [(reader.read((folder / f"{n}.yaml").read_text(encoding="utf-8"), n).content, folder) for n in shipped()]


def _loaded(content: Any, folder: Path) -> Scenario | None:
    try:
        return load(content if isinstance(content, dict) else {}, folder=folder)
    except UserError:
        return None


@contextlib.contextmanager
def loading() -> Iterator[Trial]:
    """Changed scenarios, read and checked."""
    seeds = [seed for seed in _seeds() if len(json.dumps(seed[0])) < 20_000]

    def trial(rng: random.Random) -> Callable[[], None]:
        content, folder = rng.choice(seeds)
        made = mutate.tree(content, rng)
        return lambda: _loaded(made, folder) and None

    yield trial


@contextlib.contextmanager
def reading() -> Iterator[Trial]:
    """Damaged files of scenarios, read the user's way: from disk."""
    texts = [(DATA / "starters" / f"{kind}.yaml").read_bytes() for kind in ("power-station", "city")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "odd.yaml"

        def trial(rng: random.Random) -> Callable[[], None]:
            path.write_bytes(mutate.garbled(rng.choice(texts), rng))
            return lambda: _in_words(load, path)

        yield trial


@contextlib.contextmanager
def playing() -> Iterator[Trial]:
    """Changed scenarios that still load, played: every estimate is a number within its range."""
    from bartizan.studies import replicate

    seeds = [seed for seed in _seeds() if seed[0]["name"] == "power-station"]

    def attempt(scenario: Scenario) -> None:
        for case in scenario.cases[:2]:
            if case.size > 500:
                continue
            plan = replicate.design(case, 2, 4, 0)
            for _, part in replicate.parts(scenario, [(case, plan)], threads=1):
                assert all(math.isfinite(number) for number in part.sums.ravel()), "a sum is no number"
                assert part.sums.min(initial=0) >= 0 or part.sums.size == 0, "a sum is below 0"

    def trial(rng: random.Random) -> Callable[[], None]:
        while True:
            content, folder = rng.choice(seeds)
            if (scenario := _loaded(mutate.tree(content, rng), folder)) is not None:
                return lambda: _in_words(attempt, scenario)

    yield trial


def _in_words(work: Callable[..., object], *given: Any) -> None:
    with contextlib.suppress(UserError):
        work(*given)


@contextlib.contextmanager
def files() -> Iterator[Trial]:
    """Damaged files of polygons, heights and background maps in every format, each read as a command reads them."""
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as folder:
        kinds = list(_kinds(Path(made)))
        for path, read in kinds:
            read(path)  # sound files are read
        sound = [path.read_bytes() for path, _ in kinds]

        def trial(rng: random.Random) -> Callable[[], None]:
            which = rng.randrange(len(kinds))
            path = Path(folder) / kinds[which][0].name
            path.write_bytes(mutate.garbled(sound[which], rng))
            return lambda: _in_words(kinds[which][1], path)

        yield trial


def _kinds(folder: Path) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    """Sound files, each with what reads it."""
    from bartizan.faces.server.tiles import tiles_of

    def background(path: Path) -> None:
        tiles = tiles_of(path)
        assert tiles.described
        tiles.tile(0, 0, 0)

    yield from ((path, reads) for path in samples.polygons(folder) for reads in (_town, _districts))
    yield from ((path, _terrain) for path in samples.heights(folder))
    yield from ((path, _sight) for path in samples.metric_heights(folder))
    yield from ((path, background) for path in samples.backgrounds(folder))
    shipped_ones = (("vologda.parquet", _town), ("moscow-districts.geojson", _districts), ("mountains.tif", _terrain))
    for name, reads in shipped_ones:
        yield Path(shutil.copy(DATA / "surfaces" / name, folder)), reads


def _town(path: Path) -> None:
    from bartizan.world.surface.cityscape import statistics
    from bartizan.world.surface.footprints import load as load_footprints
    from bartizan.world.surface.heights import HeightRule

    statistics(*load_footprints(path, HeightRule("height", "building:levels", 3.2)).about_itself(), 4000.0)


def _districts(path: Path) -> None:
    from bartizan.world import districts

    districts.read(path, "name", (55.75, 37.62) if "moscow" in path.name else samples.CORNER)


def _terrain(path: Path) -> None:
    from bartizan.world.surface.elevation import Elevation

    Elevation.open([path], (46.6, 8.6) if path.suffix == ".tif" else (46.5, 9.5)).window(
        0.0, 0.0, 100.0, 20, 20, highest=True
    )


def _sight(path: Path) -> None:
    from bartizan.studies.viewshed import write_sight

    write_sight(path, path.with_suffix(".out"), (46.04, 9.01), 10.0, above="ground", range_m=2000.0)


#: One changed summary in so many is drawn as well: drawing takes a hundred times as long as all else of a report.
_DRAWN = 50


@contextlib.contextmanager
def summaries() -> Iterator[Trial]:
    """Changed summaries of results, opened and made into a report; few of them with its figures."""
    from bartizan.faces import report
    from bartizan.studies.results import open_results
    from bartizan.studies.study import study

    with tempfile.TemporaryDirectory() as folder:
        results = study(load("power-station"), Path(folder) / "r", worlds=2, raids=2, threads=1)
        path = results.path / "summary.json"
        good = json.loads(path.read_text(encoding="utf-8"))

        def attempt(is_drawn: bool) -> None:
            open_results(results.path)
            with contextlib.nullcontext() if is_drawn else undrawn():
                report.write(results.path, results.path / "report.html")

        def trial(rng: random.Random) -> Callable[[], None]:
            is_drawn = rng.randrange(_DRAWN) == 0
            path.write_text(json.dumps(mutate.tree(good, rng)), encoding="utf-8")
            return lambda: _in_words(attempt, is_drawn)

        yield trial


@contextlib.contextmanager
def undrawn() -> Iterator[None]:
    """Figures are left empty: their captions and tables stay."""
    from bartizan.faces import canvas

    empty = canvas.Picture(b"<svg/>", b"<svg/>")
    drawers = [m for name, m in sys.modules.items() if name.startswith("bartizan.faces") and hasattr(m, "picture")]
    with contextlib.ExitStack() as stack:
        for module in drawers:
            stack.enter_context(mock.patch.object(module, "picture", return_value=empty))
        yield


@contextlib.contextmanager
def requests() -> Iterator[Trial]:
    """Odd HTTP requests to the viewer's server: each is answered or refused, and the server says nothing of its own."""
    from bartizan.faces import server
    from bartizan.studies.workbench import Workbench

    told = io.StringIO()
    site = server.Viewer(Workbench("power-station"), None)
    with server.listening(site) as listening, contextlib.redirect_stderr(told):
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        port, root = listening.guard.port, f"/{listening.guard.token}/"

        def attempt(made: bytes) -> None:
            with contextlib.suppress(ConnectionError):
                answer = _answer(port, made)
                assert not answer or answer.startswith((b"HTTP/1.", b"{")), answer[:80]
                assert b" 500 " not in answer[:20], answer[-200:]
            assert "Traceback" not in told.getvalue(), told.getvalue()[-2000:]

        def trial(rng: random.Random) -> Callable[[], None]:
            made = mutate.request(root, port, rng)
            return lambda: attempt(made)

        yield trial
        listening.shutdown()


def _answer(port: int, made: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(made)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


TARGETS = {each.__name__: each for each in (loading, reading, playing, files, summaries, requests)}
#: Trials of each that take ten seconds or so: what is run where nothing else is asked for, so that all run the same.
TRIALS = {"loading": 1500, "reading": 5000, "playing": 50, "files": 150, "summaries": 60, "requests": 1000}
warnings.simplefilter("ignore")
