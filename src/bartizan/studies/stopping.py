"""When a study has worlds enough: looks at doublings of them, until what gets through is known narrowly enough."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from bartizan.ground.errors import UserError
from bartizan.studies.documents.results import Stopped
from bartizan.studies.looks import confidence_of_each

#: Worlds behind the first look: fewer tell too little of how far worlds differ.
FIRST_LOOK = 32
#: Worlds that are played at most, where nobody says how many.
MOST_WORLDS = 4096


@dataclass(frozen=True)
class Stopping:
    """Stop once the interval of what gets through, of the widest case, is no more than `until` to either side of its
    middle, or at `most` worlds; None: play `most` and look once."""

    until: float | None
    most: int = MOST_WORLDS

    def __post_init__(self) -> None:
        if self.until is not None and not 0 < self.until < 1:
            raise UserError(f"until must lie between 0 and 1, such as 0.01, not {self.until}")

    @property
    def looks(self) -> tuple[int, ...]:
        """The worlds behind each look."""
        if self.until is None:
            return (self.most,)
        doublings = (FIRST_LOOK * 2**k for k in itertools.count())
        return (*itertools.takewhile(lambda worlds: worlds < self.most, doublings), self.most)

    @property
    def confidence(self) -> float:
        """Of each interval, so that those of all looks hold together: whoever stops at one has his 95 %."""
        return confidence_of_each(len(self.looks))

    def expected(self, look: Look) -> int:
        """The worlds at which it will stop, as far as a look can tell: intervals narrow as the root of worlds."""
        if self.until is None:
            return self.most
        needed = math.sqrt(look.worlds) * (look.half_width / self.until)  # its root: the square may be no number
        return next((worlds for worlds in self.looks if math.sqrt(worlds) >= needed), self.most)


@dataclass(frozen=True)
class Look:
    """A look at a study: half the width of the interval of the case whose interval is widest."""

    number: int
    worlds: int
    half_width: float = math.inf
    widest: str = ""

    def is_enough(self, stopping: Stopping) -> bool:
        return stopping.until is not None and self.half_width <= stopping.until

    def content(self, stopping: Stopping) -> Stopped | None:
        """Why a study stopped here, as summary.json has it; None of one that stops nowhere before its end."""
        if stopping.until is None:
            return None
        return {
            "until": stopping.until, "most": stopping.most, "looks": self.number, "looks_at_most": len(stopping.looks),
            "half_width": self.half_width, "widest": self.widest, "confidence_of_each": stopping.confidence,
            "narrow_enough": self.is_enough(stopping),
        }  # fmt: skip
