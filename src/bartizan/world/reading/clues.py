"""What rules are given, a sentence with its names and numbers, and what they give; the words that all of them know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from bartizan.world.reading.amounts import Amount, amounts
from bartizan.world.reading.names import Mention, Name

Kind = Literal[
    "position", "count", "storeys", "height", "building", "distance", "range", "altitude", "speed", "purpose", "date",
    "personnel", "works", "confirmation", "likelihood", "outcome",
]  # fmt: skip
Value = int | float | str | None

#: What each kind is, for people.
MEANINGS: Mapping[Kind, str] = {
    "position": "where a system stands",
    "count": "how many systems there are, or places with them",
    "storeys": "floors of a building",
    "height": "how high something is built",
    "building": "what a building is used for",
    "distance": "how far one place is from another",
    "range": "how far a system reaches",
    "altitude": "how high something flies",
    "speed": "how fast something flies",
    "purpose": "what a system is meant against",
    "date": "when systems came, went or were seen",
    "personnel": "how many guard a place",
    "works": "ground made ready for a system",
    "confirmation": "whether those who should know confirm it",
    "likelihood": "what somebody holds of the chance of an attack",
    "outcome": "what became of things that flew",
}


class Found(NamedTuple):
    """What a rule finds: which letters of the sentence say it, and its value."""

    kind: Kind
    start: int
    end: int
    value: Value = None
    amount: Amount | None = None
    about: Name | None = None


class Clues(NamedTuple):
    """A sentence as the rules see it."""

    text: str
    amounts: list[Amount]
    mentions: list[Mention]
    about_defence: bool  # it names a system, or something like one
    spoken_of: bool  # so did a sentence shortly before


def any_of(*parts: str) -> str:
    """A pattern of any of some patterns, which stand with ", " between them; a blank is any space, or a hyphen."""
    every = [part for text in parts for part in text.split(", ")]
    return f"(?:{'|'.join(part.replace(' ', '[ -]') for part in every)})".replace("[ -]", r"[\s-]+")


def found(pattern: str) -> re.Pattern[str]:
    """A pattern in whatever case, between the ends of words."""
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


SYSTEM = any_of(
    "air defen[cs]e missile (?:systems?|units?|batter(?:y|ies))",
    "air defen[cs]e (?:systems?|units?|batter(?:y|ies)|devices?|guns?), air defen[cs]es?",
    "(?:air|anti aircraft|surface to air|defen[cs]e) missile (?:defen[cs]e )?systems?",
    "missile (?:defen[cs]e )?systems?, anti (?:aircraft|air) missile systems?",
    "anti (?:aircraft|air) (?:systems?|guns?|devices?|batter(?:y|ies)|defen[cs]es?|missiles?)",
    "surface to air missiles?, SAMs?, AA turrets?, turrets?, launchers?, batter(?:y|ies), gun trucks?, jammers?",
    "electronic warfare systems?, (?:radio )?electronic suppression systems?, military equipment, military trucks",
    "radars?, machine guns?, mobile (?:fire )?(?:teams?|groups?), very advanced defen[cs]e systems, systems?",
    "shoulder (?:fired|launched) missiles?, MANPADS",
)
FLYING = any_of(
    "drones?, UAVs?, unmanned aerial vehicles?, aerial vehicles?, planes?, missiles?, rockets?, aircraft, helicopters?",
    "bombs?, munitions?, quadcopters?, balloons?, debris",
)
#: Words for being put somewhere, or seen there.
PUT = found(any_of(
    r"install\w*, deploy\w*, station(?:ed|ing), plac(?:ed|ing), park(?:ed|ing), spott\w+, seen",
    r"appear(?:s|ed|ing|ance)",
    "stands?, stood, mount(?:ed|ing), erect(?:ed|ing), hid(?:den|es)?, put up, set up, moved, perched",
    "remains?, shows?",
    "ring(?:ed|s), surround(?:ed|s|ing), guard(?:s|ed|ing)?, protect(?:ed|s), defend(?:ed|s)",
    "position(?:ed|s), located",
    "hoist(?:ed|ing), carr(?:y|ies), pictured, pictures? of, photograph(?:ed|s)?, observed, saw, sits?, sat, based",
    "operat(?:es|ed|ing) (?:in|at|from|near), there (?:is|are|was|were), used to be, arrived, dug in, lifted, towed",
))  # fmt: skip
#: What may mean a system that was named before.
THEY = found("they|ones?|another")
_SYSTEM = found(SYSTEM)
#: What may be of air defence where air defence is spoken of.
_GUNS = found("guns?")


def clues(text: str, mentions: list[Mention], spoken_of: bool) -> Clues:
    """A sentence as the rules see it."""
    known = _SYSTEM.search(text) or (spoken_of and _GUNS.search(text))
    about_defence = bool(known) or any(m.name.what == "system" for m in mentions)
    return Clues(text, list(amounts(text)), mentions, about_defence, spoken_of)


def valued(kind: Kind, amount: Amount) -> Found:
    """A number, and what it is of."""
    return Found(kind, amount.start, amount.end, amount.value, amount)
