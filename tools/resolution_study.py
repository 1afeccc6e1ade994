"""How fine must a city's surface be? Sight lines over coarser cells against those over cells of 1 m.

python tools/resolution_study.py FOOTPRINTS.parquet [--storeys number_of_floors] [--picture OUT.png]

Sensors stand in the middle of the square of 4 x 4 km with the greatest volume of buildings: 6 m above roofs of nine
storeys, and 3 m above streets. Targets are spread over the disc of 3 km around each, 20 to 300 m above the street,
evenly in the logarithm. A sight line is wrong if it is open over the coarser surface and closed over the finest, or the
other way round. Coarser cells take the highest point in them, as Bartizan does, or the mean. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from scipy.ndimage import map_coordinates

from bartizan.faces import canvas
from bartizan.physics.wedge import sweep
from bartizan.world.surface.cityscape import densest
from bartizan.world.surface.footprints import Footprints, HeightRule, load

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FINEST_M = 1.0
CELLS_M = (2, 4, 10, 20, 30)
SIDE_M = 7_200  # of the surface: whole in cells of every size
WITHIN_M = 500.0  # of the middle stand the sensors
REACH_M = 3_000.0
SENSORS = 10  # of each kind
TARGETS = 20_000  # of each sensor
ROOF_M, ROOF_MAST_M, STREET_MAST_M = 9 * 3.2, 6.0, 3.0
STRIP = 400  # rows of the finest surface that are burnt at a time


class Raster(NamedTuple):
    """A surface of square cells, rows running north."""

    top: np.ndarray
    west: float  # m: middle of the first cell
    south: float
    cell_m: float

    def index(self, x: Any, y: Any) -> tuple[Any, Any]:
        return (y - self.south) / self.cell_m, (x - self.west) / self.cell_m


def highest(footprints: Footprints, corner: tuple[float, float], cell_m: float) -> Raster:
    """The surface as Bartizan makes it."""
    west, south = (c + cell_m / 2 for c in corner)
    n = round(SIDE_M / cell_m)
    strips = [
        footprints.burn(west, south + r * cell_m, cell_m, n, min(STRIP, n - r)) for r in range(0, n, STRIP)
    ]  # fmt: skip
    return Raster(np.concatenate(strips), west, south, cell_m)


def averaged(finest: Raster, cell_m: float) -> Raster:
    """Means of the finest surface."""
    n, k = round(SIDE_M / cell_m), round(cell_m / finest.cell_m)
    shift = (cell_m - finest.cell_m) / 2
    top = finest.top.reshape(n, k, n, k).mean(axis=(1, 3), dtype=np.float32)
    return Raster(top, finest.west + shift, finest.south + shift, cell_m)


def lowest_visible(raster: Raster, sensor: tuple[float, float, float], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Lowest visible altitude, m, over targets."""
    row, column = raster.index(sensor[0], sensor[1])
    found = sweep(raster.top, row, column, sensor[2], raster.cell_m, math.ceil(REACH_M / raster.cell_m) + 2)
    return map_coordinates(found, raster.index(x, y), order=1)


def sensors(footprints: Footprints, middle: tuple[float, float]) -> dict[str, list[tuple[float, float, float]]]:
    """East, north and altitude of the antennas."""
    random = np.random.default_rng(1)
    tall = footprints.geometries[np.abs(footprints.height - ROOF_M) < 0.1]
    tops = shapely.get_coordinates(shapely.point_on_surface(tall))
    near = tops[np.hypot(*(tops - middle).T) < WITHIN_M]
    streets = middle + random.uniform(-WITHIN_M, WITHIN_M, (20 * SENSORS, 2))
    _, distance = footprints.tree.query_nearest(shapely.points(streets), return_distance=True, all_matches=False)
    return {
        "roof": [(x, y, ROOF_M + ROOF_MAST_M) for x, y in random.permutation(near)[:SENSORS].tolist()],
        "street": [(x, y, STREET_MAST_M) for x, y in streets[distance > 2.0][:SENSORS].tolist()],
    }


def targets(sensor: tuple[float, float, float], seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    r, a = REACH_M * np.sqrt(random.random(TARGETS)), 2 * math.pi * random.random(TARGETS)
    return sensor[0] + r * np.sin(a), sensor[1] + r * np.cos(a), 20.0 * 15.0 ** random.random(TARGETS)


class Wrong(NamedTuple):
    """Shares of all targets."""

    opened: float  # seen over the coarser surface alone
    closed: float  # seen over the finest alone

    @property
    def all(self) -> float:
        return self.opened + self.closed


def compared(
    finest: Raster, coarser: dict[tuple[str, int], Raster], at: list[tuple[float, float, float]]
) -> dict[tuple[str, int], Wrong]:
    """For each coarser surface, over all sensors of a kind."""
    opened, closed = dict.fromkeys(coarser, 0.0), dict.fromkeys(coarser, 0.0)
    for seed, sensor in enumerate(at):
        x, y, z = targets(sensor, seed)
        truth = z >= lowest_visible(finest, sensor, x, y)
        for key, raster in coarser.items():
            found = z >= lowest_visible(raster, sensor, x, y)
            opened[key] += float((found & ~truth).mean()) / len(at)
            closed[key] += float((truth & ~found).mean()) / len(at)
    return {key: Wrong(opened[key], closed[key]) for key in coarser}


def study(file: Path, storeys: str) -> dict[tuple[str, str, int], Wrong]:
    """(kind of sensor, highest or mean, cell) -> shares of wrong sight lines."""
    layer = load(file, HeightRule(storeys=storeys))
    footprints = layer.about(layer.middle())
    square = densest(footprints, 4_000.0)
    if square is None:
        raise SystemExit(f"{file} covers less than 4 x 4 km")
    middle = shapely.get_coordinates(square.centroid)[0]
    corner = tuple((middle - SIDE_M / 2).tolist())
    finest = highest(footprints, corner, FINEST_M)
    coarser = {("highest", c): highest(footprints, corner, c) for c in CELLS_M}
    coarser |= {("mean", c): averaged(finest, c) for c in CELLS_M}
    places = sensors(footprints, middle)
    return {
        (kind, *key): wrong for kind, at in places.items() for key, wrong in compared(finest, coarser, at).items()
    }  # fmt: skip


def table(found: dict[tuple[str, str, int], Wrong]) -> str:
    columns = [(kind, how) for kind in ("roof", "street") for how in ("highest", "mean")]
    lines = [
        "| cell | " + " | ".join(f"{kind}, {how}" for kind, how in columns) + " |",
        "|---|" + "---|" * len(columns),
    ]
    for cell in CELLS_M:
        shares = (found[kind, how, cell].all for kind, how in columns)
        lines.append(f"| {cell} m | " + " | ".join(f"{100 * s:.1f} %" for s in shares) + " |")
    return "\n".join(lines)


STYLES = {
    "mean": ("#a33b20", "o", "the mean height in it"),
    "highest": ("#1f4e79", "s", "the highest point in it (Bartizan)"),
}


def panel(axes: Axes, found: dict[tuple[str, str, int], Wrong], kind: str, title: str) -> None:
    for how, (colour, marker, _) in STYLES.items():
        share = [100 * found[kind, how, c].all for c in CELLS_M]
        axes.plot(range(len(CELLS_M)), share, marker + "-", color=colour, lw=1.6, ms=5)
        for k, s in enumerate(share):
            axes.annotate(
                f"{s:.1f}" if s < 9.95 else f"{s:.0f}", (k, s), (0, 6 if how == "mean" else -13), color=colour,
                textcoords="offset points", ha="center", fontsize=8,
            )  # fmt: skip
    axes.set_title(title, loc="left")
    axes.set_xticks(range(len(CELLS_M)), [f"{c} m" for c in CELLS_M])
    axes.set_xlabel("side of the cells")
    axes.set_ylim(-4, 44)
    axes.set_xlim(-0.4, len(CELLS_M) - 0.6)
    axes.set_yticks([0, 10, 20, 30, 40], ["0 %", "10 %", "20 %", "30 %", "40 %"])
    axes.grid(axis="y", color="#dddddd", lw=0.6)
    axes.set_axisbelow(True)


def figure(found: dict[tuple[str, str, int], Wrong], width: float) -> Figure:
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(width, 0.5 * width), facecolor=canvas.PAPER)
    roof, street = drawn.subplots(1, 2, sharey=True)
    panel(roof, found, "roof", "Sensor on a roof, 35 m up")
    panel(street, found, "street", "Sensor in a street, 3 m up")
    roof.set_ylabel("sight lines judged wrongly")
    roof.text(-0.1, 37.5, "A cell stands for", va="center", fontsize=8.5)
    for k, (colour, marker, words) in enumerate(STYLES.values()):
        roof.plot([0.0], [34.5 - 3 * k], marker, color=colour, ms=5)
        roof.text(0.2, 34.5 - 3 * k, words, color=colour, va="center", fontsize=8.5)
    drawn.tight_layout()
    return drawn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footprints", type=Path)
    parser.add_argument("--storeys", default="number_of_floors")
    parser.add_argument("--picture", type=Path, default=Path("docs/pictures/resolution.png"))
    options = parser.parse_args()
    found = study(options.footprints, options.storeys)
    print(table(found))
    for key, wrong in found.items():
        print(*key, f"open though hidden {100 * wrong.opened:.2f} %, hidden though open {100 * wrong.closed:.2f} %")
    options.picture.write_bytes(canvas.raster(lambda width: figure(found, width), canvas.WIDE, 160))


if __name__ == "__main__":
    main()
