"""Tables as people keep them, CSV or Parquet: the columns that they name, and each row as text with its line."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from bartizan.ground.database import connected, parquet
from bartizan.ground.errors import UserError
from bartizan.world.fetched import no_table

#: A row as it stands: its line (in Parquet its number), and the text of each column that holds some there.
Written = tuple[int, Mapping[str, str]]


def opened(path: str | Path) -> tuple[Path, list[str], Iterator[Written]]:
    """A file, or a table that ships with Bartizan: where it is, its columns in small letters, and its rows."""
    return table(_found(path), "class,sent,stopped")


def table(file: Path, such_as: str) -> tuple[Path, list[str], Iterator[Written]]:
    """The same of any file; `such_as` is a heading that would do."""
    is_parquet = file.suffix.lower() in (".parquet", ".pq") and not file.is_dir()
    if not is_parquet and (what := no_table(file)):
        raise UserError(f"{file} {what}")
    columns, rows = (_of_parquet if is_parquet else _of_csv)(file, such_as)
    return file, columns, rows


def shipped() -> list[str]:
    """The names of the tables that ship with Bartizan."""
    return sorted(file.name.removesuffix(".csv") for file in _folder().iterdir() if file.name.endswith(".csv"))


def _folder() -> Path:
    return Path(str(files("bartizan") / "data" / "records"))


def _found(path: str | Path) -> Path:
    file = Path(path)
    if not file.exists() and str(path) in shipped():
        return _folder() / f"{path}.csv"
    if not file.exists():
        known = ", ".join(shipped())
        raise UserError(f"{path}: no such file of records, and no table that ships with Bartizan ({known})")
    return file


def _of_csv(file: Path, such_as: str) -> tuple[list[str], Iterator[Written]]:
    """Lines before the heading that begin with # are comments."""
    lines = list(io.StringIO(_text(file), newline=""))
    start = next((k for k, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    heading = "".join(lines[start : start + 1])
    between = max(",;\t|", key=heading.count)
    columns = _columns(file, next(csv.reader([heading], delimiter=between), []), such_as)
    return columns, _csv_rows(file, lines[start + 1 :], start + 1, between, columns)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is no text in UTF-8 (byte {error.start}); save it as CSV in UTF-8") from None
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from None


def _csv_rows(file: Path, lines: list[str], before: int, between: str, columns: list[str]) -> Iterator[Written]:
    """Rows after a heading in line `before`; a row may go over several lines, and is told by its last."""
    reader = csv.reader(lines, delimiter=between, strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                told = f"{len(cells)} cells, but the heading names {len(columns)} columns"
                raise UserError(f"{file}, line {before + reader.line_num}: {told}")
            yield before + reader.line_num, dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise UserError(f"{file}, line {before + reader.line_num}: no CSV: {error}") from None


def _columns(file: Path, heading: Sequence[str], such_as: str) -> list[str]:
    names = [name.strip().casefold() for name in heading]
    if not any(names):
        raise UserError(f"{file} is empty: expected a heading that names columns, such as {such_as}")
    if twice := [name for name, times in Counter(names).items() if times > 1 and name]:
        raise UserError(f"{file}: the heading has two columns {', '.join(map(repr, twice))}")
    return names


def _of_parquet(file: Path, such_as: str) -> tuple[list[str], Iterator[Written]]:
    import duckdb

    with connected() as connection:
        try:
            found = connection.execute(f"SELECT * FROM {parquet(file)}")
            names, cells = [column[0] for column in found.description or ()], found.fetchall()
        except duckdb.Error as error:
            raise UserError(f"{file} cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    columns = _columns(file, names, such_as)
    return columns, ((number, _texts(columns, row)) for number, row in enumerate(cells, start=1))


def _texts(columns: list[str], row: tuple[object, ...]) -> dict[str, str]:
    """What holds bytes, or several things, is no text and is left out."""
    return {
        name: _as_text(cell)
        for name, cell in zip(columns, row, strict=True)
        if not isinstance(cell, bytes | list | tuple | dict)
    }


def _as_text(cell: object) -> str:
    if isinstance(cell, float | Decimal) and cell % 1 == 0:
        return str(int(cell))
    return "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else str(cell).strip()
