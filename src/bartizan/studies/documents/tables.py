"""The tables and grids of a results folder: each column and array with its type, unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Column(NamedTuple):
    """A column of a table, or an array of a grid."""

    name: str
    type: str  # as Parquet or NumPy has it
    unit: str
    meaning: str


class Schema(NamedTuple):
    """What is in a file."""

    row: str  # what a row is; of arrays, what they hold
    columns: tuple[Column, ...]


_CASE = Column("case", "text", "", "the case")
_WORLD = Column("world", "whole number", "", "the world, from 0")
_PLAN = Column("plan", "whole number", "", "the plan of routes in that world, from 0")
_RAIDS = Column("raids", "whole number", "", "raids of that plan")
_EAST = Column("east", "f8 (X)", "m", "middles of cells, east of the origin")
_NORTH = Column("north", "f8 (Y)", "m", "middles of cells, north of the origin")

#: Of no file: what `bartizan.run` gives back.
OUTCOMES = Schema("a raid", (
    _WORLD,
    Column("raid", "whole number", "", "the raid in that world, from 0"),
    Column("leakers", "whole number", "threats", "that reached their target"),
    Column("shots", "whole number", "", "missiles and bursts fired"),
))  # fmt: skip

SCHEMAS: Mapping[str, Schema] = {
    "threats.parquet": Schema("a threat of a raid", (
        _CASE, _WORLD,
        Column("raid", "whole number", "", "the raid in that world, from 0"),
        Column("threat", "whole number", "", "its number in the raid, from 0"),
        Column("type", "text", "", "name of the threat in the catalogue or the scenario"),
        Column("target", "text", "", "the asset that it was sent to"),
        Column("fate", "text", "", "what became of it: [a fate](../results.md#what-becomes-of-a-threat)"),
        Column("cause", "text or null", "", "[why](../results.md#why-it-leaked) it leaked; null unless it did"),
        Column("time_s", "number", "s", "into the raid, when that was settled"),
        Column("fired", "whole number", "", "missiles and bursts fired at it"),
        Column("killed_by", "text or null", "", "the unit; null unless killed"),
        Column("jammed_s", "number or null", "s", "into the raid, when it lost satellite navigation or its "
               "link; null if never"),
    )),
    "effectors.parquet": Schema("an effector in one plan of a world, where it fired", (
        _CASE, _WORLD, _PLAN,
        Column("unit", "text", "", "the unit"),
        Column("effector", "text", "", "its missile or gun"),
        _RAIDS,
        Column("rounds", "whole number", "", "fired, summed over those raids"),
        Column("engagements", "whole number", "", "begun, summed over those raids"),
        Column("kills", "whole number", "", "threats destroyed, summed over those raids"),
    )),
    "worlds.parquet": Schema("a plan of routes in a world of a case", (
        _CASE, _WORLD, _PLAN, _RAIDS,
        Column("sent", "whole number", "", "threats, summed over those raids"),
        Column("leaked", "whole number", "", "of them, those that got through"),
        Column("killed", "whole number", "", "of them, those destroyed"),
        Column("diverted", "whole number", "", "of them, those that jamming made come down elsewhere"),
    )),
    "draws.parquet": Schema("an unknown in a world", (
        _WORLD,
        Column("number", "text", "", "its path in the scenario; `units/NAME/is-present`; `.../at/east` and `north`; "
               "`fall/wind-bearing`; `surface/skyline`"),
        Column("value", "number", "SI", "what was drawn; of `is-present` 1 or 0, of a place metres from where it is "
               "stated, of a bearing radians, of a skyline the world whose skyline it is"),
    )),
    "districts.parquet": Schema("a district and a kind of what comes down, in a case", (
        _CASE,
        Column("district", "text", "", "the district"),
        Column("kind", "text", "", "wreck, diverted, missile or rounds"),
        Column("mean", "number", "bodies", "in a raid, over worlds"),
        Column("world_low", "number", "bodies", "lower end of the central 80 % of worlds"),
        Column("world_high", "number", "bodies", "upper end of the central 80 % of worlds"),
    )),
    "journal.parquet": Schema("an event of the first raid of the first world of a case, with `--journal`", (
        Column("time_s", "number", "s", "when"),
        Column("event", "text", "", "what kind of event"),
        Column("threat", "whole number", "", "number of the threat; below 0 where it is about none"),
        Column("type", "text or null", "", "of the threat"),
        Column("unit", "text or null", "", "the unit"),
        Column("effector", "text or null", "", "its missile or gun"),
        Column("number", "whole number", "", "rounds of a launch; 1 for an intercept that killed, 0 for one that did "
               "not; 1 for a lost link, 0 for lost navigation"),
        Column("until_s", "number", "s", "when a launch meets its target, a threat that appears would arrive, a unit "
               "that saw one is ready"),
    )),
    "coverage.npz": Schema("the report's map of coverage: shares of worlds over a grid, at several altitudes", (
        Column("altitudes", "f8 (Z)", "m", "above the ground"),
        _EAST, _NORTH,
        Column("seen", "f4 (Z, Y, X)", "of worlds", "a unit sees the threat"),
        Column("seen_by_two", "f4 (Z, Y, X)", "of worlds", "two units or more see it"),
        Column("units_seeing", "f4 (Z, Y, X)", "units", "that see it, on average over worlds"),
        Column("engageable", "f4 (Z, Y, X)", "of worlds", "a unit can engage it"),
        Column("ring_seen", "f4 (Z, Y, X)", "of worlds", "it would be seen if nothing stood in the way"),
        Column("ring_engageable", "f4 (Z, Y, X)", "of worlds", "it could be engaged if nothing stood in the way"),
        Column("areas_km2", "f8 (2, 3, Z, 3)", "km²", "seen, engageable; with nothing in the way, with the skyline, "
               "what that takes away; mean over worlds, ends of their central 80 %"),
        Column("target", "text", "", "the threat that it holds for"),
    )),
    "fall.npz": Schema("what comes down over a grid, by case and kind", (
        Column("cases", "text (C)", "", "names of the cases"),
        Column("kinds", "text (K)", "", "wreck, diverted, missile, rounds"),
        _EAST, _NORTH,
        Column("bodies", "f8 (C, K, Y, X)", "bodies", "expected in each cell in a raid"),
        Column("outside", "f8 (C, K)", "bodies", "expected beyond the grid in a raid"),
        Column("mean", "f4 (C, K, Y, X)", "1/km²", "density in a raid, smoothed, over worlds"),
        Column("low", "f4 (C, K, Y, X)", "1/km²", "lower end of the central 80 % of worlds"),
        Column("high", "f4 (C, K, Y, X)", "1/km²", "upper end of the central 80 % of worlds"),
        Column("smoothed_m", "f8", "m", "standard deviation of the smoothing"),
    )),
}  # fmt: skip
