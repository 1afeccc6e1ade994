"""Gymnasium environments, one raid or many: a step is one decision of one fire unit."""

from __future__ import annotations

from typing import Any

import numpy as np

from bartizan.engine.turns import MOST, OPTIONS, TOLD
from bartizan.ground.errors import UserError
from bartizan.studies.compare import Source
from bartizan.studies.rl.raids import Raids

try:
    import gymnasium
    from gymnasium import spaces
    from gymnasium.vector import AutoresetMode, VectorEnv
    from gymnasium.vector.utils import batch_space
except ImportError:
    raise UserError("this needs gymnasium: pip install 'bartizan[rl]'") from None

#: First raids are drawn below this, so that numbers of raids stay what the engine plays.
_FIRST = 2**20


def told_space() -> Any:
    """What is told at a decision."""
    return spaces.Box(0.0, MOST, (TOLD,), np.float32)


class DoctrineEnv(gymnasium.Env):
    """One raid, which the seed of `reset` says; without one the next. Arguments are those of `Raids`."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - gymnasium's own name and shape

    def __init__(self, source: Source = "reference-24v4", **how: Any) -> None:
        self.raids = Raids(source, 1, **how)
        self.observation_space, self.action_space = told_space(), spaces.Discrete(OPTIONS + 1)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        """Begin a raid in which there is something to decide."""
        super().reset(seed=seed)
        answer = self.raids.reset(int(self.np_random.integers(_FIRST)))
        return answer.told[0].copy(), {"action_mask": answer.mask[0].copy()}

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict]:
        """Fire at an option, or wait; a number of no option waits as well."""
        answer = self.raids.step(np.array([action], np.int64))
        told, mask = answer.told[0].copy(), answer.mask[0].copy()
        return told, float(answer.reward[0]), bool(answer.over[0]), False, {"action_mask": mask}

    def action_masks(self) -> np.ndarray:
        """Which actions may be chosen now, as libraries with masked policies ask for them."""
        return self.raids.answer.mask[0].astype(bool)


class DoctrineVectorEnv(VectorEnv):
    """Many raids in one call of one kernel. A raid that is over begins anew at the next step."""

    metadata: dict[str, Any] = {"autoreset_mode": AutoresetMode.NEXT_STEP, "render_modes": []}  # noqa: RUF012

    def __init__(self, num_envs: int = 64, source: Source = "reference-24v4", **how: Any) -> None:
        self.raids, self.num_envs = Raids(source, num_envs, **how), num_envs
        self.single_observation_space, self.single_action_space = told_space(), spaces.Discrete(OPTIONS + 1)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._never = np.zeros(num_envs, bool)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        """Begin all raids."""
        super().reset(seed=seed)
        answer = self.raids.reset(int(self.np_random.integers(_FIRST)) * self.num_envs)
        return answer.told.copy(), {"action_mask": answer.mask.copy()}

    def step(self, actions: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict]:
        """One decision in each raid."""
        answer = self.raids.step(np.ascontiguousarray(actions, np.int64))
        told, mask = answer.told.copy(), answer.mask.copy()
        return told, answer.reward.copy(), answer.over.copy(), self._never.copy(), {"action_mask": mask}
