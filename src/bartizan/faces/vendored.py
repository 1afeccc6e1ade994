"""The libraries of the viewer's page, which ship packed together (tools/vendor_viewer.py says why)."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files


@cache
def libraries() -> Mapping[str, bytes]:
    """The content of each library file of the page by its name in `viewer/vendor/`."""
    packed = files("bartizan.faces") / "viewer" / "vendor" / "libraries.tar.xz"
    with as_file(packed) as path, tarfile.open(path) as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]
