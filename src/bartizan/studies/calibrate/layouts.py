"""How tables of records are laid out: what columns may be called, and one published table that is known by its columns.

A table that states `class` is plain. The known one names weapons instead, which are put to classes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: What the columns of a plain table may be called, in any case: the first that is there is taken.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "class": ("class", "weapon_class"),
    "sent": ("sent", "launched", "n"),
    "stopped": ("stopped",),
    "killed": ("killed", "shot_down", "destroyed"),
    "diverted": ("diverted", "jammed", "not_reached"),
    "still_flying": ("still_flying", "still_attacking"),
    "date": ("date", "end", "time_end"),
    "place": ("place", "target"),
    "scope": ("scope",),
    "stands_for": ("stands_for",),
    "dataset": ("dataset",),
    "source": ("source",),
}
#: What `scope` may say: of a region or one unit, kills alone are mostly reported, so such rows say nothing of a share.
SCOPES = ("national", "regional")


@dataclass(frozen=True)
class WeaponClass:
    """Weapons whose records may be put together, and what they stand for in the model: a class of threats."""

    name: str
    stands_for: str
    weapons: frozenset[str]


@dataclass(frozen=True)
class Layout:
    """How a table is read. `regional`: how the source of a row begins that reports of a region; `mends`: where more
    was stopped than sent, all is taken as stopped, since the table has such rows and who reads it cannot mend it;
    `empty_is_none`: where nothing is said of how many were diverted, none were."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    classes: tuple[WeaponClass, ...] = ()
    regional: tuple[str, ...] = ()
    mends: bool = False
    empty_is_none: bool = False
    weapon: str = ""
    needs: frozenset[str] = field(default_factory=frozenset)


PLAIN = Layout("plain", COLUMNS)

UKRAINE = Layout(
    name="ukraine-air-force",
    columns={
        "sent": ("launched",),
        "killed": ("destroyed",),
        "diverted": ("not_reach_goal",),
        "still_flying": ("still_attacking",),
        "date": ("time_end",),
        "place": ("target",),
        "source": ("source",),
    },
    classes=(
        WeaponClass("Shahed", "drone", frozenset({"Shahed-136/131"})),
        WeaponClass(
            "subsonic cruise",
            "cruise",
            frozenset({
                "X-59", "X-59/X-69", "X-59MK2", "X-69", "X-101/X-555", "Kalibr", "Iskander-K", "X-101/X-555 and Kalibr",
                "X-101/X-555 and Kalibr and Iskander-K", "X-101/X-555 and Kalibr and X-59/X-69",
            }),
        ),
        WeaponClass(
            "ballistic",
            "ballistic",
            frozenset({
                "Iskander-M", "Iskander-M/KN-23", "KN-23", "X-47 Kinzhal", "X-47 Kinzhal and Iskander-M/KN-23", "C-300",
                "C-400", "C-300/C-400", "C-300/C-400 and Iskander-M", "C-400 and Iskander-M",
            }),
        ),
        WeaponClass(
            "supersonic cruise",
            "",  # the model has no class that these alone are
            frozenset({
                "X-22", "X-22 and X-32", "X-22 and X-31P", "X-31", "X-31P", "X-31PD", "X-32", "P-800 Oniks",
                "3M22 Zircon",
            }),
        ),
    ),
    regional=("PvK", "pvk", "Pvk", "kharkivoda"),
    mends=True,
    empty_is_none=True,
    weapon="model",
    needs=frozenset({"model", "launched", "destroyed", "not_reach_goal", "still_attacking"}),
)  # fmt: skip

KNOWN = (UKRAINE,)


def of(columns: frozenset[str]) -> Layout:
    """The layout of a table with these columns, in small letters."""
    if not columns.isdisjoint(COLUMNS["class"]):
        return PLAIN
    return next((layout for layout in KNOWN if layout.needs <= columns), PLAIN)
