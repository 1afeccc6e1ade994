"""The rules for what is told otherwise: outcomes, purposes, uses, dates, and what officials and others hold of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bartizan.world.reading.amounts import Amount, shares
from bartizan.world.reading.clues import FLYING, THEY, Clues, Found, any_of, found, valued

_FLIES = found(FLYING)
_HAPPENED = any_of(
    "shot down, shoot down, intercepted, destroyed, brought down, downed, jammed, suppressed, crashed",
    "fell, struck, hit",
    "damaged, got through, g[eo]t past, lost from radar, lost, diving, dived, fired, launched, came down, exploded",
    "neutrali[sz]ed, hitting, damaging, striking, destroying, (?:shooting|bringing|being shot) down, downing, attacked",
    "counted, repelled, demolished, stopped, reached (?:its|their) targets?",
)
_OUTCOME = re.compile(rf"(?<!\bto )(?<!\bfrom )\b{_HAPPENED}\b", re.IGNORECASE)
#: What has not happened; the month is written with a capital.
_NOT_YET = found(
    any_of(
        "yet to be, not (?:yet )?been, if, could, would, can, capable of, (?-i:may), in order to, as part of, designed"
    )
)
_OF = re.compile(r"\s+of\s+(?:the\s+)?\w+\s+", re.IGNORECASE)
_FLEW = re.compile(
    rf"\s+(?:(?!(?:and|in|on|at|from|people|soldiers|\w+ing)\b)[\w'’-]+\s+){{0,3}}?{FLYING}\b", re.IGNORECASE
)
_THEN = re.compile(
    rf"\s+(?:(?:of them|more|others|were|was|have been|had been|is|are)\s+)*{_HAPPENED}\b", re.IGNORECASE
)
_NUMBER_OF = re.compile(rf"\bnumber of\b[^.]{{0,25}}{FLYING}[^.]{{0,15}}\b(?:at|to|as)\s*$", re.IGNORECASE)
_TOTAL = re.compile(r"\b(?:out )?of\s+(?:the\s+)?$", re.IGNORECASE)
#: What happened, before a number that ends its clause: stopped four.
_JUST = re.compile(rf"\b{_HAPPENED}\s+(?:(?:only|just|all|about|some|at least)\s+)?$", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:$|[.;,])")


def outcomes(clues: Clues) -> Iterator[Found]:
    """What became of things that flew, and of how many, or which share; of eleven of fourteen, the eleven."""
    text = clues.text
    happened = _OUTCOME.search(text)
    if not _FLIES.search(text) or (not happened and "number of" not in text):
        return
    counted = [a for a in clues.amounts if not a.unit]
    told = [a for a in (*counted, *shares(text)) if _is_told(text, a)]
    yield from (valued("outcome", a) for a in told if not _TOTAL.search(text[: a.start]))
    if not told and happened and not _NOT_YET.search(text) and (flies := _beside(text, happened)):
        yield Found("outcome", min(flies.start(), happened.start()), max(flies.end(), happened.end()))


def _is_told(text: str, amount: Amount) -> bool:
    return bool(
        _FLEW.match(text, amount.end)
        or (_OF.match(text, amount.end) and _FLIES.search(text, amount.end, amount.end + 40))
        or _THEN.match(text, amount.end)
        or _NUMBER_OF.search(text[: amount.start])
        or (_ENDS.match(text, amount.end) and _JUST.search(text[: amount.start]))
    )


def _beside(text: str, happened: re.Match[str]) -> re.Match[str] | None:
    """What flew, within a few words of what happened to it."""
    near = (m for m in _FLIES.finditer(text) if m.start() - happened.end() < 100 and happened.start() - m.end() < 60)
    return next(near, None)


# ------------------------------------------------------------------------------------------------- what for

_USES = any_of(
    "educational, education, administrative, administration, residential, office, apartment, government, school",
    "university, hospital, industrial, commercial",
)
_USE = re.compile(
    rf"\b(?:(?P<adjective>{_USES})\s+(?:building|block|house)\b"
    r"|(?:building|block)\b[^.]{0,40}?\b(?:houses|holds|is used for|and used for)\s+(?P<use>[\w\s-]{3,40}?)(?=[,.]|$))",
    re.IGNORECASE,
)  # fmt: skip
_SPELT = {"education": "educational", "administration": "administrative"}


def buildings(clues: Clues) -> Iterator[Found]:
    """What a building with a system on it is used for."""
    if clues.about_defence or clues.spoken_of:
        for use in _USE.finditer(clues.text):
            value = (use["adjective"] or use["use"]).strip().lower()
            yield Found("building", use.start(), use.end(), _SPELT.get(value, value))


_FOR = found(any_of(
    "(?:designed|intended|meant|built|made|suitable|suited|used) (?:to|for|against), suits, used for defen[cs]e",
    "(?:developed|effective) against",
    "can (?:intercept|engage|shoot down|destroy|hit), capable of (?:shooting|destroying|intercepting)",
))  # fmt: skip


def purposes(clues: Clues) -> Iterator[Found]:
    """What a system is for: against which of the things that fly."""
    meant = _FOR.search(clues.text)
    if meant and (clues.about_defence or clues.spoken_of):
        against = dict.fromkeys(m[0].lower() for m in _FLIES.finditer(clues.text, meant.end()))
        if against:
            yield Found("purpose", meant.start(), len(clues.text), ", ".join(against))


_FELLED = "(?:felled|cut down|cleared|levelled|removed|dug)"
_WORKS = found(
    rf"(?:trees?|woods?|forest|earth|area|hectares)\b[^.]{{0,40}}\b{_FELLED}|{_FELLED}\b[^.]{{0,40}}\b(?:trees|area|pits?|woods?|forest|ground)"
)


def works(clues: Clues) -> Iterator[Found]:
    """Ground made ready for a system."""
    yield from (Found("works", m.start(), m.end()) for m in _WORKS.finditer(clues.text))


_CAME = found(any_of(
    r"install\w*, deploy\w*, appear\w*, emerged, circulat\w*, spotted, moved, parked, guarded, withdrawn",
    r"came, went round, arriv\w+, deliver\w+, (?:put|set) up, operating, towed, lifted",
    "taken",
))  # fmt: skip
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_WHEN = found(any_of(
    "(?:earlier )?this week, last (?:week|month|year|night|autumn|winter|spring|summer), yesterday, a day before",
    rf"(?:since|in|until|on|by) (?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?",
    "(?:in|since) (?:the |last )?(?:spring|autumn|winter|summer), for (?:a fortnight|several days|weeks), days after",
    "on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
))  # fmt: skip


def dates(clues: Clues) -> Iterator[Found]:
    """When systems came, went or were first seen."""
    about = clues.about_defence or (clues.spoken_of and THEY.search(clues.text))
    if about and _CAME.search(clues.text) and (when := _WHEN.search(clues.text)):
        yield Found("date", when.start(), when.end(), when[0].lower())


# ------------------------------------------------------------------------------------------------- what they hold of it

_SILENT = found(any_of(
    r"(?:did|does|do|has|have|had|would|will) not (?:\w+ )?(?:confirm\w*|comment\w*|den(?:y|ied))",
    r"(?:did|does|do|has|have|had|would|will) not (?:\w+ )?(?:respond\w*|acknowledge\w*|disclose|discuss|answer\w*)",
    "(?:did|has|have|had|would) not sa(?:y|id) (?:whether|if|how|why), no comment",
    "(?:declin|refus)e[ds] to (?:confirm|comment|say|answer|discuss|disclose)",
    r"neither (?:confirm\w*|den(?:y|ies|ied)) nor \w+, (?:confirmed|said) nothing, no explanations? came",
))  # fmt: skip
_WHO = any_of(
    "army, ministry, government, officials?, office, air force, navy, the military, authorities, spokes\\w+, Kremlin",
    "general staff, command, agency, company, operator, owner",
)
_OWNED = found(rf"{_WHO}\b[^.]{{0,50}}?\b(?P<verb>(?:acknowledg|admit|confirm|deni)(?:e[ds]|s|ted|ed))(?!\s+nothing)")


def confirmations(clues: Clues) -> Iterator[Found]:
    """Whether those who should know have confirmed it."""
    if silent := _SILENT.search(clues.text):
        yield Found("confirmation", silent.start(), silent.end(), "none")
    elif owned := _OWNED.search(clues.text):
        value = "denied" if owned["verb"].lower().startswith("den") else "confirmed"
        yield Found("confirmation", owned.start(), owned.end(), value)


_ATTACK = "(?:attacks?|attacked|strikes?|struck|raids?|attempts?|hit)"
_DOUBT, _FAITH = "(?:unlikely|improbable)", "(?<!un)(?:likely|probable|imminent|expected)"
_CHANCES = (
    (found(rf"{_DOUBT}\b[^.]{{0,40}}\b{_ATTACK}|{_ATTACK}\b[^.]{{0,60}}\b{_DOUBT}"), "unlikely"),
    (found(any_of("(?:only |just )?(?:a )?(?:matter|question) of (?:time|when|weeks|days|months)")), "certain in time"),
    (found(rf"{_ATTACK}\b[^.]{{0,40}}\b{_FAITH}|will be (?:attacked|struck|hit)|{_FAITH}\s+{_ATTACK}"), "likely"),
    (found(rf"expect\w* (?:(?:further|more|new|another) (?:{_ATTACK}|incidents?)|to be {_ATTACK})"), "likely"),
)  # fmt: skip


def likelihoods(clues: Clues) -> Iterator[Found]:
    """What somebody holds of the chance of an attack."""
    told = ((pattern.search(clues.text), value) for pattern, value in _CHANCES)
    yield from [Found("likelihood", m.start(), m.end(), value) for m, value in told if m][:1]
