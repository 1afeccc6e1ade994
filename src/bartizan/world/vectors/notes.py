"""What of a file of polygons was left out, mended, not used or is in doubt, counted by reason, and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

What = Literal["left out", "mended", "not used", "in doubt"]
SENTENCES: dict[What, str] = {
    "left out": "left out",
    "mended": "mended",
    "not used": "with a height or storeys that cannot be used, taken as not stated",
    "in doubt": "taken as they stand, though perhaps not meant so",
}
REASONS_TOLD = 6


@dataclass(frozen=True)
class Note:
    """One reason for which features of a file were not taken as they stand, or should be looked at."""

    what: What
    why: str
    count: int
    example: str  # the first of them: "feature 12", "line 3: -1", "feature 2: 'Centre'"


def noted(what: What, why: Mapping[int, str], place: Callable[[int], str]) -> list[Note]:
    """Reasons by row, gathered: the commonest first, each with its first row."""
    rows: dict[str, list[int]] = {}
    for row in sorted(why):
        rows.setdefault(why[row], []).append(row)
    notes = [Note(what, reason, len(of), place(of[0])) for reason, of in rows.items()]
    return sorted(notes, key=lambda note: -note.count)


def in_words(file: str, notes: Sequence[Note], total: int) -> list[str]:
    """A sentence for each kind of note on the features of a file, of which there are `total`."""
    sentences = []
    for what, told in SENTENCES.items():
        of_kind = [note for note in notes if note.what == what]
        if of_kind:
            count = sum(note.count for note in of_kind)
            sentences.append(f"{file}: {count:,} of {total:,} features {told}: {reasons(of_kind)}")
    return sentences


def reasons(notes: Sequence[Note]) -> str:
    """Counts with their reasons and an example of each."""
    told = [f"{note.count:,} {note.why} ({note.example})" for note in notes[:REASONS_TOLD]]
    rest = sum(note.count for note in notes[REASONS_TOLD:])
    return "; ".join([*told, f"{rest:,} for other reasons"] if rest else told)


def in_short(file: str, notes: Sequence[Note], total: int) -> str:
    """One line with counts alone; empty where all was taken as it stands."""
    counts = {what: sum(note.count for note in notes if note.what == what) for what in SENTENCES}
    told = [f"{count:,} {SENTENCES[what]}" for what, count in counts.items() if count]
    return f"{file}: of {total:,} features {', '.join(told)}" if told else ""
