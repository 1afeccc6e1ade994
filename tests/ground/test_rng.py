"""Random numbers against published vectors, and the two ways to draw them against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.ground import rng

# Random123 (Salmon et al.), kat_vectors, philox4x32-10: counter, key, result
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text: str) -> np.ndarray:
    return np.array([int(word, 16) for word in text.split()], dtype=np.uint64)


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_philox_gives_the_published_vectors(counter: str, key: str, expected: str) -> None:
    out = np.zeros(4, dtype=np.uint64)
    rng.fill_philox(words(counter), words(key), out)
    assert (out == words(expected)).all()


NAMES = st.text(min_size=1, max_size=40)


@given(
    seed=st.integers(0, 2**32 - 1),
    world=st.integers(0, 2**32 - 1),
    name=NAMES,
    purpose=st.sampled_from([rng.WORLD, rng.PLACE, rng.DRIFT]),
)
def test_draws_by_world_are_those_of_the_kernel(seed: int, world: int, name: str, purpose: int) -> None:
    out = np.zeros(1)
    rng.fill_uniform(seed, world, 0, purpose, rng.name_hash(name), rng.name_hash(name + "/2"), out)
    assert rng.uniforms_by_world(seed, np.array([world]), [name], purpose)[0, 0] == out[0]


def test_a_draw_does_not_depend_on_the_block_it_is_drawn_in() -> None:
    whole = rng.uniforms_by_world(7, np.arange(100), ["a"])[0]
    assert (rng.uniforms_by_world(7, np.arange(40, 60), ["a"])[0] == whole[40:60]).all()


def test_draws_lie_inside_the_unit_interval_and_look_uniform() -> None:
    """Of n uniform draws the mean has standard error 1/sqrt(12 n), and each tenth holds n/10 give or take 3 sigma."""
    n = 100_000
    drawn = np.zeros(n)
    rng.fill_uniform(1, 2, 3, rng.KILL, 5, 6, drawn)
    assert 0 < drawn.min() < drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 4 / np.sqrt(12 * n)
    counts, _ = np.histogram(drawn, bins=10, range=(0, 1))
    assert np.abs(counts - n / 10).max() < 4 * np.sqrt(n * 0.1 * 0.9)


@pytest.mark.parametrize("changed", range(6))
def test_every_part_of_the_name_matters(changed: int) -> None:
    names = [1, 2, 3, rng.KILL, 5, 6]
    first, second = np.zeros(4), np.zeros(4)
    rng.fill_uniform(*names, first)
    names[changed] += 1
    rng.fill_uniform(*names, second)
    assert (first != second).all()


def test_seed_zero_is_a_seed() -> None:
    assert (rng.uniforms_by_world(0, np.arange(8), ["a"]) != rng.uniforms_by_world(1, np.arange(8), ["a"])).all()


def test_the_name_hash_is_blake2b() -> None:
    """RFC 7693 fixes it, so names keep their luck over versions and machines."""
    import hashlib

    assert rng.name_hash("Kremlin") == int.from_bytes(hashlib.blake2b(b"Kremlin", digest_size=4).digest(), "little")
    assert rng.name_hash("é") < 2**32


# ------------------------------------------------------------------------------------------------ spread worlds


@pytest.mark.parametrize("digits", range(1, 9))
def test_any_aligned_run_of_worlds_is_a_latin_hypercube(digits: int) -> None:
    size = 2**digits
    drawn = rng.spread_by_world(5, np.arange(256, dtype=np.uint64), ["a", "b", "c"])
    for run in np.split(drawn, 256 // size, axis=1):
        assert (np.sort((run * size).astype(int), axis=1) == np.arange(size)).all()


def test_worlds_are_spread_the_same_in_any_order_and_company() -> None:
    whole = rng.spread_by_world(7, np.arange(100), ["a", "b"])
    assert (rng.spread_by_world(7, np.array([63, 5]), ["b"])[0] == whole[1, [63, 5]]).all()


def test_spread_draws_are_uniform_and_do_not_go_together() -> None:
    names = [f"n{k}" for k in range(40)]
    drawn = rng.spread_by_world(1, np.arange(4096), names)
    assert ((drawn > 0) & (drawn < 1)).all()
    assert np.abs(np.corrcoef(drawn) - np.eye(40)).max() < 6 / np.sqrt(4096)


@pytest.mark.parametrize("worlds", [1, 7, 64, 100])
def test_worlds_in_another_order_are_all_there_and_keep_their_blocks(worlds: int) -> None:
    for order in rng.reordered(worlds, np.array([3, 99], np.uint32)):
        assert sorted(order) == list(range(worlds))
        for first in range(0, worlds - worlds % 4, 4):
            if worlds >= 4:
                block = sorted(order[first : first + 4])
                assert block == list(range(block[0], block[0] + 4))
                assert block[0] % 4 == 0
