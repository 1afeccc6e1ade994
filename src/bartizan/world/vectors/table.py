"""What a layer of a file says, row by row, whatever its format: geometries, properties, and where each row stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground.errors import shown

if TYPE_CHECKING:
    from pyproj import CRS


@dataclass(frozen=True)
class Source:
    """A file, and what it is called in messages: another name where it has been unpacked from one."""

    path: Path
    title: str

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Table:
    """The rows of a layer."""

    source: Source
    geometries: np.ndarray  # object (N,): of shapely, of any kind, perhaps invalid; None where there is none
    columns: Mapping[str, Sequence[Any]]  # the properties that were asked for and are there
    properties: Sequence[str]  # the names of all
    crs: CRS
    faults: Mapping[int, str] = field(default_factory=dict)  # by row: why it has no geometry
    mended: Mapping[int, str] = field(default_factory=dict)  # by row: what was set right in reading it
    lines: Sequence[int] | None = None  # where each row stands, in files of a feature a line

    def column(self, name: str) -> Sequence[Any]:
        """A property of each row, None where it is not stated."""
        return self.columns.get(name) or [None] * len(self.geometries)

    def there(self) -> str:
        """The names of the properties, for a message."""
        return f"there are: {', '.join(shown(name) for name in self.properties[:40]) or 'none'}"

    def place(self, row: int) -> str:
        """Where a row stands in its file."""
        return f"feature {row + 1}" if self.lines is None else f"line {self.lines[row]}"
