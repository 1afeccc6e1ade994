"""Commands on machines that lack something: letters, a reader, a home, a folder to write into."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bartizan(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with changes of its environment."""
    return subprocess.run(
        [sys.executable, "-m", "bartizan", *map(str, words)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
    )  # fmt: skip


def ends_in_a_sentence(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.lstrip().startswith("bartizan: ")


def test_letters_that_the_output_lacks_are_shown_by_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("наме: x\n", encoding="utf-8")
    done = bartizan("check", path, PYTHONIOENCODING="latin-1")
    assert done.returncode == 2
    assert "\\u043d" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_reads_only_the_first_line_sees_no_traceback() -> None:
    command = f"'{sys.executable}' -m bartizan catalog | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=environment, timeout=300)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize("beneath", ["a file", "a dangling link"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, beneath: str) -> None:
    place = tmp_path / "there"
    if beneath == "a file":
        place.write_text("mine")
    else:
        place.symlink_to(tmp_path / "nowhere" / "deep")
    done = bartizan("run", "power-station", "--worlds", 1, "--raids", 1, "--out", place / "results")
    assert ends_in_a_sentence(done), done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["there"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = bartizan("new", "power-station", "--out", tmp_path / "mine.yaml")
    assert ends_in_a_sentence(done), done.stderr


def test_no_home_and_no_backend_that_exists_stop_no_command(tmp_path: Path) -> None:
    done = bartizan("check", "power-station", HOME="/nonexistent", MPLBACKEND="module://nowhere.at.all")
    assert done.returncode == 0, done.stderr
