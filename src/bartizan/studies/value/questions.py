"""The questions that a scenario leaves open, in words: every unknown belongs to exactly one that would settle it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bartizan.ground import units
from bartizan.ground.errors import UserError, instead
from bartizan.world.numbers import in_words, source_of
from bartizan.world.scenario import Scenario
from bartizan.world.unknowns import NUMBER, PLACE, PRESENCE, SKY, Unknown, unknowns


class Subject(NamedTuple):
    """What an unknown is a part of: a short name for commands, and the question in words, to follow "to know"."""

    key: str
    text: str


@dataclass(frozen=True)
class Question:
    """Unknowns that would be settled together. `key` is its name for commands; `text` follows "to know"; `claims` are
    those that bear on it."""

    key: str
    text: str
    members: tuple[Unknown, ...]
    claims: tuple[str, ...]

    @property
    def draws(self) -> frozenset[str]:
        """The names of all draws behind it."""
        return frozenset(draw for unknown in self.members for draw in unknown.draws)

    @property
    def presences(self) -> tuple[Unknown, ...]:
        return tuple(unknown for unknown in self.members if unknown.kind == PRESENCE)


def questions(scenario: Scenario) -> tuple[Question, ...]:
    """The questions of a scenario, in its own order."""
    members: dict[Subject, list[Unknown]] = {}
    for unknown in unknowns(scenario):
        members.setdefault(_subject(scenario, unknown), []).append(unknown)
    keys = _apart([subject.key for subject in members])
    return tuple(
        Question(key, subject.text, tuple(of_it), _claims(scenario, of_it))
        for key, (subject, of_it) in zip(keys, members.items(), strict=True)
    )


def _apart(keys: Sequence[str]) -> list[str]:
    """Keys, with a number behind those that are taken: names may differ by a mark alone."""
    given: dict[str, None] = {}
    for key in keys:
        numbered = (f"{key}-{number}" for number in itertools.count(2))
        given[next(name for name in itertools.chain([key], numbered) if name not in given)] = None
    return list(given)


def chosen(scenario: Scenario, wanted: str) -> Question:
    """The question called `wanted`, or the only one whose words hold it. Raises UserError for none, or more."""
    known = questions(scenario)
    for question in known:
        if wanted in (question.key, question.text):
            return question
    holds = [q for q in known if wanted.casefold() in f"{q.key} {q.text}".casefold()]
    if len(holds) == 1:
        return holds[0]
    if holds:
        raise UserError(f"{wanted!r} may be any of {len(holds)} questions: {', '.join(q.key for q in holds[:8])}")
    hint = instead(wanted, (question.key for question in known))
    raise UserError(f"no question {wanted!r} in {scenario.name}{hint}")


def _claims(scenario: Scenario, members: Sequence[Unknown]) -> tuple[str, ...]:
    """The claims behind their numbers, then those that a unit, an asset or an area rests on, where they are about
    whether and where that is."""
    numbers = (scenario.numbers[unknown.number] for unknown in members if unknown.number)
    of_owners = (scenario.claims_of.get(_whereabouts_of(unknown.name), []) for unknown in members)
    found = itertools.chain((claim for number in numbers for claim in number.named_claims), *of_owners)
    return tuple(dict.fromkeys(found))


def _whereabouts_of(name: str) -> str:
    """What an unknown says the whereabouts of, as units/NAME; "" where it is about something else."""
    kind, owner, *of = [*name.split("/"), "", ""]
    return f"{kind}/{owner}" if of[0] in ("present", "is-present", "at") else ""


# ------------------------------------------------------------------------------------------------ subjects


def slug(*words: str) -> str:
    """Words as a short name: letters and figures of any script, the rest dashes."""
    return re.sub(r"[\W_]+", "-", "-".join(words).casefold()).strip("-")


def _subject(scenario: Scenario, unknown: Unknown) -> Subject:
    if unknown.kind == SKY:
        return Subject("skyline", "which skyline the city has around each unit")
    if unknown.kind == PRESENCE or _is_a_chance(scenario, unknown):
        return _presence(scenario, unknown)
    if unknown.kind == PLACE or unknown.name.endswith("/at/within"):
        return _place(unknown.name.removesuffix("/within"))
    if unknown.kind == NUMBER and any(scenario.numbers[unknown.name].support):
        return _contradiction(scenario, unknown.name)
    return _figure(unknown.name)


def _is_a_chance(scenario: Scenario, unknown: Unknown) -> bool:
    return unknown.kind == NUMBER and unknown.name.startswith("units/") and unknown.name.endswith("/present")


def _presence(scenario: Scenario, unknown: Unknown) -> Subject:
    chance = unknown.number or unknown.name
    alike = [u.name for u in scenario.units if source_of(scenario.numbers, f"units/{u.name}/present") == chance]
    if len(alike) == 1:
        return Subject(slug("there", alike[0]), f"whether {called(alike[0])} is there")
    if not (common := _common(alike)):
        return Subject(slug("there", alike[0], "and others"), f"how many of {', '.join(alike)} are there")
    what, _, where = common.strip(" ,").partition(", ")
    rest = ", ".join(name.removeprefix(common).strip(" ,") or name for name in alike)
    which = f"{where}: {rest}" if where else rest
    return Subject(slug("there", common), f"how many of the {len(alike)} {what} ({which}) are there")


def called(name: str) -> str:
    """A name as it reads inside a sentence: 'S-400, Losiny Ostrov' -> 'the S-400 (Losiny Ostrov)'."""
    what, _, where = name.partition(", ")
    return f"the {what} ({where})" if where else what


def _common(names: Sequence[str]) -> str:
    """What names begin with in common, to the end of a word; "" where that is nothing."""
    start = "".join(
        letters[0] for letters in itertools.takewhile(lambda s: len(set(s)) == 1, zip(*names, strict=False))
    )
    whole = re.match(r".*[\s,\-_/]", start + (" " if start in names else ""), re.DOTALL)
    return (whole.group(0) if whole else "").rstrip(" ,")


def _place(name: str) -> Subject:
    kind, *owner = name.split("/")
    if kind == "surface":
        return Subject("where-city", "where the middle of the city is")
    return Subject(slug("where", owner[0]), f"where {called(owner[0])} is")


def _contradiction(scenario: Scenario, name: str) -> Subject:
    number = scenario.numbers[name]
    said = [units.shown(v, number.dimension) for v, by in zip(number.parameters, number.support, strict=True) if by]
    *of, what = in_words(name).split(": ")
    owned = f"the {what} of {called(': '.join(of))}" if of else f"the {what}"
    listed = " or ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]
    return Subject(slug(in_words(name)), f"whether {owned} {'are' if what.endswith('s') else 'is'} {listed}")


#: What the figures of a threat are about, by the field's name.
_OF_THREATS = {
    "rcs": "radar cross section", "rcs_by_band": "radar cross section", "aspect": "radar cross section",
    "radius": "size to a gun", "size": "how sights see it", "contrast": "how sights see it",
    "temperature_difference": "how sights see it", "satnav_dependence": "dependence on navigation and link",
    "link_dependence": "dependence on navigation and link", "drift": "dependence on navigation and link",
    "drift_acceleration": "dependence on navigation and link", "link": "dependence on navigation and link",
    "satnav_threshold": "dependence on navigation and link", "satnav_rejection": "dependence on navigation and link",
    "noise": "noise that it sends", "shot_correlation": "how alike shots at it end", "sound": "how loud it is",
}  # fmt: skip
#: The same as what one would know.
_TO_KNOW = {
    "radar cross section": "the radar cross section of {}", "size to a gun": "how large {} is to a gun",
    "how sights see it": "how sights see {}", "noise that it sends": "the noise that {} sends",
    "dependence on navigation and link": "how far {} depends on navigation and link", "flight": "how {} flies",
    "how alike shots at it end": "how alike shots at {} end", "how loud it is": "how loud {} is",
}  # fmt: skip
#: Fields of an effector that say how well it kills; the others say where it reaches, how fast and how often.
_KILLS = {"kill", "kill_by_range", "kill_by_crossing", "kill_by_altitude", "gunnery", "miss", "reliability"}

#: Fields of an effector that say between what altitudes it meets a target.
_HEIGHTS = {"altitude_min", "altitude_max"}

#: Fields of an effector that say when it may be fired, and at what.
_ORDERS = {"release", "safety_arcs", "least_elevation", "open_range", "open_chance"}


def _figure(name: str) -> Subject:
    """Of a number without a claim of its own: one kind of figure of one thing."""
    kind, *parts = name.split("/")
    if kind == "threats":
        what = _OF_THREATS.get(parts[1], "flight")
        return Subject(slug(parts[0], what), _TO_KNOW[what].format(parts[0]))
    if kind == "systems" or (kind == "units" and len(parts) > 3):
        return _of_system(parts[0], parts[1:])
    if kind == "units":
        what = {"roof": "the roof under it", "screen": "what stands around it"}.get(parts[1], "how it is set up")
        return Subject(slug(parts[0], what), re.sub(r"\bit\b", lambda _: called(parts[0]), what))
    if kind == "raids":
        return Subject(slug("raid", parts[0]), f"how the raid {parts[0]} comes")
    if kind == "assets":
        return Subject(slug(parts[0], "size"), f"the size of {called(parts[0])}")
    whole = {"surface": "what the city is built like", "network": "the network",
             "readiness": "how ready the units are", "warning": "how early a warning comes", "weather": "the weather",
             "identify": "how the units tell who flies, and how soon", "areas": "where and when fire is held",
             "ambient": "the noise around microphones",
             "fall": "what comes down, and how"}  # fmt: skip
    return Subject(slug(kind), whole.get(kind, kind))


def _of_system(owner: str, parts: Sequence[str]) -> Subject:
    if parts[0] == "sensors":
        return Subject(slug(owner, parts[1]), f"how far the {parts[1]} of {called(owner)} detects")
    if parts[0] == "effectors" and parts[2] in _ORDERS:
        return Subject(slug(owner, parts[1], "orders"), f"when {parts[1]} of {called(owner)} may be fired, and at what")
    if parts[0] == "effectors":
        if parts[2] in _HEIGHTS:
            return Subject(
                slug(owner, parts[1], "heights"), f"how low and how high {parts[1]} of {called(owner)} reaches"
            )
        what = "kill chance" if parts[2] in _KILLS else "reach, speed and rounds"
        return Subject(slug(owner, parts[1], what), f"the {what} of {parts[1]} ({owner})")
    if parts[0] == "emitters":
        return Subject(slug(owner, "jamming"), f"the jamming of {called(owner)}")
    if parts[0] in ("readiness", "time_to_ready"):
        return Subject(slug(owner, "readiness"), f"how ready {called(owner)} is")
    if parts[0] == "identify":
        return Subject(slug(owner, "identify"), f"how {called(owner)} tells who flies, and how soon")
    if parts[0] == "doctrine":
        return Subject(slug(owner, "orders"), f"the orders of {called(owner)}")
    if parts[0] == "false_tracks":
        return Subject(slug(owner, "false tracks"), f"the false tracks of {called(owner)}")
    return Subject(slug(owner, "crew"), f"the channels, delays and antenna of {called(owner)}")
