"""A PettingZoo environment whose agents are fire units: whose turn it is follows from the events of the raid."""

from __future__ import annotations

from typing import Any

import numpy as np

from bartizan.engine.turns import OPTIONS
from bartizan.ground.errors import UserError
from bartizan.studies.compare import Source
from bartizan.studies.rl.gym import told_space
from bartizan.studies.rl.raids import Raids

try:
    from gymnasium import spaces
    from pettingzoo import AECEnv
except ImportError:
    raise UserError("this needs pettingzoo: pip install 'bartizan[rl]'") from None


class DoctrineAec(AECEnv):
    """One raid. All units share every reward: they defend together. Arguments are those of `Raids`."""

    metadata: dict[str, Any] = {"name": "bartizan_v0", "render_modes": [], "is_parallelizable": False}  # noqa: RUF012

    def __init__(self, source: Source = "reference-24v4", **how: Any) -> None:
        super().__init__()
        self.raids = Raids(source, 1, **how)
        self.possible_agents = [unit.name for unit in self.raids.scenario.units]
        self.render_mode = None
        self._random = np.random.default_rng()
        mask = spaces.Box(0, 1, (OPTIONS + 1,), np.int8)
        self._observed = {
            a: spaces.Dict({"observation": told_space(), "action_mask": mask}) for a in self.possible_agents
        }
        self._actions = {a: spaces.Discrete(OPTIONS + 1) for a in self.possible_agents}

    def observation_space(self, agent: str) -> Any:
        """What a unit is told."""
        return self._observed[agent]

    def action_space(self, agent: str) -> Any:
        """What a unit may choose: an option, or to wait."""
        return self._actions[agent]

    def observe(self, agent: str) -> dict[str, np.ndarray]:
        """What a unit is told at its turn; nothing at that of another."""
        answer = self.raids.answer
        if agent == self.agent_selection and not answer.over[0]:
            return {"observation": answer.told[0].copy(), "action_mask": answer.mask[0].copy()}
        waits = np.zeros_like(answer.mask[0])
        waits[OPTIONS] = 1
        return {"observation": np.zeros_like(answer.told[0]), "action_mask": waits}

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Begin a raid in which there is something to decide."""
        if seed is not None:
            self._random = np.random.default_rng(seed)
        self.raids.reset(int(self._random.integers(2**20)))
        self.agents = list(self.possible_agents)
        self.rewards, self._cumulative_rewards = (dict.fromkeys(self.agents, 0.0) for _ in range(2))
        self.terminations, self.truncations = (dict.fromkeys(self.agents, False) for _ in range(2))
        self.infos: dict[str, dict] = {agent: {} for agent in self.agents}
        self._turn()

    def step(self, action: Any) -> None:
        """The choice of the unit whose turn it is."""
        agent = self.agent_selection
        if self.terminations[agent]:
            self._was_dead_step(action)
            return
        self._cumulative_rewards[agent] = 0.0
        answer = self.raids.step(np.array([action], np.int64))
        self.rewards = dict.fromkeys(self.agents, float(answer.reward[0]))
        self._turn()
        self._accumulate_rewards()

    def _turn(self) -> None:
        if self.raids.answer.over[0]:
            self.terminations = dict.fromkeys(self.agents, True)
            self.agent_selection = self.agents[0]
        else:
            self.agent_selection = self.possible_agents[int(self.raids.turns.unit[0])]
