"""What causes, fates and grades are called: the one table that report, terminal, viewer, replays and docs tell from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Cause(NamedTuple):
    """A reason why a threat got through."""

    title: str
    meaning: str
    because: str  # to follow "reaches its target: "
    limit: str  # what it says about the defence, to follow "What limits the defence most: "


#: In the order of a defence's work: see, reach, be in time, be free to act, hit. `engine.reasons` has the rules.
CAUSES: Mapping[str, Cause] = {
    "masked": Cause(
        "never in sight",
        "No sensor ever had it both in range and in sight: there was none, buildings or the horizon hid it, or it "
        "passed too far off.",
        "no sensor ever had it in range and in sight",
        "sight and range of its sensors",
    ),
    "undetected": Cause(
        "not detected",
        "A sensor had it in range and in sight, but no track of it was confirmed in time.",
        "no track of it was confirmed in time",
        "detection",
    ),
    "out_of_envelope": Cause(
        "out of reach",
        "It was known, but it never gave a unit a chance to fire: it stayed too far off, too high or too low, or "
        "hidden from the unit that would have guided the shot, or no missile or gun is for its class.",
        "it was known, but never gave a unit a chance to fire",
        "reach of its missiles and guns",
    ),
    "not_held": Cause(
        "no tracker held it",
        "It was known and in sight where a unit's missiles or guns reach, but no tracker of the unit could hold it "
        "long enough for a shot: too small, too slow, outside its sector, lost in clutter or in noise.",
        "no tracker of a unit that reaches so far could hold it long enough",
        "tracking for fire control",
    ),
    "late": Cause(
        "too late",
        "A unit knew of it and could have reached it, but was ready only after the last moment for a shot, or had "
        "lost its track by then.",
        "the units that could have fired were ready too late",
        "time to react",
    ),
    "not_ready": Cause(
        "nobody ready",
        "A unit could have fired had it been ready: it was off, or still stood by when the threat appeared.",
        "no unit was ready in time that could have fired if it had been",
        "readiness of its units",
    ),
    "lost": Cause(
        "defence lost",
        "A unit could have fired, but while the threat flew it was lost (struck, broken down or dark), or the network "
        "was, or a unit of it that could have seen the threat.",
        "what could have stopped it, or told of it, was lost by then",
        "units and links that fail in the raid",
    ),
    "not_released": Cause(
        "held fire",
        "A unit could have fired, but its orders kept it from it: this kind of threat is not released, its rounds are "
        "kept for others, something cheaper was to take it, fire is held there, or what the unit called it left it "
        "alone.",
        "the orders of the units that could have fired kept them from it",
        "its rules of engagement",
    ),
    "no_channel": Cause(
        "no free channel",
        "A unit could have fired, but all its channels (engagements at the same time) were busy until it was too late.",
        "no unit that could have fired had a free channel",
        "channels (engagements at the same time)",
    ),
    "no_rounds": Cause(
        "no rounds left",
        "A unit could have fired, but had no round left at the last moment when a shot would still have met it.",
        "no unit that could have fired had a round left",
        "ammunition",
    ),
    "missed": Cause(
        "fired at, missed",
        "It was fired at, and everything fired at it missed or failed.",
        "all that was fired at it missed",
        "how often a shot hits",
    ),
}


def limit(binding: str, sent: Sequence[Mapping[str, Any]]) -> str:
    """What limits a defence whose leaks mostly have this cause, of what is `sent` kind by kind: reach is no limit
    against what no unit fires at."""
    spared = [str(one["title"]) for one in sent if one.get("engaged") is False]
    if binding != "out_of_envelope" or not spared:
        return CAUSES[binding].limit
    nobody = f"no unit fires at {' or '.join(spared)}"
    return nobody if len(spared) == len(sent) else f"{CAUSES[binding].limit}, and {nobody}"


class Fate(NamedTuple):
    """What can become of a threat."""

    title: str
    meaning: str


FATES: Mapping[str, Fate] = {
    "leaked": Fate("got through", "It reached its target: such a threat is called a leaker."),
    "killed": Fate("shot down", "A missile or a gun destroyed it before it reached its target."),
    "diverted": Fate(
        "diverted",
        "Jamming made it lose its way, so that it came down somewhere else. It still comes down there.",
    ),
    "alive": Fate("still flying", "When the play ended it had neither arrived nor been stopped."),
}

#: What can become of a neutral.
NEUTRAL_FATES: Mapping[str, Fate] = {
    "passed": Fate("went its way", "A neutral that nobody shot down: it passed, landed or left."),
    "downed": Fate("neutral shot down", "A missile or a gun destroyed a neutral, which was no threat."),
}

#: What can become of a friendly aircraft: the same, told as what it is.
FRIENDLY_FATES: Mapping[str, Fate] = {
    "passed": Fate("went its way", "A friendly aircraft that nobody shot down: it passed, landed or left."),
    "downed": Fate("fratricide", "A missile or a gun of its own side destroyed it."),
}

#: What jamming did, whatever became of the threat: the other reading of what counts as jammed.
JAMMED: Mapping[str, str] = {
    "lost": "lost its navigation or link",
    "killed": "lost its navigation before it was shot",
}

#: The two halves of a grade in the NATO Admiralty code (AJP-2.1).
SOURCE_GRADES: Mapping[str, str] = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
INFORMATION_GRADES: Mapping[str, str] = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
