"""Random numbers as a pure function of names: Philox4x32-10 keyed by seed and world, counted by raid, purpose, name.

No state and no order: any number of threads, any block of raids and any machine gives the same bits, and a layout
compared with another sees the same luck. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from bartizan.ground.jit import inner, kernel

u64 = np.uint64
_LOW = u64(0xFFFFFFFF)
_SHIFT, _DROP = u64(32), u64(11)
_MULTIPLY_0, _MULTIPLY_1 = u64(0xD2511F53), u64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = u64(0x9E3779B9), u64(0xBB67AE85)
_PER_53_BITS = 1.0 / 9007199254740992.0

# Purposes: what a draw is for. Part of the counter, so a new purpose never disturbs the others.
WORLD, PLACE, SKYLINE, TARGET, BEARING = range(5)
SPEED, ALTITUDE, WANDER, ARRIVAL, PHASE, JITTER, NETWORK, OWN_SENSOR = range(6, 14)
FRAILTY, ON_JAMMED = 5, 14
KILL, ASSESSMENT, SUSCEPTIBLE, JAMMING, DRIFT, CORRELATION, FALSE_TRACK = range(15, 22)
READINESS, WARNING, IDENTITY, CLOSURE, LOSS = range(40, 45)


@inner
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Four 32-bit words (as uint64) from a counter of four and a key of two."""
    for _ in range(10):
        p0 = c0 * _MULTIPLY_0
        p1 = c2 * _MULTIPLY_1
        c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@inner
def uniform(seed, world, raid, purpose, entity, other, count):  # type: ignore[no-untyped-def]
    """A number in the open interval (0, 1). `purpose` < 256, `count` < 2**24; entities are 32-bit names."""
    tag = (u64(purpose) << u64(24)) | u64(count)
    c0, c1, _, _ = philox(u64(raid), tag, u64(entity), u64(other), u64(seed), u64(world))
    return (np.float64(((c0 << _SHIFT) | c1) >> _DROP) + 0.5) * _PER_53_BITS


@kernel
def fill_uniform(seed, world, raid, purpose, entity, other, out):  # type: ignore[no-untyped-def]
    """out[i] (float64) = the draw with count i."""
    for i in range(out.shape[0]):
        out[i] = uniform(seed, world, raid, purpose, entity, other, i)


@kernel
def fill_philox(counter, key, out):  # type: ignore[no-untyped-def]
    """out (4,) uint64 = Philox4x32-10 of counter (4,) and key (2,) uint64: for known-answer tests."""
    out[0], out[1], out[2], out[3] = philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])


def uniforms_by_world(seed: int, worlds: np.ndarray, names: Sequence[str], purpose: int = WORLD) -> np.ndarray:
    """One draw per world for each unknown in `names`, shape (names, worlds). The same function as `uniform`."""
    with np.errstate(over="ignore"):
        zero = np.zeros((len(names), len(worlds)), u64)
        c0, c1 = zero, zero + (u64(purpose) << u64(24))
        c2 = zero + np.array([name_hash(n) for n in names], u64).reshape(-1, 1)
        c3 = zero + np.array([name_hash(n + "/2") for n in names], u64).reshape(-1, 1)
        k0, k1 = u64(seed), np.asarray(worlds, dtype=u64)
        for _ in range(10):
            p0, p1 = c0 * _MULTIPLY_0, c2 * _MULTIPLY_1
            c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
            k0, k1 = (k0 + _WEYL_0) & _LOW, (k1 + _WEYL_1) & _LOW
        return ((((c0 << _SHIFT) | c1) >> _DROP).astype(np.float64) + 0.5) * _PER_53_BITS


def spread_by_world(seed: int, worlds: np.ndarray, names: Sequence[str], purpose: int = WORLD) -> np.ndarray:
    """The same, better spread: of any 2**k worlds that begin at a multiple of 2**k, one has each unknown in each of its
    2**k equal parts (a Latin hypercube), however many worlds there are in all.

    Each name has a van der Corput sequence of its own, shuffled and scrambled as Owen does (nested, digit by digit; by
    hashing, Burley, "Practical hash-based Owen scrambling", JCGT 2020), so that a name that comes or goes moves no
    other. Digits below 2**-32 are those of `uniforms_by_world`.
    """
    keys = np.array([_scramble_keys(seed, purpose, name) for name in names], np.uint32).reshape(len(names), 2, 1)
    order = _scrambled(np.asarray(worlds, np.uint64).astype(np.uint32)[None, :], keys[:, 0])
    digits = _scrambled(_reversed(order), keys[:, 1])
    return np.minimum((digits + uniforms_by_world(seed, worlds, names, purpose)) * 2.0**-32, 1 - 2.0**-53)


def reordered(worlds: int, keys: np.ndarray) -> np.ndarray:
    """Orders of worlds 0, 1, ... in which `spread_by_world` is as likely to have drawn them, one for each key (K,)
    uint32: shape (K, worlds). Any aligned run of 2**k stays one."""
    out = np.empty((len(keys), worlds), np.int64)
    first = 0
    for bit in range(worlds.bit_length() - 1, -1, -1):
        if worlds >> bit & 1:
            shift = np.uint32(31 - bit)  # shifted twice, since 32 is no shift
            here = (np.arange(1 << bit, dtype=np.uint32) << shift) << np.uint32(1)
            out[:, first : first + (1 << bit)] = first + (
                (_scrambled(here[None], keys[:, None]) >> shift) >> np.uint32(1)
            )
            first += 1 << bit
    return out


def _scramble_keys(seed: int, purpose: int, name: str) -> tuple[int, int]:
    """Keys of an unknown's shuffle and scramble."""
    digest = hashlib.blake2b(f"{seed}:{purpose}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def _reversed(x: np.ndarray) -> np.ndarray:
    """The 32 binary digits of each number (uint32), last first."""
    for width, mask in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0x0000FFFF)):
        shift, keep = np.uint32(width), np.uint32(mask)
        x = ((x >> shift) & keep) | ((x & keep) << shift)
    return x


def _scrambled(x: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Owen's nested scramble of 32 binary digits: whether one is flipped depends on the key and the digits before it.
    The constants are of Laine and Karras's hash as Burley gives it, improved by N. Vegdahl (2021)."""
    with np.errstate(over="ignore"):
        x = _reversed(x)
        x = x ^ (x * np.uint32(0x3D20ADEA))
        x = x + key
        x = x * ((key >> np.uint32(16)) | np.uint32(1))
        x = x ^ (x * np.uint32(0x05526C56))
        x = x ^ (x * np.uint32(0x53A22864))
    return _reversed(x)


def name_hash(name: str) -> int:
    """A 32-bit number for a name: stable over versions, platforms and the order of a file."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")
