"""The documentation as data: its pages, and their fenced blocks with the marks that stand before them.

A mark is an HTML comment in the lines right before a block, so readers do not see it:

    <!-- file: NAME -->         yaml: a whole scenario; written to NAME for the blocks after it
    <!-- check: MODEL -->       yaml: a part of a scenario, valid as that model of the schema
    <!-- check each: KIND -->   yaml: a mapping whose values are all valid as that kind of quantity
    <!-- types: LIST -->        yaml: what stands under systems or threats of a scenario
    <!-- refused: MODEL -->     yaml: not valid as that model
    <!-- exit: N -->            console: the exit code that is expected of its commands; 0 without this mark
    <!-- output -->             text after python, or console: what is printed, "..." standing for anything
    <!-- skip: REASON -->       not executed
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GENERATED = {DOCS / "reference" / "scenario.md", DOCS / "reference" / "results.md"}
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))

_MARK = re.compile(r"<!--\s*([a-z ]+?)(?::\s*(.*?))?\s*-->")
_FENCE = re.compile(r"^(`{3,})(\w*)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line it starts in, and its marks with what they say."""

    language: str
    text: str
    line: int
    marks: dict[str, str]

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The commands of a console block, each with the lines shown under it."""
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:].strip(), ""))
            elif found:
                found[-1] = (found[-1][0], found[-1][1] + line)
        return found


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page in order."""
    found: list[Block] = []
    marks: dict[str, str] = {}
    lines = enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
    for number, line in lines:
        if opened := _FENCE.match(line):
            body = []
            for _, inner in lines:
                if inner.strip() == opened[1]:
                    break
                body.append(inner + "\n")
            found.append(Block(opened[2], "".join(body), number, marks))
            marks = {}
        elif mark := _MARK.fullmatch(line.strip()):
            marks = marks | {mark[1]: mark[2] or ""}
        elif line.strip():
            marks = {}
    return found


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks."""
    return re.sub(r"^(`{3,})\w*\n.*?^\1$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The names by which the headings of a page can be linked to."""
    headings = re.findall(r"^#+\s+(.*)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def sections(page: Path) -> dict[str, str]:
    """The second-level sections of a page, blocks included: heading -> text."""
    parts = re.split(r"^## +(.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
