"""How high buildings and woods stand, as their properties say it: numbers, texts with units, storeys, OSM's tags."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from bartizan.ground.errors import UserError, shown
from bartizan.world.vectors.notes import Note, noted, reasons
from bartizan.world.vectors.table import Table

HIGHEST_M = 900.0  # the highest building stands 828 m
FOOT_M = 0.3048
OSM_STOREYS = "building:levels"
#: Tags of OSM and columns of Overture Maps that say whether a building stands above the ground.
GROUND_TAGS = ("location", "layer", "is_underground")
ROOF_STOREYS = "roof:levels"

_METRES = re.compile(r"\s*([-+]?\d+(?:[.,]\d+)?)\s*(?:m|м|metres?|meters?)?\.?\s*", re.IGNORECASE)
_FEET = re.compile(
    r"\s*([-+]?\d+(?:[.,]\d+)?)\s*(?:'|′|ft|feet|foot)\.?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:\"|″|in)\.?\s*)?", re.IGNORECASE
)


@dataclass(frozen=True)
class HeightRule:
    """Which property says how high; OSM tags by default."""

    height: str = "height"  # metres; text such as "12", "12 m", "12,5" and feet such as 40' 6" are understood
    storeys: str = OSM_STOREYS  # used where there is no height; "" for what has none and is never under the ground
    storey_height_m: float = 3.2
    default_m: float | None = None  # where neither is known; None: the median of those that are known
    highest_m: float = HIGHEST_M  # what is stated to be higher is taken as not stated

    def properties(self) -> tuple[str, ...]:
        """The names of all properties that are looked at."""
        return (self.height, self.storeys, ROOF_STOREYS, *GROUND_TAGS) if self.storeys else (self.height,)


@dataclass(frozen=True)
class Heights:
    """Of some rows of a table."""

    height: np.ndarray  # f8 (N,), m; 0 below the ground
    known: np.ndarray  # bool (N,): it was stated, not assumed
    buried: dict[int, str]  # by row: why it does not stand above the ground
    notes: list[Note]  # on what was stated and cannot be used


def metres(value: object) -> float:
    """A height, m, as people write it: 12, "12 m", "12,5", "40'", "40'6\\""; not a number for anything else."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:  # a whole number of hundreds of digits
            return math.inf
    text = value if isinstance(value, str) else ""
    if found := _METRES.fullmatch(text):
        return _decimal(found[1])
    if found := _FEET.fullmatch(text):
        return FOOT_M * (_decimal(found[1]) + _decimal(found[2] or "0") / 12)
    return math.nan


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def heights(table: Table, rows: np.ndarray, rule: HeightRule) -> Heights:
    """Heights of some rows. A height goes before storeys; -1 and 0, with which data sets say "unknown", are no
    statements, but no storeys of OSM are. Raises UserError where nothing is stated and there is no default."""
    _check_named(table, rule)
    stated = _stated(table, rule.height, rows, 1.0, rule)
    storeys = _stated(table, rule.storeys, rows, rule.storey_height_m, rule)
    by_storeys = np.where(storeys.metres > 0, storeys.metres, _under_a_roof(table, rows, rule))
    height = np.where(stated.metres > 0, stated.metres, by_storeys)
    known = height > 0
    buried = _buried(table, rows, known, rule)
    notes = [note for each in (stated, storeys) for note in each.notes(table, buried)]
    standing = known & ~np.isin(rows, list(buried))
    if rule.default_m is None and not standing.any():
        raise UserError(_nothing_stated(table, rule, notes, len(buried)))
    default_m = rule.default_m if rule.default_m is not None else float(np.median(height[standing]))
    return Heights(np.where(known, height, default_m), known, buried, notes)


@dataclass(frozen=True)
class _Stated:
    """One property of some rows as heights, m; not a number where it is not stated, or is what no height can be."""

    metres: np.ndarray
    not_used: dict[int, tuple[str, str]]  # by row: why, and what stood there

    def notes(self, table: Table, buried: dict[int, str]) -> list[Note]:
        """On what was not used of rows above the ground."""
        why = {row: reason for row, (reason, _) in self.not_used.items() if row not in buried}
        return noted("not used", why, lambda row: f"{table.place(row)}: {self.not_used[row][1]}")


def _stated(table: Table, name: str, rows: np.ndarray, unit_m: float, rule: HeightRule) -> _Stated:
    if name not in table.columns:
        return _Stated(np.full(len(rows), math.nan), {})
    values = table.columns[name]
    found = np.array([metres(values[i]) for i in rows.tolist()], float) * unit_m
    not_used: dict[int, tuple[str, str]] = {}
    for k in np.flatnonzero(~((found >= 0) & (found <= rule.highest_m))).tolist():
        value = values[rows[k]]
        if _says_something(value):
            not_used[int(rows[k])] = (f"with {name} {_why_not(found[k], rule)}", shown(value))
    found[(found < 0) | (found > rule.highest_m)] = math.nan
    return _Stated(found, not_used)


def _why_not(height_m: float, rule: HeightRule) -> str:
    if math.isnan(height_m):
        return "that is no number"
    return "below 0" if height_m < 0 else f"that makes more than {rule.highest_m:.0f} m"


def _says_something(value: object) -> bool:
    return not (value is None or (isinstance(value, float) and math.isnan(value)) or value == "")


def _under_a_roof(table: Table, rows: np.ndarray, rule: HeightRule) -> np.ndarray:
    """Heights, m, of houses that are all roof: in OSM storeys under it are counted apart."""
    if rule.storeys != OSM_STOREYS:
        return np.full(len(rows), math.nan)
    return _stated(table, ROOF_STOREYS, rows, rule.storey_height_m, rule).metres


def _buried(table: Table, rows: np.ndarray, known: np.ndarray, rule: HeightRule) -> dict[int, str]:
    """Rows that stand on no ground, and why: by their place or layer, whatever their height; or for want of storeys."""
    if not rule.storeys or not table.columns.keys() & {OSM_STOREYS, *GROUND_TAGS}:
        return {}
    location, layer, under = (table.column(name) for name in GROUND_TAGS)
    storeys = table.column(rule.storeys) if rule.storeys == OSM_STOREYS else [None] * len(location)
    found: dict[int, str] = {}
    for row, has_height in zip(rows.tolist(), known.tolist(), strict=True):
        if _text(location[row]) == "underground" or _text(under[row]) in ("true", "yes", "1"):
            found[row] = "under the ground"
        elif layer[row] is not None and metres(layer[row]) < 0:
            found[row] = "under the ground by layer"
        elif not has_height and storeys[row] is not None and metres(storeys[row]) == 0:
            found[row] = f"without {OSM_STOREYS} above the ground"
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value).strip().casefold()


def _check_named(table: Table, rule: HeightRule) -> None:
    """Raises UserError where a property that the user named is not there; OSM's are looked for, not named."""
    usual = HeightRule()
    for field, name, default in (("height", rule.height, usual.height), ("storeys", rule.storeys, usual.storeys)):
        if name and name != default and name not in table.properties:
            raise UserError(f"{table.source}: {field}: no feature has the property {shown(name)}; {table.there()}")


def _nothing_stated(table: Table, rule: HeightRule, notes: Sequence[Note], buried: int) -> str:
    found = [reasons(notes)] if notes else []
    found += [f"{buried} are under the ground"] if buried else []
    because = f" ({'; '.join(found)})" if found else ""
    return (
        f"{table.source} says of no polygon how high it is: neither {shown(rule.height)} nor {shown(rule.storeys)}"
        f" is stated{because}. Name another property, or a default height; {table.there()}"
    )
