"""How the numbers in a raster become a quantity: its unit, scale and offset, what stands for no data, what can be.

One reading for heights of ground, heights of trees and persons: they differ in a `Quantity` alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bartizan.ground.errors import UserError

#: a foot of US surveys, m; 2 parts in a million longer than the other
SURVEY_FOOT_M = 1200 / 3937
#: what may be stated of a file's heights, in metres
STATED_M = {"m": 1.0, "dm": 0.1, "cm": 0.01, "ft": 0.3048, "us-ft": SURVEY_FOOT_M}
#: what files call the units of heights, letters alone and small, in metres
HEIGHTS_M = {
    **dict.fromkeys(("", "m", "metre", "meter", "metres", "meters", "mtr"), 1.0),
    **dict.fromkeys(("dm", "decimetre", "decimeter", "decimetres", "decimeters"), 0.1),
    **dict.fromkeys(("cm", "centimetre", "centimeter", "centimetres", "centimeters"), 0.01),
    **dict.fromkeys(("mm", "millimetre", "millimeter", "millimetres", "millimeters"), 0.001),
    **dict.fromkeys(("ft", "foot", "feet", "international foot", "international feet", "ift", "foot int"), 0.3048),
    **dict.fromkeys(
        (
            "us survey foot",
            "us survey feet",
            "survey foot",
            "us ft",
            "ft us",
            "ftus",
            "usft",
            "sft",
            "foot us",
            "us foot",
        ),
        SURVEY_FOOT_M,
    ),
}
#: what files call persons, and the area that they are counted over, m2; none: the cell
_PERSONS = (
    "", "people", "person", "persons", "inhabitant", "inhabitants", "population", "pop", "resident", "residents",
    "count", "counts", "number", "population count", "people count", "number of people", "number of persons", "p",
)  # fmt: skip
AREAS_M2: Mapping[str, float | None] = {
    **dict.fromkeys(("cell", "pixel", "grid cell", "gridcell", "grid", "px", "pix"), None),
    **dict.fromkeys(("km2", "sq km", "sqkm", "km 2", "square kilometre", "square kilometer", "square km"), 1e6),
    **dict.fromkeys(("ha", "hectare", "hectares"), 1e4),
    **dict.fromkeys(("m2", "sq m", "m 2", "square metre", "square meter"), 1.0),
}


class Quantity(NamedTuple):
    """What a raster may hold: its names, the values between which it can lie, and what no data read as."""

    plural: str
    cannot: str  # what a value beyond the limits cannot be
    lowest: float
    highest: float
    void: float
    advice: str


#: the ground reaches from 10,994 m below the sea to 8849 m above it
GROUND = Quantity("heights", "a height in metres", -11_500.0, 9000.0, math.nan, "else tag unit or scale")
#: the highest tree stands 116 m; surfaces less terrains lie somewhat below nothing here and there
TREES = Quantity(
    "heights of trees", "the height of a tree in metres", -50.0, 120.0, 0.0,
    "and if these are centimetres, state unit: cm for this canopy",
)  # fmt: skip
PEOPLE = Quantity("numbers of persons", "a number of persons", 0.0, 1e9, 0.0, "else tag unit or scale")


@dataclass(frozen=True)
class Coding:
    """How the numbers of a band become metres, or persons: which stand for none, and a gain and a shift."""

    voids: tuple[float, ...]
    masked: bool  # a mask in or beside the file
    opacity: int | None  # the band that says where there is something, if there is one
    gain: float
    shift: float
    void: float  # what they are then

    def values(self, raw: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        """f4, finite or NaN where there is none."""
        none = ~np.isfinite(raw) if raw.dtype.kind == "f" else np.zeros(raw.shape, bool)
        if mask is not None:
            none |= mask == 0
        for value in self.voids:
            none |= _stands_for(raw, value)
        values = raw.astype(np.float32) if self._as_it_is(raw) else self._scaled(raw)
        values[none] = np.nan
        return values

    def _as_it_is(self, raw: np.ndarray) -> bool:
        return self.gain == 1.0 and self.shift == 0.0 and raw.dtype != np.float64

    def _scaled(self, raw: np.ndarray) -> np.ndarray:
        scaled = np.where(np.isfinite(raw), raw, 0.0).astype(np.float64) * self.gain + self.shift
        return np.clip(scaled, -3e38, 3e38).astype(np.float32)  # beyond, a float of 4 bytes would be infinite


def _stands_for(raw: np.ndarray, none: float) -> np.ndarray:
    """Where raw numbers are what stands for no data. A tag is text: its digits may have been rounded."""
    if raw.dtype.kind != "f":
        return np.asarray(raw == raw.dtype.type(none))
    if abs(none) >= 1e30:  # the least or the largest number of the type, in one of its many roundings
        return np.asarray(np.sign(none) * raw >= 1e30)
    return np.asarray(np.abs(raw - none) <= 8 * np.finfo(np.float32).eps * abs(none))


def fits(value: float, dtype: str) -> bool:
    """Whether a number is one of a type's."""
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return True
    return float(value).is_integer() and np.iinfo(kind).min <= value <= np.iinfo(kind).max


def coding(path: Path, dataset: Any, quantity: Quantity, factor: float) -> Coding:
    """How a file's first band is read; `factor` goes from its unit to ours."""
    from rasterio.enums import MaskFlags

    masked = MaskFlags.per_dataset in dataset.mask_flag_enums[0]
    scale, offset = dataset.scales[0], dataset.offsets[0]
    if not (math.isfinite(scale) and scale and math.isfinite(offset)):
        raise UserError(
            f"{path}: has the scale {scale:g} and the offset {offset:g}, so that its {quantity.plural} mean nothing; "
            "write right ones into the file (gdal_edit.py -scale 1 -offset 0)"
        )
    return Coding(_voids(dataset), masked, _opacity(dataset), scale * factor, offset * factor, quantity.void)


def _opacity(dataset: Any) -> int | None:
    """GDAL takes it for a mask in files of bytes only."""
    from rasterio.enums import ColorInterp

    return dataset.colorinterp.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in dataset.colorinterp[1:] else None


def _voids(dataset: Any) -> tuple[float, ...]:
    """The tag, and what SRTM and DTED write without one."""
    tag, dtype = dataset.nodata, dataset.dtypes[0]
    tagged = () if tag is None or math.isnan(tag) or not fits(tag, dtype) else (tag,)
    return (*tagged, -32768.0, -32767.0) if dtype == "int16" else tagged


def tag_in_words(dataset: Any) -> str | None:
    """A tag of no data that no number of the file can be."""
    tag, dtype = dataset.nodata, dataset.dtypes[0]
    if tag is None or math.isnan(tag) or fits(tag, dtype):
        return None
    return f"its tag of no data, {tag:g}, is none of the numbers that it can hold ({dtype}): nothing counts as no data"


def check_band(path: Path, dataset: Any, quantity: Quantity) -> None:
    """One band of real numbers: which band of several holds the quantity is not for us to guess."""
    from rasterio.enums import ColorInterp

    bands = dataset.count - (_opacity(dataset) is not None)
    if bands != 1:
        raise UserError(
            f"{path}: has {bands} bands, a raster of {quantity.plural} has one; "
            f"write the right band to a file of its own (gdal_translate -b 1 {path.name} one.tif)"
        )
    if "complex" in dataset.dtypes[0]:
        raise UserError(f"{path}: holds complex numbers ({dataset.dtypes[0]}); {quantity.plural} are real numbers")
    if quantity is not TREES and dataset.colorinterp[0] == ColorInterp.palette:
        raise UserError(
            f"{path}: has a table of colours, so that its numbers are classes or colours and not {quantity.plural}; "
            "if they are, take the table out (gdal_translate -colorinterp gray)"
        )


# ------------------------------------------------------------------------------------------------ units


def _plain(unit: str | None) -> str:
    """A unit's letters, digits and strokes alone, small: "[US_survey_foot]" becomes "us survey foot"."""
    plain = re.sub(r"[^a-z0-9/]+", " ", (unit or "").casefold().replace("²", "2")).strip()
    return re.sub(r" *\b(above|over|amsl|asl|agl|msl|navd88|egm96|egm2008)\b.*", "", plain)


def factor_of_heights(path: Path, dataset: Any, stated: str | None, above_ground: bool) -> tuple[float, str | None]:
    """From a file's heights to metres, and what there is to tell of it.

    What is `stated` counts, then the tag of the band, then the vertical axis of the coordinate system. Where nothing
    says, heights are in metres, unless the grid counts in feet: then nobody can know.
    """
    horizontal, vertical = axes(dataset.crs.to_wkt())
    vertical = {} if above_ground else vertical
    if vertical.get("down"):
        raise UserError(
            f"{path}: its vertical axis points down: these are depths, not heights; turn them round "
            "(gdal_calc.py --calc=-A) and name a system of heights"
        )
    tagged = HEIGHTS_M.get(_plain(dataset.units[0])) if _plain(dataset.units[0]) else vertical.get("metres")
    named = dataset.units[0] or vertical.get("name")
    if stated is not None:
        factor = STATED_M[stated]
        against = tagged is not None and not math.isclose(tagged, factor, rel_tol=1e-9)
        return factor, f"says {named!r}, but is read in {stated}, as stated" if against else None
    if _plain(dataset.units[0]) not in HEIGHTS_M:
        raise UserError(
            f"{path}: heights in the unit {dataset.units[0]!r}, which is not known; "
            f"state what they are ({', '.join(STATED_M)}), or tag it: metres and feet are known (gdal_edit.py -units m)"
        )
    in_feet = not horizontal["degrees"] and _is_foot(horizontal["metres"])
    if tagged is None and in_feet:
        raise UserError(
            f"{path}: its grid counts in feet ({horizontal['name']}), and nothing says what its heights count in: "
            "state it (terrain_unit of the surface, unit of a canopy, or --unit: us-ft, ft or m), or tag it "
            '(gdal_edit.py -units "US survey foot")'
        )
    if tagged is not None and _is_foot(tagged) and not horizontal["degrees"] and not in_feet:
        return tagged, (
            f"says {named!r}, while its grid counts in metres: heights are read as feet; "
            "if they are metres, as in some tiles of 3DEP, state the unit m"
        )
    return 1.0 if tagged is None else tagged, None


def _is_foot(metres: float) -> bool:
    return math.isclose(metres, 0.3048, rel_tol=1e-4)


def axes(wkt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of a coordinate system's first horizontal axis and of its vertical one, if any: unit, metres in it."""
    from pyproj import CRS

    crs = CRS.from_wkt(wkt)
    told = [
        {"name": a.unit_name, "metres": a.unit_conversion_factor, "degrees": crs.is_geographic}
        for a in (crs.sub_crs_list[0] if crs.is_compound else crs).axis_info[:1]
    ]
    up = [a for part in crs.sub_crs_list[1:] for a in part.axis_info if a.direction in ("up", "down")]
    return (told or [{"name": "metre", "metres": 1.0, "degrees": False}])[0], (
        {"name": up[0].unit_name, "metres": up[0].unit_conversion_factor, "down": up[0].direction == "down"}
        if up
        else {}
    )


def area_of_persons(path: Path, dataset: Any, stated: str | None) -> float | None:
    """The area, m2, over which a file counts persons; none: in each of its cells."""
    if stated is not None:
        return AREAS_M2[stated]
    persons, _, area = _plain(dataset.units[0]).replace(" per ", "/").replace(" / ", "/").partition("/")
    if persons.strip() not in (*_PERSONS, "1") or area.strip() not in (*AREAS_M2, ""):
        raise UserError(
            f"{path}: persons in the unit {dataset.units[0]!r}, which is not known; "
            "state what they are counted over (per: cell, km2, ha or m2)"
        )
    return AREAS_M2[area.strip()] if area else None
