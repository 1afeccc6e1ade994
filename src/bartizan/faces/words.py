"""The report's wording: causes, fates and grades explained, and numbers written for people."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context
from typing import Any

from bartizan.ground import units
from bartizan.ground.units import rounded
from bartizan.studies.wording import CAUSES, INFORMATION_GRADES, SOURCE_GRADES

# No-break spaces keep a number and its unit on one line.
NBSP = "\u00a0"
NONE = "–"


def cause_title(cause: str | None) -> str:
    """A cause in plain words; one that is not known here stays as it is."""
    return NONE if cause is None else CAUSES[cause].title if cause in CAUSES else cause


KINDS: Mapping[str, str] = {"fire unit": "fires missiles or guns", "sensor": "only looks", "jammer": "jams"}

NOT_MODELLED: tuple[tuple[str, str], ...] = (
    (
        "Identification and neutral aircraft, unless the scenario states them",
        "Where it says nothing of how units tell who is who, every threat is known to be hostile at once and nobody "
        "else flies. Where it does, neutrals keep to their ways whatever happens, and no threat pretends to be one.",
    ),
    (
        "Terrain and single buildings, unless they are mapped",
        "Where the scenario maps neither heights nor buildings, the ground is smooth, and a city is a statistical one "
        "with typical building heights, not this one street by street. Where it does, what the maps lack is missing.",
    ),
    (
        "Radar clutter, weather and noise jamming",
        "Echoes from the ground, rain and jammers against radars count only where the scenario describes them and the "
        "radars; birds and echoes from rain are left out. All of them make detection harder.",
    ),
    (
        "Moving units, and crews as they are",
        "Every unit stays where it stands. Whether its crew is ready, its equipment works or is hit, what its orders "
        "let it fire at, and where fire is held count only where the scenario states them; else all work, are ready "
        "and free.",
    ),
    (
        "Harm by what comes down",
        "Wrecks, misses and diverted threats are followed to the ground, not further: fires, roofs and walls, and "
        "where people are at that hour are left out.",
    ),
    (
        "Tactics that react",
        "Threats fly the ways that were drawn for them. They do not turn away, hide, wait for a gap or attack the "
        "defenders first, and the defenders do not learn during a raid. Ballistic missiles fly level and then dive "
        "straight at their target, at one speed and without decoys.",
    ),
    (
        "Damage",
        "A threat that comes down within the radius of its target counts as having reached it. What it then destroys "
        "is not estimated, but where the scenario says what the target is worth, and what share of it a hit takes.",
    ),
    (
        "Unknown defences",
        "Only what the sources of the scenario report is there. Fighters, further batteries, small-arms fire and "
        "secret equipment are missing unless the scenario lists them.",
    ),
)

READING: tuple[tuple[str, str], ...] = (
    (
        "World",
        "One consistent set of assumptions: every uncertain number (how far a radar sees, whether a unit is there at "
        "all) drawn once from its published spread.",
    ),
    ("Raid", "One play of the attack in one world. In the same world raids still differ by chance."),
    (
        "95" + NBSP + "% interval",
        "How well the average itself is known from the number of worlds and raids played. More computing makes it "
        "narrower. It holds only if the stated spreads are right.",
    ),
    (
        "Range over worlds",
        "How much the answer depends on what is true. Chance is taken out; in the middle 80" + NBSP + "% of worlds the "
        "long-run average lies in this range. More computing does not make it narrower; better information would. "
        "An average outside its range is carried by a few worlds beyond it, in which far more, or far fewer, get "
        "through.",
    ),
    (
        "Share of ignorance",
        "How much of the spread between single raids comes from facts that are not known (the rest is luck). Near "
        "100"
        + NBSP
        + "%: information decides. Near 0"
        + NBSP
        + "%: even with every fact known, raids would end differently.",
    ),
    (
        "On average",
        "Over many worlds and raids. A single raid gives a whole number that may be far from it: 0.5 on average can "
        "mean none half of the time and one the other half.",
    ),
)


# ------------------------------------------------------------------------------------- numbers for people


def number(value: object) -> float | None:
    """`value` as a finite number, or None: what a summary leaves undefined is null."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def percent(value: object) -> str:
    """A fraction for tables, one decimal: 0.263 -> "26.3 %". Never rounds something to nothing, nor to certainty."""
    share = number(value)
    return NONE if share is None else units.percent(share, 1 if 0 < share < 1 else 0, NBSP)


def whole_percent(share: float) -> str:
    """The same without decimals, for sentences: 0.263 -> "26 %"."""
    return units.percent(share, 0, NBSP)


def amount(value: object) -> str:
    """A number of things for tables: two decimals below 10, one below 100."""
    many = number(value)
    if many is None:
        return NONE
    if many == int(many) and abs(many) < 1e15:
        return f"{int(many):,}".replace(",", NBSP)
    if 0 < many < 0.005:
        return f"<{NBSP}0.01"
    decimals = 2 if abs(many) < 9.995 else 1 if abs(many) < 99.95 else 0
    return f"{rounded(many, decimals):,f}".replace(",", NBSP)


def three_figures(value: object) -> str:
    """A number that may be very large, such as an amount of money: 6916289 -> "6.92 M", 10.573 -> "10.6"."""
    much = number(value)
    if much is None:
        return NONE
    unit, factor = next((each for each in _THOUSANDS if abs(much) >= 0.9995 * each[1]), ("", 1.0))
    figures = Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(much / factor)
    shown = f"{figures:f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{shown}{NBSP}{unit}" if unit else shown


def more(value: object) -> str:
    """How much more one amount is than another: "+1.2 M", "-300 k"."""
    much = number(value)
    return f"{'+' if much is not None and much > 0 else ''}{three_figures(value)}"


_THOUSANDS = (("bn", 1e9), ("M", 1e6), ("k", 1e3))


def spoken(value: object) -> str:
    """A number of things for sentences: 2.07 -> "2.1", 23.4 -> "23"."""
    many = number(value)
    if many is None:
        return NONE
    if 0 < many < 0.05:
        return "fewer than 0.1"
    return str(rounded(many, 1)).removesuffix(".0") if many < 9.95 else f"{rounded(many, 0)}"


def of_hundred(value: object) -> str:
    """A probability as a natural frequency, to follow "At least one gets through in "."""
    chance = number(value)
    if chance is None:
        return "an unknown share of such raids"
    if chance == 0 or chance == 1:
        return "none of the raids played" if chance == 0 else "every raid played"
    if chance < 0.005:
        return "fewer than 1 of 100 such raids"
    if chance >= 0.995:
        return "more than 99 of 100 such raids"
    return f"about {rounded(chance * 100, 0)} of 100 such raids"


def between(low: object, high: object, write: Any = percent) -> str:
    """Two ends with the written form `write`: "24.9–27.8 %"; one where they are written alike."""
    first, last = write(low), write(high)
    if NONE in (first, last):
        return NONE
    if first == last:
        return first
    unit = f"{NBSP}%"
    if first.endswith(unit) and last.endswith(unit) and not first.startswith(("<", ">")):
        first = first.removesuffix(unit)
    return f"{first}{'–' if first[0].isdigit() and last[0].isdigit() else ' to '}{last}"


def stopped(run: Mapping[str, Any]) -> str:
    """Why a study that stops when it is narrow enough stopped where it did; nothing of another."""
    if not (why := run.get("stopped")):
        return ""
    asked = f"{percent(why['until'])} to either side was asked for"
    looks = f"{plural(why['looks'], 'look')} of {why['looks_at_most']} at most"
    begun = f"Stopped after {plural(run.get('worlds'), 'world')} ({looks})"
    widest = f"the widest interval, of {why['widest']}, is {percent(why['half_width'])}"
    if why["narrow_enough"]:
        return f"{begun}: {widest} to either side; {asked}."
    return f"{begun}, which is the most: not narrow enough; {widest} to either side, and {asked}."


def carried_by_few(estimate: Mapping[str, Any]) -> str:
    """ "more" or "fewer" where a few worlds in which far more, or far fewer, get through carry the average out of the
    range over worlds; else nothing."""
    mean, low, high = (number(estimate.get(key)) for key in ("mean", "world_low", "world_high"))
    if mean is None or low is None or high is None:
        return ""
    return _outside(mean, low, high, 0.01)


#: Beside a mean and the middle 80 % of worlds, where `is_outside` for any of them.
OUTSIDE = "A mean outside of its range is carried by a few worlds."


def is_outside(mean: float, low: float, high: float) -> bool:
    """Whether a mean is seen to lie outside of its range where three digits are told."""
    return bool(_outside(mean, low, high, 5e-4))


def _outside(mean: float, low: float, high: float, share: float) -> str:
    """Whether a mean is "more" or "fewer" than its range has, by more than a share of it; else nothing."""
    beyond = share * abs(mean)
    return "more" if mean - high > beyond else "fewer" if low - mean > beyond else ""


def distance(value_m: object) -> str:
    """Metres for people: 12000 -> "12 km"."""
    metres = number(value_m)
    if metres is None:
        return NONE
    if abs(metres) < 1000:
        return f"{rounded(metres, 0)}{NBSP}m"
    return f"{float(Context(prec=3, rounding=ROUND_HALF_UP).create_decimal(metres / 1000)):g}{NBSP}km"


def plural(count: object, one: str, many: str | None = None) -> str:
    """ "1 raid", "3 raids"."""
    return f"{amount(count)}{NBSP}{one if count == 1 else many or one + 's'}"


#: Lines of a name in a figure; a longer one is cut, and stands in full beside the figure.
LINES_SHOWN = 3


def wrapped(value: object, width: int) -> list[str]:
    """Text in lines of at most `width` characters, broken between words where it can be; at most LINES_SHOWN."""
    return textwrap.wrap(" ".join(str(value).split()), width, max_lines=LINES_SHOWN, placeholder="…") or [""]


def label(case: Mapping[str, Any]) -> str:
    """What a case is called: the raid's title, and its size where the raid is played at several."""
    return _sized(case, case.get("title"))


def short_label(case: Mapping[str, Any]) -> str:
    """The same with the raid's short name, where it has one: for figures and the heads of tables."""
    return _sized(case, case.get("short") or case.get("title"))


def _sized(case: Mapping[str, Any], title: object) -> str:
    size = f", {amount(case.get('size'))} sent" if case.get("series") else ""
    return str(title or case.get("raid") or case.get("name") or "unnamed") + size


def short_names(chart: Mapping[str, Any]) -> dict[str, str]:
    """What places and units are called where there is little room, by their names."""
    stood = [*(chart.get("assets") or []), *(chart.get("units") or [])]
    return {str(item.get("name")): str(item["short"]) for item in stood if item.get("short")}


def grade_meaning(grade: str) -> str | None:
    """What "B3" says, or None if it is no grade."""
    source, information = SOURCE_GRADES.get(grade[:1]), INFORMATION_GRADES.get(grade[1:])
    return f"source {source}; information {information}" if source and information else None
