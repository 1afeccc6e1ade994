"""Outlines around units: to where each has sight of targets at some heights above the ground, in one world."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bartizan.engine.covering import fill_outlines
from bartizan.physics import arrays
from bartizan.studies.documents.viewer import Outline
from bartizan.studies.skylines import skies
from bartizan.world import draw, pack
from bartizan.world.scenario import Scenario

HEIGHTS_M = (30.0, 100.0, 300.0, 1000.0)
BEARINGS = 180
#: None is looked for farther away than this, m.
FARTHEST_M = 250_000.0


def outlines(scenario: Scenario, seed: int, world: int = 0) -> list[Outline]:
    """For each unit that is there, with a sensor or an emitter, and each of HEIGHTS_M: {"unit", "height_m", "world",
    "outline"}, a closed ring of metres in the local frame, f8 (BEARINGS + 1, 2), anticlockwise. What lies open behind
    a gap is left out."""
    worlds = pack.pack(scenario, scenario.cases[0], draw.worlds(scenario, seed, world, 1))
    packed, sky = arrays.world(worlds, 0), skies(scenario, worlds, np.array([world]))[0]
    found: list[Outline] = []
    for u, placed in enumerate(scenario.units):
        if not packed.units[u]["present"] or not (placed.system.sensors or placed.system.emitters):
            continue
        ranges = np.zeros((len(HEIGHTS_M), BEARINGS))
        fill_outlines(packed, sky, u, np.array(HEIGHTS_M), FARTHEST_M, ranges)
        for height, of_height in zip(HEIGHTS_M, ranges, strict=True):
            if of_height.max() > 0:
                ring = _ring(packed.units[u], of_height)
                found.append({"unit": placed.name, "height_m": height, "world": world, "outline": ring})
    return found


def _ring(unit: Any, ranges: np.ndarray) -> np.ndarray:
    bearing = -2 * math.pi * np.arange(BEARINGS + 1) / BEARINGS
    # Nothing seen along two bearings apart would let the ring touch itself at the unit.
    ranges = np.maximum(ranges[-np.arange(BEARINGS + 1) % BEARINGS], 1.0)
    return np.column_stack([unit["x"] + ranges * np.sin(bearing), unit["y"] + ranges * np.cos(bearing)])
