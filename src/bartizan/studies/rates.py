"""What work that cannot be tried in small will take: by rates that were measured on two cores of a small machine."""

from __future__ import annotations

from pathlib import Path

#: Seconds to read a megabyte of polygons and to take their statistics: as text or tables, and packed.
_OPEN_S_MB, _PACKED_S_MB = 0.2, 1.5
_PACKED = {".gz", ".zip", ".parquet"}
#: Seconds to read a cell of a raster of heights, to look over it and to write it.
_CELL_S = 1.2e-7


def megabytes(path: Path) -> float:
    """How large a file is; 0 of one that is not there, which whoever reads it tells."""
    return path.stat().st_size / 1e6 if path.is_file() else 0.0


def of_polygons(path: Path) -> float:
    """Seconds that the statistics of a file of polygons take, about."""
    return megabytes(path) * (_PACKED_S_MB if path.suffix.lower() in _PACKED else _OPEN_S_MB)


def of_sight(cells: int) -> float:
    """Seconds that the lowest visible altitude of so many cells takes, about."""
    return cells * _CELL_S
