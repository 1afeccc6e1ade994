"""One or two quantities over their values, with the same luck: what gets through, and how many are enough."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Mapping, Sequence

import numpy as np

from bartizan.ground.errors import UserError
from bartizan.studies import paired
from bartizan.studies.compare import Source, loaded
from bartizan.studies.documents.compared import RaidSwept, Sweep, SweptCell
from bartizan.studies.documents.estimates import Brief
from bartizan.studies.paired import Effort, Layout, Paired, Seen, share
from bartizan.studies.side import RAIDS
from bartizan.world import paths
from bartizan.world.scenario import Scenario

#: Half the width of an interval at which no more worlds are played, and the most, unless others are asked for.
USUAL = Effort(until=0.01, most=1024)
#: Values of all quantities together.
MOST_CELLS = 400
_RANGE = re.compile(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*(?:\.\.\s*(\d+)\s*)?")
_COMMAS = re.compile(r",(?![^\[{]*[\]}])")  # not those inside of brackets

#: Of each quantity its path and its values.
Over = Mapping[str, Sequence[object]]


def sweep(
    source: Source, over: Over, *, raids: Sequence[str] = (), enough: float | None = None, effort: Effort = USUAL
) -> Sweep:
    """What gets through a scenario where a quantity, or two, take each of some values, by their paths.

    All values are played in the same worlds with the same luck, worlds doubling until what gets through is known to
    `effort.until` for each. With `enough`, a share, it is told of each value whether no more gets through: with 95 %
    confidence for all values of a raid together. Raises UserError where a path or value cannot be used.
    """
    scenario = loaded(source)
    values = {path: [_plain(value) for value in of] for path, of in over.items()}
    _check(values, enough)
    started = time.perf_counter()
    layouts = _layouts(scenario, values)
    playing = Paired(layouts, _raids(scenario, values, raids), effort.seed, effort.most)
    confidence = effort.stopping.confidence

    def wide(number: int, worlds: int) -> float:
        found = [share(of, confidence) for of in playing.leaked(number, worlds)]
        return max((each["high"] - each["low"]) / 2 for each in found)

    seen = playing.look(effort, wide)
    return {
        "scenario": scenario.name, "swept": [{"path": path, "values": of} for path, of in values.items()],
        "seed": effort.seed, "raids": RAIDS, "until": effort.until, "enough_at": enough,
        "seconds": round(time.perf_counter() - started, 3),
        "cases": [
            _case(playing, number, found, effort, enough, list(values.values()))
            for number, found in enumerate(seen)
        ],
    }  # fmt: skip


def values_of(text: str) -> tuple[str, list[str]]:
    """PATH=VALUES as people write it: values with commas between, or whole numbers as 2..10 or 0..100..20."""
    path, equals, told = text.partition("=")
    if not equals or not told.strip():
        raise UserError(
            f"{text!r}: write PATH=VALUES, such as systems/gepard/channels=1,2,4 or raids/drones/size=5..10"
        )
    if (found := _RANGE.fullmatch(told)) is not None:
        low, high, step = int(found[1]), int(found[2]), int(found[3] or 1)
        if step < 1 or high < low:
            raise UserError(f"{text!r}: a range is LOW..HIGH or LOW..HIGH..STEP, from the lower to the higher")
        return path.strip(), [str(value) for value in range(low, high + 1, step)[: MOST_CELLS + 1]]
    return path.strip(), [part.strip() for part in _COMMAS.split(told)]


def _plain(value: object) -> str:
    """A value as people write it."""
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else f"{value}"


def _check(values: Mapping[str, Sequence[str]], enough: float | None) -> None:
    if not 1 <= len(values) <= 2:
        raise UserError(f"a sweep takes one or two quantities, not {len(values)}")
    cells = 1
    for path, of in values.items():
        cells *= len(of)
        if len(set(of)) < len(of) or not all(of):
            raise UserError(f"{path}: values must be there, and differ from one another: {', '.join(of)}")
    if not 1 <= cells <= MOST_CELLS:
        raise UserError(f"a sweep takes {MOST_CELLS} values in all, or fewer; these are more")
    if enough is not None and not 0 < enough < 1:
        raise UserError(f"enough is a share of what is sent, above 0 and below 1, not {enough}")


def _layouts(scenario: Scenario, values: Mapping[str, Sequence[str]]) -> list[Layout]:
    """The scenario as it is, and at each value."""
    found = [Layout(scenario.name, scenario)]
    for cell in itertools.product(*values.values()):
        at = {path: paths.written(value) for path, value in zip(values, cell, strict=True)}
        found.append(Layout(", ".join(cell), paths.with_values(scenario, at)))
    return found


def _raids(scenario: Scenario, values: Mapping[str, Sequence[str]], raids: Sequence[str]) -> Sequence[str]:
    """The raids to play: where the size of one is swept, that one alone, and one case of it."""
    sized = [path.split("/")[1] for path in values if path.startswith("raids/") and path.endswith("/size")]
    if not sized:
        return raids
    if len(sized) > 1 or any(case.raid.name != sized[0] for case in scenario.chosen(raids or sized)):
        raise UserError(f"the size of {sized[0]} is swept, so it alone is played; leave other raids out")
    if len(raids) > 1:
        raise UserError(f"the size of {sized[0]} is swept, beside one raid as it is; name one with --raid")
    return [scenario.chosen(raids or sized)[0].name]


def _case(
    playing: Paired, number: int, seen: Seen, effort: Effort, enough: float | None, values: Sequence[Sequence[str]]
) -> RaidSwept:
    base, *cells = playing.leaked(number, seen.worlds)
    confidence = effort.stopping.confidence
    cost, *costs = playing.costs(playing.spent(number, seen.worlds), confidence)
    strict = 1 - (1 - confidence) / len(cells)  # so that all verdicts hold together
    found: list[SweptCell] = [
        {
            "values": list(at), "leak": share(of, confidence),
            "difference": paired.apart(of, base, confidence).brief(),
            "enough": None if enough is None else _verdict(share(of, strict), enough),
        }
        for at, of in zip(itertools.product(*values), cells, strict=True)
    ]  # fmt: skip
    for cell, of_cell in zip(found, costs, strict=True):
        if of_cell is not None:
            cell["cost"] = of_cell
    case = playing.cases[number]
    sized = len({layout.scenario.chosen([case.raid.name])[0].size for layout in playing.layouts}) > 1
    told: RaidSwept = {
        "case": case.raid.name if sized else case.name, "title": case.title,
        "size": case.size, "worlds": seen.worlds, "looks": seen.look, "narrow_enough": seen.wide <= effort.until,
        "alike": all(np.array_equal(of, base) for of in cells), "base": share(base, confidence), "cells": found,
    }  # fmt: skip
    return told if cost is None else {**told, "cost": cost}


def _verdict(leak: Brief, enough: float) -> bool | None:
    """Whether no more gets through than that; None where it is not told."""
    return True if leak["high"] <= enough else False if leak["low"] > enough else None
