"""DuckDB, which reads and writes Parquet: a connection that fetches no extensions and draws no bar into our output."""

from __future__ import annotations

import errno
import functools
import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bartizan.ground.machine import cores

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


#: How DuckDB tells that Ctrl-C was pressed, by where it was just then.
_CTRL_C = ("Query interrupted", "KeyboardInterrupt", "INTERRUPT Error")

#: The file that DuckDB could not read or write, as its messages have it.
_FILE = re.compile(r'file \\?"(.+?)\\?": ')


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def named(path: Path) -> str:
    """A file's path as SQL has it: that file alone, where DuckDB takes a path for a pattern of several."""
    return quoted(glob.escape(str(path)))


def parquet(*files: Path) -> str:
    """SQL for the rows of Parquet files. Columns are of the files alone: not of folders called `raid=7`, which DuckDB
    would find in a path by itself, and put in place of what the files say."""
    return f"read_parquet([{', '.join(map(named, files))}], hive_partitioning = false)"


def copied(rows: str, path: Path, **told: str) -> str:
    """SQL that fills a Parquet file with what a query gives, and with what it is `told`. It is filled where it is:
    DuckDB would fill tmp_NAME beside a file that is there, which nobody removes after a process that was killed."""
    how = ["FORMAT parquet", "COMPRESSION zstd", "USE_TMP_FILE false"]
    if told:
        how.append(f"KV_METADATA {{{', '.join(f'{key}: {quoted(text)}' for key, text in told.items())}}}")
    return f"COPY ({rows}) TO {quoted(str(path))} ({', '.join(how)})"


def opened(path: str = ":memory:", **config: str) -> DuckDBPyConnection:
    """A connection that whoever uses it lets go."""
    import duckdb

    # On one thread DuckDB cuts rows into other groups than on more: the same file on every machine takes two.
    threads = str(max(2, cores()))
    connection = duckdb.connect(path, config={"autoload_known_extensions": "false", "threads": threads, **config})
    # Drawn on standard output after two seconds. In a notebook without ipywidgets it is off and may not be touched.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
        connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def connected(path: str = ":memory:", **config: str) -> Iterator[DuckDBPyConnection]:
    """A connection to a database file, or to memory, closed at the end; `config` as DuckDB has it. Raises OSError."""
    with _in_words(), opened(path, **config) as connection:
        yield connection


@contextmanager
def cursor() -> Iterator[DuckDBPyConnection]:
    """A connection to a database in memory that a process has open: in 0.02 ms, where to open one takes 30. Others see
    what it creates there, but for what is temporary, and not what it registers. Raises OSError."""
    with _in_words(), _in_memory(os.getpid()).cursor() as connection:
        yield connection


@contextmanager
def _in_words() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.IOException as error:  # a full disk, a folder that may not be written
        raise _as_the_system_has_it(str(error)) from None
    except (duckdb.Error, RuntimeError) as error:
        if any(told in str(error) for told in _CTRL_C):
            raise KeyboardInterrupt from None
        raise


def _as_the_system_has_it(told: str) -> OSError:
    """What the system refused, in its own words: DuckDB puts them into others, at times into JSON within others."""
    refused = [(why, number) for number in errno.errorcode if f": {(why := os.strerror(number))}" in told]
    if not refused:
        return OSError(errno.EIO, told.splitlines()[0])
    why, number = max(refused, key=lambda found: len(found[0]))
    file = _FILE.search(told)
    return OSError(number, why, *([file[1]] if file else []))


@functools.cache
def _in_memory(process: int) -> DuckDBPyConnection:
    """The database of a process: what another had opened before it forked is not touched."""
    return opened()
