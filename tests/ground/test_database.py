"""Parquet files by their own names and columns, whatever stands in the names of files and folders."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

import bartizan
from bartizan.ground.database import connected, copied, parquet

SOURCES = Path(bartizan.__file__).parent
NAMES = ["plain", "raid=5", "case=base", "with [1] a", "st*", "st?", "it's", "world=3 [x]", "{a,b}"]


def rows(path: Path) -> list[tuple[object, ...]]:
    with connected() as connection:
        return connection.execute(f"SELECT * FROM {parquet(path)}").fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_alone_and_as_it_is(name: str, tmp_path: Path) -> None:
    for folder, raid in ((name, 1), ("with 1 a", 2), ("stx", 3)):
        (tmp_path / folder).mkdir(exist_ok=True)
        with connected() as connection:
            connection.execute(copied(f"SELECT {raid} AS raid, 'mine' AS \"case\"", tmp_path / folder / "t.parquet"))
    assert rows(tmp_path / name / "t.parquet") == [(1, "mine")]


def test_several_files_are_read_one_after_another(tmp_path: Path) -> None:
    paths = [tmp_path / "raid=9 [1].parquet", tmp_path / "b.parquet"]
    for k, path in enumerate(paths):
        with connected() as connection:
            connection.execute(copied(f"SELECT {k} AS raid", path))
    with connected() as connection:
        assert connection.execute(f"SELECT raid FROM {parquet(*paths)} ORDER BY raid").fetchall() == [(0,), (1,)]


@pytest.mark.skipif(not os.access("/dev/full", os.W_OK), reason="no /dev/full here")
@pytest.mark.parametrize("rows", [0, 1, 500_000])
def test_a_full_disk_is_told_as_the_system_tells_it(rows: int) -> None:
    with pytest.raises(OSError, match="No space left on device") as told, connected() as connection:
        connection.execute(copied(f"SELECT random() AS a FROM range({rows})", Path("/dev/full")))
    assert (told.value.errno, told.value.strerror) == (errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert told.value.filename == "/dev/full"


def test_what_is_not_there_or_may_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as told, connected() as connection:
        connection.execute(copied("SELECT 1 AS a", tmp_path / 'no "such" folder' / "a.parquet"))
    assert told.value.strerror == os.strerror(errno.ENOENT)


def test_nothing_else_reads_parquet_by_a_pattern() -> None:
    """All goes through `parquet` and `named`: a path handed to DuckDB as it is would be a pattern."""
    bare = re.compile(r"read_parquet\(|parquet_\w+\((?!\{named\()")
    found = [
        f"{path.relative_to(SOURCES)}: {line.strip()}"
        for path in SOURCES.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if bare.search(line) and path.name != "database.py"
    ]
    assert found == []


@pytest.mark.parametrize("name", ["raid=5", "case=base", "st*"])
def test_a_study_may_lie_in_a_folder_of_any_name(name: str, tmp_path: Path) -> None:
    scenario = bartizan.load("power-station")
    plain, odd = (
        bartizan.study(scenario, tmp_path / folder, worlds=4, raids=4, raids_named=["drones"])
        for folder in ("plain", name)
    )
    bartizan.study(scenario, tmp_path / "st1", worlds=2, raids=2, raids_named=["drones"], seed=3)
    for column in ("case", "raid", "world", "fate", "type"):
        assert (odd.table("threats")[column] == plain.table("threats")[column]).all()
    for column in ("case", "world", "leaked"):
        assert (odd.table("worlds")[column] == plain.table("worlds")[column]).all()
