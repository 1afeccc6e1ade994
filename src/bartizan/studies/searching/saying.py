"""What searches say alike, in sentences: what was to be least, and how sure it is that the best one is."""

from __future__ import annotations

from bartizan.ground.units import percent
from bartizan.studies.comparing import TOLD, sure
from bartizan.studies.value.act import points

OBJECTIVE = {
    "mean": "get through on average",
    "worst_raid": "get through of the raid of which most do",
    "worst_fifth": "get through in the worst fifth of worlds",
}


def proof(what: str, there_are: int | None, played: int, within: float, confidence: float, worlds: int) -> str:
    """Within what of the best of how many, with what confidence, without the full stop."""
    among = f"all {there_are} {what}" if there_are == played else f"the {played} {what} that were played"
    near = f"within {in_points(within)} of the best of {among}"
    if confidence >= TOLD:
        return f"It is {near}, with {sure(confidence)} confidence"
    return f"That it is {near} is told with {percent(confidence, 0, ' ')} confidence only, after {worlds} fresh worlds"


def in_points(share: float) -> str:
    """A difference of shares: "1 point", "0.5 points"."""
    return f"{points(share)} point{'' if points(share) == '1' else 's'}"


def ending(level: int, better: int, confidence: float) -> str:
    """What cannot be told from the best one, or is better by less than it may be, and what to do where it is not sure
    enough."""
    rest = f"; {level} other{'s' if level != 1 else ''} cannot be told from it" if level else ""
    rest += f"; {better} {'are' if better != 1 else 'is'} told to be better, by less than that" if better else ""
    return rest + ("." if confidence >= TOLD else ": allow more worlds, or a wider `within`.")
