"""Every exception that Bartizan raises on purpose.

BartizanError
├── UserError            the user's mistake: exit code 2
│   ├── ScenarioError    mistakes in a scenario or catalogue file, all at once
│   └── ResultsError     a results folder that is missing, unfinished or of another version
└── (anything else)      ours: exit code 1
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class BartizanError(Exception):
    """Root of all exceptions raised on purpose."""


class UserError(BartizanError):
    """A mistake in what the user gave; the message says what to change."""


class ResultsError(UserError):
    """A results folder cannot be used as it is."""


@dataclass(frozen=True)
class Mistake:
    """One mistake: where it stands, what stood there, what is allowed."""

    field: str
    problem: str
    line: int | None = None
    column: int | None = None
    stood: str | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        stood = f" (stood there: {self.stood})" if self.stood is not None else ""
        return f"{where}{self.field or 'the whole file'}: {self.problem}{stood}"


#: mistakes that a message tells; more than these are counted
MOST_SHOWN = 50


class ScenarioError(UserError):
    """All mistakes of one file, in the order of their lines."""

    def __init__(self, file: str, mistakes: Sequence[Mistake]) -> None:
        self.file = file
        self.mistakes = sorted(mistakes, key=lambda m: (m.line or 0, m.field))
        count = len(self.mistakes)
        lines = "\n".join(f"  {m}" for m in self.mistakes[:MOST_SHOWN])
        if count > MOST_SHOWN:
            lines += f"\n  and {count - MOST_SHOWN} more"
        super().__init__(f"{file}: {count} mistake{'s' if count != 1 else ''}\n{lines}")


class OfField(ValueError):
    """What is wrong with one field of several that were looked at together: it is told where that one stands."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


def shown(value: object, limit: int = 60) -> str:
    """`value` as text for an error message, cut to `limit` characters, never expanding containers."""
    if isinstance(value, dict):
        return f"a mapping with {len(value)} key{'' if len(value) == 1 else 's'}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)} item{'' if len(value) == 1 else 's'}"
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


#: letters of a wrong name that are compared, with how many known names; and how many of these are listed
_COMPARED, _COMPARED_WITH, _LISTED = 80, 2000, 30


def near(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, whatever its capitals, as a question that follows a message; may be empty."""
    names = {each.casefold(): each for each in sorted(known)[:_COMPARED_WITH]}
    found = difflib.get_close_matches(name[:_COMPARED].casefold(), names, 1)
    return f"; did you mean {names[found[0]]!r}?" if found else ""


def instead(name: str, known: Iterable[str]) -> str:
    """What may stand instead of a name that is not known, to follow a message: the nearest, or else what is known."""
    names = sorted(set(known))
    return near(name, names) or f"; known: {', '.join(names[:_LISTED]) or 'none'}"
