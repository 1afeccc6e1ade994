"""Worlds of a case surveyed and laid side by side, so that one call of a kernel plays raids of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bartizan.engine.layout import Theatre
from bartizan.engine.survey import Surveyor
from bartizan.engine.turns import Pool
from bartizan.ground.errors import UserError
from bartizan.physics import arrays
from bartizan.studies.searching.weights import check, names_of_group, of_groups, of_places
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario

#: Rows in use of each table, by the name of their number in SIZES.
_USED = {
    "looks": ("look_time", "look_hazard", "look_until", "look_error"),
    "net": ("net_time", "net_hazard", "net_until", "net_unit", "net_error"),
    "delays": ("delay",),
    "windows": ("window",),
    "jams": ("jam_time",),
    "parts": ("jam_part",),
    "stays": ("stay",),
}


def pool(
    scenario: Scenario, case: Case, seed: int, worlds: range, plans: int, weights: Mapping[str, float]
) -> Pool:  # fmt: skip
    """Some worlds of a case, each with so many plans of routes."""
    if worlds.step != 1 or not worlds or worlds.start < 0:
        raise UserError(f"worlds follow one another, as in range(0, 64); not {worlds}")
    drawn = draw.worlds(scenario, seed, worlds.start, len(worlds))
    packed = pack.pack(scenario, case, drawn)
    sky = skies(scenario, packed, drawn.skies)
    surveyor = Surveyor(case.routes, scenario.file.study.step.likely)
    found: list[dict[str, np.ndarray]] = []
    for w, index in enumerate(worlds):
        world = arrays.world(packed, w)
        surveyor.open(world, sky[w])
        found += [_kept(surveyor.survey(world, index, plan)) for plan in range(plans)]
    stacked = {name: _stacked([of[name] for of in found]) for name in found[0]}
    place, group, rounds = _costs(scenario, case, weights)
    return Pool(
        packed=packed, theatres=Theatre(sky=sky[0], **stacked), world_of=np.repeat(np.arange(len(worlds)), plans),
        index_of=np.repeat(np.array(worlds), plans),
        to_the_end=np.repeat((packed.units["kill_called_miss"] > 0).any(axis=1), plans).astype(np.uint8),
        place=place, group=group, round=rounds,
    )  # fmt: skip


def _kept(theatre: Theatre) -> dict[str, np.ndarray]:
    """Copies of a theatre's tables, each as long as it is used."""
    used = {name: int(theatre.sizes[0][by]) for by, names in _USED.items() for name in names}
    found = {name: getattr(theatre, name)[: used.get(name)].copy() for name in Theatre._fields if name != "sky"}
    found["jam_hazard"] = theatre.jam_hazard[:, : used["jam_time"]].copy()
    return found


def _stacked(tables: Sequence[np.ndarray]) -> Any:
    """Tables of one kind as one, (M, ...): what is shorter than the longest ends in zeros."""
    shape = np.max([table.shape for table in tables], axis=0)
    found = np.zeros((len(tables), *np.maximum(shape, 1)), tables[0].dtype)
    for row, table in zip(found, tables, strict=True):
        row[tuple(slice(0, n) for n in table.shape)] = table
    return found.view(np.recarray) if found.dtype.names else found


def _costs(scenario: Scenario, case: Case, weights: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What it costs that one gets through, by asset and by group, 1 unless named; and a round, 0 unless named."""
    effectors = [name for placed in scenario.units for name in placed.system.effectors]
    threats = {name for g in range(len(case.groups)) for name in names_of_group(case, g)}
    check(weights, {*(asset.name for asset in scenario.assets), *threats, *effectors}, "place, threat or effector")
    rounds = np.array([float(weights.get(name, 0.0)) for name in effectors])
    return of_places(scenario, weights), of_groups(case, weights), rounds
