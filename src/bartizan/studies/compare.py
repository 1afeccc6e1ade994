"""Layouts against one another with the same luck: how they differ by raid and by place, and which is best."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bartizan.ground.errors import ScenarioError, UserError
from bartizan.studies import paired
from bartizan.studies.documents.compared import AtPlace, Compared, Downed, LayoutAnswer, RaidCompared
from bartizan.studies.estimate import NONE, Difference
from bartizan.studies.paired import USUAL, Effort, Layout, Paired, Seen, share
from bartizan.studies.side import RAIDS, Side
from bartizan.studies.spending import Spending, together
from bartizan.studies.value.given import given
from bartizan.world import paths
from bartizan.world.scenario import Scenario, load

Source = str | os.PathLike[str] | Mapping[str, Any] | Scenario


def compare(
    *sources: Source, what_if: Sequence[str] = (), raids: Sequence[str] = (), effort: Effort = USUAL
) -> Compared:
    """Two or more layouts: scenarios, by file, shipped name or dict, and the first of them with changes, such as
    "units/Jammer/present=0; weather/visibility=5 km" or "there-pantsir=yes".

    All are played in the same worlds with the same luck, worlds doubling until every difference from the first one is
    known to `effort.until`; all intervals hold together however many looks that took. Raises UserError where there is
    nothing to compare, or a source or change cannot be used.
    """
    comparing = Comparing(_layouts(sources, what_if), raids, effort)
    *_, seen = comparing.looks(threading.Event())
    return comparing.told(seen)


class Comparing:
    """Layouts while they are compared: what is told after any look holds as the last does."""

    def __init__(self, layouts: Sequence[Layout], raids: Sequence[str], effort: Effort = USUAL) -> None:
        self.effort, self.confidence, self.started = effort, effort.stopping.confidence, time.perf_counter()
        self.playing = Paired(layouts, raids, effort.seed, effort.most)

    def looks(self, stop: threading.Event) -> Iterator[list[Seen]]:
        """What is seen of each case, look by look, until all is known as well as was asked for, or `stop` is set."""
        return self.playing.looking(self.effort, self._wide, stop)

    def _wide(self, number: int, worlds: int) -> float:
        found = _apart(self.playing.leaked(number, worlds), self.confidence)
        return max((apart.high - apart.low) / 2 for apart in found)

    def told(self, seen: Sequence[Seen]) -> Compared:
        """What is told of what is seen."""
        effort = self.effort
        telling = _Telling(self.playing, seen, len(effort.stopping.looks), self.confidence, effort.until)
        return {
            "layouts": [layout.name for layout in self.playing.layouts], "seed": effort.seed, "raids": RAIDS,
            "until": effort.until, "seconds": round(time.perf_counter() - self.started, 3), "cases": telling.all(),
        }  # fmt: skip


def _layouts(sources: Sequence[Source], what_if: Sequence[str]) -> list[Layout]:
    found = [_layout(source) for source in sources]
    if not found or len(found) + len(what_if) < 2:
        raise UserError(
            "a comparison takes two layouts or more: name a scenario, and another or a change with --what-if"
        )
    return told_apart([*found, *(Layout(told, changed(found[0].scenario, told)) for told in what_if)])


def _layout(source: Source) -> Layout:
    scenario = loaded(source)
    return Layout(scenario.name if isinstance(source, Scenario | Mapping) else os.fsdecode(source), scenario)


def told_apart(layouts: Sequence[Layout]) -> list[Layout]:
    """The same, the second of a name as its (2), or with the next number that none of them has."""
    named, given = {layout.name for layout in layouts}, dict[str, Layout]()
    for layout in layouts:
        numbered = (f"{layout.name} ({n})" for n in itertools.count(2))
        free = (name for name in numbered if name not in named and name not in given)
        name = next(free) if layout.name in given else layout.name
        given[name] = replace(layout, name=name)
    return list(given.values())


def loaded(source: Source) -> Scenario:
    """A scenario of whatever kind of source."""
    return source if isinstance(source, Scenario) else load(source)


def changed(scenario: Scenario, told: str) -> Scenario:
    """A scenario with changes as people write them: PATH=VALUE, or QUESTION=ANSWER as for `run --given`, with
    semicolons between."""
    values: dict[str, Any] = {}
    answered: list[str] = []
    for part in filter(None, (part.strip() for part in told.split(";"))):
        left, equals, value = part.partition("=")
        if not equals or not value.strip():
            raise UserError(f"{part!r}: write PATH=VALUE, such as units/Jammer/present=0, or QUESTION=ANSWER")
        if "/" in left:
            if left.strip() in values:
                raise UserError(f"{told!r} changes {left.strip()} twice")
            try:
                values[left.strip()] = paths.written(value.strip())
            except ScenarioError as error:
                raise UserError(f"{part!r}: the value is none: {error.mistakes[0]}") from None
        else:
            answered.append(part)
    if not values and not answered:
        raise UserError("a change is PATH=VALUE, such as units/Jammer/present=0; nothing was written")
    return given(paths.with_values(scenario, values) if values else scenario, answered)


def _apart(values: Sequence[np.ndarray], confidence: float) -> list[Difference]:
    """The difference of each from the first."""
    return [paired.apart(of, values[0], confidence) for of in values]


@dataclass(frozen=True)
class _Telling:
    """What is told of layouts, each case as it was seen at its last look of so many that there may be."""

    playing: Paired
    seen: Sequence[Seen]
    looks: int
    confidence: float
    until: float

    def all(self) -> list[RaidCompared]:
        cases = range(len(self.playing.cases))
        return ([self._together()] if len(cases) > 1 else []) + [self._case(number) for number in cases]

    def _together(self) -> RaidCompared:
        """The mean over raids, each as heavy, in the worlds that all of them were played in."""
        least = min(self.seen, key=lambda seen: seen.worlds)
        worlds = least.worlds
        of_cases = [self.playing.leaked(number, worlds) for number in range(len(self.playing.cases))]
        rows = zip(*of_cases, strict=True)  # of each layout, its cases
        alike: dict[tuple[int, ...], np.ndarray] = {}
        values = [alike.setdefault(tuple(map(id, row)), np.mean(row, axis=0)) for row in rows]
        title = f"{'both' if len(of_cases) == 2 else f'all {len(of_cases)}'} raids, each as heavy"
        wide = max((d.high - d.low) / 2 for d in _apart(values, self.confidence))
        by_case = (self.playing.spent(number, worlds) for number in range(len(of_cases)))
        spent = [together(row) for row in zip(*by_case, strict=True)]
        return self._told("", title, Seen(least.look, worlds, wide), values, [[] for _ in values], spent)

    def _case(self, number: int) -> RaidCompared:
        case, seen = self.playing.cases[number], self.seen[number]
        values = self.playing.leaked(number, seen.worlds)
        places = self._places(self.playing.sides[number], seen.worlds)
        spent = self.playing.spent(number, seen.worlds)
        told = self._told(case.name, case.title, seen, values, places, spent)
        for row, downed in zip(told["layouts"], self._downed(self.playing.sides[number], seen.worlds), strict=True):
            if downed:
                row["downed"] = downed
        return told

    def _told(
        self,
        case: str,
        title: str,
        seen: Seen,
        values: Sequence[np.ndarray],
        places: Sequence[list[AtPlace]],
        spent: Sequence[Spending | None],
    ) -> RaidCompared:
        found = paired.best(values, self.looks)
        names = [layout.name for layout in self.playing.layouts]
        rows: list[LayoutAnswer] = [
            {"layout": name, "leak": share(of, self.confidence), "difference": apart.brief(), "places": at}
            for name, of, apart, at in zip(names, values, _apart(values, self.confidence), places, strict=True)
        ]
        for row, cost in zip(rows, self.playing.costs(spent, self.confidence), strict=True):
            if cost is not None:
                row["cost"] = cost
        return {
            "case": case, "title": title, "worlds": seen.worlds, "looks": seen.look,
            "narrow_enough": seen.wide <= self.until, "layouts": rows, "best": names[found.number],
            "confidence": found.confidence, "level": [names[k] for k in found.level],
        }  # fmt: skip

    def _downed(self, sides: Sequence[Side], worlds: int) -> list[list[Downed]]:
        """Of each layout, how often what is no threat is shot down."""
        found = {id(side): side.downed(worlds) for side in sides}
        first = found[id(sides[0])]
        return [
            [
                {
                    "what": what, "share": share(of, self.confidence),
                    "difference": paired.apart(of, first.get(what, np.zeros(worlds)), self.confidence).brief(),
                }
                for what, of in found[id(side)].items()
            ]
            for side in sides
        ]  # fmt: skip

    def _places(self, sides: Sequence[Side], worlds: int) -> list[list[AtPlace]]:
        """Of each layout, how much of what is sent reaches each place that the first one has."""
        named = [asset.name for asset in sides[0].scenario.assets]
        first = {name: _reaching(sides[0], name, worlds) for name in named}
        return [[self._place(side, name, first[name]) for name in named if _has(side, name)] for side in sides]

    def _place(self, side: Side, name: str, first: np.ndarray) -> AtPlace:
        now = _reaching(side, name, len(first))
        apart = NONE if np.array_equal(now, first) else paired.apart(now, first, self.confidence)
        return {"place": name, "share": float(now.mean()), "difference": apart.brief()}


def _has(side: Side, place: str) -> bool:
    return any(asset.name == place for asset in side.scenario.assets)


def _reaching(side: Side, place: str, worlds: int) -> np.ndarray:
    """The share of what is sent that reaches a place, in each world."""
    number = [asset.name for asset in side.scenario.assets].index(place)
    sums = side.sums[:worlds, :, side.columns.asset_leaked + number].sum(axis=1)
    return np.asarray(sums / (RAIDS * side.case.size))
