"""Which candidates may stand together: so many of each kind, apart from one another, within a budget."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

Layout = tuple[int, ...]  # numbers of candidates, in order


@dataclass(frozen=True)
class Rules:
    """Of N candidates: `kind` (N,) of each, `counts` of each kind, which two `clash` (N, N), `cost` (N,) and `budget`.

    Without a budget a layout has exactly so many of each kind; with one, as many as it allows, and no room for another.
    """

    kind: np.ndarray
    counts: tuple[int, ...]
    clash: np.ndarray
    cost: np.ndarray
    budget: float | None = None

    def __len__(self) -> int:
        return len(self.kind)

    def fits(self, layout: Sequence[int]) -> bool:
        """Whether some may stand together."""
        within = all((self.kind[list(layout)] == k).sum() <= n for k, n in enumerate(self.counts))
        return within and self._affords(layout) and not self.clash[np.ix_(layout, layout)].any()

    def _affords(self, layout: Sequence[int]) -> bool:
        return self.budget is None or float(self.cost[list(layout)].sum()) <= self.budget * (1 + 1e-12)

    def more(self, layout: Sequence[int]) -> list[int]:
        """Candidates that may be added."""
        return [k for k in range(len(self)) if k not in layout and self.fits((*layout, k))]

    def is_full(self, layout: Sequence[int]) -> bool:
        """Whether some that fit are a whole layout."""
        return len(layout) == sum(self.counts) or (self.budget is not None and not self.more(layout))

    def layouts(self) -> Iterator[Layout]:
        """All whole layouts, in order."""
        yield from self._onward((), 0)

    def _onward(self, begun: Layout, first: int) -> Iterator[Layout]:
        if (begun or not sum(self.counts)) and self.is_full(begun):
            yield begun
        for k in range(first, len(self)):
            if self.fits(further := (*begun, k)):
                yield from self._onward(further, k + 1)

    def counted(self, most: int) -> int | None:
        """How many layouts there are; None where they are more than `most`."""
        found = sum(1 for _ in itertools.islice(self.layouts(), most + 1))
        return found if found <= most else None

    def swaps(self, layout: Layout) -> Iterator[Layout]:
        """Whole layouts that have another candidate in the place of one."""
        for out in layout:
            rest = tuple(k for k in layout if k != out)
            for k in range(len(self)):
                if k not in layout and self.fits((*rest, k)) and self.is_full(swapped := tuple(sorted((*rest, k)))):
                    yield swapped

    def by_lot(self, names: Sequence[str], seed: int, number: int) -> Iterator[Layout]:
        """Whole layouts drawn by lot, with what candidates are called for luck; fewer where many lots end nowhere."""
        found: set[Layout] = set()
        for draw in range(20 * number):
            layout: Layout = ()
            order = sorted(range(len(self)), key=lambda k: _luck(f"{seed} {draw} {names[k]}"))
            for k in order:
                if self.fits((*layout, k)):
                    layout = (*layout, k)
            layout = tuple(sorted(layout))
            if layout and self.is_full(layout) and layout not in found:
                found.add(layout)
                yield layout
                if len(found) == number:
                    return


def _luck(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
