"""The order of events: a binary heap of (time, code), ties broken by the code, kind first, then number; and beside it
when each unit decides next, in a tree of who comes first, so that no decision put forward stays in the heap.
"""

from __future__ import annotations

import numpy as np

from bartizan.ground.jit import inner
from bartizan.physics.flyout import NEVER

i8 = np.int64

# Kinds of events, in the order in which they happen at one moment. Decisions are none of them: they come last, so that
# a fire unit decides with all else of that moment done: channels freed, results known, magazines full.
JAM, INTERCEPT, ASSESS, RELOAD, IMPACT, FALSE_TRACK, SEEN_THROUGH, RESUPPLY, LOSE, RECOVER = range(10)

_KIND, _FIRST, _SECOND = 56, 32, 16
_24_BITS, _16_BITS = (1 << 24) - 1, (1 << 16) - 1


@inner
def code(kind, first, second, third):  # type: ignore[no-untyped-def]
    """An event in one integer: kind (7 bits), first (24), second (16), third (16)."""
    return (i8(kind) << _KIND) | (i8(first) << _FIRST) | (i8(second) << _SECOND) | i8(third)


@inner
def decode(event):  # type: ignore[no-untyped-def]
    """kind, first, second, third."""
    return event >> _KIND, (event >> _FIRST) & _24_BITS, (event >> _SECOND) & _16_BITS, event & _16_BITS


@inner
def push(state, time, event):  # type: ignore[no-untyped-def]
    """Add an event."""
    times, events = state.times, state.events
    i = state.size[0]
    if i >= times.shape[0]:
        state.size[1] = 1
        return
    state.size[0] = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        if times[parent] < time or (times[parent] == time and events[parent] <= event):
            break
        times[i] = times[parent]
        events[i] = events[parent]
        i = parent
    times[i] = time
    events[i] = event


@inner
def drop_first(state):  # type: ignore[no-untyped-def]
    """Remove the first event, which the caller has read at times[0] and events[0]."""
    times, events = state.times, state.events
    n = state.size[0] - 1
    state.size[0] = n
    time, event = times[n], events[n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        right = child + 1
        if right < n and (
            times[right] < times[child] or (times[right] == times[child] and events[right] < events[child])
        ):
            child = right
        if time < times[child] or (time == times[child] and event <= events[child]):
            break
        times[i] = times[child]
        events[i] = events[child]
        i = child
    times[i] = time
    events[i] = event


# ---------------------------------------------------------------------------------------------------- decisions


@inner
def let_sleep(state):  # type: ignore[no-untyped-def]
    """No unit decides until it is woken."""
    n = state.wakes.shape[0]
    for u in range(n):
        state.wakes[u], state.first[n + u] = NEVER, u
    for node in range(n - 1, 0, -1):
        state.first[node] = state.first[2 * node]


@inner
def _is_before(state, u, v):  # type: ignore[no-untyped-def]
    """Whether unit u decides before unit v: at one moment in the order of their names' numbers, not of the file."""
    if state.wakes[u] != state.wakes[v]:
        return state.wakes[u] < state.wakes[v]
    return (state.units[u].order, u) < (state.units[v].order, v)


@inner
def wake(state, u, t):  # type: ignore[no-untyped-def]
    """Have unit u decide at t, if it has a channel and a round to decide about: something has changed for it."""
    x = state.units[u]
    x.settled = -NEVER
    if t < state.wakes[u] and x.free > 0 and x.armed > 0:
        state.wakes[u] = t
        node = (state.wakes.shape[0] + u) >> 1
        while node > 0 and (state.first[node] == u or _is_before(state, u, state.first[node])):
            state.first[node] = u
            node >>= 1


@inner
def wake_again(state, u, t):  # type: ignore[no-untyped-def]
    """As `wake`, where nothing has changed for unit u but the time."""
    if t >= state.units[u].settled:
        wake(state, u, t)


@inner
def sleep(state, u):  # type: ignore[no-untyped-def]
    """Unit u does not decide until it is woken."""
    state.wakes[u] = NEVER
    node = (state.wakes.shape[0] + u) >> 1
    while node > 0 and state.first[node] == u:
        left, right = state.first[2 * node], state.first[2 * node + 1]
        state.first[node] = right if _is_before(state, right, left) else left
        node >>= 1


@inner
def is_over(state):  # type: ignore[no-untyped-def]
    """Whether nothing happens any more, and nobody decides."""
    return state.size[0] == 0 and state.wakes[state.first[1]] == NEVER


@inner
def one_decides(state):  # type: ignore[no-untyped-def]
    """Whether a decision comes next, of unit first[1], and not the first event of the heap."""
    t = state.wakes[state.first[1]]
    return t < NEVER and (state.size[0] == 0 or t < state.times[0])
