"""The names that a reader knows: places of the scenario, and systems and threats of it and of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cached_property
from typing import Literal, NamedTuple

from bartizan.world import catalog
from bartizan.world.scenario import Scenario

#: An area is a place that the whole scenario lies in, or is called by: to name it tells little.
What = Literal["place", "area", "system", "threat"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words that tell no place from another: without others a name needs all of them.
_COMMON = _set(
    "street lane road square embankment roof rooftop building field park national district quarter region city town "
    "village old new river bay port harbour island north south east west northern southern eastern western near in "
    "on the of at and by outskirt center centre central airport airfield base air power station plant refinery dam "
    "depot fuel ministry defence government headquarters academy agricultural residence gate site main office post "
    "hall radar battery unit gun missile mobile group tower bridge south-east south-west north-east north-west"
)
#: Words of these that may stand for a whole name.
_ONE_OF_A_KIND = _set(
    "ministry refinery airport airfield harbour port dam plant station base depot stadium parliament palace embankment"
)
#: Words of titles that name nothing.
_SAYS_WHAT = _set(
    "Acoustic Truck Small Glide Commercial Light Medium Heavy Long Short Unnamed Drone Radar Missile Gun Battery "
    "Launcher Mobile A An The Class Decoy"
)
_SPELT = {"defense": "defence", "harbor": "harbour", "rooftops": "rooftop", "centres": "centre", "centers": "center"}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NUMBERED = re.compile(r"^[A-Z]+[a-z]*-?\d[\w-]*$|^[A-Z]{2,}(?:-[A-Z]+)+$|^[A-Z]{3,}$")
_LIKE = 0.8  # of two spellings of a name, such as Ogaryovo and Ogarevo


class Name(NamedTuple):
    """A name, and what has it."""

    called: str
    what: What


class Mention(NamedTuple):
    """A name where it stands in a sentence."""

    name: Name
    start: int
    end: int


class Names:
    """All that a reader of one scenario knows by name."""

    def __init__(
        self, places: Iterable[str], systems: Iterable[str], threats: Iterable[str], all_of_it: str = ""
    ) -> None:
        self.places = list({tuple(_telling(place)): place for place in reversed(list(places))}.values())[::-1]
        self._areas = {place for place in self.places if set(_telling(place)) <= set(_every_word(all_of_it))}
        self._designations = {
            **{word: Name(_short(title), "threat") for title in threats for word in designations(title)},
            **{word: Name(_short(title), "system") for title in systems for word in designations(title)},
        }

    @classmethod
    def of(cls, scenario: Scenario) -> Names:
        """Those of a scenario and of the catalogue."""
        systems = [catalog.system(name).title or name for name in catalog.names("systems")]
        threats = [catalog.threat(name).title or name for name in catalog.names("threats")]
        systems += [unit.system.title or unit.name for unit in scenario.units]
        threats += [threat.title or key for key, threat in scenario.file.threats.items()]
        known = cls([], systems, threats)
        return cls(_places(scenario, known), systems, threats, f"{scenario.title} {scenario.name}")

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        longest = sorted(self._designations, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?=s?(?![\w])|-)") if longest else None

    @cached_property
    def _keys(self) -> list[tuple[str, list[str]]]:
        return [(place, words) for place in self.places if (words := _telling(place))]

    def mentions(self, text: str) -> list[Mention]:
        """Every name in a text, in order."""
        found = [Mention(self._designations[m[1]], m.start(), m.end()) for m in self._designated(text)]
        return sorted([*found, *self._placed(text)], key=lambda mention: mention.start)

    def hinted(self, text: str) -> list[Name]:
        """Places that a text may mean by what they are: the ministry, where one place alone is a ministry."""
        words = set(_every_word(text))
        of_places = {place: set(_every_word(place)) & _ONE_OF_A_KIND for place in self.places}
        return [
            Name(place, "place") for place, own in of_places.items()
            if any(w in words and sum(w in other for other in of_places.values()) == 1 for w in own)
        ]  # fmt: skip

    def _designated(self, text: str) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(text) if self._pattern else iter(())

    def _placed(self, text: str) -> Iterator[Mention]:
        words = [(_spelt(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]
        for place, telling in self._keys:
            span = len(telling) + 2
            for k in range(len(words)):
                if any(_alike(words[k][0], word) for word in telling):
                    near = words[k : k + span]
                    ends = [next((e for w, _, e in near if _alike(w, word)), None) for word in telling]
                    if None not in ends:
                        what: What = "area" if place in self._areas else "place"
                        yield Mention(Name(place, what), *_whole(words, k, max(filter(None, ends)), place))
                        break


def _short(title: str) -> str:
    return title.split(" (")[0].split(" battery")[0].strip()


def _whole(words: list[tuple[str, int, int]], first: int, end: int, place: str) -> tuple[int, int]:
    """Where a name stands with all of its words that lie around those that tell it."""
    own = set(_every_word(place))
    while first > 0 and words[first - 1][0] in own:
        first -= 1
    begins = words[first][1]
    for word, start, stop in words[first:]:
        if start >= end and word not in own:
            break
        end = max(end, stop)
    return begins, end


def designations(title: str) -> Iterator[str]:
    """What a thing with this title is called in a text: "Pantsir-S1 (96K6, SA-22 Greyhound)" gives Pantsir-S1, Pantsir,
    SA-22 and Greyhound."""
    for part in re.split(r"[(),/]|\band\b|\bor\b", title):
        words = [w for w in part.split() if w[:1].isupper() or w[:1].isdigit()]
        named = [w for w in words if w not in _SAYS_WHAT and not w.isdigit()]
        plain = [w for w in named if not _NUMBERED.match(w) and "-" not in w]
        if len(plain) > 1:
            yield " ".join(plain)
        yield from ([w for w in plain if len(w) > 3] if len(plain) == 1 else [])
        for word in named:
            if word not in plain and re.search(r"[A-Za-z]", word) and len(word) > 2:
                yield word
                yield from _stem(word)


def _stem(word: str) -> Iterator[str]:
    """Pantsir of Pantsir-S1, Shahed of Shahed-136; but not Pole of Pole-21, which is also something else."""
    head, _, tail = word.partition("-")
    if tail and head.isalpha() and (len(head) > 4 or (len(head) > 2 and re.fullmatch(r"[A-Z]\d+", tail))):
        yield head


def _places(scenario: Scenario, known: Names) -> Iterator[str]:
    """Parts of the names of assets and units that are no systems, and what claims write with a capital letter."""
    for name in (*(asset.name for asset in scenario.assets), *(unit.name for unit in scenario.units)):
        for part in name.split(","):
            place = _HOW.sub("", part.strip())
            if _telling(place) and not known.mentions(place):
                yield place
    for claim in scenario.file.claims:
        for found in re.finditer(r"(?<=[a-z,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*", claim.says):
            word = found[0].removesuffix("'s")
            if (
                not re.search(r"\d", word)
                and not known.mentions(word)
                and word not in _MONTHS
                and not _PEOPLES.search(word)
            ):
                yield word


#: How a unit's name says where at a place it is.
_HOW = re.compile(r"^(?:near|in|on|at|by|outside)(?: the)?\s+|\s+(?:roof|rooftop)$", re.IGNORECASE)
_PEOPLES = re.compile(r"(?:ian|ish|ese|iet|ench|man)s?$")
_MONTHS = _set(
    "January February March April May June July August September October November December Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday"
)


def _telling(name: str) -> list[str]:
    """The words that a text must have to mean this name: those that tell it from others, else all but the smallest."""
    words = _every_word(name)
    own = [word for word in words if word not in _COMMON]
    small = {"the", "of", "in", "on", "at", "near", "and", "by", "roof", "outskirt"}
    whole = [word for word in words if word not in small]
    return own or (whole if len(whole) > 1 and not all(w in _SIDES for w in whole) else [])


def _every_word(text: str) -> list[str]:
    return [_spelt(word) for word in _WORD.findall(text)]


_SIDES = _set("north south east west south-east south-west north-east north-west city town district outskirt")


def _spelt(word: str) -> str:
    low = word.lower().removesuffix("'s").removesuffix("’s")
    low = _SPELT.get(low, low)
    return low[:-1] if low.endswith("s") and len(low) > 4 and not low.endswith("ss") else low


def _alike(found: str, known: str) -> bool:
    if found == known:
        return True
    if len(known) < 6 or found[:3] != known[:3]:
        return False
    return SequenceMatcher(None, found, known).ratio() >= _LIKE
