"""What the models of a scenario are made of: frozen models, names, files, grades, classes of threats."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

from bartizan.ground.errors import OfField
from bartizan.world.uncertain import (
    SHARED,
    SPREADS,
    Uncertain,
    is_grade,
)


@dataclass(frozen=True)
class Once:
    """Marks a part that stands in many places, so that the JSON Schema says it once, by this name."""

    name: str

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"$comment": SHARED + self.name} | handler(core)


#: What a threat is, for kill chances and doctrine.
CLASSES = ("drone", "decoy", "quadcopter", "cruise", "aircraft", "helicopter", "munition", "ballistic")
ThreatClass = Literal["drone", "decoy", "quadcopter", "cruise", "aircraft", "helicopter", "munition", "ballistic"]

Band = Literal["HF", "VHF", "UHF", "L", "S", "C", "X", "Ku", "K", "Ka"]

_NAME = r"^[^/\x00-\x1f\x7f]+$"
# A key as an editor can check it: no controls, no ASCII punctuation but blanks and _ . -; `is_key` knows letters.
_KEY = r"^[^\x00-/:-@\[-`{-\xa9][^\x00-\x1f!-,/:-@\[-^`{-\xa9]*$"
LONGEST_KEY = 80
KEY_RULE = "expected letters, digits, blanks and _ . -, a letter or digit first"


def _matching(pattern: str, allowed: str) -> AfterValidator:
    """A check of text with a message in words; the JSON Schema has the pattern itself."""
    known = re.compile(pattern)

    def check(text: str) -> str:
        if not known.fullmatch(text):
            raise ValueError(allowed)
        return text

    return AfterValidator(check)


def is_key(text: str) -> bool:
    """Whether `text` is a name of files and cases: letters of any script with their marks, digits, blanks and _ . -"""
    kinds = [unicodedata.category(ch)[0] if ch not in " _.-" else "-" for ch in text]
    return 0 < len(text) <= LONGEST_KEY and kinds[0] in "LN" and set(kinds) <= set("LMN-")


def as_key(text: str) -> str:
    """The name that is nearest to a text: the same where it is one, else what is left of it; may be empty."""
    fit = "".join(ch if is_key(f"a{ch}") else "-" for ch in text).strip(" -._")[:LONGEST_KEY].rstrip(" -._")
    while fit and not is_key(fit):
        fit = fit[1:]
    return fit


def _key(text: str) -> str:
    if not is_key(text):
        raise ValueError(KEY_RULE)
    return text


def _text_schema(name: str, longest: int, pattern: str) -> WithJsonSchema:
    limits = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}
    return WithJsonSchema({"$comment": SHARED + name} | limits)


# A name is part of the path of an unknown, such as units/NAME/height, so it holds no slash.
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120),
    _matching(_NAME, "a name must not hold a slash or control characters"),
    _text_schema("Name", 120, _NAME),
]
Key = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_KEY),
    AfterValidator(_key),
    _text_schema("Key", LONGEST_KEY, _KEY),
]


def _made_whole(name: str | None) -> str | None:
    """`world.overlay` puts what is like another in its place, wherever it may be."""
    if name is not None:
        raise ValueError("is for what stands under systems or threats of a scenario, not for parts of them")
    return name


Like = Annotated[
    Key | None,
    AfterValidator(_made_whole),
    Field(description="an entry of the catalogue, which this one is like but for what is stated here"),
]
# What charts, legends and maps have room for.
Short = Annotated[
    str,
    StringConstraints(min_length=1, max_length=24),
    _matching(_NAME, "a short name must not hold a slash or control characters"),
    _text_schema("Short", 24, _NAME),
]
Text = Annotated[str, StringConstraints(max_length=20_000)]


def _grade(value: object) -> object:
    if value is not None and not is_grade(value):
        raise ValueError("expected an Admiralty grade such as B2: source A-F, information 1-6")
    return value


def _local_file(name: str) -> str:
    """Files are local: no address, and none of the raster library's virtual ones."""
    if "://" in name or name.startswith("/vsi") or "\0" in name:
        raise ValueError("must be a file on this machine, not an address")
    return name


# A path, relative to the file that names it.
File = Annotated[str, StringConstraints(min_length=1, max_length=4096), AfterValidator(_local_file)]

Grade = Annotated[
    str | None,
    BeforeValidator(_grade),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[A-F][1-6]$"}, {"type": "null"}]}),
]


def _fixed(number: Uncertain) -> Uncertain:
    if number.law != "fixed":
        raise ValueError("must be a certain number here")
    return number


def _stated(number: Uncertain) -> Uncertain:
    """A number that a claim states: its grounds are the claim's, and it is no unknown of the scenario."""
    if number.law not in ("fixed", *SPREADS) or number.named_claims or number.sources or number.grade:
        raise ValueError("must be a plain number or {low, high} here; grounds stand in the claim itself")
    return number


Certain = AfterValidator(_fixed)
Stated = AfterValidator(_stated)


def name_or_inline(value: object) -> str:
    return "name" if isinstance(value, str) else "inline"


class Model(BaseModel):
    """Frozen, refuses keys that it does not know, and takes nothing for what it is not ("yes" is text)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def refuse(self, *names: str, why: str) -> None:
        """Raises ValueError where one of these fields is not left at its default."""
        if found := [name for name in names if getattr(self, name) != type(self).model_fields[name].default]:
            raise OfField(found[0], f"{found[0]} {why}")


def above(info: ValidationInfo, lower: str, upper: Uncertain | None) -> None:
    """Raises ValueError where the likely value of the field `lower` is above that of the field being checked."""
    below = info.data.get(lower)
    if below is None or upper is None or "same_as" in (below.law, upper.law) or below.likely <= upper.likely:
        return
    raise ValueError(f"is below {lower}: {upper.described()} against {below.described()}")


def opens(sector: Uncertain | None) -> None:
    """Raises ValueError where a sector may be shut."""
    if sector is not None and sector.law != "same_as" and sector.span[0] <= 0.0:
        raise ValueError(f"must be wider than 0, found {sector.described()}")


# YAML knows lists only, where these are pairs.
Row = Strict(False)
