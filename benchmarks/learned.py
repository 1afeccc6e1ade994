"""Trains a small policy in step with the engine and plays it beside rules in fresh worlds.

    python benchmarks/learned.py [--seed N] [--quick]

The raid is that of docs/choosing.md: 24 slow drones, and 12 missiles of which each counts five times as much. What is
learned is learned by proximal optimisation (PPO; Schulman et al. 2017, arXiv:1707.06347), written out below, in worlds
that the test does not have. Seven minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

# One thread, and so sums in one order: what is learned hangs on the last digit of what was before.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import yaml

import bartizan
from bartizan.engine.turns import OF_UNIT, OPTIONS, PER_OPTION, TOLD
from bartizan.studies.estimate import difference
from bartizan.studies.rl.raids import Raids
from bartizan.studies.searching.patience import Patience
from bartizan.studies.tuning.tune import tune
from bartizan.world import paths
from bartizan.world.scenario import Scenario

PAGE = Path(__file__).resolve().parents[1] / "docs" / "choosing.md"
WEIGHTS, SENT = {"cruise": 5.0}, 24 + 12 * 5
#: What `tune` may choose, besides what the scenario has.
OVER: dict[str, list[object]] = {
    "systems/sam-site/doctrine/engage": ["[cruise]"],
    "systems/sam-site/effectors/missile/release/drone/reserve": [0.25, 0.5, 0.625, 0.75, 0.875, 1],
    "systems/sam-site/doctrine/salvo": [2],
    "systems/sam-site/doctrine/thrift": [True],
    "systems/sam-site/doctrine/max_salvos": [1, 2, 3],
}
#: Worlds that are learned in, those that choose among what was learned, and those of the test, which tune does not have
#: either; raids in each of these.
LEARNED, CHOSEN, TESTED, RAIDS = range(64), range(400_000, 400_032), range(500_000, 500_128), 16
#: Lessons, and after how many a policy is looked at: from one to the next it does much better or worse.
LESSONS, LOOK = 160, 10
#: When a drone is about to arrive: 12 s before, as it is told. Of 6 to 90 s the best in the worlds that choose.
LATE = 12 / 120
#: Raids in step, and decisions in each between two lessons; how often a lesson is gone over, and in what pieces.
IN_STEP, DECISIONS, TIMES, PIECE = 256, 128, 3, 4096
#: Hidden numbers, rate of Adam, weight of what comes later, bound of a step, worth of chance, scale of rewards.
HIDDEN, RATE, TRACE, BOUND, CHANCE, SCALE = 32, 3e-3, 0.8, 0.2, 0.003, 20.0

Policy = Callable[[np.ndarray, np.ndarray], np.ndarray]
Tables = dict[str, np.ndarray]


# ---------------------------------------------------------------------------------------------------- rules


def first(told: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """What the engine's doctrine takes."""
    return np.zeros(len(mask), np.int64)


def by_lot() -> Policy:
    """Any option, each as likely; none is left for later."""
    luck = np.random.default_rng(1)
    return lambda told, mask: (luck.random(len(mask)) * mask[:, :OPTIONS].sum(axis=1)).astype(np.int64)


def heaviest(told: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The option that counts most; of several the most urgent."""
    return told[:, OF_UNIT + 6 :: PER_OPTION].argmax(axis=1)


def missiles(told: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The most urgent missile; else to wait."""
    return np.where(told[:, OF_UNIT + 6 :: PER_OPTION].max(axis=1) > 1, heaviest(told, mask), OPTIONS)


def late(told: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The most urgent missile; else a drone that is about to arrive, when fewer missiles are left to keep rounds for.
    Read off what was learned."""
    arrives = told[:, OF_UNIT + 1 :: PER_OPTION]
    soon = (mask[:, :OPTIONS] > 0) & (arrives < LATE)
    drone = np.where(soon.any(axis=1), np.where(soon, arrives, np.inf).argmin(axis=1), OPTIONS)
    missile = missiles(told, mask)
    return np.where(missile < OPTIONS, missile, drone)


# ------------------------------------------------------------------------------------------------ a policy


class Net:
    """How much each option promises, from what is told of it and of the unit, by one layer that all options share; what
    waiting promises and how much will get through, from all that is told, by a layer each."""

    def __init__(self, luck: np.random.Generator) -> None:
        self.tables: Tables = {}
        self.luck = luck
        for name, inputs in (("option", OF_UNIT + PER_OPTION), ("wait", TOLD), ("value", TOLD)):
            self.tables[name] = luck.normal(0, inputs**-0.5, (inputs + 1, HIDDEN)).astype(np.float32)
            self.tables[f"{name} out"] = np.zeros(HIDDEN, np.float32)
        self.first = {name: np.zeros_like(of) for name, of in self.tables.items()}
        self.second = {name: np.zeros_like(of) for name, of in self.tables.items()}
        self.lessons = 0

    def ask(self, told: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, Tables]:
        """Logarithms of the chances of each choice, (B, OPTIONS + 1), the value, and what `learn` needs of the way."""
        one = np.ones((len(told), 1), np.float32)
        every = np.concatenate([told, one], axis=1)
        unit = np.repeat(np.concatenate([one, told[:, :OF_UNIT]], axis=1)[:, None], OPTIONS, axis=1)
        each = np.concatenate([unit, told[:, OF_UNIT:].reshape(-1, OPTIONS, PER_OPTION)], axis=2)
        seen = {"option": each, "wait": every, "value": every}
        hidden = {name: np.tanh(of @ self.tables[name]) for name, of in seen.items()}
        out = {name: of @ self.tables[f"{name} out"] for name, of in hidden.items()}
        scores = np.where(mask > 0, np.concatenate([out["option"], out["wait"][:, None]], axis=1), -1e9)
        scores -= scores.max(axis=1, keepdims=True)
        way = seen | {f"{name} out": of for name, of in hidden.items()}
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), out["value"], way

    def learn(self, way: Tables, slopes: Tables) -> None:
        """A step of Adam down the slopes of the loss by what comes out of each layer."""
        self.lessons += 1
        for name, slope in slopes.items():
            hidden = way[f"{name} out"]
            back = slope[..., None] * self.tables[f"{name} out"] * (1 - hidden * hidden)
            inputs = way[name].reshape(-1, way[name].shape[-1])
            self._down(f"{name} out", np.tensordot(slope, hidden, slope.ndim))
            self._down(name, inputs.T @ back.reshape(-1, HIDDEN))

    def _down(self, name: str, slope: np.ndarray) -> None:
        m, v = self.first[name], self.second[name]
        m += 0.1 * (slope - m)
        v += 0.001 * (slope * slope - v)
        self.tables[name] -= RATE * (m / (1 - 0.9**self.lessons)) / (np.sqrt(v / (1 - 0.999**self.lessons)) + 1e-8)

    def likeliest(self, told: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """The choice that promises most."""
        return self.ask(told, mask)[0].argmax(axis=1)

    def drawn(self, told: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Any choice, as likely as the policy has it."""
        return by_chance(self.ask(told, mask)[0], self.luck)


def by_chance(logs: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Choices by the logarithms of their chances."""
    return (logs - np.log(luck.exponential(size=logs.shape))).argmax(axis=1)


def lesson(net: Net, told: np.ndarray, mask: np.ndarray, taken: Tables) -> None:
    """One step of proximal optimisation from some decisions: what was `chosen`, how likely it was `then`, how much
    `better` it went than was to be expected, and what `came` of it."""
    logs, value, way = net.ask(told, mask)
    chances, rows = np.exp(logs), np.arange(len(told))
    ratio, better = np.exp(logs[rows, taken["chosen"]] - taken["then"]), taken["better"]
    counts = np.where(better > 0, ratio < 1 + BOUND, ratio > 1 - BOUND)
    slope = (ratio * better * counts)[:, None] * chances
    slope[rows, taken["chosen"]] -= ratio * better * counts
    told_apart = np.where(mask > 0, logs, 0.0)
    slope += CHANCE * chances * (told_apart - (chances * told_apart).sum(axis=1, keepdims=True))
    slope = (slope / len(told)).astype(np.float32)
    off = (0.5 * (value - taken["came"]) / len(told)).astype(np.float32)
    net.learn(way, {"option": slope[:, :OPTIONS], "wait": slope[:, OPTIONS], "value": off})


def train(scenario: Scenario, lessons: int, chosen: range, seed: int) -> Net:
    """The best policy, in worlds that none was learned in, of those that were looked at."""
    luck = np.random.default_rng(seed)
    net, raids = Net(luck), Raids(scenario, IN_STEP, worlds=LEARNED, plans=1, weights=WEIGHTS)
    best, least = net.tables, np.inf
    raids.reset()
    for number in range(1, lessons + 1):
        told, mask, taken = play_some(net, raids)
        for _ in range(TIMES):
            for some in np.array_split(luck.permutation(len(told)), max(1, len(told) // PIECE)):
                lesson(net, told[some], mask[some], {name: of[some] for name, of in taken.items()})
        if number % LOOK == 0 and (through := gets_through(scenario, net.likeliest, chosen).mean()) < least:
            best, least = {name: of.copy() for name, of in net.tables.items()}, through
    net.tables = best
    return net


def play_some(net: Net, raids: Raids) -> tuple[np.ndarray, np.ndarray, Tables]:
    """Decisions by lot, as likely as the policy has them, and how each went."""
    shape = (DECISIONS, IN_STEP)
    told, mask = np.zeros((*shape, TOLD), np.float32), np.zeros((*shape, OPTIONS + 1), np.int8)
    chosen, over, begins = np.zeros(shape, np.int64), np.zeros(shape, bool), np.zeros(shape, bool)
    then, reward, value = np.zeros(shape), np.zeros(shape), np.zeros((DECISIONS + 1, IN_STEP))
    for t in range(DECISIONS):
        told[t], mask[t], begins[t] = raids.answer.told, raids.answer.mask, raids.answer.over
        logs, value[t], _ = net.ask(told[t], mask[t])
        chosen[t] = by_chance(logs, net.luck)
        then[t] = np.take_along_axis(logs, chosen[t][:, None], 1)[:, 0]
        answer = raids.step(chosen[t])
        reward[t], over[t] = answer.reward / SCALE, answer.over
    value[DECISIONS] = net.ask(raids.answer.told, raids.answer.mask)[1]
    better, later = np.zeros(shape), np.zeros(IN_STEP)
    for t in reversed(range(DECISIONS)):
        goes_on = ~over[t]
        later = reward[t] + value[t + 1] * goes_on - value[t] + TRACE * goes_on * later
        better[t] = later
    decided, came = ~begins, better + value[:-1]
    better = (better - better[decided].mean()) / (better[decided].std() + 1e-8)
    taken = {"chosen": chosen, "then": then, "better": better, "came": came}
    return told[decided], mask[decided], {name: of[decided] for name, of in taken.items()}


# ------------------------------------------------------------------------------------------------ the test


def gets_through(scenario: Scenario, policy: Policy, worlds: range) -> np.ndarray:
    """The share of the weight that gets through in each world: the same raids whoever chooses."""
    raids = Raids(scenario, len(worlds) * RAIDS, worlds=worlds, plans=1, weights=WEIGHTS)
    answer, playing = raids.reset(), np.ones(raids.number, bool)
    cost = -answer.reward
    while playing.any():
        answer = raids.step(policy(answer.told, answer.mask))
        cost -= answer.reward * playing
        playing &= ~answer.over
    return cost.reshape(RAIDS, len(worlds)).mean(axis=0) / SENT


def mixed() -> Scenario:
    """The made-up raid, from the page that shows it."""
    found = re.search(r"<!-- file: mixed.yaml -->\n```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return bartizan.load(yaml.safe_load(found[1]))


def tuned(scenario: Scenario, over: dict[str, list[object]]) -> tuple[dict[str, str], Scenario]:
    """The best rules, and the scenario with them."""
    found = tune(scenario, over, how=Patience(within=0.01, most=128, threads=1), weights=WEIGHTS)
    stated = {rule["path"]: rule["best"] for rule in found["rules"] if rule["best"] is not None}
    return stated, paths.with_values(scenario, {path: paths.written(value) for path, value in stated.items()})


def main(quick: bool, seed: int) -> None:
    scenario, lessons = mixed(), LOOK if quick else LESSONS
    tested, chosen = (TESTED[:8], CHOSEN[:4]) if quick else (TESTED, CHOSEN)
    stated, by_rules = tuned(scenario, dict(list(OVER.items())[:1]) if quick else OVER)
    begun = time.process_time()
    net = train(scenario, lessons, chosen, seed)
    spent = time.process_time() - begun
    rows: dict[str, tuple[Scenario, Policy]] = {
        "the doctrine: the first option": (scenario, first),
        "any option by lot": (scenario, by_lot()),
        "the heaviest option first": (scenario, heaviest),
        "one rule: missiles only": (scenario, missiles),
        "the best rules that `bartizan tune` finds": (by_rules, first),
        "a policy learned by PPO, its likeliest choice": (scenario, net.likeliest),
        "the same, its choices drawn": (scenario, net.drawn),
        "missiles, and drones in their last 12 s": (scenario, late),
    }
    played = {name: gets_through(*row, tested) for name, row in rows.items()}
    print(f"Of {SENT} by weight, in {len(tested)} fresh worlds of {RAIDS} raids. Tuned: {stated}.")
    print(f"Learned from {lessons * IN_STEP * DECISIONS:,} decisions in {spent:.0f} CPU seconds.\n")
    print("| defence | gets through | more than with the best rules |\n|---|---|---|")
    least = played["the best rules that `bartizan tune` finds"]
    for name, through in played.items():
        print(f"| {name} | {shown(through, 0 * through)} | {'' if through is least else shown(through, least)} |")


def shown(now: np.ndarray, base: np.ndarray) -> str:
    """A mean of the weight with its 95 % interval, from the differences of worlds."""
    apart = difference(now, base)
    return f"{SENT * apart.mean:.1f} ({SENT * apart.low:.1f} to {SENT * apart.high:.1f})"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="of what is learned")
    parser.add_argument("--quick", action="store_true", help="small, for the tests")
    asked = parser.parse_args()
    main(asked.quick, asked.seed)
