"""What a viewer lays over its map: coverage at an altitude, what comes down, hills and buildings of mapped surfaces."""

from __future__ import annotations

import json
import math
import threading
import zipfile
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bartizan.ground import geodesy
from bartizan.ground.errors import ResultsError, UserError, instead
from bartizan.studies.documents.viewer import Buildings, CoverageOffered, FallOffered, Grid, Terrain, ThreatOffered
from bartizan.studies.mercator import picture
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

if TYPE_CHECKING:
    from bartizan.studies.coverage import Coverage, Target
    from bartizan.world.surface.footprints import Footprints

#: What is shaded, and what coverage calls it.
WHAT = {"seen": "seen", "engageable": "engageable", "by_two": "seen_by_two"}
#: Altitudes above the ground that are offered, m; any other within these may be asked for.
ALTITUDES_M = (30.0, 50.0, 100.0, 200.0, 300.0, 500.0, 1000.0, 2000.0, 5000.0)
LOWEST_M, HIGHEST_M = 1.0, 30_000.0
#: Maps, each of a threat at an altitude, that are kept in memory.
KEPT = 12
#: Buildings that are drawn, those nearest to a site first; and decimals of a degree in them: 0.1 m.
MOST_BUILDINGS, DECIMALS = 10_000, 6
#: Hills are lit from the north-west, halfway up the sky. Gentle ones are drawn up to so many times as steep, until one
#: place in fifty has the slope STEEP or more.
LIGHT = (-0.5, 0.5, math.sqrt(0.5))
STEEPER, STEEP = 10.0, 0.4


class CoverageMaps:
    """Coverage of a scenario against a threat of its raids, each altitude on a grid of its own that holds all that is
    seen there. Safe in threads."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self._aims: dict[str, tuple[Target, int]] = {}
        self._kept: OrderedDict[tuple[str, float], Coverage] = OrderedDict()
        self._lock = threading.Lock()

    def offered(self) -> CoverageOffered:
        """What may be asked for."""
        units = [u.name for u in self.scenario.units]
        threats: list[ThreatOffered] = [
            {"name": name, "title": case.groups[g].title} for name, (case, g) in self._threats.items()
        ]
        return {"altitudes_m": list(ALTITUDES_M), "units": units, "threats": threats, "what": list(WHAT)}

    @cached_property
    def _threats(self) -> dict[str, tuple[Case, int]]:
        """The threats of the raids by name, that of the report's map first, each with the first group that flies it."""
        found: dict[str, tuple[Case, int]] = {}
        for case in self.scenario.cases:
            for g in case.threats:
                found.setdefault(case.groups[g].type, (case, g))
        return found

    def picture(self, what: str, altitude_m: float, unit: str | None, threat: str | None = None) -> Grid:
        """The probability over worlds that the defence, or one unit of it, covers a threat at an altitude; the first
        raid's first threat, unless one is named."""
        _check_what(what, unit)
        threat = next(iter(self._threats)) if threat is None else threat
        if threat not in self._threats:
            raise UserError(f"no threat {threat!r} in the raids{instead(threat, self._threats)}")
        if not LOWEST_M <= altitude_m <= HIGHEST_M:
            raise UserError(f"the altitude must lie between {LOWEST_M:g} and {HIGHEST_M:g} m, not {altitude_m:g}")
        number = self._number(unit)
        covered = self.at(altitude_m, threat)
        shares = covered.shares[WHAT[what]] if number is None else _of_unit(covered, what, number)
        grid, origin = covered.grid, self.scenario.origin
        found = picture(shares[0], grid.x, grid.y, origin, 1.0, "probability")
        return {**found, "target": covered.aim.title, "worlds": covered.worlds}

    def _number(self, unit: str | None) -> int | None:
        names = [u.name for u in self.scenario.units]
        if unit is not None and unit not in names:
            raise UserError(f"no unit {unit!r}{instead(unit, names)}")
        return None if unit is None else names.index(unit)

    def at(self, altitude_m: float, threat: str) -> Coverage:
        """Coverage against one threat at one altitude: kept, or found now."""
        from bartizan.studies.coverage import coverage, grid_of

        key = (threat, altitude_m)
        with self._lock:
            if key not in self._kept:
                aim, worlds = self._aim(threat)
                grid = grid_of(aim, [altitude_m], worlds, self.seed)
                self._kept[key] = coverage(aim, grid, worlds, self.seed)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _aim(self, threat: str) -> tuple[Target, int]:
        """A threat, and how many worlds its coverage needs."""
        from bartizan.studies.coverage import target_in, worlds_needed

        if threat not in self._aims:
            aim = target_in(self.scenario, *self._threats[threat])
            self._aims[threat] = aim, worlds_needed(aim, self.seed)
        return self._aims[threat]


def _of_unit(covered: Coverage, what: str, unit: int) -> np.ndarray:
    from bartizan.engine.covering import ENGAGES, SEES

    return covered.of_unit(SEES if what == "seen" else ENGAGES, unit)


def _check_what(what: str, unit: str | None) -> None:
    if what not in WHAT:
        raise UserError(f"no coverage of the kind {what!r}{instead(what, WHAT)}")
    if what == "by_two" and unit is not None:
        raise UserError("one unit alone does not see by two: leave out the unit, or ask for seen")


class SavedCoverage:
    """Coverage as a results folder holds it, where its scenario cannot be had: three altitudes, the whole defence, one
    threat."""

    def __init__(self, path: Path, origin: tuple[float, float]) -> None:
        self.path, self.origin = path, origin

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        return read_arrays(self.path, ("altitudes", "east", "north", "target", *WHAT.values()))

    def offered(self) -> CoverageOffered:
        """What may be asked for."""
        altitudes, title = [float(z) for z in self._arrays["altitudes"]], str(self._arrays["target"])
        threats: list[ThreatOffered] = [{"name": title, "title": title}]
        return {"altitudes_m": altitudes, "units": [], "threats": threats, "what": list(WHAT)}

    def picture(self, what: str, altitude_m: float, unit: str | None, threat: str | None = None) -> Grid:
        """The probability over worlds that the defence covers its target at one of its altitudes."""
        _check_what(what, unit)
        arrays, altitudes, title = self._arrays, self.offered()["altitudes_m"], str(self._arrays["target"])
        if threat not in (None, title):
            raise UserError(f"these results hold coverage against one threat only: {title}")
        if unit is not None or altitude_m not in altitudes:
            offered = ", ".join(f"{z:g}" for z in altitudes)
            raise UserError(f"these results hold coverage of the whole defence at {offered} m only")
        shares = arrays[WHAT[what]][altitudes.index(altitude_m)]
        found = picture(shares, arrays["east"], arrays["north"], self.origin, 1.0, "probability")
        return {**found, "target": title}


def read_arrays(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Arrays of an .npz of a results folder. Raises ResultsError where it is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return {name: np.asarray(found[name]) for name in names}
    except FileNotFoundError:
        raise ResultsError(f"these results hold no {path.name}; run the study again") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ResultsError(f"{path} is damaged: {error}; run the study again with --fresh") from None


def falls_offered(path: Path) -> FallOffered | None:
    """The kinds of what comes down that a results folder tells of, if it does."""
    if not path.is_file():
        return None
    return {"kinds": [str(kind) for kind in read_arrays(path, ("kinds",))["kinds"]]}


def fall(path: Path, case: str, kind: str, origin: tuple[float, float]) -> Grid:
    """How much of a kind comes down: expected bodies per km2 and raid."""
    arrays = read_arrays(path, ("cases", "kinds", "east", "north", "mean"))
    cases, kinds = ([str(name) for name in arrays[what]] for what in ("cases", "kinds"))
    for what, name, known in (("case", case, cases), ("kind", kind, kinds)):
        if name not in known:
            raise UserError(f"no {what} {name!r} among what comes down{instead(name, known)}")
    density = arrays["mean"][cases.index(case), kinds.index(kind)]
    return picture(density, arrays["east"], arrays["north"], origin, float(density.max()), "per km2 and raid")


def terrain(scenario: Scenario) -> Terrain:
    """`shade`: the hills of a mapped surface as a grid of how brightly they are lit, or None where there are none. The
    light of level ground is 1 / sqrt(2), and so is that of places without heights; the darkest has 1 / 255."""
    surface = scenario.mapped
    if surface is None or surface.terrain is None:
        return {"shade": None}
    heights, (x0, y0, per_metre) = surface.ground_grid
    x, y = (start + np.arange(count) / per_metre for start, count in ((x0, heights.shape[1]), (y0, heights.shape[0])))
    lit = hillshade(np.where(heights == np.float32(surface.plain_m), np.nan, heights), 1.0 / per_metre)
    return {"shade": picture(np.maximum(lit, 1 / 255), x, y, scenario.origin, 1.0, "light")}


def hillshade(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """How much of the light of LIGHT heights (Y, X), m, take, 0 to 1, by Lambert's cosine law; those beside an unknown
    height, which is NaN, as if they were level."""
    north, east = np.gradient(heights, cell_m)
    known = np.isfinite(north) & np.isfinite(east)
    north, east = np.where(known, north, 0.0), np.where(known, east, 0.0)
    steepest = max(float(np.quantile(np.hypot(north, east), 0.98)), STEEP / STEEPER)
    times = max(STEEP / steepest, 1.0)
    north, east = times * north, times * east
    return np.maximum((LIGHT[2] - LIGHT[0] * east - LIGHT[1] * north) / np.sqrt(1.0 + north**2 + east**2), 0.0)


def buildings(scenario: Scenario) -> Buildings:
    """The buildings of a mapped surface as GeoJSON; `said` tells where they are only those nearest to the sites."""
    found: Buildings = {"type": "FeatureCollection", "features": [], "said": ""}
    footprints = scenario.mapped.buildings if scenario.mapped else None
    if footprints is None:
        return found
    chosen = _nearest(footprints, scenario)
    if len(chosen) < len(footprints.geometries):
        found["said"] = f"the {len(chosen):,} buildings nearest to a site, of {len(footprints.geometries):,}"
    shapes = _in_degrees(footprints.geometries[chosen], scenario.origin)
    found["features"] = [
        {"type": "Feature", "properties": {"height_m": round(float(height), 1)}, "geometry": json.loads(shape)}
        for shape, height in zip(shapes, footprints.height[chosen], strict=True)
    ]
    return found


def _nearest(footprints: Footprints, scenario: Scenario) -> np.ndarray:
    """Numbers of the buildings that are drawn."""
    import shapely

    bounds = shapely.bounds(footprints.geometries)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    sites = [a.at.local(scenario.origin) for a in scenario.assets]
    sites += [u.unit.at.local(scenario.origin) for u in scenario.units]
    nearest = np.min([np.hypot(*(middle - site).T) for site in sites], axis=0)
    return np.sort(np.argsort(nearest, kind="stable")[:MOST_BUILDINGS])


def _in_degrees(geometries: np.ndarray, origin: tuple[float, float]) -> list[str]:
    """GeoJSON of shapes of the local frame."""
    import shapely

    def moved(places: np.ndarray) -> np.ndarray:
        lat, lon = geodesy.to_degrees(places[:, 0], places[:, 1], origin)
        return np.round(np.stack([lon, lat], axis=1), DECIMALS)

    return list(shapely.to_geojson(shapely.transform(geometries, moved)))
