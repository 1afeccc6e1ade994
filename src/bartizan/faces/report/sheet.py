"""A page of its own for one answer: the report's look, with the sections that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import bartizan
from bartizan.faces.markup import Html, bullets, filled, join, name, tag


def sheet(title: str, sections: Sequence[tuple[str, Html]]) -> str:
    """A self-contained HTML page of headings, each with what stands under it."""
    package = files("bartizan.faces.report")
    anchors = ["opening", *(f"part-{number}" for number in range(2, len(sections) + 1))]
    parts = [
        tag("section", tag("h2", name(heading), id=f"{anchor}-heading"), body, id=anchor,
            aria_labelledby=f"{anchor}-heading")
        for anchor, (heading, body) in zip(anchors, sections, strict=True)
    ]  # fmt: skip
    return filled(
        (package / "report.html").read_text(encoding="utf-8"),
        {
            "version": bartizan.__version__,
            "title": title,
            "style": Html((package / "report.css").read_text(encoding="utf-8")),
            "header": tag("h1", name(title)),
            "contents": bullets(
                tag("a", heading, href=f"#{anchor}") for anchor, (heading, _) in zip(anchors, sections, strict=True)
            ),
            "sections": join(parts, "\n"),
            "footer": tag(
                "p", f"Made by Bartizan {bartizan.__version__} from published figures. A model, not a measurement."
            ),
        },
    )
