"""Results as files for other programs: one replay, or all that is spread over the map."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Documents = Mapping[str, Callable[..., Any]]  # by name: each is made when it is asked for


class Format(NamedTuple):
    """What `bartizan export` can write, and under which name in a results folder unless it is told another."""

    writer: str  # MODULE.FUNCTION of this package: from documents and a path to the paths of the files written
    name: str
    told: str  # what it holds and who takes it, as the command's help says
    endings: tuple[str, ...] = ()  # of a file, where they decide what others take it for
    on_globe: bool = False  # shown on the earth alone
    from_ellipsoid: bool = False  # counts heights from there, not from the sea
    of_raid: bool = True  # shows a single raid


FORMATS: Mapping[str, Format] = {
    "czml": Format("czml.write", "replay.czml", "a raid for CesiumJS", on_globe=True, from_ellipsoid=True),
    "kml": Format(
        "kml.write", "replay.kml", "a raid for Google Earth, as KMZ where --out ends in .kmz", (".kml", ".kmz"),
        on_globe=True,
    ),
    "acmi": Format("acmi.write", "replay.acmi", "a recording of it for Tacview", (".acmi",), on_globe=True),
    "dis": Format(
        "dis.write", "replay.pcap", "a recording for simulators", (".pcap",), on_globe=True, from_ellipsoid=True
    ),
    "asterix": Format(
        "asterix.write", "replay.ast", "a recording for displays of air pictures", (".ast", ".pcap"),
        on_globe=True, from_ellipsoid=True,
    ),
    "html": Format("page.write", "replay.html", "a raid as a page that opens from disk", (".html", ".htm")),
    "geojson": Format("files.write_geojson", "geojson", "what is on the map, a file a layer", of_raid=False),
    "geoparquet": Format("files.write_geoparquet", "geoparquet", "the same", of_raid=False),
    "gpkg": Format("geopackage.write", "map.gpkg", "the same in one file", (".gpkg",), of_raid=False),
    "csv": Format("sheets.write", "csv", "tables"),
}  # fmt: skip
#: Those that count heights from the ellipsoid.
FROM_ELLIPSOID = ", ".join(name for name, known in FORMATS.items() if known.from_ellipsoid)


def check(form: str, path: Path) -> None:
    """Raises UserError for a name that others would not take for the format."""
    from bartizan.ground.errors import UserError

    endings = FORMATS[form].endings
    if endings and path.suffix.lower() not in endings:
        raise UserError(f"--out {path}: the name of a file in {form} ends in {' or '.join(endings)}")


def write(form: str, documents: Documents, path: Path) -> list[Path]:
    """Write a format of FORMATS at `path`, which is a folder of some; the files written. Raises UserError."""
    from bartizan.faces.exports import features
    from bartizan.ground.errors import UserError
    from bartizan.ground.writing import make_folder

    module, _, function = FORMATS[form].writer.rpartition(".")
    writer = getattr(importlib.import_module(f"{__name__}.{module}"), function)
    try:
        make_folder(path.parent)
        written: list[Path] = writer(features.documents(documents) | dict(documents), path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}; name another place with --out") from None
    return written
