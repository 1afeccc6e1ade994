"""What a placement says, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from bartizan.studies.comparing import TOLD, sure
from bartizan.studies.documents.compared import Placing
from bartizan.studies.value.act import points

_OBJECTIVE = {
    "mean": "get through on average",
    "worst_raid": "get through of the raid of which most do",
    "worst_fifth": "get through in the worst fifth of worlds",
}


def sentences(found: Placing) -> list[str]:
    """Where to put what, how much gets through then, and how sure it is."""
    return [
        f"{_stand(found)}: {points(found['leak']['mean'])} % {_OBJECTIVE[found['objective']]}, against "
        f"{points(found['none']['mean'])} % without them.",
        _proof(found),
        *_left_out(found),
    ]


def _stand(found: Placing) -> str:
    by: dict[str, list[str]] = {}
    for each in found["best"]:
        by.setdefault(each["system"], []).append(each["site"])
    told = [f"{system} at {_and(sites)}" for system, sites in by.items()]
    return "Put " + _and(told) if told else "Put nothing anywhere"


def _proof(found: Placing) -> str:
    """Within what of the best of how many, with what confidence; and what cannot be told from it."""
    point = f"{points(found['within'])} point"
    others = found["played"] - 1
    if others == 0:
        return "No other layout fits."
    among = f"the {found['played']} layouts that were played"
    if found["layouts"] == found["played"]:
        among = f"all {found['layouts']} layouts"
    level = found["level"]
    rest = f"; {level} other{'s' if level != 1 else ''} cannot be told from it" if level else ""
    if found["confidence"] >= TOLD:
        return f"It is within {point} of the best of {among}, with {sure(found['confidence'])} confidence{rest}."
    return (
        f"That it is within {point} of the best of {among} is told with {100 * found['confidence']:.0f} % confidence "
        f"only, after {found['worlds']} fresh worlds{rest}: allow more worlds, or a wider `within`."
    )


def _left_out(found: Placing) -> list[str]:
    """What is known of layouts that were not played."""
    if found["layouts"] == found["played"]:
        return []
    there_are = "more than are counted" if found["layouts"] is None else f"{found['layouts']}"
    lot = found["by_lot"]
    said = f"There are {there_are} layouts; the others were left out by what single sites stop (expected cover)."
    if lot["drawn"]:
        better = "none" if lot["better"] == 0 else f"{lot['better']}"
        said += f" Of {lot['drawn']} that were played by lot all the same, {better} did better."
    return [said]


def _and(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
