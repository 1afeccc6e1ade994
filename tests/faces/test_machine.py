"""Commands on machines that lack something: letters, a reader, a home, a folder to write into."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bartizan(*words: object, largest_file: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with changes of its environment; no file may grow beyond `largest_file` bytes, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file or 0,) * 2)

    return subprocess.run(
        [sys.executable, "-m", "bartizan", *map(str, words)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        preexec_fn=limit if largest_file is not None else None,
    )  # fmt: skip


def ends_in_a_sentence(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.lstrip().startswith("bartizan: ")


@pytest.mark.parametrize(
    ("encoding", "shown"),
    # click takes ASCII for a mistake of the environment's, and writes UTF-8
    [("latin-1", "\\u043d"), ("ascii", "наме"), ("utf-8", "наме")],
)
def test_letters_that_the_output_lacks_are_shown_by_their_numbers(tmp_path: Path, encoding: str, shown: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("наме: x\n", encoding="utf-8")
    done = bartizan("check", path, PYTHONIOENCODING=encoding)
    assert done.returncode == 2
    assert shown in done.stderr
    assert "Traceback" not in done.stderr


def test_who_reads_only_the_first_line_sees_no_traceback() -> None:
    command = f"'{sys.executable}' -m bartizan catalog | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=environment, timeout=300)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize("command", ["run", "coverage"])
@pytest.mark.parametrize("beneath", ["a file", "a dangling link"])
def test_a_folder_that_cannot_be_made_is_told_before_anything_is_compiled(
    tmp_path: Path, beneath: str, command: str
) -> None:
    place, cache = tmp_path / "there", tmp_path / "cache"
    cache.mkdir()
    if beneath == "a file":
        place.write_text("mine")
    else:
        place.symlink_to(tmp_path / "nowhere" / "deep")
    done = bartizan(command, "power-station", "--out", place / "results", NUMBA_CACHE_DIR=str(cache))
    assert ends_in_a_sentence(done), done.stderr
    assert str(place) in done.stderr
    assert "Compiling" not in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "there"]
    assert not list(cache.rglob("*"))


def test_a_disk_that_fills_up_ends_a_run_in_a_sentence_and_it_goes_on_to_the_same_answer(tmp_path: Path) -> None:
    words = ("run", "power-station", "--raid", "drones", "--worlds", "16", "--raids", "2", "--threads", "1", "--out")
    whole = bartizan(*words, tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    cut = bartizan(*words, tmp_path / "cut", largest_file=largest(tmp_path / "whole") // 2)
    assert cut.returncode == 2, cut.stderr
    assert cut.stderr.splitlines()[-1].startswith("bartizan: ")
    assert "File too large" in cut.stderr
    assert "Traceback" not in cut.stderr
    assert list((tmp_path / "cut").iterdir())
    assert not list((tmp_path / "cut").rglob(".bartizan-*"))
    again = bartizan(*words, tmp_path / "cut")
    assert again.returncode == 0, again.stderr
    assert answers(tmp_path / "cut") == answers(tmp_path / "whole")


def largest(folder: Path) -> int:
    return max(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def answers(folder: Path) -> object:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))["cases"]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    place = tmp_path / "no-folder"
    place.write_text("mine")
    done = bartizan("check", "power-station", XDG_CACHE_HOME=str(place), NUMBA_CACHE_DIR=str(place / "deep"))
    assert done.returncode == 0, done.stderr
    assert place.read_text() == "mine"


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "HOME"])
def test_a_folder_that_leads_back_to_itself_stops_no_picture(tmp_path: Path, name: str) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    drawn = "from bartizan.faces import canvas; canvas.picture(lambda w: canvas.blank(w, 1, 0.1, 0.1)[0])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), name: str(loop)}
    done = subprocess.run([sys.executable, "-c", drawn], capture_output=True, text=True, env=environment, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = bartizan("new", "power-station", "--out", tmp_path / "mine.yaml")
    assert ends_in_a_sentence(done), done.stderr


def test_no_home_and_no_backend_that_exists_stop_no_command(tmp_path: Path) -> None:
    done = bartizan("check", "power-station", HOME="/nonexistent", MPLBACKEND="module://nowhere.at.all")
    assert done.returncode == 0, done.stderr
