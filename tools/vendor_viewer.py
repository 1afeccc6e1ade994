"""Fetches the libraries of the viewer's page and packs them: `vendor_viewer.py`, or `vendor_viewer.py --check`.

Needs npm, for the registry that has them and for the bundler; users of the package need neither. With --check nothing
is fetched: the packed files must have the digests that VENDOR.json states.

- MapLibre GL JS: its module, worker and style sheet as published.
- milsymbol: bundled with only the icons of the units that we draw. Its thousand others are three quarters of it.
- Natural Earth 1:110m by way of world-atlas: land, and the borders between countries, as GeoJSON.

They lie in one archive because the module and its worker share most of their code: packed one by one, as a wheel packs
its files, they would take half as much again.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import itertools
import json
import lzma
import math
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.affinity

TARGET = Path(__file__).parents[1] / "src/bartizan/faces/viewer/vendor"
ARCHIVE, RECORD = "libraries.tar.xz", "VENDOR.json"
#: version, licence, the file of the package that has its text
PACKAGES = {
    "maplibre-gl": ("6.17.0", "BSD-3-Clause", "LICENSE.txt"),
    "milsymbol": ("3.0.4", "MIT", "LICENSE"),
    "world-atlas": ("2.0.2", "ISC; the data of Natural Earth are in the public domain", "LICENSE"),
}
BUNDLER = "esbuild@0.25.12"
#: Parts of milsymbol's icons that symbols.js draws: air defence with missiles or guns, sensor, radar, jammer.
ICONS = (
    "GR.IC.FF.AIR DEFENCE", "GR.IC.MISSILE", "GR.IC.FF.MAIN GUN SYSTEM", "GR.IC.SENSOR", "GR.M1.RADAR",
    "GR.IC.FF.JAMMING",
)  # fmt: skip
ENTRY = "import {ms, numberlandunit} from './index.mjs'; ms.addIcons(numberlandunit); export default ms;"
#: As tight as xz packs; text has no words of four bytes to keep in step with, so `pb` is 0.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "pb": 0, "nice_len": 273}]
DECIMALS = 2  # of a degree: a kilometre, finer than 1:110m


def fetched(package: str, into: Path) -> tuple[Path, str]:
    """The unpacked folder of an npm package, and npm's sha512 of what was fetched."""
    said = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{PACKAGES[package][0]}"],
        cwd=into, check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    packed = into / said.stdout.split()[-1]
    folder = into / package
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    return folder / "package", f"sha512-{digest}"


def without_other_icons(source: str) -> str:
    """milsymbol's module of icons of the ground with only those of ICONS."""
    head, *statements = re.split(r'^(?=  icn\[")', source, flags=re.MULTILINE)
    tail = source[source.rindex("  for (const key in icn)") :]
    wanted = {name: [s for s in statements if s.startswith(f'  icn["{name}"] =')] for name in ICONS}
    missing = [name for name, found in wanted.items() if len(found) != 1]
    if missing:
        raise SystemExit(
            f"milsymbol has no one icon {', '.join(missing)}: look for the new name in iconparts/ground.js"
        )
    return head + "".join(found[0] for found in wanted.values()) + tail


def symbols(package: Path) -> bytes:
    """milsymbol as one module with few icons."""
    ground = package / "src/iconparts/ground.js"
    ground.write_text(without_other_icons(ground.read_text(encoding="utf-8")), encoding="utf-8")
    (package / "entry.mjs").write_text(ENTRY, encoding="utf-8")
    bundler = ["npx", "--yes", BUNDLER, "entry.mjs", "--bundle", "--minify", "--format=esm", "--log-level=error"]
    return subprocess.run(bundler, cwd=package, check=True, capture_output=True, timeout=300).stdout


def arcs(topology: dict[str, Any]) -> list[list[list[float]]]:
    """The lines of a TopoJSON topology in degrees: points [lon, lat]."""
    (sx, sy), (ox, oy) = topology["transform"]["scale"], topology["transform"]["translate"]

    def line(steps: list[list[int]]) -> Iterator[list[float]]:
        x = y = 0
        for dx, dy in steps:
            x, y = x + dx, y + dy
            yield [round(x * sx + ox, DECIMALS), round(y * sy + oy, DECIMALS)]

    return [list(line(steps)) for steps in topology["arcs"]]


def ring(lines: list[list[list[float]]], parts: list[int]) -> list[list[float]]:
    """A closed ring of arcs; the number ~k says arc k backwards."""
    joined = [lines[k] if k >= 0 else lines[~k][::-1] for k in parts]
    return [p for part in joined for p in part[:-1]] + [joined[-1][-1]]


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """The rings of arcs of each polygon of a TopoJSON geometry."""
    if geometry["type"] == "GeometryCollection":
        return [p for part in geometry["geometries"] for p in polygons(part)]
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def unrolled(ring: list[list[float]]) -> list[list[float]]:
    """The ring without leaps: beyond 180 degrees its longitudes go on. One around a pole is closed through the pole."""
    turned = 0
    points = ring[:1]
    for (before, _), (lon, lat) in itertools.pairwise(ring):
        turned -= 360 * round((lon - before) / 360)
        points.append([lon + turned, lat])
    pole = math.copysign(90.0, ring[0][1])
    return [*points, [points[-1][0], pole], [points[0][0], pole], points[0]] if turned else points


def area(ring: list[list[float]]) -> shapely.Geometry:
    """What a ring encloses, cut at 180 degrees."""
    whole = shapely.Polygon(unrolled(ring))
    turns = (shapely.affinity.translate(whole, xoff=360.0 * k) for k in (-1, 0, 1))
    earth = shapely.box(-180.0, -90.0, 180.0, 90.0)
    return shapely.union_all([turn.intersection(earth) for turn in turns], grid_size=10.0**-DECIMALS)


def land(rings: list[list[list[float]]]) -> list[Any]:
    """The coordinates of the valid polygons of GeoJSON that a polygon's rings amount to: the outer one, its holes."""
    outer, *holes = map(area, rings)
    cut = outer.difference(shapely.union_all(holes), grid_size=10.0**-DECIMALS)
    parts = [shapely.orient_polygons(part) for part in shapely.get_parts(cut) if part.geom_type == "Polygon"]
    if not all(part.is_valid and part.area for part in parts):
        raise SystemExit("world-atlas: a polygon of its land is not one when it is cut at 180 degrees")
    return [
        [np.round(shapely.get_coordinates(r), DECIMALS).tolist() for r in (p.exterior, *p.interiors)] for p in parts
    ]


def natural_earth(topology: dict[str, Any]) -> bytes:
    """GeoJSON of two features: land, and borders, which are the arcs that two countries share."""
    lines = arcs(topology)
    shores = [part for p in polygons(topology["objects"]["land"]) for part in land([ring(lines, r) for r in p])]
    used = Counter(k if k >= 0 else ~k for p in polygons(topology["objects"]["countries"]) for r in p for k in r)
    shared = [lines[k] for k, times in sorted(used.items()) if times > 1]
    features = [
        {"type": "Feature", "properties": {"kind": kind}, "geometry": {"type": shape, "coordinates": coordinates}}
        for kind, shape, coordinates in (("land", "MultiPolygon", shores), ("border", "MultiLineString", shared))
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def gathered(into: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files to pack by name, and what to record of each package."""
    folders, record, contents = {}, {}, {}
    for package, (version, licence, text) in PACKAGES.items():
        folders[package], digest = fetched(package, into)
        record[package] = {"version": version, "licence": licence, "text": f"{package}.txt", "npm": digest}
        (TARGET / f"{package}.txt").write_bytes((folders[package] / text).read_bytes())
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"):
        # The maps that lead back to the sources are not shipped, so nothing may ask for them.
        plain = re.sub(rb"\n//# sourceMappingURL=\S*", b"", (folders["maplibre-gl"] / "dist" / name).read_bytes())
        contents[name] = plain
    contents["milsymbol.mjs"] = symbols(folders["milsymbol"])
    atlas = json.loads((folders["world-atlas"] / "countries-110m.json").read_text(encoding="utf-8"))
    contents["natural-earth.json"] = natural_earth(atlas)
    return contents, record


def packed(contents: dict[str, bytes]) -> bytes:
    """An archive that depends on nothing but its contents."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return lzma.compress(into.getvalue(), filters=FILTERS)


def check() -> None:
    """Compare the packed files with the digests recorded. Raises SystemExit."""
    record = json.loads((TARGET / RECORD).read_text(encoding="utf-8"))
    with tarfile.open(TARGET / ARCHIVE) as archive:
        found = {m.name: hashlib.sha256(archive.extractfile(m).read()).hexdigest() for m in archive}  # type: ignore[union-attr]
    if found != record["sha256"]:
        wrong = sorted(set(found.items()) ^ set(record["sha256"].items()))
        raise SystemExit(f"{TARGET / ARCHIVE}: not what {RECORD} states: {', '.join(sorted({n for n, _ in wrong}))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fetch nothing; compare what is there with its digests")
    if parser.parse_args().check:
        return check()
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        contents, packages = gathered(Path(folder))
    (TARGET / ARCHIVE).write_bytes(packed(contents))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    record = {"packages": packages, "bundler": BUNDLER, "sha256": digests}
    (TARGET / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"{(TARGET / ARCHIVE).stat().st_size / 1e3:.0f} kB in {TARGET}", file=sys.stderr)


if __name__ == "__main__":
    main()
