"""What a placement says, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from bartizan.studies.documents.compared import Placing
from bartizan.studies.searching.saying import OBJECTIVE, ending, proof
from bartizan.studies.value.act import points


def sentences(found: Placing) -> list[str]:
    """Where to put what, how much gets through then, and how sure it is."""
    return [
        f"{_stand(found)}: {points(found['leak']['mean'])} % {OBJECTIVE[found['objective']]}, against "
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
    if found["played"] == 1:
        return "No other layout fits."
    confidence = found["confidence"]
    told = proof("layouts", found["layouts"], found["played"], found["within"], confidence, found["worlds"])
    return told + ending(found["level"], found["better"], confidence)


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
