"""How a report limits its own statements, and whom it says that it has them from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bartizan.world.reading.amounts import BEGINS

_HEDGES = re.compile(
    r"\b(?:reportedly|allegedly|purportedly|apparently|supposedly|possibly|presumably|probably|unconfirmed|"
    r"appears? to(?: be)?|appeared to(?: be)?|seems? to|believed to(?: be)?|thought to(?: be)?|said to(?: be)?|"
    r"is speculated|what appears?|what looks? like|claims? that|claimed that|rumou?rs?|may have|might have|"
    r"(?:impossible|not possible) to verify|cannot be verified|could not be (?:independently )?verified|usually means|"
    r"which they say|experts doubt|according to (?:multiple )?reports|most likely|"
    rf"(?:about|around|up to)(?=\s+(?:the\s+)?{BEGINS})|roughly|approximately|some(?= (?:\d|forty|fifty|ten|twenty))|"
    r"at least)\b",
    re.IGNORECASE,
)
_SAYS = (
    r"(?:said|says|told|reported|reports|wrote|writes|announced|claimed|claims|tweeted|noted|notes|added|stated|"
    r"acknowledged|admitted|explained|commented|assesses|believes?|published|shared|counted|notes|called)"
)
_WHO = (
    r"(?:(?:[Tt]he|[Aa]n?|[Ss]ome|[Tt]wo|[Tt]hree|[Ll]ocal|[Ff]oreign|[Mm]ilitary|[Ss]everal)\s+)?"
    r"(?:[\w'’-]+\s+){0,4}?[\w'’-]+"
)
_NAMED = r"(?:[A-Z][\w'’.-]*|of|the|and)(?:\s+(?:[A-Z][\w'’.-]*|of|the|and))*"
_AFTER = re.compile(
    r"\b(?:according to|as per|citing|quoted by|cited by|told by|relayed by|published by|quoted from(?: the site)?|"
    r"in the words of)\s+"
    r"([^,.;:!?()“”\"]{2,70}?)(?=[,.;:!?()“”\"]|\s+(?:reported|published|posted|shared|said|on|that|which|in|it|he|she|they|there)\b|$)",
    re.IGNORECASE,
)
_ENDING = re.compile(rf",\s+({_WHO})\s+{_SAYS}\b|,\s+{_SAYS}\s+({_WHO})(?=[,.])|[”\"’']\s+{_SAYS}\s+({_WHO})(?=[,.])")
_LEADING = re.compile(
    rf"\b((?:[Tt]he\s+|[Oo]n\s+)?{_NAMED}(?:\s+(?:publication|channel|media|officials?|desk))?)\s+{_SAYS}\b"
)
_PEOPLE = re.compile(
    r"(?<!['’])\b((?:[Tt]he |[Ll]ocal |[Ff]oreign |[Mm]ilitary |[Rr]ussian |[Pp]ort |[Tt]wo |[Aa]n? )?(?:[\w-]+ )?"
    r"(?:officials?|experts?|analysts?|residents|workers|media|channels?|officers?|spokes(?:man|woman|person)|"
    r"ministry|army|air force|authorities|administration|broadcaster|publication|mayor|governor|maker|operator|"
    r"military))"
    rf"(?: \w+)? {_SAYS}\b"
)


def hedges(sentence: str) -> tuple[str, ...]:
    """The words by which a sentence limits what it says, each once, in order."""
    return tuple(dict.fromkeys(found[0].lower() for found in _HEDGES.finditer(sentence)))


def cited(sentence: str) -> str:
    """Whom a sentence cites, in its own words, or nothing."""
    return next(_cited(sentence), "")


def _cited(sentence: str) -> Iterator[str]:
    for pattern in (_AFTER, _ENDING, _LEADING, _PEOPLE):
        for found in pattern.finditer(sentence):
            who = re.sub(
                r"\s+(?:have|has|had|also|reportedly)$", "", next(group for group in found.groups() if group).strip()
            )
            if who.lower() not in _NOBODY and not who.lower().startswith("multiple"):
                yield who


_NOBODY = frozenset(
    {
        "it",
        "he",
        "she",
        "they",
        "we",
        "i",
        "who",
        "which",
        "that",
        "and",
        "the",
        "this",
        "his",
        "her",
        "reports",
        "unconfirmed",
    }
)
