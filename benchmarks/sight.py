"""Sight over a raster against GDAL, measured on this machine: a Markdown table.

    python benchmarks/sight.py [--quick]

Both see the same seeded lowland (50-300 m, 30 m cells) from a mast of 30 m in its middle. CPU seconds, so that what
else runs on the machine hardly counts; the best of several runs in turn. Commands are whole processes: start, read,
compute, write. Errors are those of the altitude, against brute force along every line, at cells drawn once.
`gdal_viewshed` is measured where it is installed, GDAL's kernel where rasterio's wheel brings its library.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CELL_M, MAST_M, AIRCRAFT_M = 30.0, 30.0, 50.0
EAST, NORTH = 500_000.0, 6_200_000.0  # the sensor: on the central meridian of UTM 37
_TILED = ["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE", "-co", "ZLEVEL=1", "-co", "PREDICTOR=3"]
_COLUMNS = ("raster", "what", "CPU s", "million cells/CPU-s", "peak MB", "error p95, m", "at 50 m wrong, %")


@dataclass(frozen=True)
class Effort:
    """How much time to spend."""

    sizes: tuple[int, ...]
    runs: int
    cells: int  # that brute force is asked about


FULL, QUICK = Effort((3_000, 10_000), 3, 2_000), Effort((200,), 1, 50)


@dataclass
class Measured:
    """One row of the table."""

    what: str
    cpu_s: float
    peak_mb: float | None = None
    p95_m: float | None = None
    wrong: float | None = None


# What runs in processes of its own, so that memory is each one's own


def make(path: Path, size: int) -> None:
    """Write the lowland."""
    import rasterio
    from tests.oracles.terrain import fractal

    out = (size // 2 + 0.5) * CELL_M
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=1, width=size, height=size, crs="EPSG:32637",
        transform=rasterio.Affine(CELL_M, 0, EAST - out, 0, -CELL_M, NORTH + out),
        tiled=True, blockxsize=256, blockysize=256,
    ) as file:  # fmt: skip
        file.write(fractal(size, 50, 300, seed=size), 1)


def kernels(path: Path, written: dict[str, str], effort: Effort) -> Iterator[Measured]:
    """CPU seconds and errors of both kernels, and the errors in files that commands have written."""
    import numpy as np
    import rasterio
    from tests.oracles import gdal_viewshed

    from bartizan.physics.wedge import Mast, sweep

    with rasterio.open(path) as file:
        top = file.read(1)
    middle = len(top) // 2
    antenna = float(top[middle, middle]) + MAST_M
    sweep(top[:9, :9], Mast(4, 4, 1000.0, CELL_M), 4)  # compiled, or loaded
    mast = Mast(middle, middle, antenna, CELL_M)
    takers: dict[str, Callable[[], np.ndarray]] = {
        f"kernel, {dense:g} rays a cell": lambda d=dense: sweep(top, mast, int(d * middle)) for dense in (1.0, 1.5, 2.0)
    }
    if gdal_viewshed.library():
        takers[f"GDAL {rasterio.__gdal_version__} kernel"] = lambda: gdal_viewshed.lowest_visible(
            path, EAST, NORTH, MAST_M
        )
    judge = _judge(top, antenna, effort.cells)
    best: dict[str, tuple[float, Any]] = {}
    for _ in range(effort.runs):
        for name, take in takers.items():
            start = time.process_time()
            found = take()
            spent = time.process_time() - start
            best[name] = min(best.get(name, (spent, None))[0], spent), judge(found)
            del found
    for name, (spent, errors) in best.items():
        yield Measured(name, spent, None, *errors)
    for name, out in written.items():
        with rasterio.open(out) as file:
            yield Measured(name, 0.0, None, *judge(file.read(1)))


def _judge(top: Any, antenna: float, count: int) -> Callable[[Any], tuple[float, float]]:
    """What tells p95 of the error, m, and the percentage of wrong answers at 50 m above the surface."""
    import numpy as np
    from tests.oracles.sight_lines import lowest_visible

    middle = len(top) // 2
    cells = np.random.default_rng(1).integers(0, len(top), (count, 2))
    cells = cells[np.abs(cells - middle).max(axis=1) > 1]
    i, j = cells.T
    ground = top[i, j]
    truth = np.array([lowest_visible(top, middle, middle, antenna, CELL_M, (int(r), int(c))) for r, c in cells])
    truth = np.maximum(truth, ground)

    def judge(found: Any) -> tuple[float, float]:
        here = np.maximum(found[i, j], ground)
        wrong = (here < ground + AIRCRAFT_M) != (truth < ground + AIRCRAFT_M)
        return float(np.percentile(np.abs(here - truth), 95)), 100.0 * float(wrong.mean())

    return judge


# The process that starts the others


def rows(effort: Effort, folder: Path) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|---|---" + "|---:" * (len(_COLUMNS) - 2) + "|"
    for size in effort.sizes:
        path = folder / f"lowland-{size}.tif"
        _child("make", path, size)
        commands = _commands(path, folder)
        spent = {name: Measured(name, *_best(command, effort.runs)) for name, (command, _) in commands.items()}
        written = json.dumps({name: str(out) for name, (_, out) in commands.items()})
        for line in _child("kernels", path, written, effort.runs, effort.cells).splitlines():
            told = Measured(**json.loads(line))
            if told.what in spent:
                told.cpu_s, told.peak_mb = spent[told.what].cpu_s, spent[told.what].peak_mb
            yield _row(size, told)


def _commands(path: Path, folder: Path) -> dict[str, tuple[list[str], Path]]:
    """Whole commands by name, and the file that each writes."""
    ours, plain, tiled = (folder / f"{name}.tif" for name in ("ours", "plain", "tiled"))
    at = _child("degrees", path).strip()
    sight = ["surface", "sight", str(path), f"--at={at}", f"--height={MAST_M:g}", f"--out={ours}"]
    commands = {"`bartizan surface sight`": ([sys.executable, "-m", "bartizan", *sight], ours)}
    viewshed = shutil.which("gdal_viewshed")
    if viewshed:
        asked = ["-q", "-ox", f"{EAST}", "-oy", f"{NORTH}", "-oz", f"{MAST_M}", "-tz", "0", "-md", "0", "-cc", "0.75"]
        theirs = [viewshed, *asked, "-om", "DEM"]
        version = subprocess.run([viewshed, "--version"], capture_output=True, text=True).stdout.split()[1].strip(",")
        commands[f"`gdal_viewshed` {version}"] = ([*theirs, str(path), str(plain)], plain)
        commands[f"`gdal_viewshed` {version}, tiled and deflated"] = ([*theirs, *_TILED, str(path), str(tiled)], tiled)
    return commands


def degrees() -> str:
    """The sensor's LAT,LON."""
    from pyproj import Transformer

    lon, lat = Transformer.from_crs("EPSG:32637", "EPSG:4326", always_xy=True).transform(EAST, NORTH)
    return f"{lat!r},{lon!r}"


def _child(*arguments: object) -> str:
    """What a process of this file prints."""
    command = [sys.executable, __file__, "--child", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return done.stdout


def _best(command: list[str], runs: int) -> tuple[float, float]:
    """Least CPU seconds of several runs, and the peak of memory, MB. The first run warms files and caches."""
    taken = []
    for _ in range(runs + 1):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            raise SystemExit(f"{' '.join(command)} failed")
        taken.append((used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
    return min(cpu for cpu, _ in taken[1:]), max(peak for _, peak in taken)


def _use_this_checkout(folder: Path) -> None:
    """For the processes to start; bytecode is kept from the first run on, as where the package is installed."""
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _row(size: int, told: Measured) -> str:
    rate = size * size / told.cpu_s / 1e6
    numbers = (
        f"{told.cpu_s:.2f}", f"{rate:.1f}", "-" if told.peak_mb is None else f"{told.peak_mb:,.0f}",
        f"{told.p95_m:.2f}", f"{told.wrong:.2f}",
    )  # fmt: skip
    return f"| {' | '.join((f'{size:,}²', told.what, *numbers))} |"


def child(arguments: list[str]) -> None:
    task, path = arguments[0], Path(arguments[1])
    if task == "make":
        make(path, int(arguments[2]))
    elif task == "degrees":
        print(degrees())
    else:
        effort = Effort((), int(arguments[3]), int(arguments[4]))
        for told in kernels(path, json.loads(arguments[2]), effort):
            print(json.dumps(asdict(told)))


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--child"]:
        child(arguments[1:])
        return
    parser = argparse.ArgumentParser(description="Measure sight over a raster against GDAL.")
    parser.add_argument("--quick", action="store_true", help="a smoke run: a small raster, nothing worth keeping")
    effort = QUICK if parser.parse_args(arguments).quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="bartizan-sight-"))
    _use_this_checkout(folder)
    try:
        for row in rows(effort, folder):
            print(row, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
