"""The search for the best of many choices by playing them: sequential halving with paired luck, swaps, and a proof.

Every round plays the choices that are left in twice as many worlds, the same for all, and the better half goes on, but
for those that are told to be no better than the best by more than the margin: nothing is asked of them. Then
choices that differ from the best by one swap are tried, until none of them is better. The least of many noisy means
flatters itself, so what is found is played once more in fresh worlds beside all that were played: each of them until it
is told that it is not better by more than the margin. As another may take its place there, what gets through the best
is told from worlds that neither saw. Sources: Karnin, Koren and Somekh, "Almost optimal exploration in
multi-armed bandits", 2013 (halving); Hong, Fan and Luo 2021 (a review of ranking and selection).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from bartizan.studies import paired
from bartizan.studies.estimate import CONFIDENCE
from bartizan.studies.stopping import Stopping

#: Worlds of the first round, and of the last, of a search.
FIRST, LAST = 32, 512
ROUNDS = (LAST // FIRST).bit_length()
#: What each choice that a search begins with costs in all, about: with its proof, and those that are tried beside it.
WORLDS_A_CHOICE = 4 * FIRST
#: Neighbours that are tried at once, and how often, unless otherwise is asked for.
SWAPS, TURNS = 8, 2
#: Raids of a world, all on one plan of routes: they halve what luck adds to it.
RAIDS = 64
#: Worlds that are drawn and packed together, at most: 32 take little longer than 8.
AT_ONCE = 32
#: The number of the first fresh world, and of the first of those that nothing was chosen by.
FRESH, UNSEEN = 1_000_000, 2_000_000

Choice = tuple[int, ...]  # such as numbers of candidates, or of the value that each number takes
Stage = Literal["search", "proof"]
Play = Callable[[Sequence[Choice], int, int], np.ndarray]  # choices, first world, worlds: (L, worlds, cases)
Objective = Callable[[np.ndarray], np.ndarray]  # (worlds, cases): a number of each world, whose mean is the objective


@dataclass
class Seen:
    """What was played so far, in one range of worlds: each choice in the first so many of them."""

    play: Play
    first: int
    values: dict[Choice, np.ndarray] = field(default_factory=dict)

    def grow(self, choices: Iterable[Choice], worlds: int) -> None:
        """Play on until each has so many worlds; those that have as many are played together."""
        waiting: dict[int, list[Choice]] = {}
        for choice in choices:
            done = len(self.values.get(choice, ()))
            if done < worlds:
                waiting.setdefault(done, []).append(choice)
        for done, some in sorted(waiting.items()):
            found = self.play(some, self.first + done, worlds - done)
            for choice, values in zip(some, found, strict=True):
                self.values[choice] = np.concatenate([self.values[choice], values]) if done else values


@dataclass(frozen=True)
class Rival:
    """Another choice that was played beside the best one in fresh worlds: how many of them, how much more gets through
    (W,), the chance that it is better by more than the margin, whether it cannot be told from the best, and whether it
    is told to be better."""

    choice: Choice
    apart: np.ndarray
    luck: float
    level: bool
    better: bool


@dataclass(frozen=True)
class Found:
    """The best choice, what may be played in `worlds` that nothing was chosen by, as many as it was proved in, and the
    other choices by how near they come."""

    choice: Choice
    unseen: Seen
    objective: Objective
    worlds: int
    rivals: tuple[Rival, ...]
    confidence: float  # that none of them is better by more than the margin
    looks: int

    def told(self, choices: Iterable[Choice]) -> dict[Choice, np.ndarray]:
        """The objective's value of choices in each of the worlds that nothing was chosen by (W,)."""
        wanted = list(choices)
        self.unseen.grow(wanted, self.worlds)
        return {choice: self.objective(self.unseen.values[choice]) for choice in wanted}

    @cached_property
    def values(self) -> np.ndarray:
        """Those of the best."""
        return self.told([self.choice])[self.choice]


#: Hears after each round what is being done, which choice leads, how many are left, after how many worlds.
Hear = Callable[[Stage, Choice, int, int], None]


@dataclass(frozen=True)
class Search:
    """How choices are played and judged. `near`: those that differ from one by one swap; `margin`: what two may
    differ by and be as good as one another."""

    near: Callable[[Choice], Iterable[Choice]]
    play: Play
    objective: Objective
    margin: float
    most: int  # fresh worlds
    swaps: int | None = SWAPS  # neighbours that are tried at once; None: all
    turns: int = TURNS  # how often
    hear: Hear = lambda *_: None

    def run(self, pool: Sequence[Choice], promise: Callable[[Choice], float] = lambda _: 0.0) -> Found:
        """The best of some choices and of those that one swap makes of the best; `promise` says which to try first."""
        seen = Seen(self.play, 0)
        best = self._halved(seen, list(dict.fromkeys(pool)))
        for _ in range(self.turns):
            near = [choice for choice in dict.fromkeys(self.near(best)) if choice not in seen.values]
            near.sort(key=lambda choice: (-promise(choice), choice))
            if not near or (better := self._halved(seen, [best, *near[: self.swaps]])) == best:
                break
            best = better
        return self.proved(best, sorted(seen.values))

    def _halved(self, seen: Seen, left: list[Choice]) -> Choice:
        worlds = FIRST
        while len(left) > 1:
            seen.grow(left, worlds)
            best, *others = sorted(left, key=lambda choice: (self._mean(seen.values[choice][:worlds]), choice))
            self.hear("search", best, len(left), worlds)
            if worlds >= LAST:
                return best
            rest = others[: -(-len(left) // 2) - 1] if len(left) > 2 else others
            # Each by itself is told with 95 %, not all together: it is the proof that holds for all.
            left = [best, *(choice for choice in rest if not self._is_settled(seen, best, choice, 1, ROUNDS))]
            worlds *= 2
        seen.grow(left, FIRST)
        return left[0]

    def _mean(self, played: np.ndarray) -> float:
        return float(self.objective(played).mean())

    # ---- proof

    def proved(self, best: Choice, choices: Sequence[Choice]) -> Found:
        """The best one beside all others in fresh worlds, each of them until it is told that it is not better by more
        than the margin. Where one is better by more than that, it takes the place of the best: the chances hold for
        whichever is chosen (`studies.paired`)."""
        stopping, seen = Stopping(0.5, self.most), Seen(self.play, FRESH)
        others = [choice for choice in choices if choice != best]
        left = others
        looks = stopping.looks
        for worlds in looks:
            seen.grow([best, *left], worlds)
            least = min([best, *left], key=lambda choice: (self._mean(seen.values[choice]), choice))
            if self._mean(seen.values[least]) < self._mean(seen.values[best]) - self.margin:
                best, others = least, [choice for choice in choices if choice != least]
            left = [choice for choice in others if not self._is_settled(seen, best, choice, len(others), len(looks))]
            self.hear("proof", best, len(left), worlds)
            if not left:
                break
        return self._found(seen, best, others, len(looks))

    def _is_settled(self, seen: Seen, best: Choice, other: Choice, others: int, looks: int) -> bool:
        return paired.by_luck(self._apart(seen, best, other), looks, self.margin) * others <= 1 - CONFIDENCE

    def _apart(self, seen: Seen, best: Choice, other: Choice) -> np.ndarray:
        """How much more gets through another, in the worlds that both were played in."""
        worlds = min(len(seen.values[best]), len(seen.values[other]))
        now, base = (self.objective(seen.values[choice][:worlds]) for choice in (other, best))
        return np.asarray(now - base)

    def _found(self, seen: Seen, best: Choice, others: Sequence[Choice], looks: int) -> Found:
        rivals = [self._rival(seen, best, other, len(others), looks) for other in others]
        rivals.sort(key=lambda rival: (float(rival.apart.mean()), rival.choice))
        worst = max((rival.luck for rival in rivals), default=0.0)
        unseen, confidence = Seen(self.play, UNSEEN), max(0.0, 1 - len(others) * worst)
        return Found(best, unseen, self.objective, len(seen.values[best]), tuple(rivals), confidence, looks)

    def _rival(self, seen: Seen, best: Choice, other: Choice, others: int, looks: int) -> Rival:
        apart = self._apart(seen, best, other)
        worse, better = (paired.by_luck(way, looks, 0.0) * others <= 1 - CONFIDENCE for way in (apart, -apart))
        luck = paired.by_luck(apart, looks, self.margin)
        return Rival(other, apart, luck, not worse and not better, better)


# ---------------------------------------------------------------------------------------------- objectives


def mean(played: np.ndarray) -> np.ndarray:
    """What gets through in each world, on average over cases."""
    return np.asarray(played.mean(axis=1))


def worst_raid(played: np.ndarray) -> np.ndarray:
    """What gets through of the case of which most does, on average over worlds."""
    return np.asarray(played[:, int(played.mean(axis=0).argmax())])


def worst_fifth(played: np.ndarray) -> np.ndarray:
    """Numbers whose mean is that over the fifth of worlds in which most gets through: each world's part in it, by which
    its error is told as that of any mean (Rockafellar and Uryasev 2000)."""
    through = played.mean(axis=1)
    worst = np.sort(through)[-max(1, math.ceil(len(through) / 5))]
    return np.asarray(worst + 5 * np.maximum(through - worst, 0.0))


OBJECTIVES: dict[str, Objective] = {"mean": mean, "worst_raid": worst_raid, "worst_fifth": worst_fifth}
