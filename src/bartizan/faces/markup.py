"""Small functions that make HTML: whatever is not markup already is escaped on its way in."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from bartizan.ground.text import visible

#: Elements without content.
VOID = frozenset({"br", "img", "meta", "source"})


class Html(str):
    """Text that is markup already. A plain `str` is text, and is escaped."""

    __slots__ = ()


def clean(value: object) -> str:
    """`value` as text that a page can hold, still to be escaped: control characters are shown as theirs."""
    return visible(value)


def text(value: object) -> Html:
    """`value` as markup: escaped, unless it is markup already."""
    return value if isinstance(value, Html) else Html(html.escape(clean(value), quote=True))


def join(parts: Iterable[object], between: str = "") -> Html:
    """The parts one after the other, each escaped where it needs it."""
    return Html(text(between).join(text(part) for part in parts))


def tag(element: str, *content: object, **attributes: object) -> Html:
    """An element with its content. Attributes: a trailing underscore is dropped (`class_`), None leaves one out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(clean(value), quote=True)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inner = "" if element in VOID else f"{join(content)}</{element}>"
    return Html(f"<{element}{written}>{inner}")


def name(value: object) -> Html:
    """A name that somebody else chose, set apart so that right-to-left letters do not disturb their neighbours."""
    return tag("bdi", value)


def paragraphs(value: object) -> Html:
    """Text with blank lines between paragraphs, as paragraphs."""
    return join(tag("p", part.strip()) for part in re.split(r"\n\s*\n", str(value)) if part.strip())


def bullets(items: Iterable[object], class_: str | None = None) -> Html:
    return tag("ul", *(tag("li", item) for item in items), class_=class_)


def definitions(rows: Iterable[tuple[object, object]]) -> Html:
    """A list of terms, each with its explanation."""
    return tag("dl", *(join((tag("dt", term), tag("dd", meaning))) for term, meaning in rows))


def table(caption: str, head: Sequence[object], rows: Iterable[Sequence[object]], class_: str | None = None) -> Html:
    """A table that scrolls inside its own frame; the first cell of each row is its heading.

    `rows` hold markup, text, or `Cell`s with a class. A cell carries its column's heading: on a phone rows are lists.
    """
    labels, wraps = [_plain(cell) for cell in head[1:]], class_ == "wide"
    top = tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head)))
    body = tag(
        "tbody", *(tag("tr", tag("th", first, scope="row"), *_cells(rest, labels, wraps)) for first, *rest in rows)
    )
    inner = tag("table", tag("caption", tag("span", caption)), top, body, class_=class_)
    return tag("div", inner, class_="scroll", role="region", tabindex="0", aria_label=caption)


def shaded(content: object, share: float | None) -> Html:
    """A cell with a darker ground the larger `share`, 0 to 1, is: in five steps, so that it prints."""
    step = 0 if share is None else min(5, int(max(share, 0.0) * 5 + 0.5))
    return tag("td", content, class_=f"shade{step}" if step else None)


def _cells(row: Sequence[object], labels: Sequence[str], wraps: bool) -> Iterable[Html]:
    """The cells of a row, each with what its column is called; where cells wrap, figures are told apart."""
    for content, label in zip(row, labels, strict=True):
        if isinstance(content, Html) and content.startswith("<td"):
            cell = content
        else:
            cell = tag("td", content, class_="figure" if wraps and _FIGURE.fullmatch(text(content)) else None)
        yield Html(cell.replace("<td", f'<td data-label="{html.escape(label, quote=True)}"', 1))


#: What a line of a cell must not part: a number or an interval, with its unit.
_FIGURE = re.compile(r"(?:&[lg]t;\xa0?)?[\d.]+(?:\xa0[^\s–]{1,4})?(?:–[\d.]+(?:\xa0\S{1,4})?)?")


def _plain(heading: object) -> str:
    """A heading as text: without the markup that it may have."""
    return html.unescape(re.sub(r"<[^>]*>", "", text(heading)))


def details(summary: object, *content: object, open_: bool = False) -> Html:
    """A part that the reader can open."""
    return tag("details", tag("summary", summary), *content, **({"open": ""} if open_ else {}))


def link(address: object, label: object) -> Html:
    """A link if the address is one of the web, else only its label: `javascript:` and its like stay text."""
    address = clean(address)
    try:
        usable = urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).netloc)
    except ValueError:  # such as an unclosed bracket in the host
        usable = False
    return tag("a", label, href=address, rel="noopener noreferrer") if usable else text(label)


def filled(template: str, parts: Mapping[str, object]) -> str:
    """A `string.Template` with each part escaped where it needs it."""
    from string import Template

    return Template(template).substitute({key: text(part) for key, part in parts.items()})
