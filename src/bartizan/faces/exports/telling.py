"""What the files of a replay share: a clock, colours, and what is told of each thing when it is clicked."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from bartizan.faces.markup import Html, bullets, clean, join, tag
from bartizan.studies.documents.viewer import Asset, Moment, RaidEvent, Replay, ReplayedUnit, Shot, Threat, View
from bartizan.studies.wording import CAUSES, FATES, FRIENDLY_FATES, NEUTRAL_FATES, Fate

#: A raid has no date: its second 0 is put here, and files say so.
START = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
NO_DATE = "The raid has no date: its first second is midnight of 1 January 2000. Heights are above the sea."
SIMULATED = "Simulated from public reports: nothing in this file took place."
NO_PLACE = "The scenario has no place on the earth: it is drawn about latitude 0, longitude 0."

#: Colours that differ for the colour-blind and in grey (Okabe and Ito): red, green, blue, 0 to 255.
COLOURS: Mapping[str, tuple[int, int, int]] = {
    "unit": (0, 114, 178),
    "asset": (0, 158, 115),
    "leaked": (213, 94, 0),
    "killed": (230, 159, 0),
    "diverted": (204, 121, 167),
    "alive": (230, 159, 0),
    "passed": (0, 158, 115),
    "downed": (0, 0, 0),
    "wreck": (128, 128, 128),
    "missile": (240, 228, 66),
    "gun": (240, 228, 66),
    "sight": (86, 180, 233),
    "event": (255, 255, 255),
}


def moment(seconds: float) -> str:
    """A time of the raid as ISO 8601, to a millisecond."""
    at = START + datetime.timedelta(milliseconds=round(seconds * 1000))
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def title(view: View, replay: Replay) -> str:
    named = f"case {replay['case']}, world {replay['world']}, raid {replay['raid']}"
    return clean(f"{view['title']}: {named}")


def about(view: View, replay: Replay) -> Html:
    """What the whole file is."""
    told = [line for known, what in _KNOWN for line in _counted(replay, known, what)]
    notes = [NO_DATE, *([] if replay["real"] else [NO_PLACE]), *([view["credit"]] if view.get("credit") else [])]
    return join((bullets(told), *(tag("p", note) for note in notes)))


#: What can become of what flies, and what that is called.
_KNOWN = ((FATES, "threats"), (NEUTRAL_FATES, "neutrals"), (FRIENDLY_FATES, "friendly aircraft"))


def _fates(threat: Threat) -> Mapping[str, Fate]:
    """What can become of it."""
    return FRIENDLY_FATES if threat["friendly"] else NEUTRAL_FATES if threat["neutral"] else FATES


def _counted(replay: Replay, known: Mapping[str, Fate], what: str) -> Iterable[str]:
    """How many of those of which these fates are known had each, in sentences."""
    fates = [threat["fate"] for threat in replay["threats"] if _fates(threat) is known]
    return (
        f"{fates.count(fate)} of {len(fates)} {what}: {says.title}." for fate, says in known.items() if fate in fates
    )


def by_number(replay: Replay) -> Mapping[int, Threat]:
    """What flew, by its number: neutrals that did not come leave gaps."""
    return {threat["id"]: threat for threat in replay["threats"]}


def of_threat(threat: Threat, events: Iterable[RaidEvent]) -> Html:
    """What a threat is, what became of it, and what happened to it."""
    by = f" by {threat['by']}" if threat["by"] else ""
    cause = f" ({CAUSES[threat['cause']].title})" if threat["cause"] else ""
    neutral = "a friendly aircraft about" if threat["friendly"] else "a neutral about"
    whither = neutral if threat["neutral"] else "sent to"
    fate = _fates(threat)[threat["fate"]].title
    says = f"{threat['title']}, {whither} {threat['target']}: {fate}{by}{cause}."
    return join((tag("p", says), happened(event for event in events if event["threat"] == threat["id"])))


def of_unit(unit: ReplayedUnit, view: View, events: Iterable[RaidEvent]) -> Html:
    """What a unit is, and what it did."""
    titles = [known["title"] for known in view["units"] if known["name"] == unit["name"]]
    armed = [f"{effector['rounds'][0][1]} rounds of {effector['name']}" for effector in unit["effectors"]]
    says = "; ".join([*titles, f"{unit['channels']} channels", *armed])
    return join((tag("p", f"{says}."), happened(event for event in events if event["unit"] == unit["name"])))


def of_asset(asset: Asset, replay: Replay) -> Html:
    """What reached an asset."""
    threats = [threat for threat in replay["threats"] if not threat["neutral"]]
    aimed = {threat["id"] for threat in threats if threat["target"] == asset["name"]}
    reached = [event for event in replay["events"] if event["kind"] == "leaked" and event["threat"] in aimed]
    says = f"{len(reached)} of the {len(aimed)} threats that were sent here got through."
    return join((tag("p", says), happened(reached)))


def of_shot(shot: Shot, replay: Replay) -> str:
    """A salvo or a burst in a sentence."""
    ends = "it kills" if shot["result"] == "kill" else "it misses"
    threat = by_number(replay)[shot["threat"]]["name"]
    return f"{shot['rounds']} {shot['effector']} of {shot['unit']} at {threat}; {ends}"


def happened(events: Iterable[Moment]) -> Html:
    """A list of events with their times."""
    return bullets(f"{event['t_s']:.1f} s: {event['text']}" for event in events)


def place(track: list[list[float]], seconds: float) -> list[float]:
    """Longitude, latitude and height on a track at a time, or at its nearer end."""
    after = bisect_right(track, seconds, key=lambda row: row[3])
    if after in (0, len(track)):
        return track[min(after, len(track) - 1)][:3]
    a, b = track[after - 1], track[after]
    part = (seconds - a[3]) / (b[3] - a[3])
    return [x + (y - x) * part for x, y in zip(a[:3], b[:3], strict=True)]


def within_180(lon: float) -> float:
    """A longitude as most formats have it; between two of them a globe takes the shorter way, even across 180."""
    return lon - 360.0 * round(lon / 360.0)
