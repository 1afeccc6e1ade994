"""Tables that frame libraries take as they are: columns with units and meanings, from a file or from rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground.arrow import described
from bartizan.ground.database import connected, opened, parquet
from bartizan.ground.errors import ResultsError
from bartizan.ground.showing import Shown
from bartizan.studies.documents.tables import Column, Schema


class Table(Shown, Mapping[str, np.ndarray]):
    """A table: its columns by name, read when they are asked for.

    `polars.DataFrame(table)` and `pyarrow.table(table)` take it without a copy of ours, with `unit` and `meaning` of
    each column in the metadata of the schema.
    """

    def __init__(self, schema: Schema, source: Path | Mapping[str, np.ndarray]) -> None:
        self.schema, self._source = schema, source
        self._connection: Any = None

    def relation(self) -> Any:
        """The table as DuckDB has it, to be asked in SQL."""
        self._connection = opened()  # kept: some versions of DuckDB read nothing any more when theirs is gone
        if isinstance(self._source, Path):
            return self._connection.sql(f"SELECT * FROM {parquet(self._source)}")
        self._connection.register("rows_", dict(self._source))
        return self._connection.sql("SELECT * FROM rows_")

    def df(self) -> Any:
        """The table as a frame of pandas."""
        with _readable(self._source):
            return self.relation().df()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        columns = {column.name: {"unit": column.unit, "meaning": column.meaning} for column in self.schema.columns}
        with _readable(self._source):
            stream = self.relation().__arrow_c_stream__(requested_schema)
        return described(stream, {"row": self.schema.row}, columns)

    @cached_property
    def _columns(self) -> Mapping[str, np.ndarray]:
        if not isinstance(self._source, Path):
            return self._source
        with _readable(self._source), connected() as connection:
            asked = f"SELECT * FROM {parquet(self._source)}"
            found: Mapping[str, np.ndarray] = connection.execute(asked).fetchnumpy()
            return found

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(next(iter(self._columns.values()))) if self._columns else 0

    def column(self, name: str) -> Column:
        """What a column is, as far as anybody has said."""
        return next((c for c in self.schema.columns if c.name == name), Column(name, "", "", ""))

    def __getitem__(self, name: str) -> np.ndarray:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<Table of {self.rows:,} rows: {', '.join(self)}>"


def of_rows(schema: Schema, rows: Sequence[Mapping[str, Any]]) -> Table:
    """A table of rows that are at hand; a column of numbers is one where each of them is, else it is text."""
    return Table(
        schema, {column.name: _array(column, [row.get(column.name) for row in rows]) for column in schema.columns}
    )


def _array(column: Column, values: list[Any]) -> np.ndarray:
    if column.type == "number":
        return np.array([np.nan if value is None else value for value in values], float)
    return np.array([None if value is None else str(value) for value in values], object)


@contextmanager
def _readable(source: object) -> Iterator[None]:
    """Raises ResultsError for a file that cannot be read."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if not isinstance(source, Path):
            raise
        raise ResultsError(f"{source} cannot be read; run the study again with --fresh: {error}") from None
