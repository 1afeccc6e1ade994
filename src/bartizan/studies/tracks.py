"""Lines through space and time for one raid that has been played: of its threats, of what was fired, and of sight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from bartizan.engine import layout
from bartizan.engine.layout import APPEARED, CAME_DOWN, DIVERTED, INTERCEPTED, JAMMED, SHOT_DOWN, WENT
from bartizan.engine.survey import MAX_SAMPLES
from bartizan.engine.tracing import SPAN, drift_bearings, thin, trace, trace_sight
from bartizan.ground import geodesy
from bartizan.physics.arrays import MAPPED, records
from bartizan.physics.fall import MAX_STEP_S, STEP_SHARE, Body, trajectory
from bartizan.studies.mercator import bilinear
from bartizan.studies.replicate import PlayedRaid

#: A line between the points that are kept is off by no more than this along an axis; a leg as long as LONGEST_M bends
#: away from a straight line on the globe, and from one on a map in Web Mercator at 60 degrees, by 8 m.
TOLERANCE_M, LONGEST_M = 10.0, 15_000.0
_SAMPLE_M, _FALL_STEP_S = 100.0, 0.5
DEGREE_DECIMALS, METRE_DECIMALS, SECOND_DECIMALS = 6, 1, 3

Track = list[list[float]]  # longitude, latitude (degrees), altitude above the sea (m), s into the raid


class Tracks:
    """The tracks of one raid, in metres of the local frame: x, y, altitude above the sea, s into the raid; (N, 4)."""

    def __init__(self, raid: PlayedRaid, world: int, index: int) -> None:
        self.raid, self.routes = raid, raid.theatre.routes
        self.bearing = np.zeros(len(self.routes))
        drift_bearings(raid.world, raid.theatre, world, index, self.bearing)

    def _times(self, chosen: np.ndarray) -> np.ndarray:
        """The time of the only row of each threat among `chosen` rows of the journal; infinite where there is none."""
        found = np.full(len(self.routes), math.inf)
        rows = self.raid.events[chosen]
        found[rows["threat"]] = rows["time"]
        return found

    @cached_property
    def appears(self) -> np.ndarray:
        """When each threat appears, s into the raid."""
        return self._times(self.raid.events["kind"] == APPEARED)

    @cached_property
    def settled(self) -> np.ndarray:
        """When it was settled what becomes of each threat, s into the raid."""
        kind, number = self.raid.events["kind"], self.raid.events["rounds"]
        gone = ((kind == INTERCEPTED) | (kind == JAMMED)) & (number == 1)
        return self._times(gone | (kind == CAME_DOWN) | (kind == WENT))

    @cached_property
    def _jammed(self) -> np.ndarray:
        return self._times((self.raid.events["kind"] == JAMMED) & (self.raid.events["rounds"] == 0))

    def where(self, i: int, times: np.ndarray) -> np.ndarray:
        """x, y, altitude above the sea and height above the ground of threat i, s into the raid; (N, 4)."""
        out = np.zeros((len(times), 4))
        trace(self.raid.world, self.raid.theatre, i, times - self.appears[i], out)
        out[:, :2] += self._drift(i, times)[:, None] * [math.sin(self.bearing[i]), math.cos(self.bearing[i])]
        return out

    def _drift(self, i: int, times: np.ndarray) -> np.ndarray:
        """How far off its route it is, m: so far as it came down, in the end, and by the law of `physics.denial`.

        The engine drifts what arrives and meets all else on its route, and so it is drawn.
        """
        miss, jammed = float(self.raid.block.miss[0, i]), self._jammed[i]
        if miss < 0.0 or jammed == math.inf:
            return np.zeros(len(times))
        type_, whole = self.raid.world.types[self.routes[i].group], self.settled[i] - jammed
        since = np.clip(times - jammed, 0.0, whole)
        grown, at_end = (
            np.hypot(type_.drift * t, 0.5 * type_.drift_acceleration * t * t) for t in (since, np.float64(whole))
        )
        return miss * grown / at_end if at_end > 0.0 else np.zeros(len(times))

    def threat(self, i: int) -> np.ndarray:
        """From where it appears to where it was settled, and from there down to the ground if it fell."""
        route, end = self.routes[i], self.settled[i] - self.appears[i]
        even = np.linspace(0.0, end, int(end * route.speed / _SAMPLE_M) + 2)
        times = self.appears[i] + np.unique([*even, *(t for t in route.t[: route.points] if t < end)])
        at = self.where(i, times)
        flown = self._thinned(np.column_stack([at[:, :3], times]))
        link_lost = self.raid.block.fate[0, i] == DIVERTED and self.raid.block.miss[0, i] < 0.0
        if self.raid.block.fate[0, i] not in SHOT_DOWN and not link_lost:
            return flown
        return np.concatenate([flown, thinned(np.vstack([flown[-1], self._fall(i, at[-1], times[-1])]))[1:]])

    def ground(self, track: np.ndarray, falls_s: float = math.inf) -> np.ndarray:
        """Height of the ground under the rows of a track, m above the sea, as `physics.sight` has it. What falls since
        `falls_s` does so on ground as high as where it began."""
        world, began = self.raid.world, int(np.searchsorted(track[:, 3], falls_s + 1e-6)) - 1
        track = track[np.minimum(np.arange(len(track)), began)]
        if world.surface[0].kind != MAPPED:
            return np.zeros(len(track))
        (rows, columns), (x0, y0, per_metre) = world.ground.shape, world.frame
        column = np.clip((track[:, 0] - x0) * per_metre, 0.0, columns - 1.0)
        row = np.clip((track[:, 1] - y0) * per_metre, 0.0, rows - 1.0)
        return bilinear(world.ground, np.arange(columns), np.arange(rows), column, row)

    def _thinned(self, track: np.ndarray) -> np.ndarray:
        """The rows that a track needs, and those that the ground under it needs."""
        ground = self.ground(track)
        if np.ptp(ground) == 0.0:
            return thinned(track)
        below = np.column_stack([track[:, :2], ground, track[:, 3]])
        return track[needed(track) | needed(below)]

    def _fall(self, i: int, at: np.ndarray, time: float) -> np.ndarray:
        """A wreck's way down from `at` as `where` has it: as one body, with the coefficient of a type's wreck."""
        world, wind = self.raid.world, self.raid.world.fall[0]
        body = Body(float(world.types[self.routes[i].group].wreck), float(wind.wind_x), float(wind.wind_y))
        x, y, altitude, height = at
        ground, (vx, vy, vz) = altitude - height, self._velocity(i, time)
        rows: list[tuple[float, ...]] = []
        while height > 0.0:
            dx, dy, height, vx, vy, vz, dt = trajectory(
                body, float(height), (vx, vy, vz), STEP_SHARE, MAX_STEP_S, _FALL_STEP_S
            )
            x, y, time = x + dx, y + dy, time + dt
            rows.append((x, y, ground + height, time))
        return np.array(rows).reshape(-1, 4)

    def _velocity(self, i: int, time: float) -> tuple[float, float, float]:
        """Of its leg, m/s."""
        route = self.routes[i]
        legs = route.t[1 : route.points - 1]
        k = int(np.searchsorted(legs, time - self.appears[i], side="right"))
        span = max(route.t[k + 1] - route.t[k], 1e-9)
        vx, vy, vz = (float(axis[k + 1] - axis[k]) / span for axis in (route.x, route.y, route.z))
        return vx, vy, vz

    def shot(self, launch: np.ndarray) -> np.ndarray:
        """From the antenna of the unit straight to the meeting, as fast on its way as its times of flight say: it
        leaves after its launch delay. `launch` is its row of the journal."""
        world, effector = self.raid.world, self.raid.world.effectors[launch["effector"]]
        unit, meets = world.units[launch["unit"]], float(launch["until"])
        start = np.array([unit.x, unit.y, unit.antenna])
        way = self.where(int(launch["threat"]), np.array([meets]))[0, :3] - start
        ranges, times = _flight(effector, float(np.linalg.norm(way)))
        part = (ranges / max(ranges[-1], 1e-9))[:, None]
        clock = launch["time"] + (meets - launch["time"]) * times / max(times[-1], 1e-9)
        return thinned(np.column_stack([start + part * way, clock]))

    def ground_between(self, track: np.ndarray) -> np.ndarray:
        """Heights that rise evenly from the ground under the first row of a track to that under its last, m."""
        first, last = self.ground(track[[0, -1]])
        way = np.hypot(*(track[:, :2] - track[0, :2]).T)
        return np.asarray(first + (last - first) * way / max(way[-1], 1e-9))

    def sight(self, step_m: float) -> np.ndarray:
        """When units had threats in sight and within reach, until these were settled: rows of SPAN, s into the raid, by
        unit, threat and time."""
        scratch, room = layout.new_scratch(MAX_SAMPLES + 2, 1, 1), 2 * len(self.raid.theatre.pairs)
        while (count := trace_sight(
            self.raid.world, self.raid.theatre, step_m, scratch, spans := records(room, SPAN)
        )) > room:  # fmt: skip
            room = count
        found = np.asarray(spans[:count])
        found["start"] += self.appears[found["threat"]]
        found["end"] = np.minimum(found["end"] + self.appears[found["threat"]], self.settled[found["threat"]])
        found = found[found["start"] < found["end"]]
        return found[np.lexsort((found["start"], found["threat"], found["unit"]))]


def _flight(effector: np.record, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Ranges, m, up to `distance`, and the times of flight to them, s, rising."""
    table = np.arange(len(effector.flight)) / effector.per_metre
    ranges = np.append(table[table < distance], distance)
    times = np.interp(ranges, table, effector.flight)
    if distance > table[-1]:  # its last slope goes on, as in `physics.flyout`
        times[-1] += (distance - table[-1]) * effector.per_metre * (effector.flight[-1] - effector.flight[-2])
    return ranges, times


def thinned(track: np.ndarray) -> np.ndarray:
    """The rows of a track that a line within TOLERANCE_M of all of them needs; of rows at one moment, the last."""
    return track[needed(track)]


def needed(track: np.ndarray) -> np.ndarray:
    """Whether `thinned` keeps the rows of a track."""
    last = np.append(np.diff(track[:, 3]) > 0.0, True)
    keep = np.zeros(int(last.sum()), bool)
    thin(track[last], TOLERANCE_M, LONGEST_M, np.zeros((3, 2)), keep)
    last[last] = keep
    return last


def in_degrees(tracks: Sequence[np.ndarray], origin: tuple[float, float]) -> list[Track]:
    """Tracks as numbers for a file: rounded, with no two points of one at the same rounded time. What stands behind
    the times of a track are metres that go with it."""
    if not tracks:
        return []
    every = np.concatenate(tracks)
    lat, lon = geodesy.to_degrees(every[:, 0], every[:, 1], origin)
    columns = (np.round(lon, DEGREE_DECIMALS), np.round(lat, DEGREE_DECIMALS), np.round(every[:, 2], METRE_DECIMALS))
    rest = np.round(every[:, 4:], METRE_DECIMALS)
    table = np.column_stack([*columns, np.round(every[:, 3], SECOND_DECIMALS), rest])
    parts = np.split(table, np.cumsum([len(track) for track in tracks])[:-1])
    return [part[np.append(np.diff(part[:, 3]) > 0.0, True)].tolist() for part in parts]
