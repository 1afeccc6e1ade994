"""What a sensor sees over a raster of heights: a wedge sweep that counts every crossing of a sight line with the grid.

Rays leave the sensor at even steps of their tangent t, `half` of them to each side of the axis of each of four
quadrants, and advance line by line: over rows to the north and south, over columns to the east and west.

      |    / |         A ray meets the line at axis distance k between two of its posts, and on its way from the line
    --+---x--+--  k    before at most one column, between two posts of that. Both points obstruct: what counts is the
      |  /   |         largest slope S so far. The lowest visible altitude over the line is S k + the fall of the earth,
    --+-x----+--  k-1  taken before the line itself obstructs; a cell has it by interpolation between the two rays
       /               beside it, which are never further apart than a cell.

The earth is a sphere of effective radius R, exactly. A sight line of slope S from the altitude h reaches 1 / (R + z) =
(cos a - S sin a) / (R + h) at the angle a = d / R: it is straight in v = (z - h) / (1 + z / R), with
S = (v - R (1 - cos a)) / (R sin a). Posts are lifted to v when they are copied, so that a sample costs what it costs
over a parabola; sine and cosine are series in a**2, within 1 cm to 500 km.

Lines are copied in blocks, columns transposed on the way, so that all quadrants run on neighbouring numbers in cache.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from bartizan.ground.geodesy import EFFECTIVE_RADIUS_M
from bartizan.ground.jit import inner, kernel, lanes

#: Rays in a chunk, so that its state stays in cache, and lines in a block: a cache line of a column.
RAYS, LINES = 512, 16
#: Altitude of a post without data: lower than all land, so that it obstructs nothing.
VOID_M = -500.0
#: Slope of a ray that has met nothing: steeper than any, and finite, so that what is between two such rays is a number.
OPEN_SLOPE = -1e30
#: Parts of a cell to which a sensor's place is rounded: comparisons of distances are then exact.
_SNAP = 2.0**20
_WIDTH = RAYS + 2 * LINES
#: Posts kept beyond each edge of the array: rays that pass there still serve cells at the edge.
_BESIDE = 2
#: Part of a cell: a crossing nearer to a line than this is left to the line's own sample.
_AT_LINE = np.float32(1 / 256)
#: Quadrants: rows upward, rows downward, columns upward, columns downward.
_EASTWARD = 2


class Chunk(NamedTuple):
    """Rays beside one another in one quadrant, and where in it they begin."""

    quadrant: int
    first: int  # ray
    last: int
    across: float  # the sensor's place across the quadrant's axis, cells
    posts: int  # of a line


class Sweep(NamedTuple):
    """One sweep: the raster, what is known of the rays, and the sensor. Lengths are cells unless they say m."""

    top: np.ndarray  # f4 (rows, columns): heights, m
    lowest: np.ndarray  # f4 (rows, columns): the result, m
    before: np.ndarray  # f4 (4, 2 half + 1): slopes on the way in
    slopes: np.ndarray  # f4 (4, 2 half + 1): slopes on the way out
    row: float
    column: float
    antenna: float  # m
    cell: float  # m
    half: int
    inner: int
    curvature: float  # 1/m: 1 / R


class Mast(NamedTuple):
    """Where a sensor looks from: its place in a raster, in cells, the centres of which are whole numbers."""

    row: float
    column: float
    antenna: float  # m above sea level
    cell: float  # m, the side of one


class Room(NamedTuple):
    """Scratch of one thread."""

    tile: np.ndarray  # f4 (LINES + 1, _WIDTH): a block of lifted lines, the line before them first
    seen: np.ndarray  # f4 (LINES, _WIDTH): lowest visible v over the block
    span: np.ndarray  # i8 (LINES, 2): the cells of each line that the chunk owns
    slope: np.ndarray  # f4 (RAYS + 2): S of each ray
    bend: np.ndarray  # f4: (1 + t**2) / 2 R, 1/m
    per_column: np.ndarray  # f4: 1 / t, 0 on the axis
    share: np.ndarray  # f4: from the column that was crossed last to where the ray meets the line
    height: np.ndarray  # f4: v of the surface there
    post: np.ndarray  # f4: v of the post of the column that was crossed last
    back: np.ndarray  # f4: from that post to the same column's post in the line before
    crossed: np.ndarray  # f4: slope of the crossing with that column
    lowest: np.ndarray  # f4: lowest visible v where the ray meets the line


def _rooms(count: int) -> list[Room]:
    """Scratch for `count` threads; one sweep at a time may use it."""
    rays = (RAYS + 2,)
    return [
        Room(
            np.zeros((LINES + 1, _WIDTH), np.float32), np.zeros((LINES, _WIDTH), np.float32),
            np.zeros((LINES, 2), np.int64), *(np.zeros(rays, np.float32) for _ in range(9)),
        )
        for _ in range(count)
    ]  # fmt: skip


@lanes
def _lifted(z, s):  # type: ignore[no-untyped-def]
    """v of a post at altitude z, m."""
    z = z if z == z else np.float32(VOID_M)
    return (z - np.float32(s.antenna)) / (np.float32(1) + z * np.float32(s.curvature))


@lanes
def _lowered(v, s):  # type: ignore[no-untyped-def]
    """Altitude, m, of v."""
    return (v + np.float32(s.antenna)) / (np.float32(1) - v * np.float32(s.curvature))


@lanes
def _lift(s, room, line, step, lines, low, width):  # type: ignore[no-untyped-def]
    """Fill the tile with rows `line`, `line + step`, ...: posts low ... low + width - 1, those at the edge repeated."""
    first, last = max(low, 0), min(low + width, s.top.shape[1])
    for b in range(lines):
        out, posts = room.tile[b], s.top[line + b * step, first:last]
        inside = out[first - low :]
        for x in range(last - first):
            inside[x] = _lifted(posts[x], s)
        for x in range(first - low):
            out[x] = inside[0]
        for x in range(last - low, width):
            out[x] = out[last - low - 1]


@lanes
def _lift_across(s, room, line, step, lines, low, width):  # type: ignore[no-untyped-def]
    """The same with columns."""
    for x in range(width):
        posts = s.top[min(max(low + x, 0), s.top.shape[0] - 1)]
        for b in range(lines):
            room.tile[b, x] = _lifted(posts[line + b * step], s)


@lanes
def _lower(s, room, line, step, lines, low):  # type: ignore[no-untyped-def]
    """Write the cells of rows that the chunk owns."""
    for b in range(lines):
        first, last = room.span[b, 0], room.span[b, 1]
        out, seen = s.lowest[line + b * step, first:], room.seen[b, first - low :]
        for x in range(last - first):
            out[x] = _lowered(seen[x], s)


@lanes
def _lower_across(s, room, line, step, lines, low, width):  # type: ignore[no-untyped-def]
    """The same with columns."""
    for j in range(max(low, 0), min(low + width, s.lowest.shape[0])):
        out = s.lowest[j]
        for b in range(lines):
            if room.span[b, 0] <= j < room.span[b, 1]:
                out[line + b * step] = _lowered(room.seen[b, j - low], s)


@inner
def _sample(room, line, before, start, step, side, first, count):  # type: ignore[no-untyped-def]
    """Where `count` rays meet a line, and the posts around: `start` is the place of the first, in the tile."""
    share, post, back, height = room.share[first:], room.post[first:], room.back[first:], room.height[first:]
    beyond = np.float32(side)
    for i in range(count):
        y = start + np.float32(i) * step
        j = np.uint64(np.int32(y))
        part = y - np.float32(j) - beyond
        near = line[j + np.uint64(side)]
        share[i] = part
        post[i] = near
        height[i] = near + part * (line[j + np.uint64(1)] - line[j])
        back[i] = before[j + np.uint64(side)] - near


@lanes
def _cross(room, distance, reach, cell, bend_share, first, count):  # type: ignore[no-untyped-def]
    """Slope of the crossing with a column since the line before, if it lies less than `reach` lines behind this one."""
    share, per_column, post, back = room.share[first:], room.per_column[first:], room.post[first:], room.back[first:]
    bend, crossed = room.bend[first:], room.crossed[first:]
    one, half, none = np.float32(1), np.float32(0.5), np.float32(OPEN_SLOPE)
    square = distance * distance * bend_share
    for i in range(count):
        behind = share[i] * per_column[i]
        d = distance - behind * cell
        fall = d * d * bend[i]
        stretch = square * bend[i]
        slope = (post[i] + behind * back[i] - fall * (one - half * stretch)) / d * (one + stretch)
        crossed[i] = slope if (behind > _AT_LINE) & (behind < reach) else none


@lanes
def _advance(room, distance, bend_share, first, count):  # type: ignore[no-untyped-def]
    """Lowest visible v on a line, then the line obstructs too."""
    height, crossed, bend = room.height[first:], room.crossed[first:], room.bend[first:]
    slope, lowest = room.slope[first:], room.lowest[first:]
    one, half = np.float32(1), np.float32(0.5)
    square, per_distance = distance * distance, one / distance
    for i in range(count):
        fall = square * bend[i]
        stretch = fall * bend_share
        fall -= half * stretch * fall
        before = crossed[i] if crossed[i] > slope[i] else slope[i]
        lowest[i] = before * distance * (one - stretch) + fall
        here = (height[i] - fall) * per_distance * (one + stretch)
        slope[i] = here if here > before else before


@inner
def _interpolate(seen, lowest, start, step, count, last):  # type: ignore[no-untyped-def]
    """Lowest visible v of `count` cells beside one another; `start` is the place of the first among the rays."""
    for c in range(count):
        m = start + np.float32(c) * step
        i = np.uint64(min(max(np.int32(m), 0), last - 1))
        near = lowest[i]
        seen[c] = near + (m - np.float32(i)) * (lowest[i + np.uint64(1)] - near)


@inner
def _begin(s, room, quadrant, first, last):  # type: ignore[no-untyped-def]
    """What belongs to each ray of a chunk."""
    for i in range(last - first + 1):
        t = (first + i) / s.half
        room.slope[i] = s.before[quadrant, s.half + first + i]
        room.bend[i] = 0.5 * s.curvature * (1.0 + t * t)
        room.per_column[i] = s.half / (first + i) if first + i != 0 else 0.0


@inner
def _end(s, room, quadrant, first, last):  # type: ignore[no-untyped-def]
    """Hand the slopes on; a ray that two chunks share is the later one's."""
    for i in range(last - first + (1 if last == s.half else 0)):
        s.slopes[quadrant, s.half + first + i] = room.slope[i]


@inner
def _own(s, chunk, distance, spacing):  # type: ignore[no-untyped-def]
    """The cells of a line that a chunk owns, as (from, to). Those on a diagonal belong to rows."""
    quadrant, first, last, across, posts = chunk
    a, z = math.ceil(across + first * spacing), math.ceil(across + last * spacing)
    if first == -s.half:
        a = math.ceil(across - distance) if quadrant < _EASTWARD else math.floor(across - distance) + 1
    if last == s.half:
        z = math.floor(across + distance) + 1 if quadrant < _EASTWARD else math.ceil(across + distance)
    a = max(a, 0)
    return a, max(min(z, posts), a) if distance > s.inner else a


@inner
def _follow_line(s, room, chunk, b, distance, reach, low):  # type: ignore[no-untyped-def]
    """One line of a block: sample it, count what was crossed, fill the cells that the chunk owns."""
    first, last, across, posts = chunk.first, chunk.last, chunk.across, chunk.posts
    spacing = distance / s.half
    begin = across + first * spacing
    near = max(0, math.ceil((-1.0 - begin) / spacing))
    far = min(last - first, math.floor((posts - begin) / spacing))
    a, z = _own(s, chunk, distance, spacing)
    room.span[b, 0], room.span[b, 1] = a, z
    line = room.tile[b + 1]
    start = np.float32(begin + near * spacing - low)
    count = far - near + 1
    _sample(room, line, room.tile[b], start, np.float32(spacing), 1 if first < 0 else 0, near, count)
    metres, bend_share = np.float32(distance * s.cell), np.float32(s.curvature / 3.0)
    _cross(room, metres, np.float32(reach), np.float32(s.cell), bend_share, near, count)
    _advance(room, metres, bend_share, near, count)
    seen = room.seen[b]
    start = np.float32((a - begin) / spacing - near)
    _interpolate(seen[a - low :], room.lowest[near:], start, np.float32(1.0 / spacing), z - a, count - 1)
    if s.inner == 0 and distance <= 1.5:
        for x in range(a - low, z - low):
            seen[x] = max(seen[x], line[x])


@inner
def _axes(s, quadrant):  # type: ignore[no-untyped-def]
    """Direction of a quadrant, the sensor's place along and across it, lines along and posts across it."""
    step = 1 - 2 * (quadrant & 1)
    if quadrant < _EASTWARD:
        return step, s.row, s.column, s.top.shape[0], s.top.shape[1]
    return step, s.column, s.row, s.top.shape[1], s.top.shape[0]


@inner
def _lines(s, step, along, lines):  # type: ignore[no-untyped-def]
    """The first line beyond the sensor's cell, or the last in the inner square, and how many there are from it on."""
    nearest = max(s.inner - 1.0, 0.5)
    if step > 0:
        first, last = math.floor(along + nearest) + 1, min(math.floor(along + s.half), lines - 1)
    else:
        first, last = math.ceil(along - nearest) - 1, max(math.ceil(along - s.half), 0)
    return first, step * (last - first) + 1


@inner
def _window(across, near, far, first, last, posts):  # type: ignore[no-untyped-def]
    """Posts that a chunk needs between two distances, with some beyond the edges; none if it has left the array."""
    low = math.floor(across + min(first * near, first * far))
    high = math.floor(across + max(last * near, last * far)) + 1
    if low > posts or high < 0:
        return 0, 0
    low, high = min(max(low, -_BESIDE), posts - 1), max(min(high, posts + _BESIDE - 1), 0)
    return low, high - low + 1


@inner
def _lower_own_cell(room, across, low, width):  # type: ignore[no-untyped-def]
    """The sensor's own posts, in the line before the first, count as no higher than the antenna."""
    for j in range(max(math.ceil(across - 0.5), low), min(math.floor(across + 0.5), low + width - 1) + 1):
        room.tile[0, j - low] = min(room.tile[0, j - low], np.float32(0))


@kernel
def follow(s, room, quadrant, first, last):  # type: ignore[no-untyped-def]
    """Follow the rays first ... last of a quadrant outward, from the sensor or the inner square to the edge."""
    step, along, across, lines, posts = _axes(s, quadrant)
    line, left = _lines(s, step, along, lines)
    chunk = Chunk(quadrant, first, last, across, posts)
    begin = 0.5 if s.inner == 0 else step * (line - along)  # what was crossed nearer than this does not count
    own = s.inner == 0
    _begin(s, room, quadrant, first, last)
    while left > 0:
        count, distance = min(LINES, left), step * (line - along)
        low, width = _window(across, distance / s.half, (distance + count - 1) / s.half, first, last, posts)
        if width == 0:
            break
        if quadrant < _EASTWARD:
            _lift(s, room, line - step, step, count + 1, low, width)
        else:
            _lift_across(s, room, line - step, step, count + 1, low, width)
        if own:
            _lower_own_cell(room, across, low, width)
            own = False
        for b in range(count):
            reach = min(distance + b - begin, 1.0)
            _follow_line(s, room, chunk, b, distance + b, reach, low)
        if quadrant < _EASTWARD:
            _lower(s, room, line, step, count, low)
        else:
            _lower_across(s, room, line, step, count, low, width)
        line += count * step
        left -= count
    _end(s, room, quadrant, first, last)


def _chunks(half: int) -> list[tuple[int, int]]:
    """First and last ray of each chunk. None has rays on both sides of the axis; neighbours share a ray."""
    edges = [*range(0, half, RAYS), half]
    outward = list(itertools.pairwise(edges))
    return [(-z, -a) for a, z in reversed(outward)] + outward


def _checked(name: str, array: np.ndarray | None, shape: tuple[int, ...]) -> None:
    """Arrays that are written in place must be what the kernel expects."""
    if array is None:
        return
    if array.dtype != np.float32 or array.shape != shape or not array.flags.c_contiguous:
        raise ValueError(f"{name} must be a contiguous f4 array of shape {shape}, not {array.dtype} {array.shape}")


def sweep(
    top: np.ndarray,
    mast: Mast,
    half: int,
    *,
    inner: int = 0,
    slopes: np.ndarray | None = None,
    lowest: np.ndarray | None = None,
    threads: int = 1,
    radius_m: float = EFFECTIVE_RADIUS_M,
) -> np.ndarray:
    """Lowest visible altitude, m above sea level, f4 like `top`, over the square of `half` cells about a sensor.

    top: f4 (rows, columns) surface heights, m, posts at cell centres, NaN where there are no data (nothing obstructs
    there). The square holds the cells with |rows|, |columns| from the sensor <= half, as far as the array reaches.
    inner: half-width, in these cells, of a square that a finer sweep has done: its cells are left alone and nothing in
    it obstructs again, but for its last line, so that nothing on the seam is lost.
    slopes: f4 (4, 2 half + 1), largest slope along each ray of each quadrant, per metre along the quadrant's axis: read
    where inner > 0 and updated in place. Levels whose cell doubles, with the same half and inner = half // 2, continue
    the same rays. lowest: the result, made and filled with NaN if None; cells not reached keep their value.
    The bits do not depend on the number of threads.

    The result is not clamped to the surface, as it is smoother so. Nothing stands between the antenna and its own cell
    or that cell's neighbours: they have the height of their own surface, the sensor's cell at most the antenna's.
    The sensor's own cell obstructs nothing: its post counts as no higher than the antenna, and nothing nearer than half
    a cell counts. An antenna that is raised from below its own surface so raises what counts as surface there.
    Raises ValueError for arrays of another kind and for a sensor outside the raster.
    """
    row, column, antenna_m, cell_m = mast
    if not (-0.5 <= row <= top.shape[0] - 0.5 and -0.5 <= column <= top.shape[1] - 0.5):
        raise ValueError(f"the sensor, at row {row}, column {column}, is outside the raster of {top.shape}")
    row, column = round(row * _SNAP) / _SNAP, round(column * _SNAP) / _SNAP
    if half < 1 or not 0 <= inner <= half or not (cell_m > 0 and radius_m > 0 and math.isfinite(antenna_m)):
        raise ValueError(f"half {half}, inner {inner}, cell {cell_m} m, antenna {antenna_m} m: out of range")
    if inner and slopes is None:
        raise ValueError("a sweep beyond an inner square needs the slopes of the sweep that did it")
    top = np.ascontiguousarray(top, np.float32).view()
    top.flags.writeable = False  # always, so that the kernel is compiled for one kind of array
    _checked("slopes", slopes, (4, 2 * half + 1))
    _checked("lowest", lowest, top.shape)
    lowest = np.full(top.shape, np.nan, np.float32) if lowest is None else lowest
    before = np.full((4, 2 * half + 1), OPEN_SLOPE, np.float32) if slopes is None or inner == 0 else slopes.copy()
    after = np.empty_like(before) if slopes is None else slopes
    task = Sweep(
        top, lowest, before, after, row, column, float(antenna_m), float(cell_m), half, inner, 1.0 / radius_m
    )  # fmt: skip
    _follow_all(task, _rooms(threads))
    if inner == 0:
        _fill_own_cell(task)
    return lowest


def _follow_all(task: Sweep, room: Sequence[Room]) -> None:
    """Every chunk of every quadrant; each cell is written, and each ray kept, by one of them."""
    waiting = iter([(quadrant, *chunk) for quadrant in range(4) for chunk in _chunks(task.half)])

    def work(mine: Room) -> None:
        for part in waiting:
            follow(task, mine, *part)

    if len(room) == 1:
        work(room[0])
        return
    with ThreadPoolExecutor(len(room)) as pool:
        list(pool.map(work, room))


def _fill_own_cell(task: Sweep) -> None:
    """The cell of the sensor; several if it stands on their edge."""
    rows, columns = (
        slice(max(math.ceil(place - 0.5), 0), math.floor(place + 0.5) + 1) for place in (task.row, task.column)
    )
    task.lowest[rows, columns] = np.fmin(task.top[rows, columns], np.float32(task.antenna))
