"""Slow, obvious answers to what the engine plays: closed forms, exact chains and outcome trees.

They let rows be checked that no table lists. Each is itself held against the table that it belongs to.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache
from math import comb

import numpy as np


def erlang_b(channels: int, load: float) -> float:
    """Share of a Poisson stream that finds all channels busy (Erlang 1917), by the recursion over channels."""
    blocked = 1.0
    for c in range(1, channels + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def salvos(p: float, schedule: Sequence[int], kill_called_miss: float = 0.0, miss_called_kill: float = 0.0):
    """(P(kill), mean rounds) of successive salvos at one target, each fired only while it is taken for alive."""
    alive, dead, rounds = 1.0, 0.0, 0.0  # alive or dead, and taken for alive
    given_up = 0.0
    for size in schedule:
        rounds += (alive + dead) * size
        missed = alive * (1 - p) ** size
        dead = (dead + alive - missed) * kill_called_miss
        alive, given_up = missed * (1 - miss_called_kill), given_up + missed * miss_called_kill
    return 1 - alive - given_up, rounds


def saturation(N: int, c: int, K: int, M: int, p: float, s: int = 1):
    """(pmf of leakers 0..N, mean rounds): in each of K cycles, s rounds at each of min(c, alive, left // s) threats."""

    @cache
    def play(alive: int, cycles: int, rounds: int) -> tuple[tuple[float, ...], float]:
        fired = min(c, alive, rounds // s)
        if cycles == 0 or fired == 0:
            return tuple(float(k == alive) for k in range(N + 1)), 0.0
        kill, pmf, spent = 1 - (1 - p) ** s, np.zeros(N + 1), float(fired * s)
        for killed in range(fired + 1):
            chance = comb(fired, killed) * kill**killed * (1 - kill) ** (fired - killed)
            later, more = play(alive - killed, cycles - 1, rounds - fired * s)
            pmf += chance * np.array(later)
            spent += chance * more
        return tuple(pmf), spent

    pmf, spent = play(N, K, M)
    return np.array(pmf), spent


def opportunities(Rdet, Vt, Vm, Rmax, Rmin, treact, dt):
    """(launch time, launch range, intercept range, intercept time) of every shot at one head-on target."""
    shots, t = [], treact
    while True:
        t = max(t, (Rdet - Rmax * (Vm + Vt) / Vm) / Vt)
        launch = Rdet - Vt * t
        meets = launch * Vm / (Vm + Vt)
        if launch <= 0 or meets < Rmin:
            return shots
        shots.append((t, launch, meets, t + meets / Vm))
        t += meets / Vm + dt


def confirmation(pd: Sequence[float], m: int, n: int) -> np.ndarray:
    """P(track first confirmed at look k) for m hits in any n successive looks: every history of hits, one by one."""
    first = np.zeros(len(pd))
    for history in itertools.product((0, 1), repeat=len(pd)):
        chance = np.prod([p if hit else 1 - p for p, hit in zip(pd, history, strict=True)])
        for k in range(len(pd)):
            if sum(history[max(0, k - n + 1) : k + 1]) >= m:
                first[k] += chance
                break
    return first


def confirmation_chain(pd: Sequence[float], m: int, n: int) -> np.ndarray:
    """The same as `confirmation`, for any number of looks, by the chances of the last n - 1 results."""
    first, chances = np.zeros(len(pd)), {(): 1.0}
    for k, p in enumerate(pd):
        after: dict[tuple[int, ...], float] = {}
        for recent, chance in chances.items():
            for hit, share in ((1, p), (0, 1 - p)):
                if sum(recent) + hit >= m:
                    first[k] += chance * share
                else:
                    kept = (*recent, hit)[-(n - 1) :] if n > 1 else ()
                    after[kept] = after.get(kept, 0.0) + chance * share
        chances = after
    return first


def single_target(Rstart, V, Ts, snr0_db, R0, pfa, m, n, Vm, Rmax, Rmin, t_react, dt, p):
    """P(leak), mean rounds, P(never confirmed) and mean range of confirmation of one target, exactly."""
    times = np.arange(0.0, Rstart / V, Ts)
    ranges = Rstart - V * times
    pd = pfa ** (1 / (1 + 10 ** (snr0_db / 10) * (R0 / ranges) ** 4))
    first = confirmation_chain(pd, m, n)
    shots = np.array([len(opportunities(Rstart, V, Vm, Rmax, Rmin, t + t_react, dt)) for t in times])
    never = 1 - first.sum()
    return {
        "P_leak": never + first @ (1 - p) ** shots,
        "E_rounds": first @ ((1 - (1 - p) ** shots) / p),
        "P_never_confirmed": never,
        "mean_confirm_range": first @ ranges / first.sum(),
    }


def raid_tree(N, gap, Rdet, V, Vm, Rmax, Rmin, t_react, dt, c, M, s, p):
    """(pmf of leakers 0..N, mean rounds) of a stream on one radial, by all outcomes of all engagements."""
    kill = 1 - (1 - p) ** s
    far = Rmax * (Vm + V) / Vm  # range of a launch that meets its target at Rmax

    def at(i: int, t: float) -> float:
        return Rdet - V * (t - i * gap)

    @cache
    def play(free: tuple[float, ...], ready: tuple[tuple[int, float], ...], rounds: int):
        """`free`: when each channel is; `ready`: targets that may still be engaged, and when."""
        best = None
        for i, since in ready if rounds >= s else ():
            t = max(since, free[0], i * gap + (Rdet - far) / V)
            if at(i, t) * Vm / (Vm + V) >= Rmin and (best is None or (t, i) < best):
                best = (t, i)
        if best is None:
            return tuple(float(k == len(ready)) for k in range(N + 1)), 0.0
        t, i = best
        done = t + at(i, t) / (Vm + V) + dt
        channels = tuple(sorted((*free[1:], done)))
        killed, spent_killed = play(channels, tuple(x for x in ready if x[0] != i), rounds - s)
        missed, spent_missed = play(channels, tuple((j, done if j == i else r) for j, r in ready), rounds - s)
        pmf = kill * np.array(killed) + (1 - kill) * np.array(missed)
        return tuple(pmf), s + kill * spent_killed + (1 - kill) * spent_missed

    pmf, rounds = play((0.0,) * c, tuple((i, i * gap + t_react) for i in range(N)), M)
    return np.array(pmf), rounds


def p1410_visibility(
    distance_m: float, height_m: float, other_height_m: float, built_up: float, per_km2: float, scale_m: float
) -> float:
    """Chance that two heights see each other in a town of ITU-R P.1410-6 2.1, which stands them over flat ground.

    `built_up` is its alpha, `per_km2` its beta, `scale_m` its gamma: the Rayleigh scale of the buildings' heights. The
    number of buildings in the way is rounded down, so the chance has steps with distance and is 1 below the first.
    """
    buildings = int(distance_m / 1000.0 * math.sqrt(built_up * per_km2))
    chance = 1.0
    for i in range(buildings):
        h = height_m - (i + 0.5) / buildings * (height_m - other_height_m)
        chance *= -math.expm1(-h * h / (2.0 * scale_m * scale_m))
    return chance
