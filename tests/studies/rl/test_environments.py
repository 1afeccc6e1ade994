"""Environments of other libraries, by the checks that these libraries bring."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium", reason="the extra `rl` is not installed")
pettingzoo = pytest.importorskip("pettingzoo", reason="the extra `rl` is not installed")

SMALL = {"worlds": 2, "plans": 1}


def test_one_raid_passes_gymnasiums_own_check():
    from gymnasium.utils.env_checker import check_env

    from bartizan.studies.rl.gym import DoctrineEnv

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*render.*")
        warnings.filterwarnings("ignore", message=".*spec.*")
        check_env(DoctrineEnv(**SMALL), skip_render_check=True)


def test_many_raids_are_so_many_single_ones_and_begin_anew():
    from bartizan.studies.rl.gym import OPTIONS, DoctrineVectorEnv

    env = DoctrineVectorEnv(4, **SMALL)
    told, info = env.reset(seed=1)
    assert env.observation_space.contains(told)
    ended = 0
    for k in range(200):
        told, reward, over, cut, info = env.step(np.full(4, OPTIONS if k % 5 == 0 else 0))
        assert env.observation_space.contains(told)
        assert info["action_mask"].shape == (4, OPTIONS + 1)
        assert (reward <= 0).all()
        assert not cut.any()
        ended += over.sum()
    assert ended > 4
    again, _ = DoctrineVectorEnv(4, **SMALL).reset(seed=1)
    assert np.array_equal(again, env.reset(seed=1)[0])


def test_units_as_agents_pass_pettingzoos_own_tests():
    from pettingzoo.test import api_test, seed_test

    from bartizan.studies.rl.zoo import DoctrineAec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that agents die at once, and that what is told is flat
        api_test(DoctrineAec(**SMALL), num_cycles=200)
        seed_test(lambda: DoctrineAec(**SMALL), num_cycles=20)
