"""The agenda against Python's heapq, and decisions against sorting: any of them, ties included, in order."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
import pytest

from bartizan.engine.agenda import (
    IMPACT,
    INTERCEPT,
    code,
    decode,
    drop_first,
    is_over,
    let_sleep,
    one_decides,
    push,
    sleep,
    wake,
)
from bartizan.engine.layout import UNIT_STATE
from bartizan.ground.jit import kernel
from bartizan.physics.arrays import records


class Heap(NamedTuple):
    times: np.ndarray
    events: np.ndarray
    size: np.ndarray


@kernel
def replay(heap, drops, times, events, out_times, out_events):  # type: ignore[no-untyped-def]
    """Push each event in turn, dropping the first drops[k] events after it; the number dropped."""
    n = 0
    for k in range(times.shape[0]):
        push(heap, times[k], events[k])
        for _ in range(drops[k]):
            if heap.size[0] > 0:
                out_times[n], out_events[n] = heap.times[0], heap.events[0]
                drop_first(heap)
                n += 1
    return n


@kernel
def through_code(parts, out):  # type: ignore[no-untyped-def]
    for k in range(parts.shape[0]):
        event = code(parts[k, 0], parts[k, 1], parts[k, 2], parts[k, 3])
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = decode(event)
        out[k, 4] = event


def heap(room: int) -> Heap:
    return Heap(np.zeros(room), np.zeros(room, np.int64), np.zeros(2, np.int64))


@pytest.mark.parametrize("seed", range(5))
def test_events_come_in_order_with_ties(seed: int) -> None:
    luck = np.random.default_rng(seed)
    n = 2_000
    times = luck.integers(0, 60, n) / 4  # many ties
    events = luck.integers(0, 2**62, n)
    drops = luck.integers(0, 3, n)
    drops[-1] = n
    out_times, out_events = np.zeros(n), np.zeros(n, np.int64)
    count = replay(heap(n), drops, times, events, out_times, out_events)
    waiting: list[tuple[float, int]] = []
    expected = []
    for time, event, dropped in zip(times.tolist(), events.tolist(), drops.tolist(), strict=True):
        heapq.heappush(waiting, (time, event))
        expected += [heapq.heappop(waiting) for _ in range(min(dropped, len(waiting)))]
    assert count == n
    assert list(zip(out_times.tolist(), out_events.tolist(), strict=True)) == expected


def test_a_full_agenda_says_so_and_keeps_what_it_has() -> None:
    full = heap(3)
    none = np.zeros(5, np.int64)
    replay(full, none, np.arange(5.0), np.arange(5), np.zeros(5), np.zeros(5, np.int64))
    assert full.size.tolist() == [3, 1]
    assert sorted(full.events.tolist()) == [0, 1, 2]


def test_codes_keep_their_parts_and_sort_by_kind_first() -> None:
    luck = np.random.default_rng(0)
    parts = np.column_stack([luck.integers(0, 6, 500), luck.integers(0, 2**24, 500), luck.integers(0, 2**16, (500, 2))])
    out = np.zeros((500, 5), np.int64)
    through_code(parts, out)
    assert np.array_equal(out[:, :4], parts)
    assert [tuple(row) for row in parts[np.argsort(out[:, 4])].tolist()] == sorted(map(tuple, parts.tolist()))


class Waking(NamedTuple):
    times: np.ndarray
    events: np.ndarray
    size: np.ndarray
    wakes: np.ndarray
    first: np.ndarray
    units: np.ndarray


@kernel
def decide_in_turn(state, units, times, slept, out):  # type: ignore[no-untyped-def]
    """Wake units[k] at times[k], and let slept[k] sleep if there is one; then who decides, in turn, into out; their
    number."""
    let_sleep(state)
    for k in range(units.shape[0]):
        wake(state, units[k], times[k])
        if slept[k] >= 0:
            sleep(state, slept[k])
    n = 0
    while not is_over(state):
        if one_decides(state):
            out[n] = state.first[1]
            sleep(state, out[n])
            n += 1
        else:
            out[n] = -1
            drop_first(state)
            n += 1
    return n


def waking(units: int, events: list[float]) -> Waking:
    """So many units with a channel and a round each, whose numbers run against their order, and a heap of events."""
    state = records(units, UNIT_STATE)
    state["free"] = state["armed"] = 1
    state["order"] = np.arange(units)[::-1] // 2
    times, codes = np.zeros(8), np.zeros(8, np.int64)
    times[: len(events)] = sorted(events)
    return Waking(times, codes, np.array([len(events), 0]), np.zeros(units), np.zeros(2 * units, np.int64), state)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("there", [1, 2, 3, 9, 16, 50])
def test_units_decide_at_the_first_time_they_were_woken_for_in_the_order_of_their_names(there: int, seed: int) -> None:
    luck = np.random.default_rng(seed)
    state, n = waking(there, []), 7 * there
    state.units["armed"][2:3] = 0
    units, times = luck.integers(0, there, n), luck.integers(0, 12, n) / 4
    slept = np.where(luck.random(n) < 0.3, luck.integers(0, there, n), -1)
    out = np.zeros(there, np.int64)
    count = decide_in_turn(state, units, times, slept, out)
    first: dict[int, float] = {}
    for unit, time, other in zip(units.tolist(), times.tolist(), slept.tolist(), strict=True):
        first[unit] = min(time, first.get(unit, time))
        first.pop(other, None)
    first.pop(2, None)
    assert out[:count].tolist() == sorted(first, key=lambda u: (first[u], state.units["order"][u], u))


def test_units_decide_after_all_else_of_a_moment() -> None:
    state, out = waking(3, [1.0, 2.0]), np.zeros(5, np.int64)
    count = decide_in_turn(state, np.array([0, 1, 2]), np.array([1.0, 1.5, 2.0]), np.full(3, -1), out)
    assert out[:count].tolist() == [-1, 0, 1, -1, 2]
    assert INTERCEPT < IMPACT  # who is met at the last moment is met
