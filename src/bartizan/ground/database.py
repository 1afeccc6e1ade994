"""DuckDB, which reads and writes Parquet: a connection that fetches no extensions and draws no bar into our output."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def opened(path: str = ":memory:", **config: str) -> DuckDBPyConnection:
    """A connection that whoever uses it lets go."""
    import duckdb

    connection = duckdb.connect(path, config={"autoload_known_extensions": "false", **config})
    # Drawn on standard output after two seconds. In a notebook without ipywidgets it is off and may not be touched.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
        connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def connected(path: str = ":memory:", **config: str) -> Iterator[DuckDBPyConnection]:
    """A connection to a database file, or to memory, closed at the end; `config` as DuckDB has it. Raises OSError."""
    import duckdb

    try:
        with opened(path, **config) as connection:
            yield connection
    except duckdb.IOException as error:  # a full disk, a folder that may not be written
        raise OSError(errno.EIO, str(error).splitlines()[0]) from None
