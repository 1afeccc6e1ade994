"""Parts of KML: a document, folders, styles, placemarks and their shapes, in the order that its schema wants."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bartizan.faces.exports.telling import within_180
from bartizan.faces.markup import clean
from bartizan.ground.writing import write_bytes

_NAMESPACES = {"xmlns": "http://www.opengis.net/kml/2.2", "xmlns:gx": "http://www.google.com/kml/ext/2.2"}

Colour = tuple[int, int, int]  # red, green, blue, 0 to 255


def begun(title: str, description: str) -> tuple[Element, Element]:
    """The root of a file, and its document, into which the rest goes."""
    root = Element("kml", _NAMESPACES)
    document = child(root, "Document")
    child(document, "name", title)
    child(document, "open", "1")
    child(document, "description", description)
    return root, document


def content(root: Element) -> bytes:
    """The whole of a file."""
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def write(path: Path, root: Element) -> None:
    """A file, packed as KMZ where its suffix says so."""
    written = content(root)
    write_bytes(path, _packed(written) if path.suffix.lower() == ".kmz" else written)


def _packed(written: bytes) -> bytes:
    """A KMZ: the same bytes for the same content."""
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as packed:
        packed.writestr(zipfile.ZipInfo("doc.kml"), written, zipfile.ZIP_DEFLATED)
    return room.getvalue()


def child(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """An element with text that may be anybody's."""
    made = ElementTree.SubElement(parent, tag, attributes)
    made.text = None if text is None else clean(text)
    return made


def folder(parent: Element, name: str) -> Element:
    """A folder that a reader can open and switch off."""
    made = child(parent, "Folder")
    child(made, "name", name)
    return made


def hexadecimal(colour: Colour, opacity: int = 255) -> str:
    """KML writes colours as opacity, blue, green, red."""
    red, green, blue = colour
    return f"{opacity:02x}{blue:02x}{green:02x}{red:02x}"


def style_of_marks(document: Element, name: str, colour: Colour, width: str) -> None:
    """A style of marks and of lines."""
    style = child(document, "Style", id=name)
    for part, scale in (("IconStyle", ("scale", "0.6")), ("LabelStyle", ("scale", "0.7")),
                        ("LineStyle", ("width", width))):  # fmt: skip
        of = child(style, part)
        child(of, "color", hexadecimal(colour))
        child(of, *scale)


def style_of_areas(document: Element, name: str, colour: Colour, width: str, opacity: int) -> None:
    """A style of areas; those without opacity are lines only."""
    style = child(document, "Style", id=name)
    line = child(style, "LineStyle")
    child(line, "color", hexadecimal(colour))
    child(line, "width", width)
    fill = child(style, "PolyStyle")
    child(fill, "color", hexadecimal(colour, opacity))
    child(fill, "fill", "1" if opacity else "0")


def placemark(
    parent: Element, name: str, description: str, style: str, *, span: tuple[str, str] | None = None,
    data: Mapping[str, Any] | None = None, shown: bool = True,
) -> Element:  # fmt: skip
    """All of a placemark but its geometry; `span` are the moments between which it is there."""
    made = child(parent, "Placemark")
    child(made, "name", name)
    if not shown:
        child(made, "visibility", "0")
    child(made, "description", description)
    if span is not None:
        when = child(made, "TimeSpan")
        child(when, "begin", span[0])
        child(when, "end", span[1])
    child(made, "styleUrl", f"#{style}")
    if data is not None:
        extended = child(made, "ExtendedData")
        for key, value in data.items():
            child(child(extended, "Data", name=key), "value", str(value))
    return made


def point(parent: Element, at: Iterable[float], mode: str = "absolute") -> None:
    """A point at longitude, latitude and height."""
    made = child(parent, "Point")
    child(made, "altitudeMode", mode)
    lon, *rest = at
    child(made, "coordinates", ",".join(f"{number:.10g}" for number in (within_180(lon), *rest)))


def polygons(parent: Element, found: Sequence[Sequence[Sequence[Sequence[float]]]]) -> None:
    """Polygons on the ground, each an outer ring and its holes of longitudes and latitudes."""
    shapes = child(parent, "MultiGeometry")
    for outer, *holes in found:
        made = child(shapes, "Polygon")
        child(made, "tessellate", "1")
        for tag, ring in (("outerBoundaryIs", outer), *(("innerBoundaryIs", hole) for hole in holes)):
            line = child(child(made, tag), "LinearRing")
            child(line, "coordinates", " ".join(f"{within_180(lon):.10g},{lat}" for lon, lat in ring))
