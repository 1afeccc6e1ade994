"""Files are written whole or not at all, where they belong, and as the umask has it; links, pipes and devices stay."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from bartizan.ground import writing
from bartizan.ground.database import copied, cursor, quoted
from bartizan.ground.errors import UserError
from bartizan.ground.lock import locked


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o002, 0o022])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        writing.write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o666 & ~umask


def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    writing.write_text(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o640)


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to("there/real.txt")
    writing.write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    writing.write_text(pipe, "through")
    reader.join()
    assert read == [b"through"]
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PATIENCE_S", 0)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="nobody has read it"):
        writing.write_text(tmp_path / "pipe", "x")


def test_standard_output_is_written_into_and_stays(capfd: pytest.CaptureFixture[str]) -> None:
    before = os.readlink("/dev/stdout")
    writing.write_text(Path("/dev/stdout"), "whole")
    assert capfd.readouterr().out == "whole"
    assert os.readlink("/dev/stdout") == before


def _under_a_file(folder: Path) -> Path:
    (folder / "file").write_text("x")
    return folder / "file" / "out.txt"


def _through_a_dangling_link(folder: Path) -> Path:
    (folder / "link").symlink_to("nowhere")
    return folder / "link"


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (lambda f: f / "missing" / "out.txt", "there is no folder"),
        (_under_a_file, "no folder"),
        (_through_a_dangling_link, "a link to nowhere, which is not there"),
        (lambda f: f, "a folder and no file"),
        (lambda f: f / ("x" * 300), "too long"),
        (lambda _: Path("/dev/full"), "No space left"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path, place, why: str) -> None:
    path = place(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match=why) as told:
        writing.write_text(path, "x")
    assert told.value.filename == str(path)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, number: int) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(aside: Path) -> None:
        aside.write_text("half")
        raise OSError(number, os.strerror(number), str(aside))

    with pytest.raises(OSError, match=os.strerror(number)) as told:
        writing.write_aside(path, full)
    assert told.value.filename == str(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_as_long_as_may_be_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".txt")
    writing.write_text(path, "x")
    assert path.read_text() == "x"


def test_what_a_process_that_is_no_more_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left, ours, mine = (tmp_path / name for name in (".bartizan-4194999-ab.npz", writing.aside_name(), ".bartizan-my"))
    for path in (left, ours, mine):
        path.write_text("x")
    writing.drop_abandoned(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([ours, mine])


def test_a_table_is_filled_where_it_is_so_that_nothing_of_another_name_is_left(tmp_path: Path) -> None:
    """DuckDB would write tmp_NAME beside it, and a process that is killed would leave that for ever."""
    path = tmp_path / writing.aside_name()
    path.touch()
    before = path.stat().st_ino
    with cursor() as connection:
        connection.execute(copied("SELECT 1 AS one", path, told="it's"))
        read = f"SELECT value FROM parquet_kv_metadata({quoted(str(path))})"
        assert connection.execute(read).fetchall() == [(b"it's",)]
    assert path.stat().st_ino == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_names_its_holder_and_leaves_nothing(tmp_path: Path) -> None:
    with locked(tmp_path) as held:
        assert held.is_in_place()
        with pytest.raises(UserError, match=f"process {os.getpid()} on "), locked(tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_lock_knows_that_its_folder_was_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    with locked(folder) as first:
        folder.rename(tmp_path / "away")
        folder.mkdir()
        assert not first.is_in_place()
        with locked(folder) as second:
            assert second.is_in_place()
        assert list(folder.iterdir()) == []
